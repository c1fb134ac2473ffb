#include "base/digest.hpp"
#include "dossier/impl/member_world.hpp"
#include "dossier/papers.hpp"

#include <set>

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

TEST_CASE("a complete filing is on disk with reference, receipt, seal, counter, message and search words") {
    Member m;
    const auto done = m.filed();
    CHECK(done.reference == "commune-tamri/0/2026/000001");
    CHECK(done.receipt.complete());
    CHECK(done.received == m.clock.now());
    const auto stored = m.get(done.dossier);
    CHECK(stored.version == 1);
    CHECK(stored.state.phase == Phase::examination);
    CHECK(stored.state.file.terms.silence_basis.find("2-22-141") != std::string::npos);
    const auto reader = Member::must(m.store->read());
    const auto seal = Member::must(trust::find_seal(*reader, done.seal_key));
    REQUIRE(seal.has_value());
    const auto parsed = Member::must(trust::parse_seal(seal->seal));
    CHECK(parsed.reference == done.reference);
    CHECK(parsed.due == Date{2026, 9, 16});
    const auto text = Member::must(trust::canonical_text(receipt_facts(stored.state.file, stored.state.filed_at, *morocco())));
    CHECK(parsed.subject == trust::subject_digest(text).view().substr(0, trust::subject_digest_bytes));
    CHECK(Member::must(m.service->counters("urbanisme")) == std::vector<std::pair<Phase, std::int64_t>>{{Phase::examination, 1}});
    const auto messages = Member::must(m.service->outbox());
    REQUIRE(messages.size() == 1);
    CHECK(messages[0].key == "message.filed");
    CHECK(messages[0].contact.address == "c1");
    CHECK(m.service->sent(std::vector<std::string>{messages[0].id}).has_value());
    CHECK(Member::must(m.service->outbox()).empty());
    CHECK(Member::must(m.service->by_reference(done.reference))->state.id == done.dossier);
    CHECK(m.audit() == "");
}

TEST_CASE("file anyway, incomplete: the receipt lists the papers and the answers that are missing") {
    Member m;
    auto filing = m.filing(false);
    filing.answers.erase("floors");
    const auto done = Member::must(m.service->file(filing, fatima));
    REQUIRE(done.receipt.missing.size() == 3);
    CHECK(done.receipt.missing[0].code == "title");
    CHECK(done.receipt.missing[2].code == "floors");
    CHECK(done.receipt.missing[2].answer);
    CHECK(Member::must(m.ask(done.dossier, AddPiece{m.paper("title")}, fatima)).phase == Phase::incomplete);
    CHECK(Member::must(m.ask(done.dossier, AddPiece{m.paper("plans")}, fatima)).phase == Phase::incomplete);
    CHECK(Member::must(m.ask(done.dossier, AmendAnswers{{{"floors", 3}}}, fatima)).phase == Phase::examination);
    CHECK(m.audit() == "");
}

TEST_CASE("answers of a wrong shape are mended before filing; a level that is too low says so") {
    Member m;
    auto filing = m.filing();
    filing.answers.set("floors", "many");
    CHECK(m.service->file(filing, fatima).error().key == "dossier.answers");
    auto strict = m.filing();
    auto revision = std::make_shared<catalogue::Revision>(*strict.revision);
    revision->minimum_level = 3;
    strict.revision = revision;
    CHECK(m.service->file(strict, fatima).error().key == "dossier.level");
}

TEST_CASE("a filing sent twice is filed once, and two tabs on one draft file once") {
    Member m;
    auto filing = m.filing();
    filing.once = "k1";
    const auto first = Member::must(m.service->file(filing, fatima));
    const auto again = Member::must(m.service->file(filing, fatima));
    CHECK(again.repeated);
    CHECK(again.reference == first.reference);
    Actor other = fatima;
    other.id = "p-other";
    CHECK_FALSE(Member::must(m.service->file(filing, other)).repeated);
    const auto draft = Member::must(m.service->save_draft({.owner = fatima.id, .procedure = "building-permit"}));
    auto from_draft = m.filing();
    from_draft.draft = draft.id;
    CHECK_FALSE(Member::must(m.service->file(from_draft, fatima)).repeated);
    CHECK(Member::must(m.service->file(from_draft, fatima)).repeated);
    CHECK_FALSE(Member::must(m.service->draft(fatima.id, draft.id)).has_value());
    // the key outlives later changes of the dossier
    CHECK(m.ask(first.dossier, AddNote{"x"}, said).has_value());
    CHECK(Member::must(m.service->file(filing, fatima)).repeated);
}

