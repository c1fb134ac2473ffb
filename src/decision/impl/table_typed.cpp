#include "decision/impl/table_compiled.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace wasl::decision::impl {

namespace {

constexpr std::size_t most_columns = 64;

// One decision over typed inputs. All but what no mask covers lies on the stack.
class TypedRun {
public:
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): counted arrays; to clear them would be half of the work
    TypedRun(const CompiledTable& table, std::span<const TypedInput> inputs, std::span<std::uint32_t> rows)
        : table_(table), lowered_(*table.lowered), inputs_(inputs), rows_(rows) {}

    TypedDecision run() {
        for (std::size_t i = 0; i < inputs_.size(); ++i) {
            if (!place(i)) return {.status = TypedDecision::Status::not_allowed};
        }
        for (std::size_t word = 0; word < lowered_.words; ++word) {
            auto bits = word == 0 ? ~Word{1} : ~Word{0};
            for (std::size_t i = 0; i < mask_count_; ++i) bits &= masks_[i][word];
            for (std::size_t i = 0; i < list_count_; ++i) bits &= of_list(lists_[i], word);
            for (; bits != 0; bits &= bits - 1) {
                const auto rule = word * 64 + static_cast<std::size_t>(std::countr_zero(bits)) - 1;
                if (rule >= table_.rules.size()) break;
                if (!open_cells_match(rule)) continue;
                if (!take(static_cast<std::uint32_t>(rule))) return finished();
            }
        }
        return finished();
    }

private:
    using Kind = TypedInput::Kind;

    // Chooses how column `i` is decided; false when its value is not allowed.
    bool place(std::size_t i) {
        const auto& column = lowered_.columns[i];
        const auto& type = table_.description.inputs[i].type;
        const auto kind = inputs_[i].kind();
        if (!type.is_any() && !conforms(kind, type)) return place_other(i);
        Mask mask = nullptr;
        if (column.usable) {
            switch (kind) {
                case Kind::null: mask = column.fixed.data(); break;
                case Kind::boolean: mask = column.fixed.data() + (inputs_[i].boolean() ? 2 : 1) * lowered_.words; break;
                case Kind::number: mask = column.number.at(inputs_[i].number()); break;
                case Kind::string: mask = column.string.at(inputs_[i].text()); break;
                case Kind::date: mask = column.date.at(feel::Value(inputs_[i].date())); break;
                case Kind::strings:
                    if (!column.lists) break;
                    lists_[list_count_++] = static_cast<std::uint8_t>(i);
                    return true;
                case Kind::other: mask = column.mask(*inputs_[i].value(), lowered_.words); break;
            }
        }
        if (mask == nullptr) return place_other(i);
        masks_[mask_count_++] = mask;
        return (mask[0] & 1U) != 0;
    }

    static bool conforms(Kind kind, const feel::Type& type) {
        using Wanted = feel::Type::Kind;
        switch (kind) {
            case Kind::null: return true;
            case Kind::boolean: return type.kind() == Wanted::boolean;
            case Kind::number: return type.kind() == Wanted::number;
            case Kind::string: return type.kind() == Wanted::string;
            case Kind::date: return type.kind() == Wanted::date;
            case Kind::strings:
                return type.kind() == Wanted::list && (type.element().is_any() || type.element().kind() == Wanted::string);
            case Kind::other: return false;
        }
        return false;
    }

    // A value that has to be coerced, or that no mask covers: cell by cell.
    bool place_other(std::size_t i) {
        const auto& column = table_.inputs[i];
        auto coerced = table_.description.inputs[i].type.coerce(value_of(inputs_[i]));
        const auto& value = values_.emplace_back(coerced ? std::move(*coerced) : feel::Value{});
        open_.push_back(i);
        return !column.allowed_constant ||
               is_allowed(value, [&](const feel::Value& item) { return column.allowed_constant->matches(item); });
    }

