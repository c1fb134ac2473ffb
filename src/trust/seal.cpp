#include "trust/seal.hpp"

#include "base/ids.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "trust/impl/octets.hpp"

#include <algorithm>

namespace wasl::trust {

namespace {

constexpr std::uint64_t version = 1;
constexpr std::size_t signature_bytes = 64;
constexpr std::size_t most_facts = 32;
constexpr std::size_t most_member = 40;
constexpr std::uint64_t most_u40 = (std::uint64_t{1} << 40U) - 1;
constexpr std::string_view signed_prefix = "wasl-seal-v1\n";

std::unexpected<Error> bad_field(std::string_view why) { return fail(Code::invalid, "trust.seal-field", std::string(why)); }
std::unexpected<Error> malformed(std::string_view why) {
    return fail(Code::invalid, "trust.seal-malformed", std::string(why));
}

bool plain_text(std::string_view text) {
    return is_utf8(text) && std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// Days since 1970 in 16 bits, 0 for none: until 2149-06-06.
Result<std::uint64_t> day_number(const std::optional<Date>& date) {
    if (!date) {
        return 0;
    }
    const auto days = date->days_since_epoch();
    if (!date->valid() || days < 1 || days > 0xFFFF) {
        return bad_field("date " + date->iso() + " out of range");
    }
    return static_cast<std::uint64_t>(days);
}

std::optional<Date> day_from(std::uint64_t days) {
    return days == 0 ? std::nullopt : std::optional(Date::from_days(static_cast<std::int64_t>(days)));
}

Result<std::string> write_body(const Seal& seal) {
    const auto reference = parse_reference(seal.reference);
    if (!reference || reference->text() != seal.reference || reference->member != seal.member) {
        return bad_field("reference \"" + seal.reference + "\" of member \"" + seal.member + "\"");
    }
    const auto seconds = seal.issued.seconds();
    if (seconds < 0 || seconds > 0xFFFF'FFFF || seal.issued.micros != seconds * 1'000'000) {
        return bad_field("issued instant");
    }
    if (seal.subject.size() != subject_digest_bytes || seal.facts.size() > most_facts || !plain_text(seal.facts)) {
        return bad_field("subject or facts");
    }
    if (seal.size > most_u40 || seal.leaf_index >= seal.size) {
        return bad_field("leaf index or tree size");
    }
    std::string out;
    put_unsigned(out, version, 1);
    put_unsigned(out, static_cast<std::uint64_t>(seal.kind), 1);
    put_unsigned(out, seal.key_id, 4);
    put_unsigned(out, static_cast<std::uint64_t>(seconds), 4);
    put_unsigned(out, TRY(day_number(seal.due)), 2);
    put_unsigned(out, TRY(day_number(seal.valid_until)), 2);
    put_unsigned(out, seal.leaf_index, 5);
    put_unsigned(out, seal.size, 5);
    out += seal.root.view();
    out += seal.subject;
    const auto rest = std::string_view(seal.reference).substr(seal.member.size() + 1);
    for (const auto text : {std::string_view(seal.member), rest, std::string_view(seal.facts)}) {
        put_unsigned(out, text.size(), 1);
        out += text;
    }
    return out;
}

// All of base45 but space, '%' and '/' may stand in a URL path segment as it is (RFC 3986 section 3.3).
std::string escape_base45(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ') {
            out += "%20";
        } else if (c == '%') {
            out += "%25";
        } else if (c == '/') {
            out += "%2F";
        } else {
            out.push_back(c);
        }
    }
    return out;
}

Result<std::string> bytes_from_base45(std::string_view text) {
    auto bytes = from_base45(text);
    if (!bytes || to_base45(*bytes) != text) {
        return malformed("no base45 in canonical form");
    }
    TRY(parse_seal(*bytes));
    return bytes;
}

}  // namespace

std::string_view to_string(PaperKind kind) noexcept {
    switch (kind) {
        case PaperKind::receipt: return "receipt";
        case PaperKind::document: return "document";
        case PaperKind::decision: return "decision";
        case PaperKind::silence_record: return "silence-record";
        case PaperKind::certificate: return "certificate";
        case PaperKind::payment: return "payment";
    }
    return "";
}

std::optional<PaperKind> parse_paper_kind(std::string_view text) noexcept {
    for (const auto kind : {PaperKind::receipt, PaperKind::document, PaperKind::decision, PaperKind::silence_record,
                            PaperKind::certificate, PaperKind::payment}) {
        if (text == to_string(kind)) {
            return kind;
        }
    }
    return std::nullopt;
}

std::string write_seal_request(const SealRequest& request) {
    json::Object out;
    out.set("kind", to_string(request.kind));
    out.set("reference", request.reference);
    out.set("subject", request.subject.hex());
    if (request.due) {
        out.set("due", request.due->iso());
    }
    if (request.valid_until) {
        out.set("valid_until", request.valid_until->iso());
    }
    if (!request.facts.empty()) {
        out.set("facts", request.facts);
    }
    return json::write(out);
}

