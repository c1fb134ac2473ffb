#include "control.hpp"
#include "exchange_commands.hpp"
#include "exchange_file.hpp"
#include "exchange_node.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "base/json.hpp"
#include "exchange/evidence.hpp"
#include "exchange/exchange_journal.hpp"
#include "jurisdiction/pack.hpp"
#include "store/sqlite.hpp"

#include <fmt/format.h>

#include <iostream>
#include <map>

namespace wasl::app {

namespace {

constexpr int unusable = 2;

int stop(const Error& error, int code) {
    complain(error);
    return code;
}

// Members of this host that exchange: local id to the registry's.
Result<std::map<std::string, exchange::ClientId>> exchanging(const EvidenceArgs& args) {
    const auto pack = TRY(jurisdiction::load_pack(pack_folder()));
    const auto file = TRY(read_exchange_file(args.data, pack->zone()));
    std::map<std::string, exchange::ClientId> out;
    for (const auto& subsystem : file.subsystems) {
        if (!args.member.empty() && subsystem.member != args.member) continue;
        out.emplace(subsystem.member, exchange::ClientId{subsystem.id.instance, subsystem.id.member_class, subsystem.id.member_code});
    }
    if (out.empty()) return fail(Code::not_found, "exchange.member-missing", args.member);
    return out;
}

json::Value to_json(const std::string& member, const exchange::FoundExchange& one) {
    return json::Object{{"member", member}, {"side", one.side == exchange::JournalSide::client ? "client" : "provider"},
                        {"request_id", one.request_id}, {"message_id", one.message_id}, {"client", one.client.text()},
                        {"service", one.service.text()}, {"at", one.at.iso()}, {"status", one.status}, {"fault", one.fault},
                        {"outcome", !one.fault.empty() ? "refused" : one.status != 0 ? "answered" : "unknown"}};
}

Result<std::vector<exchange::FoundExchange>> of_member(const EvidenceArgs& args, const std::string& member) {
    const auto beside = TRY(store::open_sqlite_read_only(exchange_store(args.data, member)));
    const auto reader = TRY(beside->read());
    if (args.unknown) return exchange::unknown_outcomes(*reader, args.limit);
    exchange::ExchangeQuery query;
    query.message_id = args.id;
    query.limit = args.limit;
    return TRY(exchange::find_exchanges(*reader, query)).exchanges;
}

Result<std::string> bundle_of(const EvidenceArgs& args) {
    Result<std::string> last = fail(Code::not_found, "exchange.evidence-missing", args.id);
    for (const auto& [member, registered] : TRY(exchanging(args))) {
        const auto beside = TRY(store::open_sqlite_read_only(exchange_store(args.data, member)));
        const auto reader = TRY(beside->read());
        last = exchange::export_evidence(*reader, registered, args.id);
        if (last || last.error().key != "exchange.evidence-missing") return last;
    }
    return last;
}

}  // namespace

int exchange_list(const EvidenceArgs& args) {
    const auto members = exchanging(args);
    if (!members) return stop(members.error(), unusable);
    json::Array all;
    for (const auto& [member, registered] : *members) {
        const auto found = of_member(args, member);
        if (!found) return stop(found.error(), unusable);
        for (const auto& one : *found) {
            if (args.json) {
                all.push_back(to_json(member, one));
            } else {
                std::cout << fmt::format("{}  {:<8}  {}  {} → {}  {}\n", one.at.iso(), one.side == exchange::JournalSide::client ? "asked" : "answered",
                                         printable(one.message_id), one.client.text(), one.service.text(),
                                         !one.fault.empty() ? one.fault : one.status != 0 ? std::to_string(one.status) : "outcome unknown");
            }
        }
    }
    if (args.json) std::cout << json::write_pretty(all);
    return 0;
}

int exchange_export(const EvidenceArgs& args) {
    const auto bundle = bundle_of(args);
    if (!bundle) return stop(bundle.error(), 1);
    std::cout << *bundle << '\n';
    return 0;
}

int exchange_new_key(const EvidenceArgs& args) {
    const auto members = exchanging(args);
    if (!members) return stop(members.error(), unusable);
    if (args.member.empty() || members->size() != 1) return stop({Code::invalid, "exchange.member-missing", "which member?"}, unusable);
    const auto& [member, registered] = *members->begin();
    if (server_runs(args.data)) {
        const auto done = ask_server(args.data / "control/exchange", "new-key", {{"member", member}}, 60);
        if (!done) return stop(done.error(), 1);
    } else if (const auto done = new_message_key(args.data, member, registered, SystemClock().now()); !done) {
        return stop(done.error(), 1);
    }
    return registry_keys({.data = args.data});
}

}  // namespace wasl::app
