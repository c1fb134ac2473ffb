// A FEEL value: any of the kinds of DMN 1.5, 10.3.2.2. Immutable and cheap to copy: small kinds
// stand inline, the others share an immutable payload between threads.
#pragma once

#include "base/decimal.hpp"
#include "base/json.hpp"
#include "feel/temporal.hpp"

#include <compare>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wasl::feel {

enum class Kind : std::uint8_t {
    null, boolean, number, string, date, time, date_time, days_duration, months_duration, list, context, range, function
};

std::string_view to_string(Kind kind) noexcept;  // FEEL's own words: "date and time"

class Value;
class Function;  // feel/function.hpp
struct Range;
class Context;
using List = std::vector<Value>;

class Value {
public:
    // Nesting beyond `max_depth` or more than `max_weight` values in one tree becomes null.
    static constexpr std::uint32_t max_depth = 200;
    static constexpr std::uint32_t max_weight = 4'000'000;

    Value() = default;  // null
    template <std::same_as<bool> T>
    Value(T value) : data_(value) {}
    template <std::integral T>
        requires(!std::same_as<T, bool> && !std::same_as<T, char>)
    Value(T value) : data_(Decimal::from_integer(static_cast<std::int64_t>(value))) {}
    Value(Decimal value) : data_(value) {}
    Value(const std::optional<Decimal>& value) { if (value) data_ = *value; }
    Value(std::string value);
    Value(std::string_view value) : Value(std::string(value)) {}
    Value(const char* value) : Value(std::string(value)) {}
    Value(Date value) : data_(value) {}
    Value(Time value);
    Value(DateTime value);
    Value(DaysDuration value) : data_(value) {}
    Value(MonthsDuration value) : data_(value) {}
    Value(List value);
    Value(Context value);
    Value(Range value);
    Value(std::shared_ptr<const Function> value);
    Value(double) = delete;  // say which decimal you mean

    [[nodiscard]] Kind kind() const noexcept { return static_cast<Kind>(data_.index()); }
    [[nodiscard]] bool is_null() const noexcept { return kind() == Kind::null; }
    [[nodiscard]] bool is_true() const noexcept { const auto* b = boolean(); return b != nullptr && *b; }
    [[nodiscard]] bool is_false() const noexcept { const auto* b = boolean(); return b != nullptr && !*b; }
    // The content, or a null pointer when the value is of another kind.
    [[nodiscard]] const bool* boolean() const noexcept { return std::get_if<bool>(&data_); }
    [[nodiscard]] const Decimal* number() const noexcept { return std::get_if<Decimal>(&data_); }
    [[nodiscard]] const std::string* string() const noexcept { return shared<std::string>(); }
    [[nodiscard]] const Date* date() const noexcept { return std::get_if<Date>(&data_); }
    [[nodiscard]] const Time* time() const noexcept { return shared<Time>(); }
    [[nodiscard]] const DateTime* date_time() const noexcept { return shared<DateTime>(); }
    [[nodiscard]] const DaysDuration* days_duration() const noexcept { return std::get_if<DaysDuration>(&data_); }
    [[nodiscard]] const MonthsDuration* months_duration() const noexcept { return std::get_if<MonthsDuration>(&data_); }
    [[nodiscard]] const List* list() const noexcept;
    [[nodiscard]] const Context* context() const noexcept;
    [[nodiscard]] const Range* range() const noexcept { return shared<Range>(); }
    [[nodiscard]] const std::shared_ptr<const Function>* function() const noexcept {
        return std::get_if<std::shared_ptr<const Function>>(&data_);
    }
    // Entry of a context, or null: chains without checks.
    [[nodiscard]] const Value& operator[](std::string_view key) const noexcept;

    [[nodiscard]] std::uint32_t weight() const noexcept;  // how many values the tree holds
    [[nodiscard]] std::uint32_t depth() const noexcept;   // 0 for what is no list, context or range

    // True when `equal` says true, or both are null, or the same function.
    bool operator==(const Value& other) const;

private:
    template <class T>
    [[nodiscard]] const T* shared() const noexcept {
        const auto* held = std::get_if<std::shared_ptr<const T>>(&data_);
        return held == nullptr ? nullptr : held->get();
    }
    struct ListBox;
    struct ContextBox;
    // In the order of Kind.
    std::variant<std::monostate, bool, Decimal, std::shared_ptr<const std::string>, Date, std::shared_ptr<const Time>,
                 std::shared_ptr<const DateTime>, DaysDuration, MonthsDuration, std::shared_ptr<const ListBox>,
                 std::shared_ptr<const ContextBox>, std::shared_ptr<const Range>, std::shared_ptr<const Function>>
        data_;
};

// String keys to values; insertion order is kept, equality ignores it.
class Context {
public:
    using Entry = std::pair<std::string, Value>;
    Context() = default;
    Context(std::initializer_list<Entry> entries) : entries_(entries) {}
    [[nodiscard]] const Value* find(std::string_view key) const noexcept;
    void set(std::string key, Value value);  // replaces in place, or appends
    // Appends without looking for an earlier entry: the caller knows that the key is new.
    void append(std::string key, Value value);
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
    [[nodiscard]] auto end() const noexcept { return entries_.end(); }

private:
    std::vector<Entry> entries_;
};

// An interval, or the operator forms (<10), (>=5), (=10), (!=3), which keep their identity.
struct Range {
    enum class Form : std::uint8_t { interval, less, less_or_equal, greater, greater_or_equal, equal, not_equal };
    Value start;  // null: unbounded
    Value end;
    bool start_included = false;
    bool end_included = false;
    Form form = Form::interval;

    // Ternary: nothing when the value cannot be compared with the ends.
    [[nodiscard]] std::optional<bool> includes(const Value& value) const;
};

// FEEL's `=`: nothing stands for null (operands of different kinds). Null equals only null.
std::optional<bool> equal(const Value& a, const Value& b);
// FEEL's `<`: nothing for null, different kinds, kinds without order, or local against zoned.
std::optional<std::strong_ordering> compare(const Value& a, const Value& b);
// The function is(): same kind and same components, zones not normalised.
bool is_same(const Value& a, const Value& b);

// FEEL syntax that reads back as the value: strings quoted, dates as @"…". Functions print as "function(a, b)".
std::string to_text(const Value& value);
// What string(value) gives: a string as itself, dates canonical and bare, numbers plain; "null" for null.
std::string to_display(const Value& value);
// A name or key as FEEL writes it in a context: bare when it is a name, else a string literal.
std::string key_text(std::string_view key);

// JSON: dates, times, durations, ranges become strings (their text); functions null; numbers keep all digits.
json::Value to_json(const Value& value);
// Untyped: strings stay strings. With a type see feel/type.hpp.
Value from_json(const json::Value& value);
// The numbers of the JSON that are beyond those of FEEL, which from_json reads as null; each with its
// place: "fees.base[2]: 1e9999 is beyond the range of numbers". At most 50.
std::vector<std::string> lost_numbers(const json::Value& value);

}  // namespace wasl::feel
