// What keeps exchange journals honest beside the traffic: their heads are timestamped by an authority, shown to
// peers with the proof that they continue what these saw before, and peers' heads are held against what we
// saw. A failure here is said and counted; it never holds up a message.
#pragma once

#include "exchange_file.hpp"
#include "host.hpp"

#include "base/json.hpp"
#include "exchange/checkpoint_watch.hpp"
#include "exchange/registry_keeper.hpp"
#include "http/client.hpp"
#include "http/router.hpp"
#include "store/store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>

namespace wasl::app {

class ExchangeWatcher {
public:
    struct Options {
        Host* host = nullptr;
        const ExchangeFile* file = nullptr;
        std::shared_ptr<http::Client> client;
        exchange::RegistryKeeper* registry = nullptr;
        std::map<std::string, store::Store*, std::less<>> journals;           // by member of this host
        std::map<std::string, exchange::ClientId, std::less<>> registered;    // the same, in the registry
        std::function<std::shared_ptr<const http::TlsContext>()> tls;         // that peers are asked with
    };
    // Key "file.unreadable" when the timestamp authority's roots are not there.
    static Result<std::unique_ptr<ExchangeWatcher>> create(Options options);
    ~ExchangeWatcher();

    // GET /exchange/checkpoint?member=MA/GOV/1001&from=SIZE, for other nodes.
    void add_routes(http::Router& router);
    // What is due now; waits for authorities and peers. One thread at a time.
    void round();
    // "timestamps" and "peers" for the operator.
    void add_state(json::Object& out) const;

private:
    struct Impl;
    explicit ExchangeWatcher(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// The newest head of a journal and the proof that it continues that of `from` (0: none is needed).
// Keys "exchange.checkpoint-none", "exchange.checkpoint-rollback" (`from` is beyond the journal).
Result<exchange::CheckpointProof> checkpoint_since(store::Store& journal, std::uint64_t from);

}  // namespace wasl::app
