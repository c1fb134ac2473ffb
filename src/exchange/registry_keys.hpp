// Public keys of the registry and of members as files and names: the JWK Set (RFC 7517) that an operator
// copies to each node once, and the thumbprint (RFC 7638) that names a key.
#pragma once

#include "exchange/registry.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// RFC 7638, SHA-256, base64url of a SubjectPublicKeyInfo (P-256, P-384, Ed25519, RSA);
// key "exchange.key-malformed".
Result<std::string> key_thumbprint(std::string_view spki);

// The registry's keys: P-256 only, each with `kid` equal to its thumbprint. Key "exchange.key-malformed".
Result<RegistryKeys> parse_registry_keys(std::string_view jwk_set);
std::string write_registry_keys(const std::vector<trust::PublicKey>& keys);

}  // namespace wasl::exchange
