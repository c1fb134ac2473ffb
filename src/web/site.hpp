// What the pages stand on: the host, its members, the clock and the pack. Built by the application,
// never by a page.
#pragma once

#include "base/clock.hpp"
#include "catalogue/catalogue.hpp"
#include "dossier/service.hpp"
#include "form/text.hpp"
#include "http/pool.hpp"
#include "http/rate_limit.hpp"
#include "identity/mandates.hpp"
#include "identity/persons.hpp"
#include "identity/sessions.hpp"
#include "identity/staff.hpp"
#include "jurisdiction/pack.hpp"
#include "participation/forum.hpp"
#include "store/store.hpp"
#include "trust/keys.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::insight {
class Board;
}
namespace wasl::pay {
class Book;
class Provider;
}
namespace wasl::grid {
class NetworkFolder;
}
namespace wasl::practice {
class Lab;
}

namespace wasl::web {

// An office of a member: a queue of its own.
struct Office {
    std::string code;                     // [a-z0-9-]+
    form::Text name;
    std::vector<std::string> procedures;  // whose dossiers come here; an office without any takes the rest
};

// A payment provider of a member, as node.toml names it ([[member.payment]]).
struct PaymentDoor {
    std::string name;       // [a-z0-9-]+, in addresses and in the ledger
    form::Text label;       // for people
    std::string start_url;  // where browsers are sent
    std::string merchant;   // who the provider knows us as
};

// What is written down about a member (node.toml). A value: 1,500 of them cost little.
struct MemberInfo {
    std::string id;               // "commune-tamri"
    form::Text name;
    std::string kind;             // commune, ministry, province, utility …
    std::string catalogue;        // name of its catalogue: communes share one
    std::string supervisory;      // office that attests silence, in words or a member id
    std::string appeal;           // authority that decides appeals
    std::string cosigner;         // member whose key cosigns this one's journal; may be empty
    std::vector<std::string> territory = {};  // divisions it is the authority of: codes, or names as people write them
    std::vector<Office> offices;
    std::vector<PaymentDoor> payment;  // ways to pay online; none: cash alone

    [[nodiscard]] const Office* office(std::string_view code) const noexcept;
    [[nodiscard]] const Office& office_for(std::string_view procedure) const noexcept;  // offices is never empty
};

// A member at work: its store is open.
struct MemberSite {
    const MemberInfo* info = nullptr;
    store::Store* store = nullptr;
    const trust::KeyRing* keys = nullptr;
    std::unique_ptr<dossier::Service> dossiers;
    std::unique_ptr<identity::StaffBook> staff;
    std::unique_ptr<participation::Forum> forum;  // consultations and suggestions
    catalogue::Catalogue* catalogue = nullptr;
    std::shared_ptr<pay::Book> payments;  // never null
    std::vector<std::shared_ptr<const pay::Provider>> providers;  // those of info->payment whose secret is there
    grid::NetworkFolder* network = nullptr;  // of a utility: its network in force, if it keeps one (grid/network_folder.hpp)
};

// The members of this host; a member's store opens on first use.
class Members {
public:
    virtual ~Members() = default;
    [[nodiscard]] virtual const std::vector<MemberInfo>& all() const = 0;
    [[nodiscard]] virtual const MemberInfo* info(std::string_view id) const = 0;
    virtual Result<MemberSite*> at(std::string_view id) = 0;  // key "web.no-member"; may open files
    [[nodiscard]] virtual std::vector<const MemberInfo*> with_catalogue(std::string_view catalogue) const = 0;
    [[nodiscard]] virtual std::vector<std::string> catalogues() const = 0;
    virtual Result<catalogue::Catalogue*> catalogue(std::string_view name) = 0;  // key "web.no-catalogue"
};

// What the demonstration shows instead of sending: messages newest first, and agents with their code of the moment.
struct DemoOutbox {
    struct Message {
        Instant at;
        std::string to, text;
    };
    struct Agent {
        std::string member, login, password, name, roles, code;
    };
    std::vector<Message> messages;
    std::vector<Agent> staff;
};

struct NationalDoor;  // national.hpp
class ExchangeDesk;   // exchange_desk.hpp

struct Site {
    const Clock* clock = nullptr;
    Entropy* entropy = nullptr;
    std::shared_ptr<const jurisdiction::Pack> pack;
    Members* members = nullptr;
    store::Store* host_store = nullptr;  // persons, sessions, mandates, codes
    identity::Persons* persons = nullptr;
    identity::Sessions* sessions = nullptr;
    identity::Mandates* mandates = nullptr;
    insight::Board* figures = nullptr;   // public figures and the UN index
    http::Pool* pool = nullptr;          // for what blocks: commits, passwords, PDF
    http::Pool* outside = nullptr;       // for what waits for somebody else's server; so that no page of ours waits with it
    ExchangeDesk* exchange = nullptr;    // null: this host takes no part in an exchange
    const NationalDoor* national = nullptr;  // null: no national identity is set up
    std::string public_url;              // "https://guichet.example.ma", without a slash at the end
    std::string build;                   // version and revision
    bool demo = false;
    std::function<Result<DemoOutbox>()> demo_outbox;  // empty but in the demonstration
    practice::Lab* practice = nullptr;  // of a practice country; null in every real node

    [[nodiscard]] Date today() const { return pack->zone().date_at(clock->now()); }
    [[nodiscard]] LocalTime local(Instant at) const { return pack->zone().local(at); }
};

}  // namespace wasl::web
