#include "dossier/impl/listing.hpp"

#include "base/text.hpp"
#include "dossier/impl/rows.hpp"
#include "lingua/stem.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace wasl::dossier {

namespace {

constexpr std::size_t page_limit = 500;
constexpr std::int64_t count_at_most = 1'000;
constexpr std::size_t scan_at_most = 20'000;  // rows passed over by filters before a list ends early

using Fetch = std::function<Result<store::Page>(std::size_t limit, const std::string& cursor)>;

// Rows of one office, in order, from a cursor on.
class Stream {
public:
    Stream(Fetch fetch, std::string cursor, std::size_t page) : fetch_(std::move(fetch)), start_(std::move(cursor)), page_(page) {}

    // The row in front; null at the end.
    Result<const State*> front() {
        while (at_ == states_.size()) {
            if (fetched_ && next_.empty()) return nullptr;
            if (fetched_) start_ = next_;
            const auto page = TRY(fetch_(page_, start_));
            fetched_ = true;
            next_ = page.next;
            at_ = 0;
            states_.clear();
            for (const auto& document : page.documents) {
                // An erased or spoiled row stands as an empty one, so that the cursor counts it.
                states_.push_back(rows::readable(document).value_or(State{}));
            }
        }
        return &states_[at_];
    }
    void pop() { ++at_; }
    // Where to go on after the rows popped so far; "" = from the beginning, "-" = at the end.
    Result<std::string> cursor() {
        if (!fetched_ || at_ == 0) return start_;
        if (at_ == states_.size()) return next_.empty() ? "-" : next_;
        return TRY(fetch_(at_, start_)).next;
    }

private:
    Fetch fetch_;
    std::string start_, next_;
    std::vector<State> states_;
    std::size_t at_ = 0;
    std::size_t page_;
    bool fetched_ = false;
};

bool by_due(const ListQuery& query) { return query.words.empty() && query.order == Order::due; }

// Which index serves the query best; what it does not know is filtered afterwards.
store::Query index_query(const ListQuery& query, const std::string& office) {
    store::Query out{.collection = std::string(rows::dossiers)};
    if (query.order == Order::received) {
        out.index = "received";
        out.equal = {office};
        out.descending = true;
        return out;
    }
    if (query.phase) {
        out.index = "queue";
        out.equal = {office, std::string(to_string(*query.phase))};
    } else if (!query.procedure.empty()) {
        out.index = "open_procedure";
        out.equal = {office, query.procedure};
    } else if (!query.assigned.empty()) {
        out.index = "assigned";
        out.equal = {query.assigned};
    } else {
        out.index = "open";
        out.equal = {office};
    }
    if (query.due_before) out.to = store::Value(query.due_before->micros);
    return out;
}

store::Search text_search(const ListQuery& query, const std::string& office) {
    store::Search out{.collection = std::string(rows::dossiers), .words = lingua::words(query.words), .filters = {rows::office_token(office)}};
    if (!query.procedure.empty()) out.filters.push_back(rows::procedure_token(query.procedure));
    return out;
}

bool matches(const ListQuery& query, const std::string& office, const State& state) {
    if (!state.exists() || state.file.office != office) return false;
    if (query.phase && state.phase != *query.phase) return false;
    if (!query.procedure.empty() && state.file.procedure != query.procedure) return false;
    if (!query.assigned.empty() && state.assigned != query.assigned) return false;
    if (query.due_before) {
        const auto due = rows::list_due(state);
        if (!due || *due >= *query.due_before) return false;
    }
    return true;
}

bool before(const ListQuery& query, const State& a, const State& b) {
    if (by_due(query)) {
        const auto due = [](const State& s) { const auto at = rows::list_due(s); return at ? at->micros : rows::no_due; };
        return due(a) < due(b);
    }
    return a.filed_at > b.filed_at;
}

Fetch fetcher(store::Reader& reader, const ListQuery& query, const std::string& office) {
    return [&reader, query, office](std::size_t limit, const std::string& cursor) -> Result<store::Page> {
        if (cursor == "-") return store::Page{};
        if (!query.words.empty()) {
            auto search = text_search(query, office);
            if (search.words.empty()) return store::Page{};
            search.limit = limit;
            search.before = cursor;
            return reader.search(search);
        }
        auto index = index_query(query, office);
        index.limit = limit;
        index.after = cursor;
        return reader.find(index);
    };
}

// A cursor an office, in the order of the offices.
std::vector<std::string> cursors_of(const std::string& after, std::size_t offices) {
    std::vector<std::string> out(offices);
    const auto parts = split(after, '~');
    for (std::size_t i = 0; i < offices && i < parts.size(); ++i) {
        if (auto part = percent_decode(parts[i])) out[i] = std::move(*part);
    }
    return out;
}

Result<void> count_words(store::Reader& reader, const ListQuery& query, List& out) {
    for (const auto& office : query.offices) {
        const auto search = text_search(query, office);
        if (search.words.empty()) continue;
        out.total += TRY(reader.count(search, count_at_most + 1));
    }
    out.more_than_total = out.total > count_at_most;
    out.total = std::min(out.total, count_at_most);
    return {};
}

// From the kept counters, where they say it exactly; else counted, no further than a thousand.
Result<void> count_rows(store::Reader& reader, const ListQuery& query, List& out) {
    const bool plain = query.procedure.empty() && query.assigned.empty() && !query.due_before;
    for (const auto& office : query.offices) {
        if (!plain) {
            out.total += TRY(reader.count(index_query(query, office), count_at_most + 1));
            continue;
        }
        for (const auto& counter : TRY(reader.counters(rows::counter_prefix(office)))) {
            const auto phase = phase_from(std::string_view(counter.name).substr(rows::counter_prefix(office).size()));
            if (!phase) continue;
            const bool wanted = query.phase ? *phase == *query.phase : query.order == Order::received || is_open(*phase);
            if (wanted) out.total += counter.value;
        }
    }
    if (!plain) {
        out.more_than_total = out.total > count_at_most;
        out.total = std::min(out.total, count_at_most);
    }
    return {};
}

}  // namespace

