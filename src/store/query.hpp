// Documents and the questions one can ask of a collection.
#pragma once

#include "store/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wasl::store {

struct Document {
    std::string key;
    std::int64_t version = 0;  // 1 for the first put, then one more each time
    std::string body;          // bytes of the caller's, usually JSON
};

// One page of an index, in its order:
//   Query{.collection = "dossier", .index = "queue", .equal = {"office-12", "open"}, .limit = 50}
struct Query {
    std::string collection;
    std::string index;               // "" = order of creation
    std::vector<Value> equal;        // values of the first fields of the index
    std::optional<Value> from;       // bounds of the field after them: from <= field
    std::optional<Value> to;         //                                  field < to
    bool descending = false;
    std::size_t limit = 100;         // at most 10,000
    std::string after;               // Page::next of the page before; "" = first page
};

// Documents that hold all of the words and all of the filters, newest first (order of creation).
// Words are compared byte by byte with the tokens of the search text: the caller folds both. A
// word that ends in '*' matches the tokens that begin so (slow for short beginnings).
struct Search {
    std::string collection;
    std::vector<std::string> words;
    std::vector<std::string> filters;  // whole tokens, e.g. "o_12" for the office
    std::size_t limit = 20;
    std::string before;                // Page::next of the page before
};

struct Page {
    std::vector<Document> documents;
    std::string next;  // opaque, safe in a URL; empty when this was the last page
};

struct Counter {
    std::string name;
    std::int64_t value = 0;
};

}  // namespace wasl::store
