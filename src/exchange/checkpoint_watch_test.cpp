#include "exchange/checkpoint_watch.hpp"
#include "exchange/timestamp_keeper.hpp"

#include "exchange/small_file.hpp"
#include "trust/checkpoint.hpp"
#include "trust/keys.hpp"
#include "trust/merkle.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace wasl;
using namespace wasl::exchange;

namespace {

constexpr Instant now{1'763'809'200'000'000};
const ClientId taxes{"MA", "GOV", "taxes"};

// A peer with a journal of so many entries; `other` after some entry makes it another journal.
struct Peer {
    std::shared_ptr<const trust::Signer> key = trust::generate_signer(trust::Curve::p256).value();

    [[nodiscard]] RegisteredMember row() const {
        return {taxes, {}, {{key->public_key().thumbprint(), key->public_key().spki(), SignatureAlgorithm::ecdsa_p256_sha256,
                             now.plus_seconds(-60), now.plus_seconds(3'600), MemberKeyUse::checkpoint}}, {}};
    }
    static trust::VectorNodes journal(std::uint64_t size, std::uint64_t other_from = 1'000) {
        std::vector<Digest> leaves;
        for (std::uint64_t i = 0; i < size; ++i) leaves.push_back(trust::hash_leaf((i < other_from ? "entry " : "other ") + std::to_string(i)));
        return trust::VectorNodes(std::move(leaves));
    }
    [[nodiscard]] CheckpointProof shows(std::uint64_t size, std::uint64_t from = 0, std::uint64_t other_from = 1'000) const {
        const auto nodes = journal(size, other_from);
        trust::Checkpoint head{"wasl/taxes", size, trust::root_at(size, nodes).value(), now, "taxes"};
        CheckpointProof out{trust::sign_checkpoint(head, *key).value(), from, {}};
        if (from > 0 && from < size) out.consistency = trust::consistency_proof(from, size, nodes).value();
        return out;
    }
};

struct Folder {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("wasl-watch-" + trust::generate_signer(trust::Curve::p256).value()->public_key().thumbprint());
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() { std::filesystem::remove_all(path); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
};

}  // namespace

TEST_CASE("a peer's journal that grows is followed from head to head") {
    const Folder folder;
    CheckpointWatch watch(folder.path);
    const Peer peer;
    CHECK(watch.last_size(taxes).value() == 0);
    CHECK(watch.take(peer.row(), peer.shows(5), now).value());
    CHECK(watch.take(peer.row(), peer.shows(9, 5), now).value());
    CHECK(!watch.take(peer.row(), peer.shows(9, 9), now).value());
    CHECK(CheckpointWatch(folder.path).last_size(taxes).value() == 9);
    CHECK(watch.evidence().empty());
}

TEST_CASE("a peer that rolled its journal back, or keeps two, is caught with its own signatures as evidence") {
    const Folder folder;
    CheckpointWatch watch(folder.path);
    const Peer peer;
    REQUIRE(watch.take(peer.row(), peer.shows(9), now));
    SUBCASE("rolled back") { CHECK(watch.take(peer.row(), peer.shows(5), now).error().key == "exchange.checkpoint-rollback"); }
    SUBCASE("as long, but another") { CHECK(watch.take(peer.row(), peer.shows(9, 0, 3), now).error().key == "exchange.checkpoint-fork"); }
    SUBCASE("longer, but another") { CHECK(watch.take(peer.row(), peer.shows(12, 9, 3), now).error().key == "exchange.checkpoint-fork"); }
    CHECK(watch.evidence().size() == 1);
    CHECK(watch.last_size(taxes).value() == 9);
    CHECK(read_small_file(watch.evidence().front())->contains("seen_before"));
}

TEST_CASE("a head that nobody registered signed, or a proof from elsewhere, accuses nobody") {
    const Folder folder;
    CheckpointWatch watch(folder.path);
    const Peer peer, stranger;
    REQUIRE(watch.take(peer.row(), peer.shows(9), now));
    CHECK(watch.take(peer.row(), stranger.shows(3), now).error().key == "exchange.checkpoint-signature");
    auto row = peer.row();
    row.keys[0].use = MemberKeyUse::message;
    CHECK(watch.take(row, peer.shows(12, 9), now).error().key == "exchange.checkpoint-signature");
    CHECK(watch.take(peer.row(), peer.shows(12, 5), now).error().key == "exchange.checkpoint-stale");
    CHECK(watch.take(peer.row(), {"no note", 0, {}}, now).error().key == "exchange.checkpoint-malformed");
    CHECK(watch.evidence().empty());
}

TEST_CASE("a checkpoint with its proof travels as JSON, read strictly") {
    const Peer peer;
    const auto proof = peer.shows(9, 5);
    const auto back = parse_checkpoint_proof(write_checkpoint_proof(proof));
    REQUIRE(back);
    CHECK(back->note == proof.note);
    CHECK(back->old_size == 5);
    CHECK(back->consistency == proof.consistency);
    for (const auto* bad : {"", "[]", "{}", R"({"note":"x","old_size":-1,"consistency":[]})", R"({"note":"x","old_size":1,"consistency":["AA=="]})",
                            R"({"note":"x","old_size":1,"consistency":[],"more":1})"}) {
        CHECK(parse_checkpoint_proof(bad).error().key == "exchange.checkpoint-malformed");
    }
}

TEST_CASE("heads are stamped when something new has come and it is time; an authority that sleeps is asked again") {
    const Folder folder;
    const Peer peer;
    ManualClock clock(now);
    SystemEntropy entropy;
    const auto roots = CertificateAuthority::create("Roots", now.plus_seconds(-60), now.plus_seconds(86'400)).value();
    const auto authority = TimestampAuthority::create(roots.issue_timestamper("Stamps", now.plus_seconds(-60), now.plus_seconds(86'400)).value(), clock).value();
    std::uint64_t size = 0;
    bool asleep = false;
    int asked = 0;
    const auto options = [&] {
        return TimestampKeeper::Options{.folder = folder.path, .roots_pem = roots.certificate_pem(), .every_seconds = 60,
                                        .newest = [&]() -> Result<std::string> { return size == 0 ? std::string() : peer.shows(size).note; },
                                        .ask = [&](const std::string& query) -> Result<std::string> {
                                            ++asked;
                                            if (asleep) return fail(Code::unavailable, "http.client.connect");
                                            return authority->answer(query);
                                        }};
    };
    TimestampKeeper keeper(options());
    const auto round = [&](std::int64_t seconds) {
        clock.advance_seconds(seconds);
        keeper.round(clock.now(), entropy);
    };
    round(0);
    CHECK(asked == 0);
    size = 4;
    round(59);
    CHECK(asked == 0);
    round(1);
    CHECK(keeper.status().size == 4);
    round(60);
    CHECK(asked == 1);  // nothing new
    size = 7;
    asleep = true;
    round(60);
    CHECK(keeper.status().problem == "http.client.connect");
    CHECK(keeper.status().size == 4);
    asleep = false;
    round(60);
    CHECK(keeper.status().problem.empty());
    CHECK(keeper.status().size == 7);
    CHECK(TimestampKeeper(options()).status().size == 7);

    const auto good = check_stamps(folder.path, roots.certificate_pem(), 8, Peer::journal(8)).value();
    CHECK(good.stamps == 2);
    CHECK(good.findings.empty());
    const auto rewritten = check_stamps(folder.path, roots.certificate_pem(), 8, Peer::journal(8, 5)).value();
    REQUIRE(rewritten.findings.size() == 1);
    CHECK(rewritten.findings[0].key == "exchange.timestamp-differs");
    CHECK(rewritten.findings[0].where == "timestamp of size 7");
    const auto cut = check_stamps(folder.path, roots.certificate_pem(), 5, Peer::journal(5)).value();
    REQUIRE(cut.findings.size() == 1);
    CHECK(cut.findings[0].key == "exchange.timestamp-beyond");
    REQUIRE(write_small_file(folder.path / "4.note", peer.shows(4, 0, 2).note));
    const auto exchanged = check_stamps(folder.path, roots.certificate_pem(), 8, Peer::journal(8)).value();
    REQUIRE(exchanged.findings.size() == 1);
    CHECK(exchanged.findings[0].key == "exchange.timestamp-wrong");
    REQUIRE(write_small_file(folder.path / "notes.txt", "x"));
    CHECK(check_stamps(folder.path, roots.certificate_pem(), 8, Peer::journal(8)).error().key == "exchange.timestamp-file");
}
