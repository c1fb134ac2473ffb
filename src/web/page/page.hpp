// What compiled templates write with: a page in one language, escaping for each place (tools/templates chooses it).
#pragma once

#include "base/markup.hpp"
#include "base/time.hpp"
#include "lingua/language.hpp"
#include "lingua/messages.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::web {

// Markup that is trusted because our own code made it. Never made from what people typed.
class Html {
public:
    Html() = default;
    static Html trusted(std::string markup) { return Html(std::move(markup)); }
    [[nodiscard]] const std::string& markup() const noexcept { return markup_; }
    [[nodiscard]] bool empty() const noexcept { return markup_.empty(); }

private:
    explicit Html(std::string markup) : markup_(std::move(markup)) {}
    std::string markup_;
};

// An address that may stand in href, src or action: a path of ours, or http, https, mailto, tel.
class Url {
public:
    Url() = default;  // empty: "no link"
    // A path written in our own code ("/sheets", "#content", "?page=2").
    static Url literal(std::string_view path) { return Url(std::string(path)); }
    // Joins segments, each percent-encoded: path({"dossier", "12/3"}) is "/dossier/12%2F3".
    static Url path(std::initializer_list<std::string_view> segments);
    // From outside: http(s)://, mailto:, tel:, or a path that begins with one '/'; nothing for anything else.
    static std::optional<Url> parse(std::string_view text);

    // With one more query parameter, encoded.
    [[nodiscard]] Url with(std::string_view name, std::string_view value) const;
    [[nodiscard]] Url with_fragment(std::string_view id) const;
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
    bool operator==(const Url&) const = default;

private:
    explicit Url(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

// The body of a component, given by the template that calls it. Lives during the call only.
class Slot {
public:
    template <std::invocable F>
    Slot(const F& body) : body_(&body), call_([](const void* b) { (*static_cast<const F*>(b))(); }) {}
    void operator()() const { call_(body_); }

private:
    const void* body_;
    void (*call_)(const void*);
};

class Page {
public:
    Page(std::string& out, lingua::Language reader) : language(reader), out_(out) {}
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    const lingua::Language language;
    [[nodiscard]] std::string_view lang() const { return lingua::tag(language); }
    [[nodiscard]] std::string_view dir() const { return lingua::dir(language); }

    void markup(std::string_view trusted) { out_ += trusted; }
    void html(const Html& trusted) { out_ += trusted.markup(); }

    void text(std::string_view value) { append_escaped(out_, value); }
    void text(const std::string& value) { append_escaped(out_, value); }
    void text(const char* value) { append_escaped(out_, value); }
    void text(lingua::Key message) { this->message(message); }
    void text(const Url& url) { append_escaped(out_, url.text()); }
    void text(const Date& date);  // its long form
    template <std::integral I>
    void text(I number) { integer(static_cast<std::int64_t>(number)); }
    void text(bool) = delete;
    void text(const Html&) = delete;  // write: raw

    template <class T>
        requires(!std::integral<T>)
    void attribute(const T& value) { text(value); }
    template <std::integral I>
    void attribute(I number) { plain_integer(static_cast<std::int64_t>(number)); }
    void attribute(const char* value) { append_escaped(out_, value); }
    void attribute(const Date& date) { out_ += date.iso(); }  // as <time datetime> wants it
    void attribute(bool) = delete;

    void url(const Url& url) { append_escaped(out_, url.text()); }
    void url_part(std::string_view value);
    template <std::integral I>
    void url_part(I number) { plain_integer(static_cast<std::int64_t>(number)); }

    void message(lingua::Key key);
    void message(lingua::Key key, lingua::Args arguments);
    // For arguments of components; without arguments nothing is allocated.
    [[nodiscard]] std::string_view say(lingua::Key key) const { return lingua::text(language, key); }
    [[nodiscard]] std::string say(lingua::Key key, lingua::Args arguments) const { return lingua::say(language, key, arguments); }

private:
    void integer(std::int64_t number);        // in the language's format
    void plain_integer(std::int64_t number);  // digits only

    std::string& out_;
};

}  // namespace wasl::web
