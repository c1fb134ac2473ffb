// Asked once: law 55-19 forbids asking a person for what another administration holds. Each rule has its test.
#include "dossier/impl/member_world.hpp"
#include "dossier/rule_record.hpp"

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

// A holder that the test answers for.
class Registry final : public EvidenceSource {
public:
    [[nodiscard]] std::optional<Holder> holder_of(std::string_view type, std::string_view named) const override {
        if (type != "land-title" || (!named.empty() && named != "09.001.01.05")) return std::nullopt;
        return Holder{"MA/GOV/ancfcc", "register", {{"fr", "La conservation foncière"}}};
    }
    void fetch(const EvidenceWanted& wanted, Done done) override {
        asked.push_back(wanted);
        if (later) return held_back.push_back(std::move(done));
        done(says);
    }
    Result<EvidenceFound> says = fail(Code::unavailable, "exchange.no-answer");
    bool later = false;
    std::vector<Done> held_back;
    std::vector<EvidenceWanted> asked;
};

EvidenceFound title_held() {
    return {.holds = true, .facts = {{"title", "T-1/44"}, {"floors", 3}}, .piece = {}, .holder = "MA/GOV/ancfcc", .service = "register",
            .exchange = "x-1", .source = "ancfcc/0/2026/000007", .as_of = "2026-09-01T09:00:00Z"};
}

std::shared_ptr<catalogue::Revision> fetching(catalogue::EvidenceHow how = catalogue::EvidenceHow::yes_no, bool consent = false) {
    auto revision = std::make_shared<catalogue::Revision>(*permit());
    revision->evidence = {{.requirement = "title", .type = "land-title", .how = how, .consent = consent, .legal_basis = "law 55-19", .answers = {}}};
    if (how == catalogue::EvidenceHow::data) revision->evidence.front().answers = {{"floors", "floors"}};
    return revision;
}

struct Asked : Member {
    Registry registry;
    Asked() {
        service = std::make_unique<Service>(ServicePorts{.member = "commune-tamri", .store = store.get(), .pack = morocco(), .entropy = &entropy,
                                                         .clock = &clock, .evidence = &registry, .fields = &fields});
    }
    Filing without_title(std::shared_ptr<catalogue::Revision> revision = fetching()) {
        auto out = filing(false);
        out.revision = std::move(revision);
        out.pieces = {paper("plans")};
        return out;
    }
    // Asks, and waits until what came of it is written: a command behind it in the queue is done.
    std::size_t ask_holders(Instant now) {
        const auto asked = must(service->ask_holders(now));
        REQUIRE(store->run([](store::Transaction&) { return Result<void>(); }).has_value());
        return asked;
    }
    const Evidence& evidence(const std::string& id) {
        kept = get(id).state;
        REQUIRE(kept.evidence.size() == 1);
        return kept.evidence.front();
    }
    State kept;
};

}  // namespace

TEST_CASE("law 55-19: a paper whose holder is asked is never counted as missing, also while the holder is silent") {
    Asked m;
    const auto done = Member::must(m.service->file(m.without_title(), fatima));
    CHECK(done.receipt.complete());
    CHECK(m.evidence(done.dossier).status == EvidenceStatus::waiting);
    CHECK(Member::must(m.service->next_wake()).value() <= m.clock.now());
    CHECK(m.audit() == "");
}

TEST_CASE("law 55-19: the office may not demand the paper whose holder has not answered, nor the one its holder has proven") {
    Asked m;
    const auto done = Member::must(m.service->file(m.without_title(), fatima));
    const RequestCompletion demand{{{"title", false, "title"}}, "The title is not in the file."};
    CHECK(m.ask(done.dossier, demand, said).error().key == "dossier.held-elsewhere");
    m.registry.says = title_held();
    CHECK(m.ask_holders(m.clock.now()) == 1);
    CHECK(m.evidence(done.dossier).status == EvidenceStatus::held);
    CHECK(m.ask(done.dossier, demand, said).error().key == "dossier.held-elsewhere");
    CHECK(m.ask(done.dossier, RequestCompletion{{{"plans", false, "plans"}}, "They are unreadable."}, said).has_value());
}

