// JSON (RFC 8259) with numbers kept as text, so that 25.10 stays 25.10 and no digit is lost.
// Objects keep their order; a duplicate key is an error. Boost.JSON's parser inside.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wasl::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;

// An ordered object. Lookup is linear: our objects are small.
class Object {
public:
    Object();
    Object(std::initializer_list<Member> members);
    ~Object();
    Object(const Object&);
    Object(Object&&) noexcept;
    Object& operator=(const Object&);
    Object& operator=(Object&&) noexcept;
    [[nodiscard]] const Value* find(std::string_view key) const noexcept;
    [[nodiscard]] Value* find(std::string_view key) noexcept;
    Value& set(std::string key, Value value);  // replaces, or appends
    bool erase(std::string_view key);
    [[nodiscard]] bool empty() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] const Member* begin() const noexcept;
    [[nodiscard]] const Member* end() const noexcept;
    bool operator==(const Object&) const;

private:
    friend class Builder;
    std::vector<Member> members_;
};

struct Number {
    std::string text;  // as written in the document, a valid JSON number
    bool operator==(const Number&) const = default;
};

class Value {
public:
    Value() = default;                                   // null
    Value(std::nullptr_t) {}
    Value(bool value) : data_(value) {}
    Value(Number value) : data_(std::move(value)) {}
    Value(std::int64_t value) : data_(Number{std::to_string(value)}) {}
    Value(int value) : Value(static_cast<std::int64_t>(value)) {}
    Value(std::uint64_t value) : data_(Number{std::to_string(value)}) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(std::string_view value) : data_(std::string(value)) {}
    Value(const char* value) : data_(std::string(value)) {}
    Value(Array value) : data_(std::move(value)) {}
    Value(Object value) : data_(std::move(value)) {}
    Value(double) = delete;  // say which text you mean

    [[nodiscard]] bool is_null() const noexcept { return std::holds_alternative<std::monostate>(data_); }
    [[nodiscard]] const bool* boolean() const noexcept { return std::get_if<bool>(&data_); }
    [[nodiscard]] const Number* number() const noexcept { return std::get_if<Number>(&data_); }
    [[nodiscard]] const std::string* string() const noexcept { return std::get_if<std::string>(&data_); }
    [[nodiscard]] const Array* array() const noexcept { return std::get_if<Array>(&data_); }
    [[nodiscard]] Array* array() noexcept { return std::get_if<Array>(&data_); }
    [[nodiscard]] const Object* object() const noexcept { return std::get_if<Object>(&data_); }
    [[nodiscard]] Object* object() noexcept { return std::get_if<Object>(&data_); }

    // Member of an object, or null when this is no object or has none: chains without checks.
    [[nodiscard]] const Value& operator[](std::string_view key) const noexcept;
    // Text of a string, or the fallback for anything else.
    [[nodiscard]] std::string_view text_or(std::string_view fallback) const noexcept;
    [[nodiscard]] bool bool_or(bool fallback) const noexcept;
    [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;
    [[nodiscard]] std::int64_t integer_or(std::int64_t fallback) const noexcept;

    bool operator==(const Value&) const = default;

private:
    std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

inline bool Object::empty() const noexcept { return members_.empty(); }
inline std::size_t Object::size() const noexcept { return members_.size(); }
inline const Member* Object::begin() const noexcept { return members_.data(); }
inline const Member* Object::end() const noexcept { return members_.data() + members_.size(); }

struct Limits {
    std::size_t bytes = 16U << 20U;
    std::size_t depth = 64;
};

// Keys: "json.malformed" (detail has the byte offset), "json.too-deep", "json.too-large".
Result<Value> parse(std::string_view text, Limits limits = {});

std::string write(const Value& value);         // compact
std::string write_pretty(const Value& value);  // two-space indentation, newline at the end
void append(std::string& out, const Value& value);
void append_string(std::string& out, std::string_view text);  // quoted and escaped
// The text with quotes; '<', '>', '&' and U+2028/9 escaped so that it may stand in HTML.
std::string write_for_html(const Value& value);

}  // namespace wasl::json
