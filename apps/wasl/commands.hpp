// The subcommands of `wasl`. Each returns its exit code, prints its answer on standard output and its
// complaints on standard error. main.cpp reads the command line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace wasl::app {

struct ServeArgs {
    std::filesystem::path data;
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::string tls_certificate, tls_key;
    std::vector<std::string> behind_proxy;
    std::string public_url;
    unsigned threads = 0;
    bool demo = false;
    bool practice = false;
    bool fresh_practice = false;      // in a folder made for this run and removed after it
    std::vector<std::string> set_up;  // members to print a set-up code for, on a host of many
};
int serve(const ServeArgs& args);

struct VerifyArgs {
    std::string file, qr, trust;
    std::string registry;  // public keys of the registry (JWK Set): for evidence of an exchange
    std::string language;  // ar, fr, en, zgh; empty: the terminal's
    bool json = false;
};
int verify(const VerifyArgs& args);  // 0 valid, 1 invalid, 2 cannot tell

int export_trust(const std::filesystem::path& data);

struct AuditArgs {
    std::filesystem::path data;
    std::string member;                 // empty: every member
    std::vector<std::string> receipts;  // PDF, bundle or QR text files
    std::string trust;                  // JWK Set; empty: the keys of the data folder
    std::string language;               // ar, fr, en, zgh; empty: the terminal's
    bool json = false;
};
int audit(const AuditArgs& args);       // 0 clean, 1 something differs, 2 could not be read

int backup(const std::filesystem::path& data, const std::filesystem::path& to);
int restore(const std::filesystem::path& from, const std::filesystem::path& data);

struct PublishArgs {
    std::filesystem::path data;
    std::string member;
    std::vector<std::string> folders;
};
int publish(const PublishArgs& args);

int accept_clock(const std::filesystem::path& data, const std::string& member, const std::string& who);
int rotate_keys(const std::filesystem::path& data, const std::string& member, const std::string& use);
int keep_keys_in_token(const std::filesystem::path& data, const std::string& member, const std::string& address);

struct ProveArgs {
    std::filesystem::path data;
    std::string reference, day;
};
int prove_no_decision(const ProveArgs& args);  // a bundle on standard output

}  // namespace wasl::app
