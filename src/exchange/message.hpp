// An HTTP message as signatures and hashes see it: the words of its head, nothing of its transport.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

struct HeaderLine {
    std::string name;
    std::string value;
    bool operator==(const HeaderLine&) const = default;
};

// A request has a method, a response a status.
struct Message {
    std::string method;     // as on the wire; empty for a response
    std::string scheme;     // "https"; of the connection, or of an absolute-form target
    std::string authority;  // Host, as sent
    std::string target;     // the request target as on the wire: "/path?query", an absolute URI, "*", "host:port"
    int status = 0;         // 0 for a request
    std::vector<HeaderLine> headers;
    std::vector<HeaderLine> trailers;
    const Message* request = nullptr;  // of a response: what it answers (for components with `req`)

    [[nodiscard]] bool is_request() const noexcept { return status == 0; }
};

// The lines of that name (compared without case) joined with ", ", each without white space around it
// and with folds (obs-fold) made one space; nothing when there is none.
std::optional<std::string> combined_field(const std::vector<HeaderLine>& lines, std::string_view name);
// Each line of that name, likewise trimmed and unfolded.
std::vector<std::string> field_lines(const std::vector<HeaderLine>& lines, std::string_view name);

}  // namespace wasl::exchange
