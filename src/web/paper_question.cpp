#include "web/paper_question.hpp"

#include "lingua/formats.hpp"

#include <algorithm>

namespace wasl::web {

PaperAsked paper_question(const Visit& visit, const catalogue::Requirement& requirement) {
    PaperAsked out;
    out.code = requirement.code;
    out.title = requirement.title.in(visit.tag());
    out.hint = requirement.hint.in(visit.tag());
    for (const auto& each : requirement.one_of) out.one_of.push_back(each.title.in(visit.tag()));
    out.uploads = std::ranges::find(requirement.accepted, catalogue::Accepted::upload) != requirement.accepted.end();
    out.file = file_input(visit, requirement.code, visit.say("draft.papers.choose"));
    return out;
}

Field file_input(const Visit& visit, const std::string& code, std::string label) {
    Field out{.id = "file-" + code, .label = std::move(label), .hint = visit.say("draft.papers.hint")};
    out.accept = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png";
    out.largest_file = dossier::piece_limit;
    out.too_large = lingua::say(visit.language, Error{Code::too_large, "upload.too-large", {}});
    return out;
}

std::vector<PaperFile> files_of(const Visit& visit, const std::vector<dossier::Piece>& pieces, std::string_view code) {
    std::vector<PaperFile> out;
    for (const auto& piece : pieces) {
        if (piece.requirement != code || piece.digest.empty() || piece.source == dossier::Source::fetched) continue;
        out.push_back({piece.name, lingua::file_size(visit.language, static_cast<std::int64_t>(piece.bytes)), piece.requirement + " " + piece.digest, {}});
    }
    return out;
}

Uploaded take_files(MemberSite& member, const http::Form& form, const std::string& code, std::uint64_t& sum) {
    Uploaded out;
    for (const auto& file : form.files) {
        if (file.name != "file-" + code) continue;
        if (file.content.size() <= dossier::piece_limit && sum + file.content.size() > dossier::dossier_limit) {
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
