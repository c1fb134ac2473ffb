// Helpers of this module's tests: a store in a temporary folder, with a clock that obeys.
#pragma once

#include "base/text.hpp"
#include "identity/persons.hpp"
#include "store/sqlite.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace wasl::identity::testing {

class Place {
public:
    Place()
        : folder_(std::filesystem::temp_directory_path() / ("wasl-identity-" + to_hex(SystemEntropy().bytes(8)))) {
        store::SqliteOptions options;
        options.folder = folder_;
        options.schema.collections = host_collections();
        std::ranges::move(member_collections(), std::back_inserter(options.schema.collections));
        options.clock = &clock;
        options.entropy = &entropy;
        options.reserve_bytes = 0;
        options.full_below_bytes = 0;
        options.low_below_bytes = 0;
        auto opened = store::open_sqlite(std::move(options), writers_);
        if (!opened) throw std::runtime_error(opened.error().key + " " + opened.error().detail);
        store_ = std::move(*opened);
    }
    ~Place() {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    [[nodiscard]] store::Store& store() const { return *store_; }

    // Kinds of the journal rows of a chain, in order.
    [[nodiscard]] std::vector<std::string> journal(const std::string& chain) const {
        std::vector<std::string> out;
        const auto reader = store_->read().value();
        for (const auto& row : reader->chain(chain).value()) out.push_back(row.kind);
        return out;
    }
    // The newest code sent to that address.
    [[nodiscard]] std::string code_for(const std::string& address) const {
        const auto reader = store_->read().value();
        for (const auto& queued : newest_messages(*reader, 100).value()) {
            if (queued.message.address == address && queued.message.key == "post.code") return queued.message.args.at(0).second;
        }
        return {};
    }
    // Everything the store's rows say of a collection, to look for what must not be there.
    [[nodiscard]] std::string bodies(const std::string& collection) const {
        const auto reader = store_->read().value();
        store::Query query;
        query.collection = collection;
        query.limit = 10'000;
        std::string out;
        for (const auto& document : reader->find(query).value().documents) out += document.key + document.body + "\n";
        return out;
    }

    ManualClock clock{parse_instant("2026-11-21T09:00:00Z").value()};
    SeededEntropy entropy{7};
    SecretBox secrets = SecretBox::from_key(std::string(32, 'k'));

private:
    std::filesystem::path folder_;
    store::Writers writers_{1};
    std::unique_ptr<store::Store> store_;
};

}  // namespace wasl::identity::testing
