#include "exchange/held_document.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "trust/pades.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

std::unexpected<Error> malformed(std::string_view why) { return fail(Code::unavailable, "evidence.document-malformed", std::string(why)); }

}  // namespace

void put_document(json::Object& answer, const HeldDocument& document) {
    answer.set("document", json::Object{{"content", to_base64(document.bytes)}, {"media_type", "application/pdf"}, {"name", document.name},
                                        {"sha256", sha256(document.bytes).hex()}});
}

Result<std::optional<HeldDocument>> document_in(const json::Value& answer) {
    const auto& given = answer["document"];
    if (given.is_null()) return std::optional<HeldDocument>();
    const auto* content = given["content"].string();
    if (content == nullptr || given["media_type"].text_or("") != "application/pdf") return malformed("no PDF");
    if (content->size() > held_document_limit / 3 * 4 + 4) return malformed("too large");
    auto bytes = from_base64(*content);
    if (!bytes || !bytes->starts_with("%PDF-")) return malformed("no PDF");
    if (sha256(*bytes).hex() != given["sha256"].text_or("")) return malformed("not what its digest names");
    return std::optional(HeldDocument{std::string(given["name"].text_or("document.pdf")), std::move(*bytes)});
}

Result<void> check_signed_by(const HeldDocument& document, const Snapshot& registry, const ClientId& holder, Instant now) {
    const auto read = trust::read_signed_pdf(document.bytes);
    if (!read) return fail(Code::unavailable, "evidence.document-unsigned", read.error().key);
    const auto key = trust::certificate_key(read->certificate);
    if (!key) return fail(Code::unavailable, "evidence.document-unsigned", key.error().key);
    const auto* owner = registry.member(holder);
    const auto id = key->thumbprint();
    const auto listed = [&](const MemberKey& one) { return one.id == id && one.use == MemberKeyUse::document && one.valid_at(read->at); };
    const bool theirs = owner != nullptr && std::ranges::any_of(owner->keys, listed) && !registry.revoked(id, now);
    if (!theirs) return fail(Code::unavailable, "evidence.document-signer", holder.text() + " " + id);
    return {};
}

}  // namespace wasl::exchange
