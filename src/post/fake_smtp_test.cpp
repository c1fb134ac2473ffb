#include "post/fake_smtp_test.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <stdexcept>

namespace wasl::post::fake {

// One end of a conversation, plain or under TLS.
struct SmtpServer::Line {
    int connection;
    SSL* tls = nullptr;
    std::string read;

    long receive(char* buffer, std::size_t size) {
        return tls != nullptr ? SSL_read(tls, buffer, static_cast<int>(size)) : ::recv(connection, buffer, size, 0);
    }
    void say(const std::string& text) {
        const std::string line = text + "\r\n";
        if (tls != nullptr) {
            SSL_write(tls, line.data(), static_cast<int>(line.size()));
        } else {
            (void)::send(connection, line.data(), line.size(), MSG_NOSIGNAL);
        }
    }
    // Up to and without `end`; false when the client went away.
    bool until(const std::string& end, std::string& out) {
        for (;;) {
            if (const auto at = read.find(end); at != std::string::npos) {
                out = read.substr(0, at);
                read.erase(0, at + end.size());
                return true;
            }
            char buffer[4096];
            const long got = receive(buffer, sizeof buffer);
            if (got <= 0) {
                return false;
            }
            read.append(buffer, static_cast<std::size_t>(got));
        }
    }
};

void SmtpServer::make_certificate() {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400);
    X509_set_pubkey(certificate, key);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_EXTENSION* names = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
    X509_add_ext(certificate, names, -1);
    X509_EXTENSION_free(names);
    X509_sign(certificate, key, EVP_sha256());
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(memory, certificate);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    certificate_.assign(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    context_ = SSL_CTX_new(TLS_server_method());
    SSL_CTX_use_certificate(context_, certificate);
    SSL_CTX_use_PrivateKey(context_, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

SmtpServer::SmtpServer(Script script) : script_(std::move(script)) {
    if (script_.tls) {
        make_certificate();
    }
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error("no loopback port for the mail server of the test");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

SmtpServer::~SmtpServer() {
    stop_ = true;
    thread_.join();
    ::close(listener_);
    SSL_CTX_free(context_);
}

std::vector<std::string> SmtpServer::letters() const {
    const std::lock_guard lock(mutex_);
    return letters_;
}

std::vector<std::string> SmtpServer::commands() const {
    const std::lock_guard lock(mutex_);
    return commands_;
}

void SmtpServer::serve() {
    while (!stop_) {
        pollfd waiting{listener_, POLLIN, 0};
        if (::poll(&waiting, 1, 50) <= 0) {
            continue;
        }
        const int connection = ::accept(listener_, nullptr, nullptr);
        if (connection >= 0) {
            const timeval patience{5, 0};
            ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            if (!script_.hang_up) {
                converse(connection);
            }
            ::close(connection);
        }
    }
}

void SmtpServer::converse(int connection) {
    Line line{connection, nullptr, {}};
    const std::unique_ptr<SSL, decltype(&SSL_free)> tls(script_.tls ? SSL_new(context_) : nullptr, &SSL_free);
    if (tls != nullptr) {
        SSL_set_fd(tls.get(), connection);
        if (SSL_accept(tls.get()) != 1) {
            return;
        }
        line.tls = tls.get();
    }
    line.say("220 fake ready");
    for (std::string command; line.until("\r\n", command);) {
        const std::string word = command.substr(0, 4);
        {
            const std::lock_guard lock(mutex_);
            commands_.push_back(command);
        }
        const auto told = script_.replies.find(word);
        if (told != script_.replies.end()) {
            line.say(told->second);
        } else if (word == "EHLO") {
            line.say("250-fake\r\n250-AUTH PLAIN\r\n250 8BITMIME");
        } else if (word == "AUTH") {
            line.say("334 ");  // RFC 4954: the client answers the empty challenge
            std::string secret;
            line.until("\r\n", secret);
            line.say("235 welcome");
        } else if (word == "DATA") {
            line.say("354 go on");
            std::string letter;
            if (!line.until("\r\n.\r\n", letter)) {
                return;
            }
            const std::lock_guard lock(mutex_);
            letters_.push_back(letter);
            line.say("250 taken");
        } else if (word == "QUIT") {
            line.say("221 bye");
            return;
        } else {
            line.say("250 fine");
        }
    }
}

}  // namespace wasl::post::fake
