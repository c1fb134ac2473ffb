#include "store/impl/transaction.hpp"

#include "base/log.hpp"

#include <exception>

namespace wasl::store::impl {

Result<void> GroupTransaction::begin() {
    auto statement = TRY(view().connection.use("BEGIN IMMEDIATE"));
    return statement.run();
}

// A savepoint is opened at the first write of a command: reading and refusing cost nothing, and
// writing 7 % (docs/decisions/store-sqlite.md).
Result<void> GroupTransaction::write() {
    if (broken_) {
        return std::unexpected(*broken_);
    }
    wrote_ = true;
    if (!in_command_ || undo_.saved) {
        return {};
    }
    auto statement = TRY(view().connection.use("SAVEPOINT command"));
    TRY(noted(statement.run()));
    undo_.saved = true;
    return {};
}

Result<void> GroupTransaction::invoke(Command& command) {
    try {
        return command(*this);
    } catch (const std::exception& defect) {
        log::error("store.command-threw", {{"what", defect.what()}});
        return fail(Code::internal, "store.command-threw", defect.what());
    } catch (...) {
        log::error("store.command-threw");
        return fail(Code::internal, "store.command-threw", "not an exception");
    }
}

Result<void> GroupTransaction::run(Command& command) {
    undo_ = {rows_.size(), released_.size(), pending_, false, {}};
    in_command_ = true;
    auto result = invoke(command);
    in_command_ = false;
    if (broken_) {
        return std::unexpected(*broken_);
    }
    if (!result) {
        undo();
    } else if (undo_.saved) {
        auto release = TRY(view().connection.use("RELEASE command"));
        TRY(noted(release.run()));
    }
    return result;
}

void GroupTransaction::undo() {
    while (rows_.size() > undo_.rows) {
        const auto& row = rows_.back();
        if (row.previous_in_group) {
            last_in_chain_.insert_or_assign(row.chain, *row.previous_in_group);
        } else {
            last_in_chain_.erase(row.chain);
        }
        rows_.pop_back();
    }
    for (const auto& [name, delta] : undo_.bumps) {
        counters_.find(name)->second -= delta;
    }
    released_.resize(undo_.released);
    pending_ = undo_.pending;
    if (undo_.saved) {
        static_cast<void>(noted(view().connection.execute("ROLLBACK TO command; RELEASE command")));
    }
}

Result<void> GroupTransaction::finish(CommitHook* hook) {
    if (!rows_.empty()) {
        if (hook != nullptr) {
            in_hook_ = true;
            auto proved = hook->before_commit(*this, rows_);
            in_hook_ = false;
            TRY(std::move(proved));
        }
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            if (hook == nullptr) {
                rows_[i].leaf = sha256(rows_[i].salt, rows_[i].content).view();
            }
            link_previous(rows_, i);
        }
        TRY(noted(flush_rows()));
    }
    if (broken_) {
        return std::unexpected(*broken_);
    }
    return noted(flush_counters());
}

Result<void> GroupTransaction::commit() {
    auto statement = TRY(view().connection.use("COMMIT"));
    return statement.run();
}

// --- counters: kept in memory for the group, written once

Result<std::int64_t*> GroupTransaction::counter_slot(std::string_view name) {
    auto found = counters_.find(name);
    if (found == counters_.end()) {
        const auto stored = TRY(noted(impl::counter(view(), name)));
        found = counters_.emplace(std::string(name), stored).first;
    }
    return &found->second;
}

Result<std::int64_t> GroupTransaction::counter(std::string_view name) {
    const auto found = counters_.find(name);
    return found == counters_.end() ? impl::counter(view(), name) : Result<std::int64_t>(found->second);
}

Result<std::vector<Counter>> GroupTransaction::counters(std::string_view prefix) {
    std::map<std::string, std::int64_t, std::less<>> merged;
    for (auto& [name, value] : TRY(impl::counters(view(), prefix))) {
        merged.emplace(std::move(name), value);
    }
    for (auto at = counters_.lower_bound(prefix); at != counters_.end() && at->first.starts_with(prefix); ++at) {
        merged.insert_or_assign(at->first, at->second);
    }
    std::vector<Counter> out;
    for (const auto& [name, value] : merged) {
        out.push_back({name, value});
    }
    return out;
}

Result<std::int64_t> GroupTransaction::bump(std::string_view counter, std::int64_t delta) {
    auto* slot = TRY(counter_slot(counter));
    *slot += delta;
    wrote_ = true;
    if (in_command_) {
        undo_.bumps.emplace_back(counter, delta);
    }
    return *slot;
}

Result<void> GroupTransaction::flush_counters() {
    for (const auto& [name, value] : counters_) {
        auto statement = TRY(view().connection.use(
            "INSERT INTO counters(name,value) VALUES(?,?) ON CONFLICT(name) DO UPDATE SET value=excluded.value"));
        TRY(statement.text(name).integer(value).run());
    }
    return {};
}

// --- blobs

Result<void> GroupTransaction::name_blob(const Digest& digest) {
    TRY(write());
    if (!TRY(noted(impl::has_blob(view(), digest))) && !view().blobs.there(digest)) {
        return fail(Code::not_found, "store.no-blob", digest.hex());
    }
    auto statement = TRY(view().connection.use(
        "INSERT INTO blobs(digest,names) VALUES(?,1) ON CONFLICT(digest) DO UPDATE SET names=names+1"));
    return noted(statement.blob(digest.view()).run());
}

Result<void> GroupTransaction::release_blob(const Digest& digest) {
    TRY(write());
    auto less = TRY(view().connection.use("UPDATE blobs SET names=names-1 WHERE digest=?"));
    TRY(noted(less.blob(digest.view()).run()));
    if (view().connection.changes() == 0) {
        return fail(Code::not_found, "store.no-blob", digest.hex());
    }
    auto none = TRY(view().connection.use("DELETE FROM blobs WHERE digest=? AND names<=0"));
    TRY(noted(none.blob(digest.view()).run()));
    if (view().connection.changes() > 0) {
        released_.push_back(digest);
    }
    return {};
}

}  // namespace wasl::store::impl
