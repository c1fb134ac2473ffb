#include "connector.hpp"

#include "toml_table.hpp"
#include "tool.hpp"

#include "base/text.hpp"
#include "register/evidence.hpp"
#include "trust/key_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace wasl::app {

namespace {

constexpr std::string_view malformed_key = "connector.malformed";

feel::Scope rule_scope() {
    feel::Scope scope;
    scope.add("answer").add("subject", feel::Type::Kind::string);
    return scope;
}

Result<feel::Expression> rule(const Table& table, std::string_view place, std::string_view text) {
    auto compiled = feel::Expression::compile(text, rule_scope());
    if (!compiled) return table.problem(table.line_of(place), fmt::format("{}: {}", place, compiled.error().detail));
    if (!compiled->unknown_names().empty()) {
        return table.problem(table.line_of(place),
                             fmt::format("{}: \"{}\" is not known: a rule reads answer and subject", place, compiled->unknown_names().front()));
    }
    return compiled;
}

Result<ConnectorEvidence> read_evidence(const Table& table) {
    TRY(table.only({"type", "subject", "path", "absent", "holds", "facts"}));
    ConnectorEvidence out;
    out.type = TRY(table.text("type"));
    out.subject = TRY(table.text("subject"));
    out.path = TRY(table.text("path"));
    if (!out.path.starts_with('/') || out.path.find("{subject}") == std::string::npos) {
        return table.problem("path", "must begin with a slash and hold {subject}");
    }
    if (std::ranges::any_of(out.path, [](char c) { return c <= ' ' || c > '~' || c == '#'; })) {
        return table.problem("path", "must be ASCII without blanks and '#'");
    }
    out.absent = TRY(table.numbers_or("absent", {404}, 400, 499));
    if (table.has("holds")) {
        const auto text = TRY(table.text("holds"));
        out.holds = TRY(rule(table, "holds", text));
    }
    for (auto& [name, text] : TRY(table.words("facts"))) out.facts.emplace_back(name, TRY(rule(table, "facts", text)));
    return out;
}

Result<void> read_login(const Table& root, const std::filesystem::path& folder, ConnectorFile& out) {
    if (root.has("oauth2")) {
        const auto table = TRY(root.table("oauth2"));
        TRY(table.only({"token", "client", "secret", "scope"}));
        out.token_url = TRY(table.text("token"));
        if (!exchange::parse_http_url(out.token_url)) return table.problem("token", "must be an https: address");
        out.client = TRY(table.text("client"));
        out.secret = folder / TRY(table.text("secret"));
        out.scope = TRY(table.text_or("scope", ""));
    }
    if (root.has("certificate")) {
        const auto table = TRY(root.table("certificate"));
        TRY(table.only({"certificate", "key"}));
        out.certificate = folder / TRY(table.text("certificate"));
        out.key = folder / TRY(table.text("key"));
    }
    if (out.token_url.empty() && out.certificate.empty()) {
        return root.problem(root.line(), "say how we prove who we are: [oauth2] or [certificate]");
    }
    return {};
}

bool on_this_machine(const exchange::HttpUrl& url) { return url.host == "127.0.0.1" || url.host == "::1" || url.host == "localhost"; }

// What a stranger on the way could read is refused; this machine talks to itself as it likes.
Result<void> check_addresses(const Table& root, const ConnectorFile& file) {
    for (const auto& address : {file.base, file.token_url}) {
        if (address.empty()) continue;
        const auto url = exchange::parse_http_url(address);
        if (!url) return root.problem("base", "must be an address: https://HOST/PATH");
        if (!url->tls && !on_this_machine(*url)) return root.problem("base", fmt::format("{} is not protected: write https", address));
    }
    return {};
}

Result<std::string> secret_of(const std::filesystem::path& file) {
    auto secret = trust::read_secret(file);
    if (!secret) return fail(secret.error().code, "connector.secret", secret.error().detail);
    return secret;
}

Result<std::shared_ptr<const http::TlsContext>> tls_of(const ConnectorFile& file) {
    http::TlsSettings tls;
    if (!file.ca.empty()) tls.ca_files.push_back(file.ca.string());
    tls.system_ca = file.ca.empty();
    tls.certificate_file = file.certificate.string();
    tls.key_file = file.key.string();
    return http::load_tls_context(tls);
}

// A null of the registry says as little as a name that is not there.
json::Value without_nulls(const json::Value& value) {
    if (const auto* object = value.object()) {
        json::Object out;
        for (const auto& [name, each] : *object) {
            if (!each.is_null()) out.set(name, without_nulls(each));
        }
        return out;
    }
    if (const auto* array = value.array()) {
        json::Array out;
        for (const auto& each : *array) out.push_back(without_nulls(each));
        return out;
    }
    return value;
}

// FEEL goes on with null where it finds nothing, and null = "active" is false there: whatever it remarks on the way means
// that the answer is not of the shape the rule was written for.
Result<bool> holds_by(const feel::Expression& rule, const feel::Bindings& names) {
    feel::Diagnostics remarks;
    const auto value = feel::to_json(rule.evaluate(names, &remarks));
    if (!remarks.empty()) return fail(Code::unavailable, "connector.mapping", "holds: " + remarks.front().detail);
    if (value.boolean() == nullptr) return fail(Code::unavailable, "connector.mapping", "holds: neither true nor false");
    return *value.boolean();
}

std::string problem_json(int status, const Error& error) {
    return json::write(json::Object{{"type", "about:blank"}, {"status", status}, {"code", error.key}, {"detail", error.detail}});
}
exchange::LocalAnswer refusal(const Error& error) {
    const int status = error.code == Code::not_found ? 404 : error.code == Code::unsupported ? 405 : error.code == Code::invalid ? 400 : 503;
    return {status, {{"Content-Type", "application/problem+json"}}, problem_json(status, error)};
}

// One connector at work.
class Connector : public std::enable_shared_from_this<Connector> {
public:
    Connector(ConnectorFile file, std::unique_ptr<exchange::Upstream> upstream, Zone zone, const Clock& clock)
        : file_(std::move(file)), upstream_(std::move(upstream)), zone_(std::move(zone)), clock_(&clock) {}

