#include "paper/qr.hpp"
#include "paper/samples_test.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#endif
#include <ZXing/ReadBarcode.h>
#include <ZXing/TextUtfEncoding.h>
#if defined(__clang__)
#pragma clang diagnostic pop
#endif

namespace {

using wasl::paper::Qr;

std::string read_back(const Qr& qr) {
    const int scale = 3, side = (qr.size() + 2 * wasl::paper::quiet_zone) * scale;
    std::vector<std::uint8_t> pixels(static_cast<std::size_t>(side) * static_cast<std::size_t>(side), 255);
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x) {
            const int column = x / scale - wasl::paper::quiet_zone, row = y / scale - wasl::paper::quiet_zone;
            if (column >= 0 && row >= 0 && column < qr.size() && row < qr.size() && qr.dark(column, row)) {
                pixels[static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x)] = 0;
            }
        }
    }
    const auto result = ZXing::ReadBarcode(ZXing::ImageView(pixels.data(), side, side, ZXing::ImageFormat::Lum));
    return ZXing::TextUtfEncoding::ToUtf8(result.text());
}

}  // namespace

TEST_CASE("what is written as a code is read back by a reader that is not ours") {
    for (const std::string& text : {wasl::paper::samples::seal, std::string("https://wasl.example.ma/f/K7QF-9M2X"), std::string("1"),
                                    wasl::paper::samples::seal + std::string(480 - wasl::paper::samples::seal.size(), 'Z')}) {
        const auto qr = Qr::encode(text);
        REQUIRE(qr);
        CHECK(read_back(*qr) == text);
    }
}

TEST_CASE("a seal of 480 characters stays small enough to be scanned from paper") {
    const auto qr = Qr::encode(wasl::paper::samples::seal + std::string(480 - wasl::paper::samples::seal.size(), 'Z'));
    REQUIRE(qr);
    CHECK(qr->size() <= 89);  // version 18; 0.4 mm a module on our papers
}

TEST_CASE("a code for pages: PNG, and SVG without script, style or open quotes") {
    const auto qr = Qr::encode("https://wasl.example.ma/v/ABC");
    REQUIRE(qr);
    CHECK(qr->png().starts_with("\x89PNG\r\n"));
    const std::string svg = qr->svg("Code <de> \"vérification\" & sceau");
    CHECK(svg.find("aria-label=\"Code &lt;de&gt; &quot;vérification&quot; &amp; sceau\"") != std::string::npos);
    CHECK(svg.find("style") == std::string::npos);
    CHECK(svg.starts_with("<svg "));
    CHECK(svg.ends_with("</svg>"));
}

TEST_CASE("nothing and too much cannot be written as a code") {
    CHECK(Qr::encode("").error().key == "paper.qr-empty");
    CHECK(Qr::encode(std::string_view("a\0b", 3)).error().key == "paper.qr-empty");
    CHECK(Qr::encode(std::string(3000, 'x')).error().key == "paper.qr-too-long");
}

TEST_CASE("a code to scan is printed on the paper so large that a reader finds it at 150 points an inch") {
    if (std::system("command -v pdftoppm >/dev/null 2>&1") != 0) {
        MESSAGE("skipped: poppler-utils is not installed");
        return;
    }
    const std::string address = "https://wasl.example.ma/fr/pay/commune-tamri/12345678901234";
    for (const auto language : {wasl::lingua::Language::ar, wasl::lingua::Language::fr}) {
        auto paper = wasl::paper::samples::letterhead(language);
        paper.blocks = {wasl::paper::Scan{address, "Payer", "Scannez."}};
        const auto file = std::filesystem::temp_directory_path() / ("wasl-scan" + std::to_string(getpid()) + ".pdf");
        std::ofstream(file, std::ios::binary) << wasl::paper::render(paper).value().bytes;
        std::string picture;
        FILE* pipe = popen(("pdftoppm -gray -r 150 -singlefile '" + file.string() + "'").c_str(), "r");
        REQUIRE(pipe != nullptr);
        std::array<char, 65'536> part{};
        for (std::size_t got = 0; (got = std::fread(part.data(), 1, part.size(), pipe)) > 0;) picture.append(part.data(), got);
        pclose(pipe);
        std::filesystem::remove(file);
        int width = 0, height = 0, most = 0, head = 0;
        REQUIRE(std::sscanf(picture.c_str(), "P5 %d %d %d%n", &width, &height, &most, &head) == 3);
        const auto* pixels = reinterpret_cast<const std::uint8_t*>(picture.data()) + head + 1;
        const auto found = ZXing::ReadBarcode(ZXing::ImageView(pixels, width, height, ZXing::ImageFormat::Lum));
        CHECK(ZXing::TextUtfEncoding::ToUtf8(found.text()) == address);
    }
}
