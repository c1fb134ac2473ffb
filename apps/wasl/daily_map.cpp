#include "daily_map.hpp"

#include "beside_store.hpp"
#include "commands.hpp"
#include "tool.hpp"

#include "base/digest.hpp"
#include "base/ids.hpp"
#include "dossier/kind.hpp"
#include "store/sqlite.hpp"
#include "trust/bundle.hpp"
#include "trust/daily_map.hpp"
#include "trust/leaf.hpp"

#include <array>
#include <algorithm>
#include <iostream>

namespace wasl::app {

namespace {

constexpr std::size_t page = 1'000;

// The reference of a dossier, hidden under a salt of its own that the member can give again.
std::string reference_salt(std::string_view secret, std::string_view dossier) {
    return hmac_sha256(secret, "reference:" + std::string(dossier));
}

// Kinds of journal rows that say yes or no, or end the matter.
bool decides(std::string_view kind) {
    using dossier::EventType;
    static constexpr std::array types{EventType::signed_by_authority, EventType::silence_approved, EventType::granted_automatically,
                                      EventType::lapsed, EventType::final_receipt_issued, EventType::free_to_operate};
    if (!kind.starts_with("dossier.")) return false;
    const auto type = dossier::event_type_from(kind.substr(8));
    return type && std::ranges::find(types, *type) != types.end();
}

// A chain as it stood before `end`; nothing when it did not exist then.
Result<std::optional<trust::MapLine>> line_of(store::Reader& reader, const std::string& chain, Instant end) {
    trust::MapLine line;
    bool filed = false;
    for (std::uint64_t position = 0;;) {
        const auto rows = TRY(reader.chain(chain, position, page));
        for (const auto& row : rows) {
            if (row.at >= end) break;
            filed = filed || row.kind == "dossier.filed";
            line.length = row.position + 1;
            line.head = store::leaf_hash(row.leaf);
            line.decided = line.decided || decides(row.kind);
        }
        position += rows.size();
        if (rows.size() < page) break;
    }
    if (!filed || line.length == 0) return std::optional<trust::MapLine>();
    return std::optional(line);
}

Result<std::vector<trust::MapLine>> lines_of(store::Reader& reader, const dossier::Service& dossiers, const std::string& secret, Instant end) {
    std::vector<trust::MapLine> out;
    std::string after;
    for (;;) {
        const auto chains = TRY(reader.chains(after, page));
        for (const auto& chain : chains) {
            if (chain.find(':') != std::string::npos) continue;  // staff and persons
            auto line = TRY(line_of(reader, chain, end));
            if (!line) continue;
            const auto reference = TRY(dossiers.reference_of(chain));  // also of one that was erased
            if (!reference) continue;
            line->reference = trust::commitment(reference_salt(secret, chain), *reference);
            out.push_back(*line);
        }
        if (chains.size() < page) return out;
        after = chains.back();
    }
}

struct Made {
    std::string note, lines;
};

Result<std::optional<Made>> build(Host& host, const web::MemberInfo& about, Date day) {
    auto* site = TRY(host.at_quietly(about.id));
    const auto reader = TRY(site->store->read());
    if (TRY(trust::find_map(*reader, day))) return std::optional<Made>();
    const auto secret = TRY(trust::chain_secret(*reader));
    const auto newest = TRY(reader->checkpoint());
    if (secret.empty() || !newest) return std::optional<Made>();
    const Instant now = host.site().clock->now();
    const Instant end = host.site().pack->zone().start_of_day(day.plus_days(1));
    auto lines = TRY(lines_of(*reader, *site->dossiers, secret, end));
    const auto checkpoint = TRY(trust::parse_signed_checkpoint(newest->text));
    const auto map = TRY(trust::DailyMap::build(about.id, day, end, now, checkpoint.checkpoint, std::move(lines)));
    const auto signer = TRY(site->keys->signer(trust::KeyUse::checkpoint, now));
    Made made{TRY(map.sign(*signer)), map.write_lines()};
    if (!about.cosigner.empty()) {
        auto* cosigner = TRY(host.cosigner(about.cosigner));
        const trust::JournalTiles tiles(*reader);
        made.note = TRY(trust::ask_for_map_cosignature(made.note, newest->text, trust::TileNodes(tiles, newest->tree_size), *cosigner, now));
    }
    return std::optional(std::move(made));
}

Result<std::string> prove(const ProveArgs& args) {
    const auto reference = TRY(parse_reference(args.reference));
    const auto day = TRY(parse_date(args.day));
    const auto beside = TRY(store::open_sqlite_read_only(args.data / "store" / reference.member));
    BesideStore reading(*beside);
    const dossier::Service dossiers({.member = reference.member, .store = &reading, .pack = TRY(jurisdiction::load_pack(pack_folder()))});
    const auto found = TRY(dossiers.by_reference(args.reference));
    if (!found) return fail(Code::not_found, "dossier.unknown", args.reference);
    const auto reader = TRY(beside->read());
    return no_decision_bundle(*reader, found->state.id, args.reference, day);
}

}  // namespace

Result<void> make_daily_map(Host& host, const web::MemberInfo& about, Date day) {
    const auto made = TRY(build(host, about, day));
    if (!made) return {};
    auto* site = TRY(host.at_quietly(about.id));
    return trust::keep_map(*site->store, made->note, made->lines, day);
}

Result<std::string> no_decision_bundle(store::Reader& reader, std::string_view dossier_id, std::string_view reference, Date day) {
    const auto kept = TRY(trust::find_map(reader, day));
    if (!kept) return fail(Code::not_found, "prove.no-map", day.iso());
    const auto note = TRY(trust::parse_note(kept->note));
    const auto head = TRY(trust::parse_map_text(note.text));
    const auto map = TRY(trust::DailyMap::read(head, kept->lines));
    const auto secret = TRY(trust::chain_secret(reader));
    const auto salt = reference_salt(secret, dossier_id);
    const auto place = TRY(map.place(trust::commitment(salt, reference)));
    if (place.line.decided) return fail(Code::conflict, "prove.decided", std::string(reference));
    trust::Bundle bundle;
    bundle.no_decision = trust::NoDecisionBundle{.reference = std::string(reference),
                                                 .salt = salt,
                                                 .line = trust::write_map_line(place.line),
                                                 .index = place.index,
                                                 .path = place.path,
                                                 .map = kept->note};
    return trust::write_bundle(bundle);
}

int prove_no_decision(const ProveArgs& args) {
    const auto bundle = prove(args);
    if (!bundle) {
        complain(bundle.error());
        return 1;
    }
    std::cout << *bundle << '\n';
    return 0;
}

}  // namespace wasl::app
