#include "dossier/evidence.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace wasl::dossier {

std::string subject_key(std::string_view identifier_kind, std::string_view identifier) {
    std::string number;
    for (const char c : identifier) {
        if (c != ' ') number += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return number.empty() ? std::string() : std::string(identifier_kind) + ":" + number;
}

std::optional<std::string_view> media_type_of(std::string_view bytes) noexcept {
    using namespace std::string_view_literals;
    if (bytes.starts_with("%PDF-"sv)) return "application/pdf";
    if (bytes.starts_with("\xFF\xD8\xFF"sv)) return "image/jpeg";
    if (bytes.starts_with("\x89PNG\r\n\x1A\n"sv)) return "image/png";
    return std::nullopt;
}

namespace {

// The name is shown and offered for download: no path, no control characters, of a bounded length.
std::string safe_name(std::string_view name) {
    const auto slash = name.find_last_of("/\\");
    if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
    std::string out;
    for (std::size_t at = 0; at < name.size() && out.size() < 120;) {
        const char32_t c = next_code_point(name, at);
        const bool steers = c < 0x20 || c == 0x7F || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
                            (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0xFFFD;
        if (!steers) append_utf8(out, c);
    }
    return out.empty() || out == "." || out == ".." ? "file" : out;
}

}  // namespace

Result<Piece> uploaded_piece(std::string requirement, const std::string& name, std::string_view bytes) {
    if (bytes.empty()) return fail(Code::unprocessable, "upload.empty");
    if (bytes.size() > piece_limit) return fail(Code::too_large, "upload.too-large", std::to_string(bytes.size()));
    const auto type = media_type_of(bytes);
    if (!type) return fail(Code::unsupported, "upload.type", "neither PDF nor JPEG nor PNG by its content");
    return Piece{.requirement = std::move(requirement),
                 .name = safe_name(name),
                 .media_type = std::string(*type),
                 .bytes = bytes.size(),
                 .digest = sha256(bytes).hex(),
                 .source = Source::uploaded,
                 .verified = false};
}

}  // namespace wasl::dossier
