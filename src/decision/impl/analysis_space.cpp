#include "decision/impl/analysis_space.hpp"

#include "decision/impl/table_compiled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace wasl::decision::impl {

namespace {

const Axis* axis_of(const LoweredColumn& column, feel::Kind kind) {
    switch (kind) {
        case feel::Kind::number: return &column.number;
        case feel::Kind::string: return &column.string;
        case feel::Kind::date: return &column.date;
        case feel::Kind::days_duration: return &column.days;
        case feel::Kind::months_duration: return &column.months;
        default: return nullptr;
    }
}

// The kind of a column: its type's, or the only one that its constants show.
feel::Kind kind_of(const CompiledTable& table, std::size_t c) {
    using Type = feel::Type::Kind;
    auto type = table.description.inputs[c].type.kind();
    if (type == Type::any) type = table.inputs[c].expression->type().kind();
    if (type != Type::any) {
        return type == Type::list || type == Type::context ? feel::Kind::null : static_cast<feel::Kind>(static_cast<int>(type) - 1);
    }
    auto found = feel::Kind::null;
    for (const auto& rule : table.rules) {
        if (!rule.inputs[c].constant) continue;
        for (const auto& test : rule.inputs[c].constant->tests) {
            const auto* range = test.value.range();
            const auto kind = test.contains ? feel::Kind::list
                              : range == nullptr ? test.value.kind()
                              : range->start.is_null() ? range->end.kind() : range->start.kind();
            if (found != feel::Kind::null && kind != found) return feel::Kind::null;
            found = kind;
        }
    }
    return found;
}

RuleSet rules_of(Mask mask, std::size_t rules) {
    RuleSet out(rules);
    for (std::size_t r = 0; r < rules; ++r) {
        if ((mask[(r + 1) / 64] >> ((r + 1) % 64) & 1U) != 0) out.set(r);
    }
    return out;
}

// Regions `first` to `last` of an axis as one test.
std::string run_text(const std::vector<feel::Value>& points, std::size_t first, std::size_t last) {
    const bool from_point = first % 2 == 1;
    const bool to_point = last % 2 == 1;
    const bool below = first == 0;
    const bool above = last == 2 * points.size();
    if (below && above) return "-";
    if (first == last && from_point) return to_text(points[first / 2]);
    const auto low = below ? std::string() : to_text(points[from_point ? first / 2 : first / 2 - 1]);
    const auto high = above ? std::string() : to_text(points[last / 2]);
    if (below) return (to_point ? "<= " : "< ") + high;
    if (above) return (from_point ? ">= " : "> ") + low;
    return fmt::format("{}{}..{}{}", from_point ? '[' : '(', low, high, to_point ? ']' : ')');
}

AnalysisColumn column_of(const CompiledTable& table, std::size_t c) {
    const auto& lowered = table.lowered->columns[c];
    const auto rules = table.rules.size();
    AnalysisColumn out{{}, RuleSet(rules), kind_of(table, c), {}, {}, false};
    const auto* axis = axis_of(lowered, out.kind);
    const bool known = lowered.usable && (axis != nullptr || out.kind == feel::Kind::boolean) &&
                       (!table.inputs[c].allowed || table.inputs[c].allowed_constant);
    for (std::size_t r = 0; r < rules; ++r) {
        const auto& cell = table.rules[r].inputs[c];
        if (cell.tests && (!known || !cell.constant)) out.doubtful.set(r);
    }
    if (!known) {
        out.kind = feel::Kind::null;
        out.parts.push_back({0, RuleSet::all(rules)});
        return out;
    }
    if (axis != nullptr) {
        out.points = axis->points;
        out.vacant = axis->vacant;
        out.even = axis->even;
    }
    const auto words = table.lowered->words;
    const auto regions = axis == nullptr ? 2 : axis->regions();
    for (std::size_t i = 0; i < regions; ++i) {
        if (axis != nullptr && axis->vacant[i]) continue;
        const auto* mask = axis == nullptr ? lowered.fixed.data() + (i + 1) * words : axis->region(i);
        if ((mask[0] & 1U) != 0) out.parts.push_back({i, rules_of(mask, rules)});
    }
    return out;
}

}  // namespace

RuleSet RuleSet::all(std::size_t rules) {
    RuleSet out(rules);
    for (std::size_t r = 0; r < rules; ++r) out.set(r);
    return out;
}
void RuleSet::add(const RuleSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
}
void RuleSet::keep(const RuleSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
}
void RuleSet::remove(const RuleSet& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
}
bool RuleSet::empty() const {
    return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
}

std::string AnalysisColumn::text(const std::function<bool(const RuleSet&)>& chosen) const {
    if (kind == feel::Kind::null) return "-";
    std::vector<std::size_t> taken;
    for (const auto& part : parts) {
        if (chosen(part.rules)) taken.push_back(part.region);
    }
    if (taken.size() == parts.size()) return "-";
    const auto listed = [](const std::vector<std::string>& texts) { return fmt::format("{}", fmt::join(texts, ", ")); };
    std::vector<std::string> texts;
    if (kind == feel::Kind::boolean) {
        for (const auto region : taken) texts.emplace_back(region == 1 ? "true" : "false");
        return listed(texts);
    }
    if (kind == feel::Kind::string && even && std::any_of(taken.begin(), taken.end(), [](std::size_t i) { return i % 2 == 0; })) {
        // All texts but those named.
        for (const auto& part : parts) {
            const bool is_taken = std::find(taken.begin(), taken.end(), part.region) != taken.end();
            if (part.region % 2 == 1 && !is_taken) texts.push_back(to_text(points[part.region / 2]));
        }
        return "not(" + listed(texts) + ")";
    }
    for (std::size_t i = 0; i < taken.size(); ++i) {
        const auto first = taken[i];
        auto last = first;
        const auto follows = [&](std::size_t next) {
            for (auto between = last + 1; between < next; ++between) {
                if (!vacant[between]) return false;
            }
            return true;
        };
        while (i + 1 < taken.size() && follows(taken[i + 1])) last = taken[++i];
        texts.push_back(run_text(points, first, last));
    }
    return listed(texts);
}

std::vector<AnalysisColumn> analysis_space(const CompiledTable& table) {
    std::vector<AnalysisColumn> out;
    for (std::size_t c = 0; c < table.inputs.size(); ++c) out.push_back(column_of(table, c));
    return out;
}

}  // namespace wasl::decision::impl
