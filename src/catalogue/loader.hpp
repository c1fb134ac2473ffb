// A procedure as a folder of text files, and its check.
//
//   procedures/ID/procedure.toml   facts: kind, authority, law, papers, delay, fee, silence …
//                 form.toml        pages and fields (optional)
//                 texts.ar.toml    every text of the procedure in Arabic; texts.fr.toml, .en, .zgh
//                 document.CODE.toml  the documents it produces (optional)
//                 NAME.dmn         decision tables (optional); see proposal.hpp
//                 cases/NAME.toml  example cases (optional); see cases.hpp
//
// Conditions are FEEL. They may use the ids of the form's questions, the names of the decisions in the
// folder's tables, today() and `day`, and these facts, which the
// caller of form::check, papers_for, delay_for and fee_for puts into Facts::facts:
//   channel    "online" | "counter" | "post"
//   level      1 | 2 | 3, the identity level reached
//   applicant  "person" | "child" | "company": for whom the request is
//   age        full years of that person, absent when unknown
//
// The checker speaks to a civil servant: file:line: what is wrong, and what to do.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "catalogue/revision.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace wasl::catalogue {

struct Diagnostic {
    std::string file;  // as given, relative to what the caller passed
    int line = 0;      // 1-based; 0 when the whole file is meant
    std::string key;   // stable: "check.legalised", "check.delay-over-maximum" …
    std::string message;
    // False: as another administration published it, which holds up nobody here: where it is over the
    // maximum of the law, the law counts. Such a finding is shown and does not stop a publication.
    bool blocks = true;
    [[nodiscard]] std::string text() const;  // "file:line: message", line 1 for the whole file
    bool operator==(const Diagnostic&) const = default;
};

struct Loaded {
    std::shared_ptr<const Revision> revision;  // null when the folder could not be read at all
    std::vector<Diagnostic> diagnostics;       // empty: clean
};

// Reads a folder and checks it against the law as of `today`. With a null pack the dated lists are not
// consulted. Never throws; unreadable files are diagnostics.
Loaded load_procedure(const std::filesystem::path& folder, const jurisdiction::Pack* pack, Date today);

// The files of one folder held in memory: (name, content).
using Files = std::vector<std::pair<std::string, std::string>>;
Loaded load_procedure(const std::string& folder_name, const Files& files, const jurisdiction::Pack* pack, Date today);

// Folders below `root` (or root itself) that hold a procedure.toml, sorted.
std::vector<std::filesystem::path> procedure_folders(const std::filesystem::path& root);

}  // namespace wasl::catalogue
