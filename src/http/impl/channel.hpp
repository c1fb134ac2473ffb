// A socket that never blocks, plain or with TLS. It does what can be done now and says what to wait
// for; writing takes all bytes at once and holds what the socket does not take.
#pragma once

#include "http/impl/tls_context.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace wasl::http {

class Channel {
public:
    enum class Need { nothing, read, write };
    enum class End { open, proper, torn };
    struct Outcome {
        std::size_t count = 0;       // bytes read
        Need need = Need::nothing;   // to be waited for, nothing has been done
        End end = End::open;         // of the other side's bytes
        std::string failure = {};    // in words
        bool tls = false;            // the failure is TLS's, not the network's
        [[nodiscard]] bool good() const noexcept { return failure.empty() && end == End::open; }
    };

    explicit Channel(boost::asio::io_context& context) : socket(context) {}
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    // After connecting. `server_name` for SNI (not of numeric addresses) and for the check of the name.
    Result<void> secure(const TlsContext& context, const std::string& server_name, SSL_SESSION* session);
    Outcome handshake();  // until nothing is needed any more
    Outcome read(char* to, std::size_t most);
    Outcome write(std::string_view bytes);  // takes all; then flush()
    Outcome flush();
    // An idle connection on which nothing has come, neither an end nor bytes that nobody asked for.
    [[nodiscard]] bool quiet();
    void relax();  // thousands of idle connections hold little
    void close() noexcept;

    [[nodiscard]] bool resumed() const noexcept { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }
    [[nodiscard]] SharedCertificate peer() const { return ssl_ ? peer_certificate(ssl_.get()) : nullptr; }
    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }  // bytes given to the system
    [[nodiscard]] TlsWatch& watch() noexcept { return watch_; }

    boost::asio::ip::tcp::socket socket;

private:
    friend struct ChannelBio;
    Outcome tls_outcome(int result);

    TlsWatch watch_;
    Handle<SSL, SSL_free> ssl_;
    std::string out_;        // to be sent, encrypted where there is TLS
    std::size_t taken_ = 0;  // of out_, by the system
    std::uint64_t sent_ = 0;
    bool ended_ = false;
    int system_error_ = 0;   // of the last reading
};

}  // namespace wasl::http
