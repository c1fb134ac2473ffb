// What a try of an exercise finds: dossiers filed, proposed and left in the state that its start asks for, by the real commands.
#pragma once

#include "practice.hpp"

#include "lingua/messages.hpp"
#include "practice/exercise.hpp"
#include "practice/results.hpp"
#include "web/site.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

// Files of the past, by id: nobody can make one later, so each is handed out once.
struct PracticePast {
    std::vector<std::string> silent;  // approved by the silence of the commune
    std::vector<std::string> late;    // of an act that no silence approves
};

class PracticeStage {
public:
    // `people`: ids of synthetic persons who file. All outlive it.
    PracticeStage(web::Site& site, web::MemberSite& commune, std::vector<std::string> people, PracticePast past)
        : site_(&site), commune_(&commune), people_(std::move(people)), past_(std::move(past)) {}

    // For a country that is being made, at an instant forty days before its end: complete files that nobody answers.
    Result<PracticePast> file_the_past();

    // Fills tasks and question of a try. What was filed for a try that fails half-way stays with nobody's try.
    // "practice.no-past" [conflict]: the files of the past are all handed out, or the country was made without them.
    Result<void> prepare(const practice::Exercise& exercise, const practice::Variant& variant, const practice::Learner& learner,
                         practice::Attempt& attempt);

    // A receipt of a try that asks for PDFs, from 1, as it is handed out: one of them was altered. "practice.no-file".
    Result<std::string> receipt_file(const practice::Attempt& attempt, std::int64_t number);
    // Which of what was handed out the program itself finds forged, from 1; 0: none, or more than one.
    Result<int> forged_of(const practice::Attempt& attempt);

private:
    struct Request {
        bool for_child = true;
        std::string without;  // paper left out
        std::string faulty;   // paper that names somebody else
        std::string number;   // of the entry
    };
    Result<std::shared_ptr<const catalogue::Revision>> extract() const;
    Result<std::shared_ptr<const catalogue::Revision>> permit() const;
    Result<std::vector<dossier::Piece>> papers_for(const catalogue::Revision& revision, const Request& request, const identity::Person& person,
                                                   lingua::Language language);
    Result<practice::Task> file_permit(const identity::Person& person, lingua::Language language, std::vector<dossier::Piece> papers);
    Result<practice::Task> file_extract(const Request& request, const identity::Person& person, lingua::Language language,
                                        std::vector<dossier::Piece> papers);
    Result<practice::Task> hand_out(const std::vector<std::string>& past, const char* part, const practice::Learner& learner, lingua::Language language);
    Result<void> prepare_silence(const practice::Learner& learner, lingua::Language language, practice::Attempt& attempt);
    Result<void> prepare_delegated(lingua::Language language, practice::Attempt& attempt);
    Result<identity::Person> somebody();
    Result<std::string> other_name(const std::string& name, lingua::Language language);
    Result<dossier::Piece> exercise_paper(const catalogue::Requirement& wanted, const std::string& name, lingua::Language language, bool own);
    Result<practice::Task> file(const Request& request, const identity::Person& person, lingua::Language language);
    Result<practice::Task> filed(dossier::Filing filing, const identity::Person& person, lingua::Language language, std::string number);
    Result<void> propose(const std::string& dossier, dossier::Outcome outcome, const std::string& reasons, const char* office = practice_office);
    Result<void> prepare_batch(const practice::Variant& variant, lingua::Language language, practice::Attempt& attempt);
    Result<void> prepare_forged(const practice::Variant& variant, lingua::Language language, practice::Attempt& attempt);
    Result<std::string> seal_text(const practice::Task& task, bool altered);
    [[nodiscard]] std::string entry_number() const;

    web::Site* site_;
    web::MemberSite* commune_;
    std::vector<std::string> people_;
    PracticePast past_;
};

}  // namespace wasl::app
