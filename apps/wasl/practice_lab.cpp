// The lab: enrols learners, starts and judges tries, issues certificates through a member of the practice country.
#include "practice.hpp"

#include "demo_names.hpp"
#include "demo_staff.hpp"
#include "host.hpp"
#include "practice_stage.hpp"
#include "tool.hpp"

#include "base/text.hpp"
#include "lingua/messages.hpp"
#include "participation/text.hpp"
#include "practice/day_question.hpp"
#include "web/acting.hpp"
#include "web/papers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace wasl::app {

namespace {

using lingua::Language;
using practice::Attempt;
using practice::Check;
using practice::Exercise;
using practice::Learner;

constexpr const char* certificate_office = "attestations";

bool is_arabic(std::string_view name) {
    for (std::size_t at = 0; at < name.size();) {
        const auto letter = next_code_point(name, at);
        if (letter >= 0x600 && letter <= 0x6FF) return true;
    }
    return false;
}

class PracticeLab final : public practice::Lab {
public:
    PracticeLab(Host& host, web::MemberSite& commune, web::MemberSite& school, std::vector<Exercise> exercises,
                std::unique_ptr<practice::Results> results, PracticeStage stage, std::string examiner)
        : site_(&host.site()), commune_(&commune), school_(&school), exercises_(std::move(exercises)), results_(std::move(results)),
          stage_(std::move(stage)), examiner_(std::move(examiner)) {}

    [[nodiscard]] const std::vector<Exercise>& exercises() const override { return exercises_; }
    [[nodiscard]] const practice::Results& results() const override { return *results_; }
    Result<practice::Class> new_class() override { return results_->new_class(); }

    Result<std::string> enrol(Learner learner) override {
        // It will stand on a signed paper: as clean as what is said in public.
        const auto name = participation::clean_name(learner.name, 80);
        if (!name && name.error().key != "participation.control-characters") return fail(Code::unprocessable, "practice.name");
        learner.name = TRY(name);
        TRY(results_->known_class(learner.class_code));  // before an account is made for nothing
        const std::lock_guard lock(one_at_a_time_);
        switch (learner.role) {
            case practice::Role::person: learner.persona = TRY(new_person(learner)); break;
            case practice::Role::agent:
            case practice::Role::signatory:
                learner.member = practice_commune;
                learner.persona = TRY(new_agent(learner));
                break;
            case practice::Role::verifier: break;
        }
        return results_->add(learner);
    }

    Result<Attempt> start(const Learner& learner, std::string_view id) override {
        const auto* exercise = TRY(practice::exercise_of(*this, id));
        if (!exercise->is_for(learner.role)) return fail(Code::forbidden, "practice.not-for-role");
        const std::lock_guard lock(one_at_a_time_);
        const auto before = TRY(results_->attempts(learner.id));
        if (practice::standing_of(before, id).open != nullptr) return fail(Code::conflict, "practice.open-already");
        const auto number = std::ranges::count(before, id, &Attempt::exercise);
        Attempt attempt;
        attempt.learner = learner.id;
        attempt.exercise = id;
        // The first is drawn, so that neighbours in a class do not share it; each further try takes the next.
        const auto variants = static_cast<int>(exercise->variants.size());
        const auto first = number == 0 ? static_cast<int>(site_->entropy->below(static_cast<std::uint32_t>(variants)))
                                       : std::ranges::find(before, id, &Attempt::exercise)->variant;
        attempt.variant = (first + static_cast<int>(number)) % variants;
        attempt.started = site_->clock->now();
        if (exercise->check == Check::last_day) {
            attempt.question = practice::to_json(practice::draw_day_question(site_->pack->calendar(), site_->today(), *site_->entropy));
        }
        TRY(stage_.prepare(*exercise, exercise->variants[static_cast<std::size_t>(attempt.variant)], learner, attempt));
        TRY(results_->add(attempt));
        return attempt;
    }

    Result<Attempt> hint(const Learner& learner, std::string_view id) override {
        auto attempt = TRY(open_attempt(learner, id));
        const auto* exercise = TRY(practice::exercise_of(*this, attempt.exercise));
        if (attempt.hints >= static_cast<int>(exercise->hints.size())) return fail(Code::conflict, "practice.no-more-hints");
        ++attempt.hints;
        TRY(results_->change(attempt));
        return attempt;
    }

    Result<Attempt> finish(const Learner& learner, std::string_view id, std::string_view answer) override {
        auto attempt = TRY(open_attempt(learner, id));
        const auto* exercise = TRY(practice::exercise_of(*this, attempt.exercise));
        const auto finding = TRY(judge(*exercise, learner, attempt, trim(answer)));
        if (finding.verdict == practice::Verdict::not_yet) return fail(Code::conflict, "practice.nothing-yet");
        const auto before = TRY(results_->attempts(learner.id));
        const auto failures = practice::standing_of(before, attempt.exercise).failures;
        attempt.finished = site_->clock->now();
        attempt.passed = finding.verdict == practice::Verdict::passed;
        attempt.mistakes = finding.mistakes;
        const auto seconds = attempt.finished->seconds() - attempt.started.seconds();
        attempt.points = attempt.passed ? practice::score(exercise->rule, failures, attempt.hints, seconds) : 0;
        TRY(results_->change(attempt));
        return attempt;
    }

