// wasl doctor: the whole way from this host to another node, step by step, until one fails: which, on whose
// side, why, and what to do.
#pragma once

#include "exchange_file.hpp"

#include "base/clock.hpp"
#include "base/json.hpp"
#include "exchange/node.hpp"
#include "exchange/registry_keeper.hpp"
#include "http/client.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

enum class Finding { good, wanting, broken };

// One step. `reason` names messages doctor.reason.X and doctor.remedy.X; empty when the step is good.
struct DoctorStep {
    std::string step;    // doctor.step.X
    std::string side;    // doctor.side.X: here, there, between, authority
    Finding finding = Finding::good;
    std::string reason;
    std::string detail;  // what was seen: addresses, digests, versions, faults
    std::string peer;    // the node it is about; empty: this host alone
};

// What the examination stands on: a running exchange.
struct DoctorView {
    const ExchangeFile* file = nullptr;
    exchange::RegistryKeeper* registry = nullptr;
    exchange::Node* node = nullptr;
    http::Client* client = nullptr;
    std::shared_ptr<const http::TlsContext> tls;
    std::vector<std::pair<exchange::ClientId, std::string>> keys;  // of each member: the message key in use
    std::map<std::string, std::string> connectors_off;             // services that answer nothing, and why
    std::multimap<exchange::ClientId, std::string> caught;         // members whose journal was rolled back or forked: evidence
    Instant now;
};

// `peer`: INSTANCE/CLASS/MEMBER/NODE, or empty for every other node of the registry. Waits for the network.
std::vector<DoctorStep> examine(const DoctorView& view, std::string_view peer);

json::Value doctor_json(const std::vector<DoctorStep>& steps);
std::vector<DoctorStep> doctor_steps(const json::Value& value);

struct DoctorArgs {
    std::filesystem::path data;
    std::string peer;
    std::string language;
    bool json = false;
};
int doctor(const DoctorArgs& args);  // 0 the way works, 1 a step is broken, 2 nothing could be examined

}  // namespace wasl::app
