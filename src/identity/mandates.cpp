#include "identity/mandates.hpp"

#include "base/ids.hpp"
#include "base/json.hpp"
#include "identity/outbox.hpp"
#include "identity/persons.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace wasl::identity {

namespace {

constexpr std::size_t offers_a_day = 10;
constexpr std::int64_t longest_offer_months = 12 * 10;

constexpr std::array<std::pair<MandateKind, std::string_view>, 4> kinds{{
    {MandateKind::parent, "parent"},
    {MandateKind::guardian, "guardian"},
    {MandateKind::power_of_attorney, "power-of-attorney"},
    {MandateKind::company, "company"},
}};

constexpr std::array<std::string_view, mandate_right_count> right_names{"see", "file", "batch"};
constexpr std::array<std::string_view, 3> roles{"accountant", "lawyer", "employee"};

json::Object object_of(const Mandate& mandate) {
    json::Array procedures;
    for (const auto& procedure : mandate.procedures) procedures.emplace_back(procedure);
    json::Array rights;
    for (const auto right : mandate.rights) rights.emplace_back(to_string(right));
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
            {"revoked", mandate.revoked ? json::Value(mandate.revoked->micros) : json::Value()},
            {"offered_to", mandate.offered_to},
            {"awaits", mandate.awaits},
            {"accepted", mandate.accepted ? json::Value(mandate.accepted->micros) : json::Value()},
            {"actor_ice", mandate.actor_ice},
            {"actor_company", mandate.actor_company},
            {"attested", mandate.attested},
            {"role", mandate.role},
            {"rights", std::move(rights)},
            {"given_by", mandate.given_by},
            {"seen_by", mandate.seen_by},
            {"paper", mandate.paper},
            {"revoked_by", mandate.revoked_by}};
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
    mandate.offered_to = word("offered_to");
    mandate.awaits = value["awaits"].bool_or(false);
    if (const auto accepted = value["accepted"].integer()) mandate.accepted = Instant{*accepted};
    mandate.actor_ice = word("actor_ice");
    mandate.actor_company = word("actor_company");
    mandate.attested = word("attested");
    mandate.revoked_by = word("revoked_by");
    mandate.role = word("role");
    if (const auto* rights = value["rights"].array()) {
        for (const auto& right : *rights) {
            if (const auto known = mandate_right_from(right.text_or(""))) mandate.rights.push_back(*known);
        }
    }
    mandate.given_by = word("given_by");
    mandate.seen_by = word("seen_by");
    mandate.paper = word("paper");
    return mandate;
}

// Absent when empty: such a mandate does not stand in that index.
store::Scalar maybe(const std::string& text) { return text.empty() ? store::Scalar() : store::Scalar(text); }

Result<void> keep(store::Transaction& transaction, const Mandate& mandate, std::int64_t version, std::string_view event, std::string_view by) {
    auto content = object_of(mandate);
    TRY(transaction.put("mandate", mandate.id, version, json::write(content),
                        {{"actor", maybe(mandate.actor)},
                         {"principal", maybe(mandate.principal)},
                         {"ice", maybe(mandate.ice)},
                         {"offered", maybe(mandate.awaits ? mandate.offered_to : std::string())}}));
    content.set("by", by);
    const std::string kind = "identity." + std::string(event);
    if (!mandate.actor.empty()) {
        TRY(transaction.append({.chain = "person:" + mandate.actor, .kind = kind, .content = json::write(content)}));
    }
    if (!mandate.principal.empty()) {  // who is acted for sees it among what is held about them
        TRY(transaction.append({.chain = "person:" + mandate.principal, .kind = kind, .content = json::write(content)}));
    }
    if (!mandate.ice.empty()) {
        TRY(transaction.append({.chain = "company:" + mandate.ice, .kind = kind, .content = json::write(content)}));
    }
    return {};
}

