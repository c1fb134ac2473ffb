#include "web/page/page.hpp"

#include "base/text.hpp"
#include "lingua/formats.hpp"

#include <span>

namespace wasl::web {

namespace {

bool is_clean(std::string_view text) {
    for (const char c : text) {
        if (static_cast<unsigned char>(c) < 0x20) {
            return false;
        }
    }
    return text.find('\\') == std::string_view::npos;
}

}  // namespace

Url Url::path(std::initializer_list<std::string_view> segments) {
    std::string text;
    for (const auto segment : segments) {
        (text += '/') += percent_encode(segment);
    }
    return Url(text.empty() ? "/" : std::move(text));
}

std::optional<Url> Url::parse(std::string_view text) {
    if (!is_clean(text)) {
        return std::nullopt;
    }
    const bool own = text.starts_with('/') && !text.starts_with("//");
    const auto scheme = to_lower_ascii(text.substr(0, text.find(':') + 1));
    if (own || ((scheme == "http:" || scheme == "https:") && text.substr(scheme.size()).starts_with("//")) ||
        scheme == "mailto:" || scheme == "tel:") {
        return Url(std::string(text));
    }
    return std::nullopt;
}

Url Url::with(std::string_view name, std::string_view value) const {
    std::string text = text_;
    std::string fragment;
    if (const auto hash = text.find('#'); hash != std::string::npos) {
        fragment = text.substr(hash);
        text.resize(hash);
    }
    text += text.find('?') == std::string::npos ? '?' : '&';
    ((text += percent_encode(name)) += '=') += percent_encode(value);
    return Url(text + fragment);
}

Url Url::with_fragment(std::string_view id) const {
    return Url(text_.substr(0, text_.find('#')) + "#" + percent_encode(id));
}

void Page::text(const Date& date) { out_ += lingua::long_date(language, date); }

void Page::url_part(std::string_view value) { out_ += percent_encode(value); }

void Page::message(lingua::Key key) {
    const auto simple = lingua::text(language, key);
    simple.empty() ? lingua::append(out_, language, key) : static_cast<void>(out_ += simple);
}

void Page::message(lingua::Key key, lingua::Args arguments) {
    lingua::append(out_, language, key, std::span<const lingua::Arg>(arguments.begin(), arguments.size()), lingua::Escape::html);
}

void Page::integer(std::int64_t number) { lingua::append_number(out_, language, number); }

void Page::plain_integer(std::int64_t number) { out_ += std::to_string(number); }

}  // namespace wasl::web
