// The national portal's JSON into procedure folders that can be filed at once.
//
// A sheet becomes an authorisation without silence effect and without extension: identity, one slot a
// listed paper, delay and fee where they could be read. What the law forbids to ask is a finding, and
// the slot says that a plain copy is enough. Report: one JSON line a procedure, in order.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "catalogue/delay_text.hpp"
#include "catalogue/fee_text.hpp"
#include "catalogue/loader.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::jurisdiction {
struct Law;
}

namespace wasl::catalogue {

// What an author should look at. `key` is stable: "delay.over-maximum", "paper.legalised-signature" …
struct ImportFinding {
    std::string key;
    std::string detail;
};

struct ImportedSheet {
    std::string id;     // "portal-" and 12 hex digits of SHA-256(title, newline, first authority); empty: no title
    std::string title;  // as published
    DelayReading delay;
    FeeReading fee;
    std::vector<ImportFinding> findings;
    Files files;        // the procedure folder; empty when none can be made (no title)
};

struct ImportSetting {
    const jurisdiction::Law* law = nullptr;  // maxima and forbidden words; null: the built-in grammar only
    std::string member;                      // deciding member; empty: none named
};

std::string portal_id(std::string_view title, std::string_view first_authority);

// All procedures of one file's text. A field that is absent counts as null; one of another JSON type is a
// finding of its procedure. Only a text that is no JSON list is an error: "import.malformed" (detail says
// where), "import.too-large".
Result<std::vector<ImportedSheet>> read_idarati(std::string_view text, const ImportSetting& setting);
// {"id","title","delay","fee","findings"} without line end.
std::string report_line(const ImportedSheet& sheet);

struct ImportResult {
    std::size_t procedures = 0;
    std::size_t findings = 0;
    std::size_t folders = 0;
    std::vector<Error> unread;  // one a file that could not be read; the detail names it
};

// Reads every file before the first byte is written; then DIR/ID/… and the report, each complete or not at all.
// A file that cannot be read does not hold up the others; when none can, that is the error and nothing is
// written. Key "import.io" for a disk that refuses.
Result<ImportResult> import_idarati(const std::vector<std::filesystem::path>& files, const std::filesystem::path& out,
                                    const std::filesystem::path& report, const ImportSetting& setting);

}  // namespace wasl::catalogue
