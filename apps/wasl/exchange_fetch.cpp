#include "exchange_fetch.hpp"

#include "tool.hpp"

#include "exchange/services.hpp"

#include <fmt/format.h>

#include <chrono>
#include <future>

namespace wasl::app {

namespace {

constexpr std::string_view file_scheme = "file:";
constexpr std::chrono::milliseconds whole{20'000};

}  // namespace

Result<http::Incoming> ask(http::Client& client, Fetch what) {
    const auto url = TRY(exchange::parse_http_url(what.url));
    http::Outgoing request;
    request.host = url.host;
    request.port = url.port;
    request.method = std::move(what.method);
    request.target = url.target;
    if (url.tls) {
        request.tls = std::move(what.tls);
        request.peers = std::move(what.peers);
    }
    request.headers = std::move(what.headers);
    request.body = std::move(what.body);
    request.timeouts.whole = whole;
    request.limits.body = what.limit;
    auto answered = std::make_shared<std::promise<Result<http::Incoming>>>();
    auto answer = answered->get_future();
    client.send(std::move(request), [answered](Result<http::Incoming> incoming) { answered->set_value(std::move(incoming)); });
    return answer.get();
}

Result<std::string> fetch(http::Client& client, Fetch what) {
    if (what.url.starts_with(file_scheme)) return read_file(what.url.substr(file_scheme.size()));
    const auto url = what.url;
    const auto incoming = TRY(ask(client, std::move(what)));
    if (incoming.status != 200) return fail(Code::unavailable, "exchange.fetch-status", fmt::format("{} from {}", incoming.status, url));
    return std::string(incoming.bytes());
}

}  // namespace wasl::app
