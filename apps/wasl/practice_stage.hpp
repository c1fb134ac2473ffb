// What a try of an exercise finds: dossiers filed, proposed and left in the state that its start asks for, by the real commands.
#pragma once

#include "lingua/messages.hpp"
#include "practice/exercise.hpp"
#include "practice/results.hpp"
#include "web/site.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

class PracticeStage {
public:
    // `people`: ids of synthetic persons who file. All outlive it.
    PracticeStage(web::Site& site, web::MemberSite& commune, std::vector<std::string> people)
        : site_(&site), commune_(&commune), people_(std::move(people)) {}

    // Fills tasks and question of a try. What was filed for a try that fails half-way stays with nobody's try.
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
    Result<identity::Person> somebody();
    Result<dossier::Piece> exercise_paper(const catalogue::Requirement& wanted, const std::string& name, lingua::Language language, bool own);
    Result<practice::Task> file(const Request& request, const identity::Person& person, lingua::Language language);
    Result<void> propose(const std::string& dossier, dossier::Outcome outcome, const std::string& reasons);
    Result<void> prepare_batch(const practice::Variant& variant, lingua::Language language, practice::Attempt& attempt);
    Result<void> prepare_forged(const practice::Variant& variant, lingua::Language language, practice::Attempt& attempt);
    Result<std::string> seal_text(const practice::Task& task, bool altered);
    [[nodiscard]] std::string entry_number() const;

    web::Site* site_;
    web::MemberSite* commune_;
    std::vector<std::string> people_;
};

}  // namespace wasl::app
