// CAdES-B signatures (RFC 5652, RFC 5035): written by hand so that any Signer can make them and no signing
// time gets in (EN 319 142-1 section 6.3 forbids it in PAdES B-B); read with OpenSSL.
#include "trust/impl/der.hpp"
#include "trust/impl/openssl.hpp"
#include "trust/pades.hpp"

#include <openssl/cms.h>

#include <algorithm>
#include <vector>

namespace wasl::trust {

namespace {

using der::object_id;
using der::sequence;
using der::tagged;

using Cms = std::unique_ptr<CMS_ContentInfo, Freed<CMS_ContentInfo_free>>;

constexpr std::string_view id_data{"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"};
constexpr std::string_view id_signed_data{"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"};
constexpr std::string_view id_content_type{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"};
constexpr std::string_view id_message_digest{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"};
constexpr std::string_view id_signing_certificate_v2{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f"};
constexpr std::string_view id_sha256{"\x60\x86\x48\x01\x65\x03\x04\x02\x01"};
constexpr std::string_view id_ecdsa_sha256{"\x2a\x86\x48\xce\x3d\x04\x03\x02"};

std::unexpected<Error> wrong(std::string why) {
    return fail(Code::invalid, "trust.pdf-signature-wrong", std::move(why));
}

struct CertificateName {
    std::string issuer;  // DER Name
    std::string serial;  // DER INTEGER
};

Result<CertificateName> name_of(std::string_view certificate) {
    const auto* at = octets(certificate);
    const Certificate parsed(d2i_X509(nullptr, &at, static_cast<long>(certificate.size())));
    if (!parsed) {
        return fail(Code::invalid, "trust.certificate-malformed", openssl::problem());
    }
    unsigned char* bytes = nullptr;
    CertificateName name;
    auto length = i2d_X509_NAME(X509_get_issuer_name(parsed.get()), &bytes);
    name.issuer.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(std::max(length, 0)));
    OPENSSL_free(bytes);
    bytes = nullptr;
    length = i2d_ASN1_INTEGER(X509_get0_serialNumber(parsed.get()), &bytes);
    name.serial.assign(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(std::max(length, 0)));
    OPENSSL_free(bytes);
    return name;
}

std::string attribute(std::string_view id, std::string_view value) { return sequence({object_id(id), tagged(0x31, value)}); }

// ESS signing-certificate-v2 (RFC 5035 section 3): hash algorithm SHA-256 by default, issuer and serial.
std::string signing_certificate(std::string_view certificate, const CertificateName& name) {
    const auto issuer_serial = sequence({sequence({tagged(0xa4, name.issuer)}), name.serial});
    const auto id = sequence({der::octet_string(sha256(certificate).view()), issuer_serial});
    return sequence({sequence({id})});
}

// Content of the SET OF signed attributes, in DER order.
std::string signed_attributes(std::string_view content_digest, std::string_view certificate, const CertificateName& name) {
    std::vector<std::string> attributes{
        attribute(id_content_type, object_id(id_data)),
        attribute(id_message_digest, der::octet_string(content_digest)),
        attribute(id_signing_certificate_v2, signing_certificate(certificate, name)),
    };
    std::ranges::sort(attributes);
    return attributes[0] + attributes[1] + attributes[2];
}

// The whole SignedData, which has one form only.
std::string assemble(std::string_view attributes, std::string_view signature, std::string_view certificate,
                     const CertificateName& name) {
    const auto sha = sequence({object_id(id_sha256)});
    const auto version = der::unsigned_integer("\x01");
    const auto signer_info = sequence({version, sequence({name.issuer, name.serial}), sha, tagged(0xa0, attributes),
                                       sequence({object_id(id_ecdsa_sha256)}), der::octet_string(signature)});
    const auto signed_data = sequence({version, tagged(0x31, sha), sequence({object_id(id_data)}),
                                       tagged(0xa0, certificate), tagged(0x31, signer_info)});
    return sequence({object_id(id_signed_data), tagged(0xa0, signed_data)});
}

}  // namespace

Result<std::string> make_cms(std::string_view content_digest, const Signer& signer, std::string_view certificate) {
    const auto name = TRY(name_of(certificate));
    const auto attributes = signed_attributes(content_digest, certificate, name);
    const auto signature = TRY(signer.sign_der(tagged(0x31, attributes)));
    return assemble(attributes, signature, certificate, name);
}

Result<std::string> check_cms(std::string_view cms, std::string_view content) {
    const auto* at = octets(cms);
    const Cms parsed(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(cms.size())));
    if (!parsed || at != octets(cms) + cms.size() || CMS_is_detached(parsed.get()) != 1) {
        return wrong("no detached CMS SignedData: " + openssl::problem());
    }
    const Bio in(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
    if (!in || CMS_verify(parsed.get(), nullptr, nullptr, in.get(), nullptr, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) != 1) {
        return wrong(openssl::problem());
    }
    const auto* signers = CMS_get0_SignerInfos(parsed.get());
    if (signers == nullptr || sk_CMS_SignerInfo_num(signers) != 1) {
        return wrong("one signer is needed");
    }
    auto* signer = sk_CMS_SignerInfo_value(signers, 0);
    X509* signer_certificate = nullptr;
    X509_ALGOR* digest = nullptr;
    CMS_SignerInfo_get0_algs(signer, nullptr, &signer_certificate, &digest, nullptr);
    unsigned char* bytes = nullptr;
    const int length = signer_certificate != nullptr ? i2d_X509(signer_certificate, &bytes) : 0;
    if (length <= 0 || OBJ_obj2nid(digest->algorithm) != NID_sha256) {
        return wrong("the signer's certificate is missing, or the digest is not SHA-256");
    }
    std::string certificate(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    const auto name = TRY(name_of(certificate));
    const auto* value = CMS_SignerInfo_get0_signature(signer);
    const std::string_view signature(reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                                     static_cast<std::size_t>(ASN1_STRING_length(value)));
    // Ours is written in one way only: nothing unsigned may differ, and signing-certificate-v2 names this
    // very certificate.
    if (assemble(signed_attributes(sha256(content).view(), certificate, name), signature, certificate, name) != cms) {
        return wrong("the CMS is not in the form that this program writes");
    }
    return certificate;
}

Result<PublicKey> certificate_key(std::string_view certificate) {
    const auto* at = octets(certificate);
    const Certificate parsed(d2i_X509(nullptr, &at, static_cast<long>(certificate.size())));
    unsigned char* bytes = nullptr;
    const int length = parsed ? i2d_PUBKEY(X509_get0_pubkey(parsed.get()), &bytes) : 0;
    if (length <= 0) {
        return fail(Code::invalid, "trust.certificate-malformed", openssl::problem());
    }
    const std::string spki(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return PublicKey::from_spki(spki);
}

}  // namespace wasl::trust
