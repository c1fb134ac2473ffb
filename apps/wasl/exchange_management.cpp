#include "exchange_management.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::app {

using exchange::AgreementSide;
using exchange::ClientId;
using exchange::ManagedKind;
using exchange::ManagedRow;

namespace {

// "/exchange/v1/services" is about services.
Result<ManagedKind> kind_in(const http::Request& request) {
    const std::string_view last = std::string_view(request.path()).substr(request.path().rfind('/') + 1);
    const auto kind = exchange::parse_managed_kind(last.substr(0, last.size() - 1));
    if (!kind) return fail(Code::not_found, "exchange.managed-missing", std::string(last));
    return *kind;
}

Result<std::optional<std::int64_t>> expected_version(const http::Request& request) {
    auto text = std::string(request.header("If-Match"));
    std::erase(text, '"');
    if (text.empty() || text == "*") return std::nullopt;
    const auto version = to_integer(text);
    if (!version || *version < 0) return fail(Code::invalid, "exchange.managed-malformed", "If-Match: the version as a number");
    return version;
}

http::Response problem(const Error& error) {
    auto out = http::Response::json(problem_body(error), http_status(error.code));
    out.set("Content-Type", "application/problem+json");
    if (error.code == Code::unauthenticated) out.set("WWW-Authenticate", "Bearer");
    return out;
}

json::Value endpoint_json(const exchange::Endpoint& one) { return json::Object{{"method", one.method}, {"path", one.path.text()}}; }

json::Object right_json(const exchange::AccessRight& right) {
    json::Object out{{"id", right.id}};
    if (const auto* client = std::get_if<ClientId>(&right.subject)) {
        out.set("subject", client->text());
    } else {
        const auto& group = std::get<exchange::GroupId>(right.subject);
        out.set(group.owner ? "local_group" : "group", group.code);
    }
    out.set("service", right.service.text());
    out.set("method", right.endpoint.method);
    out.set("path", right.endpoint.path.text());
    out.set("purpose", right.purpose);
    out.set("legal_basis", right.legal_basis);
    out.set("valid_from", right.valid_from.iso());
    out.set("valid_to", right.valid_to.iso());
    return out;
}

json::Object agreement_json(const AgreementState& state) {
    return {{"id", state.agreement.agreement.id}, {"agreement", json::parse(state.agreement.text).value_or(json::Value())},
            {"consumer_signed", state.consumer_signed}, {"provider_signed", state.provider_signed},
            {"applied", state.applied}, {"reason", state.why}, {"jws", exchange::write_signed_agreement(state.agreement)}};
}

}  // namespace

std::string problem_body(const Error& error) {
    return json::write(json::Object{{"type", error.key}, {"status", http_status(error.code)}, {"detail", error.detail}});
}

Result<ExchangeManagement::Caller> ExchangeManagement::caller(const http::Request& request, const std::vector<OperatorRole>& roles) const {
    const auto given = request.header("Authorization");
    constexpr std::string_view scheme = "Bearer ";
    if (!given.starts_with(scheme)) return fail(Code::unauthenticated, "exchange.management-token", "Authorization: Bearer TOKEN");
    const auto digest = sha256(given.substr(scheme.size()));
    const auto file = options_.file();
    const auto found = std::ranges::find_if(file->operators, [&](const ExchangeOperator& one) { return equals_in_constant_time(one.token.view(), digest.view()); });
    if (found == file->operators.end()) return fail(Code::unauthenticated, "exchange.management-token", "an unknown token");
    for (const auto role : roles) {
        if (std::ranges::find(found->roles, role) != found->roles.end()) return Caller{found->name, std::string(to_string(role))};
    }
    return fail(Code::forbidden, "exchange.management-role", fmt::format("{} has no role {}", found->name, to_string(roles.front())));
}

