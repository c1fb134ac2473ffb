// Journal entries that are on disk before their group is: a small file of fixed size beside the database, written over
// and over. A group that commits takes what was noted; what no group has taken when a process ends, the next one
// appends first. An entry costs one write into blocks that are there already and one sync, some 150 µs, where a group
// of its own costs twice that, and it waits for nobody.
#pragma once

#include "base/result.hpp"
#include "store/impl/files.hpp"
#include "store/journal.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::store::impl {

inline constexpr const char* notes_name = "store.notes";
// Counters of the store: which file belongs to it, and the number of the last note that a group has taken.
inline constexpr std::string_view notes_id = "store.notes-id", notes_taken = "store.notes-taken";

struct Note {
    std::uint64_t number = 0;
    JournalEntry entry;
};

// In whole slots: what it says, its length and its digest, so that one written by half is none.
std::string write_note(std::uint64_t id, std::uint64_t number, const JournalEntry& entry);
// Those of this id in the file's bytes, in order of their numbers; all else is passed over.
std::vector<Note> read_notes(std::string_view file, std::uint64_t id);

class Notes {
public:
    static constexpr std::size_t slot_bytes = 4'096;  // a page: written whole, it need not be read first
    static constexpr std::size_t slots = 64;

    // A new file, written and synced whole.
    static Result<std::unique_ptr<Notes>> create(const std::filesystem::path& file, std::uint64_t id);
    // The file as an earlier process left it; `left` receives what is newer than `taken`.
    // "store.damaged": not of this size.
    static Result<std::unique_ptr<Notes>> open(const std::filesystem::path& file, std::uint64_t id, std::uint64_t taken, std::vector<Note>& left);

    // On disk when it returns, with its number. One caller at a time. "store.notes-full": nothing was written;
    // "store.io": the file is not written to any more.
    Result<std::uint64_t> write(const JournalEntry& entry);
    // A group with all up to this number is on disk. From any thread.
    void taken(std::uint64_t number) noexcept { taken_ = number; }

private:
    struct Standing {
        std::uint64_t number = 0;
        std::size_t first = 0, count = 0;  // its slots
    };
    Notes(Handle file, std::uint64_t id, std::uint64_t last) : file_(std::move(file)), id_(id), last_(last), taken_(last) {}
    [[nodiscard]] bool room(std::size_t first, std::size_t count) const;

    Handle file_;
    std::uint64_t id_, last_;
    std::atomic<std::uint64_t> taken_;
    std::vector<Standing> standing_;
    std::size_t next_ = 0;
    bool failed_ = false;
};

}  // namespace wasl::store::impl
