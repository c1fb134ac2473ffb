#include "trust/cosign.hpp"

#include "base/text.hpp"
#include "trust/impl/files.hpp"
#include "trust/key_files.hpp"

#include <algorithm>
#include <mutex>

namespace wasl::trust {

namespace {

constexpr std::int64_t key_years_seconds = 10LL * 365 * 86'400;

std::unexpected<Error> refuse(Code code, std::string key, std::string detail) {
    return fail(code, std::move(key), std::move(detail));
}

// Origins hold '/': their hash names the file.
std::string file_name(std::string_view origin) { return sha256(origin).hex().substr(0, 32); }

// Two sizes of one journal, each with a root, in order; the proof goes from the smaller to the larger.
bool agree(std::uint64_t a_size, const Digest& a, std::uint64_t b_size, const Digest& b, std::span<const Digest> proof) {
    return a_size <= b_size ? verify_consistency(a_size, b_size, a, b, proof) : verify_consistency(b_size, a_size, b, a, proof);
}

}  // namespace

struct Cosigner::Impl {
    std::filesystem::path folder;
    std::string member;
    std::unique_ptr<Signer> signer;
    TrustStore trust;
    Instant born;
    mutable std::mutex mutex;

    [[nodiscard]] std::filesystem::path state_file(std::string_view origin) const {
        return folder / "state" / file_name(origin);
    }

    // The last note cosigned for an origin; empty when none.
    [[nodiscard]] Result<std::string> last(std::string_view origin) const {
        auto bytes = read_small_file(state_file(origin));
        if (!bytes && bytes.error().key == "trust.file-missing") {
            return std::string();
        }
        return bytes;
    }

    Result<void> keep_evidence(std::string_view kept, std::string_view offered) const {
        const auto both = std::string(kept) + "\n" + std::string(offered);
        return write_private_file(folder / "evidence" / (sha256(both).hex().substr(0, 32) + ".notes"), both, Replace::yes);
    }

    // Who signed the note may be believed; otherwise anyone could make us keep evidence or state.
    [[nodiscard]] Result<void> believe(const Note& note, std::string_view origin, std::string_view of, Instant time) const {
        switch (check_note_signature(note, origin, of, time, trust)) {
            case SignatureState::good: return {};
            case SignatureState::unknown_key:
                return refuse(Code::forbidden, "trust.cosign-unknown-member", "no checkpoint key known of " + std::string(of));
            case SignatureState::wrong:
            case SignatureState::key_not_valid_then: break;
        }
        return refuse(Code::forbidden, "trust.cosign-bad-signature", "signature of " + std::string(origin));
    }

    Result<NoteSignature> sign(const Note& note, std::string_view origin, Instant now) {
        auto line = TRY(cosign_note(note.text, checkpoint_origin(member), *signer, now));
        const auto bytes = TRY(merge_signatures(write_note(note), {line}));
        TRY(write_private_file(state_file(origin), bytes, Replace::yes));  // before the signature leaves
        return line;
    }

