#include "decision/model.hpp"

#include "decision/impl/compiler.hpp"
#include "decision/impl/run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::decision {

namespace {

bool imports_dmn(const impl::Import& import) {
    // Other kinds (PMML, XSD) have nothing to evaluate here.
    return import.type.empty() || impl::edition_of(import.type) ||
           import.type.find("DMN") != std::string::npos;
}

// The name an import is known by: its own, or in DMN 1.1 the prefix of its namespace.
std::string import_name(const impl::Document& document, const impl::Import& import) {
    if (import.named || document.edition != impl::Edition::v1_1) return import.name;
    for (const auto& [prefix, space] : document.prefixes) {
        if (space == import.space) return prefix;
    }
    return import.name;
}

// The main file and all that imports reach, each once.
class Gatherer {
public:
    Gatherer(std::span<const File> others, const Limits& limits) : limits_(limits) {
        for (const auto& file : others) candidates_.push_back({&file, {}, false});
    }

    Result<std::vector<impl::Source>> gather(const File& main) {
        sources_.push_back({TRY(impl::read_document(main, limits_)), {}});
        main_ = &main;
        for (std::uint32_t i = 0; i < sources_.size(); ++i) {
            for (std::size_t k = 0; k < sources_[i].document.imports.size(); ++k) {
                const auto import = sources_[i].document.imports[k];
                if (!imports_dmn(import)) continue;
                const auto found = TRY(source_of(import.space));
                if (!found) {
                    missing_.push_back(
                        {"decision.import",
                         fmt::format("no file has the namespace \"{}\"", import.space),
                         sources_[i].document.file,
                         import.line,
                         import.name,
                         {},
                         {},
                         0});
                    continue;
                }
                sources_[i].imports.emplace_back(import_name(sources_[i].document, import), *found);
            }
        }
        return std::move(sources_);
    }
    std::vector<Finding> take_missing() { return std::move(missing_); }

private:
    struct Candidate {
        const File* file;
        std::optional<impl::Document> document;
        bool unreadable;
    };

    Result<std::optional<std::uint32_t>> source_of(const std::string& space) {
        for (std::uint32_t i = 0; i < sources_.size(); ++i) {
            if (sources_[i].document.space == space) return i;
        }
        std::optional<impl::Document> found;
        for (auto& candidate : candidates_) {
            if (candidate.file->name == main_->name) continue;
            if (!candidate.document && !candidate.unreadable && sources_.size() < limits_.files) {
                auto read = impl::read_document(*candidate.file, limits_);
                candidate.unreadable = !read;
                if (read) candidate.document = std::move(*read);
            }
            if (!candidate.document || candidate.document->space != space) continue;
            if (found) {
                return fail(Code::conflict, "decision.import",
                            fmt::format("{} and {} both have the namespace \"{}\"", found->file,
                                        candidate.file->name, space));
            }
            found = std::move(candidate.document);
            candidate.document.reset();
            candidate.unreadable = true;
        }
        if (!found) return std::nullopt;
        sources_.push_back({std::move(*found), {}});
        return static_cast<std::uint32_t>(sources_.size() - 1);
    }

    const Limits& limits_;
    const File* main_ = nullptr;
    std::vector<Candidate> candidates_;
    std::vector<impl::Source> sources_;
    std::vector<Finding> missing_;
};

// At most 200 bytes, whole characters.
std::string shortened(std::string_view text) {
    std::size_t end = 200;
    if (text.size() <= end) return std::string(text);
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return std::string(text.substr(0, end)) + "…";
}

// Coerced to what the node is declared to be (or, of what it gives, `type`); null with a finding when `what` is
// something else.
feel::Value fitting(const impl::GraphNode& node, const feel::Type& type, std::string_view what,
                    const feel::Value& value, impl::Run& run) {
    auto coerced = type.coerce(value);
    if (coerced) return std::move(*coerced);
    run.report({"feel.type-mismatch",
                fmt::format("the {} is no {}", what, type.text()),
                node.origin.file,
                node.line,
                node.name,
                {},
                shortened(feel::to_text(value)),
                0});
    return {};
}

feel::Value given(const impl::GraphNode& node, const feel::Value& value, impl::Run& run) {
    return fitting(node, node.type, "value given", value, run);
}

bool holds_value(const impl::GraphNode& node) {
    return node.kind == ElementKind::input || node.kind == ElementKind::decision;
}

// Puts the given values where they belong.
void place(const impl::Program& program, const Inputs& inputs, impl::Slots& slots, impl::Run& run) {
    for (const auto& entry : inputs.entries()) {
        const auto id = program.find(entry.name, entry.space);
        if (id && holds_value(program.nodes[*id])) {
            slots.set(*id, given(program.nodes[*id], entry.value, run));
            continue;
        }
        const auto* members = entry.value.context();
        if (members == nullptr || !entry.space.empty()) continue;
        for (const auto& [import, unit] : program.units.front().imports) {
            if (import != entry.name) continue;
            for (const auto& [name, value] : *members) {
                const auto inside = program.find(name, program.units[unit].space);
                if (inside && holds_value(program.nodes[*inside]))
                    slots.set(*inside, given(program.nodes[*inside], value, run));
            }
        }
    }
}

// What is read under this name: the members of an import's inputs, or a parameter of a knowledge
// model; Any when parameters of that name have several types, nothing when there is none.
std::optional<feel::Type> type_of_argument(const impl::Program& program, const std::string& name) {
    std::vector<feel::Type::Member> members;
    for (const auto& [import, unit] : program.units.front().imports) {
        if (import != name) continue;
        for (const auto& node : program.nodes) {
            if (node.unit == unit && holds_value(node)) members.push_back({node.name, node.type});
        }
        return feel::Type::context_of(std::move(members));
    }
    std::optional<feel::Type> found;
    for (const auto& node : program.nodes) {
        if (node.kind != ElementKind::knowledge || node.unit != 0) continue;
        for (const auto& parameter : node.parameters) {
            if (parameter.name != name) continue;
            if (found && found->kind() != parameter.type.kind()) return feel::Type{};
            found = parameter.type;
        }
    }
    return found;
}

json::Object given_json(const Inputs& inputs) {
    json::Object out;
    for (const auto& entry : inputs.entries()) out.set(entry.name, feel::to_json(entry.value));
    return out;
}

json::Value trace_of(const impl::Program& program, const Element& element, const Inputs& inputs,
                     json::Array steps, const Outcome& outcome) {
    const auto& main = program.units.front();
    json::Array findings;
    for (const auto& finding : outcome.findings) findings.push_back(to_json(finding));
    return json::Object{{"model", json::Object{{"name", main.name},
                                               {"namespace", main.space},
                                               {"file", main.file},
                                               {"sha256", program.digest.hex()}}},
                        {"element", element.name},
                        {"given", given_json(inputs)},
                        {"decisions", std::move(steps)},
                        {"result", feel::to_json(outcome.value)},
                        {"findings", std::move(findings)}};
}

}  // namespace

