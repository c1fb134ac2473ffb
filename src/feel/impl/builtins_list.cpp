// List functions that read (DMN 1.5, 10.3.4.4), and all() and any().
#include "feel/impl/builtins.hpp"
#include "feel/impl/cost.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace wasl::feel::impl {

namespace {

// The numbers of a list, or nothing when an element is none.
std::optional<std::vector<Decimal>> numbers(const List& list) {
    std::vector<Decimal> out;
    out.reserve(list.size());
    for (const auto& item : list) {
        if (item.number() == nullptr) return std::nullopt;
        out.push_back(*item.number());
    }
    return out;
}

std::optional<Decimal> total(const std::vector<Decimal>& numbers) {
    auto sum = Decimal{};
    for (const auto& number : numbers) {
        const auto next = sum.plus(number);
        if (!next) return std::nullopt;
        sum = *next;
    }
    return sum;
}

std::optional<Decimal> mean_of(const std::vector<Decimal>& numbers) {
    const auto sum = total(numbers);
    return sum ? sum->divided_by(Decimal::from_integer(static_cast<std::int64_t>(numbers.size()))) : std::nullopt;
}

// Numbers of the one list argument; an empty list or another element makes the function null.
std::optional<std::vector<Decimal>> some_numbers(BuiltinCall& call) {
    auto out = numbers(call.list(0));
    if (!out) {
        static_cast<void>(call.error("the list holds more than numbers"));
    } else if (out->empty()) {
        static_cast<void>(call.error("the list is empty"));
        return std::nullopt;
    }
    return out;
}

Value list_contains(BuiltinCall& call) {
    const auto& list = call.list(0);
    return std::any_of(list.begin(), list.end(), [&](const Value& item) { return equal(item, call[1]) == true; });
}

Value count(BuiltinCall& call) { return call.list(0).size(); }

Value extreme(BuiltinCall& call, bool greatest) {
    const auto& list = call.list(0);
    if (list.empty()) return {};
    const auto* best = &list.front();
    for (const auto& item : list) {
        const auto order = compare(item, *best);
        if (!order) return call.error("the elements cannot be compared");
        if (greatest ? *order > 0 : *order < 0) best = &item;
    }
    return *best;
}

Value sum(BuiltinCall& call) {
    const auto held = some_numbers(call);
    return held ? Value(total(*held)) : Value{};
}

Value mean(BuiltinCall& call) {
    const auto held = some_numbers(call);
    return held ? Value(mean_of(*held)) : Value{};
}

Value product(BuiltinCall& call) {
    const auto held = some_numbers(call);
    if (!held) return {};
    std::optional result = Decimal::from_integer(1);
    for (const auto& number : *held) {
        if (result) result = result->times(number);
    }
    return result;
}

// The comparisons of a sort.
bool pay_sort(BuiltinCall& call) {
    return call.evaluation.spend(call[0].weight() / 2 * static_cast<std::uint64_t>(std::bit_width(call.list(0).size())));
}

Value median(BuiltinCall& call) {
    if (!pay_sort(call)) return {};
    auto held = some_numbers(call);
    if (!held) return {};
    std::sort(held->begin(), held->end());
    const auto middle = held->size() / 2;
    if (held->size() % 2 == 1) return (*held)[middle];
    const auto both = (*held)[middle - 1].plus((*held)[middle]);
    return both ? Value(both->divided_by(Decimal::from_integer(2))) : Value{};
}

Value stddev(BuiltinCall& call) {
    const auto held = some_numbers(call);
    if (!held) return {};
    if (held->size() < 2) return call.error("stddev: takes two numbers at least");
    if (!call.evaluation.spend(cost::root + cost::division)) return {};
    const auto mean = mean_of(*held);
    auto squares = std::optional{Decimal{}};
    for (const auto& number : *held) {
        const auto distance = mean ? number.minus(*mean) : std::nullopt;
        const auto square = distance ? distance->times(*distance) : std::nullopt;
        squares = squares && square ? squares->plus(*square) : std::nullopt;
    }
    const auto variance = squares ? squares->divided_by(Decimal::from_integer(static_cast<std::int64_t>(held->size()) - 1)) : std::nullopt;
    return variance ? Value(variance->square_root()) : Value{};
}

Value mode(BuiltinCall& call) {
    if (!pay_sort(call)) return {};
    if (call.list(0).empty()) return List{};
    auto held = numbers(call.list(0));
    if (!held) return call.error("mode: the list holds more than numbers");
    std::sort(held->begin(), held->end());
    List out;
    std::size_t most = 0;
    for (std::size_t from = 0; from < held->size();) {
        auto to = from;
        while (to < held->size() && (*held)[to] == (*held)[from]) ++to;
        if (to - from > most) {
            most = to - from;
            out.clear();
        }
        if (to - from == most) out.emplace_back((*held)[from]);
        from = to;
    }
    return out;
}

// all: false wins; any: true wins; then null; then the other.
Value quantify(BuiltinCall& call, bool winner) {
    bool won = false;
    bool unknown = false;
    for (const auto& item : call.list(0)) {
        if (item.boolean() == nullptr && !item.is_null()) return call.error("an element is no boolean");
        won = won || (item.boolean() != nullptr && *item.boolean() == winner);
        unknown = unknown || item.is_null();
    }
    if (won) return winner;
    return unknown ? Value{} : Value(!winner);
}

Value index_of(BuiltinCall& call) {
    List out;
    const auto& list = call.list(0);
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (equal(list[i], call[1]) == true) out.emplace_back(i + 1);
    }
    return out;
}

