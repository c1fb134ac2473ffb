// For whom a person acts, who acts for them, and what was done under it.
#include "web/account_parts.hpp"
#include "web/company_access.hpp"
#include "web/mandate_words.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/account.hpp"
#include "base/cut.hpp"

#include "base/text.hpp"
#include "pages/account/mandates.hpp"

#include <fmt/format.h>

namespace wasl::web {

namespace {

using identity::Mandate;
using identity::MandateKind;

constexpr std::size_t uses_shown = 20;

MandateRow row_of(const Visit& visit, const Mandate& mandate, std::string name) {
    MandateRow out;
    out.name = std::move(name);
    out.id = mandate.id;
    out.kind = visit.say(fmt::format("account.kind.{}", identity::to_string(mandate.kind)));
    out.scope = mandate_scope(visit, mandate);
    if (mandate.kind == MandateKind::company) out.kind = mandate_role(visit, mandate);
    if (mandate.until) out.until = visit.say("account.mandates.until", {{"date", *mandate.until}});
    if (!mandate.actor_company.empty()) {
        out.company = visit.say("account.mandates.for-company", {{"company", mandate.actor_company}, {"ice", mandate.actor_ice}});
    }
    const auto doubtful = [&](const std::string& ice) { return !ice.empty() && !visit.site->pack->identifiers().read("ice", ice).plausible(); };
    if (doubtful(mandate.ice) || doubtful(mandate.actor_ice)) out.doubt = visit.say("company.doubtful");
    return out;
}

// How it stands today, with the colour of its tag.
void set_state(MandateRow& row, const Visit& visit, const Mandate& mandate) {
    const bool over = mandate.until && *mandate.until < visit.site->today();
    const auto key = over                ? "account.mandates.state.over"
                     : mandate.awaits    ? "account.mandates.state.waits"
                     : !mandate.attested.empty() ? "account.mandates.state.attested"
                     : mandate.verified  ? "account.mandates.verified"
                     : mandate.accepted  ? "account.mandates.state.accepted"
                                         : "account.mandates.declared";
    row.state = visit.say(key);
    row.colour = over ? "grey" : mandate.awaits ? "yellow" : "green";
}

Result<void> add_uses(MandateRow& row, const Visit& visit, const Mandate& mandate) {
    for (const auto& use : TRY(visit.site->mandates->uses(mandate.id, uses_shown))) {
        row.uses.push_back(fmt::format("{} · {} · {}", say_instant(visit, use.at),
                                       visit.say(fmt::format("account.mandates.use.{}", use.what)), use.reference));
    }
    return {};
}

Result<void> add_rows(MandatesView& view, const Visit& visit) {
    auto& mandates = *visit.site->mandates;
    for (const auto& mandate : TRY(mandates.offered(*visit.person, visit.site->today()))) {
        view.offers.push_back(row_of(visit, mandate, mandate.principal_name));
    }
    for (const auto& mandate : TRY(mandates.of_actor(visit.actor.id))) {
        if (mandate.revoked) continue;
        auto row = row_of(visit, mandate, mandate.principal_name);
        set_state(row, visit, mandate);
        TRY(add_uses(row, visit, mandate));
        view.mandates.push_back(std::move(row));
    }
    for (const auto& mandate : TRY(mandates.of_principal(visit.actor.id))) {
        if (mandate.revoked) continue;
        auto row = row_of(visit, mandate, TRY(actor_name(visit, mandate)));
        set_state(row, visit, mandate);
        TRY(add_uses(row, visit, mandate));
        view.granted.push_back(std::move(row));
    }
    return {};
}

Field field_of(const Visit& visit, const http::Form* form, std::string_view id, std::string_view label) {
    return {.id = std::string(id), .label = visit.say(label), .value = form == nullptr ? std::string() : std::string(form->text(id)), .longest = 300};
}

struct Wrong {
    std::string field, text;
};

Result<http::Response> mandates_page(Visit& visit, const http::Form* form, const Wrong& wrong) {
    MandatesView view;
    view.chrome = chrome_for(visit, visit.say("account.mandates.title"));
    view.chrome.back = link_to(visit, "/me");
    view.action = link_to(visit, "/me/mandates");
    view.grant = link_to(visit, "/me/mandates/grant");
    view.csrf = visit.csrf();
    constexpr std::pair<std::string_view, std::string_view> words[] = {{"offered", "account.mandates.done.offered"}, {"accepted", "account.mandates.done.accepted"},
                                                                     {"ended", "account.mandates.done.ended"}};
    for (const auto& [word, key] : words) {
        if (visit.request->query("done") == word) view.done = visit.say(key);
    }
    TRY(add_rows(view, visit));
    view.name = field_of(visit, form, "name", "account.mandates.name");
    view.ice = field_of(visit, form, "ice", "account.mandates.ice");
    view.ice.hint = visit.say("account.mandates.ice-hint");
    view.ice.left_to_right = true;
    view.ice.input_mode = "numeric";
    view.ice.width = 20;
    view.kind = field_of(visit, nullptr, "kind", "account.mandates.kind");
    const auto chosen = form == nullptr ? std::string_view("parent") : form->text("kind");
    for (const std::string_view kind : {"parent", "guardian", "company"}) {
        view.kinds.push_back({std::string(kind), visit.say(fmt::format("account.kind.{}", kind)), {}, kind == chosen});
    }
    if (!wrong.text.empty()) {
        (wrong.field == "ice" ? view.ice : view.name).error = wrong.text;
        view.errors.push_back({wrong.text, Url::literal("#" + wrong.field)});
        view.chrome.has_errors = true;
    }
    return render(visit, view, pages::account_mandates, wrong.text.empty() ? 200 : 422);
}

// Only what one may say of oneself: parent, guardian, representative of a company; declared, and proven with the
// request. A power of attorney is granted by the other side.
Result<http::Response> declare(Visit& visit, http::Form& form) {
    const auto name = trim(form.text("name"));
    if (name.empty()) return mandates_page(visit, &form, {"name", visit.say("account.mandates.name-needed")});
    const auto kind = identity::mandate_kind_from(form.text("kind"));
    if (!kind || *kind == MandateKind::power_of_attorney) return fail(Code::invalid, "identity.mandate-kind");
    Mandate mandate;
    mandate.kind = *kind;
    mandate.actor = visit.actor.id;
    mandate.principal_name = cut_at_character(name, 200);
    mandate.from = visit.site->today();
    if (mandate.kind == MandateKind::company) {
        const auto ice = company_register(*visit.site).normal_ice(form.text("ice"));
        if (!ice) return mandates_page(visit, &form, {"ice", lingua::say(visit.language, ice.error())});
        mandate.ice = *ice;
    } else {
        // Until the child may have come of age at the latest; the procedure asks for the proof.
        mandate.until = mandate.from.plus_months(12LL * visit.site->pack->law_on(mandate.from).majority_age.value);
    }
    TRY(visit.site->mandates->grant(std::move(mandate)));
    return redirect(visit, "/me/mandates");
}

Result<http::Response> take_mandate(Visit& visit, http::Form& form) {
    auto& mandates = *visit.site->mandates;
    if (form.has("accept")) {
        TRY(mandates.accept(std::string(form.text("accept")), *visit.person, visit.site->today()));
        return redirect(visit, "/me/mandates?done=accepted");
    }
    if (!form.has("revoke")) return declare(visit, form);
    const auto found = mandates.find(form.text("revoke"));
    const bool may = found && (identity::may_revoke(*found, visit.actor) || identity::Mandates::is_offered(*found, *visit.person));
    if (!may) return fail(Code::not_found, "identity.no-mandate");
    TRY(mandates.revoke(found->id, visit.actor.id));
    return redirect(visit, "/me/mandates?done=ended");
}

}  // namespace

void add_mandate_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/me/mandates", Door::person, [](Visit& visit) {
        const auto kept = kept_form(visit);
        return mandates_page(visit, kept ? &*kept : nullptr, {});
    });
    post(router, site, "/me/mandates", Door::person, take_mandate);
    add_grant_routes(router, site);
}

}  // namespace wasl::web
