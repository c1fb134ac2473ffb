#include "insight/kept.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "store/pages.hpp"

#include <algorithm>

namespace wasl::insight {

namespace {

constexpr std::string_view cases = "figure_case";
constexpr std::string_view companies = "figure_company";
constexpr std::string_view sums = "figures";
constexpr std::string_view position_key = "position", tally_key = "tally";
constexpr std::size_t a_batch = 500;  // entries a transaction: the writer is held for milliseconds

std::string encode_position(const Position& position) {
    return json::write(json::Object{{"entries", position.entries}, {"at", position.at.micros}, {"basis", position.basis},
                                    {"generation", position.generation}});
}

Result<Position> position_in(store::Reader& reader) {
    const auto document = TRY(reader.get(sums, position_key));
    if (!document) return Position{};
    const auto parsed = TRY(json::parse(document->body));
    Position out;
    out.entries = static_cast<std::uint64_t>(parsed["entries"].integer_or(0));
    out.at = {parsed["at"].integer_or(0)};
    out.basis = parsed["basis"].text_or("");
    out.generation = parsed["generation"].integer_or(0);
    return out;
}

Result<Tally> tally_in(store::Reader& reader) {
    const auto document = TRY(reader.get(sums, tally_key));
    if (!document) return Tally{};
    auto read = decode_tally(document->body);
    if (!read) return fail(Code::internal, "insight.unreadable", "sums");
    return std::move(*read);
}

Result<std::map<DayNumber, std::int64_t>> days_of(const store::Document& document, std::int64_t generation) {
    std::map<DayNumber, std::int64_t> out;
    const auto parsed = TRY(json::parse(document.body));
    if (parsed["generation"].integer_or(-1) != generation || parsed["days"].object() == nullptr) return out;
    for (const auto& [day, count] : *parsed["days"].object()) out[to_integer(day).value_or(0)] = count.integer_or(0);
    return out;
}

// One batch inside its transaction.
class Round {
public:
    Round(store::Transaction& tx, const Basis& basis, Position position, Tally tally)
        : tx_(tx), basis_(basis), position_(std::move(position)), tally_(std::move(tally)) {}

    Result<void> take(const std::vector<Seen>& batch, const Position& after) {
        for (const auto& seen : batch) {
            if (seen.what == Seen::What::foreign) continue;
            auto& held = touched_[seen.chain];
            if (!held.loaded) {
                held.before = TRY(load(seen.chain));
                held.after = held.before;
                held.loaded = true;
            }
            fold(held.after, seen, basis_);
        }
        for (const auto& [chain, held] : touched_) TRY(keep(chain, held));
        for (const auto& [company, days] : moved_) TRY(move(company, days));
        TRY(tx_.put(sums, tally_key, store::Transaction::any_version, encode(tally_)));
        TRY(tx_.put(sums, position_key, store::Transaction::any_version, encode_position(after)));
        return {};
    }

private:
    struct Held {
        std::optional<Case> before, after;
        bool loaded = false;
    };

    Result<std::optional<Case>> load(const std::string& chain) {
        const auto document = TRY(tx_.get(cases, chain));
        if (!document) return std::optional<Case>();
        const auto end = document->body.find(' ');  // "GENERATION {…}"
        if (end == std::string::npos || to_integer(std::string_view(document->body).substr(0, end)) != position_.generation) {
            return std::optional<Case>();  // of a count that was begun anew since
        }
        auto one = decode_case(std::string_view(document->body).substr(end + 1));
        if (!one) return fail(Code::internal, "insight.unreadable", chain);
        return one;
    }

    Result<void> keep(const std::string& chain, const Held& held) {
        if (held.before == held.after) return {};
        if (held.before) count(*held.before, -1);
        if (held.after) count(*held.after, 1);
        if (!held.after) return tx_.erase(cases, chain);
        TRY(tx_.put(cases, chain, store::Transaction::any_version, std::to_string(position_.generation) + ' ' + encode(*held.after)));
        return {};
    }

    void count(const Case& one, std::int64_t sign) {
        if (sign > 0) {
            tally_.add(one, basis_);
        } else {
            tally_.take_away(one, basis_);
        }
        if (!one.company.empty()) moved_[one.company][one.filed] += sign;
    }

