// The acts of taking part, and each refusal by its code.
#include "participation/public_record.hpp"
#include "participation/testing.hpp"

#include "base/text.hpp"

using namespace wasl;
using namespace wasl::participation;
using namespace wasl::participation::test;

TEST_CASE("a consultation goes from planned to open, closed and answered, by the store's clock") {
    Member m;
    auto proposal = Member::proposal();
    proposal.opens = monday.plus_seconds(a_day);
    const auto one = must(m.forum->publish(proposal, "a-zineb"));
    CHECK(one.stage(m.clock.now()) == Stage::planned);
    CHECK(one.articles.size() == 3);
    CHECK(one.articles[0].title.fr == "Objet");
    CHECK(key_of(m.forum->say(one.id, 1, "Trop tôt.", 0, person(1))) == "participation.not-open-yet");
    CHECK(key_of(m.forum->answer(one.id, Member::answers(), "a")) == "participation.not-closed");
    m.later(1);
    CHECK(must(m.forum->find(one.id)).stage(m.clock.now()) == Stage::open);
    m.said(one, 1, 1);
    CHECK(key_of(m.forum->answer(one.id, Member::answers(), "a")) == "participation.not-closed");
    m.later(30);
    CHECK(must(m.forum->find(one.id)).stage(m.clock.now()) == Stage::closed);
    CHECK(key_of(m.forum->say(one.id, 1, "Trop tard.", 0, person(2))) == "participation.closed");
    auto partial = Member::answers();
    partial.articles.erase(2);
    CHECK(key_of(m.forum->answer(one.id, partial, "a")) == "participation.answer-incomplete");
    auto elsewhere = Member::answers();
    elsewhere.articles[9].fr = "?";
    CHECK(key_of(m.forum->answer(one.id, elsewhere, "a")) == "participation.unknown-article");
    CHECK(must(m.forum->answer(one.id, Member::answers(), "a")).stage(m.clock.now()) == Stage::answered);
    CHECK(key_of(m.forum->answer(one.id, Member::answers(), "a")) == "participation.answered-already");
    const auto reader = must(m.store->read());
    const auto counts = must(count_consultations(*reader, m.clock.now()));
    CHECK(counts.published == 1);
    CHECK(counts.answered == 1);
    CHECK(counts.comments == 1);
    CHECK(m.audit() == "");
}

TEST_CASE("a consultation without title, why or sensible dates is refused; languages must have the same articles") {
    Member m;
    auto wish = Member::proposal();
    wish.title = {};
    CHECK(key_of(m.forum->publish(wish, "a")) == "participation.title-missing");
    wish = Member::proposal();
    wish.why = {};
    CHECK(key_of(m.forum->publish(wish, "a")) == "participation.text-missing");
    wish = Member::proposal();
    wish.text.fr = "Article 1\nSeul.";
    CHECK(key_of(m.forum->publish(wish, "a")) == "participation.languages-differ");
    wish = Member::proposal();
    wish.closes = wish.opens;
    CHECK(key_of(m.forum->publish(wish, "a")) == "participation.dates");
    wish = Member::proposal();
    wish.opens = monday.plus_seconds(-9 * a_day);
    wish.closes = monday;
    CHECK(key_of(m.forum->publish(wish, "a")) == "participation.dates");
    CHECK(must(m.forum->calendar()).empty());
}

TEST_CASE("a consultation opens on the day of its publication or later, within a year, and lasts a year at most") {
    Member m;
    const auto refused = [&](Instant opens, Instant closes) {
        auto wish = Member::proposal();
        wish.opens = opens;
        wish.closes = closes;
        return key_of(m.forum->publish(wish, "a"));
    };
    const auto at = [](const char* iso) { return must(parse_instant(iso)); };
    CHECK(refused(monday, at("9999-12-31T23:00:00Z")) == "participation.too-far");
    CHECK(refused(at("9999-06-01T00:00:00Z"), at("9999-12-31T23:00:00Z")) == "participation.too-far");
    CHECK(refused(monday, monday.plus_seconds(368 * a_day)) == "participation.too-far");
    CHECK(refused(at("2020-01-01T00:00:00Z"), monday.plus_seconds(30 * a_day)) == "participation.opens-past");
    CHECK(refused(monday.plus_seconds(-2 * a_day), monday.plus_seconds(30 * a_day)) == "participation.opens-past");
    CHECK(must(m.forum->calendar()).empty());
    auto longest = Member::proposal();
    longest.opens = monday.plus_seconds(-a_day / 2);  // this morning
    longest.closes = longest.opens.plus_seconds(366 * a_day);
    CHECK(m.forum->publish(longest, "a").has_value());
}

