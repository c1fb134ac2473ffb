#include "trust/pades.hpp"

#include "trust/examples.hpp"
#include "trust/verify.hpp"

#include <cairo-pdf.h>
#include <cairo.h>
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

cairo_status_t collect(void* out, const unsigned char* bytes, unsigned int count) {
    static_cast<std::string*>(out)->append(reinterpret_cast<const char*>(bytes), count);
    return CAIRO_STATUS_SUCCESS;
}

// Two pages, with a link (annotations), a named destination (/Names) and structure, as our papers have.
std::string drawn_paper(bool rich) {
    std::string out;
    auto* surface = cairo_pdf_surface_create_for_stream(collect, &out, 300, 300);
    auto* context = cairo_create(surface);
    if (rich) {
        cairo_tag_begin(context, CAIRO_TAG_LINK, "rect=[10 40 80 20] uri='https://example.org'");
        cairo_tag_end(context, CAIRO_TAG_LINK);
        cairo_tag_begin(context, CAIRO_TAG_DEST, "name='a'");
        cairo_tag_end(context, CAIRO_TAG_DEST);
    }
    cairo_rectangle(context, 10, 90, 200, 50);  // no text: fonts are another module's
    cairo_stroke(context);
    cairo_show_page(context);
    cairo_show_page(context);
    cairo_destroy(context);
    cairo_surface_destroy(surface);
    return out;
}

std::string output_of(const std::string& command) {
    std::string out;
    auto* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::array<char, 512> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) {
        out += buffer.data();
    }
    ::pclose(pipe);
    return out;
}

}  // namespace

TEST_CASE("a drawn PDF is signed, keeps its bytes, carries its bundle and is valid") {
    const Examples example;
    for (const bool rich : {false, true}) {
        const auto drawn = drawn_paper(rich);
        const auto pdf = example.sign(drawn, example.paper_bundle());
        CHECK(pdf.starts_with(drawn));
        const auto read = read_signed_pdf(pdf);
        REQUIRE(read.has_value());
        CHECK(read->attachment == example.paper_bundle());
        CHECK(read->at == noon);
        CHECK(read->certificate == example.keys.certificate(noon).value());
        const auto seen = verify_file(pdf, example.trust);
        CHECK(seen.verdict == Verdict::valid);
        CHECK(seen.reference == example.reference);
        CHECK(verify_file(example.sign(drawn, example.no_decision_bundle()), example.trust).verdict == Verdict::valid);
        CHECK(verify_file(example.sign(drawn, ""), example.trust).verdict == Verdict::cannot_tell);
        CHECK(sign_pdf(pdf, *example.keys.signer(KeyUse::document, noon).value(), example.keys.certificate(noon).value(), {})
                  .error().key == "trust.pdf-unsupported");
        CHECK(verify_file(drawn, example.trust).verdict == Verdict::cannot_tell);
    }
}

TEST_CASE("a receipt's seal is found in its PDF, its bundle and its QR text") {
    const Examples example;
    CHECK(seal_from_file(example.sign(drawn_paper(true), example.paper_bundle())).value() == example.paper.seal);
    CHECK(seal_from_file(example.paper_bundle()).value() == example.paper.seal);
    CHECK(seal_from_file(example.url() + "\n").value() == example.paper.seal);
    CHECK(seal_from_file(example.no_decision_bundle()).error().key == "trust.no-seal");
    CHECK_FALSE(seal_from_file("nothing").has_value());
}

TEST_CASE("every byte of a signed PDF flipped is never valid") {
    const Examples example;
    const auto pdf = example.sign(drawn_paper(false), example.paper_bundle());
    // All of the update; of the drawn part every seventh byte, for time.
    const auto update = pdf.find("%wasl-update-1");
    for (std::size_t i = 0; i < pdf.size(); i += i < update ? 7 : (i % 97 == 0 ? 1 : 3)) {
        const auto seen = verify_file(flipped(pdf, i), example.trust);
        INFO("byte " << i);
        REQUIRE(seen.verdict != Verdict::valid);
    }
}

TEST_CASE("bytes added after signing, and a signature cut away, are noticed") {
    const Examples example;
    const auto pdf = example.sign(drawn_paper(true), example.paper_bundle());
    CHECK(read_signed_pdf(pdf + "\n").error().key == "trust.pdf-changed");
    CHECK(read_signed_pdf(pdf + "% a new update\n%%EOF\n").error().key == "trust.pdf-changed");
    CHECK(verify_file(pdf + "\n", example.trust).verdict == Verdict::invalid);
    CHECK(read_signed_pdf(pdf.substr(0, pdf.size() - 1)).error().key == "trust.pdf-changed");
    CHECK(read_signed_pdf("%PDF-1.4").error().key == "trust.pdf-unsigned");
    CHECK(verify_file(replace_all(pdf, "/ByteRange [0 ", "/ByteRange [1 "), example.trust).verdict == Verdict::invalid);
}