Result<List> read_list(store::Reader& reader, const ListQuery& asked) {
    ListQuery query = asked;
    std::ranges::sort(query.offices);
    const auto repeated = std::ranges::unique(query.offices);
    query.offices.erase(repeated.begin(), repeated.end());
    List out;
    const std::size_t limit = std::clamp<std::size_t>(query.limit, 1, page_limit);
    auto cursors = cursors_of(query.after, query.offices.size());
    std::vector<Stream> streams;
    for (std::size_t i = 0; i < query.offices.size(); ++i) {
        streams.emplace_back(fetcher(reader, query, query.offices[i]), cursors[i], limit);
    }
    bool ended = false;
    for (std::size_t passed = 0; out.rows.size() < limit && passed < scan_at_most; ++passed) {
        std::size_t best = streams.size();
        const State* first = nullptr;
        for (std::size_t i = 0; i < streams.size(); ++i) {
            const State* candidate = TRY(streams[i].front());
            if (candidate != nullptr && (first == nullptr || before(query, *candidate, *first))) {
                first = candidate;
                best = i;
            }
        }
        if (first == nullptr) {
            ended = true;
            break;
        }
        if (matches(query, query.offices[best], *first)) out.rows.push_back(rows::summary_of(*first));
        streams[best].pop();
    }
    if (query.after.empty()) TRY(query.words.empty() ? count_rows(reader, query, out) : count_words(reader, query, out));
    if (ended || streams.empty()) return out;
    bool more = false;
    for (auto& stream : streams) {
        const auto cursor = TRY(stream.cursor());
        more = more || cursor != "-";
        if (&stream != streams.data()) out.next += '~';
        out.next += percent_encode(cursor);
    }
    if (!more) out.next.clear();
    return out;
}

}  // namespace wasl::dossier
