#include "store/impl/cursor.hpp"

#include "base/text.hpp"

namespace wasl::store::impl {

namespace {

constexpr std::size_t largest = 4'096;

std::unexpected<Error> malformed() {
    return fail(Code::invalid, "store.cursor", "malformed cursor");
}

// "i-12;" or "t5:hello"; moves past it.
Result<Value> take_value(std::string_view& rest) {
    if (rest.empty()) {
        return malformed();
    }
    const char kind = rest.front();
    const auto end = rest.find(kind == 'i' ? ';' : ':');
    if ((kind != 'i' && kind != 't') || end == std::string_view::npos) {
        return malformed();
    }
    const auto number = to_integer(rest.substr(1, end - 1));
    rest.remove_prefix(end + 1);
    if (!number) {
        return malformed();
    }
    if (kind == 'i') {
        return Value(*number);
    }
    if (*number < 0 || static_cast<std::uint64_t>(*number) > rest.size()) {
        return malformed();
    }
    const auto text = rest.substr(0, static_cast<std::size_t>(*number));
    rest.remove_prefix(text.size());
    return Value(text);
}

}  // namespace

std::string write_cursor(const Cursor& cursor) {
    std::string out;
    for (const auto& value : cursor.values) {
        const auto view = value.view();
        if (const auto* number = view.integer()) {
            out += 'i' + std::to_string(*number) + ';';
        } else if (const auto* text = view.text()) {
            out += 't' + std::to_string(text->size()) + ':';
            out += *text;
        }
    }
    out += 'i' + std::to_string(cursor.id) + ';';
    return to_base64url(out);
}

Result<Cursor> parse_cursor(std::string_view text, std::size_t values) {
    if (text.size() > largest) {
        return malformed();
    }
    const auto bytes = from_base64url(text);
    if (!bytes) {
        return malformed();
    }
    std::string_view rest = *bytes;
    Cursor cursor;
    for (std::size_t i = 0; i < values; ++i) {
        cursor.values.push_back(TRY(take_value(rest)));
    }
    const auto id = TRY(take_value(rest));
    const auto view = id.view();
    if (view.integer() == nullptr || !rest.empty()) {
        return malformed();
    }
    cursor.id = *view.integer();
    return cursor;
}

}  // namespace wasl::store::impl
