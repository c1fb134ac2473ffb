// wasl audit: the journal of each member, every leaf and signature, and every dossier recomputed from it.
#include "commands.hpp"
#include "host.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "lingua/messages.hpp"
#include "dossier/recheck.hpp"
#include "store/sqlite.hpp"
#include "trust/audit.hpp"
#include "trust/seal.hpp"
#include "trust/verify.hpp"

#include <fmt/format.h>

#include <iostream>
#include <map>
#include <optional>

namespace wasl::app {

namespace {

constexpr int unusable = 2;

// Seal bytes of each receipt, by member.
Result<std::map<std::string, std::vector<std::string>>> seals_of(const std::vector<std::string>& files) {
    std::map<std::string, std::vector<std::string>> out;
    for (const auto& file : files) {
        const auto found = trust::verify_file(TRY(read_file(file)), {});
        if (!found.seal) return fail(Code::invalid, "audit.no-seal", file);
        out[found.seal->member].push_back(TRY(trust::write_seal(*found.seal)));
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
                        {"erased", report.erased}, {"last_cosigned", report.last_cosigned}, {"root", report.root.hex()},
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

Result<trust::AuditReport> audit_member(Host& host, const std::string& member, const std::vector<std::string>& seals,
                                        const trust::TrustStore& keys) {
    const auto beside = TRY(store::open_sqlite_read_only(host.options().data / "store" / member));
    const auto reader = TRY(beside->read());
    std::vector<std::string> cosigned;
    if (const auto by = host.cosigner_of(member); !by.empty()) {
        auto* cosigner = TRY(host.cosigner(by));
        if (const auto note = cosigner->last_note(trust::checkpoint_origin(member))) cosigned.push_back(*note);
    }
    // The host's own journal tells of persons; dossiers live with the members.
    std::optional<dossier::Recheck> recheck;
    if (member != host_id) recheck.emplace(*reader);
    trust::AuditOptions options;
    options.member = member;
    options.trust = &keys;
    options.seals = seals;
    options.cosigned = cosigned;
    if (recheck) options.visit = [&](const store::JournalRow& row) { return recheck->visit(row); };
    auto report = TRY(trust::audit(*reader, options));
    if (const auto rest = recheck ? recheck->finish() : Result<void>(); !rest) {
        report.findings.push_back({"audit.state-differs", rest.error().key, rest.error().detail});
    }
    return report;
}

}  // namespace

int audit(const AuditArgs& args) {
    const auto stop = [](const Error& error) {
        complain(error);
        return unusable;
    };
    auto host = Host::open({.data = args.data, .jurisdiction = pack_folder(), .without_stores = true});
    if (!host) return stop(host.error());
    const auto seals = seals_of(args.receipts);
    if (!seals) return stop(seals.error());
    std::vector<std::string> members;
    for (const auto& member : (*host)->all()) {
        if (args.member.empty() || member.id == args.member) members.push_back(member.id);
        if (!member.cosigner.empty()) {
            if (const auto cosigner = (*host)->cosigner(member.cosigner); !cosigner) return stop(cosigner.error());
        }
    }
    if (args.member.empty() || args.member == host_id) members.emplace_back(host_id);
    if (const auto by = (*host)->cosigner_of(host_id); !by.empty()) {
        if (const auto cosigner = (*host)->cosigner(by); !cosigner) return stop(cosigner.error());
    }
    if (members.empty()) return stop({Code::not_found, "web.no-member", args.member});
    const auto keys = (*host)->trust();
    if (!keys) return stop(keys.error());
    const auto language = terminal_language(args.language);
    bool clean = true;
    json::Array all;
    for (const auto& member : members) {
        const auto own = seals->find(member);
        const auto report = audit_member(**host, member, own == seals->end() ? std::vector<std::string>() : own->second, *keys);
        if (!report) return stop(report.error());
        clean = clean && report->clean();
        if (args.json) {
            all.push_back(to_json(member, *report, language));
        } else {
            print(member, *report, language);
        }
    }
    if (args.json) std::cout << json::write_pretty(all);
    return clean ? 0 : 1;
}

}  // namespace wasl::app
