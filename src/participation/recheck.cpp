#include "participation/recheck.hpp"

#include "participation/impl/acts.hpp"

#include <fmt/format.h>

namespace wasl::participation {

namespace {

auto unlike(std::string_view what, std::string_view id) {
    return fail(Code::internal, "recheck.participation-differs", fmt::format("{} {}", what, id));
}

auto miscounted(std::string_view what, std::string_view id) {
    return fail(Code::internal, "recheck.participation-counts", fmt::format("{} {}", what, id));
}

std::string text_in(const json::Value& content, std::string_view name) { return std::string(content[name].text_or("")); }

}  // namespace

Result<void> ForumRecheck::visit(const store::JournalRow& row) {
    constexpr std::string_view ours = "forum.";
    if (!row.kind.starts_with(ours)) return {};
    ++entries_;
    const auto content = json::parse(row.content);
    if (row.erased || !content) return fail(Code::internal, "recheck.participation-unreadable", std::to_string(row.seq));
    const auto what = std::string_view(row.kind).substr(ours.size());
    const auto id = text_in(*content, "comment");
    if (what == "published" || what == "answered") {
        consultations_[text_in(*content, "consultation")] = text_in(*content, "digest");
    } else if (what == "comment") {
        auto& said = comments_[id];
        const auto revision = (*content)["revision"].integer_or(0);
        if (revision != said.revision + 1) return fail(Code::internal, "recheck.participation-unreadable", fmt::format("{}: revision {}", row.seq, revision));
        said.consultation = text_in(*content, "consultation");
        said.article = (*content)["article"].integer_or(0);
        said.revision = revision;
        said.commitment = text_in(*content, "commitment");
    } else if (what == "support") {
        if (!comments_[id].supports.insert(text_in(*content, "commitment")).second) return miscounted("the same support twice:", id);
    } else if (what == "hidden") {
        comments_[id].hidden = text_in(*content, "reason");
    } else if (what == "contest-decided") {
        if ((*content)["restored"].bool_or(false)) comments_[id].hidden.clear();
    } else if (what == "suggestion") {
        suggestions_[text_in(*content, "suggestion")].commitment = text_in(*content, "commitment");
    } else if (what == "suggestion-handled") {
        suggestions_[text_in(*content, "suggestion")].handled = text_in(*content, "commitment");
    } else if (what != "contested") {
        return fail(Code::internal, "recheck.participation-unreadable", row.kind);
    }
    return {};
}

Result<void> ForumRecheck::finish() {
    TRY(check_consultations());
    TRY(check_comments());
    TRY(check_supports());
    TRY(check_suggestions());
    return check_counts();
}

Result<void> ForumRecheck::check_consultations() {
    std::size_t kept = 0;
    for (const auto& one : TRY(find_records<Consultation>(reader_, {.collection = std::string(rows::consultations)}))) {
        const auto known = consultations_.find(one.id);
        if (known == consultations_.end() || known->second != digest_of(one)) return unlike("consultation", one.id);
        ++kept;
    }
    return kept == consultations_.size() ? Result<void>() : unlike("consultations", std::to_string(kept));
}

Result<void> ForumRecheck::check_comments() {
    std::size_t kept = 0;
    for (const auto& one : TRY(find_records<Comment>(reader_, {.collection = std::string(rows::comments)}))) {
        const auto known = comments_.find(one.id);
        if (known == comments_.end()) return unlike("comment", one.id);
        const auto& said = known->second;
        const bool same = said.commitment == commitment(one.salt, one.text) && said.revision == one.revision && said.article == one.article &&
                          said.consultation == one.consultation && said.hidden == (one.hidden() ? one.hiding->reason : "");
        if (!same) return unlike("comment", one.id);
        if (one.supports != static_cast<std::int64_t>(said.supports.size())) return miscounted("supports of", one.id);
        ++kept;
    }
    return kept == comments_.size() ? Result<void>() : unlike("comments", std::to_string(kept));
}

Result<void> ForumRecheck::check_supports() {
    std::size_t kept = 0, told = 0;
    for (const auto& one : TRY(find_records<Support>(reader_, {.collection = std::string(rows::supports)}))) {
        const auto known = comments_.find(one.comment);
        if (known == comments_.end() || !known->second.supports.contains(commitment(one.salt, one.voice))) return unlike("support of", one.comment);
        ++kept;
    }
    for (const auto& [id, said] : comments_) told += said.supports.size();
    return kept == told ? Result<void>() : miscounted("supports:", fmt::format("{} of {}", kept, told));
}

Result<void> ForumRecheck::check_suggestions() {
    std::size_t kept = 0;
    for (const auto& one : TRY(find_records<Suggestion>(reader_, {.collection = std::string(rows::suggestions)}))) {
        const auto known = suggestions_.find(one.id);
        if (known == suggestions_.end() || known->second.commitment != commitment(one.salt, one.text)) return unlike("suggestion", one.id);
        if (known->second.handled != (one.handled ? commitment(one.salt, one.answer) : "")) return unlike("answer to suggestion", one.id);
        ++kept;
    }
    if (kept != suggestions_.size()) return unlike("suggestions", std::to_string(kept));
    const auto received = TRY(reader_.counter("part-suggestions/received"));
    return received == static_cast<std::int64_t>(kept) ? Result<void>() : miscounted("suggestions", std::to_string(received));
}

Result<void> ForumRecheck::check_counts() {
    std::map<std::string, Counts> expected;
    for (const auto& [id, said] : comments_) {
        auto& counts = expected[said.consultation];
        auto& article = counts.articles[said.article];
        ++article.comments;
        article.supports += static_cast<std::int64_t>(said.supports.size());
        if (said.hidden.empty()) continue;
        ++article.hidden;
        ++counts.hidden_by_reason[said.hidden];
    }
    for (const auto& one : TRY(find_records<Consultation>(reader_, {.collection = std::string(rows::consultations)}))) {
        auto& counts = expected[one.id];
        for (const auto& article : one.articles) counts.articles[article.number];
        if (!(counts == TRY(counts_in(reader_, one)))) return miscounted("consultation", one.id);
    }
    return {};
}

}  // namespace wasl::participation
