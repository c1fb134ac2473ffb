// Certificates for tests: see testing.hpp.
#include "base/clock.hpp"
#include "http/impl/x509.hpp"
#include "http/testing.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace wasl::http {

namespace {

using TestKey = openssl::Key;
using TestX509 = openssl::Certificate;
using TestBio = openssl::Bio;

TestBio bio_of(const std::string& text) { return TestBio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

void extend(X509* certificate, int what, const std::string& value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str());
    if (extension == nullptr || X509_add_ext(certificate, extension, -1) != 1) {
        throw std::logic_error("test certificate: " + value + " " + openssl_words());
    }
    X509_EXTENSION_free(extension);
}

void name_it(X509* certificate, const TestIdentityOptions& what) {
    X509_NAME* const subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(what.common_name.c_str()), -1, -1, 0);
    std::string names;
    for (const std::string& name : what.names) {
        const bool address = name.find_first_not_of("0123456789.:") == std::string::npos;
        names += (names.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + name;
    }
    if (!names.empty()) {
        extend(certificate, NID_subject_alt_name, names);
    }
    if (what.authority) {
        extend(certificate, NID_basic_constraints, "critical,CA:TRUE");
    }
}

}  // namespace

TestIdentity make_identity(const TestIdentityOptions& what) {
    const TestKey key(EVP_EC_gen("P-256"));
    const TestX509 certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    const std::string serial = SystemEntropy().bytes(4);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()),
                     1 + (static_cast<unsigned char>(serial[0]) << 16U) + (static_cast<unsigned char>(serial[1]) << 8U) +
                         static_cast<unsigned char>(serial[2]));
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), what.valid_from);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), what.valid_until);
    X509_set_pubkey(certificate.get(), key.get());
    name_it(certificate.get(), what);
    if (what.issuer == nullptr) {
        X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
        X509_sign(certificate.get(), key.get(), EVP_sha256());
    } else {
        const TestBio issuer_pem = bio_of(what.issuer->certificate_pem);
        const TestBio issuer_key_pem = bio_of(what.issuer->key_pem);
        const TestX509 issuer(PEM_read_bio_X509(issuer_pem.get(), nullptr, nullptr, nullptr));
        const TestKey issuer_key(PEM_read_bio_PrivateKey(issuer_key_pem.get(), nullptr, nullptr, nullptr));
        X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
        X509_sign(certificate.get(), issuer_key.get(), EVP_sha256());
    }
    TestIdentity out;
    const TestBio certificate_pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate_pem.get(), certificate.get());
    out.certificate_pem = openssl::text_of(certificate_pem.get());
    const TestBio key_pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    out.key_pem = openssl::text_of(key_pem.get());
    const Certificate described = describe(certificate.get());
    out.der = described.der;
    out.fingerprint = described.fingerprint;
    return out;
}

void TestIdentity::write(const std::string& folder, const std::string& name) const {
    std::ofstream(folder + "/" + name + ".pem") << certificate_pem;
    std::ofstream(folder + "/" + name + ".key") << key_pem;
    std::filesystem::permissions(folder + "/" + name + ".key",
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace wasl::http