TEST_CASE("half a paper of ours is damaged, half a PDF of somebody else cannot be told") {
    const Examples example;
    auto drawn = drawn_paper(false);
    const auto comment = drawn.find('\n') + 1;
    const auto strange = example.sign(drawn, example.paper_bundle());
    CHECK(verify_file(strange.substr(0, drawn.size() / 2), example.trust).verdict == Verdict::cannot_tell);
    drawn.replace(comment, drawn_mark.size(), drawn_mark);
    const auto ours = example.sign(drawn, example.paper_bundle());
    CHECK(verify_file(ours, example.trust).verdict == Verdict::valid);
    for (std::size_t size = comment + drawn_mark.size(); size < ours.size(); size += 61) {
        INFO("first " << size << " bytes");
        if (size != drawn.size()) CHECK(verify_file(ours.substr(0, size), example.trust).verdict == Verdict::invalid);
    }
    CHECK(verify_file(drawn, example.trust).verdict == Verdict::cannot_tell);  // whole, and never signed
    CHECK(verify_file(ours.substr(ours.size() / 2), example.trust).verdict != Verdict::valid);
}

TEST_CASE("a PDF signed by another member, or outside its key's validity, does not count") {
    const Examples example;
    const auto other = KeyRing::in_memory("commune-agadir", noon).value();
    const auto sign_with = [&](const KeyRing& keys, Instant when) {
        return sign_pdf(drawn_paper(false), *keys.signer(KeyUse::document, noon).value(), keys.certificate(noon).value(),
                        {.member = "m", .reason = "", .at = when, .attachment = example.paper_bundle()}).value();
    };
    CHECK(verify_file(sign_with(other, noon), example.trust).verdict == Verdict::invalid);
    auto both = example.trust;
    both.add(other.public_keys());
    CHECK(verify_file(sign_with(other, noon), both).verdict == Verdict::invalid);
    CHECK(verify_file(sign_with(example.keys, noon.plus_seconds(-86'400)), example.trust).verdict == Verdict::invalid);
}

TEST_CASE("a PDF that we cannot extend is refused and not harmed") {
    const Examples example;
    const auto signer = example.keys.signer(KeyUse::document, noon).value();
    const auto certificate = example.keys.certificate(noon).value();
    const auto drawn = drawn_paper(false);
    const auto refused = [&](const std::string& pdf) { return sign_pdf(pdf, *signer, certificate, {}).error().key; };
    CHECK(refused("") == "trust.pdf-malformed");
    CHECK(refused("%PDF-1.5\nstartxref\n9\n%%EOF\n") == "trust.pdf-unsupported");
    CHECK(refused(drawn.substr(0, drawn.size() / 2)) == "trust.pdf-malformed");
    CHECK(refused(replace_all(drawn, "/Root", "/Boot")) == "trust.pdf-malformed");
    CHECK(refused(replace_all(drawn, "/Kids", "/Sons")) == "trust.pdf-malformed");
}

TEST_CASE("pdfsig finds the signature valid and covering the whole document, with an Arabic name too") {
    if (std::system("command -v pdfsig > /dev/null 2>&1") != 0) {
        MESSAGE("skipped: pdfsig (poppler-utils) is not installed");
        return;
    }
    const Examples example;
    const TemporaryFolder folder;
    const auto file = folder.path() / "paper.pdf";
    const auto signer = example.keys.signer(KeyUse::document, noon).value();
    std::ofstream(file, std::ios::binary)
        << sign_pdf(drawn_paper(true), *signer, example.keys.certificate(noon).value(),
                    {.member = "جماعة تامري", .reason = "receipt (1)", .at = noon, .attachment = example.paper_bundle()}).value();
    const auto report = output_of("pdfsig '" + file.string() + "'");
    INFO(report);
    CHECK(report.find("Signature Validation: Signature is Valid.") != std::string::npos);
    CHECK(report.find("Total document signed") != std::string::npos);
    CHECK(report.find("ETSI.CAdES.detached") != std::string::npos);
    const auto detached = output_of("pdfdetach -list '" + file.string() + "'");
    CHECK(detached.find("wasl.json") != std::string::npos);
}
