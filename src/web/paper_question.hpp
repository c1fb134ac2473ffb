// A paper asked for, as a question with its file input, and what comes back: for drafts and completions alike.
#pragma once

#include "catalogue/revision.hpp"
#include "dossier/service.hpp"
#include "web/views/draft.hpp"
#include "web/visit.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace wasl::web {

// Title, hint, alternatives and the file input "file-CODE".
PaperAsked paper_question(const Visit& visit, const catalogue::Requirement& requirement);

// The input "file-CODE": accepted types, the size that is refused before it is sent.
Field file_input(const Visit& visit, const std::string& code, std::string label);
// What has been sent for a paper or a question, each with the value that removes it.
std::vector<PaperFile> files_of(const Visit& visit, const std::vector<dossier::Piece>& pieces, std::string_view code);

struct Uploaded {
    std::vector<dossier::Piece> pieces;
    std::vector<Error> errors;
};
// The files of "file-CODE", checked by content and written; `sum` grows, up to the limit of a dossier.
Uploaded take_files(MemberSite& member, const http::Form& form, const std::string& code, std::uint64_t& sum);

}  // namespace wasl::web
