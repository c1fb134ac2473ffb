// Bodies at two nodes: none by default; when wished for, ciphertext on both sides, bound to what was signed, no part of the
// evidence; and nothing passes that should have been kept and could not be.
#include "exchange/evidence.hpp"
#include "exchange/kept_bodies.hpp"
#include "exchange/node_test_country.hpp"

#include "base/cipher.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

using namespace wasl;
using namespace wasl::exchange;
using namespace wasl::exchange::testing;

namespace {

const std::string quitus = "/r1/MA/GOV/tax/register/quitus";
const std::string secret = R"({"holder":"ZZ100000 Fatima"})";
SystemEntropy entropy;

BodyCipher cipher() {
    return {[](std::string_view plain, std::string_view context) { return close_bytes(std::string(32, 'k'), context, plain, entropy); },
            [](std::string_view closed, std::string_view context) -> Result<std::string> {
                auto plain = open_bytes(std::string(32, 'k'), context, closed);
                if (!plain) return fail(Code::internal, "cipher", "");
                return std::move(*plain);
            }};
}

// From now on the site keeps bodies in `folder`.
std::shared_ptr<const KeptBodies> keep(Site& site, const std::filesystem::path& folder, std::uintmax_t leave_free = 0) {
    auto configuration = site.configuration;
    std::shared_ptr<const KeptBodies> out;
    for (auto& member : configuration.members) {
        KeptBodies::Options options{.member = member.member, .folder = folder, .cipher = cipher()};
        options.leave_free_bytes = leave_free;
        out = member.bodies = std::make_shared<const KeptBodies>(std::move(options));
    }
    REQUIRE(site.node->configure(configuration));
    return out;
}

bool stands_anywhere(const std::filesystem::path& folder, std::string_view text) {
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
        if (!each.is_regular_file()) continue;
        std::ostringstream bytes;
        bytes << std::ifstream(each.path(), std::ios::binary).rdbuf();
        if (bytes.str().contains(text)) return true;
    }
    return false;
}

std::string name_and_read(const Member& member, const KeptBodies& bodies, const std::string& id, BodyPart part) {
    const auto reader = member.journal->store().read().value();
    const auto name = body_name(*reader, member.id, id, part);
    if (!name) return name.error().key;
    const auto body = bodies.read(*name);
    return body ? *body : body.error().key;
}

}  // namespace

TEST_CASE("by default no body is kept anywhere at either node") {
    Country country;
    REQUIRE(country.post(quitus + "/persons", secret).status == 200);
    CHECK(rows_of(country.commune).size() + rows_of(country.tax).size() == 4);  // and all of it is on disk
    CHECK_FALSE(stands_anywhere(country.folder.path(), "Fatima"));
}

TEST_CASE("kept, the bodies of both sides stand there as ciphertext, and the evidence is the same without them") {
    Country country;
    const auto here = country.folder.path() / "here.bodies", there = country.folder.path() / "there.bodies";
    const auto ours = keep(country.here, here), theirs = keep(country.there, there);
    const auto answer = country.post(quitus + "/persons", secret, {{"X-Road-Id", "kept-1"}});
    REQUIRE(answer.status == 200);
    CHECK(ours->all().size() == 2);
    CHECK(theirs->all().size() == 2);
    CHECK_FALSE(stands_anywhere(country.folder.path(), "Fatima"));
    REQUIRE(rows_of(country.commune).size() + rows_of(country.tax).size() == 4);
    CHECK(name_and_read(country.commune, *ours, "kept-1", BodyPart::request) == secret);
    CHECK(name_and_read(country.commune, *ours, "kept-1", BodyPart::response) == answer.body);
    CHECK(name_and_read(country.tax, *theirs, "kept-1", BodyPart::request) == secret);
    CHECK(name_and_read(country.tax, *theirs, "kept-1", BodyPart::response) == answer.body);
    CHECK(ours->erase_old(country.system_clock.now().plus_seconds(31 * 86'400)) >= 1);
    CHECK(name_and_read(country.commune, *ours, "kept-1", BodyPart::request) == "exchange.body-not-kept");
    const auto bundle = export_evidence(*country.commune.journal->store().read().value(), country.commune.id, "kept-1").value();
    const RegistryKeys keys{{country.registry_key->public_key().thumbprint(), VerifyingKey::of(country.registry_key->public_key()).value()}};
    CHECK(verify_evidence(bundle, keys).verdict == trust::Verdict::valid);
}

TEST_CASE("what should be kept and can not be does not pass: 503 at the caller's node, and nothing is sent") {
    Country country;
    keep(country.here, country.folder.path() / "here.bodies", ~0ULL >> 2U);
    const int calls = country.provider_calls;
    const auto answer = country.post(quitus + "/persons", secret);
    CHECK(answer.status == 503);
    CHECK(answer.header("X-Road-Error") == "Server.ClientProxy.LoggingFailed");
    CHECK(country.provider_calls == calls);
    CHECK(rows_of(country.commune).back().kind == "exchange.refused");
    CHECK(rows_of(country.commune).back().content.contains("exchange.body-storage"));
}

TEST_CASE("nor at the provider's node: the service is not called with a body that should have been kept") {
    Country country;
    keep(country.there, country.folder.path() / "there.bodies", ~0ULL >> 2U);
    const int calls = country.provider_calls;
    const auto answer = country.post(quitus + "/persons", secret);
    CHECK(answer.status == 503);
    CHECK(answer.header("X-Road-Error") == "Server.ServerProxy.LoggingFailed");
    CHECK(country.provider_calls == calls);
}

TEST_CASE("an answer that should be kept and can not be is not handed on, and what was asked for is not said to be refused") {
    Country country;
    const auto folder = country.folder.path() / "there.bodies";
    keep(country.there, folder);
    country.answer = [&](http::Request&) -> http::Reply {  // called by now: and a file stands where the folder was
        std::filesystem::remove_all(folder);
        std::ofstream(folder) << "x";
        return http::Response::text("done");
    };
    const auto answer = country.post(quitus + "/persons", secret, {{"X-Road-Id", "done-1"}});
    CHECK(answer.status == 503);
    CHECK(answer.header("X-Road-Error") == "Server.ServerProxy.LoggingFailed");
    CHECK(answer.body.contains("may have been done"));
    for (const Member* side : {&country.commune, &country.tax}) {
        REQUIRE(side->node->settle());
        const auto found = find_exchanges(*side->journal->store().read().value(), {.message_id = "done-1"}).value();
        REQUIRE(found.exchanges.size() == 1);
        CHECK(found.exchanges[0].outcome_unknown());
        CHECK(found.exchanges[0].fault == "Server.ServerProxy.LoggingFailed");
    }
}

TEST_CASE("reading a body is an entry of the journal, with who and why; without either it is refused") {
    Country country;
    const BodyName name{JournalSide::client, BodyPart::response, "id-1", {}};
    auto& journal = country.commune.journal->store();
    CHECK(note_body_reading(journal, name, {"", "a complaint"}).error().key == "exchange.body-reason");
    CHECK(note_body_reading(journal, name, {"Leïla", "  "}).error().key == "exchange.body-reason");
    REQUIRE(note_body_reading(journal, name, {"Leïla", "complaint 12/2026"}).has_value());
    const auto rows = rows_of(country.commune);
    REQUIRE(rows.size() == 1);
    CHECK(rows.front().kind == "exchange.body-read");
    CHECK(rows.front().content.contains("complaint 12/2026"));
    CHECK(rows.front().content.contains("id-1"));
}