TEST_CASE("one voice an article: changed until the closing, never doubled, neither by a second account nor by a replay") {
    Member m;
    const auto one = m.published();
    const auto first = m.said(one, 2, 1, "Le samedi.");
    CHECK(must(m.forum->say(one.id, 2, "Le samedi.", 0, person(1))) == first);  // the same click again
    CHECK(key_of(m.forum->say(one.id, 2, "Le jeudi.", 0, person(1))) == "participation.voice-used");
    CHECK(key_of(m.forum->say(one.id, 2, "Le jeudi.", 0, person(1, 7))) == "participation.voice-used");  // another account of hers
    auto changed = must(m.forum->say(one.id, 2, "Le jeudi.", 1, person(1)));
    CHECK(changed.id == first.id);
    CHECK(changed.revision == 2);
    CHECK(key_of(m.forum->say(one.id, 2, "Le lundi.", 1, person(1))) == "participation.changed-meanwhile");
    CHECK(must(m.forum->mine(one.id, 2, person(1, 3)))->text == "Le jeudi.");
    CHECK_FALSE(must(m.forum->mine(one.id, 2, person(2))).has_value());
    m.said(one, 1, 1, "Aussi sur le premier.");
    const auto counts = must(m.forum->counts(one));
    CHECK(counts.articles.at(2).comments == 1);
    CHECK(counts.all().comments == 2);
    m.later(30);
    CHECK(key_of(m.forum->say(one.id, 2, "Encore.", 2, person(1))) == "participation.closed");
    CHECK(m.audit() == "");
}

TEST_CASE("one voice, however the document's number was typed; another document is another voice") {
    Member m;
    const auto one = m.published();
    must(m.forum->say(one.id, 1, "Avis.", 0, person(1)));
    auto typed = person(1, 1);
    typed.document_number = " " + to_lower_ascii(typed.document_number) + " ";
    CHECK(key_of(m.forum->say(one.id, 1, "Encore un avis.", 0, typed)) == "participation.voice-used");
    typed.document_number = "AB99999";
    CHECK(m.forum->say(one.id, 1, "Encore un avis.", 0, typed).has_value());
}

