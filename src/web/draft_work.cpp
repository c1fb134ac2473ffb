#include "web/draft_work.hpp"

#include "base/text.hpp"
#include "identity/company_rights.hpp"
#include "web/acting.hpp"
#include "web/fetched.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace wasl::web {

namespace {

std::string_view mandate_of(const DraftWork& work) {
    const auto* chosen = work.draft.answers.find(draft_mandate);
    return chosen == nullptr ? std::string_view() : chosen->text_or("");
}

Result<std::shared_ptr<const catalogue::Revision>> revision_of(MemberSite& member, const dossier::DraftRow& draft) {
    const auto hash = TRY(from_hex(draft.revision));
    if (hash.size() != 32) return fail(Code::not_found, "draft.unknown", "revision");
    return member.catalogue->revision(digest_from_bytes(hash));
}

// Whether a name is in Arabic letters (U+0600–06FF: lead bytes D8–DB).
bool in_arabic_letters(std::string_view name) {
    return std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0xD8 && static_cast<unsigned char>(c) <= 0xDB; });
}

// For whom: the person, or the one whose mandate was chosen.
Result<void> set_parties(dossier::Filing& filing, const DraftWork& work) {
    const auto& person = *work.visit->person;
    filing.applicant = party_of(person);
    const auto id = mandate_of(work);
    if (id.empty()) return {};
    auto& site = *work.visit->site;
    auto found = site.mandates->find(id);
    if (!found) return fail(Code::forbidden, "identity.no-mandate");
    TRY(identity::may_use(*found, person.id, work.revision->id, identity::MandateRight::file, site.today()));
    const auto mandate = std::optional(std::move(*found));
    filing.representative = dossier::Representative{party_of(person), std::string(identity::to_string(mandate->kind)), mandate->id, {}, mandate->is_proven()};
    filing.applicant = {};
    if (!mandate->principal.empty()) filing.applicant = party_of(TRY(site.persons->find(mandate->principal)));
    if (filing.applicant.name().empty()) {
        // Whoever has no account is known by the name in the mandate.
        (in_arabic_letters(mandate->principal_name) ? filing.applicant.name_arabic : filing.applicant.name_latin) = mandate->principal_name;
    }
    if (!mandate->ice.empty()) {
        filing.applicant.identifier_kind = "ice";
        filing.applicant.identifier = mandate->ice;
    }
    return {};
}

}  // namespace

json::Object DraftWork::facts() const {
    const auto* kind = draft.answers.find(draft_kind);
    return {{"channel", "online"}, {"level", visit->person->level}, {"applicant", kind == nullptr ? "person" : kind->text_or("person")}};
}

form::Setting DraftWork::setting() const { return {.pack = visit->site->pack.get(), .today = visit->site->today(), .facts = facts()}; }

json::Object DraftWork::answers() const {
    auto out = draft.answers;
    out.erase(draft_mandate);
    out.erase(draft_ways);
    out.erase(draft_kind);
    out.erase(draft_evidence);
    for (const auto& page : revision->form.pages) {
        for (const auto& field : page.fields) {
            if (field.type != form::FieldType::attachment) continue;
            std::vector<dossier::Piece> sent;
            std::ranges::copy_if(draft.pieces, std::back_inserter(sent), [&](const dossier::Piece& piece) { return piece.requirement == field.id; });
            out.erase(field.id);
            if (!sent.empty()) out.set(field.id, files_as_answer(sent));
        }
    }
    return out;
}

std::vector<std::size_t> DraftWork::pages() const {
    const auto ready = form::check(revision->form, answers(), setting());
    return form::visible_pages(revision->form, ready.answers, setting());
}

std::string DraftWork::path(std::string_view step) const { return fmt::format("/draft/{}/{}/{}", member->info->id, draft.id, step); }

Url DraftWork::url(std::string_view step) const { return Url::literal(visit->link(path(step))); }

std::string DraftWork::after(std::size_t page) const {
    for (const auto each : pages()) {
        if (each > page) return revision->form.pages[each].id;
    }
    if (!revision->evidence.empty()) return "fetched";
    return revision->requirements.empty() ? "check" : "papers";
}

Result<void> DraftWork::save() {
    draft = TRY(member->dossiers->save_draft(draft));
    return {};
}

