#include "exchange_watcher.hpp"

#include "exchange_fetch.hpp"
#include "exchange_node.hpp"
#include "tool.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "exchange/timestamp_keeper.hpp"
#include "trust/journal_sealer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

namespace wasl::app {

namespace {

// What the last look at a peer's member gave.
struct Seen {
    Instant asked;
    std::uint64_t size = 0;
    std::string problem, detail;
};

std::vector<Digest> fingerprints(const exchange::RegisteredNode& node, const exchange::Snapshot& snapshot, Instant now) {
    std::vector<Digest> out;
    for (const auto& certificate : node.certificates) {
        const auto bytes = from_hex(certificate.sha256);
        if (bytes && snapshot.certificate_counts(node, certificate.sha256, now)) out.push_back(digest_from_bytes(*bytes));
    }
    return out;
}

}  // namespace

Result<exchange::CheckpointProof> checkpoint_since(store::Store& journal, std::uint64_t from) {
    const auto reader = TRY(journal.read());
    const auto head = TRY(reader->checkpoint());
    if (!head) return fail(Code::not_found, "exchange.checkpoint-none", "nothing was exchanged yet");
    exchange::CheckpointProof out{.note = head->text, .old_size = from, .consistency = {}};
    if (from > head->tree_size) return fail(Code::conflict, "exchange.checkpoint-rollback", std::to_string(head->tree_size));
    if (from == 0 || from == head->tree_size) return out;
    const trust::JournalTiles tiles(*reader);
    const trust::TileNodes nodes(tiles, head->tree_size);
    out.consistency = TRY(trust::consistency_proof(from, head->tree_size, nodes));
    return out;
}

struct ExchangeWatcher::Impl {
    Options options;
    std::unique_ptr<exchange::CheckpointWatch> watch;
    std::map<std::string, std::unique_ptr<exchange::TimestampKeeper>> stamps;  // by member of this host
    mutable std::mutex guard;                                 // seen
    std::map<exchange::ClientId, Seen> seen;
    std::optional<Instant> watched;
    Instant authority_away;  // until then it is not asked: a host of many members would wait for it once a member

    [[nodiscard]] Instant now() const { return options.host->options().clock->now(); }

    Result<void> open_stamps() {
        const auto& file = *options.file;
        if (file.stamp_address.empty()) return {};
        const auto roots = TRY(read_file(file.stamp_roots));
        const auto system = TRY(http::load_tls_context({.system_ca = true}));
        for (const auto& [member, journal] : options.journals) {
            exchange::TimestampKeeper::Options one;
            one.folder = exchange_stamps(options.host->options().data, member);
            one.roots_pem = roots;
            one.every_seconds = file.stamp_minutes * 60;
            one.newest = [journal]() -> Result<std::string> {
                const auto reader = TRY(journal->read());
                const auto head = TRY(reader->checkpoint());
                return head ? head->text : std::string();
            };
            one.ask = [this, system](const std::string& query) {
                return fetch(*options.client, {.url = options.file->stamp_address, .method = "POST",
                                               .headers = {{"Content-Type", std::string(exchange::timestamp_query_type)}}, .body = query, .tls = system, .limit = 1U << 20U});
            };
            stamps.emplace(member, std::make_unique<exchange::TimestampKeeper>(std::move(one)));
        }
        return {};
    }

    void stamp_heads() {
        constexpr std::int64_t pause_seconds = 30;
        for (auto& [member, keeper] : stamps) {
            if (now() < authority_away) return;
            keeper->round(now(), *options.host->options().entropy);
            if (keeper->status().problem.starts_with("http.client.")) authority_away = now().plus_seconds(pause_seconds);
        }
    }

    http::Reply show(http::Request& request) const {
        const auto member = exchange::parse_client_id(request.query("member"));
        const auto from = to_integer(request.query("from", "0"));
        if (!member || !from || *from < 0) return Error{Code::invalid, "exchange.checkpoint-malformed", "member and from are needed"};
        for (const auto& [local, registered] : options.registered) {
            if (registered != *member) continue;
            const auto proof = checkpoint_since(*options.journals.find(local)->second, static_cast<std::uint64_t>(*from));
            if (!proof) return proof.error();
            return http::Response::json(exchange::write_checkpoint_proof(*proof));
        }
        return Error{Code::not_found, "exchange.checkpoint-none", member->text()};
    }

