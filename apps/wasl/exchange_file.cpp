#include "exchange_file.hpp"

#include "toml_table.hpp"
#include "tool.hpp"

#include "base/text.hpp"
#include "jurisdiction/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <set>

namespace wasl::app {

namespace {

using exchange::ClientId;
using exchange::ClientProof;

class Reading {
public:
    Reading(const Table& root, std::filesystem::path folder, const Zone& zone) : root_(root), zone_(zone) { out_.folder = std::move(folder); }

    Result<ExchangeFile> read() {
        TRY(root_.only({"instance", "node", "registry", "edge", "peer", "management", "timestamps", "journal", "subsystem", "service", "right", "group", "operator"}));
        out_.instance = TRY(root_.text("instance"));
        auto node = exchange::parse_node_id(TRY(root_.text("node")));
        if (!node || node->owner.instance != out_.instance) return root_.problem("node", "must be INSTANCE/CLASS/MEMBER/NODE of this instance");
        out_.node = std::move(*node);
        TRY(registry());
        TRY(edge());
        TRY(peer());
        TRY(evidence());
        TRY(subsystems());
        TRY(services());
        TRY(groups());
        TRY(rights());
        TRY(operators());
        return std::move(out_);
    }

private:
    [[nodiscard]] std::filesystem::path path(const std::string& text) const { return text.empty() ? std::filesystem::path() : out_.folder / text; }

