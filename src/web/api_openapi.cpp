// The API described for machines: OpenAPI 3.1 (JSON Schema 2020-12). tests/api.py holds it against what the
// server really answers.
#include "web/api_read.hpp"

#include "base/text.hpp"

namespace wasl::web::api {

namespace {

constexpr const char* paths = R"json({
"openapi": "3.1.0",
"info": {
  "title": "Wasl",
  "version": "1",
  "summary": "File a request with an administration, follow it, read the published procedures.",
  "description": "A person is known by the session cookie `wasl` of the pages, or by the same token in `Authorization: Bearer`. A reply 201 means that the request is on disk and in the journal, and its receipt sealed. Dates are days of the administration's own zone; instants are RFC 3339 in UTC. Errors are problem details (RFC 9457): `code` is stable, `title` is for people in the language of Accept-Language, `detail` is for developers.",
  "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"}
},
"servers": [{"url": "@URL@"}],
"security": [{"bearer": []}, {"cookie": []}],
"paths": {
  "/api/dossiers": {
    "post": {
      "operationId": "fileDossier",
      "summary": "File a request for oneself",
      "description": "Papers are not part of it: what the procedure asks for and was not given stands on the receipt as missing, and is handed in afterwards on the request's page. An answer of a wrong shape is refused (422), an absent one is listed on the receipt.",
      "parameters": [{
        "name": "Idempotency-Key", "in": "header", "required": true,
        "description": "Fresh for each request that is to be filed. The same key of the same person, at the same administration, gives the first answer again and files nothing; with another body it is refused (422, code `api.key-reused`).",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
      }],
      "requestBody": {
        "required": true,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Filing"}, "example": {
          "member": "commune-ain-wasl", "procedure": "birth-extract", "language": "fr",
          "answers": {"for_child": false, "holder_name": {"given_latin": "Amina", "family_latin": "Alaoui"}, "holder_birth": "1990-05-12",
                      "birth_commune": {"text": "Tamri"}, "delivery": "online"}}}}
      },
      "responses": {
        "201": {
          "description": "Filed: on disk, journaled, its receipt sealed. The same for a repeated key.",
          "headers": {"Location": {"description": "Path of the request.", "schema": {"type": "string"}}},
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}
        },
        "400": {"$ref": "#/components/responses/Problem"},
        "401": {"$ref": "#/components/responses/Problem"},
        "403": {"$ref": "#/components/responses/Problem"},
        "413": {"$ref": "#/components/responses/Problem"},
        "415": {"$ref": "#/components/responses/Problem"},
        "422": {"$ref": "#/components/responses/Problem"},
        "503": {"$ref": "#/components/responses/Problem"},
        "507": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/batches": {
    "post": {
      "operationId": "fileBatch",
      "summary": "File many requests for a company at a time",
      "description": "The body is a JSON array of filings, each with `line`, the sender's own id; or CSV (RFC 4180) with the columns line, member, procedure, language, channel, obligations and one `answers.QUESTION` or `answers.QUESTION.PART` for each answer; or a ZIP of one such file and of the PDF, JPEG and PNG files that its lines name (member `papers`, columns `papers.PAPER`). At most 5,000 lines and 4 MB, 32 MB with papers; 20 batches of a company at a time. The batch is on disk when it is answered (202); lines are filed then, each with a result of its own. The same batch id with the same body answers what became of it (200) and files nothing; with another body it is refused (409, code `batch.reused`).",
      "security": [{"batch": []}],
      "parameters": [{"$ref": "#/components/parameters/BatchSignature"}],
      "requestBody": {"required": true, "content": {
        "application/json": {"schema": {"type": "array", "maxItems": 5000, "items": {"$ref": "#/components/schemas/BatchFiling"}}},
        "text/csv": {"schema": {"type": "string"}}, "application/zip": {"schema": {"type": "string", "format": "binary"}}}},
      "responses": {
        "200": {"description": "Known already: how far it has come.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}}},
        "202": {"description": "Taken.", "headers": {"Location": {"description": "Path of the batch.", "schema": {"type": "string"}}},
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}}},
        "400": {"$ref": "#/components/responses/Problem"}, "401": {"$ref": "#/components/responses/Problem"},
        "403": {"$ref": "#/components/responses/Problem"}, "409": {"$ref": "#/components/responses/Problem"},
        "413": {"$ref": "#/components/responses/Problem"}, "415": {"$ref": "#/components/responses/Problem"},
        "422": {"$ref": "#/components/responses/Problem"}, "429": {"$ref": "#/components/responses/Problem"},
        "503": {"$ref": "#/components/responses/Problem"}, "507": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/batches/{ice}/{batch}": {
    "get": {
      "operationId": "readBatch",
      "summary": "How far a batch has come",
      "description": "Signed like a batch, over an empty body and not older than five minutes (`iat`); or by the session of a person of the company.",
      "security": [{"batch": []}, {"bearer": []}, {"cookie": []}],
      "parameters": [{"$ref": "#/components/parameters/Ice"}, {"$ref": "#/components/parameters/BatchId"}],
      "responses": {
        "200": {"description": "The batch.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Batch"}}}},
        "401": {"$ref": "#/components/responses/Problem"}, "403": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/v1/batches/{ice}/{batch}/results": {
    "get": {
      "operationId": "readBatchResults",
      "summary": "What became of each line so far",
      "security": [{"batch": []}, {"bearer": []}, {"cookie": []}],
      "parameters": [{"$ref": "#/components/parameters/Ice"}, {"$ref": "#/components/parameters/BatchId"},
        {"name": "format", "in": "query", "schema": {"enum": ["json", "csv"], "default": "json"}}],
      "responses": {
        "200": {"description": "In the order of the file.", "content": {
          "application/json": {"schema": {"$ref": "#/components/schemas/BatchResults"}}, "text/csv": {"schema": {"type": "string"}}}},
        "401": {"$ref": "#/components/responses/Problem"}, "403": {"$ref": "#/components/responses/Problem"}, "404": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/holders/{member}": {
    "get": {
      "operationId": "listHolders",
      "summary": "How often each holder of evidence answered that administration, and how often it did not",
      "security": [],
      "parameters": [{"name": "member", "in": "path", "required": true, "schema": {"type": "string"}}],
      "responses": {
        "200": {"description": "Counted, not sampled.", "content": {"application/json": {"schema": {"type": "object", "required": ["member", "holders"],
          "properties": {"member": {"type": "string"}, "holders": {"type": "array", "items": {"type": "object", "required": ["holder", "answered", "silent"],
            "properties": {"holder": {"type": "string"}, "answered": {"type": "integer"}, "silent": {"type": "integer"}}}}}}}}},
        "404": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/payments/{member}/{reference}": {
    "get": {
      "operationId": "readPayment",
      "summary": "What is to pay under a payment reference: amount and state, nobody's name",
      "security": [],
      "parameters": [{"name": "member", "in": "path", "required": true, "schema": {"type": "string"}},
                     {"name": "reference", "in": "path", "required": true, "description": "Fourteen digits, 1 modulo 97.", "schema": {"type": "string"}}],
      "responses": {
        "200": {"description": "Its state now.", "content": {"application/json": {"schema": {"type": "object",
          "required": ["member", "reference", "state", "amount", "currency", "procedure", "office", "unpaid", "providers"],
          "properties": {"member": {"type": "string"}, "reference": {"type": "string"}, "state": {"enum": ["open", "paid", "cancelled", "refunded"]},
            "amount": {"type": "string"}, "currency": {"const": "MAD"}, "procedure": {"type": "string"}, "office": {"type": "string"},
            "unpaid": {"enum": ["complete", "incomplete"]}, "providers": {"type": "array", "items": {"type": "string"}}}}}}},
        "400": {"$ref": "#/components/responses/Problem"},
        "404": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/payments/{member}/notices/{provider}": {
    "post": {
      "operationId": "tellPayment",
      "summary": "A payment provider's word on one payment, signed in the header Wasl-Signature",
      "description": "The same transaction told again is answered as the first time. Money that fits nothing is held and shown, never dropped.",
      "security": [],
      "parameters": [{"name": "member", "in": "path", "required": true, "schema": {"type": "string"}},
                     {"name": "provider", "in": "path", "required": true, "schema": {"type": "string"}}],
      "requestBody": {"required": true, "content": {"application/json": {"schema": {"type": "object",
        "required": ["transaction", "amount", "currency", "status"],
        "properties": {"transaction": {"type": "string"}, "attempt": {"type": "string"}, "reference": {"type": "string"}, "amount": {"type": "string"},
          "currency": {"const": "MAD"}, "status": {"enum": ["paid", "failed"]}}}}}},
      "responses": {
        "200": {"description": "What became of it.", "content": {"application/json": {"schema": {"type": "object", "required": ["code", "message", "transaction", "repeated"],
          "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "transaction": {"type": "string"}, "repeated": {"type": "boolean"},
            "receipt": {"type": "string"}, "held": {"type": "string"}}}}}},
        "400": {"$ref": "#/components/responses/Problem"},
        "401": {"$ref": "#/components/responses/Problem"},
        "404": {"$ref": "#/components/responses/Problem"},
        "409": {"$ref": "#/components/responses/Problem"},
        "422": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/dossiers/{member}/{desk}/{series}/{number}": {
    "get": {
      "operationId": "readDossier",
      "summary": "One's own request",
      "description": "The four parts are those of the reference. Somebody else's request answers 404, as one that does not exist.",
      "parameters": [
        {"name": "member", "in": "path", "required": true, "schema": {"type": "string"}},
        {"name": "desk", "in": "path", "required": true, "schema": {"type": "string"}},
        {"name": "series", "in": "path", "required": true, "schema": {"type": "string"}},
        {"name": "number", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^[0-9]{6,}$"}}
      ],
      "responses": {
        "200": {"description": "The request as it stands.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Dossier"}}}},
        "401": {"$ref": "#/components/responses/Problem"},
        "403": {"$ref": "#/components/responses/Problem"},
        "404": {"$ref": "#/components/responses/Problem"},
        "410": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/procedures": {
    "get": {
      "operationId": "listProcedures",
      "summary": "Published procedures, all or by words",
      "security": [],
      "parameters": [
        {"name": "q", "in": "query", "description": "Words in any of the four languages; the best matches first, without `next`.", "schema": {"type": "string"}},
        {"name": "catalogue", "in": "query", "description": "Only this catalogue.", "schema": {"type": "string"}},
        {"name": "from", "in": "query", "schema": {"type": "integer", "minimum": 0, "default": 0}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}},
        {"$ref": "#/components/parameters/Language"}
      ],
      "responses": {
        "200": {"description": "A page of the list.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProcedureList"}}}},
        "400": {"$ref": "#/components/responses/Problem"},
        "404": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/procedures/{catalogue}/{id}": {
    "get": {
      "operationId": "readProcedure",
      "summary": "One procedure, with the schema of its answers",
      "security": [],
      "parameters": [{"$ref": "#/components/parameters/Catalogue"}, {"$ref": "#/components/parameters/Procedure"}, {"$ref": "#/components/parameters/Language"}],
      "responses": {
        "200": {"description": "The newest revision.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Procedure"}}}},
        "400": {"$ref": "#/components/responses/Problem"},
        "404": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/procedures/{catalogue}/{id}/schema": {
    "get": {
      "operationId": "readAnswersSchema",
      "summary": "JSON Schema 2020-12 of the answers of one procedure",
      "security": [],
      "parameters": [{"$ref": "#/components/parameters/Catalogue"}, {"$ref": "#/components/parameters/Procedure"}, {"$ref": "#/components/parameters/Language"}],
      "responses": {
        "200": {"description": "The schema.", "content": {"application/schema+json": {"schema": {"type": "object"}}}},
        "400": {"$ref": "#/components/responses/Problem"},
        "404": {"$ref": "#/components/responses/Problem"}
      }
    }
  },
  "/api/openapi.json": {
    "get": {
      "operationId": "readOpenApi",
      "summary": "This description",
      "security": [],
      "responses": {"200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}}
    }
  }
},
)json";

constexpr const char* components = R"json("components": {
  "securitySchemes": {
    "batch": {"type": "apiKey", "in": "header", "name": "JWS-Signature", "description": "A detached compact JWS (RFC 7515, appendix F) over the body, `HEADER..SIGNATURE`, ES256 or EdDSA. The protected header has alg, kid (RFC 7638 thumbprint of a key registered for the company's mandate), ice, batch (the sender's id of the batch), aud (the address of this server) and iat (seconds)."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "The token of a session."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "wasl", "description": "Over TLS the cookie is called __Host-wasl. A request that another site caused is refused (403)."}
  },
  "parameters": {
    "Catalogue": {"name": "catalogue", "in": "path", "required": true, "schema": {"type": "string"}},
    "Procedure": {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
    "BatchSignature": {"name": "JWS-Signature", "in": "header", "required": true, "schema": {"type": "string", "maxLength": 8192, "pattern": "^[A-Za-z0-9_-]+[.][.][A-Za-z0-9_-]+$"}},
    "Ice": {"name": "ice", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^[0-9]{15}$"}},
    "BatchId": {"name": "batch", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,60}$"}},
    "Language": {"name": "language", "in": "query", "description": "Of the texts; without it, Accept-Language decides.", "schema": {"$ref": "#/components/schemas/Language"}}
  },
  "responses": {
    "Problem": {"description": "Problem details.", "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
  },
  "schemas": {
    "Language": {"enum": ["ar", "fr", "en", "zgh"]},
    "Filing": {
      "type": "object", "required": ["member", "procedure", "answers"], "additionalProperties": false,
      "properties": {
        "member": {"type": "string", "description": "Administration that is asked; see `members` of the procedure."},
        "procedure": {"type": "string"},
        "answers": {"type": "object", "description": "By the schema of the procedure (`schema`). A member that is null is absent."},
        "contact": {"type": "object", "required": ["channel"], "additionalProperties": false,
          "properties": {"channel": {"enum": ["sms", "email", "print", "account"], "description": "How the person wants to be told; the addresses are those of the account."}}},
        "language": {"$ref": "#/components/schemas/Language"},
        "obligations": {"type": "array", "description": "Codes of what the person has read and takes on; see `obligations` of the procedure.", "items": {"type": "string"}}
      }
    },
    "BatchFiling": {
      "type": "object", "required": ["member", "procedure", "answers"], "additionalProperties": false,
      "properties": {
        "line": {"type": "string", "description": "The sender's own id of the line, once in a batch; without it, its number. Filed once under it.", "pattern": "^[A-Za-z0-9._-]{1,60}$"},
        "member": {"type": "string"}, "procedure": {"type": "string"}, "answers": {"type": "object"},
        "contact": {"type": "object", "required": ["channel"], "additionalProperties": false, "properties": {"channel": {"enum": ["sms", "email", "print", "account"]}}},
        "language": {"$ref": "#/components/schemas/Language"},
        "obligations": {"type": "array", "items": {"type": "string"}},
        "papers": {"type": "object", "description": "By code of the paper or question, the names of its files in the ZIP.", "additionalProperties": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}}
      }
    },
    "Batch": {
      "type": "object", "required": ["ice", "batch", "stage", "format", "sha256", "lines", "filed", "refused", "received"],
      "properties": {
        "ice": {"type": "string"}, "batch": {"type": "string"}, "stage": {"enum": ["waiting", "running", "done", "dropped"]},
        "format": {"enum": ["json", "csv"]}, "archive": {"type": "boolean", "description": "Sent as a ZIP, with papers."}, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "lines": {"type": "integer"},
        "filed": {"type": "integer"}, "refused": {"type": "integer"}, "received": {"type": "string", "format": "date-time"},
        "finished": {"type": "string", "format": "date-time"},
        "links": {"type": "object", "required": ["self", "results"], "properties": {"self": {"type": "string", "format": "uri"}, "results": {"type": "string", "format": "uri"}}}
      }
    },
    "BatchResults": {
      "type": "object", "required": ["batch", "stage", "lines", "filed", "refused", "results"],
      "properties": {
        "ice": {"type": "string"}, "batch": {"type": "string"}, "stage": {"enum": ["waiting", "running", "done", "dropped"]},
        "format": {"enum": ["json", "csv"]}, "archive": {"type": "boolean"}, "sha256": {"type": "string"}, "lines": {"type": "integer"}, "filed": {"type": "integer"},
        "refused": {"type": "integer"}, "received": {"type": "string", "format": "date-time"}, "finished": {"type": "string", "format": "date-time"},
        "results": {"type": "array", "items": {"$ref": "#/components/schemas/BatchLine"}}
      }
    },
    "BatchLine": {
      "type": "object", "required": ["number", "line", "status"],
      "properties": {
        "number": {"type": "integer"}, "line": {"type": "string"}, "status": {"enum": ["filed", "refused"]},
        "reference": {"type": "string", "description": "Of the receipt, when filed."}, "received": {"type": "string", "format": "date-time"},
        "complete": {"type": "boolean"}, "missing": {"type": "array", "items": {"type": "string"}},
        "code": {"type": "string", "description": "Why not, when refused."},
        "errors": {"type": "array", "items": {"type": "object", "required": ["pointer", "code"],
          "properties": {"pointer": {"type": "string", "description": "JSON Pointer into the line."}, "code": {"type": "string"}}}}
      }
    },
    "Missing": {
      "type": "object", "required": ["code", "kind", "title"],
      "properties": {"code": {"type": "string"}, "kind": {"enum": ["paper", "answer"]}, "title": {"type": "string"}}
    },
    "Receipt": {
      "type": "object", "required": ["reference", "received", "receipt", "seal", "links"],
      "properties": {
        "reference": {"type": "string", "pattern": "^[a-z0-9-]{1,40}/[a-z0-9-]{1,40}/[a-z0-9-]{1,40}/[0-9]{6,}$"},
        "received": {"type": "string", "format": "date-time"},
        "receipt": {
          "type": "object", "required": ["complete", "missing"],
          "properties": {
            "complete": {"type": "boolean"},
            "missing": {"type": "array", "items": {"$ref": "#/components/schemas/Missing"}},
            "answer_by": {"type": "string", "format": "date", "description": "Last day of the delay, when the file is complete."},
            "complete_by": {"type": "string", "format": "date", "description": "Last day to complete the file, when something is missing."}
          }
        },
        "seal": {"type": "string", "format": "uri", "maxLength": 480, "description": "Text of the QR code: proves the receipt offline (`wasl verify --qr`)."},
        "links": {"type": "object", "required": ["self", "page"], "properties": {"self": {"type": "string", "format": "uri"}, "page": {"type": "string", "format": "uri"}}}
      }
    },
    "Dossier": {
      "type": "object",
      "required": ["reference", "member", "procedure", "revision", "title", "kind", "office", "phase", "received", "answers", "missing", "clock"],
      "properties": {
        "reference": {"type": "string"}, "member": {"type": "string"}, "procedure": {"type": "string"},
        "revision": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "title": {"type": "string"},
        "kind": {"$ref": "#/components/schemas/Kind"},
        "office": {"type": "string"},
        "phase": {"enum": ["incomplete", "completion", "examination", "granted", "refused", "upheld", "dismissed", "approved-by-silence", "acknowledged", "free-to-operate", "lapsed", "withdrawn", "transferred"]},
        "received": {"type": "string", "format": "date-time"},
        "answers": {"type": "object"},
        "missing": {"type": "array", "items": {"$ref": "#/components/schemas/Missing"}},
        "clock": {
          "type": "object", "required": ["state", "day", "of", "working_days", "stopped_days"],
          "properties": {
            "state": {"type": "string"}, "day": {"type": "integer"}, "of": {"type": "integer"}, "working_days": {"type": "boolean"},
            "stopped_days": {"type": "integer"}, "started": {"type": "string", "format": "date"},
            "answer_by": {"type": "string", "format": "date"}, "complete_by": {"type": "string", "format": "date"}
          }
        },
        "decision": {
          "type": "object", "description": "Once notified: a decision takes effect then.", "required": ["outcome", "signed"],
          "properties": {"outcome": {"type": "string"}, "signed": {"type": "string", "format": "date-time"}, "reasons": {"type": "string"}, "appeal_routes": {"type": "string"}}
        },
        "approved_by_silence": {"type": "string", "format": "date-time"},
        "registered": {"type": "string"},
        "evidence": {"type": "array", "description": "What administrations were asked instead of the person, and what they said.", "items": {
          "type": "object", "required": ["requirement", "type", "how", "status", "holder", "legal_basis", "tries"],
          "properties": {"requirement": {"type": "string"}, "type": {"type": "string"}, "how": {"enum": ["identity", "yes-no", "data", "document"]},
                         "status": {"enum": ["waiting", "held", "not-held", "declined", "handed-in"]}, "holder": {"type": "string"}, "legal_basis": {"type": "string"},
                         "tries": {"type": "integer"}, "next_try": {"type": "string", "format": "date-time"}, "exchange": {"type": "string"}, "source": {"type": "string"},
                         "as_of": {"type": "string"}, "facts": {"type": "object"}, "contested": {"type": "string"}, "document": {"type": "string", "description": "SHA-256 of the document that its holder signed and handed over."}}}},
        "documents": {"type": "array", "items": {
          "type": "object", "required": ["id", "type", "issued", "status"],
          "properties": {"id": {"type": "string"}, "type": {"type": "string"}, "issued": {"type": "string", "format": "date-time"},
                         "status": {"enum": ["valid", "replaced", "withdrawn"]}, "valid_until": {"type": "string", "format": "date"}}}}
      }
    },
    "Kind": {"enum": ["authorisation", "declaration", "extract", "registration", "benefit", "contract", "complaint", "call"]},
    "ProcedureList": {
      "type": "object", "required": ["procedures"],
      "properties": {
        "procedures": {"type": "array", "items": {
          "type": "object", "required": ["catalogue", "id", "revision", "kind", "title", "language", "authority", "url"],
          "properties": {"catalogue": {"type": "string"}, "id": {"type": "string"}, "revision": {"type": "string"}, "kind": {"$ref": "#/components/schemas/Kind"},
                         "title": {"type": "string"}, "language": {"type": "string"}, "authority": {"type": "string"}, "url": {"type": "string", "format": "uri"}}}},
        "next": {"type": "string", "format": "uri", "description": "The next page; absent on the last."}
      }
    },
    "Procedure": {
      "type": "object",
      "required": ["catalogue", "id", "revision", "kind", "title", "description", "authority", "members", "channels", "minimum_level", "silence", "delay", "fee", "papers", "schema"],
      "properties": {
        "catalogue": {"type": "string"}, "id": {"type": "string"}, "revision": {"type": "string"}, "kind": {"$ref": "#/components/schemas/Kind"},
        "title": {"type": "string"}, "description": {"type": "string"}, "authority": {"type": "string"},
        "members": {"type": "array", "description": "Administrations where it can be filed.", "items": {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}},
        "channels": {"type": "array", "items": {"type": "string"}},
        "minimum_level": {"type": "integer", "minimum": 1, "maximum": 3},
        "silence": {"enum": ["none", "approval"]},
        "delay": {"type": "object", "properties": {"needs_human": {"type": "boolean"}, "cases": {"type": "array", "items": {
          "type": "object", "properties": {"n": {"type": "integer"}, "unit": {"enum": ["day", "month"]}, "working": {"type": "boolean"}, "when": {"type": "string"}}}}}},
        "fee": {"type": "object", "properties": {"kind": {"enum": ["free", "amount", "rule", "needs-human"]}, "rule": {"type": "string"}, "items": {"type": "array", "items": {
          "type": "object", "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}, "conditional": {"type": "boolean"}, "label": {"type": "string"},
          "stamp_duty": {"type": "string", "description": "Code of the stamp duty that it is; its amount is the law's of the day."}}}},
          "unpaid": {"enum": ["complete", "incomplete"], "description": "What an unpaid fee makes of a request: the procedure's choice."}}},
        "obligations": {"type": "array", "description": "What is taken on by the act: each that is not `conditional`, or whose condition the answers meet, is confirmed with the filing.", "items": {
          "type": "object", "required": ["code", "text", "source", "article", "confirmed", "conditional", "from"], "properties": {
          "code": {"type": "string"}, "text": {"type": "string"}, "source": {"type": "string"}, "article": {"type": "string"},
          "confirmed": {"type": "boolean", "description": "Source and article were compared with the published text."},
          "conditional": {"type": "boolean"}, "from": {"type": "string", "format": "date"}, "until": {"type": "string", "format": "date"}}}},
        "papers": {"type": "array", "items": {"type": "object", "properties": {
          "code": {"type": "string"}, "title": {"type": "string"}, "mandatory": {"type": "boolean"}, "conditional": {"type": "boolean"},
          "accepted": {"type": "array", "items": {"type": "string"}}}}},
        "schema": {"type": "object", "description": "JSON Schema 2020-12 of `answers`."}
      }
    },
    "Problem": {
      "type": "object", "required": ["type", "title", "status", "code", "instance"],
      "properties": {
        "type": {"type": "string", "format": "uri"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable name of the error."},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri", "description": "Number of the request in the server's log."},
        "errors": {"type": "array", "items": {"type": "object", "required": ["pointer", "code"],
          "properties": {"pointer": {"type": "string", "description": "JSON Pointer into the body."}, "code": {"type": "string"}}}}
      }
    }
  }
}
})json";

}  // namespace

std::string openapi(std::string_view public_url) {
    std::string quoted;
    json::append_string(quoted, public_url);
    return replace_all(std::string(paths) + components, "\"@URL@\"", quoted);
}

}  // namespace wasl::web::api
