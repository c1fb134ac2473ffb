// The practice country's pages. Their routes exist only where the site has a lab: never in a real node.
#pragma once

#include "http/forms.hpp"
#include "http/router.hpp"
#include "practice/lab.hpp"
#include "web/visit.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wasl::web {

void add_practice_routes(http::Router& router, Site& site);
void add_practice_try_routes(http::Router& router, Site& site);
void add_practice_class_routes(http::Router& router, Site& site);

namespace practising {

inline constexpr std::string_view learner_cookie = "wasl-learner";
inline constexpr std::string_view class_cookie = "wasl-class";

// Who learns in this browser. "practice.no-learner" when nobody does.
Result<practice::Learner> learner_of(const Visit& visit);
// What a person reads for an error of this area; nothing for any other error.
std::optional<std::string> refusal(const Visit& visit, const Error& error);
std::string exercise_title(const Visit& visit, const practice::Exercise& exercise);
// The mistake in a sentence, with the article it misses.
std::string mistake_words(const Visit& visit, const practice::Mistake& mistake);
// From the start to the check of a finished try, begun minutes in full.
std::int64_t minutes_of(const practice::Attempt& attempt);
std::string level_words(const Visit& visit, const practice::Exercise& exercise);

}  // namespace practising

}  // namespace wasl::web
