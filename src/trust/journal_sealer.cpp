#include "trust/journal_sealer.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "trust/cosign.hpp"
#include "trust/segment_keeper.hpp"

namespace wasl::trust {

namespace {

constexpr auto seals = "seals";
constexpr auto evidence = "evidence";
constexpr auto secret_key = "chain-secret";
constexpr std::size_t secret_bytes = 32;

std::string map_key(Date day) { return "map/" + day.iso(); }

std::string write_stored_seal(const StoredSeal& seal) {
    json::Object out;
    out.set("seal", to_base64(seal.seal));
    out.set("leaf", seal.leaf_index);
    out.set("size", seal.size);
    out.set("root", to_base64(seal.root.view()));
    return json::write(out);
}

// Everything that grows with the journal; copied before a group, so that a failed one leaves nothing.
struct Growth {
    Frontier frontier;
    TileBuilder tiles;
};

}  // namespace

std::vector<store::CollectionSpec> trust_collections() {
    return {{.name = seals, .fields = {}, .indexes = {}, .searchable = false},
            {.name = evidence, .fields = {}, .indexes = {}, .searchable = false}};
}

// HMAC-SHA-256 (RFC 2104) for keys of one block at most; OpenSSL's own looks its algorithm up each time,
// which would cost more than all else that is done for an entry.
std::string chain_salt(std::string_view secret, std::string_view chain) {
    std::array<std::string, 2> pads{std::string(64, '\x36'), std::string(64, '\x5c')};
    for (auto& pad : pads) {
        for (std::size_t i = 0; i < secret.size() && i < pad.size(); ++i) {
            pad[i] = static_cast<char>(pad[i] ^ secret[i]);
        }
    }
    return std::string(sha256(pads[1], sha256(pads[0], chain).view()).view());
}

Result<StoredSeal> parse_stored_seal(std::string_view body) {
    const auto value = TRY(json::parse(body));
    const auto leaf = value["leaf"].integer();
    const auto size = value["size"].integer();
    const auto root = from_base64(value["root"].text_or(""));
    if (!leaf || *leaf < 0 || !size || *size < 0 || !root || root->size() != 32) {
        return fail(Code::internal, "trust.stored-seal-malformed", "a kept seal");
    }
    return StoredSeal{TRY(from_base64(value["seal"].text_or(""))), static_cast<std::uint64_t>(*leaf),
                      static_cast<std::uint64_t>(*size), digest_from_bytes(*root)};
}

Result<std::optional<StoredSeal>> find_seal(store::Reader& reader, std::string_view seal_key) {
    const auto document = TRY(reader.get(seals, seal_key));
    if (!document) {
        return std::nullopt;
    }
    return TRY(parse_stored_seal(document->body));
}

Result<std::string> make_row_leaf(const store::JournalRow& row, std::string_view chain_secret) {
    Leaf leaf;
    leaf.content = commitment(row.salt, row.content);
    leaf.chain = commitment(chain_salt(chain_secret, row.chain), row.chain);
    leaf.position = row.position + 1;
    if (!row.previous.empty()) {
        if (row.previous.size() != 32) {
            return fail(Code::internal, "trust.leaf-malformed", "previous leaf hash of entry " + std::to_string(row.seq));
        }
        leaf.previous = digest_from_bytes(row.previous);
    }
    leaf.at = row.at;
    leaf.kind = row.kind;
    return write_leaf(leaf);
}

Result<std::string> chain_secret(store::Reader& reader) {
    const auto document = TRY(reader.get(evidence, secret_key));
    if (!document) {
        return std::string();
    }
    const auto value = TRY(json::parse(document->body));
    auto secret = TRY(from_base64(value["secret"].text_or("")));
    if (secret.size() != secret_bytes) {
        return fail(Code::internal, "trust.chain-secret-malformed", "the secret of chain commitments");
    }
    return secret;
}

Result<std::string> JournalTiles::tile(unsigned level, std::uint64_t index) const {
    auto hashes = TRY(reader_->tile(static_cast<int>(level), index));
    if (!hashes) {
        return fail(Code::internal, "trust.tile-missing", std::to_string(level) + "/" + std::to_string(index));
    }
    return std::move(*hashes);
}

Result<Digest> JournalTiles::leaf(std::uint64_t index) const {
    if (index < rows_first_ || index - rows_first_ >= rows_.size()) {
        rows_first_ = index / tile_width * tile_width;
        rows_.clear();
        // Of a tree that was smaller the tile may be complete by now, and its rows elsewhere.
        if (const auto hashes = TRY(reader_->tile(0, index / tile_width)); hashes && hashes->size() == tile_width * sizeof(Digest::bytes)) {
            for (std::size_t at = 0; at < hashes->size(); at += sizeof(Digest::bytes)) {
                rows_.push_back(digest_from_bytes(std::string_view(*hashes).substr(at, sizeof(Digest::bytes))));
            }
        } else {
            for (const auto& row : TRY(reader_->journal(rows_first_, tile_width))) {
                rows_.push_back(hash_leaf(row.leaf));
            }
        }
    }
    if (index - rows_first_ >= rows_.size()) {
        return fail(Code::not_found, "trust.entry-missing", "entry " + std::to_string(index));
    }
    return rows_[index - rows_first_];
}

struct JournalSealer::Impl {
    const KeyRing* keys = nullptr;
    Entropy* entropy = nullptr;
    SystemEntropy system;

