// What the acts share: documents read and written with their index fields, the counters, and the entries of the journal.
#pragma once

#include "participation/forum.hpp"

#include <algorithm>
#include <limits>

namespace wasl::participation {

template <class T>
Result<std::optional<T>> find_record(store::Reader& reader, std::string_view collection, std::string_view key) {
    const auto document = TRY(reader.get(collection, key));
    if (!document) return std::nullopt;
    return TRY(decode<T>(document->body));
}
// Every document of the query, page after page, at most `limit`.
template <class T>
Result<std::vector<T>> find_records(store::Reader& reader, store::Query query, std::size_t limit = std::numeric_limits<std::size_t>::max()) {
    std::vector<T> out;
    query.limit = std::min<std::size_t>(limit, 1'000);
    do {
        auto page = TRY(reader.find(query));
        for (const auto& document : page.documents) {
            if (out.size() < limit) out.push_back(TRY(decode<T>(document.body)));
        }
        query.after = std::move(page.next);
    } while (!query.after.empty() && out.size() < limit);
    return out;
}

Result<Consultation> consultation_in(store::Reader& reader, std::string_view id);  // "participation.unknown-consultation"
Result<Comment> comment_in(store::Reader& reader, std::string_view id);            // "participation.unknown-comment"
Result<Counts> counts_in(store::Reader& reader, const Consultation& consultation);
Result<Consultation> must_be_open(store::Reader& reader, std::string_view id, Instant now);

Result<void> put(store::Transaction& tx, const Consultation& consultation);
Result<void> put(store::Transaction& tx, const Comment& comment);
Result<void> put(store::Transaction& tx, const Suggestion& suggestion);

// "CONSULTATION/ARTICLE": the value of the index of comments.
std::string article_key(std::string_view consultation, std::int64_t article);
// Names of the kept counts.
std::string count_name(std::string_view consultation, std::int64_t article, std::string_view what);  // comments, supports, hidden
std::string reason_count_name(std::string_view consultation, std::string_view reason);
inline constexpr std::string_view suggestions_chain = "participation/suggestions";
std::string chain_of(std::string_view consultation);

// A salted commitment: hex of SHA-256(salt ‖ 0 ‖ words).
std::string commitment(std::string_view salt, std::string_view words);
// To what the public reads of a consultation, its answers included: hex.
std::string digest_of(const Consultation& consultation);

Result<void> note(store::Transaction& tx, std::string chain, std::string_view kind, json::Object content);

}  // namespace wasl::participation
