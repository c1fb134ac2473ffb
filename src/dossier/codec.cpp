#include "dossier/codec.hpp"

#include "dossier/impl/fields.hpp"

#include <fmt/format.h>

#include <array>
#include <concepts>
#include <type_traits>

namespace wasl::dossier {

namespace {

using codec::Fields;

// --- names of enumerators, in their order --------------------------------------------------------

template <class E>
constexpr std::array<std::string_view, 0> names{};
template <>
constexpr std::array<std::string_view, 2> names<Unit> = {"day", "month"};
template <>
constexpr std::array<std::string_view, 2> names<SilenceEffect> = {"none", "approval"};
template <>
constexpr std::array<std::string_view, 5> names<Source> = {"typed", "uploaded", "shown", "declared", "fetched"};
template <>
constexpr std::array<std::string_view, 4> names<EvidenceHow> = {"identity", "yes-no", "data", "document"};
template <>
constexpr std::array<std::string_view, 5> names<EvidenceStatus> = {"waiting", "held", "not-held", "declined", "handed-in"};
template <>
constexpr std::array<std::string_view, 3> names<DocumentStatus> = {"valid", "replaced", "withdrawn"};
template <>
constexpr std::array<std::string_view, 3> names<Opinion> = {"favourable", "reserved", "unfavourable"};
template <>
constexpr std::array<std::string_view, 6> names<DeskState::Answer> = {"none",         "favourable", "reserved",
                                                                      "unfavourable", "given",      "refused"};
template <>
constexpr std::array<std::string_view, 4> names<Outcome> = {"granted", "refused", "upheld", "dismissed"};
template <>
constexpr std::array<std::string_view, 8> names<Kind> = {"authorisation", "declaration", "extract",   "registration",
                                                         "benefit",       "contract",    "complaint", "call"};
template <>
constexpr std::array<std::string_view, phase_count> names<Phase> = {
    "incomplete", "completion", "examination", "visa",      "signature",           "notification",
    "granted",    "refused",    "upheld",      "dismissed", "approved_by_silence", "acknowledged",
    "free_to_operate", "lapsed", "withdrawn",  "transferred"};

template <class T>
concept Struct = requires(T& value) { Fields<std::remove_const_t<T>>::each(value, [](std::string_view, auto&) {}); };

template <class T>
constexpr bool is_optional = false;
template <class T>
constexpr bool is_optional<std::optional<T>> = true;
template <class T>
constexpr bool is_vector = false;
template <class T>
constexpr bool is_vector<std::vector<T>> = true;

// --- writing ---------------------------------------------------------------------------------------

void write(std::string& out, const std::string& text) { json::append_string(out, text); }
void write(std::string& out, bool value) { out += value ? "true" : "false"; }
template <std::integral T>
    requires(!std::same_as<T, bool>)
void write(std::string& out, T value) {
    out += fmt::format_int(value).c_str();
}
void write(std::string& out, Instant at) {
    out += '"';
    out += at.iso();
    out += '"';
}
void write(std::string& out, Date date) {
    out += '"';
    out += date.iso();
    out += '"';
}
void write(std::string& out, const json::Object& object) {
    char separator = '{';
    for (const auto& [key, value] : object) {
        out += separator;
        separator = ',';
        json::append_string(out, key);
        out += ':';
        json::append(out, value);
    }
    out += object.empty() ? "{}" : "}";
}
template <class E>
    requires std::is_enum_v<E>
void write(std::string& out, E value) {
    out += '"';
    out += names<E>[static_cast<std::size_t>(value)];
    out += '"';
}
template <Struct T>
void write(std::string& out, const T& value);
template <class T>
void write(std::string& out, const std::vector<T>& values) {
    out += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out += ',';
        write(out, values[i]);
    }
    out += ']';
}

// Absent and empty are the same value: what is empty is not written. Enumerators always are.
template <class T>
bool is_empty(const T& value) {
    if constexpr (std::is_enum_v<T> || Struct<T>) {
        return false;
    } else if constexpr (std::same_as<T, bool>) {
        return !value;
    } else if constexpr (std::integral<T>) {
        return value == 0;
    } else if constexpr (std::same_as<T, Instant>) {
        return value.micros == 0;
    } else if constexpr (is_optional<T>) {
        return !value.has_value();
    } else {
        return value.empty();
    }
}

struct Writer {
    std::string& out;
    bool first = true;

