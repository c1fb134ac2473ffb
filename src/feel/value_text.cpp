// Values as text and as JSON.
#include "base/text.hpp"
#include "feel/function.hpp"
#include "feel/impl/characters.hpp"
#include "feel/value.hpp"

#include <fmt/format.h>

namespace wasl::feel {

namespace {

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
                } else {
                    out += c;
                }
        }
    }
    out += '"';
}

void append_text(std::string& out, const Value& value, bool bare);

void append_range(std::string& out, const Range& range, bool bare) {
    static constexpr std::string_view operators[] = {"", "<", "<=", ">", ">=", "=", "!="};
    if (range.form != Range::Form::interval) {
        const auto& end = range.form == Range::Form::greater || range.form == Range::Form::greater_or_equal ? range.start : range.end;
        out += '(';
        out += operators[static_cast<std::size_t>(range.form)];
        append_text(out, end, bare);
        out += ')';
        return;
    }
    out += range.start_included ? '[' : '(';
    append_text(out, range.start, bare);
    out += "..";
    append_text(out, range.end, bare);
    out += range.end_included ? ']' : ')';
}

void append_function(std::string& out, const Function& function) {
    out += "function(";
    bool first = true;
    for (const auto& parameter : function.parameters()) {
        if (!first) out += ", ";
        first = false;
        out += parameter.name;
    }
    out += ')';
}

// Dates and durations as at-literals, or bare as string() gives them.
void append_literal(std::string& out, std::string_view text, bool bare) {
    out += bare ? "" : "@\"";
    out += text;
    out += bare ? "" : "\"";
}

void append_text(std::string& out, const Value& value, bool bare) {
    switch (value.kind()) {
        case Kind::null: out += "null"; return;
        case Kind::boolean: out += *value.boolean() ? "true" : "false"; return;
        case Kind::number: out += value.number()->text(); return;
        case Kind::string: append_quoted(out, *value.string()); return;
        case Kind::date: {
            const auto text = DateTime{*value.date(), {}}.text();
            append_literal(out, std::string_view(text).substr(0, text.find('T')), bare);
            return;
        }
        case Kind::time: append_literal(out, value.time()->text(), bare); return;
        case Kind::date_time: append_literal(out, value.date_time()->text(), bare); return;
        case Kind::days_duration: append_literal(out, value.days_duration()->text(), bare); return;
        case Kind::months_duration: append_literal(out, value.months_duration()->text(), bare); return;
        case Kind::range: append_range(out, *value.range(), bare); return;
        case Kind::function: append_function(out, **value.function()); return;
        case Kind::list: {
            out += '[';
            bool first = true;
            for (const auto& item : *value.list()) {
                if (!first) out += ", ";
                first = false;
                append_text(out, item, bare);
            }
            out += ']';
            return;
        }
        case Kind::context: {
            out += '{';
            bool first = true;
            for (const auto& [key, entry] : *value.context()) {
                if (!first) out += ", ";
                first = false;
                out += key_text(key);
                out += ": ";
                append_text(out, entry, bare);
            }
            out += '}';
            return;
        }
    }
}

}  // namespace

std::string key_text(std::string_view key) {
    if (impl::is_plain_name(key)) return std::string(key);
    std::string out;
    append_quoted(out, key);
    return out;
}

std::string to_text(const Value& value) {
    std::string out;
    append_text(out, value, false);
    return out;
}

std::string to_display(const Value& value) {
    if (const auto* text = value.string()) return *text;
    std::string out;
    append_text(out, value, true);
    return out;
}

json::Value to_json(const Value& value) {
    switch (value.kind()) {
        case Kind::null:
        case Kind::function: return nullptr;
        case Kind::boolean: return *value.boolean();
        case Kind::number: return json::Number{value.number()->text()};
        case Kind::list: {
            json::Array array;
            array.reserve(value.list()->size());
            for (const auto& item : *value.list()) array.push_back(to_json(item));
            return array;
        }
        case Kind::context: {
            json::Object object;
            for (const auto& [key, entry] : *value.context()) object.set(key, to_json(entry));
            return object;
        }
        default: return to_display(value);
    }
}

Value from_json(const json::Value& value) {
    if (const auto* boolean = value.boolean()) return *boolean;
    if (const auto* number = value.number()) return Value(Decimal::parse(number->text));
    if (const auto* text = value.string()) return *text;
    if (const auto* array = value.array()) {
        List list;
        list.reserve(array->size());
        for (const auto& item : *array) list.push_back(from_json(item));
        return list;
    }
    if (const auto* object = value.object()) {
        Context context;
        for (const auto& [key, entry] : *object) context.append(key, from_json(entry));
        return context;
    }
    return {};
}

namespace {

void find_lost_numbers(const json::Value& value, const std::string& place, std::vector<std::string>& out) {
    constexpr std::size_t most = 50;
    if (out.size() >= most) return;
    if (const auto* number = value.number(); number != nullptr && !Decimal::parse(number->text)) {
        const auto shown = number->text.size() > 60 ? number->text.substr(0, 60) + "…" : number->text;
        out.push_back(fmt::format("{}: {} is beyond the range of numbers", place.empty() ? "the input" : place, shown));
    }
    if (const auto* array = value.array()) {
        for (std::size_t i = 0; i < array->size(); ++i) find_lost_numbers((*array)[i], fmt::format("{}[{}]", place, i + 1), out);
    }
    if (const auto* object = value.object()) {
        for (const auto& [key, entry] : *object) find_lost_numbers(entry, place.empty() ? key : place + "." + key, out);
    }
}

}  // namespace

std::vector<std::string> lost_numbers(const json::Value& value) {
    std::vector<std::string> out;
    find_lost_numbers(value, {}, out);
    return out;
}

}  // namespace wasl::feel
