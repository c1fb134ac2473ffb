// Problem details (RFC 9457) and the caller of an API request.
#pragma once

#include "base/json.hpp"
#include "http/message.hpp"
#include "http/reply.hpp"
#include "identity/person.hpp"
#include "lingua/language.hpp"
#include "web/site.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::web::api {

// One answer that was not taken: a JSON Pointer (RFC 6901) into the body, and the name of the finding.
struct Flaw {
    std::string pointer;
    std::string code;
};

// What a reply needs of its request once the request is gone.
struct Caller {
    std::string incident;                               // the request's number in our log
    lingua::Language language = lingua::Language::en;   // of titles and messages, from Accept-Language
};
Caller caller_of(const http::Request& request);

// `detail` is written for the developer of the calling program, in English; never the error's own detail.
http::Response problem(const Caller& caller, Code code, std::string_view key, std::string_view detail = {},
                       const std::vector<Flaw>& flaws = {});
// The same for an error from below: its sentence, and for answers of a wrong shape the list of them.
http::Response problem(const Caller& caller, const Error& error);

// The signed-in person. Errors: "identity.session-over" [unauthenticated], "http.403" for an agent's
// session, "web.foreign-form" when a browser was sent here from another site.
Result<identity::Person> person_of(Site& site, const http::Request& request);

}  // namespace wasl::web::api
