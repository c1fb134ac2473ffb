#include "exchange/node_wire.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "exchange/digest_fields.hpp"

#include <algorithm>
#include <array>

namespace wasl::exchange {

namespace {

constexpr std::string_view head_field = "wasl-head-digest";
constexpr std::string_view pass_prefix = "Wasl-Pass-";
constexpr std::array<std::string_view, 4> seal_fields = {head_field, "content-digest", "signature-input", "signature"};

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && equals_ignoring_ascii_case(text.substr(0, prefix.size()), prefix);
}

bool of_seal(std::string_view name) {
    return std::ranges::any_of(seal_fields, [name](std::string_view one) { return equals_ignoring_ascii_case(one, name); });
}

std::string sha512_field(std::string_view digest) { return "sha-512=:" + to_base64(digest) + ":"; }

const HeaderLine* find_line(const std::vector<HeaderLine>& headers, std::string_view name) {
    const auto found = std::ranges::find_if(headers, [name](const HeaderLine& line) { return equals_ignoring_ascii_case(line.name, name); });
    return found == headers.end() ? nullptr : &*found;
}

bool plain_ascii(const std::vector<HeaderLine>& headers, std::string_view name) {
    return std::ranges::all_of(headers, [name](const HeaderLine& line) {
        return !equals_ignoring_ascii_case(line.name, name) ||
               std::ranges::all_of(line.value, [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; });
    });
}

// A field that is covered when it is there; bytes beyond ASCII are signed as bytes (RFC 9421 section 2.1.3).
void cover(std::vector<sf::Item>& out, const std::vector<HeaderLine>& headers, std::string_view name) {
    if (find_line(headers, name) == nullptr) { return; }
    out.push_back(plain_ascii(headers, name) ? component(std::string(name)) : component(std::string(name), {{"bs", true}}));
}

Message message_of(const WireRequest& request) {
    Message out;
    out.method = request.method;
    out.target = request.target;
    out.headers = request.headers;
    return out;
}

Message message_of(const WireResponse& response, const Message& request) {
    Message out;
    out.status = response.status;
    out.headers = response.headers;
    out.request = &request;
    return out;
}

// Fields of the sender's own that would be taken for the seal give way.
void give_way(std::vector<HeaderLine>& headers) {
    for (HeaderLine& line : headers) {
        if (of_seal(line.name) || starts_with_ignoring_case(line.name, "wasl-")) { line.name = std::string(pass_prefix) + line.name; }
    }
}

void add_digests(std::vector<HeaderLine>& headers, std::string_view head, std::string_view body) {
    give_way(headers);
    headers.push_back({"Wasl-Head-Digest", sha512_field(head)});
    headers.push_back({"Content-Digest", sha512_field(body)});
}

Result<Seal> sign(std::vector<HeaderLine>& headers, const Message& message, std::vector<sf::Item> covered, const Signing& with) {
    SignatureParameters parameters;
    parameters.created = with.now.seconds();
    parameters.expires = with.now.seconds() + signature_lifetime_seconds;
    parameters.keyid = std::string(with.key_id);
    if (!with.nonce.empty()) { parameters.nonce = with.nonce; }
    parameters.tag = std::string(wire_label);
    const sf::InnerList input = signature_input(std::move(covered), parameters);
    Seal out{TRY(signature_base(message, input)), {}, std::string(with.key_id)};
    out.signature = TRY(with.key->sign(out.base));
    headers.push_back({"Signature-Input", std::string(wire_label) + "=" + TRY(sf::serialize(input))});
    headers.push_back({"Signature", std::string(wire_label) + "=:" + to_base64(out.signature) + ":"});
    return out;
}

// Each field of the seal once, and the digests as computed here.
Result<void> check_digests(const std::vector<HeaderLine>& headers, std::string_view head, std::string_view body) {
    for (const std::string_view name : seal_fields) {
        const auto count = std::ranges::count_if(headers, [name](const HeaderLine& line) { return equals_ignoring_ascii_case(line.name, name); });
        if (count > 1) { return fail(Code::invalid, "exchange.seal-malformed", std::string(name) + " twice"); }
    }
    const HeaderLine* of_head = find_line(headers, head_field);
    const HeaderLine* of_body = find_line(headers, "content-digest");
    if (of_head == nullptr || of_body == nullptr) { return fail(Code::invalid, "exchange.digest-missing", of_head == nullptr ? "head" : "content"); }
    const BodyDigests said = TRY(parse_digest_field(of_head->value));
    if (said.sha512 != head) { return fail(Code::unauthenticated, "exchange.head-digest", "the head is not the one that was signed"); }
    return check_digest_field(of_body->value, BodyDigests{{}, std::string(body)}, DigestAlgorithm::sha512);
}

SignaturePolicy policy_of(Instant now, std::vector<sf::Item> covered, bool needs_nonce) {
    SignaturePolicy out;
    out.now = now;
    out.skew_seconds = signature_skew_seconds;
    out.lifetime_seconds = signature_lifetime_seconds;
    out.needs_nonce = needs_nonce;
    out.tag = std::string(wire_label);
    out.covered = std::move(covered);
    return out;
}

Seal seal_of(VerifiedSignature&& verified) {
    return {std::move(verified.base), std::move(verified.signature), verified.parameters.keyid.value_or("")};
}

}  // namespace

