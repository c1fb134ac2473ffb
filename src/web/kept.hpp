// What was typed into a form whose session had run out: kept an hour under a random token, given back
// once after signing in. Nothing a person typed is lost. It is sealed under a key made from the token, of which
// the store holds a digest only: neither the store nor the host's keys open it.
#pragma once

#include "base/clock.hpp"
#include "http/forms.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wasl::web {

store::CollectionSpec kept_collection();  // in the host's store

// Text fields only: a file has to be chosen again. The token; waits for the disk. Key "web.kept-full" when too
// many are kept already: nobody fills a disk with forms that belong to nobody.
Result<std::string> keep_form(store::Store& store, Entropy& entropy, std::string_view path, const http::Form& form);

struct Kept {
    std::string path;
    http::Form form;
};
Result<std::optional<Kept>> find_kept(store::Store& store, std::string_view token, Instant now);
Result<void> drop_kept(store::Store& store, std::string_view token);
// Deletes what is over; how many. Run now and then.
Result<std::size_t> sweep_kept(store::Store& store, Instant now);

}  // namespace wasl::web