    Result<bool> look(const exchange::RegisteredNode& node, const exchange::RegisteredMember& member, const exchange::Snapshot& snapshot) {
        const auto from = TRY(watch->last_size(member.id));
        const auto ask = [&](std::uint64_t since) {
            const bool six = node.host.contains(':');
            return fetch(*options.client, {.url = fmt::format("https://{}{}{}:{}/exchange/checkpoint?member={}&from={}", six ? "[" : "", node.host, six ? "]" : "",
                                                              node.port, percent_encode(member.id.text()), since),
                                           .tls = options.tls(), .peers = fingerprints(node, snapshot, now()), .limit = 1U << 20U});
        };
        auto text = ask(from);
        // A peer that has less than we saw refuses the proof: its head alone convicts it.
        if (!text && text.error().key == "exchange.fetch-status" && from > 0) text = ask(0);
        const auto shown = TRY(std::move(text));
        const auto proof = TRY(exchange::parse_checkpoint_proof(shown));
        return watch->take(member, proof, now());
    }

    // False when the node itself is away: its other members need not be asked for.
    bool look_at(const exchange::RegisteredNode& node, const exchange::RegisteredMember& member, const exchange::Snapshot& snapshot) {
        const auto taken = look(node, member, snapshot);
        const auto size = watch->last_size(member.id).value_or(0);
        const std::lock_guard lock(guard);
        auto& one = seen[member.id];
        one.asked = now();
        one.size = size;
        one.problem = taken ? "" : taken.error().key;
        one.detail = taken ? "" : taken.error().detail;
        return !one.problem.starts_with("http.client.");
    }

    void watch_peers() {
        const auto snapshot = options.registry->newest();
        if (snapshot == nullptr) return;
        if (watched && now() < watched->plus_seconds(options.file->witness_minutes * 60)) return;
        watched = now();
        for (const auto& node : snapshot->nodes) {
            if (node.id == options.file->node) continue;
            std::vector<exchange::ClientId> looked;
            for (const auto& subsystem : node.subsystems) {
                const auto* member = snapshot->member(subsystem);
                if (member == nullptr || std::ranges::find(looked, member->id) != looked.end()) continue;
                looked.push_back(member->id);
                if (!look_at(node, *member, *snapshot)) break;
            }
        }
    }
};

ExchangeWatcher::ExchangeWatcher(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ExchangeWatcher::~ExchangeWatcher() = default;

Result<std::unique_ptr<ExchangeWatcher>> ExchangeWatcher::create(Options options) {
    auto impl = std::make_unique<Impl>();
    impl->options = std::move(options);
    impl->watch = std::make_unique<exchange::CheckpointWatch>(exchange_watch(impl->options.host->options().data));
    TRY(impl->open_stamps());
    return std::unique_ptr<ExchangeWatcher>(new ExchangeWatcher(std::move(impl)));
}

void ExchangeWatcher::add_routes(http::Router& router) {
    router.get("/exchange/checkpoint", [own = impl_.get()](http::Request& request) { return own->show(request); });
}

void ExchangeWatcher::round() {
    impl_->stamp_heads();
    impl_->watch_peers();
}

void ExchangeWatcher::add_state(json::Object& out) const {
    const std::lock_guard lock(impl_->guard);
    json::Array stamps, peers, evidence;
    for (const auto& [member, keeper] : impl_->stamps) {
        const auto status = keeper->status();
        stamps.emplace_back(json::Object{{"member", member}, {"size", status.size}, {"at", status.at.iso()}, {"problem", status.problem}, {"detail", status.detail}});
    }
    for (const auto& [member, one] : impl_->seen) {
        peers.emplace_back(json::Object{{"member", member.text()}, {"asked", one.asked.iso()}, {"size", one.size}, {"problem", one.problem}, {"detail", one.detail}});
    }
    for (const auto& file : impl_->watch->evidence()) evidence.emplace_back(file.string());
    out.set("timestamps", stamps);
    out.set("peers", peers);
    out.set("evidence", evidence);
}

}  // namespace wasl::app
