#include "http/impl/channel.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <limits>

namespace wasl::http {

// OpenSSL's side of a channel: it reads from the socket and writes into the channel's bytes, so that
// many records leave with one call of the system.
struct ChannelBio {
    static Channel& channel(BIO* bio) { return *static_cast<Channel*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* to, int most) {
        Channel& me = channel(bio);
        BIO_clear_retry_flags(bio);
        const ssize_t got = ::recv(me.socket.native_handle(), to, static_cast<std::size_t>(most), MSG_DONTWAIT);
        if (got > 0) {
            return static_cast<int>(got);
        }
        if (got == 0) {
            me.ended_ = true;
            return 0;
        }
        if (errno == EAGAIN || errno == EINTR) {
            BIO_set_retry_read(bio);
        } else {
            me.system_error_ = errno;
        }
        return -1;
    }
    static int write(BIO* bio, const char* bytes, int count) {
        channel(bio).out_.append(bytes, static_cast<std::size_t>(count));
        return count;
    }
    static long control(BIO* bio, int what, long, void*) {
        if (what == BIO_CTRL_EOF) {
            return channel(bio).ended_ ? 1 : 0;
        }
        return what == BIO_CTRL_FLUSH ? 1 : 0;
    }
    static const BIO_METHOD* method() {
        static const BIO_METHOD* const made = [] {
            BIO_METHOD* const out = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "channel");
            BIO_meth_set_read(out, read);
            BIO_meth_set_write(out, write);
            BIO_meth_set_ctrl(out, control);
            return out;
        }();
        return made;
    }
    static BIO* make(Channel& channel) {
        BIO* const bio = BIO_new(method());
        BIO_set_data(bio, &channel);
        BIO_set_init(bio, 1);
        return bio;
    }
};

namespace {

bool is_numeric_address(const std::string& host) {
    unsigned char bytes[16];
    return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

}  // namespace

Result<void> Channel::secure(const TlsContext& context, const std::string& server_name, SSL_SESSION* session) {
    ERR_clear_error();
    ssl_.reset(SSL_new(context.native.get()));
    if (!ssl_) {
        return fail(Code::unavailable, "http.client.tls", openssl_words());
    }
    SSL* const ssl = ssl_.get();
    SSL_set_app_data(ssl, &watch_);
    BIO* const bio = ChannelBio::make(*this);
    SSL_set_bio(ssl, bio, bio);
    SSL_set_connect_state(ssl);
    const bool numeric = is_numeric_address(server_name);
    if (!numeric) {
        // The macro of OpenSSL casts the C way; the call only reads the name.
        SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(server_name.c_str()));
    }
    if (context.chain && context.settings.check_name) {
        X509_VERIFY_PARAM* const wanted = SSL_get0_param(ssl);
        X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        const int set = numeric ? X509_VERIFY_PARAM_set1_ip_asc(wanted, server_name.c_str())
                                : X509_VERIFY_PARAM_set1_host(wanted, server_name.c_str(), server_name.size());
        if (set != 1) {
            return fail(Code::unavailable, "http.client.tls", "name " + server_name + ": " + openssl_words());
        }
    }
    if (session != nullptr) {
        SSL_set_session(ssl, session);
    }
    return {};
}

Channel::Outcome Channel::tls_outcome(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ: return {.need = Need::read};
        case SSL_ERROR_WANT_WRITE: return {.need = Need::write};
        case SSL_ERROR_ZERO_RETURN: return {.end = End::proper};
        default: break;
    }
    if (system_error_ != 0) {
        ERR_clear_error();
        return {.failure = std::strerror(system_error_)};
    }
    if (ended_) {
        ERR_clear_error();
        return {.end = End::torn};
    }
    const std::string words = openssl_words();
    return {.failure = words.empty() ? "TLS" : words, .tls = true};
}

Channel::Outcome Channel::handshake() {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    Outcome shaken = result == 1 ? Outcome{} : tls_outcome(result);
    Outcome flushed = flush();  // also the alert that tells the other side why
    if (!shaken.good()) {
        return shaken;
    }
    return flushed.good() && flushed.need == Need::nothing ? shaken : flushed;
}

Channel::Outcome Channel::read(char* to, std::size_t most) {
    if (!ssl_) {
        const ssize_t got = ::recv(socket.native_handle(), to, most, MSG_DONTWAIT);
        if (got > 0) {
            return {.count = static_cast<std::size_t>(got)};
        }
        if (got == 0) {
            return {.end = End::proper};
        }
        if (errno == EAGAIN || errno == EINTR) {
            return {.need = Need::read};
        }
        return {.failure = std::strerror(errno)};
    }
    ERR_clear_error();
    Outcome out;
    for (;;) {
        std::size_t got = 0;
        const int result = SSL_read_ex(ssl_.get(), to + out.count, most - out.count, &got);
        if (result != 1) {
            // What was read already counts first; the rest shows again at the next reading.
            return out.count > 0 ? out : tls_outcome(result);
        }
        out.count += got;
        if (out.count == most || SSL_has_pending(ssl_.get()) != 1) {
            return out;
        }
    }
}

Channel::Outcome Channel::write(std::string_view bytes) {
    if (!ssl_) {
        if (out_.empty()) {
            const ssize_t sent =
                ::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
            const std::size_t count = sent > 0 ? static_cast<std::size_t>(sent) : 0;
            sent_ += count;
            bytes.remove_prefix(count);  // an error shows again in flush()
        }
        out_ += bytes;
        return {};
    }
    ERR_clear_error();
    while (!bytes.empty()) {
        std::size_t taken = 0;
        const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &taken);
        if (result != 1) {
            Outcome outcome = tls_outcome(result);
            if (outcome.need != Need::nothing) {  // no renegotiation: writing never waits for reading
                outcome = {.failure = "TLS wants to read", .tls = true};
            }
            return outcome;
        }
        bytes.remove_prefix(taken);
    }
    return {};
}

Channel::Outcome Channel::flush() {
    while (taken_ < out_.size()) {
        const ssize_t sent = ::send(socket.native_handle(), out_.data() + taken_, out_.size() - taken_,
                                    MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EINTR) {
                continue;
            }
            if (errno == EAGAIN) {
                return {.need = Need::write};
            }
            return {.failure = std::strerror(errno)};
        }
        taken_ += static_cast<std::size_t>(sent);
        sent_ += static_cast<std::uint64_t>(sent);
    }
    out_.clear();
    taken_ = 0;
    return {};
}

void Channel::relax() {
    constexpr std::size_t keep = 16U << 10U;
    if (out_.empty() && out_.capacity() > keep) {
        out_ = std::string();
    }
}

bool Channel::quiet() {
    char byte = 0;
    if (ssl_) {  // a session ticket may have come: read() swallows it
        return read(&byte, 1).need == Need::read;
    }
    const ssize_t got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN);
}

void Channel::close() noexcept {
    boost::system::error_code ignored;
    if (ssl_ && socket.is_open() && !ended_ && system_error_ == 0 && SSL_is_init_finished(ssl_.get()) != 0) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());  // one close_notify; the answer is not waited for
        (void)flush();
        ERR_clear_error();
    }
    (void)socket.close(ignored);
}

}  // namespace wasl::http
