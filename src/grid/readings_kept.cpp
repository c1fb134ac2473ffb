#include "grid/readings_kept.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

namespace wasl::grid {

namespace {

constexpr std::string_view readings_name = "grid_readings";

Result<KeptReadings> readings_from(std::string_view body) {
    const auto wrong = [](std::string_view why) { return fail(Code::internal, "grid.readings-malformed", std::string(why)); };
    const auto value = json::parse(body);
    if (!value) return wrong("no JSON");
    KeptReadings out;
    const auto from = parse_date((*value)["from"].text_or("")), until = parse_date((*value)["until"].text_or(""));
    const auto at = parse_instant((*value)["at"].text_or(""));
    const auto digest = from_hex((*value)["file"].text_or(""));
    if (!from || !until || !at || !digest || digest->size() != out.file.bytes.size() || !(*value)["rows"].integer()) return wrong("a member");
    out.from = *from;
    out.until = *until;
    out.at = *at;
    out.file = digest_from_bytes(*digest);
    out.rows = *(*value)["rows"].integer();
    out.name = (*value)["name"].text_or("");
    out.by = (*value)["by"].text_or("");
    return out;
}

}  // namespace

std::vector<store::CollectionSpec> readings_collections() {
    return {{.name = std::string(readings_name), .fields = {{"first_day", store::FieldType::integer}}, .indexes = {{"first_day", {"first_day"}}}}};
}

Result<void> keep_readings(store::Transaction& tx, const KeptReadings& readings) {
    const auto key = readings.from.iso() + "_" + readings.until.iso();
    if (const auto before = TRY(tx.get(readings_name, key))) {
        const auto earlier = TRY(readings_from(before->body));
        TRY(tx.release_blob(earlier.file));
    }
    TRY(tx.name_blob(readings.file));
    const json::Object body{{"from", readings.from.iso()}, {"until", readings.until.iso()}, {"file", readings.file.hex()}, {"name", readings.name},
                            {"by", readings.by},           {"rows", readings.rows},         {"at", readings.at.iso()}};
    auto text = json::write(body);
    TRY(tx.put(readings_name, key, store::Transaction::any_version, text, {{"first_day", readings.from.days_since_epoch()}}));
    TRY(tx.append({.chain = "grid-readings", .kind = "grid.readings-kept", .content = std::move(text)}));
    return {};
}

Result<std::vector<KeptReadings>> kept_readings(store::Reader& reader, std::size_t limit) {
    std::vector<KeptReadings> out;
    const auto page = TRY(reader.find({.collection = std::string(readings_name), .index = "first_day", .descending = true, .limit = limit}));
    for (const auto& document : page.documents) out.push_back(TRY(readings_from(document.body)));
    return out;
}

}  // namespace wasl::grid
