// The set of published procedures: newest revision by id, all older ones by hash.
// On disk: FOLDER/revisions/HASH.json (immutable), FOLDER/published.log ("ID HASH" lines, "." after each
// publish: the truth) and FOLDER/catalogue.bin (compiled at publish, mapped at start: search index,
// summaries, newest revision by id). Revisions load on first use.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "catalogue/revision.hpp"
#include "catalogue/search.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::catalogue {

// What a list of sheets shows, read from the mapped file.
struct Summary {
    std::string id;
    Digest hash;
    Kind kind = Kind::authorisation;
    std::string title;      // in the language asked for, or the best there is
    std::string language;   // the language it is in
    std::string authority;
    bool imported = false;
};

// Thread-safe. Reads never wait for a publish: a publish swaps an immutable snapshot.
class Catalogue {
public:
    // Opens (and makes) the folder. A missing, old or damaged catalogue.bin is compiled again from the
    // revisions. Keys: "catalogue.corrupt" (a revision's file is damaged; detail names it), "catalogue.io".
    static Result<std::unique_ptr<Catalogue>> open(std::filesystem::path folder);
    ~Catalogue();

    // Newest revision of a procedure; null when unknown. Key "catalogue.corrupt" when its file is damaged.
    [[nodiscard]] Result<std::shared_ptr<const Revision>> find(std::string_view id) const;
    // A revision by its hash: what a dossier stays on.
    [[nodiscard]] Result<std::shared_ptr<const Revision>> revision(const Digest& hash) const;
    [[nodiscard]] std::size_t size() const;
    // Procedures in order of id, a page at a time.
    [[nodiscard]] std::vector<Summary> list(std::size_t from, std::size_t count, std::string_view language) const;
    // Those of a life event, in order of id, a page at a time; and how many there are.
    [[nodiscard]] std::vector<Summary> list(LifeEvent event, std::size_t from, std::size_t count, std::string_view language) const;
    [[nodiscard]] std::size_t size(LifeEvent event) const;
    [[nodiscard]] std::vector<Summary> search(std::string_view words, std::string_view language,
                                              std::size_t count = 20) const;

    // Writes the revisions (fsync), compiles catalogue.bin once, swaps it atomically. All or nothing.
    // Publishing the same content again changes nothing.
    Result<void> publish(std::span<const Revision> revisions);
    // Takes over what another process has published in this folder since; true when there was something new.
    // One look at the file's size and time when there was not. Requests that run keep what they have begun with.
    Result<bool> refresh();

private:
    struct Impl;
    explicit Catalogue(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::catalogue
