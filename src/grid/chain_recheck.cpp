#include "grid/chain_recheck.hpp"

#include "store/pages.hpp"

#include <fmt/format.h>

#include <string>

namespace wasl::grid {

Result<void> ChainRecheck::visit(const store::JournalRow& row) {
    if (!row.chain.starts_with(kept_.prefix) || row.erased) return {};
    const auto head = TRY(reader_.chain_head(row.chain));
    if (!head || head->seq != row.seq) return {};  // more is to come
    ++chains_;
    const auto document = TRY(reader_.get(kept_.collection, row.chain.substr(kept_.prefix.size())));
    if (document && document->body == row.content) return {};
    return fail(Code::internal, std::string(kept_.differs), fmt::format("{} (entry {})", row.chain, row.seq));
}

Result<void> ChainRecheck::finish() {
    std::uint64_t documents = 0;
    TRY(store::each_document(reader_, {.collection = std::string(kept_.collection), .limit = 10'000}, [&](const auto&) { ++documents; }));
    if (documents == chains_) return {};
    return fail(Code::internal, std::string(kept_.orphaned), fmt::format("{} {}, {} chains", documents, kept_.noun, chains_));
}

}  // namespace wasl::grid
