#include "demo_taking_part.hpp"

#include "web/acting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace wasl::app {

namespace {

using dossier::Outcome;

constexpr std::int64_t hour = 3'600, day = 86'400;
constexpr const char* commune = "commune-ain-wasl";

// The order is the one in which the table below reads, whatever it costs in padding.
struct Complaint {  // NOLINT(clang-analyzer-optin.performance.Padding)
    int days_ago = 0;
    const char* about = "";
    const char* what = "";
    int acknowledged = -1, closed = -1;  // days after the filing; -1: not yet
    Outcome outcome = Outcome::upheld;
    int score = 0;                       // of the first answer; 0: nobody said
    int reopened = -1, closed_again = -1;
    int second_score = 0;
};

// New, acknowledged, closed, late, opened again, closed twice: every state is to be seen.
constexpr Complaint complaints[] = {
    {2, "place", "الإنارة العمومية معطلة في زنقة النخيل منذ أسبوع."},
    {5, "delay", "J’attends une réponse à ma demande depuis deux mois."},
    {12, "staff", "استقبلت بكلام جارح في الشباك.", 3},
    {21, "place", "Le trottoir devant l’école est défoncé.", 6},
    {40, "service", "Les ordures ne sont plus ramassées le vendredi.", 2, 20, Outcome::upheld, 5},
    {66, "refused", "رفض تسلم ملفي لأنه ينقصه تصحيح إمضاء."},
    {70, "place", "La fontaine du souk fuit.", 20, 40, Outcome::dismissed, 2, 45},
    {95, "delay", "لم أتوصل بأي جواب عن طلبي.", 5, 30, Outcome::dismissed, 1, 35, 50, 4},
    {93, "service", "La salle d’attente ferme trop tôt.", 1, 12, Outcome::upheld, 4},
    {90, "place", "حفرة خطيرة قرب المدرسة.", 2, 9, Outcome::upheld, 5},
    {86, "staff", "On m’a fait revenir trois fois.", 4, 25, Outcome::upheld, 3},
    {82, "other", "اللوحات التوجيهية بالفرنسية فقط.", 3, 33, Outcome::upheld, 4},
    {78, "delay", "Mon extrait n’est toujours pas prêt.", 1, 6, Outcome::upheld, 5},
    {75, "place", "Pas de banc à l’arrêt du bus.", 18, 58, Outcome::dismissed, 2},
    {72, "service", "رقم الهاتف المعلن لا يجيب.", 2, 15, Outcome::upheld, 4},
    {68, "refused", "On m’a demandé deux copies certifiées.", 3, 11, Outcome::upheld, 5},
};

struct Opinion {
    int person;
    std::int64_t article;
    const char* text;
};
constexpr Opinion opinions[] = {
    {1, 1, "النص واضح، لكن أين يوضع السوق أثناء الأشغال؟"},
    {3, 1, "Bonne idée : le marché actuel bloque la route de l’hôpital."},
    {4, 2, "يوم الأحد لا يناسب التلاميذ ولا أسواق الدواوير المجاورة. اجعلوه السبت."},
    {6, 2, "Le dimanche, il n’y a pas de bus. Prévoyez une navette."},
    {8, 2, "يوم الأحد ممتاز لمن يعمل طيلة الأسبوع."},
    {9, 3, "Les petits vendeurs ne peuvent pas payer 20 dirhams chaque semaine."},
    {11, 3, "اجعلوا الرسم حسب المساحة."},
    {13, 3, "Ce comptoir appartient à mon voisin, appelez-le au 06 00 00 00 00."},
    {14, 1, "زوروا محلي، عندي أثمنة خاصة!"},
};

class TakingPart {
public:
    TakingPart(Host& host, const ManualClock& clock, const std::vector<identity::Person>& people, Instant end)
        : host_(host), clock_(clock), people_(people), end_(end) {}

    std::vector<std::pair<Instant, DemoStep>> steps() {
        int number = 0;
        for (const auto& one : complaints) tell(one, person(++number * 2));
        market();
        parks();
        library();
        suggestions();
        return std::move(steps_);
    }

private:
    void at(Instant when, DemoStep step) { steps_.emplace_back(when, std::move(step)); }
    Instant ago(int days, std::int64_t hours = 0) const { return end_.plus_seconds(-days * day + hours * hour); }
    const identity::Person& person(int n) const { return people_[static_cast<std::size_t>(n) % people_.size()]; }

    // --- complaints -----------------------------------------------------------------------------------

