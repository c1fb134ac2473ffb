#include "identity/mandates.hpp"

#include "base/ids.hpp"
#include "base/json.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wasl::identity {

namespace {

constexpr std::array<std::pair<MandateKind, std::string_view>, 4> kinds{{
    {MandateKind::parent, "parent"},
    {MandateKind::guardian, "guardian"},
    {MandateKind::power_of_attorney, "power-of-attorney"},
    {MandateKind::company, "company"},
}};

json::Object object_of(const Mandate& mandate) {
    json::Array procedures;
    for (const auto& procedure : mandate.procedures) procedures.emplace_back(procedure);
    return {{"id", mandate.id},
            {"kind", to_string(mandate.kind)},
            {"actor", mandate.actor},
            {"principal", mandate.principal},
            {"principal_name", mandate.principal_name},
            {"ice", mandate.ice},
            {"procedures", std::move(procedures)},
            {"from", mandate.from.iso()},
            {"until", mandate.until ? json::Value(mandate.until->iso()) : json::Value()},
            {"evidence", mandate.evidence},
            {"verified", mandate.verified},
            {"revoked", mandate.revoked ? json::Value(mandate.revoked->micros) : json::Value()}};
}

Result<Mandate> read(std::string_view body) {
    const auto value = TRY(json::parse(body));
    const auto word = [&](std::string_view name) { return std::string(value[name].text_or("")); };
    Mandate mandate;
    mandate.id = word("id");
    mandate.kind = mandate_kind_from(word("kind")).value_or(MandateKind::power_of_attorney);
    mandate.actor = word("actor");
    mandate.principal = word("principal");
    mandate.principal_name = word("principal_name");
    mandate.ice = word("ice");
    if (const auto* procedures = value["procedures"].array()) {
        for (const auto& procedure : *procedures) mandate.procedures.emplace_back(procedure.text_or(""));
    }
    mandate.from = TRY(parse_date(word("from")));
    if (const auto until = word("until"); !until.empty()) mandate.until = TRY(parse_date(until));
    mandate.evidence = word("evidence");
    mandate.verified = value["verified"].bool_or(false);
    if (const auto revoked = value["revoked"].integer()) mandate.revoked = Instant{*revoked};
    return mandate;
}

Result<void> keep(store::Transaction& transaction, const Mandate& mandate, std::int64_t version, std::string_view event, std::string_view by) {
    auto content = object_of(mandate);
    TRY(transaction.put("mandate", mandate.id, version, json::write(content),
                        {{"actor", mandate.actor}, {"principal", mandate.principal.empty() ? store::Scalar() : store::Scalar(mandate.principal)}}));
    content.set("by", by);
    TRY(transaction.append({.chain = "person:" + mandate.actor, .kind = "identity." + std::string(event), .content = json::write(content)}));
    return {};
}

}  // namespace

std::string_view to_string(MandateKind kind) noexcept { return kinds[static_cast<std::size_t>(kind)].second; }

std::optional<MandateKind> mandate_kind_from(std::string_view name) noexcept {
    for (const auto& [kind, known] : kinds) {
        if (known == name) return kind;
    }
    return std::nullopt;
}

bool Mandate::stands_on(Date day) const noexcept { return !revoked && from <= day && (!until || day <= *until); }

bool Mandate::covers(std::string_view procedure) const noexcept {
    return procedures.empty() || std::ranges::find(procedures, procedure) != procedures.end();
}

Result<Mandate> Mandates::grant(Mandate mandate) {
    const bool somebody = mandate.kind == MandateKind::company ? !mandate.ice.empty() : !mandate.principal.empty() || !mandate.principal_name.empty();
    if (mandate.actor.empty() || !somebody || mandate.actor == mandate.principal || (mandate.until && *mandate.until < mandate.from)) {
        return fail(Code::unprocessable, "identity.mandate-malformed");
    }
    mandate.id = random_id(*entropy_);
    mandate.revoked.reset();
    TRY(store_->run([&](store::Transaction& transaction) {
        return keep(transaction, mandate, store::Transaction::must_not_exist, "mandate-granted", mandate.actor);
    }));
    return mandate;
}

Result<void> Mandates::revoke(const std::string& id, const std::string& by) {
    return store_->run([&](store::Transaction& transaction) -> Result<void> {
        const auto found = TRY(transaction.get("mandate", id));
        if (!found) return fail(Code::not_found, "identity.no-mandate");
        auto mandate = TRY(read(found->body));
        if (mandate.revoked) return {};
        mandate.revoked = transaction.now();
        return keep(transaction, mandate, found->version, "mandate-revoked", by);
    });
}

Result<Mandate> Mandates::find(std::string_view id) const {
    const auto reader = TRY(store_->read());
    const auto found = TRY(reader->get("mandate", id));
    if (!found) return fail(Code::not_found, "identity.no-mandate");
    return read(found->body);
}

Result<std::vector<Mandate>> Mandates::by(const char* index, const std::string& person) const {
    const auto reader = TRY(store_->read());
    store::Query query;
    query.collection = "mandate";
    query.index = index;
    query.equal = {store::Value(person)};
    query.limit = 1'000;
    std::vector<Mandate> out;
    for (const auto& document : TRY(reader->find(query)).documents) out.push_back(TRY(read(document.body)));
    return out;
}

Result<std::vector<Mandate>> Mandates::of_actor(const std::string& person) const { return by("actor", person); }
Result<std::vector<Mandate>> Mandates::of_principal(const std::string& person) const { return by("principal", person); }

Result<std::optional<Mandate>> Mandates::may_act(const std::string& actor, const std::string& principal, std::string_view procedure, Date day) const {
    for (auto& mandate : TRY(of_actor(actor))) {
        if (mandate.principal == principal && mandate.stands_on(day) && mandate.covers(procedure)) return std::optional(std::move(mandate));
    }
    return std::optional<Mandate>();
}

}  // namespace wasl::identity
