// What a register says to others: yes or no before data, and nothing beyond what was asked. One pure
// reading of the store for an exchange service, an own office, or the person.
//
//   GET /v1/holds/TYPE/SUBJECT[?FACT=VALUE&at=DAY]      {"type","subject","as_of","holds"}
//   GET /v1/evidence/TYPE/SUBJECT[?FACT=VALUE&at=DAY]   the same with "facts", "source" and, when there is
//                                                       more than one record, "more": [{"facts","source"}]
//   GET /v1/document/TYPE/SUBJECT[?FACT=VALUE&at=DAY]   as "holds"; whoever answers adds the act's document, signed by
//                                                       its holder (exchange/held_document.hpp), when the act has one
//
// SUBJECT is an identifier with its kind, "cnie:AB123456", percent-encoded. FACT=VALUE asks only of records
// whose fact has that value ("does title T-1 belong to …"): what does not match is not told.
//
// Error keys: "register.no-endpoint" [not_found], "register.method" [unsupported], "register.malformed-question" [invalid].
#pragma once

#include "jurisdiction/pack.hpp"
#include "register/keeper.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::reg {

struct Question {
    bool data = false;      // else yes or no …
    bool document = false;  // … or the document of the act
    std::string type, subject;
    std::vector<std::pair<std::string, std::string>> where;  // fact = value, all of them
    std::optional<Date> at; // none: today
};

// From the path below the service ("/v1/holds/land-title/cnie:AB1"), still encoded, and the query without "?".
Result<Question> question_of(std::string_view method, std::string_view path, std::string_view query);

// Whether facts are what the question's conditions ask for: a text as it is, anything else as its JSON.
bool fits(const json::Object& facts, const Question& question);

struct Answer {
    bool holds = false;
    json::Object document;  // what is sent
    std::string act;        // of a question for its document: the dossier of the act; empty when nothing holds
};
// As of now (what is known), for the day asked. `member` is named as the source.
Result<Answer> answer(store::Reader& reader, const Question& question, std::string_view member, const jurisdiction::Pack& pack, Instant now);

// Who asked, for the journal and for the person: law 09-08 gives them the right to know.
struct Asker {
    std::string who;          // subsystem, "MA/GOV/utility/subscriptions"; or an own office
    std::string member;       // its administration
    std::string purpose, legal_basis;  // of the right under which it asked
    std::string exchange;     // id of the exchange
    std::string office = {};  // of that administration, for which it asks: as it calls it
};
inline constexpr std::string_view looked_kind = "register.looked";
// The answer as of the transaction, and one entry in the chain "looks-of:SUBJECT" of the member's journal in the same
// transaction: no answer leaves before it is on disk that it was given. Unaware of rights: the caller has decided them.
Result<Answer> answer_noted(store::Transaction& tx, const Question& question, const Asker& asker, std::string_view member,
                            const jurisdiction::Pack& pack);

struct LookSeen {
    Instant at;
    Asker asker;
    std::string type;
    bool data = false, document = false, holds = false;
};
// Newest first.
Result<std::vector<LookSeen>> looks_of(store::Reader& reader, std::string_view subject, std::size_t limit = 200);

// OpenAPI 3.1 of the endpoints for a member's types.
std::string openapi(std::string_view member, const std::vector<std::string>& types);

}  // namespace wasl::reg