    void tell(const Complaint& one, const identity::Person& who) {
        const auto id = std::make_shared<std::string>();
        const auto filed = ago(one.days_ago, -3);
        const auto after = [&](int days, const auto& step) {
            if (days >= 0) at(filed.plus_seconds(days * day + hour), step);
        };
        at(filed, [this, &one, &who, id] { return file(one, who, *id); });
        after(one.acknowledged, [this, id] { return as(identity::Role::agent, *id, dossier::AcknowledgeComplaint{"توصلنا بشكايتكم وأحلناها على المصلحة المعنية. / Reçue et transmise au service concerné."}); });
        after(one.closed, [this, &one, id] { return close(*id, one.outcome); });
        if (one.score > 0) after(one.closed + 1, [this, &one, &who, id] { return by_person(*id, who, dossier::GiveSatisfaction{one.score, {}}); });
        after(one.reopened, [this, &who, id] { return by_person(*id, who, dossier::ReopenComplaint{"لم يتغير شيء في عين المكان."}); });
        after(one.closed_again, [this, id] { return close(*id, Outcome::upheld); });
        if (one.second_score > 0) after(one.closed_again + 1, [this, &one, &who, id] { return by_person(*id, who, dossier::GiveSatisfaction{one.second_score, {}}); });
    }

    Result<void> file(const Complaint& one, const identity::Person& who, std::string& id) {
        auto& member = *TRY(host_.at(commune));
        dossier::Filing filing;
        filing.revision = TRY(member.catalogue->find("complaint"));
        if (filing.revision == nullptr) return fail(Code::internal, "demo.no-procedure", "complaint");
        filing.applicant = web::party_of(who);
        filing.contact = web::contact_of(who);
        filing.office = member.info->office_for("complaint").code;
        filing.offices = {member.info->appeal, member.info->supervisory};
        filing.answers = {{"about", one.about}, {"what", one.what}};
        filing.level = who.level;
        id = TRY(member.dossiers->file(std::move(filing), web::acting_person(who))).dossier;
        return host_.site().persons->note_member(who.id, commune);
    }

    Result<void> run(const std::string& id, dossier::Command command, dossier::Actor actor, std::vector<dossier::SigningRight> rights = {}) {
        auto& member = *TRY(host_.at(commune));
        TRY(member.dossiers->run({.dossier = id, .command = std::move(command), .actor = std::move(actor), .rights = std::move(rights)}));
        return {};
    }
    Result<void> by_person(const std::string& id, const identity::Person& who, dossier::Command command) { return run(id, std::move(command), web::acting_person(who)); }

    Result<identity::Staff> staff(identity::Role role, std::string_view office = {}) {
        auto& member = *TRY(host_.at(commune));
        for (const auto& one : TRY(member.staff->all())) {
            if (one.actor().has(role) && (office.empty() || one.actor().works_for(office))) return one;
        }
        return fail(Code::internal, "demo.nobody", std::string(identity::to_string(role)));
    }

    Result<void> as(identity::Role role, const std::string& id, dossier::Command command) {
        auto& member = *TRY(host_.at(commune));
        const auto office = TRY(member.dossiers->get(id))->state.file.office;
        const auto who = TRY(staff(role, office));
        const auto delegations = TRY(member.staff->delegations_of(who.id));
        return run(id, std::move(command), web::acting_agent(who.actor(), office, "réclamation"), web::signing_rights(delegations));
    }

    Result<void> close(const std::string& id, Outcome outcome) {
        const std::string words = outcome == Outcome::upheld ? "Vous avez raison : c’est réparé." : "Le service a été rendu selon les règles publiées.";
        TRY(as(identity::Role::agent, id, dossier::Propose{outcome, words, {}, {}}));
        TRY(as(identity::Role::signatory, id, dossier::Sign{"Tribunal administratif, dans le délai légal."}));
        return as(identity::Role::agent, id, dossier::Notify{"account", clock_.now(), "lu dans l’espace personnel"});
    }

    // --- consultations --------------------------------------------------------------------------------

    static participation::Speaker voice_of(const identity::Person& who) { return participation::Speaker::of(who); }
    Result<participation::Forum*> forum() { return TRY(host_.at(commune))->forum.get(); }

    void publish(const std::shared_ptr<std::string>& id, Instant when, participation::Proposal proposal) {
        at(when, [this, id, proposal = std::move(proposal)]() -> Result<void> {
            const auto author = TRY(staff(identity::Role::author));
            auto* all = TRY(forum());
            *id = TRY(all->publish(proposal, author.id)).id;
            return {};
        });
    }

