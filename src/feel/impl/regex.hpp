// Regular expressions of XPath/XQuery Functions 3.1, section 5.6, translated for PCRE2: FEEL's
// matches(), replace() and split() are defined by them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::feel::impl {

// The pattern in PCRE2's language, and how many groups it has; nothing when XPath does not allow it.
struct Translation {
    std::string pattern;
    std::size_t groups = 0;
};
std::optional<Translation> translate(std::string_view xpath, bool dot_matches_newline, bool strip_space);

class Regex {
public:
    // Compiled, or kept from an earlier call; nothing for a bad pattern or bad flags.
    static std::shared_ptr<const Regex> make(std::string_view pattern, std::string_view flags);
    ~Regex();
    Regex(const Regex&) = delete;
    Regex& operator=(const Regex&) = delete;

    enum class Outcome { match, no_match, gave_up };
    // Byte offsets of the whole match and of each group; npos for a group that took no part.
    struct Span {
        std::size_t begin = std::string_view::npos;
        std::size_t end = std::string_view::npos;
    };
    // First match at or after `from`, beyond 0 only in a text that was searched from 0 before. What
    // the search does (items of the pattern tried, bytes passed) is taken from `work`; `gave_up` when
    // that is spent, or when the pattern backtracks beyond the limit.
    Outcome find(std::string_view text, std::size_t from, std::vector<Span>& groups, std::uint64_t& work) const;
    [[nodiscard]] std::size_t groups() const noexcept { return groups_; }
    [[nodiscard]] bool literal() const noexcept { return literal_; }

private:
    Regex() = default;
    struct Code;
    std::unique_ptr<Code> code_;
    std::size_t groups_ = 0;
    bool literal_ = false;
    bool refers_back_ = false;
    std::uint64_t repeats_ = 0;  // most repetitions asked for: passed before the next item is tried
};

}  // namespace wasl::feel::impl
