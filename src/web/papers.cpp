#include "web/papers.hpp"

#include "base/text.hpp"
#include "lingua/formats.hpp"
#include "lingua/messages.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/pades.hpp"
#include "pay/book.hpp"
#include "pay/reference.hpp"
#include "web/request_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::web {

namespace {

using dossier::Stored;
using lingua::Language;

Language language_of(const Stored& dossier) {
    return lingua::from_tag(dossier.state.file.contact.language).value_or(Language::ar);
}

// The facts exactly as they were sealed.
Result<trust::PaperFacts> facts_of(MemberSite& member, const Site& site, const Stored& dossier, const PaperWanted& wanted) {
    const auto& state = dossier.state;
    const auto nothing = [] { return fail(Code::not_found, "web.no-paper"); };
    switch (wanted.of) {
        case PaperOf::receipt: {
            const auto events = TRY(member.dossiers->history(state.id));
            const auto* filed = events.empty() ? nullptr : std::get_if<dossier::Filed>(&events.front().body);
            if (filed == nullptr) return nothing();
            return dossier::receipt_facts(*filed, events.front().at, *site.pack);
        }
        case PaperOf::document: {
            // As it is stored: sensitive answers were sealed when the document was, whoever looks now.
            const auto stored = TRY(member.dossiers->get(state.id));
            const auto* document = stored ? dossier::find_document(stored->state, wanted.id) : nullptr;
            if (document == nullptr) return nothing();
            return dossier::document_facts(stored->state, *document, *site.pack);
        }
        case PaperOf::decision:
            if (!state.decision) return nothing();
            return dossier::decision_facts(state, *site.pack);
    }
    return nothing();
}

std::string seal_key(const Stored& dossier, const PaperWanted& wanted) {
    switch (wanted.of) {
        case PaperOf::receipt: return dossier::receipt_seal_key(dossier.state.id);
        case PaperOf::document: return dossier::document_seal_key(wanted.id);
        case PaperOf::decision: return dossier::decision_seal_key(dossier.state);
    }
    return {};
}

Result<trust::StoredSeal> seal_of(store::Reader& reader, const Stored& dossier, const PaperWanted& wanted) {
    auto found = TRY(trust::find_seal(reader, seal_key(dossier, wanted)));
    if (!found) return fail(Code::not_found, "web.paper-unsealed");
    return std::move(*found);
}

std::string host_of(const Site& site) {
    const auto scheme = site.public_url.find("://");
    return scheme == std::string::npos ? site.public_url : site.public_url.substr(scheme + 3);
}

// "3 working day", "2 month", as receipt_facts() writes a delay.
std::string delay_in_words(Language language, const std::string& value) {
    const auto parts = split(value, ' ');
    const auto count = to_integer(parts.front());
    if (!count || parts.size() < 2) return value;
    if (*count == 0) return lingua::say(language, "common.delay.at-once");
    const char* key = parts.back() == "month" ? "common.delay.months" : parts.size() == 3 ? "common.delay.working-days" : "common.delay.days";
    return lingua::say(language, key, {{"count", *count}});
}

// An office by its code, in the reader's words; anything else as it is.
std::string office_in_words(Language language, const MemberSite& member, const std::string& value) {
    const auto* office = member.info->office(value);
    return office == nullptr ? value : office->name.in(lingua::tag(language));
}

// "cnie AB123456".
std::string identity_in_words(Language language, const std::string& value) {
    const auto blank = value.find(' ');
    const auto kind = lingua::find_key("paper.identity." + value.substr(0, blank));
    return kind && blank != std::string::npos ? lingua::say(language, *kind) + " " + value.substr(blank + 1) : value;
}

// A fact's value for people: instants and dates in words, codes by their message.
std::string value_in_words(const Site& site, const MemberSite& member, Language language, std::string_view name, const std::string& value) {
    if (name == "delay") return delay_in_words(language, value);
    if (name == "office" || name == "authority" || name == "appeal") return office_in_words(language, member, value);
    if (name == "identifier") return identity_in_words(language, value);
    if (const auto date = parse_date(value)) return lingua::long_date(language, *date);
    if (const auto instant = parse_instant(value)) return lingua::date_and_time(language, site.local(*instant));
    const auto coded = lingua::find_key(fmt::format("paper.{}.{}", name, value));
    return coded ? lingua::say(language, *coded) : value;
}

// Facts that serve the proof and not the reader.
bool is_for_machines(std::string_view name) {
    static constexpr std::array hidden{"paper", "procedure", "reference", "member", "revision", "answers", "piece", "details", "document", "title", "complete", "missing", "reasons"};
    return std::ranges::find(hidden, name) != hidden.end();
}

std::vector<std::string> values_of(const trust::PaperFacts& facts, std::string_view name) {
    std::vector<std::string> out;
    for (const auto& [known, value] : facts) {
        if (known == name) out.push_back(value);
    }
    return out;
}

std::string first_of(const trust::PaperFacts& facts, std::string_view name) {
    const auto all = values_of(facts, name);
    return all.empty() ? std::string() : all.front();
}

paper::Rows rows_of(const Site& site, Language language, const MemberSite& member, const trust::PaperFacts& facts,
                    const dossier::State& state) {
    const auto& terms = state.file.terms;
    paper::Rows out;
    for (const auto& [name, value] : facts) {
        if (is_for_machines(name)) continue;
        const auto label = lingua::find_key("paper.fact." + name);
        if (!label) continue;
        auto text = value_in_words(site, member, language, name, value);
        if (name == "outcome" && is_complaint(state)) {
            if (const auto closed = lingua::find_key(fmt::format("paper.outcome.complaint-{}", value))) text = lingua::say(language, *closed);
        }
        // The sheet has no delay of its own that counts: whoever reads the number must know whose it is.
        if (name == "delay" && terms.delay_is_maximum) text = lingua::say(language, "paper.delay-maximum", {{"delay", text}});
        const bool strong = name == "answer-by" || name == "complete-by" || name == "valid-until" || name == "number";
        out.rows.push_back({lingua::say(language, *label), std::move(text), strong});
    }
    return out;
}

void add_missing(paper::Paper& out, Language language, const trust::PaperFacts& facts) {
    const auto missing = values_of(facts, "missing");
    if (missing.empty()) return;
    out.blocks.emplace_back(paper::Notice{lingua::say(language, "paper.missing-title"), lingua::say(language, "paper.missing-text"), true});
    paper::List list;
    for (const auto& item : missing) {
        const auto blank = item.find(' ');
        list.items.push_back(blank == std::string::npos ? item : item.substr(blank + 1));
    }
    out.blocks.emplace_back(std::move(list));
}

// The text of a document, from the procedure's own paragraphs.
Result<void> add_document_text(paper::Paper& out, MemberSite& member, const Site& site, const Stored& dossier, const PaperWanted& wanted) {
    const auto* document = dossier::find_document(dossier.state, wanted.id);
    if (document == nullptr) return {};
    const auto hash = TRY(from_hex(dossier.state.file.revision));
    const auto found = TRY(member.catalogue->revision(digest_from_bytes(hash)));
    const auto output = std::ranges::find(found->outputs, document->type, &catalogue::Output::code);
    if (output == found->outputs.end()) return {};
    const auto tag = lingua::tag(out.language);
    const auto& applicant = dossier.state.file.applicant;
    json::Object data{{"answers", dossier.state.file.answers},
                      {"applicant", json::Object{{"name_ar", applicant.name_arabic}, {"name_latin", applicant.name_latin},
                                                 {"identifier", applicant.identifier}}},
                      {"dossier", json::Object{{"reference", dossier.state.file.reference}}},
                      {"register", json::Object{{"number", dossier.state.registered}}},
                      {"decision", json::Object{{"date", lingua::long_date(out.language, site.local(document->issued).date)}}}};
    if (dossier.state.decision) {
        for (const auto& [name, value] : dossier.state.decision->details) data.set(name, value);
    }
    out.title = output->title.in(tag);
    for (const auto& paragraph : output->paragraphs) out.blocks.emplace_back(paper::Paragraph{catalogue::fill(paragraph.in(tag), data)});
    return {};
}

// How to pay what is due: printed for the cash point, no part of what is sealed. The digits stand in groups; the code opens
// the page that pays, on whoever's telephone.
Result<std::optional<paper::Scan>> add_payment_rows(paper::Rows& rows, Language language, const Site& site, const MemberSite& member, const Stored& dossier) {
    const auto demand = TRY(member.payments->demand_of(dossier.state.id));
    if (!demand) return std::nullopt;
    for (const auto& line : demand->lines) {
        if (demand->lines.size() > 1 && !line.label.empty()) rows.rows.push_back({line.label, lingua::money(language, line.amount.decimal()), false});
    }
    rows.rows.push_back({lingua::say(language, "paper.fact.payment-reference"), pay::shown_reference(demand->reference), true});
    rows.rows.push_back({lingua::say(language, "pay.paper.unpaid"), lingua::say(language, demand->incomplete_until_paid ? "pay.rule.incomplete" : "pay.rule.complete"), false});
    if (demand->state != pay::DemandState::open) return std::nullopt;
    return paper::Scan{fmt::format("{}/{}/pay/{}/{}", site.public_url, lingua::tag(language), member.info->id, demand->reference),
                       lingua::say(language, "pay.title"), lingua::say(language, "pay.paper.scan")};
}

Result<paper::Paper> describe(Site& site, MemberSite& member, const Stored& dossier, const PaperWanted& wanted,
                              const trust::PaperFacts& facts, const trust::Seal& seal, const std::string& seal_text) {
    paper::Paper out;
    out.language = language_of(dossier);
    const auto say = [&](std::string_view key) { return lingua::say(out.language, key); };
    const auto& info = *member.info;
    out.authority_ar = {lingua::say(Language::ar, "paper.state"), info.name.in("ar")};
    out.authority_fr = {lingua::say(Language::fr, "paper.state"), info.name.in("fr")};
    if (const auto* office = info.office(dossier.state.file.office)) {
        out.authority_ar.push_back(office->name.in("ar"));
        out.authority_fr.push_back(office->name.in("fr"));
    }
    const auto kind = lingua::find_key("paper.kind." + first_of(facts, "paper"));
    out.kind = kind ? lingua::say(out.language, *kind) : say("paper.kind.document");
    out.title = dossier.state.file.title;
    out.reference = dossier.state.file.reference;
    if (wanted.of == PaperOf::document) TRY(add_document_text(out, member, site, dossier, wanted));
    auto rows = rows_of(site, out.language, member, facts, dossier.state);
    // Printed for whoever has no account; no part of what is sealed.
    if (wanted.of == PaperOf::receipt && !dossier.state.file.follow_code.empty()) {
        rows.rows.push_back({say("request.follow-code.title"), shown_follow_code(dossier.state.file.follow_code), true});
    }
    std::optional<paper::Scan> payment;
    if (wanted.of == PaperOf::receipt) payment = TRY(add_payment_rows(rows, out.language, site, member, dossier));
    out.blocks.emplace_back(std::move(rows));
    if (payment) out.blocks.emplace_back(std::move(*payment));
    if (const auto reasons = first_of(facts, "reasons"); !reasons.empty()) {
        out.blocks.emplace_back(paper::Heading{say("paper.reasons")});
        for (const auto line : split(reasons, '\n')) out.blocks.emplace_back(paper::Paragraph{std::string(line)});
    }
    add_missing(out, out.language, facts);
    out.verification = paper::Verification{seal_text, say("paper.verify-title"), say("paper.verify-text"), site.public_url + "/v"};
    if (site.demo) out.banner = say("paper.demonstration");
    out.page_words = say("paper.page-words");
    out.footer = say("paper.footer");
    out.created = seal.issued;
    out.author = info.name.in("fr");
    return out;
}

struct Prepared {
    trust::PaperFacts facts;
    trust::StoredSeal stored;
    trust::Seal seal;
    std::string text;    // of the QR code
    std::string bundle;  // wasl.json
};

Result<Prepared> prepare(MemberSite& member, const Site& site, const Stored& dossier, const PaperWanted& wanted) {
    Prepared out;
    out.facts = TRY(facts_of(member, site, dossier, wanted));
    const auto reader = TRY(member.store->read());
    out.stored = TRY(seal_of(*reader, dossier, wanted));
    out.seal = TRY(trust::parse_seal(out.stored.seal));
    out.text = TRY(trust::seal_url(out.stored.seal, host_of(site)));
    const auto proof = TRY(trust::prove_entry(*reader, out.stored.leaf_index));
    trust::Bundle bundle;
    auto text = TRY(trust::canonical_text(out.facts));
    bundle.paper = trust::PaperBundle{.seal = out.stored.seal,
                                      .paper = std::move(text),
                                      .inclusion = trust::InclusionEvidence{proof.leaf, proof.index, proof.path, proof.checkpoint}};
    out.bundle = trust::write_bundle(bundle);
    return out;
}

std::string rendering_name(const PaperWanted& wanted, const Stored& dossier) {
    switch (wanted.of) {
        case PaperOf::receipt: return "receipt";
        case PaperOf::document: return wanted.id;
        case PaperOf::decision: return dossier::decision_seal_key(dossier.state);
    }
    return {};
}

Result<std::string> kept(MemberSite& member, const std::string& digest) {
    const auto reader = TRY(member.store->read());
    const auto bytes = TRY(from_hex(digest));
    return reader->blob(digest_from_bytes(bytes));
}

}  // namespace

