// The audit's half of documents that follow the journal: each is as the last entry of its chain says, and none stands
// without a chain. Capacities and outages are kept so.
#pragma once

#include "store/store.hpp"

#include <string_view>

namespace wasl::grid {

// Documents of one collection, each named as the rest of its chain's name.
struct KeptChains {
    std::string_view prefix;      // of the names of their chains
    std::string_view collection;  // where they lie
    std::string_view differs;     // key (internal): a document that is not the last entry of its chain, or is gone
    std::string_view orphaned;    // key (internal): documents and chains are not as many
    std::string_view noun;        // for those documents, in the detail
};

class ChainRecheck {
public:
    ChainRecheck(store::Reader& reader, const KeptChains& kept) : reader_(reader), kept_(kept) {}
    Result<void> visit(const store::JournalRow& row);  // any row; those of other chains are passed over
    Result<void> finish();
    [[nodiscard]] std::uint64_t chains() const noexcept { return chains_; }

private:
    store::Reader& reader_;
    KeptChains kept_;
    std::uint64_t chains_ = 0;
};

}  // namespace wasl::grid
