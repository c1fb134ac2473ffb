// One evaluation of a model: values by node, findings, trace.
#pragma once

#include "decision/impl/program.hpp"

#include <memory>
#include <string>
#include <vector>

namespace wasl::decision::impl {

// Values of a graph's nodes, as far as they are known. A service that is called has slots of its own.
struct Slots {
    explicit Slots(std::size_t size) : values(size), known(size) {}
    std::vector<feel::Value> values;
    std::vector<char> known;
    void set(NodeId node, feel::Value value) {
        values[node] = std::move(value);
        known[node] = 1;
    }
};

// What happened, in the order it did: decisions, inside them tables and calls.
class Tracer {
public:
    static constexpr std::size_t most_steps =
        2'000;  // decisions, tables and calls of one evaluation

    void begin(std::string_view name, std::string_view kind);
    void expression(std::string_view text);
    void arguments(const std::vector<feel::Parameter>& parameters,
                   std::span<const feel::Value> values);
    void table(const Table& table, const TableTrace& trace);
    void end(const feel::Value& result);
    json::Array take() { return std::move(done_); }

private:
    std::vector<json::Object> open_;
    json::Array done_;
    std::size_t steps_ = 0;
    std::size_t skipped_ = 0;  // open ones beyond the bound
};

class Run final : public feel::EvaluationHost {
public:
    static constexpr std::size_t most_findings = 200;

    explicit Run(const Options& options) : options_(options) {
        if (options.trace) tracer_ = std::make_unique<Tracer>();
    }

    // The run that an evaluation belongs to; `spare` when it belongs to none.
    static Run& of(feel::Evaluation& evaluation, Run& spare);

    // Evaluates what `target` needs and then itself. Each decision has a budget of its own, unless
    // `shared` is given.
    feel::Value value_of(const std::shared_ptr<const Program>& program, NodeId target, Slots& slots,
                         feel::Evaluation* shared);
    // Calls a knowledge model; what goes wrong with the call itself is reported at its place.
    feel::Value call(const feel::Function& function, std::span<const feel::Value> arguments,
                     const GraphNode& node, feel::Evaluation& evaluation);
    // Outputs of a service over slots that hold its parameters.
    feel::Value service(const std::shared_ptr<const Program>& program, NodeId node, Slots& slots,
                        feel::Evaluation* shared);
    [[nodiscard]] feel::Evaluation fresh(const Program& program);

    void report(Finding finding);
    // Takes over what FEEL reported since the last time.
    void drain(const Logic& at, std::string_view text);
    [[nodiscard]] Tracer* tracer() const { return tracer_.get(); }
    std::vector<Finding> take_findings() { return std::move(findings_); }

private:
    feel::Value decide(const std::shared_ptr<const Program>& program, const GraphNode& node,
                       const Slots& slots, feel::Evaluation& evaluation);

    const Options& options_;
    feel::Diagnostics raw_;
    std::vector<Finding> findings_;
    std::unique_ptr<Tracer> tracer_;
};

// The names of a decision or knowledge model: what it requires.
feel::Bindings names_of(const std::shared_ptr<const Program>& program, const GraphNode& node,
                        const Slots* slots);

}  // namespace wasl::decision::impl