    Result<void> certify(const Learner& known) override {
        const std::lock_guard lock(one_at_a_time_);
        auto learner = TRY(results_->learner(known.id));  // as of now: another request may have been faster
        if (!learner.certificate.empty()) return {};
        const auto attempts = TRY(results_->attempts(known.id));
        if (!practice::track_done(exercises_, known.role, attempts)) return fail(Code::conflict, "practice.track-open");
        TRY(issue(learner, attempts));
        return results_->keep_certificate(learner);
    }

    Result<std::string> file(const Learner& learner, std::string_view id, std::int64_t number) override {
        return stage_.receipt_file(TRY(results_->attempt(learner, id)), number);
    }

    Result<std::string> certificate_pdf(const Learner& learner) override {
        if (learner.certificate.empty()) return fail(Code::conflict, "practice.track-open");
        const auto stored = TRY(school_->dossiers->get(learner.certificate));
        if (!stored) return fail(Code::internal, "practice.lost", learner.certificate);
        return web::paper_pdf(*site_, *school_, *stored, {web::PaperOf::document, learner.certificate_document});
    }

private:
    Result<Attempt> open_attempt(const Learner& learner, std::string_view id) const {
        auto attempt = TRY(results_->attempt(learner, id));
        if (attempt.finished) return fail(Code::conflict, "practice.finished-already");
        return attempt;
    }

