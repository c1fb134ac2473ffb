#include "paper/paper.hpp"
#include "paper/impl/text.hpp"
#include "paper/samples_test.hpp"

#include "trust/pades.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

namespace {

using namespace wasl;
using namespace wasl::paper;

std::string output_of(const std::string& command) {
    std::string out;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    REQUIRE(pipe != nullptr);
    std::array<char, 4096> part{};
    for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) {
        out.append(part.data(), got);
    }
    pclose(pipe);
    return out;
}

bool have(const char* program) { return std::system((std::string("command -v ") + program + " >/dev/null 2>&1").c_str()) == 0; }

// The PDF as a file for the time of a question; kept where WASL_KEEP_PAPERS points, to be looked at.
std::string ask(const Pdf& pdf, const std::string& name, const std::string& command) {
    const char* kept = std::getenv("WASL_KEEP_PAPERS");
    const auto path = kept != nullptr ? std::filesystem::path(kept) / (name + ".pdf")
                                      : std::filesystem::temp_directory_path() / ("wasl-" + name + std::to_string(getpid()) + ".pdf");
    std::ofstream(path, std::ios::binary) << pdf.bytes;
    std::string out = command.empty() ? "" : output_of(command + " '" + path.string() + (command.starts_with("pdftotext") ? "' -" : "'"));
    if (kept == nullptr) {
        std::filesystem::remove(path);
    }
    return out;
}

