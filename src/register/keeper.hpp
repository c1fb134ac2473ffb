// The registers of one member in its store: written by the acts of its dossiers in their own transaction,
// read at any (valid, known). Every version is an entry of the record's own chain in the journal.
//
// Error keys: those of acts.hpp and the store; "register.malformed" [internal].
#pragma once

#include "dossier/acts.hpp"
#include "jurisdiction/pack.hpp"
#include "register/record.hpp"
#include "store/schema.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::reg {

// Collections of this module; add them to the member's schema.
std::vector<store::CollectionSpec> register_collections();

class Keeper final : public dossier::Acts {
public:
    explicit Keeper(std::shared_ptr<const jurisdiction::Pack> pack) : pack_(std::move(pack)) {}
    Result<void> done(store::Transaction& tx, const dossier::State& after, std::span<const dossier::Event> events) override;

private:
    std::shared_ptr<const jurisdiction::Pack> pack_;
};

// The chain of a record in the journal: "record:REGISTER/KEY".
std::string chain_of(std::string_view name, std::string_view key);

Result<std::optional<Record>> find(store::Reader& reader, std::string_view name, std::string_view key);

// The type under which every approval that arose by silence is found, whatever its act (law 55-19 art. 19).
inline constexpr std::string_view silence_type = "approval-by-silence";
// What the record's first act was: true when nobody answered in time.
bool arose_by_silence(const Record& record) noexcept;

// One record with the version of it that holds.
struct Standing {
    Record record;
    Version version;
};
// What holds about that subject on `valid` by what was known at `known`: of that type, newest act first, at most
// `limit` records.
Result<std::vector<Standing>> standing(store::Reader& reader, std::string_view type, std::string_view subject, Date valid,
                                       Instant known, std::size_t limit = 100);
// Records of a register in order of creation.
Result<std::vector<Record>> records(store::Reader& reader, std::string_view name, std::size_t limit = 1'000);

// The audit's half: every record is rebuilt from its chain and compared with its row, and every version with the
// event of the dossier that it says it rests on. Keys (internal): "recheck.record-differs", "recheck.record-without-act",
// "recheck.records-without-journal".
class RecordRecheck {
public:
    explicit RecordRecheck(store::Reader& reader) : reader_(reader) {}
    Result<void> visit(const store::JournalRow& row);  // any row; those of other chains are passed over
    Result<void> finish();                             // that no row stands without its chain
    [[nodiscard]] std::uint64_t records() const noexcept { return records_; }

private:
    Result<void> check_act(const Version& version, std::uint64_t entry);
    store::Reader& reader_;
    std::uint64_t records_ = 0;
};

}  // namespace wasl::reg