TEST_CASE("two agents on one dossier: the second learns that it changed") {
    Member m;
    const auto id = m.filed().dossier;
    const auto seen = m.get(id).version;
    CHECK(m.ask(id, AddNote{"first"}, said, seen).has_value());
    CHECK(m.ask(id, AddNote{"second"}, said, seen).error().key == "dossier.stale");
    CHECK(m.ask("nothing", AddNote{"x"}, said).error().key == "dossier.unknown");
    CHECK(m.get(id).state.notes.size() == 1);
}

TEST_CASE("a refused command leaves nothing behind") {
    Member m;
    const auto id = m.filed().dossier;
    const auto before = Member::must(m.store->read());
    const auto size = Member::must(before->journal_size());
    CHECK(m.ask(id, Propose{.outcome = Outcome::refused, .reasons = ""}, said).error().key == "dossier.reasons-required");
    CHECK(Member::must(Member::must(m.store->read())->journal_size()) == size);
    CHECK(m.get(id).version == 1);
}

TEST_CASE("from filing to notification; the document's seal holds and its status is found by its id") {
    Member m;
    const auto id = m.filed().dossier;
    CHECK(m.ask(id, Propose{.outcome = Outcome::granted, .details = {{"plot", "12"}}}, said).has_value());
    CHECK(m.ask(id, Sign{}, nadia).has_value());
    CHECK(Member::must(m.ask(id, Notify{.channel = "account", .at = {}, .proof = "opened"}, said)).phase == Phase::granted);
    const auto stored = m.get(id);
    const auto& document = stored.state.documents.front();
    const auto reader = Member::must(m.store->read());
    const auto kept = Member::must(trust::find_seal(*reader, document_seal_key(document.id)));
    REQUIRE(kept.has_value());
    const auto seal = Member::must(trust::parse_seal(kept->seal));
    CHECK(seal.facts == document.id);
    const auto text = Member::must(trust::canonical_text(document_facts(stored.state, document, *morocco())));
    CHECK(seal.subject == trust::subject_digest(text).view().substr(0, trust::subject_digest_bytes));
    std::set<std::string> keys;
    for (const auto& message : Member::must(m.service->outbox())) keys.insert(message.key);
    CHECK(keys == std::set<std::string>{"message.filed", "message.signed"});
    CHECK(m.audit() == "");
}

TEST_CASE("a refusal is sealed as a decision") {
    Member m;
    const auto id = m.filed().dossier;
    CHECK(m.ask(id, Propose{.outcome = Outcome::refused, .reasons = "two floors at most"}, said).has_value());
    CHECK(m.ask(id, Sign{"Before the wali, 30 days"}, nadia).has_value());
    const auto state = m.get(id).state;
    const auto reader = Member::must(m.store->read());
    const auto kept = Member::must(trust::find_seal(*reader, decision_seal_key(state)));
    REQUIRE(kept.has_value());
    CHECK(Member::must(trust::parse_seal(kept->seal)).kind == trust::PaperKind::decision);
}

TEST_CASE("what is due fires at its instant, once, however long the program slept") {
    Member m;
    const auto silent = m.filed().dossier;
    const auto waiting = m.filed(false).dossier;
    CHECK(Member::must(m.service->next_wake()) == test::at(Date{2026, 9, 17}, 0));
    CHECK(Member::must(m.service->fire_due(m.clock.now())) == 0);
    m.on(Date{2026, 10, 3});
    CHECK(Member::must(m.service->fire_due(m.clock.now())) == 2);
    CHECK(Member::must(m.service->fire_due(m.clock.now())) == 0);
    const auto state = m.get(silent).state;
    CHECK(state.phase == Phase::approved_by_silence);
    CHECK(*state.silence_at == test::at(Date{2026, 9, 17}, 0));
    CHECK(m.get(waiting).state.completion->lapses_from.has_value());
    CHECK(m.get(waiting).state.phase == Phase::incomplete);
    CHECK_FALSE(Member::must(m.service->next_wake()).has_value());
    const auto reader = Member::must(m.store->read());
    const auto kept = Member::must(trust::find_seal(*reader, document_seal_key(state.documents.back().id)));
    REQUIRE(kept.has_value());
    CHECK(Member::must(trust::parse_seal(kept->seal)).kind == trust::PaperKind::silence_record);
    CHECK(m.audit() == "");
}

