// The practice country at work, as its pages see it: the application prepares dossiers, judges, and issues certificates.
//
// Error keys, beside those of results.hpp: practice.name [unprocessable] · participation.control-characters [invalid: in a name] · practice.unknown-exercise, practice.no-file [not_found] ·
// practice.not-for-role [forbidden] · practice.open-already [conflict: this exercise has a try that is not finished] ·
// practice.no-answer [unprocessable] · practice.nothing-yet [conflict: nothing decisive has happened] ·
// practice.no-more-hints [conflict] · practice.track-open [conflict: exercises of the track are still to pass].
#pragma once

#include "practice/results.hpp"

namespace wasl::practice {

class Lab {
public:
    virtual ~Lab() = default;
    [[nodiscard]] virtual const std::vector<Exercise>& exercises() const = 0;
    [[nodiscard]] virtual const Results& results() const = 0;
    virtual Result<Class> new_class() = 0;

    // Makes who the learner acts as, and gives the token of the learner's cookie.
    virtual Result<std::string> enrol(Learner learner) = 0;
    // Prepares a new try with its own dossiers.
    virtual Result<Attempt> start(const Learner& learner, std::string_view exercise) = 0;
    virtual Result<Attempt> hint(const Learner& learner, std::string_view attempt) = 0;
    // Judges by what stands in the store; a try that is judged is finished for good.
    virtual Result<Attempt> finish(const Learner& learner, std::string_view attempt, std::string_view answer) = 0;
    // Issued once, when the track is done; then the same.
    virtual Result<void> certify(const Learner& learner) = 0;
    // One of the files that a try asks to be judged, from 1: a PDF. "practice.no-file" [not_found].
    virtual Result<std::string> file(const Learner& learner, std::string_view attempt, std::int64_t number) = 0;
    virtual Result<std::string> certificate_pdf(const Learner& learner) = 0;  // "practice.track-open" when there is none
};

// The exercise of that id. "practice.unknown-exercise".
Result<const Exercise*> exercise_of(const Lab& lab, std::string_view id);

}  // namespace wasl::practice
