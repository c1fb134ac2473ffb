// The graph: elements of all files as nodes, references resolved, cycles found, logic compiled in the
// order of the requirements so that what is known of a value helps to read the next expression.
#include "decision/impl/compiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace wasl::decision::impl {

using feel::Scope;
using feel::Type;

namespace {

class GraphCompiler {
public:
    GraphCompiler(std::vector<Source> sources, const Limits& limits, std::vector<Finding> findings,
                  std::vector<Finding>* clashes)
        : sources_(std::move(sources)), program_(std::make_shared<Program>()), clashes_(clashes) {
        program_->limits = limits;
        program_->findings = std::move(findings);
        for (auto& source : sources_) {
            for (auto& finding : source.document.findings) add_finding(std::move(finding));
        }
    }

    std::shared_ptr<const Program> compile() {
        add_nodes();
        types_ = std::make_unique<Types>(
            sources_, program_->limits,
            [this](auto& document, auto line, auto element, auto key, auto detail, auto text) {
                add_finding({std::move(key),
                             std::move(detail),
                             document.file,
                             line,
                             std::string(element),
                             {},
                             std::move(text),
                             0});
            });
        for (NodeId i = 0; i < nodes().size(); ++i) declare(i);
        for (NodeId i = 0; i < nodes().size(); ++i) require(i);
        find_cycles();
        for (const auto i : order_) compile(i);
        for (NodeId i = 0; i < nodes().size(); ++i) offer(i);
        return program_;
    }

private:
    std::vector<GraphNode>& nodes() { return program_->nodes; }
    [[nodiscard]] const DocumentElement& said(NodeId i) const { return *said_[i]; }
    [[nodiscard]] const Document& document(NodeId i) const {
        return sources_[program_->nodes[i].unit].document;
    }
    void add_finding(Finding finding) {
        if (program_->findings.size() < 10'000) program_->findings.push_back(std::move(finding));
    }
    void complain(NodeId i, std::string key, std::string detail) {
        const auto& node = nodes()[i];
        add_finding(
            {std::move(key), std::move(detail), node.origin.file, node.line, node.name, {}, {}, 0});
    }

    void add_nodes() {
        Sha256 hash;
        std::vector<std::pair<std::string, NodeId>>
            aliases;  // variables named otherwise than their elements
        for (std::uint32_t unit = 0; unit < sources_.size(); ++unit) {
            const auto& document = sources_[unit].document;
            program_->units.push_back({document.file, document.name, document.space,
                                       document.digest, sources_[unit].imports});
            if (sources_.size() > 1) hash.update(document.digest.view());
            by_id_.emplace_back();
            for (const auto& element : document.elements) {
                const auto id = static_cast<NodeId>(nodes().size());
                GraphNode node;
                node.kind = element.kind;
                node.unit = unit;
                node.name = element.name;
                node.variable = element.variable.name;
                node.origin = {document.file, element.name};
                node.line = element.line;
                nodes().push_back(std::move(node));
                said_.push_back(&element);
                program_->by_name[element.name].push_back(id);
                if (element.variable.name != element.name)
                    aliases.emplace_back(element.variable.name, id);
                if (!element.id.empty()) by_id_[unit].emplace(element.id, id);
            }
        }
        for (auto& [name, id] : aliases) {
            if (!program_->by_name.contains(name)) program_->by_name[name].push_back(id);
        }
        program_->digest = sources_.size() > 1 ? hash.finish() : sources_.front().document.digest;
    }

    // Types that are written down.
    void declare(NodeId i) {
        auto& node = nodes()[i];
        const auto& element = said(i);
        const auto declared =
            types_->resolve(node.unit, element.variable.type, element.line, element.name);
        if (node.kind == ElementKind::input || node.kind == ElementKind::decision) {
            node.type = declared;
            node.known = declared;
            return;
        }
        node.result = BoxCompiler::result_type(declared);
        if (node.kind != ElementKind::knowledge || !element.logic) return;
        auto boxes = compiler(i);
        node.parameters = boxes.parameters(*element.logic);
        const auto own =
            BoxCompiler::result_type(boxes.type(element.logic->type, element.logic->line));
        if (node.result.is_any()) node.result = own;
        // Parameters without a type take that of the function's type.
        for (std::size_t k = 0;
             k < node.parameters.size() && node.parameters.size() == declared.parameters().size();
             ++k) {
            if (node.parameters[k].type.is_any())
                node.parameters[k].type = declared.parameters()[k];
        }
        node.external = !element.logic->language.empty() && element.logic->language != "FEEL";
    }

    BoxCompiler compiler(NodeId i) {
        const auto& node = nodes()[i];
        return BoxCompiler(*types_, {sources_[node.unit].document, node.unit, node.origin,
                                     program_->findings, tables_, program_->limits, clashes_});
    }

    // "#id", "namespace#id"; nothing, with a finding, for what is not there.
    std::optional<Need> resolve(NodeId from, const std::string& reference) {
        const auto& node = nodes()[from];
        const auto hash = reference.rfind('#');
        const auto id = hash == std::string::npos ? reference : reference.substr(hash + 1);
        const auto space = hash == std::string::npos ? std::string() : reference.substr(0, hash);
        if (space.empty() || space == sources_[node.unit].document.space) {
            if (const auto found = by_id_[node.unit].find(id); found != by_id_[node.unit].end())
                return Need{found->second, {}};
        }
        for (const auto& [name, unit] : sources_[node.unit].imports) {
            if (sources_[unit].document.space != space && sources_[unit].document.file != space)
                continue;
            if (const auto found = by_id_[unit].find(id); found != by_id_[unit].end())
                return Need{found->second, name};
        }
        complain(from, "decision.unknown-reference",
                 fmt::format("\"{}\" refers to nothing in this model or its imports", reference));
        return std::nullopt;
    }

    void require(NodeId i) {
        const auto& element = said(i);
        const auto follow = [&](const std::vector<std::string>& references, auto accept,
                                auto take) {
            for (const auto& reference : references) {
                const auto need = resolve(i, reference);
                if (!need) continue;
                if (accept(nodes()[need->node].kind))
                    take(*need);
                else
                    complain(
                        i, "decision.unknown-reference",
                        fmt::format("\"{}\" is of another kind than required here", reference));
            }
        };
        auto& node = nodes()[i];
        const auto valued = [](ElementKind kind) {
            return kind == ElementKind::input || kind == ElementKind::decision;
        };
        const auto callable = [](ElementKind kind) {
            return kind == ElementKind::knowledge || kind == ElementKind::service;
        };
        const auto decided = [](ElementKind kind) { return kind == ElementKind::decision; };
        follow(element.information, valued,
               [&](const Need& need) { node.information.push_back(need); });
        follow(element.knowledge, callable,
               [&](const Need& need) { node.knowledge.push_back(need); });
        if (node.kind != ElementKind::service) return;
        const auto parameter = [&](const Need& need) {
            const auto& wanted = nodes()[need.node];
            node.parameter_nodes.push_back(need.node);
            node.parameters.push_back({wanted.variable, wanted.type});
        };
        follow(element.input_data, valued, parameter);
        follow(element.input_decisions, valued, parameter);
        follow(element.outputs, decided,
               [&](const Need& need) { node.outputs.push_back(need.node); });
    }

    // What must be compiled, and for information evaluated, before a node.
    void before(NodeId i, std::vector<NodeId>& out) {
        const auto& node = nodes()[i];
        for (const auto& need : node.information) out.push_back(need.node);
        if (node.kind == ElementKind::service) {
            out.insert(out.end(), node.outputs.begin(), node.outputs.end());
            return;
        }
        for (const auto& need : node.knowledge) out.push_back(need.node);
    }

    // Depth first without recursion. Cycles of information are errors; knowledge models may call
    // each other, and are cut anywhere.
    void find_cycles() {
        enum class State : std::uint8_t { fresh, open, done };
        std::vector<State> states(nodes().size(), State::fresh);
        struct Step {
            NodeId node;
            std::vector<NodeId> next;
            std::size_t at = 0;
        };
        for (NodeId root = 0; root < nodes().size(); ++root) {
            if (states[root] != State::fresh) continue;
            std::vector<Step> path;
            const auto enter = [&](NodeId node) {
                states[node] = State::open;
                path.push_back({node, {}, 0});
                before(node, path.back().next);
            };
            enter(root);
            while (!path.empty()) {
                auto& step = path.back();
                if (step.at == step.next.size()) {
                    states[step.node] = State::done;
                    order_.push_back(step.node);
                    path.pop_back();
                    continue;
                }
                const auto next = step.next[step.at++];
                if (states[next] == State::fresh) {
                    enter(next);
                } else if (states[next] == State::open) {
                    const auto from = std::find_if(path.begin(), path.end(), [&](const Step& open) {
                        return open.node == next;
                    });
                    mark_cycle(std::vector<NodeId>(), from, path.end());
                }
            }
        }
    }

    template <class Iterator>
    void mark_cycle(std::vector<NodeId> cycle, Iterator from, Iterator to) {
        for (; from != to; ++from) cycle.push_back(from->node);
        const bool of_values = std::all_of(cycle.begin(), cycle.end(), [&](NodeId i) {
            return nodes()[i].kind == ElementKind::decision;
        });
        if (!of_values) return;
        for (const auto i : cycle) {
            if (nodes()[i].cyclic) continue;
            nodes()[i].cyclic = true;
            complain(i, "decision.cycle",
                     "the decision requires itself, directly or through others");
        }
    }

    static void add_to(Scope& scope, std::map<std::string, std::vector<Type::Member>>& qualified,
                       const Need& need, const std::string& name, const Type& type) {
        if (need.qualifier.empty()) {
            scope.add(name, type);
        } else {
            qualified[need.qualifier].push_back({name, type});
        }
    }

    // The names of a decision or knowledge model: what it requires, and nothing else.
    Scope scope_of(NodeId i) {
        const auto& node = nodes()[i];
        Scope scope = types_->scope(node.unit);
        std::map<std::string, std::vector<Type::Member>> qualified;
        for (const auto& need : node.knowledge) {
            const auto& required = nodes()[need.node];
            add_to(scope, qualified, need, required.variable, required.known);
        }
        for (const auto& need : node.information) {
            const auto& required = nodes()[need.node];
            add_to(scope, qualified, need, required.variable, required.known);
        }
        for (auto& [name, members] : qualified)
            scope.add(name, Type::context_of(std::move(members)));
        return scope;
    }

    void compile(NodeId i) {
        auto& node = nodes()[i];
        const auto& element = said(i);
        tables_.clear();
        if (node.kind == ElementKind::decision && element.logic) {
            auto boxed = compiler(i).compile(element.logic.get(), scope_of(i), node.type);
            node.logic = std::move(boxed.logic);
            if (node.known.is_any()) node.known = std::move(boxed.known);
        } else if (node.kind == ElementKind::knowledge) {
            compile_knowledge(i);
        } else if (node.kind == ElementKind::service) {
            node.known = service_type(node);
        }
        if (node.unit == 0) {
            for (const auto* table : tables_) program_->tables.emplace_back(node.name, table);
        }
    }

    Type function_type(const GraphNode& node, const Type& result) {
        std::vector<Type> types;
        std::vector<std::string> names;
        for (const auto& parameter : node.parameters) {
            types.push_back(parameter.type);
            names.push_back(parameter.name);
        }
        return Type::function_of(std::move(types), result, std::move(names));
    }

    void compile_knowledge(NodeId i) {
        auto& node = nodes()[i];
        const auto& element = said(i);
        Type known = node.result;
        node.known = function_type(node, known);
        if (element.logic && !element.logic->parts.empty()) {
            auto scope = scope_of(i);
            scope.add(node.variable, node.known);
            if (!node.external) {
                for (const auto& parameter : node.parameters)
                    scope.add(parameter.name, parameter.type);
            }
            auto boxes = compiler(i);
            const auto* held = element.logic->parts.front().expression.get();
            auto body = boxes.compile(held, scope, {});
            if (!node.external && held != nullptr)
                boxes.check_fit(body.known, known, held->text, held->line);
            node.logic = std::move(body.logic);
            if (known.is_any() && !node.external) known = std::move(body.known);
        }
        node.known = function_type(node, known);
    }

    Type service_type(const GraphNode& node) {
        if (!node.result.is_any()) return function_type(node, node.result);
        if (node.outputs.size() == 1)
            return function_type(node, nodes()[node.outputs.front()].known);
        std::vector<Type::Member> members;
        for (const auto output : node.outputs)
            members.push_back({nodes()[output].variable, nodes()[output].known});
        return function_type(node, Type::context_of(std::move(members)));
    }

    void offer(NodeId i) {
        const auto& node = nodes()[i];
        const bool valued = node.kind == ElementKind::input || node.kind == ElementKind::decision;
        program_->elements.push_back({node.kind, node.name, sources_[node.unit].document.space,
                                      valued ? node.type : node.known, said(i).question});
    }

    std::vector<Source> sources_;
    std::shared_ptr<Program> program_;
    std::unique_ptr<Types> types_;
    std::vector<const DocumentElement*> said_;
    std::vector<std::unordered_map<std::string, NodeId>> by_id_;
    std::vector<NodeId> order_;
    std::vector<const Table*> tables_;
    std::vector<Finding>* clashes_;
};

}  // namespace

std::shared_ptr<const Program> compile_program(std::vector<Source> sources, const Limits& limits,
                                               std::vector<Finding> findings,
                                               std::vector<Finding>* clashes) {
    return GraphCompiler(std::move(sources), limits, std::move(findings), clashes).compile();
}

}  // namespace wasl::decision::impl
