// Commands around an exchange: the registry's authority, what a host sends to it, and evidence of what was
// exchanged. Each returns its exit code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace wasl::app {

struct RegistryArgs {
    std::filesystem::path data;      // of a host
    std::string source;              // rows: TOML or JSON
    std::string key, keys, out;      // private key (PEM); JWK Set; snapshot
    std::string instance;
    bool json = false;
};
int registry_new_key(const RegistryArgs& args);  // makes the private key; the JWK Set on standard output
int registry_sign(const RegistryArgs& args);     // 0 signed, 1 refused, 2 unreadable
int registry_verify(const RegistryArgs& args);   // 0 good, 1 not, 2 unreadable
int registry_show(const RegistryArgs& args);     // what a snapshot says, after verifying it
int registry_keys(const RegistryArgs& args);     // what this host has to have listed: keys and certificate

struct EvidenceArgs {
    std::filesystem::path data;
    std::string member;              // of the host; empty: every one
    std::string id;                  // X-Road-Id or request id
    std::size_t limit = 50;
    bool unknown = false;            // only requests whose answer was lost
    bool json = false;
};
int exchange_list(const EvidenceArgs& args);     // newest first
int exchange_export(const EvidenceArgs& args);   // a bundle for `wasl verify` on standard output

// Where older entries of a journal stand: segments and their files; with a number, the one that holds that entry, on
// standard output for `wasl verify`.
int exchange_segments(const EvidenceArgs& args);

// A body that was kept (exchange.toml: keep_bodies), on standard output, once its reading stands in the journal.
struct BodyArgs {
    std::filesystem::path data;
    std::string member;              // of the host; empty: whichever has that exchange
    std::string id;                  // X-Road-Id or request id
    bool request = false;            // else the answer's
    std::string by, reason;          // who reads it and why
};
int exchange_body(const BodyArgs& args);

// A new message key of a member: used once the registry lists it, until then the old one signs on.
int exchange_new_key(const EvidenceArgs& args);  // prints what wasl registry keys prints

}  // namespace wasl::app
