#include "identity/secrets.hpp"

#include "base/cipher.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "trust/key_files.hpp"

#include <argon2.h>

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace wasl::identity {

namespace {

constexpr std::uint32_t memory_kib = 19'456;
constexpr std::uint32_t passes = 2;
constexpr std::int64_t step_seconds = 30;

std::string hash_with(std::string_view password, std::string_view salt) {
    std::array<char, 200> encoded{};
    const int done = argon2id_hash_encoded(passes, memory_kib, 1, password.data(), password.size(), salt.data(), salt.size(), 32,
                                           encoded.data(), encoded.size());
    if (done != ARGON2_OK) throw std::runtime_error(argon2_error_message(done));
    return encoded.data();
}

}  // namespace

std::string hash_password(std::string_view password, Entropy& entropy) { return hash_with(password, entropy.bytes(16)); }

bool password_matches(std::string_view password, std::string_view encoded) {
    static const std::string nobody = hash_with("nobody has this password", "0123456789abcdef");
    const bool known = !encoded.empty();
    const std::string text(known ? encoded : std::string_view(nobody));
    const bool same = argon2id_verify(text.c_str(), password.data(), password.size()) == ARGON2_OK;
    return known && same;
}

Result<void> acceptable_password(std::string_view password) {
    if (!is_utf8(password) || count_code_points(password) < 12) return fail(Code::unprocessable, "identity.password-short");
    if (password.size() > 200) return fail(Code::unprocessable, "identity.password-long");
    return {};
}

std::string new_totp_secret(Entropy& entropy) { return entropy.bytes(20); }

// RFC 4226 section 5.3: dynamic truncation.
std::string totp_code(std::string_view secret, std::int64_t step) {
    std::string counter(8, '\0');
    auto rest = static_cast<std::uint64_t>(step);
    for (std::size_t i = 8; i-- > 0; rest >>= 8U) counter[i] = static_cast<char>(static_cast<unsigned char>(rest & 0xFFU));
    const auto mac = hmac_sha1(secret, counter);
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(mac[i])); };
    const std::size_t offset = byte(19) & 0xFU;
    const std::uint32_t number = ((byte(offset) & 0x7FU) << 24U) | (byte(offset + 1) << 16U) | (byte(offset + 2) << 8U) | byte(offset + 3);
    return fmt::format("{:06}", number % 1'000'000);
}

std::optional<std::int64_t> totp_matches(std::string_view secret, std::string_view code, Instant now, std::int64_t last_step) {
    const std::int64_t present = now.seconds() / step_seconds;
    std::optional<std::int64_t> found;
    for (std::int64_t step = present - 1; step <= present + 1; ++step) {
        const bool same = equals_in_constant_time(totp_code(secret, step), code);
        if (same && step > last_step) found = step;
    }
    return found;
}

std::string totp_address(std::string_view secret, std::string_view login, std::string_view issuer) {
    return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}&algorithm=SHA1&digits=6&period=30", percent_encode(issuer),
                       percent_encode(login), to_base32(secret), percent_encode(issuer));
}

Result<SecretBox> SecretBox::open_or_create(const std::filesystem::path& file, Entropy& entropy) {
    auto key = trust::read_private_file(file);
    if (!key && key.error().code == Code::not_found) {
        std::error_code ignored;
        std::filesystem::create_directories(file.parent_path(), ignored);
        key = entropy.bytes(cipher_key_bytes);
        TRY(trust::write_private_file(file, *key, trust::Replace::no));
    }
    const std::string bytes = TRY(std::move(key));
    if (bytes.size() != cipher_key_bytes) return fail(Code::internal, "identity.secret-key", file.string() + ": is not 32 bytes");
    return SecretBox(bytes);
}

std::string SecretBox::close(std::string_view secret, std::string_view context, Entropy& entropy) const {
    return to_base64(close_bytes(key_, context, secret, entropy));
}

Result<std::string> SecretBox::open(std::string_view closed, std::string_view context) const {
    const auto bytes = from_base64(closed);
    auto out = bytes ? open_bytes(key_, context, *bytes) : std::nullopt;
    if (!out) return fail(Code::internal, "identity.secret-damaged");
    return std::move(*out);
}

std::string SecretBox::keyed_hash(std::string_view text) const { return to_hex(hmac_sha256(key_, text)); }

}  // namespace wasl::identity
