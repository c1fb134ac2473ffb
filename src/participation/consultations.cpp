// Publishing, answering, and what everybody reads.
#include "participation/articles.hpp"
#include "participation/impl/acts.hpp"
#include "participation/text.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

#include <array>

namespace wasl::participation {

namespace {

constexpr std::array all_languages = {&Names::ar, &Names::fr, &Names::en, &Names::zgh};

Result<Names> clean_names(const Names& typed, std::size_t longest) {
    Names out;
    for (const auto language : all_languages) out.*language = TRY(clean_optional_text(typed.*language, longest));
    return out;
}

bool says_nothing(const Names& names) {
    return std::ranges::all_of(all_languages, [&](auto language) { return (names.*language).empty(); });
}

// Each language is read by itself; all of them must have the same articles.
Result<std::vector<Article>> articles_of(const Names& text) {
    std::vector<Article> out;
    for (const auto language : all_languages) {
        if (trim(text.*language).empty()) continue;
        auto read = TRY(read_articles(text.*language));
        if (out.empty()) {
            for (const auto& article : read) out.push_back({.number = article.number, .title = {}, .text = {}, .answer = {}});
        }
        const bool same = std::ranges::equal(out, read, {}, &Article::number, &ArticleText::number);
        if (!same) return fail(Code::unprocessable, "participation.languages-differ");
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i].title.*language = std::move(read[i].title);
            out[i].text.*language = std::move(read[i].text);
        }
    }
    if (out.empty()) return fail(Code::unprocessable, "participation.no-article");
    return out;
}

constexpr std::int64_t an_hour = 3'600, a_day = 24 * an_hour, a_year = 366 * a_day + an_hour;  // an hour: a change of the zone

// What is published stands for good, so its days must be days that can be kept and written.
Result<void> check_dates(Instant opens, Instant closes, Instant now) {
    if (closes <= opens || closes <= now) return fail(Code::unprocessable, "participation.dates");
    // Today began a day ago at most, or an hour more when the clock was put back.
    if (opens <= now.plus_seconds(-a_day - an_hour)) return fail(Code::unprocessable, "participation.opens-past", opens.iso());
    if (opens > now.plus_seconds(a_year) || closes > opens.plus_seconds(a_year)) return fail(Code::unprocessable, "participation.too-far", closes.iso());
    return {};
}

json::Object fact_of(const Consultation& consultation, std::string_view agent) {
    return {{"consultation", consultation.id}, {"digest", digest_of(consultation)}, {"by", agent}};
}

}  // namespace

Result<Consultation> Forum::publish(const Proposal& proposal, std::string_view agent) {
    Consultation out;
    out.title = TRY(clean_names(proposal.title, longest_title));
    out.why = TRY(clean_names(proposal.why, longest_why));
    if (says_nothing(out.title)) return fail(Code::unprocessable, "participation.title-missing");
    if (says_nothing(out.why)) return fail(Code::unprocessable, "participation.text-missing", "why");
    out.articles = TRY(articles_of(proposal.text));
    out.opens = proposal.opens;
    out.closes = proposal.closes;
    out.published_by = agent;
    out.id = random_id(*ports_.entropy);
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(check_dates(out.opens, out.closes, tx.now()));
        out.published = tx.now();
        TRY(put(tx, out));
        return note(tx, chain_of(out.id), "forum.published", fact_of(out, agent));
    }));
    return out;
}

Result<Consultation> Forum::answer(std::string_view id, const Answers& answers, std::string_view agent) {
    const auto whole = TRY(clean_names(answers.whole, longest_answer));
    std::map<std::int64_t, Names> by_article;
    for (const auto& [number, words] : answers.articles) by_article[number] = TRY(clean_names(words, longest_answer));
    Consultation out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        out = TRY(consultation_in(tx, id));
        if (out.answered) return fail(Code::conflict, "participation.answered-already", out.answered->iso());
        if (out.stage(tx.now()) != Stage::closed) return fail(Code::conflict, "participation.not-closed", out.closes.iso());
        if (says_nothing(whole)) return fail(Code::unprocessable, "participation.answer-incomplete", "whole");
        for (const auto& [number, words] : by_article) {
            if (out.article(number) == nullptr) return fail(Code::not_found, "participation.unknown-article", std::to_string(number));
        }
        for (auto& article : out.articles) {
            article.answer = by_article[article.number];
            if (says_nothing(article.answer)) return fail(Code::unprocessable, "participation.answer-incomplete", std::to_string(article.number));
        }
        out.answer = whole;
        out.answered = tx.now();
        out.answered_by = agent;
        TRY(put(tx, out));
        return note(tx, chain_of(out.id), "forum.answered", fact_of(out, agent));
    }));
    return out;
}

Result<std::vector<Consultation>> Forum::calendar(std::size_t limit) const {
    const auto reader = TRY(ports_.store->read());
    return find_records<Consultation>(*reader, {.collection = std::string(rows::consultations), .index = "closes", .descending = true}, limit);
}

Result<Consultation> Forum::find(std::string_view id) const {
    const auto reader = TRY(ports_.store->read());
    return consultation_in(*reader, id);
}

Result<Counts> Forum::counts(const Consultation& consultation) const {
    const auto reader = TRY(ports_.store->read());
    return counts_in(*reader, consultation);
}

ArticleCounts Counts::all() const noexcept {
    ArticleCounts out;
    for (const auto& [number, one] : articles) {
        out.comments += one.comments;
        out.supports += one.supports;
        out.hidden += one.hidden;
    }
    return out;
}

Result<ConsultationCounts> count_consultations(store::Reader& reader, Instant now) {
    ConsultationCounts out;
    for (const auto& one : TRY(find_records<Consultation>(reader, {.collection = std::string(rows::consultations)}))) {
        const auto stage = one.stage(now);
        ++out.published;
        out.closed += stage == Stage::closed || stage == Stage::answered ? 1 : 0;
        out.answered += stage == Stage::answered ? 1 : 0;
        const auto counts = TRY(counts_in(reader, one)).all();
        out.comments += counts.comments;
        out.supports += counts.supports;
        out.hidden += counts.hidden;
    }
    return out;
}

}  // namespace wasl::participation
