#include "paper/impl/finish.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "trust/pades.hpp"

#include <fmt/format.h>

#include <optional>

namespace wasl::paper {
namespace {

std::unexpected<Error> unexpected_shape(std::string what) { return fail(Code::internal, "paper.failed", "pdf: " + std::move(what)); }

// The decimal number at a place, after blanks; nothing when there is none.
std::optional<std::size_t> number_after(std::string_view pdf, std::size_t at) {
    while (at < pdf.size() && (pdf[at] == ' ' || pdf[at] == '\n')) {
        ++at;
    }
    const std::size_t end = pdf.find_first_not_of("0123456789", at);
    const auto number = to_integer(pdf.substr(at, end == std::string_view::npos ? end : end - at));
    return number ? std::optional(static_cast<std::size_t>(*number)) : std::nullopt;
}

}  // namespace

Result<std::string> finish_pdf(std::string pdf, std::string_view language) {
    const std::size_t catalogue = pdf.rfind("<< /Type /Catalog");
    const std::size_t start = pdf.rfind("startxref");
    if (catalogue == std::string::npos || start == std::string::npos) {
        return unexpected_shape("no catalogue or no startxref");
    }
    const auto table = number_after(pdf, start + 9);
    if (!table || *table >= pdf.size() || pdf.compare(*table, 5, "xref\n") != 0 || catalogue > *table) {
        return unexpected_shape("no classic cross-reference table");
    }
    // The comment after the header, of the same length: a PDF that breaks off is still known as ours.
    const std::size_t comment = pdf.find('\n') + 1;
    if (pdf.compare(comment, 1, "%") == 0 && pdf.find('\n', comment) == comment + trust::drawn_mark.size() - 1) {
        pdf.replace(comment, trust::drawn_mark.size(), trust::drawn_mark);
    }
    const Digest digest = sha256(pdf);
    const std::string added = fmt::format("\n   /Lang ({})\n   /ViewerPreferences << /DisplayDocTitle true >>", language);
    const std::size_t insert_at = catalogue + std::string_view("<< /Type /Catalog").size();
    // "xref\n0 N\n", then N entries of twenty bytes: "0000000015 00000 n \n".
    const std::size_t count_line = *table + 5;
    const std::size_t first_entry = pdf.find('\n', count_line) + 1;
    const auto count = number_after(pdf, pdf.find(' ', count_line));
    if (!count || first_entry + *count * 20 > pdf.size()) {
        return unexpected_shape("a short cross-reference table");
    }
    for (std::size_t entry = 0; entry < *count; ++entry) {
        const std::size_t at = first_entry + entry * 20;
        const auto offset = number_after(pdf, at);
        if (offset && *offset > insert_at) {
            pdf.replace(at, 10, fmt::format("{:010}", *offset + added.size()));
        }
    }
    const std::string identifier = to_hex(digest.view().substr(0, 16));
    const std::size_t trailer = pdf.find("trailer\n<<", *table);
    if (trailer == std::string::npos) {
        return unexpected_shape("no trailer");
    }
    pdf.replace(pdf.rfind("startxref"), std::string::npos, fmt::format("startxref\n{}\n%%EOF\n", *table + added.size()));
    pdf.insert(trailer + std::string_view("trailer\n<<").size(), fmt::format(" /ID [<{0}> <{0}>]\n  ", identifier));
    pdf.insert(insert_at, added);
    return pdf;
}

}  // namespace wasl::paper
