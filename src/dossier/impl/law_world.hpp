// For the tests: one dossier, one office, people with names, and a calendar day to stand on.
#pragma once

#include "dossier/apply.hpp"
#include "dossier/codec.hpp"
#include "base/text.hpp"
#include "dossier/decide.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace wasl::dossier::test {

inline std::shared_ptr<const jurisdiction::Pack> morocco() {
    static const auto pack = jurisdiction::load_pack(WASL_SOURCE_DIR "/jurisdictions/ma");
    REQUIRE_MESSAGE(pack.has_value(), (pack ? "" : pack.error().detail));
    return *pack;
}

inline Instant at(Date date, int hour = 10, int minute = 0) { return morocco()->zone().instant_at(date, hour, minute, 0); }

inline constexpr Date tuesday{2026, 9, 1};  // no feast in the sixty days of the small delays that follow

inline const Actor fatima{.id = "p-fatima", .name = "Fatima Zahra Amrani", .roles = {Role::person}};
inline const Actor said{.id = "a-said", .name = "Said Bennani", .roles = {Role::caseworker}, .office = "urbanisme"};
inline const Actor nadia{.id = "a-nadia", .name = "Nadia Idrissi", .roles = {Role::signatory}, .office = "urbanisme"};
inline const Actor agency{.id = "a-omar", .name = "Omar Tazi", .roles = {Role::visa, Role::opinion}, .office = "agence-urbaine"};
inline const Actor wali{.id = "a-wali", .name = "Le wali", .roles = {Role::supervisor}, .office = "wilaya"};
inline const Actor cashier{.id = "a-caisse", .name = "Hind Alaoui", .roles = {Role::cashier}, .office = "urbanisme"};
// In a small commune one person holds several roles.
inline const Actor everyone{.id = "a-all", .name = "Brahim Ouhaddou", .roles = {Role::caseworker, Role::visa, Role::signatory, Role::counter}, .office = "urbanisme"};

inline SigningRight authority() {
    return {.office = "urbanisme", .delegation = "", .from = Date{2020, 1, 1}, .until = Date{2030, 12, 31}, .procedures = {}, .revoked = false};
}

inline Terms terms_for(Kind kind) {
    Terms terms;
    terms.delay = {.n = 15, .unit = Unit::day, .working = false};
    terms.appeal_office = "wilaya";
    terms.supervisory_office = "wilaya";
    if (kind == Kind::authorisation) {
        terms.silence = SilenceEffect::approval;
        terms.silence_basis = "Decree 2-22-141";
        terms.extension = {.ground = "public-inquiry", .longest = {.n = 15, .unit = Unit::day, .working = false}, .basis = "Decree 2-22-386"};
    }
    if (kind == Kind::declaration) {
        terms.delay = {.n = 60, .unit = Unit::day, .working = false};
        terms.provisional_receipt = true;
    }
    if (kind == Kind::registration) terms.series = "ae";
    if (kind != Kind::complaint) terms.output = "permit";
    return terms;
}

class World {
public:
    explicit World(Kind kind = Kind::authorisation, Instant start = at(tuesday)) : now(start) {
        state.id = "d1";
        file.member = "commune-tamri";
        file.procedure = "building-permit";
        file.revision = std::string(64, 'a');
        file.kind = kind;
        file.office = "urbanisme";
        file.applicant = {.person = fatima.id, .name_arabic = "فاطمة الزهراء", .name_latin = "Fatima Zahra", .identifier_kind = "cnie", .identifier = "AB123456"};
        file.contact = {.channel = "sms", .address = "c1", .language = "ar"};
        file.channel = "online";
        file.terms = terms_for(kind);
        file.listed = {"title", "plans", "floors"};
        file.answers = {{"floors", 2}};
    }

    Result<std::vector<Event>> ask(const Command& command, const Actor& actor) {
        Context context{.now = now, .actor = actor, .pack = morocco().get(), .rights = rights,
                        .fresh_id = "f" + std::to_string(++fresh), .reference = "commune-tamri/0/2026/000001", .number = "AE-2026-000001"};
        auto events = decide(state, command, context);
        if (!events) return events;
        for (const auto& event : *events) {
            const auto applied = apply(state, event);
            REQUIRE_MESSAGE(applied.has_value(), (applied ? "" : applied.error().detail));
            log.push_back(event);
        }
        return events;
    }
    // The error key, or "" when the law lets it be.
    std::string says(const Command& command, const Actor& actor) {
        const auto result = ask(command, actor);
        return result ? "" : result.error().key;
    }
    void must(const Command& command, const Actor& actor) {
        const auto result = ask(command, actor);
        REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().key + " " + result.error().detail));
    }
    void filed(std::vector<Missing> missing = {}) {
        file.receipt.missing = std::move(missing);
        must(File{file}, fatima);
    }
    void wake() { must(Wake{}, Actor::system()); }
    void on(Date date, int hour = 10, int minute = 0) { now = test::at(date, hour, minute); }
    // complete → proposed → signed → notified
    void signed_with(Outcome outcome) {
        must(Propose{.outcome = outcome, .reasons = "Art. 4 of the plan: two floors at most."}, said);
        must(Sign{.appeal_routes = "Before the wali, 30 days."}, nadia);
    }
    void notified_with(Outcome outcome) {
        signed_with(outcome);
        must(Notify{.channel = "account", .at = now, .proof = "opened on the person's page"}, said);
    }
    [[nodiscard]] bool has(EventType type) const {
        return std::ranges::any_of(log, [&](const Event& e) { return e.type() == type; });
    }
    template <class T>
    const T& last() const {
        for (auto it = log.rbegin(); it != log.rend(); ++it) {
            if (const auto* body = std::get_if<T>(&it->body)) return *body;
        }
        throw std::logic_error("no such event");
    }

    State state;
    Filed file;
    Instant now;
    std::vector<SigningRight> rights{authority()};
    std::vector<Event> log;
    int fresh = 0;
};

}  // namespace wasl::dossier::test
