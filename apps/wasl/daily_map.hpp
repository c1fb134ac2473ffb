// The signed map of a day: for every dossier of a member the head of its chain at the end of that day, and
// whether a decision existed. Cosigned by another member: what was not decided then can not be backdated.
#pragma once

#include "host.hpp"

namespace wasl::app {

// Makes, signs, has cosigned and keeps the map of `day`, unless it is kept already.
Result<void> make_daily_map(Host& host, const web::MemberInfo& about, Date day);

// Bundle (JSON) proving that no decision existed on that dossier by the end of the day. Keys
// "prove.no-map", "prove.decided" (a decision existed), "dossier.unknown", "trust.map-absent".
Result<std::string> no_decision_bundle(store::Reader& reader, std::string_view dossier_id, std::string_view reference, Date day);

}  // namespace wasl::app
