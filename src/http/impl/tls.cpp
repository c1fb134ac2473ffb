#include "http/impl/tls.hpp"

#include <openssl/ssl.h>

namespace wasl::http {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> load_tls(const Tls& files) {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    boost::system::error_code error;
    context->use_certificate_chain_file(files.certificate_file, error);
    if (error) {
        return fail(Code::invalid, "http.tls", files.certificate_file + ": " + error.message());
    }
    context->use_private_key_file(files.key_file, ssl::context::pem, error);
    if (error) {
        return fail(Code::invalid, "http.tls", files.key_file + ": " + error.message());
    }
    SSL_CTX* const native = context->native_handle();
    if (SSL_CTX_check_private_key(native) != 1) {
        return fail(Code::invalid, "http.tls", "the key does not belong to the certificate");
    }
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(native, "ECDHE+AESGCM:ECDHE+CHACHA20");
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    constexpr unsigned char session_context[] = "wasl";
    SSL_CTX_set_session_id_context(native, session_context, sizeof session_context - 1);
    return context;
}

TlsStamp stamp_of(const Tls& files) {
    std::error_code ignored;
    return {std::filesystem::last_write_time(files.certificate_file, ignored),
            std::filesystem::last_write_time(files.key_file, ignored)};
}

}  // namespace wasl::http
