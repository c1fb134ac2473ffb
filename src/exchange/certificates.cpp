#include "exchange/certificates.hpp"

#include "base/digest.hpp"
#include "base/openssl.hpp"

#include <ctime>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

namespace wasl::exchange {

using namespace openssl;

namespace {

std::unexpected<Error> failed(std::string_view what) {
    return fail(Code::internal, "exchange.certificate-failed", std::string(what) + ": " + problem());
}

Result<Key> new_key() {
    Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    if (key == nullptr) return failed("key");
    return key;
}

Result<std::string> key_text(EVP_PKEY* key) {
    const Bio out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) return failed("key");
    return text_of(out.get());
}

Result<std::string> certificate_text(X509* certificate) {
    const Bio out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio_X509(out.get(), certificate) != 1) return failed("certificate");
    return text_of(out.get());
}

Result<std::string> fingerprint(const X509* certificate) {
    unsigned char* bytes = nullptr;
    const int length = i2d_X509(certificate, &bytes);
    if (length <= 0) return failed("certificate");
    auto hex = sha256({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length)}).hex();
    OPENSSL_free(bytes);
    return hex;
}

bool add_name(X509_NAME* name, const char* field, std::string_view value) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
}

bool add_extension(X509* certificate, X509* issuer, int id, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
    const bool added = extension != nullptr && X509_add_ext(certificate, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return added;
}

// A certificate without its extensions; 128 random bits of serial (at most 20 octets, positive).
Result<Certificate> bare(EVP_PKEY* key, std::string_view name, Instant from, Instant to) {
    Certificate out(X509_new());
    const Number serial(BN_new());
    if (!out || !serial || BN_rand(serial.get(), 126, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) != 1) return failed("serial");
    const bool filled = X509_set_version(out.get(), X509_VERSION_3) == 1 && BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(out.get())) != nullptr &&
                        ASN1_TIME_set(X509_getm_notBefore(out.get()), from.seconds()) != nullptr &&
                        ASN1_TIME_set(X509_getm_notAfter(out.get()), to.seconds()) != nullptr && X509_set_pubkey(out.get(), key) == 1 &&
                        add_name(X509_get_subject_name(out.get()), "O", "Wasl") && add_name(X509_get_subject_name(out.get()), "CN", name);
    if (!filled) return failed("certificate");
    return out;
}

Result<std::string> alternative_names(const std::vector<std::string>& hosts) {
    std::string out;
    for (const auto& host : hosts) {
        const bool clean = !host.empty() && host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.:") == std::string::npos;
        if (!clean) return fail(Code::invalid, "exchange.certificate-failed", "host " + host);
        in6_addr scratch{};
        const bool numeric = ::inet_pton(AF_INET, host.c_str(), &scratch) == 1 || ::inet_pton(AF_INET6, host.c_str(), &scratch) == 1;
        out += (out.empty() ? "" : ",") + std::string(numeric ? "IP:" : "DNS:") + host;
    }
    return out;
}

Result<Instant> instant_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) return failed("time");
    return Instant{static_cast<std::int64_t>(::timegm(&parts)) * 1'000'000};
}

std::string words_of(const X509_NAME* name) {
    const Bio out(BIO_new(BIO_s_mem()));
    if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
    return text_of(out.get());
}

}  // namespace

Result<CertificateFacts> certificate_facts(std::string_view pem) {
    const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    const Certificate certificate(in ? PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!certificate) return fail(Code::invalid, "exchange.certificate-malformed", problem());
    return CertificateFacts{TRY(fingerprint(certificate.get())), words_of(X509_get_subject_name(certificate.get())),
                            words_of(X509_get_issuer_name(certificate.get())), TRY(instant_of(X509_get0_notBefore(certificate.get()))),
                            TRY(instant_of(X509_get0_notAfter(certificate.get())))};
}

struct CertificateAuthority::Impl {
    Key key;
    Certificate certificate;
    std::string pem;

    // Signs a leaf with these extensions.
    Result<TlsIdentity> issue(std::string_view name, const std::vector<std::pair<int, std::string>>& extensions, Instant from, Instant to) const {
        const auto own = TRY(new_key());
        const auto leaf = TRY(bare(own.get(), name, from, to));
        bool good = X509_set_issuer_name(leaf.get(), X509_get_subject_name(certificate.get())) == 1 &&
                    add_extension(leaf.get(), certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(leaf.get(), certificate.get(), NID_key_usage, "critical,digitalSignature") &&
                    add_extension(leaf.get(), certificate.get(), NID_subject_key_identifier, "hash") &&
                    add_extension(leaf.get(), certificate.get(), NID_authority_key_identifier, "keyid");
        for (const auto& [id, value] : extensions) good = good && add_extension(leaf.get(), certificate.get(), id, value);
        if (!good || X509_sign(leaf.get(), key.get(), EVP_sha256()) <= 0) return failed("certificate");
        return TlsIdentity{TRY(key_text(own.get())), TRY(certificate_text(leaf.get())), TRY(fingerprint(leaf.get())), from, to};
    }
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

Result<CertificateAuthority> CertificateAuthority::create(std::string_view name, Instant from, Instant to) {
    auto impl = std::make_unique<Impl>();
    impl->key = TRY(new_key());
    impl->certificate = TRY(bare(impl->key.get(), name, from, to));
    auto* root = impl->certificate.get();
    const bool good = X509_set_issuer_name(root, X509_get_subject_name(root)) == 1 &&
                      add_extension(root, root, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                      add_extension(root, root, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                      add_extension(root, root, NID_subject_key_identifier, "hash");
    if (!good || X509_sign(root, impl->key.get(), EVP_sha256()) <= 0) return failed("certificate");
    impl->pem = TRY(certificate_text(root));
    return CertificateAuthority(std::move(impl));
}

const std::string& CertificateAuthority::certificate_pem() const noexcept { return impl_->pem; }

Result<TlsIdentity> CertificateAuthority::issue_node(std::string_view name, const std::vector<std::string>& hosts, Instant from, Instant to) const {
    const auto names = TRY(alternative_names(hosts));
    if (names.empty()) return fail(Code::invalid, "exchange.certificate-failed", "a node's certificate names a host");
    return impl_->issue(name, {{NID_ext_key_usage, "serverAuth,clientAuth"}, {NID_subject_alt_name, names}}, from, to);
}

Result<TlsIdentity> CertificateAuthority::issue_timestamper(std::string_view name, Instant from, Instant to) const {
    return impl_->issue(name, {{NID_ext_key_usage, "critical,timeStamping"}}, from, to);
}

}  // namespace wasl::exchange
