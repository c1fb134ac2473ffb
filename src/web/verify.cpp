// Anyone checks a receipt or a document: by scanning its code, pasting its text, or handing in the file. The answer
// tells the least: what it is, who issued it, when, and whether it still stands.
#include "web/journey.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/info.hpp"

#include "base/text.hpp"
#include "dossier/papers.hpp"
#include "pages/verify/page.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/verify.hpp"

#include <fmt/format.h>

#include <optional>

namespace wasl::web {

namespace {

using trust::Verdict;

VerifyView empty_view(const Visit& visit) {
    VerifyView view;
    view.chrome = chrome_for(visit, visit.say("verify.title"));
    view.action = link_to(visit, "/verify");
    view.csrf = visit.csrf();
    view.text = {.id = "text", .label = visit.say("verify.text"), .left_to_right = true, .rows = 4, .longest = 2'000};
    view.file = {.id = "file", .label = visit.say("verify.file"), .accept = ".pdf,.json,application/pdf,application/json"};
    return view;
}

// The keys of the member that the paper names, when this host knows it.
trust::TrustStore keys_of(const Visit& visit, std::string_view member) {
    if (visit.site->members->info(member) == nullptr) return {};
    const auto site = visit.site->members->at(member);
    return site ? (*site)->keys->public_keys() : trust::TrustStore();
}

trust::TrustStore keys_of_all(const Visit& visit) {
    trust::TrustStore out;
    const auto& all = visit.site->members->all();
    for (std::size_t i = 0; i < all.size() && i < 50; ++i) out.add(keys_of(visit, all[i].id));
    return out;
}

// What became of a document since it was sealed.
enum class Standing { stands, replaced, withdrawn, expired };

Standing standing_of(const Visit& visit, const trust::Seal& seal, std::string_view seal_bytes) {
    if (seal.valid_until && *seal.valid_until < visit.site->today()) return Standing::expired;
    if (visit.site->members->info(seal.member) == nullptr) return Standing::stands;
    const auto member = visit.site->members->at(seal.member);
    if (!member) return Standing::stands;
    const auto found = (*member)->dossiers->by_reference(seal.reference);
    const auto reader = (*member)->store->read();
    if (!found || !*found || !reader) return Standing::stands;
    for (const auto& document : (*found)->state.documents) {
        const auto kept = trust::find_seal(**reader, dossier::document_seal_key(document.id));
        if (!kept || !*kept || (*kept)->seal != seal_bytes) continue;
        if (document.status == dossier::DocumentStatus::replaced) return Standing::replaced;
        if (document.status == dossier::DocumentStatus::withdrawn) return Standing::withdrawn;
    }
    return Standing::stands;
}

void set_verdict(VerifyView& view, const Visit& visit, std::string_view word, std::string_view colour, std::string_view words) {
    view.verdict = visit.say(word);
    view.colour = colour;
    view.words = visit.say(words);
}

void add_facts(VerifyView& view, const Visit& visit, const trust::Seal& seal) {
    view.facts.push_back({.key = visit.say("verify.what.title"), .value = visit.say(fmt::format("verify.what.{}", trust::to_string(seal.kind)))});
    const auto* member = visit.site->members->info(seal.member);
    view.facts.push_back({.key = visit.say("verify.by"), .value = member == nullptr ? seal.member : member->name.in(visit.tag())});
    view.facts.push_back({.key = visit.say("common.reference"), .value = seal.reference, .copyable = true});
    view.facts.push_back({.key = visit.say("verify.on"), .value = say_instant(visit, seal.issued)});
    if (seal.due) view.facts.push_back({.key = visit.say("verify.due"), .value = say_day(visit, *seal.due)});
    if (seal.valid_until) view.facts.push_back({.key = visit.say("verify.valid-until"), .value = say_day(visit, *seal.valid_until)});
}

void show(VerifyView& view, const Visit& visit, const trust::Verification& result, std::string_view seal_bytes) {
    for (const auto& reason : result.reasons) view.reasons.push_back({visit.say(reason.key), reason.weight == Verdict::valid});
    if (result.verdict == Verdict::invalid) {
        set_verdict(view, visit, "verify.invalid.title", "red", "verify.invalid.text");
        return;
    }
    const bool unsure = result.verdict == Verdict::cannot_tell;
    if (unsure) set_verdict(view, visit, "verify.unsure.title", "yellow", "verify.unsure.text");
    if (!result.seal) {
        if (!unsure) set_verdict(view, visit, "verify.valid.title", "green", "verify.valid.text");
        if (!result.what.empty()) view.facts.push_back({.key = visit.say("verify.what.title"), .value = visit.say(fmt::format("verify.what.{}", result.what))});
        if (!result.reference.empty()) view.facts.push_back({.key = visit.say("common.reference"), .value = result.reference, .copyable = true});
        if (result.day) view.facts.push_back({.key = visit.say("common.date"), .value = say_day(visit, *result.day)});
        return;
    }
    add_facts(view, visit, *result.seal);
    if (unsure) return;
    switch (standing_of(visit, *result.seal, seal_bytes)) {
        case Standing::stands: return set_verdict(view, visit, "verify.valid.title", "green", "verify.valid.text");
        case Standing::replaced: return set_verdict(view, visit, "verify.replaced", "yellow", "verify.valid.text");
        case Standing::withdrawn: return set_verdict(view, visit, "verify.withdrawn", "red", "verify.valid.text");
        case Standing::expired: return set_verdict(view, visit, "verify.expired", "yellow", "verify.valid.text");
    }
}

void check_text(VerifyView& view, const Visit& visit, std::string_view text) {
    const auto bytes = trust::seal_bytes_from_text(trim(text));
    const auto seal = bytes ? trust::parse_seal(*bytes) : Result<trust::Seal>(std::unexpected(bytes.error()));
    const auto keys = seal ? keys_of(visit, seal->member) : trust::TrustStore();
    show(view, visit, trust::verify_qr(trim(text), keys), bytes ? std::string_view(*bytes) : std::string_view());
}

void check_file(VerifyView& view, const Visit& visit, std::string_view content) {
    const auto bytes = trust::seal_from_file(content);
    show(view, visit, trust::verify_file(content, keys_of_all(visit)), bytes ? std::string_view(*bytes) : std::string_view());
}

Result<http::Response> take_verify(Visit& visit, http::Form& form) {
    auto view = empty_view(visit);
    const auto* file = form.file("file");
    if (file != nullptr) {
        check_file(view, visit, file->content);
    } else if (!trim(form.text("text")).empty()) {
        view.text.value = trim(form.text("text"));
        check_text(view, visit, view.text.value);
    } else {
        view.text.error = visit.say("verify.nothing");
        view.errors.push_back({view.text.error, Url::literal("#text")});
        view.chrome.has_errors = true;
    }
    return render(visit, view, pages::verify_page, view.errors.empty() ? 200 : 422);
}

// A scanned code: the seal as it stands in the address, still encoded.
std::string seal_in(const http::Request& request) {
    const auto target = request.raw_target();
    const auto at = target.find("/v/");
    return at == std::string_view::npos ? std::string() : std::string(target.substr(at + 3));
}

Result<http::Response> show_scanned(Visit& visit) {
    auto view = empty_view(visit);
    view.chrome.noindex = true;
    check_text(view, visit, seal_in(*visit.request));
    return render(visit, view, pages::verify_page);
}

}  // namespace

void add_verify_routes(http::Router& router, Site& site) {
    get(router, site, "/verify", Door::open, [](Visit& visit) -> Result<http::Response> { return render(visit, empty_view(visit), pages::verify_page); });
    post(router, site, "/verify", Door::open, take_verify, {.body_limit = 12U << 20U});
    get_slow(router, site, "/v/{seal...}", Door::open, show_scanned);
    // The code on paper has no language: the phone's own.
    router.get("/v/{seal...}", [](http::Request& request) -> http::Reply {
        const auto language = lingua::negotiate(request.header("Accept-Language"));
        auto response = http::Response::redirect(fmt::format("/{}/v/{}", lingua::tag(language), seal_in(request)));
        response.set("Vary", "Accept-Language");
        return response;
    });
    router.get("/v", [](http::Request& request) -> http::Reply {
        return http::Response::redirect(fmt::format("/{}/verify", lingua::tag(lingua::negotiate(request.header("Accept-Language")))));
    });
}

}  // namespace wasl::web