Result<std::string> paper_pdf(Site& site, MemberSite& member, const Stored& dossier, const PaperWanted& wanted) {
    const auto name = rendering_name(wanted, dossier);
    const auto& renderings = dossier.state.renderings;
    if (const auto found = std::ranges::find(renderings, name, &dossier::Rendering::what); found != renderings.end()) {
        return kept(member, found->digest);
    }
    const auto prepared = TRY(prepare(member, site, dossier, wanted));
    const auto description = TRY(describe(site, member, dossier, wanted, prepared.facts, prepared.seal, prepared.text));
    const auto drawn = TRY(paper::render(description));
    const Instant now = site.clock->now();
    const auto signer = TRY(member.keys->signer(trust::KeyUse::document, now));
    const auto certificate = TRY(member.keys->certificate(now));
    auto pdf = TRY(trust::sign_pdf(drawn.bytes, *signer, certificate, {.member = member.info->id, .at = now, .attachment = prepared.bundle}));
    const auto digest = TRY(member.store->write_blob(pdf));
    dossier::Ask ask;
    ask.dossier = dossier.state.id;
    ask.command = dossier::KeepRendering{name, digest.hex(), pdf.size()};
    ask.actor = dossier::Actor::system();
    if (const auto done = member.dossiers->run(std::move(ask)); !done) {
        // Somebody else was first: theirs are the bytes that stay.
        const auto again = TRY(member.dossiers->get(dossier.state.id));
        if (!again) return std::unexpected(done.error());
        const auto& theirs = again->state.renderings;
        const auto found = std::ranges::find(theirs, name, &dossier::Rendering::what);
        if (found == theirs.end()) return std::unexpected(done.error());
        return kept(member, found->digest);
    }
    return pdf;
}

Result<std::string> paper_large_print(Site& site, MemberSite& member, const Stored& dossier, const PaperWanted& wanted) {
    const auto prepared = TRY(prepare(member, site, dossier, wanted));
    auto description = TRY(describe(site, member, dossier, wanted, prepared.facts, prepared.seal, prepared.text));
    description.large_print = true;
    return TRY(paper::render(description)).bytes;
}

Result<std::string> paper_bundle(MemberSite& member, const Site& site, const Stored& dossier, const PaperWanted& wanted) {
    return TRY(prepare(member, site, dossier, wanted)).bundle;
}

Result<std::string> paper_seal_text(MemberSite& member, const Site& site, const Stored& dossier, const PaperWanted& wanted) {
    const auto reader = TRY(member.store->read());
    return trust::seal_url(TRY(seal_of(*reader, dossier, wanted)).seal, host_of(site));
}

}  // namespace wasl::web
