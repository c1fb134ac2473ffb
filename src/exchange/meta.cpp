#include "exchange/meta.hpp"

#include "base/json.hpp"
#include "base/markup.hpp"
#include "base/text.hpp"
#include "exchange/services_call.hpp"
#include "http/path.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

constexpr std::string_view json_type = "application/json";
constexpr std::size_t description_limit = 8U << 20U;

json::Object service_entry(const ServiceId& id, const ServiceConfiguration& service) {
    return {{"object_type", "SERVICE"},
            {"service_type", service.type == ServiceType::openapi ? "OPENAPI" : "REST"},
            {"xroad_instance", id.provider.instance},
            {"member_class", id.provider.member_class},
            {"member_code", id.provider.member_code},
            {"subsystem_code", id.provider.subsystem_code},
            {"service_code", id.service_code}};
}

bool covered(const std::vector<const AccessRight*>& rights, const Endpoint& endpoint) {
    return std::ranges::any_of(rights, [&endpoint](const AccessRight* right) {
        return right->endpoint == endpoint || right->endpoint.matches(endpoint.method, endpoint.path.text());
    });
}

// A right that is narrower than any endpoint that the service declares is an endpoint of its own to who holds it.
void add_narrower(json::Array& endpoints, const std::vector<const AccessRight*>& rights, const ServiceConfiguration& service) {
    for (const AccessRight* right : rights) {
        if (right->endpoint.is_base()) { continue; }
        const bool declared = std::ranges::any_of(service.endpoints, [right](const Endpoint& one) {
            return !one.is_base() && (right->endpoint == one || right->endpoint.matches(one.method, one.path.text()));
        });
        json::Value entry = json::Object{{"method", right->endpoint.method}, {"path", right->endpoint.path.text()}};
        if (!declared && std::ranges::find(endpoints, entry) == endpoints.end()) { endpoints.push_back(std::move(entry)); }
    }
}

// All services of the provider, or what the client may use of them.
LocalAnswer methods(NodeCore& core, const MetaCall& call, bool only_allowed) {
    const std::vector<GroupId> groups = groups_for(*call.running, *call.directory, call.client, call.service.provider);
    json::Array services;
    for (const auto& [id, service] : call.running->configuration.services) {
        if (service.open) { continue; }
        if (id.provider != call.service.provider || service.soap) { continue; }
        const auto rights = call.running->configuration.rights.held(call.client, groups, id, core.now());
        if (only_allowed && rights.empty()) { continue; }
        json::Object entry = service_entry(id, service);
        json::Array endpoints;
        for (const Endpoint& endpoint : service.endpoints) {
            if (endpoint.is_base() || (only_allowed && !covered(rights, endpoint))) { continue; }
            endpoints.emplace_back(json::Object{{"method", endpoint.method}, {"path", endpoint.path.text()}});
        }
        if (only_allowed) { add_narrower(endpoints, rights, service); }
        entry.set("endpoint_list", std::move(endpoints));
        services.emplace_back(std::move(entry));
    }
    return {200, {{"Content-Type", std::string(json_type)}}, json::write(json::Object{{"service", std::move(services)}})};
}

Result<LocalAnswer> described(std::string_view text, std::string_view type, const ServiceId& id) {
    std::string body = TRY(with_server(text, "/r1/" + id.text()));
    const bool is_json = trim(text).starts_with('{');
    return LocalAnswer{200, {{"Content-Type", !type.empty() ? std::string(type) : is_json ? std::string(json_type) : "application/yaml"}}, std::move(body)};
}

void fetch_description(NodeCore& core, const ServiceConfiguration& service, const ServiceId& id, LocalDone done) {
    auto url = parse_http_url(service.openapi_url);
    if (!url) { return done(std::unexpected(url.error())); }
    http::Outgoing out;
    if (url->tls) {
        out.tls = service.tls ? service.tls : core.provider_tls(service.verify_tls);
        if (!out.tls) { return done(fail(Code::internal, "exchange.provider-tls", "TLS to the description is not set up")); }
    }
    out.host = std::move(url->host);
    out.port = url->port;
    out.target = std::move(url->target);
    out.timeouts = {core.options.limits.connect, service.timeout, service.timeout};
    out.limits.body = description_limit;
    core.options.client->send(std::move(out), [id, done = std::move(done)](Result<http::Incoming> incoming) mutable {
        if (!incoming) { return done(fail(Code::unavailable, incoming.error().key, "The description can not be read")); }
        if (incoming->status != 200) { return done(fail(Code::unavailable, "exchange.openapi", "The description can not be read: status " + std::to_string(incoming->status))); }
        done(described(incoming->bytes(), incoming->header("Content-Type"), id));
    });
}

