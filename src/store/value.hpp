// Values of index fields: text, integer or absent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace wasl::store {

// An index value by reference: text must live until the call that takes it returns.
class Scalar {
public:
    Scalar() = default;  // absent
    Scalar(std::nullopt_t) {}
    Scalar(std::int64_t value) : data_(value) {}
    Scalar(int value) : data_(static_cast<std::int64_t>(value)) {}
    Scalar(std::string_view value) : data_(value) {}
    Scalar(const std::string& value) : data_(std::string_view(value)) {}
    Scalar(const char* value) : data_(std::string_view(value)) {}
    template <class T>
    Scalar(const std::optional<T>& value) : Scalar(value ? Scalar(*value) : Scalar()) {}

    [[nodiscard]] bool absent() const noexcept { return std::holds_alternative<std::monostate>(data_); }
    [[nodiscard]] const std::int64_t* integer() const noexcept { return std::get_if<std::int64_t>(&data_); }
    [[nodiscard]] const std::string_view* text() const noexcept { return std::get_if<std::string_view>(&data_); }

private:
    std::variant<std::monostate, std::int64_t, std::string_view> data_;
};

// The same, owning its text: queries and cursors are kept and passed on.
class Value {
public:
    Value() = default;  // absent
    Value(std::nullopt_t) {}
    Value(std::int64_t value) : data_(value) {}
    Value(int value) : data_(static_cast<std::int64_t>(value)) {}
    Value(std::string value) : data_(std::move(value)) {}
    Value(std::string_view value) : data_(std::string(value)) {}
    Value(const char* value) : data_(std::string(value)) {}

    [[nodiscard]] Scalar view() const {
        if (const auto* number = std::get_if<std::int64_t>(&data_)) {
            return *number;
        }
        if (const auto* text = std::get_if<std::string>(&data_)) {
            return std::string_view(*text);
        }
        return {};
    }
    bool operator==(const Value&) const = default;

private:
    std::variant<std::monostate, std::int64_t, std::string> data_;
};

// A named index value of a document: {"due", 1790000000}, {"office", "etat-civil"}.
struct Field {
    std::string_view name;
    Scalar value;
};

}  // namespace wasl::store
