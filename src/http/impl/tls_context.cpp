#include "http/impl/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace wasl::http {

namespace {

std::unexpected<Error> tls_failure(const std::string& what) {
    return fail(Code::unavailable, "http.client.tls", what + ": " + openssl_words());
}

int keep_session(SSL* ssl, SSL_SESSION* session) {
    auto* const watch = static_cast<TlsWatch*>(SSL_get_app_data(ssl));
    if (watch == nullptr) {
        return 0;
    }
    watch->session.reset(session);
    return 1;
}

int hear_refusal(int accepted, X509_STORE_CTX* store) {
    if (accepted != 1) {
        const auto* const ssl =
            static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
        auto* const watch = static_cast<TlsWatch*>(SSL_get_app_data(ssl));
        X509* const certificate = X509_STORE_CTX_get_current_cert(store);
        if (watch != nullptr && watch->refused.empty()) {
            watch->refused = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
            watch->refused += certificate != nullptr ? ": " + describe(certificate).words() : std::string();
        }
    }
    return accepted;
}

Result<void> load_trust(TlsContext& out) {
    SSL_CTX* const native = out.native.get();
    for (const std::string& file : out.settings.ca_files) {
        if (SSL_CTX_load_verify_file(native, file.c_str()) != 1) {
            return tls_failure(file);
        }
    }
    if (out.settings.system_ca && SSL_CTX_set_default_verify_paths(native) != 1) {
        return tls_failure("the system's certificates");
    }
    out.chain = out.settings.verify && (out.settings.system_ca || !out.settings.ca_files.empty());
    SSL_CTX_set_verify(native, out.chain ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, out.chain ? hear_refusal : nullptr);
    return {};
}

Result<void> load_own(TlsContext& out) {
    const std::string& certificate = out.settings.certificate_file;
    if (certificate.empty()) {
        return {};
    }
    SSL_CTX* const native = out.native.get();
    if (SSL_CTX_use_certificate_chain_file(native, certificate.c_str()) != 1) {
        return tls_failure(certificate);
    }
    if (SSL_CTX_use_PrivateKey_file(native, out.settings.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
        return tls_failure(out.settings.key_file);
    }
    if (SSL_CTX_check_private_key(native) != 1) {
        return tls_failure("the key does not belong to the certificate");
    }
    out.own = std::make_shared<const Certificate>(describe(SSL_CTX_get0_certificate(native)));
    return {};
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> load_tls_context(const TlsSettings& settings) {
    constexpr std::size_t read_buffer = 64U << 10U;  // several records with one call of the system
    ERR_clear_error();
    auto out = std::make_shared<TlsContext>();
    out->settings = settings;
    out->native.reset(SSL_CTX_new(TLS_client_method()));
    SSL_CTX* const native = out->native.get();
    if (native == nullptr) {
        return tls_failure("context");
    }
    SSL_CTX_set_min_proto_version(native, settings.only_tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_read_ahead(native, 1);
    SSL_CTX_set_default_read_buffer_len(native, read_buffer);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(native, keep_session);
    TRY(load_trust(*out));
    TRY(load_own(*out));
    return out;
}

SharedCertificate own_certificate(const TlsContext& context) { return context.own; }

Result<void> check_peer(const TlsContext& context, const std::vector<Digest>& peers, const Certificate* certificate,
                        std::int64_t now_seconds) {
    if (!context.settings.verify) {
        return {};
    }
    const auto refuse = [&](std::string_view why) {
        return fail(Code::unavailable, "http.client.tls-peer",
                    std::string(why) + ": " + (certificate != nullptr ? certificate->words() : "none"));
    };
    if (certificate == nullptr) {
        return refuse("no certificate was shown");
    }
    for (const std::vector<Digest>* pins : {&context.settings.peers, &peers}) {
        if (!pins->empty() && std::ranges::find(*pins, certificate->fingerprint) == pins->end()) {
            return refuse("not the certificate that is expected");
        }
    }
    if (!certificate->valid_at(now_seconds)) {
        return refuse(now_seconds < certificate->valid_from ? "the certificate is not valid yet"
                                                            : "the certificate has expired");
    }
    return {};
}

}  // namespace wasl::http