json::Array files_as_answer(const std::vector<dossier::Piece>& pieces) {
    json::Array out;
    for (const auto& piece : pieces) {
        out.emplace_back(json::Object{{"digest", piece.digest}, {"name", piece.name}, {"media", piece.media_type},
                                      {"bytes", static_cast<std::int64_t>(piece.bytes)}});
    }
    return out;
}

Result<void> DraftWork::save_with(const std::function<void(dossier::DraftRow&)>& edit) {
    auto next = draft;
    edit(next);
    auto saved = member->dossiers->save_draft(next);
    if (!saved && saved.error().key == "draft.stale") {
        const auto newest = TRY(member->dossiers->draft(draft.owner, draft.id));
        if (!newest) return std::unexpected(saved.error());
        next = *newest;
        edit(next);
        saved = member->dossiers->save_draft(next);
    }
    draft = TRY(std::move(saved));
    return {};
}

Result<std::optional<identity::Mandate>> DraftWork::mandate() const {
    const auto id = mandate_of(*this);
    if (id.empty()) return std::optional<identity::Mandate>();
    return visit->site->mandates->may_act_under(id, draft.owner, revision->id, visit->site->today());
}

void remove_piece(dossier::DraftRow& draft, std::string_view named) {
    const auto found = std::ranges::find_if(draft.pieces, [&](const dossier::Piece& piece) {
        return piece.source != dossier::Source::fetched && piece.requirement + " " + piece.digest == named;
    });
    if (found != draft.pieces.end()) draft.pieces.erase(found);
}

Result<DraftWork> draft_at(Visit& visit) {
    DraftWork work;
    work.visit = &visit;
    const auto name = visit.parameter("member");
    if (visit.site->members->info(name) == nullptr) return fail(Code::not_found, "web.no-member");
    work.member = TRY(visit.site->members->at(name));
    auto draft = TRY(work.member->dossiers->draft(visit.actor.id, visit.parameter("id")));
    if (!draft) return fail(Code::not_found, "draft.unknown");
    work.draft = std::move(*draft);
    work.revision = TRY(revision_of(*work.member, work.draft));
    return work;
}

std::string way_of(const DraftWork& work, std::string_view paper) {
    const auto* ways = work.draft.answers.find(draft_ways);
    return ways == nullptr ? std::string() : std::string((*ways)[paper].text_or(""));
}

std::vector<dossier::Piece> pieces_of(const DraftWork& work) {
    auto out = work.draft.pieces;
    std::erase_if(out, [](const dossier::Piece& piece) { return piece.source == dossier::Source::fetched; });
    for (const auto& requirement : work.revision->requirements) {
        const bool accepted = std::ranges::find(requirement.accepted, catalogue::Accepted::declaration) != requirement.accepted.end();
        const bool given = std::ranges::any_of(out, [&](const dossier::Piece& piece) { return piece.requirement == requirement.code; });
        if (!accepted || given || way_of(work, requirement.code) != "declare") continue;
        dossier::Piece declared;
        declared.requirement = requirement.code;
        declared.name = requirement.title.in(work.visit->tag());
        declared.source = dossier::Source::declared;
        out.push_back(std::move(declared));
    }
    return out;
}

bool brought_by(const std::vector<dossier::Evidence>& evidence, const dossier::Piece& piece) {
    return std::ranges::any_of(evidence, [&](const dossier::Evidence& one) { return one.requirement == piece.requirement && one.document == piece.digest; });
}

Result<dossier::Filing> filing_of(DraftWork& work) {
    const auto& person = *work.visit->person;
    const auto& info = *work.member->info;
    dossier::Filing filing;
    filing.revision = work.revision;
    TRY(set_parties(filing, work));
    filing.contact = contact_of(person);
    filing.contact.language = work.visit->tag();
    filing.office = info.office_for(work.revision->id).code;
    filing.offices = {info.appeal, info.supervisory};
    filing.answers = work.answers();
    filing.pieces = pieces_of(work);
    filing.facts = work.facts();
    filing.level = person.level;
    filing.draft = work.draft.id;
    filing.evidence = evidence_in(work.draft);
    filing.evidence = work.member->dossiers->evidence_for(filing);
    // Documents that came from their holders, as long as what was asked stands.
    for (const auto& piece : work.draft.pieces) {
        if (piece.source == dossier::Source::fetched && brought_by(filing.evidence, piece)) filing.pieces.push_back(piece);
    }
    return filing;
}

}  // namespace wasl::web
