#include "store/impl/notes.hpp"

#include "base/digest.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace wasl::store::impl {

namespace {

constexpr std::string_view note_mark = "waslnote";
constexpr std::size_t digest_at = 8 + 3 * 8;
constexpr std::size_t head_bytes = digest_at + 32;

void add_number(std::string& to, std::uint64_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    to.append(bytes, sizeof value);
}

std::uint64_t number_at(std::string_view bytes, std::size_t at) {
    std::uint64_t out = 0;
    std::memcpy(&out, bytes.data() + at, sizeof out);
    return out;
}

// A text behind its length; what is left is shortened by it.
std::optional<std::string> take_text(std::string_view& left) {
    if (left.size() < 8) {
        return std::nullopt;
    }
    const std::uint64_t size = number_at(left, 0);
    left.remove_prefix(8);
    if (size > left.size()) {
        return std::nullopt;
    }
    std::string out(left.substr(0, size));
    left.remove_prefix(size);
    return out;
}

// The note that begins here, and its length.
std::optional<std::pair<Note, std::size_t>> note_at(std::string_view bytes, std::uint64_t id) {
    if (bytes.size() < head_bytes || !bytes.starts_with(note_mark) || number_at(bytes, 8) != id) {
        return std::nullopt;
    }
    const std::uint64_t size = number_at(bytes, 24);
    if (size > bytes.size() - head_bytes) {
        return std::nullopt;
    }
    std::string_view text = bytes.substr(head_bytes, size);
    if (sha256(bytes.substr(0, digest_at), text).view() != bytes.substr(digest_at, 32)) {
        return std::nullopt;
    }
    auto chain = take_text(text);
    auto kind = take_text(text);
    if (!chain || !kind) {
        return std::nullopt;
    }
    return std::pair{Note{number_at(bytes, 16), {.chain = std::move(*chain), .kind = std::move(*kind), .content = std::string(text)}},
                     head_bytes + static_cast<std::size_t>(size)};
}

std::size_t slots_of(std::size_t bytes) {
    return (bytes + Notes::slot_bytes - 1) / Notes::slot_bytes;
}

Result<void> write_synced(const Handle& file, std::string_view bytes, std::size_t at) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(file.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return std::unexpected(system_error("write", notes_name));
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
        at += static_cast<std::size_t>(written);
    }
    if (::fdatasync(file.get()) != 0) {
        return std::unexpected(system_error("sync", notes_name));
    }
    return {};
}

}  // namespace

std::string write_note(std::uint64_t id, std::uint64_t number, const JournalEntry& entry) {
    std::string text;
    text.reserve(16 + entry.chain.size() + entry.kind.size() + entry.content.size());
    add_number(text, entry.chain.size());
    text += entry.chain;
    add_number(text, entry.kind.size());
    text += entry.kind;
    text += entry.content;
    std::string out(note_mark);
    out.reserve(slots_of(head_bytes + text.size()) * Notes::slot_bytes);
    for (const std::uint64_t one : {id, number, static_cast<std::uint64_t>(text.size())}) {
        add_number(out, one);
    }
    out += sha256(out, text).view();
    out += text;
    out.resize(slots_of(out.size()) * Notes::slot_bytes);
    return out;
}

std::vector<Note> read_notes(std::string_view file, std::uint64_t id) {
    std::vector<Note> out;
    for (std::size_t slot = 0; slot * Notes::slot_bytes < file.size();) {
        auto found = note_at(file.substr(slot * Notes::slot_bytes), id);
        slot += found ? slots_of(found->second) : 1;
        if (found) {
            out.push_back(std::move(found->first));
        }
    }
    std::ranges::sort(out, {}, &Note::number);
    return out;
}

Result<std::unique_ptr<Notes>> Notes::create(const std::filesystem::path& file, std::uint64_t id) {
    Handle made(::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!made.open()) {
        return std::unexpected(system_error("create", file));
    }
    TRY(write_synced(made, std::string(slots * slot_bytes, '\0'), 0));
    if (::fsync(made.get()) != 0) {  // its size as well
        return std::unexpected(system_error("sync", file));
    }
    TRY(sync_folder(file.parent_path()));
    return std::unique_ptr<Notes>(new Notes(std::move(made), id, 0));
}

Result<std::unique_ptr<Notes>> Notes::open(const std::filesystem::path& file, std::uint64_t id, std::uint64_t taken, std::vector<Note>& left) {
    const std::string bytes = TRY(read_file(file));
    Handle opened(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    if (!opened.open() || bytes.size() != slots * slot_bytes) {
        return fail(Code::internal, "store.damaged", std::string(notes_name));
    }
    std::unique_ptr<Notes> out(new Notes(std::move(opened), id, taken));
    for (Note& note : read_notes(bytes, id)) {
        if (note.number > taken) {
            out->last_ = note.number;
            left.push_back(std::move(note));
        }
    }
    if (left.empty()) {
        TRY(write_synced(out->file_, std::string(slots * slot_bytes, '\0'), 0));  // what is in the journal does not stay here as well
    } else {
        out->standing_.push_back({out->last_, 0, slots});  // nothing is written over before all are taken
    }
    return out;
}

bool Notes::room(std::size_t first, std::size_t count) const {
    return first + count <= slots && std::ranges::none_of(standing_, [&](const Standing& one) {
        return first < one.first + one.count && one.first < first + count;
    });
}

Result<std::uint64_t> Notes::write(const JournalEntry& entry) {
    const std::string bytes = write_note(id_, last_ + 1, entry);
    const std::size_t count = bytes.size() / slot_bytes;
    std::erase_if(standing_, [taken = taken_.load()](const Standing& one) { return one.number <= taken; });
    const std::size_t first = next_ + count <= slots ? next_ : 0;
    if (failed_ || !room(first, count)) {
        return fail(Code::unavailable, "store.notes-full", std::string(notes_name));
    }
    if (auto written = write_synced(file_, bytes, first * slot_bytes); !written) {
        failed_ = true;
        return std::unexpected(std::move(written.error()));
    }
    standing_.push_back({++last_, first, count});
    next_ = first + count;
    return last_;
}

}  // namespace wasl::store::impl
