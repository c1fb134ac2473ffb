// The authorities of the sandbox: registry, certificates, timestamps, on loopback doors that can be shut for a
// trial of what happens without them.
//
//   GET  /registry/snapshot     on the registry's door
//   POST /tsa                   on the timestamps' door (RFC 3161)
//   POST /sandbox/shut?what=registry|timestamps, /sandbox/open?…   on the sandbox's own door
//   POST /sandbox/roll          new certificates for every node
#pragma once

#include "sandbox_country.hpp"

#include "base/clock.hpp"
#include "exchange/authority.hpp"
#include "exchange/certificates.hpp"
#include "exchange/timestamp.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace wasl::app {

struct SandboxPorts {
    std::uint16_t registry = 0, timestamps = 0, own = 0;
};

class SandboxAuthority {
public:
    static Result<std::unique_ptr<SandboxAuthority>> create(SandboxPorts ports);
    ~SandboxAuthority();

    [[nodiscard]] SandboxAuthorities addresses() const;
    [[nodiscard]] std::string own_address() const;
    [[nodiscard]] std::string registry_keys() const;  // JWK Set
    [[nodiscard]] const std::string& roots_pem() const noexcept;
    // A node's certificate of some days, and its row once the registry is open.
    Result<exchange::TlsIdentity> certificate_for(const SandboxProcess& process);

    // Signs the first snapshot and opens the doors.
    Result<void> open(const SandboxCountry& country, const std::map<std::string, std::vector<exchange::MemberKey>>& keys,
                      const std::map<std::string, exchange::TlsIdentity>& certificates);
    // Where a process keeps its files; its certificate is rolled there.
    void add_folder(const std::string& process, std::filesystem::path data);
    // What is due: a fresh signature each minute, certificates in their steps. From the main loop.
    void round();
    // New certificates: listed beside the old ones now, used some seconds later, the old ones dropped after.
    void roll();

private:
    struct Impl;
    explicit SandboxAuthority(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::app
