#include "feel/impl/regex.hpp"

#include "feel/evaluation.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <list>

namespace wasl::feel::impl {

namespace {

constexpr std::uint32_t backtracking_limit = 2'000'000;
constexpr std::uint32_t heap_kilobytes = 20'000;

struct Flags {
    std::uint32_t options = PCRE2_AUTO_CALLOUT | PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_MATCH_UNSET_BACKREF | PCRE2_NEVER_BACKSLASH_C;
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
    thread_local const Contexts held;  // the callout of a search is set in it
    return held;
}

// What one search may still do. PCRE2's own limit begins anew at every place of the text.
struct Search {
    std::uint64_t work;
    std::uint64_t each;      // cost of an item besides the bytes passed
    std::size_t at;          // where the last item was tried
    bool refers_back;
    bool take(std::uint64_t amount) {
        const bool enough = amount <= work;
        work = enough ? work - amount : 0;
        return enough;
    }
};

int before_item(pcre2_callout_block* block, void* data) {
    auto& search = *static_cast<Search*>(data);
    const auto place = block->current_position;
    auto cost = search.each + (place > search.at ? place - search.at : search.at - place) / 4;
    search.at = place;
    for (std::uint32_t i = 1; search.refers_back && i < block->capture_top; ++i) {
        const auto* group = block->offset_vector + 2 * i;
        if (group[0] != PCRE2_UNSET && group[1] > group[0]) cost += (group[1] - group[0]) / 8;
    }
    return search.take(cost) ? 0 : PCRE2_ERROR_CALLOUT;
}

// The greatest number of repetitions asked for; what "\\x{2019}" and its like have in braces is none.
std::uint64_t most_repeated(std::string_view pattern) {
    std::uint64_t most = 0;
    for (auto at = pattern.find('{'); at != std::string_view::npos; at = pattern.find('{', at + 1)) {
        if (at >= 2 && pattern[at - 2] == '\\' && (pattern[at - 1] == 'x' || pattern[at - 1] == 'g' || pattern[at - 1] == 'p')) continue;
        std::uint64_t number = 0;
        for (auto i = at + 1; i < pattern.size() && pattern[i] >= '0' && pattern[i] <= '9' && number < 100'000; ++i) {
            number = number * 10 + static_cast<std::uint64_t>(pattern[i] - '0');
        }
        most = std::max(most, number);
    }
    return most;
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
    const auto flags = read_flags(flag_text);
    if (!flags || pattern.size() > Limits::pattern_bytes) return nullptr;
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
    regex->repeats_ = flags->literal ? 0 : most_repeated(translated.pattern);
    std::uint32_t back_references = 0;
    pcre2_pattern_info(regex->code_->code, PCRE2_INFO_BACKREFMAX, &back_references);
    regex->refers_back_ = back_references > 0;
    kept.push_front({std::string(pattern), std::string(flag_text), regex});
    if (kept.size() > most_kept) kept.pop_back();
    return regex;
}

Regex::Outcome Regex::find(std::string_view text, std::size_t from, std::vector<Span>& groups, std::uint64_t& work) const {
    const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
        pcre2_match_data_create_from_pattern(code_->code, nullptr), &pcre2_match_data_free);
    Search search{work, 1 + repeats_ / 8, from, refers_back_};
    pcre2_set_callout(contexts().match, before_item, &search);
    // A valid text is not read again to be checked at each of many matches.
    const auto result = pcre2_match(code_->code, bytes(text), text.size(), from, from == 0 ? 0 : PCRE2_NO_UTF_CHECK, data.get(), contexts().match);
    const bool enough = result != PCRE2_ERROR_NOMATCH || search.take((text.size() - from) / 4);
    work = search.work;
    if (result == PCRE2_ERROR_NOMATCH && enough) return Outcome::no_match;
    if (result < 0) return Outcome::gave_up;
    const auto* offsets = pcre2_get_ovector_pointer(data.get());
    groups.assign(groups_ + 1, {});
    for (std::size_t i = 0; i < std::min<std::size_t>(groups.size(), static_cast<std::size_t>(result)); ++i) {
        if (offsets[2 * i] != PCRE2_UNSET) groups[i] = {offsets[2 * i], offsets[2 * i + 1]};
    }
    return Outcome::match;
}

}  // namespace wasl::feel::impl
