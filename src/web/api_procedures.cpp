// GET /api/procedures, /api/procedures/{catalogue}/{id} and its schema.
#include "web/api_read.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace wasl::web::api {

namespace {

constexpr std::int64_t page_limit = 100;
constexpr std::int64_t last_row = 1'000'000'000;

std::string address_of(const Site& site, std::string_view catalogue, std::string_view id) {
    return site.public_url + "/api/procedures/" + std::string(catalogue) + "/" + std::string(id);
}

// Of the texts: what the query asks for, else what the client accepts.
std::string language_of(const http::Request& request, const Caller& caller) {
    const auto asked = lingua::from_tag(request.query("language"));
    return std::string(lingua::tag(asked ? *asked : caller.language));
}

// A whole number of the query within its bounds, or the fallback where it is absent; nothing for anything else.
std::optional<std::size_t> number_of(const http::Request& request, std::string_view name, std::size_t fallback,
                                     std::int64_t least, std::int64_t most) {
    const auto text = request.query(name);
    if (text.empty()) return fallback;
    const auto given = to_integer(text);
    if (!given || *given < least || *given > most) return std::nullopt;
    return static_cast<std::size_t>(*given);
}

// Refused as the description says, so that a misspelt parameter is no silence.
std::optional<http::Response> bad_query(const http::Request& request, const Caller& caller) {
    const auto refuse = [&](std::string_view name) {
        return problem(caller, Code::invalid, "api.query", "see /api/openapi.json",
                       {{"/query/" + std::string(name), "api.value"}});
    };
    const auto language = request.query("language");
    if (!language.empty() && !lingua::from_tag(language)) return refuse("language");
    if (!number_of(request, "limit", 1, 1, page_limit)) return refuse("limit");
    if (!number_of(request, "from", 0, 0, last_row)) return refuse("from");
    return std::nullopt;
}

json::Object row_of(const Site& site, const std::string& catalogue, const catalogue::Summary& sheet) {
    return {{"catalogue", catalogue},
            {"id", sheet.id},
            {"revision", sheet.hash.hex()},
            {"kind", catalogue::to_string(sheet.kind)},
            {"title", sheet.title},
            {"language", sheet.language},
            {"authority", sheet.authority},
            {"url", address_of(site, catalogue, sheet.id)}};
}

struct Page {
    json::Array rows;
    bool more = false;
};

// Rows `from` … of all catalogues one after another.
Result<Page> page_of(Site& site, const std::vector<std::string>& names, std::size_t from, std::size_t count, const std::string& language) {
    Page out;
    for (const auto& name : names) {
        const auto* sheets = TRY(site.members->catalogue(name));
        const std::size_t size = sheets->size();
        if (from >= size) {
            from -= size;
            continue;
        }
        for (const auto& sheet : sheets->list(from, count - out.rows.size() + 1, language)) {
            if (out.rows.size() == count) {
                out.more = true;
                return out;
            }
            out.rows.emplace_back(row_of(site, name, sheet));
        }
        from = 0;
    }
    return out;
}

Result<Page> found_in(Site& site, const std::vector<std::string>& names, std::string_view words, std::size_t count, const std::string& language) {
    Page out;
    for (const auto& name : names) {
        const auto* sheets = TRY(site.members->catalogue(name));
        for (const auto& sheet : sheets->search(words, language, count)) {
            if (out.rows.size() < count) out.rows.emplace_back(row_of(site, name, sheet));
        }
    }
    return out;
}

json::Object delay_json(const catalogue::DelayRule& delay, const std::string& language) {
    json::Array cases;
    for (const auto& one : delay.cases) {
        json::Object row{{"n", one.n}, {"unit", one.unit == catalogue::DelayUnit::day ? "day" : "month"}, {"working", one.working}};
        if (!one.when.empty()) row.set("when", one.when.in(language));
        cases.emplace_back(std::move(row));
    }
    return {{"cases", std::move(cases)}, {"needs_human", delay.needs_human}};
}

json::Object fee_json(const catalogue::FeeRule& fee, const std::string& language, const jurisdiction::Law& law) {
    constexpr std::string_view kinds[] = {"free", "amount", "rule", "needs-human"};
    json::Array items;
    for (const auto& item : fee.items) {
        json::Object row{{"amount", catalogue::amount_of(item, &law)}, {"currency", "MAD"}, {"conditional", !item.condition.empty()}};
        if (!item.stamp.empty()) row.set("stamp_duty", item.stamp);
        if (!item.label.empty()) row.set("label", item.label.in(language));
        items.emplace_back(std::move(row));
    }
    json::Object out{{"kind", kinds[static_cast<std::size_t>(fee.kind)]}, {"items", std::move(items)}};
    if (!fee.rule.empty()) out.set("rule", fee.rule.in(language));
    if (fee.kind != catalogue::FeeKind::free) out.set("unpaid", fee.unpaid_is_incomplete ? "incomplete" : "complete");
    return out;
}

json::Array papers_json(const catalogue::Revision& revision, const std::string& language) {
    json::Array out;
    for (const auto& paper : revision.requirements) {
        json::Array accepted;
        for (const auto way : paper.accepted) accepted.emplace_back(catalogue::to_string(way));
        out.emplace_back(json::Object{{"code", paper.code}, {"title", paper.title.in(language)}, {"mandatory", paper.mandatory},
                                      {"conditional", !paper.condition.empty()}, {"accepted", std::move(accepted)}});
    }
    return out;
}

json::Array obligations_json(const catalogue::Revision& revision, const std::string& language, Date today) {
    json::Array out;
    for (const auto& one : revision.obligations) {
        if (!one.stands_on(today)) continue;
        json::Object row{{"code", one.code}, {"text", one.text.in(language)}, {"source", one.source.in(language)}, {"article", one.article},
                         {"confirmed", one.confirmed}, {"conditional", !one.condition.empty()}, {"from", one.from.iso()}};
        if (one.until) row.set("until", one.until->iso());
        out.emplace_back(std::move(row));
    }
    return out;
}

json::Array members_json(const Site& site, std::string_view catalogue, const std::string& language) {
    json::Array out;
    for (const auto* member : site.members->with_catalogue(catalogue)) {
        out.emplace_back(json::Object{{"id", member->id}, {"name", member->name.in(language)}});
    }
    return out;
}

json::Value schema_of(const Site& site, std::string_view catalogue, const catalogue::Revision& revision, const std::string& language) {
    return form::json_schema(revision.form, address_of(site, catalogue, revision.id) + "/schema", language);
}

// The newest revision named by the path; null when there is none.
Result<std::shared_ptr<const catalogue::Revision>> named(Site& site, const http::Request& request) {
    const auto names = site.members->catalogues();
    const std::string name(request.parameter("catalogue"));
    if (std::ranges::find(names, name) == names.end()) return nullptr;
    const auto* sheets = TRY(site.members->catalogue(name));
    return sheets->find(request.parameter("id"));
}

http::Response shown(const json::Value& value, const std::string& language) {
    auto out = http::Response::json(json::write(value));
    out.set("Cache-Control", "no-cache");
    out.set("Content-Language", language);
    out.set("Vary", "Accept-Language");
    out.compress = true;
    return out;
}

}  // namespace