    // Open now: a text of three articles, voices, supports, a comment that is contested and one that is hidden for good.
    void market() {
        participation::Proposal wish;
        wish.title = {.ar = "مشروع قرار ينظم السوق الأسبوعي (نموذج)", .fr = "Projet d’arrêté sur le souk hebdomadaire (exemple)",
                      .en = "Draft order on the weekly market (example)", .zgh = {}};
        wish.why = {.ar = "ضاق السوق بمرتاديه وأغلق الطريق. نريد نقله وتنظيم أوقاته ورسومه، ونسألكم قبل أن نبت.",
                    .fr = "Le souk est devenu trop étroit et bloque la route. Nous voulons le déplacer, en régler les heures et les droits, et vous demandons votre avis avant de décider.",
                    .en = "The market has grown too narrow and blocks the road. We want to move it and to set its hours and fees, and ask you before we decide.", .zgh = {}};
        wish.text = {.ar = "المادة 1 : المكان\nينقل السوق الأسبوعي إلى ساحة المسيرة.\nالمادة 2 : الوقت\nيفتح السوق كل يوم أحد من السابعة صباحا إلى الثانية زوالا.\nالمادة 3 : الرسم\nيؤدي كل بائع عشرين درهما عن كل يوم.",
                     .fr = "Article 1er : Le lieu\nLe souk hebdomadaire est transféré place de la Marche.\nArticle 2 : Les heures\nLe souk ouvre le dimanche de 7 heures à 14 heures.\nArticle 3 : Le droit de place\nChaque vendeur paie vingt dirhams par jour.",
                     .en = "Article 1: The place\nThe weekly market moves to Place de la Marche.\nArticle 2: The hours\nThe market opens on Sundays from 7 a.m. to 2 p.m.\nArticle 3: The fee\nEach seller pays twenty dirhams a day.", .zgh = {}};
        wish.opens = ago(12);
        wish.closes = ago(-18);
        const auto id = std::make_shared<std::string>();
        publish(id, ago(13), std::move(wish));
        speak(id, ago(11));
        at(ago(6), [this, id]() -> Result<void> {
            auto* all = TRY(forum());
            const auto author = TRY(staff(identity::Role::author)).id;
            for (const auto& [who, article, reason, words, contest] : {
                     std::tuple{13, 3, "private-data", "Le commentaire donnait le téléphone d’un voisin.", ""},
                     std::tuple{14, 1, "advertising", "هذا إشهار لمحل.", "لم يكن إشهارا، بل مثالا على الأثمنة."}}) {
                const auto mine = TRY(all->mine(*id, article, voice_of(person(who))));
                if (!mine) continue;
                TRY(all->hide(mine->id, reason, words, author));
                if (*contest != '\0') TRY(all->contest(mine->id, contest, voice_of(person(who))));
            }
            return {};
        });
    }

    void speak(const std::shared_ptr<std::string>& id, Instant from) {
        std::int64_t step = 0;
        for (const auto& opinion : opinions) {
            at(from.plus_seconds(++step * 5 * hour), [this, id, &opinion]() -> Result<void> {
                auto* all = TRY(forum());
                TRY(all->say(*id, opinion.article, opinion.text, 0, voice_of(person(opinion.person))));
                return {};
            });
        }
        at(from.plus_seconds(3 * day), [this, id]() -> Result<void> {
            auto* all = TRY(forum());
            for (const auto& [who, of, article] : {std::tuple{2, 3, 1}, std::tuple{5, 3, 1}, std::tuple{7, 4, 2}, std::tuple{10, 4, 2}, std::tuple{12, 4, 2},
                                                   std::tuple{16, 9, 3}, std::tuple{17, 9, 3}, std::tuple{18, 11, 3}, std::tuple{1, 9, 3}}) {
                const auto comment = TRY(all->mine(*id, article, voice_of(person(of))));
                if (comment) TRY(all->support(comment->id, voice_of(person(who))));
            }
            return {};
        });
    }

