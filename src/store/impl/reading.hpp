// Reads on one connection; used by snapshots and, on the writer's connection, by transactions.
#pragma once

#include "store/impl/blobs.hpp"
#include "store/impl/layout.hpp"
#include "store/impl/sqlite.hpp"
#include "store/inspect.hpp"
#include "store/store.hpp"

namespace wasl::store::impl {

struct View {
    Connection& connection;
    const Layout& layout;
    const Blobs& blobs;
};

Result<std::optional<Document>> get(View view, std::string_view collection, std::string_view key);
Result<std::optional<Document>> get_by(View view, std::string_view collection, std::string_view index,
                                       std::span<const Scalar> values);
Result<NamedValues> index_values(View view, std::string_view collection, std::string_view key);
Result<Page> find(View view, const Query& query);
Result<std::int64_t> count(View view, const Query& query, std::int64_t at_most);
Result<Page> search(View view, const Search& search);
Result<std::int64_t> count(View view, const Search& search, std::int64_t at_most);
Result<std::int64_t> counter(View view, std::string_view name);
Result<std::vector<Counter>> counters(View view, std::string_view prefix);
Result<std::string> blob(View view, const Digest& digest);
Result<bool> has_blob(View view, const Digest& digest);
Result<std::uint64_t> journal_size(View view);
Result<std::vector<JournalRow>> journal(View view, std::uint64_t first, std::size_t limit);
Result<std::vector<JournalRow>> chain(View view, std::string_view chain, std::uint64_t from, std::size_t limit);
Result<std::optional<ChainHead>> chain_head(View view, std::string_view chain);
Result<std::vector<std::string>> chains(View view, std::string_view after, std::size_t limit);
Result<std::optional<std::string>> tile(View view, int level, std::uint64_t index);
Result<std::optional<Checkpoint>> checkpoint(View view, std::uint64_t at_most);
Result<std::optional<Checkpoint>> checkpoint_covering(View view, std::uint64_t at_least);
Result<std::vector<Checkpoint>> checkpoints(View view, std::uint64_t below, std::size_t limit);
Result<std::int64_t> tile_id(int level, std::uint64_t index);

// The methods of a Reader (or of a Transaction, which is one) over a View.
template <class Port>
class Reading : public Port, public Inspector {
public:
    Result<std::optional<Document>> get(std::string_view collection, std::string_view key) override {
        return impl::get(view(), collection, key);
    }
    using Port::get_by;
    Result<std::optional<Document>> get_by(std::string_view collection, std::string_view index,
                                           std::span<const Scalar> values) override {
        return impl::get_by(view(), collection, index, values);
    }
    Result<NamedValues> index_values(std::string_view collection, std::string_view key) override {
        return impl::index_values(view(), collection, key);
    }
    Result<Page> find(const Query& query) override { return impl::find(view(), query); }
    Result<std::int64_t> count(const Query& query, std::int64_t at_most) override {
        return impl::count(view(), query, at_most);
    }
    Result<Page> search(const Search& search) override { return impl::search(view(), search); }
    Result<std::int64_t> count(const Search& search, std::int64_t at_most) override {
        return impl::count(view(), search, at_most);
    }
    Result<std::int64_t> counter(std::string_view name) override { return impl::counter(view(), name); }
    Result<std::vector<Counter>> counters(std::string_view prefix) override { return impl::counters(view(), prefix); }
    Result<std::string> blob(const Digest& digest) override { return impl::blob(view(), digest); }
    Result<bool> has_blob(const Digest& digest) override { return impl::has_blob(view(), digest); }
    Result<std::uint64_t> journal_size() override { return impl::journal_size(view()); }
    Result<std::vector<JournalRow>> journal(std::uint64_t first, std::size_t limit) override {
        return impl::journal(view(), first, limit);
    }
    Result<std::vector<JournalRow>> chain(std::string_view chain, std::uint64_t from, std::size_t limit) override {
        return impl::chain(view(), chain, from, limit);
    }
    Result<std::optional<ChainHead>> chain_head(std::string_view chain) override {
        return impl::chain_head(view(), chain);
    }
    Result<std::vector<std::string>> chains(std::string_view after, std::size_t limit) override {
        return impl::chains(view(), after, limit);
    }
    Result<std::optional<std::string>> tile(int level, std::uint64_t index) override {
        return impl::tile(view(), level, index);
    }
    Result<std::optional<Checkpoint>> checkpoint(std::uint64_t at_most) override {
        return impl::checkpoint(view(), at_most);
    }
    Result<std::optional<Checkpoint>> checkpoint_covering(std::uint64_t at_least) override {
        return impl::checkpoint_covering(view(), at_least);
    }
    Result<std::vector<Checkpoint>> checkpoints(std::uint64_t below, std::size_t limit) override {
        return impl::checkpoints(view(), below, limit);
    }

protected:
    explicit Reading(View view) : view_(view) {}
    [[nodiscard]] View view() const { return view_; }

private:
    View view_;
};

}  // namespace wasl::store::impl
