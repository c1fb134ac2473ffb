#include "exchange/head.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wasl::exchange {

namespace {

constexpr std::size_t word_limit = 1024;

constexpr std::array<std::string_view, 13> connection_fields = {
    "transfer-encoding", "keep-alive", "proxy-authenticate", "proxy-authorization", "te",     "trailer", "upgrade",
    "connection",        "user-agent", "host",               "content-length",      "server", "expect"};
constexpr std::array<std::string_view, 2> ours_in_requests = {"x-road-request-id", "x-road-request-hash"};
constexpr std::array<std::string_view, 5> ours_in_responses = {"x-road-id", "x-road-client", "x-road-service", "x-road-request-id",
                                                               "x-road-request-hash"};

// Names that the sender calls its connection's own (RFC 9110 section 7.6.1).
std::vector<std::string> named_by_connection(const std::vector<HeaderLine>& headers) {
    std::vector<std::string> out;
    std::string value;
    if (!append_field(value, headers, "connection")) { return out; }
    for (const std::string_view name : split(value, ',')) {
        std::string lower = to_lower_ascii(trim(name));
        const bool kept = lower.starts_with("x-road-") || lower == "information-mediator-client" || lower == "content-type";
        if (!lower.empty() && !kept) { out.push_back(std::move(lower)); }
    }
    return out;
}

bool among(const auto& list, std::string_view name) {
    return std::ranges::any_of(list, [name](std::string_view one) { return equals_ignoring_ascii_case(one, name); });
}

std::vector<HeaderLine> pass(std::vector<HeaderLine>&& headers, const auto& ours) {
    const std::vector<std::string> named = named_by_connection(headers);
    std::erase_if(headers, [&](const HeaderLine& line) { return among(connection_fields, line.name) || among(ours, line.name) || among(named, line.name); });
    return std::move(headers);
}

// The last header of that name.
Result<std::optional<std::string>> word(const std::vector<HeaderLine>& headers, std::string_view name) {
    std::optional<std::string> out;
    for (const HeaderLine& line : headers) {
        if (equals_ignoring_ascii_case(line.name, name)) { out = std::string(trim(line.value)); }
    }
    const bool plain = !out || (out->size() <= word_limit && is_utf8(*out) &&
                                std::ranges::none_of(*out, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }));
    return plain ? Result<std::optional<std::string>>(std::move(out)) : fail(Code::invalid, "exchange.header-malformed", std::string(name));
}

std::string head_of(std::string_view first, std::string_view second, const std::vector<HeaderLine>& headers) {
    std::size_t size = first.size() + second.size() + 4;
    for (const HeaderLine& line : headers) { size += line.name.size() + line.value.size() + 3; }
    std::string out;
    out.reserve(size);
    out.append(first).append("\r\n").append(second).append("\r\n");
    for (const HeaderLine& line : headers) { out.append(line.name).append(":").append(line.value).append("\r\n"); }
    return out;
}

std::array<HeaderLine, 5> lines_of(const Answered& answered) {
    return {{{"x-road-id", answered.id},
             {"x-road-client", answered.client.text()},
             {"x-road-service", answered.service.text()},
             {"x-road-request-id", answered.request_id},
             {"x-road-request-hash", answered.request_hash}}};
}

}  // namespace

bool is_protocol_method(std::string_view method) noexcept {
    static constexpr std::string_view all[] = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"};
    return std::ranges::find(all, method) != std::end(all);
}

std::vector<HeaderLine> pass_request_headers(std::vector<HeaderLine> received) { return pass(std::move(received), ours_in_requests); }

std::vector<HeaderLine> pass_response_headers(std::vector<HeaderLine> received) {
    std::vector<HeaderLine> out = pass(std::move(received), ours_in_responses);
    bool dated = false;
    std::erase_if(out, [&dated](const HeaderLine& line) {
        if (!equals_ignoring_ascii_case(line.name, "date")) { return false; }
        return std::exchange(dated, true);
    });
    return out;
}

bool of_one_connection(std::string_view name) noexcept {
    return among(connection_fields, name);
}

Result<RequestWords> read_request_words(const std::vector<HeaderLine>& received) {
    RequestWords out;
    std::optional<std::string> client = TRY(word(received, "x-road-client"));
    const std::optional<std::string> other_name = TRY(word(received, "information-mediator-client"));
    if (!client) { client = other_name; }
    if (!client || client->empty()) { return fail(Code::invalid, "exchange.client-missing"); }
    out.client = TRY(parse_client_id(*client));
    // Two names, two clients: whose rights would count?
    if (other_name && TRY(parse_client_id(*other_name)) != out.client) {
        return fail(Code::invalid, "exchange.header-malformed", "X-Road-Client and Information-Mediator-Client differ");
    }
    out.id = TRY(word(received, "x-road-id"));
    out.user_id = TRY(word(received, "x-road-userid"));
    out.issue = TRY(word(received, "x-road-issue"));
    if (const auto node = TRY(word(received, "x-road-security-server"))) { out.node = TRY(parse_node_id(*node)); }
    if (const auto party = TRY(word(received, "x-road-represented-party"))) { out.represented = TRY(parse_represented_party(*party)); }
    return out;
}

std::string request_head(std::string_view method, std::string_view raw_target, const std::vector<HeaderLine>& headers) {
    return head_of(method, raw_target, headers);
}

std::string response_head(int status, std::string_view reason, const std::vector<HeaderLine>& headers) {
    return head_of(std::to_string(status), reason, headers);
}

std::string request_hash(std::string_view head, std::optional<std::string_view> body_sha512) {
    const std::string of_head = sha512(head);
    return to_base64(body_sha512 ? sha512(of_head + std::string(*body_sha512)) : of_head);
}

void add_answered(std::vector<HeaderLine>& headers, const Answered& answered) {
    for (HeaderLine& line : lines_of(answered)) { headers.push_back(std::move(line)); }
}

Result<void> check_answered(const std::vector<HeaderLine>& headers, const Answered& expected) {
    for (const HeaderLine& line : lines_of(expected)) {
        std::string found;
        const auto lines = std::ranges::count_if(headers, [&line](const HeaderLine& one) { return equals_ignoring_ascii_case(one.name, line.name); });
        if (lines != 1 || !append_field(found, headers, line.name) || found != line.value) { return fail(Code::unprocessable, "exchange.answer-inconsistent", line.name); }
    }
    return {};
}

}  // namespace wasl::exchange
