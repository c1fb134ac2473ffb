#include "pay/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <type_traits>

namespace wasl::pay {

namespace {

constexpr std::array<std::string_view, 4> demand_states = {"open", "paid", "cancelled", "refunded"};
constexpr std::array<std::string_view, 4> refund_states = {"asked", "approved", "rejected", "given"};

// The members of each record, once, for both ways.
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, Hand> {
    f("id", v.id); f("name", v.name); f("office", v.office);
}
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, Line> {
    f("label", v.label); f("stamp", v.stamp); f("amount", v.amount);
}
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, Demand> {
    f("reference", v.reference); f("dossier", v.dossier); f("dossier_reference", v.dossier_reference); f("procedure", v.procedure);
    f("office", v.office); f("amount", v.amount); f("lines", v.lines); f("state", v.state); f("raised", v.raised);
    f("incomplete_until_paid", v.incomplete_until_paid); f("receipt", v.receipt); f("closed", v.closed); f("assessed_by", v.assessed_by); f("returned", v.returned);
}
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, Receipt> {
    f("number", v.number); f("reference", v.reference); f("dossier", v.dossier); f("dossier_reference", v.dossier_reference);
    f("procedure", v.procedure); f("office", v.office); f("amount", v.amount); f("at", v.at); f("day", v.day); f("cashier", v.cashier);
    f("provider", v.provider); f("transaction", v.transaction); f("refund", v.refund); f("once", v.once);
}
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, CashDay> {
    f("id", v.id); f("number", v.number); f("cashier", v.cashier); f("opened", v.opened); f("opening", v.opening); f("taken", v.taken);
    f("given_back", v.given_back); f("receipts", v.receipts); f("closed", v.closed); f("counted", v.counted); f("explanation", v.explanation);
}
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, Notice> {
    f("provider", v.provider); f("transaction", v.transaction); f("attempt", v.attempt); f("reference", v.reference); f("amount", v.amount);
    f("successful", v.successful); f("print", v.print); f("at", v.at); f("code", v.code); f("receipt", v.receipt); f("held", v.held);
    f("refund", v.refund); f("from_settlement", v.from_settlement); f("settlement", v.settlement); f("settled", v.settled);
}
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, Attempt> {
    f("id", v.id); f("reference", v.reference); f("provider", v.provider); f("language", v.language); f("amount", v.amount);
    f("started", v.started); f("transaction", v.transaction); f("successful", v.successful);
    f("replaced", v.replaced);
}
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, Refund> {
    f("id", v.id); f("receipt", v.receipt); f("notice", v.notice); f("reference", v.reference); f("amount", v.amount);
    f("reason", v.reason); f("asked_by", v.asked_by); f("asked", v.asked); f("decided_by", v.decided_by); f("decided", v.decided);
    f("rejection", v.rejection); f("given", v.given); f("voucher", v.voucher); f("day", v.day); f("provider", v.provider); f("settlement", v.settlement);
    f("state", v.state);
}
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, SettlementLine> {
    f("state", v.state); f("transaction", v.transaction); f("reference", v.reference); f("expected", v.expected); f("received", v.received);
    f("code", v.code);
}
void each(auto& v, auto&& f) requires std::is_same_v<std::remove_const_t<std::remove_reference_t<decltype(v)>>, Settlement> {
    f("id", v.id); f("provider", v.provider); f("name", v.name); f("at", v.at); f("by", v.by); f("expected", v.expected);
    f("received", v.received); f("lines", v.lines);
}

// Empty values are left out.
struct Writing {
    json::Object out;

    void operator()(std::string name, const std::string& v) { if (!v.empty()) out.set(std::move(name), v); }
    void operator()(std::string name, const Money& v) { if (!v.is_zero()) out.set(std::move(name), v.text()); }
    void operator()(std::string name, bool v) { out.set(std::move(name), v); }
    void operator()(std::string name, std::int64_t v) { if (v != 0) out.set(std::move(name), v); }
    void operator()(std::string name, const Instant& v) { out.set(std::move(name), v.micros); }
    void operator()(std::string name, DemandState v) { out.set(std::move(name), to_string(v)); }
    void operator()(std::string name, RefundState v) { out.set(std::move(name), to_string(v)); }
    void operator()(std::string name, const Hand& v) { if (!v.id.empty()) out.set(std::move(name), object_of(v)); }
    template <class T>
    void operator()(std::string name, const std::optional<T>& v) {
        if (!v) return;
        if constexpr (std::is_same_v<T, Money>) out.set(std::move(name), v->text());  // an amount of nothing is said too
        else (*this)(std::move(name), *v);
    }
    template <class T>
    void operator()(std::string name, const std::vector<T>& v) {
        if (v.empty()) return;
        json::Array items;
        for (const auto& item : v) items.emplace_back(object_of(item));
        out.set(std::move(name), std::move(items));
    }
    static json::Object object_of(const auto& v) {
        Writing writing;
        each(v, writing);
        return std::move(writing.out);
    }
};

struct Reading {
    const json::Value& in;
    std::string wrong = {};

