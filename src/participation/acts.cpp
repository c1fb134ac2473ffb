#include "participation/impl/acts.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace wasl::participation {

Result<Consultation> consultation_in(store::Reader& reader, std::string_view id) {
    auto found = TRY(find_record<Consultation>(reader, rows::consultations, id));
    if (!found) return fail(Code::not_found, "participation.unknown-consultation", std::string(id.substr(0, 40)));
    return std::move(*found);
}

Result<Comment> comment_in(store::Reader& reader, std::string_view id) {
    auto found = TRY(find_record<Comment>(reader, rows::comments, id));
    if (!found) return fail(Code::not_found, "participation.unknown-comment", std::string(id.substr(0, 40)));
    return std::move(*found);
}

Result<Consultation> must_be_open(store::Reader& reader, std::string_view id, Instant now) {
    auto consultation = TRY(consultation_in(reader, id));
    switch (consultation.stage(now)) {
        case Stage::planned: return fail(Code::conflict, "participation.not-open-yet", consultation.opens.iso());
        case Stage::open: return consultation;
        default: return fail(Code::conflict, "participation.closed", consultation.closes.iso());
    }
}

Result<void> put(store::Transaction& tx, const Consultation& consultation) {
    TRY(tx.put(rows::consultations, consultation.id, store::Transaction::any_version, json::write(encode(consultation)), {{"closes", consultation.closes.micros}}));
    return {};
}

Result<void> put(store::Transaction& tx, const Comment& comment) {
    std::optional<std::int64_t> waits;
    if (comment.hiding && comment.hiding->contest && !comment.hiding->decision) waits = comment.hiding->contest->at.micros;
    TRY(tx.put(rows::comments, comment.id, store::Transaction::any_version, json::write(encode(comment)),
               {{"voice", comment.voice}, {"article", article_key(comment.consultation, comment.article)}, {"written", comment.written.micros}, {"contested", waits}}));
    return {};
}

Result<void> put(store::Transaction& tx, const Suggestion& suggestion) {
    std::optional<std::string_view> key;
    if (!suggestion.once.empty()) key = suggestion.once;
    TRY(tx.put(rows::suggestions, suggestion.id, store::Transaction::any_version, json::write(encode(suggestion)),
               {{"state", suggestion.handled ? "handled" : "waiting"}, {"at", suggestion.handled ? suggestion.handled->micros : suggestion.at.micros}, {"once", key}}));
    return {};
}

std::string article_key(std::string_view consultation, std::int64_t article) { return fmt::format("{}/{}", consultation, article); }

std::string count_name(std::string_view consultation, std::int64_t article, std::string_view what) {
    return fmt::format("part/{}/{}/{}", consultation, article, what);
}

std::string reason_count_name(std::string_view consultation, std::string_view reason) { return fmt::format("part/{}/hidden/{}", consultation, reason); }

std::string chain_of(std::string_view consultation) { return fmt::format("participation/{}", consultation); }

std::string commitment(std::string_view salt, std::string_view words) { return sha256(fmt::format("{}{}", salt, '\0'), words).hex(); }

std::string digest_of(const Consultation& consultation) {
    auto text = encode(consultation);
    text.erase("published_by");
    text.erase("answered_by");
    return sha256(json::write(text)).hex();
}

Result<void> note(store::Transaction& tx, std::string chain, std::string_view kind, json::Object content) {
    TRY(tx.append({.chain = std::move(chain), .kind = std::string(kind), .content = json::write(std::move(content))}));
    return {};
}

Result<Counts> counts_in(store::Reader& reader, const Consultation& consultation) {
    Counts out;
    for (const auto& article : consultation.articles) out.articles[article.number];
    const auto prefix = fmt::format("part/{}/", consultation.id);
    for (const auto& counter : TRY(reader.counters(prefix))) {
        const auto parts = split(std::string_view(counter.name).substr(prefix.size()), '/');
        if (parts.size() != 2) continue;
        if (parts[0] == "hidden") {
            if (counter.value != 0) out.hidden_by_reason[std::string(parts[1])] = counter.value;
            continue;
        }
        auto& article = out.articles[to_integer(parts[0]).value_or(0)];
        if (parts[1] == "comments") article.comments = counter.value;
        if (parts[1] == "supports") article.supports = counter.value;
        if (parts[1] == "hidden") article.hidden = counter.value;
    }
    return out;
}

}  // namespace wasl::participation