    void answer(const exchange::LocalCall& call, exchange::LocalDone done) {
        auto asked = reg::question_of(call.method, call.path, call.query.value_or(""));
        if (!asked) return done(refusal(asked.error()));
        const auto* evidence = evidence_for(*asked);
        if (evidence == nullptr) {
            return done(refusal({Code::not_found, "connector.unknown-evidence", asked->type + " of " + asked->subject.substr(0, asked->subject.find(':'))}));
        }
        if (asked->at && *asked->at != zone_.date_at(clock_->now())) {
            return done(refusal({Code::invalid, "connector.today-only", "this registry is asked about today"}));
        }
        std::string path = evidence->path;
        const auto hole = path.find("{subject}");
        path.replace(hole, std::string_view("{subject}").size(), percent_encode(asked->subject.substr(asked->subject.find(':') + 1)));
        upstream_->get(std::move(path), [self = shared_from_this(), evidence, question = std::move(*asked), done = std::move(done)](
                                            Result<exchange::UpstreamAnswer> got) mutable {
            if (!got) return done(refusal(got.error()));
            const auto read = read_answer(*evidence, question.subject, *got);
            if (!read) return done(refusal(read.error()));
            done(self->told(question, *read));
        });
    }

private:
    [[nodiscard]] const ConnectorEvidence* evidence_for(const reg::Question& question) const {
        const auto found = std::ranges::find_if(file_.evidence, [&](const ConnectorEvidence& one) {
            return one.type == question.type && question.subject.starts_with(one.subject + ":");
        });
        return found == file_.evidence.end() ? nullptr : &*found;
    }

    [[nodiscard]] exchange::LocalAnswer told(const reg::Question& question, const ConnectorReading& read) const {
        const bool holds = read.holds && reg::fits(read.facts, question);
        const Instant now = clock_->now();
        json::Object out{{"type", question.type}, {"subject", question.subject},
                         {"as_of", json::Object{{"valid", zone_.date_at(now).iso()}, {"known", now.iso()}}}, {"holds", holds}};
        if (holds && question.data) out.set("facts", read.facts);
        if (holds) out.set("source", json::Object{{"member", file_.name}, {"address", file_.base}});
        return {200, {{"Content-Type", "application/json"}}, json::write(out)};
    }

    ConnectorFile file_;
    std::unique_ptr<exchange::Upstream> upstream_;
    Zone zone_;
    const Clock* clock_;
};

}  // namespace