    std::optional<Growth> committed;
    std::optional<Growth> pending;
    std::string secret;
    bool secret_is_new = false;

    Result<void> open(store::Transaction& transaction, std::uint64_t size) {
        pending.reset();
        if (!committed || committed->frontier.size() != size) {
            const JournalTiles source(transaction);
            const TileNodes nodes(source, size);
            auto peaks = TRY(peaks_at(size, nodes));
            auto frontier = TRY(Frontier::restore(size, std::move(peaks)));
            committed = Growth{std::move(frontier), TRY(TileBuilder::restore(size, nodes))};
        }
        if (secret.empty()) {
            secret = TRY(chain_secret(transaction));
        }
        if (secret.empty()) {
            secret = entropy->bytes(secret_bytes);
            secret_is_new = true;
            json::Object body;
            body.set("secret", to_base64(secret));
            TRY(transaction.put(evidence, secret_key, store::Transaction::must_not_exist, json::write(body)));
        }
        return {};
    }

    Result<void> seal(store::Transaction& transaction, const store::JournalRow& row, const Growth& growth) {
        if (TRY(transaction.get(seals, *row.seal_key))) {
            // What was sealed once stays as it was given out.
            log::error("trust.seal-key-used-twice", {{"key", *row.seal_key}});
            return {};
        }
        const auto request = TRY(parse_seal_request(row.seal_claims));
        Seal made;
        made.kind = request.kind;
        made.member = keys->member();
        made.reference = request.reference;
        made.subject = request.subject.view().substr(0, subject_digest_bytes);
        made.issued = {row.at.seconds() * 1'000'000};
        made.due = request.due;
        made.valid_until = request.valid_until;
        made.facts = request.facts;
        made.leaf_index = row.seq;
        made.size = growth.frontier.size();
        made.root = growth.frontier.root();
        const auto signer = TRY(keys->signer(KeyUse::seal, row.at));
        const auto bytes = TRY(make_seal(made, *signer));
        const StoredSeal kept{bytes, made.leaf_index, made.size, made.root};
        TRY(transaction.put(seals, *row.seal_key, store::Transaction::must_not_exist, write_stored_seal(kept)));
        return {};
    }
};

JournalSealer::JournalSealer(const KeyRing& keys, Entropy* entropy) : impl_(std::make_unique<Impl>()) {
    impl_->keys = &keys;
    impl_->entropy = entropy != nullptr ? entropy : &impl_->system;
}
JournalSealer::~JournalSealer() = default;

Result<void> JournalSealer::before_commit(store::Transaction& transaction, std::span<store::JournalRow> rows) {
    if (rows.empty()) {
        return {};
    }
    TRY(impl_->open(transaction, rows.front().seq));
    auto growth = *impl_->committed;
    std::vector<TileBuilder::Tile> done;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        store::link_previous(rows, i);
        rows[i].leaf = TRY(make_row_leaf(rows[i], impl_->secret));
        const auto hash = hash_leaf(rows[i].leaf);
        growth.frontier.append(hash);
        growth.tiles.append(hash, done);
    }
    for (const auto& tile : done) {
        TRY(transaction.put_tile(static_cast<int>(tile.level), tile.index, tile.hashes));
    }
    // The rows' own instant: a group's rows share it, and it never runs behind them.
    const auto now = rows.back().at;
    const auto& member = impl_->keys->member();
    const Checkpoint head{checkpoint_origin(member), growth.frontier.size(), growth.frontier.root(), now, member};
    const auto signer = TRY(impl_->keys->signer(KeyUse::checkpoint, now));
    const auto note = TRY(sign_checkpoint(head, *signer));
    TRY(transaction.put_checkpoint({head.size, now, note}));
    for (const auto& row : rows) {
        if (row.seal_key) {
            TRY(impl_->seal(transaction, row, growth));
        }
    }
    impl_->pending = std::move(growth);
    return {};
}