http::Handler ExchangeManagement::handler(std::vector<OperatorRole> roles, Work work) {
    return [this, roles = std::move(roles), work](http::Request& request) -> http::Reply {
        const auto who = caller(request, roles);
        if (!who) return problem(who.error());
        const auto done = (this->*work)(*who, request);
        if (!done) return problem(done.error());
        auto out = http::Response::json(json::write(*done));
        out.set("Cache-Control", "no-store");
        return out;
    };
}

void ExchangeManagement::add_routes(http::Router& router) {
    using enum OperatorRole;
    const std::vector<OperatorRole> any{read, services, rights};
    router.get("/exchange/v1/openapi.json", [](http::Request&) -> http::Reply { return http::Response::json(management_openapi()); });
    for (const auto* kind : {"subsystems", "services", "rights", "agreements"}) {
        const auto path = fmt::format("/exchange/v1/{}", kind);
        const bool of_rights = path.ends_with("rights") || path.ends_with("agreements");
        const std::vector<OperatorRole> role{of_rights ? rights : services};
        router.get(path, handler(any, &ExchangeManagement::list));
        router.on(http::Method::del, path, handler(role, &ExchangeManagement::take_away));
        if (path.ends_with("agreements")) {
            router.post(path, handler(role, &ExchangeManagement::agree));
        } else {
            router.on(http::Method::put, path, handler(role, &ExchangeManagement::put));
        }
    }
    router.get("/exchange/v1/changes", handler(any, &ExchangeManagement::changes));
}

// --- what stands

std::vector<ManagedRow> ExchangeManagement::rows_of(std::string_view member) const {
    const auto store = options_.journals.find(member);
    const auto reader = store == options_.journals.end() ? Result<std::unique_ptr<store::Reader>>(fail(Code::not_found, "exchange.member-missing", std::string(member)))
                                                         : store->second->read();
    auto rows = reader ? exchange::managed_rows(**reader) : Result<std::vector<ManagedRow>>(std::unexpected(reader.error()));
    if (rows) return std::move(*rows);
    log::error("exchange.management", {{"member", std::string(member)}, {"key", rows.error().key}, {"detail", rows.error().detail}});
    return {};
}

AgreementState ExchangeManagement::state_of(std::string_view member, exchange::SignedAgreement agreement) const {
    AgreementState out;
    out.agreement = std::move(agreement);
    const auto snapshot = options_.snapshot();
    const auto signed_by = [&](AgreementSide side) {
        return snapshot != nullptr && exchange::check_agreement_side(out.agreement, side, *snapshot, options_.clock->now()).has_value();
    };
    out.consumer_signed = signed_by(AgreementSide::consumer);
    out.provider_signed = signed_by(AgreementSide::provider);
    const auto checked = snapshot == nullptr ? Result<void>(fail(Code::unavailable, "exchange.registry-missing", "no snapshot yet"))
                                             : exchange::check_agreement(out.agreement, *snapshot, options_.clock->now());
    const auto registered = options_.registered.find(member);
    const bool provider = registered != options_.registered.end() && exchange::member_of(out.agreement.agreement, AgreementSide::provider) == registered->second;
    out.applied = checked.has_value() && provider;
    if (!checked) out.why = checked.error().key + " " + checked.error().detail;
    return out;
}

Result<std::vector<AgreementState>> ExchangeManagement::agreements(std::string_view member) const {
    std::vector<AgreementState> out;
    for (const auto& row : rows_of(member)) {
        if (row.kind != ManagedKind::agreement) continue;
        out.push_back(state_of(member, TRY(exchange::parse_signed_agreement(row.body["jws"].text_or("")))));
    }
    return out;
}

Result<std::vector<exchange::AccessRight>> ExchangeManagement::rights(std::string_view member) const {
    std::vector<exchange::AccessRight> out;
    const auto registered = options_.registered.find(member);
    if (registered == options_.registered.end()) return out;
    const auto file = options_.file();
    for (const auto& right : file->rights) {
        if (right.service.provider.member() == registered->second) out.push_back(right);
    }
    for (const auto& row : rows_of(member)) {
        if (row.kind == ManagedKind::right) out.push_back(TRY(exchange::right_of(row.body, *options_.zone)));
    }
    for (const auto& one : TRY(agreements(member))) {
        if (one.applied) out.push_back(exchange::right_of(one.agreement.agreement, *options_.zone));
    }
    return out;
}

