// The exchange journals of a host under audit: every entry and signature, and the timestamps over their heads.
#pragma once

#include "base/result.hpp"
#include "exchange/timestamp_keeper.hpp"
#include "trust/audit.hpp"
#include "trust/keys.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

// Checkpoint keys of the exchange journals whose rings are on this machine: with a restored backup there are
// none, and those given count.
Result<trust::TrustStore> exchange_checkpoint_keys(const std::filesystem::path& data, std::string_view only_member, const Zone& zone);

struct ExchangeAudit {
    std::string member;            // of the host
    trust::AuditReport journal;    // findings of the timestamps among them
    std::size_t stamps = 0;
    std::string stamped_until;     // instant of the newest good timestamp; empty: none
};
// Of each member of exchange.toml, or of that one. Nothing when this host takes part in no exchange.
Result<std::vector<ExchangeAudit>> audit_exchange(const std::filesystem::path& data, std::string_view only_member,
                                                  const trust::TrustStore& given, const Zone& zone);

}  // namespace wasl::app