void JournalSealer::after_commit(bool success) noexcept {
    if (success && impl_->pending) {
        impl_->committed = std::move(impl_->pending);
    } else if (!success && impl_->secret_is_new) {
        impl_->secret.clear();
    }
    impl_->secret_is_new = false;
    impl_->pending.reset();
}

Result<EntryProof> prove_entry(store::Reader& reader, std::uint64_t index, std::uint64_t size) {
    JournalHistory history(reader);
    const auto rows = TRY(history.rows(index, 1));
    const auto head = size == 0 ? TRY(reader.checkpoint()) : TRY(history.checkpoint_covering(size));
    if (rows.empty() || !head || head->tree_size <= index || (size != 0 && head->tree_size != size)) {
        return fail(Code::not_found, "trust.entry-missing", "entry " + std::to_string(index));
    }
    const JournalTiles source(reader);
    const TileNodes nodes(source, head->tree_size);
    return EntryProof{rows.front().leaf, index, TRY(inclusion_proof(index, head->tree_size, nodes)), head->text};
}

Result<std::string> cosign_head(store::Store& store, CosignerClient& cosigner, std::string_view cosigner_member,
                                Instant now) {
    std::string merged;
    store::Checkpoint head;
    {
        const auto reader = TRY(store.read());
        const auto newest = TRY(reader->checkpoint());
        if (!newest) {
            return std::string();
        }
        head = *newest;
        for (const auto& signature : TRY(parse_note(head.text)).signatures) {
            if (signature.name == checkpoint_origin(cosigner_member)) {
                return std::string();
            }
        }
        const JournalTiles source(*reader);
        merged = TRY(ask_for_cosignature(head.text, TileNodes(source, head.tree_size), cosigner, now));
    }
    TRY(store.run([&](store::Transaction& transaction) -> Result<void> {
        // Another cosigner may have been quicker: keep its line too.
        const auto standing = TRY(transaction.checkpoint(head.tree_size));
        if (standing && standing->tree_size == head.tree_size) {
            const auto lines = TRY(parse_note(merged)).signatures;
            head.text = TRY(merge_signatures(standing->text, lines));
        }
        return transaction.put_checkpoint(head);
    }));
    return head.text;
}

Result<void> keep_map(store::Store& store, std::string_view note, std::string_view lines, Date day) {
    const auto digest = TRY(store.write_blob(lines));
    json::Object body;
    body.set("note", note);
    body.set("lines", digest.hex());
    const auto text = json::write(body);
    return store.run([&](store::Transaction& transaction) -> Result<void> {
        TRY(transaction.name_blob(digest));
        if (const auto old = TRY(transaction.get(evidence, map_key(day)))) {
            const auto value = TRY(json::parse(old->body));
            const auto before = TRY(from_hex(value["lines"].text_or("")));
            TRY(transaction.release_blob(digest_from_bytes(before)));
        }
        TRY(transaction.put(evidence, map_key(day), store::Transaction::any_version, text));
        return {};
    });
}

Result<std::optional<KeptMap>> find_map(store::Reader& reader, Date day) {
    const auto document = TRY(reader.get(evidence, map_key(day)));
    if (!document) {
        return std::nullopt;
    }
    const auto value = TRY(json::parse(document->body));
    const auto digest = TRY(from_hex(value["lines"].text_or("")));
    auto lines = TRY(reader.blob(digest_from_bytes(digest)));
    return KeptMap{std::string(value["note"].text_or("")), std::move(lines)};
}

}  // namespace wasl::trust
