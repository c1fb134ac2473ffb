// Words of the journey that are made from data: delays, the legal clock's phrases, findings of a form, times.
#pragma once

#include "catalogue/revision.hpp"
#include "dossier/state.hpp"
#include "form/form.hpp"
#include "jurisdiction/words.hpp"
#include "web/visit.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

// "15 days", "30 working days", "2 months", "at once".
std::string say_delay(lingua::Language language, const jurisdiction::Delay& delay);
// A phrase of the law: its key names the message, its arguments the values.
std::string say_phrase(lingua::Language language, const jurisdiction::Phrase& phrase);
// What is wrong with an answer.
std::string say_finding(lingua::Language language, const form::Finding& finding);
// "21 November 2026, 09:05", in the country's zone.
std::string say_instant(const Visit& visit, Instant at);
std::string say_day(const Visit& visit, const Date& day);
// The sentence and the short coloured tag of a phase, as its person reads them.
// A complaint is no appeal: it is closed as founded or as unfounded.
bool is_complaint(const dossier::State& state);
std::string say_phase(lingua::Language language, const dossier::State& state);
struct PhaseTag {
    std::string text, colour;
};
// "Founded" and "unfounded" are said of a complaint and of an appeal alike: lists know no more than the phase.
PhaseTag phase_tag(lingua::Language language, dossier::Phase phase);
// Name of an office of a member, else the code itself.
std::string office_name(const Visit& visit, std::string_view member, std::string_view office);
// Names of form fields are [a-z0-9_]; the browser posts date parts as `id-day`: back to `id.day`.
std::vector<std::pair<std::string, std::string>> pairs_of(const http::Form& form);
// In the script of the language where it is known, else as it is.
const std::string& party_name(lingua::Language language, const dossier::Party& party) noexcept;
// "label: value", with the colon as the language sets it.
std::string labelled(lingua::Language language, std::string_view label, std::string_view value);
// What is missing, as the sheet names it in the reader's language; else as the receipt named it.
std::string say_missing(const Visit& visit, const catalogue::Revision* revision, const dossier::Missing& missing);
// "ABCD-EFGH": a follow code as people read it aloud.
std::string shown_follow_code(std::string_view code);

}  // namespace wasl::web
