#include "exchange/journal_rows.hpp"

#include "base/json.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace wasl;
using namespace wasl::exchange;

namespace {

const ExchangeFacts facts{JournalSide::provider, "id-1", "MA-1", {"MA", "COM", "2001", "desk"}, {{"MA", "GOV", "1001", "office"}, "deeds"}, Instant{1'700'000'000'000'000}};

json::Value answered(std::string_view base) {
    const Seal seal{std::string(base), "signature", "key"};
    const ResponseRow row{facts, &seal, "MA/GOV/1001/node", "", 200, "", "", {1, 2, 3, 4}, nullptr};
    return json::parse(content_of(row, 7)).value();
}

// A list that a row might hold if somebody wrote it by hand.
std::string base_of(json::Array values) { return signed_base(json::Value(json::Object{{"signed", std::move(values)}})); }

}  // namespace

TEST_CASE("a row gives back the signature base that was signed, byte for byte") {
    const std::string base = "\"@status\": 200\n\"content-type\": text/plain; charset=\"utf-8\"\n\"@method\";req: GET\n"
                             "\"signature\";req;key=\"wa sl)\";x: :AAAA:\n\"x-quoted\": a\\\"b: c\n\"@signature-params\": "
                             "(\"@status\" \"content-type\" \"@method\";req \"signature\";req;key=\"wa sl)\";x \"x-quoted\");created=1700000000;keyid=\"k\";tag=\"wasl-1\"";
    const json::Value row = answered(base);
    CHECK(row["base"].is_null());
    CHECK(row["signed"].array()->size() == 6);
    CHECK(signed_base(row) == base);
    CHECK(has_seal(row));
    CHECK(signed_parameter(signed_base(row), "keyid") == "k");
}

TEST_CASE("a base of any other form stands whole in its row") {
    for (const std::string_view base : {"", "a\nb", "\"@method\": GET", "\"@signature-params\": ", "\"@signature-params\": (\"@method\")",
                                        "\"@method\": GET\n\"@signature-params\": (\"@status\")", "\"@method\": GET\n\"@path\": /\n\"@signature-params\": (\"@method\")",
                                        "\"@method\": GET\n\"@signature-params\": (\"@method\"", "\"@method\":GET\n\"@signature-params\": (\"@method\")"}) {
        CAPTURE(base);
        const json::Value row = answered(base);
        CHECK(row["signed"].is_null());
        CHECK(signed_base(row) == base);
        CHECK(has_seal(row) == !base.empty());
    }
}

TEST_CASE("whatever the base, its row gives it back") {
    std::mt19937 random(20'261'122);
    const std::string_view pieces[] = {"\"@method\"", "\"a\"", ";req", ": ", ":", "\n", " ", "(", ")", "\"", "\\", "GET", ";created=1", "\"@signature-params\": ", "\"@signature-params\": (\"a\")"};
    for (int round = 0; round < 20'000; ++round) {
        std::string base;
        for (auto left = random() % 12; left > 0; --left) { base += pieces[random() % std::size(pieces)]; }
        CAPTURE(base);
        CHECK(signed_base(answered(base)) == base);
    }
}

TEST_CASE("a list of values that fits no last line is no base") {
    const json::Value parameters(R"(("@method" "@path");created=1)");
    CHECK(base_of({json::Value("GET"), json::Value("/"), parameters}) == "\"@method\": GET\n\"@path\": /\n\"@signature-params\": (\"@method\" \"@path\");created=1");
    CHECK(base_of({}).empty());
    CHECK(base_of({parameters}).empty());
    CHECK(base_of({json::Value("GET"), parameters}).empty());
    CHECK(base_of({json::Value("GET"), json::Value("/"), json::Value("more"), parameters}).empty());
    CHECK(base_of({json::Value("GET"), json::Value(std::int64_t{1}), parameters}).empty());
    CHECK(base_of({json::Value("GET"), json::Value("/\n\"@status\": 200"), parameters}).empty());
}

TEST_CASE("the facts of an exchange are read back from its rows and its index") {
    const Seal seal{"base", "signature", "key"};
    const auto same = [](const json::Value& content) {
        const auto read = facts_of(content).value();
        CHECK(read.side == facts.side);
        CHECK(read.request_id == facts.request_id);
        CHECK(read.message_id == facts.message_id);
        CHECK(read.client == facts.client);
        CHECK(read.service == facts.service);
        CHECK(read.at == facts.at);
    };
    same(json::parse(content_of(RequestRow{facts, seal, "", "", ""}, 7)).value());
    same(json::parse(content_of(RefusalRow{.facts = facts})).value());
    same(json::parse(index_entry(facts).body(1, 2, 200, "")).value());
    CHECK(index_entry(facts).partner == facts.client.text());
    CHECK_FALSE(facts_of(json::Value(json::Object{{"client", "MA/COM"}})).has_value());
}
