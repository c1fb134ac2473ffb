#include "catalogue/impl/compiled.hpp"

#include "catalogue/impl/bytes.hpp"

#include <array>

namespace wasl::catalogue::impl {
namespace {

constexpr std::string_view magic = "WASLCAT3";
constexpr std::size_t header = 84;
constexpr std::size_t record = 140;
constexpr std::array<std::string_view, 4> languages = {"ar", "fr", "en", "zgh"};
constexpr std::size_t titles_at = 48, authorities_at = 80, events_at = 112;

void add_words(std::string& out, const Text& text) {
    for (const auto& wording : text.all()) {
        out += wording.text;
        out += '\n';
    }
}

SearchDocument words_of(const Revision& revision) {
    SearchDocument out;
    add_words(out.title, revision.title);
    add_words(out.body, revision.description);
    add_words(out.body, revision.audience);
    add_words(out.body, revision.authority);
    for (const auto& requirement : revision.requirements) {
        add_words(out.papers, requirement.title);
    }
    return out;
}

}  // namespace

std::string compile(std::span<const std::shared_ptr<const Revision>> sorted_by_id, const Digest& log) {
    std::string records, strings;
    std::vector<SearchDocument> documents;
    const std::size_t strings_at = header + record * sorted_by_id.size();
    const auto put_string = [&](std::string& out, std::string_view text) {
        put32(out, static_cast<std::uint32_t>(strings_at + strings.size()));
        put32(out, static_cast<std::uint32_t>(text.size()));
        strings += text;
    };
    for (const auto& revision : sorted_by_id) {
        std::string one;
        put_string(one, revision->id);
        one += revision->hash.view();
        put32(one, static_cast<std::uint32_t>(revision->kind));
        put32(one, revision->imported_from.empty() ? 0 : 1);
        for (const Text* text : {&revision->title, &revision->authority}) {
            for (const auto language : languages) {
                const auto* wording = text->find(language);
                put_string(one, wording ? std::string_view(wording->text) : std::string_view());
            }
        }
        std::uint32_t events = 0;
        for (const auto event : revision->life_events) events |= 1U << static_cast<unsigned>(event);
        put32(one, events);
        one.resize(record, '\0');
        records += one;
        documents.push_back(words_of(*revision));
    }
    const std::string index = build_index(documents);
    std::string body = records + strings;
    const std::size_t index_at = header + body.size();
    body += index;
    std::string out(magic);
    put32(out, static_cast<std::uint32_t>(sorted_by_id.size()));
    put32(out, static_cast<std::uint32_t>(index_at));
    put32(out, static_cast<std::uint32_t>(header + body.size()));
    out += log.view();
    out += sha256(body).view();
    return out + body;
}

Result<Compiled> Compiled::open(std::string_view bytes) {
    const auto corrupt = [](std::string why) { return fail(Code::internal, "catalogue.corrupt", "catalogue.bin: " + std::move(why)); };
    if (bytes.size() < header || bytes.substr(0, 8) != magic) {
        return corrupt("of another version");
    }
    Compiled out;
    out.bytes_ = bytes;
    out.count_ = get32(bytes, 8);
    const std::size_t index_at = get32(bytes, 12);
    if (get32(bytes, 16) != bytes.size() || index_at > bytes.size() || header + record * out.count_ > index_at) {
        return corrupt("sections do not fit");
    }
    if (sha256(bytes.substr(header)).view() != bytes.substr(52, 32)) {
        return corrupt("its digest differs");
    }
    out.index_ = TRY(SearchIndex::open(bytes.substr(index_at)));
    if (out.index_.documents() != out.count_) {
        return corrupt("its index is of another catalogue");
    }
    return out;
}

std::string_view Compiled::string_at(std::size_t record_offset) const noexcept {
    return part(bytes_, get32(bytes_, record_offset), get32(bytes_, record_offset + 4));
}

Digest Compiled::log() const { return digest_from_bytes(bytes_.substr(20, 32)); }

std::string_view Compiled::id(std::size_t number) const noexcept { return string_at(header + record * number); }

Digest Compiled::hash(std::size_t number) const { return digest_from_bytes(bytes_.substr(header + record * number + 8, 32)); }

std::optional<std::size_t> Compiled::find(std::string_view wanted) const noexcept {
    std::size_t low = 0, high = count_;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (id(middle) < wanted) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < count_ && id(low) == wanted ? std::optional(low) : std::nullopt;
}

bool Compiled::belongs_to(std::size_t number, LifeEvent event) const noexcept {
    return (get32(bytes_, header + record * number + events_at) >> static_cast<unsigned>(event) & 1U) != 0;
}

Summary Compiled::summary(std::size_t number, std::string_view language) const {
    const std::size_t at = header + record * number;
    Summary out;
    out.id = id(number);
    out.hash = hash(number);
    out.kind = static_cast<Kind>(std::min<std::uint32_t>(get32(bytes_, at + 40), 7));
    out.imported = get32(bytes_, at + 44) != 0;
    // The language asked for, else ar, fr, en, zgh.
    const auto best = [&](std::size_t from, std::string* tag) {
        for (std::size_t round = 0; round < 2; ++round) {
            for (std::size_t i = 0; i < languages.size(); ++i) {
                const std::string_view text = string_at(at + from + 8 * i);
                if (!text.empty() && (round == 1 || languages[i] == language)) {
                    if (tag) {
                        *tag = languages[i];
                    }
                    return std::string(text);
                }
            }
        }
        return std::string();
    };
    out.title = best(titles_at, &out.language);
    out.authority = best(authorities_at, nullptr);
    return out;
}

}  // namespace wasl::catalogue::impl
