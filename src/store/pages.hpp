// All that a query finds, where one page is not enough.
#pragma once

#include "store/store.hpp"

#include <type_traits>
#include <utility>

namespace wasl::store {

// `take` every document of the query, page after page of `query.limit`. Ends with the first error, the store's or that of `take`,
// which may be a Result or nothing.
template <class Take>
Result<void> each_document(Reader& reader, Query query, Take take) {
    do {
        auto page = TRY(reader.find(query));
        for (const Document& document : page.documents) {
            if constexpr (std::is_void_v<std::invoke_result_t<Take&, const Document&>>) {
                take(document);
            } else {
                TRY(take(document));
            }
        }
        query.after = std::move(page.next);
    } while (!query.after.empty());
    return {};
}

}  // namespace wasl::store
