#include "decision/analysis.hpp"

#include "decision/impl/analysis_space.hpp"
#include "decision/impl/table_compiled.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace wasl::decision {

namespace {

using impl::AnalysisColumn;
using impl::RuleSet;
using Kind = TableRemark::Kind;

class Analyst {
public:
    Analyst(const impl::CompiledTable& table, const AnalysisLimits& limits)
        : table_(table), limits_(limits), space_(impl::analysis_space(table)), steps_left_(limits.steps) {}

    TableAnalysis run() {
        cells();
        duplicates();
        overlaps();
        unreachable();
        gaps();
        return std::move(out_);
    }

private:
    void remark(TableRemark found) {
        if (++counts_[static_cast<std::size_t>(found.kind)] > limits_.remarks) {
            out_.complete = false;
            return;
        }
        out_.remarks.push_back(std::move(found));
    }
    bool step(std::size_t cost = 1) {
        if (steps_left_ < cost) {
            steps_left_ = 0;
            out_.complete = false;
            return false;
        }
        steps_left_ -= cost;
        return true;
    }
    [[nodiscard]] std::size_t rules() const { return table_.rules.size(); }
    [[nodiscard]] RuleSet none() const { return RuleSet(rules()); }
    [[nodiscard]] HitPolicy policy() const { return table_.description.policy; }

    void cells() {
        for (std::size_t c = 0; c < space_.size(); ++c) {
            bool used = false;
            for (std::size_t r = 0; r < rules(); ++r) {
                used = used || table_.rules[r].inputs[c].tests.has_value();
                if (space_[c].doubtful.has(r)) remark({Kind::not_analysed, {r + 1}, c + 1, {}});
            }
            if (!used && rules() > 0) remark({Kind::unused_input, {}, c + 1, {}});
        }
    }

    // Rules whose every cell is known.
    [[nodiscard]] RuleSet certain() const {
        auto out = RuleSet::all(rules());
        for (const auto& column : space_) out.remove(column.doubtful);
        return out;
    }

    // The rules that hold together with rule `r` somewhere.
    RuleSet companions(std::size_t r) const {
        auto out = RuleSet::all(rules());
        for (const auto& column : space_) {
            auto here = none();
            for (const auto& part : column.parts) {
                if (part.rules.has(r)) here.add(part.rules);
            }
            out.keep(here);
        }
        return out;
    }

    // A text can only be compared as a text where the cell is not known.
    [[nodiscard]] bool same_conditions(std::size_t a, std::size_t b) const {
        for (std::size_t c = 0; c < space_.size(); ++c) {
            const auto& column = space_[c];
            const auto& cells = table_.description.rules;
            if (column.doubtful.has(a) || column.doubtful.has(b)) {
                if (cells[a].inputs[c] != cells[b].inputs[c]) return false;
                continue;
            }
            for (const auto& part : column.parts) {
                if (part.rules.has(a) != part.rules.has(b)) return false;
            }
        }
        return true;
    }

    void duplicates() {
        for (std::size_t b = 1; b < rules(); ++b) {
            for (std::size_t a = 0; a < b; ++a) {
                if (a % 64 == 0 && !step()) return;
                if (!same_conditions(a, b)) continue;
                duplicates_.emplace(a, b);
                remark({Kind::duplicate, {a + 1, b + 1}, 0, {}});
                break;
            }
        }
    }

    void overlaps() {
        if (policy() != HitPolicy::unique && policy() != HitPolicy::any) return;
        const auto known = certain();
        for (std::size_t a = 0; a < rules(); ++a) {
            if (!known.has(a)) continue;
            auto others = companions(a);
            others.keep(known);
            for (std::size_t b = a + 1; b < rules(); ++b) {
                if (b % 64 == 0 && !step()) return;
                if (!others.has(b) || duplicates_.contains({a, b}) || agree(a, b)) continue;
                remark({Kind::overlap, {a + 1, b + 1}, 0, shared(a, b)});
            }
        }
    }
    [[nodiscard]] bool agree(std::size_t a, std::size_t b) const {
        if (policy() != HitPolicy::any) return false;
        const auto& first = table_.rules[a].result;
        const auto& second = table_.rules[b].result;
        return !first || !second || *first == *second;  // what is computed may agree
    }
    [[nodiscard]] std::vector<std::string> shared(std::size_t a, std::size_t b) const {
        std::vector<std::string> out;
        for (const auto& column : space_) {
            out.push_back(column.text([&](const RuleSet& here) { return here.has(a) && here.has(b); }));
        }
        return out;
    }

