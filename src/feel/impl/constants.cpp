#include "feel/impl/constants.hpp"

#include "feel/impl/builtins.hpp"
#include "feel/impl/evaluator.hpp"
#include "feel/impl/operators.hpp"

#include <algorithm>

namespace wasl::feel {

bool ConstantTests::Test::holds(const Value& tested) const {
    if (!contains) return impl::satisfies(tested, value) == true;
    // The function takes a single value for the list of it, and null for nothing.
    if (tested.is_null()) return false;
    const auto same = [&](const Value& item) { return equal(item, value) == true; };
    const auto* list = tested.list();
    return list == nullptr ? same(tested) : std::any_of(list->begin(), list->end(), same);
}

bool ConstantTests::matches(const Value& tested) const {
    if (any) return true;
    return std::any_of(tests.begin(), tests.end(), [&](const Test& test) { return test.holds(tested); }) != negated;
}

namespace impl {

namespace {

constexpr std::uint64_t most_steps = 100'000;  // of one evaluation ahead of its time

bool reads_names(const Program& program) { return !program.names_used.empty() || !program.unknown_names.empty(); }

// list contains(?, constant)
std::optional<ConstantTests::Test> contained(const std::shared_ptr<const Program>& program, const Node& node) {
    static const auto list_contains = find_builtin("list contains");
    if (node.op != Op::call_builtin || !list_contains || node.a != *list_contains || node.count != 2) return std::nullopt;
    const auto& list = program->nodes[program->extra[node.b]];
    const auto& element = program->nodes[program->extra[node.b + 1]];
    if (list.op != Op::slot || list.a != program->tested_slot) return std::nullopt;
    if (element.op != Op::constant && element.op != Op::folded) return std::nullopt;
    const auto& value = program->constants[element.a];
    // Null as the element leaves a diagnostic; a list as the tested value's element is rare.
    if (value.is_null() || value.list() != nullptr) return std::nullopt;
    return ConstantTests::Test{value, true};
}

}  // namespace

std::optional<Value> constant_value(const std::shared_ptr<const Program>& program, NodeId node) {
    if (reads_names(*program)) return std::nullopt;
    Diagnostics diagnostics;
    Evaluation evaluation(&diagnostics, program->limits);
    evaluation.steps_left = std::min(evaluation.steps_left, most_steps);
    std::vector<Value> frame(program->frame_size);
    auto value = Evaluator(program, evaluation, frame).evaluate(node);
    if (!diagnostics.empty() || evaluation.exhausted()) return std::nullopt;
    return value;
}

std::optional<ConstantTests> constant_tests(const std::shared_ptr<const Program>& program) {
    const auto& root = program->nodes[program->root];
    ConstantTests out{.negated = root.flag == 1, .any = root.flag == 2, .tests = {}};
    if (out.any) return out;
    if (reads_names(*program)) return std::nullopt;
    for (std::uint32_t i = 0; i < root.count; ++i) {
        const auto& test = program->nodes[program->extra[root.b + i]];
        if (test.flag == 1) {
            auto found = contained(program, program->nodes[test.a]);
            if (!found) return std::nullopt;
            out.tests.push_back(std::move(*found));
        } else {
            auto value = constant_value(program, test.a);
            if (!value) return std::nullopt;
            out.tests.push_back({std::move(*value), false});
        }
    }
    return out;
}

}  // namespace impl

}  // namespace wasl::feel
