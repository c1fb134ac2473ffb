#include "trust/impl/pdf.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace wasl::trust::pdf {

namespace {

constexpr int most_depth = 32;
constexpr std::uint32_t most_objects = 1'000'000;

std::unexpected<Error> malformed(std::string_view why) {
    return fail(Code::invalid, "trust.pdf-malformed", std::string(why));
}

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0'; }
bool is_delimiter(char c) { return std::string_view("()<>[]{}/%").find(c) != std::string_view::npos; }

// Moves through one token after another.
class Scanner {
public:
    Scanner(std::string_view text, std::size_t at) : text_(text), at_(at) {}
    [[nodiscard]] std::size_t at() const { return at_; }
    [[nodiscard]] bool ended() const { return at_ >= text_.size(); }
    [[nodiscard]] bool sees(std::string_view what) const {
        return at_ <= text_.size() && text_.substr(at_).starts_with(what);
    }
    void skip_blanks() {
        while (!ended() && (is_blank(text_[at_]) || text_[at_] == '%')) {
            if (text_[at_] == '%') {
                while (!ended() && text_[at_] != '\n' && text_[at_] != '\r') {
                    ++at_;
                }
            } else {
                ++at_;
            }
        }
    }
    bool take(std::string_view what) {
        skip_blanks();
        if (!sees(what)) {
            return false;
        }
        at_ += what.size();
        return true;
    }
    // A run of regular characters.
    std::string_view word() {
        skip_blanks();
        const auto from = at_;
        while (!ended() && !is_blank(text_[at_]) && !is_delimiter(text_[at_])) {
            ++at_;
        }
        return text_.substr(from, at_ - from);
    }
    Result<std::uint64_t> number() {
        const auto digits = word();
        std::uint64_t value = 0;
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (digits.empty() || problem != std::errc() || end != digits.data() + digits.size()) {
            return malformed("number expected at " + std::to_string(at_));
        }
        return value;
    }
    // Any object; gives its text. A reference "N G R" is one value.
    Result<std::string_view> value(int depth = 0) {
        skip_blanks();
        const auto from = at_;
        if (ended() || depth > most_depth) {
            return malformed("value expected");
        }
        const char c = text_[at_];
        if (sees("<<")) {
            at_ += 2;
            TRY(until(">>", depth));
        } else if (c == '[') {
            ++at_;
            TRY(until("]", depth));
        } else if (c == '(') {
            TRY(literal());
        } else if (c == '<') {
            at_ = std::min(text_.find('>', at_), text_.size());
            ++at_;
        } else if (c == '/') {
            ++at_;
            word();
        } else if (word().empty()) {
            return malformed("value expected at " + std::to_string(at_));
        } else if (c >= '0' && c <= '9') {
            try_reference();
        }
        if (at_ > text_.size()) {
            return malformed("value without end");
        }
        return text_.substr(from, at_ - from);
    }

private:
    Result<void> until(std::string_view close, int depth) {
        for (;;) {
            if (take(close)) {
                return {};
            }
            TRY(value(depth + 1));
        }
    }
    Result<void> literal() {
        int open = 0;
        for (; !ended(); ++at_) {
            const char c = text_[at_];
            if (c == '\\') {
                ++at_;
            } else if (c == '(') {
                ++open;
            } else if (c == ')' && --open == 0) {
                ++at_;
                return {};
            }
        }
        return malformed("string without end");
    }
    void try_reference() {
        auto ahead = *this;
        const auto generation = ahead.word();
        if (!generation.empty() && std::ranges::all_of(generation, [](char c) { return c >= '0' && c <= '9'; }) &&
            ahead.word() == "R") {
            at_ = ahead.at_;
        }
    }
    std::string_view text_;
    std::size_t at_;
};

}  // namespace

Result<Dictionary> parse_dictionary(std::string_view text) {
    Scanner in(text, 0);
    if (!in.take("<<")) {
        return malformed("dictionary expected");
    }
    Dictionary out;
    while (!in.take(">>")) {
        const auto name = TRY(in.value());
        if (!name.starts_with('/')) {
            return malformed("name expected");
        }
        const auto value = TRY(in.value());
        out.emplace_back(name, value);
    }
    return out;
}

