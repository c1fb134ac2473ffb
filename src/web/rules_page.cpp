// The decision tables of a procedure, for anyone: as plain tables, as a drawing (dmn-js), and as the files themselves.
#include "web/journey.hpp"
#include "web/rule_words.hpp"
#include "web/shell.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include "pages/rules/page.hpp"

#include <fmt/format.h>

namespace wasl::web {

namespace {

using RevisionPointer = std::shared_ptr<const catalogue::Revision>;

// The newest revision, or the published one that the address names: a dossier stays on its own.
Result<RevisionPointer> revision_at(const Visit& visit) {
    auto* sheets = TRY(visit.site->members->catalogue(visit.parameter("catalogue")));
    const auto id = visit.parameter("procedure");
    const std::string hash(visit.request->query("revision"));
    if (hash.empty()) {
        auto newest = TRY(sheets->find(id));
        if (newest == nullptr || newest->rules().empty()) return fail(Code::not_found, "http.not-found");
        return newest;
    }
    const auto bytes = from_hex(hash);
    if (!bytes || bytes->size() != sizeof(Digest::bytes)) return fail(Code::not_found, "http.not-found");
    auto found = TRY(sheets->revision(digest_from_bytes(*bytes)));
    if (found == nullptr || found->id != id || found->rules().empty()) return fail(Code::not_found, "http.not-found");
    return found;
}

std::string below(const Visit& visit, std::string_view what) {
    return fmt::format("/p/{}/{}{}", percent_encode(visit.parameter("catalogue")), percent_encode(visit.parameter("procedure")), what);
}

Result<http::Response> show_rules(Visit& visit) {
    const auto revision = TRY(revision_at(visit));
    RulesView view;
    view.procedure = revision->title.in(visit.tag());
    view.title = visit.say("rules.title");
    view.chrome = chrome_for(visit, view.title + " · " + view.procedure);
    view.chrome.wide = true;
    view.sheet = link_to(visit, below(visit, ""));
    view.viewer = Url::literal(static_files().path("dmn-js/viewer.js"));
    view.viewer_styles = Url::literal(static_files().path("dmn-js/viewer.css"));
    view.viewer_licence = Url::literal(static_files().path("dmn-js/LICENSE.txt"));
    view.start = Url::literal(static_files().path("drawings.js"));
    view.models = rule_models(visit, *revision, below(visit, "/rules"));
    return render(visit, view, pages::rules_page);
}

// The bytes that the revision keeps: their SHA-256 stands in every decision record.
Result<http::Response> give_model(Visit& visit) {
    const auto revision = TRY(revision_at(visit));
    for (const auto& file : revision->rules().files()) {
        if (file.name == visit.parameter("file")) return http::Response::download(file.text, "application/xml", file.name);
    }
    return fail(Code::not_found, "http.not-found");
}

}  // namespace

void add_rules_routes(http::Router& router, Site& site) {
    get(router, site, "/p/{catalogue}/{procedure}/rules", Door::open, show_rules);
    get(router, site, "/p/{catalogue}/{procedure}/rules/{file}", Door::open, give_model);
}

}  // namespace wasl::web
