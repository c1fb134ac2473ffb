// A response taken out of a connection's bytes, as strictly as the server reads requests: no folded
// lines, one Content-Length or chunked, no bare line feeds, nothing that two readers could cut apart.
#pragma once

#include "http/client.hpp"
#include "http/impl/body_reader.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::http {

// Views into the bytes it was parsed from.
struct ResponseHead {
    int status = 0;
    int minor_version = 1;
    std::string_view reason;
    std::vector<HeaderView> headers;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool keep_alive = true;
};

// `bytes` is the whole head with its empty line. Keys "http.client.malformed", "http.client.too-large".
Result<ResponseHead> parse_response_head(std::string_view bytes, const ResponseLimits& limits);

class ResponseReader {
public:
    struct Settings {
        bool head_method = false;  // the answer to HEAD has no body
        bool sha512 = false;
        ResponseLimits limits = {};
        std::string folder = "/tmp";
    };
    explicit ResponseReader(Settings settings) : settings_(std::move(settings)) {}

    // Consumes what belongs to the response, moving `input` on. Interim responses (1xx) are passed over.
    void take(std::string_view& input);
    // The other side has ended the connection; `properly` unless TLS says that it was cut.
    void end(bool properly);
    [[nodiscard]] bool begun() const noexcept { return begun_; }
    [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
    // After done(): the connection may carry another request.
    [[nodiscard]] bool keep_alive() const noexcept { return keep_alive_; }
    // After done(): status, reason, headers and body.
    Result<Incoming> finish();

private:
    enum class State { head, body, until_end, done };
    void take_head(std::string_view& input);
    void begin_body(const ResponseHead& head);
    void take_until_end(std::string_view& input);
    void take_body(std::string_view& input);
    void refuse(Error error);
    [[nodiscard]] std::unique_ptr<Body> new_body() const;

    Settings settings_;
    State state_ = State::head;
    std::string head_;
    int interim_ = 0;
    bool begun_ = false;
    bool keep_alive_ = false;
    Incoming incoming_;
    std::optional<BodyReader> reader_;
    std::unique_ptr<Body> body_;  // until_end
    std::optional<Error> error_;
};

}  // namespace wasl::http
