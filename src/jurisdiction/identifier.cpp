#include "jurisdiction/identifier.hpp"

#include "base/text.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace wasl::jurisdiction {
namespace {

constexpr std::size_t longest = 64;  // bytes; no identifier of any country is longer

struct FreePattern {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};

// A regular expression over the whole text, with a bound on its work.
class Pattern {
public:
    static Result<Pattern> create(const std::string& text) {
        const std::string whole = "\\A(?:" + text + ")\\z";
        int error = 0;
        PCRE2_SIZE where = 0;
        pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(whole.data()), whole.size(), PCRE2_UTF, &error,
                                         &where, nullptr);
        if (code == nullptr) {
            return fail(Code::invalid, "pack.pattern", "'" + text + "' is no regular expression");
        }
        return Pattern(code);
    }

    [[nodiscard]] bool matches(std::string_view text) const {
        const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> data(
            pcre2_match_data_create(1, nullptr), &pcre2_match_data_free);
        const std::unique_ptr<pcre2_match_context, decltype(&pcre2_match_context_free)> context(
            pcre2_match_context_create(nullptr), &pcre2_match_context_free);
        pcre2_set_match_limit(context.get(), 10'000);
        return pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data.get(),
                           context.get()) >= 0;
    }

private:
    explicit Pattern(pcre2_code* code) : code_(code) {}
    std::unique_ptr<pcre2_code, FreePattern> code_;
};

bool is_multiple_of_97(std::string_view digits) {
    int rest = 0;
    for (const char digit : digits) {
        if (digit < '0' || digit > '9') {
            return false;
        }
        rest = (rest * 10 + (digit - '0')) % 97;
    }
    return rest == 0;
}

std::string without(std::string_view text, std::string_view dropped) {
    std::string out;
    for (const char c : text) {
        if (c != ' ' && c != '\t' && dropped.find(c) == std::string_view::npos) {
            out += c;
        }
    }
    return out;
}

bool all_digits(std::string_view text) { return text.find_first_not_of("0123456789") == std::string_view::npos; }

Phrase doubt(std::string_view what, const std::string& code, const std::string& example = {}) {
    Phrase phrase{"identifier." + std::string(what), {{"kind", code}}};
    if (!example.empty()) {
        phrase.arguments.emplace_back("example", example);
    }
    return phrase;
}

}  // namespace

struct Identifiers::Impl {
    std::vector<IdentifierRule> rules;
    std::vector<Pattern> patterns;
    PhoneRule phone;
    Pattern national, mobile;
};

std::string plain_digits(std::string_view typed) {
    std::string out;
    for (std::size_t at = 0; at < typed.size();) {
        const char32_t c = next_code_point(typed, at);
        if (c >= 0x0660 && c <= 0x0669) {
            out += static_cast<char>('0' + (c - 0x0660));  // Arabic-Indic
        } else if (c >= 0x06F0 && c <= 0x06F9) {
            out += static_cast<char>('0' + (c - 0x06F0));  // extended Arabic-Indic
        } else if (c == 0xA0 || c == 0x202F || c == 0x2009) {
            out += ' ';
        } else if ((c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
                   c == 0xFEFF) {
            continue;  // invisible marks that pasting brings along
        } else {
            append_utf8(out, c);
        }
    }
    return std::string(trim(out));
}

Result<Identifiers> Identifiers::create(std::vector<IdentifierRule> rules, PhoneRule phone) {
    std::vector<Pattern> patterns;
    for (const IdentifierRule& rule : rules) {
        patterns.push_back(TRY(Pattern::create(rule.pattern)));
    }
    Pattern national = TRY(Pattern::create(phone.national_pattern));
    Pattern mobile = TRY(Pattern::create(phone.mobile_pattern));
    Identifiers out;
    out.impl_ = std::make_shared<const Impl>(Impl{std::move(rules), std::move(patterns), std::move(phone),
                                                  std::move(national), std::move(mobile)});
    return out;
}

const std::vector<IdentifierRule>& Identifiers::rules() const noexcept { return impl_->rules; }

const IdentifierRule* Identifiers::rule(std::string_view code) const noexcept {
    for (const IdentifierRule& rule : impl_->rules) {
        if (rule.code == code) {
            return &rule;
        }
    }
    return nullptr;
}

Identifier Identifiers::read(std::string_view code, std::string_view typed) const {
    if (code == "phone") {
        return read_phone(typed);
    }
    Identifier out{std::string(code), std::string(typed), plain_digits(typed), {}};
    const IdentifierRule* rule_of = rule(code);
    if (rule_of == nullptr) {
        out.doubts.push_back(doubt("unknown-kind", out.code));
        return out;
    }
    out.normal = without(out.normal, rule_of->strip);
    if (rule_of->upper) {
        out.normal = to_upper_ascii(out.normal);
    }
    const auto index = static_cast<std::size_t>(rule_of - impl_->rules.data());
    if (out.normal.empty()) {
        out.doubts.push_back(doubt("empty", out.code));
    } else if (out.normal.size() > longest) {
        out.doubts.push_back(doubt("too-long", out.code));
    } else if (!impl_->patterns[index].matches(out.normal)) {
        out.doubts.push_back(doubt("pattern", out.code, rule_of->example));
    } else if (rule_of->check == "mod97" && !is_multiple_of_97(out.normal)) {
        out.doubts.push_back(doubt("check", out.code));
    }
    return out;
}

Identifier Identifiers::read_phone(std::string_view typed) const {
    const PhoneRule& phone = impl_->phone;
    Identifier out{"phone", std::string(typed), without(plain_digits(typed), "-./()"), {}};
    if (out.normal.empty()) {
        out.doubts.push_back(doubt("empty", out.code));
        return out;
    }
    if (out.normal.size() > longest) {
        out.doubts.push_back(doubt("too-long", out.code));
        return out;
    }
    std::string rest = out.normal;
    bool international = true;
    if (rest.starts_with("+")) {
        rest.erase(0, 1);
    } else if (rest.starts_with("00")) {
        rest.erase(0, 2);
    } else {
        international = false;
    }
    if (!international) {
        if (rest.starts_with(phone.trunk_prefix)) {
            rest.erase(0, phone.trunk_prefix.size());
        } else if (rest.starts_with(phone.country_code) &&
                   impl_->national.matches(std::string_view(rest).substr(phone.country_code.size()))) {
            rest.erase(0, phone.country_code.size());
        }
        rest.insert(0, phone.country_code);
    } else if (rest.starts_with(phone.country_code + phone.trunk_prefix)) {
        rest.erase(phone.country_code.size(), phone.trunk_prefix.size());  // "+212 (0)6 …"
    }
    if (!all_digits(rest)) {
        out.doubts.push_back(doubt("pattern", out.code));
        return out;
    }
    out.normal = "+" + rest;
    // ITU-T E.164: at most 15 digits; the shortest numbers in use have 7 with the country's code.
    const bool ours = rest.starts_with(phone.country_code);
    const bool fits = ours ? impl_->national.matches(std::string_view(rest).substr(phone.country_code.size()))
                           : rest.size() >= 7 && rest.size() <= 15 && rest.front() != '0';
    if (!fits) {
        out.doubts.push_back(doubt("pattern", out.code));
    }
    return out;
}

bool Identifiers::is_mobile(std::string_view e164) const {
    const std::string prefix = "+" + impl_->phone.country_code;
    return e164.starts_with(prefix) ? impl_->mobile.matches(e164.substr(prefix.size())) : e164.starts_with("+");
}

}  // namespace wasl::jurisdiction
