#include "feel/expression.hpp"

#include "base/text.hpp"
#include "feel/impl/constants.hpp"
#include "feel/impl/evaluator.hpp"
#include "feel/impl/parser.hpp"
#include "feel/impl/type_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::feel {

namespace {

std::unexpected<Error> syntax_failure(std::string_view text, const impl::SyntaxError& error, std::size_t* offset) {
    if (offset != nullptr) *offset = error.offset;
    return fail(error.limit ? Code::too_large : Code::invalid, error.limit ? "feel.limit" : "feel.syntax",
                fmt::format("{}: {}", place_in(text, error.offset).words(), error.message));
}

// Runs `parse` over the tokens of the text and keeps what it built.
template <class Parse>
Result<std::shared_ptr<const impl::Program>> compiled(std::string_view text, const Scope& scope, const Limits& limits,
                                                      std::size_t* error_offset, Parse parse) {
    if (text.size() > limits.text_bytes) return syntax_failure(text, {0, "the text is too long", true}, error_offset);
    auto tokens = impl::tokenise(text);
    if (!tokens) return syntax_failure(text, tokens.error(), error_offset);
    impl::Parser parser(std::move(*tokens), scope.data(), limits);
    if (!parse(parser)) return syntax_failure(text, *parser.error(), error_offset);
    return std::make_shared<const impl::Program>(parser.take());
}

// A frame for the outermost code; most need few slots.
class Frame {
public:
    explicit Frame(std::size_t size) {
        if (size > few_.size()) many_.resize(size);
        slots_ = size > few_.size() ? std::span<Value>(many_) : std::span<Value>(few_).first(size);
    }
    [[nodiscard]] std::span<Value> slots() const { return slots_; }

private:
    std::array<Value, 8> few_;
    std::vector<Value> many_;
    std::span<Value> slots_;
};

void bind(const impl::Program& program, const Bindings& bindings, std::span<Value> frame) {
    for (const auto& global : program.globals) {
        if (const auto* value = bindings.find(global.name)) frame[global.slot] = *value;
    }
}

Evaluation evaluation_of(const impl::Program& program, const Bindings& bindings, Diagnostics* diagnostics) {
    Evaluation evaluation(diagnostics, program.limits);
    evaluation.now = bindings.now();
    evaluation.zone = bindings.zone();
    return evaluation;
}

}  // namespace

std::string TextPlace::words() const { return fmt::format("line {}, column {}", line, column); }

TextPlace place_in(std::string_view text, std::size_t byte_offset) {
    const auto before = text.substr(0, std::min(byte_offset, text.size()));
    const auto last_break = before.rfind('\n');
    const auto start = last_break == std::string_view::npos ? 0 : last_break + 1;
    return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1, count_code_points(before.substr(start)) + 1};
}

Bindings::Bindings(std::initializer_list<std::pair<std::string, Value>> values) {
    for (const auto& [name, value] : values) set(name, value);
}

Bindings& Bindings::set(std::string_view name, Value value) {
    auto normal = normalise_name(name);
    const auto place = std::lower_bound(values_.begin(), values_.end(), normal,
                                        [](const auto& entry, const std::string& wanted) { return entry.first < wanted; });
    if (place != values_.end() && place->first == normal) {
        place->second = std::move(value);
    } else {
        values_.emplace(place, std::move(normal), std::move(value));
    }
    return *this;
}

Bindings& Bindings::at(Instant now, Zone zone) {
    now_ = now;
    zone_ = std::move(zone);
    return *this;
}

