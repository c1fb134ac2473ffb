#include "audit_exchange.hpp"

#include "exchange_bodies.hpp"
#include "exchange_file.hpp"
#include "exchange_node.hpp"
#include "tool.hpp"

#include "exchange/exchange_journal.hpp"
#include "exchange/exchange_recheck.hpp"
#include "exchange/managed.hpp"
#include "exchange/registry_keys.hpp"
#include "store/sqlite.hpp"
#include "trust/journal_sealer.hpp"

namespace wasl::app {

namespace {

using exchange::ClientId;

// The findings of the timestamps join those of the journal.
Result<void> add_stamps(ExchangeAudit& out, const std::filesystem::path& folder, const std::string& roots, store::Reader& reader) {
    const auto size = TRY(reader.journal_size());
    const trust::JournalTiles tiles(reader);
    const trust::TileNodes nodes(tiles, size);
    const auto report = TRY(exchange::check_stamps(folder, roots, size, nodes));
    out.stamps = report.stamps;
    if (report.newest) out.stamped_until = report.newest->at.iso();
    for (const auto& finding : report.findings) {
        // Said in the audit's own words: a head that does not fit, or a journal that became shorter.
        const auto* key = finding.key == "exchange.timestamp-beyond" ? "audit.rolled-back"
                          : finding.key == "exchange.timestamp-differs" ? "audit.root-differs" : "audit.timestamp-wrong";
        out.journal.findings.push_back({key, finding.where, finding.key + " " + finding.detail});
    }
    return {};
}

Result<void> add_journal(ExchangeAudit& out, const ClientId& registered, const trust::TrustStore& keys, const exchange::RegistryKeys& registry_keys, store::Reader& reader) {
    trust::AuditOptions options;
    options.member = exchange::journal_name(registered);
    options.trust = &keys;
    exchange::ManagedRecheck managed;
    exchange::ExchangeRecheck exchanges(reader);
    options.visit = [&](const store::JournalRow& row) -> Result<void> {
        TRY(managed.visit(row));
        return exchanges.visit(row);
    };
    out.journal = TRY(trust::audit(reader, options));
    for (const auto& rest : {managed.finish(reader), exchanges.finish(), exchanges.registries(), exchange::recheck_registries(reader, registry_keys)}) {
        if (!rest) out.journal.findings.push_back({"audit.state-differs", rest.error().key, rest.error().detail});
    }
    return {};
}

// What a damaged store answers is told among the findings, and the audit goes on.
Result<void> told(ExchangeAudit& out, const char* where, Result<void> done) {
    if (done || !trust::is_damage(done.error())) return done;
    out.journal.findings.push_back(trust::unreadable(where, done.error()));
    return {};
}

Result<ExchangeAudit> audit_one(const ExchangeFile& file, const std::string& member, const ClientId& registered, const trust::TrustStore& keys) {
    ExchangeAudit out{.member = member, .journal = {}, .stamps = 0, .stamped_until = {}};
    const auto authorities = TRY(read_file(file.registry_keys));
    const auto registry_keys = TRY(exchange::parse_registry_keys(authorities));
    std::error_code problem;
    const auto stamps = exchange_stamps(file.folder, member);
    const bool stamped = std::filesystem::is_directory(stamps, problem);
    const auto roots = stamped ? TRY(read_file(file.stamp_roots)) : std::string();
    const auto beside = store::open_sqlite_read_only(exchange_store(file.folder, member));
    const auto reader = beside ? (*beside)->read() : std::unexpected(beside.error());
    if (!reader) {
        TRY(told(out, "store", std::unexpected(reader.error())));
        return out;
    }
    TRY(told(out, "journal", add_journal(out, registered, keys, registry_keys, **reader)));
    if (stamped) TRY(told(out, "timestamps", add_stamps(out, stamps, roots, **reader)));
    for (auto& finding : TRY(check_bodies(file, member, registered, **reader))) out.journal.findings.push_back(std::move(finding));
    return out;
}

}  // namespace

Result<trust::TrustStore> exchange_checkpoint_keys(const std::filesystem::path& data, std::string_view only_member, const Zone& zone) {
    trust::TrustStore out;
    if (!has_exchange(data)) return out;
    const auto file = TRY(read_exchange_file(data, zone));
    for (const auto& [member, registered] : exchanging_members(file, only_member)) {
        const auto set = exchange_keys(data, member) / "keys.json";
        std::error_code problem;
        if (std::filesystem::exists(set, problem)) out.add(TRY(trust::TrustStore::load(set)));
    }
    return out;
}

Result<std::vector<ExchangeAudit>> audit_exchange(const std::filesystem::path& data, std::string_view only_member,
                                                  const trust::TrustStore& given, const Zone& zone) {
    std::vector<ExchangeAudit> out;
    if (!has_exchange(data)) return out;
    const auto file = TRY(read_exchange_file(data, zone));
    auto keys = TRY(exchange_checkpoint_keys(data, only_member, zone));
    keys.add(given);
    for (const auto& [member, registered] : exchanging_members(file, only_member)) out.push_back(TRY(audit_one(file, member, registered, keys)));
    return out;
}

}  // namespace wasl::app
