// A request for a connection to the network in words: plain ones for the person, with the binding element for the desk.
#pragma once

#include "dossier/state.hpp"
#include "grid/ledger.hpp"
#include "web/page/fields.hpp"
#include "web/visit.hpp"

#include <optional>
#include <string>
#include <vector>

namespace wasl::web {

// What the person reads of the check; nothing where none was made of this dossier.
struct ConnectionTold {
    std::string tag, colour;         // of the outcome
    std::vector<std::string> lines;  // plain sentences
};
std::optional<ConnectionTold> connection_told(const Visit& visit, MemberSite& member, const dossier::State& state);

// What the desk reads: outcome, binding element, each hour, what is kept until when, network. Empty without a check.
std::vector<SummaryRow> connection_rows(const Visit& visit, MemberSite& member, const dossier::State& state);

// The record as a file, for `wasl grid recheck`; nothing without a check.
std::optional<std::string> connection_record_file(const dossier::State& state);

// "80 kW", and the state of a holding with its day.
std::string say_kw(lingua::Language language, double kw);
std::string say_holding(const Visit& visit, const grid::Holding& holding);

}  // namespace wasl::web
