// The data folder of one process of the sandbox before it starts: members, procedures, agents, keys, and its
// place in the exchange.
#pragma once

#include "sandbox_country.hpp"

#include "base/result.hpp"
#include "exchange/certificates.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace wasl::app {

struct SandboxSeed {
    std::filesystem::path data;
    std::string registry_keys;  // JWK Set
    std::string roots_pem;      // of the timestamp authority
    SandboxAuthorities authorities;
    exchange::TlsIdentity certificate;
};
// Makes the folder; the public keys of each member for the registry, by member id.
Result<std::map<std::string, std::vector<exchange::MemberKey>>> seed_sandbox_process(const SandboxCountry& country, const SandboxProcess& process,
                                                                                    const SandboxSeed& seed);

// Certificate and key of a process, each replaced at once.
Result<void> write_sandbox_certificate(const std::filesystem::path& data, const exchange::TlsIdentity& certificate);

}  // namespace wasl::app