TEST_CASE("the program asleep at the instant: the refusal is refused, and nothing of it stays") {
    Member m;
    const auto id = m.filed().dossier;
    CHECK(m.ask(id, Propose{.outcome = Outcome::refused, .reasons = "two floors"}, said).has_value());
    m.on(Date{2026, 9, 17}, 0);
    CHECK(m.ask(id, Sign{"wali"}, nadia).error().key == "dossier.approved-by-silence");
    CHECK(Member::must(m.service->fire_due(m.clock.now())) == 1);
    CHECK(m.get(id).state.phase == Phase::approved_by_silence);
}

TEST_CASE("500 dossiers at once: each by itself, with what was done and what was not") {
    Member m;
    std::vector<Ask> asks;
    for (int i = 0; i < 6; ++i) asks.push_back({.dossier = m.filed().dossier, .command = Propose{.outcome = Outcome::granted}, .actor = said});
    asks[2].dossier = "gone";
    asks[4].command = Propose{.outcome = Outcome::refused, .reasons = ""};
    const auto results = m.service->run_each(asks);
    REQUIRE(results.size() == 6);
    CHECK(results[0].has_value());
    CHECK(results[2].error().key == "dossier.unknown");
    CHECK(results[4].error().key == "dossier.reasons-required");
    CHECK(results[5]->phase == Phase::signature);
    CHECK(m.service->run_each(std::vector<Ask>(501)).front().error().key == "dossier.bulk-limit");
    CHECK(m.service->run_each({}).empty());
}

TEST_CASE("an appeal is a linked dossier before another authority; notified, it reopens what it annuls") {
    Member m;
    const auto id = m.filed().dossier;
    CHECK(m.ask(id, Propose{.outcome = Outcome::refused, .reasons = "two floors"}, said).has_value());
    CHECK(m.ask(id, Sign{"Before the wali, 30 days"}, nadia).has_value());
    CHECK(m.ask(id, Notify{.channel = "counter", .at = {}, .proof = "signed for"}, said).has_value());
    Filing filing = m.filing(false);
    filing.revision = permit(Kind::complaint);
    filing.office.clear();
    Actor stranger = fatima;
    stranger.id = "p-stranger";
    CHECK(m.service->appeal(id, filing, stranger).error().key == "dossier.role-required");
    const auto appeal = Member::must(m.service->appeal(id, filing, fatima));
    const auto linked = m.get(appeal.dossier).state;
    CHECK(linked.file.office == "wilaya");
    CHECK(linked.file.link->authors == std::vector<std::string>{said.id, nadia.id});
    CHECK(linked.file.terms.delay == Delay{.n = 30, .unit = Unit::day, .working = false});
    CHECK(m.get(id).state.appeals.front().dossier == appeal.dossier);
    // decided at the wilaya
    auto right = authority();
    right.office = "wilaya";
    const Actor clerk{.id = "w-clerk", .name = "Salma", .roles = {Role::caseworker}, .office = "wilaya"};
    const Actor head{.id = "w-head", .name = "Hassan", .roles = {Role::signatory}, .office = "wilaya"};
    Actor author = said;
    author.office = "wilaya";
    const auto at_wilaya = [&](Command command, const Actor& actor) {
        return m.service->run({.dossier = appeal.dossier, .command = std::move(command), .actor = actor, .rights = {right}});
    };
    CHECK(at_wilaya(Propose{.outcome = Outcome::upheld, .reasons = "two floors are allowed"}, author).error().key == "dossier.author-decides-appeal");
    CHECK(at_wilaya(Propose{.outcome = Outcome::upheld, .reasons = "two floors are allowed"}, clerk).has_value());
    CHECK(at_wilaya(Sign{}, head).has_value());
    CHECK(m.get(id).state.phase == Phase::refused);
    CHECK(at_wilaya(Notify{.channel = "counter", .at = {}, .proof = "signed for"}, clerk).has_value());
    CHECK(m.get(id).state.phase == Phase::examination);
    CHECK(m.get(id).state.appeals.front().outcome == Outcome::upheld);
    CHECK(m.audit() == "");
}

