// Hiding with a reason and words, the author's one contest, and its decision by another agent: the last word.
#include "participation/impl/acts.hpp"
#include "participation/text.hpp"

namespace wasl::participation {

namespace {

Result<void> count_hidden(store::Transaction& tx, const Comment& comment, std::int64_t by) {
    TRY(tx.bump(count_name(comment.consultation, comment.article, "hidden"), by));
    TRY(tx.bump(reason_count_name(comment.consultation, comment.hiding->reason), by));
    return {};
}

}  // namespace

Result<Comment> Forum::hide(std::string_view id, std::string_view reason, std::string_view typed, std::string_view agent) {
    if (!is_hiding_reason(reason)) return fail(Code::unprocessable, "participation.unknown-reason", std::string(reason.substr(0, 40)));
    const auto words = TRY(clean_text(typed, longest_words));
    Comment out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        out = TRY(comment_in(tx, id));
        if (out.hiding && out.hiding->decision) return fail(Code::conflict, "participation.contest-decided", out.id);
        if (out.hiding) return fail(Code::conflict, "participation.hidden", out.id);
        out.hiding = Hiding{.reason = std::string(reason), .words = words, .by = std::string(agent), .at = tx.now(), .contest = {}, .decision = {}};
        TRY(put(tx, out));
        TRY(count_hidden(tx, out, 1));
        return note(tx, chain_of(out.consultation), "forum.hidden", {{"comment", out.id}, {"reason", reason}, {"by", agent}});
    }));
    return out;
}

Result<Comment> Forum::contest(std::string_view id, std::string_view typed, const Speaker& speaker) {
    const auto words = TRY(clean_text(typed, longest_words));
    Comment out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        out = TRY(comment_in(tx, id));
        if (out.voice != TRY(ports_.voices->on_article(speaker, out.consultation, out.article))) return fail(Code::forbidden, "participation.not-author");
        if (!out.hiding) return fail(Code::conflict, "participation.not-hidden", out.id);
        if (out.hiding->contest) {
            if (out.hiding->contest->text == words) return {};  // a second click
            return fail(Code::conflict, "participation.contested-already", out.id);
        }
        out.hiding->contest = Contest{words, tx.now()};
        TRY(put(tx, out));
        return note(tx, chain_of(out.consultation), "forum.contested", {{"comment", out.id}, {"commitment", commitment(out.salt, words)}});
    }));
    return out;
}

Result<Comment> Forum::decide_contest(std::string_view id, bool restore, std::string_view typed, std::string_view agent) {
    const auto words = TRY(clean_text(typed, longest_words));
    Comment out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        out = TRY(comment_in(tx, id));
        if (!out.hiding || !out.hiding->contest) return fail(Code::conflict, "participation.not-contested", out.id);
        if (out.hiding->decision) return fail(Code::conflict, "participation.contest-decided", out.id);
        if (out.hiding->by == agent) return fail(Code::forbidden, "participation.same-agent");
        out.hiding->decision = ContestDecision{.restored = restore, .words = words, .by = std::string(agent), .at = tx.now()};
        TRY(put(tx, out));
        if (restore) TRY(count_hidden(tx, out, -1));
        return note(tx, chain_of(out.consultation), "forum.contest-decided", {{"comment", out.id}, {"restored", restore}, {"by", agent}});
    }));
    return out;
}

Result<std::vector<Comment>> Forum::contested(std::size_t limit) const {
    const auto reader = TRY(ports_.store->read());
    return find_records<Comment>(*reader, {.collection = std::string(rows::comments), .index = "contested"}, limit);
}

Result<std::string> Forum::author_of(const Comment& comment) const { return ports_.voices->open(comment.author, comment.id); }

}  // namespace wasl::participation
