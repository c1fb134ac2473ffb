#include "member_evidence.hpp"

#include "register/evidence.hpp"
#include "web/held_records.hpp"

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

std::optional<dossier::Holder> MemberEvidence::holder_of(std::string_view type) const {
    if (is_own(type)) {
        dossier::Holder own{member_->info->id, "register", {}};
        for (const auto& word : member_->info->name.all()) own.names.emplace(word.language, word.text);
        return own;
    }
    const auto elsewhere = others();
    return elsewhere == nullptr ? std::nullopt : elsewhere->holder_of(type);
}

void MemberEvidence::fetch(const dossier::EvidenceWanted& wanted, Done done) {
    if (is_own(wanted.evidence_type)) return ask_own(wanted, std::move(done));
    const auto elsewhere = others();
    if (elsewhere == nullptr) return done(fail(Code::unavailable, "evidence.no-holder", wanted.evidence_type));
    elsewhere->fetch(wanted, std::move(done));
}

// One office asks another of the same member: journaled like any other look.
void MemberEvidence::ask_own(const dossier::EvidenceWanted& wanted, Done done) {
    reg::Question question{.data = wanted.how != dossier::EvidenceHow::yes_no, .type = wanted.evidence_type,
                           .subject = dossier::subject_key(wanted.subject.identifier_kind, wanted.subject.identifier), .where = wanted.where, .at = {}};
    if (question.subject.empty()) return done(fail(Code::unprocessable, "evidence.no-subject", wanted.evidence_type));
    reg::Asker asker{.who = wanted.office, .member = member_->info->id, .purpose = wanted.procedure, .legal_basis = wanted.legal_basis,
                     .exchange = wanted.dossier};
    auto answer = std::make_shared<reg::Answer>();
    member_->store->submit(
        [answer, question = std::move(question), asker = std::move(asker), member = member_->info->id, pack = pack_](store::Transaction& tx) -> Result<void> {
            *answer = TRY(reg::answer_noted(tx, question, asker, member, *pack));
            return {};
        },
        [answer, done = std::move(done), office = wanted.office, member = member_->info->id](Result<void> written) {
            if (!written) return done(std::unexpected(written.error()));
            auto found = evidence_from(json::write(answer->document));
            if (found) {
                found->holder = member;
                found->service = "register";
            }
            done(std::move(found));
        });
}

}  // namespace wasl::app
