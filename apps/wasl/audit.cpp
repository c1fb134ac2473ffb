// wasl audit: the journal of each member, every leaf and signature, and every dossier recomputed from it.
#include "audit_exchange.hpp"
#include "commands.hpp"
#include "host.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "lingua/messages.hpp"
#include "dossier/recheck.hpp"
#include "grid/ledger.hpp"
#include "grid/outage.hpp"
#include "pay/recheck.hpp"
#include "participation/recheck.hpp"
#include "register/keeper.hpp"
#include "store/sqlite.hpp"
#include "trust/audit.hpp"
#include "trust/seal.hpp"
#include "trust/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

namespace wasl::app {

namespace {

constexpr int unusable = 2;

// A receipt given: its seal, and what its own verification found wrong before the journal is asked.
struct Given {
    std::string file, member, seal;
    std::vector<std::string> wrong;  // keys "verify.…"; empty: the receipt is good in itself
};

Result<std::vector<Given>> read_receipts(const std::vector<std::string>& files, const trust::TrustStore& keys) {
    std::vector<Given> out;
    for (const auto& file : files) {
        const auto found = trust::verify_file(TRY(read_file(file)), keys);
        if (!found.seal) return fail(Code::invalid, "audit.no-seal", file);
        Given one{file, found.seal->member, TRY(trust::write_seal(*found.seal)), {}};
        if (found.verdict == trust::Verdict::invalid) {
            for (const auto& reason : found.reasons) {
                if (reason.weight == trust::Verdict::invalid) one.wrong.push_back(reason.key);
            }
        }
        out.push_back(std::move(one));
    }
    return out;
}

json::Value to_json(const std::string& member, const trust::AuditReport& report, lingua::Language language) {
    json::Array findings;
    for (const auto& finding : report.findings) {
        findings.emplace_back(json::Object{{"key", finding.key}, {"where", finding.where},
                                           {"text", lingua::say(language, finding.key)}, {"detail", finding.detail}});
    }
    return json::Object{{"member", member}, {"entries", report.entries}, {"checkpoints", report.checkpoints},
                        {"erased", report.erased}, {"segments", report.segments}, {"last_cosigned", report.last_cosigned}, {"root", report.root.hex()},
                        {"clean", report.clean()}, {"findings", findings}};
}

void print(const std::string& member, const trust::AuditReport& report, lingua::Language language) {
    std::cout << fmt::format("{}: {} entries, {} checkpoints, cosigned up to {}, root {}: {}\n", member, report.entries, report.checkpoints,
                             report.last_cosigned, report.root.hex().substr(0, 16), report.clean() ? "clean" : "DIFFERS");
    for (const auto& finding : report.findings) {
        std::cout << fmt::format("  {}: {} ({}{}{})\n", finding.where, lingua::say(language, finding.key), finding.key,
                                 finding.detail.empty() ? "" : ": ", finding.detail);
    }
}

// What an audit of several members shares.
struct Audit {
    Host& host;
    const trust::TrustStore& keys;
    const std::vector<Given>& receipts;
    lingua::Language language;  // of what is said to whoever audits
};

// The last checkpoint that another member has witnessed; nothing where its memory is not on this machine.
Result<std::optional<std::string>> witnessed(const Audit& of, const std::string& member) {
    const auto by = of.host.cosigner_of(member);
    if (by.empty()) return std::nullopt;
    const auto cosigner = of.host.cosigner(by);
    if (!cosigner && (cosigner.error().key == "host.no-cosigner" || cosigner.error().key == "host.no-keys")) {
        complain(lingua::say(of.language, "audit.no-witness") + " (" + by + ")");
        return std::nullopt;
    }
    auto note = TRY(cosigner)->last_note(trust::checkpoint_origin(member));
    return note ? std::optional(std::move(*note)) : std::nullopt;
}

// The published revisions of a member, old ones included: its records of decision tables are run again by them.
dossier::Recheck::Revisions revisions_of(Host& host, const std::string& member) {
    return [&host, member](const std::string& hash) -> Result<std::shared_ptr<const catalogue::Revision>> {
        const auto* about = host.info(member);
        const auto bytes = TRY(from_hex(hash));
        if (about == nullptr || bytes.size() != sizeof(Digest::bytes)) return fail(Code::not_found, "audit.no-revision", hash);
        return TRY(host.catalogue(about->catalogue))->revision(digest_from_bytes(bytes));
    };
}

// What somebody outside remembers of a member's journal.
struct Remembered {
    std::vector<std::string> cosigned, seals;
};

Result<trust::AuditReport> audit_store(const Audit& of, const std::string& member, const Remembered& remembered) {
    const auto beside = TRY(store::open_sqlite_read_only(of.host.options().data / "store" / member));
    const auto reader = TRY(beside->read());
    // The host's own journal tells of persons; dossiers live with the members.
    std::optional<dossier::Recheck> recheck;
    if (member != host_id) recheck.emplace(*reader, *of.host.site().pack, revisions_of(of.host, member));
    trust::AuditOptions options;
    options.member = member;
    options.trust = &of.keys;
    options.seals = remembered.seals;
    options.cosigned = remembered.cosigned;
    reg::RecordRecheck records(*reader);
    participation::ForumRecheck forum(*reader);
    pay::LedgerRecheck ledger(*reader);
    auto capacity = grid::ledger_recheck(*reader);
    auto outages = grid::outage_recheck(*reader);
    if (recheck) {
        options.visit = [&](const store::JournalRow& row) -> Result<void> {
            TRY(recheck->visit(row));
            TRY(forum.visit(row));
            TRY(records.visit(row));
            TRY(ledger.visit(row));
            TRY(capacity.visit(row));
            return outages.visit(row);
        };
    }
    auto report = TRY(trust::audit(*reader, options));
    if (recheck) {
        for (const auto& rest : {recheck->finish(), records.finish(), ledger.finish(), capacity.finish(), outages.finish(), forum.finish()}) {
            if (!rest) report.findings.push_back({"audit.state-differs", rest.error().key, rest.error().detail});
        }
    }
    return report;
}

Result<trust::AuditReport> audit_member(const Audit& of, const std::string& member) {
    Remembered remembered;
    if (auto note = TRY(witnessed(of, member))) remembered.cosigned.push_back(std::move(*note));
    for (const auto& receipt : of.receipts) {
        if (receipt.member == member) remembered.seals.push_back(receipt.seal);
    }
    auto audited = audit_store(of, member, remembered);
    if (!audited && !trust::is_damage(audited.error())) return audited;
    trust::AuditReport report;
    if (audited) {
        report = std::move(*audited);
    } else {  // told as a finding: the other members are looked at too
        report.findings.push_back(trust::unreadable("store", audited.error()));
    }
    for (const auto& receipt : of.receipts) {
        if (receipt.member != member) continue;
        for (const auto& key : receipt.wrong) report.findings.push_back({key, receipt.file, {}});
    }
    return report;
}

// The keys to believe: given, or those of the data folder with the cosigners that are there.
Result<trust::TrustStore> keys_of(Host& host, const std::string& given) {
    if (!given.empty()) return trust::TrustStore::load(given);
    static_cast<void>(host.open_cosigners());  // one that is not on this machine is told of by witnessed()
    return host.trust();
}

}  // namespace

int audit(const AuditArgs& args) {
    const auto stop = [](const Error& error) {
        complain(error);
        return unusable;
    };
    auto host = Host::open({.data = args.data, .jurisdiction = pack_folder(), .without_stores = true});
    if (!host) return stop(host.error());
    const auto keys = keys_of(**host, args.trust);
    if (!keys) return stop(keys.error());
    const auto receipts = read_receipts(args.receipts, *keys);
    if (!receipts) return stop(receipts.error());
    std::vector<std::string> members;
    for (const auto& member : (*host)->all()) {
        if (args.member.empty() || member.id == args.member) members.push_back(member.id);
    }
    if (args.member.empty() || args.member == host_id) members.emplace_back(host_id);
    if (members.empty()) return stop({Code::not_found, "audit.no-member", args.member});
    for (const auto& receipt : *receipts) {
        if (std::ranges::find(members, receipt.member) == members.end()) {
            return stop({Code::not_found, "audit.receipt-of-other", fmt::format("{}: {}", receipt.file, receipt.member)});
        }
    }
    const auto language = terminal_language(args.language);
    bool clean = true;
    json::Array all;
    for (const auto& member : members) {
        const auto report = audit_member({**host, *keys, *receipts, language}, member);
        if (!report) return stop(report.error());
        clean = clean && report->clean();
        if (args.json) {
            all.push_back(to_json(member, *report, language));
        } else {
            print(member, *report, language);
        }
    }
    const auto exchanged = audit_exchange(args.data, args.member, *keys, (*host)->site().pack->zone());
    if (!exchanged) return stop(exchanged.error());
    for (const auto& one : *exchanged) {
        clean = clean && one.journal.clean();
        const auto name = "exchange of " + one.member;
        if (!args.json) {
            print(name, one.journal, language);
            std::cout << fmt::format("  {} timestamps{}{}\n", one.stamps, one.stamped_until.empty() ? "" : ", the newest of ", one.stamped_until);
            continue;
        }
        auto value = to_json(name, one.journal, language);
        value.object()->set("timestamps", static_cast<std::int64_t>(one.stamps));
        value.object()->set("timestamped_until", one.stamped_until);
        all.push_back(std::move(value));
    }
    if (args.json) std::cout << json::write_pretty(all);
    return clean ? 0 : 1;
}

}  // namespace wasl::app