TEST_CASE("who is not verified has no voice; unknown consultations, articles and comments say so") {
    Member m;
    const auto one = m.published();
    auto unverified = person(1);
    unverified.level = identity::level_code_verified;
    CHECK(key_of(m.forum->say(one.id, 1, "Bonjour.", 0, unverified)) == "participation.not-verified");
    CHECK(key_of(m.forum->support("x", unverified)) == "participation.not-verified");
    auto no_card = person(1);
    no_card.document_number.clear();
    CHECK(key_of(m.forum->say(one.id, 1, "Bonjour.", 0, no_card)) == "participation.not-verified");
    CHECK(key_of(m.forum->say("nowhere", 1, "Bonjour.", 0, person(1))) == "participation.unknown-consultation");
    CHECK(key_of(m.forum->say(one.id, 4, "Bonjour.", 0, person(1))) == "participation.unknown-article");
    CHECK(key_of(m.forum->say(one.id, 1, std::string(2'001, 'a'), 0, person(1))) == "participation.too-long");
    CHECK(key_of(m.forum->say(one.id, 1, "a\x1B[2J", 0, person(1))) == "participation.control-characters");
    CHECK(key_of(m.forum->say(one.id, 1, " ", 0, person(1))) == "participation.text-missing");
    CHECK(key_of(m.forum->support("nothing", person(1))) == "participation.unknown-comment");
    CHECK(key_of(m.forum->comment_of("nothing")) == "participation.unknown-comment");
    CHECK(must(m.forum->counts(one)).all() == ArticleCounts{});
}

TEST_CASE("another's comment is supported once, one's own never, a hidden one not at all") {
    Member m;
    const auto one = m.published();
    const auto comment = m.said(one, 1, 1);
    CHECK(must(m.forum->support(comment.id, person(2))).supports == 1);
    CHECK(key_of(m.forum->support(comment.id, person(2))) == "participation.supported-already");
    CHECK(key_of(m.forum->support(comment.id, person(2, 1))) == "participation.supported-already");
    CHECK(key_of(m.forum->support(comment.id, person(1))) == "participation.own-comment");
    CHECK(key_of(m.forum->support(comment.id, person(1, 1))) == "participation.own-comment");
    CHECK(must(m.forum->supports(comment.id, person(2, 5))));
    CHECK_FALSE(must(m.forum->supports(comment.id, person(3))));
    must(m.forum->hide(comment.id, "insult", "Un mot blessant.", "a-omar"));
    CHECK(key_of(m.forum->support(comment.id, person(3))) == "participation.hidden");
    m.later(31);
    CHECK(key_of(m.forum->support(comment.id, person(3))) == "participation.closed");
    CHECK(must(m.forum->counts(one)).all().supports == 1);
    CHECK(m.audit() == "");
}

TEST_CASE("hiding needs a listed reason and words; its author contests once; another agent decides, for good") {
    Member m;
    const auto one = m.published();
    const auto comment = m.said(one, 1, 1);
    CHECK(key_of(m.forum->hide(comment.id, "dislike", "Je n’aime pas.", "a-omar")) == "participation.unknown-reason");
    CHECK(key_of(m.forum->hide(comment.id, "insult", " ", "a-omar")) == "participation.text-missing");
    CHECK(key_of(m.forum->contest(comment.id, "Pourquoi ?", person(1))) == "participation.not-hidden");
    CHECK(must(m.forum->hide(comment.id, "insult", "Un mot blessant.", "a-omar")).hidden());
    CHECK(key_of(m.forum->hide(comment.id, "insult", "Encore.", "a-omar")) == "participation.hidden");
    CHECK(key_of(m.forum->say(one.id, 1, "Autrement.", 1, person(1))) == "participation.hidden");
    CHECK(key_of(m.forum->decide_contest(comment.id, true, "Soit.", "a-hind")) == "participation.not-contested");
    CHECK(key_of(m.forum->contest(comment.id, "Pas moi.", person(2))) == "participation.not-author");
    CHECK(must(m.forum->author_of(must(m.forum->comment_of(comment.id)))) == person(1).person);
    must(m.forum->contest(comment.id, "Ce n’est pas une insulte.", person(1, 4)));  // from another account of theirs
    must(m.forum->contest(comment.id, "Ce n’est pas une insulte.", person(1)));     // the same click again
    CHECK(key_of(m.forum->contest(comment.id, "Je répète.", person(1))) == "participation.contested-already");
    CHECK(must(m.forum->contested()).size() == 1);
    CHECK(must(m.forum->counts(one)).hidden_by_reason.at("insult") == 1);
    CHECK(m.audit() == "");
    CHECK(key_of(m.forum->decide_contest(comment.id, true, "Soit.", "a-omar")) == "participation.same-agent");
    CHECK_FALSE(must(m.forum->decide_contest(comment.id, true, "Soit.", "a-hind")).hidden());
    CHECK(key_of(m.forum->decide_contest(comment.id, false, "Non.", "a-hind")) == "participation.contest-decided");
    CHECK(key_of(m.forum->hide(comment.id, "insult", "Encore.", "a-omar")) == "participation.contest-decided");
    CHECK(must(m.forum->contested()).empty());
    CHECK(must(m.forum->counts(one)).all().hidden == 0);
    CHECK(must(m.forum->counts(one)).hidden_by_reason.empty());
    CHECK(m.audit() == "");
}

TEST_CASE("suggestions: other words sent from the same form are another suggestion, and none is lost") {
    Member m;
    const auto one = must(m.forum->suggest("/help", "Première idée.", "fr", "", "click-1"));
    const auto back = must(m.forum->suggest("/help", "Une tout autre idée.", "fr", "", "click-1"));
    CHECK(back.id != one.id);
    CHECK(back.text == "Une tout autre idée.");
    CHECK(must(m.forum->suggest("/help", "Une tout autre idée.", "fr", "", "click-1")).id == back.id);
    CHECK(must(m.forum->suggest("/help", "Première idée.", "fr", "", "click-1")).id == one.id);
    CHECK(must(m.forum->suggestions(false, 10, "")).suggestions.size() == 2);
    CHECK(must(m.forum->suggestion_counts()).received == 2);
    CHECK(m.audit() == "");
}

TEST_CASE("suggestions: received from anybody once a click, handled once, with an answer or without") {
    Member m;
    const auto one = must(m.forum->suggest("/help", "Le mot « quittance » est obscur.", "fr", "", "click-1"));
    CHECK(must(m.forum->suggest("/help", "Le mot « quittance » est obscur.", "fr", "", "click-1")).id == one.id);
    const auto two = must(m.forum->suggest("/figures", "Merci.", "ar", "p-7", ""));
    CHECK(key_of(m.forum->suggest("/help", " ", "fr", "", "")) == "participation.text-missing");
    CHECK(key_of(m.forum->suggest("/help", std::string(1'001, 'a'), "fr", "", "")) == "participation.too-long");
    CHECK(key_of(m.forum->suggestion("nothing")) == "participation.unknown-suggestion");
    CHECK(must(m.forum->author_of(one)) == "");
    CHECK(must(m.forum->author_of(two)) == "p-7");
    CHECK(must(m.forum->suggestions(false, 10, "")).suggestions.size() == 2);
    must(m.forum->handle(one.id, "Corrigé.", "a-omar"));
    must(m.forum->handle(one.id, "Corrigé.", "a-omar"));  // a second click
    CHECK(key_of(m.forum->handle(one.id, "Autre.", "a-omar")) == "participation.handled-already");
    must(m.forum->handle(two.id, "", "a-omar"));
    CHECK(must(m.forum->suggest("/help", "Le mot « quittance » est obscur.", "fr", "", "click-1")).id == one.id);  // even now
    const auto counts = must(m.forum->suggestion_counts());
    CHECK(counts.received == 2);
    CHECK(counts.handled == 2);
    CHECK(counts.answered == 1);
    CHECK(must(m.forum->suggestions(true, 10, "")).suggestions.size() == 2);
    CHECK(m.audit() == "");
}

TEST_CASE("the public record and the journal name nobody: no voice, no account, no document, and no words of a hidden comment") {
    Member m;
    const auto one = m.published();
    const auto two = m.published();
    const auto shown = m.said(one, 1, 1, "Un avis visible.");
    const auto other = m.said(two, 1, 1, "Un autre avis.");
    const auto gone = m.said(one, 1, 2, "Des mots à cacher.");
    must(m.forum->support(shown.id, person(2)));
    must(m.forum->hide(gone.id, "private-data", "Un numéro de téléphone.", "a-omar"));
    CHECK(shown.voice != other.voice);  // nothing follows a person from one consultation to the next
    CHECK(must(m.forum->say(one.id, 2, "Ailleurs.", 0, person(1))).voice != shown.voice);
    REQUIRE(m.store->settle().has_value());
    const auto reader = must(m.store->read());
    std::string out = json::write(must(public_records(*reader, "commune-tamri", Zone::utc(), m.clock.now())));
    for (const auto& row : must(public_record_rows(*reader, one, Zone::utc()))) {
        for (const auto& cell : row) out += cell + "\n";
    }
    CHECK(out.find("Un avis visible.") != std::string::npos);
    CHECK(out.find("private-data") != std::string::npos);
    for (const auto& row : must(reader->journal(0, 1'000))) out += row.content;
    for (const auto& word : {shown.voice, other.voice, shown.author, shown.salt, std::string("AB10001"), person(1).person, std::string("Des mots à cacher"),
                             std::string("Un numéro de téléphone")}) {
        CAPTURE(word);
        CHECK(out.find(word) == std::string::npos);
    }
    std::string journal;
    for (const auto& row : must(reader->journal(0, 1'000))) journal += row.content;
    CHECK(journal.find("avis visible") == std::string::npos);
}

TEST_CASE("the audit finds a changed comment, a support that nobody gave, and a count that was helped") {
    Member m;
    const auto one = m.published();
    const auto comment = m.said(one, 1, 1);
    must(m.forum->support(comment.id, person(2)));
    CHECK(m.audit() == "");
    SUBCASE("other words") {
        m.tamper(rows::comments, comment.id, [](json::Value& v) { v.object()->set("text", "J’approuve."); });
        CHECK(m.audit().starts_with("recheck.participation-differs"));
    }
    SUBCASE("more supports") {
        m.tamper(rows::comments, comment.id, [](json::Value& v) { v.object()->set("supports", 50); });
        CHECK(m.audit().starts_with("recheck.participation-counts"));
    }
    SUBCASE("hidden without a word") {
        m.tamper(rows::comments, comment.id, [](json::Value& v) { v.object()->set("hiding", json::Object{{"reason", "insult"}, {"words", "x"}, {"by", "a"}, {"at", 1}}); });
        CHECK(m.audit().starts_with("recheck.participation-differs"));
    }
    SUBCASE("a kept count") {
        REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
            TRY(tx.bump("part/" + one.id + "/1/comments", 1));
            return {};
        }));
        CHECK(m.audit().starts_with("recheck.participation-counts"));
    }
    SUBCASE("another text to consult on") {
        m.tamper(rows::consultations, one.id, [](json::Value& v) { v.object()->set("closes", 1); });
        CHECK(m.audit().starts_with("recheck.participation-differs"));
    }
}