const Value* Bindings::find(std::string_view name) const noexcept {
    const auto place = std::lower_bound(values_.begin(), values_.end(), name,
                                        [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
    return place != values_.end() && place->first == name ? &place->second : nullptr;
}

Result<Expression> Expression::compile(std::string_view text, const Scope& scope, const Limits& limits, std::size_t* error_offset) {
    return Expression(TRY(compiled(text, scope, limits, error_offset, [](impl::Parser& parser) { return parser.parse_expression(); })));
}

Value Expression::evaluate(const Bindings& bindings, Diagnostics* diagnostics) const {
    auto evaluation = evaluation_of(*program_, bindings, diagnostics);
    return evaluate(bindings, evaluation);
}

Value Expression::evaluate(const Bindings& bindings, Evaluation& evaluation) const {
    const Frame frame(program_->frame_size);
    bind(*program_, bindings, frame.slots());
    auto value = impl::Evaluator(program_, evaluation, frame.slots()).evaluate(program_->root);
    return evaluation.exhausted() ? Value{} : value;
}

std::optional<Value> Expression::constant() const { return impl::constant_value(program_, program_->root); }

CheckedType Expression::check(const Scope& scope) const { return impl::check_types(*program_, scope); }

const std::vector<std::string>& Expression::names_used() const { return program_->names_used; }
const std::vector<std::string>& Expression::unknown_names() const { return program_->unknown_names; }
std::string Expression::print() const { return impl::print(*program_, program_->root); }
const Type& Expression::type() const { return program_->type; }

Result<UnaryTests> UnaryTests::compile(std::string_view text, const Scope& scope, const Type& input, const Limits& limits,
                                       std::size_t* error_offset) {
    return UnaryTests(Expression(TRY(
        compiled(text, scope, limits, error_offset, [&](impl::Parser& parser) { return parser.parse_unary_tests(input); }))));
}

bool UnaryTests::matches(const Value& input, const Bindings& bindings, Diagnostics* diagnostics) const {
    auto evaluation = evaluation_of(*expression_.program_, bindings, diagnostics);
    return matches(input, bindings, evaluation);
}

bool UnaryTests::matches(const Value& input, const Bindings& bindings, Evaluation& evaluation) const {
    const auto& program = expression_.program_;
    const Frame frame(program->frame_size);
    bind(*program, bindings, frame.slots());
    frame.slots()[program->tested_slot] = input;
    const bool matched = impl::Evaluator(program, evaluation, frame.slots()).matches(program->nodes[program->root]);
    return matched && !evaluation.exhausted();
}

bool UnaryTests::is_any() const { return expression_.program_->nodes[expression_.program_->root].flag == 2; }
const std::vector<std::string>& UnaryTests::names_used() const { return expression_.names_used(); }
const std::vector<std::string>& UnaryTests::unknown_names() const { return expression_.unknown_names(); }
std::string UnaryTests::print() const { return expression_.print(); }

std::optional<List> UnaryTests::constants() const {
    const auto& program = *expression_.program_;
    const auto& root = program.nodes[program.root];
    if (root.flag != 0) return std::nullopt;
    List out;
    for (std::uint32_t i = 0; i < root.count; ++i) {
        const auto& test = program.nodes[program.extra[root.b + i]];
        const auto& node = program.nodes[test.a];
        if (node.op != impl::Op::constant && node.op != impl::Op::folded) return std::nullopt;
        out.push_back(program.constants[node.a]);
    }
    return out;
}

std::optional<ConstantTests> UnaryTests::constant_tests() const { return impl::constant_tests(expression_.program_); }

Diagnostics UnaryTests::check(const Scope& scope, const Type& input) const {
    return impl::check_types(*expression_.program_, scope, input).clashes;
}

Result<Type> parse_type(std::string_view text, const Scope& scope) {
    auto tokens = impl::tokenise(text);
    if (!tokens) return fail(Code::invalid, "feel.unknown-type", tokens.error().message);
    const Limits limits;
    impl::Parser parser(std::move(*tokens), scope.data(), limits);
    auto type = parser.parse_whole_type();
    if (!type) return fail(Code::invalid, "feel.unknown-type", parser.error() ? parser.error()->message : std::string(text));
    return std::move(*type);
}

}  // namespace wasl::feel
