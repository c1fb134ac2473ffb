// A store read from beside the process that writes it.
#include "store/impl/awake.hpp"
#include "store/sqlite.hpp"

namespace wasl::store {

namespace {

class BesideStore final : public ReadOnlyStore {
public:
    BesideStore(const std::filesystem::path& folder, impl::Layout layout)
        : layout_(std::move(layout)), blobs_(folder / impl::blobs_name), pool_(folder / impl::database_name) {}

    Result<std::unique_ptr<Reader>> read() override { return impl::open_view(pool_, layout_, blobs_, nullptr); }

private:
    impl::Layout layout_;
    impl::Blobs blobs_;
    impl::ReaderPool pool_;
};

}  // namespace

Result<std::unique_ptr<ReadOnlyStore>> open_sqlite_read_only(const std::filesystem::path& folder) {
    auto connection = TRY(impl::Connection::open(folder / impl::database_name, {}));
    auto layout = TRY(impl::stored_layout(connection));
    return std::make_unique<BesideStore>(folder, std::move(layout));
}

}  // namespace wasl::store