    void unreachable() {
        const auto known = certain();
        for (std::size_t r = 0; r < rules(); ++r) {
            const bool possible = std::all_of(space_.begin(), space_.end(), [&](const AnalysisColumn& column) {
                return std::any_of(column.parts.begin(), column.parts.end(), [&](const auto& part) { return part.rules.has(r); });
            });
            if (!possible) {
                remark({Kind::unreachable, {r + 1}, 0, {}});
                continue;
            }
            auto ahead = before(r);
            ahead.keep(known);
            if (ahead.empty()) continue;
            covered_.clear();
            if (hole(0, ahead, &r, {}) == Found::nothing) remark({Kind::unreachable, {r + 1}, 0, {}});
        }
    }
    // The rules that decide in place of `r` where both match.
    [[nodiscard]] RuleSet before(std::size_t r) const {
        auto out = none();
        const bool ranked = policy() == HitPolicy::priority &&
                            std::all_of(table_.rules.begin(), table_.rules.end(), [](const auto& rule) { return rule.result.has_value(); });
        for (std::size_t other = 0; other < rules(); ++other) {
            const bool first = policy() == HitPolicy::first && other < r;
            const bool higher = ranked && other != r &&
                                std::pair(table_.rules[other].rank, other) < std::pair(table_.rules[r].rank, r);
            if (first || higher) out.set(other);
        }
        return out;
    }

    void gaps() {
        if (std::any_of(table_.outputs.begin(), table_.outputs.end(), [](const auto& output) { return output.has_default; })) return;
        covered_.clear();
        std::ignore = hole(0, RuleSet::all(rules()), nullptr, {});
    }

    enum class Found : std::uint8_t { nothing, something, unknown };

    // Looks for values that none of `left` matches, from column `c` on. With `within`, only among the
    // values that this rule matches, and the first find is enough; else every hole is reported.
    Found hole(std::size_t c, const RuleSet& left, const std::size_t* within, const std::vector<std::string>& path) {
        if (left.empty()) {
            if (within == nullptr) report_gap(path);
            return Found::something;
        }
        if (c == space_.size() || covered_.contains({c, left})) return Found::nothing;
        if (!step(1 + space_[c].parts.size() * (rules() / 64 + 1) / 256)) return Found::unknown;
        std::set<RuleSet> next;  // what the parts of the column leave
        for (const auto& part : space_[c].parts) {
            if (within != nullptr && !part.rules.has(*within)) continue;
            auto here = part.rules;
            here.keep(left);
            next.insert(std::move(here));
        }
        auto found = Found::nothing;
        for (const auto& here : next) {
            auto longer = path;
            if (within == nullptr) {
                longer.push_back(space_[c].text([&](const RuleSet& rules) {
                    auto kept = rules;
                    kept.keep(left);
                    return kept == here;
                }));
            }
            const auto below = hole(c + 1, here, within, longer);
            if (below == Found::unknown || (below == Found::something && within != nullptr)) return below;
            if (below == Found::something) found = below;
        }
        if (found == Found::nothing) covered_.emplace(c, left);
        return found;
    }
    void report_gap(std::vector<std::string> where) {
        where.resize(space_.size(), "-");
        remark({Kind::gap, {}, 0, std::move(where)});
    }

    const impl::CompiledTable& table_;
    const AnalysisLimits& limits_;
    std::vector<AnalysisColumn> space_;
    std::size_t steps_left_;
    std::set<std::pair<std::size_t, std::size_t>> duplicates_;
    std::set<std::pair<std::size_t, RuleSet>> covered_;  // from this column on, no value is left out
    std::array<std::size_t, 6> counts_{};
    TableAnalysis out_;
};

}  // namespace

std::string_view to_string(TableRemark::Kind kind) noexcept {
    static constexpr std::string_view names[] = {"overlap", "gap", "duplicate", "unreachable", "unused input", "not analysed"};
    return names[static_cast<std::size_t>(kind)];
}

TableAnalysis analyse(const Table& table, const AnalysisLimits& limits) {
    if (!table.valid() || table.compiled().lowered == nullptr) return {};
    return Analyst(table.compiled(), limits).run();
}

}  // namespace wasl::decision
