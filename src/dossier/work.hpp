// What happens between *complete* and *decided*. The default is one task, examine, with opinion,
// visa and signature built in; a BPMN process plugs in here later. The legal envelope (clock,
// silence, notification) is not the work's business and cannot be changed by it.
#pragma once

#include "dossier/state.hpp"

#include <string>
#include <vector>

namespace wasl::dossier {

struct Task {
    std::string name;    // "examine", "opinion", "visa", "sign", "notify"
    std::string office;  // who holds it
    Role role = Role::caseworker;
    std::string assigned;
    Instant since;
    std::optional<Instant> due;  // the holder's own clock, or the legal one

    bool operator==(const Task&) const = default;
};

class Work {
public:
    virtual ~Work() = default;
    // Tasks open now, in order of who must move first. Pure.
    [[nodiscard]] virtual std::vector<Task> tasks(const State& state) const = 0;
    // Whether a proposal may be made now (a process may still wait for a step).
    [[nodiscard]] virtual Result<void> may_propose(const State& state) const = 0;
};

class Examination final : public Work {
public:
    [[nodiscard]] std::vector<Task> tasks(const State& state) const override;
    [[nodiscard]] Result<void> may_propose(const State& state) const override;
};

}  // namespace wasl::dossier
