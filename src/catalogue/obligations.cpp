// Reading, writing and checking [[obligation]].
#include "base/text.hpp"
#include "catalogue/impl/obligations.hpp"
#include "form/codec.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace wasl::catalogue {

std::vector<std::size_t> obligations_for(const Revision& revision, const Facts& facts) {
    std::vector<std::size_t> out;
    const auto day = parse_date(facts.today);
    for (std::size_t i = 0; i < revision.obligations.size(); ++i) {
        const auto& one = revision.obligations[i];
        if (day && !one.stands_on(*day)) continue;
        if (facts.answers == nullptr || one.condition.holds(facts)) out.push_back(i);
    }
    return out;
}

}  // namespace wasl::catalogue

namespace wasl::catalogue::impl {

namespace {

constexpr std::size_t most_obligations = 40;

bool is_obligation_code(std::string_view code) {
    return !code.empty() && code.size() <= 60 && code[0] >= 'a' && code[0] <= 'z' &&
           std::ranges::all_of(code, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Result<Obligation> obligation_of(const json::Value& item) {
    Obligation one;
    one.code = item["code"].text_or("");
    one.text = TRY(form::text_from_json(item["text"]));
    one.source = TRY(form::text_from_json(item["source"]));
    one.article = item["article"].text_or("");
    one.confirmed = item["confirmed"].bool_or(false);
    one.from = TRY(parse_date(item["from"].text_or("")));
    if (const auto* until = item["until"].string()) one.until = TRY(parse_date(*until));
    if (const auto* condition = item["condition"].string()) one.condition = TRY(Condition::compile(*condition));
    return one;
}

}  // namespace

void read_obligations(const Sources& sources, Section& root, Revision& out) {
    for (auto& item : root.sections("obligation")) {
        Obligation one;
        one.code = item.required_text("code");
        one.text = sources.texts->get("obligation." + one.code, true);
        one.source = sources.texts->get("law." + item.required_text("law"), true);
        one.article = item.text("article");
        one.confirmed = item.boolean("confirmed", false);
        one.condition = item.condition("condition");
        if (const auto from = item.date("from")) {
            one.from = *from;
        } else {
            item.report("from", "check.obligation", fmt::format("Say from which day \"{}\" counts: from = 2020-01-01.", one.code));
        }
        one.until = item.date("until");
        (*sources.places)["obligation." + one.code] = item.place();
        item.finish();
        out.obligations.push_back(std::move(one));
    }
}

void put_obligations(json::Object& out, const Revision& revision) {
    json::Array list;
    for (const auto& one : revision.obligations) {
        json::Object item{{"code", one.code}, {"text", form::text_to_json(one.text)}, {"source", form::text_to_json(one.source)}};
        if (!one.article.empty()) item.set("article", one.article);
        if (one.confirmed) item.set("confirmed", true);
        item.set("from", one.from.iso());
        if (one.until) item.set("until", one.until->iso());
        if (!one.condition.empty()) item.set("condition", one.condition.source());
        list.emplace_back(std::move(item));
    }
    if (!list.empty()) out.set("obligations", std::move(list));
}

Result<void> obligations_from(const json::Value& value, Revision& out) {
    const auto* list = value["obligations"].array();
    if (list == nullptr) return {};
    for (const auto& item : *list) {
        auto one = obligation_of(item);
        if (!one || one->code.empty()) return fail(Code::invalid, "revision.malformed", "obligation");
        out.obligations.push_back(std::move(*one));
    }
    return {};
}

void check_obligations(const Revision& revision, const Places& places, Report& report) {
    const auto say = [&](const Obligation& one, std::string message) {
        const auto found = places.find("obligation." + one.code);
        report.add(found == places.end() ? Place{revision.id, 0} : found->second, "check.obligation", std::move(message));
    };
    for (std::size_t i = 0; i < revision.obligations.size(); ++i) {
        const auto& one = revision.obligations[i];
        if (!is_obligation_code(one.code)) {
            say(one, fmt::format("The code \"{}\" must begin with a letter and hold only a–z, 0–9 and '-', at most 60.", one.code));
        }
        const auto before = std::span(revision.obligations).first(i);
        if (std::ranges::find(before, one.code, &Obligation::code) != before.end()) {
            say(one, fmt::format("The obligation \"{}\" is listed twice.", one.code));
        }
        if (one.until && *one.until < one.from) say(one, fmt::format("The obligation \"{}\" ends before it begins.", one.code));
        const bool named = std::ranges::any_of(revision.law, [&](const LegalResource& law) { return law.title == one.source; });
        if (!named) say(one, fmt::format("The source of \"{}\" is none of the procedure's [[law]].", one.code));
    }
    if (revision.obligations.size() > most_obligations) {
        say(revision.obligations.back(), fmt::format("More than {} obligations: nobody reads them.", most_obligations));
    }
}

}  // namespace wasl::catalogue::impl
