#include "trust/segment_keeper.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/retire.hpp"
#include "trust/checkpoint.hpp"
#include "trust/journal_sealer.hpp"

#include <algorithm>
#include <bit>

namespace wasl::trust {

namespace {

constexpr std::string_view segments = "segments";

std::string write_kept(const KeptSegment& kept) {
    json::Object out{{"first", kept.first}, {"end", kept.end}, {"file", kept.file.hex()}, {"newest", kept.newest.micros}};
    if (kept.erased) { out.set("erased", kept.erased->micros); }
    return json::write(out);
}

Result<KeptSegment> read_kept(const store::Document& document) {
    const auto value = TRY(json::parse(document.body));
    const auto file = from_hex(value["file"].text_or(""));
    const auto first = value["first"].integer_or(-1), end = value["end"].integer_or(-1);
    if (!file || file->size() != 32 || first < 0 || end <= first) { return fail(Code::internal, "trust.segment-malformed", document.key); }
    KeptSegment out{static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(end), digest_from_bytes(*file), Instant{value["newest"].integer_or(0)}, std::nullopt};
    if (const auto erased = value["erased"].integer()) { out.erased = Instant{*erased}; }
    return out;
}

Result<void> put_kept(store::Transaction& to, const KeptSegment& kept, std::int64_t expected) {
    std::vector<store::Field> fields{{"end", static_cast<std::int64_t>(kept.end)}};
    if (!kept.erased) { fields.push_back({"newest", kept.newest.micros}); }
    TRY(to.put(segments, std::to_string(kept.first), expected, write_kept(kept), std::span<const store::Field>(fields)));
    return {};
}

Result<std::vector<KeptSegment>> find_kept(store::Reader& reader, const store::Query& query) {
    const auto page = reader.find(query);
    if (!page && page.error().key == "store.unknown-collection") { return std::vector<KeptSegment>(); }
    if (!page) { return std::unexpected(page.error()); }
    std::vector<KeptSegment> out;
    for (const auto& document : page->documents) { out.push_back(TRY(read_kept(document))); }
    return out;
}

store::Query by_end(std::uint64_t above, std::size_t limit, bool descending = false) {
    store::Query query{.collection = std::string(segments), .index = "by_end", .descending = descending, .limit = limit};
    query.from = static_cast<std::int64_t>(above) + 1;
    return query;
}

// The run that would move next; nothing while it is not complete or not old enough.
struct Run {
    std::uint64_t first = 0, end = 0;
};
Result<std::optional<Run>> next_run(store::Reader& reader, const SegmentRules& rules, Instant now) {
    const auto newest = TRY(find_kept(reader, by_end(0, 1, true)));
    Run run{newest.empty() ? 0 : newest.front().end, 0};
    auto entries = std::bit_floor(std::clamp(rules.entries, tile_width, most_segment_entries));
    while (run.first % entries != 0) { entries /= 2; }
    run.end = run.first + entries;
    const auto size = TRY(reader.journal_size());
    // The journal's last row stays: it says where the numbers go on.
    if (run.end >= size) { return std::nullopt; }
    const auto last = TRY(reader.journal(run.end - 1, 1));
    if (last.empty() || last.front().seq != run.end - 1) { return fail(Code::internal, "trust.segment-rows-missing", "entry " + std::to_string(run.end - 1)); }
    const bool due = last.front().at.plus_seconds(rules.rows_seconds) <= now || size - run.first > rules.rows_most;
    return due ? std::optional(run) : std::nullopt;
}

Result<Segment> segment_of_rows(store::Reader& reader, const Run& run) {
    Segment out;
    out.first = run.first;
    out.rows = TRY(reader.journal(run.first, run.end - run.first));
    if (out.end() != run.end || out.rows.front().seq != run.first) { return fail(Code::internal, "trust.segment-rows-missing", "entry " + std::to_string(run.first)); }
    const auto secret = TRY(chain_secret(reader));
    for (const auto& row : out.rows) { out.chain_salts.try_emplace(row.chain, chain_salt(secret, row.chain)); }
    for (const auto& head : TRY(reader.checkpoints(run.end + 1, run.end - run.first))) {
        if (head.tree_size > run.first) { out.checkpoints.push_back(head.text); }
    }
    std::ranges::reverse(out.checkpoints);  // given newest first
    const auto head = TRY(reader.checkpoint_covering(run.end));
    if (!head) { return fail(Code::internal, "trust.segment-rows-missing", "no checkpoint of " + std::to_string(run.end)); }
    out.head = head->text;
    out.journal = TRY(parse_signed_checkpoint(head->text)).checkpoint.member;
    const JournalTiles tiles(reader);
    const TileNodes nodes(tiles, head->tree_size);
    auto path = TRY(inclusion_proof(run.first, head->tree_size, nodes));
    // Its lower part is inside the run.
    path.erase(path.begin(), path.begin() + std::countr_zero(run.end - run.first));
    out.path = std::move(path);
    return out;
}

}  // namespace

store::CollectionSpec segments_collection() {
    using enum store::FieldType;
    return {.name = std::string(segments), .fields = {{"end", integer}, {"newest", integer}},
            .indexes = {{.name = "by_end", .fields = {"end"}, .unique = true}, {.name = "by_newest", .fields = {"newest"}}}};
}

Result<std::vector<KeptSegment>> kept_segments(store::Reader& reader, std::uint64_t from, std::size_t limit) { return find_kept(reader, by_end(from, limit)); }

Result<Segment> read_segment(store::Reader& reader, const KeptSegment& kept) {
    const auto bytes = TRY(reader.blob(kept.file));
    auto segment = TRY(parse_segment(bytes));
    if (segment.first != kept.first || segment.end() != kept.end) { return fail(Code::invalid, "trust.segment-malformed", "another run than " + std::to_string(kept.first)); }
    return segment;
}

Result<std::optional<KeptSegment>> move_segment(store::Store& store, const SegmentRules& rules, Instant now) {
    KeptSegment kept;
    std::string bytes;
    {
        const auto reader = TRY(store.read());
        const auto run = TRY(next_run(*reader, rules, now));
        if (!run) { return std::nullopt; }
        const auto segment = TRY(segment_of_rows(*reader, *run));
        bytes = write_segment(segment);
        const auto written = TRY(parse_segment(bytes));
        TRY(check_segment(written));
        kept = {run->first, run->end, {}, segment.rows.back().at, std::nullopt};
    }
    kept.file = TRY(store.write_blob(bytes));
    TRY(store.run([&](store::Transaction& to) -> Result<void> {
        TRY(to.name_blob(kept.file));
        TRY(put_kept(to, kept, store::Transaction::must_not_exist));
        return store::drop_rows(to, kept.end, now.plus_seconds(-rules.chain_seconds));
    }));
    return kept;
}

Result<std::optional<KeptSegment>> erase_segment(store::Store& store, const SegmentRules& rules, Instant now, const AlsoErase& also) {
    if (rules.keep_seconds <= 0) { return std::nullopt; }
    KeptSegment kept;
    Segment segment;
    {
        const auto reader = TRY(store.read());
        store::Query query{.collection = std::string(segments), .index = "by_newest", .limit = 1};
        query.to = now.plus_seconds(-rules.keep_seconds).micros;
        const auto oldest = TRY(find_kept(*reader, query));
        if (oldest.empty()) { return std::nullopt; }
        kept = oldest.front();
        segment = TRY(read_segment(*reader, kept));
    }
    Segment emptied = segment;
    emptied.erased = now;
    emptied.checkpoints.clear();
    for (auto& row : emptied.rows) {
        row.salt.clear();
        row.content.clear();
        row.erased = true;
    }
    const auto before = kept.file;
    kept.file = TRY(store.write_blob(write_segment(emptied)));
    kept.erased = now;
    TRY(store.run([&](store::Transaction& to) -> Result<void> {
        TRY(to.name_blob(kept.file));
        TRY(to.release_blob(before));
        TRY(put_kept(to, kept, store::Transaction::any_version));
        return also ? also(to, segment) : Result<void>();
    }));
    return kept;
}

Result<const Segment*> JournalHistory::segment_of(std::uint64_t seq) {
    if (!last_ || seq < last_->first || seq >= last_->end()) {
        const auto found = TRY(kept_segments(*reader_, seq, 1));
        if (found.empty() || found.front().first > seq) { return nullptr; }
        last_ = std::make_shared<const Segment>(TRY(read_segment(*reader_, found.front())));
    }
    return last_.get();
}

Result<std::vector<store::JournalRow>> JournalHistory::rows(std::uint64_t first, std::size_t limit) {
    std::vector<store::JournalRow> out;
    while (out.size() < limit) {
        const auto at = first + out.size();
        auto here = TRY(reader_->journal(at, limit - out.size()));
        const bool from_store = here.empty() || here.front().seq == at;
        const Segment* segment = from_store ? nullptr : TRY(segment_of(at));
        if (segment == nullptr) {  // also a gap: whoever counts sees it
            std::ranges::move(here, std::back_inserter(out));
            break;
        }
        const auto begin = segment->rows.begin() + static_cast<std::ptrdiff_t>(at - segment->first);
        const auto many = std::min<std::size_t>(limit - out.size(), segment->end() - at);
        out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(many));
    }
    return out;
}

Result<std::optional<store::Checkpoint>> JournalHistory::checkpoint_covering(std::uint64_t at_least) {
    const auto wanted = std::max<std::uint64_t>(at_least, 1);
    const Segment* segment = TRY(segment_of(wanted - 1));
    if (segment == nullptr) { return reader_->checkpoint_covering(at_least); }
    for (const auto& note : segment->checkpoints) {
        const auto head = TRY(parse_signed_checkpoint(note)).checkpoint;
        if (head.size >= wanted) { return store::Checkpoint{head.size, head.time, note}; }
    }
    const auto head = TRY(parse_signed_checkpoint(segment->head)).checkpoint;
    return store::Checkpoint{head.size, head.time, segment->head};
}

}  // namespace wasl::trust
