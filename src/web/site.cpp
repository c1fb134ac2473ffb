#include "web/site.hpp"

#include <algorithm>

namespace wasl::web {

const Office* MemberInfo::office(std::string_view code) const noexcept {
    const auto found = std::ranges::find(offices, code, &Office::code);
    return found == offices.end() ? nullptr : &*found;
}

const Office& MemberInfo::office_for(std::string_view procedure) const noexcept {
    for (const auto& office : offices) {
        if (std::ranges::find(office.procedures, procedure) != office.procedures.end()) return office;
    }
    for (const auto& office : offices) {
        if (office.procedures.empty()) return office;
    }
    return offices.front();
}

}  // namespace wasl::web
