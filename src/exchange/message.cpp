#include "exchange/message.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

std::string_view trim_blanks(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t");
    if (from == std::string_view::npos) { return {}; }
    return text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

// obs-fold (RFC 9112 section 5.2): white space, CRLF, white space; one space instead.
std::string unfold(std::string_view value) {
    std::string out;
    for (std::size_t at = 0; at < value.size();) {
        const std::size_t blanks = std::min(value.find_first_not_of(" \t", at), value.size());
        const std::string_view rest = value.substr(blanks);
        const bool fold = rest.size() > 2 && rest.starts_with("\r\n") && (rest[2] == ' ' || rest[2] == '\t');
        if (fold) {
            out += ' ';
            at = std::min(value.find_first_not_of(" \t", blanks + 2), value.size());
        } else if (blanks > at) {
            out += value.substr(at, blanks - at);
            at = blanks;
        } else {
            out += value[at++];
        }
    }
    return out;
}

}  // namespace

MessageView::MessageView(const Message& message)
    : MessagePart{message.method, message.scheme, message.authority, message.target, message.status, &message.headers, &message.trailers} {
    if (message.request != nullptr) { request = MessageView(*message.request); }
}

std::vector<std::string> field_lines(const std::vector<HeaderLine>& lines, std::string_view name) {
    std::vector<std::string> out;
    for (const HeaderLine& line : lines) {
        if (!equals_ignoring_ascii_case(line.name, name)) { continue; }
        const bool folded = line.value.contains('\r');
        out.emplace_back(trim_blanks(folded ? unfold(line.value) : line.value));
    }
    return out;
}

bool append_field(std::string& out, const std::vector<HeaderLine>& lines, std::string_view name) {
    bool found = false;
    for (const HeaderLine& line : lines) {
        if (!equals_ignoring_ascii_case(line.name, name)) { continue; }
        if (found) { out += ", "; }
        found = true;
        if (line.value.contains('\r')) {
            out += trim_blanks(unfold(line.value));
        } else {
            out += trim_blanks(line.value);
        }
    }
    return found;
}

std::optional<std::string> combined_field(const std::vector<HeaderLine>& lines, std::string_view name) {
    std::optional<std::string> out(std::in_place);
    if (!append_field(*out, lines, name)) { out.reset(); }
    return out;
}

}  // namespace wasl::exchange
