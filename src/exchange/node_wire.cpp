#include "exchange/node_wire.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "exchange/digest_fields.hpp"
#include "exchange/wire_signature.hpp"

#include <algorithm>
#include <array>

namespace wasl::exchange {

namespace {

constexpr std::string_view pass_prefix = "Wasl-Pass-";
constexpr std::array<std::string_view, 4> seal_fields = {head_digest_field, "content-digest", "signature-input", "signature"};

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

// A field that is covered when it is there; bytes beyond ASCII are signed as bytes (RFC 9421 section 2.1.3).
void cover(std::vector<sf::Item>& out, const std::vector<HeaderLine>& headers, std::string_view name) {
    if (find_line(headers, name) == nullptr) { return; }
    const bool plain = std::ranges::all_of(headers, [name](const HeaderLine& line) { return !equals_ignoring_ascii_case(line.name, name) || plain_ascii(line.value); });
    out.push_back(plain ? component(std::string(name)) : component(std::string(name), {{"bs", true}}));
}

MessagePart part_of(const WireRequest& request) { return {.method = request.method, .target = request.target, .headers = &request.headers}; }

MessageView view_of(const WireRequest& request) { return MessageView(part_of(request)); }

MessageView view_of(const WireResponse& response, const WireRequest& request) {
    return MessageView({.status = response.status, .headers = &response.headers}, part_of(request));
}

std::vector<sf::Item> components_of(const MessageView& message) {
    return message.is_request() ? request_components(*message.headers) : response_components(*message.headers);
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

Result<std::string> base_to_sign(const MessageView& message, const Signing& with) {
    if (auto plain = plain_signature_base(message, with)) { return std::move(*plain); }
    SignatureParameters parameters;
    parameters.created = with.now.seconds();
    parameters.expires = with.now.seconds() + signature_lifetime_seconds;
    parameters.keyid = std::string(with.key_id);
    if (!with.nonce.empty()) { parameters.nonce = with.nonce; }
    parameters.tag = std::string(wire_label);
    return signature_base(message, signature_input(components_of(message), parameters));
}

Result<Seal> sign(std::vector<HeaderLine>& headers, const MessageView& message, const Signing& with) {
    Seal out{TRY(base_to_sign(message, with)), {}, std::string(with.key_id)};
    out.signature = TRY(with.key->sign(out.base));
    // The base ends with the input's text.
    const std::size_t at = out.base.rfind('\n') + 1 + params_line.size();
    headers.push_back({"Signature-Input", std::string(wire_label) + "=" + out.base.substr(at)});
    headers.push_back({"Signature", std::string(wire_label) + "=:" + to_base64(out.signature) + ":"});
    return out;
}

// Each field of the seal once, and the digests as computed here.
Result<void> check_digests(const std::vector<HeaderLine>& headers, std::string_view head, std::string_view body) {
    for (const std::string_view name : seal_fields) {
        const auto count = std::ranges::count_if(headers, [name](const HeaderLine& line) { return equals_ignoring_ascii_case(line.name, name); });
        if (count > 1) { return fail(Code::invalid, "exchange.seal-malformed", std::string(name) + " twice"); }
    }
    const HeaderLine* of_head = find_line(headers, head_digest_field);
    const HeaderLine* of_body = find_line(headers, "content-digest");
    if (of_head == nullptr || of_body == nullptr) { return fail(Code::invalid, "exchange.digest-missing", of_head == nullptr ? "head" : "content"); }
    // As our nodes write them, a comparison of texts tells.
    if (of_head->value == sha512_field(head) && of_body->value == sha512_field(body)) { return {}; }
    const BodyDigests said = TRY(parse_digest_field(of_head->value));
    if (said.sha512 != head) { return fail(Code::unauthenticated, "exchange.head-digest", "the head is not the one that was signed"); }
    return check_digest_field(of_body->value, BodyDigests{{}, std::string(body)}, DigestAlgorithm::sha512);
}

SignaturePolicy policy_of(Instant now, bool needs_nonce) {
    SignaturePolicy out;
    out.now = now;
    out.skew_seconds = signature_skew_seconds;
    out.lifetime_seconds = signature_lifetime_seconds;
    out.needs_nonce = needs_nonce;
    out.tag = std::string(wire_label);
    return out;
}

Seal seal_of(VerifiedSignature&& verified) {
    return {std::move(verified.base), std::move(verified.signature), verified.parameters.keyid.value_or("")};
}

Result<Seal> verify(const MessageView& message, const FindKey& find_key, SignaturePolicy policy) {
    if (auto plain = verify_plain_signature(message, find_key, policy)) { return std::move(*plain); }
    policy.covered = components_of(message);
    return seal_of(TRY(verify_signature(message, wire_label, find_key, policy)));
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
    for (const std::string_view name : request_fields) { cover(out, headers, name); }
    out.push_back(component("content-digest"));
    out.push_back(component(std::string(head_digest_field)));
    return out;
}

std::vector<sf::Item> response_components(const std::vector<HeaderLine>& headers) {
    std::vector<sf::Item> out = components({"@status"});
    for (const std::string_view name : response_fields) { cover(out, headers, name); }
    out.push_back(component("content-digest"));
    out.push_back(component(std::string(head_digest_field)));
    for (const std::string_view name : {std::string_view("@method"), std::string_view("@request-target"), std::string_view("content-digest"), head_digest_field}) {
        out.push_back(component(std::string(name), {{"req", true}}));
    }
    // The one signature of the request; what it covers is answered with it.
    out.push_back(component("signature", {{"req", true}, {"key", std::string(wire_label)}}));
    return out;
}

Result<Seal> seal(WireRequest& request, std::string_view head, const Signing& with) {
    add_digests(request.headers, head, request.body_sha512);
    return sign(request.headers, view_of(request), with);
}

Result<Seal> seal(WireResponse& response, std::string_view head, const WireRequest& to, const Signing& with) {
    add_digests(response.headers, head, response.body_sha512);
    return sign(response.headers, view_of(response, to), with);
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
    return verify(view_of(on_the_wire), find_key, policy_of(now, true));
}

Result<Seal> check_seal(const WireResponse& on_the_wire, std::string_view head, const WireRequest& to, const FindKey& find_key, Instant now) {
    if (!has_seal(on_the_wire)) { return fail(Code::unauthenticated, "exchange.signature-missing"); }
    TRY(check_digests(on_the_wire.headers, head, on_the_wire.body_sha512));
    return verify(view_of(on_the_wire, to), find_key, policy_of(now, false));
}

bool has_seal(const WireResponse& on_the_wire) { return find_line(on_the_wire.headers, "signature") != nullptr; }

}  // namespace wasl::exchange