TEST_CASE("drafts are saved at every step, found on another device, and theirs alone") {
    Member m;
    auto draft = Member::must(m.service->save_draft({.owner = fatima.id, .procedure = "building-permit", .step = "works", .answers = {{"floors", 2}}, .pieces = {m.paper("title")}}));
    CHECK(draft.version == 1);
    auto elsewhere = *Member::must(m.service->draft(fatima.id, draft.id));
    CHECK(elsewhere.answers == draft.answers);
    CHECK(elsewhere.pieces == draft.pieces);
    elsewhere.step = "papers";
    CHECK(Member::must(m.service->save_draft(elsewhere)).version == 2);
    CHECK(m.service->save_draft(draft).error().key == "draft.stale");
    CHECK_FALSE(Member::must(m.service->draft("p-other", draft.id)).has_value());
    auto stolen = elsewhere;
    stolen.owner = "p-other";
    stolen.version = 2;
    CHECK(m.service->save_draft(stolen).error().key == "draft.unknown");
    CHECK(Member::must(m.service->drafts(fatima.id)).size() == 1);
    CHECK(m.service->drop_draft("p-other", draft.id).error().key == "draft.unknown");
    CHECK(m.service->drop_draft(fatima.id, draft.id).has_value());
    CHECK(Member::must(m.service->drafts(fatima.id)).empty());
}

TEST_CASE("papers: PDF, JPEG and PNG by content; 10 MB each, 40 MB a dossier; names are harmless") {
    Member m;
    CHECK(m.service->upload("title", "virus.pdf", "MZ\x90").error().key == "upload.type");
    CHECK(m.service->upload("title", "x.pdf", "").error().key == "upload.empty");
    CHECK(m.service->upload("title", "x.pdf", "%PDF-" + std::string(piece_limit, 'x')).error().key == "upload.too-large");
    CHECK(m.service->upload("title", "photo.txt", "\xFF\xD8\xFF\xE0 jpeg")->media_type == "image/jpeg");
    CHECK(m.service->upload("title", "../../etc/pas\nswd.pdf", "%PDF-1")->name == "passwd.pdf");
    CHECK(m.service->upload("title", "..", "%PDF-1")->name == "file");
    auto piece = m.paper("title");
    CHECK(m.service->bytes_of(piece).error().key == "store.no-blob");  // nobody has named it yet
    CHECK(m.service->save_draft({.owner = fatima.id, .procedure = "x", .pieces = {piece}}).has_value());
    CHECK(Member::must(m.service->bytes_of(piece)) == "%PDF-1.7 title");
    const auto id = m.filed(false).dossier;
    piece.bytes = dossier_limit + 1;
    CHECK(m.ask(id, AddPiece{piece}, fatima).error().key == "upload.dossier-full");
}

TEST_CASE("a registration's number comes from the member's series, in order, without gaps") {
    Member m;
    auto revision = std::make_shared<catalogue::Revision>(*permit());
    revision->kind = Kind::registration;
    revision->silence = catalogue::Silence::none;
    revision->registration = {.series = "ae", .pattern = "AE-{year}-{number:6}"};
    for (int i = 1; i <= 2; ++i) {
        auto filing = m.filing();
        filing.revision = revision;
        const auto id = Member::must(m.service->file(filing, fatima)).dossier;
        CHECK(m.ask(id, Propose{.outcome = Outcome::granted}, said).has_value());
        CHECK(m.ask(id, Sign{}, said).error().key == "dossier.role-required");  // takes no number
        CHECK(m.ask(id, Sign{}, nadia).has_value());
        CHECK(m.get(id).state.registered == "AE-2026-00000" + std::to_string(i));
        // the number stands on the sealed document
        const auto state = m.get(id).state;
        const auto seal = Member::must(trust::find_seal(*Member::must(m.store->read()), document_seal_key(state.documents.front().id)));
        const auto text = Member::must(trust::canonical_text(document_facts(state, state.documents.front(), *morocco())));
        CHECK(Member::must(trust::parse_seal(seal->seal)).subject == trust::subject_digest(text).view().substr(0, trust::subject_digest_bytes));
    }
}

