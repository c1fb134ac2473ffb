// Who holds what, for one member: its own registers first, read directly; then whoever answers over the exchange.
#pragma once

#include "dossier/evidence.hpp"
#include "exchange/held_document.hpp"
#include "web/site.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

class MemberEvidence final : public dossier::EvidenceSource {
public:
    // `member` gets its store and catalogue before the first question.
    MemberEvidence(web::Site& site, web::MemberSite& member) : site_(&site), member_(&member) {}

    [[nodiscard]] std::optional<dossier::Holder> holder_of(std::string_view evidence_type, std::string_view named) const override;
    void fetch(const dossier::EvidenceWanted& wanted, Done done) override;
    // Other administrations; null: none any more. What is asked there already is answered still.
    void others(std::shared_ptr<dossier::EvidenceSource> source);

private:
    [[nodiscard]] bool is_own(std::string_view type) const;
    [[nodiscard]] bool is_us(std::string_view named) const;
    [[nodiscard]] std::shared_ptr<dossier::EvidenceSource> others() const;
    void ask_own(const dossier::EvidenceWanted& wanted, Done done);

    web::Site* site_;
    web::MemberSite* member_;
    mutable std::mutex guard_;
    mutable std::vector<std::string> types_;  // of the catalogue, as of a few seconds ago
    mutable std::chrono::steady_clock::time_point read_;
    std::shared_ptr<dossier::EvidenceSource> others_;
};

// The valid document that the act of that dossier issued, as the member signed it; nothing when it issued none. Waits for
// the disk: use it on the pool.
Result<std::optional<exchange::HeldDocument>> document_of_act(web::Site& site, web::MemberSite& member, std::string_view dossier);
// It as a piece of the file: its bytes are a blob of the member's store from now on. Likewise.
Result<dossier::Piece> piece_of(web::MemberSite& member, const dossier::EvidenceWanted& wanted, const exchange::HeldDocument& document);

// An evidence document of a register (register/evidence.hpp) as a source gives it.
Result<dossier::EvidenceFound> evidence_from(std::string_view document);

}  // namespace wasl::app
