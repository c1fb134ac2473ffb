// The dossier page: seen (and the look journaled) first, then what may be done.
#include "web/acting.hpp"
#include "web/connection_words.hpp"
#include "web/desk_file.hpp"
#include "web/papers.hpp"
#include "web/shell.hpp"

#include "base/text.hpp"
#include "base/digest.hpp"

#include "pages/desk/dossier.hpp"

#include <fmt/format.h>

namespace wasl::web::desk {

namespace {

struct Opened {
    MemberSite* member = nullptr;
    dossier::Stored stored;
    InHand hand;  // points into stored
};

std::string purpose_of_look(const Visit& visit, const dossier::State& state) {
    using identity::Role;
    const bool own = visit.actor.works_for(state.file.office);
    if (!own) return visit.say("desk.purpose.asked");
    if (visit.actor.has(Role::agent)) return visit.say("desk.purpose.examination");
    return visit.say(visit.actor.has(Role::signatory) ? "desk.purpose.signature" : "desk.purpose.counter");
}

std::shared_ptr<const catalogue::Revision> revision_of(const MemberSite& member, const dossier::State& state) {
    const auto bytes = from_hex(state.file.revision);
    if (bytes && bytes->size() == sizeof(Digest::bytes)) {
        if (auto found = member.catalogue->revision(digest_from_bytes(*bytes))) return *found;
    }
    auto newest = member.catalogue->find(state.file.procedure);
    return newest ? *newest : nullptr;
}

// Journals the look, then opens. Out of scope and unknown are the same answer.
Result<std::unique_ptr<Opened>> open_file(Visit& visit, std::string what) {
    auto out = std::make_unique<Opened>();
    out->member = TRY(enter(visit));
    const auto offices = TRY(offices_of_agent(visit));
    const auto id = visit.parameter("id");
    const auto found = TRY(out->member->dossiers->get(id));
    const auto office = found ? office_on(visit, found->state) : std::string();
    if (office.empty()) return fail(Code::not_found, "dossier.unknown", id);
    out->stored = TRY(out->member->dossiers->look(id, offices, acting_agent(visit.actor, office, purpose_of_look(visit, found->state)), std::move(what)));
    out->hand = {&visit, out->member, &out->stored.state, office, revision_of(*out->member, out->stored.state)};
    out->hand.unreadable = &out->stored.unreadable;
    return out;
}

std::string file_path(const Visit& visit) { return fmt::format("{}/dossier/{}", base(visit), visit.parameter("id")); }

// The page again after a refusal: everything typed stands in its form, with the newest version.
Result<http::Response> refused_page(Visit& visit, const http::Form& form, const Error& error) {
    const auto opened = TRY(open_file(visit, "dossier"));
    auto view = TRY(dossier_view(opened->hand));
    view.version = std::to_string(opened->stored.version);
    auto forms = actions(opened->hand);
    const auto said = lingua::say(visit.language, error);
    restore(forms, form, said);
    view.routine = std::move(forms.routine);
    view.forms = std::move(forms.others);
    view.chrome.has_errors = true;
    view.errors.push_back({said, Url::literal("#do-" + percent_encode(form.text("do")))});
    if (error.key == "dossier.stale") {
        view.changed = visit.say("desk.dossier.changed");
        const auto seen = to_integer(form.text("seen")).value_or(0);
        view.changes = TRY(events_after(opened->hand, static_cast<std::size_t>(std::max<std::int64_t>(seen, 0))));
    }
    return render(visit, view, pages::desk_dossier, http_status(error.code));
}

Result<http::Response> show_file(Visit& visit) {
    const auto opened = TRY(open_file(visit, "dossier"));
    auto view = TRY(dossier_view(opened->hand));
    view.version = std::to_string(opened->stored.version);
    auto forms = actions(opened->hand);
    if (const auto kept = kept_form(visit)) restore(forms, *kept, "");
    view.routine = std::move(forms.routine);
    view.forms = std::move(forms.others);
    const auto done = visit.request->query("done");
    if (!done.empty() && lingua::find_key("desk.done." + std::string(done))) view.notice = visit.say("desk.done." + std::string(done));
    return render(visit, view, pages::desk_dossier);
}

// After a step that passes the file on, the agent is back at the list it came from.
std::string where_next(const Visit& visit, std::string_view action, const std::string& reference) {
    const auto tail = fmt::format("?done={}&ref={}", action, percent_encode(reference));
    if (action == "grant" || action == "refuse" || action == "completion" || action == "notify" || action == "give-opinion" ||
        action == "give-visa" || action == "transfer") {
        return base(visit) + "/queue" + tail;
    }
    if (action == "sign" || action == "return" || action == "final-receipt") return base(visit) + "/signature" + tail;
    return file_path(visit) + "?done=" + std::string(action);
}

bool is_for_the_agent(const Error& error) {
    return error.code == Code::conflict || error.code == Code::unprocessable || error.code == Code::forbidden || error.code == Code::invalid;
}

Result<http::Response> act_on_file(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit));
    const auto id = visit.parameter("id");
    const auto found = TRY(member->dossiers->get(id));
    const auto office = found ? office_on(visit, found->state) : std::string();
    if (office.empty()) return fail(Code::not_found, "dossier.unknown", id);
    const InHand hand{&visit, member, &found->state, office, revision_of(*member, found->state)};
    const std::string action(form.text("do"));
    auto asked = asked_by(hand, action, form);
    if (!asked) return is_for_the_agent(asked.error()) ? refused_page(visit, form, asked.error()) : std::unexpected(asked.error());
    dossier::Ask ask;
    ask.dossier = id;
    ask.expected = to_integer(form.text("version")).value_or(0);
    ask.command = std::move(asked->command);
    ask.actor = acting_agent(visit.actor, asked->office, purpose_of_look(visit, found->state));
    ask.rights = signing_rights(TRY(member->staff->delegations_of(visit.actor.id)));
    const auto done = member->dossiers->run(std::move(ask));
    if (!done) return is_for_the_agent(done.error()) ? refused_page(visit, form, done.error()) : std::unexpected(done.error());
    return redirect(visit, where_next(visit, action, done->reference));
}

