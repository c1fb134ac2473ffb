// What staff.cpp and delegations.cpp share: lists in documents, entries of an agent's chain.
#pragma once

#include "base/json.hpp"
#include "store/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

inline json::Array words(const std::vector<std::string>& list) {
    json::Array out;
    for (const auto& word : list) out.emplace_back(word);
    return out;
}

inline std::vector<std::string> list_of(const json::Value& value) {
    std::vector<std::string> out;
    if (const auto* array = value.array()) {
        for (const auto& item : *array) out.emplace_back(item.text_or(""));
    }
    return out;
}

inline Result<void> journal(store::Transaction& transaction, const std::string& staff, std::string_view event, json::Object content,
                            std::string_view by) {
    content.set("by", by);
    TRY(transaction.append({.chain = "staff:" + staff, .kind = "identity." + std::string(event), .content = json::write(content)}));
    return {};
}

}  // namespace wasl::identity
