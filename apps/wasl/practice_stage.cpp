#include "practice_stage.hpp"

#include "base/text.hpp"
#include "dossier/service.hpp"
#include "paper/paper.hpp"
#include "trust/seal.hpp"
#include "trust/verify.hpp"
#include "web/acting.hpp"
#include "web/papers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::app {

namespace {

using lingua::Language;
using practice::Attempt;
using practice::Check;
using practice::Task;

Result<identity::Staff> staff_of(web::MemberSite& member, std::string_view login) {
    for (const auto& staff : TRY(member.staff->all())) {
        if (staff.login == login) return staff;
    }
    return fail(Code::internal, "practice.nobody", std::string(login));
}

json::Object answers_of(const identity::Person& person, bool for_child, const std::string& number) {
    const auto name = [](const identity::PersonName& of) {
        return json::Object{{"given_ar", of.given_arabic}, {"family_ar", of.family_arabic}, {"given_latin", of.given_latin}, {"family_latin", of.family_latin}};
    };
    json::Object out{{"for_child", for_child}, {"birth_commune", json::Object{{"text", "عين الوصل"}}}, {"act_number", number},
                     {"act_year", json::Number{"2016"}}, {"delivery", "online"}};
    if (for_child) {
        auto child = person.name;
        child.given_arabic = "سارة";
        child.given_latin = "Sara";
        out.set("child_name", name(child));
        out.set("child_birth", "2016-05-12");
        out.set("child_link", "guardian");
    } else {
        out.set("holder_name", name(person.name));
        out.set("holder_birth", "1990-05-12");
    }
    return out;
}

// The file's own date moved by ten years, as an editor of PDFs would: what is read stays, its signature does not hold.
std::string later_dated(std::string pdf) {
    constexpr std::string_view date = "/CreationDate (D:20";
    const auto at = pdf.find(date);
    auto& digit = pdf[at == std::string::npos ? pdf.size() / 2 : at + date.size()];
    digit = digit == '3' ? '4' : '3';
    return pdf;
}

}  // namespace

std::string PracticeStage::entry_number() const { return std::to_string(1'000 + site_->entropy->below(9'000)); }

Result<std::shared_ptr<const catalogue::Revision>> PracticeStage::extract() const {
    auto found = TRY(commune_->catalogue->find("birth-extract"));
    if (found == nullptr) return fail(Code::internal, "practice.no-procedure", "birth-extract");
    return found;
}

Result<std::shared_ptr<const catalogue::Revision>> PracticeStage::permit() const {
    auto found = TRY(commune_->catalogue->find("occupancy-permit"));
    if (found == nullptr) return fail(Code::conflict, "practice.no-past");  // a country made before there were any
    return found;
}

Result<identity::Person> PracticeStage::somebody() {
    if (people_.empty()) return fail(Code::internal, "practice.nobody", "people");
    return site_->persons->find(people_[site_->entropy->below(static_cast<std::uint32_t>(people_.size()))]);
}

// Somebody of another name than that.
Result<std::string> PracticeStage::other_name(const std::string& name, Language language) {
    const auto size = static_cast<std::uint32_t>(people_.size());
    const auto from = size == 0 ? 0 : site_->entropy->below(size);
    for (std::uint32_t i = 0; i < size; ++i) {
        const auto person = TRY(site_->persons->find(people_[(from + i) % size]));
        if (auto other = person.name.best(lingua::tag(language)); other != name) return other;
    }
    return fail(Code::internal, "practice.nobody", "people");
}

// A page that says what it is, whose it is and until when it holds: all that a caseworker has to compare.
Result<dossier::Piece> PracticeStage::exercise_paper(const catalogue::Requirement& wanted, const std::string& name, Language language, bool own) {
    paper::Paper page;
    page.language = language;
    page.kind = lingua::say(language, "practice.stage.paper-title");
    page.title = wanted.title.in(lingua::tag(language));
    const auto bearer = own ? name : TRY(other_name(name, language));
    const auto valid = site_->today().plus_months(30);
    page.blocks.emplace_back(paper::Rows{{{lingua::say(language, "practice.stage.paper-name"), bearer, true},
                                          {lingua::say(language, "practice.stage.paper-valid"), valid.iso(), false}}});
    page.banner = lingua::say(language, "paper.demonstration");
    page.page_words = lingua::say(language, "paper.page-words");
    page.created = site_->clock->now();
    const auto drawn = TRY(paper::render(page));
    return commune_->dossiers->upload(wanted.code, wanted.code + ".pdf", drawn.bytes);
}

