#include "trust/audit_papers.hpp"

#include "trust/checkpoint.hpp"
#include "trust/daily_map.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/merkle.hpp"
#include "trust/seal.hpp"

namespace wasl::trust {

namespace {

constexpr std::size_t documents_at_once = 500;

// The checkpoint of exactly this size has this root. All stored ones were recomputed above.
Result<bool> stood_at(const AuditPapers& of, std::uint64_t size, const Digest& root) {
    const auto kept = TRY(of.history.checkpoint_covering(size));
    const auto parsed = kept ? parse_signed_checkpoint(kept->text) : fail(Code::not_found, "none");
    return parsed && parsed->checkpoint.size == size && parsed->checkpoint.root == root;
}

Result<void> check_stored_seal(const AuditPapers& of, const store::Document& document) {
    const auto where = "seal " + document.key;
    const auto kept = parse_stored_seal(document.body);
    const auto seal = kept ? parse_seal(kept->seal) : std::unexpected(kept.error());
    if (!seal) {
        of.find("audit.seal-malformed", where, seal.error().detail);
        return {};
    }
    if (check_seal(kept->seal, *seal, *of.options.trust) != SignatureState::good || seal->member != of.options.member) {
        of.find("audit.seal-signature", where);
    }
    const bool same = kept->leaf_index == seal->leaf_index && kept->size == seal->size && kept->root == seal->root;
    if (!same || !TRY(stood_at(of, seal->size, seal->root))) {
        of.find("audit.seal-differs", where, "its size and root are not of this journal");
    }
    return {};
}

Result<void> check_map(const AuditPapers& of, const std::string& key) {
    const auto day = parse_date(std::string_view(key).substr(4));
    const auto kept = day ? find_map(of.reader, *day) : std::unexpected(day.error());
    if (!kept || !*kept) {
        of.find("audit.map-malformed", key, kept ? "" : kept.error().detail);
        return {};
    }
    const auto note = parse_note((*kept)->note);
    const auto head = note ? parse_map_text(note->text) : std::unexpected(note.error());
    const auto map = head ? DailyMap::read(*head, (*kept)->lines) : std::unexpected(head.error());
    if (!map || head->day != *day || head->member != of.options.member) {
        of.find("audit.map-differs", key, map ? "day or member" : map.error().detail);
        return {};
    }
    if (check_note_signature(*note, map_origin(of.options.member), of.options.member, head->time, *of.options.trust) !=
            SignatureState::good || !check_cosignatures(*note, *of.options.trust).all_good) {
        of.find("audit.map-signature", key);
    }
    const bool before_first = head->checkpoint_size == 0 && head->checkpoint_root == empty_root();
    if (!before_first && !TRY(stood_at(of, head->checkpoint_size, head->checkpoint_root))) {
        of.find("audit.map-differs", key, "it names a checkpoint that is not of this journal");
    }
    return {};
}

}  // namespace

void AuditPapers::find(std::string key, std::string where, std::string detail) const {
    if (!enough()) {
        report.findings.push_back({std::move(key), std::move(where), std::move(detail)});
    }
}

Result<void> check_seals(const AuditPapers& of) {
    store::Query query{.collection = "seals"};
    query.limit = documents_at_once;
    do {
        const auto page = TRY(of.reader.find(query));
        for (const auto& document : page.documents) {
            TRY(check_stored_seal(of, document));
        }
        query.after = page.next;
    } while (!query.after.empty() && !of.enough());
    return {};
}

Result<void> check_maps(const AuditPapers& of) {
    store::Query query{.collection = "evidence"};
    query.limit = documents_at_once;
    do {
        const auto page = TRY(of.reader.find(query));
        for (const auto& document : page.documents) {
            if (document.key.starts_with("map/")) {
                TRY(check_map(of, document.key));
            }
        }
        query.after = page.next;
    } while (!query.after.empty() && !of.enough());
    return {};
}

}  // namespace wasl::trust