TEST_CASE("design section 8: a rule grants with its decision record, never refuses, and a switch turns it off") {
    Member m;
    auto revision = std::make_shared<catalogue::Revision>(*permit());
    revision->kind = Kind::extract;
    revision->silence = catalogue::Silence::none;
    revision->automatic_grant = catalogue::AutomaticGrant{.basis = catalogue::GrantBasis::declaration_enough,
                                                          .condition = form::Condition::compile("floors <= 2").value(),
                                                          .inputs = {"floors"}, .article = "art. 3"};
    Service off({.member = "commune-tamri", .store = m.store.get(), .pack = morocco(), .clock = &m.clock, .fields = &m.fields, .automation_on = [](std::string_view) { return false; }});
    const auto filed = [&](int floors) {
        auto filing = m.filing();
        filing.revision = revision;
        filing.answers.set("floors", floors);
        return Member::must(off.file(filing, fatima)).dossier;
    };
    const auto small = filed(2), big = filed(3);
    CHECK(m.get(small).state.phase == Phase::examination);
    CHECK_FALSE(Member::must(off.grant_by_rule(small, *revision)));
    CHECK(Member::must(m.service->grant_by_rule(small, *revision)));
    CHECK_FALSE(Member::must(m.service->grant_by_rule(small, *revision)));
    CHECK_FALSE(Member::must(m.service->grant_by_rule(big, *revision)));
    CHECK(m.get(big).state.phase == Phase::examination);
    const auto record = *m.get(small).state.decision->record;
    CHECK(record.sources == std::vector<std::string>{"floors=typed"});
    CHECK(record.fired == std::vector<std::string>{"floors <= 2 (art. 3)"});
    auto strict = std::make_shared<catalogue::Revision>(*revision);
    strict->automatic_grant->basis = catalogue::GrantBasis::verified_sources;
    revision = strict;
    CHECK_FALSE(Member::must(m.service->grant_by_rule(filed(1), *strict)));  // typed is not verified
}

TEST_CASE("design section 8: a complete file that the rule allows is granted at once, numbered, told, with its record; no other is") {
    Member m;
    auto revision = std::make_shared<catalogue::Revision>(*permit());
    revision->kind = Kind::registration;
    revision->silence = catalogue::Silence::none;
    revision->registration = {.series = "ae", .pattern = "AE-{year}-{number:6}"};
    revision->automatic_grant = catalogue::AutomaticGrant{.basis = catalogue::GrantBasis::declaration_enough,
                                                          .condition = form::Condition::compile("level >= 3 and floors <= 2").value(),
                                                          .inputs = {"floors", "illness"}, .article = "art. 3"};
    const auto filed = [&](int level, int floors, bool complete) {
        auto filing = m.filing(complete);
        filing.revision = revision;
        filing.level = level;
        filing.answers.set("floors", floors);
        return m.get(Member::must(m.service->file(filing, fatima)).dossier).state;
    };
    CHECK(filed(2, 2, true).phase == Phase::examination);   // not well enough known
    CHECK(filed(3, 3, true).phase == Phase::examination);   // an agent looks: the rule never refuses
    CHECK(filed(3, 2, false).phase == Phase::incomplete);
    const auto granted = filed(3, 2, true);
    CHECK(granted.phase == Phase::granted);
    CHECK(granted.registered == "AE-2026-000001");  // the others took no number
    REQUIRE(granted.notified.has_value());
    CHECK(granted.notified->at == granted.filed_at);
    CHECK(granted.documents.size() == 1);
    const auto& record = *granted.decision->record;
    CHECK(granted.decision->automatic);
    CHECK(record.rules == "building-permit@" + revision->hash.hex());
    CHECK(record.inputs.find("floors")->integer_or(0) == 2);
    CHECK(form::sealed_text(*record.inputs.find("illness")).has_value());  // sensitive here too
    CHECK(record.inputs.find("level")->integer_or(0) == 3);
    CHECK(record.sources == std::vector<std::string>{"floors=typed", "illness=typed", "level=known"});
    REQUIRE(m.store->settle().has_value());
    CHECK(m.audit() == "");
    CHECK(filed(3, 2, true).registered == "AE-2026-000002");
}