Result<std::vector<Mandate>> mandates_by(store::Reader& reader, const char* index, const std::string& value) {
    store::Query query;
    query.collection = "mandate";
    query.index = index;
    query.equal = {store::Value(value)};
    query.limit = 1'000;
    std::vector<Mandate> out;
    for (const auto& document : TRY(reader.find(query)).documents) out.push_back(TRY(read(document.body)));
    return out;
}

// The same powers to the same address until the same day, waiting or taken: a second one adds nothing but a message.
bool says_the_same(const Mandate& one, const Mandate& other) {
    const auto powers = [](const Mandate& each) {
        return std::tie(each.kind, each.principal, each.ice, each.procedures, each.until, each.offered_to, each.actor_ice, each.role, each.rights, each.given_by);
    };
    return powers(one) == powers(other);
}

}  // namespace

std::string_view to_string(MandateKind kind) noexcept { return kinds[static_cast<std::size_t>(kind)].second; }

std::optional<MandateKind> mandate_kind_from(std::string_view name) noexcept {
    for (const auto& [kind, known] : kinds) {
        if (known == name) return kind;
    }
    return std::nullopt;
}

std::string_view to_string(MandateRight right) noexcept { return right_names[static_cast<std::size_t>(right)]; }

std::optional<MandateRight> mandate_right_from(std::string_view name) noexcept {
    const auto found = std::ranges::find(right_names, name);
    if (found == right_names.end()) return std::nullopt;
    return static_cast<MandateRight>(found - right_names.begin());
}

bool Mandate::allows(MandateRight right) const noexcept {
    return rights.empty() || std::ranges::find(rights, right) != rights.end();
}

bool Mandate::is_proven() const noexcept { return verified || !attested.empty() || (!given_by.empty() && accepted.has_value()); }

bool Mandate::represents() const noexcept {
    return kind == MandateKind::company && role.empty() && given_by.empty() && procedures.empty() && rights.empty() && is_proven();
}

bool Mandate::stands_on(Date day) const noexcept {
    return !revoked && !awaits && from <= day && (!until || day <= *until);
}

bool Mandate::covers(std::string_view procedure) const noexcept {
    return procedures.empty() || std::ranges::find(procedures, procedure) != procedures.end();
}

Result<Mandate> Mandates::grant(Mandate mandate) {
    const bool company = mandate.kind == MandateKind::company;
    const bool somebody = company ? !mandate.ice.empty() && mandate.principal.empty()
                                  : mandate.ice.empty() && (!mandate.principal.empty() || !mandate.principal_name.empty());
    if (mandate.actor.empty() || !somebody || mandate.actor == mandate.principal || (mandate.until && *mandate.until < mandate.from)) {
        return fail(Code::unprocessable, "identity.mandate-malformed");
    }
    mandate.id = random_id(*entropy_);
    mandate.revoked.reset();
    mandate.awaits = false;
    TRY(store_->run([&](store::Transaction& transaction) {
        return keep(transaction, mandate, store::Transaction::must_not_exist, "mandate-granted", mandate.seen_by.empty() ? mandate.actor : mandate.seen_by);
    }));
    return mandate;
}

