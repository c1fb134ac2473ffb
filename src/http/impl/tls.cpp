#include "http/impl/tls.hpp"

#include "base/log.hpp"
#include "http/impl/x509.hpp"

#include <openssl/ssl.h>

namespace wasl::http {

namespace ssl = boost::asio::ssl;

namespace {

// Without authorities the chain proves nothing: that the other side holds the key is proven by the
// handshake itself, and who it is by the registry.
int let_in(int, X509_STORE_CTX*) { return 1; }

// Whose certificate was refused and why: for who has to explain it to its owner.
int note_refused(int accepted, X509_STORE_CTX* store) {
    X509* const certificate = X509_STORE_CTX_get_current_cert(store);
    if (accepted != 1) {
        log::warning("http.client-certificate-refused",
                     {{"why", X509_verify_cert_error_string(X509_STORE_CTX_get_error(store))},
                      {"certificate", certificate != nullptr ? describe(certificate).words() : std::string("none")}});
    }
    return accepted;
}

Result<void> ask_for_certificate(SSL_CTX* context, const Tls& files) {
    if (files.client_certificates == ClientCertificates::none) {
        return {};
    }
    const int need = files.client_certificates == ClientCertificates::required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    if (files.client_ca_file.empty()) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER | need, let_in);
        return {};
    }
    STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(files.client_ca_file.c_str());
    if (names == nullptr || SSL_CTX_load_verify_file(context, files.client_ca_file.c_str()) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return fail(Code::invalid, "http.tls", files.client_ca_file + ": " + openssl_words());
    }
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | need, note_refused);
    return {};
}

}  // namespace

Result<std::shared_ptr<ssl::context>> load_tls(const Tls& files) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    boost::system::error_code error;
    (void)context->use_certificate_chain_file(files.certificate_file, error);
    if (error) {
        return fail(Code::invalid, "http.tls", files.certificate_file + ": " + error.message());
    }
    (void)context->use_private_key_file(files.key_file, ssl::context::pem, error);
    if (error) {
        return fail(Code::invalid, "http.tls", files.key_file + ": " + error.message());
    }
    SSL_CTX* const native = context->native_handle();
    if (SSL_CTX_check_private_key(native) != 1) {
        return fail(Code::invalid, "http.tls", "the key does not belong to the certificate");
    }
    SSL_CTX_set_min_proto_version(native, files.only_tls13 ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    TRY(ask_for_certificate(native, files));
    constexpr unsigned char session_context[] = "wasl";
    SSL_CTX_set_session_id_context(native, session_context, sizeof session_context - 1);
    return context;
}

TlsStamp stamp_of(const Tls& files) {
    std::error_code ignored;
    return {std::filesystem::last_write_time(files.certificate_file, ignored),
            std::filesystem::last_write_time(files.key_file, ignored),
            std::filesystem::last_write_time(files.client_ca_file, ignored)};
}

}  // namespace wasl::http
