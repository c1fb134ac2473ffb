// A compiled model: the graph of all elements of all its files, requirements as indexes.
#pragma once

#include "decision/impl/logic.hpp"
#include "decision/model.hpp"
#include "feel/function.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wasl::decision::impl {

using NodeId = std::uint32_t;

// A required element and the name it is known by: "x", or under an import's name "model.x".
struct Need {
    NodeId node = 0;
    std::string qualifier;  // empty: none
};

struct GraphNode {
    ElementKind kind = ElementKind::decision;
    std::uint32_t unit = 0;
    std::string name, variable;
    Origin origin;
    std::size_t line = 0;
    feel::Type type;   // declared; what values are coerced to
    feel::Type known;  // for names in scopes: declared, or else what the logic tells
    bool cyclic = false;

    std::vector<Need> information, knowledge;
    std::unique_ptr<const Logic> logic;  // of a decision; body of a knowledge model

    // of knowledge models and services
    std::vector<feel::Parameter> parameters;
    feel::Type result;
    bool external = false;                // the body describes a Java method
    std::vector<NodeId> parameter_nodes;  // of a service
    std::vector<NodeId> outputs;          // of a service
};

struct Unit {
    std::string file, name, space;
    Digest digest;
    std::vector<std::pair<std::string, std::uint32_t>> imports;  // name (may be empty) and unit
};

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

struct Program {
    std::vector<Unit> units;  // the main file first
    std::vector<GraphNode> nodes;
    std::vector<Element> elements;  // in the order of the nodes
    std::unordered_map<std::string, std::vector<NodeId>, TextHash, std::equal_to<>> by_name;
    std::vector<std::pair<std::string, const Table*>> tables;
    std::vector<Finding> findings;
    Digest digest;
    Limits limits;

    // Of this namespace; without one of the main file, else the only one of this name in any file.
    [[nodiscard]] std::optional<NodeId> find(std::string_view name,
                                             std::string_view space = {}) const;
};

// A knowledge model or decision service as a function; keeps the program alive.
std::shared_ptr<const feel::Function> function_of(const std::shared_ptr<const Program>& program,
                                                  NodeId node);

}  // namespace wasl::decision::impl