Result<Mandate> Mandates::offer(Mandate mandate, std::string_view language) {
    const auto address = TRY(read_address(mandate.offered_to));
    const bool company = mandate.kind == MandateKind::company && mandate.principal.empty() && !mandate.ice.empty() && !mandate.given_by.empty() &&
                         std::ranges::find(roles, mandate.role) != roles.end();
    const bool person = mandate.kind == MandateKind::power_of_attorney && !mandate.principal.empty() && mandate.ice.empty() && mandate.given_by.empty();
    const bool whole = (company || person) && !mandate.principal_name.empty() && mandate.actor.empty() && mandate.until &&
                       mandate.from <= *mandate.until && (mandate.actor_ice.empty() || !mandate.actor_company.empty());
    if (!whole) return fail(Code::unprocessable, "identity.mandate-malformed");
    if (*mandate.until > mandate.from.plus_months(longest_offer_months)) return fail(Code::unprocessable, "identity.mandate-long");
    mandate.id = random_id(*entropy_);
    mandate.offered_to = address.value;
    mandate.awaits = true;
    mandate.accepted.reset();
    mandate.revoked.reset();
    TRY(store_->run([&](store::Transaction& transaction) -> Result<void> {
        // Offers are messages to strangers: so many a day and no more. Withdrawn ones count.
        std::size_t today = 0;
        for (const auto& other : TRY(company ? mandates_by(transaction, "ice", mandate.ice) : mandates_by(transaction, "principal", mandate.principal))) {
            if (!other.revoked && says_the_same(mandate, other)) return fail(Code::conflict, "identity.mandate-offered");
            today += !other.offered_to.empty() && other.from == mandate.from ? 1 : 0;
        }
        if (today >= offers_a_day) return fail(Code::too_many, "identity.mandate-limit");
        TRY(keep(transaction, mandate, store::Transaction::must_not_exist, "mandate-offered", company ? mandate.given_by : mandate.principal));
        return enqueue(transaction, *entropy_,
                       {.channel = address.channel, .address = address.value, .language = std::string(language),
                        .key = "post.mandate-offered", .args = {{"name", mandate.principal_name}}, .at = transaction.now()});
    }));
    return mandate;
}

bool Mandates::is_offered(const Mandate& mandate, const Person& person) {
    const auto proven = person.proven_addresses();
    return mandate.awaits && !mandate.revoked && mandate.principal != person.id && mandate.given_by != person.id &&
           std::ranges::find(proven, mandate.offered_to) != proven.end();
}

Result<Mandate> Mandates::accept(const std::string& id, const Person& by, Date today) {
    Mandate mandate;
    TRY(store_->run([&](store::Transaction& transaction) -> Result<void> {
        const auto found = TRY(transaction.get("mandate", id));
        if (found) mandate = TRY(read(found->body));
        if (!found || !is_offered(mandate, by) || (mandate.until && *mandate.until < today)) {
            return fail(Code::not_found, "identity.no-mandate");
        }
        mandate.actor = by.id;
        mandate.awaits = false;
        mandate.accepted = transaction.now();
        return keep(transaction, mandate, found->version, "mandate-accepted", by.id);
    }));
    return mandate;
}

Result<std::vector<Mandate>> Mandates::offered(const Person& person, Date today) const {
    std::vector<Mandate> out;
    for (const auto& address : person.proven_addresses()) {
        for (auto& mandate : TRY(by("offered", address))) {
            if (is_offered(mandate, person) && (!mandate.until || today <= *mandate.until)) out.push_back(std::move(mandate));
        }
    }
    return out;
}

Result<void> Mandates::note_use(const Mandate& mandate, MandateUse use) {
    return store_->run([&](store::Transaction& transaction) -> Result<void> {
        const auto content = json::write(json::Object{{"mandate", mandate.id},
                                                      {"at", transaction.now().micros},
                                                      {"by", use.by},
                                                      {"what", use.what},
                                                      {"procedure", use.procedure},
                                                      {"reference", use.reference}});
        std::vector<std::string> chains{"mandate:" + mandate.id, "person:" + mandate.actor};
        if (!mandate.principal.empty()) chains.push_back("person:" + mandate.principal);
        if (!mandate.ice.empty()) chains.push_back("company:" + mandate.ice);
        for (auto& chain : chains) {
            TRY(transaction.append({.chain = std::move(chain), .kind = "identity.mandate-used", .content = content}));
        }
        return {};
    });
}

Result<std::vector<MandateUse>> Mandates::uses(std::string_view mandate, std::size_t limit) const {
    const auto reader = TRY(store_->read());
    std::vector<MandateUse> out;
    for (const auto& row : TRY(reader->chain("mandate:" + std::string(mandate)))) {
        if (row.erased) continue;
        const auto value = TRY(json::parse(row.content));
        const auto word = [&](std::string_view name) { return std::string(value[name].text_or("")); };
        out.push_back({Instant{value["at"].integer_or(0)}, word("by"), word("what"), word("procedure"), word("reference")});
    }
    std::ranges::reverse(out);
    if (out.size() > limit) out.resize(limit);
    return out;
}

