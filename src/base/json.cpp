#include "base/json.hpp"

#include "base/text.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <algorithm>
#include <array>

namespace wasl::json {

Object::Object() = default;
Object::~Object() = default;
Object::Object(const Object&) = default;
Object::Object(Object&&) noexcept = default;
Object& Object::operator=(const Object&) = default;
Object& Object::operator=(Object&&) noexcept = default;

Object::Object(std::initializer_list<Member> members) {
    for (const auto& [key, value] : members) set(key, value);
}

const Value* Object::find(std::string_view key) const noexcept {
    for (const auto& member : members_) {
        if (member.first == key) return &member.second;
    }
    return nullptr;
}

Value* Object::find(std::string_view key) noexcept {
    for (auto& member : members_) {
        if (member.first == key) return &member.second;
    }
    return nullptr;
}

Value& Object::set(std::string key, Value value) {
    if (Value* found = find(key)) return *found = std::move(value);
    return members_.emplace_back(std::move(key), std::move(value)).second;
}

bool Object::erase(std::string_view key) {
    return std::erase_if(members_, [&](const Member& member) { return member.first == key; }) > 0;
}

bool Object::operator==(const Object& other) const { return members_ == other.members_; }

const Value& Value::operator[](std::string_view key) const noexcept {
    static const Value nothing;
    const auto* members = object();
    const Value* found = members != nullptr ? members->find(key) : nullptr;
    return found != nullptr ? *found : nothing;
}

std::string_view Value::text_or(std::string_view fallback) const noexcept {
    const auto* text = string();
    return text != nullptr ? std::string_view(*text) : fallback;
}

bool Value::bool_or(bool fallback) const noexcept {
    const auto* value = boolean();
    return value != nullptr ? *value : fallback;
}

std::optional<std::int64_t> Value::integer() const noexcept {
    const auto* value = number();
    return value != nullptr ? to_integer(value->text) : std::nullopt;
}

std::int64_t Value::integer_or(std::int64_t fallback) const noexcept { return integer().value_or(fallback); }

// Handler of Boost.JSON's incremental parser. Parts of a string or number arrive in pieces.
class Builder {
public:
    using error = boost::json::error_code;
    using text = boost::json::string_view;
    constexpr static std::size_t max_object_size = static_cast<std::size_t>(-1);
    constexpr static std::size_t max_array_size = static_cast<std::size_t>(-1);
    constexpr static std::size_t max_key_size = static_cast<std::size_t>(-1);
    constexpr static std::size_t max_string_size = static_cast<std::size_t>(-1);

    bool on_document_begin(error&) { return true; }
    bool on_document_end(error&) { return true; }
    bool on_object_begin(error&) { return open(Object{}); }
    bool on_object_end(std::size_t, error&) { return close(); }
    bool on_array_begin(error&) { return open(Array{}); }
    bool on_array_end(std::size_t, error&) { return close(); }
    bool on_key_part(text part, std::size_t, error&) { return gather(part); }
    bool on_key(text part, std::size_t, error& ec) {
        gather(part);
        auto& members = stack_.back().value.object()->members_;
        if (std::ranges::any_of(members, [&](const Member& member) { return member.first == pieces_; })) {
            duplicate_ = true;
            ec = boost::json::error::syntax;
            return false;
        }
        stack_.back().key = std::move(pieces_);
        pieces_.clear();
        return true;
    }
    bool on_string_part(text part, std::size_t, error&) { return gather(part); }
    bool on_string(text part, std::size_t, error&) {
        gather(part);
        return put(Value(take()));
    }
    bool on_number_part(text part, error&) { return gather(part); }
    bool on_int64(std::int64_t, text part, error&) { return number(part); }
    bool on_uint64(std::uint64_t, text part, error&) { return number(part); }
    bool on_double(double, text part, error&) { return number(part); }
    bool on_bool(bool value, error&) { return put(Value(value)); }
    bool on_null(error&) { return put(Value()); }
    bool on_comment_part(text, error&) { return true; }
    bool on_comment(text, error&) { return true; }

    Value result() { return std::move(root_); }
    [[nodiscard]] bool duplicate() const { return duplicate_; }

private:
    struct Level {
        Value value;
        std::string key;  // of the member being read, when value is an object
    };

    bool gather(text part) {
        pieces_.append(part.data(), part.size());
        return true;
    }
    std::string take() {
        std::string whole = std::move(pieces_);
        pieces_.clear();
        return whole;
    }
    bool number(text part) {
        gather(part);
        return put(Value(Number{take()}));
    }
    bool open(Value value) {
        stack_.push_back({std::move(value), {}});
        return true;
    }
    bool close() {
        Value done = std::move(stack_.back().value);
        stack_.pop_back();
        return put(std::move(done));
    }
    bool put(Value value) {
        if (stack_.empty()) {
            root_ = std::move(value);
        } else if (auto* array = stack_.back().value.array()) {
            array->push_back(std::move(value));
        } else {
            stack_.back().value.object()->members_.emplace_back(std::move(stack_.back().key), std::move(value));
        }
        return true;
    }

