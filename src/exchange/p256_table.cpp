#include "exchange/p256_table.hpp"

#include "base/openssl.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>

#include <array>

namespace wasl::exchange {

namespace {

using openssl::Freed;
using Group = std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, Freed<EC_POINT_free>>;
using Numbers = std::unique_ptr<BN_CTX, Freed<BN_CTX_free>>;

constexpr std::size_t half = 32;
constexpr std::size_t point_bytes = 1 + 2 * half;  // uncompressed

// Numbers that are lent, and given back at the end of the block.
class Lent {
public:
    explicit Lent(BN_CTX* from) : from_(from) { BN_CTX_start(from_); }
    ~Lent() { BN_CTX_end(from_); }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    BIGNUM* one() { return BN_CTX_get(from_); }  // null: out of memory; so are all that follow

private:
    BN_CTX* from_;
};

// OpenSSL has no newer way to say this: what took its place makes no tables for other points than the generator.
bool make_table(EC_GROUP* group, BN_CTX* numbers) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    return EC_GROUP_precompute_mult(group, numbers) == 1 && EC_GROUP_have_precompute_mult(group) == 1;
#pragma GCC diagnostic pop
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

bool in_range(const BIGNUM* number, const BIGNUM* order) { return !BN_is_zero(number) && BN_cmp(number, order) < 0; }

}  // namespace

struct P256Table::Impl {
    Group curve;   // with its own generator
    Group of_key;  // the same curve with the key for its generator
};

P256Table::P256Table(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
P256Table::~P256Table() = default;

std::unique_ptr<const P256Table> P256Table::of(const EVP_PKEY* key) {
    std::array<unsigned char, point_bytes> encoded{};
    std::size_t size = 0;
    if (EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size(), &size) != 1) { return nullptr; }
    const Numbers numbers(BN_CTX_new());
    auto out = std::make_unique<Impl>();
    out->curve.reset(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    out->of_key.reset(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    if (!numbers || !out->curve || !out->of_key) { return nullptr; }
    const Point point(EC_POINT_new(out->curve.get()));
    const bool made = point && EC_POINT_oct2point(out->curve.get(), point.get(), encoded.data(), size, numbers.get()) == 1 &&
                      EC_GROUP_set_generator(out->of_key.get(), point.get(), EC_GROUP_get0_order(out->curve.get()), EC_GROUP_get0_cofactor(out->curve.get())) == 1 &&
                      make_table(out->of_key.get(), numbers.get());
    return made ? std::unique_ptr<const P256Table>(new P256Table(std::move(out))) : nullptr;
}

bool P256Table::verify(const Digest& digest, std::string_view signature) const {
    if (signature.size() != 2 * half) { return false; }
    thread_local const Numbers numbers(BN_CTX_new());
    if (!numbers) { return false; }
    BN_CTX* const with = numbers.get();
    Lent lent(with);
    BIGNUM *r = lent.one(), *s = lent.one(), *hash = lent.one(), *inverse = lent.one(), *times_generator = lent.one(), *times_key = lent.one(), *x = lent.one();
    if (x == nullptr) { return false; }
    const BIGNUM* order = EC_GROUP_get0_order(impl_->curve.get());
    const bool read = BN_bin2bn(bytes_of(signature), half, r) && BN_bin2bn(bytes_of(signature.substr(half)), half, s) &&
                      BN_bin2bn(digest.bytes.data(), static_cast<int>(digest.bytes.size()), hash) && in_range(r, order) && in_range(s, order);
    if (!read || BN_mod_inverse(inverse, s, order, with) == nullptr || BN_mod_mul(times_generator, hash, inverse, order, with) != 1 ||
        BN_mod_mul(times_key, r, inverse, order, with) != 1) {
        return false;
    }
    const Point first(EC_POINT_new(impl_->curve.get())), second(EC_POINT_new(impl_->of_key.get()));
    // A sum at infinity has no coordinates: refused here, as the standard asks.
    return first && second && EC_POINT_mul(impl_->curve.get(), first.get(), times_generator, nullptr, nullptr, with) == 1 &&
           EC_POINT_mul(impl_->of_key.get(), second.get(), times_key, nullptr, nullptr, with) == 1 &&
           EC_POINT_add(impl_->curve.get(), first.get(), first.get(), second.get(), with) == 1 &&
           EC_POINT_get_affine_coordinates(impl_->curve.get(), first.get(), x, nullptr, with) == 1 && BN_nnmod(x, x, order, with) == 1 && BN_cmp(x, r) == 0;
}

}  // namespace wasl::exchange
