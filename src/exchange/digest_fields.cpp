#include "exchange/digest_fields.hpp"

#include "base/digest.hpp"
#include "base/openssl.hpp"
#include "base/text.hpp"
#include "exchange/structured_fields.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace wasl::exchange {

namespace {

std::unexpected<Error> malformed(std::string detail) {
    return fail(Code::invalid, "exchange.digest-malformed", std::move(detail));
}

std::optional<DigestAlgorithm> known(std::string_view name) {
    if (name == "sha-256") { return DigestAlgorithm::sha256; }
    if (name == "sha-512") { return DigestAlgorithm::sha512; }
    return std::nullopt;
}

constexpr std::size_t size_of(DigestAlgorithm algorithm) { return algorithm == DigestAlgorithm::sha256 ? 32 : 64; }
constexpr std::array both = {DigestAlgorithm::sha512, DigestAlgorithm::sha256};

}  // namespace

std::string_view to_string(DigestAlgorithm algorithm) noexcept {
    return algorithm == DigestAlgorithm::sha256 ? "sha-256" : "sha-512";
}

struct BodyHasher::Impl {
    std::vector<std::pair<DigestAlgorithm, openssl::DigestContext>> running;
};

BodyHasher::BodyHasher(const std::vector<DigestAlgorithm>& algorithms) : impl_(std::make_unique<Impl>()) {
    for (const DigestAlgorithm algorithm : algorithms) {
        openssl::DigestContext context(EVP_MD_CTX_new());
        const EVP_MD* kind = algorithm == DigestAlgorithm::sha256 ? EVP_sha256() : EVP_sha512();
        if (!context || EVP_DigestInit_ex(context.get(), kind, nullptr) != 1) { throw std::runtime_error("digest"); }
        impl_->running.emplace_back(algorithm, std::move(context));
    }
}
BodyHasher::~BodyHasher() = default;
BodyHasher::BodyHasher(BodyHasher&&) noexcept = default;
BodyHasher& BodyHasher::operator=(BodyHasher&&) noexcept = default;

void BodyHasher::update(std::string_view piece) {
    for (const auto& [algorithm, context] : impl_->running) {
        if (EVP_DigestUpdate(context.get(), piece.data(), piece.size()) != 1) { throw std::runtime_error("digest"); }
    }
}

BodyDigests BodyHasher::finish() {
    BodyDigests out;
    for (const auto& [algorithm, context] : impl_->running) {
        std::string bytes(size_of(algorithm), '\0');
        if (EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), nullptr) != 1) {
            throw std::runtime_error("digest");
        }
        (algorithm == DigestAlgorithm::sha256 ? out.sha256 : out.sha512) = std::move(bytes);
    }
    impl_->running.clear();
    return out;
}

BodyDigests digests_of(std::string_view body) {
    return {std::string(wasl::sha256(body).view()), wasl::sha512(body)};
}

std::string digest_field(const BodyDigests& digests) {
    std::string out;
    for (const DigestAlgorithm algorithm : both) {
        if (digests.of(algorithm).empty()) { continue; }
        out += (out.empty() ? "" : ", ") + std::string(to_string(algorithm)) + "=:" + to_base64(digests.of(algorithm)) + ":";
    }
    return out;
}

Result<BodyDigests> parse_digest_field(std::string_view field) {
    const auto parsed = sf::parse_dictionary(field);
    if (!parsed) { return malformed(parsed.error().detail); }
    BodyDigests out;
    for (const auto& [name, member] : *parsed) {
        const auto* item = std::get_if<sf::Item>(&member);
        const auto* bytes = item == nullptr ? nullptr : std::get_if<sf::Bytes>(&item->value);
        if (bytes == nullptr) { return malformed(name + " is no byte sequence"); }
        const auto algorithm = known(name);
        if (!algorithm) { continue; }
        if (bytes->bytes.size() != size_of(*algorithm)) { return malformed(name + " has another length"); }
        (*algorithm == DigestAlgorithm::sha256 ? out.sha256 : out.sha512) = bytes->bytes;
    }
    if (out.sha256.empty() && out.sha512.empty()) {
        return fail(Code::invalid, "exchange.digest-unsupported", std::string(field.substr(0, 100)));
    }
    return out;
}

Result<void> check_digest_field(std::optional<std::string_view> field, const BodyDigests& body,
                                std::optional<DigestAlgorithm> needed) {
    if (!field) { return fail(Code::invalid, "exchange.digest-missing"); }
    const BodyDigests said = TRY(parse_digest_field(*field));
    if (needed && said.of(*needed).empty()) {
        return fail(Code::invalid, "exchange.digest-missing", std::string(to_string(*needed)));
    }
    for (const DigestAlgorithm algorithm : both) {
        if (!said.of(algorithm).empty() && said.of(algorithm) != body.of(algorithm)) {
            return fail(Code::unprocessable, "exchange.digest-mismatch", std::string(to_string(algorithm)));
        }
    }
    return {};
}

Result<std::optional<DigestAlgorithm>> choose_digest(std::string_view want_field) {
    const auto parsed = sf::parse_dictionary(want_field);
    if (!parsed) { return malformed(parsed.error().detail); }
    std::optional<DigestAlgorithm> best;
    std::int64_t best_weight = 0;
    for (const auto& [name, member] : *parsed) {
        const auto* item = std::get_if<sf::Item>(&member);
        const auto* weight = item == nullptr ? nullptr : std::get_if<std::int64_t>(&item->value);
        if (weight == nullptr || *weight < 0 || *weight > 10) { return malformed(name + " has no weight from 0 to 10"); }
        const auto algorithm = known(name);
        if (!algorithm || *weight == 0) { continue; }
        if (*weight > best_weight || (*weight == best_weight && *algorithm == DigestAlgorithm::sha512)) {
            best = algorithm;
            best_weight = *weight;
        }
    }
    return best;
}

std::string want_digest_field(const std::vector<std::pair<DigestAlgorithm, int>>& weights) {
    std::string out;
    for (const auto& [algorithm, weight] : weights) {
        out += (out.empty() ? "" : ", ") + std::string(to_string(algorithm)) + "=" + std::to_string(std::clamp(weight, 0, 10));
    }
    return out;
}

}  // namespace wasl::exchange