bool holds(const List& list, const Value& value) {
    return std::any_of(list.begin(), list.end(), [&](const Value& item) { return equal(item, value) == true; });
}

// Keeps the first of equal elements; simple kinds are few enough to compare one by one, within budget.
Value distinct(BuiltinCall& call, const List& list) {
    List out;
    for (const auto& item : list) {
        if (!call.evaluation.spend(out.size() / 4 * item.weight() + 1)) return {};
        if (!holds(out, item)) out.push_back(item);
    }
    return out;
}

Value distinct_values(BuiltinCall& call) { return distinct(call, call.list(0)); }

// Each argument a list, or one element.
std::optional<List> joined(BuiltinCall& call) {
    List out;
    for (const auto& part : call.list(0)) {
        if (part.is_null()) return std::nullopt;
        if (const auto* list = part.list()) {
            out.insert(out.end(), list->begin(), list->end());
        } else {
            out.push_back(part);
        }
    }
    return out;
}

Value concatenate(BuiltinCall& call) {
    auto out = joined(call);
    return out ? Value(std::move(*out)) : call.error("concatenate: a list is null");
}

Value unite(BuiltinCall& call) {
    const auto out = joined(call);
    return out ? distinct(call, *out) : call.error("union: a list is null");
}

void flatten_into(List& out, const List& list) {
    for (const auto& item : list) {
        if (const auto* inner = item.list()) {
            flatten_into(out, *inner);
        } else {
            out.push_back(item);
        }
    }
}

Value flatten(BuiltinCall& call) {
    List out;
    flatten_into(out, call.list(0));
    return out;
}

// Stable; any answers of `before`, even contradictory ones, only decide the order.
template <class Before>
void merge_sort(List& list, Before before) {
    List other(list.size());
    for (std::size_t width = 1; width < list.size(); width *= 2) {
        for (std::size_t from = 0; from < list.size(); from += 2 * width) {
            auto left = from;
            auto right = std::min(from + width, list.size());
            const auto middle = right;
            const auto end = std::min(from + 2 * width, list.size());
            for (auto at = from; at < end; ++at) {
                const bool take_right = left == middle || (right < end && before(list[right], list[left]));
                other[at] = std::move(list[take_right ? right++ : left++]);
            }
        }
        std::swap(list, other);
    }
}

Value sort(BuiltinCall& call) {
    auto list = call.list(0);
    if (!pay_sort(call)) return {};
    bool failed = false;
    const auto before = [&](const Value& a, const Value& b) {
        if (failed || call.evaluation.exhausted()) return false;
        if (!call.has(1)) {
            const auto order = compare(a, b);
            failed = !order;
            return order && *order < 0;
        }
        const std::array arguments{a, b};
        const auto answer = feel::call(**call[1].function(), arguments, call.evaluation, call.position);
        failed = answer.boolean() == nullptr;
        return answer.is_true();
    };
    merge_sort(list, before);
    return failed ? call.error("sort: the elements have no order") : Value(std::move(list));
}

}  // namespace

void add_lists(BuiltinTable& table) {
    table.push_back(builtin("list contains(list: list, element~: Any)", list_contains));
    table.push_back(builtin("count(list: list...)", count));
    table.push_back(builtin("min(list: list...)", [](BuiltinCall& call) { return extreme(call, false); }));
    table.push_back(builtin("max(list: list...)", [](BuiltinCall& call) { return extreme(call, true); }));
    table.push_back(builtin("sum(list: list...)", sum));
    table.push_back(builtin("mean(list: list...)", mean));
    table.push_back(builtin("median(list: list...)", median));
    table.push_back(builtin("product(list: list...)", product));
    table.push_back(builtin("stddev(list: list...)", stddev));
    table.push_back(builtin("mode(list: list...)", mode));
    table.push_back(builtin("all(list: list...)", [](BuiltinCall& call) { return quantify(call, false); }));
    table.push_back(builtin("any(list: list...)", [](BuiltinCall& call) { return quantify(call, true); }));
    table.push_back(builtin("index of(list: list, match~: Any)", index_of));
    table.push_back(builtin("distinct values(list: list)", distinct_values));
    table.push_back(builtin("union(list: list...!)", unite));
    table.push_back(builtin("concatenate(list: list...!)", concatenate));
    table.push_back(builtin("flatten(list: list)", flatten));
    table.push_back(builtin("sort(list: list, precedes?: function)", sort));
}

}  // namespace wasl::feel::impl
