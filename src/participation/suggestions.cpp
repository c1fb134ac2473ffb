// A word on a page, from anybody, with an office that reads it.
#include "participation/impl/acts.hpp"
#include "participation/text.hpp"

#include "base/digest.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace wasl::participation {

namespace {

constexpr std::size_t longest_page = 300, longest_once = 80, salt_bytes = 16;

Result<Suggestion> suggestion_in(store::Reader& reader, std::string_view id) {
    auto found = TRY(find_record<Suggestion>(reader, rows::suggestions, id));
    if (!found) return fail(Code::not_found, "participation.unknown-suggestion", std::string(id.substr(0, 40)));
    return std::move(*found);
}

// Of one form, by its own key, and of the words in it: whoever goes back, writes something else and sends again says something else.
std::string once_key(std::string_view form, std::string_view page, std::string_view text) {
    if (form.empty()) return {};
    const auto print = sha256(fmt::format("{}\n{}", page, text)).hex();
    return fmt::format("{}/{}", form, std::string_view(print).substr(0, 32));
}

}  // namespace

Result<Suggestion> Forum::suggest(std::string_view page, std::string_view typed, std::string_view language, std::string_view person, std::string_view once) {
    Suggestion fresh{.id = random_id(*ports_.entropy), .page = TRY(clean_optional_text(page, longest_page)), .text = TRY(clean_text(typed, longest_suggestion)),
                     .language = std::string(language), .at = {}, .author = {}, .salt = to_hex(ports_.entropy->bytes(salt_bytes)),
                     .once = TRY(clean_optional_text(once, longest_once)), .handled = {}, .handled_by = {}, .answer = {}};
    fresh.once = once_key(fresh.once, fresh.page, fresh.text);
    if (!person.empty()) fresh.author = ports_.voices->seal(person, fresh.id, *ports_.entropy);
    Suggestion out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        if (!fresh.once.empty()) {
            if (const auto first = TRY(tx.get_by(rows::suggestions, "once", {fresh.once}))) {
                out = TRY(decode<Suggestion>(first->body));
                return {};
            }
        }
        out = fresh;
        out.at = tx.now();
        TRY(put(tx, out));
        TRY(tx.bump("part-suggestions/received", 1));
        return note(tx, std::string(suggestions_chain), "forum.suggestion", {{"suggestion", out.id}, {"commitment", commitment(out.salt, out.text)}});
    }));
    return out;
}

Result<Suggestion> Forum::suggestion(std::string_view id) const {
    const auto reader = TRY(ports_.store->read());
    return suggestion_in(*reader, id);
}

Result<SuggestionPage> Forum::suggestions(bool handled, std::size_t limit, std::string after) const {
    const auto reader = TRY(ports_.store->read());
    const auto page = TRY(reader->find({.collection = std::string(rows::suggestions), .index = "state", .equal = {handled ? "handled" : "waiting"},
                                        .descending = handled, .limit = limit, .after = std::move(after)}));
    SuggestionPage out;
    for (const auto& document : page.documents) out.suggestions.push_back(TRY(decode<Suggestion>(document.body)));
    out.next = page.next;
    return out;
}

Result<Suggestion> Forum::handle(std::string_view id, std::string_view typed, std::string_view agent) {
    const auto answer = TRY(clean_optional_text(typed, longest_answer));
    Suggestion out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        out = TRY(suggestion_in(tx, id));
        if (out.handled) {
            if (out.answer == answer) return {};  // a second click
            return fail(Code::conflict, "participation.handled-already", out.handled->iso());
        }
        out.handled = tx.now();
        out.handled_by = agent;
        out.answer = answer;
        TRY(put(tx, out));
        TRY(tx.bump("part-suggestions/handled", 1));
        if (!answer.empty()) TRY(tx.bump("part-suggestions/answered", 1));
        return note(tx, std::string(suggestions_chain), "forum.suggestion-handled",
                    {{"suggestion", out.id}, {"commitment", commitment(out.salt, answer)}, {"by", agent}});
    }));
    return out;
}

Result<std::string> Forum::author_of(const Suggestion& suggestion) const {
    if (suggestion.author.empty()) return std::string();
    return ports_.voices->open(suggestion.author, suggestion.id);
}

Result<SuggestionCounts> Forum::suggestion_counts() const {
    const auto reader = TRY(ports_.store->read());
    return SuggestionCounts{TRY(reader->counter("part-suggestions/received")), TRY(reader->counter("part-suggestions/handled")),
                            TRY(reader->counter("part-suggestions/answered"))};
}

}  // namespace wasl::participation
