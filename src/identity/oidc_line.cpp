// The way to the provider over http::Client, for a caller that waits.
#include "http/client.hpp"
#include "identity/oidc_client.hpp"

#include "base/text.hpp"

#include <future>
#include <optional>

namespace wasl::identity {

namespace {

constexpr std::chrono::seconds connect_time{3};
constexpr std::chrono::seconds whole_time{10};
constexpr std::size_t most_reply_bytes = 1U << 20U;

struct Place {
    bool tls = false;
    std::string host;
    std::uint16_t port = 0;
    std::string target;
};

// Only what acceptable_provider_url lets through, with a query.
std::optional<Place> place_of(std::string_view url) {
    Place out;
    out.tls = url.starts_with("https://");
    url.remove_prefix(out.tls ? 8 : 7);
    const auto end = url.find_first_of("/?");
    const auto authority = url.substr(0, end);
    out.target = end == std::string_view::npos ? "/" : std::string(url.substr(end));
    if (out.target.starts_with('?')) out.target.insert(0, "/");
    const auto bracket = authority.find(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    out.host = authority.starts_with('[') && bracket != std::string_view::npos
                   ? authority.substr(1, bracket - 1)
                   : authority.substr(0, colon);
    const auto port = colon == std::string_view::npos
                          ? std::optional<std::int64_t>(out.tls ? 443 : 80)
                          : to_integer(authority.substr(colon + 1));
    if (out.host.empty() || !port || *port < 1 || *port > 65'535) return std::nullopt;
    out.port = static_cast<std::uint16_t>(*port);
    return out;
}

class ClientLine final : public ProviderLine {
public:
    ClientLine(http::Client client, std::shared_ptr<const http::TlsContext> tls)
        : client_(std::move(client)), tls_(std::move(tls)) {}

    Result<LineReply> send(const LineRequest& request) override {
        const auto place = place_of(request.url);
        if (!place)
            return fail(Code::unavailable, "oidc.provider-down", "no address: " + request.url);
        http::Outgoing out;
        out.host = place->host;
        out.port = place->port;
        out.target = place->target;
        out.method = request.method;
        if (place->tls) out.tls = tls_;
        for (const auto& [name, value] : request.headers) out.headers.push_back({name, value});
        out.body = request.body;
        out.timeouts.connect = connect_time;
        out.timeouts.whole = whole_time;
        out.limits.body = most_reply_bytes;
        // Shared: the loop may still be inside set_value when the waiting thread has gone on.
        auto promise = std::make_shared<std::promise<Result<http::Incoming>>>();
        auto waiting = promise->get_future();
        client_.send(std::move(out), [promise](Result<http::Incoming> answer) {
            promise->set_value(std::move(answer));
        });
        const auto answer = waiting.get();
        if (!answer)
            return fail(Code::unavailable, "oidc.provider-down",
                        answer.error().key + ": " + answer.error().detail);
        return LineReply{answer->status, std::string(answer->header("Content-Type")),
                         std::string(answer->bytes())};
    }

private:
    http::Client client_;
    std::shared_ptr<const http::TlsContext> tls_;
};

}  // namespace

Result<std::unique_ptr<ProviderLine>> provider_line(const std::string& ca_file) {
    http::TlsSettings settings;
    if (ca_file.empty()) {
        settings.system_ca = true;
    } else {
        settings.ca_files.push_back(ca_file);
    }
    auto tls = TRY(http::load_tls_context(settings));
    auto client = TRY(http::Client::create({.threads = 1, .connections = 8, .waiting = 200}));
    return std::make_unique<ClientLine>(std::move(client), std::move(tls));
}

}  // namespace wasl::identity
