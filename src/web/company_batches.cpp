// Batches of a company on its pages: a file is sent, looked through line by line, confirmed, followed, its results taken
// away; and the keys of programs that sign batches themselves.
#include "batch/lines.hpp"
#include "batch/signature.hpp"
#include "lingua/formats.hpp"
#include "identity/mandate_keys.hpp"
#include "web/batch_filing.hpp"
#include "web/company_access.hpp"
#include "web/company_page.hpp"
#include "web/company_parts.hpp"
#include "web/mandate_words.hpp"
#include "web/request.hpp"
#include "web/request_words.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace wasl::web {

namespace {

using batch::Batch;
using batch::BatchBook;
using batch::LineResult;
using batch::Stage;
using desk::cell;
using identity::CompanyHeld;
using identity::MandateRight;

constexpr std::size_t batches_shown = 50;
constexpr std::size_t lines_shown = 200;
constexpr std::size_t form_overhead = 64U << 10U;

// The first mandate that may file batches; nothing: this person looks only.
const identity::Mandate* sending_mandate(const CompanyHeld& held) {
    const auto found = std::ranges::find_if(held.mandates, [](const identity::Mandate& each) { return each.allows(MandateRight::batch); });
    return found == held.mandates.end() ? nullptr : &*found;
}

Cell stage_cell(const Visit& visit, const Batch& batch) {
    auto out = cell(visit.say(fmt::format("company.batches.stage.{}", batch::to_string(batch.stage))));
    out.colour = batch.stage == Stage::done ? "green" : batch.stage == Stage::dropped ? "grey" : batch.stage == Stage::running ? "blue" : "yellow";
    return out;
}

Cell count_cell(const Visit& visit, std::size_t count) {
    auto out = cell(lingua::number(visit.language, static_cast<std::int64_t>(count)));
    out.number = true;
    return out;
}

Result<void> add_batches(CompanyView& view, const Visit& visit, const CompanyHeld& held) {
    auto list = desk::table(visit, visit.say("company.batches.title"), {"company.batches.id", "company.received", "company.state", "company.batches.lines",
                                                                       "company.batches.filed", "company.batches.refused", "company.filer"});
    for (const auto column : {3U, 4U, 5U}) list.head[column].number = true;
    for (const auto& batch : TRY(BatchBook(*visit.site->host_store).of_company(held.ice, batches_shown))) {
        if (!sees_batch(held, visit.actor.id, batch)) continue;
        auto id = cell(batch.id, true);
        id.link = company_link(visit, "company.batches.title", held.ice, "batches/" + batch.id).url;
        list.rows.push_back({std::move(id), cell(say_instant(visit, batch.received)), stage_cell(visit, batch), count_cell(visit, batch.lines),
                             count_cell(visit, batch.filed), count_cell(visit, batch.refused), cell(doer_name(visit, batch.actor), true)});
    }
    if (list.rows.empty()) {
        view.none = visit.say("company.batches.none");
    } else {
        view.tables.push_back(std::move(list));
    }
    return {};
}

Result<void> add_keys(CompanyView& view, const Visit& visit, const identity::Mandate& mandate) {
    view.cards_title = visit.say("company.keys.title");
    view.cards_none = visit.say("company.keys.none");
    view.end_name = "key-end";
    for (const auto& key : TRY(identity::MandateKeys(*visit.site->host_store).of_mandate(mandate.id))) {
        CompanyCard card;
        card.title = key.name;
        card.state = visit.say(key.revoked ? "account.mandates.state.over" : "company.keys.stands");
        card.colour = key.revoked ? "grey" : "green";
        card.lines = {"kid " + key.kid, visit.say("company.from", {{"date", visit.site->local(key.added).date}})};
        card.id = key.kid;
        if (!key.revoked) card.end = visit.say("company.keys.end");
        card.about = key.name;
        view.cards.push_back(std::move(card));
    }
    view.more.push_back(desk::FormMaker(visit, "key-add", "company.keys.add", "common.add").hint(visit.say("company.keys.add-text"))
                            .line("name", "company.keys.name").text("pem", "company.keys.pem").note("company.keys.pem-hint").done());
    view.more.back().questions.back().field.left_to_right = true;
    return {};
}

Result<CompanyView> batches_view(const Visit& visit, const CompanyHeld& held) {
    auto view = company_view(visit, held, "batches");
    TRY(add_batches(view, visit, held));
    const auto* mandate = sending_mandate(held);
    if (mandate == nullptr) {
        view.after = visit.say("company.batches.not-yours");
        return view;
    }
    view.upload_title = visit.say("company.batches.upload");
    view.upload_hint = visit.say("company.batches.upload-text", {{"lines", batch::most_lines}});
    view.file = {.id = "file", .label = visit.say("company.batches.file"), .accept = ".csv,.json,.zip", .largest_file = batch::most_archive_bytes,
                 .too_large = lingua::say(visit.language, Error{Code::too_large, "batch.too-large", {}})};
    TRY(add_keys(view, visit, *mandate));
    return view;
}

batch::Format format_of(const http::FormFile& file) {
    if (to_lower_ascii(file.filename).ends_with(".csv")) return batch::Format::csv;
    if (to_lower_ascii(file.filename).ends_with(".json")) return batch::Format::json;
    return trim(file.content).starts_with('[') ? batch::Format::json : batch::Format::csv;
}

// Kept as it is, to be looked through; nothing is filed yet.
Result<Batch> take_upload(const Visit& visit, const CompanyHeld& held, const identity::Mandate& mandate, const http::Form& form) {
    const auto* file = form.file("file");
    if (file == nullptr || file->content.empty()) return fail(Code::unprocessable, "batch.empty");
    Batch batch;
    batch.archive = batch::looks_like_archive(file->content);
    const auto content = TRY(batch::read_content(batch.archive, format_of(*file), file->content));
    batch.format = content.format;
    batch.lines = content.lines.size();
    batch.ice = held.ice;
    batch.id = fmt::format("{}-{}", visit.site->today().iso(), random_id(*visit.site->entropy).substr(0, 8));
    batch.actor = visit.actor.id;
    batch.mandate = mandate.id;
    batch.language = visit.tag();
    batch.file = file->filename;
    batch.stage = Stage::waiting;
    return TRY(BatchBook(*visit.site->host_store).take(std::move(batch), file->content)).batch;
}

Result<http::Response> refused(Visit& visit, const CompanyHeld& held, const http::Form& form, const Error& error, std::string_view field = {}) {
    if (!desk::can_be_mended(error)) return std::unexpected(error);
    auto view = TRY(batches_view(visit, held));
    company_refusal(visit, view, form, error, field);
    // Where in the file: the reader is who wrote it.
    if (error.key.starts_with("batch.") && !error.detail.empty()) view.file.error += " (" + error.detail + ")";
    return company_page(visit, view, http_status(error.code));
}

Result<http::Response> act_on_batches(Visit& visit, http::Form& form) {
    const auto held = TRY(company_at(visit));
    const auto* mandate = sending_mandate(held);
    if (mandate == nullptr) return fail(Code::forbidden, "identity.mandate-narrow");
    const auto back = fmt::format("/me/companies/{}/batches", held.ice);
    identity::MandateKeys keys(*visit.site->host_store);
    if (form.text("do") == "upload") {
        const auto batch = take_upload(visit, held, *mandate, form);
        if (!batch) return refused(visit, held, form, batch.error());
        return redirect(visit, back + "/" + batch->id);
    }
    if (form.text("do") == "key-add") {
        const auto key = keys.add(*mandate, form.text("pem"), form.text("name"));
        if (!key) return refused(visit, held, form, key.error(), key.error().key == "identity.key-name" ? "name" : "pem");
        return redirect(visit, back + "?done=key-added");
    }
    if (form.text("do") != "key-end") return fail(Code::not_found, "http.not-found");
    TRY(keys.revoke(std::string(form.text("id")), mandate->id, visit.actor.id));
    return redirect(visit, back + "?done=key-ended");
}

// --- one batch ----------------------------------------------------------------------------------

struct BatchAt {
    CompanyHeld held;
    Batch batch;
};

Result<BatchAt> batch_at(const Visit& visit) {
    BatchAt out{TRY(company_at(visit)), {}};
    out.batch = TRY(BatchBook(*visit.site->host_store).find(out.held.ice, visit.parameter("batch")));
    if (!sees_batch(out.held, visit.actor.id, out.batch)) return fail(Code::not_found, "batch.unknown");
    return out;
}

// A result, and what is missing in the reader's words.
struct ShownLine {
    LineResult result;
    std::vector<std::string> missing;
};

std::vector<std::string> missing_words(const Visit& visit, const catalogue::Revision* revision, const std::vector<dossier::Missing>& missing) {
    std::vector<std::string> out;
    for (const auto& each : missing) out.push_back(say_missing(visit, revision, each));
    return out;
}

// What the receipt of a filed line lists, by the sheet it was filed under; the bare codes where that dossier is gone.
std::vector<std::string> missing_words(const Visit& visit, const LineResult& result) {
    const auto reference = parse_reference(result.reference);
    const auto member = reference ? visit.site->members->at(reference->member) : fail(Code::not_found, "dossier.unknown");
    if (!member) return result.missing;
    const auto found = (*member)->dossiers->by_reference(result.reference);
    if (!found || !*found) return result.missing;
    const auto& state = (*found)->state;
    const auto revision = revision_of(OwnDossier{*member, **found, {}});
    return missing_words(visit, revision ? revision->get() : nullptr, state.file.receipt.missing);
}

// What would become of each line if it were filed now.
Result<std::vector<ShownLine>> look_through(const Visit& visit, const Batch& batch) {
    auto sent = TRY(BatchBook(*visit.site->host_store).content(batch));
    auto content = TRY(batch::read_content(batch.archive, batch.format, std::move(sent)));
    BatchPapers papers(std::move(content.papers));
    const auto sender = TRY(sender_of(*visit.site, batch));
    std::vector<ShownLine> out;
    for (const auto& line : content.lines) {
        auto filing = filing_of_line(*visit.site, batch, line, sender, papers);
        if (!filing) {
            out.push_back({std::move(filing.error()), {}});
            continue;
        }
        const auto missing = dossier::readiness(filing->filing, *visit.site->pack, visit.site->today()).missing;
        ShownLine good;
        good.result.number = line.number;
        good.result.id = line.id;
        good.result.filed = true;
        good.result.complete = missing.empty();
        good.missing = missing_words(visit, filing->filing.revision.get(), missing);
        out.push_back(std::move(good));
    }
    return out;
}

// What became of each, as it was written down.
Result<std::vector<ShownLine>> written_down(const Visit& visit, const Batch& batch) {
    std::vector<ShownLine> out;
    for (auto& result : TRY(BatchBook(*visit.site->host_store).results(batch))) {
        const bool read = out.size() < lines_shown && result.filed && !result.complete;
        auto missing = read ? missing_words(visit, result) : std::vector<std::string>();
        out.push_back({std::move(result), std::move(missing)});
    }
    return out;
}

// In words where the person who wrote the file can mend it, else the code, for who wrote the program.
std::string flaw_words(const Visit& visit, const batch::LineFlaw& flaw) {
    if (flaw.code.starts_with("form.")) return say_finding(visit.language, {flaw.pointer, flaw.code, {}});
    const bool of_paper = flaw.code.starts_with("batch.") || flaw.code.starts_with("upload.");
    return of_paper ? lingua::say(visit.language, Error{Code::unprocessable, flaw.code, {}}) : flaw.code;
}

std::string finding_words(const Visit& visit, const ShownLine& line) {
    const auto& result = line.result;
    if (result.filed) return result.complete ? std::string() : visit.say("company.batches.missing", {{"what", join(line.missing, " · ")}});
    std::string out = lingua::say(visit.language, Error{Code::unprocessable, result.code, {}}) + " (" + lingua::isolated(result.code) + ")";
    for (const auto& flaw : result.flaws) {
        if (flaw.pointer.empty() || flaw.code == result.code) continue;
        out += " · " + lingua::isolated(flaw.pointer) + ": " + flaw_words(visit, flaw);
    }
    return out;
}

Table line_table(const Visit& visit, const BatchAt& at, const std::vector<ShownLine>& lines) {
    const bool preview = at.batch.stage == Stage::waiting;
    auto out = desk::table(visit, visit.say(preview ? "company.batches.preview" : "company.batches.results"),
                           {"company.batches.line", "company.state", "company.reference", "company.batches.finding"});
    for (const auto& line : lines) {
        if (out.rows.size() == lines_shown) break;
        const auto& result = line.result;
        auto state = cell(visit.say(result.filed ? (preview ? "company.batches.ready" : "company.batches.line-filed") : "company.batches.line-refused"));
        state.colour = result.filed ? "green" : "red";
        auto reference = cell(result.reference, true);
        if (!result.reference.empty()) reference.link = link_to(visit, "/request/" + result.reference);
        out.rows.push_back({cell(result.id, true), std::move(state), std::move(reference), cell(finding_words(visit, line), true)});
    }
    return out;
}

PanelGroup batch_facts(const Visit& visit, const Batch& batch) {
    PanelGroup out{visit.say("company.batches.facts"), {}};
    const auto add = [&](std::string_view key, std::string value) { out.rows.push_back({.key = visit.say(key), .value = std::move(value)}); };
    const auto number = [&](std::size_t count) { return lingua::number(visit.language, static_cast<std::int64_t>(count)); };
    add("company.batches.id", batch.id);
    add("company.state", stage_cell(visit, batch).text);
    add("company.received", say_instant(visit, batch.received));
    if (!batch.file.empty()) add("company.batches.file", batch.file);
    add("company.batches.sent-by", doer_name(visit, batch.actor) + (batch.kid.empty() ? "" : " · " + visit.say("company.batches.signed")));
    add("company.batches.lines", number(batch.lines));
    add("company.batches.filed", number(batch.filed));
    add("company.batches.refused", number(batch.refused));
    if (batch.finished) add("company.batches.finished", say_instant(visit, *batch.finished));
    return out;
}

Result<http::Response> show_one(Visit& visit) {
    const auto at = TRY(batch_at(visit));
    auto view = company_view(visit, at.held, "batches/" + at.batch.id);
    view.chrome.back = company_link(visit, "company.batches.title", at.held.ice, "batches").url;
    view.groups.push_back(batch_facts(visit, at.batch));
    const auto results = at.batch.stage == Stage::waiting ? TRY(look_through(visit, at.batch)) : TRY(written_down(visit, at.batch));
    if (at.batch.stage == Stage::waiting) {
        const auto good = static_cast<std::size_t>(std::ranges::count(results, true, [](const ShownLine& line) { return line.result.filed; }));
        view.forms.push_back(desk::FormMaker(visit, "confirm", "company.batches.confirm", "company.batches.confirm").routine()
                                 .hint(visit.say("company.batches.confirm-text", {{"good", good}, {"bad", results.size() - good}})).done());
        view.forms.push_back(desk::FormMaker(visit, "drop", "company.batches.drop", "company.batches.drop").style("secondary").done());
    }
    if (at.batch.stage == Stage::running) {
        view.notice = visit.say("company.batches.progress", {{"done", at.batch.filed + at.batch.refused}, {"lines", at.batch.lines}});
        view.files.push_back({visit.say("company.batches.refresh"), view.here});
    }
    if (at.batch.stage == Stage::running || at.batch.stage == Stage::done) {
        const auto below = fmt::format("batches/{}/results.", at.batch.id);
        view.files.push_back(company_link(visit, "company.batches.csv", at.held.ice, below + "csv"));
        view.files.push_back(company_link(visit, "company.batches.json", at.held.ice, below + "json"));
    }
    if (!results.empty()) view.tables.push_back(line_table(visit, at, results));
    if (results.size() > lines_shown) view.after = visit.say("company.batches.first", {{"count", lines_shown}});
    return company_page(visit, view);
}

Result<http::Response> act_on_one(Visit& visit, http::Form& form, BatchRunner& runner) {
    const auto at = TRY(batch_at(visit));
    if (sending_mandate(at.held) == nullptr) return fail(Code::forbidden, "identity.mandate-narrow");
    // Who has sent it answers for it: nobody confirms another's file.
    if (at.batch.actor != visit.actor.id) return fail(Code::forbidden, "identity.mandate-narrow");
    BatchBook book(*visit.site->host_store);
    const auto back = fmt::format("/me/companies/{}/batches/{}", at.held.ice, at.batch.id);
    if (form.text("do") == "drop") {
        TRY(book.drop(at.held.ice, at.batch.id, visit.actor.id));
        return redirect(visit, back);
    }
    if (form.text("do") != "confirm") return fail(Code::not_found, "http.not-found");
    TRY(may_run_another(book, at.held.ice));
    TRY(book.confirm(at.held.ice, at.batch.id, visit.actor.id));
    runner.wake();
    return redirect(visit, back);
}

Result<http::Response> take_results(Visit& visit, bool csv) {
    const auto at = TRY(batch_at(visit));
    auto results = TRY(BatchBook(*visit.site->host_store).results(at.batch));
    if (csv) return batch_csv(at.batch, std::move(results));
    auto out = batch_json(at.batch, results);
    out.set("Content-Disposition", http::attachment_disposition("batch-" + at.batch.id + ".json"));
    return out;
}

}  // namespace

void add_company_batch_routes(http::Router& router, Site& site, const std::shared_ptr<BatchRunner>& runner) {
    get_slow(router, site, "/me/companies/{ice}/batches", Door::person, [](Visit& visit) -> Result<http::Response> {
        const auto held = TRY(company_at(visit));
        return company_page(visit, TRY(batches_view(visit, held)));
    });
    post(router, site, "/me/companies/{ice}/batches", Door::person, act_on_batches, {.body_limit = batch::most_archive_bytes + form_overhead});
    get_slow(router, site, "/me/companies/{ice}/batches/{batch}", Door::person, show_one);
    post(router, site, "/me/companies/{ice}/batches/{batch}", Door::person,
         [runner](Visit& visit, http::Form& form) { return act_on_one(visit, form, *runner); });
    get_slow(router, site, "/me/companies/{ice}/batches/{batch}/results.csv", Door::person, [](Visit& visit) { return take_results(visit, true); });
    get_slow(router, site, "/me/companies/{ice}/batches/{batch}/results.json", Door::person, [](Visit& visit) { return take_results(visit, false); });
}

}  // namespace wasl::web
