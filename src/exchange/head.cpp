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

bool contains(const auto& names, std::string_view name) { return std::ranges::find(names, name) != names.end(); }

// Names that the sender calls its connection's own (RFC 9110 section 7.6.1).
std::vector<std::string> named_by_connection(const std::vector<HeaderLine>& headers) {
    std::vector<std::string> out;
    const std::string value = combined_field(headers, "connection").value_or("");
    for (const std::string_view name : split(value, ',')) {
        std::string lower = to_lower_ascii(trim(name));
        const bool kept = lower.starts_with("x-road-") || lower == "information-mediator-client" || lower == "content-type";
        if (!lower.empty() && !kept) { out.push_back(std::move(lower)); }
    }
    return out;
}

std::vector<HeaderLine> pass(const std::vector<HeaderLine>& received, const auto& ours) {
    const std::vector<std::string> named = named_by_connection(received);
    std::vector<HeaderLine> out;
    for (const HeaderLine& line : received) {
        const std::string name = to_lower_ascii(line.name);
        if (!contains(connection_fields, name) && !contains(ours, name) && !contains(named, name)) { out.push_back(line); }
    }
    return out;
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
    std::string out = std::string(first) + "\r\n" + std::string(second) + "\r\n";
    for (const HeaderLine& line : headers) { out += line.name + ":" + line.value + "\r\n"; }
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

std::vector<HeaderLine> pass_request_headers(const std::vector<HeaderLine>& received) { return pass(received, ours_in_requests); }

std::vector<HeaderLine> pass_response_headers(const std::vector<HeaderLine>& received) {
    std::vector<HeaderLine> out = pass(received, ours_in_responses);
    bool dated = false;
    std::erase_if(out, [&dated](const HeaderLine& line) {
        if (!equals_ignoring_ascii_case(line.name, "date")) { return false; }
        return std::exchange(dated, true);
    });
    return out;
}

bool of_one_connection(std::string_view name) noexcept {
    return std::ranges::any_of(connection_fields, [name](std::string_view one) { return equals_ignoring_ascii_case(one, name); });
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
    for (const HeaderLine& line : lines_of(answered)) { headers.push_back(line); }
}

Result<void> check_answered(const std::vector<HeaderLine>& headers, const Answered& expected) {
    for (const HeaderLine& line : lines_of(expected)) {
        const std::vector<std::string> found = field_lines(headers, line.name);
        if (found.size() != 1 || found[0] != line.value) { return fail(Code::unprocessable, "exchange.answer-inconsistent", line.name); }
    }
    return {};
}

}  // namespace wasl::exchange
