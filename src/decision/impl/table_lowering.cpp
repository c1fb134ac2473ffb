#include "decision/impl/table_lowering.hpp"

#include "decision/impl/table_compiled.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <utility>

namespace wasl::decision::impl {

namespace {

// Rules times regions tried for one column: beyond it a column stays as it is.
constexpr std::size_t most_tries = 2'000'000;
constexpr std::size_t few_texts = 4;  // so many are compared one by one

bool is_less(const feel::Value& a, const feel::Value& b) {
    const auto order = feel::compare(a, b);
    return order && *order < 0;
}

// The constants of a kind that a test mentions, where its truth may change.
void collect(const feel::Value& value, feel::Kind kind, std::vector<feel::Value>& out) {
    if (value.kind() == kind) out.push_back(value);
    if (const auto* range = value.range()) {
        if (range->start.kind() == kind) out.push_back(range->start);
        if (range->end.kind() == kind) out.push_back(range->end);
    }
    if (const auto* list = value.list()) {
        for (const auto& item : *list) {
            if (item.list() == nullptr) collect(item, kind, out);
        }
    }
}

// Some value strictly between two points, either of which may be missing; null when there is none.
feel::Value number_between(const feel::Value* low, const feel::Value* high) {
    const auto one = Decimal::from_integer(1);
    const auto two = Decimal::from_integer(2);
    if (low == nullptr && high == nullptr) return Decimal{};
    std::optional<Decimal> found;
    if (low != nullptr && high != nullptr) {
        // The halves are added, so that the sum of two huge numbers does not overflow.
        const auto half = low->number()->divided_by(two);
        const auto other = high->number()->divided_by(two);
        if (half && other) found = half->plus(*other);
    } else {
        // Beyond the size of the number itself: one more is lost where its last digit is worth more.
        // NOLINTNEXTLINE(clang-analyzer-core.NullDereference): ends of an axis of numbers are numbers
        const auto& end = low != nullptr ? *low->number() : *high->number();
        const auto step = end.absolute().plus(one);
        if (step) found = low != nullptr ? end.plus(*step) : end.minus(*step);
    }
    if (!found || (low != nullptr && *found <= *low->number()) || (high != nullptr && *found >= *high->number())) return {};
    return *found;
}

feel::Value text_between(const feel::Value* low, const feel::Value* high) {
    if (low == nullptr) return high == nullptr || !high->string()->empty() ? feel::Value("") : feel::Value{};
    auto next = *low->string() + '\0';  // nothing lies between a text and this one
    if (high != nullptr && next >= *high->string()) return {};
    return next;
}

template <class T, class Step>
feel::Value stepped(const feel::Value* low, const feel::Value* high, const T& anything, const T& forward, const T& back, Step step) {
    if (low == nullptr && high == nullptr) return anything;
    const auto moved = low != nullptr ? step(*low, forward) : step(*high, back);
    if (!moved) return {};
    feel::Value found(*moved);
    return (low != nullptr && !is_less(*low, found)) || (high != nullptr && !is_less(found, *high)) ? feel::Value{} : found;
}

feel::Value value_between(feel::Kind kind, const feel::Value* low, const feel::Value* high) {
    switch (kind) {
        case feel::Kind::number: return number_between(low, high);
        case feel::Kind::string: return text_between(low, high);
        case feel::Kind::days_duration: {
            const feel::DaysDuration one{0, 1};
            return stepped(low, high, one, one, feel::DaysDuration{0, -1}, [](const feel::Value& from, const feel::DaysDuration& by) {
                return feel::DaysDuration::from_total(from.days_duration()->total() + by.total());
            });
        }
        case feel::Kind::months_duration: {
            const feel::MonthsDuration one{1};
            return stepped(low, high, one, one, feel::MonthsDuration{-1}, [](const feel::Value& from, const feel::MonthsDuration& by) {
                std::int64_t sum = 0;
                return __builtin_add_overflow(from.months_duration()->months, by.months, &sum) ? std::nullopt
                                                                                              : std::optional(feel::MonthsDuration{sum});
            });
        }
        default: break;
    }
    if (low == nullptr && high == nullptr) return Date{2000, 1, 1};
    // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): ends of an axis of days are days
    const auto moved = feel::shifted(low != nullptr ? *low->date() : *high->date(), feel::DaysDuration::of_days(low != nullptr ? 1 : -1));
    if (!moved) return {};
    feel::Value found(*moved);
    return (high != nullptr && !is_less(found, *high)) || (low != nullptr && !is_less(*low, found)) ? feel::Value{} : found;
}

class ColumnLowering {
public:
    ColumnLowering(const CompiledTable& table, std::size_t column, std::size_t words)
        : table_(table), column_(column), words_(words), input_(table.inputs[column]) {}

