// The receipt of a payment as a paper: its sealed facts in the reader's words, QR of the seal, signed, the bundle inside.
#include "web/pay.hpp"

#include "lingua/formats.hpp"
#include "paper/paper.hpp"
#include "pay/reference.hpp"
#include "trust/bundle.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/pades.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

using lingua::Language;

std::string title_of(const MemberSite& member, const pay::Receipt& receipt, std::string_view tag) {
    const auto sheet = member.catalogue->find(receipt.procedure);
    return sheet && *sheet != nullptr ? (*sheet)->title.in(tag) : receipt.procedure;
}

paper::Rows receipt_rows(const Visit& visit, const MemberSite& member, const pay::Receipt& receipt) {
    paper::Rows out;
    const auto row = [&](std::string_view key, std::string value, bool strong = false) {
        if (!value.empty()) out.rows.push_back({visit.say(key), std::move(value), strong});
    };
    row("pay.paper.number", receipt.number, true);
    row("pay.paper.amount", lingua::money(visit.language, receipt.amount.decimal()), true);
    row("pay.paper.at", lingua::date_and_time(visit.language, visit.site->local(receipt.at)));
    row("paper.fact.reference", receipt.dossier_reference);
    row("paper.fact.payment-reference", pay::shown_reference(receipt.reference));
    const auto dossier = member.dossiers->get(receipt.dossier);  // gone when it was erased: the receipt stands
    if (dossier && *dossier) row("paper.fact.applicant", (*dossier)->state.file.applicant.name());
    if (receipt.provider.empty()) {
        row("paper.fact.way", visit.say("paper.way.cash"));
        row("paper.fact.cashier", receipt.cashier.name);
        return out;
    }
    const auto door = std::ranges::find(member.info->payment, receipt.provider, &PaymentDoor::name);
    row("paper.fact.way", visit.say("paper.way.online"));
    row("paper.fact.provider", door == member.info->payment.end() ? receipt.provider : door->label.in(visit.tag()));
    row("paper.fact.transaction", receipt.transaction);
    return out;
}

std::string bare_host(const Site& site) {
    const auto scheme = site.public_url.find("://");
    return scheme == std::string::npos ? site.public_url : site.public_url.substr(scheme + 3);
}

paper::Paper receipt_paper(const Visit& visit, const MemberSite& member, const pay::Receipt& receipt, const std::string& seal_text) {
    paper::Paper out;
    out.language = visit.language;
    const auto& info = *member.info;
    out.authority_ar = {lingua::say(Language::ar, "paper.state"), info.name.in("ar")};
    out.authority_fr = {lingua::say(Language::fr, "paper.state"), info.name.in("fr")};
    if (const auto* office = info.office(receipt.office)) {
        out.authority_ar.push_back(office->name.in("ar"));
        out.authority_fr.push_back(office->name.in("fr"));
    }
    out.kind = visit.say("paper.kind.payment-receipt");
    out.title = title_of(member, receipt, visit.tag());
    out.reference = receipt.number;
    out.blocks.emplace_back(receipt_rows(visit, member, receipt));
    out.verification = paper::Verification{seal_text, visit.say("paper.verify-title"), visit.say("paper.verify-text"), visit.site->public_url + "/v"};
    if (visit.site->demo) out.banner = visit.say("paper.demonstration");
    out.page_words = visit.say("paper.page-words");
    out.footer = visit.say("paper.footer");
    out.created = receipt.at;
    out.author = info.name.in("fr");
    return out;
}

}  // namespace

Result<std::string> payment_receipt_pdf(const Visit& visit, MemberSite& member, const pay::Receipt& receipt) {
    const auto reader = TRY(member.store->read());
    const auto stored = TRY(trust::find_seal(*reader, pay::receipt_seal_key(receipt.number)));
    if (!stored) return fail(Code::not_found, "web.paper-unsealed");
    const auto seal_text = TRY(trust::seal_url(stored->seal, bare_host(*visit.site)));
    const auto proof = TRY(trust::prove_entry(*reader, stored->leaf_index));
    auto text = TRY(trust::canonical_text(pay::receipt_facts(receipt, member.info->id)));
    trust::Bundle bundle;
    bundle.paper = trust::PaperBundle{.seal = stored->seal, .paper = std::move(text),
                                      .inclusion = trust::InclusionEvidence{proof.leaf, proof.index, proof.path, proof.checkpoint}};
    const auto drawn = TRY(paper::render(receipt_paper(visit, member, receipt, seal_text)));
    const Instant now = visit.now();
    const auto signer = TRY(member.keys->signer(trust::KeyUse::document, now));
    const auto certificate = TRY(member.keys->certificate(now));
    return trust::sign_pdf(drawn.bytes, *signer, certificate, {.member = member.info->id, .at = now, .attachment = trust::write_bundle(bundle)});
}

http::Response payment_receipt_file(std::string pdf, const pay::Receipt& receipt) {
    return http::Response::download(std::move(pdf), "application/pdf", fmt::format("payment-{}.pdf", receipt.number));
}

}  // namespace wasl::web