std::string_view find(const Dictionary& dictionary, std::string_view name) {
    for (const auto& [key, value] : dictionary) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

Result<std::uint32_t> reference(std::string_view value) {
    Scanner in(value, 0);
    const auto number = TRY(in.number());
    const auto generation = TRY(in.number());
    if (number == 0 || number > most_objects || generation != 0 || in.word() != "R") {
        return malformed("reference expected");
    }
    return static_cast<std::uint32_t>(number);
}

Result<std::vector<std::string_view>> parse_array(std::string_view text) {
    Scanner in(text, 0);
    if (!in.take("[")) {
        return malformed("array expected");
    }
    std::vector<std::string_view> out;
    while (!in.take("]")) {
        out.push_back(TRY(in.value()));
    }
    return out;
}

Result<File> File::parse(std::string_view bytes) {
    if (!bytes.starts_with("%PDF-1.")) {
        return malformed("no PDF");
    }
    const auto found = bytes.rfind("startxref");
    if (found == std::string_view::npos || bytes.size() - found > 1024) {
        return malformed("no startxref at the end");
    }
    File file;
    file.bytes_ = bytes;
    Scanner in(bytes, found + 9);
    file.start_ = TRY(in.number());
    TRY(file.read_table(file.start_, 0));
    if (!find(file.trailer_, "/Encrypt").empty()) {
        return fail(Code::unsupported, "trust.pdf-unsupported", "encrypted");
    }
    const auto size = find(file.trailer_, "/Size");
    const auto count = TRY(Scanner(size, 0).number());
    if (count == 0 || count > most_objects) {
        return malformed("/Size");
    }
    file.count_ = static_cast<std::uint32_t>(count);
    return file;
}

Result<void> File::read_table(std::uint64_t at, int depth) {
    if (at >= bytes_.size() || depth > most_depth) {
        return malformed("cross-reference table out of the file");
    }
    Scanner in(bytes_, at);
    if (!in.take("xref")) {
        return fail(Code::unsupported, "trust.pdf-unsupported", "cross-reference stream");
    }
    while (!in.take("trailer")) {
        const auto first = TRY(in.number());
        const auto count = TRY(in.number());
        if (first + count > most_objects) {
            return malformed("cross-reference section");
        }
        for (std::uint64_t i = 0; i < count; ++i) {
            const auto offset = TRY(in.number());
            TRY(in.number());
            const auto type = in.word();
            if (type == "n") {
                offsets_.try_emplace(static_cast<std::uint32_t>(first + i), offset);  // the newest table is read first
            } else if (type != "f") {
                return malformed("cross-reference entry");
            }
        }
    }
    in.skip_blanks();
    const auto trailer = TRY(parse_dictionary(bytes_.substr(in.at())));
    if (trailer_.empty()) {
        trailer_ = trailer;
    }
    if (const auto before = find(trailer, "/Prev"); !before.empty()) {
        const auto where = TRY(Scanner(before, 0).number());
        return read_table(where, depth + 1);
    }
    return {};
}

Result<std::string_view> File::object(std::uint32_t number) const {
    const auto found = offsets_.find(number);
    if (found == offsets_.end() || found->second >= bytes_.size()) {
        return malformed("object " + std::to_string(number) + " is missing");
    }
    Scanner in(bytes_, found->second);
    const auto seen = TRY(in.number());
    TRY(in.number());
    if (seen != number || !in.take("obj")) {
        return malformed("object " + std::to_string(number) + " is elsewhere");
    }
    return bytes_.substr(in.at());
}

Result<Dictionary> File::dictionary(std::uint32_t number) const { return parse_dictionary(TRY(object(number))); }

Result<Dictionary> File::resolve_dictionary(std::string_view value) const {
    if (value.starts_with("<<")) {
        return parse_dictionary(value);
    }
    return dictionary(TRY(reference(value)));
}

std::string text_string(std::string_view utf8) {
    const bool ascii = std::ranges::all_of(utf8, [](char c) { return c >= 0x20 && c < 0x7F; });
    if (ascii) {
        auto escaped = replace_all(std::string(utf8), "\\", "\\\\");
        escaped = replace_all(replace_all(std::move(escaped), "(", "\\("), ")", "\\)");
        return "(" + escaped + ")";
    }
    std::string hex = "<FEFF";
    for (std::size_t at = 0; at < utf8.size();) {
        const auto point = static_cast<std::uint32_t>(next_code_point(utf8, at));
        if (point < 0x10000) {
            hex += fmt::format("{:04X}", point);
        } else {
            hex += fmt::format("{:04X}{:04X}", 0xD800U + ((point - 0x10000U) >> 10U), 0xDC00U + ((point - 0x10000U) & 0x3FFU));
        }
    }
    return hex + ">";
}

}  // namespace wasl::trust::pdf