    void bad(std::string_view name) { if (wrong.empty()) wrong = name; }
    void operator()(const std::string& name, std::string& v) { v = in[name].text_or(""); }
    void operator()(const std::string& name, Money& v) {
        if (in[name].is_null()) return;
        const auto read = Money::parse(in[name].text_or(""));
        if (read) v = *read;
        else bad(name);
    }
    void operator()(const std::string& name, bool& v) { v = in[name].bool_or(false); }
    void operator()(const std::string& name, std::int64_t& v) { v = in[name].integer_or(0); }
    void operator()(const std::string& name, Instant& v) { v.micros = in[name].integer_or(0); }
    void operator()(const std::string& name, DemandState& v) { state(name, v, demand_states); }
    void operator()(const std::string& name, RefundState& v) { state(name, v, refund_states); }
    void operator()(const std::string& name, Hand& v) { if (in[name].object() != nullptr) inner(name, in[name], v); }
    template <class T>
    void operator()(const std::string& name, std::optional<T>& v) {
        if (in[name].is_null()) return;
        (*this)(name, v.emplace());
    }
    template <class T>
    void operator()(const std::string& name, std::vector<T>& v) {
        const auto* items = in[name].array();
        if (items == nullptr) return;
        for (const auto& item : *items) inner(name, item, v.emplace_back());
    }
    void inner(const std::string& name, const json::Value& from, auto& v) {
        Reading reading{from};
        each(v, reading);
        if (!reading.wrong.empty()) bad(name + "." + reading.wrong);
    }
    void state(const std::string& name, auto& v, const auto& names) {
        const auto found = std::ranges::find(names, in[name].text_or(""));
        if (found == names.end()) bad(name);
        else v = static_cast<std::remove_reference_t<decltype(v)>>(found - names.begin());
    }
};

template <class T>
Result<T> read_record(std::string_view body) {
    const auto value = TRY(json::parse(body));
    T out;
    Reading reading{value};
    each(out, reading);
    if (value.object() == nullptr) reading.bad("no object");
    if (!reading.wrong.empty()) return fail(Code::internal, "pay.malformed", reading.wrong);
    return out;
}

store::FieldSpec text_field(std::string name) { return {std::move(name), store::FieldType::text}; }
store::FieldSpec number_field(std::string name) { return {std::move(name), store::FieldType::integer}; }

}  // namespace

std::vector<store::CollectionSpec> pay_collections() {
    const auto named = [](std::string_view name) { return std::string(name); };
    return {{.name = named(rows::demands), .fields = {text_field("dossier"), text_field("state")},
             .indexes = {{.name = "dossier", .fields = {"dossier"}, .unique = true}, {.name = "state", .fields = {"state"}}}},
            {.name = named(rows::receipts), .fields = {text_field("day"), text_field("once"), number_field("at")},
             .indexes = {{.name = "day", .fields = {"day", "at"}}, {.name = "once", .fields = {"once"}, .unique = true}}},
            {.name = named(rows::days), .fields = {text_field("open"), number_field("at")},
             .indexes = {{.name = "open", .fields = {"open"}, .unique = true}, {.name = "at", .fields = {"at"}}}},
            // A notice stands in `held` while it holds money, in `unsettled` until a file names it.
            {.name = named(rows::notices), .fields = {text_field("reference"), number_field("held"), text_field("unsettled"), number_field("at")},
             .indexes = {{.name = "held", .fields = {"held"}}, {.name = "unsettled", .fields = {"unsettled", "at"}}, {.name = "reference", .fields = {"reference", "at"}}}},
            {.name = named(rows::attempts), .fields = {text_field("waiting")}, .indexes = {{.name = "waiting", .fields = {"waiting"}}}},
            {.name = named(rows::refunds), .fields = {text_field("state"), number_field("at"), text_field("voucher"), text_field("unsettled")},
             .indexes = {{.name = "state", .fields = {"state", "at"}}, {.name = "voucher", .fields = {"voucher"}, .unique = true},
                         {.name = "unsettled", .fields = {"unsettled", "at"}}}},
            {.name = named(rows::settlements), .fields = {number_field("at")}, .indexes = {{.name = "at", .fields = {"at"}}}}};
}

std::string_view to_string(DemandState state) noexcept { return demand_states[static_cast<std::size_t>(state)]; }
std::string_view to_string(RefundState state) noexcept { return refund_states[static_cast<std::size_t>(state)]; }

std::size_t Settlement::differences() const noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(lines, [](const SettlementLine& line) { return line.state != "matched"; }));
}

json::Object encode(const Demand& v) { return Writing::object_of(v); }
json::Object encode(const Receipt& v) { return Writing::object_of(v); }
json::Object encode(const CashDay& v) { return Writing::object_of(v); }
json::Object encode(const Notice& v) { return Writing::object_of(v); }
json::Object encode(const Attempt& v) { return Writing::object_of(v); }
json::Object encode(const Refund& v) { return Writing::object_of(v); }
json::Object encode(const Settlement& v) { return Writing::object_of(v); }

template <> Result<Demand> decode<Demand>(std::string_view body) { return read_record<Demand>(body); }
template <> Result<Receipt> decode<Receipt>(std::string_view body) { return read_record<Receipt>(body); }
template <> Result<CashDay> decode<CashDay>(std::string_view body) { return read_record<CashDay>(body); }
template <> Result<Notice> decode<Notice>(std::string_view body) { return read_record<Notice>(body); }
template <> Result<Attempt> decode<Attempt>(std::string_view body) { return read_record<Attempt>(body); }
template <> Result<Refund> decode<Refund>(std::string_view body) { return read_record<Refund>(body); }
template <> Result<Settlement> decode<Settlement>(std::string_view body) { return read_record<Settlement>(body); }

}  // namespace wasl::pay
