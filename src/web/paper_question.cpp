#include "web/paper_question.hpp"

#include <algorithm>

namespace wasl::web {

PaperAsked paper_question(const Visit& visit, const catalogue::Requirement& requirement) {
    PaperAsked out;
    out.code = requirement.code;
    out.title = requirement.title.in(visit.tag());
    out.hint = requirement.hint.in(visit.tag());
    for (const auto& each : requirement.one_of) out.one_of.push_back(each.title.in(visit.tag()));
    out.uploads = std::ranges::find(requirement.accepted, catalogue::Accepted::upload) != requirement.accepted.end();
    out.file = {.id = "file-" + requirement.code, .label = visit.say("draft.papers.choose"), .hint = visit.say("draft.papers.hint"),
                .accept = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"};
    return out;
}

Uploaded take_files(MemberSite& member, const http::Form& form, const std::string& code, std::uint64_t& sum) {
    Uploaded out;
    for (const auto& file : form.files) {
        if (file.name != "file-" + code) continue;
        if (sum + file.content.size() > dossier::dossier_limit) {
            out.errors.push_back({Code::too_large, "upload.dossier-full", file.filename});
            continue;
        }
        auto piece = member.dossiers->upload(code, file.filename, file.content);
        if (!piece) {
            out.errors.push_back(piece.error());
            continue;
        }
        sum += piece->bytes;
        out.pieces.push_back(std::move(*piece));
    }
    return out;
}

}  // namespace wasl::web
