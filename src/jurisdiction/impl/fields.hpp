// Reading one table of a pack file: every key asked for, typed, bounded; what was not asked for is a finding.
#pragma once

#include "jurisdiction/pack.hpp"
#include "jurisdiction/toml.hpp"

#include <functional>
#include <set>

namespace wasl::jurisdiction {

// The file at hand and everything found wrong so far.
struct Findings {
    std::string file;
    std::vector<PackFinding> all;
    void add(int line, std::string message) { all.push_back({file, line, std::move(message)}); }
};

class Fields {
public:
    // `what` names the table in messages: "[[maximum]]".
    Fields(Findings& findings, const toml_text::Node& node, std::string what);
    ~Fields();  // reports keys nobody asked for
    Fields(const Fields&) = delete;
    Fields& operator=(const Fields&) = delete;

    // Each gives a neutral value and a finding when the key is missing or of another type.
    std::string text(std::string_view key, bool may_miss = false);
    // One of the values; the first when wrong.
    std::string choice(std::string_view key, const std::vector<std::string>& values);
    int integer(std::string_view key, int least, int most);
    bool boolean(std::string_view key, bool when_missing);
    Date date(std::string_view key);
    std::optional<Date> optional_date(std::string_view key);
    Names names(std::string_view key);
    Delay delay(std::string_view key);
    Source source();  // keys source and confirmed
    std::vector<std::string> texts(std::string_view key, bool may_be_empty = false);
    std::vector<int> integers(std::string_view key, int least, int most);
    // Every element a table; calls `each` with its node.
    void tables(std::string_view key, const std::function<void(const toml_text::Node&)>& each, bool may_miss = false);
    const toml_text::Node* any(std::string_view key, bool may_miss = false);

    [[nodiscard]] int line() const noexcept { return node_.line; }
    [[nodiscard]] int line_of(std::string_view key) const;
    [[nodiscard]] const std::string& what() const noexcept { return what_; }
    void problem(std::string_view key, std::string message);

private:
    template <class T>
    const T* typed(std::string_view key, std::string_view wanted, bool may_miss);
    Findings& findings_;
    const toml_text::Node& node_;
    std::string what_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace wasl::jurisdiction
