// Boxed filters and iterations (DMN 1.4 and later); the meaning is that of FEEL's own.
#include "decision/impl/logic.hpp"
#include "decision/impl/run.hpp"

#include <fmt/format.h>

namespace wasl::decision::impl {

using feel::List;
using feel::Value;

namespace {

const std::string item_name = "item";
const std::string partial_name = "partial";

// The integers or dates of a closed range, upwards or downwards; nothing for other ranges.
std::optional<List> elements_of(const feel::Range& range, feel::Evaluation& evaluation) {
    if (!range.start_included || !range.end_included) return std::nullopt;
    const bool dates = range.start.date() != nullptr && range.end.date() != nullptr;
    std::optional<std::int64_t> first, last;
    if (dates) {
        first = range.start.date()->days_since_epoch();
        last = range.end.date()->days_since_epoch();
    } else if (range.start.number() != nullptr && range.end.number() != nullptr) {
        first = range.start.number()->to_integer();
        last = range.end.number()->to_integer();
    }
    if (!first || !last) return std::nullopt;
    List out;
    for (auto i = *first;; i += *first <= *last ? 1 : -1) {
        if (!evaluation.spend(1) || out.size() >= evaluation.limits.list_elements)
            return std::nullopt;
        out.push_back(dates ? Value(Date::from_days(i)) : Value(i));
        if (i == *last) return out;
    }
}

Value at_index(const List& list, const Decimal& position) {
    const auto at = position.to_integer();
    const auto size = static_cast<std::int64_t>(list.size());
    if (!at || *at == 0 || *at > size || *at < -size) return {};
    return list[static_cast<std::size_t>(*at > 0 ? *at - 1 : size + *at)];
}

}  // namespace

Value BoxedFilter::compute(Env& env) const {
    const auto from = list ? list->evaluate(env) : Value{};
    if (from.is_null()) return error(env, "feel.type-mismatch", "there is no list to filter");
    const List single = from.list() == nullptr ? List{from} : List{};
    const auto& all = from.list() == nullptr ? single : *from.list();
    Named item(env, item_name);
    List kept;
    bool first = true;
    for (const auto& element : all) {
        if (!env.evaluation.spend(1)) return {};
        item.set(element);
        const auto test = match ? match->evaluate(env) : Value{};
        if (const auto* position = test.number(); position != nullptr && first)
            return at_index(all, *position);
        first = false;
        if (test.is_true()) kept.push_back(element);
        if (test.boolean() == nullptr && !test.is_null())
            return error(env, "feel.type-mismatch", "what must match is no boolean");
    }
    return kept;
}

Value Iteration::compute(Env& env) const {
    const auto from = domain ? domain->evaluate(env) : Value{};
    if (const auto* list = from.list())
        return kind == Kind::all ? collected(env, *list) : quantified(env, *list);
    List elements{from};
    if (const auto* range = from.range()) {
        auto inside = elements_of(*range, env.evaluation);
        if (!inside)
            return error(env, "feel.type-mismatch", "the range has no elements to go through");
        elements = std::move(*inside);
    } else if (from.is_null()) {
        return error(env, "feel.type-mismatch", "there is no list to go through");
    }
    return kind == Kind::all ? collected(env, elements) : quantified(env, elements);
}

Value Iteration::collected(Env& env, const List& elements) const {
    Named partial(env, partial_name);
    Named current(env, variable);
    List results;
    for (const auto& element : elements) {
        if (!env.evaluation.spend(with_partial ? 1 + results.size() : 1)) return {};
        if (with_partial) partial.set(results);
        current.set(element);
        results.push_back(body ? body->evaluate(env) : Value{});
    }
    Value value(std::move(results));
    return value.is_null() ? error(env, "feel.limit", "the result is too large") : value;
}

Value Iteration::quantified(Env& env, const List& elements) const {
    Named current(env, variable);
    const bool settles = kind == Kind::some;
    bool unknown = false, found = false;
    for (const auto& element : elements) {
        if (!env.evaluation.spend(1)) return {};
        current.set(element);
        const auto holds = body ? body->evaluate(env) : Value{};
        if (holds.boolean() == nullptr && !holds.is_null()) {
            return error(env, "feel.type-mismatch", "what must be satisfied is no boolean");
        }
        unknown = unknown || holds.is_null();
        found = found || (holds.boolean() != nullptr && *holds.boolean() == settles);
    }
    if (found) return settles;
    return unknown ? Value{} : Value(!settles);
}

}  // namespace wasl::decision::impl
