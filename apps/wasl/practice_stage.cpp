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

constexpr const char* civil_status = "etat-civil";

Result<identity::Staff> caseworker(web::MemberSite& member) {
    for (const auto& staff : TRY(member.staff->all())) {
        if (staff.login == "agent") return staff;
    }
    return fail(Code::internal, "practice.nobody", "agent");
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

Result<identity::Person> PracticeStage::somebody() {
    if (people_.empty()) return fail(Code::internal, "practice.nobody", "people");
    return site_->persons->find(people_[site_->entropy->below(static_cast<std::uint32_t>(people_.size()))]);
}

// A page that says what it is, whose it is and until when it holds: all that a caseworker has to compare.
Result<dossier::Piece> PracticeStage::exercise_paper(const catalogue::Requirement& wanted, const std::string& name, Language language, bool own) {
    paper::Paper page;
    page.language = language;
    page.kind = lingua::say(language, "practice.stage.paper-title");
    page.title = wanted.title.in(lingua::tag(language));
    const auto bearer = own ? name : TRY(somebody()).name.best(lingua::tag(language)) + " (2)";
    const auto valid = site_->today().plus_months(30);
    page.blocks.emplace_back(paper::Rows{{{lingua::say(language, "practice.stage.paper-name"), bearer, true},
                                          {lingua::say(language, "practice.stage.paper-valid"), valid.iso(), false}}});
    page.banner = lingua::say(language, "paper.demonstration");
    page.page_words = lingua::say(language, "paper.page-words");
    page.created = site_->clock->now();
    const auto drawn = TRY(paper::render(page));
    return commune_->dossiers->upload(wanted.code, wanted.code + ".pdf", drawn.bytes);
}

Result<Task> PracticeStage::file(const Request& request, const identity::Person& person, Language language) {
    const auto revision = TRY(extract());
    dossier::Filing filing;
    filing.revision = revision;
    filing.applicant = web::party_of(person);
    filing.contact = web::contact_of(person);
    filing.contact.language = lingua::tag(language);
    filing.office = civil_status;
    filing.offices = {commune_->info->appeal, commune_->info->supervisory};
    filing.answers = answers_of(person, request.for_child, request.number);
    filing.level = person.level;
    for (const auto& wanted : revision->requirements) {
        if (wanted.code == request.without || (wanted.code == "family-booklet" && !request.for_child)) continue;
        filing.pieces.push_back(TRY(exercise_paper(wanted, person.name.best(lingua::tag(language)), language, wanted.code != request.faulty)));
    }
    const auto done = TRY(commune_->dossiers->file(std::move(filing), web::acting_person(person)));
    TRY(site_->persons->note_member(person.id, commune_->info->id));
    return Task{done.dossier, done.reference, "work", request.number};
}

Result<void> PracticeStage::propose(const std::string& dossier, dossier::Outcome outcome, const std::string& reasons) {
    dossier::Ask ask;
    ask.dossier = dossier;
    ask.command = dossier::Propose{outcome, reasons, {}, {}};
    ask.actor = web::acting_agent(TRY(caseworker(*commune_)).actor(), civil_status, "instruction");
    TRY(commune_->dossiers->run(std::move(ask)));
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
    }
    return {};
}

}  // namespace wasl::app
