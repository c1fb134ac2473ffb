#include "practice/judge.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace wasl::practice {

namespace {

constexpr std::size_t thin_reasons = 40;  // characters: less is no reasoning of this file
constexpr std::array<std::string_view, 19> all_mistakes{"filed-incomplete", "other-answer", "completed-by-other", "wrong-paper", "not-refused",
                                                        "reasons-thin", "reasons-of-another", "signed-trap", "returned-good", "other-hand",
                                                        "wrong-day", "wrong-choice", "told-thin", "late-told", "late-completion",
                                                        "late-refused", "handed-good", "ended-returned", "handed-to-other"};

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
// The last of those that this one did.
template <class Body>
const Body* own_last(std::string_view persona, const Told& told) {
    const Body* out = nullptr;
    for (const auto& event : told.events) {
        if (const auto* body = std::get_if<Body>(&event.body); body != nullptr && event.by.id == persona) out = body;
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

// All that was handed out has to be done, and one mistake is enough.
Finding judge_all(std::span<const Told> told, auto one) {
    Finding out{Verdict::passed, {}};
    bool open = false;
    for (const auto& each : told) {
        const auto finding = one(each);
        open |= finding.verdict == Verdict::not_yet;
        std::ranges::copy(finding.mistakes, std::back_inserter(out.mistakes));
    }
    if (open) return {};
    if (!out.mistakes.empty()) out.verdict = Verdict::failed;
    return out;
}

// The delay has passed and the law has approved: the person is told, nobody decides any more.
Finding judge_silent(std::string_view persona, const Told& told) {
    const auto* message = own_last<dossier::MessageSent>(persona, told);
    if (message == nullptr || !message->to_person) return {};
    if (count_code_points(trim(message->text)) < thin_reasons) return failed("told-thin", told.task.reference);
    return {Verdict::passed, {}};
}

// The delay has passed and no silence approves this act: it is decided now, as the file stands.
Finding judge_late(std::string_view persona, const Told& told) {
    const auto proposed = last_of<dossier::Proposed>(told);
    if (proposed.body == nullptr) {
        if (own_last<dossier::CompletionRequested>(persona, told) != nullptr) return failed("late-completion", told.task.reference);
        return own_last<dossier::MessageSent>(persona, told) != nullptr ? failed("late-told", told.task.reference) : Finding();
    }
    if (proposed.by->id != persona) return failed("other-hand", told.task.reference);
    if (proposed.body->outcome != dossier::Outcome::granted) return failed("late-refused", told.task.reference);
    return {Verdict::passed, {}};
}

// Where the delegation stands it is signed; where it has ended it goes to who may sign, and to nobody else.
Finding judge_delegated(std::string_view persona, const Told& told) {
    const auto signed_ = last_of<dossier::Signed>(told);
    const auto* returned = own_last<dossier::Returned>(persona, told);
    const auto* handed = own_last<dossier::Assigned>(persona, told);
    const bool away = handed != nullptr && !handed->to.empty() && handed->to != persona;
    if (told.task.part == "good") {
        if (signed_.body != nullptr) return signed_.by->id == persona ? Finding{Verdict::passed, {}} : failed("other-hand", told.task.reference);
        return returned != nullptr || away ? failed("handed-good", told.task.reference) : Finding();
    }
    if (returned != nullptr) return failed("ended-returned", told.task.reference);
    if (!away) return signed_.body != nullptr ? failed("other-hand", told.task.reference) : Finding();
    return handed->to == told.task.says ? Finding{Verdict::passed, {}} : failed("handed-to-other", told.task.reference);
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
        case Check::silence:
            return judge_all(told, [&](const Told& one) { return one.task.part == "late" ? judge_late(persona, one) : judge_silent(persona, one); });
        case Check::delegation_ended: return judge_all(told, [&](const Told& one) { return judge_delegated(persona, one); });
        case Check::last_day:
        case Check::forged: break;  // an answer, not a dossier
    }
    return {};
}

std::span<const std::string_view> mistake_keys() noexcept { return all_mistakes; }

}  // namespace wasl::practice
