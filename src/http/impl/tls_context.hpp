// TLS as the client speaks it: settings loaded once, and what one handshake has to tell.
#pragma once

#include "http/client.hpp"
#include "http/impl/x509.hpp"

#include <string>

namespace wasl::http {

using SslContext = Handle<SSL_CTX, SSL_CTX_free>;
using SslSession = Handle<SSL_SESSION, SSL_SESSION_free>;

class TlsContext {
public:
    SslContext native;
    TlsSettings settings;
    SharedCertificate own;
    bool chain = false;  // authorities are given: OpenSSL verifies the chain
};

// Hangs on an SSL object (SSL_set_app_data) and collects what its callbacks hear.
struct TlsWatch {
    SslSession session;   // the newest ticket
    std::string refused;  // why a certificate of the chain was refused, and which
};

// Whether the certificate is one that may answer: pins of the settings and the request, validity.
// Key "http.client.tls-peer".
Result<void> check_peer(const TlsContext& context, const std::vector<Digest>& peers, const Certificate* certificate,
                        std::int64_t now_seconds);

}  // namespace wasl::http