std::size_t WireResponse::body_size() const noexcept { return bytes().size(); }

std::string_view WireResponse::bytes() const noexcept {
    if (const auto* text = std::get_if<std::string>(&body)) { return *text; }
    const auto& shared = std::get<http::SharedBody>(body);
    return shared ? shared->view() : std::string_view{};
}

std::string head_sha512(const WireRequest& request) { return sha512(request_head(request.method, request.target, request.headers)); }
std::string head_sha512(const WireResponse& response) { return sha512(response_head(response.status, response.reason, response.headers)); }

std::string hash_of_digests(std::string_view head, std::string_view body, std::size_t body_size) {
    return to_base64(body_size == 0 ? std::string(head) : sha512(std::string(head) + std::string(body)));
}

std::vector<sf::Item> request_components(const std::vector<HeaderLine>& headers) {
    std::vector<sf::Item> out = components({"@method", "@request-target"});
    for (const std::string_view name : {"x-road-client", "information-mediator-client", "x-road-id", "x-road-request-id", "x-road-userid", "x-road-issue",
                                        "x-road-represented-party", "x-road-security-server", "content-type"}) {
        cover(out, headers, name);
    }
    out.push_back(component("content-digest"));
    out.push_back(component(std::string(head_field)));
    return out;
}

std::vector<sf::Item> response_components(const std::vector<HeaderLine>& headers) {
    std::vector<sf::Item> out = components({"@status"});
    for (const std::string_view name : {"x-road-error", "x-road-id", "x-road-client", "x-road-service", "x-road-request-id", "x-road-request-hash", "content-type"}) {
        cover(out, headers, name);
    }
    out.push_back(component("content-digest"));
    out.push_back(component(std::string(head_field)));
    for (const std::string_view name : {std::string_view("@method"), std::string_view("@request-target"), std::string_view("content-digest"), head_field}) {
        out.push_back(component(std::string(name), {{"req", true}}));
    }
    // The one signature of the request; what it covers is answered with it.
    out.push_back(component("signature", {{"req", true}, {"key", std::string(wire_label)}}));
    return out;
}

Result<Seal> seal(WireRequest& request, std::string_view head, const Signing& with) {
    add_digests(request.headers, head, request.body_sha512);
    return sign(request.headers, message_of(request), request_components(request.headers), with);
}

Result<Seal> seal(WireResponse& response, std::string_view head, const WireRequest& to, const Signing& with) {
    add_digests(response.headers, head, response.body_sha512);
    const Message request = message_of(to);
    return sign(response.headers, message_of(response, request), response_components(response.headers), with);
}

std::vector<HeaderLine> unsealed_headers(const std::vector<HeaderLine>& on_the_wire) {
    std::vector<HeaderLine> out;
    out.reserve(on_the_wire.size());
    for (const HeaderLine& line : on_the_wire) {
        if (of_one_connection(line.name) || of_seal(line.name)) { continue; }
        if (starts_with_ignoring_case(line.name, pass_prefix)) {
            out.push_back({line.name.substr(pass_prefix.size()), line.value});
        } else if (!starts_with_ignoring_case(line.name, "wasl-")) {
            out.push_back(line);
        }
    }
    return out;
}

Result<Seal> check_seal(const WireRequest& on_the_wire, std::string_view head, const FindKey& find_key, Instant now) {
    if (find_line(on_the_wire.headers, "signature") == nullptr) { return fail(Code::unauthenticated, "exchange.signature-missing"); }
    TRY(check_digests(on_the_wire.headers, head, on_the_wire.body_sha512));
    const auto policy = policy_of(now, request_components(on_the_wire.headers), true);
    return seal_of(TRY(verify_signature(message_of(on_the_wire), wire_label, find_key, policy)));
}

Result<Seal> check_seal(const WireResponse& on_the_wire, std::string_view head, const WireRequest& to, const FindKey& find_key, Instant now) {
    if (!has_seal(on_the_wire)) { return fail(Code::unauthenticated, "exchange.signature-missing"); }
    TRY(check_digests(on_the_wire.headers, head, on_the_wire.body_sha512));
    const auto policy = policy_of(now, response_components(on_the_wire.headers), false);
    const Message request = message_of(to);
    return seal_of(TRY(verify_signature(message_of(on_the_wire, request), wire_label, find_key, policy)));
}

bool has_seal(const WireResponse& on_the_wire) { return find_line(on_the_wire.headers, "signature") != nullptr; }

}  // namespace wasl::exchange
