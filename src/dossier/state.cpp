#include "dossier/state.hpp"

namespace wasl::dossier {

bool is_open(Phase phase) noexcept { return phase <= Phase::notification; }

bool waits_for_person(Phase phase) noexcept { return phase == Phase::incomplete || phase == Phase::completion; }

std::vector<Missing> still_missing(const State& state) {
    return state.completion ? state.completion->missing : std::vector<Missing>{};
}

const Evidence* evidence_of(const State& state, std::string_view requirement) noexcept {
    for (const auto& evidence : state.evidence) {
        if (evidence.requirement == requirement) return &evidence;
    }
    return nullptr;
}

bool is_its_holders(const Evidence& evidence) noexcept {
    return evidence.status == EvidenceStatus::waiting || evidence.status == EvidenceStatus::held;
}

std::optional<Instant> next_asking(const State& state) noexcept {
    if (!state.exists() || state.phase >= Phase::notification) return std::nullopt;
    std::optional<Instant> next;
    for (const auto& evidence : state.evidence) {
        if (evidence.status != EvidenceStatus::waiting || !evidence.next) continue;
        if (!next || *evidence.next < *next) next = evidence.next;
    }
    return next;
}

std::string_view source_of_answer(const State& state, std::string_view field) noexcept {
    const auto* given = state.file.answers.find(field);
    if (given == nullptr) return "typed";
    for (const auto& evidence : state.evidence) {
        if (evidence.status != EvidenceStatus::held) continue;
        for (const auto& answer : evidence.answers) {
            const auto* fact = answer.field == field ? evidence.facts.find(answer.fact) : nullptr;
            if (fact != nullptr && *fact == *given) return "fetched";
        }
    }
    return "typed";
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
