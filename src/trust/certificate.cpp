// The self-signed certificate of a document key (RFC 5280), written by hand so that any Signer, a token
// too, can sign it.
#include "trust/impl/der.hpp"
#include "trust/keys.hpp"

#include <fmt/format.h>

namespace wasl::trust {

namespace {

using der::sequence;
using der::tagged;

// Time of RFC 5280 section 4.1.2.5: UTCTime through 2049, then GeneralizedTime; whole seconds.
std::string der_time(Instant at) {
    const auto local = Zone::utc().local(at);
    const auto tail = fmt::format("{:02}{:02}{:02}{:02}{:02}Z", local.date.month, local.date.day, local.hour, local.minute,
                                  local.second);
    if (local.date.year >= 1950 && local.date.year < 2050) {
        return tagged(0x17, fmt::format("{:02}", local.date.year % 100) + tail);
    }
    return tagged(0x18, fmt::format("{:04}", local.date.year) + tail);
}

std::string name_part(std::string_view type, std::string_view value) {
    return tagged(0x31, sequence({der::object_id(type), tagged(0x0c, value)}));
}

std::string extension(std::string_view id, bool critical, std::string_view value) {
    return sequence({der::object_id(id), critical ? std::string_view("\x01\x01\xff", 3) : std::string_view(),
                     der::octet_string(value)});
}

}  // namespace

Result<std::string> self_signed_certificate(const Signer& signer, std::string_view member, Instant from, Instant to,
                                            std::uint64_t serial) {
    const auto& key = signer.public_key();
    if (key.curve() != Curve::p256) {
        return fail(Code::invalid, "trust.sign-failed", "document keys are P-256");
    }
    const auto algorithm = sequence({der::object_id("\x2a\x86\x48\xce\x3d\x04\x03\x02")});  // ecdsa-with-SHA256
    const auto name = sequence({name_part("\x55\x04\x0a", member), name_part("\x55\x04\x03", member)});
    std::string serial_bytes;
    for (int shift = 56; shift >= 0; shift -= 8) {
        serial_bytes.push_back(static_cast<char>((serial >> static_cast<unsigned>(shift)) & 0xFFU));
    }
    const auto key_id = sha256(key.spki());
    const auto extensions = sequence({
        extension("\x55\x1d\x13", true, sequence({})),                                  // basicConstraints: no CA
        extension("\x55\x1d\x0f", true, std::string_view("\x03\x02\x06\xc0", 4)),       // digitalSignature, nonRepudiation
        extension("\x55\x1d\x0e", false, der::octet_string(key_id.view().substr(0, 20))),  // subjectKeyIdentifier
    });
    const auto to_be_signed = sequence({tagged(0xa0, der::unsigned_integer("\x02")), der::unsigned_integer(serial_bytes),
                                        algorithm, name, sequence({der_time(from), der_time(to)}), name, key.spki(),
                                        tagged(0xa3, extensions)});
    const auto signature = TRY(signer.sign_der(to_be_signed));
    return sequence({to_be_signed, algorithm, tagged(0x03, std::string(1, '\0') + signature)});
}

}  // namespace wasl::trust
