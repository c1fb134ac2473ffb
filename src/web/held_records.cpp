#include "web/held_records.hpp"

#include "dossier/evidence.hpp"
#include "register/keeper.hpp"

#include <set>

namespace wasl::web {

namespace {

constexpr int identifier_seen = 3;  // level

json::Object record_json(const reg::Standing& one) {
    json::Object out{{"register", one.record.name}, {"key", one.record.key}, {"type", one.record.type}, {"facts", one.version.facts},
                     {"valid_from", one.version.from.iso()}, {"recorded", one.version.recorded.iso()}, {"act", one.version.act.reference}};
    if (one.version.until) out.set("valid_until", one.version.until->plus_days(-1).iso());
    return out;
}

}  // namespace

std::vector<std::string> register_types(const catalogue::Catalogue& procedures) {
    std::set<std::string> out;
    constexpr std::size_t page = 200;
    for (std::size_t from = 0; from < procedures.size(); from += page) {
        for (const auto& summary : procedures.list(from, page, "ar")) {
            if (summary.imported) continue;  // sheets of the portal write nothing
            const auto revision = procedures.revision(summary.hash);
            if (!revision || *revision == nullptr || !(*revision)->record) continue;
            out.insert((*revision)->record->type);
            if ((*revision)->silence == catalogue::Silence::approval) out.insert(std::string(reg::silence_type));
        }
    }
    return {out.begin(), out.end()};
}

Result<json::Array> held_records(MemberSite& member, const identity::Person& person, const jurisdiction::Pack& pack, Instant now) {
    json::Array out;
    std::vector<std::string> subjects{"person:" + person.id};
    const auto seen = person.level < identifier_seen ? std::string() : dossier::subject_key(person.document_kind, person.document_number);
    if (!seen.empty()) subjects.push_back(seen);
    const auto reader = TRY(member.store->read());
    for (const auto& type : register_types(*member.catalogue)) {
        if (type == reg::silence_type) continue;  // the same records under a second name
        for (const auto& subject : subjects) {
            for (const auto& one : TRY(reg::standing(*reader, type, subject, pack.calendar().date_at(now), now))) out.emplace_back(record_json(one));
        }
    }
    return out;
}

}  // namespace wasl::web
