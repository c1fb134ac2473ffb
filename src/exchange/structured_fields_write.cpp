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

Result<void> write_key(std::string& out, std::string_view key) {
    const bool good = !key.empty() && (is_lower(key[0]) || key[0] == '*') && std::ranges::all_of(key, [](char c) {
        return is_lower(c) || is_digit(c) || c == '_' || c == '-' || c == '.' || c == '*';
    });
    if (!good) { return unwritable("key"); }
    out += key;
    return {};
}

struct Writer {
    std::string& out;

    Result<void> operator()(std::int64_t value) const {
        if (value > integer_limit || value < -integer_limit) { return unwritable("integer out of range"); }
        out += std::to_string(value);
        return {};
    }
    Result<void> operator()(Fraction value) const {
        if (value.thousandths > integer_limit || value.thousandths < -integer_limit) { return unwritable("decimal out of range"); }
        const bool negative = value.thousandths < 0;
        const std::int64_t size = negative ? -value.thousandths : value.thousandths;
        std::string places = std::to_string(size % 1000 + 1000).substr(1);
        while (places.size() > 1 && places.back() == '0') { places.pop_back(); }
        out += (negative ? "-" : "") + std::to_string(size / 1000) + "." + places;
        return {};
    }
    Result<void> operator()(const std::string& text) const {
        out += '"';
        for (const char c : text) {
            if (c < 0x20 || c > 0x7E) { return unwritable("a string holds printable ASCII"); }
            if (c == '"' || c == '\\') { out += '\\'; }
            out += c;
        }
        out += '"';
        return {};
    }
    Result<void> operator()(const Token& token) const {
        const std::string& text = token.text;
        const bool good = !text.empty() && (is_alpha(text[0]) || text[0] == '*') && std::ranges::all_of(text, [](char c) {
            return is_alpha(c) || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~:/").contains(c);
        });
        if (!good) { return unwritable("token"); }
        out += text;
        return {};
    }
    Result<void> operator()(const Bytes& bytes) const {
        out.append(":").append(to_base64(bytes.bytes)).append(":");
        return {};
    }
    Result<void> operator()(bool value) const {
        out += value ? "?1" : "?0";
        return {};
    }
    Result<void> operator()(Moment moment) const {
        out += '@';
        return (*this)(moment.seconds);
    }
    Result<void> operator()(const DisplayString& display) const {
        if (!is_utf8(display.text)) { return unwritable("display string: not UTF-8"); }
        out += "%\"";
        for (const char c : display.text) {
            if (c == '%' || c == '"' || c < 0x20 || c > 0x7E) {
                out += '%' + to_hex(std::string_view(&c, 1));
            } else {
                out += c;
            }
        }
        out += '"';
        return {};
    }
};

bool is_true(const BareItem& value) {
    const bool* flag = std::get_if<bool>(&value);
    return flag != nullptr && *flag;
}

Result<void> append_parameters(std::string& out, const Parameters& parameters) {
    for (const auto& [key, value] : parameters) {
        out += ';';
        TRY(write_key(out, key));
        if (is_true(value)) { continue; }
        out += '=';
        TRY(std::visit(Writer{out}, value));
    }
    return {};
}

Result<std::string> written(const auto& value) {
    std::string out;
    TRY(append(out, value));
    return out;
}

}  // namespace

Result<void> append(std::string& out, const Item& item) {
    TRY(std::visit(Writer{out}, item.value));
    return append_parameters(out, item.parameters);
}

Result<void> append(std::string& out, const InnerList& list) {
    out += '(';
    for (const Item& item : list.items) {
        if (&item != &list.items.front()) { out += ' '; }
        TRY(append(out, item));
    }
    out += ')';
    return append_parameters(out, list.parameters);
}

Result<void> append(std::string& out, const Member& member) {
    return std::visit([&out](const auto& value) { return append(out, value); }, member);
}

Result<std::string> serialize(const Parameters& parameters) {
    std::string out;
    TRY(append_parameters(out, parameters));
    return out;
}

Result<std::string> serialize(const Item& item) { return written(item); }
Result<std::string> serialize(const InnerList& list) { return written(list); }
Result<std::string> serialize(const Member& member) { return written(member); }

Result<std::string> serialize(const List& list) {
    std::string out;
    for (const Member& member : list) {
        if (!out.empty()) { out += ", "; }
        TRY(append(out, member));
    }
    return out;
}

Result<std::string> serialize(const Dictionary& dictionary) {
    std::string out;
    for (const auto& [key, member] : dictionary) {
        if (!out.empty()) { out += ", "; }
        TRY(write_key(out, key));
        const Item* item = std::get_if<Item>(&member);
        if (item != nullptr && is_true(item->value)) {
            TRY(append_parameters(out, item->parameters));
        } else {
            out += '=';
            TRY(append(out, member));
        }
    }
    return out;
}

}  // namespace wasl::exchange::sf
