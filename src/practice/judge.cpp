#include "practice/judge.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace wasl::practice {

namespace {

constexpr std::size_t thin_reasons = 40;  // characters: less is no reasoning of this file
constexpr std::array<std::string_view, 12> all_mistakes{"filed-incomplete", "other-answer", "completed-by-other", "wrong-paper", "not-refused",
                                                        "reasons-thin", "reasons-of-another", "signed-trap", "returned-good", "other-hand",
                                                        "wrong-day", "wrong-choice"};

Finding failed(std::string_view key, std::string detail) { return {Verdict::failed, {{std::string(key), std::move(detail)}}}; }

// The last event of that body, and who did it.
template <class Body>
struct Last {
    const Body* body = nullptr;
    const dossier::By* by = nullptr;
};
template <class Body>
Last<Body> last_of(const Told& told) {
    Last<Body> out;
    for (const auto& event : told.events) {
        if (const auto* body = std::get_if<Body>(&event.body)) out = {body, &event.by};
    }
    return out;
}

bool answered(const json::Object& answers, std::string_view field, std::string_view wanted) {
    const auto* value = answers.find(field);
    if (value == nullptr) return false;
    if (const auto* yes = value->boolean()) return *yes == (wanted == "yes");
    if (const auto* number = value->number()) return number->text == wanted;
    return value->text_or("") == wanted;
}

Finding judge_filed(const Variant& variant, std::string_view persona, std::span<const Told> told) {
    Finding out;
    for (const auto& one : told) {
        const auto filed = last_of<dossier::Filed>(one);
        if (filed.body == nullptr || filed.by->id != persona) continue;
        std::vector<Mistake> mistakes;
        if (!filed.body->receipt.complete()) mistakes.push_back({"filed-incomplete", filed.body->reference});
        for (const auto& [field, value] : variant.expect) {
            if (!answered(filed.body->answers, field, value)) mistakes.push_back({"other-answer", field});
        }
        if (mistakes.empty()) return {Verdict::passed, {}};
        out = {Verdict::failed, std::move(mistakes)};
    }
    return out;
}

Finding judge_completed(std::string_view persona, const Told& told) {
    const auto completed = last_of<dossier::Completed>(told);
    if (completed.body == nullptr) return {};
    const bool own = std::ranges::any_of(told.events, [&](const dossier::Event& event) {
        return std::holds_alternative<dossier::PieceAdded>(event.body) && event.by.id == persona;
    });
    if (!own || !completed.body->accepted_by.empty()) return failed("completed-by-other", told.task.reference);
    return {Verdict::passed, {}};
}

Finding judge_asked(const Variant& variant, std::string_view persona, const Told& told) {
    const auto asked = last_of<dossier::CompletionRequested>(told);
    if (asked.body == nullptr) {
        // A decision instead of the request: the paper that does not fit was taken for good.
        return last_of<dossier::Proposed>(told).body == nullptr ? Finding() : failed("wrong-paper", told.task.reference);
    }
    if (asked.by->id != persona) return failed("other-hand", told.task.reference);
    const bool right = asked.body->missing.size() == 1 && asked.body->missing.front().code == variant.expected("paper");
    if (right) return {Verdict::passed, {}};
    Finding out{Verdict::failed, {}};
    for (const auto& missing : asked.body->missing) {
        if (missing.code != variant.expected("paper")) out.mistakes.push_back({"wrong-paper", missing.title.empty() ? missing.code : missing.title});
    }
    return out;
}

Finding judge_refused(std::string_view persona, const Told& told) {
    const auto proposed = last_of<dossier::Proposed>(told);
    if (proposed.body == nullptr) return {};
    if (proposed.by->id != persona) return failed("other-hand", told.task.reference);
    if (proposed.body->outcome != dossier::Outcome::refused) return failed("not-refused", told.task.reference);
    const auto reasons = trim(proposed.body->reasons);
    if (count_code_points(reasons) < thin_reasons) return failed("reasons-thin", told.task.reference);
    if (reasons.find(told.task.says) == std::string_view::npos) return failed("reasons-of-another", told.task.says);
    return {Verdict::passed, {}};
}

Finding judge_batch(std::string_view persona, std::span<const Told> told) {
    Finding out{Verdict::passed, {}};
    std::size_t done = 0;
    for (const auto& one : told) {
        const bool trap = one.task.part == "trap";
        const auto signed_ = last_of<dossier::Signed>(one);
        const auto returned = last_of<dossier::Returned>(one);
        const auto* by = signed_.body != nullptr ? signed_.by : returned.by;
        if (by == nullptr) continue;
        ++done;
        if (by->id != persona) {
            out.mistakes.push_back({"other-hand", one.task.reference});
        } else if (trap && signed_.body != nullptr) {
            out.mistakes.push_back({"signed-trap", one.task.reference});
        } else if (!trap && signed_.body == nullptr) {
            out.mistakes.push_back({"returned-good", one.task.reference});
        }
    }
    if (!out.mistakes.empty()) {
        out.verdict = Verdict::failed;
    } else if (done < told.size()) {
        out.verdict = Verdict::not_yet;
    }
    return out;
}

}  // namespace

Finding judge(Check check, const Variant& variant, std::string_view persona, std::span<const Told> told) {
    if (told.empty()) return {};
    switch (check) {
        case Check::filed: return judge_filed(variant, persona, told);
        case Check::completed: return judge_completed(persona, told.front());
        case Check::completion_asked: return judge_asked(variant, persona, told.front());
        case Check::refused: return judge_refused(persona, told.front());
        case Check::batch_signed: return judge_batch(persona, told);
        case Check::last_day:
        case Check::forged: break;  // an answer, not a dossier
    }
    return {};
}

std::span<const std::string_view> mistake_keys() noexcept { return all_mistakes; }

}  // namespace wasl::practice
