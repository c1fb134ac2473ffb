// Which act writes what into a register; each in the transaction of its event, and nothing without an act.
#include "register/evidence.hpp"

#include "dossier/testing.hpp"

using namespace wasl;
using namespace wasl::reg;
using namespace wasl::dossier;
using namespace wasl::dossier::test;
using dossier::test::at;

namespace {

std::shared_ptr<catalogue::Revision> titled() {
    auto revision = std::make_shared<catalogue::Revision>(*permit());
    revision->record = catalogue::RecordRule{.name = "permits", .type = "building-permit", .closes = false, .key = "P-{answers.place}",
                                             .subject = "applicant", .valid_from = {}, .validity = catalogue::Duration{12, catalogue::DelayUnit::month},
                                             .fields = {{"floors", "answers.floors"}, {"place", "answers.place"}, {"holder", "applicant.name"}}};
    return revision;
}

struct Holding : Member {
    Keeper keeper{morocco()};
    Holding() {
        store.reset();
        store::SqliteOptions options;
        options.folder = folder / "store-with-register";
        options.schema = dossier::test::member_schema();
        for (auto& collection : register_collections()) options.schema.collections.push_back(std::move(collection));
        options.hook = sealer.get();
        options.clock = &clock;
        options.entropy = &entropy;
        options.reserve_bytes = options.full_below_bytes = options.low_below_bytes = 0;
        store = must(store::open_sqlite(std::move(options), writers));
        service = std::make_unique<Service>(ServicePorts{.member = "commune-tamri", .store = store.get(), .pack = morocco(), .entropy = &entropy,
                                                         .clock = &clock, .acts = &keeper, .fields = &fields});
    }
    Filing for_place(std::string place) {
        auto out = filing();
        out.revision = titled();
        out.answers.set("place", std::move(place));
        return out;
    }
    std::string granted(std::string place = "A") {
        const auto done = must(service->file(for_place(std::move(place)), fatima));
        must(ask(done.dossier, Propose{.outcome = Outcome::granted, .reasons = "", .details = {}, .record = {}}, said));
        must(ask(done.dossier, Sign{}, nadia));
        return done.dossier;
    }
    void notified(const std::string& id) { must(ask(id, Notify{"account", clock.now(), "opened"}, said)); }
    std::optional<Record> record(std::string_view key = "P-A") { return must(reg::find(*must(store->read()), "permits", key)); }
    Answer asks(std::string_view path, std::string_view query = {}) {
        const auto question = must(question_of("GET", path, query));
        return must(reg::answer(*must(store->read()), question, "commune-tamri", *morocco(), clock.now()));
    }
    std::string recheck() {
        const auto reader = must(store->read());
        RecordRecheck check(*reader);
        for (const auto& row : must(reader->journal(0, 10'000))) {
            if (const auto good = check.visit(row); !good) return good.error().key;
        }
        const auto rest = check.finish();
        return rest ? "" : rest.error().key;
    }
};

constexpr auto holds = "/v1/holds/building-permit/cnie:AB123456";
constexpr auto data = "/v1/evidence/building-permit/cnie:AB123456";

}  // namespace

TEST_CASE("a signed grant writes its record, with the act it rests on; a refusal writes nothing") {
    Holding m;
    const auto id = m.granted();
    const auto record = m.record();
    REQUIRE(record.has_value());
    REQUIRE(record->versions.size() == 1);
    const auto& version = record->versions.front();
    CHECK(version.subject == "cnie:AB123456");
    CHECK(json::write(json::Value(version.facts)) == R"({"floors":2,"place":"A","holder":"Fatima Zahra Amrani"})");
    CHECK(version.from == tuesday);
    CHECK(version.until == tuesday.plus_months(12));
    CHECK(version.act.dossier == id);
    CHECK(version.act.event == "signed");
    const auto refused = Member::must(m.service->file(m.for_place("B"), fatima));
    Member::must(m.ask(refused.dossier, Propose{.outcome = Outcome::refused, .reasons = "Art. 4", .details = {}, .record = {}}, said));
    Member::must(m.ask(refused.dossier, Sign{.appeal_routes = "30 days"}, nadia));
    CHECK_FALSE(m.record("P-B").has_value());
    CHECK(m.recheck() == "");
    CHECK(m.audit() == "");
}

TEST_CASE("a registration that is refused takes no number and writes nothing, whatever its key rests on") {
    Holding m;
    auto filing = m.for_place("A");
    auto revision = std::make_shared<catalogue::Revision>(*titled());
    revision->kind = Kind::registration;
    revision->silence = catalogue::Silence::none;
    revision->registration = catalogue::Registration{"t", "T-{number:3}"};
    revision->record->key = "{number}";
    filing.revision = revision;
    const auto refused = Member::must(m.service->file(filing, fatima));
    Member::must(m.ask(refused.dossier, Propose{.outcome = Outcome::refused, .reasons = "Art. 4", .details = {}, .record = {}}, said));
    Member::must(m.ask(refused.dossier, Sign{.appeal_routes = "30 days"}, nadia));
    CHECK(Member::must(reg::records(*Member::must(m.store->read()), "permits")).empty());
    filing.once = "again";
    const auto granted = Member::must(m.service->file(filing, fatima));
    Member::must(m.ask(granted.dossier, Propose{.outcome = Outcome::granted, .reasons = "", .details = {}, .record = {}}, said));
    Member::must(m.ask(granted.dossier, Sign{}, nadia));
    CHECK(m.record("T-001").has_value());
    CHECK(m.recheck() == "");
}

TEST_CASE("a correction is a new version: what was known before can be asked for ever") {
    Holding m;
    const auto id = m.granted();
    m.notified(id);
    const Instant before = m.clock.now();
    m.on(tuesday.plus_days(5));
    Member::must(m.ask(id, CorrectDecision{"Three floors, as the plans say.", {{"floors", 3}}}, nadia));
    const auto record = m.record();
    REQUIRE(record->versions.size() == 2);
    CHECK(as_of(*record, tuesday, before)->facts.find("floors")->integer() == 2);
    CHECK(as_of(*record, tuesday, m.clock.now())->facts.find("floors")->integer() == 3);
    CHECK(as_of(*record, tuesday, m.clock.now())->effect == Effect::corrected);
    CHECK(m.recheck() == "");
}

TEST_CASE("an act withdrawn closes its record from that day on") {
    Holding m;
    const auto id = m.granted();
    m.notified(id);
    CHECK(m.asks(holds).holds);
    m.on(tuesday.plus_days(30));
    const auto document = m.get(id).state.documents.front().id;
    Member::must(m.ask(id, WithdrawDocument{document, "Built otherwise than permitted.", "30 days"}, nadia));
    CHECK_FALSE(m.asks(holds).holds);
    CHECK(m.asks(holds, "at=" + tuesday.iso()).holds);
    CHECK(m.recheck() == "");
}

TEST_CASE("an authorisation that arose by silence is in the register from the instant of the law") {
    Holding m;
    const auto done = Member::must(m.service->file(m.for_place("A"), fatima));
    const auto due = *done.receipt.answer_due;
    m.clock.set(due.plus_seconds(5 * 86'400));
    Member::must(m.service->fire_due(m.clock.now()));
    REQUIRE(m.record().has_value());
    CHECK(m.record()->versions.front().act.event == "silence-approved");
    CHECK(m.record()->versions.front().from == morocco()->calendar().date_at(due));
}

TEST_CASE("decree 2-22-141: an approval that arose by silence is evidence of its own, of the request that is named and no other") {
    Holding m;
    m.granted("B");  // answered in time
    const auto done = Member::must(m.service->file(m.for_place("A"), fatima));
    const auto reference = Member::must(m.service->get(done.dossier))->state.file.reference;
    const auto due = *done.receipt.answer_due;
    constexpr auto silence = "/v1/evidence/approval-by-silence/cnie:AB123456";
    CHECK_FALSE(m.asks(silence).holds);
    m.clock.set(due.plus_seconds(5 * 86'400));
    Member::must(m.service->fire_due(m.clock.now()));
    const auto told = m.asks(silence, "reference=" + reference);
    REQUIRE(told.holds);
    const auto& facts = *told.document.find("facts");
    CHECK(facts["act"].text_or("") == "building-permit");
    CHECK(facts["arose"].text_or("") == morocco()->calendar().date_at(due).iso());
    CHECK(facts["reference"].text_or("") == reference);
    CHECK(facts["holder"].is_null());  // nothing of the permit itself
    CHECK(told.document.find("more") == nullptr);
    CHECK_FALSE(m.asks(silence, "reference=commune-tamri/x/2026/999999").holds);
    CHECK_FALSE(m.asks("/v1/evidence/approval-by-silence/cnie:ZZ000000").holds);
}

TEST_CASE("least disclosure: a yes or no carries no fact, and data only the record that the question names") {
    Holding m;
    m.granted("A");
    m.granted("B");
    CHECK(m.asks(holds).document.find("facts") == nullptr);
    CHECK(m.asks(holds, "place=A").holds);
    CHECK_FALSE(m.asks(holds, "place=C").holds);
    const auto all = m.asks(data);
    CHECK(all.document.find("more") != nullptr);
    const auto one = m.asks(data, "place=A");
    CHECK(one.document.find("more") == nullptr);
    CHECK((*one.document.find("facts"))["place"].text_or("") == "A");
    CHECK((*one.document.find("source"))["key"].text_or("") == "P-A");
    CHECK_FALSE(m.asks("/v1/holds/building-permit/cnie:ZZ9").holds);
    CHECK_FALSE(m.asks("/v1/holds/land-title/cnie:AB123456").holds);
}

TEST_CASE("asked for the document, the register names the act it rests on, tells no fact, and the journal says which it was") {
    Holding m;
    m.granted("A");
    const std::string document = "/v1/document/building-permit/cnie:AB123456";
    const auto answer = m.asks(document, "place=A");
    CHECK(answer.holds);
    CHECK_FALSE(answer.act.empty());
    CHECK(answer.document.find("facts") == nullptr);
    CHECK(answer.document.find("source") != nullptr);
    CHECK(m.asks(document, "place=C").act.empty());
    CHECK(m.asks(holds).act.empty());
    CHECK(m.asks(data).act.empty());
}

TEST_CASE("what is no question is refused: another method, a path beside, a subject without its kind") {
    CHECK(question_of("POST", holds, "").error().key == "register.method");
    for (const auto* path : {"/v1/holds", "/v1/holds/x/cnie:1/more", "/v2/holds/x/cnie:1", "/v1/all/x/cnie:1", "v1/holds/x/cnie:1"}) {
        CAPTURE(path);
        CHECK(question_of("GET", path, "").error().key == "register.no-endpoint");
    }
    for (const auto* path : {"/v1/holds/X/cnie:1", "/v1/holds/x/AB1", "/v1/holds/x/%zz:1", "/v1/holds/x/cnie:%00", "/v1/holds//cnie:1"}) {
        CAPTURE(path);
        CHECK(question_of("GET", path, "").error().key == "register.malformed-question");
    }
    CHECK(question_of("GET", holds, "at=yesterday").error().key == "register.malformed-question");
    CHECK(Member::must(question_of("GET", "/v1/holds/x/cnie%3AAB1", "")).subject == "cnie:AB1");
}

TEST_CASE("law 09-08: who asked the register about a person is journaled, and read back for that person") {
    Holding m;
    const auto question = Member::must(question_of("GET", holds, ""));
    m.granted();
    const Asker utility{"MA/GOV/utility/subscriptions", "MA/GOV/utility", "electricity-subscription", "law 12-90 art. 55", "x-9", "counter"};
    bool held = false;
    REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
        held = TRY(answer_noted(tx, question, utility, "commune-tamri", *morocco())).holds;
        return {};
    }).has_value());
    CHECK(held);
    const auto looks = Member::must(looks_of(*Member::must(m.store->read()), "cnie:AB123456"));
    REQUIRE(looks.size() == 1);
    CHECK(looks.front().asker.who == "MA/GOV/utility/subscriptions");
    CHECK(looks.front().asker.purpose == "electricity-subscription");
    CHECK(looks.front().asker.office == "counter");
    CHECK(m.audit() == "");
}

TEST_CASE("the audit finds a record that was changed by another hand, and one without its journal") {
    Holding m;
    m.granted();
    auto record = *m.record();
    record.versions.front().facts.set("floors", 9);
    const auto put = [&](std::string_view key, const Record& value) {
        return m.store->run([&](store::Transaction& tx) -> Result<void> {
            TRY(tx.put("record", key, store::Transaction::any_version, encode(value), {{"register", value.name}}));
            return {};
        });
    };
    REQUIRE(put("permits/P-A", record).has_value());
    CHECK(m.recheck() == "recheck.record-differs");
    REQUIRE(put("permits/P-A", [&] { record.versions.front().facts.set("floors", 2); return record; }()).has_value());
    CHECK(m.recheck() == "");
    REQUIRE(put("permits/P-Z", record).has_value());
    CHECK(m.recheck() == "recheck.records-without-journal");
}