    Result<void> move(const std::string& company, const std::map<DayNumber, std::int64_t>& by) {
        std::map<DayNumber, std::int64_t> days;
        if (const auto document = TRY(tx_.get(companies, company))) days = TRY(days_of(*document, position_.generation));
        for (const auto& [day, count] : by) {
            auto& left = days[day];
            left += count;
            if (left <= 0) days.erase(day);
        }
        if (days.empty()) return tx_.erase(companies, company);
        json::Object counts;
        for (const auto& [day, count] : days) counts.set(std::to_string(day), count);
        const json::Object body{{"generation", position_.generation}, {"days", std::move(counts)}};
        TRY(tx_.put(companies, company, store::Transaction::any_version, json::write(body), {{"day", days.rbegin()->first}}));
        return {};
    }

    store::Transaction& tx_;
    const Basis& basis_;
    Position position_;
    Tally tally_;
    std::unordered_map<std::string, Held> touched_;
    Companies moved_;
};

// What was counted on another basis is forgotten: cases go by their generation, companies have an index and
// are taken out, the sums begin at zero.
Result<void> begin_anew(store::Transaction& tx, Position& position, const std::string& basis) {
    for (;;) {
        const auto page = TRY(tx.find({.collection = std::string(companies), .equal = {}, .limit = 5'000, .after = {}}));
        for (const auto& document : page.documents) TRY(tx.erase(companies, document.key));
        if (page.documents.empty()) break;
    }
    position = {.entries = 0, .at = {}, .basis = basis, .generation = position.generation + 1};
    TRY(tx.put(sums, tally_key, store::Transaction::any_version, encode(Tally{})));
    TRY(tx.put(sums, position_key, store::Transaction::any_version, encode_position(position)));
    return {};
}

}  // namespace

std::vector<store::CollectionSpec> figure_collections() {
    return {{.name = std::string(cases), .fields = {}, .indexes = {}},
            {.name = std::string(companies), .fields = {{"day", store::FieldType::integer}}, .indexes = {{"day", {"day"}}}},
            {.name = std::string(sums), .fields = {}, .indexes = {}}};
}

Result<KeptFigures> read_kept(store::Reader& reader) {
    KeptFigures out;
    out.position = TRY(position_in(reader));
    out.tally = TRY(tally_in(reader));
    return out;
}

Result<std::int64_t> companies_since(store::Reader& reader, DayNumber since) {
    return reader.count(store::Query{.collection = std::string(companies), .index = "day", .equal = {}, .from = store::Value(since), .after = {}},
                        INT64_MAX >> 1U);
}

Result<Companies> read_companies(store::Reader& reader) {
    Companies out;
    const auto generation = TRY(position_in(reader)).generation;
    const store::Query query{.collection = std::string(companies), .equal = {}, .limit = 5'000, .after = {}};
    TRY(store::each_document(reader, query, [&](const store::Document& document) -> Result<void> {
        if (auto days = TRY(days_of(document, generation)); !days.empty()) out.emplace(document.key, std::move(days));
        return {};
    }));
    return out;
}

Result<std::uint64_t> catch_up(store::Store& store, const Basis& basis, std::uint64_t most) {
    const auto wanted = basis.digest();
    std::uint64_t taken = 0;
    for (;;) {
        Position from;
        std::vector<store::JournalRow> rows;
        std::uint64_t size = 0;
        {
            const auto reader = TRY(store.read());
            from = TRY(position_in(*reader));
            size = TRY(reader->journal_size());
            const bool anew = from.basis != wanted || from.entries > size;  // another basis, or a journal put back
            if (anew && size > 0) {
                TRY(store.run([&](store::Transaction& tx) -> Result<void> {
                    auto standing = TRY(position_in(tx));
                    return standing == from ? begin_anew(tx, standing, wanted) : Result<void>();
                }));
                continue;
            }
            if (from.entries >= size || taken >= most) return size - std::min(size, from.entries);
            rows = TRY(reader->journal(from.entries, a_batch));
        }
        if (rows.empty()) return 0;
        std::vector<Seen> batch;
        batch.reserve(rows.size());
        for (const auto& row : rows) batch.push_back(see(row, basis));
        auto after = from;
        after.entries = rows.back().seq + 1;
        after.at = rows.back().at;
        TRY(store.run([&](store::Transaction& tx) -> Result<void> {
            if (TRY(position_in(tx)) != from) return {};  // another round was faster
            return Round(tx, basis, from, TRY(tally_in(tx))).take(batch, after);
        }));
        taken += rows.size();
    }
}

}  // namespace wasl::insight
