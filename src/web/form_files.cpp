#include "web/form_files.hpp"

#include "web/draft_work.hpp"

#include <algorithm>
#include <iterator>

namespace wasl::web {

namespace {

constexpr std::string_view step_of_forms = "form-files";
constexpr std::int64_t left_behind = 24 * 3600;  // seconds

// Somebody else's files, or those of another form, are none.
Result<dossier::DraftRow> standing(const Visit& visit, MemberSite& member, const http::Form& form, std::string_view procedure) {
    dossier::DraftRow out;
    out.owner = visit.actor.id;
    out.procedure = procedure;
    out.step = step_of_forms;
    const auto id = form.text(form_files_field);
    if (id.empty()) return out;
    auto found = TRY(member.dossiers->draft(visit.actor.id, id));
    if (!found || !keeps_form_files(*found) || found->procedure != procedure) return out;
    return std::move(*found);
}

Result<void> drop_left_behind(const Visit& visit, MemberSite& member) {
    for (const auto& draft : TRY(member.dossiers->drafts(visit.actor.id))) {
        if (!keeps_form_files(draft) || draft.updated.plus_seconds(left_behind) > visit.now()) continue;
        TRY(member.dossiers->drop_draft(visit.actor.id, draft.id));
    }
    return {};
}

}  // namespace

std::string_view FormFiles::error(std::string_view code) const {
    const auto found = std::ranges::find(refused, code, [](const auto& each) { return std::string_view(each.first); });
    return found == refused.end() ? std::string_view() : std::string_view(found->second);
}

bool keeps_form_files(const dossier::DraftRow& draft) { return draft.step == step_of_forms; }

Result<FormFiles> form_files(const Visit& visit, MemberSite& member, const http::Form* form, std::string_view procedure,
                             const std::vector<std::string>& codes) {
    FormFiles out;
    if (form == nullptr) return out;
    out.draft = TRY(standing(visit, member, *form, procedure));
    const auto before = out.draft.pieces.size();
    if (const auto remove = form->text("remove"); !remove.empty()) {
        out.removed = true;
        remove_piece(out.draft, remove);
    }
    std::uint64_t sum = 0;
    for (const auto& piece : out.draft.pieces) sum += piece.bytes;
    bool changed = out.draft.pieces.size() != before;
    for (const auto& code : codes) {
        auto taken = take_files(member, *form, code, sum);
        for (const auto& error : taken.errors) out.refused.emplace_back(code, lingua::say(visit.language, error));
        changed = changed || !taken.pieces.empty();
        std::ranges::move(taken.pieces, std::back_inserter(out.draft.pieces));
    }
    if (!changed) return out;
    if (out.draft.id.empty()) TRY(drop_left_behind(visit, member));
    out.draft = TRY(member.dossiers->save_draft(std::move(out.draft)));
    return out;
}

std::vector<std::string> attachments_of(const form::Form& questions) {
    std::vector<std::string> out;
    for (const auto& page : questions.pages) {
        for (const auto& field : page.fields) {
            if (field.type == form::FieldType::attachment) out.push_back(field.id);
        }
    }
    return out;
}

void set_attachments(json::Object& answers, const form::Form& questions, const std::vector<dossier::Piece>& pieces) {
    for (const auto& code : attachments_of(questions)) {
        std::vector<dossier::Piece> sent;
        std::ranges::copy_if(pieces, std::back_inserter(sent), [&](const dossier::Piece& piece) { return piece.requirement == code; });
        answers.erase(code);
        if (!sent.empty()) answers.set(code, files_as_answer(sent));
    }
}

}  // namespace wasl::web