std::string_view to_string(ElementKind kind) noexcept {
    static constexpr std::string_view names[] = {"input", "decision", "knowledge model",
                                                 "decision service"};
    return names[static_cast<std::size_t>(kind)];
}

std::string Finding::words() const {
    std::string out = model;
    if (line > 0) out += fmt::format(":{}", line);
    if (!element.empty()) out += ": " + element;
    if (place != TablePlace{}) out += ": " + to_string(place);
    out += fmt::format(": {} ({})", detail, key);
    // A syntax error says its place itself.
    if (const auto at = text_place(); at && !detail.starts_with("line ")) out += " at " + at->words();
    if (!text.empty())
        out += fmt::format(" in: {}", shortened(text));
    return out;
}

std::optional<feel::TextPlace> Finding::text_place() const {
    if (text.empty() || position == 0) return std::nullopt;
    return feel::place_in(text, position);
}

json::Value to_json(const Finding& finding) {
    json::Object out{{"key", finding.key}, {"detail", finding.detail}, {"model", finding.model}};
    if (finding.line > 0) out.set("line", static_cast<std::uint64_t>(finding.line));
    if (!finding.element.empty()) out.set("element", finding.element);
    if (finding.place.row > 0) out.set("row", static_cast<std::uint64_t>(finding.place.row));
    if (finding.place.column > 0)
        out.set("column", static_cast<std::uint64_t>(finding.place.column));
    if (!finding.text.empty()) out.set("text", finding.text);
    if (const auto at = finding.text_place()) {
        out.set("at", json::Object{{"line", static_cast<std::uint64_t>(at->line)},
                                   {"column", static_cast<std::uint64_t>(at->column)}});
    }
    return out;
}

std::optional<impl::NodeId> impl::Program::find(std::string_view name,
                                                std::string_view space) const {
    auto found = by_name.find(name);
    if (found == by_name.end()) {
        found = by_name.find(feel::normalise_name(name));
        if (found == by_name.end()) return std::nullopt;
    }
    const auto& wanted = space.empty() ? units.front().space : space;
    for (const auto id : found->second) {
        if (units[nodes[id].unit].space == wanted) return id;
    }
    if (space.empty() && found->second.size() == 1) return found->second.front();
    return std::nullopt;
}

Result<std::shared_ptr<const impl::Program>> impl::compile_files(const File& main,
                                                                 std::span<const File> others,
                                                                 const Limits& limits,
                                                                 std::vector<Finding>* clashes) {
    Gatherer gatherer(others, limits);
    auto sources = TRY(gatherer.gather(main));
    std::size_t types = 0;
    for (const auto& source : sources) types += source.document.items.size();
    if (types > limits.item_types)
        return fail(Code::too_large, "decision.too-large",
                    fmt::format("{}: too many types", main.name));
    return compile_program(std::move(sources), limits, gatherer.take_missing(), clashes);
}

Result<Model> Model::compile(const File& main, std::span<const File> others, const Limits& limits) {
    return Model(TRY(impl::compile_files(main, others, limits)));
}

