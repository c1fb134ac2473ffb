// Filing by batches for a company: signed by a program of whoever holds the company's mandate.
#include "base/log.hpp"
#include "batch/parcel.hpp"
#include "batch/signature.hpp"
#include "identity/company_rights.hpp"
#include "identity/mandate_keys.hpp"
#include "web/api_problem.hpp"
#include "web/company_access.hpp"
#include "web/company_parts.hpp"
#include "web/export_file.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace wasl::web {

namespace {

using api::Caller;
using batch::Batch;
using batch::BatchBook;

constexpr std::string_view signature_field = "JWS-Signature";

struct SentAs {
    batch::Format format = batch::Format::json;
    bool archive = false;
};

Result<SentAs> format_of(const http::Request& request) {
    const auto type = request.header("Content-Type");
    const auto name = trim(type.substr(0, type.find(';')));
    if (equals_ignoring_ascii_case(name, "text/csv")) return SentAs{batch::Format::csv};
    if (equals_ignoring_ascii_case(name, "application/json")) return SentAs{batch::Format::json};
    if (equals_ignoring_ascii_case(name, "application/zip")) return SentAs{.archive = true};
    return fail(Code::unsupported, "batch.format");
}

// The mandate behind a signature that holds: the key is registered for it, and it stands with the right to file batches.
Result<identity::Mandate> signed_mandate(const Site& site, const batch::BatchSignature& signature, bool question) {
    const identity::MandateKeys keys(*site.host_store);
    const auto key = TRY(keys.find(signature.kid, signature.ice));
    TRY(batch::verify(signature, key.jwks, site.public_url, site.clock->now(), question));
    auto mandate = TRY(site.mandates->find(key.mandate));
    const auto any = mandate.procedures.empty() ? std::string() : mandate.procedures.front();  // each line is looked at by itself
    TRY(identity::may_use(mandate, key.person, any, identity::MandateRight::batch, site.today()));
    return mandate;
}

http::Response accepted(const Site& site, const BatchBook::Taken& taken) {
    auto body = batch_object(taken.batch);
    const auto path = "/api/v1/batches/" + taken.batch.key();
    body.set("links", json::Object{{"self", site.public_url + path}, {"results", site.public_url + path + "/results"}});
    auto out = http::Response::json(json::write(body), taken.repeated ? 200 : 202);
    out.set("Location", path);
    return out;
}

Result<BatchBook::Taken> take_batch(Site& site, const http::Request& request, lingua::Language language) {
    const auto as = TRY(format_of(request));
    const auto signature = TRY(batch::read_signature(request.header(signature_field), request.body()));
    const auto mandate = TRY(signed_mandate(site, signature, false));
    const auto content = TRY(batch::read_content(as.archive, as.format, request.body()));
    BatchBook book(*site.host_store);
    Batch batch;
    batch.ice = mandate.ice;
    batch.id = signature.batch;
    batch.actor = mandate.actor;
    batch.mandate = mandate.id;
    batch.kid = signature.kid;
    batch.language = request.header("Accept-Language").empty() ? std::string() : std::string(lingua::tag(language));
    batch.format = content.format;
    batch.archive = as.archive;
    batch.lines = content.lines.size();
    batch.stage = batch::Stage::running;
    if (!book.find(batch.ice, batch.id)) TRY(may_run_another(book, batch.ice));
    return book.take(std::move(batch), request.body());
}

// Errors of the whole file, with what a developer needs to find the place.
http::Response batch_problem(const Caller& caller, const Error& error) {
    const bool place = error.key.starts_with("batch.");
    return api::problem(caller, error.code, error.key, place ? std::string_view(error.detail) : std::string_view());
}

http::Reply on_pool(Site& site, const Caller& caller, std::function<http::Response()> work) {
    return http::Later([&site, caller, work = std::move(work)](http::Responder responder) mutable {
        auto shared = std::make_shared<http::Responder>(std::move(responder));
        if (!site.pool->submit([shared, work = std::move(work)] { shared->send(work()); })) {
            shared->send(api::problem(caller, Code::unavailable, "http.503"));
        }
    });
}

http::Reply post_batch(Site& site, http::Request& request, const std::shared_ptr<BatchRunner>& runner) {
    const auto caller = api::caller_of(request);
    return on_pool(site, caller, [&site, caller, runner, kept = request.keep()] {
        const auto taken = take_batch(site, *kept, caller.language);
        if (!taken) return batch_problem(caller, taken.error());
        runner->wake();
        return accepted(site, *taken);
    });
}

// A program by its signature over an empty body, or a signed-in person of the company.
Result<Batch> asked_batch(Site& site, const http::Request& request) {
    const std::string ice(request.parameter("ice")), id(request.parameter("batch"));
    const auto unknown = [] { return fail(Code::not_found, "batch.unknown"); };
    const BatchBook book(*site.host_store);
    if (request.has_header(signature_field)) {
        const auto signature = TRY(batch::read_signature(request.header(signature_field), {}));
        const auto mandate = TRY(signed_mandate(site, signature, true));
        if (signature.ice != ice || signature.batch != id) return unknown();
        auto batch = TRY(book.find(ice, id));
        if (batch.actor != mandate.actor && !mandate.procedures.empty()) return unknown();
        return batch;
    }
    const auto person = TRY(api::person_of(site, request));
    const auto held = company_for(site, person.id, ice);
    if (!held) return unknown();
    auto batch = TRY(book.find(ice, id));
    if (!sees_batch(*held, person.id, batch)) return unknown();
    return batch;
}

http::Reply show_batch(Site& site, http::Request& request, bool results) {
    const auto caller = api::caller_of(request);
    return on_pool(site, caller, [&site, caller, results, kept = request.keep()] {
        const auto batch = asked_batch(site, *kept);
        if (!batch) return batch_problem(caller, batch.error());
        if (!results) return http::Response::json(json::write(batch_object(*batch)));
        auto lines = BatchBook(*site.host_store).results(*batch);
        if (!lines) return batch_problem(caller, lines.error());
        return kept->query("format") == "csv" ? batch_csv(*batch, std::move(*lines)) : batch_json(*batch, *lines);
    });
}

}  // namespace

