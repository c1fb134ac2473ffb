#include "insight/assessment.hpp"

#include "jurisdiction/toml.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::insight {

namespace {

using toml_text::Node;

std::unexpected<Error> bad(int line, std::string_view why) {
    return fail(Code::unprocessable, "insight.assessment", fmt::format("osi.toml:{}: {}", line, why));
}

Result<std::string> text_of(const Node& table, std::string_view key) {
    const auto* node = table.find(key);
    if (node == nullptr || node->string() == nullptr) return bad(table.line, fmt::format("{}: a text", key));
    return *node->string();
}

Result<jurisdiction::Names> names_of(const Node& table) {
    const auto* name = table.find("name");
    if (name == nullptr || name->table() == nullptr) return bad(table.line, "name");
    jurisdiction::Names out;
    out.ar = TRY(text_of(*name, "ar"));
    out.fr = TRY(text_of(*name, "fr"));
    out.en = TRY(text_of(*name, "en"));
    out.zgh = TRY(text_of(*name, "zgh"));
    if (out.ar.empty() || out.fr.empty() || out.en.empty() || out.zgh.empty()) return bad(name->line, "a name in each language");
    return out;
}

Result<void> known_keys(const Node& table, std::initializer_list<std::string_view> known) {
    if (table.table() == nullptr) return bad(table.line, "not a table");
    for (const auto& member : *table.table()) {
        if (std::ranges::find(known, member.key) == known.end()) return bad(member.value.line, "unknown: " + member.key);
    }
    return {};
}

Result<AssessedPart> part_of(const Node& node) {
    TRY(known_keys(node, {"code", "name", "weight", "source", "confirmed"}));
    AssessedPart out;
    out.code = TRY(text_of(node, "code"));
    out.name = TRY(names_of(node));
    const auto* weight = node.find("weight");
    if (weight == nullptr || weight->integer() == nullptr || *weight->integer() < 0) return bad(node.line, "weight: whole percent");
    out.weight = *weight->integer();
    out.source = TRY(text_of(node, "source"));
    const auto* confirmed = node.find("confirmed");
    out.confirmed = confirmed != nullptr && confirmed->boolean() != nullptr && *confirmed->boolean();
    return out;
}

// A path of ours or an https address: what a page may link to.
bool is_evidence(std::string_view link) {
    return (link.starts_with('/') && !link.starts_with("//") && link.find('\\') == std::string_view::npos) || link.starts_with("https://");
}

Result<AssessedFeature> feature_of(const Node& node) {
    TRY(known_keys(node, {"part", "code", "name", "met", "evidence", "clicks"}));
    AssessedFeature out;
    out.part = TRY(text_of(node, "part"));
    out.code = TRY(text_of(node, "code"));
    out.name = TRY(names_of(node));
    const auto* met = node.find("met");
    if (met == nullptr || met->boolean() == nullptr) return bad(node.line, "met: true or false");
    out.met = *met->boolean();
    if (node.find("evidence") != nullptr) out.evidence = TRY(text_of(node, "evidence"));
    if (const auto* clicks = node.find("clicks"); clicks != nullptr && clicks->integer() != nullptr) out.clicks = static_cast<int>(*clicks->integer());
    if (out.met && (!is_evidence(out.evidence) || out.clicks < 1)) return bad(node.line, "said to be there without evidence and clicks");
    if (!out.met && !out.evidence.empty()) return bad(node.line, "evidence of what is absent");
    return out;
}

Result<const toml_text::Array*> list_of(const Node& root, std::string_view key) {
    const auto* node = root.find(key);
    if (node == nullptr || node->array() == nullptr) return bad(root.line, fmt::format("[[{}]]", key));
    return node->array();
}

Decimal hundredths(const Decimal& value) { return value.rounded(2, Decimal::Rounding::half_up).value_or(Decimal()); }

}  // namespace

Result<Assessment> Assessment::read(std::string_view text) {
    const auto root = toml_text::parse(text);
    if (!root) return bad(root.error().line, root.error().message);
    TRY(known_keys(*root, {"part", "feature"}));
    Assessment out;
    std::int64_t weights = 0;
    for (const auto& node : *TRY(list_of(*root, "part"))) {
        auto part = TRY(part_of(node));
        if (out.part(part.code) != nullptr) return bad(node.line, "twice: " + part.code);
        weights += part.weight;
        out.parts_.push_back(std::move(part));
    }
    if (weights != 100) return bad(root->line, fmt::format("the weights make {}, not 100", weights));
    for (const auto& node : *TRY(list_of(*root, "feature"))) {
        auto feature = TRY(feature_of(node));
        if (out.part(feature.part) == nullptr) return bad(node.line, "unknown part: " + feature.part);
        if (std::ranges::find(out.features_, feature.code, &AssessedFeature::code) != out.features_.end()) return bad(node.line, "twice: " + feature.code);
        out.features_.push_back(std::move(feature));
    }
    for (const auto& part : out.parts_) {
        if (out.score(part.code).features == 0) return bad(root->line, "no features: " + part.code);
    }
    return out;
}

std::optional<Assessment> Assessment::weighted(std::span<const std::int64_t> weights) const {
    std::int64_t sum = 0;
    for (const auto weight : weights) {
        if (weight < 0 || weight > 100) return std::nullopt;
        sum += weight;
    }
    if (weights.size() != parts_.size() || sum != 100) return std::nullopt;
    auto out = *this;
    for (std::size_t i = 0; i < weights.size(); ++i) out.parts_[i].weight = weights[i];
    return out;
}

Assessment Assessment::with(std::string_view feature, std::string evidence, int clicks) const {
    auto out = *this;
    const auto found = std::ranges::find(out.features_, feature, &AssessedFeature::code);
    if (found == out.features_.end() || found->met) return out;
    found->met = true;
    found->evidence = std::move(evidence);
    found->clicks = clicks;
    return out;
}

const AssessedPart* Assessment::part(std::string_view code) const {
    const auto found = std::ranges::find(parts_, code, &AssessedPart::code);
    return found == parts_.end() ? nullptr : &*found;
}

PartScore Assessment::score(std::string_view code) const {
    PartScore out;
    for (const auto& feature : features_) {
        if (feature.part != code) continue;
        ++out.features;
        out.met += feature.met ? 1 : 0;
    }
    const auto* of = part(code);
    if (of == nullptr || out.features == 0) return out;
    out.points = hundredths(Decimal::from_integer(of->weight * out.met).divided_by(Decimal::from_integer(out.features)).value_or(Decimal()));
    return out;
}

Decimal Assessment::total() const {
    Decimal sum;
    for (const auto& each : parts_) {
        const auto mine = score(each.code);
        const auto exact = Decimal::from_integer(each.weight * mine.met).divided_by(Decimal::from_integer(mine.features));
        sum = sum.plus(exact.value_or(Decimal())).value_or(sum);
    }
    return hundredths(sum);
}

Decimal Assessment::moves(const AssessedFeature& feature) const {
    const auto* of = part(feature.part);
    if (of == nullptr) return {};
    return hundredths(Decimal::from_integer(of->weight).divided_by(Decimal::from_integer(score(feature.part).features)).value_or(Decimal()));
}

std::vector<const AssessedFeature*> Assessment::missing() const {
    std::vector<const AssessedFeature*> out;
    for (const auto& feature : features_) {
        if (!feature.met) out.push_back(&feature);
    }
    std::ranges::sort(out, [&](const auto* a, const auto* b) { return moves(*a) != moves(*b) ? moves(*a) > moves(*b) : a < b; });  // else in the file's order
    return out;
}

}  // namespace wasl::insight