void openapi(NodeCore& core, const MetaCall& call, LocalDone done) {
    const auto query = http::parse_query(call.query.value_or(""));
    std::string code;
    if (query) {
        const auto found = std::ranges::find(*query, "serviceCode", &http::Parameter::name);
        if (found != query->end()) { code = found->value; }
    }
    if (code.empty()) { return done(fail(Code::invalid, "exchange.meta-request", "The parameter serviceCode is missing")); }
    const ServiceId id{call.service.provider, code};
    const auto found = call.running->configuration.services.find(id);
    if (found == call.running->configuration.services.end()) { return done(fail(Code::not_found, "exchange.service-unknown", "Unknown service: " + id.text())); }
    const ServiceConfiguration& service = found->second;
    if (service.type != ServiceType::openapi || (service.openapi.empty() && service.openapi_url.empty())) {
        return done(fail(Code::not_found, "exchange.openapi", "The service has no description: " + id.text()));
    }
    if (!service.openapi.empty()) { return done(described(service.openapi, "", id)); }
    fetch_description(core, service, id, std::move(done));
}

json::Object identifier(const ClientId& member, std::string_view subsystem) {
    json::Object out{{"object_type", subsystem.empty() ? "MEMBER" : "SUBSYSTEM"},
                     {"xroad_instance", member.instance},
                     {"member_class", member.member_class},
                     {"member_code", member.member_code}};
    if (!subsystem.empty()) { out.set("subsystem_code", json::Value(subsystem)); }
    return out;
}

std::string name_of(const Names& names) {
    for (const char* language : {"fr", "ar", "en"}) {
        if (const auto found = names.find(language); found != names.end()) { return found->second; }
    }
    return names.empty() ? "" : names.begin()->second;
}

std::string xml_entry(const ClientId& member, std::string_view subsystem, const std::string& name, const std::string& subsystem_name) {
    std::string out = "<xrd:member><xrd:id id:objectType=\"" + std::string(subsystem.empty() ? "MEMBER" : "SUBSYSTEM") + "\">";
    const auto element = [&out](std::string_view tag, std::string_view value) {
        out.append("<").append(tag).append(">").append(escaped(value)).append("</").append(tag).append(">");
    };
    element("id:xRoadInstance", member.instance);
    element("id:memberClass", member.member_class);
    element("id:memberCode", member.member_code);
    if (!subsystem.empty()) { element("id:subsystemCode", subsystem); }
    out += "</xrd:id>";
    element("xrd:name", name);
    if (!subsystem.empty()) { element("xrd:subsystemName", subsystem_name); }
    return out + "</xrd:member>";
}

bool wants_json(std::string_view accept) {
    return std::ranges::any_of(split(accept, ','), [](std::string_view entry) {
        return equals_ignoring_ascii_case(trim(entry.substr(0, entry.find(';'))), json_type);
    });
}

}  // namespace

bool is_metaservice(std::string_view method, std::string_view service_code) noexcept {
    return method == "GET" && (service_code == "listMethods" || service_code == "allowedMethods" || service_code == "getOpenAPI");
}

std::vector<GroupId> groups_for(const Running& running, const Directory& directory, const ClientId& client, const ClientId& provider) {
    std::vector<GroupId> out = directory.groups_of(client);
    const auto own = running.configuration.local_groups.find(provider);
    if (own == running.configuration.local_groups.end()) { return out; }
    for (const auto& [code, clients] : own->second) {
        if (std::ranges::find(clients, client) != clients.end()) { out.push_back({provider, code}); }
    }
    return out;
}

void answer_meta(NodeCore& core, const MetaCall& call, LocalDone done) {
    if (call.service.service_code == "getOpenAPI") { return openapi(core, call, std::move(done)); }
    done(methods(core, call, call.service.service_code == "allowedMethods"));
}

LocalAnswer list_clients(const Directory& directory, std::string_view instance, std::string_view accept) {
    const Snapshot& all = directory.snapshot();
    const bool ours = instance.empty() || instance == all.instance;
    json::Array members;
    std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xrd:clientList xmlns:xrd=\"http://x-road.eu/xsd/xroad.xsd\" "
                      "xmlns:id=\"http://x-road.eu/xsd/identifiers\">";
    for (const RegisteredMember& member : all.members) {
        if (!ours) { break; }
        const std::string name = name_of(member.names);
        members.emplace_back(json::Object{{"id", identifier(member.id, "")}, {"name", name}});
        xml += xml_entry(member.id, "", name, "");
        for (const RegisteredSubsystem& subsystem : member.subsystems) {
            const std::string own_name = name_of(subsystem.names);
            members.emplace_back(json::Object{{"id", identifier(member.id, subsystem.code)}, {"name", name}, {"subsystem_name", own_name}});
            xml += xml_entry(member.id, subsystem.code, name, own_name);
        }
    }
    if (wants_json(accept)) {
        return {200, {{"Content-Type", "application/json;charset=utf-8"}}, json::write(json::Object{{"member", std::move(members)}})};
    }
    return {200, {{"Content-Type", "text/xml;charset=utf-8"}}, xml + "</xrd:clientList>\n"};
}

}  // namespace wasl::exchange
