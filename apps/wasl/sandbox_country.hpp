// The country of the sandbox, as values: which members live in which process, what they answer, and to whom;
// and the files that a host needs of it.
#pragma once

#include "exchange/registry.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

struct SandboxService {
    std::string subsystem, code;
    std::string local;                        // "register", or empty: the member's published procedures
    exchange::Names names;
    std::vector<std::string> evidence_types;
};

struct SandboxMember {
    std::string id;                           // of the host: folder, pages
    std::string member_class, member_code;    // in the registry
    std::string kind;
    exchange::Names names;
    exchange::Names office;                   // the one office that takes requests
    std::string cosigner;                     // another member of the same process; empty: none
    std::vector<std::string> territory = {};  // divisions it is the authority of
    std::vector<std::string> procedures;      // shipped procedures that it publishes
    std::vector<exchange::RegisteredSubsystem> subsystems;
    std::vector<SandboxService> services;

    [[nodiscard]] exchange::ClientId member() const { return {"MA", member_class, member_code}; }
    [[nodiscard]] exchange::ClientId subsystem(std::string_view code) const { return {"MA", member_class, member_code, std::string(code)}; }
};

// A right, by local ids so that it reads as a sentence: who may ask whom for what, and why.
struct SandboxRight {
    std::string client, client_subsystem;     // member id of the host
    std::string provider, service;
    std::string method, path;
    std::string purpose, legal_basis;
};

struct SandboxProcess {
    std::string name;                         // "state", "commune", "utility"
    std::vector<SandboxMember> members;
    std::uint16_t pages = 0, edge = 0, peer = 0, management = 0;

    [[nodiscard]] exchange::NodeId node() const { return {members.front().member(), "node-" + name}; }
};

struct SandboxCountry {
    std::vector<SandboxProcess> processes;
    std::vector<SandboxRight> rights;

    [[nodiscard]] const SandboxMember& member(std::string_view id) const;  // a defect when there is none
    [[nodiscard]] const SandboxProcess& process_of(std::string_view id) const;
};

SandboxCountry sandbox_country();

// node.toml of a process, and its exchange.toml; `authority` is where registry and timestamps are served.
std::string sandbox_node_file(const SandboxProcess& process);
struct SandboxAuthorities {
    std::string registry, timestamps;  // addresses
};
std::string sandbox_exchange_file(const SandboxCountry& country, const SandboxProcess& process, const SandboxAuthorities& authorities);

// The call that the sandbox offers for trying, and a client of the same edge that has no right to it.
struct SandboxTrial {
    exchange::ClientId client, stranger;
    exchange::ServiceId service;
    std::string path;
    std::string process;  // whose edge
};
SandboxTrial sandbox_trial(const SandboxCountry& country);

}  // namespace wasl::app
