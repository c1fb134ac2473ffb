#include "web/batch_filing.hpp"

#include "base/text.hpp"
#include "identity/company_rights.hpp"
#include "web/acting.hpp"
#include "dossier/evidence.hpp"
#include "web/api_filing.hpp"
#include "web/form_files.hpp"
#include "web/obligations.hpp"

#include <algorithm>
#include <iterator>

namespace wasl::web {

namespace {

using batch::LineFlaw;

// Whether the name has Arabic letters (U+0600–06FF: lead bytes D8–DB).
bool is_arabic_name(std::string_view name) {
    return std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0xD8 && static_cast<unsigned char>(c) <= 0xDB; });
}

dossier::Party company_party(const BatchSender& sender) {
    dossier::Party out;
    (is_arabic_name(sender.name) ? out.name_arabic : out.name_latin) = sender.name;
    out.identifier_kind = "ice";
    out.identifier = sender.mandate.ice;
    return out;
}

std::vector<LineFlaw> flaws_of(const std::vector<api::Flaw>& flaws) {
    std::vector<LineFlaw> out;
    for (const auto& flaw : flaws) out.push_back({flaw.pointer, flaw.code});
    return out;
}

std::vector<LineFlaw> flaws_of(const form::Checked& checked) {
    std::vector<LineFlaw> out;
    for (const auto& finding : checked.findings) {
        // What is absent goes on the receipt.
        if (!finding.warning && finding.key != "form.required") out.push_back({"/answers/" + replace_all(finding.field, ".", "/"), finding.key});
    }
    return out;
}

// A column of a table that no question of the procedure reads: a misspelt one is no silence.
std::vector<LineFlaw> unknown_columns(const form::Form& form, const batch::Line& line) {
    std::vector<LineFlaw> out;
    const auto all = form::answers_from_pairs(form, line.typed);
    for (std::size_t i = 0; i < line.typed.size(); ++i) {
        auto others = line.typed;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
        if (form::answers_from_pairs(form, others) != all) continue;
        out.push_back({"/answers/" + replace_all(line.typed[i].first, ".", "/"), "api.unknown-member"});
    }
    return out;
}

// The files that a line names for one paper or question of the procedure: a name, or a list of them.
std::vector<LineFlaw> look_at(const std::string& code, const json::Value& named, BatchPapers& papers, std::vector<dossier::Piece>& out) {
    const auto pointer = "/papers/" + code;
    std::vector<std::string> names;
    if (const auto* one = named.string()) {
        names.push_back(*one);
    } else if (const auto* list = named.array()) {
        for (const auto& each : *list) {
            if (each.string() == nullptr) return {{pointer, "api.type"}};
            names.push_back(*each.string());
        }
    } else {
        return {{pointer, "api.type"}};
    }
    std::vector<LineFlaw> flaws;
    for (const auto& name : names) {
        auto piece = papers.look(code, name);
        if (piece) out.push_back(std::move(*piece));
        else flaws.push_back({pointer, piece.error().key});
    }
    return flaws;
}

// All papers of a line, or what is wrong with them.
std::vector<LineFlaw> papers_of(const json::Value& named, const catalogue::Revision& revision, BatchPapers& papers, std::vector<dossier::Piece>& out) {
    if (named.is_null()) return {};
    const auto* object = named.object();
    if (object == nullptr) return {{"/papers", "api.type"}};
    const auto questions = attachments_of(revision.form);
    std::vector<LineFlaw> flaws;
    for (const auto& [code, names] : *object) {
        const bool asked = std::ranges::find(revision.requirements, code, &catalogue::Requirement::code) != revision.requirements.end() ||
                           std::ranges::find(questions, code) != questions.end();
        auto wrong = asked ? look_at(code, names, papers, out) : std::vector<LineFlaw>{{"/papers/" + code, "api.unknown-member"}};
        std::ranges::move(wrong, std::back_inserter(flaws));
    }
    std::uint64_t sum = 0;
    for (const auto& piece : out) sum += piece.bytes;
    if (sum > dossier::dossier_limit) flaws.push_back({"/papers", "upload.dossier-full"});
    return flaws;
}

struct Wanted {
    MemberSite* member = nullptr;
    std::shared_ptr<const catalogue::Revision> revision;
};

Result<Wanted> wanted(Site& site, const api::Wish& wish) {
    if (site.members->info(wish.member) == nullptr) return fail(Code::unprocessable, "web.no-member", "/member");
    Wanted out{TRY(site.members->at(wish.member)), {}};
    out.revision = TRY(out.member->catalogue->find(wish.procedure));
    if (out.revision == nullptr || out.revision->id == "administrative-appeal") return fail(Code::unprocessable, "api.no-procedure", "/procedure");
    if (!out.revision->filers.company) return fail(Code::unprocessable, "filing.not-for-company", "/procedure");
    const auto& channels = out.revision->channels;
    const bool online = channels.empty() || std::ranges::find(channels, "online") != channels.end();
    if (!online) return fail(Code::unprocessable, "api.not-online", "/procedure");
    return out;
}

