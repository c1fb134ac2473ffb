// Search over all sheets: folded and stemmed words in every language, BM25 with a boost for titles,
// the last word also as a prefix. The index is a flat file, mapped and never parsed.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::catalogue {

// Words of one sheet, by field. Order of documents is the number used in hits.
struct SearchDocument {
    std::string title;  // all languages together
    std::string body;   // description, audience, authority
    std::string papers;
};

struct Hit {
    std::uint32_t document = 0;
    float score = 0;
};

// Bytes of an index over these documents.
std::string build_index(std::span<const SearchDocument> documents);

// A view of index bytes that somebody else keeps (mapped). Bounds are checked at open and at each read.
class SearchIndex {
public:
    static Result<SearchIndex> open(std::string_view bytes);  // key "catalogue.corrupt"
    SearchIndex() = default;
    [[nodiscard]] std::vector<Hit> search(std::string_view query, std::size_t count) const;
    [[nodiscard]] std::size_t documents() const noexcept { return documents_; }

private:
    std::string_view bytes_;
    std::size_t documents_ = 0, terms_ = 0;
};

}  // namespace wasl::catalogue
