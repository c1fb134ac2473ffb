// Functions on points and ranges (DMN 1.5, 10.3.4.8), in the order and with the formulas of its table 78.
#include "feel/impl/builtins.hpp"

namespace wasl::feel::impl {

namespace {

// A comparison that has no answer spoils the whole formula.
class Formula {
public:
    bool valid = true;

    bool less(const Value& a, const Value& b) { return test(a, b, [](auto order) { return order < 0; }); }
    bool same(const Value& a, const Value& b) { return test(a, b, [](auto order) { return order == 0; }); }

private:
    template <class Ask>
    bool test(const Value& a, const Value& b, Ask ask) {
        const auto order = compare(a, b);
        valid = valid && order.has_value();
        return order && ask(*order);
    }
};

using Points = bool (*)(Formula&, const Value&, const Value&);
using PointRange = bool (*)(Formula&, const Value&, const Range&);
using RangePoint = bool (*)(Formula&, const Range&, const Value&);
using Ranges = bool (*)(Formula&, const Range&, const Range&);

struct Forms {
    Points points = nullptr;
    PointRange point_range = nullptr;
    RangePoint range_point = nullptr;
    Ranges ranges = nullptr;
};

Value apply(BuiltinCall& call, const Forms& forms) {
    const auto* a = call[0].range();
    const auto* b = call[1].range();
    Formula formula;
    bool answer = false;
    if (a != nullptr && b != nullptr && forms.ranges != nullptr) {
        answer = forms.ranges(formula, *a, *b);
    } else if (a != nullptr && b == nullptr && forms.range_point != nullptr) {
        answer = forms.range_point(formula, *a, call[1]);
    } else if (a == nullptr && b != nullptr && forms.point_range != nullptr) {
        answer = forms.point_range(formula, call[0], *b);
    } else if (a == nullptr && b == nullptr && forms.points != nullptr) {
        answer = forms.points(formula, call[0], call[1]);
    } else {
        return call.error("the function takes points and ranges in another form");
    }
    return formula.valid ? Value(answer) : call.error("the points cannot be compared");
}

bool before_points(Formula& f, const Value& a, const Value& b) { return f.less(a, b); }
bool before_point_range(Formula& f, const Value& p, const Range& a) { return f.less(p, a.start) || (f.same(p, a.start) && !a.start_included); }
bool before_range_point(Formula& f, const Range& a, const Value& p) { return f.less(a.end, p) || (f.same(a.end, p) && !a.end_included); }
bool before_ranges(Formula& f, const Range& a, const Range& b) {
    return f.less(a.end, b.start) || (f.same(a.end, b.start) && !(a.end_included && b.start_included));
}
bool meets(Formula& f, const Range& a, const Range& b) { return f.same(a.end, b.start) && a.end_included && b.start_included; }
bool overlaps(Formula& f, const Range& a, const Range& b) {
    return (f.less(b.start, a.end) || (f.same(a.end, b.start) && a.end_included && b.start_included)) &&
           (f.less(a.start, b.end) || (f.same(a.start, b.end) && a.start_included && b.end_included));
}
bool overlaps_before(Formula& f, const Range& a, const Range& b) {
    return (f.less(a.start, b.start) || (f.same(a.start, b.start) && a.start_included && !b.start_included)) &&
           (f.less(b.start, a.end) || (f.same(a.end, b.start) && a.end_included && b.start_included)) &&
           (f.less(a.end, b.end) || (f.same(a.end, b.end) && (!a.end_included || b.end_included)));
}
bool overlaps_after(Formula& f, const Range& a, const Range& b) {
    return (f.less(b.start, a.start) || (f.same(b.start, a.start) && b.start_included && !a.start_included)) &&
           (f.less(a.start, b.end) || (f.same(b.end, a.start) && b.end_included && a.start_included)) &&
           (f.less(b.end, a.end) || (f.same(b.end, a.end) && (!b.end_included || a.end_included)));
}
bool finishes_point(Formula& f, const Value& p, const Range& a) { return a.end_included && f.same(a.end, p); }
bool finishes(Formula& f, const Range& a, const Range& b) {
    return f.same(a.end, b.end) && a.end_included == b.end_included &&
           (f.less(b.start, a.start) || (f.same(a.start, b.start) && (!a.start_included || b.start_included)));
}
bool includes_point(Formula& f, const Range& a, const Value& p) {
    return (f.less(a.start, p) && f.less(p, a.end)) || (f.same(a.start, p) && a.start_included) || (f.same(a.end, p) && a.end_included);
}
bool includes(Formula& f, const Range& a, const Range& b) {
    return (f.less(a.start, b.start) || (f.same(a.start, b.start) && (a.start_included || !b.start_included))) &&
           (f.less(b.end, a.end) || (f.same(a.end, b.end) && (a.end_included || !b.end_included)));
}
bool starts_point(Formula& f, const Value& p, const Range& a) { return a.start_included && f.same(a.start, p); }
bool starts(Formula& f, const Range& a, const Range& b) {
    return f.same(a.start, b.start) && a.start_included == b.start_included &&
           (f.less(a.end, b.end) || (f.same(a.end, b.end) && (!a.end_included || b.end_included)));
}
bool coincides_points(Formula& f, const Value& a, const Value& b) { return f.same(a, b); }
bool coincides(Formula& f, const Range& a, const Range& b) {
    return f.same(a.start, b.start) && f.same(a.end, b.end) && a.start_included == b.start_included && a.end_included == b.end_included;
}

constexpr std::string_view any_pair = "(point1: Any, point2: Any) | (point: Any, range: Any) | (range: Any, point: Any) | (range1: Any, range2: Any)";
constexpr std::string_view two_ranges = "(range1: Any, range2: Any)";
constexpr std::string_view point_in = "(point: Any, range: Any) | (range1: Any, range2: Any)";
constexpr std::string_view range_of_point = "(range: Any, point: Any) | (range1: Any, range2: Any)";

template <auto Make>
void add(BuiltinTable& table, std::string_view name, std::string_view forms) {
    table.push_back(builtin(std::string(name) + std::string(forms), [](BuiltinCall& call) {
        // Named arguments "range, point" stand in the order of their form.
        return apply(call, Make());
    }));
}

}  // namespace

void add_ranges(BuiltinTable& table) {
    add<[] { return Forms{before_points, before_point_range, before_range_point, before_ranges}; }>(table, "before", any_pair);
    add<[] {
        return Forms{[](Formula& f, const Value& a, const Value& b) { return before_points(f, b, a); },
                     [](Formula& f, const Value& p, const Range& a) { return before_range_point(f, a, p); },
                     [](Formula& f, const Range& a, const Value& p) { return before_point_range(f, p, a); },
                     [](Formula& f, const Range& a, const Range& b) { return before_ranges(f, b, a); }};
    }>(table, "after", any_pair);
    add<[] { return Forms{.ranges = meets}; }>(table, "meets", two_ranges);
    add<[] { return Forms{.ranges = [](Formula& f, const Range& a, const Range& b) { return meets(f, b, a); }}; }>(table, "met by", two_ranges);
    add<[] { return Forms{.ranges = overlaps}; }>(table, "overlaps", two_ranges);
    add<[] { return Forms{.ranges = overlaps_before}; }>(table, "overlaps before", two_ranges);
    add<[] { return Forms{.ranges = overlaps_after}; }>(table, "overlaps after", two_ranges);
    add<[] { return Forms{.point_range = finishes_point, .ranges = finishes}; }>(table, "finishes", point_in);
    add<[] {
        return Forms{.range_point = [](Formula& f, const Range& a, const Value& p) { return finishes_point(f, p, a); },
                     .ranges = [](Formula& f, const Range& a, const Range& b) { return finishes(f, b, a); }};
    }>(table, "finished by", range_of_point);
    add<[] { return Forms{.range_point = includes_point, .ranges = includes}; }>(table, "includes", range_of_point);
    add<[] {
        return Forms{.point_range = [](Formula& f, const Value& p, const Range& a) { return includes_point(f, a, p); },
                     .ranges = [](Formula& f, const Range& a, const Range& b) { return includes(f, b, a); }};
    }>(table, "during", point_in);
    add<[] { return Forms{.point_range = starts_point, .ranges = starts}; }>(table, "starts", point_in);
    add<[] {
        return Forms{.range_point = [](Formula& f, const Range& a, const Value& p) { return starts_point(f, p, a); },
                     .ranges = [](Formula& f, const Range& a, const Range& b) { return starts(f, b, a); }};
    }>(table, "started by", range_of_point);
    add<[] { return Forms{.points = coincides_points, .ranges = coincides}; }>(table, "coincides", "(point1: Any, point2: Any) | (range1: Any, range2: Any)");
}

}  // namespace wasl::feel::impl
