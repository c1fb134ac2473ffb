#include "trust/pades.hpp"

#include "base/text.hpp"
#include "trust/impl/der.hpp"
#include "trust/impl/pdf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace wasl::trust {

namespace {

constexpr std::string_view marker = "\n%wasl-update-1\n";
constexpr std::string_view attachment_head = "<< /Type /EmbeddedFile /Subtype /application#2Fjson /Length ";
constexpr std::string_view range_head = " /ByteRange [0 ";
constexpr std::string_view contents_head = "] /Contents ";
constexpr std::size_t range_digits = 10;  // files up to 9.9 GB; width is fixed, so that offsets are known before
constexpr std::size_t most_attachment = 4U << 20U;

std::unexpected<Error> unsupported(std::string_view why) {
    return fail(Code::unsupported, "trust.pdf-unsupported", std::string(why));
}
std::unexpected<Error> malformed(std::string_view why) {
    return fail(Code::invalid, "trust.pdf-malformed", std::string(why));
}
std::unexpected<Error> changed(std::string_view why) {
    return fail(Code::invalid, "trust.pdf-changed", std::string(why));
}

std::string write_date(Instant at) {
    const auto utc = Zone::utc().local(at);
    return fmt::format("(D:{:04}{:02}{:02}{:02}{:02}{:02}Z)", utc.date.year, utc.date.month, utc.date.day, utc.hour,
                       utc.minute, utc.second);
}

Result<Instant> read_date(std::string_view text) {
    if (text.size() != 19 || !text.starts_with("(D:") || !text.ends_with("Z)")) {
        return malformed("/M");
    }
    const auto d = text.substr(3);
    return parse_instant(fmt::format("{}-{}-{}T{}:{}:{}Z", d.substr(0, 4), d.substr(4, 2), d.substr(6, 2), d.substr(8, 2),
                                     d.substr(10, 2), d.substr(12, 2)));
}

// The objects of one incremental update, with their places.
class Update {
public:
    Update(std::string_view before, std::uint32_t first_free) : base_(before.size()), next_(first_free) { out_ = marker; }
    std::uint32_t reserve() { return next_++; }
    void object(std::uint32_t number, std::string_view content) {
        offsets_[number] = base_ + out_.size();
        out_ += fmt::format("{} 0 obj\n{}\nendobj\n", number, content);
    }
    // Where in the whole file the next object begins.
    [[nodiscard]] std::uint64_t position() const { return base_ + out_.size(); }
    std::string finish(const pdf::File& file) {
        const auto table = position();
        out_ += "xref\n";
        for (auto entry = offsets_.begin(); entry != offsets_.end();) {
            auto end = entry;
            std::uint32_t count = 0;
            for (; end != offsets_.end() && end->first == entry->first + count; ++end) {
                ++count;
            }
            out_ += fmt::format("{} {}\n", entry->first, count);
            for (; entry != end; ++entry) {
                out_ += fmt::format("{:010} 00000 n \n", entry->second);
            }
        }
        out_ += fmt::format("trailer\n<< /Size {} /Root {}", next_, pdf::find(file.trailer(), "/Root"));
        for (const auto name : {std::string_view("/Info"), std::string_view("/ID")}) {
            if (const auto value = pdf::find(file.trailer(), name); !value.empty()) {
                out_ += fmt::format(" {} {}", name, value);
            }
        }
        out_ += fmt::format(" /Prev {} >>\nstartxref\n{}\n%%EOF\n", file.start_of_table(), table);
        return std::move(out_);
    }

private:
    std::uint64_t base_;
    std::uint32_t next_;
    std::string out_;
    std::map<std::uint32_t, std::uint64_t> offsets_;
};

// The dictionary written again without some of its names.
std::string rewrite(const pdf::Dictionary& dictionary, std::initializer_list<std::string_view> without) {
    std::string out = "<<";
    for (const auto& [name, value] : dictionary) {
        if (std::find(without.begin(), without.end(), name) == without.end()) {
            out += fmt::format(" {} {}", name, value);
        }
    }
    return out;
}

Result<std::uint32_t> first_page(const pdf::File& file, const pdf::Dictionary& catalog) {
    auto number = TRY(pdf::reference(pdf::find(catalog, "/Pages")));
    for (int depth = 0; depth < 16; ++depth) {
        const auto node = TRY(file.dictionary(number));
        if (pdf::find(node, "/Type") == "/Page") {
            return number;
        }
        const auto kids = TRY(pdf::parse_array(pdf::find(node, "/Kids")));
        if (kids.empty()) {
            return malformed("no page");
        }
        number = TRY(pdf::reference(kids.front()));
    }
    return malformed("page tree too deep");
}

// The page again, with our invisible field among its annotations.
Result<std::string> page_with_field(const pdf::File& file, std::uint32_t page, std::uint32_t field) {
    const auto dictionary = TRY(file.dictionary(page));
    auto annotations = pdf::find(dictionary, "/Annots");
    if (!annotations.empty() && !annotations.starts_with('[')) {
        const auto number = TRY(pdf::reference(annotations));
        annotations = TRY(file.object(number));
    }
    std::string list;
    if (!annotations.empty()) {
        for (const auto item : TRY(pdf::parse_array(annotations))) {
            list += fmt::format("{} ", item);
        }
    }
    return fmt::format("{} /Annots [{}{} 0 R] >>", rewrite(dictionary, {"/Annots"}), list, field);
}

// What the catalog says of the attachment, beside the names that were there.
Result<std::string> catalog_names(const pdf::File& file, const pdf::Dictionary& catalog, std::uint32_t file_spec) {
    std::string names = "<<";
    if (const auto existing = pdf::find(catalog, "/Names"); !existing.empty()) {
        const auto dictionary = TRY(file.resolve_dictionary(existing));
        if (!pdf::find(dictionary, "/EmbeddedFiles").empty()) {
            return unsupported("has attachments already");
        }
        names = rewrite(dictionary, {});
    }
    return fmt::format(" /Names {} /EmbeddedFiles << /Names [(wasl.json) {} 0 R] >> >> /AF [{} 0 R]", names, file_spec, file_spec);
}

struct Reserved {
    std::string bytes;            // the file with zeros where numbers and signature will stand
    std::uint64_t range = 0;      // where the first number of the ByteRange stands
    std::uint64_t contents = 0;   // where '<' stands
    std::uint64_t after = 0;      // after '>'
};

Result<Reserved> reserve_signature(std::string_view pdf_bytes, std::size_t hex_digits, const PadesOptions& options) {
    const auto file = TRY(pdf::File::parse(pdf_bytes));
    const auto root = TRY(pdf::reference(pdf::find(file.trailer(), "/Root")));
    const auto catalog = TRY(file.dictionary(root));
    if (!pdf::find(catalog, "/AcroForm").empty()) {
        return unsupported("has a form or a signature already");
    }
    const auto page = TRY(first_page(file, catalog));
    Update update(pdf_bytes, file.object_count());
    auto new_catalog = rewrite(catalog, {"/Names", "/AF"});
    if (!options.attachment.empty()) {
        const auto data = update.reserve();
        const auto spec = update.reserve();
        const auto size = options.attachment.size();
        update.object(data, fmt::format("{}{} /Params << /Size {} >> >>\nstream\n{}\nendstream", attachment_head, size, size,
                                        options.attachment));
        update.object(spec, fmt::format("<< /Type /Filespec /F (wasl.json) /UF (wasl.json) /AFRelationship /Data "
                                        "/EF << /F {} 0 R >> >>", data));
        new_catalog += TRY(catalog_names(file, catalog, spec));
    } else if (const auto names = pdf::find(catalog, "/Names"); !names.empty()) {
        new_catalog += fmt::format(" /Names {}", names);
    }
    const auto signature = update.reserve();
    const auto field = update.reserve();
    update.object(root, fmt::format("{} /AcroForm << /Fields [{} 0 R] /SigFlags 3 >> >>", new_catalog, field));
    update.object(page, TRY(page_with_field(file, page, field)));
    update.object(field, fmt::format("<< /Type /Annot /Subtype /Widget /FT /Sig /T (wasl) /F 132 /Rect [0 0 0 0] "
                                     "/P {} 0 R /V {} 0 R >>", page, signature));
    auto head = fmt::format("<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M {} /Name {}",
                            write_date(options.at), pdf::text_string(options.member));
    if (!options.reason.empty()) {
        head += fmt::format(" /Reason {}", pdf::text_string(options.reason));
    }
    head += range_head;
    Reserved out;
    const auto begin = update.position() + fmt::format("{} 0 obj\n", signature).size();
    out.range = begin + head.size();
    out.contents = out.range + 3 * range_digits + 2 + contents_head.size();
    out.after = out.contents + hex_digits + 2;
    update.object(signature, fmt::format("{}{:0{}} {:0{}} {:0{}}{}<{:0{}}> >>", head, 0, range_digits, 0, range_digits, 0,
                                         range_digits, contents_head, 0, hex_digits));
    out.bytes = std::string(pdf_bytes) + update.finish(file);
    return out;
}

Result<std::uint64_t> read_number(std::string_view bytes, std::uint64_t at) {
    const auto digits = bytes.substr(std::min<std::uint64_t>(at, bytes.size()), range_digits);
    const auto value = to_integer(digits);
    if (digits.size() != range_digits || !value || *value < 0 || fmt::format("{:010}", *value) != digits) {
        return changed("ByteRange");
    }
    return static_cast<std::uint64_t>(*value);
}

// The attachment stands first in the update, when there is one.
Result<std::string> read_attachment(std::string_view update) {
    const auto line = update.find('\n');  // "N 0 obj"
    if (line == std::string_view::npos || !update.substr(line + 1).starts_with(attachment_head)) {
        return std::string();
    }
    auto rest = update.substr(line + 1 + attachment_head.size());
    const auto space = rest.find(' ');
    const auto length = to_integer(rest.substr(0, space));
    if (space == std::string_view::npos || !length || *length < 0 || static_cast<std::uint64_t>(*length) > most_attachment) {
        return malformed("length of the attachment");
    }
    const auto tail = fmt::format(" /Params << /Size {} >> >>\nstream\n", *length);
    rest.remove_prefix(space);
    const auto size = static_cast<std::size_t>(*length);
    if (!rest.starts_with(tail) || !rest.substr(tail.size() + std::min(size, rest.size() - tail.size())).starts_with("\nendstream\nendobj\n")) {
        return malformed("attachment");
    }
    return std::string(rest.substr(tail.size(), size));
}

}  // namespace

