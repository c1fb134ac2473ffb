#include "lingua/stem.hpp"

#include "base/text.hpp"
#include "lingua/fold.hpp"

#include <libstemmer.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <unordered_set>

namespace wasl::lingua {

namespace {

constexpr std::size_t longest_word = 64;    // bytes; longer runs are cut, no word of ours is that long
constexpr std::size_t most_query_words = 16;

struct Delete {
    void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

// Snowball objects keep state: one set a thread.
class Stemmers {
public:
    std::string arabic(const std::string& word) { return stem(*arabic_, word); }
    std::string french(const std::string& word) { return stem(*french_, word); }
    std::string english(const std::string& word) { return stem(*english_, word); }

private:
    using Owned = std::unique_ptr<sb_stemmer, Delete>;

    static Owned make(const char* name) {
        Owned made(sb_stemmer_new(name, "UTF_8"));
        return made ? std::move(made) : throw std::logic_error(std::string("no stemmer for ") + name);
    }
    static std::string stem(sb_stemmer& stemmer, const std::string& word) {
        const auto* bytes = reinterpret_cast<const sb_symbol*>(word.data());
        const auto* out = sb_stemmer_stem(&stemmer, bytes, static_cast<int>(word.size()));
        if (out == nullptr || sb_stemmer_length(&stemmer) == 0) {
            return word;
        }
        return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(sb_stemmer_length(&stemmer))};
    }

    Owned arabic_ = make("arabic"), french_ = make("french"), english_ = make("english");
};

Stemmers& stemmers() {
    thread_local Stemmers own;
    return own;
}

bool is_word_character(char32_t c) {
    return c < 0x80 ? (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') : u_isalnum(static_cast<UChar32>(c)) != 0;
}

// Splits folded text at everything that is no letter or digit. An elided article or preposition
// (d', l', qu' …) is a word of its own that `is_little` drops.
template <class Each>
void each_word(std::string_view folded, Each each) {
    std::size_t start = 0, end = 0;
    bool inside = false;
    const auto flush = [&] {
        if (inside) {
            each(folded.substr(start, end - start));
        }
        inside = false;
    };
    for (std::size_t at = 0; at < folded.size();) {
        const std::size_t here = at;
        const char32_t c = next_code_point(folded, at);
        if (c == 0xFFFD || !is_word_character(c)) {
            flush();
            continue;
        }
        if (!inside) {
            start = here;
            inside = true;
        }
        if (at - start <= longest_word) {
            end = at;
        }
    }
    flush();
}

// Articles, prepositions and question words of the three languages, folded; they never narrow a search.
bool is_little(const std::string& word) {
    static const std::unordered_set<std::string> little{
        "d", "l", "j", "m", "n", "s", "t", "c", "qu", "de", "du", "des", "la", "le", "les", "un", "une", "et", "a", "au",
        "aux", "en", "pour", "par", "sur", "dans", "avec", "ou", "mon", "ma", "mes", "son", "sa", "ses", "ce", "cette", "je",
        "comment", "faire", "the", "of", "an", "and", "to", "for", "in", "on", "at", "my", "how", "get", "i", "is",
        "في", "من", "علي", "الي", "عن", "او", "و", "مع", "هل", "كيف", "ما", "هذا", "هذه", "التي", "الذي", "انا", "بي", "لي"};
    return little.contains(word);
}

bool has_arabic(std::string_view word) {
    const auto first = static_cast<unsigned char>(word.front());
    return first >= 0xD8 && first <= 0xDB;  // U+0600–06FF in UTF-8
}

// Snowball knows ta marbuta by its dots, which folding and hurried typing drop, and keeps some articles:
// «الشهادة», «شهاده» and «شهادات» meet here. Two bytes a letter; at least three letters stay.
std::string without_article_and_ending(std::string_view word) {
    constexpr std::size_t least = 6;
    for (const std::string_view article : {"وال", "بال", "كال", "فال", "ال", "لل"}) {
        if (word.starts_with(article) && word.size() >= article.size() + least) {
            word.remove_prefix(article.size());
            break;
        }
    }
    for (const std::string_view ending : {"ات", "ه"}) {
        if (word.ends_with(ending) && word.size() >= ending.size() + least) {
            word.remove_suffix(ending.size());
            break;
        }
    }
    return std::string(word);
}

// The folded word and its stems, without repetition.
std::vector<std::string> forms(const std::string& word) {
    std::vector<std::string> found{word};
    const auto add = [&](std::string stem) {
        if (std::ranges::find(found, stem) == found.end()) {
            found.push_back(std::move(stem));
        }
    };
    if (has_arabic(word)) {
        add(fold(stemmers().arabic(word)));
        const std::string light = without_article_and_ending(word);
        add(light);
        add(fold(stemmers().arabic(light)));
    } else if (static_cast<unsigned char>(word.front()) < 0x80 && !(word.front() >= '0' && word.front() <= '9')) {
        add(stemmers().french(word));
        add(stemmers().english(word));
    }
    return found;
}

}  // namespace

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> found;
    each_word(fold(text), [&](std::string_view word) { found.emplace_back(word); });
    return found;
}

std::string index_tokens(std::string_view text) {
    std::string out;
    out.reserve(text.size() * 2);
    each_word(fold(text), [&](std::string_view word) {
        for (const auto& form : forms(std::string(word))) {
            (out += out.empty() ? "" : " ") += form;
        }
    });
    return out;
}

std::vector<QueryWord> query_words(std::string_view query) {
    auto all = words(query);
    if (std::ranges::any_of(all, [](const auto& word) { return !is_little(word); })) {
        std::erase_if(all, [](const auto& word) { return is_little(word); });
    }
    std::vector<QueryWord> found;
    for (const auto& word : all) {
        if (found.size() == most_query_words) {
            break;
        }
        QueryWord next{forms(word)};
        if (std::ranges::find(found, next) == found.end()) {
            found.push_back(std::move(next));
        }
    }
    return found;
}

}  // namespace wasl::lingua