void ExchangeManagement::merge(exchange::NodeConfiguration& into) const {
    std::vector<exchange::AccessRight> all;
    for (const auto& [member, journal] : options_.journals) {
        for (const auto& row : rows_of(member)) {
            if (row.kind == ManagedKind::subsystem) {
                if (auto one = exchange::subsystem_of(row.body)) into.clients.emplace(one->id, std::move(one->proof));
            } else if (row.kind == ManagedKind::service) {
                auto one = exchange::service_of(row.body);
                if (!one) continue;
                exchange::ServiceConfiguration service;
                service.url = one->url;
                service.timeout = std::chrono::seconds(one->timeout_seconds);
                service.verify_tls = one->verify_tls;
                if (!one->notice.empty()) service.disabled_notice = one->notice;
                service.endpoints = std::move(one->endpoints);
                into.services.emplace(one->id, std::move(service));
            }
        }
        const auto own = rights(member);
        if (own) all.insert(all.end(), own->begin(), own->end());
        if (!own) log::error("exchange.management", {{"member", member}, {"key", own.error().key}, {"detail", own.error().detail}});
    }
    into.rights = exchange::AccessRights(std::move(all));
    for (const auto& subsystem : options_.file()->subsystems) {
        exchange::ServiceConfiguration proposed;
        proposed.local = proposals();
        proposed.open = true;
        into.services.emplace(exchange::ServiceId{subsystem.id, std::string(agreements_service)}, std::move(proposed));
    }
}

// --- what the interface answers

json::Array ExchangeManagement::listed_in_file(ManagedKind kind) const {
    json::Array out;
    const auto add = [&out](json::Object body) {
        const auto id = *body.find("id");
        out.emplace_back(json::Object{{"id", id}, {"source", "file"}, {"body", std::move(body)}});
    };
    const auto file = options_.file();
    if (kind == ManagedKind::right) {
        for (const auto& one : file->rights) add(right_json(one));
    } else if (kind == ManagedKind::service) {
        for (const auto& one : file->services) {
            json::Array endpoints;
            for (const auto& endpoint : one.endpoints) endpoints.push_back(endpoint_json(endpoint));
            add({{"id", one.id.text()}, {"url", one.url}, {"disabled", one.notice}, {"endpoints", std::move(endpoints)}});
        }
    } else if (kind == ManagedKind::subsystem) {
        for (const auto& one : file->subsystems) {
            json::Array certificates;
            for (const auto& hex : one.certificates) certificates.emplace_back(hex);
            const auto* proof = one.proof == exchange::ClientProof::certificate ? "certificate" : one.proof == exchange::ClientProof::tls ? "tls" : "plain";
            add({{"id", one.id.text()}, {"clients", proof}, {"certificates", std::move(certificates)}});
        }
    }
    return out;
}

Result<json::Value> ExchangeManagement::list(const Caller&, const http::Request& request) {
    const auto kind = TRY(kind_in(request));
    auto out = listed_in_file(kind);
    for (const auto& [member, journal] : options_.journals) {
        for (const auto& row : rows_of(member)) {
            if (row.kind != kind) continue;
            json::Object one{{"id", row.id}, {"source", "managed"}, {"member", member}, {"version", row.version}};
            one.set("body", kind == ManagedKind::agreement ? json::Value(agreement_json(state_of(member, TRY(exchange::parse_signed_agreement(row.body["jws"].text_or(""))))))
                                                           : row.body);
            out.emplace_back(std::move(one));
        }
    }
    return json::Object{{"items", std::move(out)}};
}