    Result<std::string> new_person(const Learner& learner) {
        const auto number = 1'000 + static_cast<int>(site_->entropy->below(800'000));
        auto seen = demo_person(number % 800, site_->clock->now());
        seen.phone.clear();
        seen.document_number = fmt::format("ZZ{:06}", number % 1'000'000);
        seen.name = {learner.name, "", learner.name, ""};
        seen.language = learner.language;
        const auto staff = TRY(commune_->staff->all());
        const identity::CounterCheck check{practice_commune, practice_office, staff.front().id, "cnie", seen.document_number, site_->clock->now()};
        return TRY(site_->persons->enrol_at_counter(seen, check)).id;
    }

    Result<std::string> new_agent(const Learner& learner) {
        const bool signs = learner.role == practice::Role::signatory;
        const auto today = site_->today();
        const auto enrolled = TRY(commune_->staff->add({.login = "eleve-" + to_hex(site_->entropy->bytes(4)), .name = learner.name,
                                                        .name_arabic = learner.name, .password = to_hex(site_->entropy->bytes(24)),
                                                        .roles = {signs ? identity::Role::signatory : identity::Role::agent},
                                                        .offices = {practice_office, practice_past_office}},
                                                       "practice"));
        if (!signs) return enrolled.staff.id;
        identity::Delegation right;
        right.delegate = enrolled.staff.id;
        right.office = practice_office;
        right.reference = fmt::format("{}/exercice", today.year);
        right.from = today;
        right.until = today.plus_months(3);
        TRY(commune_->staff->delegate(right, "practice"));
        // The other one ended yesterday: an exercise of its own.
        right.office = practice_past_office;
        right.from = today.plus_months(-6);
        right.until = today.plus_days(-1);
        TRY(commune_->staff->delegate(right, "practice"));
        return enrolled.staff.id;
    }

    // What was filed by the learner since the try began.
    Result<std::vector<practice::Told>> filed_since(const Learner& learner, Instant since) const {
        std::vector<practice::Told> out;
        for (const auto& summary : TRY(commune_->dossiers->mine(learner.persona))) {
            if (summary.procedure != "birth-extract" || summary.received < since) continue;
            out.push_back({{summary.id, summary.reference, "work", {}}, TRY(commune_->dossiers->history(summary.id))});
        }
        std::ranges::reverse(out);  // newest first, from mine()
        return out;
    }

    Result<practice::Finding> judge(const Exercise& exercise, const Learner& learner, Attempt& attempt, std::string_view answer) {
        using practice::Verdict;
        const auto& variant = exercise.variants[static_cast<std::size_t>(attempt.variant) % exercise.variants.size()];
        if (exercise.check == Check::last_day) {
            const auto day = parse_date(answer);
            if (!day) return fail(Code::unprocessable, "practice.no-answer");
            attempt.given = day->iso();
            const auto right = practice::last_day_of(site_->pack->calendar(), practice::day_question_from(attempt.question));
            if (*day == right) return practice::Finding{Verdict::passed, {}};
            return practice::Finding{Verdict::failed, {{"wrong-day", day->iso()}}};
        }
        if (exercise.check == Check::forged) {
            const auto chosen = to_integer(answer);
            if (!chosen || *chosen < 1 || *chosen > 3) return fail(Code::unprocessable, "practice.no-answer");
            attempt.given = answer;
            if (*chosen == TRY(stage_.forged_of(attempt))) return practice::Finding{Verdict::passed, {}};
            return practice::Finding{Verdict::failed, {{"wrong-choice", std::string(answer)}}};
        }
        std::vector<practice::Told> told;
        if (exercise.check == Check::filed) {
            told = TRY(filed_since(learner, attempt.started));
        } else {
            for (const auto& task : attempt.tasks) told.push_back({task, TRY(commune_->dossiers->history(task.dossier))});
        }
        return practice::judge(exercise.check, variant, learner.persona, told);
    }

    [[nodiscard]] json::Object certificate_answers(const Learner& learner, const std::vector<Attempt>& attempts) const {
        const auto language = lingua::from_tag(learner.language).value_or(Language::ar);
        std::vector<std::string> lines;
        int points = 0, of = 0;
        for (const auto& exercise : exercises_) {
            if (!exercise.is_for(learner.role)) continue;
            const auto* best = practice::standing_of(attempts, exercise.id).best;
            points += best->points;
            of += exercise.rule.points;
            lines.push_back(lingua::say(language, "practice.certificate-line", {{"title", exercise.title.in(learner.language)},
                                                                                {"points", best->points}, {"of", exercise.rule.points}}));
        }
        return {{"learner", learner.name},
                {"role", lingua::say(language, fmt::format("practice.role.{}", practice::to_string(learner.role)))},
                {"exercises", join(lines, " · ")},
                {"score", fmt::format("{}/{}", points, of)},
                {"issued_on", site_->today().iso()},
                {"build", "Wasl " + site_->build}};  // a Latin word first, so that it reads from the left on an Arabic page too
    }

    // By the commands that every act goes through: filed, proposed and signed at the school, sealed in its journal.
    Result<void> issue(Learner& learner, const std::vector<Attempt>& attempts) {
        const auto revision = TRY(school_->catalogue->find("practice-certificate"));
        if (revision == nullptr) return fail(Code::internal, "practice.no-procedure", "practice-certificate");
        const auto examiner = web::acting_agent(TRY(school_->staff->find(examiner_)).actor(), certificate_office, "attestation");
        dossier::Filing filing;
        filing.revision = revision;
        const bool arabic = is_arabic(learner.name);
        filing.applicant = {.person = {}, .name_arabic = arabic ? learner.name : "", .name_latin = arabic ? "" : learner.name,
                            .identifier_kind = {}, .identifier = {}};
        filing.contact = {.channel = "print", .address = {}, .language = learner.language};
        filing.channel = "counter";
        filing.office = certificate_office;
        filing.offices = {certificate_office, certificate_office};
        filing.answers = certificate_answers(learner, attempts);
        const auto filed = TRY(school_->dossiers->file(std::move(filing), examiner));
        const auto run = [&](dossier::Command command) -> Result<void> {
            dossier::Ask ask;
            ask.dossier = filed.dossier;
            ask.command = std::move(command);
            ask.actor = examiner;
            ask.rights = web::signing_rights(TRY(school_->staff->delegations_of(examiner_)));
            TRY(school_->dossiers->run(std::move(ask)));
            return {};
        };
        const auto language = lingua::from_tag(learner.language).value_or(Language::ar);
        TRY(run(dossier::Propose{dossier::Outcome::granted, lingua::say(language, "practice.stage.reasons-good"), {}, {}}));
        TRY(run(dossier::Sign{lingua::say(language, "practice.stage.appeal")}));
        const auto stored = TRY(school_->dossiers->get(filed.dossier));
        if (!stored || stored->state.documents.empty()) return fail(Code::internal, "practice.no-document", filed.reference);
        learner.certificate = filed.dossier;
        learner.certificate_reference = filed.reference;
        learner.certificate_document = stored->state.documents.front().id;
        return {};
    }

    web::Site* site_;
    web::MemberSite* commune_;
    web::MemberSite* school_;
    std::vector<Exercise> exercises_;
    std::unique_ptr<practice::Results> results_;
    PracticeStage stage_;
    std::string examiner_;
    std::mutex one_at_a_time_;  // one try of an exercise, one certificate: two requests at once must not make two
};

}  // namespace

Result<std::unique_ptr<practice::Lab>> open_practice(Host& host, const std::filesystem::path& data) {
    const auto text = TRY(read_file(data / "practice" / "country.json"));
    const auto mark = TRY(json::parse(text));
    const auto ids = [&](std::string_view name) {
        std::vector<std::string> out;
        if (const auto* list = mark[name].array()) {
            for (const auto& id : *list) out.emplace_back(id.text_or(""));
        }
        return out;
    };
    auto exercises = TRY(read_exercises(share_folder() / "practice"));
    auto* commune = TRY(host.at(practice_commune));
    auto* school = TRY(host.at(practice_school));
    auto results = TRY(practice::Results::open(data / "practice" / "results", *host.site().clock, *host.site().entropy));
    return std::make_unique<PracticeLab>(host, *commune, *school, std::move(exercises), std::move(results),
                                         PracticeStage(host.site(), *commune, ids("people"), {ids("silent"), ids("late")}),
                                         std::string(mark["examiner"].text_or("")));
}

}  // namespace wasl::app
