// Bodies of messages, kept beside a member's exchange journal when that is configured: encrypted, for a number of days,
// each bound by its digest to the entry whose signature covers that digest. Without them the evidence is the same: it
// never needs the data.
//
// A file a body, FOLDER/YYYY-MM-DD/REQUEST-ID.SIDE.PART.DIGEST, mode 0600: "wasl-body-1\n", then chunks of at most
// 64 KB, each as a length (32 bits, big end first) and what the cipher made of it, closed for its place: member, side,
// part, request, digest, number of the chunk, and whether it is the last. So no chunk can be moved, left out or added.
// A file is not synced: after a power cut the last seconds' bodies may be missing, never their entries.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "exchange/exchange_journal.hpp"
#include "http/body.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

enum class BodyPart { request, response };
std::string_view to_string(BodyPart part) noexcept;

struct BodyName {
    JournalSide side = JournalSide::client;
    BodyPart part = BodyPart::request;
    std::string request_id;  // letters, digits and '-'
    std::string sha512;      // of the body: 64 raw bytes
};

// With the keys of whoever keeps them. `context` is authenticated and not kept.
struct BodyCipher {
    std::function<std::string(std::string_view plain, std::string_view context)> close;
    std::function<Result<std::string>(std::string_view closed, std::string_view context)> open;
};

// Safe from several threads. Keys: "exchange.body-storage" [insufficient_storage: the disk is full, or nearly; else
// internal], "exchange.body-not-kept" [not_found: none was, it was empty or too large, or its time is over],
// "exchange.body-damaged" [internal: altered, of another place, or not what the entry signed], and those of the cipher.
class KeptBodies {
public:
    struct Options {
        ClientId member;
        std::filesystem::path folder;
        BodyCipher cipher;
        std::uint64_t most_bytes = 1U << 20U;         // larger ones are not kept
        std::int64_t days = 30;                       // full days, counted from the day of keeping
        std::uintmax_t leave_free_bytes = 64U << 20U; // of the disk: the journal's, which goes first
    };
    explicit KeptBodies(Options options) : options_(std::move(options)) {}

    // Nothing for an empty body and for one that is too large.
    Result<void> keep(const BodyName& name, std::string_view body, Instant now) const;
    Result<void> keep(const BodyName& name, const http::SharedBody& body, Instant now) const;
    // One that leaves no entry behind.
    void forget(const BodyName& name, Instant now) const;
    // The body, which is what the digest says.
    Result<std::string> read(const BodyName& name) const;
    // Every one that stands here, for the audit; of `sha512` only the 16 bytes that the file's name has.
    [[nodiscard]] std::vector<BodyName> all() const;
    // Whole days that are over; how many.
    std::size_t erase_old(Instant now) const;

private:
    using Read = std::function<Result<std::size_t>(std::uint64_t at, char* to, std::size_t most)>;
    Result<void> keep(const BodyName& name, std::uint64_t size, const Read& read, Instant now) const;
    Result<void> make_room(const std::filesystem::path& folder, std::uint64_t size) const;
    [[nodiscard]] std::string context(const BodyName& name, std::uint64_t chunk, bool last) const;
    Options options_;
};

// The digest of the body that a signature base of the journal covers (Content-Digest): 64 raw bytes; empty: none.
std::string signed_body_sha512(std::string_view base);

// A reading is an entry of the journal before anything is shown: who, and why.
inline constexpr std::string_view body_read_kind = "exchange.body-read";
struct BodyReading {
    std::string by, reason;
};
// Key "exchange.body-reason" [invalid]: a name and a reason are needed.
Result<void> note_body_reading(store::Store& journal, const BodyName& name, const BodyReading& reading);
// Name of a body by its exchange (message id or request id), from rows and segments. Keys "exchange.evidence-missing",
// "exchange.body-not-kept" (there is no such entry, or it signs no body).
Result<BodyName> body_name(store::Reader& reader, const ClientId& member, std::string_view id, BodyPart part);

}  // namespace wasl::exchange
