#include "trust/segment.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "trust/checkpoint.hpp"
#include "trust/impl/octets.hpp"
#include "trust/leaf.hpp"

#include <algorithm>
#include <bit>
#include <unordered_map>

namespace wasl::trust {

namespace {

constexpr std::string_view segment_mark = "wasl-segment-1\n";
constexpr std::size_t sum_bytes = 32;
constexpr json::Limits header_limits{.bytes = 256U << 20U, .depth = 4};

std::unexpected<Error> bad_segment(std::string why) { return fail(Code::invalid, "trust.segment-malformed", std::move(why)); }
std::unexpected<Error> segment_differs(std::string where) { return fail(Code::invalid, "trust.segment-differs", std::move(where)); }
std::string entry_name(std::uint64_t seq) { return "entry " + std::to_string(seq); }

// Chains in the order in which the rows name them.
std::vector<std::string> chains_in_order(const Segment& segment) {
    std::vector<std::string> out;
    std::unordered_map<std::string_view, bool> seen;
    for (const auto& row : segment.rows) {
        if (seen.try_emplace(row.chain, true).second) { out.push_back(row.chain); }
    }
    return out;
}

std::string segment_header(const Segment& segment) {
    json::Object out{{"journal", segment.journal}, {"first", segment.first}, {"entries", static_cast<std::uint64_t>(segment.rows.size())}};
    if (segment.erased) { out.set("erased", segment.erased->iso()); }
    out.set("head", segment.head);
    json::Array path, chains, checkpoints;
    for (const auto& hash : segment.path) { path.emplace_back(to_base64(hash.view())); }
    for (const auto& chain : chains_in_order(segment)) {
        const auto salt = segment.chain_salts.find(chain);
        chains.emplace_back(json::Array{json::Value(chain), json::Value(to_base64(salt == segment.chain_salts.end() ? "" : salt->second))});
    }
    for (const auto& note : segment.checkpoints) { checkpoints.emplace_back(note); }
    out.set("path", std::move(path));
    out.set("chains", std::move(chains));
    out.set("checkpoints", std::move(checkpoints));
    return json::write(out);
}

struct SegmentHeader {
    Segment segment;  // without rows
    std::uint64_t entries = 0;
    std::vector<std::string> chains;
};

Result<std::vector<std::string>> texts_of(const json::Value& value, const char* name) {
    const auto* array = value[name].array();
    if (array == nullptr) { return bad_segment(name); }
    std::vector<std::string> out;
    for (const auto& one : *array) {
        if (one.string() == nullptr) { return bad_segment(name); }
        out.push_back(*one.string());
    }
    return out;
}

Result<void> read_chains(const json::Value& value, SegmentHeader& out) {
    const auto* chains = value["chains"].array();
    if (chains == nullptr) { return bad_segment("chains"); }
    for (const auto& one : *chains) {
        const auto* pair = one.array();
        if (pair == nullptr || pair->size() != 2 || (*pair)[0].string() == nullptr) { return bad_segment("chains"); }
        const auto salt = from_base64((*pair)[1].text_or("?"));
        if (!salt || !out.segment.chain_salts.emplace(*(*pair)[0].string(), *salt).second) { return bad_segment("chains"); }
        out.chains.push_back(*(*pair)[0].string());
    }
    return {};
}

Result<SegmentHeader> parse_header(std::string_view text) {
    const auto value = json::parse(text, header_limits);
    if (!value) { return bad_segment("header: " + value.error().detail); }
    SegmentHeader out;
    const auto first = (*value)["first"].integer(), entries = (*value)["entries"].integer();
    if ((*value)["journal"].string() == nullptr || (*value)["head"].string() == nullptr || !first || !entries || *first < 0 || *entries < 0) {
        return bad_segment("header");
    }
    out.segment.journal = *(*value)["journal"].string();
    out.segment.head = *(*value)["head"].string();
    out.segment.first = static_cast<std::uint64_t>(*first);
    out.entries = static_cast<std::uint64_t>(*entries);
    if (!is_segment_place(out.segment.first, out.entries)) { return bad_segment("first and entries"); }
    if (const auto* erased = (*value)["erased"].string()) { out.segment.erased = TRY(parse_instant(*erased)); }
    for (const auto& text_of_hash : TRY(texts_of(*value, "path"))) {
        const auto hash = from_base64(text_of_hash);
        if (!hash || hash->size() != 32) { return bad_segment("path"); }
        out.segment.path.push_back(digest_from_bytes(*hash));
    }
    TRY(read_chains(*value, out));
    out.segment.checkpoints = TRY(texts_of(*value, "checkpoints"));
    return out;
}

// What the leaf says of its row stands nowhere else in the file.
Result<store::JournalRow> read_row(Octets& in, const SegmentHeader& header, std::uint64_t seq, std::size_t& chains_seen) {
    const auto chain = in.number(4);
    store::JournalRow row;
    row.seq = seq;
    row.leaf = in.text(in.number(2));
    row.salt = in.text(in.number(1));
    row.content = in.text(in.number(4));
    const auto leaf = parse_leaf(row.leaf);
    if (!in.good() || !leaf || chain > chains_seen || chain >= header.chains.size()) { return bad_segment(entry_name(seq)); }
    chains_seen += chain == chains_seen ? 1U : 0U;
    row.chain = header.chains[chain];
    row.erased = row.salt.empty();
    if (row.erased ? !row.content.empty() : header.segment.erased.has_value()) { return bad_segment(entry_name(seq)); }
    row.position = leaf->position - 1;
    if (row.position > 0) { row.previous = leaf->previous.view(); }
    row.kind = leaf->kind;
    row.at = leaf->at;
    return row;
}

// The subtree of the run.
Digest root_of_run(const Segment& segment) {
    Frontier run;
    for (const auto& row : segment.rows) { run.append(hash_leaf(row.leaf)); }
    return run.root();
}

Result<void> check_rows(const Segment& segment) {
    std::unordered_map<std::string_view, const store::JournalRow*> last;
    for (const auto& row : segment.rows) {
        const auto leaf = TRY(parse_leaf(row.leaf));
        const auto salt = segment.chain_salts.find(row.chain);
        if (salt == segment.chain_salts.end() || commitment(salt->second, row.chain) != leaf.chain) { return segment_differs(entry_name(row.seq) + ": chain"); }
        if (!row.erased && commitment(row.salt, row.content) != leaf.content) { return segment_differs(entry_name(row.seq) + ": content"); }
        auto& before = last[row.chain];
        if (before != nullptr && (row.position != before->position + 1 || row.previous != hash_leaf(before->leaf).view())) {
            return segment_differs(entry_name(row.seq) + ": the entry before it in its chain");
        }
        before = &row;
    }
    return {};
}

// Each kept checkpoint is a head of this journal, and grows.
Result<Frontier> check_heads(const Segment& segment, Frontier tree) {
    auto next = segment.checkpoints.begin();
    std::optional<Checkpoint> awaited;
    const auto take = [&]() -> Result<void> {
        awaited.reset();
        if (next == segment.checkpoints.end()) { return {}; }
        awaited = TRY(parse_signed_checkpoint(*next++)).checkpoint;
        const bool ours = awaited->member == segment.journal && awaited->size > tree.size() && awaited->size <= segment.end();
        return ours ? Result<void>() : segment_differs("checkpoint " + std::to_string(awaited->size));
    };
    TRY(take());
    for (const auto& row : segment.rows) {
        tree.append(hash_leaf(row.leaf));
        if (awaited && awaited->size == tree.size()) {
            if (awaited->root != tree.root()) { return segment_differs("checkpoint " + std::to_string(awaited->size) + ": root"); }
            TRY(take());
        }
    }
    return tree;
}

}  // namespace

bool is_segment_place(std::uint64_t first, std::uint64_t entries) noexcept {
    return std::has_single_bit(entries) && entries >= tile_width && entries <= most_segment_entries && first % entries == 0 && first < (1ULL << 56U);
}

bool is_segment(std::string_view bytes) noexcept { return bytes.starts_with(segment_mark); }

std::string write_segment(const Segment& segment) {
    std::string out(segment_mark);
    const auto header = segment_header(segment);
    put_unsigned(out, header.size(), 4);
    out += header;
    std::unordered_map<std::string_view, std::uint64_t> numbers;
    for (const auto& row : segment.rows) {
        const auto number = numbers.try_emplace(row.chain, numbers.size()).first->second;
        put_unsigned(out, number, 4);
        put_unsigned(out, row.leaf.size(), 2);
        out += row.leaf;
        put_unsigned(out, row.salt.size(), 1);
        out += row.salt;
        put_unsigned(out, row.content.size(), 4);
        out += row.content;
    }
    out += sha256(out).view();
    return out;
}

Result<Segment> parse_segment(std::string_view bytes) {
    if (!is_segment(bytes) || bytes.size() < segment_mark.size() + sum_bytes) { return bad_segment("not a segment"); }
    const auto all = bytes.substr(0, bytes.size() - sum_bytes);
    if (sha256(all).view() != bytes.substr(all.size())) { return bad_segment("its sum is another"); }
    Octets in(all.substr(segment_mark.size()));
    const auto text = in.text(in.number(4));
    if (!in.good()) { return bad_segment("header"); }
    auto header = TRY(parse_header(text));
    std::size_t chains_seen = 0;
    for (std::uint64_t i = 0; i < header.entries; ++i) {
        header.segment.rows.push_back(TRY(read_row(in, header, header.segment.first + i, chains_seen)));
    }
    if (!in.finished() || chains_seen != header.chains.size()) { return bad_segment("entries"); }
    // One segment, one text: nothing can stand in it that nobody looks at.
    if (segment_header(header.segment) != text) { return bad_segment("another spelling"); }
    return std::move(header.segment);
}

// RFC 9162 section 2.1.3.2, begun at the subtree's root instead of a leaf. What stands to the left of the run are
// the perfect subtrees of everything before it.
Result<Frontier> frontier_before(const Segment& segment) {
    const auto head = parse_signed_checkpoint(segment.head);
    if (!head || head->checkpoint.member != segment.journal || head->checkpoint.size < segment.end() || segment.rows.empty()) {
        return segment_differs("head");
    }
    const auto height = static_cast<unsigned>(std::countr_zero(static_cast<std::uint64_t>(segment.rows.size())));
    auto at = segment.first >> height;
    auto last = (head->checkpoint.size - 1) >> height;
    auto root = root_of_run(segment);
    std::vector<Digest> left;
    for (const auto& hash : segment.path) {
        if (last == 0) { return segment_differs("path"); }
        if ((at & 1U) != 0 || at == last) {
            root = hash_node(hash, root);
            left.push_back(hash);
            for (; (at & 1U) == 0 && at != 0; at >>= 1U) { last >>= 1U; }
        } else {
            root = hash_node(root, hash);
        }
        at >>= 1U;
        last >>= 1U;
    }
    if (last != 0 || root != head->checkpoint.root) { return segment_differs("the run is not under its head"); }
    std::ranges::reverse(left);
    auto out = Frontier::restore(segment.first, std::move(left));
    return out ? std::move(out) : segment_differs("path");
}

Result<Frontier> check_segment(const Segment& segment) {
    auto before = TRY(frontier_before(segment));
    TRY(check_rows(segment));
    return check_heads(segment, std::move(before));
}

Verification verify_segment(std::string_view bytes, const TrustStore& trust) {
    Verification out;
    out.what = "segment";
    const auto end = [&out](Verdict weight, const char* key, std::string detail) {
        out.verdict = weight;
        out.reasons.push_back({weight, key, std::move(detail)});
        return out;
    };
    const auto segment = parse_segment(bytes);
    if (!segment) { return end(Verdict::invalid, "verify.segment-malformed", segment.error().detail); }
    out.member = segment->journal;
    out.reference = std::to_string(segment->first) + "–" + std::to_string(segment->end() - 1);
    if (const auto tree = check_segment(*segment); !tree) { return end(Verdict::invalid, "verify.segment-differs", tree.error().detail); }
    out.reasons.push_back({Verdict::valid, segment->erased ? "verify.segment-erased" : "verify.segment-good", {}});
    auto notes = segment->checkpoints;
    notes.push_back(segment->head);
    for (const auto& text : notes) {
        const auto note = parse_signed_checkpoint(text);
        const auto name = note ? "size " + std::to_string(note->checkpoint.size) : note.error().detail;
        if (!note || note->checkpoint.origin != checkpoint_origin(segment->journal)) { return end(Verdict::invalid, "verify.checkpoint-wrong", name); }
        switch (check_note_signature(note->note, note->checkpoint.origin, segment->journal, note->checkpoint.time, trust)) {
            case SignatureState::good: break;
            case SignatureState::wrong: return end(Verdict::invalid, "verify.checkpoint-wrong", name);
            case SignatureState::unknown_key: return end(Verdict::cannot_tell, "verify.checkpoint-key-unknown", segment->journal);
            case SignatureState::key_not_valid_then: return end(Verdict::invalid, "verify.checkpoint-key-not-valid", name);
        }
    }
    const auto head = parse_signed_checkpoint(segment->head)->checkpoint;  // it was read above
    out.paper = {{"first", std::to_string(segment->first)}, {"entries", std::to_string(segment->rows.size())},
                 {"from", segment->rows.front().at.iso()},  {"until", segment->rows.back().at.iso()},
                 {"size", std::to_string(head.size)},       {"root", to_base64(head.root.view())}};
    if (segment->erased) { out.paper.emplace_back("erased", segment->erased->iso()); }
    return end(Verdict::valid, "verify.checkpoint-good", {});
}

}  // namespace wasl::trust
