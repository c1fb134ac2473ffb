#include "register/record.hpp"

#include <algorithm>
#include <array>

namespace wasl::reg {

namespace {

constexpr std::array<std::string_view, 3> effects = {"recorded", "corrected", "closed"};

json::Object act_json(const Act& act) {
    return {{"dossier", act.dossier}, {"reference", act.reference}, {"event", act.event},
            {"entry", static_cast<std::int64_t>(act.entry)}, {"by", act.by}, {"office", act.office}};
}

json::Object version_json(const Version& version) {
    json::Object out{{"effect", to_string(version.effect)}, {"recorded", version.recorded.iso()}, {"from", version.from.iso()}};
    if (version.until) out.set("until", version.until->iso());
    out.set("subject", version.subject);
    out.set("facts", version.facts);
    out.set("act", act_json(version.act));
    return out;
}

std::unexpected<Error> malformed_record(std::string_view what) { return fail(Code::internal, "register.malformed", std::string(what)); }

Result<Version> version_from(const json::Value& value) {
    const auto text = [](const json::Value& from) { return std::string(from.text_or("")); };
    Version out;
    const auto effect = std::ranges::find(effects, value["effect"].text_or(""));
    const auto recorded = parse_instant(value["recorded"].text_or(""));
    const auto from = parse_date(value["from"].text_or(""));
    if (effect == effects.end() || !recorded || !from || value["facts"].object() == nullptr) return malformed_record("version");
    out.effect = static_cast<Effect>(effect - effects.begin());
    out.recorded = *recorded;
    out.from = *from;
    if (value["until"].string() != nullptr) {
        const auto until = parse_date(value["until"].text_or(""));
        if (!until) return malformed_record("until");
        out.until = *until;
    }
    out.subject = text(value["subject"]);
    out.facts = *value["facts"].object();
    const auto& act = value["act"];
    const auto entry = act["entry"].integer_or(-1);
    if (entry < 0) return malformed_record("act");
    out.act = {.dossier = text(act["dossier"]), .reference = text(act["reference"]), .event = text(act["event"]),
               .entry = static_cast<std::uint64_t>(entry), .by = text(act["by"]), .office = text(act["office"])};
    return out;
}

}  // namespace

std::string_view to_string(Effect effect) noexcept { return effects[static_cast<std::size_t>(effect)]; }

const Version* as_of(const Record& record, Date valid, Instant known) noexcept {
    for (auto at = record.versions.rbegin(); at != record.versions.rend(); ++at) {
        if (at->recorded > known || !at->covers(valid)) continue;
        return at->effect == Effect::closed ? nullptr : &*at;
    }
    return nullptr;
}

std::string encode(const Record& record) {
    json::Array versions;
    for (const auto& version : record.versions) versions.emplace_back(version_json(version));
    return json::write(json::Object{{"v", 1}, {"register", record.name}, {"key", record.key}, {"type", record.type}, {"versions", std::move(versions)}});
}

Result<Record> decode_record(std::string_view text) {
    const auto value = TRY(json::parse(text));
    if (value["v"].integer_or(0) != 1 || value["versions"].array() == nullptr) return malformed_record("record");
    Record out{.name = std::string(value["register"].text_or("")), .key = std::string(value["key"].text_or("")),
               .type = std::string(value["type"].text_or("")), .versions = {}};
    for (const auto& one : *value["versions"].array()) {
        auto version = TRY(version_from(one));
        out.versions.push_back(std::move(version));
    }
    return out;
}

std::string encode_version(const Record& record, const Version& version) {
    return json::write(json::Object{{"v", 1}, {"register", record.name}, {"key", record.key}, {"type", record.type}, {"version", version_json(version)}});
}

Result<void> take_version(Record& record, std::string_view text) {
    const auto value = TRY(json::parse(text));
    if (value["v"].integer_or(0) != 1) return malformed_record("version of the format");
    const auto is = [&](std::string_view name, std::string& mine) {
        if (record.versions.empty()) mine = value[name].text_or("");
        return mine == value[name].text_or("") && !mine.empty();
    };
    if (!is("register", record.name) || !is("key", record.key) || !is("type", record.type)) return malformed_record("another record");
    auto version = TRY(version_from(value["version"]));
    record.versions.push_back(std::move(version));
    return {};
}

}  // namespace wasl::reg
