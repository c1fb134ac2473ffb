// What became of a try, read from the events of its dossiers. Pure; nothing is taken on the learner's word.
//
//   filed             a new dossier of the learner; expect: answers (field = value, yes/no for a question of yes or no)
//   completed         the learner handed in what the receipt lists as missing, and the file became complete
//   completion-asked  the one request names exactly the paper `expect.paper`
//   refused           a refusal is proposed, its reasons at least 40 characters long and with the words `Task::says`
//   batch-signed      every dossier of part "good" signed, the one of part "trap" returned with its reasons
//   silence           both are late: the person of part "silent" is told in words of at least 40 characters that the law has
//                     approved; part "late", whose act no silence approves, has a grant proposed and nothing else
//   delegation-ended  part "good" signed under the delegation that stands, part "ended" assigned to `Task::says`, who may sign it
#pragma once

#include "dossier/event.hpp"
#include "practice/exercise.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::practice {

// A dossier of a try.
struct Task {
    std::string dossier, reference;
    std::string part;  // "work", "good", "trap", "paper", "silent", "late", "ended"
    std::string says;  // what reasons about this dossier have to name, or who it is to be handed to; may be empty
    bool operator==(const Task&) const = default;
};

struct Mistake {
    std::string key;     // of the sentence "practice.mistake.KEY", which names the article
    std::string detail;  // reference, paper or field it was made on; may be empty
    bool operator==(const Mistake&) const = default;
};

enum class Verdict : std::uint8_t {
    not_yet,  // nothing decisive has happened: go on
    passed,
    failed,   // what was done can not be undone: another try, another variant
};
struct Finding {
    Verdict verdict = Verdict::not_yet;
    std::vector<Mistake> mistakes;
};

// A dossier of the try with all of its events, in order.
struct Told {
    Task task;
    std::vector<dossier::Event> events;
};

// Keys of mistakes: filed-incomplete, other-answer, completed-by-other, wrong-paper, not-refused, reasons-thin, reasons-of-another,
// signed-trap, returned-good, other-hand, told-thin, late-told, late-completion, late-refused, handed-good, ended-returned,
// handed-to-other.
Finding judge(Check check, const Variant& variant, std::string_view persona, std::span<const Told> told);

// Every key that a judgement of dossiers or of an answer can give ("wrong-day", "wrong-choice" too).
std::span<const std::string_view> mistake_keys() noexcept;

}  // namespace wasl::practice
