#include "participation/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

namespace wasl::participation {

namespace {

template <class V, class T>
concept Of = std::is_same_v<std::remove_cvref_t<V>, T>;

// The members of each record, once, for both ways.
void each_field(Of<Names> auto& v, auto&& f) { f("ar", v.ar); f("fr", v.fr); f("en", v.en); f("zgh", v.zgh); }
void each_field(Of<Article> auto& v, auto&& f) { f("number", v.number); f("title", v.title); f("text", v.text); f("answer", v.answer); }
void each_field(Of<Consultation> auto& v, auto&& f) {
    f("id", v.id); f("title", v.title); f("why", v.why); f("articles", v.articles); f("published", v.published);
    f("published_by", v.published_by); f("opens", v.opens); f("closes", v.closes); f("answer", v.answer); f("answered", v.answered);
    f("answered_by", v.answered_by);
}
void each_field(Of<Contest> auto& v, auto&& f) { f("text", v.text); f("at", v.at); }
void each_field(Of<ContestDecision> auto& v, auto&& f) { f("restored", v.restored); f("words", v.words); f("by", v.by); f("at", v.at); }
void each_field(Of<Hiding> auto& v, auto&& f) {
    f("reason", v.reason); f("words", v.words); f("by", v.by); f("at", v.at); f("contest", v.contest); f("decision", v.decision);
}
void each_field(Of<Comment> auto& v, auto&& f) {
    f("id", v.id); f("consultation", v.consultation); f("article", v.article); f("text", v.text); f("language", v.language);
    f("written", v.written); f("revision", v.revision); f("supports", v.supports); f("hiding", v.hiding); f("voice", v.voice);
    f("author", v.author); f("salt", v.salt);
}
void each_field(Of<Support> auto& v, auto&& f) { f("comment", v.comment); f("voice", v.voice); f("salt", v.salt); }
void each_field(Of<Suggestion> auto& v, auto&& f) {
    f("id", v.id); f("page", v.page); f("text", v.text); f("language", v.language); f("at", v.at); f("author", v.author);
    f("salt", v.salt); f("once", v.once); f("handled", v.handled); f("handled_by", v.handled_by); f("answer", v.answer);
}

// Empty texts and absent parts are left out.
struct ToJson {
    json::Object out;

    void operator()(std::string name, const std::string& v) { if (!v.empty()) out.set(std::move(name), v); }
    void operator()(std::string name, std::int64_t v) { out.set(std::move(name), v); }
    void operator()(std::string name, bool v) { out.set(std::move(name), v); }
    void operator()(std::string name, const Instant& v) { out.set(std::move(name), v.micros); }
    template <class T>
    void operator()(std::string name, const std::optional<T>& v) { if (v) (*this)(std::move(name), *v); }
    template <class T>
    void operator()(std::string name, const std::vector<T>& v) {
        json::Array items;
        for (const auto& item : v) items.emplace_back(object_of(item));
        out.set(std::move(name), std::move(items));
    }
    template <class T>
        requires std::is_class_v<T>
    void operator()(std::string name, const T& v) {
        auto object = object_of(v);
        if (!object.empty()) out.set(std::move(name), std::move(object));
    }
    static json::Object object_of(const auto& v) {
        ToJson writing;
        each_field(v, writing);
        return std::move(writing.out);
    }
};

struct FromJson {
    const json::Value& in;

    void operator()(const std::string& name, std::string& v) const { v = in[name].text_or(""); }
    void operator()(const std::string& name, std::int64_t& v) const { v = in[name].integer_or(v); }
    void operator()(const std::string& name, bool& v) const { v = in[name].bool_or(false); }
    void operator()(const std::string& name, Instant& v) const { v.micros = in[name].integer_or(0); }
    template <class T>
    void operator()(const std::string& name, std::optional<T>& v) const {
        if (!in[name].is_null()) (*this)(name, v.emplace());
    }
    template <class T>
    void operator()(const std::string& name, std::vector<T>& v) const {
        if (const auto* items = in[name].array()) {
            for (const auto& item : *items) each_field(v.emplace_back(), FromJson{item});
        }
    }
    template <class T>
        requires std::is_class_v<T>
    void operator()(const std::string& name, T& v) const { each_field(v, FromJson{in[name]}); }
};

template <class T>
Result<T> read_record(std::string_view body) {
    const auto value = json::parse(body);
    if (!value || value->object() == nullptr) return fail(Code::internal, "participation.record-unreadable", std::string(body.substr(0, 80)));
    T out;
    each_field(out, FromJson{*value});
    return out;
}

}  // namespace

std::vector<store::CollectionSpec> participation_collections() {
    using store::FieldType;
    const auto text = [](std::string name) { return store::FieldSpec{std::move(name), FieldType::text}; };
    const auto integer = [](std::string name) { return store::FieldSpec{std::move(name), FieldType::integer}; };
    return {
        {.name = std::string(rows::consultations), .fields = {integer("closes")}, .indexes = {{"closes", {"closes"}}}},
        // The unique index of voices is the last word on who has spoken, whatever came before it.
        {.name = std::string(rows::comments),
         .fields = {text("voice"), text("article"), integer("written"), integer("contested")},
         .indexes = {{"voice", {"voice"}, true}, {"article", {"article", "written"}}, {"contested", {"contested"}}}},
        {.name = std::string(rows::supports)},
        {.name = std::string(rows::suggestions),
         .fields = {text("state"), integer("at"), text("once")},
         .indexes = {{"state", {"state", "at"}}, {"once", {"once"}, true}}},
    };
}

bool is_hiding_reason(std::string_view code) noexcept { return std::ranges::find(hiding_reasons, code) != hiding_reasons.end(); }

std::string_view to_string(Stage stage) noexcept {
    static constexpr std::array<std::string_view, 4> names = {"planned", "open", "closed", "answered"};
    return names[static_cast<std::size_t>(stage)];
}

Stage Consultation::stage(Instant now) const noexcept {
    if (answered) return Stage::answered;
    if (now < opens) return Stage::planned;
    return now < closes ? Stage::open : Stage::closed;
}

const Article* Consultation::article(std::int64_t number) const noexcept {
    const auto found = std::ranges::find(articles, number, &Article::number);
    return found == articles.end() ? nullptr : &*found;
}

json::Object encode(const Consultation& value) { return ToJson::object_of(value); }
json::Object encode(const Comment& value) { return ToJson::object_of(value); }
json::Object encode(const Support& value) { return ToJson::object_of(value); }
json::Object encode(const Suggestion& value) { return ToJson::object_of(value); }
template <> Result<Consultation> decode(std::string_view body) { return read_record<Consultation>(body); }
template <> Result<Comment> decode(std::string_view body) { return read_record<Comment>(body); }
template <> Result<Support> decode(std::string_view body) { return read_record<Support>(body); }
template <> Result<Suggestion> decode(std::string_view body) { return read_record<Suggestion>(body); }

}  // namespace wasl::participation
