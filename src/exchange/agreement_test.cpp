#include "exchange/agreement.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/signature_keys.hpp"
#include "trust/keys.hpp"

#include <doctest/doctest.h>

#include <memory>

using namespace wasl;
using namespace wasl::exchange;

namespace {

const Instant noon = parse_instant("2026-11-22T12:00:00Z").value();

// Consumer and provider with a message key each, listed in a registry.
struct Parties {
    std::shared_ptr<const trust::Signer> utility = trust::generate_signer(trust::Curve::p256).value(), land = trust::generate_signer(trust::Curve::p256).value();
    Snapshot snapshot;
    Parties() {
        snapshot.instance = "MA";
        list({"MA", "UTL", "ain-wasl"}, *utility);
        list({"MA", "GOV", "land"}, *land);
    }
    void list(const ClientId& id, const trust::Signer& signer) {
        const auto& key = signer.public_key();
        snapshot.members.push_back({id, {}, {{key.thumbprint(), key.spki(), SignatureAlgorithm::ecdsa_p256_sha256, noon.plus_seconds(-86'400), noon.plus_seconds(864'000)}}, {}});
    }
    static void sign(SignedAgreement& to, AgreementSide side, const std::shared_ptr<const trust::Signer>& signer, Instant at = noon) {
        REQUIRE(sign_agreement(to, side, signer->public_key().thumbprint(), SigningKey::of(signer).value(), at));
    }
    [[nodiscard]] SignedAgreement both() const {
        SignedAgreement out{sample(), {}, {}};
        sign(out, AgreementSide::provider, land);
        sign(out, AgreementSide::consumer, utility);
        return out;
    }
    static Agreement sample() {
        return {"titles-2026", {"MA", "UTL", "ain-wasl", "subscriptions"}, {{"MA", "GOV", "land", "titles"}, "evidence"},
                make_endpoint("GET", "/v1/holds/land-title/*").value(), "Abonnement à l’électricité", "loi 55-19, article 25", {2026, 1, 1}, {2026, 12, 31}};
    }
};

std::string why(const Result<void>& result) { return result ? "" : result.error().key; }

}  // namespace

TEST_CASE("an agreement signed by both sides is applied; by one of them, or by a stranger, it is not") {
    const Parties parties;
    const auto both = parties.both();
    CHECK(check_agreement(both, parties.snapshot, noon).has_value());
    const auto read = parse_signed_agreement(write_signed_agreement(both)).value();
    CHECK(read.text == both.text);
    CHECK(check_agreement(read, parties.snapshot, noon).has_value());
    for (const auto side : {AgreementSide::consumer, AgreementSide::provider}) {
        auto one = both;
        std::erase_if(one.signatures, [side](const AgreementSignature& each) { return each.side == side; });
        const auto refused = check_agreement(one, parties.snapshot, noon);
        CHECK(why(refused) == "exchange.agreement-unsigned");
        CHECK(refused.error().detail == to_string(side));
    }
    auto forged = both;  // the provider can not sign for the consumer
    Parties::sign(forged, AgreementSide::consumer, parties.land);
    CHECK(why(check_agreement(forged, parties.snapshot, noon)) == "exchange.agreement-signature");
}

TEST_CASE("an agreement whose words were changed after signing is no agreement") {
    const Parties parties;
    const auto jws = json::parse(write_signed_agreement(parties.both())).value();
    const auto text = from_base64url(*jws["payload"].string()).value();
    for (const auto& [from, to] : {std::pair{"land-title/*", "**\\\\"}, std::pair{"2026-12-31", "2036-12-31"}, std::pair{"subscriptions", "everything"}, std::pair{"article 25", "article 26"}}) {
        auto changed = jws;
        const auto other = replace_all(text, from, to);
        REQUIRE(other != text);
        changed.object()->set("payload", to_base64url(other));
        const auto read = parse_signed_agreement(json::write(changed));
        if (read) CHECK(why(check_agreement(*read, parties.snapshot, noon)) == "exchange.agreement-signature");
    }
    // Another spelling of the same words is not what was signed.
    auto spaced = jws;
    spaced.object()->set("payload", to_base64url(replace_all(text, "\",\"", "\", \"")));
    CHECK(parse_signed_agreement(json::write(spaced)).error().key == "exchange.agreement-malformed");
}

