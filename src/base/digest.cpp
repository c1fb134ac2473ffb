#include "base/digest.hpp"

#include "base/impl/octets.hpp"
#include "base/text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace wasl {

namespace {

// An OpenSSL failure here is want of memory or a broken provider: a defect, not an error value.
void must(int result) {
    if (result != 1) throw std::runtime_error("OpenSSL digest failed");
}

// Fetched once: EVP_sha256() would look its provider up on every call.
const EVP_MD* sha256_method() {
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return method;
}

const EVP_MD* sha512_method() {
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA512", nullptr);
    return method;
}

// One context a thread, so that a short hash does not allocate.
EVP_MD_CTX* thread_context() {
    static thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                             EVP_MD_CTX_free);
    return context.get();
}

std::string mac(const EVP_MD* method, std::string_view key, std::string_view message) {
    std::string out(static_cast<std::size_t>(EVP_MD_get_size(method)), '\0');
    unsigned length = 0;
    if (HMAC(method, key.data(), static_cast<int>(key.size()), octets(message), message.size(),
             reinterpret_cast<unsigned char*>(out.data()), &length) == nullptr) {
        throw std::runtime_error("OpenSSL HMAC failed");
    }
    return out;
}

}  // namespace

std::string Digest::hex() const { return to_hex(view()); }

Digest sha256(std::string_view bytes) { return sha256(bytes, {}); }

Digest sha256(std::string_view first, std::string_view second) {
    EVP_MD_CTX* context = thread_context();
    Digest digest;
    must(EVP_DigestInit_ex2(context, sha256_method(), nullptr));
    must(EVP_DigestUpdate(context, first.data(), first.size()));
    must(EVP_DigestUpdate(context, second.data(), second.size()));
    must(EVP_DigestFinal_ex(context, digest.bytes.data(), nullptr));
    return digest;
}

std::string sha512(std::string_view bytes) {
    // A context of its own: one that changes its algorithm is made anew inside OpenSSL each time.
    static thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                             EVP_MD_CTX_free);
    std::string out(64, '\0');
    must(EVP_DigestInit_ex2(context.get(), sha512_method(), nullptr));
    must(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()));
    must(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr));
    return out;
}

std::string hmac_sha1(std::string_view key, std::string_view message) { return mac(EVP_sha1(), key, message); }
std::string hmac_sha256(std::string_view key, std::string_view message) { return mac(EVP_sha256(), key, message); }

struct Sha256::Impl {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : impl_(std::make_unique<Impl>()) {
    must(EVP_DigestInit_ex2(impl_->context.get(), sha256_method(), nullptr));
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

Sha256& Sha256::update(std::string_view bytes) {
    must(EVP_DigestUpdate(impl_->context.get(), bytes.data(), bytes.size()));
    return *this;
}

Digest Sha256::finish() {
    Digest digest;
    must(EVP_DigestFinal_ex(impl_->context.get(), digest.bytes.data(), nullptr));
    must(EVP_DigestInit_ex2(impl_->context.get(), sha256_method(), nullptr));
    return digest;
}

Digest digest_from_bytes(std::string_view bytes) {
    Digest digest;
    if (bytes.size() != digest.bytes.size()) throw std::invalid_argument("a SHA-256 digest has 32 bytes");
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(digest.bytes.data()));
    return digest;
}

}  // namespace wasl
