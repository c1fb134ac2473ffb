// Makes a Request from a checked head.
#pragma once

#include "http/body.hpp"
#include "http/head.hpp"
#include "http/message.hpp"

#include <expected>
#include <memory>
#include <string>
#include <vector>

namespace wasl::http {

// What the connection knows and the head does not say.
struct Origin {
    std::string peer;              // address without port
    bool secure = false;           // TLS on this connection
    bool believed_proxy = false;   // then X-Forwarded-For and -Proto replace the two above
    std::shared_ptr<const Certificate> certificate = {};  // of the peer
};

class RequestBuilder {
public:
    // Copies the head out of the connection's buffer; parses target and query.
    static std::expected<Request, HeadError> build(const Head& head, std::string_view head_bytes, const Origin& origin,
                                                   std::string id);
    // Of a request whose target can not be read: everything but the query, and of the path only what is plain
    // ("/fr/" of "/fr/%00"), so that the refusal can be a page in the reader's language.
    static Request build_unreadable(const Head& head, std::string_view head_bytes, const Origin& origin, std::string id);
    // Of a raw route: the target is not looked at.
    static Request build_raw(const Head& head, std::string_view head_bytes, const Origin& origin, std::string id,
                             std::string_view prefix);
    static void give_body(Request& request, std::shared_ptr<const Body> body);

private:
    static Request with_head(const Head& head, std::string_view head_bytes, const Origin& origin, std::string id);
};

}  // namespace wasl::http
