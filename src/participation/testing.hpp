// Helpers of the tests of taking part: one member, people with cards, agents, a text of three articles.
#pragma once

#include "identity/secrets.hpp"
#include "participation/forum.hpp"
#include "participation/recheck.hpp"
#include "store/testing.hpp"
#include "trust/audit.hpp"
#include "trust/journal_sealer.hpp"

#include <doctest/doctest.h>

#include <memory>

namespace wasl::participation::test {

inline constexpr Instant monday{1'795'000'000'000'000};
inline constexpr std::int64_t a_day = 86'400;

template <class T>
T must(Result<T> result) {
    REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().key + ": " + result.error().detail));
    return std::move(*result);
}
template <class T>
std::string key_of(const Result<T>& result) {
    return result ? "" : result.error().key;
}

// The n-th person; `account` tells accounts of one person apart.
inline Speaker person(int n, int account = 0) {
    return {.person = "p" + std::to_string(n) + "-" + std::to_string(account), .level = identity::level_counter_verified, .document_kind = "cnie",
            .document_number = "AB" + std::to_string(10'000 + n), .language = "fr"};
}

class Member {
public:
    Member() {
        store::SqliteOptions options;
        options.folder = folder.path() / "store";
        options.schema.collections = participation_collections();
        for (auto& collection : trust::trust_collections()) options.schema.collections.push_back(std::move(collection));
        options.hook = &sealer;
        options.clock = &clock;
        options.entropy = &entropy;
        options.reserve_bytes = options.full_below_bytes = options.low_below_bytes = 0;
        store = must(store::open_sqlite(std::move(options), writers));
        forum = std::make_unique<Forum>(ForumPorts{.member = "commune-tamri", .store = store.get(), .voices = &voices, .entropy = &entropy, .clock = &clock});
    }

    static Proposal proposal() {
        Proposal out;
        out.title = {.ar = "مشروع قرار السوق الأسبوعي", .fr = "Projet d’arrêté sur le souk hebdomadaire", .en = {}, .zgh = {}};
        out.why = {.ar = "السوق ضاق.", .fr = "Le souk est devenu trop étroit.", .en = {}, .zgh = {}};
        out.text = {.ar = "المادة 1 : الموضوع\nينظم هذا القرار السوق.\nالمادة 2\nيفتح السوق يوم الأحد.\nالمادة 3\nالرسوم.",
                    .fr = "Article 1er : Objet\nLe présent arrêté règle le souk.\nArticle 2\nLe souk ouvre le dimanche.\nArticle 3\nDroits de place.", .en = {}, .zgh = {}};
        out.opens = monday;
        out.closes = monday.plus_seconds(30 * a_day);
        return out;
    }
    Consultation published() { return must(forum->publish(proposal(), "a-zineb")); }
    Comment said(const Consultation& on, std::int64_t article, int n, std::string_view text = "Le dimanche gêne les écoles.") {
        return must(forum->say(on.id, article, text, 0, person(n)));
    }
    static Answers answers() {
        Answers out;
        out.whole.fr = "Douze avis, deux articles changés.";
        for (std::int64_t n = 1; n <= 3; ++n) out.articles[n].fr = "Retenu.";
        return out;
    }
    void later(std::int64_t days) { clock.set(clock.now().plus_seconds(days * a_day)); }

    // The journal audited and held against everything kept; "" when all is well.
    std::string audit() {
        REQUIRE(store->settle().has_value());
        const auto reader = must(store->read());
        ForumRecheck recheck(*reader);
        const auto trusted = keys.public_keys();
        trust::AuditOptions options{.member = "commune-tamri", .trust = &trusted};
        options.visit = [&](const store::JournalRow& row) { return recheck.visit(row); };
        const auto report = must(trust::audit(*reader, options));
        if (!report.clean()) return report.findings.front().key + " " + report.findings.front().detail;
        const auto rest = recheck.finish();
        return rest ? "" : rest.error().key + " " + rest.error().detail;
    }
    // Changes a document behind the journal's back.
    void tamper(std::string_view collection, std::string_view key, const std::function<void(json::Value&)>& how) {
        REQUIRE(store->run([&](store::Transaction& tx) -> Result<void> {
            const auto document = TRY(tx.get(collection, key));
            auto value = TRY(json::parse(document->body));
            how(value);
            auto body = json::write(value);
            if (collection == rows::comments) {
                const auto comment = TRY(decode<Comment>(body));
                TRY(tx.put(collection, key, store::Transaction::any_version, body,
                           {{"voice", comment.voice}, {"article", comment.consultation + "/" + std::to_string(comment.article)}, {"written", comment.written.micros}}));
                return {};
            }
            TRY(tx.put(collection, key, store::Transaction::any_version, body));
            return {};
        }));
    }

    store::testing::TemporaryFolder folder;
    ManualClock clock{monday};
    SeededEntropy entropy{11};
    identity::SecretBox secrets = identity::SecretBox::from_key(std::string(32, 'k'));
    Voices voices{"commune-tamri", secrets};
    trust::KeyRing keys = trust::KeyRing::in_memory("commune-tamri", monday).value();
    trust::JournalSealer sealer{keys, &entropy};
    store::Writers writers{1};
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Forum> forum;
};

}  // namespace wasl::participation::test
