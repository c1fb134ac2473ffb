#include "decision/impl/xml.hpp"

#include "decision/impl/xml_encoding.hpp"

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

std::unexpected<Error> malformed(std::string_view name, const feel::TextPlace& place,
                                 std::string_view what) {
    return fail(Code::invalid, "decision.malformed",
                fmt::format("{}:{}:{}: {}", name, place.line, place.column, what));
}

// What begins here and is no text of an element: a comment, CDATA, an instruction, a document type.
// Its end; `at` itself when nothing of the kind begins here.
std::size_t after_markup(std::string_view text, std::size_t at) {
    struct Markup {
        std::string_view begin, end;
    };
    static constexpr Markup kinds[] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
    for (const auto& kind : kinds) {
        if (text.substr(at, kind.begin.size()) != kind.begin) continue;
        const auto end = text.find(kind.end, at + kind.begin.size());
        return end == std::string_view::npos ? text.size() : end + kind.end.size();
    }
    if (text.substr(at, 9) != "<!DOCTYPE") return at;
    int brackets = 0;
    char quote = 0;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != 0) {
            if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '[' || c == ']') {
            brackets += c == '[' ? 1 : -1;
        } else if (c == '>' && brackets <= 0) {
            return at + 1;
        }
    }
    return at;
}

// Entities are never expanded; those five and characters by number are part of XML itself.
std::vector<EntityUse> foreign_entities(std::string_view text) {
    constexpr std::size_t most = 20, longest_name = 100;
    static constexpr std::string_view own[] = {"lt", "gt", "amp", "apos", "quot"};
    std::vector<EntityUse> out;
    std::size_t line = 1, counted = 0;
    for (std::size_t at = 0; at < text.size() && out.size() < most;) {
        if (text[at] == '<') {
            const auto after = after_markup(text, at);
            at = after == at ? at + 1 : after;
            continue;
        }
        if (text[at++] != '&') continue;
        const auto end = text.substr(at, longest_name).find(';');
        const auto name = text.substr(at, end == std::string_view::npos ? 0 : end);
        const bool named = !name.empty() && name.find_first_of("# \t\r\n<>&\"'") == name.npos;
        if (!named || std::find(std::begin(own), std::end(own), name) != std::end(own)) continue;
        line += static_cast<std::size_t>(
            std::count(text.begin() + static_cast<std::ptrdiff_t>(counted),
                       text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
        counted = at;
        out.push_back({std::string(name), line});
    }
    return out;
}

}  // namespace

Result<Xml> Xml::read(std::string_view name, std::string_view text, const XmlLimits& limits) {
    if (text.size() > limits.bytes) {
        return fail(Code::too_large, "decision.too-large",
                    fmt::format("{}: more than {} bytes", name, limits.bytes));
    }
    auto decoded = utf8_of(text);
    if (!decoded) return malformed(name, decoded.error().place, decoded.error().what);
    Xml xml;
    xml.line_starts_ = starts_of_lines(*decoded);
    xml.document_ = std::make_unique<pugi::xml_document>();
    const auto outcome =
        xml.document_->load_buffer(decoded->data(), decoded->size(),
                                   pugi::parse_default | pugi::parse_ws_pcdata, pugi::encoding_utf8);
    if (!outcome) {
        const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(outcome.offset, 0));
        return malformed(name, feel::place_in(*decoded, offset), outcome.description());
    }
    xml.entities_ = foreign_entities(*decoded);
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