    std::vector<Level> stack_;
    std::string pieces_;
    Value root_;
    bool duplicate_ = false;
};

Result<Value> parse(std::string_view text, Limits limits) {
    if (text.size() > limits.bytes) {
        return fail(Code::too_large, "json.too-large", std::to_string(text.size()) + " bytes");
    }
    boost::json::parse_options options;
    options.max_depth = limits.depth;
    boost::json::basic_parser<Builder> parser(options);
    boost::json::error_code error;
    const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (!error && used < text.size()) error = boost::json::error::extra_data;
    if (error == boost::json::error::too_deep) return fail(Code::invalid, "json.too-deep", "more than " + std::to_string(limits.depth) + " levels");
    if (error) {
        const std::string reason = parser.handler().duplicate() ? "duplicate key" : error.message();
        return fail(Code::invalid, "json.malformed", reason + " at byte " + std::to_string(used));
    }
    return parser.handler().result();
}

namespace {

// Bytes that need no look: ASCII without controls, quote, backslash and what HTML reads.
constexpr std::array<bool, 256> plain_in_string = [] {
    std::array<bool, 256> out{};
    for (std::size_t byte = 0x20; byte < 0x80; ++byte) out[byte] = true;
    for (const char c : std::string_view("\"\\<>&")) out[static_cast<unsigned char>(c)] = false;
    return out;
}();

void append_escaped(std::string& out, std::string_view text, bool for_html) {
    static constexpr std::string_view digits = "0123456789abcdef";
    out.push_back('"');
    for (std::size_t i = 0; i < text.size(); ++i) {
        // Most of a text stands as it is: taken at once up to what may not.
        const std::size_t from = i;
        while (i < text.size() && plain_in_string[static_cast<unsigned char>(text[i])]) ++i;
        out.append(text, from, i - from);
        if (i == text.size()) break;
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
            case '"': out += "\\\""; continue;
            case '\\': out += "\\\\"; continue;
            case '\n': out += "\\n"; continue;
            case '\r': out += "\\r"; continue;
            case '\t': out += "\\t"; continue;
            default: break;
        }
        // U+2028 and U+2029 end a line in old scripts.
        const bool separator = for_html && text.substr(i, 2) == "\xE2\x80" && i + 2 < text.size() && (text[i + 2] == '\xA8' || text[i + 2] == '\xA9');
        if (separator) {
            out += text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
            i += 2;
        } else if (byte >= 0x80) {
            // Whatever is written can be read back: a byte that is no UTF-8 becomes U+FFFD.
            std::size_t next = i;
            const char32_t point = next_code_point(text, next);
            if (point == 0xFFFD) {
                out += "\xEF\xBF\xBD";
            } else {
                out += text.substr(i, next - i);
            }
            i = next - 1;
        } else if (byte < 0x20 || (for_html && (c == '<' || c == '>' || c == '&'))) {
            out += "\\u00";
            out.push_back(digits[byte >> 4U]);
            out.push_back(digits[byte & 0xFU]);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

struct Style {
    bool html = false;
    bool pretty = false;
};

void break_line(std::string& out, const Style& style, std::size_t depth) {
    if (!style.pretty) return;
    out.push_back('\n');
    out.append(depth * 2, ' ');
}

void append_value(std::string& out, const Value& value, const Style& style, std::size_t depth) {
    if (const auto* b = value.boolean()) {
        out += *b ? "true" : "false";
    } else if (const auto* n = value.number()) {
        out += n->text;
    } else if (const auto* s = value.string()) {
        append_escaped(out, *s, style.html);
    } else if (const auto* array = value.array()) {
        out.push_back('[');
        for (const auto& item : *array) {
            if (&item != &array->front()) out.push_back(',');
            break_line(out, style, depth + 1);
            append_value(out, item, style, depth + 1);
        }
        if (!array->empty()) break_line(out, style, depth);
        out.push_back(']');
    } else if (const auto* object = value.object()) {
        out.push_back('{');
        bool first = true;
        for (const auto& [key, item] : *object) {
            if (!std::exchange(first, false)) out.push_back(',');
            break_line(out, style, depth + 1);
            append_escaped(out, key, style.html);
            out += style.pretty ? ": " : ":";
            append_value(out, item, style, depth + 1);
        }
        if (!object->empty()) break_line(out, style, depth);
        out.push_back('}');
    } else {
        out += "null";
    }
}

}  // namespace

void append_string(std::string& out, std::string_view text) { append_escaped(out, text, false); }
void append(std::string& out, const Value& value) { append_value(out, value, {}, 0); }

std::string write(const Value& value) {
    std::string out;
    append(out, value);
    return out;
}

std::string write_pretty(const Value& value) {
    std::string out;
    append_value(out, value, {.pretty = true}, 0);
    out.push_back('\n');
    return out;
}

std::string write_for_html(const Value& value) {
    std::string out;
    append_value(out, value, {.html = true}, 0);
    return out;
}

}  // namespace wasl::json
