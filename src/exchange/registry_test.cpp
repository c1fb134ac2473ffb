#include "exchange/authority.hpp"
#include "exchange/registry.hpp"
#include "exchange/registry_keeper.hpp"
#include "exchange/registry_keys.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "trust/keys.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

using namespace wasl;
using namespace wasl::exchange;

namespace {

constexpr Instant now{1'763'809'200'000'000};

std::shared_ptr<const trust::Signer> fresh_key(trust::Curve curve = trust::Curve::p256) { return trust::generate_signer(curve).value(); }

MemberKey member_key(const trust::Signer& signer, MemberKeyUse use = MemberKeyUse::message) {
    const auto& key = signer.public_key();
    return {key.thumbprint(), key.spki(), VerifyingKey::of(key)->algorithm(), now.plus_seconds(-60), now.plus_seconds(86'400), use};
}

const ClientId commune{"MA", "COM", "ain-wasl"}, taxes{"MA", "GOV", "taxes"};
const ClientId desk{"MA", "COM", "ain-wasl", "desk"}, clearance{"MA", "GOV", "taxes", "clearance"};
const std::string certificate(64, 'a');

Snapshot country() {
    Snapshot out;
    out.instance = "MA";
    out.version = 7;
    out.issued_at = now;
    out.members = {{commune, {{"ar", "جماعة"}, {"fr", "Commune"}}, {member_key(*fresh_key())}, {{"desk", {}}}},
                   {taxes, {{"fr", "Impôts"}}, {member_key(*fresh_key()), member_key(*fresh_key(trust::Curve::ed25519))}, {{"clearance", {{"fr", "Quitus"}}}}}};
    out.nodes = {{{taxes, "node-1"}, "127.0.0.1", 7443, {{certificate, now.plus_seconds(-10), now.plus_seconds(100)}}, {clearance}}};
    out.groups = {{"communes", {commune}}};
    out.services = {{{clearance, "quitus"}, ServiceType::rest, {{"fr", "Quitus fiscal"}}, {"tax-clearance"}}};
    out.revocations = {{std::string(64, 'b'), now.plus_seconds(5), "key lost"}};
    return out;
}

// The text with one piece put in the place of another, which must be there.
std::string altered(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text) {
    const auto parsed = read_snapshot(text);
    return parsed ? "taken" : parsed.error().key == "exchange.registry-malformed" ? parsed.error().detail : parsed.error().key;
}

struct Registry {
    std::shared_ptr<const trust::Signer> signer = fresh_key();
    SigningKey key = SigningKey::of(signer).value();
    std::string key_id = signer->public_key().thumbprint();
    RegistryKeys keys{{key_id, key.verifying_key()}};

    [[nodiscard]] std::string sign(const Snapshot& snapshot) const { return sign_snapshot(snapshot, key_id, key).value(); }
};

struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("wasl-registry-" + fresh_key()->public_key().thumbprint());
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

}  // namespace

TEST_CASE("a snapshot written is read back as it was, in its one text") {
    const auto before = country();
    const auto text = write_snapshot(before);
    const auto after = parse_snapshot(text);
    REQUIRE(after);
    CHECK(write_snapshot(*after) == text);
    CHECK(same_rows(before, *after));
    CHECK(after->members[1].keys[1].algorithm == SignatureAlgorithm::ed25519);
    CHECK(after->services_for("tax-clearance").size() == 1);
}

TEST_CASE("another spelling of the same snapshot is for people to write, not for a signature") {
    const auto pretty = json::write_pretty(json::parse(write_snapshot(country())).value());
    CHECK(read_snapshot(pretty));
    CHECK(parse_snapshot(pretty).error().key == "exchange.registry-malformed");
}

TEST_CASE("rows that contradict each other are refused by name") {
    const auto good = country();
    const auto told = [&](const std::function<void(Snapshot&)>& edit) {
        auto bad = good;
        edit(bad);
        return refusal(write_snapshot(bad));
    };
    CHECK(told([](Snapshot&) {}) == "taken");
    CHECK(told([](auto& s) { s.members.push_back(s.members[0]); }) == "member MA/COM/ain-wasl: stands twice");
    CHECK(told([](auto& s) { s.members[0].subsystems.push_back({"desk", {}}); }) == "subsystem MA/COM/ain-wasl/desk: stands twice");
    CHECK(told([](auto& s) { s.members[0].keys.push_back(s.members[1].keys[0]); }).ends_with("stands twice"));
    CHECK(told([](auto& s) { s.nodes.push_back(s.nodes[0]); }) == "node MA/GOV/taxes/node-1: stands twice");
    CHECK(told([](auto& s) {
              s.nodes.push_back(s.nodes[0]);
              s.nodes[1].id.server_code = "node-2";
          }).ends_with("stands twice"));
    CHECK(told([](auto& s) { s.services.push_back(s.services[0]); }) == "service MA/GOV/taxes/clearance/quitus: stands twice");
    CHECK(told([](auto& s) { s.members[0].id.instance = "XX"; }) == "XX/COM/ain-wasl: a member of another instance");
    CHECK(told([](auto& s) { s.nodes[0].id.owner.member_code = "nobody"; }).ends_with("unknown MA/GOV/nobody"));
    CHECK(told([](auto& s) { s.nodes[0].subsystems[0].subsystem_code = "other"; }).ends_with("unknown MA/GOV/taxes/other"));
    CHECK(told([](auto& s) { s.services[0].id.provider.subsystem_code = "other"; }).ends_with("unknown MA/GOV/taxes/other"));
    CHECK(told([](auto& s) { s.groups[0].members[0].member_code = "nobody"; }) == "group communes: unknown MA/COM/nobody");
    CHECK(told([](auto& s) { s.members[0].keys[0].id = s.members[1].keys[0].id; }).ends_with("not the key's thumbprint (RFC 7638)"));
    CHECK(told([](auto& s) { s.members[0].keys[0].valid_to = s.members[0].keys[0].valid_from; }).ends_with("valid_to is not after valid_from"));
    CHECK(told([](auto& s) { s.members[0].keys[0].algorithm = SignatureAlgorithm::ed25519; }).ends_with("no key of that algorithm"));
    CHECK(told([](auto& s) { s.nodes[0].certificates[0].sha256 = std::string(64, 'A'); }).ends_with("64 lower-case hex digits are needed"));
    CHECK(told([](auto& s) { s.nodes[0].host = "Host/x"; }).ends_with("a lower-case name or an address is needed"));
    CHECK(told([](auto& s) { s.nodes[0].port = 0; }).ends_with("a number from 1 to 65535 is needed"));
}

TEST_CASE("a field that nobody knows, or of another type, is refused with its place") {
    const auto text = write_snapshot(country());
    CHECK(refusal(altered(text, "\"instance\"", "\"extra\":1,\"instance\"")) == "extra: unknown field");
    CHECK(refusal(altered(text, "\"code\":\"desk\"", "\"code\":\"desk\",\"x\":1")) == "members[0].subsystems[0].x: unknown field");
    CHECK(refusal(altered(text, "\"instance\":\"MA\"", "\"instance\":5")) == "instance: text is needed");
    CHECK(refusal(altered(text, "\"version\":7", "\"version\":-7")).starts_with("version: a number"));
    CHECK(refusal(altered(text, "\"type\":\"rest\"", "\"type\":\"soap\"")) == "services[0].type: rest or openapi");
    CHECK(refusal(altered(text, "\"use\":\"message\"", "\"use\":\"all\"")) == "members[0].keys[0].use: message, checkpoint or document");
    CHECK(refusal("[]") == ": an object is needed");
    CHECK(refusal("{").starts_with("text: json."));
}

TEST_CASE("a key, a certificate and a group count at their time and until they are revoked") {
    auto snapshot = country();
    const auto& key = snapshot.members[0].keys[0];
    CHECK(snapshot.key(desk, key.id, now) != nullptr);
    CHECK(snapshot.key(taxes, key.id, now) == nullptr);
    CHECK(snapshot.key(desk, key.id, key.valid_to) == nullptr);
    CHECK(snapshot.key(desk, key.id, key.valid_from.plus_micros(-1)) == nullptr);
    snapshot.members[0].keys[0].use = MemberKeyUse::checkpoint;
    CHECK(snapshot.key(desk, key.id, now) == nullptr);
    snapshot.members[0].keys[0].use = MemberKeyUse::message;
    snapshot.revocations.push_back({key.id, now, "stolen"});
    CHECK(snapshot.key(desk, key.id, now.plus_micros(-1)) != nullptr);
    CHECK(snapshot.key(desk, key.id, now) == nullptr);

    const auto* node = snapshot.node_with_certificate(certificate);
    REQUIRE(node != nullptr);
    CHECK(snapshot.certificate_counts(*node, certificate, now));
    CHECK(!snapshot.certificate_counts(*node, certificate, now.plus_seconds(100)));
    CHECK(!snapshot.certificate_counts(*node, std::string(64, 'c'), now));
    snapshot.revocations.push_back({certificate, now, "lost"});
    CHECK(!snapshot.certificate_counts(*node, certificate, now));

    CHECK(snapshot.groups_of(desk) == std::vector<GroupId>{{std::nullopt, "communes"}});
    CHECK(snapshot.groups_of(clearance).empty());
    CHECK(snapshot.nodes_of(clearance).size() == 1);
    CHECK(snapshot.nodes_of(desk).empty());
}

TEST_CASE("of several holders the one that is named is asked; when none or more than one is meant nobody is") {
    const ClientId other{"MA", "COM", "tamri"}, archive{"MA", "COM", "tamri", "archive"};
    auto snapshot = country();
    snapshot.members.front().territory = {"09.001.01.05", "Aïn El Wasl"};
    snapshot.members.push_back({other, {}, {}, {{"archive", {}}}, {"09.001.01.07"}});
    const auto proves = [](const ClientId& subsystem, std::string code) { return RegisteredService{{subsystem, std::move(code)}, ServiceType::rest, {}, {"permit"}}; };
    snapshot.services = {proves(desk, "b"), proves(desk, "a")};
    const auto asked = [&](std::string_view named) {
        const auto* service = snapshot.service_for("permit", named);
        return service == nullptr ? std::string() : service->id.text();
    };
    CHECK(asked("") == "MA/COM/ain-wasl/desk/a");
    snapshot.services.push_back(proves(archive, "a"));
    CHECK(asked("") == "");
    for (const auto* named : {"09.001.01.05", "Aïn El Wasl", "COM/ain-wasl", "MA/COM/ain-wasl"}) CHECK(asked(named) == "MA/COM/ain-wasl/desk/a");
    CHECK(asked("09.001.01.07") == "MA/COM/tamri/archive/a");
    for (const auto* named : {"Aïn El Was", "aïn el wasl", "09.001.01", "ain-wasl", "MA/COM", "MA/GOV/taxes"}) CHECK(asked(named) == "");
    snapshot.members.back().territory.push_back("Aïn El Wasl");
    CHECK(asked("Aïn El Wasl") == "");
    CHECK(snapshot.service_for("birth", "") == nullptr);
}

TEST_CASE("territories and keys for documents are rows like others, and a snapshot without them is read as before") {
    auto snapshot = country();
    const auto before = write_snapshot(snapshot);
    CHECK(before.find("territory") == std::string::npos);
    snapshot.members.front().territory = {"09.001.01.05"};
    snapshot.members.front().keys.push_back(member_key(*fresh_key(), MemberKeyUse::document));
    const auto text = write_snapshot(snapshot);
    const auto back = parse_snapshot(text);
    REQUIRE(back.has_value());
    CHECK(back->members.front().territory == snapshot.members.front().territory);
    CHECK(back->members.front().keys == snapshot.members.front().keys);
    CHECK(back->key(commune, snapshot.members.front().keys.back().id, now) == nullptr);  // signs no message
    CHECK_FALSE(same_rows(country(), snapshot));
    CHECK(refusal(altered(text, "\"territory\":[\"09.001.01.05\"]", "\"territory\":[]")).starts_with("members[0].territory"));
    CHECK(refusal(altered(text, "\"use\":\"document\"", "\"use\":\"else\"")).starts_with("members[0].keys[1].use"));
}

TEST_CASE("the registry's signature: by a known key, over these very bytes, with this very header") {
    const Registry registry;
    const auto jws = registry.sign(country());
    CHECK(verify_snapshot(jws, registry.keys)->version == 7);

    const Registry other;
    CHECK(verify_snapshot(jws, other.keys).error().key == "exchange.registry-signature");
    CHECK(verify_snapshot(jws, {{registry.key_id, other.key.verifying_key()}}).error().key == "exchange.registry-signature");

    const auto parts = json::parse(jws).value();
    const auto with = [&](std::string_view name, const std::string& part) {
        json::Object changed = *parts.object();
        changed.set(std::string(name), part);
        return verify_snapshot(json::write(changed), registry.keys).error().key;
    };
    auto later = country();
    later.version = 8;
    CHECK(with("payload", to_base64url(write_snapshot(later))) == "exchange.registry-signature");
    CHECK(with("signature", to_base64url(std::string(64, 'x'))) == "exchange.registry-signature");
    CHECK(with("signature", "!") == "exchange.registry-signature");
    CHECK(with("header", "{}") == "exchange.registry-malformed");
    CHECK(with("protected", to_base64url(R"({"alg":"none","kid":"x"})")) == "exchange.registry-malformed");
    CHECK(with("protected", to_base64url(R"({"alg":"ES256","b64":false,"kid":"x"})")) == "exchange.registry-malformed");
    CHECK(verify_snapshot("{}", registry.keys).error().key == "exchange.registry-malformed");
    CHECK(verify_snapshot("no json", registry.keys).error().key == "exchange.registry-malformed");
}

TEST_CASE("what contradicts itself is never signed") {
    const Registry registry;
    auto bad = country();
    bad.services[0].id.provider.member_code = "nobody";
    CHECK(sign_snapshot(bad, registry.key_id, registry.key).error().key == "exchange.registry-malformed");
    const auto ed = SigningKey::of(fresh_key(trust::Curve::ed25519)).value();
    CHECK(sign_snapshot(country(), "x", ed).error().key == "exchange.registry-signature");
}

TEST_CASE("the authority counts up the version with each change of a row and only then") {
    const Registry registry;
    auto authority = RegistryAuthority::create(country(), registry.signer, now).value();
    CHECK(authority->snapshot().version == 1);
    REQUIRE(authority->sign_again(now.plus_seconds(60)));
    CHECK(authority->snapshot().version == 1);
    CHECK(authority->snapshot().issued_at == now.plus_seconds(60));
    REQUIRE(authority->change([](Snapshot& rows) { rows.groups.clear(); }, now.plus_seconds(61)));
    CHECK(verify_snapshot(*authority->text(), registry.keys)->version == 2);
    const auto refused = authority->change([](Snapshot& rows) { rows.members.clear(); }, now.plus_seconds(62));
    CHECK(refused.error().key == "exchange.registry-malformed");
    CHECK(authority->snapshot().version == 2);
    CHECK(authority->sign_again(now.plus_seconds(61)).error().key == "exchange.registry-rollback");
    auto other = country();
    other.instance = "XX";
    const auto signed_last = authority->snapshot();
    CHECK(next_snapshot(other, &signed_last, now.plus_seconds(99)).error().key == "exchange.registry-instance");
}

TEST_CASE("the registry's keys travel as a JWK Set whose names are their thumbprints") {
    const Registry registry;
    const auto text = write_registry_keys({registry.signer->public_key()});
    const auto keys = parse_registry_keys(text);
    REQUIRE(keys);
    CHECK(verify_snapshot(registry.sign(country()), *keys));
    CHECK(parse_registry_keys(altered(text, registry.key_id, "another")).error().key == "exchange.key-malformed");
    CHECK(parse_registry_keys("{\"keys\":[]}").error().key == "exchange.key-malformed");
    CHECK(parse_registry_keys(altered(text, "\"EC\"", "\"RSA\"")).error().key == "exchange.key-malformed");
}

TEST_CASE("thumbprints of RSA keys are those of RFC 7638") {
    // The key of RFC 7638 section 3.1 as a SubjectPublicKeyInfo.
    const auto n = from_base64url("0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs"
                                  "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5haj"
                                  "rn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw").value();
    const auto spki = from_hex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100").value() + n + from_hex("0203010001").value();
    CHECK(key_thumbprint(spki) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    CHECK(key_thumbprint("nothing").error().key == "exchange.key-malformed");
}

TEST_CASE("a node keeps the newest snapshot and takes no step back") {
    const Registry registry;
    const Folder folder;
    ManualClock clock(now);
    const auto options = [&] {
        RegistryKeeper::Options out;
        out.instance = "MA";
        out.keys = registry.keys;
        out.file = folder.path / "registry.jws";
        out.clock = &clock;
        return out;
    };
    auto keeper = RegistryKeeper::open(options()).value();
    CHECK(keeper->usable().error().key == "exchange.registry-missing");
    CHECK(keeper->status().state == RegistryState::absent);

    auto first = country();
    CHECK(keeper->offer(registry.sign(first)).value());
    CHECK(keeper->usable().value()->version == 7);
    auto second = first;
    second.version = 8;
    second.groups.clear();
    second.issued_at = now.plus_seconds(1);
    CHECK(keeper->offer(registry.sign(second)).value());

    SUBCASE("an older one is passed over") { CHECK(!keeper->offer(registry.sign(first)).value()); }
    SUBCASE("other rows under one version") {
        auto fork = first;
        fork.version = 8;
        fork.issued_at = now.plus_seconds(2);
        CHECK(keeper->offer(registry.sign(fork)).error().key == "exchange.registry-rollback");
    }
    SUBCASE("a lower version signed later") {
        first.issued_at = now.plus_seconds(9);
        CHECK(keeper->offer(registry.sign(first)).error().key == "exchange.registry-rollback");
    }
    SUBCASE("a higher version signed earlier") {
        first.version = 9;
        CHECK(keeper->offer(registry.sign(first)).error().key == "exchange.registry-rollback");
    }
    SUBCASE("another instance") {
        Snapshot other;
        other.instance = "XX";
        other.version = 99;
        other.issued_at = now.plus_seconds(99);
        CHECK(keeper->offer(registry.sign(other)).error().key == "exchange.registry-instance");
    }
    SUBCASE("another's signature") { CHECK(keeper->offer(Registry().sign(second)).error().key == "exchange.registry-signature"); }
    SUBCASE("signed far ahead of our clock") {
        second.issued_at = now.plus_seconds(301);
        CHECK(keeper->offer(registry.sign(second)).error().key == "exchange.registry-ahead");
    }
    SUBCASE("the same rows signed again are newer") {
        second.issued_at = now.plus_seconds(60);
        CHECK(keeper->offer(registry.sign(second)).value());
    }
    CHECK(keeper->usable().value()->version == 8);
    keeper.reset();
    CHECK(RegistryKeeper::open(options()).value()->usable().value()->version == 8);
}

TEST_CASE("a snapshot grows old: a warning after a day, the end after a week, and it works again when fresh") {
    const Registry registry;
    const Folder folder;
    ManualClock clock(now);
    RegistryKeeper::Options options;
    options.instance = "MA";
    options.keys = registry.keys;
    options.file = folder.path / "registry.jws";
    options.clock = &clock;
    auto keeper = RegistryKeeper::open(options).value();
    auto fresh = country();
    REQUIRE(keeper->offer(registry.sign(fresh)));
    CHECK(keeper->status().state == RegistryState::ok);
    CHECK(keeper->status().seconds_left == 7 * 86'400);
    clock.advance_seconds(86'400);
    CHECK(keeper->status().state == RegistryState::warning);
    CHECK(keeper->usable());
    clock.advance_seconds(6 * 86'400 - 1);
    CHECK(keeper->status().seconds_left == 1);
    CHECK(keeper->usable());
    clock.advance_seconds(1);
    CHECK(keeper->status().state == RegistryState::expired);
    CHECK(keeper->usable().error().key == "exchange.registry-expired");
    CHECK(keeper->newest() != nullptr);
    fresh.issued_at = clock.now();
    CHECK(keeper->offer(registry.sign(fresh)).value());
    CHECK(keeper->usable());
}

TEST_CASE("one mirror that answers is enough; what each said is kept") {
    const Registry registry;
    const Folder folder;
    ManualClock clock(now);
    RegistryKeeper::Options options;
    options.instance = "MA";
    options.keys = registry.keys;
    options.file = folder.path / "registry.jws";
    options.clock = &clock;
    options.mirrors = {"down", "liar", "good"};
    bool all_down = false;
    const auto text = registry.sign(country());
    options.fetch = [&](const std::string& address) -> Result<std::string> {
        if (address == "down" || all_down) return fail(Code::unavailable, "http.client.connect", "refused");
        return address == "liar" ? Registry().sign(country()) : text;
    };
    auto keeper = RegistryKeeper::open(options).value();
    int changes = 0;
    keeper->on_change([&](const Snapshot& snapshot) { changes += snapshot.version == 7 ? 1 : 0; });
    CHECK(keeper->refresh().value());
    CHECK(!keeper->refresh().value());
    CHECK(changes == 1);
    const auto status = keeper->status();
    CHECK(status.mirrors[0].problem == "http.client.connect");
    CHECK(status.mirrors[1].problem == "exchange.registry-signature");
    CHECK(status.mirrors[2].problem.empty());
    CHECK(status.mirrors[2].answered == now);
    all_down = true;
    CHECK(!keeper->refresh());
    CHECK(keeper->usable());
}

TEST_CASE("a file that somebody altered is not believed at the start") {
    const Registry registry;
    const Folder folder;
    RegistryKeeper::Options options;
    options.instance = "MA";
    options.keys = registry.keys;
    options.file = folder.path / "registry.jws";
    std::ofstream(options.file) << Registry().sign(country());
    CHECK(RegistryKeeper::open(options).value()->newest() == nullptr);
    std::ofstream(options.file) << registry.sign(country());
    CHECK(RegistryKeeper::open(options).value()->newest() != nullptr);
    options.keys.clear();
    CHECK(RegistryKeeper::open(options).error().key == "exchange.registry-signature");
}