Result<void> may_run_another(const BatchBook& book, std::string_view ice) {
    const auto running = TRY(book.running());
    const auto mine = std::ranges::count(running, ice, &Batch::ice);
    if (mine >= static_cast<std::ptrdiff_t>(most_running_batches)) return fail(Code::too_many, "batch.too-many");
    return {};
}

json::Object batch_object(const Batch& batch) {
    json::Object out{{"ice", batch.ice},
                     {"batch", batch.id},
                     {"stage", batch::to_string(batch.stage)},
                     {"format", batch::to_string(batch.format)},
                     {"archive", batch.archive},
                     {"sha256", batch.digest},
                     {"lines", static_cast<std::int64_t>(batch.lines)},
                     {"filed", static_cast<std::int64_t>(batch.filed)},
                     {"refused", static_cast<std::int64_t>(batch.refused)},
                     {"received", batch.received.iso()}};
    if (batch.finished) out.set("finished", batch.finished->iso());
    return out;
}

http::Response batch_json(const Batch& batch, const std::vector<batch::LineResult>& results) {
    auto body = batch_object(batch);
    json::Array lines;
    for (const auto& result : results) lines.emplace_back(batch::to_json(result));
    body.set("results", std::move(lines));
    auto out = http::Response::json(json::write(body));
    out.compress = true;
    return out;
}

http::Response batch_csv(const Batch& batch, std::vector<batch::LineResult> results) {
    ExportList list;
    list.name = "batch-" + batch.id;
    list.head = {"line", "status", "reference", "received", "complete", "missing", "code", "errors"};
    list.next = [results = std::move(results), told = false]() mutable -> Result<ExportList::Rows> {
        ExportList::Rows rows;
        if (std::exchange(told, true)) return rows;
        for (const auto& result : results) {
            std::string flaws;
            for (const auto& flaw : result.flaws) flaws += (flaws.empty() ? "" : " ") + flaw.pointer + "=" + flaw.code;
            rows.push_back({result.id, result.filed ? "filed" : "refused", result.reference, result.filed ? result.received.iso() : "",
                            !result.filed ? "" : result.complete ? "yes" : "no", join(result.missing, " "), result.code, flaws});
        }
        return rows;
    };
    return csv_file(std::move(list));
}

void add_batch_api_routes(http::Router& router, Site& site, const std::shared_ptr<BatchRunner>& runner) {
    router.post("/api/v1/batches", [&site, runner](http::Request& request) { return post_batch(site, request, runner); }, {.body_limit = batch::most_archive_bytes});
    router.get("/api/v1/batches/{ice}/{batch}", [&site](http::Request& request) { return show_batch(site, request, false); });
    router.get("/api/v1/batches/{ice}/{batch}/results", [&site](http::Request& request) { return show_batch(site, request, true); });
}

}  // namespace wasl::web
