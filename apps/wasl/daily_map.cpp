#include "daily_map.hpp"

#include "beside_store.hpp"
#include "commands.hpp"
#include "tool.hpp"

#include "base/ids.hpp"
#include "base/log.hpp"
#include "dossier/day_lines.hpp"
#include "store/sqlite.hpp"
#include "trust/bundle.hpp"
#include "trust/daily_map.hpp"

#include <iostream>

namespace wasl::app {

namespace {

// How far back a kept map is looked for: over a longer stop of the server every dossier is read again.
constexpr int longest_gap = 31;

// The newest kept map before `day`; nothing when there is none, or it does not fit its signed head.
Result<std::optional<trust::DailyMap>> map_before(store::Reader& reader, Date day) {
    for (int back = 1; back <= longest_gap; ++back) {
        const auto kept = TRY(trust::find_map(reader, day.plus_days(-back)));
        if (!kept) continue;
        const auto note = TRY(trust::parse_note(kept->note));
        const auto head = TRY(trust::parse_map_text(note.text));
        auto map = trust::DailyMap::read(head, kept->lines);
        if (!map) log::warning("map.not-kept-well", {{"day", head.day.iso()}, {"detail", map.error().detail}});
        return map ? std::optional(std::move(*map)) : std::nullopt;
    }
    return std::optional<trust::DailyMap>();
}

// Only what moved since the last map is read, where that can be told.
Result<std::vector<trust::MapLine>> lines_of(store::Reader& reader, const dossier::DayLinesOf& of, Date day, Instant end) {
    if (const auto earlier = TRY(map_before(reader, day))) {
        if (auto lines = TRY(dossier::day_lines_after(reader, of, *earlier, end))) return std::move(*lines);
    }
    return dossier::day_lines(reader, of, end);
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
    const dossier::DayLinesOf of{secret, [site](std::string_view chain) { return site->dossiers->reference_of(chain); }};
    auto lines = TRY(lines_of(*reader, of, day, end));
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
    const auto salt = dossier::reference_salt(secret, dossier_id);
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
