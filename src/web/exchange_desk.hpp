// What the desk's pages need of the exchange of this host; built by the application.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

// A right of others on a member's services, as its node applies it now; or an agreement that is not complete.
struct ExchangeRight {
    std::string id, subject, service, endpoint;
    std::string purpose, legal_basis;
    Instant from, to;           // `to` exclusive
    bool agreed = false;        // by a text that both sides have signed
    std::string missing;        // of an agreement that is not applied: why
    bool to_sign = false;       // it waits for this member's signature
};

class ExchangeDesk {
public:
    virtual ~ExchangeDesk() = default;
    // The exchange journal of that member; null when it takes no part.
    virtual store::Store* journal(std::string_view member) = 0;
    // In order of service and id.
    virtual Result<std::vector<ExchangeRight>> rights(std::string_view member) = 0;
    // Signs the agreement for that member and sends it to the other side; false: signed, but not sent yet. `by` stands in the
    // journal.
    virtual Result<bool> sign(std::string_view member, std::string_view id, std::string_view by) = 0;
    // Evidence of one exchange for whoever wants to verify it offline (exchange/evidence.hpp); fails as that does.
    virtual Result<std::string> evidence(std::string_view member, std::string_view request_id) = 0;
};

}  // namespace wasl::web
