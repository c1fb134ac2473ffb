#include "catalogue/revision.hpp"

#include "base/decimal.hpp"
#include "base/text.hpp"
#include "catalogue/proposal.hpp"
#include "jurisdiction/law.hpp"

#include <algorithm>
#include <array>

namespace wasl::catalogue {
namespace {

constexpr std::array<std::string_view, life_event_count> life_event_names = {
    "birth", "marriage", "death", "housing", "building", "work", "company", "association", "study", "health", "vehicle", "justice"};
constexpr std::array<std::string_view, 8> kind_names = {"authorisation", "declaration", "extract",   "registration",
                                                        "benefit",       "contract",    "complaint", "call"};

// Value at a dotted path of `data`; null when there is none.
const json::Value& at_path(const json::Object& data, std::string_view path) {
    static const json::Value nothing;
    const json::Value* here = nullptr;
    for (const auto part : split(path, '.')) {
        here = here ? &(*here)[part] : data.find(part);
        if (!here || here->is_null()) {
            return nothing;
        }
    }
    return here ? *here : nothing;
}

bool is_path(std::string_view text) {
    return !text.empty() && text.size() <= 200 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '|';
    });
}

std::string plain(const json::Value& value) {
    if (value.string()) {
        return *value.string();
    }
    if (value.number()) {
        return value.number()->text;
    }
    return {};
}

}  // namespace

std::string_view to_string(Kind kind) noexcept { return kind_names[static_cast<std::size_t>(kind)]; }

std::optional<Kind> kind_from(std::string_view name) noexcept {
    const auto at = std::find(kind_names.begin(), kind_names.end(), name);
    return at == kind_names.end() ? std::nullopt : std::optional(static_cast<Kind>(at - kind_names.begin()));
}

std::string_view to_string(LifeEvent event) noexcept { return life_event_names[static_cast<std::size_t>(event)]; }

std::optional<LifeEvent> life_event_from(std::string_view name) noexcept {
    const auto at = std::find(life_event_names.begin(), life_event_names.end(), name);
    return at == life_event_names.end() ? std::nullopt : std::optional(static_cast<LifeEvent>(at - life_event_names.begin()));
}

std::string_view to_string(Accepted way) noexcept {
    switch (way) {
        case Accepted::upload: return "upload";
        case Accepted::show_original: return "show_original";
        case Accepted::declaration: return "declaration";
    }
    return "upload";
}

const Requirement* Revision::requirement(std::string_view code) const noexcept {
    const auto at = std::find_if(requirements.begin(), requirements.end(),
                                 [&](const Requirement& requirement) { return requirement.code == code; });
    return at == requirements.end() ? nullptr : &*at;
}

const EvidenceRule* Revision::evidence_for(std::string_view code) const noexcept {
    const auto at = std::find_if(evidence.begin(), evidence.end(), [&](const EvidenceRule& rule) { return rule.requirement == code; });
    return at == evidence.end() ? nullptr : &*at;
}

bool Revision::has_regime(std::string_view flag) const noexcept {
    return std::find(regime.begin(), regime.end(), flag) != regime.end();
}

std::string revision_name(const Revision& revision) { return revision.id + "@" + revision.hash.hex().substr(0, 12); }

const DelayCase* delay_for(const Revision& revision, const Facts& facts) {
    if (revision.delay.needs_human) {
        return nullptr;
    }
    for (const auto& one : revision.delay.cases) {
        if (one.condition.holds(facts)) {
            return &one;
        }
    }
    return nullptr;
}

std::vector<std::size_t> papers_for(const Revision& revision, const Facts& facts) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < revision.requirements.size(); ++i) {
        if (revision.requirements[i].condition.holds(facts)) {
            out.push_back(i);
        }
    }
    return out;
}

std::string amount_of(const FeeItem& item, const jurisdiction::Law* law) {
    if (item.stamp.empty()) return item.amount;
    const auto* duty = law == nullptr ? nullptr : law->stamp_duty(item.stamp);
    return duty == nullptr ? std::string() : duty->amount;
}

std::optional<std::vector<FeePart>> fee_parts(const Revision& revision, const Facts& facts, const jurisdiction::Law* law) {
    std::vector<FeePart> out;
    if (revision.fee.kind == FeeKind::free) return out;
    if (revision.fee.kind != FeeKind::amount) return std::nullopt;
    if (!revision.fee.decision.empty()) {
        const auto given = amount_of(revision, revision.fee.decision, facts);
        if (!given) return std::nullopt;
        Decimal sum;
        for (const auto& part : given->parts) {
            const auto word = std::find_if(revision.parts.begin(), revision.parts.end(), [&](const RuleWord& known) { return known.code == part.part; });
            out.push_back({part.amount.fixed(2), {}, word == revision.parts.end() ? Text() : word->text});
            sum = sum.plus(*Decimal::parse(out.back().amount)).value_or(Decimal());
        }
        // Parts of less than a centime: only their sum is rounded.
        if (sum.fixed(2) != given->total.fixed(2)) out.assign(1, {given->total.fixed(2), {}, Text()});
    }
    for (const auto& item : revision.fee.items) {
        if (!item.condition.holds(facts)) continue;
        auto amount = amount_of(item, law);
        if (!Decimal::parse(amount)) return std::nullopt;
        out.push_back({std::move(amount), item.stamp, item.label});
    }
    return out;
}

std::optional<std::string> fee_for(const Revision& revision, const Facts& facts, const jurisdiction::Law* law) {
    if (revision.fee.kind == FeeKind::free) return "0.00";
    const auto parts = fee_parts(revision, facts, law);
    if (!parts) return std::nullopt;
    Decimal sum;
    for (const auto& part : *parts) {
        const auto amount = Decimal::parse(part.amount);
        const auto more = amount ? sum.plus(*amount) : std::nullopt;
        if (!more) return std::nullopt;
        sum = *more;
    }
    return sum.fixed(2);
}

std::string fill(std::string_view text, const json::Object& data) {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t open = text.find('{', at);
        const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
        if (close == std::string_view::npos) {
            break;
        }
        out += text.substr(at, open - at);
        const std::string_view path = text.substr(open + 1, close - open - 1);
        if (is_path(path)) {
            std::string value;
            for (const auto alternative : split(path, '|')) {
                value = value.empty() ? plain(at_path(data, alternative)) : value;
            }
            out += value.empty() ? "……" : value;
        } else {
            out += text.substr(open, close - open + 1);
        }
        at = close + 1;
    }
    out += text.substr(std::min(at, text.size()));
    return out;
}

std::string registration_number(const Registration& registration, std::int64_t year, std::uint64_t number) {
    std::string out = replace_all(registration.pattern, "{year}", std::to_string(year));
    std::string digits = std::to_string(number);
    const std::size_t open = out.find("{number");
    const std::size_t close = open == std::string::npos ? open : out.find('}', open);
    if (close == std::string::npos) {
        return out;
    }
    if (out[open + 7] == ':') {
        const auto width = to_integer(std::string_view(out).substr(open + 8, close - open - 8)).value_or(0);
        while (static_cast<std::int64_t>(digits.size()) < std::min<std::int64_t>(width, 20)) {
            digits.insert(digits.begin(), '0');
        }
    }
    return out.substr(0, open) + digits + out.substr(close + 1);
}

}  // namespace wasl::catalogue
