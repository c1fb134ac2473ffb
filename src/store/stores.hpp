// The stores of many members in one process, opened on first use and put to rest when idle.
#pragma once

#include "store/sqlite.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace wasl::store {

class Stores {
public:
    // Options of a member's store, asked once a member; from any thread.
    using Options = std::function<Result<SqliteOptions>(std::string_view member)>;

    // A store in use holds four file handles and some hundred KB: above `most_awake` of them, those
    // asked for longest ago are put to rest.
    Stores(Writers& writers, Options options, std::size_t most_awake = 200);
    ~Stores();

    // The store of a member, opened now if it was not. Lives as long as this object.
    Result<Store*> at(std::string_view member);
    // Rests every store not asked for during the last `seconds`; how many rest now. Call it from
    // a timer. A resting store costs a few KB and no file handle.
    std::size_t rest_idle(std::int64_t seconds);
    [[nodiscard]] std::size_t awake() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::store
