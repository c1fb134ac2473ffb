// Writing (RFC 9651 section 4.1).
#include "exchange/structured_fields.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace wasl::exchange::sf {

namespace {

constexpr std::int64_t integer_limit = 999'999'999'999'999;  // also of the thousandths of a Decimal

std::unexpected<Error> unwritable(std::string detail) {
    return fail(Code::invalid, "exchange.field-malformed", std::move(detail));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alpha(char c) { return is_lower(c) || (c >= 'A' && c <= 'Z'); }

Result<std::string> write_key(std::string_view key) {
    const bool good = !key.empty() && (is_lower(key[0]) || key[0] == '*') && std::ranges::all_of(key, [](char c) {
        return is_lower(c) || is_digit(c) || std::string_view("_-.*").contains(c);
    });
    return good ? Result<std::string>(std::string(key)) : unwritable("key");
}

struct Writer {
    Result<std::string> operator()(std::int64_t value) const {
        if (value > integer_limit || value < -integer_limit) { return unwritable("integer out of range"); }
        return std::to_string(value);
    }
    Result<std::string> operator()(Fraction value) const {
        if (value.thousandths > integer_limit || value.thousandths < -integer_limit) { return unwritable("decimal out of range"); }
        const bool negative = value.thousandths < 0;
        const std::int64_t size = negative ? -value.thousandths : value.thousandths;
        std::string places = std::to_string(size % 1000 + 1000).substr(1);
        while (places.size() > 1 && places.back() == '0') { places.pop_back(); }
        return (negative ? "-" : "") + std::to_string(size / 1000) + "." + places;
    }
    Result<std::string> operator()(const std::string& text) const {
        std::string out = "\"";
        for (const char c : text) {
            if (c < 0x20 || c > 0x7E) { return unwritable("a string holds printable ASCII"); }
            if (c == '"' || c == '\\') { out += '\\'; }
            out += c;
        }
        return out + '"';
    }
    Result<std::string> operator()(const Token& token) const {
        const std::string& text = token.text;
        const bool good = !text.empty() && (is_alpha(text[0]) || text[0] == '*') && std::ranges::all_of(text, [](char c) {
            return is_alpha(c) || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~:/").contains(c);
        });
        return good ? Result<std::string>(text) : unwritable("token");
    }
    Result<std::string> operator()(const Bytes& bytes) const { return ":" + to_base64(bytes.bytes) + ":"; }
    Result<std::string> operator()(bool value) const { return std::string(value ? "?1" : "?0"); }
    Result<std::string> operator()(Moment moment) const { return "@" + TRY((*this)(moment.seconds)); }
    Result<std::string> operator()(const DisplayString& display) const {
        if (!is_utf8(display.text)) { return unwritable("display string: not UTF-8"); }
        std::string out = "%\"";
        for (const char c : display.text) {
            if (c == '%' || c == '"' || c < 0x20 || c > 0x7E) {
                out += '%' + to_hex(std::string_view(&c, 1));
            } else {
                out += c;
            }
        }
        return out + '"';
    }
};

bool is_true(const BareItem& value) {
    const bool* flag = std::get_if<bool>(&value);
    return flag != nullptr && *flag;
}

}  // namespace

Result<std::string> serialize(const Parameters& parameters) {
    std::string out;
    for (const auto& [key, value] : parameters) {
        out += ';' + TRY(write_key(key));
        if (!is_true(value)) { out += '=' + TRY(std::visit(Writer{}, value)); }
    }
    return out;
}

Result<std::string> serialize(const Item& item) {
    std::string out = TRY(std::visit(Writer{}, item.value));
    return out + TRY(serialize(item.parameters));
}

Result<std::string> serialize(const InnerList& list) {
    std::string out = "(";
    for (const Item& item : list.items) {
        out += (out.size() > 1 ? " " : "") + TRY(serialize(item));
    }
    return out + ")" + TRY(serialize(list.parameters));
}

Result<std::string> serialize(const Member& member) {
    return std::visit([](const auto& value) { return serialize(value); }, member);
}

Result<std::string> serialize(const List& list) {
    std::string out;
    for (const Member& member : list) {
        out += (out.empty() ? "" : ", ") + TRY(serialize(member));
    }
    return out;
}

Result<std::string> serialize(const Dictionary& dictionary) {
    std::string out;
    for (const auto& [key, member] : dictionary) {
        out += (out.empty() ? "" : ", ") + TRY(write_key(key));
        const Item* item = std::get_if<Item>(&member);
        if (item != nullptr && is_true(item->value)) {
            out += TRY(serialize(item->parameters));
        } else {
            out += '=' + TRY(serialize(member));
        }
    }
    return out;
}

}  // namespace wasl::exchange::sf
