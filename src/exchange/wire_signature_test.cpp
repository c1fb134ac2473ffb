#include "exchange/wire_signature.hpp"

#include "base/digest.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace wasl;
using namespace wasl::exchange;

namespace {

const SigningKey& key() {
    static const SigningKey made = SigningKey::generate(SignatureAlgorithm::ecdsa_p256_sha256).value();
    return made;
}

std::optional<VerifyingKey> known(const SignatureParameters& parameters) {
    return parameters.keyid == "k" ? std::optional(key().verifying_key()) : std::nullopt;
}

constexpr Instant now{1'700'000'000'000'000};

SignaturePolicy policy(bool nonce) {
    SignaturePolicy out;
    out.now = now;
    out.needs_nonce = nonce;
    out.tag = std::string(wire_label);
    return out;
}

Result<Seal> by_the_general_way(const MessageView& message, bool nonce) {
    auto wanted = policy(nonce);
    wanted.covered = message.is_request() ? request_components(*message.headers) : response_components(*message.headers);
    auto verified = TRY(verify_signature(message, wire_label, known, wanted));
    return Seal{verified.base, verified.signature, verified.parameters.keyid.value_or("")};
}

struct Random {
    std::mt19937 engine;
    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(engine); }
    std::string value() {
        static constexpr std::string_view plain[] = {"MA/COM/1/desk", " padded\t", "", "a, b", "\"quoted\"", "application/json"};
        static constexpr std::string_view odd[] = {"caf\xC3\xA9", "folded\r\n line", "bell\x07"};
        return std::string(below(12) == 0 ? odd[below(3)] : plain[below(6)]);
    }
    std::vector<HeaderLine> headers(const auto& names) {
        std::vector<HeaderLine> out;
        for (const std::string_view name : names) {
            for (std::size_t times = below(8) == 0 ? 2 : below(3) != 0 ? 1 : 0; times > 0; --times) { out.push_back({std::string(name), value()}); }
            if (below(4) == 0) { out.push_back({"X-Other", value()}); }
        }
        return out;
    }
};

WireRequest sealed_request(Random& random) {
    WireRequest out{.method = "POST", .target = "/r1/MA/GOV/2/office/small?a=b", .headers = random.headers(request_fields), .body = nullptr, .body_sha512 = sha512("")};
    const auto head = head_sha512(out);
    const auto made = seal(out, head, {&key(), "k", now, "a-nonce"});
    REQUIRE(made);
    const auto seen = MessageView(MessagePart{.method = out.method, .target = out.target, .headers = &out.headers});
    const auto general = by_the_general_way(seen, true);
    REQUIRE(general);
    CHECK(general->base == made->base);
    return out;
}

MessagePart part(const WireRequest& request) { return {.method = request.method, .target = request.target, .headers = &request.headers}; }

void both_agree(const MessageView& message, bool nonce) {
    const auto general = by_the_general_way(message, nonce);
    const auto plain = verify_plain_signature(message, known, policy(nonce));
    if (!plain) { return; }
    CHECK(plain->has_value() == general.has_value());
    if (*plain && general) {
        CHECK((*plain)->base == general->base);
        CHECK((*plain)->signature == general->signature);
        CHECK((*plain)->key_id == general->key_id);
    } else if (!*plain && !general) {
        CHECK(plain->error().key == general.error().key);
    }
}

// One character of one line is another, or a line is gone, or comes twice.
void alter(std::vector<HeaderLine>& headers, Random& random) {
    auto& line = headers[random.below(headers.size())];
    switch (random.below(4)) {
        case 0: headers.erase(headers.begin() + static_cast<std::ptrdiff_t>(random.below(headers.size()))); break;
        case 1: headers.push_back(HeaderLine(line)); break;
        default:
            if (!line.value.empty()) { line.value[random.below(line.value.size())] = "a0=:;\"( "[random.below(8)]; }
    }
}

}  // namespace

TEST_CASE("a message that a node wrote is verified alike in one pass and through structured fields") {
    Random random{std::mt19937(7)};
    std::size_t plain = 0;
    for (int round = 0; round < 60; ++round) {
        const WireRequest request = sealed_request(random);
        const MessageView seen(part(request));
        both_agree(seen, true);
        plain += verify_plain_signature(seen, known, policy(true)).has_value() ? 1 : 0;

        WireResponse response{200, "OK", random.headers(response_fields), std::string("{}"), sha512("{}")};
        const auto made = seal(response, head_sha512(response), request, {&key(), "k", now, {}});
        REQUIRE(made);
        const MessageView answered({.status = 200, .headers = &response.headers}, part(request));
        const auto general = by_the_general_way(answered, false);
        REQUIRE(general);
        CHECK(general->base == made->base);
        both_agree(answered, false);
    }
    CHECK(plain > 20);
}

TEST_CASE("an altered message is refused alike in one pass and through structured fields") {
    Random random{std::mt19937(11)};
    for (int round = 0; round < 300; ++round) {
        WireRequest request = sealed_request(random);
        alter(request.headers, random);
        both_agree(MessageView(part(request)), true);
    }
}

TEST_CASE("a value that is not plain ASCII, and a request without its one signature, go the general way") {
    WireRequest request{.method = "GET", .target = "/r1/a", .headers = {{"X-Road-Client", "caf\xC3\xA9"}, {"Content-Digest", "x"}, {"Wasl-Head-Digest", "y"}}};
    const Signing with{&key(), "k", now, "n"};
    CHECK(!plain_signature_base(MessageView(part(request)), with));
    request.headers[0].value = "MA/COM/1";
    CHECK(plain_signature_base(MessageView(part(request)), with));
    CHECK(!plain_signature_base(MessageView(part(request)), {&key(), "a\"b", now, "n"}));
    const std::vector<HeaderLine> answer = {{"Content-Digest", "x"}, {"Wasl-Head-Digest", "y"}};
    CHECK(!plain_signature_base(MessageView({.status = 200, .headers = &answer}, part(request)), with));
}
