// What a store holds: collections of documents, their index fields, and how the schema grew.
#pragma once

#include "base/result.hpp"

#include <functional>
#include <string>
#include <vector>

namespace wasl::store {

class Transaction;

enum class FieldType { text, integer };

struct FieldSpec {
    std::string name;  // [a-z][a-z0-9_]{0,39}
    FieldType type = FieldType::text;
};

// An ordered index. A document stands in an index only when it has a value for every field of
// it ("" is a value): leave a field out and the document leaves that queue.
struct IndexSpec {
    std::string name;
    std::vector<std::string> fields;
    bool unique = false;
};

struct CollectionSpec {
    std::string name;  // [a-z][a-z0-9_]{0,39}
    std::vector<FieldSpec> fields;
    std::vector<IndexSpec> indexes;
    bool searchable = false;  // documents carry a search text (see Transaction::put)
};

// A step forward that the specs cannot say (filling a new field from the bodies, for instance).
// All pending steps run in one transaction, in the order of their numbers, after the collections
// and indexes have been brought to the new specs.
struct Migration {
    int version = 0;       // the schema version this step leads to
    std::string what;      // for operators
    std::function<Result<void>(Transaction&)> step;
};

// Opening a store written by a higher version fails with "store.newer-schema" (Code::unavailable).
// A collection, field or index added later is created at open; an index over fields that were
// already stored is filled; one that is no longer named is dropped. A field's type never changes
// ("store.schema-changed").
struct Schema {
    int version = 1;
    std::vector<CollectionSpec> collections;
    std::vector<Migration> migrations;
};

}  // namespace wasl::store
