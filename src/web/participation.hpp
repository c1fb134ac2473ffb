// Taking part: the pages of consultations, of one's own comments, and of suggestions.
#pragma once

#include "http/router.hpp"
#include "web/views/participation.hpp"
#include "web/visit.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wasl::web {

void add_consultation_routes(http::Router& router, Site& site);  // calendar, a consultation, its record
void add_voice_routes(http::Router& router, Site& site);         // an article: speak, support, contest; one's own
void add_suggestion_routes(http::Router& router, Site& site);    // a word on any page

namespace taking_part {

// The member and consultation of the address.
struct Asked {
    MemberSite* member = nullptr;
    participation::Consultation consultation;
    [[nodiscard]] participation::Stage stage(const Visit& visit) const { return consultation.stage(visit.now()); }
    [[nodiscard]] std::string path(std::string_view below = {}) const;  // "/consultations/MEMBER/ID" + below
};
Result<MemberSite*> asked_member_site(const Visit& visit);
Result<Asked> asked_consultation(const Visit& visit);

// In the reader's language, or the one that is there.
Spoken spoken(const Visit& visit, const participation::Names& names);
struct StageTag {
    std::string text, colour;
};
StageTag stage_tag(const Visit& visit, participation::Stage stage);
std::string article_name(const Visit& visit, std::int64_t number);
// "open from … to …", its last day included.
std::string open_days(const Visit& visit, const participation::Consultation& consultation);
std::string count_words(const Visit& visit, const participation::ArticleCounts& counts);
std::string reason_words(const Visit& visit, std::string_view reason);
// Why what was typed was not taken; nothing for errors that are a page of their own.
std::optional<std::string> refusal(const Visit& visit, const Error& error);
// The members whose consultations a page shows: the one that was chosen, or all of a host of few.
std::vector<const MemberInfo*> shown_members(const Visit& visit);
void offer_members(const Visit& visit, Field& field, std::vector<Option>& options);

// A message to the account that wrote, by its own way; no page and no agent learns whose it is. What cannot be sent stands on
// their page all the same.
void tell_author(const Visit& visit, const std::string& person, std::string_view key);

}  // namespace taking_part

}  // namespace wasl::web
