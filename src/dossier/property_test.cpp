// Random lives: whatever is asked, in whatever order, by whomever, the law's invariants hold, the
// journal rebuilds the state, and every event and state survives its JSON unchanged.
#include "dossier/impl/law_world.hpp"

#include <random>

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

class Chance {
public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
    bool one_in(std::size_t n) { return below(n) == 0; }
    template <class T>
    const T& of(const std::vector<T>& all) { return all[below(all.size())]; }

private:
    std::mt19937_64 random_;
};

Command random_command(Chance& chance, const State& state) {
    const std::vector<std::string> texts = {"", "because of article 4", "نقص في الملف"};
    const std::vector<std::string> desks = {"agence-urbaine", "urbanisme", ""};
    const std::vector<std::string> codes = {"title", "plans", "floors", "legalised"};
    const std::vector<Outcome> outcomes = {Outcome::granted, Outcome::refused, Outcome::upheld, Outcome::dismissed};
    const std::string document = state.documents.empty() ? "none" : state.documents[chance.below(state.documents.size())].id;
    const std::string message = state.messages.empty() ? "none" : state.messages.back().id;
    const std::string appeal = state.appeals.empty() ? "none" : state.appeals.back().dossier;
    switch (chance.below(34)) {
        case 0: return AddPiece{{.requirement = chance.of(codes), .name = "x.pdf", .bytes = 3, .digest = "ab"}};
        case 1: return AmendAnswers{{{"floors", 4}}};
        case 2: return AmendAnswers{{{"floors", nullptr}}};
        case 3: return RequestCompletion{{{chance.of(codes), chance.one_in(2), "t"}}, chance.of(texts)};
        case 4: return AcceptAsComplete{chance.of(texts)};
        case 5: return PronounceLapse{chance.of(texts)};
        case 6: return Extend{"public-inquiry", chance.of(texts)};
        case 7: return RequestOpinion{chance.of(desks), "?", 5};
        case 8: return GiveOpinion{chance.of(desks), Opinion::reserved, chance.of(texts)};
        case 9: return RequestVisa{chance.of(desks), 5};
        case 10: return GiveVisa{chance.of(desks), ""};
        case 11: return RefuseVisa{chance.of(desks), chance.of(texts)};
        case 12: case 13: case 14: return Propose{.outcome = chance.of(outcomes), .reasons = chance.of(texts)};
        case 15: return ReturnProposal{chance.of(texts)};
        case 16: case 17: case 18: return Sign{chance.of(texts)};
        case 19: case 20: return Notify{.channel = "sms", .at = {}, .proof = chance.of(texts)};
        case 21: return Attest{chance.of(texts)};
        case 22: return chance.one_in(6) ? Command(Withdraw{"x"}) : Command(Wake{});
        case 23: return chance.one_in(6) ? Command(Transfer{"commune-aourir", chance.of(texts)}) : Command(Wake{});
        case 24: return CorrectDecision{chance.of(texts), {{"plot", "12"}}};
        case 25: return ReplaceDocument{document, chance.of(texts)};
        case 26: return WithdrawDocument{document, chance.of(texts), chance.of(texts)};
        case 27: return RecordAppeal{"d9", "r9", "wilaya"};
        case 28: return RecordAppealDecision{appeal, chance.one_in(2) ? Outcome::upheld : Outcome::dismissed, chance.of(texts)};
        case 29: return IssueFinalReceipt{};
        case 30: return GrantAutomatically{{.rules = "r@1", .inputs = {{"a", 1}}, .sources = {"title=fetched"}, .fired = {"1"}, .told = "yes"}};
        case 31: return chance.one_in(2) ? Command(SendMessage{chance.of(texts)}) : Command(ReadMessage{message});
        case 32: return chance.one_in(2) ? Command(AddNote{"n"}) : Command(RecordFee{"25.00", "Q-1"});
        default: return Wake{};
    }
}

struct Invariants {
    int completion_requests = 0;
    int extensions = 0;
    bool silence = false;
    Instant last{};
    int decisions_since_reopening = 0;

    void see(const State& before, const Event& event) {
        CHECK(event.at >= last);
        last = event.at;
        switch (event.type()) {
            case EventType::filed:
                if (!std::get<Filed>(event.body).receipt.complete()) ++completion_requests;
                break;
            case EventType::completion_requested: ++completion_requests; break;
            case EventType::clock_extended: ++extensions; break;
            case EventType::silence_approved: silence = true; break;
            case EventType::appeal_decided:
                if (std::get<AppealDecided>(event.body).due) decisions_since_reopening = extensions = 0;
                break;
            case EventType::signed_by_authority: {
                const auto& body = std::get<Signed>(event.body);
                ++decisions_since_reopening;
                if (body.outcome == Outcome::refused || body.outcome == Outcome::dismissed) {
                    CHECK_FALSE(silence);
                    CHECK_FALSE(body.reasons.empty());
                    CHECK_FALSE(body.appeal_routes.empty());
                    CHECK_FALSE(event.by.name.empty());
                    CHECK(event.by.id != "system");
                    if (before.file.terms.silence == SilenceEffect::approval) CHECK(event.at < *before.clock.due);
                }
                break;
            }
            case EventType::notified:
                if (before.decision && before.decision->outcome == Outcome::refused) CHECK_FALSE(silence);
                break;
            default: break;
        }
        CHECK_FALSE((event.by.id == "system" && is_adverse(event.type())));
        CHECK(completion_requests <= 1);
        CHECK(extensions <= 1);
        CHECK(decisions_since_reopening <= 1);
        CHECK(allows(before.exists() ? before.kind() : std::get<Filed>(event.body).kind, event.type()));
    }
};

