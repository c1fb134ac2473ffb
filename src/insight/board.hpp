// What pages and commands share about the figures of a host: the files they rest on, read again when
// they change, and what is expensive to know of a catalogue. Safe from several threads.
//
//   PACK/insight/figures.toml, osi.toml    of the jurisdiction
//   DATA/figures.toml                      what the operator states of its members; may be absent
//   DATA/un_index.csv                      the UN file, imported by the operator; may be absent
#pragma once

#include "catalogue/catalogue.hpp"
#include "insight/assessment.hpp"
#include "insight/kept.hpp"
#include "insight/settings.hpp"
#include "insight/stages.hpp"
#include "insight/un_index.hpp"

#include <filesystem>
#include <memory>

namespace wasl::insight {

class Board {
public:
    // Key "insight.settings" or "insight.assessment" for a pack that cannot be read. `calendar` outlives it.
    static Result<std::unique_ptr<Board>> open(const std::filesystem::path& pack, const std::filesystem::path& data,
                                               const jurisdiction::Calendar& calendar);
    ~Board();

    [[nodiscard]] const Basis& basis() const noexcept;
    [[nodiscard]] const PackFigures& pack() const noexcept;
    [[nodiscard]] const Assessment& assessment() const noexcept;
    // As the file stands now; empty when there is none, or the last good one when it became unreadable.
    std::shared_ptr<const HostFacts> host_facts();
    // Null when no file was imported.
    std::shared_ptr<const UnIndex> un_index();
    // Checks and puts the UN file in place; a running server takes it over by itself. How many rows.
    Result<std::size_t> import_un_index(std::string_view csv);

    Result<Stages> stages(const catalogue::Catalogue& sheets, bool paid_online = false);
    // Takes in at most `most` journal entries; nothing to do while another thread is at it.
    Result<void> count(store::Store& store, std::uint64_t most);

private:
    struct Impl;
    explicit Board(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::insight
