#include "control.hpp"
#include "exchange_commands.hpp"
#include "exchange_file.hpp"
#include "exchange_node.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/evidence.hpp"
#include "exchange/exchange_journal.hpp"
#include "jurisdiction/pack.hpp"
#include "store/sqlite.hpp"
#include "trust/segment_keeper.hpp"

#include <fmt/format.h>

#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

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
    auto out = exchanging_members(file, args.member);
    if (out.empty()) return fail(Code::not_found, "exchange.member-missing", args.member);
    return out;
}

json::Value to_json(const std::string& member, const exchange::FoundExchange& one) {
    return json::Object{{"member", member}, {"side", exchange::to_string(one.side)},
                        {"request_id", one.request_id}, {"message_id", one.message_id}, {"client", one.client.text()},
                        {"service", one.service.text()}, {"at", one.at.iso()}, {"status", one.status}, {"fault", one.fault},
                        {"outcome", one.outcome_unknown() ? "unknown" : !one.fault.empty() ? "refused" : "answered"}};
}

std::string outcome_words(const exchange::FoundExchange& one) {
    if (!one.outcome_unknown()) return one.fault.empty() ? std::to_string(one.status) : one.fault;
    return one.fault.empty() ? "outcome unknown" : "outcome unknown: " + one.fault;
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

// The file is a blob of the store, named by its digest.
std::string segment_file(const std::filesystem::path& data, const std::string& member, const trust::KeptSegment& kept) {
    const auto hex = kept.file.hex();
    return (exchange_store(data, member) / "blobs" / hex.substr(0, 2) / hex.substr(2)).string();
}

json::Value to_json(const std::filesystem::path& data, const std::string& member, const trust::KeptSegment& kept) {
    json::Object out{{"member", member}, {"first", kept.first}, {"end", kept.end}, {"newest", kept.newest.iso()}, {"file", segment_file(data, member, kept)}};
    if (kept.erased) out.set("erased", kept.erased->iso());
    return out;
}

void print_segments(const std::filesystem::path& data, const std::string& member, const std::vector<trust::KeptSegment>& all) {
    for (const auto& kept : all) {
        std::cout << fmt::format("{}  {}–{}  until {}{}  {}\n", member, kept.first, kept.end - 1, kept.newest.iso(),
                                 kept.erased ? "  erased " + kept.erased->iso() : "", segment_file(data, member, kept));
    }
}

struct Segments {
    std::vector<trust::KeptSegment> kept;
    std::string bytes;  // of the wanted one
};
Result<Segments> segments_of(const EvidenceArgs& args, const std::string& member, std::optional<std::int64_t> entry) {
    const auto beside = TRY(store::open_sqlite_read_only(exchange_store(args.data, member)));
    const auto reader = TRY(beside->read());
    Segments out;
    if (!entry) {
        for (auto some = TRY(trust::kept_segments(*reader)); !some.empty(); some = TRY(trust::kept_segments(*reader, out.kept.back().end))) {
            out.kept.insert(out.kept.end(), some.begin(), some.end());
        }
        return out;
    }
    out.kept = TRY(trust::kept_segments(*reader, static_cast<std::uint64_t>(*entry), 1));
    if (out.kept.empty()) return fail(Code::not_found, "exchange.segment-missing", fmt::format("entry {} stands in the store, or nowhere", *entry));
    out.bytes = TRY(reader->blob(out.kept.front().file));
    return out;
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
                                         outcome_words(one));
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

int exchange_segments(const EvidenceArgs& args) {
    const auto members = exchanging(args);
    if (!members) return stop(members.error(), unusable);
    const auto wanted = args.id.empty() ? std::optional<std::int64_t>() : to_integer(args.id);
    if (!args.id.empty() && (!wanted || *wanted < 0 || members->size() != 1)) {
        return stop({Code::invalid, "exchange.evidence-missing", "--entry NUMBER, of one --member"}, unusable);
    }
    json::Array all;
    for (const auto& [member, registered] : *members) {
        const auto found = segments_of(args, member, wanted);
        if (!found) return stop(found.error(), 1);
        for (const auto& one : found->kept) all.push_back(to_json(args.data, member, one));
        if (wanted) std::cout << found->bytes;
        if (!wanted && !args.json) print_segments(args.data, member, found->kept);
    }
    if (!wanted && args.json) std::cout << json::write_pretty(all);
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
