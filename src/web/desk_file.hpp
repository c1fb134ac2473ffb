// A dossier as the desk's page shows it.
#pragma once

#include "web/desk_action.hpp"
#include "web/views/desk_dossier.hpp"

namespace wasl::web::desk {

// Everything of the page but the forms.
Result<DeskDossierView> dossier_view(const InHand& hand);
// Events after the first `seen`, looks left out: what somebody else did meanwhile.
Result<std::vector<DeskEvent>> events_after(const InHand& hand, std::size_t seen);

}  // namespace wasl::web::desk
