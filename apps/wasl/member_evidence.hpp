// Who holds what, for one member: its own registers first, read directly; then whoever answers over the exchange.
#pragma once

#include "dossier/evidence.hpp"
#include "jurisdiction/pack.hpp"
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
    MemberEvidence(const web::MemberSite& member, std::shared_ptr<const jurisdiction::Pack> pack) : member_(&member), pack_(std::move(pack)) {}

    [[nodiscard]] std::optional<dossier::Holder> holder_of(std::string_view evidence_type) const override;
    void fetch(const dossier::EvidenceWanted& wanted, Done done) override;
    // Other administrations; null: none any more. What is asked there already is answered still.
    void others(std::shared_ptr<dossier::EvidenceSource> source);

private:
    [[nodiscard]] bool is_own(std::string_view type) const;
    [[nodiscard]] std::shared_ptr<dossier::EvidenceSource> others() const;
    void ask_own(const dossier::EvidenceWanted& wanted, Done done);

    const web::MemberSite* member_;
    std::shared_ptr<const jurisdiction::Pack> pack_;
    mutable std::mutex guard_;
    mutable std::vector<std::string> types_;  // of the catalogue, as of a few seconds ago
    mutable std::chrono::steady_clock::time_point read_;
    std::shared_ptr<dossier::EvidenceSource> others_;
};

// An evidence document of a register (register/evidence.hpp) as a source gives it.
Result<dossier::EvidenceFound> evidence_from(std::string_view document);

}  // namespace wasl::app
