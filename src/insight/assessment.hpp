// The self-assessment of a portal against the features that the Online Service Index asks about,
// part by part, and what each missing feature would move. The list, its weights and its evidence are
// a file of the pack (jurisdictions/CC/insight/osi.toml); the survey's own weights are not published
// in full, so the score is a compass, never a forecast of the index. Pure.
//
// Error key: insight.assessment [unprocessable] (detail: "osi.toml:12: why").
#pragma once

#include "base/decimal.hpp"
#include "base/result.hpp"
#include "jurisdiction/words.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::insight {

struct AssessedPart {
    std::string code;  // IF, SP, CP, TEC, EPI
    jurisdiction::Names name;
    std::int64_t weight = 0;  // percent; those of all parts make 100
    std::string source;
    bool confirmed = false;
};

struct AssessedFeature {
    std::string part, code;
    jurisdiction::Names name;
    bool met = false;
    std::string evidence;  // path below the language ("/search") or https address; never empty when met
    int clicks = 0;        // from the first page; not found in reasonable time counts as absent
};

struct PartScore {
    std::int64_t met = 0, features = 0;
    Decimal points;  // of the weight, two decimals
};

class Assessment {
public:
    // Refused: weights that do not make 100, a feature of an unknown part, a code twice, a part without
    // features, a feature said to be there without evidence.
    static Result<Assessment> read(std::string_view toml);

    // The same features under other weights, in the order of parts(): each from 0, together 100; nothing otherwise.
    [[nodiscard]] std::optional<Assessment> weighted(std::span<const std::int64_t> weights) const;

    // The same with a feature that this server really has, found at `evidence` after `clicks`; unchanged when the list does
    // not name it or has it already.
    [[nodiscard]] Assessment with(std::string_view feature, std::string evidence, int clicks) const;

    [[nodiscard]] const std::vector<AssessedPart>& parts() const noexcept { return parts_; }
    [[nodiscard]] const std::vector<AssessedFeature>& features() const noexcept { return features_; }
    [[nodiscard]] PartScore score(std::string_view part) const;
    [[nodiscard]] Decimal total() const;  // of 100, two decimals
    // Points of the hundred that this feature carries: its part's weight over the part's features.
    [[nodiscard]] Decimal moves(const AssessedFeature& feature) const;
    // The absent ones, those that move most first.
    [[nodiscard]] std::vector<const AssessedFeature*> missing() const;

private:
    [[nodiscard]] const AssessedPart* part(std::string_view code) const;
    std::vector<AssessedPart> parts_;
    std::vector<AssessedFeature> features_;
};

}  // namespace wasl::insight
