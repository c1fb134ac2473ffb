#include "source.hpp"

#include <toml++/toml.h>

#include <algorithm>

namespace wasl::messages {

std::string Finding::text() const {
    return place.file + ":" + std::to_string(place.line) + ": error: " + what;
}

namespace {

unsigned line_of(const toml::node& node) { return node.source().begin.line; }

void walk(Sources& into, const toml::table& table, const std::string& prefix, std::size_t language,
          const std::string& path, std::vector<Finding>& findings) {
    for (const auto& [key, node] : table) {
        const std::string name = prefix + "." + std::string(key.str());
        const Place place{path, line_of(node)};
        if (const auto* inner = node.as_table()) {
            walk(into, *inner, name, language, path, findings);
        } else if (const auto* text = node.as_string()) {
            into.entries[name][language].push_back({text->get(), place});
        } else {
            findings.push_back({place, "message \"" + name + "\" is not a text"});
        }
    }
}

}  // namespace

void read_source(Sources& into, const std::string& path, const std::string& text, std::vector<Finding>& findings) {
    std::string name = path.substr(path.find_last_of('/') + 1);
    const auto first = name.find('.');
    const auto second = first == std::string::npos ? first : name.find('.', first + 1);
    const std::string area = name.substr(0, first);
    const auto* tag = tags.end();
    if (second != std::string::npos && name.substr(second) == ".toml") {
        tag = std::find(tags.begin(), tags.end(), name.substr(first + 1, second - first - 1));
    }
    if (tag == tags.end() || area.empty()) {
        findings.push_back({{path, 1}, "the name of a message file is AREA.LANG.toml, LANG one of ar, fr, en, zgh"});
        return;
    }
    const auto language = static_cast<std::size_t>(tag - tags.begin());
    into.files[area][language] = path;
    try {
        walk(into, toml::parse(text, path), area, language, path, findings);
    } catch (const toml::parse_error& error) {
        findings.push_back({{path, error.source().begin.line}, std::string(error.description())});
    }
}

}  // namespace wasl::messages
