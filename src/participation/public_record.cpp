#include "participation/public_record.hpp"

#include "participation/impl/acts.hpp"

namespace wasl::participation {

namespace {

json::Object names_object(const Names& names) {
    json::Object out;
    for (const auto& [tag, text] : {std::pair{"ar", &names.ar}, std::pair{"fr", &names.fr}, std::pair{"en", &names.en}, std::pair{"zgh", &names.zgh}}) {
        if (!text->empty()) out.set(tag, *text);
    }
    return out;
}

// Oldest first: the order in which they were said.
Result<std::vector<Comment>> comments_in(store::Reader& reader, std::string_view consultation, std::int64_t article) {
    return find_records<Comment>(reader, {.collection = std::string(rows::comments), .index = "article", .equal = {article_key(consultation, article)}});
}

std::string_view state_of(const Comment& comment) {
    if (comment.hidden()) return "hidden";
    return comment.hiding ? "restored" : "shown";
}

json::Object comment_object(const Comment& comment, const Zone& zone) {
    json::Object out{{"id", comment.id}, {"day", zone.date_at(comment.written).iso()}, {"supports", comment.supports}, {"state", state_of(comment)}};
    if (comment.hidden()) {
        out.set("reason", comment.hiding->reason);
    } else {
        out.set("language", comment.language);
        out.set("text", comment.text);
    }
    return out;
}

json::Object counts_object(const ArticleCounts& counts) {
    return {{"comments", counts.comments}, {"supports", counts.supports}, {"hidden", counts.hidden}};
}

}  // namespace

Result<json::Object> public_record(store::Reader& reader, const Consultation& consultation, const Zone& zone, Instant now) {
    const auto counts = TRY(counts_in(reader, consultation));
    json::Object out{{"id", consultation.id}, {"stage", to_string(consultation.stage(now))}, {"title", names_object(consultation.title)},
                     {"why", names_object(consultation.why)}, {"opens", consultation.opens.iso()}, {"closes", consultation.closes.iso()},
                     {"counts", counts_object(counts.all())}};
    json::Object reasons;
    for (const auto& [reason, count] : counts.hidden_by_reason) reasons.set(reason, count);
    out.set("hidden_by_reason", std::move(reasons));
    json::Array articles;
    for (const auto& article : consultation.articles) {
        json::Object one{{"number", article.number}, {"title", names_object(article.title)}, {"text", names_object(article.text)},
                         {"counts", counts_object(counts.articles.at(article.number))}};
        json::Array comments;
        for (const auto& comment : TRY(comments_in(reader, consultation.id, article.number))) comments.emplace_back(comment_object(comment, zone));
        one.set("comments", std::move(comments));
        if (consultation.answered) one.set("answer", names_object(article.answer));
        articles.emplace_back(std::move(one));
    }
    out.set("articles", std::move(articles));
    if (consultation.answered) {
        out.set("answered", consultation.answered->iso());
        out.set("answer", names_object(consultation.answer));
    }
    return out;
}

Result<std::vector<Row>> public_record_rows(store::Reader& reader, const Consultation& consultation, const Zone& zone) {
    std::vector<Row> out{{"consultation", "article", "comment", "day", "language", "supports", "state", "reason", "text"}};
    for (const auto& article : consultation.articles) {
        for (const auto& comment : TRY(comments_in(reader, consultation.id, article.number))) {
            const bool hidden = comment.hidden();
            out.push_back({consultation.id, std::to_string(article.number), comment.id, zone.date_at(comment.written).iso(), hidden ? "" : comment.language,
                           std::to_string(comment.supports), std::string(state_of(comment)), hidden ? comment.hiding->reason : "", hidden ? "" : comment.text});
        }
    }
    return out;
}

Result<std::vector<Consultation>> all_consultations(store::Reader& reader) {
    return find_records<Consultation>(reader, {.collection = std::string(rows::consultations), .index = "closes"});
}

Result<json::Object> public_records(store::Reader& reader, std::string_view member, const Zone& zone, Instant now) {
    json::Array consultations;
    for (const auto& one : TRY(all_consultations(reader))) consultations.emplace_back(TRY(public_record(reader, one, zone, now)));
    json::Object out{{"format", 1}, {"member", member}};
    out.set("consultations", std::move(consultations));
    return out;
}

}  // namespace wasl::participation
