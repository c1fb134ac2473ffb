#include "web/person_looks.hpp"

#include "base/json.hpp"

#include <algorithm>

namespace wasl::web {

namespace {

constexpr std::string_view found_kind = "counter.person-found", opened_kind = "counter.person-seen";
constexpr std::string_view asked_kind = reg::looked_kind;

PersonLook look_of(std::string_view kind) {
    return kind == opened_kind ? PersonLook::opened : kind == asked_kind ? PersonLook::asked : PersonLook::found;
}

std::string chain_of(std::string_view person) { return "looks:" + std::string(person); }

}  // namespace

Result<void> keep_person_looks(const Visit& visit, MemberSite& member, PersonLook what, std::string_view office,
                               std::string_view purpose, std::span<const identity::Person> people) {
    const std::string kind(what == PersonLook::found ? found_kind : opened_kind);
    json::Object entry{{"by", visit.actor.id}, {"name", visit.actor.name}, {"member", visit.actor.member},
                       {"office", office}, {"purpose", purpose}};
    const auto for_person = json::write(entry);
    json::Array ids;
    for (const auto& person : people) ids.emplace_back(person.id);
    entry.set("people", std::move(ids));
    TRY(member.store->run(
        [&kind, content = json::write(entry)](store::Transaction& tx) -> Result<void> {
            TRY(tx.append({.chain = "counter", .kind = kind, .content = content}));
            return {};
        },
        store::Priority::looks));
    if (people.empty()) return {};
    return visit.site->host_store->run(
        [&](store::Transaction& tx) -> Result<void> {
            for (const auto& person : people) TRY(tx.append({.chain = chain_of(person.id), .kind = kind, .content = for_person}));
            return {};
        },
        store::Priority::looks);
}

Result<void> keep_register_looks(Site& site, std::string_view member, const reg::Asker& asker, std::span<const identity::Person> people) {
    if (people.empty()) return {};
    auto purpose = asker.purpose;
    if (!asker.legal_basis.empty()) purpose += (purpose.empty() ? "" : " · ") + asker.legal_basis;
    // Which of its offices asks is said in its own words, so the administration stands before it.
    const auto office = asker.office.empty() ? asker.member : asker.member + " (" + asker.office + ")";
    const auto content = json::write(json::Object{{"by", asker.who}, {"name", asker.who}, {"member", member}, {"office", office},
                                                  {"purpose", purpose}, {"exchange", asker.exchange}});
    return site.host_store->run(
        [&](store::Transaction& tx) -> Result<void> {
            for (const auto& person : people) TRY(tx.append({.chain = chain_of(person.id), .kind = std::string(asked_kind), .content = content}));
            return {};
        },
        store::Priority::looks);
}

Result<std::vector<PersonLookSeen>> person_looks(const Site& site, std::string_view person, std::size_t limit) {
    const auto reader = TRY(site.host_store->read());
    const auto chain = chain_of(person);
    const auto head = TRY(reader->chain_head(chain));
    std::vector<PersonLookSeen> out;
    if (!head) return out;
    const std::uint64_t from = head->length > limit ? head->length - limit : 0;
    for (const auto& row : TRY(reader->chain(chain, from, limit))) {
        const auto content = json::parse(row.content);
        if (row.erased || !content) continue;
        const auto word = [&](std::string_view name) { return std::string((*content)[name].text_or("")); };
        out.push_back({row.at, look_of(row.kind), word("member"), word("office"),
                       word("purpose"), word("name")});
    }
    std::ranges::reverse(out);
    return out;
}

}  // namespace wasl::web
