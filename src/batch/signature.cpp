#include "batch/signature.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace wasl::batch {

namespace {

constexpr std::array allowed{trust::JwsAlgorithm::es256, trust::JwsAlgorithm::eddsa};
constexpr std::size_t longest_field = 8'192;
constexpr std::size_t longest_id = 60;

auto malformed_signature(std::string detail) { return fail(Code::unauthenticated, "batch.signature-malformed", std::move(detail)); }

}  // namespace

bool is_batch_id(std::string_view id) noexcept {
    return !id.empty() && id.size() <= longest_id && id.find_first_not_of('.') != std::string_view::npos && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

Result<BatchSignature> read_signature(std::string_view field, std::string_view body) {
    field = trim(field);
    if (field.empty()) return fail(Code::unauthenticated, "batch.signature-missing");
    const auto parts = split(field, '.');
    if (field.size() > longest_field || parts.size() != 3 || !parts[1].empty()) return malformed_signature("HEADER..SIGNATURE");
    const auto header_part = std::string(parts[0]);
    auto token = trust::read_jws(header_part + "." + to_base64url("detached") + "." + std::string(parts[2]), allowed);
    if (!token) return malformed_signature(token.error().key + " " + token.error().detail);
    // The payload is the body itself, of any length.
    token->payload.clear();
    token->signed_part = header_part + "." + to_base64url(body);
    const auto header_text = TRY(from_base64url(header_part));
    const auto header = TRY(json::parse(header_text));
    const auto word = [&](std::string_view name) { return std::string(header[name].text_or("")); };
    BatchSignature out{token->key_id, word("ice"), word("batch"), word("aud"), header["iat"].integer_or(0), {}};
    out.token = std::move(*token);
    if (out.kid.empty() || out.ice.empty() || out.audience.empty() || !is_batch_id(out.batch)) {
        return malformed_signature("kid, ice, batch and aud");
    }
    return out;
}

Result<void> verify(const BatchSignature& signature, const std::string& jwks, std::string_view public_url, Instant now, bool question) {
    const auto keys = TRY(trust::JwkSet::parse(jwks));
    if (!keys.verify(signature.token)) return fail(Code::unauthenticated, "batch.signature-wrong");
    if (signature.audience != public_url) return fail(Code::unauthenticated, "batch.signature-audience", signature.audience.substr(0, 200));
    const auto age = now.seconds() - signature.issued;
    if (question && (age > question_seconds || age < -question_seconds)) return fail(Code::unauthenticated, "batch.signature-old");
    if (!question && (age > filing_seconds || age < -skew_seconds)) return fail(Code::unauthenticated, "batch.signature-time");
    return {};
}

}  // namespace wasl::batch
