// What a host does by itself while it serves: legal instants that arrive, cosignatures, daily maps,
// messages, rest for idle members, and what the operator asks through DATA/control.
#pragma once

#include "host.hpp"

#include <memory>

namespace wasl::app {

class Caretaker {
public:
    struct Rules {
        int tick_milliseconds = 500;
        std::int64_t cosign_every_seconds = 300;  // five minutes
        std::int64_t rest_after_seconds = 600;
        bool send_messages = true;                // false in the demonstration: its outbox page shows them
    };
    Caretaker(Host& host, Rules rules);
    ~Caretaker();  // stops and joins

    void start();
    // One round now; also what tests call with a clock of their own.
    void round();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::app
