// Asked once: the holder of a paper is asked instead of the person; its silence is never the person's.
#include "dossier/impl/deciding.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace wasl::dossier {

namespace {

constexpr std::int64_t first_pause = 5 * 60, longest_pause = 24 * 3'600;  // seconds between two tries

Instant next_try(Instant at, std::int64_t tries) {
    const auto doubled = first_pause << std::clamp<std::int64_t>(tries - 1, 0, 12);
    return at.plus_seconds(std::min(doubled, longest_pause));
}

Result<void> by_the_program(const Deciding& d) {
    if (d.is_system()) return {};
    return fail(Code::forbidden, "dossier.role-required", "system");
}

// What is still waited for; nothing when it came meanwhile, or the dossier is decided.
const Evidence* waited_for(const Deciding& d, std::string_view requirement) {
    const auto* evidence = d.state.phase < Phase::notification ? evidence_of(d.state, requirement) : nullptr;
    return evidence != nullptr && evidence->status == EvidenceStatus::waiting ? evidence : nullptr;
}

bool is_complete_with(const Deciding& d, std::string_view requirement) {
    if (!waits_for_person(d.state.phase)) return false;
    return std::ranges::all_of(still_missing(d.state), [&](const Missing& m) { return !m.answer && m.code == requirement; });
}

}  // namespace

void file_evidence(Deciding& d, const std::vector<Evidence>& evidence) {
    for (const auto& asked : evidence) {
        if (asked.needs_consent && asked.agreed) {
            d.emit(EvidenceAgreed{asked.requirement, asked.type, asked.holder, asked.legal_basis});
        }
        auto kept = asked;
        kept.contested.clear();
        if (asked.status == EvidenceStatus::waiting) {
            kept.next = asked.tries > 0 ? next_try(d.at, asked.tries) : d.at;
            d.emit(EvidenceUnanswered{std::move(kept)});
        } else {
            kept.next.reset();
            d.emit(EvidenceFetched{std::move(kept), std::nullopt});
        }
        if (!asked.contested.empty()) d.emit(EvidenceContested{asked.requirement, asked.contested});
    }
}

Result<void> decide_on(Deciding& d, const TakeEvidence& command) {
    TRY(by_the_program(d));
    const auto* waiting = waited_for(d, command.evidence.requirement);
    if (waiting == nullptr) return {};
    auto answer = command.evidence;
    answer.agreed = waiting->agreed;
    answer.tries = waiting->tries;
    answer.next.reset();
    if (answer.status == EvidenceStatus::waiting) return fail(Code::invalid, "dossier.malformed", "an answer that is none");
    const bool held = answer.status == EvidenceStatus::held;
    d.emit(EvidenceFetched{std::move(answer), held ? command.piece : std::nullopt});
    if (held && is_complete_with(d, command.evidence.requirement)) complete(d, "", "");
    return {};
}

Result<void> decide_on(Deciding& d, const NoteSilentHolder& command) {
    TRY(by_the_program(d));
    const auto* waiting = waited_for(d, command.requirement);
    if (waiting == nullptr) return {};
    auto silent = *waiting;
    ++silent.tries;
    silent.next = next_try(d.at, silent.tries);
    silent.why = command.why;
    if (!command.holder.empty()) silent.holder = command.holder;
    d.emit(EvidenceUnanswered{std::move(silent)});
    return {};
}

// The person says that what was fetched is wrong; the agent sees it beside the value.
Result<void> decide_on(Deciding& d, const ContestEvidence& command) {
    TRY(d.person_concerned());
    TRY(d.in_phase({Phase::incomplete, Phase::completion, Phase::examination, Phase::visa, Phase::signature}));
    TRY(d.reasons(command.text));
    const auto* known = evidence_of(d.state, command.requirement);
    const bool answered = known != nullptr && (known->status == EvidenceStatus::held || known->status == EvidenceStatus::not_held);
    if (!answered) return fail(Code::not_found, "dossier.unknown-evidence", command.requirement);
    if (known->contested == command.text) return {};
    d.emit(EvidenceContested{command.requirement, command.text});
    return {};
}

}  // namespace wasl::dossier