http::Reply list_procedures(Site& site, const http::Request& request) {
    const auto caller = caller_of(request);
    if (auto refused = bad_query(request, caller)) return std::move(*refused);
    const auto language = language_of(request, caller);
    auto names = site.members->catalogues();
    const auto wanted = request.query("catalogue");
    if (!wanted.empty()) std::erase_if(names, [&](const auto& name) { return name != wanted; });
    if (names.empty()) return problem(caller, Code::not_found, "web.no-catalogue");
    const auto count = *number_of(request, "limit", 20, 1, page_limit);
    const auto from = *number_of(request, "from", 0, 0, last_row);
    const auto words = request.query("q");
    auto page = words.empty() ? page_of(site, names, from, count, language) : found_in(site, names, words, count, language);
    if (!page) return problem(caller, page.error());
    json::Object body{{"procedures", std::move(page->rows)}};
    if (page->more) {
        std::string next = site.public_url + "/api/procedures?from=" + std::to_string(from + count) + "&limit=" + std::to_string(count);
        if (!wanted.empty()) next += "&catalogue=" + percent_encode(wanted);
        if (!request.query("language").empty()) next += "&language=" + language;
        body.set("next", std::move(next));
    }
    return shown(std::move(body), language);
}

http::Reply show_procedure(Site& site, const http::Request& request) {
    const auto caller = caller_of(request);
    if (auto refused = bad_query(request, caller)) return std::move(*refused);
    const auto found = named(site, request);
    if (!found) return problem(caller, found.error());
    if (*found == nullptr) return problem(caller, Code::not_found, "http.not-found");
    const auto& revision = **found;
    const auto catalogue = request.parameter("catalogue");
    const auto language = language_of(request, caller);
    json::Array channels;
    for (const auto& channel : revision.channels) channels.emplace_back(channel);
    json::Object body{{"catalogue", catalogue},
                      {"id", revision.id},
                      {"revision", revision.hash.hex()},
                      {"kind", catalogue::to_string(revision.kind)},
                      {"title", revision.title.in(language)},
                      {"description", revision.description.in(language)},
                      {"authority", revision.authority.in(language)},
                      {"members", members_json(site, catalogue, language)},
                      {"channels", std::move(channels)},
                      {"minimum_level", revision.minimum_level},
                      {"silence", revision.silence == catalogue::Silence::approval ? "approval" : "none"},
                      {"delay", delay_json(revision.delay, language)},
                      {"fee", fee_json(revision.fee, language, site.pack->law_on(site.today()))},
                      {"obligations", obligations_json(revision, language, site.today())},
                      {"papers", papers_json(revision, language)},
                      {"schema", schema_of(site, catalogue, revision, language)}};
    return shown(std::move(body), language);
}

http::Reply show_schema(Site& site, const http::Request& request) {
    const auto caller = caller_of(request);
    if (auto refused = bad_query(request, caller)) return std::move(*refused);
    const auto found = named(site, request);
    if (!found) return problem(caller, found.error());
    if (*found == nullptr) return problem(caller, Code::not_found, "http.not-found");
    const auto language = language_of(request, caller);
    auto out = shown(schema_of(site, request.parameter("catalogue"), **found, language), language);
    out.set("Content-Type", "application/schema+json");
    return out;
}

}  // namespace wasl::web::api
