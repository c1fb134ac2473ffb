// Taking part with one member: every act is one transaction of its store, checked inside it, and may be repeated without
// counting twice. Calls that write wait for the disk.
//
// Error keys: participation.unknown-consultation, participation.unknown-article, participation.unknown-comment,
// participation.unknown-suggestion [not_found] · participation.not-open-yet, participation.closed, participation.not-closed,
// participation.answered-already, participation.voice-used, participation.changed-meanwhile, participation.supported-already,
// participation.own-comment, participation.hidden, participation.not-hidden, participation.contested-already,
// participation.not-contested, participation.contest-decided, participation.handled-already [conflict] ·
// participation.dates, participation.opens-past, participation.too-far, participation.languages-differ, participation.title-missing, participation.unknown-reason,
// participation.answer-incomplete [unprocessable] · participation.not-author, participation.same-agent [forbidden] ·
// those of text.hpp, articles.hpp and voice.hpp.
#pragma once

#include "base/clock.hpp"
#include "participation/records.hpp"
#include "participation/voice.hpp"
#include "store/store.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::participation {

struct ForumPorts {
    std::string member;
    store::Store* store = nullptr;
    const Voices* voices = nullptr;
    Entropy* entropy = nullptr;
    const Clock* clock = nullptr;
};

// A consultation as an agent hands it in; texts are read into articles, and every language given must have the same ones.
// It opens on the day of its publication or later, within a year ("opens-past", "too-far"), and lasts a year at most.
struct Proposal {
    Names title, why, text;
    Instant opens, closes;
};
// "What we did with it": one answer an article, one to the whole; in one language at least.
struct Answers {
    Names whole;
    std::map<std::int64_t, Names> articles;
};

struct ArticleCounts {
    std::int64_t comments = 0;  // all, the hidden ones too
    std::int64_t supports = 0;
    std::int64_t hidden = 0;
    bool operator==(const ArticleCounts&) const = default;
};
// Kept, not counted; by article and, of hidden comments, by reason.
struct Counts {
    std::map<std::int64_t, ArticleCounts> articles;
    std::map<std::string, std::int64_t> hidden_by_reason;
    [[nodiscard]] ArticleCounts all() const noexcept;
    bool operator==(const Counts&) const = default;
};

struct CommentPage {
    std::vector<Comment> comments;  // newest first
    std::string next;
};
struct SuggestionPage {
    std::vector<Suggestion> suggestions;  // waiting: oldest first; handled: newest first
    std::string next;
};
struct SuggestionCounts {
    std::int64_t received = 0, handled = 0, answered = 0;
};

class Forum {
public:
    explicit Forum(ForumPorts ports) : ports_(std::move(ports)) {}

    // --- the member ------------------------------------------------------------------------------
    Result<Consultation> publish(const Proposal& proposal, std::string_view agent);
    // After the closing, once.
    Result<Consultation> answer(std::string_view consultation, const Answers& answers, std::string_view agent);

    // --- everybody -------------------------------------------------------------------------------
    Result<std::vector<Consultation>> calendar(std::size_t limit = 500) const;  // by closing, latest first
    Result<Consultation> find(std::string_view consultation) const;
    Result<Counts> counts(const Consultation& consultation) const;
    Result<CommentPage> comments(std::string_view consultation, std::int64_t article, std::size_t limit, std::string after) const;
    Result<Comment> comment_of(std::string_view id) const;

    // --- a verified person -----------------------------------------------------------------------
    // `seen`: revision of their comment that they have before them, 0: none. The same words again change nothing. "voice-used": this
    // person has spoken on the article; "changed-meanwhile": another window was faster.
    Result<Comment> say(std::string_view consultation, std::int64_t article, std::string_view text, std::int64_t seen, const Speaker& speaker);
    Result<std::optional<Comment>> mine(std::string_view consultation, std::int64_t article, const Speaker& speaker) const;
    Result<Comment> support(std::string_view comment, const Speaker& speaker);
    [[nodiscard]] Result<bool> supports(std::string_view comment, const Speaker& speaker) const;
    Result<Comment> contest(std::string_view comment, std::string_view text, const Speaker& speaker);

    // --- moderation ------------------------------------------------------------------------------
    Result<Comment> hide(std::string_view comment, std::string_view reason, std::string_view words, std::string_view agent);
    Result<Comment> decide_contest(std::string_view comment, bool restore, std::string_view words, std::string_view agent);
    Result<std::vector<Comment>> contested(std::size_t limit = 200) const;  // that wait for a decision, oldest first
    // The account to tell; for the program, never for a page.
    Result<std::string> author_of(const Comment& comment) const;

    // --- suggestions -----------------------------------------------------------------------------
    // `person`: id of the account, empty when nobody is signed in. `once` makes a second click the same suggestion;
    // other words under it are another one.
    Result<Suggestion> suggest(std::string_view page, std::string_view text, std::string_view language, std::string_view person, std::string_view once);
    Result<Suggestion> suggestion(std::string_view id) const;
    Result<SuggestionPage> suggestions(bool handled, std::size_t limit, std::string after) const;
    Result<Suggestion> handle(std::string_view id, std::string_view answer, std::string_view agent);
    Result<std::string> author_of(const Suggestion& suggestion) const;  // empty: nobody to tell
    Result<SuggestionCounts> suggestion_counts() const;

    [[nodiscard]] const ForumPorts& ports() const noexcept { return ports_; }

private:
    ForumPorts ports_;
};

// How many consultations a member has had, closed and answered: of any view of its store.
struct ConsultationCounts {
    std::int64_t published = 0, closed = 0, answered = 0, comments = 0, supports = 0, hidden = 0;
};
Result<ConsultationCounts> count_consultations(store::Reader& reader, Instant now);

}  // namespace wasl::participation
