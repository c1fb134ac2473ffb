#include "http/certificate.hpp"

#include "base/time.hpp"
#include "http/impl/x509.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <fmt/format.h>

#include <cstdio>
#include <ctime>

namespace wasl::http {

namespace {

std::string name_text(const X509_NAME* name) {
    const openssl::Bio out(BIO_new(BIO_s_mem()));
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    return openssl::text_of(out.get());
}

std::int64_t unix_seconds(const ASN1_TIME* time) {
    std::tm parts{};
    return ASN1_TIME_to_tm(time, &parts) == 1 ? std::int64_t{::timegm(&parts)} : 0;
}

}  // namespace

std::string openssl_words() {
    std::string out;
    while (const unsigned long code = ERR_get_error()) {
        char words[256];
        ERR_error_string_n(code, words, sizeof words);
        // "error:0A000086:SSL routines::certificate verify failed": the last part is for people.
        std::string_view text = words;
        text.remove_prefix(std::min(text.rfind(':') + 1, text.size()));
        if (out.find(text) == std::string::npos) {
            out += (out.empty() ? "" : "; ") + std::string(text);
        }
    }
    return out;
}

Certificate describe(X509* x509) {
    Certificate out;
    unsigned char* der = nullptr;
    const int size = i2d_X509(x509, &der);
    if (size > 0) {
        out.der.assign(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
        OPENSSL_free(der);
    }
    out.fingerprint = sha256(out.der);
    out.subject = name_text(X509_get_subject_name(x509));
    out.issuer = name_text(X509_get_issuer_name(x509));
    out.valid_from = unix_seconds(X509_get0_notBefore(x509));
    out.valid_until = unix_seconds(X509_get0_notAfter(x509));
    return out;
}

SharedCertificate peer_certificate(const SSL* ssl) {
    const openssl::Certificate x509(SSL_get1_peer_certificate(ssl));
    return x509 ? std::make_shared<const Certificate>(describe(x509.get())) : nullptr;
}

std::string Certificate::words() const {
    return fmt::format("{}, issued by {}, valid from {} until {}, SHA-256 {}", subject, issuer,
                       Instant{valid_from * 1'000'000}.iso(), Instant{valid_until * 1'000'000}.iso(),
                       fingerprint.hex());
}

Result<Certificate> read_certificate(std::string_view der) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const openssl::Certificate x509(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!x509 || at != reinterpret_cast<const unsigned char*>(der.data()) + der.size()) {
        return fail(Code::invalid, "http.certificate", openssl_words());
    }
    return describe(x509.get());
}

Result<Certificate> load_certificate(const std::string& pem_file) {
    const openssl::Bio file(BIO_new_file(pem_file.c_str(), "r"));
    const openssl::Certificate x509(file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr);
    if (!x509) {
        return fail(Code::invalid, "http.certificate", pem_file + ": " + openssl_words());
    }
    return describe(x509.get());
}

}  // namespace wasl::http