Result<SealRequest> parse_seal_request(std::string_view bytes) {
    const auto bad = [](std::string why) { return fail(Code::internal, "trust.seal-claims-malformed", std::move(why)); };
    const auto value = json::parse(bytes);
    if (!value) {
        return bad(value.error().detail);
    }
    const auto kind = parse_paper_kind((*value)["kind"].text_or(""));
    const auto subject = from_hex((*value)["subject"].text_or(""));
    if (!kind || !subject || subject->size() != 32) {
        return bad("kind and subject are needed");
    }
    SealRequest request{*kind, std::string((*value)["reference"].text_or("")), digest_from_bytes(*subject)};
    request.facts = (*value)["facts"].text_or("");
    for (auto [name, field] : {std::pair("due", &request.due), std::pair("valid_until", &request.valid_until)}) {
        if (const auto* text = (*value)[name].string()) {
            const auto date = parse_date(*text);
            if (!date) {
                return bad(std::string(name) + " is no date");
            }
            *field = *date;
        }
    }
    return request;
}

Result<std::string> make_seal(Seal& seal, const Signer& signer) {
    seal.key_id = signer.public_key().short_id();
    const auto body = TRY(write_body(seal));
    seal.signature = TRY(signer.sign(std::string(signed_prefix) + body));
    return body + seal.signature;
}

Result<std::string> write_seal(const Seal& seal) {
    if (seal.signature.size() != signature_bytes) {
        return bad_field("signature");
    }
    return TRY(write_body(seal)) + seal.signature;
}

Result<Seal> parse_seal(std::string_view bytes) {
    Octets in(bytes);
    const auto seen = in.number(1);
    if (in.good() && seen != version) {
        return fail(Code::unsupported, "trust.seal-version", "version " + std::to_string(seen));
    }
    const auto kind = in.number(1);
    if (kind < 1 || kind > static_cast<std::uint64_t>(PaperKind::payment)) {
        return malformed("kind of paper");
    }
    Seal seal;
    seal.kind = static_cast<PaperKind>(kind);
    seal.key_id = static_cast<std::uint32_t>(in.number(4));
    seal.issued.micros = static_cast<std::int64_t>(in.number(4)) * 1'000'000;
    seal.due = day_from(in.number(2));
    seal.valid_until = day_from(in.number(2));
    seal.leaf_index = in.number(5);
    seal.size = in.number(5);
    seal.root = in.digest();
    seal.subject = in.text(subject_digest_bytes);
    seal.member = in.text(in.number(1));
    seal.reference = seal.member + "/" + std::string(in.text(in.number(1)));
    seal.facts = in.text(in.number(1));
    seal.signature = in.text(signature_bytes);
    if (!in.finished() || seal.member.size() > most_member) {
        return malformed("too short or too long");
    }
    const auto again = write_seal(seal);
    if (!again || *again != bytes) {
        return malformed(again ? "not in canonical form" : again.error().detail);
    }
    return seal;
}

Result<std::string> seal_url(std::string_view seal_bytes, std::string_view host) {
    auto url = "https://" + std::string(host) + "/v/" + escape_base45(to_base45(seal_bytes));
    if (url.size() > max_seal_text) {
        return fail(Code::unprocessable, "trust.seal-too-long", std::to_string(url.size()) + " characters");
    }
    return url;
}

Result<std::string> seal_bytes_from_text(std::string_view text) {
    text = trim(text);
    if (text.size() > 2 * max_seal_text) {
        return malformed("longer than any seal");
    }
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
        const auto name = to_lower_ascii(text.substr(0, scheme));
        const auto path = text.find('/', scheme + 3);
        if ((name != "https" && name != "http") || path == std::string_view::npos ||
            !to_lower_ascii(text.substr(path)).starts_with("/v/")) {
            return malformed("no address of the form https://HOST/v/…");
        }
        text = text.substr(path + 3);
    }
    // Some readers show the address with its escapes already undone.
    if (auto bytes = bytes_from_base45(text)) {
        return bytes;
    }
    const auto plain = percent_decode(text);
    if (!plain) {
        return malformed("neither base45 nor percent-encoded base45");
    }
    return bytes_from_base45(*plain);
}

Digest subject_digest(std::string_view canonical_text) { return sha256(canonical_text); }

SignatureState check_seal(std::string_view seal_bytes, const Seal& seal, const TrustStore& trust) {
    auto state = SignatureState::unknown_key;
    if (seal_bytes.size() <= signature_bytes) {
        return SignatureState::wrong;
    }
    const auto message = std::string(signed_prefix).append(seal_bytes.substr(0, seal_bytes.size() - signature_bytes));
    for (const auto* key : trust.find(seal.member, KeyUse::seal, seal.key_id)) {
        if (!key->key.verify(message, seal.signature)) {
            return SignatureState::wrong;
        }
        if (key->valid_at(seal.issued)) {
            return SignatureState::good;
        }
        state = SignatureState::key_not_valid_then;
    }
    return state;
}

}  // namespace wasl::trust
