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
Result<void> add_stamps(ExchangeAudit& out, const ExchangeFile& file, store::Reader& reader) {
    const auto folder = exchange_stamps(file.folder, out.member);
    std::error_code problem;
    if (!std::filesystem::is_directory(folder, problem)) return {};
    const auto roots = TRY(read_file(file.stamp_roots));
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

Result<ExchangeAudit> audit_one(const ExchangeFile& file, const std::string& member, const ClientId& registered, const trust::TrustStore& keys) {
    const auto beside = TRY(store::open_sqlite_read_only(exchange_store(file.folder, member)));
    const auto reader = TRY(beside->read());
    trust::AuditOptions options;
    options.member = exchange::journal_name(registered);
    options.trust = &keys;
    exchange::ManagedRecheck managed;
    exchange::ExchangeRecheck exchanges(*reader);
    options.visit = [&](const store::JournalRow& row) -> Result<void> {
        TRY(managed.visit(row));
        return exchanges.visit(row);
    };
    ExchangeAudit out{.member = member, .journal = TRY(trust::audit(*reader, options)), .stamps = 0, .stamped_until = {}};
    const auto authorities = TRY(read_file(file.registry_keys));
    const auto registry_keys = TRY(exchange::parse_registry_keys(authorities));
    for (const auto& rest : {managed.finish(*reader), exchanges.finish(), exchange::recheck_registries(*reader, registry_keys)}) {
        if (!rest) out.journal.findings.push_back({"audit.state-differs", rest.error().key, rest.error().detail});
    }
    TRY(add_stamps(out, file, *reader));
    for (auto& finding : TRY(check_bodies(file, member, registered, *reader))) out.journal.findings.push_back(std::move(finding));
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