Result<std::vector<dossier::Piece>> PracticeStage::papers_for(const catalogue::Revision& revision, const Request& request,
                                                              const identity::Person& person, Language language) {
    std::vector<dossier::Piece> out;
    for (const auto& wanted : revision.requirements) {
        if (wanted.code == request.without || (wanted.code == "family-booklet" && !request.for_child)) continue;
        out.push_back(TRY(exercise_paper(wanted, person.name.best(lingua::tag(language)), language, wanted.code != request.faulty)));
    }
    return out;
}

Result<Task> PracticeStage::filed(dossier::Filing filing, const identity::Person& person, Language language, std::string number) {
    filing.applicant = web::party_of(person);
    filing.contact = web::contact_of(person);
    filing.contact.language = lingua::tag(language);
    filing.offices = {commune_->info->appeal, commune_->info->supervisory};
    filing.level = person.level;
    const auto done = TRY(commune_->dossiers->file(std::move(filing), web::acting_person(person)));
    TRY(site_->persons->note_member(person.id, commune_->info->id));
    return Task{done.dossier, done.reference, "work", std::move(number)};
}

Result<Task> PracticeStage::file_extract(const Request& request, const identity::Person& person, Language language,
                                         std::vector<dossier::Piece> papers) {
    dossier::Filing filing;
    filing.revision = TRY(extract());
    filing.office = practice_office;
    filing.answers = answers_of(person, request.for_child, request.number);
    filing.pieces = std::move(papers);
    return filed(std::move(filing), person, language, request.number);
}

Result<Task> PracticeStage::file(const Request& request, const identity::Person& person, Language language) {
    const auto revision = TRY(extract());
    return file_extract(request, person, language, TRY(papers_for(*revision, request, person, language)));
}

Result<Task> PracticeStage::file_permit(const identity::Person& person, Language language, std::vector<dossier::Piece> papers) {
    dossier::Filing filing;
    filing.revision = TRY(permit());
    filing.office = practice_past_office;
    filing.answers = {{"address", "12, rue des Oliviers"}, {"commune", json::Object{{"text", "عين الوصل"}}},
                      {"finished_on", site_->today().plus_days(-30).iso()}};
    filing.pieces = std::move(papers);
    return filed(std::move(filing), person, language, {});
}

// Fifty of each, of ten people: a paper of theirs serves all of their files.
Result<PracticePast> PracticeStage::file_the_past() {
    constexpr std::size_t persons = 10, of_each = 5;
    const Request own{.for_child = false, .without = {}, .faulty = {}, .number = {}};
    const auto permit_sheet = TRY(permit());
    const auto extract_sheet = TRY(extract());
    PracticePast out;
    for (std::size_t i = 0; i < std::min(persons, people_.size()); ++i) {
        const auto person = TRY(site_->persons->find(people_[i]));
        const auto language = lingua::from_tag(person.language).value_or(Language::ar);
        const auto deeds = TRY(papers_for(*permit_sheet, own, person, language));
        const auto cards = TRY(papers_for(*extract_sheet, own, person, language));
        for (std::size_t n = 0; n < of_each; ++n) {
            out.silent.push_back(TRY(file_permit(person, language, deeds)).dossier);
            auto request = own;
            request.number = entry_number();
            out.late.push_back(TRY(file_extract(request, person, language, cards)).dossier);
        }
    }
    return out;
}

Result<void> PracticeStage::propose(const std::string& dossier, dossier::Outcome outcome, const std::string& reasons, const char* office) {
    dossier::Ask ask;
    ask.dossier = dossier;
    ask.command = dossier::Propose{outcome, reasons, {}, {}};
    ask.actor = web::acting_agent(TRY(staff_of(*commune_, "agent")).actor(), office, "instruction");
    TRY(commune_->dossiers->run(std::move(ask)));
    return {};
}

