// Just enough of PDF (ISO 32000-1) to append an incremental update to a file with classic
// cross-reference tables. Views point into the file.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::trust::pdf {

// Entries of a dictionary in order; names with their slash, values as written.
using Dictionary = std::vector<std::pair<std::string_view, std::string_view>>;

// The dictionary at the start of `text`.
Result<Dictionary> parse_dictionary(std::string_view text);
std::string_view find(const Dictionary& dictionary, std::string_view name);  // empty when absent
// "12 0 R"; nothing for other values.
Result<std::uint32_t> reference(std::string_view value);
// Elements of an array, as written.
Result<std::vector<std::string_view>> parse_array(std::string_view text);

class File {
public:
    // Keys "trust.pdf-malformed", "trust.pdf-unsupported" (cross-reference streams, encryption).
    static Result<File> parse(std::string_view bytes);
    [[nodiscard]] std::uint64_t start_of_table() const { return start_; }
    [[nodiscard]] std::uint32_t object_count() const { return count_; }  // /Size
    [[nodiscard]] const Dictionary& trailer() const { return trailer_; }
    // What stands between "N 0 obj" and "endobj", not checked further.
    [[nodiscard]] Result<std::string_view> object(std::uint32_t number) const;
    [[nodiscard]] Result<Dictionary> dictionary(std::uint32_t number) const;
    // A value that is a dictionary or a reference to one.
    [[nodiscard]] Result<Dictionary> resolve_dictionary(std::string_view value) const;

private:
    Result<void> read_table(std::uint64_t at, int depth);

    std::string_view bytes_;
    std::uint64_t start_ = 0;
    std::uint32_t count_ = 0;
    Dictionary trailer_;
    std::map<std::uint32_t, std::uint64_t> offsets_;
};

// A text string: a literal for ASCII, else UTF-16BE in hexadecimal.
std::string text_string(std::string_view utf8);

}  // namespace wasl::trust::pdf
