#include "exchange/p256_table.hpp"

#include "base/openssl.hpp"
#include "base/text.hpp"
#include "exchange/node_directory.hpp"
#include "exchange/signature_keys.hpp"
#include "trust/keys.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <doctest/doctest.h>

#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

using namespace wasl;
using namespace wasl::exchange;

namespace {

using openssl::Freed;
using openssl::Number;
using Group = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;
using Context = std::unique_ptr<BN_CTX, Freed<BN_CTX_free>>;
using enum SignatureAlgorithm;

std::string text_of(const Number& number) {
    std::string out(32, '\0');
    REQUIRE(BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(out.data()), 32) == 32);
    return out;
}
Number number_of(std::string_view bytes) { return Number(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr)); }

// The curve by itself, to make signatures that no signer makes.
struct Curve {
    Group group{EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
    Context with{BN_CTX_new()};
    [[nodiscard]] const BIGNUM* order() const { return EC_GROUP_get0_order(group.get()); }
    [[nodiscard]] std::string order_text() const { return text_of(Number(BN_dup(order()))); }
    // DER of the public key at a point.
    [[nodiscard]] std::string spki(const EC_POINT* at) const {
        std::string point(65, '\0');
        REQUIRE(EC_POINT_point2oct(group.get(), at, POINT_CONVERSION_UNCOMPRESSED, reinterpret_cast<unsigned char*>(point.data()), 65, with.get()) == 65);
        return from_hex("3059301306072a8648ce3d020106082a8648ce3d030107034200").value() + point;
    }
};

// Two keys that are one, of which one is quick.
struct Pair {
    VerifyingKey plain, quick;
    explicit Pair(std::string_view spki) : plain(VerifyingKey::from_spki(spki, ecdsa_p256_sha256).value()), quick(VerifyingKey::from_spki(spki, ecdsa_p256_sha256).value()) {
        quick.quicken();
        REQUIRE(quick.is_quick());
        REQUIRE_FALSE(plain.is_quick());
    }
    // What both say.
    [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const {
        const bool out = quick.verify(message, signature);
        CHECK(out == plain.verify(message, signature));
        return out;
    }
};

struct Signing {
    std::unique_ptr<trust::Signer> signer = trust::generate_signer(trust::Curve::p256).value();
    Pair keys{signer->public_key().spki()};
};

}  // namespace

TEST_CASE("a quick key accepts what was signed, and nothing that was altered by a bit") {
    for (int round = 0; round < 3; ++round) {
        const Signing by;
        for (int number = 0; number < 20; ++number) {
            const std::string message = "message " + std::to_string(number);
            const std::string signature = by.signer->sign(message).value();
            CHECK(by.keys.verify(message, signature));
            CHECK_FALSE(by.keys.verify(message + "!", signature));
        }
        const std::string signature = by.signer->sign("bits").value();
        for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
            std::string altered = signature;
            altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
            CAPTURE(bit);
            CHECK_FALSE(by.keys.verify("bits", altered));
        }
        CHECK_FALSE(Signing().keys.verify("bits", signature));
    }
}

TEST_CASE("numbers out of range and other lengths are refused by a quick key as by any") {
    const Curve curve;
    const Signing by;
    const std::string good = by.signer->sign("message").value();
    const std::string r = good.substr(0, 32), s = good.substr(32), order = curve.order_text(), none(32, '\0'), most(32, '\xFF');
    for (const auto& odd : {none, order, most}) {
        CHECK_FALSE(by.keys.verify("message", odd + s));
        CHECK_FALSE(by.keys.verify("message", r + odd));
        CHECK_FALSE(by.keys.verify("message", odd + odd));
    }
    for (const std::size_t size : {0, 1, 32, 63}) { CHECK_FALSE(by.keys.verify("message", good.substr(0, size))); }
    CHECK_FALSE(by.keys.verify("message", good + '\0'));
    // With s taken from the order it is a signature as well, and both know it.
    const Number other(BN_new());
    REQUIRE(BN_sub(other.get(), curve.order(), number_of(s).get()) == 1);
    CHECK(by.keys.verify("message", r + text_of(other)));
}