void live(std::uint64_t seed) {
    Chance chance(seed);
    const Kind kind = all_kinds[chance.below(kind_count)];
    World w(kind, test::at(Date{2026, 1 + static_cast<int>(chance.below(12)), 5}));
    if (chance.one_in(2)) w.file.terms.silence = SilenceEffect::none;
    if (chance.one_in(3)) w.file.terms.desks = {{.desk = "agence-urbaine", .visa = chance.one_in(2), .mandatory = true, .days = 5}};
    if (chance.one_in(3)) w.file.terms.automatic = {.allowed = true, .declaration_enough = false, .inputs = {"title"}, .article = "x"};
    if (chance.one_in(4)) w.file.terms.delay = {.n = static_cast<int>(chance.below(3)), .unit = chance.one_in(2) ? Unit::month : Unit::day, .working = false};
    const std::vector<Actor> actors = {fatima, said, nadia, agency, wali, everyone, cashier, Actor::system()};
    w.filed(chance.one_in(3) ? std::vector<Missing>{{"title", false, "t"}} : std::vector<Missing>{});
    for (int step = 0; step < 60; ++step) {
        if (chance.one_in(2)) w.now = w.now.plus_seconds(static_cast<std::int64_t>(chance.below(5 * 86'400)));
        if (chance.one_in(20)) w.now = w.now.plus_seconds(-3'600);  // a clock that jumped back
        static_cast<void>(w.ask(random_command(chance, w.state), chance.of(actors)));
    }
    Invariants invariants;
    State again;
    again.id = w.state.id;
    for (const auto& event : w.log) {
        invariants.see(again, event);
        const auto text = encode(event);
        const auto back = decode_event(text);
        REQUIRE_MESSAGE(back.has_value(), (back ? "" : back.error().detail));
        CHECK(*back == event);
        CHECK(encode(*back) == text);
        REQUIRE(apply(again, *back).has_value());
    }
    CHECK(again == w.state);
    const auto text = encode(w.state);
    const auto back = decode_state(text);
    REQUIRE_MESSAGE(back.has_value(), (back ? "" : back.error().detail));
    CHECK(*back == w.state);
    CHECK(encode(*back) == text);
}

}  // namespace

TEST_CASE("random lives keep every invariant, replay to their state and survive JSON") {
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        CAPTURE(seed);
        live(seed);
    }
}

TEST_CASE("next_due never lies behind once everything due was fired: the runner cannot spin") {
    for (std::uint64_t seed = 1'000; seed < 1'060; ++seed) {
        Chance chance(seed);
        World w(all_kinds[chance.below(kind_count)]);
        w.filed(chance.one_in(2) ? std::vector<Missing>{{"title", false, "t"}} : std::vector<Missing>{});
        for (int step = 0; step < 12; ++step) {
            w.now = w.now.plus_seconds(static_cast<std::int64_t>(chance.below(20 * 86'400)));
            w.wake();
            const auto next = next_due(w.state, *morocco());
            CAPTURE(seed);
            if (next) CHECK(*next > w.now);
        }
    }
}

TEST_CASE("the codec refuses what it does not know") {
    World w;
    w.filed();
    const auto text = encode(w.log.front());
    const auto key = [](std::string_view json) { const auto e = decode_event(json); return e ? std::string() : e.error().key; };
    CHECK(key(text).empty());
    CHECK(key(replace_all(text, "{\"v\":1", "{\"v\":2")) == "dossier.event-version-unknown");
    CHECK(key(replace_all(text, "\"type\":\"filed\"", "\"type\":\"teleported\"")) == "dossier.event-type-unknown");
    CHECK(key(replace_all(text, "\"channel\":\"online\"", "\"channel\":\"online\",\"extra\":1")) == "dossier.malformed");
    CHECK(key(replace_all(text, "\"kind\":\"authorisation\"", "\"kind\":\"wizardry\"")) == "dossier.malformed");
    CHECK(key(replace_all(text, "\"silence\":\"approval\"", "\"silence\":3")) == "dossier.malformed");
    CHECK(key("{") == "json.malformed");
    CHECK(key("[]") == "dossier.event-version-unknown");
    CHECK(decode_state("{\"v\":9}").error().key == "dossier.state-version-unknown");
    CHECK(decode_state("{\"v\":1}").error().key == "dossier.malformed");
}

TEST_CASE("apply refuses a damaged journal") {
    World w;
    w.filed();
    State twice = w.state;
    CHECK(apply(twice, w.log.front()).error().key == "dossier.event-out-of-order");
    State none;
    CHECK(apply(none, Event{.at = w.now, .by = {}, .body = Noted{"x"}}).error().key == "dossier.event-out-of-order");
    State back = w.state;
    CHECK(apply(back, Event{.at = w.now.plus_seconds(-1), .by = {}, .body = Noted{"x"}}).error().key == "dossier.event-out-of-order");
}
