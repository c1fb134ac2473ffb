// A draft at hand: whose it is, of which revision, and what its form makes of the answers so far.
#pragma once

#include "dossier/service.hpp"
#include "web/page/page.hpp"
#include "web/visit.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

// Beside the answers, a draft remembers its choices under names that no field can have.
inline constexpr std::string_view draft_mandate = "_mandate";  // id of the mandate acted under
inline constexpr std::string_view draft_kind = "_kind";        // for whom: person, child, company
inline constexpr std::string_view draft_ways = "_ways";        // paper code → "bring" | "declare"
inline constexpr std::string_view draft_evidence = "_evidence";  // what the holders of papers said

struct DraftWork {
    Visit* visit = nullptr;
    MemberSite* member = nullptr;
    dossier::DraftRow draft;
    std::shared_ptr<const catalogue::Revision> revision;

    [[nodiscard]] json::Object facts() const;
    [[nodiscard]] form::Setting setting() const;
    // Of the form alone, without those choices; files sent for a question are its answer.
    [[nodiscard]] json::Object answers() const;
    [[nodiscard]] std::vector<std::size_t> pages() const;  // visible ones, by index
    // "/draft/MEMBER/ID/" + step, without language.
    [[nodiscard]] std::string path(std::string_view step) const;
    [[nodiscard]] Url url(std::string_view step) const;
    // The step after this page: the next visible one, then papers.
    [[nodiscard]] std::string after(std::size_t page) const;
    [[nodiscard]] std::string title() const { return revision->title.in(visit->tag()); }
    // Edits the draft and writes it; when another tab or device was faster, the edit is made again on its newest state.
    Result<void> save_with(const std::function<void(dossier::DraftRow&)>& edit);
    Result<void> save();
    // The mandate acted under, when the draft has one and it stands: nothing else gives a right.
    [[nodiscard]] Result<std::optional<identity::Mandate>> mandate() const;
};

// The draft of the address, of the person who asks; of anybody else it does not exist ("draft.unknown").
Result<DraftWork> draft_at(Visit& visit);
// What would be filed. Applicant, representative and papers included; "identity.no-mandate" when the mandate ended.
Result<dossier::Filing> filing_of(DraftWork& work);
// Whether the document came as an answer that stands among these.
bool brought_by(const std::vector<dossier::Evidence>& evidence, const dossier::Piece& piece);
// Pieces of the person to file: those uploaded, and a declaration on honour where one was chosen and is accepted.
std::vector<dossier::Piece> pieces_of(const DraftWork& work);
// Files sent for a question, in the shape of its answer.
json::Array files_as_answer(const std::vector<dossier::Piece>& pieces);
// Takes a file off the draft by "CODE DIGEST", the value of its remove button.
void remove_piece(dossier::DraftRow& draft, std::string_view named);
// The choice for a paper: "bring", "declare" or empty.
std::string way_of(const DraftWork& work, std::string_view paper);

}  // namespace wasl::web
