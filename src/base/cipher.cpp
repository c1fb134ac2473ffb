#include "base/cipher.hpp"

#include "base/impl/octets.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace wasl {

namespace {

constexpr std::size_t nonce_bytes = 12, tag_bytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Cipher new_cipher(std::string_view key) {
    if (key.size() != cipher_key_bytes) throw std::logic_error("AES-256-GCM: a key has 32 bytes");
    return {EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free};
}

}  // namespace

std::string close_bytes(std::string_view key, std::string_view context, std::string_view plain, Entropy& entropy) {
    const auto cipher = new_cipher(key);
    const std::string nonce = entropy.bytes(nonce_bytes);
    std::string out(plain.size(), '\0'), tag(tag_bytes, '\0');
    int length = 0;
    const bool ok = EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, octets(key), octets(nonce)) == 1 &&
                    EVP_EncryptUpdate(cipher.get(), nullptr, &length, octets(context), static_cast<int>(context.size())) == 1 &&
                    EVP_EncryptUpdate(cipher.get(), octets(out), &length, octets(plain), static_cast<int>(plain.size())) == 1 &&
                    EVP_EncryptFinal_ex(cipher.get(), octets(tag), &length) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, tag.data()) == 1;
    if (!ok) throw std::runtime_error("AES-256-GCM failed");
    return nonce + out + tag;
}

std::optional<std::string> open_bytes(std::string_view key, std::string_view context, std::string_view closed) {
    if (closed.size() < nonce_bytes + tag_bytes) return std::nullopt;
    const auto nonce = closed.substr(0, nonce_bytes);
    const auto body = closed.substr(nonce_bytes, closed.size() - nonce_bytes - tag_bytes);
    std::string tag(closed.substr(closed.size() - tag_bytes)), out(body.size(), '\0');
    const auto cipher = new_cipher(key);
    int length = 0;
    const bool ok = EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, octets(key), octets(nonce)) == 1 &&
                    EVP_DecryptUpdate(cipher.get(), nullptr, &length, octets(context), static_cast<int>(context.size())) == 1 &&
                    EVP_DecryptUpdate(cipher.get(), octets(out), &length, octets(body), static_cast<int>(body.size())) == 1 &&
                    EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()) == 1 &&
                    EVP_DecryptFinal_ex(cipher.get(), octets(tag), &length) == 1;
    return ok ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace wasl