Result<json::Value> ExchangeManagement::changes(const Caller&, const http::Request& request) {
    constexpr std::int64_t most = 500;
    const auto limit = to_integer(request.query("limit", "50"));
    if (!limit || *limit < 1 || *limit > most) return fail(Code::invalid, "exchange.managed-malformed", "limit: 1 to 500");
    json::Array out;
    for (const auto& [member, journal] : options_.journals) {
        const auto reader = TRY(journal->read());
        for (const auto& one : TRY(exchange::managed_changes(*reader, static_cast<std::size_t>(*limit)))) {
            out.emplace_back(json::Object{{"member", member}, {"entry", one.entry}, {"at", one.at.iso()}, {"by", one.by.operator_name}, {"role", one.by.role},
                                          {"kind", exchange::to_string(one.kind)}, {"id", one.id}, {"before", one.before}, {"after", one.after}});
        }
    }
    return json::Object{{"items", std::move(out)}};
}

// --- what changes

Result<std::string> ExchangeManagement::member_for(const ClientId& id) const {
    for (const auto& [member, registered] : options_.registered) {
        if (registered == id.member()) return member;
    }
    return fail(Code::unprocessable, "exchange.managed-elsewhere", id.text() + " is of no member of this host");
}

bool ExchangeManagement::in_file(ManagedKind kind, std::string_view id) const {
    const auto listed = listed_in_file(kind);
    return std::ranges::any_of(listed, [id](const json::Value& one) { return one["id"].text_or("") == id; });
}

bool ExchangeManagement::has_subsystem(const ClientId& id) const {
    if (in_file(ManagedKind::subsystem, id.text())) return true;
    const auto member = member_for(id);
    return member && std::ranges::any_of(rows_of(*member), [&](const ManagedRow& row) { return row.kind == ManagedKind::subsystem && row.id == id.text(); });
}

bool ExchangeManagement::has_service(const exchange::ServiceId& id) const {
    if (in_file(ManagedKind::service, id.text())) return true;
    const auto member = member_for(id.provider);
    return member && std::ranges::any_of(rows_of(*member), [&](const ManagedRow& row) { return row.kind == ManagedKind::service && row.id == id.text(); });
}

Result<std::string> ExchangeManagement::place_of(ManagedKind kind, const json::Value& body) const {
    const auto missing = [](std::string what) { return fail(Code::unprocessable, "exchange.managed-missing", std::move(what)); };
    if (kind == ManagedKind::subsystem) {
        const auto one = TRY(exchange::subsystem_of(body));
        if (one.proof.proof != exchange::ClientProof::plain && !options_.file()->edge_tls) return missing("the edge has no tls: clients can only be \"plain\"");
        return member_for(one.id);
    }
    if (kind == ManagedKind::service) {
        const auto one = TRY(exchange::service_of(body));
        if (!has_subsystem(one.id.provider)) return missing(one.id.provider.text() + " is no subsystem of this host");
        return member_for(one.id.provider);
    }
    const auto right = TRY(exchange::right_of(body, *options_.zone));
    if (!has_service(right.service)) return missing(right.service.text() + " is no service of this host");
    return member_for(right.service.provider);
}

Result<void> ExchangeManagement::write(const Caller& caller, const std::string& member, ManagedKind kind, const std::string& id,
                                       std::optional<std::int64_t> expected, const json::Value& body) {
    TRY(options_.journals.find(member)->second->run([&](store::Transaction& to) {
        return exchange::change_managed(to, kind, id, expected, body, {caller.name, caller.role});
    }));
    log::info("exchange.management", {{"by", caller.name}, {"role", caller.role}, {"kind", exchange::to_string(kind)}, {"id", id}, {"removed", body.is_null()}});
    return options_.configure();
}

Result<json::Value> ExchangeManagement::put(const Caller& caller, const http::Request& request) {
    const auto kind = TRY(kind_in(request));
    const auto body = json::parse(request.body(), {.bytes = 1U << 20U, .depth = 4});
    if (!body) return fail(Code::invalid, "exchange.managed-malformed", body.error().detail);
    const std::string id((*body)["id"].text_or(""));
    const auto member = TRY(place_of(kind, *body));
    if (in_file(kind, id)) return fail(Code::conflict, "exchange.managed-in-file", id + " stands in exchange.toml and is changed there");
    const auto expected = TRY(expected_version(request));
    TRY(write(caller, member, kind, id, expected, *body));
    return json::Object{{"id", id}, {"member", member}};
}