    // Closed and answered.
    void parks() {
        participation::Proposal wish;
        wish.title = {.ar = "ميثاق الحدائق العمومية (نموذج)", .fr = "Charte des jardins publics (exemple)", .en = "Charter of public gardens (example)", .zgh = {}};
        wish.why = {.ar = "تطلبون منذ سنوات قواعد واضحة للحدائق.", .fr = "Vous demandez depuis longtemps des règles claires pour les jardins.",
                    .en = "You have long asked for clear rules for the gardens.", .zgh = {}};
        wish.text = {.ar = "المادة 1 : الأوقات\nتفتح الحدائق من الثامنة إلى الثامنة.\nالمادة 2 : الحيوانات\nتمنع الحيوانات.",
                     .fr = "Article 1er : Les heures\nLes jardins ouvrent de 8 heures à 20 heures.\nArticle 2 : Les animaux\nLes animaux sont interdits.",
                     .en = "Article 1: Hours\nGardens open from 8 a.m. to 8 p.m.\nArticle 2: Animals\nAnimals are not allowed.", .zgh = {}};
        wish.opens = ago(80);
        wish.closes = ago(50);
        const auto id = std::make_shared<std::string>();
        publish(id, ago(82), std::move(wish));
        at(ago(70), [this, id]() -> Result<void> {
            auto* all = TRY(forum());
            const auto first = TRY(all->say(*id, 1, "L’été, ouvrez jusqu’à 22 heures.", 0, voice_of(person(2))));
            TRY(all->say(*id, 1, "في رمضان نحتاج إلى الليل.", 0, voice_of(person(5))));
            TRY(all->say(*id, 2, "Les chiens-guides doivent entrer.", 0, voice_of(person(7))));
            for (const int who : {1, 3, 5, 8}) TRY(all->support(first.id, voice_of(person(who))));
            return {};
        });
        at(ago(40), [this, id]() -> Result<void> {
            participation::Answers answers;
            answers.whole = {.ar = "وردت ثلاثة آراء وأربعة تأييدات؛ عدلت المادتان معا.", .fr = "Trois avis et quatre soutiens ; les deux articles ont changé.",
                             .en = "Three comments and four supports; both articles have changed.", .zgh = {}};
            answers.articles[1] = {.ar = "تفتح الحدائق إلى العاشرة ليلا من يونيو إلى شتنبر وفي رمضان.", .fr = "Ouverture jusqu’à 22 heures de juin à septembre et pendant le ramadan.",
                                   .en = "Open until 10 p.m. from June to September and in Ramadan.", .zgh = {}};
            answers.articles[2] = {.ar = "يسمح بكلاب الإرشاد.", .fr = "Les chiens-guides sont admis.", .en = "Guide dogs are allowed.", .zgh = {}};
            const auto author = TRY(staff(identity::Role::author));
            auto* all = TRY(forum());
            TRY(all->answer(*id, answers, author.id));
            return {};
        });
    }

    // Planned.
    void library() {
        participation::Proposal wish;
        wish.title = {.ar = "أوقات الخزانة البلدية (نموذج)", .fr = "Horaires de la bibliothèque municipale (exemple)", .en = {}, .zgh = {}};
        wish.why = {.ar = "نريد أن توافق الأوقات حاجتكم.", .fr = "Nous voulons des horaires qui vous conviennent.", .en = {}, .zgh = {}};
        wish.text = {.ar = "المادة 1\nتفتح الخزانة من العاشرة إلى السابعة مساء.", .fr = "Article 1\nLa bibliothèque ouvre de 10 heures à 19 heures.", .en = {}, .zgh = {}};
        wish.opens = ago(-5);
        wish.closes = ago(-35);
        publish(std::make_shared<std::string>(), ago(1), std::move(wish));
    }

    void suggestions() {
        struct Word {
            int days_ago;
            const char *page, *text, *language, *answer;  // answer: null while it waits
        };
        static constexpr Word words[] = {
            {30, "/p/commune-ain-wasl/birth-extract", "اكتبوا أن النسخة الكاملة لا تلزم دائما.", "ar", "شكرا، أضفنا ذلك إلى الصفحة."},
            {18, "/help", "Le mot « récépissé » n’est pas compris de tous.", "fr", ""},
            {9, "/figures", "Un graphique par mois serait plus parlant.", "fr", nullptr},
            {4, "/", "زر البحث صغير على الهاتف.", "ar", nullptr},
            {1, "/consultations", "Please add an English summary to each text.", "en", nullptr},
        };
        for (const auto& word : words) {
            const auto id = std::make_shared<std::string>();
            at(ago(word.days_ago), [this, id, &word]() -> Result<void> {
                auto* all = TRY(forum());
                *id = TRY(all->suggest(word.page, word.text, word.language, {}, {})).id;
                return {};
            });
            if (word.answer == nullptr) continue;
            at(ago(word.days_ago - 2), [this, id, &word]() -> Result<void> {
                const auto author = TRY(staff(identity::Role::author));
                auto* all = TRY(forum());
                TRY(all->handle(*id, word.answer, author.id));
                return {};
            });
        }
    }

    Host& host_;
    const ManualClock& clock_;
    const std::vector<identity::Person>& people_;
    Instant end_;
    std::vector<std::pair<Instant, DemoStep>> steps_;
};

}  // namespace

std::vector<std::pair<Instant, DemoStep>> demo_taking_part(Host& host, const ManualClock& clock, const std::vector<identity::Person>& people, Instant end) {
    // The steps speak to it for as long as the story is told.
    auto whole = std::make_shared<TakingPart>(host, clock, people, end);
    auto steps = whole->steps();
    for (auto& [when, step] : steps) {
        step = [whole, inner = std::move(step)] { return inner(); };
    }
    return steps;
}

}  // namespace wasl::app