// The next file of the past that nobody has: a note in it says whose it is now, and so it is handed out once.
Result<Task> PracticeStage::hand_out(const std::vector<std::string>& past, const char* part, const practice::Learner& learner, Language language) {
    for (const auto& id : past) {
        const auto stored = TRY(commune_->dossiers->get(id));
        if (!stored || !stored->state.notes.empty()) continue;
        dossier::Ask ask;
        ask.dossier = id;
        ask.command = dossier::AddNote{lingua::say(language, "practice.stage.handed-out", {{"name", learner.name}})};
        ask.actor = web::acting_agent(TRY(staff_of(*commune_, "agent")).actor(), stored->state.file.office, "exercice");
        TRY(commune_->dossiers->run(std::move(ask)));
        return Task{id, stored->state.file.reference, part, {}};
    }
    return fail(Code::conflict, "practice.no-past");
}

// Two files whose time has passed, in any order: one of an act that the law approves by silence, one of an act that it does not.
Result<void> PracticeStage::prepare_silence(const practice::Learner& learner, Language language, Attempt& attempt) {
    attempt.tasks = {TRY(hand_out(past_.silent, "silent", learner, language)), TRY(hand_out(past_.late, "late", learner, language))};
    if (site_->entropy->below(2) == 0) std::swap(attempt.tasks.front(), attempt.tasks.back());
    return {};
}

// Two good decisions: the learner's delegation stands for the office of one, and has ended for that of the other.
Result<void> PracticeStage::prepare_delegated(Language language, Attempt& attempt) {
    const auto reasons = lingua::say(language, "practice.stage.reasons-good");
    const auto first = TRY(somebody());
    auto good = TRY(file({.for_child = false, .without = {}, .faulty = {}, .number = entry_number()}, first, language));
    good.part = "good";
    TRY(propose(good.dossier, dossier::Outcome::granted, reasons));
    const auto person = TRY(somebody());
    const auto sheet = TRY(permit());
    const auto deeds = TRY(papers_for(*sheet, {.for_child = false, .without = {}, .faulty = {}, .number = {}}, person, language));
    auto ended = TRY(file_permit(person, language, deeds));
    ended.part = "ended";
    const auto president = TRY(staff_of(*commune_, "signataire"));
    ended.says = president.id;
    TRY(propose(ended.dossier, dossier::Outcome::granted, reasons, practice_past_office));
    attempt.tasks = {std::move(good), std::move(ended)};
    if (site_->entropy->below(2) == 0) std::swap(attempt.tasks.front(), attempt.tasks.back());
    return {};
}

// Five decisions in the signature book; one of them, anywhere among them, must not be signed.
Result<void> PracticeStage::prepare_batch(const practice::Variant& variant, Language language, Attempt& attempt) {
    const auto trap = site_->entropy->below(5);
    const bool unlisted = variant.expected("trap") == "unlisted-paper";
    for (std::uint32_t i = 0; i < 5; ++i) {
        const auto person = TRY(somebody());
        auto task = TRY(file({.for_child = i % 2 == 0, .without = {}, .faulty = {}, .number = entry_number()}, person, language));
        task.part = i == trap ? "trap" : "good";
        const auto key = i != trap ? "practice.stage.reasons-good" : unlisted ? "practice.stage.reasons-unlisted" : "practice.stage.reasons-contrary";
        const auto outcome = i == trap && unlisted ? dossier::Outcome::refused : dossier::Outcome::granted;
        TRY(propose(task.dossier, outcome, lingua::say(language, key)));
        attempt.tasks.push_back(std::move(task));
    }
    return {};
}

// Three receipts with real seals, as texts of their codes or as signed PDFs; one of them changed after it was sealed.
Result<void> PracticeStage::prepare_forged(const practice::Variant& variant, Language language, Attempt& attempt) {
    const auto altered = site_->entropy->below(3);
    const bool as_files = variant.expected("as") == "pdf";
    json::Array texts;
    for (std::uint32_t i = 0; i < 3; ++i) {
        const auto person = TRY(somebody());
        auto task = TRY(file({.for_child = false, .without = {}, .faulty = {}, .number = entry_number()}, person, language));
        task.part = "paper";
        if (!as_files) texts.emplace_back(TRY(seal_text(task, i == altered)));
        attempt.tasks.push_back(std::move(task));
    }
    attempt.question = {{"texts", texts}, {"altered", static_cast<std::int64_t>(altered) + 1}};
    attempt.question.set("forged", TRY(forged_of(attempt)));
    return {};
}