    LoweredColumn run() {
        LoweredColumn out;
        using feel::Kind;
        struct Part {
            Kind kind;
            Axis* axis;
        };
        const Part parts[] = {{Kind::number, &out.number}, {Kind::string, &out.string}, {Kind::date, &out.date},
                              {Kind::days_duration, &out.days}, {Kind::months_duration, &out.months}};
        std::size_t regions = 0;
        for (const auto& [kind, axis] : parts) {
            axis->points = points(kind);
            regions += 2 * axis->points.size() + 1;
        }
        if (regions * (table_.rules.size() + 1) > most_tries) return out;
        for (const auto& [kind, axis] : parts) {
            if (!fill(kind, *axis)) return out;
        }
        for (const auto& value : {feel::Value{}, feel::Value(false), feel::Value(true)}) append(out.fixed, value);
        lists(out);
        out.usable = true;
        return out;
    }

private:
    const InputCell& cell(std::size_t rule) const { return table_.rules[rule].inputs[column_]; }

    std::vector<feel::Value> points(feel::Kind kind) const {
        std::vector<feel::Value> out;
        const auto from = [&](const std::optional<feel::ConstantTests>& tests) {
            if (!tests) return;
            for (const auto& test : tests->tests) collect(test.value, kind, out);
        };
        for (std::size_t rule = 0; rule < table_.rules.size(); ++rule) from(cell(rule).constant);
        from(input_.allowed_constant);
        std::sort(out.begin(), out.end(), is_less);
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
    }

    // Adds the mask of a value; null stands for a region without values.
    void append(std::vector<Word>& out, const feel::Value& value) const {
        const auto begin = out.size();
        out.resize(begin + words_);
        const auto set = [&](std::size_t bit) { out[begin + bit / 64] |= Word{1} << (bit % 64); };
        const auto& allowed = input_.allowed_constant;
        if (!allowed || is_allowed(value, [&](const feel::Value& item) { return allowed->matches(item); })) set(0);
        for (std::size_t rule = 0; rule < table_.rules.size(); ++rule) {
            const auto& tests = cell(rule).constant;
            if (!tests || tests->matches(value)) set(rule + 1);
        }
    }

    bool fill(feel::Kind kind, Axis& axis) const {
        const auto count = axis.points.size();
        for (std::size_t i = 0; i <= count; ++i) {
            const auto* low = i == 0 ? nullptr : &axis.points[i - 1];
            const auto* high = i == count ? nullptr : &axis.points[i];
            const auto between = value_between(kind, low, high);
            // No number between two that are no neighbours: beyond the digits that were tried.
            if (between.is_null() && kind == feel::Kind::number) return false;
            append(axis.masks, between);
            axis.vacant.push_back(between.is_null());
            if (high == nullptr) continue;
            append(axis.masks, *high);
            axis.vacant.push_back(false);
        }
        axis.even = true;
        for (std::size_t i = 2; i <= 2 * count; i += 2) {
            axis.even = axis.even && std::equal(axis.masks.begin(), axis.masks.begin() + static_cast<std::ptrdiff_t>(words_),
                                                axis.masks.begin() + static_cast<std::ptrdiff_t>(i * words_));
        }
        axis.prepare(words_);
        return true;
    }

