#include "web/basis_words.hpp"

#include "base/text.hpp"
#include "lingua/messages.hpp"

#include <array>

namespace wasl::web {

namespace {

std::string one_basis(lingua::Language language, std::string_view text) {
    constexpr std::string_view article_mark = " art. ", unsure_mark = " (to confirm)";
    if (text.ends_with(unsure_mark)) {
        return lingua::say(language, "draft.basis.to-confirm", {{"text", one_basis(language, text.substr(0, text.size() - unsure_mark.size()))}});
    }
    for (const auto kind : {std::string_view("law"), std::string_view("decree")}) {
        if (!text.starts_with(kind) || text.substr(kind.size(), 1) != " ") continue;
        const auto rest = text.substr(kind.size() + 1);
        const auto mark = rest.find(article_mark);
        const bool is_law = kind == "law";
        if (mark == std::string_view::npos) return lingua::say(language, is_law ? "draft.basis.law" : "draft.basis.decree", {{"number", rest}});
        return lingua::say(language, is_law ? "draft.basis.law-article" : "draft.basis.decree-article",
                           {{"number", rest.substr(0, mark)}, {"article", rest.substr(mark + article_mark.size())}});
    }
    return std::string(text);
}

}  // namespace

std::string say_basis(lingua::Language language, std::string_view basis) {
    std::string out;
    for (const auto part : split(basis, ';')) {
        const auto one = trim(part);
        if (one.empty()) continue;
        auto words = one_basis(language, one);
        out = out.empty() ? std::move(words) : lingua::say(language, "draft.basis.and", {{"first", out}, {"second", words}});
    }
    return out;
}

}  // namespace wasl::web
