// Reading XML with bounds: no document types, entities or locations are followed.
#pragma once

#include "base/result.hpp"

#include <pugixml.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::decision::impl {

// A reference to an entity that XML itself does not know ("&name;"), which stays as it is written.
struct EntityUse {
    std::string name;
    std::size_t line = 0;
};

struct XmlLimits {
    std::size_t bytes, elements, nesting;
};

class Xml {
public:
    // The encoding is that of the byte order mark or of the XML declaration (impl/xml_encoding.hpp).
    // Keys: "decision.too-large", "decision.malformed"; detail "name:line:column: what".
    static Result<Xml> read(std::string_view name, std::string_view text, const XmlLimits& limits);

    [[nodiscard]] pugi::xml_node root() const { return document_->document_element(); }
    [[nodiscard]] std::size_t line(pugi::xml_node node) const;
    // At most 20, in order.
    [[nodiscard]] const std::vector<EntityUse>& entities() const { return entities_; }

private:
    std::unique_ptr<pugi::xml_document> document_;
    std::vector<std::size_t> line_starts_;
    std::vector<EntityUse> entities_;
};

// Name without its prefix.
std::string_view local_name(std::string_view name) noexcept;
std::string_view local_name(pugi::xml_node node) noexcept;
// Attribute by its local name, without prefix only ("name", not "triso:name"); empty when missing.
std::string_view attribute(pugi::xml_node node, std::string_view name) noexcept;
bool has_attribute(pugi::xml_node node, std::string_view name) noexcept;
// First child element of this local name; a null node when there is none.
pugi::xml_node child(pugi::xml_node node, std::string_view name) noexcept;
// All text directly inside, comments left out.
std::string text_of(pugi::xml_node node);
// The namespace that a prefix (may be empty) stands for at this place; empty when none.
std::string_view namespace_of(pugi::xml_node node, std::string_view prefix) noexcept;

}  // namespace wasl::decision::impl
