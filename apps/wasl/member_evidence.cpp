#include "member_evidence.hpp"

#include "register/evidence.hpp"
#include "web/held_records.hpp"
#include "web/papers.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::app {

Result<dossier::EvidenceFound> evidence_from(std::string_view document) {
    const auto value = TRY(json::parse(document));
    const auto* holds = value["holds"].boolean();
    if (holds == nullptr) return fail(Code::unavailable, "evidence.malformed", "no yes or no");
    dossier::EvidenceFound out;
    out.holds = *holds;
    if (const auto* facts = value["facts"].object()) out.facts = *facts;
    out.holder = value["source"]["member"].text_or("");
    out.source = value["source"]["act"].text_or("");
    out.as_of = value["as_of"]["known"].text_or("");
    return out;
}

Result<std::optional<exchange::HeldDocument>> document_of_act(web::Site& site, web::MemberSite& member, std::string_view dossier) {
    const auto stored = TRY(member.dossiers->get(dossier));
    if (!stored) return std::optional<exchange::HeldDocument>();
    const Date today = site.today();
    const dossier::Document* newest = nullptr;
    for (const auto& one : stored->state.documents) {
        const bool counts = one.status == dossier::DocumentStatus::valid && (!one.valid_until || today <= *one.valid_until);
        if (counts && (newest == nullptr || newest->issued <= one.issued)) newest = &one;
    }
    if (newest == nullptr) return std::optional<exchange::HeldDocument>();
    auto name = stored->state.file.reference + ".pdf";
    std::ranges::replace(name, '/', '-');
    return std::optional(exchange::HeldDocument{std::move(name), TRY(web::paper_pdf(site, member, *stored, {web::PaperOf::document, newest->id}))});
}

Result<dossier::Piece> piece_of(web::MemberSite& member, const dossier::EvidenceWanted& wanted, const exchange::HeldDocument& document) {
    auto piece = TRY(member.dossiers->upload(wanted.requirement, document.name, document.bytes));
    piece.source = dossier::Source::fetched;
    piece.verified = true;
    return piece;
}

bool MemberEvidence::is_own(std::string_view type) const {
    constexpr std::chrono::seconds fresh{5};  // publications are seldom, questions are not
    const std::lock_guard lock(guard_);
    const auto now = std::chrono::steady_clock::now();
    if (types_.empty() || now - read_ > fresh) {
        types_ = web::register_types(*member_->catalogue);
        read_ = now;
    }
    return std::ranges::find(types_, type) != types_.end();
}

std::shared_ptr<dossier::EvidenceSource> MemberEvidence::others() const {
    const std::lock_guard lock(guard_);
    return others_;
}

void MemberEvidence::others(std::shared_ptr<dossier::EvidenceSource> source) {
    const std::lock_guard lock(guard_);
    others_ = std::move(source);
}

bool MemberEvidence::is_us(std::string_view named) const {
    const auto& territory = member_->info->territory;
    return named.empty() || named == member_->info->id || std::ranges::find(territory, named) != territory.end();
}

std::optional<dossier::Holder> MemberEvidence::holder_of(std::string_view type, std::string_view named) const {
    if (is_us(named) && is_own(type)) {
        dossier::Holder own{member_->info->id, "register", {}};
        for (const auto& word : member_->info->name.all()) own.names.emplace(word.language, word.text);
        return own;
    }
    const auto elsewhere = others();
    return elsewhere == nullptr ? std::nullopt : elsewhere->holder_of(type, named);
}

void MemberEvidence::fetch(const dossier::EvidenceWanted& wanted, Done done) {
    if (is_us(wanted.named) && is_own(wanted.evidence_type)) return ask_own(wanted, std::move(done));
    const auto elsewhere = others();
    if (elsewhere == nullptr) return done(fail(Code::unavailable, "evidence.no-holder", wanted.evidence_type));
    elsewhere->fetch(wanted, std::move(done));
}

namespace {

Result<dossier::EvidenceFound> with_own_document(web::Site& site, web::MemberSite& member, const dossier::EvidenceWanted& wanted, std::string_view act,
                                                 dossier::EvidenceFound found) {
    const auto document = TRY(document_of_act(site, member, act));
    found.holds = document.has_value();  // what can not be handed over, the person brings
    if (document) found.piece = TRY(piece_of(member, wanted, *document));
    return found;
}

}  // namespace

// One office asks another of the same member: journaled like any other look.
void MemberEvidence::ask_own(const dossier::EvidenceWanted& wanted, Done done) {
    reg::Question question{.data = wanted.how == dossier::EvidenceHow::data, .document = wanted.how == dossier::EvidenceHow::document, .type = wanted.evidence_type,
                           .subject = dossier::subject_key(wanted.subject.identifier_kind, wanted.subject.identifier), .where = wanted.where, .at = {}};
    if (question.subject.empty()) return done(fail(Code::unprocessable, "evidence.no-subject", wanted.evidence_type));
    reg::Asker asker{.who = wanted.office, .member = member_->info->id, .purpose = wanted.procedure, .legal_basis = wanted.legal_basis,
                     .exchange = wanted.dossier};
    auto answer = std::make_shared<reg::Answer>();
    member_->store->submit(
        [answer, question = std::move(question), asker = std::move(asker), member = member_->info->id, pack = site_->pack](store::Transaction& tx) -> Result<void> {
            *answer = TRY(reg::answer_noted(tx, question, asker, member, *pack));
            return {};
        },
        [answer, done = std::move(done), wanted, site = site_, member = member_](Result<void> written) {
            if (!written) return done(std::unexpected(written.error()));
            auto found = evidence_from(json::write(answer->document));
            if (found) {
                found->holder = member->info->id;
                found->service = "register";
            }
            if (!found || !found->holds || wanted.how != dossier::EvidenceHow::document) return done(std::move(found));
            auto hand_over = [site, member, wanted, done, act = answer->act, found = *found]() mutable { done(with_own_document(*site, *member, wanted, act, std::move(found))); };
            if (site->pool == nullptr || !site->pool->submit(std::move(hand_over))) done(fail(Code::unavailable, "evidence.busy", wanted.evidence_type));
        });
}

}  // namespace wasl::app
