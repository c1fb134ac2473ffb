// The heads of a journal with their timestamps, beside the journal: FOLDER/SIZE.note (the signed checkpoint)
// and FOLDER/SIZE.tsr (the token of RFC 3161 over its SHA-256). Stamping runs beside the traffic and never
// holds it up: while no authority answers, heads wait, and the next stamp covers all that came before.
#pragma once

#include "base/clock.hpp"
#include "exchange/timestamp.hpp"
#include "trust/merkle.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// The newest signed checkpoint of a journal; empty while there is none.
using NewestNote = std::function<Result<std::string>()>;
// A TimeStampReq sent to the authority; its TimeStampResp.
using AskTimestamp = std::function<Result<std::string>(const std::string& query)>;

struct StampStatus {
    std::uint64_t size = 0;  // of the tree of the newest stamped checkpoint
    Instant at;              // of that stamp; the epoch: none
    std::string problem;     // key of the last failure, empty after a success
    std::string detail;
};

class TimestampKeeper {
public:
    struct Options {
        std::filesystem::path folder;
        std::string roots_pem;
        std::int64_t every_seconds = 600;
        NewestNote newest;
        AskTimestamp ask;
    };
    explicit TimestampKeeper(Options options);

    // Stamps the newest checkpoint when it is time and something new has come. Not from a loop: it waits for
    // the authority. One thread at a time.
    void round(Instant now, Entropy& entropy);
    [[nodiscard]] StampStatus status() const;  // from any thread

private:
    Result<void> stamp(Instant now, Entropy& entropy);
    Options options_;
    mutable std::mutex guard_;  // status_
    StampStatus status_;
    std::optional<Instant> tried_;
};

struct KeptStamp {
    std::uint64_t size = 0;
    std::string note, token;
};
// In order of size. Key "exchange.timestamp-file" when a half is missing or a name is none of ours.
Result<std::vector<KeptStamp>> kept_stamps(const std::filesystem::path& folder);

struct StampFinding {
    std::string key;    // "exchange.timestamp-wrong", "exchange.timestamp-differs", "exchange.timestamp-beyond"
    std::string where;  // "timestamp of size 120"
    std::string detail;
};
struct StampReport {
    std::size_t stamps = 0;
    std::optional<Timestamp> newest;
    std::vector<StampFinding> findings;
};
// Each token is good over its note, and each note is a head of this journal: nothing from before the stamp
// was altered or taken away since.
Result<StampReport> check_stamps(const std::filesystem::path& folder, std::string_view roots_pem, std::uint64_t journal_size,
                                 const trust::NodeSource& nodes);

}  // namespace wasl::exchange
