#include "participation/articles.hpp"

#include "base/text.hpp"
#include "participation/records.hpp"
#include "participation/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace wasl::participation {

namespace {

constexpr std::size_t longest_law = 400'000;  // characters of a whole text
constexpr std::size_t most_digits = 4;

constexpr std::string_view head_words[] = {"المادة", "الفصل", "مادة", "article", "art.", "ⴰⵎⴰⴳⵔⴰⴷ"};

// A digit of either script.
std::optional<int> digit_of(char32_t c) noexcept {
    if (c >= U'0' && c <= U'9') return static_cast<int>(c - U'0');
    if (c >= U'٠' && c <= U'٩') return static_cast<int>(c - U'٠');
    return std::nullopt;
}

// A number at the beginning of `rest`, which moves past it.
std::optional<std::int64_t> take_number(std::string_view& rest) {
    std::int64_t number = 0;
    std::size_t at = 0, digits = 0;
    while (at < rest.size() && digits <= most_digits) {
        std::size_t next = at;
        const auto digit = digit_of(next_code_point(rest, next));
        if (!digit) break;
        number = number * 10 + *digit;
        at = next;
        ++digits;
    }
    if (digits == 0 || digits > most_digits || number == 0) return std::nullopt;
    rest.remove_prefix(at);
    return number;
}

// What may stand between number and title; true when there was something of it.
bool take_separator(std::string_view& rest) {
    rest = trim(rest);
    for (const std::string_view sign : {":", ".", ")", "-", "–", "—", "،"}) {
        if (!rest.starts_with(sign)) continue;
        rest = trim(rest.substr(sign.size()));
        return true;
    }
    return false;
}

std::optional<ArticleText> head_of(std::string_view line) {
    auto rest = trim(line);
    bool named = false;
    const auto lower = to_lower_ascii(rest);
    for (const auto word : head_words) {
        if (!lower.starts_with(word)) continue;
        rest = trim(rest.substr(word.size()));
        named = true;
        break;
    }
    const auto number = take_number(rest);
    if (!number) return std::nullopt;
    // "Article 1er", as French laws begin.
    if (named && rest.starts_with("er") && (rest.size() == 2 || rest[2] == ' ' || rest[2] == '.' || rest[2] == ':')) rest.remove_prefix(2);
    const bool separated = take_separator(rest);
    // A line of the text may begin with a number ("30 days later …"): without the word it needs a sign after it.
    if (!separated && (!named || !rest.empty())) return std::nullopt;
    return ArticleText{*number, std::string(rest), {}};
}

Result<void> finish(ArticleText& article) {
    article.text = trim(article.text);
    // "3. The whole article in one line" has no title.
    if (article.text.empty()) article.text.swap(article.title);
    if (article.text.empty()) return fail(Code::unprocessable, "participation.article-empty", std::to_string(article.number));
    article.text = TRY(clean_text(article.text, longest_article));
    article.title = TRY(clean_optional_text(article.title, longest_title));
    return {};
}

}  // namespace

Result<std::vector<ArticleText>> read_articles(std::string_view typed) {
    const auto text = TRY(clean_optional_text(typed, longest_law));
    std::vector<ArticleText> out;
    for (const auto line : split(text, '\n')) {
        if (auto head = head_of(line)) {
            if (!out.empty()) TRY(finish(out.back()));
            if (!out.empty() && head->number <= out.back().number) return fail(Code::unprocessable, "participation.article-order", std::string(line.substr(0, 80)));
            if (out.size() == most_articles) return fail(Code::unprocessable, "participation.too-many-articles", std::to_string(most_articles));
            out.push_back(std::move(*head));
        } else if (!out.empty()) {
            out.back().text.append(line).push_back('\n');
        } else if (!trim(line).empty()) {
            return fail(Code::unprocessable, "participation.no-article", std::string(line.substr(0, 80)));
        }
    }
    if (out.empty()) return fail(Code::unprocessable, "participation.no-article");
    TRY(finish(out.back()));
    return out;
}

}  // namespace wasl::participation
