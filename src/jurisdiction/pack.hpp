// The dated pack of a country: everything of the law that is a number or a list, read from a folder
// of text files. Immutable; share it as std::shared_ptr<const Pack>.
#pragma once

#include "base/decimal.hpp"
#include "jurisdiction/calendar.hpp"
#include "jurisdiction/division.hpp"
#include "jurisdiction/identifier.hpp"
#include "jurisdiction/law.hpp"

#include <filesystem>
#include <memory>
#include <span>

namespace wasl::jurisdiction {

struct Currency {
    std::string code = "MAD";  // ISO 4217
    int digits = 2;            // after the point
    Names symbol;

    [[nodiscard]] std::string amount(const Decimal& value) const;  // exactly `digits` after the point: "20.00"
};

// A file of the pack as text: the pure half of loading.
struct PackFile {
    std::string name;  // "delays.toml"
    std::string text;
};

// One thing wrong in a pack file.
struct PackFinding {
    std::string file;
    int line = 0;  // from 1; 0 when the whole file is meant
    std::string message;
    [[nodiscard]] std::string text() const;  // "delays.toml:12: …"
};

class Pack {
public:
    // Everything wrong at once, in the order of the files.
    static std::expected<Pack, std::vector<PackFinding>> read(std::span<const PackFile> files);

    [[nodiscard]] const std::string& country() const noexcept { return country_; }  // "ma"
    [[nodiscard]] const Names& name() const noexcept { return name_; }
    [[nodiscard]] const std::vector<std::string>& languages() const noexcept { return languages_; }  // required ones
    [[nodiscard]] const Calendar& calendar() const noexcept { return calendar_; }
    [[nodiscard]] const Zone& zone() const noexcept { return calendar_.zone(); }
    [[nodiscard]] const Identifiers& identifiers() const noexcept { return identifiers_; }
    [[nodiscard]] const Divisions& divisions() const noexcept { return divisions_; }
    [[nodiscard]] const Currency& currency() const noexcept { return currency_; }
    // Whether delays count working days where a procedure does not say (the law is silent: to confirm).
    [[nodiscard]] bool working_by_default() const noexcept { return working_by_default_; }

    // The law on a day; before the first day of the pack, its first state. Lives as long as the pack.
    // A dossier is judged by the law of the day it was filed.
    [[nodiscard]] const Law& law_on(Date day) const noexcept;
    [[nodiscard]] const std::vector<Law>& states() const noexcept { return states_; }

    // How many numbers and lists nobody has confirmed yet ("file:key"), for `wasl doctor`.
    [[nodiscard]] const std::vector<std::string>& unconfirmed() const noexcept { return unconfirmed_; }

private:
    friend class PackReader;
    Pack(Calendar calendar, Identifiers identifiers);
    std::string country_;
    Names name_;
    std::vector<std::string> languages_;
    Calendar calendar_;
    Identifiers identifiers_;
    Divisions divisions_;
    Currency currency_;
    bool working_by_default_ = false;
    std::vector<Law> states_;  // ordered by `from`, without gaps
    std::vector<std::string> unconfirmed_;
};

// Reads the *.toml and *.csv of a folder. Key "pack.invalid" (detail: one "file:line: message" a line),
// "pack.unreadable".
Result<std::shared_ptr<const Pack>> load_pack(const std::filesystem::path& folder);

}  // namespace wasl::jurisdiction
