// Delegations of signature: who may sign for an office, from which day to which.
#include "identity/staff.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "identity/impl/staff_rows.hpp"

#include <algorithm>

namespace wasl::identity {

namespace {

using store::Transaction;

json::Object object_of(const Delegation& delegation) {
    return {{"id", delegation.id},
            {"delegate", delegation.delegate},
            {"office", delegation.office},
            {"reference", delegation.reference},
            {"procedures", words(delegation.procedures)},
            {"from", delegation.from.iso()},
            {"until", delegation.until.iso()},
            {"revoked", delegation.revoked ? json::Value(delegation.revoked->micros) : json::Value()},
            {"granted_by", delegation.granted_by},
            {"authority", delegation.authority}};
}

Result<Delegation> read_delegation(std::string_view body) {
    const auto value = TRY(json::parse(body));
    Delegation out;
    out.id = value["id"].text_or("");
    out.delegate = value["delegate"].text_or("");
    out.office = value["office"].text_or("");
    out.reference = value["reference"].text_or("");
    out.procedures = list_of(value["procedures"]);
    out.from = TRY(parse_date(value["from"].text_or("")));
    out.until = TRY(parse_date(value["until"].text_or("")));
    if (const auto revoked = value["revoked"].integer()) out.revoked = Instant{*revoked};
    out.granted_by = value["granted_by"].text_or("");
    out.authority = value["authority"].bool_or(false);
    return out;
}

Result<void> keep(Transaction& transaction, const Delegation& delegation, std::int64_t version, std::string_view event, std::string_view by) {
    TRY(transaction.put("delegation", delegation.id, version, json::write(object_of(delegation)), {{"delegate", delegation.delegate}}));
    return journal(transaction, delegation.delegate, event, object_of(delegation), by);
}

}  // namespace

Result<Delegation> StaffBook::delegate(Delegation delegation, const std::string& by) {
    if (delegation.delegate.empty() || delegation.office.empty() || delegation.until < delegation.from ||
        (!delegation.authority && trim(delegation.reference).empty())) {
        return fail(Code::unprocessable, "identity.delegation-malformed");
    }
    delegation.id = random_id(*entropy_);
    delegation.granted_by = by;
    delegation.revoked.reset();
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        if (!TRY(transaction.get("staff", delegation.delegate))) return fail(Code::not_found, "identity.no-staff");
        return keep(transaction, delegation, Transaction::must_not_exist, "delegation-given", by);
    }));
    return delegation;
}

Result<void> StaffBook::revoke_delegation(const std::string& id, const std::string& by) {
    return store_->run([&](Transaction& transaction) -> Result<void> {
        const auto found = TRY(transaction.get("delegation", id));
        if (!found) return fail(Code::not_found, "identity.no-delegation");
        auto delegation = TRY(read_delegation(found->body));
        if (delegation.revoked) return {};
        delegation.revoked = transaction.now();
        return keep(transaction, delegation, found->version, "delegation-revoked", by);
    });
}

Result<std::vector<Delegation>> StaffBook::delegations_of(const std::string& staff) const {
    std::vector<Delegation> out;
    for (auto& delegation : TRY(delegations())) {
        if (delegation.delegate == staff) out.push_back(std::move(delegation));
    }
    return out;
}

Result<std::optional<Delegation>> StaffBook::signs_for(const std::string& staff, std::string_view office,
                                                       std::string_view procedure, Date day) const {
    const auto who = find(staff);
    if (!who && who.error().code == Code::not_found) return std::optional<Delegation>();
    if (!who) return std::unexpected(who.error());
    if (!who->active || !who->actor().has(Role::signatory)) return std::optional<Delegation>();
    return identity::signs_for(TRY(delegations()), staff, office, procedure, day);
}

std::optional<Delegation> signs_for(std::span<const Delegation> delegations, std::string_view staff, std::string_view office,
                                    std::string_view procedure, Date day) {
    for (const auto& one : delegations) {
        const bool covers = one.procedures.empty() || std::ranges::find(one.procedures, procedure) != one.procedures.end();
        if (one.delegate == staff && one.office == office && covers && one.stands_on(day)) return one;
    }
    return std::nullopt;
}

Result<std::vector<Delegation>> StaffBook::delegations() const {
    const auto reader = TRY(store_->read());
    store::Query query;
    query.collection = "delegation";
    query.limit = 10'000;
    std::vector<Delegation> out;
    for (const auto& document : TRY(reader->find(query)).documents) out.push_back(TRY(read_delegation(document.body)));
    return out;
}

}  // namespace wasl::identity
