#include "dossier/state.hpp"

namespace wasl::dossier {

bool is_open(Phase phase) noexcept { return phase <= Phase::notification; }

bool waits_for_person(Phase phase) noexcept { return phase == Phase::incomplete || phase == Phase::completion; }

std::vector<Missing> still_missing(const State& state) {
    return state.completion ? state.completion->missing : std::vector<Missing>{};
}

std::vector<std::string> authors_of(const State& state) { return state.authors; }

const Document* find_document(const State& state, std::string_view id) noexcept {
    for (const auto& document : state.documents) {
        if (document.id == id) return &document;
    }
    return nullptr;
}

std::vector<std::string> offices_of(const State& state) {
    std::vector<std::string> offices{state.file.office};
    for (const auto& desk : state.opinions) offices.push_back(desk.desk);
    for (const auto& desk : state.visas) offices.push_back(desk.desk);
    for (const auto& appeal : state.appeals) offices.push_back(appeal.authority);
    if (state.silence_at && !state.file.terms.supervisory_office.empty()) {
        offices.push_back(state.file.terms.supervisory_office);
    }
    return offices;
}

}  // namespace wasl::dossier
