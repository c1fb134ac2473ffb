// A cursor over JSON that this program wrote itself: finds a few values in a journal entry without
// building the rest. Malformed text gives absent values, never a fault; what must be strict reads
// with json::parse.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::insight {

// A value as it stands in the text: `{…}`, `[…]`, `"…"`, a number or a word; empty when absent.
class Picked {
public:
    Picked() = default;
    explicit Picked(std::string_view json) : json_(json) {}

    [[nodiscard]] bool there() const noexcept { return !json_.empty(); }
    // Member of an object, the first of that name.
    [[nodiscard]] Picked operator[](std::string_view name) const;
    // Text of a string; escapes are resolved. Empty for anything else.
    [[nodiscard]] std::string text() const;
    // A string without escapes, as it stands: codes, names of events, instants.
    [[nodiscard]] std::string_view plain() const noexcept;
    // A number or a word as it stands, or any other value with its marks.
    [[nodiscard]] std::string_view raw() const noexcept { return json_; }
    [[nodiscard]] bool is_true() const noexcept { return json_ == "true"; }
    // Calls for each element of an array.
    template <class Visit>
    void each(const Visit& visit) const {
        std::size_t at = 1;
        while (const auto element = next_element(at)) visit(*element);
    }
    // Calls for each member of an object with its plain name and its value.
    template <class Visit>
    void members(const Visit& visit) const {
        std::size_t at = 1;
        while (const auto name = next_name(at)) visit(*name, next_value(at));
    }

private:
    [[nodiscard]] std::optional<Picked> next_element(std::size_t& at) const;
    [[nodiscard]] std::optional<std::string_view> next_name(std::size_t& at) const;
    [[nodiscard]] Picked next_value(std::size_t& at) const;
    std::string_view json_;
};

}  // namespace wasl::insight