    template <class T>
    void operator()(std::string_view name, const T& value) {
        if (is_empty(value)) return;
        const std::size_t before = out.size();
        out += first ? '{' : ',';
        out += '"';
        out += name;
        out += "\":";
        if constexpr (is_optional<T>) {
            write(out, *value);
        } else if constexpr (Struct<T>) {
            write(out, value);
            if (out.ends_with("{}")) {  // a part with nothing in it is absent
                out.resize(before);
                return;
            }
        } else {
            write(out, value);
        }
        first = false;
    }
    void close() { out += first ? "{}" : "}"; }
};

template <Struct T>
void write(std::string& out, const T& value) {
    Writer writer{out};
    Fields<T>::each(value, writer);
    writer.close();
}

// --- reading ---------------------------------------------------------------------------------------

struct Failure {
    std::string where;  // first one only
    bool operator()(std::string_view name) {
        if (where.empty()) where = name;
        return false;
    }
};

bool read(const json::Value& from, std::string& to, Failure&) {
    const auto* text = from.string();
    if (text == nullptr) return false;
    to = *text;
    return true;
}
bool read(const json::Value& from, bool& to, Failure&) {
    const auto* value = from.boolean();
    if (value == nullptr) return false;
    to = *value;
    return true;
}
template <std::integral T>
    requires(!std::same_as<T, bool>)
bool read(const json::Value& from, T& to, Failure&) {
    const auto value = from.integer();
    if (!value || !std::in_range<T>(*value)) return false;
    to = static_cast<T>(*value);
    return true;
}
bool read(const json::Value& from, Instant& to, Failure&) {
    const auto* text = from.string();
    if (text == nullptr) return false;
    const auto at = parse_instant(*text);
    if (!at) return false;
    to = *at;
    return true;
}
bool read(const json::Value& from, Date& to, Failure&) {
    const auto* text = from.string();
    if (text == nullptr) return false;
    const auto date = parse_date(*text);
    if (!date) return false;
    to = *date;
    return true;
}
bool read(const json::Value& from, json::Object& to, Failure&) {
    const auto* object = from.object();
    if (object == nullptr) return false;
    to = *object;
    return true;
}
template <class E>
    requires std::is_enum_v<E>
bool read(const json::Value& from, E& to, Failure&) {
    const auto* text = from.string();
    if (text == nullptr) return false;
    for (std::size_t i = 0; i < names<E>.size(); ++i) {
        if (names<E>[i] == *text) {
            to = static_cast<E>(i);
            return true;
        }
    }
    return false;
}
template <Struct T>
bool read(const json::Value& from, T& to, Failure& failure);
template <class T>
bool read(const json::Value& from, std::optional<T>& to, Failure& failure) {
    return read(from, to.emplace(), failure);
}
template <class T>
bool read(const json::Value& from, std::vector<T>& to, Failure& failure) {
    const auto* array = from.array();
    if (array == nullptr) return false;
    to.clear();
    to.reserve(array->size());
    for (const auto& element : *array) {
        if (!read(element, to.emplace_back(), failure)) return false;
    }
    return true;
}

struct StructReader {
    const json::Object& object;
    Failure& failure;
    std::size_t used = 0;
    bool good = true;

