// What of a program is constant, found by evaluating it once.
#pragma once

#include "feel/expression.hpp"
#include "feel/impl/program.hpp"

#include <memory>
#include <optional>

namespace wasl::feel::impl {

// Value of a node that reads no name and no clock and leaves no diagnostic; nothing for any other.
std::optional<Value> constant_value(const std::shared_ptr<const Program>& program, NodeId node);
// The root of unary tests as data; see UnaryTests::constant_tests.
std::optional<ConstantTests> constant_tests(const std::shared_ptr<const Program>& program);

}  // namespace wasl::feel::impl
