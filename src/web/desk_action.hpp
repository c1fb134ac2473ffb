// What an agent may do to a dossier now: the forms that are shown, and the command that a form asks for.
// decide() has the last word; forms that could only be refused are not shown.
#pragma once

#include "catalogue/revision.hpp"
#include "http/forms.hpp"
#include "web/desk_common.hpp"
#include "web/views/desk.hpp"

#include <memory>

namespace wasl::web::desk {

using Shape = DeskQuestion::Shape;

// One dossier in the hands of one agent.
struct InHand {
    const Visit* visit = nullptr;
    MemberSite* member = nullptr;
    const dossier::State* state = nullptr;
    std::string office;                                    // acted from
    std::shared_ptr<const catalogue::Revision> revision;   // null when its file is gone
    const std::vector<dossier::Unreadable>* unreadable = nullptr;  // sensitive answers that could not be opened

    [[nodiscard]] bool has(identity::Role role) const { return visit->actor.has(role); }
    [[nodiscard]] bool own() const { return office == state->file.office; }
    [[nodiscard]] bool in(std::initializer_list<dossier::Phase> phases) const;
    [[nodiscard]] std::string say(std::string_view key, lingua::Args args = {}) const { return visit->say(key, args); }
    // In the language of the person: what a decision tells them by default.
    [[nodiscard]] std::string say_to_person(std::string_view key) const;
};

struct Actions {
    std::vector<DeskForm> routine;  // what most files need next
    std::vector<DeskForm> others;
};
Actions actions(const InHand& hand);
// Puts what was typed back into the form it came from, opens it, and shows the error there.
void restore(Actions& actions, const http::Form& typed, const std::string& error);

// What a posted form asks for, and from which office. Keys "http.not-found" for an unknown action.
struct Asked {
    dossier::Command command;
    std::string office;
};
Result<Asked> asked_by(const InHand& hand, std::string_view action, const http::Form& form);

// The routes of appeal as the procedure words them, in the person's language.
std::string appeal_routes(const InHand& hand);

}  // namespace wasl::web::desk
