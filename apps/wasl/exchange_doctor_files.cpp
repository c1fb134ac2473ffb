#include "exchange_doctor_files.hpp"

#include "exchange_node.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "exchange/checkpoint_watch.hpp"
#include "exchange/registry_keys.hpp"
#include "exchange/small_file.hpp"
#include "http/client.hpp"

#include <utility>

namespace wasl::app {

namespace {

DoctorStep broken_here(std::string step, std::string reason, std::string detail) {
    return {std::move(step), "here", Finding::broken, std::move(reason), std::move(detail), {}};
}

// A missing file and one that is no such file are mended alike: the detail names it.
class FileExamination {
public:
    std::vector<DoctorStep> run(const ExchangeFile& file) {
        tls("certificate", file.peer_tls);
        if (file.edge_tls) tls("edge", *file.edge_tls);
        const auto keys = read_file(file.registry_keys);
        const auto known = keys ? exchange::parse_registry_keys(*keys) : Result<exchange::RegistryKeys>(std::unexpected(keys.error()));
        if (!known) needed(file.registry_keys, known.error());
        if (!file.stamp_address.empty()) readable(file.stamp_roots);
        for (const auto& service : file.services) {
            if (!service.openapi.empty()) readable(service.openapi);
            if (service.ca.empty()) continue;
            if (const auto roots = http::load_tls_context({.ca_files = {service.ca.string()}}); !roots) needed(service.ca, roots.error());
        }
        return std::move(steps_);
    }

private:
    void tls(std::string step, const TlsFiles& files) {
        const auto loaded = http::load_tls_context({.certificate_file = files.certificate.string(), .key_file = files.key.string(), .only_tls13 = true});
        if (!loaded) steps_.push_back(broken_here(std::move(step), "tls-files", loaded.error().detail));
    }
    void needed(const std::filesystem::path& file, const Error& error) {
        const auto named = error.detail.contains(file.string()) ? error.detail : file.string() + ": " + error.key + " " + error.detail;
        steps_.push_back(broken_here("configuration", "file-unreadable", named));
    }
    void readable(const std::filesystem::path& file) {
        if (const auto text = read_file(file); !text) needed(file, text.error());
    }

    std::vector<DoctorStep> steps_;
};

}  // namespace

std::vector<DoctorStep> examine_files(const std::filesystem::path& data, const Zone& zone, bool runs) {
    const auto file = read_exchange_file(data, zone);
    if (file) return FileExamination().run(*file);
    return {broken_here("configuration", runs ? "configuration-not-taken" : "configuration-unreadable", file.error().detail)};
}

std::multimap<exchange::ClientId, std::string> journals_caught(const std::filesystem::path& data) {
    std::multimap<exchange::ClientId, std::string> out;
    for (const auto& file : exchange::CheckpointWatch(exchange_watch(data)).evidence()) {
        const auto text = exchange::read_small_file(file);
        const auto pair = text ? json::parse(*text) : Result<json::Value>(std::unexpected(text.error()));
        const auto member = pair ? exchange::parse_client_id((*pair)["member"].text_or("")) : Result<exchange::ClientId>(std::unexpected(pair.error()));
        if (member) out.emplace(*member, file.string());
    }
    return out;
}

}  // namespace wasl::app
