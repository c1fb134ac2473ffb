// What only an audit asks of a store: the index values that lists, queues and due events follow, which a
// reader of documents never sees. Apart from Reader, so that nothing else comes to lean on it.
#pragma once

#include "base/result.hpp"
#include "store/value.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::store {

class Reader;

using NamedValues = std::vector<std::pair<std::string, Value>>;

class Inspector {
public:
    virtual ~Inspector() = default;
    // By the names of the fields, absent ones left out; empty when there is no such document.
    virtual Result<NamedValues> index_values(std::string_view collection, std::string_view key) = 0;
};

// Every store's readers can be inspected; key "store.no-inspection" [internal] for one that can not.
Result<NamedValues> index_values(Reader& reader, std::string_view collection, std::string_view key);

}  // namespace wasl::store
