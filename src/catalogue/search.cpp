// Layout, all integers 32 bits little-endian:
//   0  magic "WSX1"   4 documents   8 terms   12 mean length × 256
//   16 offset of lengths   20 of the term table   24 of strings   28 of postings   32 total size
//   lengths:   words of each document
//   term table, sorted by term: offset and size of its string, index of its first posting, number of postings
//   postings:  document, then one byte each: times in the title, in the body, in the papers, zero
#include "catalogue/search.hpp"

#include "catalogue/impl/bytes.hpp"
#include "lingua/stem.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

namespace wasl::catalogue {
namespace {

using impl::get32;
using impl::part;
using impl::put32;

constexpr std::string_view magic = "WSX1";
constexpr std::size_t header = 36;
constexpr std::size_t term_size = 16;
constexpr std::size_t posting_size = 8;
constexpr std::size_t most_expansions = 256;  // terms that the unfinished last word may stand for
constexpr std::size_t longest_query = 512;

// BM25F (Robertson, Zaragoza 2009): usual k1 and b; a word of the title counts like five of the body.
constexpr float k1 = 1.2F;
constexpr float b = 0.75F;
constexpr float title_weight = 5.0F;
constexpr float body_weight = 1.0F;
constexpr float papers_weight = 0.4F;
constexpr float prefix_weight = 0.6F;

struct Counts {
    unsigned char title = 0, body = 0, papers = 0;
};

void count(std::map<std::string, Counts>& counts, std::string_view text, unsigned char Counts::*field, std::uint32_t& words) {
    const std::string tokens = lingua::index_tokens(text);
    std::size_t at = 0;
    while (at < tokens.size()) {
        std::size_t end = tokens.find(' ', at);
        end = end == std::string::npos ? tokens.size() : end;
        if (end > at && end - at <= 128) {
            unsigned char& times = counts[tokens.substr(at, end - at)].*field;
            times = times < 255 ? static_cast<unsigned char>(times + 1) : times;
            ++words;
        }
        at = end + 1;
    }
}

}  // namespace

std::string build_index(std::span<const SearchDocument> documents) {
    std::map<std::string, std::string> postings;  // term -> bytes
    std::string lengths;
    std::uint64_t total = 0;
    for (std::uint32_t number = 0; number < documents.size(); ++number) {
        std::map<std::string, Counts> counts;
        std::uint32_t words = 0;
        count(counts, documents[number].title, &Counts::title, words);
        count(counts, documents[number].body, &Counts::body, words);
        count(counts, documents[number].papers, &Counts::papers, words);
        for (const auto& [term, times] : counts) {
            std::string& list = postings[term];
            put32(list, number);
            for (const unsigned char byte : {times.title, times.body, times.papers, static_cast<unsigned char>(0)}) {
                list.push_back(static_cast<char>(byte));
            }
        }
        put32(lengths, words);
        total += words;
    }
    std::string table, strings, lists;
    for (const auto& [term, list] : postings) {
        put32(table, static_cast<std::uint32_t>(strings.size()));
        put32(table, static_cast<std::uint32_t>(term.size()));
        put32(table, static_cast<std::uint32_t>(lists.size() / posting_size));
        put32(table, static_cast<std::uint32_t>(list.size() / posting_size));
        strings += term;
        lists += list;
    }
    std::string out(magic);
    const std::uint64_t mean = documents.empty() ? 256 : std::max<std::uint64_t>(256, total * 256 / documents.size());
    put32(out, static_cast<std::uint32_t>(documents.size()));
    put32(out, static_cast<std::uint32_t>(postings.size()));
    put32(out, static_cast<std::uint32_t>(std::min<std::uint64_t>(mean, UINT32_MAX)));
    std::size_t at = header;
    for (const std::string* section : {&lengths, &table, &strings, &lists}) {
        put32(out, static_cast<std::uint32_t>(at));
        at += section->size();
    }
    put32(out, static_cast<std::uint32_t>(at));
    return out + lengths + table + strings + lists;
}

Result<SearchIndex> SearchIndex::open(std::string_view bytes) {
    const auto corrupt = [](std::string why) { return fail(Code::internal, "catalogue.corrupt", "search index: " + std::move(why)); };
    if (bytes.size() < header || bytes.substr(0, 4) != magic) {
        return corrupt("no index");
    }
    SearchIndex out;
    out.bytes_ = bytes;
    out.documents_ = get32(bytes, 4);
    out.terms_ = get32(bytes, 8);
    const std::uint64_t lengths = get32(bytes, 16), table = get32(bytes, 20), strings = get32(bytes, 24), lists = get32(bytes, 28);
    const bool ordered = lengths == header && lengths + 4ULL * out.documents_ == table &&
                         table + static_cast<std::uint64_t>(term_size) * out.terms_ == strings && strings <= lists &&
                         lists <= bytes.size() && get32(bytes, 32) == bytes.size();
    if (!ordered) {
        return corrupt("sections do not fit");
    }
    return out;
}

namespace {

class Query {
public:
    Query(std::string_view bytes, std::size_t documents, std::size_t terms)
        : bytes_(bytes), documents_(documents), terms_(terms), table_(get32(bytes, 20)), strings_(get32(bytes, 24)), lists_(get32(bytes, 28)) {}

