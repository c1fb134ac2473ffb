#include "lingua/messages.hpp"

#include "base/markup.hpp"
#include "lingua/formats.hpp"
#include "lingua/impl/message_data.hpp"

#include <unicode/plurrule.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace wasl::lingua {

namespace {

using impl::message_data;
using impl::PieceKind;

constexpr std::string_view first_strong_isolate = "\u2068";
constexpr std::string_view pop_isolate = "\u2069";

// ICU's plural rules, made once; const methods of PluralRules are safe from many threads.
const icu::PluralRules& plural_rules(Language language) {
    static const auto rules = [] {
        std::array<std::unique_ptr<icu::PluralRules>, language_count> made;
        for (const auto each : languages) {
            UErrorCode status = U_ZERO_ERROR;
            made[index(each)].reset(icu::PluralRules::forLocale(icu::Locale(std::string(tag(each)).c_str()), status));
            if (U_FAILURE(status)) {
                throw std::logic_error("ICU has no plural rules: is its data installed?");
            }
        }
        return made;
    }();
    return *rules[index(language)];
}

class Speaker {
public:
    Speaker(std::string& out, Language language, std::span<const Arg> args, Escape escape)
        : out_(out), args_(args), language_(language), escape_(escape) {}

    void run(impl::Range range) {
        for (const auto& piece : message_data.pieces.subspan(range.first, range.count)) {
            switch (piece.kind) {
                case PieceKind::text: out_ += piece.text; break;
                case PieceKind::value:
                case PieceKind::count: value(piece.text); break;
                case PieceKind::plural:
                case PieceKind::select: choose(piece); break;
            }
        }
    }

private:
    const Arg* find(std::string_view name) const {
        const auto found = std::ranges::find(args_, name, &Arg::name);
        return found == args_.end() ? nullptr : &*found;
    }

    void value(std::string_view name) {
        const Arg* arg = find(name);
        out_ += first_strong_isolate;
        if (arg == nullptr) {
            ((out_ += '{') += name) += '}';
        } else if (const auto* text = std::get_if<std::string_view>(&arg->value)) {
            escape_ == Escape::html ? append_escaped(out_, *text) : static_cast<void>(out_ += *text);
        } else if (const auto* number = std::get_if<std::int64_t>(&arg->value)) {
            append_number(out_, language_, *number);
        } else {
            out_ += long_date(language_, std::get<Date>(arg->value));
        }
        out_ += pop_isolate;
    }

    void choose(const impl::Piece& piece) {
        const auto cases = message_data.cases.subspan(piece.first_case, piece.case_count);
        const Arg* arg = find(piece.text);
        const impl::Case* chosen = nullptr;
        if (piece.kind == PieceKind::plural) {
            const auto* number = arg == nullptr ? nullptr : std::get_if<std::int64_t>(&arg->value);
            chosen = plural_case(cases, number == nullptr ? 0 : *number);
        } else if (arg != nullptr) {
            if (const auto* word = std::get_if<std::string_view>(&arg->value)) {
                chosen = with_selector(cases, *word);
            }
        }
        chosen = chosen == nullptr ? with_selector(cases, "other") : chosen;
        if (chosen != nullptr) {
            run(chosen->pieces);
        }
    }

    static const impl::Case* with_selector(std::span<const impl::Case> cases, std::string_view selector) {
        const auto found = std::ranges::find(cases, selector, &impl::Case::selector);
        return found == cases.end() ? nullptr : &*found;
    }

    const impl::Case* plural_case(std::span<const impl::Case> cases, std::int64_t number) const {
        for (const auto& each : cases) {
            if (each.selector.starts_with('=') && each.selector.substr(1) == std::to_string(number)) {
                return &each;
            }
        }
        std::string category;
        plural_rules(language_).select(static_cast<double>(number)).toUTF8String(category);
        return with_selector(cases, category);
    }

    std::string& out_;
    std::span<const Arg> args_;
    Language language_;
    Escape escape_;
};

const impl::Message& message_of(Key key) { return message_data.messages[key.index()]; }

}  // namespace

std::string_view Key::name() const noexcept { return message_data.messages[index_].name; }

std::optional<Key> find_key(std::string_view name) noexcept {
    const auto messages = message_data.messages;
    const auto found = std::ranges::lower_bound(messages, name, {}, &impl::Message::name);
    if (found == messages.end() || found->name != name) {
        return std::nullopt;
    }
    return Key(static_cast<std::uint16_t>(found - messages.begin()));
}

Key key(std::string_view name) {
    if (const auto found = find_key(name)) {
        return *found;
    }
    throw std::logic_error("no message is called " + std::string(name));
}

std::string_view text(Language language, Key message) noexcept {
    const auto range = message_of(message).languages[index(language)];
    if (range.count != 1 || message_data.pieces[range.first].kind != PieceKind::text) {
        return {};
    }
    return message_data.pieces[range.first].text;
}

void append(std::string& out, Language language, Key message, std::span<const Arg> args, Escape escape) {
    Speaker(out, language, args, escape).run(message_of(message).languages[index(language)]);
}

std::string say(Language language, Key message, Args args) {
    std::string out;
    append(out, language, message, std::span<const Arg>(args.begin(), args.size()));
    return out;
}

std::string say(Language language, std::string_view key_name, Args args) { return say(language, key(key_name), args); }

std::string say(Language language, const Error& error) {
    if (const auto own = find_key("errors." + error.key); own && !text(language, *own).empty()) {
        return say(language, *own);
    }
    const auto generic = find_key("errors.http." + std::to_string(http_status(error.code)));
    return say(language, generic ? *generic : key("errors.http.500"));
}

void append_isolated(std::string& out, std::string_view text) {
    ((out += first_strong_isolate) += text) += pop_isolate;
}

std::string isolated(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 6);
    append_isolated(out, text);
    return out;
}

}  // namespace wasl::lingua
