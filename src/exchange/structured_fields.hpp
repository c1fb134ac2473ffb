// Structured fields of HTTP (RFC 9651, which replaces RFC 8941): values of header fields that are
// read and written in one way only.
//
// Strict: whatever the algorithms of section 4.2 refuse is refused; byte sequences must be padded
// base64, so that one value has one text. Bounded: the smallest sizes that every reader must take
// (section 1.1) are the largest taken here, and a field has at most 64 KB.
// Key of every failure: "exchange.field-malformed".
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wasl::exchange::sf {

// Integers have at most 15 digits; plain text is a String (printable ASCII).
struct Fraction {  // a Decimal: at most 12 digits, then one to three
    std::int64_t thousandths = 0;
    bool operator==(const Fraction&) const = default;
};
struct Token {
    std::string text;
    bool operator==(const Token&) const = default;
};
struct Bytes {
    std::string bytes;
    bool operator==(const Bytes&) const = default;
};
struct Moment {  // a Date: seconds since 1970, UTC
    std::int64_t seconds = 0;
    bool operator==(const Moment&) const = default;
};
struct DisplayString {  // any text, UTF-8
    std::string text;
    bool operator==(const DisplayString&) const = default;
};

using BareItem = std::variant<std::int64_t, Fraction, std::string, Token, Bytes, bool, Moment, DisplayString>;

// Ordered, keys unique: a later value of a key takes the place of the first.
class Parameters {
public:
    Parameters() = default;
    Parameters(std::initializer_list<std::pair<std::string, BareItem>> entries);
    void set(std::string key, BareItem value);
    [[nodiscard]] const BareItem* find(std::string_view key) const noexcept;
    [[nodiscard]] bool has(std::string_view key) const noexcept { return find(key) != nullptr; }
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
    [[nodiscard]] auto end() const noexcept { return entries_.end(); }
    bool operator==(const Parameters&) const = default;

private:
    std::vector<std::pair<std::string, BareItem>> entries_;
};

struct Item {
    BareItem value;
    Parameters parameters = {};
    bool operator==(const Item&) const = default;
};

struct InnerList {
    std::vector<Item> items;
    Parameters parameters = {};
    bool operator==(const InnerList&) const = default;
};

using Member = std::variant<Item, InnerList>;
using List = std::vector<Member>;

// Ordered, keys unique as in Parameters.
class Dictionary {
public:
    void set(std::string key, Member value);
    [[nodiscard]] const Member* find(std::string_view key) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
    [[nodiscard]] auto end() const noexcept { return entries_.end(); }
    [[nodiscard]] std::vector<std::pair<std::string, Member>> entries() && { return std::move(entries_); }
    bool operator==(const Dictionary&) const = default;

private:
    std::vector<std::pair<std::string, Member>> entries_;
};

// A field sent on several lines is first joined with ", ". An empty list or dictionary is a field
// that is absent; an empty item is refused.
Result<Item> parse_item(std::string_view field);
Result<List> parse_list(std::string_view field);
Result<Dictionary> parse_dictionary(std::string_view field);

// Fail on a value that has no text (a control character in a String, 16 digits, an upper-case key).
Result<std::string> serialize(const Item& item);
Result<std::string> serialize(const InnerList& list);
Result<std::string> serialize(const Member& member);
Result<std::string> serialize(const List& list);
Result<std::string> serialize(const Dictionary& dictionary);
Result<std::string> serialize(const Parameters& parameters);  // ";a=1;b", or nothing

// The same, at the end of a text; what was appended before a failure stays.
Result<void> append(std::string& out, const Item& item);
Result<void> append(std::string& out, const InnerList& list);
Result<void> append(std::string& out, const Member& member);

}  // namespace wasl::exchange::sf
