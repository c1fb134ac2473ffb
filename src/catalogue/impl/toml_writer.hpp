// Writing the text files of a procedure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::catalogue::impl {

// A TOML basic string on one line, with escapes.
std::string toml_string(std::string_view text);
std::string toml_strings(const std::vector<std::string>& texts);

// Texts of one language by dotted path, written as tables.
class TextFile {
public:
    void set(std::string path, std::string_view text);  // empty text: nothing
    [[nodiscard]] std::string write(std::string_view state) const;

private:
    std::vector<std::pair<std::string, std::string>> texts_;
};

}  // namespace wasl::catalogue::impl
