// Sensitive answers at rest: AES-256-GCM under keys of the member that lie outside the data folder a
// backup copies. A sealed answer stands in the journal, in the dossier's row and in a draft; search, lists and
// exports never hold it, and the audit replays its bytes without any key.
#pragma once

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

// The keys of one member. Files `field.GENERATION.ID.key` of mode 0600, 32 bytes each; the highest
// generation seals, every one that is there opens. Safe from several threads.
//
// Keys of errors: "trust.key-readable-by-others" · "dossier.field-key" a file cannot be made or read ·
// "dossier.field-key-missing" [unavailable] sealed under a key that is not here (a backup without its keys) ·
// "dossier.field-damaged" [internal] altered, or of another place.
class FieldKeys {
public:
    // Makes the folder and the first key when there is none.
    static Result<FieldKeys> open_or_create(const std::filesystem::path& folder, Entropy& entropy);
    static FieldKeys in_memory(Entropy& entropy);
    FieldKeys(FieldKeys&&) noexcept;
    FieldKeys& operator=(FieldKeys&&) noexcept;
    ~FieldKeys();

    // A new key seals from now on; the older ones go on opening what they sealed.
    Result<void> rotate(Entropy& entropy);
    [[nodiscard]] std::string current() const;  // id of the key that seals: 16 hex digits

    // "ID.base64(nonce ‖ ciphertext ‖ tag)"; `context` is authenticated, so that a value cannot be moved.
    [[nodiscard]] std::string seal(std::string_view plain, std::string_view context, Entropy& entropy) const;
    [[nodiscard]] Result<std::string> open(std::string_view sealed, std::string_view context) const;

private:
    struct Impl;
    explicit FieldKeys(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// Where answers belong; part of what is authenticated.
struct SealPlace {
    std::string_view member, dossier;
};

// A sensitive answer that could not be opened: the rest of the dossier stands.
struct Unreadable {
    std::string field;
    std::string key;  // "dossier.field-damaged", "dossier.field-key-missing"
    bool operator==(const Unreadable&) const = default;
};

// Seals the answers named in `sensitive` that are there and not null. Without keys nothing sensitive
// may be written: "dossier.field-key-missing".
Result<void> seal_answers(json::Object& answers, std::span<const std::string> sensitive, const FieldKeys* keys,
                          const SealPlace& place, Entropy& entropy);
// Opens them in place; one that cannot be opened stays sealed and is named.
std::vector<Unreadable> open_answers(json::Object& answers, std::span<const std::string> sensitive, const FieldKeys* keys,
                                     const SealPlace& place);

}  // namespace wasl::dossier