    static Result<Listen> listen(const Table& table) {
        const auto text = TRY(table.text("listen"));
        const auto colon = text.rfind(':');
        const auto port = colon == std::string::npos ? std::nullopt : to_integer(std::string_view(text).substr(colon + 1));
        if (!port || colon == 0 || *port < 0 || *port > 65'535) return table.problem("listen", "must be ADDRESS:PORT, for example \"127.0.0.1:7080\"");
        std::string address = text.substr(0, colon);
        if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
        return Listen{std::move(address), static_cast<std::uint16_t>(*port)};
    }

    Result<TlsFiles> tls(const Table& table) const {
        const auto files = TRY(table.texts_or_none("tls"));
        if (files.size() != 2) return table.problem("tls", "must be [\"CERTIFICATE.pem\", \"KEY.pem\"]");
        return TlsFiles{path(files[0]), path(files[1])};
    }

    Result<void> registry() {
        const auto table = TRY(root_.table("registry"));
        TRY(table.only({"keys", "mirrors", "refresh_seconds", "warn_hours", "expire_days"}));
        out_.registry_keys = path(TRY(table.text("keys")));
        out_.mirrors = TRY(table.texts_or_none("mirrors"));
        for (const auto& one : out_.mirrors) {
            if (!one.starts_with("http://") && !one.starts_with("https://") && !one.starts_with("file:")) {
                return table.problem("mirrors", fmt::format("\"{}\" begins with none of http://, https://, file:", one));
            }
        }
        out_.refresh_seconds = TRY(table.number_or("refresh_seconds", 60, 1, 86'400));
        out_.warn_hours = TRY(table.number_or("warn_hours", 24, 1, 8'760));
        out_.expire_days = TRY(table.number_or("expire_days", 7, 1, 365));
        return {};
    }

    [[nodiscard]] static bool is_loopback(const Listen& listen) { return listen.address.starts_with("127.") || listen.address == "::1"; }

    Result<void> edge() {
        const auto table = TRY(root_.table("edge"));
        TRY(table.only({"listen", "tls", "errors"}));
        out_.edge = TRY(listen(table));
        if (table.has("tls")) out_.edge_tls = TRY(tls(table));
        if (!out_.edge_tls && !is_loopback(out_.edge)) return table.problem("listen", "an edge beyond loopback needs tls = [\"CERTIFICATE.pem\", \"KEY.pem\"]");
        const auto spelling = TRY(table.text_or("errors", "documented"));
        if (spelling != "documented" && spelling != "newer") return table.problem("errors", "must be \"documented\" or \"newer\"");
        out_.spelling = spelling == "newer" ? exchange::FaultSpelling::newer : exchange::FaultSpelling::documented;
        return {};
    }

    Result<void> peer() {
        const auto table = TRY(root_.table("peer"));
        TRY(table.only({"listen", "tls"}));
        out_.peer = TRY(listen(table));
        out_.peer_tls = TRY(tls(table));
        if (!root_.has("management")) return {};
        const auto management = TRY(root_.table("management"));
        TRY(management.only({"listen"}));
        out_.management = TRY(listen(management));
        if (!is_loopback(*out_.management)) return management.problem("listen", "the operator's door is on loopback only");
        return {};
    }

    Result<void> evidence() {
        if (root_.has("timestamps")) {
            const auto table = TRY(root_.table("timestamps"));
            TRY(table.only({"address", "roots", "every_minutes"}));
            out_.stamp_address = TRY(table.text("address"));
            if (!out_.stamp_address.starts_with("http://") && !out_.stamp_address.starts_with("https://")) {
                return table.problem("address", "must begin with http:// or https://");
            }
            out_.stamp_roots = path(TRY(table.text("roots")));
            out_.stamp_minutes = TRY(table.number_or("every_minutes", 10, 1, 1'440));
        }
        if (root_.has("journal")) {
            const auto table = TRY(root_.table("journal"));
            TRY(table.only({"witness_minutes", "segment_entries", "rows_hours", "rows_most", "keep_days", "keep_years", "keep_bodies", "body_days", "body_kilobytes"}));
            out_.witness_minutes = TRY(table.number_or("witness_minutes", 10, 1, 1'440));
            TRY(segments(table));
            TRY(bodies(table));
        }
        return {};
    }

    Result<void> bodies(const Table& table) {
        constexpr std::int64_t day_seconds = 86'400;
        out_.keep_bodies = TRY(table.flag_or("keep_bodies", false));
        out_.body_days = TRY(table.number_or("body_days", 30, 1, 3'660));
        out_.body_kilobytes = TRY(table.number_or("body_kilobytes", 1'024, 1, 65'536));
        for (const auto* key : {"body_days", "body_kilobytes"}) {
            if (table.has(key) && !out_.keep_bodies) return table.problem(key, "is read with keep_bodies = true only");
        }
        const auto keep = out_.segments.keep_seconds;
        if (out_.keep_bodies && keep != 0 && out_.body_days * day_seconds > keep) return table.problem("body_days", "is longer than the entries are kept");
        return {};
    }

    Result<void> segments(const Table& table) {
        constexpr std::int64_t day_seconds = 86'400, year_days = 366;
        auto& rules = out_.segments;
        rules.entries = static_cast<std::uint64_t>(TRY(table.number_or("segment_entries", 4'096, 1, 1'000'000)));
        if (!trust::is_segment_place(0, rules.entries)) return table.problem("segment_entries", "must be 256, 512, 1024 … or 65536");
        rules.rows_seconds = TRY(table.number_or("rows_hours", 48, 0, 87'600)) * 3'600;
        rules.rows_most = static_cast<std::uint64_t>(TRY(table.number_or("rows_most", 2'000'000, 256, 1'000'000'000)));
        if (table.has("keep_days") && table.has("keep_years")) return table.problem("keep_days", "keep_years says it already");
        const auto days = TRY(table.number_or("keep_days", 0, 1, 36'600)), years = TRY(table.number_or("keep_years", 0, 1, 100));
        rules.keep_seconds = (days + years * year_days) * day_seconds;
        return {};
    }

    Result<ClientId> client(const Table& table, std::string_view key, bool subsystem) const {
        auto id = exchange::parse_client_id(TRY(table.text(key)));
        if (!id || (subsystem && id->subsystem_code.empty())) return table.problem(key, "must be INSTANCE/CLASS/MEMBER/SUBSYSTEM");
        return std::move(*id);
    }

    Result<void> subsystems() {
        for (const auto& table : TRY(root_.tables("subsystem"))) {
            TRY(table.only({"id", "member", "clients", "certificates"}));
            ExchangeSubsystem one{.id = TRY(client(table, "id", true)), .member = TRY(table.text("member")), .line = table.line()};
            if (one.id.instance != out_.instance) return table.problem("id", "a subsystem of another instance");
            const auto proof = TRY(table.text_or("clients", "certificate"));
            if (proof != "certificate" && proof != "tls" && proof != "plain") return table.problem("clients", "must be \"certificate\", \"tls\" or \"plain\"");
            one.proof = proof == "certificate" ? ClientProof::certificate : proof == "tls" ? ClientProof::tls : ClientProof::plain;
            if (one.proof != ClientProof::plain && !out_.edge_tls) return table.problem("clients", "the edge has no tls: clients can only be \"plain\", on loopback");
            for (const auto& digest : TRY(table.texts_or_none("certificates"))) {
                auto hex = to_lower_ascii(replace_all(digest, ":", ""));
                if (hex.size() != 64 || !from_hex(hex)) return table.problem("certificates", "must be SHA-256 digests of certificates in hex");
                one.certificates.push_back(std::move(hex));
            }
            if (std::ranges::find(out_.subsystems, one.id, &ExchangeSubsystem::id) != out_.subsystems.end()) return table.problem("id", "stands twice");
            out_.subsystems.push_back(std::move(one));
        }
        return out_.subsystems.empty() ? Result<void>(root_.problem(1, "no subsystem: add [[subsystem]]")) : Result<void>();
    }

    [[nodiscard]] bool own(const ClientId& id) const { return std::ranges::find(out_.subsystems, id, &ExchangeSubsystem::id) != out_.subsystems.end(); }

    Result<exchange::ServiceId> service_id(const Table& table, std::string_view key) const {
        auto id = exchange::parse_service_id(TRY(table.text(key)));
        if (!id) return table.problem(key, "must be INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE");
        if (!own(id->provider)) return table.problem(key, fmt::format("{} is no [[subsystem]] of this host", id->provider.text()));
        return std::move(*id);
    }

    static Result<exchange::Endpoint> endpoint(const Table& table) {
        const auto method = TRY(table.text_or("method", "*")), path_ = TRY(table.text_or("path", "**"));
        auto out = exchange::make_endpoint(method, path_);
        if (!out) return table.problem(out.error().key == "exchange.method-malformed" ? "method" : "path", "can not be read: " + out.error().detail);
        return std::move(*out);
    }

    Result<void> services() {
        for (const auto& table : TRY(root_.tables("service"))) {
            TRY(table.only({"id", "local", "url", "connector", "timeout_seconds", "verify_tls", "ca", "openapi", "disabled", "endpoint"}));
            ExchangeService one{.id = TRY(service_id(table, "id")), .line = table.line()};
            one.local = TRY(table.text_or("local", ""));
            one.url = TRY(table.text_or("url", ""));
            one.connector = path(TRY(table.text_or("connector", "")));
            const int said = (one.local.empty() ? 0 : 1) + (one.url.empty() ? 0 : 1) + (one.connector.empty() ? 0 : 1);
            if (said != 1) return table.problem(table.line(), "a service has one of url, connector, or local = \"register\"");
            if (!one.local.empty() && one.local != "register") return table.problem("local", "must be \"register\"");
            if (!one.url.empty() && !one.url.starts_with("http://") && !one.url.starts_with("https://")) return table.problem("url", "must begin with http:// or https://");
            one.timeout_seconds = TRY(table.number_or("timeout_seconds", 60, 1, 3'600));
            one.verify_tls = TRY(table.flag_or("verify_tls", true));
            one.ca = path(TRY(table.text_or("ca", "")));
            one.openapi = path(TRY(table.text_or("openapi", "")));
            one.notice = TRY(table.text_or("disabled", ""));
            for (const auto& each : TRY(table.tables("endpoint"))) {
                TRY(each.only({"method", "path"}));
                one.endpoints.push_back(TRY(endpoint(each)));
            }
            if (std::ranges::find(out_.services, one.id, &ExchangeService::id) != out_.services.end()) return table.problem("id", "stands twice");
            out_.services.push_back(std::move(one));
        }
        return {};
    }

    Result<void> groups() {
        for (const auto& table : TRY(root_.tables("group"))) {
            TRY(table.only({"of", "code", "members"}));
            ExchangeGroup one{.id = {TRY(client(table, "of", true)), TRY(table.text("code"))}, .members = {}};
            if (!own(*one.id.owner)) return table.problem("of", "is no [[subsystem]] of this host");
            for (const auto& text : TRY(table.texts_or_none("members"))) {
                auto member = exchange::parse_client_id(text);
                if (!member) return table.problem("members", fmt::format("\"{}\" is no INSTANCE/CLASS/MEMBER[/SUBSYSTEM]", text));
                one.members.push_back(std::move(*member));
            }
            if (std::ranges::find(out_.groups, one.id, &ExchangeGroup::id) != out_.groups.end()) return table.problem("code", "stands twice");
            out_.groups.push_back(std::move(one));
        }
        return {};
    }

    // Exactly one of subject, group, local_group.
    Result<exchange::Subject> subject(const Table& table, const exchange::ServiceId& service) const {
        const int said = (table.has("subject") ? 1 : 0) + (table.has("group") ? 1 : 0) + (table.has("local_group") ? 1 : 0);
        if (said != 1) return table.problem(table.line(), "a right has one of subject, group, local_group");
        if (table.has("subject")) return exchange::Subject(TRY(client(table, "subject", true)));
        if (table.has("group")) return exchange::Subject(exchange::GroupId{std::nullopt, TRY(table.text("group"))});
        exchange::GroupId id{service.provider, TRY(table.text("local_group"))};
        if (std::ranges::find(out_.groups, id, &ExchangeGroup::id) == out_.groups.end()) return table.problem("local_group", "no [[group]] of that code and subsystem");
        return exchange::Subject(std::move(id));
    }

    Result<void> rights() {
        std::set<std::string> ids;
        for (const auto& table : TRY(root_.tables("right"))) {
            TRY(table.only({"id", "subject", "group", "local_group", "service", "method", "path", "purpose", "legal_basis", "valid_from", "valid_until"}));
            const auto service = TRY(service_id(table, "service"));
            if (std::ranges::find(out_.services, service, &ExchangeService::id) == out_.services.end()) return table.problem("service", "no [[service]] of that id");
            const Date from = TRY(table.date("valid_from")), until = TRY(table.date("valid_until"));
            if (until < from) return table.problem("valid_until", "is before valid_from");
            exchange::AccessRight one{.id = TRY(table.text("id")), .subject = TRY(subject(table, service)), .service = service, .endpoint = TRY(endpoint(table)),
                                      .purpose = TRY(table.text("purpose")), .legal_basis = TRY(table.text("legal_basis")),
                                      .valid_from = zone_.start_of_day(from), .valid_to = zone_.start_of_day(until.plus_days(1))};
            if (!ids.insert(one.id).second) return table.problem("id", "stands twice");
            out_.rights.push_back(std::move(one));
        }
        return {};
    }

    Result<void> operators() {
        for (const auto& table : TRY(root_.tables("operator"))) {
            TRY(table.only({"name", "token_sha256", "roles"}));
            ExchangeOperator one{.name = TRY(table.text("name")), .token = {}, .roles = {}};
            const auto digest = from_hex(to_lower_ascii(TRY(table.text("token_sha256"))));
            if (!digest || digest->size() != 32) return table.problem("token_sha256", "must be the SHA-256 of the token in hex");
            one.token = digest_from_bytes(*digest);
            for (const auto& word : TRY(table.texts_or_none("roles"))) {
                const auto role = word == "read" ? std::optional(OperatorRole::read) : word == "services" ? std::optional(OperatorRole::services)
                                  : word == "rights" ? std::optional(OperatorRole::rights) : std::nullopt;
                if (!role) return table.problem("roles", "must be among \"read\", \"services\", \"rights\"");
                one.roles.push_back(*role);
            }
            if (one.roles.empty()) return table.problem(table.line(), "an operator without roles");
            if (std::ranges::find(out_.operators, one.token, &ExchangeOperator::token) != out_.operators.end()) return table.problem("token_sha256", "stands twice");
            out_.operators.push_back(std::move(one));
        }
        if (!out_.operators.empty() && !out_.management) return root_.problem(1, "operators need a [management] door");
        return {};
    }

    Table root_;
    Zone zone_;
    ExchangeFile out_;
};

}  // namespace

std::map<std::string, ClientId> exchanging_members(const ExchangeFile& file, std::string_view only) {
    std::map<std::string, ClientId> out;
    for (const auto& subsystem : file.subsystems) {
        if (only.empty() || subsystem.member == only) out.emplace(subsystem.member, subsystem.id.member());
    }
    return out;
}

std::string needs_restart(const ExchangeFile& started, const ExchangeFile& fresh, const std::map<std::string, ClientId, std::less<>>& registered) {
    const auto same = [](const Listen& a, const Listen& b) { return a.address == b.address && a.port == b.port; };
    if (fresh.instance != started.instance || fresh.node != started.node) return "instance and node";
    const bool doors = same(fresh.edge, started.edge) && same(fresh.peer, started.peer) && fresh.edge_tls.has_value() == started.edge_tls.has_value() &&
                       fresh.management.has_value() == started.management.has_value();
    if (!doors) return "the doors";
    for (const auto& subsystem : fresh.subsystems) {
        const auto known = registered.find(subsystem.member);
        if (known == registered.end() || known->second != subsystem.id.member()) return "a subsystem of a member that had none: " + subsystem.id.text();
    }
    return {};
}

std::string_view to_string(OperatorRole role) noexcept {
    return role == OperatorRole::read ? "read" : role == OperatorRole::services ? "services" : "rights";
}

Result<ExchangeFile> parse_exchange_file(std::string_view text, std::string_view file_name, const std::filesystem::path& folder, const Zone& zone) {
    const auto root = toml_text::parse(text);
    if (!root) return fail(Code::invalid, "exchange.file-malformed", fmt::format("{}:{}: {}", file_name, root.error().line, root.error().message));
    return Reading(Table(*root, file_name, "exchange.file-malformed"), folder, zone).read();
}

Result<ExchangeFile> read_exchange_file(const std::filesystem::path& data, const Zone& zone) {
    const auto file = data / exchange_file_name;
    const auto text = read_file(file);
    if (!text) return fail(Code::not_found, "exchange.file-missing", file.string());
    return parse_exchange_file(*text, file.string(), data, zone);
}

}  // namespace wasl::app
