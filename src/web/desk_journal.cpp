// The auditor's journal: what was written and when, never what it says; checkpoints, cosignatures, and the
// proof of any one entry, computed again from the stored rows.
#include "web/desk_panel.hpp"
#include "web/shell.hpp"

#include "base/text.hpp"
#include "lingua/formats.hpp"
#include "trust/checkpoint.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/merkle.hpp"

#include "pages/desk/panel.hpp"

#include <algorithm>

namespace wasl::web::desk {

namespace {

constexpr std::uint64_t entries_a_page = 50;

std::string short_hex(std::string_view bytes) { return to_hex(bytes.substr(0, 8)) + "…"; }

Result<Table> entry_table(const Visit& visit, store::Reader& reader, std::uint64_t first, std::uint64_t until) {
    auto out = table(visit, visit.say("desk.journal.entries"),
                     {"desk.journal.position", "common.date", "desk.journal.kind", "desk.journal.chain", "desk.journal.leaf", "common.status"});
    auto rows = TRY(reader.journal(first, until - first));
    std::ranges::reverse(rows);
    for (const auto& row : rows) {
        auto number = cell(std::to_string(row.seq));
        number.link = page(visit, "/journal").with("verify", number.text);
        out.rows.push_back({std::move(number), cell(moment(visit, row.at)), cell(row.kind, true), cell(row.chain, true),
                            cell(short_hex(store::leaf_hash(row.leaf).view()), true), cell(row.erased ? visit.say("desk.journal.erased") : "")});
    }
    return out;
}

Result<Table> checkpoint_table(const Visit& visit, store::Reader& reader) {
    auto out = table(visit, visit.say("desk.journal.checkpoints"), {"desk.journal.size", "common.date", "desk.journal.root", "desk.journal.cosigned"});
    for (const auto& kept : TRY(reader.checkpoints(UINT64_MAX >> 1U, 10))) {
        const auto note = TRY(trust::parse_signed_checkpoint(kept.text));
        std::vector<std::string> others;
        for (const auto& signature : note.note.signatures) {
            if (signature.name != note.checkpoint.origin) others.push_back(signature.name);
        }
        out.rows.push_back({cell(std::to_string(kept.tree_size)), cell(moment(visit, kept.at)), cell(short_hex(note.checkpoint.root.view()), true),
                            cell(others.empty() ? visit.say("desk.journal.not-cosigned") : join(others, ", "), true)});
    }
    return out;
}

// The row gives its leaf again, and the leaf leads to the root of a signed checkpoint.
Result<std::string> verify_words(const Visit& visit, store::Reader& reader, std::uint64_t index) {
    const auto rows = TRY(reader.journal(index, 1));
    if (rows.empty()) return fail(Code::not_found, "trust.entry-missing", std::to_string(index));
    const auto proof = TRY(trust::prove_entry(reader, index));
    const auto note = TRY(trust::parse_signed_checkpoint(proof.checkpoint));
    const bool in_tree = trust::verify_inclusion(index, note.checkpoint.size, store::leaf_hash(proof.leaf), proof.path, note.checkpoint.root);
    bool same = rows.front().erased;
    if (!same) {
        const auto secret = TRY(trust::chain_secret(reader));
        const auto again = trust::make_row_leaf(rows.front(), secret);
        same = again && *again == proof.leaf;
    }
    return visit.say(in_tree && same ? "desk.journal.good" : "desk.journal.bad",
                     {{"number", std::to_string(index)}, {"size", std::to_string(note.checkpoint.size)}});
}

Result<http::Response> show_journal(Visit& visit) {
    auto* member = TRY(enter(visit, {identity::Role::auditor}));
    const auto reader = TRY(member->store->read());
    auto view = panel(visit, "nav.journal", "/journal");
    if (const auto wanted = to_integer(visit.request->query("verify")); wanted && *wanted >= 0) {
        const auto said = verify_words(visit, *reader, static_cast<std::uint64_t>(*wanted));
        if (!said && said.error().code != Code::not_found) return std::unexpected(said.error());
        view.notice = said ? *said : lingua::say(visit.language, said.error());
    }
    const auto size = TRY(reader->journal_size());
    const auto below = to_integer(visit.request->query("below"));
    const auto until = below && *below > 0 ? std::min(size, static_cast<std::uint64_t>(*below)) : size;
    const auto first = until > entries_a_page ? until - entries_a_page : 0;
    view.hint = visit.say("desk.journal.verify-hint");
    if (until == size) view.tables.push_back(TRY(checkpoint_table(visit, *reader)));
    view.tables.push_back(TRY(entry_table(visit, *reader, first, until)));
    if (first > 0) view.pages.next = view.here.with("below", std::to_string(first));
    if (until < size) view.pages.previous = view.here;
    return render(visit, view, pages::desk_panel);
}

}  // namespace

void add_journal(http::Router& router, Site& site) { get_slow(router, site, "/desk/{member}/journal", Door::staff, show_journal); }

}  // namespace wasl::web::desk
