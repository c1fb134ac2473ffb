#include "feel/impl/regex.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <list>

namespace wasl::feel::impl {

namespace {

constexpr std::uint32_t backtracking_limit = 2'000'000;
constexpr std::uint32_t heap_kilobytes = 20'000;

struct Flags {
    std::uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
    bool dot_all = false;
    bool strip = false;
    bool literal = false;
};

std::optional<Flags> read_flags(std::string_view text) {
    Flags flags;
    for (const char c : text) {
        switch (c) {
            case 's': flags.dot_all = true; break;
            case 'm': flags.options |= PCRE2_MULTILINE; break;
            case 'i': flags.options |= PCRE2_CASELESS; break;
            case 'x': flags.strip = true; break;
            case 'q': flags.literal = true; break;
            default: return std::nullopt;
        }
    }
    return flags;
}

struct Contexts {
    pcre2_compile_context* compile = pcre2_compile_context_create(nullptr);
    pcre2_match_context* match = pcre2_match_context_create(nullptr);
    Contexts() {
        pcre2_set_newline(compile, PCRE2_NEWLINE_LF);
        pcre2_set_parens_nest_limit(compile, 200);
        pcre2_set_match_limit(match, backtracking_limit);
        pcre2_set_heap_limit(match, heap_kilobytes);
    }
    ~Contexts() {
        pcre2_compile_context_free(compile);
        pcre2_match_context_free(match);
    }
    Contexts(const Contexts&) = delete;
    Contexts& operator=(const Contexts&) = delete;
};

const Contexts& contexts() {
    static const Contexts held;
    return held;
}

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());  // the form in which PCRE2 takes text
}

}  // namespace

struct Regex::Code {
    pcre2_code* code = nullptr;
    ~Code() { pcre2_code_free(code); }
};

Regex::~Regex() = default;

std::shared_ptr<const Regex> Regex::make(std::string_view pattern, std::string_view flag_text) {
    struct Kept {
        std::string pattern, flags;
        std::shared_ptr<const Regex> regex;
    };
    constexpr std::size_t most_kept = 32;
    thread_local std::list<Kept> kept;  // the last used in front
    for (auto at = kept.begin(); at != kept.end(); ++at) {
        if (at->pattern == pattern && at->flags == flag_text) {
            kept.splice(kept.begin(), kept, at);
            return kept.front().regex;
        }
    }
    constexpr std::size_t longest_pattern = 20'000;
    const auto flags = read_flags(flag_text);
    if (!flags || pattern.size() > longest_pattern) return nullptr;
    Translation translated{std::string(pattern), 0};
    auto options = flags->options;
    if (flags->literal) {
        options &= ~static_cast<std::uint32_t>(PCRE2_DOLLAR_ENDONLY | PCRE2_MULTILINE | PCRE2_UCP | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C);
        options |= PCRE2_LITERAL;
    } else {
        auto result = translate(pattern, flags->dot_all, flags->strip);
        if (!result) return nullptr;
        translated = std::move(*result);
    }
    int error = 0;
    PCRE2_SIZE offset = 0;
    auto code = std::make_unique<Code>();
    code->code = pcre2_compile(bytes(translated.pattern), translated.pattern.size(), options, &error, &offset, contexts().compile);
    if (code->code == nullptr) return nullptr;
    std::shared_ptr<Regex> regex(new Regex);
    regex->code_ = std::move(code);
    regex->groups_ = translated.groups;
    regex->literal_ = flags->literal;
    kept.push_front({std::string(pattern), std::string(flag_text), regex});
    if (kept.size() > most_kept) kept.pop_back();
    return regex;
}

Regex::Outcome Regex::find(std::string_view text, std::size_t from, std::vector<Span>& groups) const {
    const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
        pcre2_match_data_create_from_pattern(code_->code, nullptr), &pcre2_match_data_free);
    const auto result = pcre2_match(code_->code, bytes(text), text.size(), from, 0, data.get(), contexts().match);
    if (result == PCRE2_ERROR_NOMATCH) return Outcome::no_match;
    if (result < 0) return Outcome::gave_up;
    const auto* offsets = pcre2_get_ovector_pointer(data.get());
    groups.assign(groups_ + 1, {});
    for (std::size_t i = 0; i < std::min<std::size_t>(groups.size(), static_cast<std::size_t>(result)); ++i) {
        if (offsets[2 * i] != PCRE2_UNSET) groups[i] = {offsets[2 * i], offsets[2 * i + 1]};
    }
    return Outcome::match;
}

}  // namespace wasl::feel::impl
