#include "exchange/fault.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

struct Names {
    FaultKind kind;
    std::string_view documented;
    std::string_view newer;
};

constexpr Names names[] = {
    {FaultKind::bad_request, "BadRequest", "bad_request"},
    {FaultKind::ssl_authentication_failed, "SslAuthenticationFailed", "ssl_authentication_failed"},
    {FaultKind::unknown_member, "UnknownMember", "unknown_member"},
    {FaultKind::unknown_service, "UnknownService", "unknown_service"},
    {FaultKind::access_denied, "AccessDenied", "access_denied"},
    {FaultKind::service_disabled, "ServiceDisabled", "service_disabled"},
    {FaultKind::service_missing_url, "ServiceMissingUrl", "service_missing_url"},
    {FaultKind::service_malformed_url, "ServiceMalformedUrl", "service_malformed_url"},
    {FaultKind::service_failed, "ServiceFailed", "service_failed"},
    {FaultKind::network_error, "NetworkError", "network_error"},
    {FaultKind::service_type, "ServiceType", "service_type"},
    {FaultKind::invalid_request, "InvalidRequest", "invalid_request"},
    {FaultKind::invalid_signature_value, "InvalidSignatureValue", "invalid_signature_value"},
    {FaultKind::missing_signature, "MissingSignature", "missing_signature"},
    {FaultKind::inconsistent_response, "InconsistentResponse", "inconsistent_response"},
    {FaultKind::invalid_security_server, "InvalidSecurityServer", "invalid_security_server"},
    {FaultKind::outdated_global_conf, "OutdatedGlobalConf", "global_conf_outdated"},  // words swapped there
    {FaultKind::logging_failed, "LoggingFailed", "logging_failed"},
    {FaultKind::timestamping_failed, "TimestampingFailed", "timestamping_failed"},
    {FaultKind::database_error, "DatabaseError", "database_error"},
    {FaultKind::internal_error, "InternalError", "internal_error"},
    {FaultKind::io_error, "IOError", "io_error"},
    {FaultKind::maintenance_mode, "MaintenanceMode", "maintenance_mode"},
};

std::string_view side_name(FaultSide side, FaultSpelling spelling) {
    if (spelling == FaultSpelling::documented) {
        return side == FaultSide::client ? "Client." : side == FaultSide::client_proxy ? "Server.ClientProxy." : "Server.ServerProxy.";
    }
    return side == FaultSide::server_proxy ? "server.serverproxy." : "server.clientproxy.";
}

std::string folded(std::string_view type) { return replace_all(to_lower_ascii(type), "_", ""); }

// The XML type asked for; empty for JSON.
std::string_view xml_wanted(std::string_view accept) {
    for (const std::string_view entry : split(accept, ',')) {
        const std::string range = to_lower_ascii(trim(entry.substr(0, entry.find(';'))));
        if (range == "text/xml" || range == "text/*") { return "text/xml"; }
        if (range == "application/xml") { return "application/xml"; }
    }
    return {};
}

// Text of an element: characters that XML 1.0 does not have become U+FFFD.
std::string xml_text(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        const bool allowed = c == U'\t' || c == U'\n' || c == U'\r' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
        switch (c) {
            case U'<': out += "&lt;"; break;
            case U'>': out += "&gt;"; break;
            case U'&': out += "&amp;"; break;
            case U'\r': out += "&#13;"; break;
            default: append_utf8(out, allowed ? c : U'\uFFFD');
        }
    }
    return out;
}

std::string json_text(std::string_view text) {
    std::string plain;  // JSON is UTF-8: what is not becomes U+FFFD
    for (std::size_t at = 0; at < text.size();) { append_utf8(plain, next_code_point(text, at)); }
    return plain;
}

}  // namespace

std::string fault_type(FaultSide side, FaultKind kind, FaultSpelling spelling) {
    const auto* found = std::ranges::find(names, kind, &Names::kind);
    return std::string(side_name(side, spelling)) + std::string(spelling == FaultSpelling::documented ? found->documented : found->newer);
}

int fault_status(std::string_view type) noexcept {
    return equals_ignoring_ascii_case(type.substr(0, 7), "server.") ? 500 : 400;
}

bool same_fault_type(std::string_view a, std::string_view b) {
    const std::string one = folded(a);
    const std::string two = folded(b);
    const auto swapped = [](const std::string& type) { return replace_all(type, "globalconfoutdated", "outdatedglobalconf"); };
    return swapped(one) == swapped(two);
}

FaultResponse render_fault(const Fault& fault, std::string_view accept, FaultSpelling spelling) {
    FaultResponse out;
    out.error_header = fault_type(fault.side, fault.kind, spelling);
    out.status = fault_status(out.error_header);
    if (const std::string_view xml = xml_wanted(accept); !xml.empty()) {
        out.content_type = std::string(xml) + ";charset=utf-8";
        out.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error><type>" + out.error_header + "</type><message>" + xml_text(fault.message) +
                   "</message><detail>" + xml_text(fault.detail) + "</detail></error>";
    } else {
        out.content_type = "application/json;charset=utf-8";
        out.body = json::write(json::Object{{"type", out.error_header}, {"message", json_text(fault.message)}, {"detail", json_text(fault.detail)}});
    }
    return out;
}

}  // namespace wasl::exchange
