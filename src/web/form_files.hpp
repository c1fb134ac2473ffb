// Files sent with a form that is one page and no draft (the counter's filing, an appeal): kept under the one who
// sends it until the filing takes them, so that an error elsewhere or a second look costs nobody a second upload.
#pragma once

#include "web/paper_question.hpp"
#include "web/visit.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::web {

// Hidden field of the form: where its files lie.
inline constexpr std::string_view form_files_field = "files";

struct FormFiles {
    dossier::DraftRow draft;                                    // id empty: nothing was sent yet
    std::vector<std::pair<std::string, std::string>> refused;  // code and sentence, in the order of the page
    bool removed = false;                                       // sent to take a file away

    // Sentence beside the files of this code; empty: none was refused.
    std::string_view error(std::string_view code) const;
};

// Whether a draft is one of these: not a request begun by a person, and on no list of theirs.
bool keeps_form_files(const dossier::DraftRow& draft);

// What the form has sent so far and sends now for these codes, written; `form` none: nothing. Files that fit are
// kept even when others are refused. Those of forms left behind by the same sender go after a day.
Result<FormFiles> form_files(const Visit& visit, MemberSite& member, const http::Form* form, std::string_view procedure,
                             const std::vector<std::string>& codes);

// Questions of this form that are answered by files.
std::vector<std::string> attachments_of(const form::Form& questions);
// Their answers, from the files.
void set_attachments(json::Object& answers, const form::Form& questions, const std::vector<dossier::Piece>& pieces);

}  // namespace wasl::web
