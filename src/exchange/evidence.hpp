// Evidence of one exchange, from one node's journal: both entries with their place in the journal, and the
// registry snapshots that vouch for the keys. It is verified offline, by anyone who knows the registry's
// keys, and without the data exchanged.
//
// JSON, one spelling only (in this order, no spaces; a file may end with one line break):
//   {"wasl":"exchange-evidence-1","member":"MA/GOV/1001","request":ENTRY,"response":ENTRY?,"registry":[JWS…]}
//   ENTRY: {"content":text,"salt":b64,"leaf":b64,"index":n,"path":[b64…],"checkpoint":note}
#pragma once

#include "base/result.hpp"
#include "exchange/registry.hpp"
#include "store/store.hpp"
#include "trust/verify.hpp"

#include <string>
#include <string_view>

namespace wasl::exchange {

// By message id (X-Road-Id) or request id; of several exchanges of one message id, the newest. Key
// "exchange.evidence-missing" (no such exchange, or its rows are erased).
Result<std::string> export_evidence(store::Reader& reader, const ClientId& member, std::string_view id);

// True for the beginning of a bundle of this kind.
bool is_exchange_evidence(std::string_view bytes) noexcept;

// Facts are told through Verification::paper: side, client, service, method, target, message-id, request-id, at,
// request-key, head-sha512, body-sha512, status, outcome (of unknown ones), fault, response-key, answer-body-sha512.
trust::Verification verify_evidence(std::string_view bundle, const RegistryKeys& registry);

}  // namespace wasl::exchange