Result<json::Value> ExchangeManagement::take_away(const Caller& caller, const http::Request& request) {
    const auto kind = TRY(kind_in(request));
    const std::string id(request.query("id"));
    if (in_file(kind, id)) return fail(Code::conflict, "exchange.managed-in-file", id + " stands in exchange.toml and is changed there");
    const auto expected = TRY(expected_version(request));
    bool found = false;
    for (const auto& [member, journal] : options_.journals) {
        const bool here = std::ranges::any_of(rows_of(member), [&](const ManagedRow& row) { return row.kind == kind && row.id == id; });
        if (!here) continue;
        TRY(write(caller, member, kind, id, expected, json::Value()));
        found = true;
    }
    if (!found) return fail(Code::not_found, "exchange.managed-missing", id);
    return json::Object{{"id", id}};
}

// Fields make a new agreement, a JWS one that the other side has sent: ours signs what it has not signed yet.
Result<json::Value> ExchangeManagement::agree(const Caller& caller, const http::Request& request) {
    const auto body = json::parse(request.body(), {.bytes = 1U << 20U, .depth = 4});
    if (!body) return fail(Code::invalid, "exchange.managed-malformed", body.error().detail);
    exchange::SignedAgreement agreement;
    if (const auto* jws = (*body)["jws"].string()) {
        agreement = TRY(exchange::parse_signed_agreement(*jws));
        TRY(check_given(agreement));
    } else {
        json::Object text{{"wasl", "exchange-agreement-1"}};
        for (const auto* name : {"id", "client", "service", "method", "path", "purpose", "legal_basis", "valid_from", "valid_until"}) text.set(name, (*body)[name]);
        agreement.agreement = TRY(exchange::parse_agreement(json::write(text)));
        agreement.text = exchange::write_agreement(agreement.agreement);
    }
    const auto expected = TRY(expected_version(request));
    const auto only = (*body)["as"].text_or("");
    std::vector<std::string> ours;
    for (const auto side : {AgreementSide::consumer, AgreementSide::provider}) {
        const auto member = member_for(exchange::member_of(agreement.agreement, side));
        if (!member) continue;
        if (side == AgreementSide::provider && !has_service(agreement.agreement.service)) {
            return fail(Code::unprocessable, "exchange.managed-missing", agreement.agreement.service.text() + " is no service of this host");
        }
        if (std::ranges::find(ours, *member) == ours.end()) ours.push_back(*member);
        if (agreement.by(side) != nullptr || (!only.empty() && only != to_string(side))) continue;
        auto key = TRY(options_.key(*member));
        TRY(exchange::sign_agreement(agreement, side, key.id, key.key, options_.clock->now()));
    }
    const auto& id = agreement.agreement.id;
    if (ours.empty()) return fail(Code::unprocessable, "exchange.managed-elsewhere", "no side of it is a member of this host");
    if (in_file(ManagedKind::right, id)) return fail(Code::conflict, "exchange.managed-in-file", id + " is a right of exchange.toml");
    for (const auto& member : ours) TRY(check_words(member, agreement));
    const json::Value kept = json::Object{{"jws", exchange::write_signed_agreement(agreement)}};
    for (const auto& member : ours) TRY(write(caller, member, ManagedKind::agreement, id, expected, kept));
    const bool wanted = (*body)["send"].bool_or(false);
    const auto sent = wanted ? send(ours.front(), agreement) : Result<void>();
    auto out = agreement_json(state_of(ours.back(), std::move(agreement)));
    if (wanted) out.set("sent", sent.has_value());
    if (!sent) out.set("sending", sent.error().key + " " + sent.error().detail);
    return out;
}

}  // namespace wasl::app
