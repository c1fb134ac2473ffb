// The public API for programs: file a request, read one's own, read the published procedures.
//
//   POST /api/dossiers                                     file (JSON, Idempotency-Key); 201 once it is on disk
//   GET  /api/dossiers/{member}/{desk}/{series}/{number}   one's own request
//   GET  /api/procedures?q=&catalogue=&from=&limit=        published procedures, all or by words
//   GET  /api/procedures/{catalogue}/{id}                  one procedure, with the schema of its answers
//   GET  /api/procedures/{catalogue}/{id}/schema           that schema alone (JSON Schema 2020-12)
//   GET  /api/openapi.json                                 all of this for machines (OpenAPI 3.1)
//
// A person is known by the session cookie of the pages, or by `Authorization: Bearer` and the same token.
// Errors are problem details (RFC 9457); `code` is the stable name of the error, `detail` is for developers.
// A POST never holds a thread: the reply is sent from the writer's completion.
#pragma once

#include "http/router.hpp"
#include "web/site.hpp"

#include <cstddef>

namespace wasl::web {

// Bytes of a filing's JSON; papers are handed in on the pages.
inline constexpr std::size_t api_body_limit = 256U << 10U;

void add_api_routes(http::Router& router, Site& site);

}  // namespace wasl::web
