// One voice an article, and one support a comment: everything that decides it happens inside the store's transaction.
#include "participation/impl/acts.hpp"
#include "participation/text.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

namespace wasl::participation {

namespace {

constexpr std::size_t salt_bytes = 16;

Result<std::optional<Comment>> by_voice(store::Reader& reader, std::string_view voice) {
    const auto document = TRY(reader.get_by(rows::comments, "voice", {voice}));
    if (!document) return std::nullopt;
    return TRY(decode<Comment>(document->body));
}

json::Object said(const Comment& comment) {
    return {{"consultation", comment.consultation}, {"article", comment.article}, {"comment", comment.id}, {"revision", comment.revision},
            {"commitment", commitment(comment.salt, comment.text)}};
}

// The words of who has spoken already: changed, kept, or refused with what stands against it.
Result<void> change(store::Transaction& tx, Comment& comment, std::string_view words, std::int64_t seen, std::string salt) {
    if (comment.text == words) return {};  // a second click, a replay
    if (seen == 0) return fail(Code::conflict, "participation.voice-used", comment.id);
    if (seen != comment.revision) return fail(Code::conflict, "participation.changed-meanwhile", std::to_string(comment.revision));
    if (comment.hiding) return fail(Code::conflict, "participation.hidden", comment.id);
    comment.text = words;
    comment.salt = std::move(salt);
    ++comment.revision;
    TRY(put(tx, comment));
    return note(tx, chain_of(comment.consultation), "forum.comment", said(comment));
}

}  // namespace

Result<Comment> Forum::say(std::string_view consultation, std::int64_t article, std::string_view typed, std::int64_t seen, const Speaker& speaker) {
    const auto voice = TRY(ports_.voices->on_article(speaker, consultation, article));
    const auto words = TRY(clean_text(typed, longest_comment));
    Comment fresh{.id = random_id(*ports_.entropy), .consultation = std::string(consultation), .article = article, .text = words,
                  .language = speaker.language, .written = {}, .hiding = {}, .voice = voice, .author = {},
                  .salt = to_hex(ports_.entropy->bytes(salt_bytes))};
    fresh.author = ports_.voices->seal(speaker.person, fresh.id, *ports_.entropy);
    Comment out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        const auto stands = TRY(must_be_open(tx, consultation, tx.now()));
        if (stands.article(article) == nullptr) return fail(Code::not_found, "participation.unknown-article", std::to_string(article));
        if (auto mine = TRY(by_voice(tx, voice))) {
            out = std::move(*mine);
            return change(tx, out, words, seen, fresh.salt);
        }
        if (seen != 0) return fail(Code::conflict, "participation.changed-meanwhile", "0");
        out = fresh;
        out.written = tx.now();
        TRY(put(tx, out));
        TRY(tx.bump(count_name(consultation, article, "comments"), 1));
        return note(tx, chain_of(consultation), "forum.comment", said(out));
    }));
    return out;
}

Result<std::optional<Comment>> Forum::mine(std::string_view consultation, std::int64_t article, const Speaker& speaker) const {
    if (!speaker.verified()) return std::nullopt;
    const auto reader = TRY(ports_.store->read());
    return by_voice(*reader, TRY(ports_.voices->on_article(speaker, consultation, article)));
}

Result<Comment> Forum::support(std::string_view id, const Speaker& speaker) {
    Support support{.comment = std::string(id), .voice = TRY(ports_.voices->on_comment(speaker, id)), .salt = to_hex(ports_.entropy->bytes(salt_bytes))};
    Comment out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        out = TRY(comment_in(tx, id));
        TRY(must_be_open(tx, out.consultation, tx.now()));
        if (out.hidden()) return fail(Code::conflict, "participation.hidden", out.id);
        // Also from another account: the voice is the person's.
        if (out.voice == TRY(ports_.voices->on_article(speaker, out.consultation, out.article))) return fail(Code::conflict, "participation.own-comment");
        if (TRY(tx.get(rows::supports, support.key()))) return fail(Code::conflict, "participation.supported-already");
        TRY(tx.put(rows::supports, support.key(), store::Transaction::must_not_exist, json::write(encode(support))));
        ++out.supports;
        TRY(put(tx, out));
        TRY(tx.bump(count_name(out.consultation, out.article, "supports"), 1));
        return note(tx, chain_of(out.consultation), "forum.support",
                    {{"comment", out.id}, {"commitment", commitment(support.salt, support.voice)}});
    }));
    return out;
}

Result<bool> Forum::supports(std::string_view comment, const Speaker& speaker) const {
    if (!speaker.verified()) return false;
    const auto reader = TRY(ports_.store->read());
    const Support mine{.comment = std::string(comment), .voice = TRY(ports_.voices->on_comment(speaker, comment)), .salt = {}};
    return TRY(reader->get(rows::supports, mine.key())).has_value();
}

Result<CommentPage> Forum::comments(std::string_view consultation, std::int64_t article, std::size_t limit, std::string after) const {
    const auto reader = TRY(ports_.store->read());
    const auto page = TRY(reader->find({.collection = std::string(rows::comments), .index = "article", .equal = {article_key(consultation, article)},
                                        .descending = true, .limit = limit, .after = std::move(after)}));
    CommentPage out;
    for (const auto& document : page.documents) out.comments.push_back(TRY(decode<Comment>(document.body)));
    out.next = page.next;
    return out;
}

Result<Comment> Forum::comment_of(std::string_view id) const {
    const auto reader = TRY(ports_.store->read());
    return comment_in(*reader, id);
}

}  // namespace wasl::participation
