// What is kept about taking part: one document each, as JSON. Nobody's name stands here but ids of agents.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "jurisdiction/words.hpp"
#include "store/schema.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::participation {

namespace rows {  // collections
inline constexpr std::string_view consultations = "part_consultation", comments = "part_comment", supports = "part_support",
                                  suggestions = "part_suggestion";
}

// Collections of this module; add them to the member's schema.
std::vector<store::CollectionSpec> participation_collections();

using jurisdiction::Names;  // a text in ar, fr, en, zgh; one language at least

// Lengths, in characters (code points).
inline constexpr std::size_t longest_title = 200, longest_why = 4'000, longest_article = 20'000, longest_comment = 2'000,
                             longest_suggestion = 1'000, longest_answer = 5'000, longest_words = 500, most_articles = 200;

// Why a comment may be hidden; nothing else is a reason.
inline constexpr std::array<std::string_view, 5> hiding_reasons = {"insult", "hatred", "private-data", "advertising", "off-topic"};
[[nodiscard]] bool is_hiding_reason(std::string_view code) noexcept;

struct Article {
    std::int64_t number = 0;  // 1 and up, as in the text
    Names title;              // may be empty
    Names text;
    Names answer;             // what was done with the comments on it; empty until answered
    bool operator==(const Article&) const = default;
};

enum class Stage : std::uint8_t { planned, open, closed, answered };
std::string_view to_string(Stage stage) noexcept;

struct Consultation {
    std::string id;
    Names title, why;
    std::vector<Article> articles;  // by number
    Instant published;
    std::string published_by;       // agent
    Instant opens, closes;          // comments in [opens, closes)
    Names answer;                   // to all of it
    std::optional<Instant> answered;
    std::string answered_by;

    [[nodiscard]] Stage stage(Instant now) const noexcept;
    [[nodiscard]] const Article* article(std::int64_t number) const noexcept;
    bool operator==(const Consultation&) const = default;
};

// An author says once that the hiding was wrong; another agent than the one who hid decides.
struct Contest {
    std::string text;
    Instant at;
    bool operator==(const Contest&) const = default;
};
struct ContestDecision {
    bool restored = false;
    std::string words, by;
    Instant at;
    bool operator==(const ContestDecision&) const = default;
};
struct Hiding {
    std::string reason;  // of hiding_reasons
    std::string words;   // for the author
    std::string by;      // agent
    Instant at;
    std::optional<Contest> contest;
    std::optional<ContestDecision> decision;
    bool operator==(const Hiding&) const = default;
};

struct Comment {
    std::string id;             // random: says nothing of who
    std::string consultation;
    std::int64_t article = 0;
    std::string text, language;
    Instant written;
    std::int64_t revision = 1;  // one more with each change of its author
    std::int64_t supports = 0;
    std::optional<Hiding> hiding;
    std::string voice;          // see voice.hpp; leaves the store in no export
    std::string author;         // sealed
    std::string salt;           // of its commitment, hex

    [[nodiscard]] bool hidden() const noexcept { return hiding && !(hiding->decision && hiding->decision->restored); }
    bool operator==(const Comment&) const = default;
};

// One voice for another's comment; its key is that voice on that comment.
struct Support {
    std::string comment, voice, salt;
    [[nodiscard]] std::string key() const { return comment + "/" + voice; }
    bool operator==(const Support&) const = default;
};

struct Suggestion {
    std::string id;
    std::string page;      // path without language it was made on: "/p/commune/birth-extract"
    std::string text, language;
    Instant at;
    std::string author;    // sealed; empty: nobody was signed in
    std::string salt;
    std::string once;      // of the form it came with and its words: a second click is the same suggestion
    std::optional<Instant> handled;
    std::string handled_by;
    std::string answer;    // may be empty: read and noted
    bool operator==(const Suggestion&) const = default;
};

json::Object encode(const Consultation& value);
json::Object encode(const Comment& value);
json::Object encode(const Support& value);
json::Object encode(const Suggestion& value);
// "participation.record-unreadable" [internal].
template <class T>
Result<T> decode(std::string_view body);
template <> Result<Consultation> decode(std::string_view body);
template <> Result<Comment> decode(std::string_view body);
template <> Result<Support> decode(std::string_view body);
template <> Result<Suggestion> decode(std::string_view body);

}  // namespace wasl::participation
