// Carries what waits in the outboxes (codes of the host, news of the members' dossiers) to the senders of
// `post`. Addresses are looked up at the last moment: a dossier only knows the person.
#pragma once

#include "host.hpp"

#include "grid/outage.hpp"
#include "post/postman.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace wasl::app {

// Senders by the environment: $WASL_SMTP_URL (with $WASL_SMTP_FROM, $WASL_SMTP_USER, $WASL_SMTP_PASSWORD_FILE and
// $WASL_SMTP_CA, authorities beside the system's),
// $WASL_SMS_SPOOL (folder of gammu-smsd), $WASL_PRINT_SPOOL.
std::vector<std::unique_ptr<post::Sender>> senders_of_environment();

class Courier {
public:
    Courier(Host& host, std::vector<std::unique_ptr<post::Sender>> senders);
    ~Courier();
    // One round over the host's outbox and those of members in use.
    Result<void> round(Instant now);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The notice of a dossier's news, with its dates in words and its address, by one of the `open` channels: the one the
// person chose, else a proven phone, a mailbox, paper. Nothing when there is no way (the page of the request says it
// all the same).
std::optional<post::Notice> notice_of(const dossier::OutMessage& message, const identity::Person& person,
                                      std::span<const post::Channel> open);

// The words about a power cut or its end, for the address that the network's tables state.
post::Notice supply_notice(const grid::GridMessage& message, const web::MemberInfo& utility, const web::Site& site);

}  // namespace wasl::app