const std::string& Model::name() const noexcept { return program_->units.front().name; }
const std::string& Model::space() const noexcept { return program_->units.front().space; }
const Digest& Model::digest() const noexcept { return program_->digest; }
const std::vector<Finding>& Model::findings() const noexcept { return program_->findings; }
const std::vector<Element>& Model::elements() const noexcept { return program_->elements; }
const std::vector<std::pair<std::string, const Table*>>& Model::tables() const noexcept {
    return program_->tables;
}

const Element* Model::find(std::string_view name, std::string_view space) const noexcept {
    const auto id = program_->find(name, space);
    return id ? &program_->elements[*id] : nullptr;
}

std::vector<const Element*> Model::inputs_of(std::string_view decision) const {
    std::vector<const Element*> out;
    const auto start = program_->find(decision);
    if (!start) return out;
    std::vector<impl::NodeId> pending{*start};
    std::vector<char> seen(program_->nodes.size());
    while (!pending.empty()) {
        const auto id = pending.back();
        pending.pop_back();
        if (seen[id] != 0) continue;
        seen[id] = 1;
        const auto& node = program_->nodes[id];
        if (node.kind == ElementKind::input) out.push_back(&program_->elements[id]);
        for (auto need = node.information.rbegin(); need != node.information.rend(); ++need)
            pending.push_back(need->node);
        for (auto parameter = node.parameter_nodes.rbegin();
             parameter != node.parameter_nodes.rend(); ++parameter)
            pending.push_back(*parameter);
    }
    return out;
}

std::vector<const Element*> Model::unused_inputs() const {
    std::vector<char> used(program_->nodes.size());
    for (const auto& node : program_->nodes) {
        for (const auto& need : node.information) used[need.node] = 1;
        for (const auto parameter : node.parameter_nodes) used[parameter] = 1;
    }
    std::vector<const Element*> out;
    for (std::size_t i = 0; i < used.size(); ++i) {
        const auto& node = program_->nodes[i];
        if (node.kind == ElementKind::input && node.unit == 0 && used[i] == 0) {
            out.push_back(&program_->elements[i]);
        }
    }
    return out;
}

Outcome Model::evaluate(std::string_view name, const Inputs& inputs, const Options& options) const {
    if (const auto* element = find(name)) return evaluate(*element, inputs, options);
    Outcome out;
    out.findings.push_back({"decision.unknown-element",
                            fmt::format("there is no \"{}\" in the model", name),
                            program_->units.front().file,
                            0,
                            std::string(name),
                            {},
                            {},
                            0});
    return out;
}

Outcome Model::evaluate(const Element& element, const Inputs& inputs,
                        const Options& options) const {
    const auto id = static_cast<impl::NodeId>(&element - program_->elements.data());
    const auto& node = program_->nodes[id];
    impl::Run run(options);
    for (const auto& finding : inputs.findings()) run.report(finding);
    Outcome out;
    if (node.kind == ElementKind::knowledge) {
        std::vector<feel::Value> arguments(node.parameters.size());
        for (const auto& entry : inputs.entries()) {
            for (std::size_t i = 0; i < arguments.size(); ++i) {
                if (node.parameters[i].name == entry.name) arguments[i] = entry.value;
            }
        }
        auto evaluation = run.fresh(*program_);
        out.value = run.call(*impl::function_of(program_, id), arguments, node, evaluation);
    } else {
        impl::Slots slots(program_->nodes.size());
        place(*program_, inputs, slots, run);
        if (node.kind == ElementKind::service) {
            // A decision that a service takes as input does not run, given or not.
            for (const auto parameter : node.parameter_nodes) {
                if (slots.known[parameter] == 0) slots.set(parameter, {});
            }
            out.value = fitting(node, node.result, "result", run.service(program_, id, slots, nullptr), run);
        } else {
            out.value = run.value_of(program_, id, slots, nullptr);
        }
    }
    out.findings = run.take_findings();
    if (options.trace) out.trace = trace_of(*program_, element, inputs, run.tracer()->take(), out);
    return out;
}

Result<Inputs> Model::read_inputs(const json::Value& object) const {
    const auto* members = object.object();
    if (members == nullptr)
        return fail(Code::invalid, "decision.input", "the inputs are no JSON object");
    Inputs inputs;
    std::string unknown;
    for (const auto& [name, value] : *members) {
        const auto id = program_->find(name);
        if (id && holds_value(program_->nodes[*id])) {
            inputs.set(name, feel::from_json(value, program_->nodes[*id].type));
            continue;
        }
        const auto type = type_of_argument(*program_, name);
        if (!type) unknown += (unknown.empty() ? "\"" : ", \"") + name + "\"";
        inputs.set(name, feel::from_json(value, type.value_or(feel::Type{})));
    }
    const auto note = [&](std::string key, std::string detail) {
        inputs.note({std::move(key), std::move(detail), program_->units.front().file, 0, {}, {}, {}, 0});
    };
    if (!unknown.empty())
        note("decision.unknown-input", fmt::format("the model has no input {}", unknown));
    for (auto& lost : feel::lost_numbers(object)) note("feel.arithmetic", std::move(lost));
    return inputs;
}

}  // namespace wasl::decision
