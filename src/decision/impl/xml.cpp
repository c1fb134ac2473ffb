#include "decision/impl/xml.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace wasl::decision::impl {

namespace {

std::vector<std::size_t> starts_of_lines(std::string_view text) {
    std::vector<std::size_t> starts{0};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n') starts.push_back(i + 1);
    }
    return starts;
}

std::size_t line_at(const std::vector<std::size_t>& starts, std::ptrdiff_t offset) {
    if (offset < 0) return 0;
    const auto after =
        std::upper_bound(starts.begin(), starts.end(), static_cast<std::size_t>(offset));
    return static_cast<std::size_t>(after - starts.begin());
}

// Walks the tree without recursion; the element that breaks a bound, and which.
struct Excess {
    pugi::xml_node node;
    const char* what = nullptr;
};

Excess measure(pugi::xml_node root, const XmlLimits& limits) {
    std::size_t depth = 1, count = 0;
    auto node = root;
    while (node) {
        if (++count > limits.elements) return {node, "the file has too many elements"};
        if (depth > limits.nesting) return {node, "elements are nested too deeply"};
        if (auto down = node.first_child()) {
            node = down;
            ++depth;
            continue;
        }
        while (node && node != root && !node.next_sibling()) {
            node = node.parent();
            --depth;
        }
        if (!node || node == root) break;
        node = node.next_sibling();
    }
    return {};
}

}  // namespace

Result<Xml> Xml::read(std::string_view name, std::string_view text, const XmlLimits& limits) {
    if (text.size() > limits.bytes) {
        return fail(Code::too_large, "decision.too-large",
                    fmt::format("{}: more than {} bytes", name, limits.bytes));
    }
    Xml xml;
    xml.line_starts_ = starts_of_lines(text);
    xml.document_ = std::make_unique<pugi::xml_document>();
    const auto at = [&](std::ptrdiff_t offset, std::string_view what) {
        return fail(Code::invalid, "decision.malformed",
                    fmt::format("{}:{}: {}", name, line_at(xml.line_starts_, offset), what));
    };
    if (!is_utf8(text)) return at(0, "the file is not UTF-8");
    const auto outcome = xml.document_->load_buffer(
        text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata, pugi::encoding_utf8);
    if (!outcome) return at(outcome.offset, outcome.description());
    if (const auto excess = measure(xml.root(), limits); excess.what != nullptr) {
        return fail(Code::too_large, "decision.too-large",
                    fmt::format("{}:{}: {}", name, xml.line(excess.node), excess.what));
    }
    return xml;
}

std::size_t Xml::line(pugi::xml_node node) const {
    return line_at(line_starts_, node.offset_debug());
}

std::string_view local_name(std::string_view name) noexcept {
    const auto colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view local_name(pugi::xml_node node) noexcept {
    return local_name(std::string_view(node.name()));
}

std::string_view attribute(pugi::xml_node node, std::string_view name) noexcept {
    for (const auto held : node.attributes()) {
        if (name == held.name()) return held.value();
    }
    return {};
}

bool has_attribute(pugi::xml_node node, std::string_view name) noexcept {
    return std::any_of(node.attributes_begin(), node.attributes_end(),
                       [&](const pugi::xml_attribute& held) { return name == held.name(); });
}

pugi::xml_node child(pugi::xml_node node, std::string_view name) noexcept {
    for (const auto held : node.children()) {
        if (held.type() == pugi::node_element && local_name(held) == name) return held;
    }
    return {};
}

std::string text_of(pugi::xml_node node) {
    std::string out;
    for (const auto held : node.children()) {
        if (held.type() == pugi::node_pcdata || held.type() == pugi::node_cdata)
            out += held.value();
    }
    return out;
}

std::string_view namespace_of(pugi::xml_node node, std::string_view prefix) noexcept {
    for (; node; node = node.parent()) {
        for (const auto held : node.attributes()) {
            const std::string_view name = held.name();
            if (prefix.empty() ? name == "xmlns"
                               : name.starts_with("xmlns:") && name.substr(6) == prefix)
                return held.value();
        }
    }
    return {};
}

}  // namespace wasl::decision::impl
