// How dossiers lie in the store: collections, index fields, counters, search tokens, summaries.
#pragma once

#include "dossier/service.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier::rows {

inline constexpr std::string_view dossiers = "dossier";
inline constexpr std::string_view drafts = "draft";
inline constexpr std::string_view outbox = "outbox";
inline constexpr std::string_view looks = "look";
inline constexpr std::string_view tasks = "desk_task";

inline constexpr std::int64_t no_due = 253'402'300'800'000'000;  // year 10000: after every real instant

// The index fields of a dossier; keeps the texts they point to.
class Fields {
public:
    Fields(const State& state, const jurisdiction::Pack& pack);
    [[nodiscard]] std::span<const store::Field> view() const { return {fields_.data(), count_}; }

private:
    void add(std::string_view name, store::Scalar value) { fields_[count_++] = {name, value}; }
    std::array<store::Field, 13> fields_;
    std::size_t count_ = 0;
};

// The instant a list is ordered by: end of the delay, or of the person's time.
std::optional<Instant> list_due(const State& state) noexcept;

// Folded words of names, identifier, reference, title and answers (but sensitive ones), then filters.
std::string search_text(const State& state);
std::string office_token(std::string_view office);
std::string procedure_token(std::string_view procedure);
std::string look_token(std::string_view dossier);

std::string counter_name(std::string_view office, Phase phase);
std::string counter_prefix(std::string_view office);
std::string holder_counter(std::string_view holder, std::string_view what);  // "answered", "silent"

// Document bodies. A tombstone of an erased dossier reads as "dossier.erased".
Result<State> state_of(const store::Document& document);
// The same for lists, sweeps and exports: nothing for an erased row; nothing and a log line with the
// code for one that cannot be read, so that a spoiled row never stops the others.
std::optional<State> readable(const store::Document& document);
void log_unreadable(std::string_view collection, std::string_view key, const Error& error);
std::string tombstone(const State& state, const Actor& actor, Instant at, std::string_view ground);
Summary summary_of(const State& state);

std::string journal_kind(EventType type);  // "dossier.piece-added"

}  // namespace wasl::dossier::rows
