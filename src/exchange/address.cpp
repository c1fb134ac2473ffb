#include "exchange/address.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace wasl::exchange {

namespace {

constexpr std::size_t target_limit = 8 * 1024;
constexpr std::size_t code_limit = 255;

std::unexpected<Error> bad_address(std::string detail) {
    return fail(Code::invalid, "exchange.address-malformed", std::move(detail));
}
std::unexpected<Error> bad_identifier(std::string detail) {
    return fail(Code::invalid, "exchange.identifier-malformed", std::move(detail));
}
std::unexpected<Error> ambiguous(std::string detail) {
    return fail(Code::invalid, "exchange.path-ambiguous", std::move(detail));
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }

// RFC 3986: unreserved, sub-delims, ':' and '@'.
bool is_path_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("-._~!$&'()*+,;=:@").contains(c);
}

// RFC 3986 §3.4; brackets and a '%' that begins no escape are sent by many clients and are the provider's to read.
bool is_query_char(char c) { return is_path_char(c) || std::string_view("/?[]%").contains(c); }

// Only characters of a path segment (and of `also`), and whole escapes.
bool is_encoded(std::string_view text, std::string_view also) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size() || !is_hex(text[i + 1]) || !is_hex(text[i + 2])) { return false; }
            i += 2;
        } else if (!is_path_char(text[i]) && !also.contains(text[i])) {
            return false;
        }
    }
    return true;
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
}

Result<std::string> parse_code(std::string_view segment) {
    if (!is_encoded(segment, "")) { return bad_identifier("escape or character"); }
    std::string code = TRY(percent_decode(segment));
    if (code.empty() || code.size() > code_limit) { return bad_identifier("1 to 255 bytes"); }
    if (!is_utf8(code) || has_control(code)) { return bad_identifier("not plain text"); }
    if (code == "." || code == "..") { return bad_identifier("dots alone"); }
    return code;
}

Result<std::vector<std::string>> parse_codes(std::string_view text, std::size_t least, std::size_t most) {
    if (text.size() > target_limit) { return bad_identifier("too long"); }
    const auto parts = split(trim(text), '/');
    if (parts.size() < least || parts.size() > most) { return bad_identifier(std::to_string(parts.size()) + " parts"); }
    std::vector<std::string> out;
    for (const std::string_view part : parts) { out.push_back(TRY(parse_code(part))); }
    return out;
}

std::string encoded(std::initializer_list<std::string_view> codes) {
    std::string out;
    for (const std::string_view code : codes) { out += (out.empty() ? "" : "/") + percent_encode(code); }
    return out;
}

}  // namespace

std::string ClientId::text() const {
    std::string out = encoded({instance, member_class, member_code});
    return subsystem_code.empty() ? out : out + "/" + percent_encode(subsystem_code);
}

Result<ClientId> parse_client_id(std::string_view header) {
    auto codes = TRY(parse_codes(header, 3, 4));
    codes.resize(4);
    return ClientId{codes[0], codes[1], codes[2], codes[3]};
}

std::string ServiceId::text() const { return provider.text() + "/" + percent_encode(service_code); }

Result<ServiceId> parse_service_id(std::string_view text) {
    const auto codes = TRY(parse_codes(text, 5, 5));
    return ServiceId{{codes[0], codes[1], codes[2], codes[3]}, codes[4]};
}

std::string NodeId::text() const { return owner.text() + "/" + percent_encode(server_code); }

Result<NodeId> parse_node_id(std::string_view header) {
    const auto codes = TRY(parse_codes(header, 4, 4));
    return NodeId{{codes[0], codes[1], codes[2], {}}, codes[3]};
}

std::string RepresentedParty::text() const {
    return party_class.empty() ? percent_encode(party_code) : encoded({party_class, party_code});
}

Result<RepresentedParty> parse_represented_party(std::string_view header) {
    const auto codes = TRY(parse_codes(header, 1, 2));
    return codes.size() == 1 ? RepresentedParty{{}, codes[0]} : RepresentedParty{codes[0], codes[1]};
}

Result<std::string> decision_path(std::string_view raw_path) {
    if (raw_path.empty()) { return std::string(); }
    if (raw_path.front() != '/' || !is_encoded(raw_path, "/")) { return bad_address("path"); }
    if (raw_path.contains("//")) { return ambiguous("doubled slash"); }
    std::string out;
    for (const std::string_view segment : split(raw_path.substr(1), '/')) {
        const std::string plain = TRY(percent_decode(segment));
        if (plain == "." || plain == "..") { return ambiguous("dot segment"); }
        if (plain.contains('/') || plain.contains('\\')) { return ambiguous("encoded slash or backslash"); }
        if (plain.contains(';')) { return ambiguous("path parameter"); }
        if (!is_utf8(plain) || has_control(plain)) { return ambiguous("not plain text"); }
        for (std::size_t at = plain.find('%'); at != std::string::npos; at = plain.find('%', at + 1)) {
            if (at + 2 < plain.size() && is_hex(plain[at + 1]) && is_hex(plain[at + 2])) { return ambiguous("encoded twice"); }
        }
        out += '/' + plain;
    }
    return out;
}

Result<ServiceAddress> parse_service_address(std::string_view raw_target) {
    if (raw_target.size() > target_limit) { return bad_address("more than 8 KB"); }
    const std::size_t mark = raw_target.find('?');
    const std::string_view path = raw_target.substr(0, mark);
    if (!path.starts_with("/r1/")) { return bad_address("not /r1/"); }
    if (!is_encoded(path, "/")) { return bad_address("escape or character"); }
    std::size_t end = 3;  // of the service code: five segments
    for (int segment = 0; segment < 5; ++segment) {
        if (end == path.size()) { return bad_address("five identifiers are needed"); }
        end = std::min(path.find('/', end + 1), path.size());
    }
    ServiceAddress out;
    out.service = TRY(parse_service_id(path.substr(4, end - 4)));
    out.raw_path = path.substr(end);
    out.path = TRY(decision_path(out.raw_path));
    if (mark != std::string_view::npos) {
        const std::string_view query = raw_target.substr(mark + 1);
        if (!std::ranges::all_of(query, is_query_char)) { return bad_address("a character in the query that has to be encoded"); }
        out.query = query;
    }
    return out;
}

std::string ServiceAddress::target() const {
    return "/r1/" + service.text() + raw_path + (query ? "?" + *query : "");
}

std::string provider_url(std::string_view service_url, const ServiceAddress& address) {
    std::string out(service_url);
    if (!address.raw_path.empty()) {
        if (out.ends_with('/')) { out.pop_back(); }
        out += address.raw_path;
    }
    return address.query ? out + "?" + *address.query : out;
}

}  // namespace wasl::exchange