Result<ConnectorFile> parse_connector(std::string_view text, std::string_view file_name, const std::filesystem::path& folder) {
    const auto tree = toml_text::parse(text);
    if (!tree) return fail(Code::invalid, std::string(malformed_key), fmt::format("{}:{}: {}", file_name, std::max(tree.error().line, 1), tree.error().message));
    const Table root(*tree, file_name, malformed_key);
    TRY(root.only({"base", "name", "ca", "oauth2", "certificate", "tries", "evidence"}));
    ConnectorFile out;
    out.base = TRY(root.text("base"));
    out.name = TRY(root.text("name"));
    if (root.has("ca")) out.ca = folder / TRY(root.text("ca"));
    TRY(read_login(root, folder, out));
    TRY(check_addresses(root, out));
    if (root.has("tries")) {
        const auto table = TRY(root.table("tries"));
        TRY(table.only({"seconds", "times", "failures", "rest_seconds"}));
        out.seconds = TRY(table.number_or("seconds", out.seconds, 1, 60));
        out.times = TRY(table.number_or("times", out.times, 1, 5));
        out.failures = TRY(table.number_or("failures", out.failures, 1, 100));
        out.rest_seconds = TRY(table.number_or("rest_seconds", out.rest_seconds, 1, 3'600));
    }
    std::set<std::pair<std::string, std::string>> seen;
    for (const auto& table : TRY(root.tables("evidence"))) {
        auto one = TRY(read_evidence(table));
        if (!seen.emplace(one.type, one.subject).second) return table.problem("type", fmt::format("{} by {} stands here twice", one.type, one.subject));
        out.evidence.push_back(std::move(one));
    }
    if (out.evidence.empty()) return root.problem(root.line(), "[[evidence]] is missing: it answers nothing");
    return out;
}

Result<ConnectorFile> read_connector(const std::filesystem::path& file) {
    const auto text = read_file(file);
    if (!text) return fail(Code::not_found, "connector.missing", file.string());
    return parse_connector(*text, file.string(), file.parent_path());
}

Result<ConnectorReading> read_answer(const ConnectorEvidence& evidence, std::string_view subject, const exchange::UpstreamAnswer& answer) {
    if (std::ranges::find(evidence.absent, answer.status) != evidence.absent.end()) return ConnectorReading{};
    if (answer.status != 200) return fail(Code::unavailable, "connector.status", std::to_string(answer.status));
    const auto document = json::parse(answer.body);
    if (!document) return fail(Code::unavailable, "connector.answer", document.error().detail);
    feel::Bindings names;
    names.set("answer", feel::from_json(without_nulls(*document))).set("subject", feel::Value(std::string(subject.substr(subject.find(':') + 1))));
    ConnectorReading out{.holds = true, .facts = {}};
    if (evidence.holds) out.holds = TRY(holds_by(*evidence.holds, names));
    if (!out.holds) return out;
    for (const auto& [name, rule] : evidence.facts) {
        auto value = feel::to_json(rule.evaluate(names));
        if (!value.is_null()) out.facts.set(name, std::move(value));
    }
    return out;
}

Result<exchange::LocalService> connector_service(const ConnectorFile& file, http::Client& client, const Zone& zone, const Clock& clock) {
    exchange::UpstreamConfiguration configuration{.url = file.base, .tls = TRY(tls_of(file))};
    if (!file.token_url.empty()) {
        configuration.credentials = exchange::ClientCredentials{
            .token_url = file.token_url, .client = file.client, .secret = TRY(secret_of(file.secret)), .scope = file.scope};
    }
    configuration.timeout = std::chrono::seconds(file.seconds);
    configuration.tries = static_cast<int>(file.times);
    configuration.failures_to_rest = static_cast<int>(file.failures);
    configuration.rest = std::chrono::seconds(file.rest_seconds);
    auto upstream = TRY(exchange::Upstream::create(std::move(configuration), client));
    const auto connector = std::make_shared<Connector>(file, std::move(upstream), zone, clock);
    return exchange::LocalService(
        [connector](const exchange::LocalCall& call, exchange::LocalDone done) { connector->answer(call, std::move(done)); });
}

Result<void> check_connector_files(const ConnectorFile& file) {
    TRY(tls_of(file));
    if (!file.token_url.empty()) TRY(secret_of(file.secret));
    return {};
}

exchange::LocalService connector_off(std::string key) {
    return [key = std::move(key)](const exchange::LocalCall&, exchange::LocalDone done) {
        done(refusal({Code::unavailable, key, "this connector is off"}));
    };
}

std::string connector_openapi(const ConnectorFile& file) {
    std::vector<std::string> types;
    for (const auto& one : file.evidence) {
        if (std::ranges::find(types, one.type) == types.end()) types.push_back(one.type);
    }
    return reg::openapi(file.name, types);
}

}  // namespace wasl::app
