// A store that belongs to a running server, as a tool beside it sees it: readable, and closed to every write.
#pragma once

#include "store/sqlite.hpp"

namespace wasl::app {

class BesideStore final : public store::Store {
public:
    explicit BesideStore(store::ReadOnlyStore& beside) : beside_(&beside) {}  // `beside` outlives it

    Result<std::unique_ptr<store::Reader>> read() override { return beside_->read(); }
    void submit(store::Command, store::Completion done, store::Priority) override { done(closed()); }
    Result<Digest> write_blob(std::string_view) override { return closed(); }
    [[nodiscard]] store::ClockState clock() const override { return {}; }
    Result<void> accept_clock() override { return closed(); }
    [[nodiscard]] store::SpaceReport space() const override { return {}; }
    Result<store::BackupReport> backup(const std::filesystem::path&) override { return closed(); }
    Result<void> settle() override { return {}; }
    bool rest() override { return false; }

private:
    static std::unexpected<Error> closed() { return fail(Code::unavailable, "store.closed", "opened to read beside the server"); }
    store::ReadOnlyStore* beside_;
};

}  // namespace wasl::app
