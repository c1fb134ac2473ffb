#include "register/keeper.hpp"

#include "register/acts.hpp"
#include "store/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace wasl::reg {

namespace {

constexpr std::string_view rows = "record";             // one document a record
constexpr std::string_view subjects = "record_subject"; // who a record was ever about
constexpr std::string_view kind_prefix = "register.";

std::string row_key(std::string_view name, std::string_view key) { return fmt::format("{}/{}", name, key); }
std::string held_by(std::string_view type, std::string_view subject) { return fmt::format("{} {}", type, subject); }

Result<void> write(store::Transaction& tx, const Record& record, const Version& version) {
    const auto key = row_key(record.name, record.key);
    TRY(tx.append({.chain = chain_of(record.name, record.key), .kind = std::string(kind_prefix) + std::string(to_string(version.effect)),
                   .content = encode_version(record, version)}));
    TRY(tx.put(rows, key, store::Transaction::any_version, encode(record), {{"register", record.name}}));
    const auto of = held_by(record.type, version.subject);
    TRY(tx.put(subjects, of + " " + key, store::Transaction::any_version, key, {{"of", of}}));
    if (!arose_by_silence(record)) return {};
    const auto silence = held_by(silence_type, version.subject);
    TRY(tx.put(subjects, silence + " " + key, store::Transaction::any_version, key, {{"of", silence}}));
    return {};
}

}  // namespace

bool arose_by_silence(const Record& record) noexcept {
    return !record.versions.empty() && record.versions.front().act.event == dossier::to_string(dossier::EventType::silence_approved);
}

std::vector<store::CollectionSpec> register_collections() {
    const auto text = [](std::string name) { return store::FieldSpec{std::move(name), store::FieldType::text}; };
    return {{.name = std::string(rows), .fields = {text("register")}, .indexes = {{"register", {"register"}}}},
            {.name = std::string(subjects), .fields = {text("of")}, .indexes = {{"of", {"of"}}}}};
}

std::string chain_of(std::string_view name, std::string_view key) { return "record:" + row_key(name, key); }

Result<void> Keeper::done(store::Transaction& tx, const dossier::State& after, std::span<const dossier::Event> events) {
    if (after.file.terms.record.name.empty()) return {};
    std::uint64_t entry = 0;
    if (const auto head = TRY(tx.chain_head(after.id))) entry = head->length - events.size();
    for (const auto& event : events) {
        const auto position = entry++;
        if (!dossier::writes_elsewhere(event.type())) continue;
        const auto place = place_of(after);
        if (!place && !begins_a_record(event)) continue;  // refused, or corrected where nothing was ever written
        TRY(place);
        auto record = TRY(find(tx, (*place)->name, (*place)->key)).value_or(Record{(*place)->name, (*place)->key, (*place)->type, {}});
        auto version = TRY(version_of(record, after, event, position, *pack_));
        if (!version) continue;
        record.versions.push_back(std::move(*version));
        TRY(write(tx, record, record.versions.back()));
    }
    return {};
}

Result<std::optional<Record>> find(store::Reader& reader, std::string_view name, std::string_view key) {
    const auto document = TRY(reader.get(rows, row_key(name, key)));
    if (!document) return std::nullopt;
    return TRY(decode_record(document->body));
}

Result<std::vector<Standing>> standing(store::Reader& reader, std::string_view type, std::string_view subject, Date valid,
                                       Instant known, std::size_t limit) {
    std::vector<Standing> out;
    const auto page = TRY(reader.find({.collection = std::string(subjects), .index = "of", .equal = {held_by(type, subject)}, .limit = limit}));
    for (const auto& link : page.documents) {
        const auto document = TRY(reader.get(rows, link.body));
        if (!document) continue;
        auto record = TRY(decode_record(document->body));
        const auto* version = as_of(record, valid, known);
        if (version == nullptr || version->subject != subject) continue;  // somebody else's by now
        auto found = *version;
        out.push_back({std::move(record), std::move(found)});
    }
    std::ranges::sort(out, [](const Standing& a, const Standing& b) {
        return std::tie(b.version.recorded, a.record.key) < std::tie(a.version.recorded, b.record.key);
    });
    return out;
}

Result<std::vector<Record>> records(store::Reader& reader, std::string_view name, std::size_t limit) {
    std::vector<Record> out;
    const auto page = TRY(reader.find({.collection = std::string(rows), .index = "register", .equal = {std::string(name)}, .limit = limit}));
    for (const auto& document : page.documents) {
        auto record = TRY(decode_record(document.body));
        out.push_back(std::move(record));
    }
    return out;
}

Result<void> RecordRecheck::visit(const store::JournalRow& row) {
    if (!row.kind.starts_with(kind_prefix) || !row.chain.starts_with("record:")) return {};
    const auto head = TRY(reader_.chain_head(row.chain));
    if (!head || head->seq != row.seq) return {};  // more is to come
    ++records_;
    Record record;
    for (std::uint64_t from = 0; from < head->length;) {
        const auto entries = TRY(reader_.chain(row.chain, from));
        if (entries.empty()) break;
        from += entries.size();
        for (const auto& entry : entries) {
            if (entry.erased) return {};  // only the leaf can be checked, and trust does
            TRY(take_version(record, entry.content));
            TRY(check_act(record.versions.back(), entry.seq));
        }
    }
    const auto document = TRY(reader_.get(rows, row.chain.substr(std::string_view("record:").size())));
    if (!document || document->body != encode(record)) {
        return fail(Code::internal, "recheck.record-differs", fmt::format("{} (entry {})", row.chain, row.seq));
    }
    return {};
}

Result<void> RecordRecheck::check_act(const Version& version, std::uint64_t entry) {
    const auto rows_of = TRY(reader_.chain(version.act.dossier, version.act.entry, 1));
    if (rows_of.size() == 1 && rows_of.front().kind == "dossier." + version.act.event) return {};
    return fail(Code::internal, "recheck.record-without-act", fmt::format("entry {}: {}", entry, version.act.reference));
}

Result<void> RecordRecheck::finish() {
    return store::each_document(reader_, {.collection = std::string(rows), .limit = 500}, [this](const store::Document& document) -> Result<void> {
        if (TRY(reader_.chain_head("record:" + document.key))) return {};
        return fail(Code::internal, "recheck.records-without-journal", document.key);
    });
}

}  // namespace wasl::reg