TEST_CASE("a signature counts while its key does: not before, not revoked, not from the future") {
    Parties parties;
    auto early = parties.both();
    Parties::sign(early, AgreementSide::consumer, parties.utility, noon.plus_seconds(-2 * 86'400));
    CHECK(why(check_agreement(early, parties.snapshot, noon)) == "exchange.agreement-signature");
    auto late = parties.both();
    Parties::sign(late, AgreementSide::provider, parties.land, noon.plus_seconds(3'600));
    CHECK(why(check_agreement(late, parties.snapshot, noon)) == "exchange.agreement-signature");
    const auto both = parties.both();
    parties.snapshot.revocations.push_back({parties.land->public_key().thumbprint(), noon.plus_seconds(60), "lost"});
    CHECK(check_agreement(both, parties.snapshot, noon).has_value());
    CHECK(why(check_agreement(both, parties.snapshot, noon.plus_seconds(61))) == "exchange.agreement-signature");
}

TEST_CASE("an agreement has one text, and its days are those of the zone") {
    const auto sample = Parties::sample();
    CHECK(write_agreement(parse_agreement(write_agreement(sample)).value()) == write_agreement(sample));
    for (const auto& [from, to] : {std::pair{"titles-2026", "Titles"}, std::pair{"2026-01-01", "2027-01-01"}, std::pair{"/subscriptions", ""},
                                   std::pair{"\"GET\"", "\"G T\""}, std::pair{"Abonnement à l’électricité", " "}, std::pair{"agreement-1", "agreement-2"}}) {
        CHECK_FALSE(parse_agreement(replace_all(write_agreement(sample), from, to)).has_value());
    }
    const auto zone = Zone::load("Africa/Casablanca").value();
    const auto right = right_of(sample, zone);
    CHECK(right.valid_at(zone.start_of_day({2026, 12, 31})));
    CHECK_FALSE(right.valid_at(zone.start_of_day({2027, 1, 1})));
    CHECK(right.endpoint.matches("GET", "/v1/holds/land-title/cnie:AB1"));
}

TEST_CASE("what the other side sends brings its own signature alone: ours never comes back from outside") {
    const Parties parties;
    const auto both = parties.both();
    const auto come = join_agreement(nullptr, both, AgreementSide::consumer);
    REQUIRE(come.has_value());
    CHECK(come->by(AgreementSide::consumer) != nullptr);
    CHECK(come->by(AgreementSide::provider) == nullptr);
    CHECK(why(check_agreement(*come, parties.snapshot, noon)) == "exchange.agreement-unsigned");
    CHECK(check_agreement_side(*come, AgreementSide::consumer, parties.snapshot, noon).has_value());
    auto ours = *come;
    Parties::sign(ours, AgreementSide::provider, parties.land);
    const auto again = join_agreement(&ours, *come, AgreementSide::consumer);
    REQUIRE(again.has_value());
    CHECK(check_agreement(*again, parties.snapshot, noon).has_value());
    auto other = Parties::sample();
    other.purpose = "Autre finalité";
    SignedAgreement reworded{other, {}, {}};
    Parties::sign(reworded, AgreementSide::consumer, parties.utility);
    CHECK(join_agreement(&ours, reworded, AgreementSide::consumer).error().key == "exchange.agreement-differs");
    CHECK(join_agreement(nullptr, *come, AgreementSide::provider).error().key == "exchange.agreement-unsigned");
}

TEST_CASE("what a side did not sign is found before anybody adds a signature to it, and stands in nobody's way") {
    const Parties parties;
    SignedAgreement proposed{Parties::sample(), {}, {}};
    Parties::sign(proposed, AgreementSide::consumer, parties.utility);
    CHECK(check_given_signatures(proposed, parties.snapshot, noon).has_value());
    CHECK(binds(proposed, parties.snapshot, noon));
    CHECK(check_given_signatures(parties.both(), parties.snapshot, noon).has_value());

    auto wider = proposed;  // the consumer's signature, under words that it never saw
    wider.agreement.endpoint = make_endpoint("GET", "/v1/**").value();
    wider.text = write_agreement(wider.agreement);
    auto altered = proposed;
    altered.signatures[0].signature[0] = static_cast<char>(altered.signatures[0].signature[0] ^ 1);
    for (auto forged : {wider, altered}) {
        forged = parse_signed_agreement(write_signed_agreement(forged)).value();
        CHECK(why(check_given_signatures(forged, parties.snapshot, noon)) == "exchange.agreement-signature");
        CHECK_FALSE(binds(forged, parties.snapshot, noon));
        // Countersigned it is no better.
        Parties::sign(forged, AgreementSide::provider, parties.land);
        CHECK(why(check_given_signatures(forged, parties.snapshot, noon)) == "exchange.agreement-signature");
        CHECK_FALSE(binds(forged, parties.snapshot, noon));
    }
    const SignedAgreement unsigned_yet{Parties::sample(), write_agreement(Parties::sample()), {}};
    CHECK(check_given_signatures(unsigned_yet, parties.snapshot, noon).has_value());
    CHECK_FALSE(binds(unsigned_yet, parties.snapshot, noon));
}
