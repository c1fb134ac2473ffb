// POST /api/dossiers: from JSON to a filing, and from the writer's completion back to the caller.
#pragma once

#include "http/reply.hpp"
#include "form/form.hpp"
#include "web/api_problem.hpp"

#include <memory>
#include <string>

namespace wasl::web::api {

// What a caller asks to be filed; checked for shape only.
struct Wish {
    std::string member, procedure;
    json::Object answers;
    std::string channel;   // of messages: sms, email, print, account; empty: as the person is reached
    std::string language;  // of receipt and messages; empty: the person's
    std::vector<std::string> obligations;  // codes that the caller's person has read and takes on
    std::string key;       // Idempotency-Key
};

// The body read, or the flaws of its shape. Unknown members are refused: a misspelt one is no silence.
std::expected<Wish, std::vector<Flaw>> read_wish(const json::Object& body);

// What in the answers the published schema does not allow: unknown questions and parts, other JSON types, control
// characters. Lengths, dates and choices are the form's own check, when it is filed.
std::vector<Flaw> answer_flaws(const form::Form& form, const json::Object& answers);

class Filer {
public:
    explicit Filer(Site& site);
    ~Filer();

    // Runs on a loop; answers from the writer's completion by way of the pool.
    http::Reply file(http::Request& request);

private:
    struct Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace wasl::web::api