    template <class T>
    void operator()(std::string_view name, T& value) {
        const auto* found = object.find(name);
        if (found == nullptr) {
            // An enumerator is always written; an absent anything else is the empty value, not the
            // default of the struct.
            if constexpr (std::is_enum_v<T>) {
                good = failure(name);
            } else if constexpr (std::same_as<T, bool>) {
                value = false;
            } else if constexpr (std::integral<T>) {
                value = 0;
            } else {
                value = T{};
            }
            return;
        }
        ++used;
        if (!read(*found, value, failure)) good = failure(name);
    }
};

template <Struct T>
bool read(const json::Value& from, T& to, Failure& failure) {
    const auto* object = from.object();
    if (object == nullptr) return false;
    StructReader reader{*object, failure};
    Fields<T>::each(to, reader);
    if (reader.good && reader.used != object->size()) return failure("a field of no meaning in this version");
    return reader.good;
}

std::unexpected<Error> malformed(const Failure& failure, std::string_view what) {
    return fail(Code::internal, "dossier.malformed", fmt::format("{}: {}", what, failure.where));
}

template <std::size_t I = 0>
bool read_body(EventType type, const json::Value& from, Body& to, Failure& failure) {
    if constexpr (I == std::variant_size_v<Body>) {
        return failure("type");
    } else {
        using Alternative = std::variant_alternative_t<I, Body>;
        if (Alternative::type != type) return read_body<I + 1>(type, from, to, failure);
        return read(from, to.template emplace<I>(), failure);
    }
}

}  // namespace

std::string_view to_string(EvidenceStatus status) noexcept { return names<EvidenceStatus>[static_cast<std::size_t>(status)]; }
std::string_view to_string(Phase phase) noexcept { return names<Phase>[static_cast<std::size_t>(phase)]; }

std::optional<Phase> phase_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < phase_count; ++i) {
        if (names<Phase>[i] == name) return static_cast<Phase>(i);
    }
    return std::nullopt;
}

std::string encode(const Event& event) {
    std::string out;
    out.reserve(1'024);
    out += R"({"v":1,"type":")";
    out += to_string(event.type());
    out += R"(","at":)";
    write(out, event.at);
    out += R"(,"by":)";
    write(out, event.by);
    out += R"(,"body":)";
    std::visit([&](const auto& body) { write(out, body); }, event.body);
    out += '}';
    return out;
}

std::string encode(const State& state) {
    std::string out;
    out.reserve(2'048);
    out += R"({"v":1,"dossier":)";
    write(out, state);
    out += '}';
    return out;
}

std::string encode(const std::vector<Piece>& pieces) {
    std::string out;
    write(out, pieces);
    return out;
}

std::string encode(const std::vector<Evidence>& evidence) {
    std::string out;
    write(out, evidence);
    return out;
}

Result<std::vector<Evidence>> decode_evidence(const json::Value& array) {
    std::vector<Evidence> evidence;
    Failure failure;
    if (!array.is_null() && !read(array, evidence, failure)) {
        failure("evidence");
        return malformed(failure, "evidence");
    }
    return evidence;
}

Result<std::vector<Piece>> decode_pieces(const json::Value& array) {
    std::vector<Piece> pieces;
    Failure failure;
    if (!array.is_null() && !read(array, pieces, failure)) {
        failure("pieces");
        return malformed(failure, "papers");
    }
    return pieces;
}

Result<Event> decode_event(std::string_view text) {
    const auto document = TRY(json::parse(text));
    if (document["v"].integer_or(0) != event_version) {
        return fail(Code::unsupported, "dossier.event-version-unknown", "written by another version of the program");
    }
    const auto type = event_type_from(document["type"].text_or(""));
    if (!type) {
        return fail(Code::unsupported, "dossier.event-type-unknown", std::string(document["type"].text_or("")));
    }
    Event event;
    Failure failure;
    if (!read(document["at"], event.at, failure)) {
        failure("at");
        return malformed(failure, "event");
    }
    if (!read(document["by"], event.by, failure) || !read_body(*type, document["body"], event.body, failure)) {
        failure("body");
        return malformed(failure, to_string(*type));
    }
    if (document.object()->size() != 5) {
        failure("a field of no meaning in this version");
        return malformed(failure, to_string(*type));
    }
    return event;
}

Result<State> decode_state(std::string_view text) {
    const auto document = TRY(json::parse(text));
    if (document["v"].integer_or(0) != state_version) {
        return fail(Code::unsupported, "dossier.state-version-unknown", "written by another version of the program");
    }
    State state;
    Failure failure;
    if (!read(document["dossier"], state, failure)) {
        failure("dossier");
        return malformed(failure, "state");
    }
    return state;
}

}  // namespace wasl::dossier
