// The book of batches in the host's store: what was sent, how far it has come, and what became of each line. Everything
// that is answered is on disk before it is answered. Calls that write wait for the disk: use them on a pool.
//
// Error keys: batch.reused [conflict] (another content under the same id), batch.unknown [not_found],
// batch.not-waiting [conflict] (it was filed or given up).
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "batch/lines.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::batch {

enum class Stage : std::uint8_t {
    waiting,  // sent through a page, not confirmed yet
    running,  // lines are being filed
    done,
    dropped,  // given up before anything was filed
};
std::string_view to_string(Stage stage) noexcept;

struct Batch {
    std::string ice, id;       // together: which batch
    std::string actor;         // person who answers for it
    std::string mandate;       // under which it was sent
    std::string kid;           // key that signed it; empty: sent through a page
    std::string language;      // of receipts and messages where a line names none
    Format format = Format::json;
    std::string digest;        // SHA-256 of the content, hex
    std::string file;          // name of the file, as sent through a page; may be empty
    std::size_t lines = 0;
    std::size_t filed = 0, refused = 0;
    Stage stage = Stage::waiting;
    Instant received;
    std::optional<Instant> finished;
    bool archive = false;      // the lines came in a ZIP, with papers

    [[nodiscard]] std::string key() const { return ice + "/" + id; }
    bool operator==(const Batch&) const = default;
};

struct LineFlaw {
    std::string pointer;  // RFC 6901, into the line
    std::string code;
    bool operator==(const LineFlaw&) const = default;
};

// What became of a line.
struct LineResult {
    std::size_t number = 0;
    std::string id;
    bool filed = false;
    std::string reference;           // of the dossier, when filed
    Instant received;
    bool complete = false;           // the receipt lists nothing
    std::vector<std::string> missing;
    std::string code;                // why not, when refused
    std::vector<LineFlaw> flaws;
    bool operator==(const LineResult&) const = default;
};
json::Object to_json(const LineResult& result);

std::vector<store::CollectionSpec> batch_collections();

class BatchBook {
public:
    explicit BatchBook(store::Store& store) : store_(&store) {}

    struct Taken {
        Batch batch;
        bool repeated = false;  // it was there already, with the same content
    };
    // Keeps the content and the batch as `batch.stage` says, waiting or running; journaled.
    Result<Taken> take(Batch batch, std::string_view content);
    // From waiting to running.
    Result<Batch> confirm(const std::string& ice, const std::string& id, const std::string& by);
    Result<void> drop(const std::string& ice, const std::string& id, const std::string& by);
    // Results of some lines, with the sums, in one commit; a line whose result stands already is not counted again.
    Result<Batch> record(const Batch& batch, const std::vector<LineResult>& results);

    [[nodiscard]] Result<Batch> find(std::string_view ice, std::string_view id) const;
    // As it was sent, until the last line has its result: lines, or the archive with them.
    [[nodiscard]] Result<std::string> content(const Batch& batch) const;
    // Numbers of the lines that have no result yet, in order.
    [[nodiscard]] Result<std::vector<std::size_t>> open_lines(const Batch& batch) const;
    [[nodiscard]] Result<std::vector<LineResult>> results(const Batch& batch) const;  // in order of number
    [[nodiscard]] Result<std::vector<Batch>> of_company(std::string_view ice, std::size_t limit) const;  // newest first
    [[nodiscard]] Result<std::vector<Batch>> running() const;  // oldest first

private:
    store::Store* store_;
};

}  // namespace wasl::batch