    // Which lists may be decided text by text.
    void lists(LoweredColumn& out) const {
        out.lists = !input_.allowed_constant;
        out.always.resize(words_);
        out.negated.resize(words_);
        const auto set = [](std::vector<Word>& mask, std::size_t bit) { mask[bit / 64] |= Word{1} << (bit % 64); };
        set(out.always, 0);
        for (std::size_t rule = 0; rule < table_.rules.size(); ++rule) {
            const auto& tests = cell(rule).constant;
            if (!tests || tests->any) {
                set(out.always, rule + 1);
                continue;
            }
            if (tests->negated) set(out.negated, rule + 1);
            for (const auto& test : tests->tests) {
                out.contains = out.contains || test.contains;
                out.lists = out.lists && test.contains;
            }
        }
    }

    const CompiledTable& table_;
    std::size_t column_;
    std::size_t words_;
    const CompiledInput& input_;
};

}  // namespace

void Axis::prepare(std::size_t words) {
    words_ = words;
    for (const auto& point : points) {
        if (const auto* number = point.number()) numbers_.push_back(*number);
        if (const auto* text = point.string()) texts_.emplace_back(*text);
    }
    if (texts_.size() <= few_texts) return;
    buckets_.resize(std::bit_ceil(texts_.size() * 2));
    for (std::uint32_t i = 0; i < texts_.size(); ++i) {
        auto bucket = std::hash<std::string_view>{}(texts_[i]) & (buckets_.size() - 1);
        while (buckets_[bucket] != 0) bucket = (bucket + 1) & (buckets_.size() - 1);
        buckets_[bucket] = i + 1;
    }
}

Mask Axis::at(const Decimal& value) const {
    const auto place = std::lower_bound(numbers_.begin(), numbers_.end(), value);
    const auto index = static_cast<std::size_t>(place - numbers_.begin());
    return region(2 * index + (place != numbers_.end() && *place == value ? 1 : 0));
}

Mask Axis::at(std::string_view value) const {
    if (buckets_.empty()) {
        for (std::size_t i = 0; i < texts_.size(); ++i) {
            if (texts_[i] == value) return region(2 * i + 1);
        }
    } else {
        auto bucket = std::hash<std::string_view>{}(value) & (buckets_.size() - 1);
        for (; buckets_[bucket] != 0; bucket = (bucket + 1) & (buckets_.size() - 1)) {
            if (texts_[buckets_[bucket] - 1] == value) return region(2 * (buckets_[bucket] - 1) + 1);
        }
    }
    if (even) return region(0);
    return region(2 * static_cast<std::size_t>(std::lower_bound(texts_.begin(), texts_.end(), value) - texts_.begin()));
}

Mask Axis::at(const feel::Value& value) const {
    const auto place = std::lower_bound(points.begin(), points.end(), value, is_less);
    const auto index = static_cast<std::size_t>(place - points.begin());
    return region(2 * index + (place != points.end() && !is_less(value, *place) ? 1 : 0));
}

Mask LoweredColumn::mask(const feel::Value& value, std::size_t words) const {
    if (!usable) return nullptr;
    switch (value.kind()) {
        // list contains(null, …) leaves a finding, which only the evaluator gives.
        case feel::Kind::null: return contains ? nullptr : fixed.data();
        case feel::Kind::boolean: return fixed.data() + (value.is_true() ? 2 : 1) * words;
        case feel::Kind::number: return number.at(*value.number());
        case feel::Kind::string: return string.at(std::string_view(*value.string()));
        case feel::Kind::date: return date.at(value);
        case feel::Kind::days_duration: return days.at(value);
        case feel::Kind::months_duration: return months.at(value);
        default: return nullptr;
    }
}

std::unique_ptr<const LoweredTable> LoweredTable::of(const CompiledTable& table) {
    auto out = std::make_unique<LoweredTable>();
    out->words = (table.rules.size() + 1 + 63) / 64;
    for (std::size_t i = 0; i < table.inputs.size(); ++i) out->columns.push_back(ColumnLowering(table, i, out->words).run());
    out->left.resize(table.rules.size());
    for (std::size_t rule = 0; rule < table.rules.size(); ++rule) {
        for (std::uint32_t i = 0; i < table.inputs.size(); ++i) {
            const auto& cell = table.rules[rule].inputs[i];
            if (cell.tests && !cell.constant) out->left[rule].push_back(i);
        }
    }
    return out;
}

}  // namespace wasl::decision::impl
