#include "trust/daily_map.hpp"

#include "base/text.hpp"
#include "trust/impl/octets.hpp"

#include <algorithm>

namespace wasl::trust {

namespace {

constexpr std::uint64_t version = 1;
constexpr std::size_t line_bytes = 1 + 32 + 8 + 32 + 1;

std::unexpected<Error> malformed(std::string_view why) {
    return fail(Code::invalid, "trust.map-malformed", std::string(why));
}

// "name value" lines in a fixed order.
class Lines {
public:
    explicit Lines(std::string_view text) : lines_(split(text, '\n')) {}
    std::string_view next(std::string_view name) {
        if (at_ >= lines_.size() || !lines_[at_].starts_with(name)) {
            good_ = false;
            return {};
        }
        return lines_[at_++].substr(name.size());
    }
    [[nodiscard]] bool finished() const { return good_ && at_ + 1 == lines_.size() && lines_.back().empty(); }

private:
    std::vector<std::string_view> lines_;
    std::size_t at_ = 0;
    bool good_ = true;
};

// A day ends at most 14 hours before and 12 after midnight UTC, whatever the zone.
bool end_fits(Date day, Instant end) {
    const auto midnight = Zone::utc().start_of_day(day.plus_days(1));
    return midnight.plus_seconds(-14 * 3'600) <= end && end <= midnight.plus_seconds(12 * 3'600);
}

}  // namespace

std::string write_map_line(const MapLine& line) {
    std::string out;
    out.reserve(line_bytes);
    put_unsigned(out, version, 1);
    out += line.reference.view();
    put_unsigned(out, line.length, 8);
    out += line.head.view();
    put_unsigned(out, line.decided ? 1 : 0, 1);
    return out;
}

Result<MapLine> parse_map_line(std::string_view bytes) {
    Octets in(bytes);
    const auto seen = in.number(1);
    MapLine line;
    line.reference = in.digest();
    line.length = in.number(8);
    line.head = in.digest();
    const auto decided = in.number(1);
    if (!in.finished() || seen != version || decided > 1 || line.length == 0) {
        return malformed("line of a map");
    }
    line.decided = decided == 1;
    return line;
}

std::string map_origin(std::string_view member) { return checkpoint_origin(member) + "/map"; }

std::string map_text(const MapHead& head) {
    return map_origin(head.member) + "\n" + std::to_string(head.size) + "\n" + to_base64(head.root.view()) + "\nday " +
           head.day.iso() + "\nend " + head.end.iso() + "\ntime " + head.time.iso() + "\nmember " + head.member + "\ncheckpoint " +
           std::to_string(head.checkpoint_size) + " " + to_base64(head.checkpoint_root.view()) + "\n";
}

Result<MapHead> parse_map_text(std::string_view text) {
    Lines lines(text);
    lines.next("wasl/");
    const auto size = to_integer(lines.next(""));
    const auto root = from_base64(lines.next(""));
    const auto day = parse_date(lines.next("day "));
    const auto end = parse_instant(lines.next("end "));
    const auto time = parse_instant(lines.next("time "));
    const auto member = lines.next("member ");
    const auto checkpoint = split(lines.next("checkpoint "), ' ');
    if (!lines.finished() || !size || *size < 0 || !root || root->size() != 32 || !day || !end || !time || checkpoint.size() != 2) {
        return malformed("origin, size, root, day, end, time, member and checkpoint are needed");
    }
    const auto checkpoint_size = to_integer(checkpoint[0]);
    const auto checkpoint_root = from_base64(checkpoint[1]);
    if (!checkpoint_size || *checkpoint_size < 0 || !checkpoint_root || checkpoint_root->size() != 32) {
        return malformed("checkpoint of a map");
    }
    MapHead head{std::string(member), *day, *end, *time, static_cast<std::uint64_t>(*size), digest_from_bytes(*root),
                 static_cast<std::uint64_t>(*checkpoint_size), digest_from_bytes(*checkpoint_root)};
    if (map_text(head) != text || !end_fits(head.day, head.end) || head.time < head.end) {
        return malformed("not in canonical form, or made before the end of the day");
    }
    return head;
}

Result<DailyMap> DailyMap::build(std::string member, Date day, Instant end, Instant time, const Checkpoint& checkpoint,
                                 std::vector<MapLine> lines) {
    if (!end_fits(day, end) || time < end) {
        return fail(Code::invalid, "trust.map-too-early", day.iso() + " ends " + end.iso() + ", made " + time.iso());
    }
    std::ranges::sort(lines, {}, &MapLine::reference);
    if (std::ranges::adjacent_find(lines, {}, &MapLine::reference) != lines.end()) {
        return fail(Code::internal, "trust.map-duplicate", "two lines for one dossier");
    }
    DailyMap map;
    map.lines_ = std::move(lines);
    for (const auto& line : map.lines_) {
        map.hashes_.push_back(hash_leaf(write_map_line(line)));
    }
    map.head_ = {std::move(member), day, end, time, map.lines_.size(), root_of(map.hashes_), checkpoint.size, checkpoint.root};
    return map;
}

Result<std::string> DailyMap::sign(const Signer& signer) const {
    auto text = map_text(head_);
    auto signature = TRY(sign_note(text, map_origin(head_.member), signer));
    return write_note({std::move(text), {std::move(signature)}});
}

Result<DailyMap::Place> DailyMap::place(const Digest& reference) const {
    const auto found = std::ranges::lower_bound(lines_, reference, {}, &MapLine::reference);
    if (found == lines_.end() || found->reference != reference) {
        return fail(Code::not_found, "trust.map-absent", "no such dossier in the map of " + head_.day.iso());
    }
    const auto index = static_cast<std::uint64_t>(found - lines_.begin());
    return Place{*found, index, TRY(inclusion_proof(index, lines_.size(), VectorNodes(hashes_)))};
}

std::string DailyMap::write_lines() const {
    std::string out;
    out.reserve(lines_.size() * line_bytes);
    for (const auto& line : lines_) {
        out += write_map_line(line);
    }
    return out;
}

Result<DailyMap> DailyMap::read(const MapHead& head, std::string_view lines) {
    if (lines.size() % line_bytes != 0) {
        return malformed("lines of a map");
    }
    std::vector<MapLine> parsed;
    for (; !lines.empty(); lines.remove_prefix(line_bytes)) {
        parsed.push_back(TRY(parse_map_line(lines.substr(0, line_bytes))));
    }
    if (!std::ranges::is_sorted(parsed, {}, &MapLine::reference)) {
        return malformed("lines out of order");
    }
    const Checkpoint tie{checkpoint_origin(head.member), head.checkpoint_size, head.checkpoint_root, head.time, head.member};
    auto map = TRY(build(head.member, head.day, head.end, head.time, tie, std::move(parsed)));
    if (map.head() != head) {
        return malformed("lines do not fit the signed head");
    }
    return map;
}

}  // namespace wasl::trust