TEST_CASE("a signature whose point lies beyond the order is one: x counts modulo the order") {
    const Curve curve;
    BN_CTX* with = curve.with.get();
    const std::string message = "beyond";
    const Number x(BN_dup(curve.order())), s(number_of(std::string(31, '\0') + '\7')), hash(number_of(sha256(message).view()));
    const Point at(EC_POINT_new(curve.group.get())), key(EC_POINT_new(curve.group.get()));
    do { REQUIRE(BN_add_word(x.get(), 1) == 1); } while (EC_POINT_set_compressed_coordinates(curve.group.get(), at.get(), x.get(), 0, with) != 1);
    ERR_clear_error();
    const Number r(BN_new()), inverse(BN_new()), minus(BN_new()), factor(BN_new());
    REQUIRE(BN_nnmod(r.get(), x.get(), curve.order(), with) == 1);
    REQUIRE(BN_cmp(r.get(), x.get()) != 0);
    // Q = (s·R − e·G) / r
    REQUIRE(BN_mod_inverse(inverse.get(), r.get(), curve.order(), with) != nullptr);
    REQUIRE(BN_mod_mul(factor.get(), s.get(), inverse.get(), curve.order(), with) == 1);
    REQUIRE(BN_mod_mul(minus.get(), hash.get(), inverse.get(), curve.order(), with) == 1);
    REQUIRE(BN_sub(minus.get(), curve.order(), minus.get()) == 1);
    REQUIRE(EC_POINT_mul(curve.group.get(), key.get(), minus.get(), at.get(), factor.get(), with) == 1);
    const Pair keys(curve.spki(key.get()));
    CHECK(keys.verify(message, text_of(r) + text_of(s)));
    CHECK_FALSE(keys.verify(message, text_of(x) + text_of(s)));
    const Number beyond(BN_dup(curve.order()));
    REQUIRE(BN_add(beyond.get(), beyond.get(), s.get()) == 1);
    CHECK_FALSE(keys.verify(message, text_of(r) + text_of(beyond)));
}

TEST_CASE("points that cancel out each other are no signature") {
    const Curve curve;
    BN_CTX* with = curve.with.get();
    const openssl::Key made(EVP_EC_gen("P-256"));
    BIGNUM* secret = nullptr;
    REQUIRE(EVP_PKEY_get_bn_param(made.get(), OSSL_PKEY_PARAM_PRIV_KEY, &secret) == 1);
    const Number owned(secret), r(number_of("r of some bytes, whatever it be")), s(number_of("s")), product(BN_new()), hash(BN_new());
    REQUIRE(BN_mod_mul(product.get(), r.get(), secret, curve.order(), with) == 1);
    REQUIRE(BN_sub(hash.get(), curve.order(), product.get()) == 1);  // e = −r·d
    Digest digest;
    std::memcpy(digest.bytes.data(), text_of(hash).data(), digest.bytes.size());
    const auto table = P256Table::of(made.get());
    REQUIRE(table);
    CHECK_FALSE(table->verify(digest, text_of(r) + text_of(s)));
}

TEST_CASE("only keys of the curve have a table") {
    CHECK(P256Table::of(openssl::Key(EVP_EC_gen("P-384")).get()) == nullptr);
    CHECK(P256Table::of(openssl::Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")).get()) == nullptr);
    const auto other = SigningKey::generate(ed25519).value();
    const auto key = other.verifying_key();
    key.quicken();
    CHECK_FALSE(key.is_quick());
    CHECK(key.verify("message", other.sign("message").value()));
    ERR_clear_error();
}

TEST_CASE("a key becomes quick while others verify with it") {
    const auto signer = trust::generate_signer(trust::Curve::p256).value();
    const auto key = VerifyingKey::of(signer->public_key()).value();
    const std::string good = signer->sign("message").value();
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 400; ++n) { wrong += key.verify("message", good) && !key.verify("massage", good) ? 0 : 1; }
        });
    }
    threads.emplace_back([&] { key.quicken(); });
    threads.emplace_back([&] { key.quicken(); });
    for (auto& thread : threads) { thread.join(); }
    CHECK(wrong == 0);
    CHECK(key.is_quick());
}

TEST_CASE("the registry's keys become quick when they come often, and are forgotten when there are too many") {
    KeyCache keys;
    const Instant now{1'700'000'000'000'000};
    const auto member_key = [&](const trust::PublicKey& key) { return MemberKey{key.thumbprint(), key.spki(), ecdsa_p256_sha256, now, now.plus_seconds(60)}; };
    const auto often = [&](const MemberKey& key) {
        for (int n = 0; n < 1'100; ++n) { REQUIRE(keys.find(key)); }
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (!keys.find(key)->is_quick() && std::chrono::steady_clock::now() < until) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); }
    };
    const auto signer = trust::generate_signer(trust::Curve::p256).value();
    const MemberKey first = member_key(signer->public_key());
    for (int n = 0; n < 900; ++n) { REQUIRE(keys.find(first)); }
    CHECK_FALSE(keys.find(first)->is_quick());
    often(first);
    CHECK(keys.find(first)->is_quick());
    CHECK(keys.find(first)->verify("message", signer->sign("message").value()));
    for (int n = 0; n < 64; ++n) { often(member_key(trust::generate_signer(trust::Curve::p256).value()->public_key())); }
    CHECK_FALSE(keys.find(first)->is_quick());
    often(first);
    CHECK(keys.find(first)->is_quick());
}
