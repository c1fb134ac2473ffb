// The table kind × event, run: every event of every kind is tried on a dossier of that kind.
#include "dossier/impl/law_world.hpp"

#include <set>

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

template <std::size_t I = 0>
void each_body(const std::function<void(Body)>& visit) {
    if constexpr (I < std::variant_size_v<Body>) {
        visit(Body(std::in_place_index<I>));
        each_body<I + 1>(visit);
    }
}

// What the law says, written out a second time, by hand, against the table in the code.
bool expected(Kind kind, std::string_view event) {
    const std::set<std::string_view> authorisation_only = {"silence-approved", "silence-recorded", "silence-attested", "clock-extended"};
    const std::set<std::string_view> declaration_only = {"final-receipt-issued", "free-to-operate"};
    const std::set<std::string_view> never_for_declarations = {"proposed", "returned", "signed", "notified", "lapse-noticed", "lapsed",
        "decision-corrected", "document-withdrawn", "appeal-lodged", "appeal-decided", "visa-requested", "visa-given", "visa-refused",
        "opinion-requested", "opinion-given", "granted-automatically", "registered"};
    if (event.starts_with("complaint-") || event == "satisfaction-given") return kind == Kind::complaint;
    if (authorisation_only.contains(event)) return kind == Kind::authorisation;
    if (declaration_only.contains(event)) return kind == Kind::declaration;
    if (event == "registered") return kind == Kind::registration;
    if (kind == Kind::declaration) return !never_for_declarations.contains(event);
    if (event == "appeal-lodged" || event == "appeal-decided") return kind != Kind::complaint;
    if (event.starts_with("visa-")) return kind != Kind::extract && kind != Kind::complaint;
    if (event.starts_with("opinion-")) return kind != Kind::extract;
    if (event == "granted-automatically") return kind != Kind::complaint && kind != Kind::call;
    return true;
}

}  // namespace

TEST_CASE("every kind × every event: the table, the hand-written law and apply() agree") {
    int tried = 0;
    for (const Kind kind : all_kinds) {
        World w(kind);
        w.filed();
        each_body([&](Body body) {
            Event event{.at = w.now, .by = {}, .body = std::move(body)};
            const auto type = event.type();
            CAPTURE(to_string(kind));
            CAPTURE(to_string(type));
            CHECK(allows(kind, type) == expected(kind, to_string(type)));
            State state = w.state;
            if (type == EventType::filed) {
                std::get<Filed>(event.body).kind = kind;
                state = State{};
            }
            const auto applied = apply(state, event);
            CHECK(applied.has_value() == allows(kind, type));
            if (!applied) CHECK(applied.error().key == "dossier.event-not-for-kind");
            ++tried;
        });
    }
    CHECK(tried == static_cast<int>(kind_count * event_type_count));
}

TEST_CASE("every kind × every outcome") {
    for (const Kind kind : all_kinds) {
        for (const Outcome outcome : {Outcome::granted, Outcome::refused, Outcome::upheld, Outcome::dismissed}) {
            World w(kind);
            w.filed();
            CAPTURE(to_string(kind));
            CAPTURE(to_string(outcome));
            const auto key = w.says(Propose{.outcome = outcome, .reasons = "reasons"}, said);
            CHECK((key == "dossier.not-for-kind") == !allows(kind, outcome));
            CHECK((key.empty()) == allows(kind, outcome));
        }
    }
}

TEST_CASE("every event has a name that reads back and a basis in law or design") {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < event_type_count; ++i) {
        const auto type = static_cast<EventType>(i);
        CHECK(event_type_from(to_string(type)) == type);
        CHECK_FALSE(basis(type).empty());
        names.insert(to_string(type));
    }
    CHECK(names.size() == event_type_count);
    CHECK_FALSE(event_type_from("nothing").has_value());
    CHECK(std::variant_size_v<Body> == event_type_count);
}

TEST_CASE("adverse events need a named agent: the program makes none of them when it wakes") {
    for (const Kind kind : all_kinds) {
        for (const bool complete : {true, false}) {
            World w(kind);
            w.filed(complete ? std::vector<Missing>{} : std::vector<Missing>{{"title", false, ""}});
            for (int day = 0; day < 200; day += 7) {
                w.now = w.now.plus_seconds(7 * 86'400);
                w.wake();
            }
            for (const auto& event : w.log) {
                CAPTURE(to_string(event.type()));
                CHECK_FALSE((event.by.id == "system" && is_adverse(event.type())));
            }
        }
    }
}
