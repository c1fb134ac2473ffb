#include "paper/paper.hpp"

#include "paper/impl/sheet.hpp"

#include "base/text.hpp"
#include "paper/qr.hpp"

namespace wasl::paper {
namespace {

constexpr double large_scale = 18.0 / 10.5;

// Everything written on a paper, to check it once at the door.
std::vector<std::string_view> all_texts(const Paper& paper) {
    std::vector<std::string_view> out{paper.kind, paper.title, paper.reference, paper.banner, paper.page_words, paper.footer, paper.author};
    for (const auto* lines : {&paper.authority_ar, &paper.authority_fr, &paper.authority_zgh}) {
        out.insert(out.end(), lines->begin(), lines->end());
    }
    struct Collect {
        std::vector<std::string_view>& out;
        void operator()(const Heading& block) const { out.push_back(block.text); }
        void operator()(const Paragraph& block) const { out.push_back(block.text); }
        void operator()(const Rows& block) const {
            for (const Row& row : block.rows) {
                out.push_back(row.label);
                out.push_back(row.value);
            }
        }
        void operator()(const List& block) const { out.insert(out.end(), block.items.begin(), block.items.end()); }
        void operator()(const Notice& block) const {
            out.push_back(block.title);
            out.push_back(block.text);
        }
        void operator()(const Signature& block) const {
            out.insert(out.end(), {block.role, block.name, block.by, block.place_and_date});
        }
        void operator()(const Scan& block) const { out.insert(out.end(), {block.address, block.title, block.text}); }
    };
    for (const Block& block : paper.blocks) {
        std::visit(Collect{out}, block);
    }
    if (paper.verification) {
        const Verification& check = *paper.verification;
        out.insert(out.end(), {check.seal_text, check.title, check.explanation, check.address});
    }
    return out;
}

}  // namespace

Result<Pdf> render(const Paper& paper) {
    for (const std::string_view text : all_texts(paper)) {
        if (!is_utf8(text)) {
            return fail(Code::invalid, "paper.text-malformed");
        }
    }
    for (const Block& block : paper.blocks) {
        if (const auto* scan = std::get_if<Scan>(&block)) TRY(Qr::encode(scan->address));
    }
    if (!Typesetter::fonts_present()) {
        return fail(Code::unavailable, "paper.fonts-missing", "install the package fonts-noto-core");
    }
    const Typesetter typesetter(paper.language, paper.large_print ? large_scale : 1.0);
    return Sheet(paper, typesetter).draw();
}

}  // namespace wasl::paper
