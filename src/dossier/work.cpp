#include "dossier/work.hpp"

#include <algorithm>

namespace wasl::dossier {

namespace {

void waiting(std::vector<Task>& tasks, const std::vector<DeskState>& desks, const char* name, Role role) {
    for (const auto& desk : desks) {
        if (desk.answer == DeskState::Answer::none) {
            tasks.push_back({.name = name, .office = desk.desk, .role = role, .assigned = {}, .since = desk.asked, .due = desk.due});
        }
    }
}

}  // namespace

std::vector<Task> Examination::tasks(const State& state) const {
    std::vector<Task> tasks;
    const auto own = [&](const char* name, Role role, Instant since) {
        tasks.push_back({.name = name, .office = state.file.office, .role = role, .assigned = state.assigned, .since = since, .due = state.clock.due});
    };
    const Instant since = state.proposal ? state.proposal->at : state.clock.started.value_or(state.filed_at);
    switch (state.phase) {
        case Phase::examination:
            waiting(tasks, state.opinions, "opinion", Role::opinion);
            own("examine", Role::caseworker, since);
            break;
        case Phase::visa: waiting(tasks, state.visas, "visa", Role::visa); break;
        case Phase::signature: own("sign", Role::signatory, since); break;
        case Phase::notification: own("notify", Role::caseworker, state.decision ? state.decision->signed_at : since); break;
        default: break;
    }
    return tasks;
}

Result<void> Examination::may_propose(const State&) const { return {}; }  // decide() knows all that the default asks

}  // namespace wasl::dossier
