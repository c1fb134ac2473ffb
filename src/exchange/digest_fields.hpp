// Content-Digest and Repr-Digest (RFC 9530): what the body is, in the head, so that a signature over
// the head holds the body too. Algorithms: sha-256 and sha-512; all others are passed over, the
// insecure ones of the registry (md5, sha, unixsum …) first of all.
//
// Both fields have the same syntax and are read and written by the same functions: without a content
// coding or a range the content is the representation.
#pragma once

#include "base/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

enum class DigestAlgorithm { sha256, sha512 };
std::string_view to_string(DigestAlgorithm algorithm) noexcept;  // "sha-256", "sha-512"

// Digests of a body as raw bytes; empty when not computed.
struct BodyDigests {
    std::string sha256;  // 32 bytes
    std::string sha512;  // 64 bytes
    [[nodiscard]] const std::string& of(DigestAlgorithm algorithm) const noexcept {
        return algorithm == DigestAlgorithm::sha256 ? sha256 : sha512;
    }
};

// Digests of a body that passes in pieces.
class BodyHasher {
public:
    explicit BodyHasher(const std::vector<DigestAlgorithm>& algorithms = {DigestAlgorithm::sha512});
    ~BodyHasher();
    BodyHasher(BodyHasher&&) noexcept;
    BodyHasher& operator=(BodyHasher&&) noexcept;
    void update(std::string_view piece);
    BodyDigests finish();  // once

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};
BodyDigests digests_of(std::string_view body);  // both

// "sha-512=:…:", one member for each digest that is there.
std::string digest_field(const BodyDigests& digests);

// What a field says: the digests of known algorithms. A digest is bytes of the algorithm's length.
// Keys "exchange.digest-malformed", "exchange.digest-unsupported" (no algorithm we know).
Result<BodyDigests> parse_digest_field(std::string_view field);

// Every known digest of the field agrees with the body; one that was not computed is a mismatch, for
// nothing stays unchecked. `needed`: that algorithm must be there. Keys as above and
// "exchange.digest-missing" (no field, or not the needed algorithm), "exchange.digest-mismatch".
Result<void> check_digest_field(std::optional<std::string_view> field, const BodyDigests& body,
                                std::optional<DigestAlgorithm> needed = std::nullopt);

// Want-Content-Digest, Want-Repr-Digest: weights from 0 (never) to 10. The heaviest known algorithm,
// sha-512 first among equals; nothing when none is wanted. Key "exchange.digest-malformed".
Result<std::optional<DigestAlgorithm>> choose_digest(std::string_view want_field);
// Weights in the order given: {{sha512, 10}, {sha256, 3}} is "sha-512=10, sha-256=3".
std::string want_digest_field(const std::vector<std::pair<DigestAlgorithm, int>>& weights);

}  // namespace wasl::exchange