Pdf drawn(const Paper& paper) {
    auto pdf = render(paper);
    REQUIRE_MESSAGE(pdf, (pdf ? std::string() : pdf.error().key + " " + pdf.error().detail));
    return std::move(*pdf);
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("paper.qr-too-long: a code to scan is refused before anything is drawn") {
    Paper paper = samples::letterhead(lingua::Language::fr);
    paper.blocks = {Scan{std::string(5000, 'a'), "Payer", "Scannez."}};
    CHECK(render(paper).error().key == "paper.qr-too-long");
}

TEST_CASE("a receipt in Arabic, a refusal in French, an extract in Tamazight are one page each") {
    for (const auto& [name, paper] : {std::pair{"receipt-ar", samples::receipt_ar()}, {"refusal-fr", samples::refusal_fr()},
                                      {"extract-zgh", samples::extract_zgh()}}) {
        const Pdf pdf = drawn(paper);
        CHECK(pdf.pages == 1);
        CHECK(pdf.bytes.starts_with("%PDF-1.5"));
        CHECK(pdf.bytes.find(trust::drawn_mark) == std::string_view("%PDF-1.5\n").size());
        CHECK(pdf.bytes.ends_with("%%EOF\n"));
        if (have("pdfinfo")) {
            const std::string info = ask(pdf, name, "pdfinfo");
            CHECK(contains(info, "A4"));
            CHECK(contains(info, "Tagged:          yes"));
            CHECK_FALSE(contains(info, "Error"));
            CHECK_FALSE(contains(info, "Warning"));
        }
    }
}

TEST_CASE("the text of a paper can be read back, searched and read aloud") {
    if (!have("pdftotext")) {
        MESSAGE("skipped: poppler-utils is not installed");
        return;
    }
    const std::string french = ask(drawn(samples::refusal_fr()), "text-fr", "pdftotext -layout");
    CHECK(contains(french, "Refus du permis de construire"));
    CHECK(contains(french, "commune-tamri/0/2026/000123"));
    CHECK(contains(french, "Page 1 / 1"));
    const std::string tamazight = ask(drawn(samples::extract_zgh()), "text-zgh", "pdftotext -layout");
    CHECK(contains(tamazight, "ⵜⴰⵙⵓⵎⵜ ⵏ ⵓⵙⴽⴽⵉⵏ ⵏ ⵜⵍⴰⵍⵉⵜ"));
    const std::string arabic = ask(drawn(samples::receipt_ar()), "text-ar", "pdftotext -layout");
    CHECK(contains(arabic, "رخصة البناء"));
    CHECK(contains(arabic, "JB123456"));
}

TEST_CASE("the file tells its language, its title and its structure") {
    const Pdf pdf = drawn(samples::receipt_ar());
    CHECK(contains(pdf.bytes, "/Lang (ar)"));
    CHECK(contains(pdf.bytes, "/DisplayDocTitle true"));
    CHECK(contains(pdf.bytes, "/MarkInfo"));
    for (const char* element : {"/H1", "/H2", "/P", "/Table", "/TH", "/TD", "/LI", "/Figure"}) {
        CHECK_MESSAGE(contains(pdf.bytes, std::string("/S ") + element), element);
    }
}

TEST_CASE("the same paper gives the same bytes, whatever was drawn before and on every thread") {
    const std::string first = drawn(samples::receipt_ar()).bytes;
    drawn(samples::extract_zgh());
    CHECK(drawn(samples::receipt_ar()).bytes == first);
    std::array<std::string, 3> others;
    {
        std::vector<std::jthread> threads;
        for (std::string& other : others) {
            threads.emplace_back([&other] {
                for (int round = 0; round < 3; ++round) {
                    other = render(samples::receipt_ar()).value_or(Pdf{}).bytes;
                }
            });
        }
    }
    for (const std::string& other : others) {
        CHECK(other == first);
    }
    CHECK(contains(first, "/CreationDate (20261118"));
}

TEST_CASE("a long decision breaks between its lines and repeats its title and reference") {
    const Pdf pdf = drawn(samples::long_decision());
    CHECK(pdf.pages >= 3);
    if (have("pdftotext")) {
        const std::string text = ask(pdf, "long", "pdftotext -layout");
        CHECK(contains(text, "Article 30."));
        CHECK(contains(text, "Page 3 / " + std::to_string(pdf.pages)));
    }
}

TEST_CASE("large print has larger letters and more pages, and the banner of the demonstration") {
    const Pdf pdf = drawn(samples::receipt_large_print());
    CHECK(pdf.pages >= 2);
    ask(pdf, "large-ar", "");
}

TEST_CASE("a row higher than a page and a word wider than a line are divided, not lost") {
    Paper paper = samples::refusal_fr();
    std::string tall;
    for (int line = 0; line < 120; ++line) {
        tall += "ligne " + std::to_string(line) + "\n";
    }
    paper.blocks = {Rows{{{"Long", tall}, {std::string(300, 'W'), std::string(2000, 'x')}}}, Notice{"", tall, true}, List{{tall}, false}};
    const Pdf pdf = drawn(paper);
    CHECK(pdf.pages >= 5);
    paper.blocks.clear();
    CHECK(drawn(paper).pages == 1);
}

TEST_CASE("text that is not UTF-8 and a seal that fits no code are refused") {
    Paper paper = samples::refusal_fr();
    paper.blocks.emplace_back(Paragraph{"broken \xC3"});
    CHECK(render(paper).error().key == "paper.text-malformed");
    paper = samples::refusal_fr();
    paper.verification->seal_text = std::string(5000, 'a');
    CHECK(render(paper).error().key == "paper.qr-too-long");
    paper = samples::refusal_fr();
    std::string endless;
    for (int line = 0; line < 12'000; ++line) {
        endless += "ligne\n";
    }
    paper.blocks = {Paragraph{endless}};
    CHECK(render(paper).error().key == "paper.too-long");
}

TEST_CASE("control characters and quotes in an address do no harm") {
    Paper paper = samples::refusal_fr();
    paper.title = "Titre\x01 avec\ttout (parenthèses) \\ et /Lang";
    paper.verification->address = "https://wasl.example.ma/v?x='a' uri='b'";
    CHECK(drawn(paper).pages == 1);
}

TEST_CASE("numbers with marks and addresses are steady words: never turned round, never broken") {
    CHECK(with_steady_words("المرسوم 2-22-141.") == "المرسوم \u20662-22-141\u2069.");
    CHECK(with_steady_words("يوم 03/11/2026، على +212-600") == "يوم \u206603/11/2026\u2069، على \u2066+212-600\u2069");
    CHECK(with_steady_words("https://wasl.example.ma/v a@b.ma") == "\u2066https://wasl.example.ma/v\u2069 \u2066a@b.ma\u2069");
    CHECK(with_steady_words("vice-président 12 - R+1 ...") == "vice-président 12 - \u2066R+1\u2069 ...");
    CHECK(steady_words("").empty());
}

TEST_CASE("labels with follow-up codes: eight on a sheet") {
    std::vector<Label> labels(9, {"جماعة تامري", "نسخة موجزة من رسم الولادة", "commune-tamri/0/2026/000123", "K7QF-9M2X",
                                  "تتبعوا طلبكم بإدخال هذا الرمز في العنوان: \u2068https://wasl.example.ma/f\u2069", "https://wasl.example.ma/f/K7QF-9M2X"});
    const auto pdf = render_labels(labels, lingua::Language::ar, {});
    REQUIRE(pdf);
    CHECK(pdf->pages == 2);
    ask(*pdf, "labels", "");
    CHECK(render_labels({}, lingua::Language::ar, {}).error().key == "paper.too-long");
}

TEST_CASE("a page takes a few milliseconds") {
    drawn(samples::receipt_ar());  // fonts are read once
    const auto start = std::chrono::steady_clock::now();
    constexpr int rounds = 20;
    for (int round = 0; round < rounds; ++round) {
        drawn(samples::receipt_ar());
    }
    const auto spent = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / rounds;
    MESSAGE("a receipt: " << spent << " ms, " << drawn(samples::receipt_ar()).bytes.size() / 1024 << " KB");
    CHECK(spent < 500);  // a bound for instrumented builds on a busy machine; the figure is in the message
}
