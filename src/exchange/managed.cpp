#include "exchange/managed.hpp"

#include "base/text.hpp"
#include "store/inspect.hpp"
#include "trust/segment_keeper.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace wasl::exchange {

namespace {

constexpr std::string_view managed = "managed";
constexpr std::string_view managed_log = "managed_change";
constexpr std::array<std::string_view, 4> managed_kinds{"subsystem", "service", "right", "agreement"};
constexpr std::size_t managed_page = 1'000;

std::unexpected<Error> bad_managed(std::string why) { return fail(Code::invalid, "exchange.managed-malformed", std::move(why)); }

std::string managed_key(ManagedKind kind, std::string_view id) { return std::string(to_string(kind)) + " " + std::string(id); }

std::optional<std::pair<ManagedKind, std::string>> parse_managed_key(std::string_view key) {
    const auto blank = key.find(' ');
    const auto kind = parse_managed_kind(key.substr(0, blank));
    if (!kind || blank == std::string_view::npos) { return std::nullopt; }
    return std::pair{*kind, std::string(key.substr(blank + 1))};
}

Result<ManagedRow> row_of(const store::Document& document) {
    auto named = parse_managed_key(document.key);
    if (!named) { return fail(Code::internal, "exchange.managed-malformed", document.key); }
    return ManagedRow{named->first, std::move(named->second), document.version, TRY(json::parse(document.body))};
}

// --- reading bodies: a word that nobody reads is an error

Result<void> only(const json::Value& body, std::initializer_list<std::string_view> names) {
    if (body.object() == nullptr) { return bad_managed("an object is needed"); }
    for (const auto& [name, value] : *body.object()) {
        if (std::ranges::find(names, name) == names.end()) { return bad_managed("\"" + name + "\" is not known here"); }
    }
    return {};
}

Result<std::string> word(const json::Value& body, std::string_view name) {
    const auto* text = body[name].string();
    if (text == nullptr || trim(*text).empty() || text->size() > 2'000) { return bad_managed(std::string(name) + ": text is needed"); }
    return *text;
}

Result<std::string> word_or(const json::Value& body, std::string_view name, std::string fallback) {
    return body[name].is_null() ? Result<std::string>(std::move(fallback)) : word(body, name);
}

Result<Endpoint> endpoint_of(const json::Value& body) {
    auto out = make_endpoint(TRY(word_or(body, "method", "*")), TRY(word_or(body, "path", "**")));
    return out ? std::move(out) : bad_managed("method or path: " + out.error().detail);
}

Result<Date> day(const json::Value& body, std::string_view name) {
    const auto out = parse_date(body[name].text_or(""));
    return out ? *out : Result<Date>(bad_managed(std::string(name) + ": a day, 2026-11-22"));
}

Result<Subject> subject_of(const json::Value& body, const ServiceId& service) {
    const int said = (body["subject"].is_null() ? 0 : 1) + (body["group"].is_null() ? 0 : 1) + (body["local_group"].is_null() ? 0 : 1);
    if (said != 1) { return bad_managed("one of subject, group, local_group"); }
    if (!body["group"].is_null()) { return Subject(GroupId{std::nullopt, TRY(word(body, "group"))}); }
    if (!body["local_group"].is_null()) { return Subject(GroupId{service.provider, TRY(word(body, "local_group"))}); }
    auto client = parse_client_id(TRY(word(body, "subject")));
    if (!client || client->subsystem_code.empty()) { return bad_managed("subject: INSTANCE/CLASS/MEMBER/SUBSYSTEM"); }
    return Subject(std::move(*client));
}

}  // namespace

std::string_view to_string(ManagedKind kind) noexcept { return managed_kinds[static_cast<std::size_t>(kind)]; }

std::optional<ManagedKind> parse_managed_kind(std::string_view text) noexcept {
    const auto found = std::ranges::find(managed_kinds, text);
    if (found == managed_kinds.end()) { return std::nullopt; }
    return static_cast<ManagedKind>(found - managed_kinds.begin());
}

std::vector<store::CollectionSpec> managed_collections() {
    return {{.name = std::string(managed), .fields = {}, .indexes = {}},
            {.name = std::string(managed_log), .fields = {{"entry", store::FieldType::integer}}, .indexes = {{.name = "by_entry", .fields = {"entry"}}}}};
}

Result<std::vector<ManagedRow>> managed_rows(store::Reader& reader) {
    std::vector<ManagedRow> out;
    store::Query query{.collection = std::string(managed), .limit = managed_page};
    do {
        const auto page = reader.find(query);
        if (!page && page.error().key == "store.unknown-collection") { return out; }  // a journal of before
        if (!page) { return std::unexpected(page.error()); }
        for (const auto& document : page->documents) { out.push_back(TRY(row_of(document))); }
        query.after = page->next;
    } while (!query.after.empty());
    return out;
}

Result<std::optional<ManagedRow>> managed_row(store::Reader& reader, ManagedKind kind, std::string_view id) {
    const auto document = TRY(reader.get(managed, managed_key(kind, id)));
    if (!document) { return std::nullopt; }
    return TRY(row_of(*document));
}

Result<void> change_managed(store::Transaction& to, ManagedKind kind, std::string_view id, std::optional<std::int64_t> expected, const json::Value& body,
                            const ManagedBy& by) {
    const auto key = managed_key(kind, id);
    const auto before = TRY(managed_row(to, kind, id));
    if (!before && body.is_null()) { return fail(Code::not_found, "exchange.managed-missing", key); }
    const std::int64_t seen = expected.value_or(store::Transaction::any_version);
    if (body.is_null()) {
        TRY(to.erase(managed, key, seen));
    } else {
        TRY(to.put(managed, key, seen, json::write(body)));
    }
    json::Object entry{{"by", by.operator_name}, {"role", by.role}, {"kind", to_string(kind)}, {"id", id}};
    if (before) { entry.set("before", before->body); }
    if (!body.is_null()) { entry.set("after", body); }
    const auto seq = TRY(to.append({.chain = to.now().iso().substr(0, 10) + " management", .kind = std::string(managed_change_kind), .content = json::write(entry)}));
    TRY(to.put(managed_log, std::to_string(seq), store::Transaction::must_not_exist, std::to_string(seq), {{"entry", static_cast<std::int64_t>(seq)}}));
    return {};
}

Result<std::vector<ManagedChange>> managed_changes(store::Reader& reader, std::size_t limit) {
    std::vector<ManagedChange> out;
    const auto page = reader.find({.collection = std::string(managed_log), .index = "by_entry", .descending = true, .limit = limit});
    if (!page && page.error().key == "store.unknown-collection") { return out; }
    if (!page) { return std::unexpected(page.error()); }
    trust::JournalHistory history(reader);
    for (const auto& document : page->documents) {
        const auto seq = to_integer(document.key);
        const auto rows = TRY(history.rows(static_cast<std::uint64_t>(seq.value_or(0)), 1));
        if (!seq || rows.empty()) { continue; }
        const auto& row = rows.front();
        const auto content = json::parse(row.content);
        const auto kind = content ? parse_managed_kind((*content)["kind"].text_or("")) : std::nullopt;
        if (!kind) { continue; }  // erased
        out.push_back({row.seq, row.at, {std::string((*content)["by"].text_or("")), std::string((*content)["role"].text_or(""))}, *kind,
                       std::string((*content)["id"].text_or("")), (*content)["before"], (*content)["after"]});
    }
    return out;
}

Result<void> ManagedRecheck::visit(const store::JournalRow& row) {
    erased_ = erased_ || row.erased;
    if (row.kind != managed_change_kind) { return {}; }
    const auto content = row.erased ? std::unexpected(Error{}) : json::parse(row.content);
    gone_ = gone_ || row.erased;
    entries_.push_back(row.seq);
    if (row.erased) { return {}; }
    const auto kind = content ? parse_managed_kind((*content)["kind"].text_or("")) : std::nullopt;
    if (!kind) { return fail(Code::internal, "exchange.managed-differs", "an entry that can not be read"); }
    const auto key = managed_key(*kind, (*content)["id"].text_or(""));
    if ((*content)["after"].is_null()) {
        rows_.erase(key);
    } else {
        rows_[key] = json::write((*content)["after"]);
    }
    return {};
}

Result<void> ManagedRecheck::finish(store::Reader& reader) const {
    auto expected = rows_;
    for (const auto& row : TRY(managed_rows(reader))) {
        const auto key = managed_key(row.kind, row.id);
        const auto found = expected.find(key);
        const bool unknown = found == expected.end();
        if (unknown ? !gone_ : found->second != json::write(row.body)) { return fail(Code::internal, "exchange.managed-differs", key + " is not what was journaled"); }
        if (!unknown) { expected.erase(found); }
    }
    if (!expected.empty()) { return fail(Code::internal, "exchange.managed-differs", expected.begin()->first + " is missing"); }
    // The list of changes names each of their entries, and no other.
    for (const auto entry : entries_) {
        const auto key = std::to_string(entry);
        const auto named = TRY(reader.get(managed_log, key));
        const bool good = named && named->body == key && TRY(store::index_values(reader, managed_log, key)) == store::NamedValues{{"entry", static_cast<std::int64_t>(entry)}};
        if (!good) { return fail(Code::internal, "exchange.managed-differs", "entry " + key + " is not in the list of changes"); }
    }
    const auto listed = static_cast<std::int64_t>(entries_.size());
    const auto counted = reader.count({.collection = std::string(managed_log), .index = "by_entry"}, listed + 1);
    if (!counted && counted.error().key == "store.unknown-collection" && listed == 0) { return {}; }  // of before there were any
    if (TRY(counted) != listed && !erased_) {
        return fail(Code::internal, "exchange.managed-differs", "more changes are listed than the journal has");
    }
    return {};
}

Result<ManagedSubsystem> subsystem_of(const json::Value& body) {
    TRY(only(body, {"id", "clients", "certificates"}));
    auto id = parse_client_id(TRY(word(body, "id")));
    if (!id || id->subsystem_code.empty()) { return bad_managed("id: INSTANCE/CLASS/MEMBER/SUBSYSTEM"); }
    ManagedSubsystem out{std::move(*id), {}};
    const auto proof = TRY(word_or(body, "clients", "certificate"));
    if (proof != "certificate" && proof != "tls" && proof != "plain") { return bad_managed("clients: certificate, tls or plain"); }
    out.proof.proof = proof == "certificate" ? ClientProof::certificate : proof == "tls" ? ClientProof::tls : ClientProof::plain;
    if (body["certificates"].is_null()) { return out; }
    if (body["certificates"].array() == nullptr) { return bad_managed("certificates: a list"); }
    for (const auto& one : *body["certificates"].array()) {
        const auto bytes = from_hex(to_lower_ascii(replace_all(std::string(one.text_or("")), ":", "")));
        if (!bytes || bytes->size() != 32) { return bad_managed("certificates: SHA-256 in hex"); }
        out.proof.certificates.insert(digest_from_bytes(*bytes));
    }
    return out;
}

Result<ManagedService> service_of(const json::Value& body) {
    TRY(only(body, {"id", "url", "timeout_seconds", "verify_tls", "disabled", "endpoints"}));
    auto id = parse_service_id(TRY(word(body, "id")));
    if (!id) { return bad_managed("id: INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE"); }
    ManagedService out{.id = std::move(*id), .url = TRY(word(body, "url")), .timeout_seconds = body["timeout_seconds"].integer_or(60),
                       .verify_tls = body["verify_tls"].bool_or(true), .notice = std::string(body["disabled"].text_or("")), .endpoints = {}};
    if (const auto url = parse_http_url(out.url); !url) { return bad_managed("url: " + url.error().detail); }
    if (out.timeout_seconds < 1 || out.timeout_seconds > 3'600) { return bad_managed("timeout_seconds: 1 to 3600"); }
    if (body["endpoints"].is_null()) { return out; }
    if (body["endpoints"].array() == nullptr) { return bad_managed("endpoints: a list"); }
    for (const auto& one : *body["endpoints"].array()) {
        TRY(only(one, {"method", "path"}));
        out.endpoints.push_back(TRY(endpoint_of(one)));
    }
    return out;
}

Result<AccessRight> right_of(const json::Value& body, const Zone& zone) {
    TRY(only(body, {"id", "subject", "group", "local_group", "service", "method", "path", "purpose", "legal_basis", "valid_from", "valid_until"}));
    auto service = parse_service_id(TRY(word(body, "service")));
    if (!service) { return bad_managed("service: INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE"); }
    const auto from = TRY(day(body, "valid_from")), until = TRY(day(body, "valid_until"));
    if (until < from) { return bad_managed("valid_until is before valid_from"); }
    return AccessRight{.id = TRY(word(body, "id")), .subject = TRY(subject_of(body, *service)), .service = *service, .endpoint = TRY(endpoint_of(body)),
                       .purpose = TRY(word(body, "purpose")), .legal_basis = TRY(word(body, "legal_basis")), .valid_from = zone.start_of_day(from),
                       .valid_to = zone.start_of_day(until.plus_days(1))};
}

}  // namespace wasl::exchange