dossier::Filing frame_of(const Site& site, const batch::Batch& batch, const batch::Line& line, const BatchSender& sender, const api::Wish& wish,
                         const Wanted& want) {
    dossier::Filing out;
    const auto& info = *want.member->info;
    out.revision = want.revision;
    out.applicant = company_party(sender);
    out.representative = dossier::Representative{party_of(sender.person), std::string(identity::to_string(sender.mandate.kind)), sender.mandate.id, {}, sender.mandate.is_proven()};
    out.contact = contact_of(sender.person);
    if (!wish.channel.empty()) out.contact.channel = wish.channel;
    out.contact.language = !wish.language.empty() ? wish.language : batch.language.empty() ? sender.person.language : batch.language;
    out.office = info.office_for(want.revision->id).code;
    out.offices = {info.appeal, info.supervisory};
    out.answers = line.from_table ? form::answers_from_pairs(want.revision->form, line.typed) : wish.answers;
    out.obligations = wish.obligations;
    out.facts = {{"channel", "online"}, {"level", sender.person.level}, {"applicant", "company"}};
    out.level = sender.person.level;
    out.once = "batch:" + batch.key() + ":" + line.id;
    static_cast<void>(site);
    return out;
}

}  // namespace

Result<BatchSender> sender_of(const Site& site, const batch::Batch& batch) {
    BatchSender out;
    out.mandate = TRY(site.mandates->find(batch.mandate));
    if (out.mandate.ice != batch.ice || out.mandate.actor != batch.actor) return fail(Code::forbidden, "identity.no-mandate");
    out.person = TRY(site.persons->find(batch.actor));
    out.name = out.mandate.principal_name;
    return out;
}

Result<dossier::Piece> BatchPapers::look(const std::string& code, const std::string& name) {
    auto known = looked_.find(name);
    if (known == looked_.end()) {
        const auto bytes = TRY(parcel_.paper(name));
        auto piece = TRY(dossier::uploaded_piece({}, name, bytes));
        names_.emplace(piece.digest, name);
        known = looked_.emplace(name, std::move(piece)).first;
    }
    auto out = known->second;
    out.requirement = code;
    return out;
}

Result<void> BatchPapers::write(MemberSite& member, const std::vector<dossier::Piece>& pieces) {
    for (const auto& piece : pieces) {
        const std::pair key(member.info->id, piece.digest);
        const auto name = names_.find(piece.digest);
        if (name == names_.end() || written_.contains(key)) continue;
        const auto bytes = TRY(parcel_.paper(name->second));
        TRY(member.dossiers->upload(piece.requirement, piece.name, bytes));
        written_.insert(key);
    }
    return {};
}

batch::LineResult refused_line(const batch::Line& line, std::string code, std::vector<LineFlaw> flaws) {
    batch::LineResult out;
    out.number = line.number;
    out.id = line.id;
    out.code = std::move(code);
    out.flaws = std::move(flaws);
    return out;
}

batch::LineResult filed_line(const batch::Line& line, const dossier::FilingDone& done) {
    batch::LineResult out;
    out.number = line.number;
    out.id = line.id;
    out.filed = true;
    out.reference = done.reference;
    out.received = done.received;
    out.complete = done.receipt.complete();
    for (const auto& missing : done.receipt.missing) out.missing.push_back(missing.code);
    return out;
}

dossier::Actor batch_actor(const BatchSender& sender) {
    auto out = acting_person(sender.person, {}, sender.mandate.id);
    out.company = sender.mandate.ice;
    return out;
}

std::expected<LineFiling, batch::LineResult> filing_of_line(Site& site, const batch::Batch& batch, const batch::Line& line, const BatchSender& sender,
                                                            BatchPapers& papers) {
    const auto no = [&](std::string code, std::vector<LineFlaw> flaws) { return std::unexpected(refused_line(line, std::move(code), std::move(flaws))); };
    const auto* object = line.wish.object();
    if (object == nullptr) return no("api.type", {{"", "api.type"}});
    auto frame = *object;
    const auto* given = object->find("papers");
    const auto named = given == nullptr ? json::Value() : *given;
    frame.erase("papers");
    const auto wish = api::read_wish(frame);
    if (!wish) return no("api.shape", flaws_of(wish.error()));
    const auto may = identity::may_use(sender.mandate, sender.person.id, wish->procedure, identity::MandateRight::batch, site.today());
    if (!may) return no(may.error().key, {{"/procedure", may.error().key}});
    const auto want = wanted(site, *wish);
    if (!want) return no(want.error().key, {{want.error().detail.starts_with('/') ? want.error().detail : "", want.error().key}});
    const auto& form = want->revision->form;
    auto flaws = line.from_table ? unknown_columns(form, line) : flaws_of(api::answer_flaws(form, wish->answers));
    if (!flaws.empty()) return no("dossier.answers", std::move(flaws));
    if (sender.person.level < want->revision->minimum_level) return no("dossier.level", {{"/procedure", "dossier.level"}});
    LineFiling out{want->member, frame_of(site, batch, line, sender, *wish, *want)};
    if (auto wrong = papers_of(named, *want->revision, papers, out.filing.pieces); !wrong.empty()) return no("batch.papers", std::move(wrong));
    if (!out.filing.pieces.empty()) set_attachments(out.filing.answers, form, out.filing.pieces);
    const auto ready = dossier::readiness(out.filing, *site.pack, site.today());
    if (auto wrong = flaws_of(ready.checked); !wrong.empty()) return no("dossier.answers", std::move(wrong));
    const auto taken = confirm_obligations(*want->revision, ready.checked.answers, out.filing.facts, site.today(), out.filing.obligations);
    if (!taken) return no(taken.error().key, {{"/obligations", taken.error().detail}});
    return out;
}

}  // namespace wasl::web