    static feel::Value value_of(const TypedInput& input) {
        switch (input.kind()) {
            case Kind::null: return {};
            case Kind::boolean: return input.boolean();
            case Kind::number: return input.number();
            case Kind::string: return input.text();
            case Kind::date: return input.date();
            case Kind::strings: {
                feel::List out;
                for (const auto text : input.texts()) out.emplace_back(text);
                return out;
            }
            case Kind::other: return *input.value();
        }
        return {};
    }

    [[nodiscard]] Word of_list(std::size_t i, std::size_t word) const {
        const auto& column = lowered_.columns[i];
        Word found = 0;
        for (const auto text : inputs_[i].texts()) {
            // What one text satisfies, the negation undone: any of them is enough.
            found |= column.string.at(text)[word] ^ column.negated[word];
        }
        return (found ^ column.negated[word]) | column.always[word];
    }

    [[nodiscard]] bool open_cells_match(std::size_t rule) const {
        for (std::size_t i = 0; i < open_.size(); ++i) {
            const auto& cell = table_.rules[rule].inputs[open_[i]];
            if (cell.constant && !cell.constant->matches(values_[i])) return false;
        }
        return true;
    }

    // Whether further rows are wanted.
    bool take(std::uint32_t rule) {
        const auto policy = table_.description.policy;
        ++out_.matched;
        if (out_.matched == 1) {
            out_.status = TypedDecision::Status::decided;
            out_.rule = rule;
        } else if (policy == HitPolicy::priority) {
            if (table_.rules[rule].rank < table_.rules[out_.rule].rank) out_.rule = rule;
        } else if (policy == HitPolicy::unique ||
                   (policy == HitPolicy::any && table_.rules[rule].alike != table_.rules[out_.rule].alike)) {
            out_.status = TypedDecision::Status::conflict;
        }
        if (!rows_.empty()) list_row(rule);
        return policy != HitPolicy::first && (out_.status != TypedDecision::Status::conflict || !rows_.empty());
    }

    // Puts the row where the hit policy wants it; the last ones fall off a span that is too short.
    void list_row(std::uint32_t rule) {
        const auto policy = table_.description.policy;
        auto at = row_count_;
        if (policy == HitPolicy::priority || policy == HitPolicy::output_order) {
            while (at > 0 && table_.rules[rows_[at - 1]].rank > table_.rules[rule].rank) --at;
        }
        if (at == rows_.size()) return;
        row_count_ = std::min(row_count_ + 1, rows_.size());
        for (auto i = row_count_ - 1; i > at; --i) rows_[i] = rows_[i - 1];
        rows_[at] = rule;
    }

    TypedDecision finished() {
        const auto policy = table_.description.policy;
        if (out_.matched == 0) {
            out_.status = TypedDecision::Status::defaults;
            out_.value = &*table_.default_result;
        } else if (out_.status == TypedDecision::Status::decided &&
                   (policy == HitPolicy::unique || policy == HitPolicy::any || policy == HitPolicy::priority || policy == HitPolicy::first)) {
            out_.value = &*table_.rules[out_.rule].result;
        }
        return out_;
    }

    const CompiledTable& table_;
    const LoweredTable& lowered_;
    std::span<const TypedInput> inputs_;
    std::span<std::uint32_t> rows_;
    std::size_t row_count_ = 0;
    std::array<Mask, most_columns> masks_;
    std::size_t mask_count_ = 0;
    std::array<std::uint8_t, most_columns> lists_;
    std::size_t list_count_ = 0;
    std::vector<std::size_t> open_;  // columns tried cell by cell, and their values: rarely any
    std::vector<feel::Value> values_;
    TypedDecision out_;
};

}  // namespace

TypedDecision decide_table(const CompiledTable& table, std::span<const TypedInput> inputs, std::span<std::uint32_t> rows) {
    return TypedRun(table, inputs, rows).run();
}

}  // namespace wasl::decision::impl
