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

// The words of one message where they stand; they outlive it.
struct MessagePart {
    std::string_view method = {}, scheme = {}, authority = {}, target = {};
    int status = 0;
    const std::vector<HeaderLine>* headers = nullptr;   // never null when it is used
    const std::vector<HeaderLine>* trailers = nullptr;  // null: none

    [[nodiscard]] bool is_request() const noexcept { return status == 0; }
};

// A message and, of a response, what it answers, without a copy.
struct MessageView : MessagePart {
    MessageView(const Message& message);  // implicit: a message can be seen
    explicit MessageView(const MessagePart& part, std::optional<MessagePart> answered = {}) : MessagePart(part), request(answered) {}
    std::optional<MessagePart> request;
};

// The lines of that name (compared without case) joined with ", ", each without white space around it
// and with folds (obs-fold) made one space; nothing when there is none.
std::optional<std::string> combined_field(const std::vector<HeaderLine>& lines, std::string_view name);
// Each line of that name, likewise trimmed and unfolded.
std::vector<std::string> field_lines(const std::vector<HeaderLine>& lines, std::string_view name);
// Appends what combined_field gives; false: there is none.
bool append_field(std::string& out, const std::vector<HeaderLine>& lines, std::string_view name);

}  // namespace wasl::exchange