bool is_drawn_by_us(std::string_view pdf) {
    const auto line = pdf.find('\n');  // "%PDF-1.5"
    return pdf.starts_with("%PDF-1.") && line < 16 && pdf.substr(line + 1).starts_with(drawn_mark);
}

Result<std::string> sign_pdf(std::string_view pdf, const Signer& signer, std::string_view certificate,
                             const PadesOptions& options) {
    const std::size_t hex_digits = 2 * (certificate.size() + 1'024);
    auto file = TRY(reserve_signature(pdf, hex_digits, options));
    const auto numbers = fmt::format("{:010} {:010} {:010}", file.contents, file.after, file.bytes.size() - file.after);
    file.bytes.replace(file.range, numbers.size(), numbers);
    const std::string_view bytes = file.bytes;
    const auto digest = sha256(bytes.substr(0, file.contents), bytes.substr(file.after));
    const auto hex = to_hex(TRY(make_cms(digest.view(), signer, certificate)));
    if (hex.size() > hex_digits) {
        return fail(Code::internal, "trust.sign-failed", "signature larger than its place");
    }
    file.bytes.replace(file.contents + 1, hex.size(), hex);
    return std::move(file.bytes);
}

Result<SignedPdf> read_signed_pdf(std::string_view pdf) {
    const auto begin = pdf.rfind(marker);
    const auto range = pdf.rfind(range_head);
    if (!pdf.starts_with("%PDF-1.") || begin == std::string_view::npos || range == std::string_view::npos || range < begin) {
        return fail(Code::invalid, "trust.pdf-unsigned", "no signature of ours");
    }
    const auto numbers = range + range_head.size();
    const auto contents = TRY(read_number(pdf, numbers));
    const auto after = TRY(read_number(pdf, numbers + range_digits + 1));
    const auto rest = TRY(read_number(pdf, numbers + 2 * (range_digits + 1)));
    if (pdf[numbers + range_digits] != ' ' || pdf[numbers + 2 * range_digits + 1] != ' ' ||
        contents != numbers + 3 * range_digits + 2 + contents_head.size() || after < contents + 2 || after > pdf.size() ||
        pdf.substr(numbers + 3 * range_digits + 2, contents_head.size()) != contents_head || pdf[contents] != '<' ||
        pdf[after - 1] != '>') {
        return changed("ByteRange leaves out more than the signature");
    }
    if (rest != pdf.size() - after || !pdf.ends_with("%%EOF\n")) {
        return changed("bytes were added after signing");
    }
    const auto padded = from_hex(pdf.substr(contents + 1, after - contents - 2));
    std::string_view remaining;
    if (padded) { remaining = *padded; }
    std::string_view inner;
    if (!padded || to_hex(*padded) != pdf.substr(contents + 1, after - contents - 2) ||
        !der::take(remaining, 0x30, inner) || remaining.find_first_not_of('\0') != std::string_view::npos) {
        return changed("the signature is no CMS");
    }
    const auto cms = std::string_view(*padded).substr(0, padded->size() - remaining.size());
    SignedPdf out;
    out.certificate = TRY(check_cms(cms, std::string(pdf.substr(0, contents)).append(pdf.substr(after))));
    const auto date = pdf.substr(begin, range - begin).rfind(" /M ");
    if (date == std::string_view::npos) {
        return malformed("/M");
    }
    out.at = TRY(read_date(pdf.substr(begin + date + 4, 19)));
    out.attachment = TRY(read_attachment(pdf.substr(begin + marker.size())));
    return out;
}

}  // namespace wasl::trust
