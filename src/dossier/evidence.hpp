// The port by which facts and papers come into a dossier. Now: typed by the person and uploaded;
// later: fetched from the administration that holds them. `apps` plugs the sources in.
#pragma once

#include "base/result.hpp"
#include "dossier/parts.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

struct EvidenceWanted {
    std::string requirement;    // code in the revision
    std::string evidence_type;  // type of the shared registry, "birth-extract"
    Party subject;              // about whom
    std::string procedure;      // the purpose, with the legal basis of the exchange
    std::string dossier;        // request id for the other side's journal
};

struct EvidenceFound {
    Piece piece;                // source fetched, verified
    json::Object facts;         // structured content, when there is one
    std::string by;             // administration and service that answered
};

class EvidenceSource {
public:
    virtual ~EvidenceSource() = default;
    // Whether this source can give that type at all (shown to the person before filing).
    [[nodiscard]] virtual bool gives(std::string_view evidence_type) const = 0;
    // Asks; `done` is called once, from any thread. Nothing found is an empty optional, no error.
    virtual void fetch(const EvidenceWanted& wanted, std::function<void(Result<std::optional<EvidenceFound>>)> done) = 0;
};

// What the person types and uploads: gives every type by asking the person, fetches nothing.
class TypedAndUploaded final : public EvidenceSource {
public:
    [[nodiscard]] bool gives(std::string_view evidence_type) const override;
    void fetch(const EvidenceWanted& wanted, std::function<void(Result<std::optional<EvidenceFound>>)> done) override;
};

// Limits of an upload: 10 MB each, 40 MB a dossier.
inline constexpr std::uint64_t piece_limit = 10U << 20U;
inline constexpr std::uint64_t dossier_limit = 40U << 20U;

// The media type by content, nothing for anything but PDF, JPEG and PNG.
std::optional<std::string_view> media_type_of(std::string_view bytes) noexcept;
// An uploaded paper, checked. Keys: "upload.too-large", "upload.type", "upload.empty".
Result<Piece> uploaded_piece(std::string requirement, std::string name, std::string_view bytes);

}  // namespace wasl::dossier
