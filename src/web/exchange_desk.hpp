// What the desk's pages need of the exchange of this host; built by the application.
#pragma once

#include "base/result.hpp"
#include "store/store.hpp"

#include <string>
#include <string_view>

namespace wasl::web {

class ExchangeDesk {
public:
    virtual ~ExchangeDesk() = default;
    // The exchange journal of that member; null when it takes no part.
    virtual store::Store* journal(std::string_view member) = 0;
    // Evidence of one exchange for whoever wants to verify it offline (exchange/evidence.hpp); fails as that does.
    virtual Result<std::string> evidence(std::string_view member, std::string_view request_id) = 0;
};

}  // namespace wasl::web
