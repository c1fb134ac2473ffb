#include "feel/value.hpp"

#include "feel/function.hpp"
#include "feel/impl/cost.hpp"

#include <algorithm>

namespace wasl::feel {

std::string_view to_string(Kind kind) noexcept {
    static constexpr std::string_view names[] = {
        "Null", "boolean", "number", "string", "date", "time", "date and time", "days and time duration",
        "years and months duration", "list", "context", "range", "function"};
    return names[static_cast<std::size_t>(kind)];
}

// Lists and contexts know their depth and weight, so that nothing later walks an unbounded tree.
struct Value::ListBox {
    List items;
    std::uint32_t weight = 1;
    std::uint32_t depth = 1;
};

struct Value::ContextBox {
    Context entries;
    std::uint32_t weight = 1;
    std::uint32_t depth = 1;
};

namespace {

struct Measure {
    std::uint32_t weight = 1;
    std::uint32_t depth = 0;
    void add(const Value& value) {
        weight = std::min(weight + value.weight(), 2 * Value::max_weight);
        depth = std::max(depth, value.depth());
    }
    [[nodiscard]] bool fits() const { return weight <= Value::max_weight && depth < Value::max_depth; }
};

const Value null_value;

}  // namespace

Value::Value(std::string value) : data_(std::make_shared<const std::string>(std::move(value))) {}
Value::Value(Time value) : data_(std::make_shared<const Time>(std::move(value))) {}
Value::Value(DateTime value) : data_(std::make_shared<const DateTime>(std::move(value))) {}

Value::Value(List value) {
    Measure measure;
    for (const auto& item : value) measure.add(item);
    if (!measure.fits()) return;
    data_ = std::make_shared<const ListBox>(ListBox{std::move(value), measure.weight, measure.depth + 1});
}

Value::Value(Context value) {
    Measure measure;
    for (const auto& [key, entry] : value) measure.add(entry);
    if (!measure.fits()) return;
    data_ = std::make_shared<const ContextBox>(ContextBox{std::move(value), measure.weight, measure.depth + 1});
}

Value::Value(Range value) : data_(std::make_shared<const Range>(std::move(value))) {}

Value::Value(std::shared_ptr<const Function> value) {
    if (value != nullptr) data_ = std::move(value);
}

const List* Value::list() const noexcept {
    const auto* box = shared<ListBox>();
    return box == nullptr ? nullptr : &box->items;
}

const Context* Value::context() const noexcept {
    const auto* box = shared<ContextBox>();
    return box == nullptr ? nullptr : &box->entries;
}

const Value& Value::operator[](std::string_view key) const noexcept {
    const auto* entries = context();
    const auto* entry = entries == nullptr ? nullptr : entries->find(key);
    return entry == nullptr ? null_value : *entry;
}

std::uint32_t Value::weight() const noexcept {
    if (const auto* list = shared<ListBox>()) return list->weight;
    if (const auto* context = shared<ContextBox>()) return context->weight;
    if (const auto* text = string()) return static_cast<std::uint32_t>(std::min<std::size_t>(1 + text->size() / impl::cost::text_bytes, max_weight));
    return 1;
}

std::uint32_t Value::depth() const noexcept {
    if (const auto* list = shared<ListBox>()) return list->depth;
    if (const auto* context = shared<ContextBox>()) return context->depth;
    return 0;
}

bool Value::operator==(const Value& other) const { return equal(*this, other).value_or(false); }

const Value* Context::find(std::string_view key) const noexcept {
    for (const auto& [name, value] : entries_) {
        if (name == key) return &value;
    }
    return nullptr;
}

void Context::set(std::string key, Value value) {
    for (auto& [name, held] : entries_) {
        if (name == key) {
            held = std::move(value);
            return;
        }
    }
    entries_.emplace_back(std::move(key), std::move(value));
}

void Context::append(std::string key, Value value) { entries_.emplace_back(std::move(key), std::move(value)); }

namespace {

// A moment on a line: of a zoned value the instant, of a local one its wall time.
struct Moment {
    bool zoned;
    __int128 nanoseconds;
};

Moment moment(const DateTime& value, bool with_fraction) {
    const bool zoned = value.time.zone.form != TimeZone::Form::local;
    return {zoned, static_cast<__int128>(value.epoch_seconds()) * 1'000'000'000 + (with_fraction ? value.time.nanosecond : 0)};
}

Moment moment(const Time& value, bool with_fraction) {
    const auto offset = value.offset();
    const auto fraction = with_fraction ? 0 : value.nanosecond;
    return {offset.has_value(), value.nanosecond_of_day() - fraction - static_cast<__int128>(offset.value_or(0)) * 1'000'000'000};
}

template <class T>
std::optional<bool> equal_moments(const T& a, const T& b) {
    // Fractions of a second do not count for `=`.
    const auto left = moment(a, false);
    const auto right = moment(b, false);
    return left.zoned == right.zoned && left.nanoseconds == right.nanoseconds;
}

template <class T>
std::optional<std::strong_ordering> order_moments(const T& a, const T& b) {
    const auto left = moment(a, true);
    const auto right = moment(b, true);
    if (left.zoned != right.zoned) return std::nullopt;
    return left.nanoseconds <=> right.nanoseconds;
}

std::optional<bool> equal_lists(const List& a, const List& b) {
    if (a.size() != b.size()) return false;
    std::optional<bool> result = true;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const auto same = equal(a[i], b[i]);
        if (same == false) return false;
        if (!same) result = std::nullopt;
    }
    return result;
}

std::optional<bool> equal_contexts(const Context& a, const Context& b) {
    if (a.size() != b.size()) return false;
    std::optional<bool> result = true;
    auto expected = b.begin();  // usually both have the same order
    for (const auto& [key, value] : a) {
        const auto* other = expected->first == key ? &expected->second : b.find(key);
        ++expected;
        if (other == nullptr) return false;
        const auto same = equal(value, *other);
        if (same == false) return false;
        if (!same) result = std::nullopt;
    }
    return result;
}

bool same_form(const Range& a, const Range& b) {
    return a.form == b.form && a.start_included == b.start_included && a.end_included == b.end_included;
}

std::optional<bool> equal_ranges(const Range& a, const Range& b) {
    if (!same_form(a, b)) return false;
    const auto starts = equal(a.start, b.start);
    const auto ends = equal(a.end, b.end);
    if (starts == false || ends == false) return false;
    if (!starts || !ends) return std::nullopt;
    return true;
}

}  // namespace

std::optional<bool> equal(const Value& a, const Value& b) {
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
        case Kind::null: return true;
        case Kind::boolean: return *a.boolean() == *b.boolean();
        case Kind::number: return *a.number() == *b.number();
        case Kind::string: return *a.string() == *b.string();
        case Kind::date: return *a.date() == *b.date();
        case Kind::time: return equal_moments(*a.time(), *b.time());
        case Kind::date_time: return equal_moments(*a.date_time(), *b.date_time());
        case Kind::days_duration: return *a.days_duration() == *b.days_duration();
        case Kind::months_duration: return *a.months_duration() == *b.months_duration();
        case Kind::list: return a.list() == b.list() ? std::optional{true} : equal_lists(*a.list(), *b.list());
        case Kind::context: return equal_contexts(*a.context(), *b.context());
        case Kind::range: return equal_ranges(*a.range(), *b.range());
        case Kind::function: return *a.function() == *b.function();
    }
    return std::nullopt;
}

std::optional<std::strong_ordering> compare(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return std::nullopt;
    switch (a.kind()) {
        case Kind::number: return *a.number() <=> *b.number();
        case Kind::string: return *a.string() <=> *b.string();  // UTF-8 sorts as code points do
        case Kind::date: return *a.date() <=> *b.date();
        case Kind::time: return order_moments(*a.time(), *b.time());
        case Kind::date_time: return order_moments(*a.date_time(), *b.date_time());
        case Kind::days_duration: return *a.days_duration() <=> *b.days_duration();
        case Kind::months_duration: return *a.months_duration() <=> *b.months_duration();
        default: return std::nullopt;
    }
}

bool is_same(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) return false;
    switch (a.kind()) {
        case Kind::time: return *a.time() == *b.time();
        case Kind::date_time: return *a.date_time() == *b.date_time();
        case Kind::list:
            return a.list()->size() == b.list()->size() &&
                   std::equal(a.list()->begin(), a.list()->end(), b.list()->begin(), is_same);
        case Kind::context:
            return a.context()->size() == b.context()->size() &&
                   std::all_of(a.context()->begin(), a.context()->end(), [&](const Context::Entry& entry) {
                       const auto* other = b.context()->find(entry.first);
                       return other != nullptr && is_same(entry.second, *other);
                   });
        case Kind::range:
            return same_form(*a.range(), *b.range()) && is_same(a.range()->start, b.range()->start) &&
                   is_same(a.range()->end, b.range()->end);
        default: return equal(a, b).value_or(false);
    }
}

namespace {

// Whether `value` lies on the inner side of a bound; an absent bound holds for everything.
std::optional<bool> inside(const Value& bound, bool included, const Value& value, bool is_start) {
    if (bound.is_null()) return true;
    const auto order = compare(value, bound);
    if (!order) return std::nullopt;
    if (*order == 0) return included;
    return (*order > 0) == is_start;
}

}  // namespace

std::optional<bool> Range::includes(const Value& value) const {
    if (value.is_null() && form != Form::equal && form != Form::not_equal) return std::nullopt;
    if (form == Form::equal) return feel::equal(value, start);
    if (form == Form::not_equal) {
        const auto same = feel::equal(value, start);
        return same ? std::optional{!*same} : std::nullopt;
    }
    // An interval written with null as an end contains nothing known.
    if (form == Form::interval && (start.is_null() || end.is_null())) return std::nullopt;
    const auto after_start = inside(start, start_included, value, true);
    const auto before_end = inside(end, end_included, value, false);
    if (after_start == false || before_end == false) return false;
    if (!after_start || !before_end) return std::nullopt;
    return true;
}

}  // namespace wasl::feel
