#include "web/participation.hpp"

#include "base/log.hpp"
#include "identity/outbox.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::web::taking_part {

namespace {

constexpr std::size_t most_members = 20;  // whose stores one page opens

}  // namespace

std::string Asked::path(std::string_view below) const { return fmt::format("/consultations/{}/{}{}", member->info->id, consultation.id, below); }

Result<MemberSite*> asked_member_site(const Visit& visit) { return visit.site->members->at(visit.parameter("member")); }

Result<Asked> asked_consultation(const Visit& visit) {
    Asked out;
    out.member = TRY(asked_member_site(visit));
    out.consultation = TRY(out.member->forum->find(visit.parameter("id")));
    return out;
}

Spoken spoken(const Visit& visit, const participation::Names& names) {
    const auto tag = visit.tag();
    const std::array all = {std::pair{std::string_view("ar"), &names.ar}, std::pair{std::string_view("fr"), &names.fr},
                            std::pair{std::string_view("en"), &names.en}, std::pair{std::string_view("zgh"), &names.zgh}};
    const auto& text = names.in(tag);
    // The reader's own first: two languages may say the same.
    for (const auto& [language, said] : all) {
        if (language == tag && *said == text) return {text, std::string(language)};
    }
    for (const auto& [language, said] : all) {
        if (*said == text) return {text, std::string(language)};
    }
    return {text, std::string(tag)};
}

StageTag stage_tag(const Visit& visit, participation::Stage stage) {
    constexpr std::array<std::string_view, 4> colours = {"grey", "green", "yellow", "blue"};
    return {visit.say(fmt::format("participation.stage.{}", participation::to_string(stage))), std::string(colours[static_cast<std::size_t>(stage)])};
}

std::string article_name(const Visit& visit, std::int64_t number) { return visit.say("participation.article", {{"number", number}}); }

std::string open_days(const Visit& visit, const participation::Consultation& consultation) {
    const auto& zone = visit.site->pack->zone();
    return visit.say("participation.days", {{"from", zone.date_at(consultation.opens)}, {"to", zone.date_at(consultation.closes.plus_seconds(-1))}});
}

std::string count_words(const Visit& visit, const participation::ArticleCounts& counts) {
    auto out = visit.say("participation.counts", {{"comments", counts.comments}, {"supports", counts.supports}});
    if (counts.hidden > 0) out += " · " + visit.say("participation.counts-hidden", {{"hidden", counts.hidden}});
    return out;
}

std::string reason_words(const Visit& visit, std::string_view reason) { return visit.say(fmt::format("participation.reason.{}", reason)); }

std::optional<std::string> refusal(const Visit& visit, const Error& error) {
    const bool mendable = error.code == Code::invalid || error.code == Code::unprocessable || error.code == Code::conflict || error.code == Code::forbidden;
    if (!mendable || !error.key.starts_with("participation.")) return std::nullopt;
    return lingua::say(visit.language, error);
}

std::vector<const MemberInfo*> shown_members(const Visit& visit) {
    std::vector<const MemberInfo*> out;
    const auto& all = visit.site->members->all();
    const auto asked = visit.request->query("member");
    for (const auto& member : all) {
        if (asked.empty() ? all.size() <= most_members : member.id == asked) out.push_back(&member);
    }
    if (out.empty() && !all.empty()) out.push_back(&all.front());
    return out;
}

void offer_members(const Visit& visit, Field& field, std::vector<Option>& options) {
    const auto& all = visit.site->members->all();
    const auto asked = visit.request->query("member");
    field = {.id = "member", .label = visit.say("participation.member")};
    if (all.size() <= most_members) options.push_back({"", visit.say("participation.every-member"), "", asked.empty()});
    for (const auto& member : all) options.push_back({member.id, member.name.in(visit.tag()), "", member.id == asked});
    if (all.size() == 1) options.clear();
}

void tell_author(const Visit& visit, const std::string& person, std::string_view key) {
    if (person.empty()) return;
    const auto found = visit.site->persons->find(person);
    if (!found) return;
    identity::OutgoingMessage message{.channel = found->phone_confirmed && !found->phone.empty() ? "sms" : "email", .address = {}, .language = found->language,
                                      .key = std::string(key), .args = {}, .at = visit.now()};
    message.address = message.channel == "sms" ? found->phone : found->email;
    if (message.address.empty() || (message.channel == "email" && !found->email_verified)) return;
    const auto sent = visit.site->host_store->run([&](store::Transaction& tx) { return identity::enqueue(tx, *visit.site->entropy, message); });
    if (!sent) log::warning("forum.not-told", {{"key", sent.error().key}});
}

}  // namespace wasl::web::taking_part
