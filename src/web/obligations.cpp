#include "web/obligations.hpp"

#include <algorithm>

namespace wasl::web {

std::vector<std::string> obligations_due(const catalogue::Revision& revision, const json::Object& answers, const json::Object& facts, Date today) {
    std::vector<std::string> out;
    const catalogue::Facts seen{.answers = &answers, .facts = &facts, .today = today.iso(), .form = &revision.form};
    for (const auto index : catalogue::obligations_for(revision, seen)) out.push_back(revision.obligations[index].code);
    return out;
}

Result<void> confirm_obligations(const catalogue::Revision& revision, const json::Object& answers, const json::Object& facts, Date today,
                                 std::span<const std::string> confirmed) {
    for (const auto& code : obligations_due(revision, answers, facts, today)) {
        if (std::ranges::find(confirmed, code) == confirmed.end()) return fail(Code::unprocessable, "filing.obligations-unread", code);
    }
    return {};
}

std::string say_source(const Visit& visit, const catalogue::Obligation& obligation) {
    auto out = obligation.source.in(visit.tag());
    if (!obligation.article.empty()) out = visit.say("sheet.law.article", {{"title", out}, {"article", obligation.article}});
    return obligation.confirmed ? out : visit.say("sheet.obligations.to-confirm", {{"source", out}});
}

}  // namespace wasl::web
