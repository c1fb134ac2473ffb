// A document handed over as evidence: whole, and signed by a key that the registry lists for its holder's documents.
#include "exchange/held_document.hpp"

#include "base/text.hpp"
#include "trust/keys.hpp"
#include "trust/pades.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace wasl;
using namespace wasl::exchange;

namespace {

const Instant now = parse_instant("2026-11-22T10:00:00Z").value();
const ClientId land{"MA", "GOV", "land-registry"}, taxes{"MA", "GOV", "taxes"};

// One empty page, as the drawing library writes it: a table of references at its end.
std::string one_page() {
    std::string out = "%PDF-1.5\n";
    std::vector<std::size_t> places;
    for (const auto* body : {"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [ 3 0 R ] /Count 1 >>",
                             "<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 9 9 ] >>"}) {
        places.push_back(out.size());
        out += fmt::format("{} 0 obj\n{}\nendobj\n", places.size(), body);
    }
    const auto table = out.size();
    out += fmt::format("xref\n0 {}\n0000000000 65535 f \n", places.size() + 1);
    for (const auto place : places) out += fmt::format("{:010} 00000 n \n", place);
    return out + fmt::format("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{}\n%%EOF\n", places.size() + 1, table);
}

struct Country {
    trust::KeyRing ring = trust::KeyRing::in_memory("conservation-fonciere", now).value();
    Snapshot registry;
    HeldDocument document{"T-1.pdf", signed_at(now)};

    Country() {
        registry.instance = "MA";
        registry.members = {{land, {}, {listed(MemberKeyUse::document)}, {}}, {taxes, {}, {}, {}}};
    }
    [[nodiscard]] MemberKey listed(MemberKeyUse use) const {
        const auto& key = ring.signer(trust::KeyUse::document, now).value()->public_key();
        return {key.thumbprint(), key.spki(), SignatureAlgorithm::ecdsa_p256_sha256, now.plus_seconds(-60), now.plus_seconds(60), use};
    }
    [[nodiscard]] std::string signed_at(Instant at) const {
        const auto signer = ring.signer(trust::KeyUse::document, now).value();
        return trust::sign_pdf(one_page(), *signer, ring.certificate(now).value(), {.member = ring.member(), .at = at}).value();
    }
    [[nodiscard]] std::string refusal(const ClientId& holder = land, Instant at = now) const {
        const auto good = check_signed_by(document, registry, holder, at);
        return good ? "" : good.error().key;
    }
};

}  // namespace

TEST_CASE("a document goes into an answer and comes out as it was; a byte changed on the way is seen") {
    const Country c;
    json::Object answer{{"holds", true}};
    put_document(answer, c.document);
    const auto text = json::write(answer);
    const auto back = document_in(json::parse(text).value());
    REQUIRE(back.has_value());
    REQUIRE(back->has_value());
    CHECK((*back)->bytes == c.document.bytes);
    CHECK((*back)->name == "T-1.pdf");
    const auto refused = [&](std::string_view from, std::string_view to) {
        const auto read = document_in(json::parse(replace_all(text, from, to)).value());
        return read ? std::string("taken") : read.error().key;
    };
    CHECK(refused("application/pdf", "text/html") == "evidence.document-malformed");
    CHECK(refused("\"content\":\"JVBE", "\"content\":\"JVBF") == "evidence.document-malformed");
    CHECK(refused("\"sha256\":\"", "\"sha256\":\"0") == "evidence.document-malformed");
    CHECK_FALSE(document_in(json::parse("{\"holds\":true}").value())->has_value());
}

TEST_CASE("a document counts when its holder signed it with a key that the registry lists for documents") {
    Country c;
    CHECK(c.refusal() == "");
    CHECK(c.refusal(taxes) == "evidence.document-signer");
    CHECK(c.refusal({"MA", "GOV", "nobody"}) == "evidence.document-signer");
    c.document.bytes = c.signed_at(now.plus_seconds(61));  // after the key's time
    CHECK(c.refusal() == "evidence.document-signer");
    c.document.bytes = c.signed_at(now);
    c.registry.members.front().keys.front().use = MemberKeyUse::message;
    CHECK(c.refusal() == "evidence.document-signer");
    c.registry.members.front().keys.front().use = MemberKeyUse::document;
    c.registry.revocations = {{c.listed(MemberKeyUse::document).id, now.plus_seconds(10), "key lost"}};
    CHECK(c.refusal(land, now.plus_seconds(9)) == "");
    CHECK(c.refusal(land, now.plus_seconds(10)) == "evidence.document-signer");
}

TEST_CASE("a document without a signature, or changed after it, is no evidence") {
    Country c;
    c.document.bytes = one_page();
    CHECK(c.refusal() == "evidence.document-unsigned");
    c.document.bytes = c.signed_at(now) + "\n";
    CHECK(c.refusal() == "evidence.document-unsigned");
    c.document.bytes = replace_all(c.signed_at(now), "[ 0 0 9 9 ]", "[ 0 0 8 8 ]");
    CHECK(c.refusal() == "evidence.document-unsigned");
}
