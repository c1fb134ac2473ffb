// Reading (RFC 9651 section 4.2).
#include "exchange/structured_fields.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace wasl::exchange::sf {

namespace {

constexpr std::size_t field_limit = 64 * 1024;
constexpr std::size_t member_limit = 1024;  // of a list or dictionary
constexpr std::size_t inner_limit = 256;    // of an inner list
constexpr std::size_t parameter_limit = 256;
constexpr std::size_t key_limit = 64;
constexpr std::size_t string_limit = 1024;
constexpr std::size_t token_limit = 512;
constexpr std::size_t bytes_limit = 16384;

std::unexpected<Error> malformed(std::string detail) {
    return fail(Code::invalid, "exchange.field-malformed", std::move(detail));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alpha(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }
bool is_token_char(char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~:/").contains(c);
}
int lower_hex(char c) {
    if (is_digit(c)) { return c - '0'; }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    Result<void> begin() {
        if (text_.size() > field_limit) { return malformed("more than 64 KB"); }
        skip_spaces();
        return {};
    }
    Result<void> finish() {
        skip_spaces();
        return empty() ? Result<void>() : malformed("something after the end at byte " + std::to_string(at_));
    }
    [[nodiscard]] bool empty() const { return at_ == text_.size(); }

    Result<Item> item() {
        Item out{TRY(bare_item()), {}};
        out.parameters = TRY(parameters());
        return out;
    }
    Result<Member> member() {
        if (peek('(')) { return Member(TRY(inner_list())); }
        return Member(TRY(item()));
    }
    Result<std::string> key() {
        if (empty() || !(is_lower(text_[at_]) || text_[at_] == '*')) { return malformed("a key was expected"); }
        const std::size_t from = at_;
        while (!empty() && (is_lower(text_[at_]) || is_digit(text_[at_]) || std::string_view("_-.*").contains(text_[at_]))) { ++at_; }
        if (at_ - from > key_limit) { return malformed("key too long"); }
        return std::string(text_.substr(from, at_ - from));
    }
    Result<Parameters> parameters() {
        Parameters out;
        while (take(';')) {
            skip_spaces();
            std::string name = TRY(key());
            BareItem value = true;
            if (take('=')) { value = TRY(bare_item()); }
            out.set(std::move(name), std::move(value));
            if (out.size() > parameter_limit) { return malformed("too many parameters"); }
        }
        return out;
    }
    // After a member: the end (false), or a comma and something after it (true).
    Result<bool> next_member(std::size_t count) {
        skip_blanks();
        if (empty()) { return false; }
        if (!take(',')) { return malformed("a comma was expected at byte " + std::to_string(at_)); }
        skip_blanks();
        if (empty()) { return malformed("a comma at the end"); }
        if (count >= member_limit) { return malformed("too many members"); }
        return true;
    }
    bool take(char c) {
        if (!peek(c)) { return false; }
        ++at_;
        return true;
    }

private:
    [[nodiscard]] bool peek(char c) const { return !empty() && text_[at_] == c; }
    void skip_spaces() { while (peek(' ')) { ++at_; } }
    void skip_blanks() { while (peek(' ') || peek('\t')) { ++at_; } }

    Result<InnerList> inner_list() {
        ++at_;  // '('
        InnerList out;
        out.items.reserve(16);
        while (!empty()) {
            skip_spaces();
            if (take(')')) {
                out.parameters = TRY(parameters());
                return out;
            }
            if (out.items.size() == inner_limit) { return malformed("inner list too long"); }
            out.items.push_back(TRY(item()));
            if (!peek(' ') && !peek(')')) { return malformed("a space or ) was expected"); }
        }
        return malformed("inner list without end");
    }

    Result<BareItem> bare_item() {
        if (empty()) { return malformed("a value was expected"); }
        const char c = text_[at_];
        if (c == '-' || is_digit(c)) { return number(); }
        if (c == '"') { return string(); }
        if (is_alpha(c) || c == '*') { return token(); }
        if (c == ':') { return bytes(); }
        if (c == '?') { return boolean(); }
        if (c == '@') { return moment(); }
        if (c == '%') { return display_string(); }
        return malformed("no value begins so, at byte " + std::to_string(at_));
    }

    Result<BareItem> number() {
        const bool negative = take('-');
        std::int64_t value = 0;
        std::size_t digits = 0;
        for (; !empty() && is_digit(text_[at_]); ++at_) {
            if (++digits > 15) { return malformed("more than 15 digits"); }
            value = value * 10 + (text_[at_] - '0');
        }
        if (digits == 0) { return malformed("digits were expected"); }
        if (!take('.')) { return BareItem(negative ? -value : value); }
        if (digits > 12) { return malformed("more than 12 digits before the point"); }
        std::size_t places = 0;
        for (; !empty() && is_digit(text_[at_]); ++at_) {
            if (++places > 3) { return malformed("more than 3 digits after the point"); }
            value = value * 10 + (text_[at_] - '0');
        }
        if (places == 0) { return malformed("digits were expected after the point"); }
        for (; places < 3; ++places) { value *= 10; }
        return BareItem(Fraction{negative ? -value : value});
    }

    Result<BareItem> string() {
        ++at_;
        std::string out;
        while (!empty()) {
            const std::size_t from = at_;
            while (!empty() && text_[at_] >= 0x20 && text_[at_] <= 0x7E && text_[at_] != '"' && text_[at_] != '\\') { ++at_; }
            out.append(text_, from, at_ - from);
            if (empty()) { break; }
            const char c = text_[at_++];
            if (c == '"') { return out.size() > string_limit ? Result<BareItem>(malformed("string too long")) : BareItem(std::move(out)); }
            if (c != '\\') { return malformed("a string holds printable ASCII"); }
            if (!peek('"') && !peek('\\')) { return malformed("only quote and backslash are escaped"); }
            out += text_[at_++];
        }
        return malformed("string without end");
    }

    Result<BareItem> token() {
        const std::size_t from = at_;
        while (!empty() && is_token_char(text_[at_])) { ++at_; }
        if (at_ - from > token_limit) { return malformed("token too long"); }
        return BareItem(Token{std::string(text_.substr(from, at_ - from))});
    }

    Result<BareItem> bytes() {
        const std::size_t end = text_.find(':', ++at_);
        if (end == std::string_view::npos) { return malformed("byte sequence without end"); }
        auto decoded = from_base64(text_.substr(at_, end - at_));  // one value, one text: strict in padding and stray bits
        if (!decoded) { return malformed("not base64"); }
        if (decoded->size() > bytes_limit) { return malformed("byte sequence too long"); }
        at_ = end + 1;
        return BareItem(Bytes{std::move(*decoded)});
    }

    Result<BareItem> boolean() {
        ++at_;
        if (take('1')) { return BareItem(true); }
        if (take('0')) { return BareItem(false); }
        return malformed("a boolean is ?0 or ?1");
    }

    Result<BareItem> moment() {
        ++at_;
        const BareItem value = TRY(number());
        const auto* seconds = std::get_if<std::int64_t>(&value);
        if (seconds == nullptr) { return malformed("a date has whole seconds"); }
        return BareItem(Moment{*seconds});
    }

    Result<BareItem> display_string() {
        ++at_;
        if (!take('"')) { return malformed("a display string begins with %\""); }
        std::string out;
        while (!empty()) {
            const char c = text_[at_++];
            if (c < 0x20 || c > 0x7E) { return malformed("a display string is written in printable ASCII"); }
            if (c == '"') {
                if (!is_utf8(out) || out.size() > string_limit) { return malformed("display string: not UTF-8, or too long"); }
                return BareItem(DisplayString{std::move(out)});
            }
            if (c != '%') {
                out += c;
                continue;
            }
            const int high = at_ + 1 < text_.size() ? lower_hex(text_[at_]) : -1;
            const int low = at_ + 1 < text_.size() ? lower_hex(text_[at_ + 1]) : -1;
            if (high < 0 || low < 0) { return malformed("display string: two lower-case hex digits follow %"); }
            out += static_cast<char>(high * 16 + low);
            at_ += 2;
        }
        return malformed("display string without end");
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

template <class Entries, class Value>
void put(Entries& entries, std::string key, Value value) {
    const auto found = std::ranges::find(entries, key, [](const auto& entry) -> const std::string& { return entry.first; });
    if (found != entries.end()) {
        found->second = std::move(value);
    } else {
        entries.emplace_back(std::move(key), std::move(value));
    }
}

template <class Entries>
auto* look_up(const Entries& entries, std::string_view key) noexcept {
    const auto found = std::ranges::find_if(entries, [key](const auto& entry) { return entry.first == key; });
    return found == entries.end() ? nullptr : &found->second;
}

}  // namespace

Parameters::Parameters(std::initializer_list<std::pair<std::string, BareItem>> entries) {
    for (const auto& [key, value] : entries) { set(key, value); }
}
void Parameters::set(std::string key, BareItem value) { put(entries_, std::move(key), std::move(value)); }
const BareItem* Parameters::find(std::string_view key) const noexcept { return look_up(entries_, key); }
void Dictionary::set(std::string key, Member value) { put(entries_, std::move(key), std::move(value)); }
const Member* Dictionary::find(std::string_view key) const noexcept { return look_up(entries_, key); }

Result<Item> parse_item(std::string_view field) {
    Reader reader(field);
    TRY(reader.begin());
    Item out = TRY(reader.item());
    TRY(reader.finish());
    return out;
}

Result<List> parse_list(std::string_view field) {
    Reader reader(field);
    TRY(reader.begin());
    List out;
    bool more = !reader.empty();
    while (more) {
        out.push_back(TRY(reader.member()));
        more = TRY(reader.next_member(out.size()));
    }
    return out;
}

Result<Dictionary> parse_dictionary(std::string_view field) {
    Reader reader(field);
    TRY(reader.begin());
    Dictionary out;
    std::size_t count = 0;
    bool more = !reader.empty();
    while (more) {
        std::string key = TRY(reader.key());
        if (reader.take('=')) {
            out.set(std::move(key), TRY(reader.member()));
        } else {
            out.set(std::move(key), Item{true, TRY(reader.parameters())});
        }
        more = TRY(reader.next_member(++count));
    }
    return out;
}

}  // namespace wasl::exchange::sf