TEST_CASE("law 55-19: when the holder answers that it knows nothing, the person may be asked, once") {
    Asked m;
    const auto done = Member::must(m.service->file(m.without_title(), fatima));
    m.registry.says = EvidenceFound{};
    CHECK(m.ask_holders(m.clock.now()) == 1);
    CHECK(m.evidence(done.dossier).status == EvidenceStatus::not_held);
    CHECK(m.ask(done.dossier, RequestCompletion{{{"title", false, "title"}}, "The land registry knows no title."}, said).has_value());
    CHECK(m.audit() == "");
}

TEST_CASE("a holder that said before the filing that it knows nothing leaves the paper to the person") {
    Asked m;
    auto filing = m.without_title();
    filing.evidence = m.service->evidence_for(filing);
    REQUIRE(filing.evidence.size() == 1);
    filing.evidence.front().status = EvidenceStatus::not_held;
    const auto done = Member::must(m.service->file(filing, fatima));
    REQUIRE(done.receipt.missing.size() == 1);
    CHECK(done.receipt.missing.front().code == "title");
}

TEST_CASE("a silent holder is asked again with growing pauses until the dossier is decided, and its silence is counted in public") {
    Asked m;
    const auto done = Member::must(m.service->file(m.without_title(), fatima));
    std::int64_t before = 0;
    for (int tries = 1; tries <= 4; ++tries) {
        CHECK(m.ask_holders(m.clock.now()) == 1);
        CHECK(m.ask_holders(m.clock.now()) == 0);
        const auto& evidence = m.evidence(done.dossier);
        CHECK(evidence.tries == tries);
        const auto pause = (evidence.next->micros - m.clock.now().micros) / 1'000'000;
        CHECK(pause > before);
        before = pause;
        m.clock.set(*evidence.next);
    }
    m.registry.says = title_held();
    CHECK(m.ask_holders(m.clock.now()) == 1);
    CHECK(m.ask_holders(m.clock.now().plus_seconds(86'400)) == 0);
    const auto counted = Member::must(m.service->holders());
    REQUIRE(counted.size() == 1);
    CHECK(counted.front().holder == "MA/GOV/ancfcc");
    CHECK(counted.front().silent == 4);
    CHECK(counted.front().answered == 1);
    CHECK(m.audit() == "");
}

TEST_CASE("nobody is asked any more once the decision is signed") {
    Asked m;
    const auto done = Member::must(m.service->file(m.without_title(), fatima));
    CHECK(m.ask(done.dossier, Propose{.outcome = Outcome::granted, .reasons = "", .details = {}, .record = {}}, said).has_value());
    CHECK(m.ask(done.dossier, Sign{}, nadia).has_value());
    CHECK(m.ask_holders(m.clock.now().plus_seconds(864'000)) == 0);
}

TEST_CASE("an answer on its way is not asked for twice, and one that comes after the person brought the paper changes nothing") {
    Asked m;
    const auto done = Member::must(m.service->file(m.without_title(), fatima));
    m.registry.later = true;
    CHECK(m.ask_holders(m.clock.now()) == 1);
    CHECK(m.ask_holders(m.clock.now()) == 0);
    CHECK(m.ask(done.dossier, AddPiece{m.paper("title")}, fatima).has_value());
    CHECK(m.evidence(done.dossier).status == EvidenceStatus::handed_in);
    m.registry.held_back.front()(title_held());
    REQUIRE(m.store->run([](store::Transaction&) { return Result<void>(); }).has_value());
    CHECK(m.evidence(done.dossier).status == EvidenceStatus::handed_in);
}

TEST_CASE("law 09-08 art. 4: where the law asks for consent nothing is fetched without it, and the consent is an event") {
    Asked m;
    const auto unasked = Member::must(m.service->file(m.without_title(fetching(catalogue::EvidenceHow::yes_no, true)), fatima));
    REQUIRE(unasked.receipt.missing.size() == 1);
    CHECK(m.registry.asked.empty());
    auto agreed = m.without_title(fetching(catalogue::EvidenceHow::yes_no, true));
    agreed.evidence = {Evidence{.requirement = "title", .type = "land-title", .legal_basis = "law 55-19", .needs_consent = true, .agreed = true,
                                .holder = "MA/GOV/ancfcc"}};
    const auto done = Member::must(m.service->file(agreed, fatima));
    CHECK(done.receipt.complete());
    const auto history = Member::must(m.service->history(done.dossier));
    REQUIRE(history.size() >= 3);
    const auto* consent = std::get_if<EvidenceAgreed>(&history[1].body);
    REQUIRE(consent != nullptr);
    CHECK(consent->legal_basis == "law 55-19");
    CHECK(history[1].by.id == fatima.id);
}

TEST_CASE("least disclosure: of a yes or no no fact is kept, whatever the holder sent") {
    Asked m;
    const auto done = Member::must(m.service->file(m.without_title(), fatima));
    m.registry.says = title_held();
    m.ask_holders(m.clock.now());
    CHECK(m.evidence(done.dossier).facts.empty());
}

TEST_CASE("a fetched answer carries its source into the decision record; one that the person changed is typed") {
    Asked m;
    auto filing = m.without_title(fetching(catalogue::EvidenceHow::data));
    filing.answers = {{"floors", 3}};
    filing.evidence = m.service->evidence_for(filing);
    Result<Evidence> answered = fail(Code::internal, "");
    m.registry.says = title_held();
    m.service->ask_holder(filing.evidence.front(), filing.applicant, "building-permit", "urbanisme", "draft", [&](Evidence e, const std::optional<Piece>&) { answered = std::move(e); });
    REQUIRE(answered.has_value());
    filing.evidence = {*answered};
    const auto done = Member::must(m.service->file(filing, fatima));
    auto state = m.get(done.dossier).state;
    CHECK(source_of_answer(state, "floors") == "fetched");
    DecisionRecord record;
    add_evidence(record, state);
    const auto* sources = record.trace.find("evidence");
    REQUIRE(sources != nullptr);
    CHECK((*sources->array())[0]["holder"].text_or("") == "MA/GOV/ancfcc");
    CHECK((*sources->array())[0]["source"].text_or("") == "ancfcc/0/2026/000007");
    state.file.answers.set("floors", 2);
    CHECK(source_of_answer(state, "floors") == "typed");
    CHECK(m.audit() == "");
}

TEST_CASE("a document comes from its holder as a piece of the file, signed for; what is asked anew drops it") {
    Asked m;
    auto revision = fetching(catalogue::EvidenceHow::document);
    revision->evidence.front().where = {{"floors", "floors"}};
    auto filing = m.without_title(revision);
    filing.answers = {{"floors", 3}};
    auto found = title_held();
    found.piece = Member::must(m.service->upload("title", "T-1.pdf", "%PDF-1.5 of the land registry"));
    found.piece->source = Source::fetched;
    found.piece->verified = true;
    m.registry.says = found;
    filing.evidence = m.service->evidence_for(filing);
    REQUIRE(filing.evidence.size() == 1);
    std::optional<Piece> came;
    m.service->ask_holder(filing.evidence.front(), filing.applicant, "building-permit", "urbanisme", "draft", [&](const Evidence& e, const std::optional<Piece>& piece) {
        filing.evidence = {e};
        came = piece;
    });
    REQUIRE(came.has_value());
    CHECK(m.registry.asked.back().how == catalogue::EvidenceHow::document);
    CHECK(filing.evidence.front().document == came->digest);
    auto changed = filing;
    changed.answers.set("floors", 2);
    REQUIRE(m.service->evidence_for(changed).size() == 1);
    CHECK(m.service->evidence_for(changed).front().document.empty());
    CHECK(m.service->evidence_for(changed).front().status == EvidenceStatus::waiting);
    filing.pieces.push_back(*came);
    filing.evidence = m.service->evidence_for(filing);
    const auto done = Member::must(m.service->file(filing, fatima));
    CHECK(done.receipt.complete());
    const auto state = m.get(done.dossier).state;
    CHECK(state.evidence.front().status == EvidenceStatus::held);
    CHECK(state.evidence.front().document == came->digest);
    CHECK(std::ranges::count_if(state.file.pieces, [&](const Piece& piece) { return piece == *came; }) == 1);
    DecisionRecord record;
    add_evidence(record, state);
    CHECK((*record.trace.find("evidence")->array())[0]["document"].text_or("") == came->digest);
    CHECK(m.audit() == "");
}

TEST_CASE("a holder that was silent hands the document over later: it stands in the file, once") {
    Asked m;
    const auto done = Member::must(m.service->file(m.without_title(fetching(catalogue::EvidenceHow::document)), fatima));
    auto found = title_held();
    found.piece = Member::must(m.service->upload("title", "T-1.pdf", "%PDF-1.5 later"));
    found.piece->source = Source::fetched;
    m.registry.says = found;
    m.ask_holders(m.clock.now());
    const auto state = m.get(done.dossier).state;
    CHECK(state.evidence.front().document == found.piece->digest);
    CHECK(std::ranges::count(state.file.pieces, found.piece->digest, &Piece::digest) == 1);
    CHECK(m.audit() == "");
}

TEST_CASE("the person's answer names the holder; without one, or when it means none, the person is asked") {
    Asked m;
    auto revision = fetching();
    revision->evidence.front().holder = "commune";
    const auto asked = [&](json::Value commune) {
        auto filing = m.without_title(revision);
        if (!commune.is_null()) filing.answers.set("commune", std::move(commune));
        return m.service->evidence_for(filing);
    };
    CHECK(asked({}).empty());
    CHECK(asked(json::Object{{"text", "Tamri"}}).empty());
    CHECK(asked(json::Object{{"text", " "}}).empty());
    const auto named = asked(json::Object{{"code", "09.001.01.05"}, {"text", "Tamri"}});
    REQUIRE(named.size() == 1);
    CHECK(named.front().named == "09.001.01.05");
    CHECK(asked("09.001.01.05").size() == 1);
    auto filing = m.without_title(revision);
    filing.answers.set("commune", json::Object{{"code", "09.001.01.05"}, {"text", "Tamri"}});
    const auto done = Member::must(m.service->file(filing, fatima));
    m.ask_holders(m.clock.now());
    CHECK(m.registry.asked.back().named == "09.001.01.05");
    CHECK(done.receipt.complete());
}

TEST_CASE("law 09-08 art. 8: the person contests what was fetched; nobody else may, and the words stand in the file") {
    Asked m;
    const auto done = Member::must(m.service->file(m.without_title(), fatima));
    const ContestEvidence wrong{"title", "The title was sold in 2024."};
    CHECK(m.ask(done.dossier, wrong, fatima).error().key == "dossier.unknown-evidence");
    m.registry.says = title_held();
    m.ask_holders(m.clock.now());
    CHECK(m.ask(done.dossier, wrong, said).error().key == "dossier.role-required");
    CHECK(m.ask(done.dossier, wrong, fatima).has_value());
    CHECK(m.evidence(done.dossier).contested == wrong.text);
    CHECK(m.audit() == "");
}

TEST_CASE("what the identity seen at a counter proves is not asked of anybody") {
    Asked m;
    auto revision = fetching(catalogue::EvidenceHow::identity);
    revision->evidence.front().type = "cnie";
    auto known = m.without_title(revision);
    known.level = 3;
    const auto done = Member::must(m.service->file(known, fatima));
    CHECK(done.receipt.complete());
    CHECK(m.evidence(done.dossier).holder == "identity");
    CHECK(m.registry.asked.empty());
    CHECK_FALSE(Member::must(m.service->file(m.without_title(revision), fatima)).receipt.complete());
}

TEST_CASE("only the program writes what a holder said") {
    World w;
    w.filed();
    w.state.evidence = {Evidence{.requirement = "title", .type = "land-title"}};
    Evidence answer = w.state.evidence.front();
    answer.status = EvidenceStatus::held;
    CHECK(w.says(TakeEvidence{answer, {}}, said) == "dossier.role-required");
    CHECK(w.says(NoteSilentHolder{"title", "", ""}, fatima) == "dossier.role-required");
    w.must(TakeEvidence{answer, {}}, Actor::system());
    CHECK(w.state.evidence.front().status == EvidenceStatus::held);
}