// The text of a receipt's code; altered, the day of issue says another day than the one that was sealed.
Result<std::string> PracticeStage::seal_text(const Task& task, bool altered) {
    const auto stored = TRY(commune_->dossiers->get(task.dossier));
    if (!stored) return fail(Code::internal, "practice.lost", task.dossier);
    auto text = TRY(web::paper_seal_text(*commune_, *site_, *stored, {web::PaperOf::receipt, {}}));
    if (!altered) return text;
    const auto bytes = TRY(trust::seal_bytes_from_text(text));
    auto seal = TRY(trust::parse_seal(bytes));
    seal.issued = seal.issued.plus_seconds(-86'400LL * (1 + site_->entropy->below(20)));
    const auto scheme = site_->public_url.find("://");
    const auto host = scheme == std::string::npos ? site_->public_url : site_->public_url.substr(scheme + 3);
    const auto changed = TRY(trust::write_seal(seal));
    return trust::seal_url(changed, host);
}

Result<std::string> PracticeStage::receipt_file(const Attempt& attempt, std::int64_t number) {
    const auto* texts = attempt.question.find("texts");
    const bool as_files = texts != nullptr && texts->array() != nullptr && texts->array()->empty();
    if (!as_files || number < 1 || number > static_cast<std::int64_t>(attempt.tasks.size())) return fail(Code::not_found, "practice.no-file");
    const auto& task = attempt.tasks[static_cast<std::size_t>(number - 1)];
    const auto stored = TRY(commune_->dossiers->get(task.dossier));
    if (!stored) return fail(Code::internal, "practice.lost", task.dossier);
    auto pdf = TRY(web::paper_pdf(*site_, *commune_, *stored, {web::PaperOf::receipt, {}}));
    const auto* altered = attempt.question.find("altered");
    return altered != nullptr && altered->integer_or(0) == number ? later_dated(std::move(pdf)) : pdf;
}

Result<int> PracticeStage::forged_of(const Attempt& attempt) {
    const auto* texts = attempt.question.find("texts");
    if (texts == nullptr || texts->array() == nullptr) return 0;
    const auto& keys = commune_->keys->public_keys();
    std::vector<trust::Verdict> verdicts;
    for (const auto& text : *texts->array()) verdicts.push_back(trust::verify_qr(text.text_or(""), keys).verdict);
    for (std::size_t i = 0; verdicts.size() < attempt.tasks.size(); ++i) {
        const auto pdf = TRY(receipt_file(attempt, static_cast<std::int64_t>(i) + 1));
        verdicts.push_back(trust::verify_pdf(pdf, keys).verdict);
    }
    if (std::ranges::count(verdicts, trust::Verdict::invalid) != 1) return 0;
    return 1 + static_cast<int>(std::ranges::find(verdicts, trust::Verdict::invalid) - verdicts.begin());
}

Result<void> PracticeStage::prepare(const practice::Exercise& exercise, const practice::Variant& variant, const practice::Learner& learner,
                                    Attempt& attempt) {
    const auto language = lingua::from_tag(learner.language).value_or(Language::ar);
    const auto one = [&](const Request& request, const identity::Person& person) -> Result<void> {
        attempt.tasks.push_back(TRY(file(request, person, language)));
        return {};
    };
    switch (exercise.check) {
        case Check::filed:
        case Check::last_day: return {};
        case Check::completed:
            return one({.for_child = true, .without = std::string(variant.expected("missing")), .faulty = {}, .number = entry_number()},
                       TRY(site_->persons->find(learner.persona)));
        case Check::completion_asked:
            return one({.for_child = true, .without = {}, .faulty = std::string(variant.expected("paper")), .number = entry_number()}, TRY(somebody()));
        case Check::refused: return one({.for_child = false, .without = {}, .faulty = {}, .number = entry_number()}, TRY(somebody()));
        case Check::batch_signed: return prepare_batch(variant, language, attempt);
        case Check::forged: return prepare_forged(variant, language, attempt);
        case Check::silence: return prepare_silence(learner, language, attempt);
        case Check::delegation_ended: return prepare_delegated(language, attempt);
    }
    return {};
}

}  // namespace wasl::app
