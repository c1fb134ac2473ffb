#include "jurisdiction/law.hpp"

#include "jurisdiction/impl/fold.hpp"

#include <algorithm>

namespace wasl::jurisdiction {
namespace {

template <class Item>
const Item* find_by(const std::vector<Item>& items, std::string Item::* member, std::string_view wanted) noexcept {
    const auto found = std::ranges::find(items, wanted, member);
    return found == items.end() ? nullptr : &*found;
}

}  // namespace

std::optional<DelayClass> parse_delay_class(std::string_view text) noexcept {
    for (const DelayClass value : {DelayClass::ordinary, DelayClass::investment, DelayClass::complaint}) {
        if (text == to_string(value)) {
            return value;
        }
    }
    return std::nullopt;
}

std::string_view to_string(DelayClass value) noexcept {
    switch (value) {
        case DelayClass::ordinary: return "ordinary";
        case DelayClass::investment: return "investment";
        case DelayClass::complaint: return "complaint";
    }
    return "ordinary";
}

const Provision<Delay>& Law::maximum(DelayClass which) const noexcept {
    switch (which) {
        case DelayClass::investment: return investment_maximum;
        case DelayClass::complaint: return complaint_maximum;
        case DelayClass::ordinary: break;
    }
    return ordinary_maximum;
}

const SilenceAct* Law::silence(std::string_view act) const noexcept { return find_by(silence_acts, &SilenceAct::act, act); }

const ExtensionAct* Law::extension(std::string_view act) const noexcept {
    return find_by(extension_acts, &ExtensionAct::act, act);
}

const StampDuty* Law::stamp_duty(std::string_view code) const noexcept {
    return find_by(stamp_duties, &StampDuty::code, code);
}

const EvidenceType* Law::evidence(std::string_view type) const noexcept {
    return find_by(evidence_types, &EvidenceType::code, type);
}

bool Law::proves_identity(std::string_view type) const noexcept {
    const auto* known = evidence(type);
    return known != nullptr && known->identity;
}

bool Law::held_locally(std::string_view type) const noexcept {
    const auto* known = evidence(type);
    return known != nullptr && known->local;
}

bool Law::proves(std::string_view type, std::string_view other) const noexcept {
    const auto* known = evidence(type);
    return known != nullptr && std::ranges::find(known->proves, other) != known->proves.end();
}

const ForbiddenFormality* Law::forbidden_in(std::string_view text) const {
    const std::string folded = fold(text);
    for (const ForbiddenFormality& formality : forbidden) {
        for (const std::string& word : formality.words) {
            if (const std::string folded_word = fold(word);
                !folded_word.empty() && folded.find(folded_word) != std::string::npos) {
                return &formality;
            }
        }
    }
    return nullptr;
}

}  // namespace wasl::jurisdiction