Result<std::vector<CompanyEntry>> Mandates::company_history(std::string_view ice, std::size_t limit) const {
    const auto reader = TRY(store_->read());
    const auto chain = "company:" + std::string(ice);
    const auto head = TRY(reader->chain_head(chain));
    std::vector<CompanyEntry> out;
    if (!head) return out;
    for (const auto& row : TRY(reader->chain(chain, head->length > limit ? head->length - limit : 0, limit))) {
        const auto value = row.erased ? Result<json::Value>(json::Value()) : json::parse(row.content);
        if (!value) continue;
        const auto word = [&](std::string_view name) { return std::string((*value)[name].text_or("")); };
        constexpr std::string_view area = "identity.";
        CompanyEntry entry{row.at, row.kind, word("by"), word("mandate"), word("what"), word("procedure"), word("reference"), word("member")};
        if (row.kind.starts_with(area)) entry.kind = row.kind.substr(area.size());
        if (entry.mandate.empty()) entry.mandate = word("id");
        out.push_back(std::move(entry));
    }
    std::ranges::reverse(out);
    return out;
}

Result<void> Mandates::revoke(const std::string& id, const std::string& by) {
    return store_->run([&](store::Transaction& transaction) -> Result<void> {
        const auto found = TRY(transaction.get("mandate", id));
        if (!found) return fail(Code::not_found, "identity.no-mandate");
        auto mandate = TRY(read(found->body));
        if (mandate.revoked) return {};
        mandate.revoked = transaction.now();
        mandate.revoked_by = by;
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
    return mandates_by(*reader, index, person);
}

Result<std::vector<Mandate>> Mandates::of_actor(const std::string& person) const { return by("actor", person); }
Result<std::vector<Mandate>> Mandates::of_principal(const std::string& person) const { return by("principal", person); }
Result<std::vector<Mandate>> Mandates::of_company(const std::string& ice) const { return by("ice", ice); }

Result<std::optional<Mandate>> Mandates::may_act(const std::string& actor, const std::string& principal, std::string_view procedure, Date day) const {
    if (principal.empty()) return std::optional<Mandate>();
    for (auto& mandate : TRY(of_actor(actor))) {
        if (mandate.principal == principal && mandate.stands_on(day) && mandate.covers(procedure)) return std::optional(std::move(mandate));
    }
    return std::optional<Mandate>();
}

Result<std::optional<Mandate>> Mandates::may_act_under(std::string_view id, const std::string& actor, std::string_view procedure, Date day) const {
    auto mandate = find(id);
    if (!mandate && mandate.error().code == Code::not_found) return std::optional<Mandate>();
    if (!mandate) return std::unexpected(mandate.error());
    if (mandate->actor != actor || !mandate->stands_on(day) || !mandate->covers(procedure) || !mandate->allows(MandateRight::file)) return std::optional<Mandate>();
    return std::optional(std::move(*mandate));
}

Result<std::optional<Mandate>> Mandates::may_represent(const std::string& actor, const std::string& ice, std::string_view procedure, Date day) const {
    if (ice.empty()) return std::optional<Mandate>();
    for (auto& mandate : TRY(of_actor(actor))) {
        if (mandate.ice == ice && mandate.stands_on(day) && mandate.covers(procedure) && mandate.allows(MandateRight::file)) return std::optional(std::move(mandate));
    }
    return std::optional<Mandate>();
}

bool may_revoke(const Mandate& mandate, const Actor& who) noexcept {
    if (who.is_person()) return !who.id.empty() && (who.id == mandate.actor || who.id == mandate.principal || who.id == mandate.given_by);
    return who.is_staff() && who.has(Role::counter);
}

}  // namespace wasl::identity