    // `fresh` against what we saw last, whose size is request-bound by the caller.
    Result<void> follows(const SignedCheckpoint& old, const SignedCheckpoint& fresh, const CosignRequest& request,
                         std::string_view kept) const {
        const auto& before = old.checkpoint;
        const auto& after = fresh.checkpoint;
        if (after.size < before.size) {
            TRY(keep_evidence(kept, request.note));
            return refuse(Code::conflict, "trust.cosign-rollback",
                          std::to_string(after.size) + " entries after " + std::to_string(before.size));
        }
        if (after.size == before.size && after.root != before.root) {
            TRY(keep_evidence(kept, request.note));
            return refuse(Code::conflict, "trust.cosign-fork", "two roots for " + std::to_string(after.size) + " entries");
        }
        if (request.old_size != before.size) {
            return refuse(Code::conflict, "trust.cosign-stale", "my last size is " + std::to_string(before.size));
        }
        if (!verify_consistency(before.size, after.size, before.root, after.root, request.consistency)) {
            TRY(keep_evidence(kept, request.note));
            return refuse(Code::conflict, "trust.cosign-bad-proof",
                          "no proof that entries before " + std::to_string(before.size) + " are the same");
        }
        return {};
    }
};

bool has_cosigner(const std::filesystem::path& folder) { return std::filesystem::exists(folder / "cosigner.pem"); }

Result<std::unique_ptr<Cosigner>> Cosigner::open_or_create(const std::filesystem::path& folder, std::string member,
                                                           TrustStore trust, Instant now) {
    auto impl = std::make_unique<Impl>();
    impl->folder = folder;
    impl->member = std::move(member);
    impl->trust = std::move(trust);
    for (const auto& part : {folder, folder / "state", folder / "evidence"}) {
        TRY(make_private_folder(part));
    }
    const auto key_file = folder / "cosigner.pem";
    const auto born_file = folder / "cosigner.since";
    auto signer = load_signer_file(key_file);
    if (!signer && signer.error().key == "trust.key-missing") {
        TRY(write_private_file(born_file, std::to_string(now.seconds()), Replace::yes));
        signer = generate_signer_file(Curve::ed25519, key_file);
    }
    impl->signer = TRY(std::move(signer));
    const auto since = TRY(read_small_file(born_file));
    impl->born = Instant{to_integer(trim(since)).value_or(now.seconds()) * 1'000'000};
    if (impl->signer->public_key().curve() != Curve::ed25519) {
        return fail(Code::invalid, "trust.key-malformed", key_file.string() + " is no Ed25519 key");
    }
    return std::unique_ptr<Cosigner>(new Cosigner(std::move(impl)));
}

Cosigner::Cosigner(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Cosigner::~Cosigner() = default;

Result<std::uint64_t> Cosigner::last_size(std::string_view origin) {
    const std::lock_guard lock(impl_->mutex);
    const auto kept = TRY(impl_->last(origin));
    return kept.empty() ? 0 : TRY(parse_signed_checkpoint(kept)).checkpoint.size;
}

Result<NoteSignature> Cosigner::cosign(const CosignRequest& request, Instant now) {
    const std::lock_guard lock(impl_->mutex);
    const auto fresh = TRY(parse_signed_checkpoint(request.note));
    const auto& origin = fresh.checkpoint.origin;
    TRY(impl_->believe(fresh.note, origin, fresh.checkpoint.member, fresh.checkpoint.time));
    const auto kept = TRY(impl_->last(origin));
    if (!kept.empty()) {
        const auto old = TRY(parse_signed_checkpoint(kept));
        TRY(impl_->follows(old, fresh, request, kept));
    }
    return impl_->sign(fresh.note, origin, now);
}

Result<NoteSignature> Cosigner::cosign_map(const MapCosignRequest& request, Instant now) {
    const std::lock_guard lock(impl_->mutex);
    const auto note = TRY(parse_note(request.note));
    const auto map = TRY(parse_map_text(note.text));
    const auto tie = TRY(parse_signed_checkpoint(request.checkpoint_note));
    const auto origin = map_origin(map.member);
    TRY(impl_->believe(note, origin, map.member, map.time));
    TRY(impl_->believe(tie.note, checkpoint_origin(map.member), map.member, tie.checkpoint.time));
    if (tie.checkpoint.size != map.checkpoint_size || tie.checkpoint.root != map.checkpoint_root) {
        return refuse(Code::invalid, "trust.cosign-bad-proof", "the map names another checkpoint");
    }
    const auto journal = TRY(impl_->last(tie.checkpoint.origin));
    if (!journal.empty()) {
        const auto seen = TRY(parse_signed_checkpoint(journal)).checkpoint;
        if (!agree(seen.size, seen.root, map.checkpoint_size, map.checkpoint_root, request.consistency)) {
            TRY(impl_->keep_evidence(journal, request.checkpoint_note));
            return refuse(Code::conflict, "trust.cosign-bad-proof", "the map's journal is not the one seen before");
        }
    }
    if (const auto kept = TRY(impl_->last(origin)); !kept.empty()) {
        const auto before = TRY(parse_note(kept));
        const auto old = TRY(parse_map_text(before.text));
        if (map.day < old.day || (map.day == old.day && before.text != note.text)) {
            TRY(impl_->keep_evidence(kept, request.note));
            return refuse(Code::conflict, "trust.cosign-map-rewritten", "a map of " + old.day.iso() + " was cosigned before");
        }
    }
    return impl_->sign(note, origin, now);
}

void Cosigner::trust(TrustStore trust) {
    const std::lock_guard lock(impl_->mutex);
    impl_->trust = std::move(trust);
}

TrustedKey Cosigner::public_key() const {
    return {impl_->signer->public_key(), impl_->member, KeyUse::cosign, impl_->born, impl_->born.plus_seconds(key_years_seconds)};
}

Result<std::string> Cosigner::last_note(std::string_view origin) const {
    const std::lock_guard lock(impl_->mutex);
    auto kept = TRY(impl_->last(origin));
    if (kept.empty()) {
        return fail(Code::not_found, "trust.cosign-none", std::string(origin));
    }
    return kept;
}

std::vector<std::filesystem::path> Cosigner::evidence() const {
    const std::lock_guard lock(impl_->mutex);
    std::vector<std::filesystem::path> files;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(impl_->folder / "evidence", ignored)) {
        if (entry.path().extension() == ".notes") {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

Result<std::string> ask_for_cosignature(std::string_view note_bytes, const NodeSource& nodes, CosignerClient& cosigner,
                                        Instant now) {
    const auto head = TRY(parse_signed_checkpoint(note_bytes)).checkpoint;
    for (int attempt = 0;; ++attempt) {
        CosignRequest request{std::string(note_bytes), TRY(cosigner.last_size(head.origin)), {}};
        // A cosigner that has seen more than we have: it must be asked all the same, so that it notices.
        if (request.old_size < head.size) {
            request.consistency = TRY(consistency_proof(request.old_size, head.size, nodes));
        }
        auto line = cosigner.cosign(request, now);
        if (line) {
            return merge_signatures(note_bytes, {*line});
        }
        if (line.error().key != "trust.cosign-stale" || attempt > 0) {
            return std::unexpected(line.error());
        }
    }
}

Result<std::string> ask_for_map_cosignature(std::string_view map_note, std::string_view checkpoint_note,
                                            const NodeSource& nodes, CosignerClient& cosigner, Instant now) {
    const auto head = TRY(parse_signed_checkpoint(checkpoint_note)).checkpoint;
    const auto seen = TRY(cosigner.last_size(head.origin));
    MapCosignRequest request{std::string(map_note), std::string(checkpoint_note), {}};
    request.consistency = TRY(consistency_proof(std::min(seen, head.size), std::max(seen, head.size), nodes));
    const auto line = TRY(cosigner.cosign_map(request, now));
    return merge_signatures(map_note, {line});
}

}  // namespace wasl::trust
