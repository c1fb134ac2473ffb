// wasl feel and wasl dmn eval.
#include "decision_commands.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "base/json.hpp"
#include "decision/model.hpp"
#include "feel/expression.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <vector>

namespace wasl::app {

namespace {

namespace fs = std::filesystem;

// The argument itself, the file after "@", or standard input for "-".
Result<json::Value> read_json(const std::string& argument) {
    if (argument.empty()) return json::Value(json::Object());
    const bool file = argument == "-" || argument.starts_with('@');
    const auto text =
        file ? TRY(read_file(argument == "-" ? argument : argument.substr(1))) : argument;
    return json::parse(text);
}

Result<std::vector<decision::File>> models_in(const fs::path& folder) {
    std::vector<decision::File> out;
    for (const auto& path : files_in(folder, ".dmn"))
        out.push_back({path.filename().string(), TRY(read_file(path))});
    return out;
}

// UTC: nobody's zone is meant by an expression typed by hand.
decision::Options clock_options(bool trace) { return {SystemClock().now(), Zone::utc(), trace}; }

void say_what_there_is(const decision::Model& model, const DmnEvalArgs& args) {
    complain(fmt::format("there is no \"{}\" in {}; it has:", args.decision, args.file.string()));
    for (const auto& element : model.elements()) {
        if (element.kind != decision::ElementKind::input)
            std::cerr << fmt::format("  {} ({})\n", element.name, to_string(element.kind));
    }
}

// What the model has wrong stands apart from what went wrong this time.
json::Value report_of(const decision::Model& model, const decision::Outcome& outcome) {
    const auto listed = [](const std::vector<decision::Finding>& findings) {
        json::Array out;
        for (const auto& finding : findings) out.push_back(decision::to_json(finding));
        return out;
    };
    json::Object out{{"result", feel::to_json(outcome.value)},
                     {"findings", listed(outcome.findings)},
                     {"model", listed(model.findings())}};
    if (outcome.trace) out.set("trace", *outcome.trace);
    return out;
}

}  // namespace

void refuse(const Error& error) {
    complain(error.key == "file.unreadable" ? error.detail + " cannot be read"
                                            : fmt::format("{} ({})", error.detail, error.key));
}

std::vector<fs::path> files_in(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> out;
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator(folder, problem)) {
        if (entry.is_regular_file(problem) && entry.path().extension() == extension)
            out.push_back(entry.path());
    }
    std::sort(out.begin(), out.end());
    return out;
}

feel::Limits LimitArgs::feel() const {
    feel::Limits limits;
    limits.steps = steps;
    limits.depth = depth;
    limits.text_bytes = text;
    limits.string_bytes = string;
    limits.list_elements = list;
    return limits;
}

std::string limits_help() {
    const feel::Limits limits;
    const decision::Limits files;
    return fmt::format(
        "Limits. What exceeds one is null with the finding feel.limit, or refused before it is evaluated:\n"
        "  {:>9}  --max-steps   steps of an expression or decision: nodes evaluated, elements touched\n"
        "  {:>9}  --max-depth   evaluation within evaluation; a function that calls itself takes three or more\n"
        "  {:>9}  --max-text    bytes of an expression\n"
        "  {:>9}  --max-string  bytes of one string\n"
        "  {:>9}  --max-list    elements of one list\n"
        "  {:>9}                syntax nested in syntax\n"
        "  {:>9}                bytes of a regular expression; matching takes steps\n"
        "  {:>9}                findings of an expression\n"
        "  {:>9}                bytes of a model's file\n"
        "  {:>9}                elements of a model's file\n"
        "  {:>9}                files of a model\n"
        "  {:>9}                types of a model\n",
        limits.steps, limits.depth, limits.text_bytes, limits.string_bytes, limits.list_elements,
        limits.nesting, feel::Limits::pattern_bytes, feel::Evaluation::most_diagnostics,
        files.file_bytes, files.elements, files.files, files.item_types);
}

int evaluate_feel(const FeelArgs& args) {
    const auto context = read_json(args.context);
    if (!context || context->object() == nullptr) {
        complain(context ? "the context is no JSON object"
                         : "the context is no JSON: " + context.error().detail);
        return 2;
    }
    feel::Scope scope;
    feel::Bindings bindings;
    bindings.at(SystemClock().now(), Zone::utc());
    for (const auto& [name, value] : *context->object()) {
        auto read = feel::from_json(value);
        scope.add(name, feel::Type::of(read));
        bindings.set(name, std::move(read));
    }
    const auto expression =
        feel::Expression::compile(args.expression, scope, args.limits.feel());
    if (!expression) {
        refuse(expression.error());
        return 2;
    }
    const auto lost = feel::lost_numbers(*context);
    for (const auto& number : lost) std::cerr << printable(number) << " (feel.arithmetic)\n";
    feel::Diagnostics diagnostics;
    std::cout << feel::to_text(expression->evaluate(bindings, &diagnostics)) << '\n';
    for (const auto& found : diagnostics) {
        std::cerr << fmt::format("{}: {} ({})\n", feel::place_in(args.expression, found.position).words(),
                                 found.detail, found.key);
    }
    return diagnostics.empty() && lost.empty() ? 0 : 1;
}

int dmn_eval(const DmnEvalArgs& args) {
    const auto text = read_file(args.file);
    const auto others =
        models_in(args.file.has_parent_path() ? args.file.parent_path() : fs::path("."));
    if (!text || !others) {
        refuse(text ? others.error() : text.error());
        return 2;
    }
    decision::Limits limits;
    limits.feel = args.limits.feel();
    const auto model =
        decision::Model::compile({args.file.filename().string(), *text}, *others, limits);
    if (!model) {
        refuse(model.error());
        return 2;
    }
    if (!args.as_json) {
        for (const auto& finding : model->findings()) std::cerr << finding.words() << '\n';
    }
    if (model->find(args.decision) == nullptr) {
        say_what_there_is(*model, args);
        return 2;
    }
    const auto json = read_json(args.input);
    const auto inputs =
        json ? model->read_inputs(*json) : Result<decision::Inputs>(std::unexpected(json.error()));
    if (!inputs) {
        refuse(inputs.error());
        return 2;
    }
    const auto outcome = model->evaluate(args.decision, *inputs, clock_options(args.trace));
    if (args.as_json) {
        std::cout << json::write_pretty(report_of(*model, outcome));
    } else {
        std::cout << (outcome.trace ? json::write_pretty(*outcome.trace)
                                    : json::write(feel::to_json(outcome.value)) + "\n");
        for (const auto& finding : outcome.findings) std::cerr << finding.words() << '\n';
    }
    return outcome.findings.empty() ? 0 : 1;
}

}  // namespace wasl::app
