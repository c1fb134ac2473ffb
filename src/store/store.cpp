#include "store/store.hpp"

#include "store/inspect.hpp"
#include "store/notes.hpp"
#include "store/retire.hpp"
#include "store/writers.hpp"

#include <future>

namespace wasl::store {

Result<std::shared_ptr<const NotedRow>> note(Store& store, JournalEntry entry) {
    auto* taker = dynamic_cast<NoteTaker*>(&store);
    if (taker == nullptr) return fail(Code::unavailable, "store.not-noted", "this store keeps no notes");
    return taker->note(std::move(entry));
}

Digest leaf_hash(std::string_view leaf) {
    using namespace std::string_view_literals;
    return sha256("\0"sv, leaf);
}

void link_previous(std::span<JournalRow> rows, std::size_t i) {
    if (rows[i].previous_in_group) {
        rows[i].previous = leaf_hash(rows[*rows[i].previous_in_group].leaf).view();
    }
}

Result<NamedValues> index_values(Reader& reader, std::string_view collection, std::string_view key) {
    auto* inspector = dynamic_cast<Inspector*>(&reader);
    if (inspector == nullptr) return fail(Code::internal, "store.no-inspection", "this store's readers show no index values");
    return inspector->index_values(collection, key);
}

Result<void> drop_rows(Transaction& transaction, std::uint64_t below, Instant finished) {
    auto* keeper = dynamic_cast<RowKeeper*>(&transaction);
    if (keeper == nullptr) return fail(Code::internal, "store.keeps-all-rows", "this store gives no rows away");
    return keeper->drop_rows(below, finished);
}

Result<void> Store::run(Command command, Priority priority) {
    if (Writers::on_writer_thread()) {
        return fail(Code::unavailable, "store.busy", "run() on a writer's thread would wait for itself");
    }
    std::promise<Result<void>> promise;
    auto result = promise.get_future();
    submit(std::move(command), [&](Result<void> done) { promise.set_value(std::move(done)); }, priority);
    return result.get();
}

}  // namespace wasl::store
