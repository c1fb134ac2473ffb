// Reads `AREA.LANG.toml` files into messages, with the place of each for errors.
#pragma once

#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace wasl::messages {

// The languages in the order of lingua::Language.
inline constexpr std::array<const char*, 4> tags{"ar", "fr", "en", "zgh"};

struct Place {
    std::string file;
    unsigned line = 1;
};

// "file:line: error: what", as compilers write it.
struct Finding {
    Place place;
    std::string what;
    [[nodiscard]] std::string text() const;
};

struct Entry {
    std::string pattern;
    Place place;
};

struct Sources {
    // key ("area.name") → language index → entry
    std::map<std::string, std::array<std::vector<Entry>, 4>> entries;
    // area → language index → file name, empty when there is none
    std::map<std::string, std::array<std::string, 4>> files;
};

// Adds the messages of one file; `text` is its content.
void read_source(Sources& into, const std::string& path, const std::string& text, std::vector<Finding>& findings);

}  // namespace wasl::messages
