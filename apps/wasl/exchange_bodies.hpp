// Bodies kept beside a member's exchange journal: where they stand, under which keys, and how one is read.
#pragma once

#include "exchange_file.hpp"

#include "base/json.hpp"
#include "exchange/kept_bodies.hpp"
#include "trust/audit.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace wasl::app {

// AES-256-GCM under keys of their own in keys/MEMBER/exchange (dossier/field_keys.hpp), made when there are none.
Result<exchange::BodyCipher> body_cipher(const std::filesystem::path& data, const std::string& member);
// DATA/exchange/MEMBER.bodies. A backup leaves it out: what is erased here does not live on there.
exchange::KeptBodies kept_bodies(const ExchangeFile& file, const std::filesystem::path& data, const std::string& member, const exchange::ClientId& registered,
                                 exchange::BodyCipher cipher);
// A reading, asked for by the command beside a running server: {side, id, part, by, reason}.
Result<json::Object> note_reading(store::Store& journal, const json::Value& asked);
// Every kept body opens and is what its entry signed; what does not is a finding.
Result<std::vector<trust::AuditFinding>> check_bodies(const ExchangeFile& file, const std::string& member, const exchange::ClientId& registered, store::Reader& reader);

}  // namespace wasl::app
