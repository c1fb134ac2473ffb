// The index over a member's exchange journal, rebuilt from the journal: what lists and searches show is what was recorded,
// all of it and nothing else.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "exchange/journal_rows.hpp"
#include "exchange/registry.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace wasl::exchange {

// Give it each row of the journal in order, then finish. It holds what is not answered yet, no more. Keys (internal):
// "exchange.index-differs": an exchange, a refusal or an unknown outcome is missing, altered or too many in the index.
class ExchangeRecheck {
public:
    explicit ExchangeRecheck(store::Reader& reader) : reader_(reader) {}
    Result<void> visit(const store::JournalRow& row);
    Result<void> finish() const;
    // Each copy of the registry that an entry with content names is kept: without it nothing of that entry can be proven.
    // Key (internal) "exchange.registry-missing", detail: which, and the first entry that names each.
    Result<void> registries() const;

private:
    struct Asked {
        std::uint64_t row = 0;
        ExchangeFacts facts;
    };
    Result<void> outcome(std::uint64_t row, const json::Value& content, bool known);
    [[nodiscard]] Result<bool> stands(std::string_view key, const IndexEntry& expected, std::string_view body) const;

    store::Reader& reader_;
    std::multimap<std::string, Asked> open_;  // by side and id: without an answer so far
    std::map<std::string, std::uint64_t> named_;  // copies of the registry, and the first row that names each
    std::int64_t found_ = 0;                  // documents that are as they should be
    bool erased_ = false;                     // the content of some row is gone, and with it what it would say
};

// Each kept snapshot is the registry's own. Key (internal) "exchange.registry-differs": altered, of another version than it
// is kept as, or signed by none of these keys.
Result<void> recheck_registries(store::Reader& reader, const RegistryKeys& keys);

}  // namespace wasl::exchange