    // Best score of one word in each document.
    void word(const std::vector<std::string>& alternatives, bool unfinished) {
        best_.clear();
        for (const auto& alternative : alternatives) {
            const std::size_t at = lower_bound(alternative);
            if (at < terms_ && term(at) == alternative) {
                add_term(at, 1.0F);
            }
            if (unfinished && alternative.size() >= 2) {
                for (std::size_t i = at, taken = 0; i < terms_ && taken < most_expansions && term(i).starts_with(alternative); ++i, ++taken) {
                    add_term(i, prefix_weight);
                }
            }
        }
        for (const auto& [document, score] : best_) {
            auto& [sum, words] = totals_[document];
            sum += score;
            ++words;
        }
    }

    // Documents with more of the words come before those with fewer.
    [[nodiscard]] std::vector<Hit> hits(std::size_t words, std::size_t count_wanted) const {
        std::vector<Hit> out;
        out.reserve(totals_.size());
        for (const auto& [document, total] : totals_) {
            const float share = static_cast<float>(total.second) / static_cast<float>(words);
            out.push_back({document, total.first * share * share});
        }
        const auto middle = out.begin() + static_cast<std::ptrdiff_t>(std::min(count_wanted, out.size()));
        std::partial_sort(out.begin(), middle, out.end(), [](const Hit& x, const Hit& y) {
            return x.score != y.score ? x.score > y.score : x.document < y.document;
        });
        out.erase(middle, out.end());
        return out;
    }

private:
    [[nodiscard]] std::string_view term(std::size_t i) const {
        const std::size_t at = table_ + i * term_size;
        return part(bytes_, strings_ + static_cast<std::size_t>(get32(bytes_, at)), get32(bytes_, at + 4));
    }
    [[nodiscard]] std::size_t lower_bound(std::string_view word) const {
        std::size_t low = 0, high = terms_;
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (term(middle) < word) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
    void add_term(std::size_t i, float weight) {
        const std::size_t entry = table_ + i * term_size;
        const std::size_t first = get32(bytes_, entry + 8), number = std::min<std::size_t>(get32(bytes_, entry + 12), documents_);
        const float mean = static_cast<float>(std::max(get32(bytes_, 12), 1U)) / 256.0F;
        const float idf = std::log(1.0F + (static_cast<float>(documents_) - static_cast<float>(number) + 0.5F) / (static_cast<float>(number) + 0.5F));
        for (std::size_t p = 0; p < number; ++p) {
            const std::string_view posting = part(bytes_, lists_ + (first + p) * posting_size, posting_size);
            if (posting.size() < posting_size) {
                return;
            }
            const std::uint32_t document = get32(posting, 0);
            const auto times = [&](std::size_t at) { return static_cast<float>(static_cast<unsigned char>(posting[at])); };
            const float frequency = title_weight * times(4) + body_weight * times(5) + papers_weight * times(6);
            const float length = static_cast<float>(get32(bytes_, header + 4 * static_cast<std::size_t>(document)));
            const float score = weight * idf * frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * length / mean));
            if (document < documents_) {
                float& best = best_[document];
                best = std::max(best, score);
            }
        }
    }

    std::string_view bytes_;
    std::size_t documents_, terms_, table_, strings_, lists_;
    std::unordered_map<std::uint32_t, float> best_;
    std::unordered_map<std::uint32_t, std::pair<float, std::size_t>> totals_;
};

}  // namespace

std::vector<Hit> SearchIndex::search(std::string_view query, std::size_t count_wanted) const {
    query = query.substr(0, longest_query);
    const auto words = lingua::query_words(query);
    if (words.empty() || documents_ == 0) {
        return {};
    }
    Query run(bytes_, documents_, terms_);
    const bool unfinished = !query.empty() && query.back() != ' ';
    for (std::size_t i = 0; i < words.size(); ++i) {
        run.word(words[i].alternatives, unfinished && i + 1 == words.size());
    }
    return run.hits(words.size(), count_wanted);
}

}  // namespace wasl::catalogue
