// The lines of a batch: what a program or a spreadsheet asks to be filed, read from JSON (RFC 8259) or CSV (RFC 4180).
// Only the frame is looked at here; members, procedures and answers are the business of who files. Pure.
//
// JSON: an array of objects with the members of a single filing (member, procedure, answers, contact, language,
// obligations) and `line`, the sender's own id.
// CSV: columns line, member, procedure, language, channel, obligations (codes separated by blanks), and one column for each
// answer, separated by commas or, where the first row has more of these, by semicolons: `answers.QUESTION`, or `answers.QUESTION.PART` for a part of it. An empty cell is an absent answer. `papers.PAPER`: names of
// files of the archive that the lines came in, separated by "|". In JSON `papers` is an object of names, or lists of them.
//
// Error keys, for the whole file: batch.format, batch.not-json, batch.not-list, batch.empty, batch.too-large,
// batch.csv-syntax, batch.csv-column, batch.line-id, batch.line-twice (detail: the place).
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::batch {

inline constexpr std::size_t most_lines = 5'000;
inline constexpr std::size_t most_bytes = 4U << 20U;
inline constexpr std::size_t longest_line_id = 60;

enum class Format : std::uint8_t { json, csv };
std::string_view to_string(Format format) noexcept;  // "json", "csv"
std::optional<Format> format_from(std::string_view name) noexcept;

struct Line {
    std::size_t number = 0;  // from 1, in the order of the file
    std::string id;          // unique in the batch: [A-Za-z0-9._-]; its number when the sender gave none
    json::Value wish;        // a filing as the API takes it, without `line`; of CSV without `answers`
    std::vector<std::pair<std::string, std::string>> typed;  // CSV: answers as typed, "question.part" and text
    bool from_table = false;
};

Result<std::vector<Line>> read_lines(Format format, std::string_view text);

}  // namespace wasl::batch
