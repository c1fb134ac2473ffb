// FEEL types: conformance and implicit conversion (DMN 1.5, 10.3.2.9).
#pragma once

#include "feel/value.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::feel {

class Type {
public:
    enum class Kind : std::uint8_t {
        any, null, boolean, number, string, date, time, date_time, days_duration, months_duration, list, context, range, function
    };
    struct Member;
    using Constraint = std::function<bool(const Value&)>;

    Type() = default;  // Any
    Type(Kind kind) : kind_(kind) {}
    static Type list_of(Type element);
    static Type range_of(Type element);
    static Type context_of(std::vector<Member> members);  // open: further entries are allowed
    // The names, where they are known, are for whoever checks calls; they are no part of conformance.
    static Type function_of(std::vector<Type> parameters, Type result, std::vector<std::string> names = {});
    // A simple built-in type by its name, the old names ("dateTime", "dayTimeDuration") included:
    // "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
    // "years and months duration", "Any", "Null", and bare "list", "context", "range", "function".
    static std::optional<Type> named(std::string_view name);
    // The narrowest type of a value; lists of unlike elements are list<Any>.
    static Type of(const Value& value);

    // A copy whose values must also satisfy `constraint` (allowed values); null is not constrained.
    // With `name`, the copy prints as that name.
    [[nodiscard]] Type constrained(Constraint constraint) const;
    [[nodiscard]] Type with_name(std::string name) const;

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool is_any() const noexcept { return kind_ == Kind::any; }
    [[nodiscard]] bool is_constrained() const noexcept;                     // itself; not its elements or members
    [[nodiscard]] const Type& element() const noexcept;                     // of a list or range; Any if unknown
    [[nodiscard]] const std::vector<Member>& members() const noexcept;      // of a context
    [[nodiscard]] const Type* member(std::string_view name) const noexcept;
    [[nodiscard]] bool has_members() const noexcept;                        // a context type that lists its members
    [[nodiscard]] const std::vector<Type>& parameters() const noexcept;     // of a function
    [[nodiscard]] const std::vector<std::string>& parameter_names() const noexcept;  // empty when unknown
    [[nodiscard]] const Type& result() const noexcept;                      // of a function
    [[nodiscard]] bool has_signature() const noexcept;

    // S <= T: every value of this type may stand where `target` is demanded.
    [[nodiscard]] bool conforms_to(const Type& target) const;
    // Whether some value of this type may stand where `target` is demanded, after implicit conversion.
    [[nodiscard]] bool may_become(const Type& target) const;
    // By inspection, constraints included; null belongs to every type.
    [[nodiscard]] bool includes(const Value& value) const;
    // `instance of`: as includes, but null is an instance of Null alone.
    [[nodiscard]] bool has_instance(const Value& value) const;
    // Implicit conversion: unchanged, to or from a singleton list, or date to midnight UTC.
    // Nothing when the value does not conform: FEEL then takes null and reports it.
    [[nodiscard]] std::optional<Value> coerce(const Value& value) const;

    [[nodiscard]] std::string text() const;  // "list<number>"

private:
    [[nodiscard]] bool conforms(const Type& target, int& budget) const;
    void write(std::string& out) const;
    struct Details;
    Kind kind_ = Kind::any;
    std::shared_ptr<const Details> details_;
};

struct Type::Member {
    std::string name;
    Type type;
};

// JSON read by a type: strings become dates, times and durations where the type says so; a string of
// digits is not a number. The result still has to be coerced; text that does not fit stays a string.
Value from_json(const json::Value& value, const Type& type);

}  // namespace wasl::feel
