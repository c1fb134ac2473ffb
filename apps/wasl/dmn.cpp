#include "decision_commands.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "base/decimal.hpp"
#include "base/json.hpp"
#include "decision/model.hpp"
#include "decision/tck.hpp"
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

// For those who write rules: what is wrong and where, in the words of the engine.
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

Result<std::vector<decision::File>> models_in(const fs::path& folder) {
    std::vector<decision::File> out;
    for (const auto& path : files_in(folder, ".dmn"))
        out.push_back({path.filename().string(), TRY(read_file(path))});
    return out;
}

// UTC: nobody's zone is meant by a test or an expression typed by hand.
decision::Options clock_options(bool trace) { return {SystemClock().now(), Zone::utc(), trace}; }

decision::Limits limits_of(std::uint64_t max_steps) {
    decision::Limits limits;
    limits.feel.steps = max_steps;
    return limits;
}

// Says which numbers of the JSON are beyond those of FEEL, read as null; whether there are any.
bool tell_lost_numbers(const json::Value& value, const std::string& place) {
    bool lost = false;
    if (const auto* number = value.number(); number != nullptr && !Decimal::parse(number->text)) {
        std::cerr << fmt::format("{}: {} is beyond the range of numbers (feel.arithmetic)\n",
                                 place.empty() ? "the input" : place, number->text);
        return true;
    }
    if (const auto* array = value.array()) {
        for (std::size_t i = 0; i < array->size(); ++i)
            lost = tell_lost_numbers((*array)[i], fmt::format("{}[{}]", place, i + 1)) || lost;
    }
    if (const auto* object = value.object()) {
        for (const auto& [key, entry] : *object)
            lost = tell_lost_numbers(entry, place.empty() ? key : place + "." + key) || lost;
    }
    return lost;
}

// Cases of one folder, failures on standard output; false when nothing could be run.
bool run_folder(const fs::path& root, const fs::path& folder, const decision::Limits& limits,
                std::vector<decision::tck::CaseResult>& results) {
    const auto models = models_in(folder);
    if (!models) {
        refuse(models.error());
        return false;
    }
    const auto options = clock_options(false);
    const auto name = fs::relative(folder, root).generic_string();
    for (const auto& path : files_in(folder, ".xml")) {
        const auto text = read_file(path);
        if (!text) {
            refuse(text.error());
            return false;
        }
        auto cases = decision::tck::run_file(name, {path.filename().string(), *text}, *models,
                                             {options.now, options.zone}, limits);
        if (!cases) {
            refuse(cases.error());
            return false;
        }
        for (auto& result : *cases) {
            for (const auto& failure : result.failures) {
                std::cout << fmt::format("{}: {}: {}: expected {}, got {}{}{}\n", result.folder,
                                         result.name, failure.node, failure.expected, failure.got,
                                         failure.reason.empty() ? "" : " | ", failure.reason);
            }
            results.push_back(std::move(result));
        }
    }
    return true;
}

}  // namespace

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
    const auto limits = limits_of(args.max_steps).feel;
    const auto expression = feel::Expression::compile(args.expression, scope, limits);
    if (!expression) {
        refuse(expression.error());
        return 2;
    }
    const bool lost = tell_lost_numbers(*context, {});
    feel::Diagnostics diagnostics;
    std::cout << feel::to_text(expression->evaluate(bindings, &diagnostics)) << '\n';
    for (const auto& found : diagnostics) {
        std::cerr << fmt::format("column {}: {} ({})\n", found.position + 1, found.detail,
                                 found.key);
    }
    return diagnostics.empty() && !lost ? 0 : 1;
}

int dmn_eval(const DmnEvalArgs& args) {
    const auto text = read_file(args.file);
    const auto others =
        models_in(args.file.has_parent_path() ? args.file.parent_path() : fs::path("."));
    if (!text || !others) {
        refuse(text ? others.error() : text.error());
        return 2;
    }
    const auto model = decision::Model::compile({args.file.filename().string(), *text}, *others,
                                               limits_of(args.max_steps));
    if (!model) {
        refuse(model.error());
        return 2;
    }
    for (const auto& finding : model->findings()) std::cerr << finding.words() << '\n';
    if (model->find(args.decision) == nullptr) {
        complain(
            fmt::format("there is no \"{}\" in {}; it has:", args.decision, args.file.string()));
        for (const auto& element : model->elements()) {
            if (element.kind != decision::ElementKind::input)
                std::cerr << fmt::format("  {} ({})\n", element.name, to_string(element.kind));
        }
        return 2;
    }
    const auto json = read_json(args.input);
    const auto inputs =
        json ? model->read_inputs(*json) : Result<decision::Inputs>(std::unexpected(json.error()));
    if (!inputs) {
        refuse(inputs.error());
        return 2;
    }
    const bool lost = tell_lost_numbers(*json, {});
    const auto outcome = model->evaluate(args.decision, *inputs, clock_options(args.trace));
    std::cout << (outcome.trace ? json::write_pretty(*outcome.trace)
                                : json::write(feel::to_json(outcome.value)) + "\n");
    for (const auto& finding : outcome.findings) std::cerr << finding.words() << '\n';
    return outcome.findings.empty() && !lost ? 0 : 1;
}

int dmn_tck(const DmnTckArgs& args) {
    std::error_code problem;
    if (!fs::is_directory(args.folder, problem)) {
        complain(args.folder.string() + " is no folder");
        return 2;
    }
    std::vector<fs::path> folders;
    if (!files_in(args.folder, ".xml").empty()) folders.push_back(args.folder);
    for (const auto& entry : fs::recursive_directory_iterator(args.folder, problem)) {
        if (entry.is_directory() && !files_in(entry.path(), ".xml").empty())
            folders.push_back(entry.path());
    }
    std::sort(folders.begin(), folders.end());
    std::vector<decision::tck::CaseResult> results;
    bool readable = true;
    for (const auto& folder : folders)
        readable = run_folder(args.folder, folder, limits_of(args.max_steps), results) && readable;
    const auto passed = std::count_if(results.begin(), results.end(),
                                      [](const auto& result) { return result.passed(); });
    if (!args.csv.empty()) {
        if (const auto written = write_file(args.csv, decision::tck::csv(results)); !written) {
            refuse(written.error());
            readable = false;
        }
    }
    if (results.empty()) complain("there are no test cases in " + args.folder.string());
    std::cout << fmt::format("passed {} of {}\n", passed, results.size());
    if (!readable || results.empty()) return 2;
    return passed == std::ssize(results) ? 0 : 1;
}

}  // namespace wasl::app