// Always a download, never shown by the browser in our name; the look names the paper.
Result<http::Response> give_paper(Visit& visit) {
    const auto digest = visit.parameter("digest");
    const auto opened = TRY(open_file(visit, "attachment:" + digest));
    for (const auto& piece : opened->stored.state.file.pieces) {
        if (piece.digest != digest) continue;
        auto bytes = TRY(opened->member->dossiers->bytes_of(piece));
        return http::Response::download(std::move(bytes), piece.media_type, piece.name);
    }
    return fail(Code::not_found, "store.no-blob", digest);
}

Result<http::Response> give_receipt(Visit& visit) {
    const auto opened = TRY(open_file(visit, "receipt"));
    const PaperWanted wanted{PaperOf::receipt, {}};
    const bool large = !visit.request->query("large").empty();
    auto pdf = large ? TRY(paper_large_print(*visit.site, *opened->member, opened->stored, wanted))
                     : TRY(paper_pdf(*visit.site, *opened->member, opened->stored, wanted));
    return http::Response::download(std::move(pdf), "application/pdf", replace_all(opened->stored.state.file.reference, "/", "-") + ".pdf");
}

Result<http::Response> give_check(Visit& visit) {
    const auto opened = TRY(open_file(visit, "check"));
    auto record = connection_record_file(opened->stored.state);
    if (!record) return fail(Code::not_found, "http.not-found", "check");
    return http::Response::download(std::move(*record), "application/json", replace_all(opened->stored.state.file.reference, "/", "-") + "-check.json");
}

Result<http::Response> give_document(Visit& visit) {
    const auto document = visit.parameter("document");
    const auto opened = TRY(open_file(visit, "document:" + document));
    auto pdf = TRY(paper_pdf(*visit.site, *opened->member, opened->stored, {PaperOf::document, document}));
    return http::Response::download(std::move(pdf), "application/pdf", document + ".pdf");
}

}  // namespace

void add_dossier(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/dossier/{id}", Door::staff, show_file);
    post(router, site, "/desk/{member}/dossier/{id}", Door::staff, act_on_file);
    get_slow(router, site, "/desk/{member}/dossier/{id}/paper/{digest}", Door::staff, give_paper);
    get_slow(router, site, "/desk/{member}/dossier/{id}/receipt", Door::staff, give_receipt);
    get_slow(router, site, "/desk/{member}/dossier/{id}/check.json", Door::staff, give_check);
    get_slow(router, site, "/desk/{member}/dossier/{id}/document/{document}", Door::staff, give_document);
}

}  // namespace wasl::web::desk
