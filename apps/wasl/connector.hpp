// A plain connector: a registry that will never install a node, behind a service of ours. It answers the same
// questions as a register of ours (register/evidence.hpp), from the registry's own JSON.
//
//   connector.toml
//     base = "https://registre.example.ma/api"   # what is asked for is put behind it
//     name = "Registre du commerce"              # named as the source
//     ca = "ca.pem"                              # none: the system's roots
//     [oauth2]      token, client, secret (a file of mode 0600), scope     (RFC 6749, section 4.4)
//     [certificate] certificate, key                                        (mutual TLS; or both)
//     [tries]       seconds = 10, times = 3, failures = 5, rest_seconds = 30
//     [[evidence]]
//     type = "trade-register"
//     subject = "ice"                            # kind of identifier it can be asked by
//     path = "/companies/{subject}"              # the number goes in, percent-encoded
//     absent = [404]                             # statuses that say: holds nothing
//     holds = 'answer.status = "active"'         # FEEL over `answer` and `subject`; left out: a 200 is a yes. What is not
//                                                # in the answer, or null, is 503: get value(answer, "status") asks whether
//     [evidence.facts]
//     name = "answer.legalName"                  # FEEL; null: left out
#pragma once

#include "exchange/services.hpp"
#include "exchange/upstream.hpp"

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "feel/expression.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::app {

struct ConnectorEvidence {
    std::string type, subject, path;
    std::vector<std::int64_t> absent;
    std::optional<feel::Expression> holds;
    std::vector<std::pair<std::string, feel::Expression>> facts;
};

struct ConnectorFile {
    std::string base, name;
    std::filesystem::path ca, certificate, key;
    std::string token_url, client, scope;
    std::filesystem::path secret;
    std::int64_t seconds = 10, times = 3, failures = 5, rest_seconds = 30;
    std::vector<ConnectorEvidence> evidence;
};

inline constexpr std::string_view connector_file_name = "connector.toml";

// Keys "connector.missing", "connector.malformed" (detail "connector.toml:LINE: why"). Relative paths begin in the
// file's folder.
Result<ConnectorFile> parse_connector(std::string_view text, std::string_view file_name, const std::filesystem::path& folder);
Result<ConnectorFile> read_connector(const std::filesystem::path& file);

// One answer of the registry, read by the rules of `evidence`. Errors: "connector.status" (neither 200 nor absent),
// "connector.answer" (no JSON), "connector.mapping" (a rule found nothing it can use: never a guess).
struct ConnectorReading {
    bool holds = false;
    json::Object facts;
};
Result<ConnectorReading> read_answer(const ConnectorEvidence& evidence, std::string_view subject, const exchange::UpstreamAnswer& answer);

// The service at a node; what it is asked is read as a register reads it, and refused alike. Failures of the registry
// are 503 with the key; `client` and `clock` outlive it.
Result<exchange::LocalService> connector_service(const ConnectorFile& file, http::Client& client, const Zone& zone, const Clock& clock);

// What the file names beside itself can be used: certificates, keys, the secret. Keys "http.client.tls", "connector.secret";
// the detail names the file.
Result<void> check_connector_files(const ConnectorFile& file);

// In the place of one that can not work: 503 with that key for whoever asks. What else it has to say is the operator's.
exchange::LocalService connector_off(std::string key);

// OpenAPI 3.1 of what the connector answers.
std::string connector_openapi(const ConnectorFile& file);

}  // namespace wasl::app
