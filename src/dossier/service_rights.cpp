// Papers, drafts, the outbox, and the rights of the person: to take everything out, to be erased.
#include "base/ids.hpp"
#include "base/text.hpp"
#include "dossier/codec.hpp"
#include "dossier/impl/writing.hpp"
#include "dossier/service.hpp"

#include <algorithm>

namespace wasl::dossier {

namespace {

constexpr std::size_t draft_limit = 200;  // drafts of one person that a list shows

std::string draft_context(std::string_view member, std::string_view id) {
    return "wasl draft\n" + std::string(member) + "\n" + std::string(id);
}

// All answers of a draft are sealed: which of them are sensitive only its form could say.
Result<std::string> draft_body(const DraftRow& draft, Instant at, const ServicePorts& ports) {
    if (ports.fields == nullptr) return fail(Code::unavailable, "dossier.field-key-missing", "draft");
    json::Object body{{"owner", draft.owner}, {"procedure", draft.procedure}, {"revision", draft.revision}, {"step", draft.step},
                      {"at", at.iso()}};
    const auto context = draft_context(ports.member, draft.id);
    body.set("sealed", ports.fields->seal(json::write(json::Value(draft.answers)), context, *ports.entropy));
    body.set("pieces", TRY(json::parse(encode(draft.pieces))));
    return json::write(json::Value(std::move(body)));
}

// Without its answers: enough to know whose it is and what hangs on it.
Result<DraftRow> draft_head(const store::Document& document) {
    const auto body = TRY(json::parse(document.body));
    DraftRow draft;
    draft.id = document.key;
    draft.owner = body["owner"].text_or("");
    draft.procedure = body["procedure"].text_or("");
    draft.revision = body["revision"].text_or("");
    draft.step = body["step"].text_or("");
    draft.pieces = TRY(decode_pieces(body["pieces"]));
    if (const auto at = parse_instant(body["at"].text_or(""))) draft.updated = *at;
    draft.version = document.version;
    return draft;
}

Result<DraftRow> draft_of(const store::Document& document, const ServicePorts& ports) {
    auto draft = TRY(draft_head(document));
    const auto body = TRY(json::parse(document.body));
    if (const auto* answers = body["answers"].object()) draft.answers = *answers;  // written before drafts were sealed
    const auto* sealed = body["sealed"].string();
    if (sealed == nullptr) return draft;
    if (ports.fields == nullptr) return fail(Code::unavailable, "dossier.field-key-missing", "draft");
    const auto plain = TRY(ports.fields->open(*sealed, draft_context(ports.member, draft.id)));
    const auto answers = TRY(json::parse(plain));
    if (const auto* object = answers.object()) draft.answers = *object;
    return draft;
}

// Papers of a draft keep a name in the store, or the sweep would take them.
Result<void> rename_papers(store::Transaction& tx, const std::vector<Piece>& before, const std::vector<Piece>& after) {
    for (const auto& piece : after) TRY(name_paper(tx, piece.digest));
    for (const auto& piece : before) TRY(release_paper(tx, piece.digest));
    return {};
}

Result<DraftRow> draft_in(store::Transaction& tx, DraftRow draft, const ServicePorts& ports) {
    std::vector<Piece> before;
    if (draft.version != 0) {
        const auto document = TRY(tx.get(rows::drafts, draft.id));
        const auto standing = document ? std::optional(TRY(draft_head(*document))) : std::nullopt;
        if (!standing || standing->owner != draft.owner) return fail(Code::not_found, "draft.unknown", draft.id);
        if (standing->version != draft.version) return fail(Code::conflict, "draft.stale", draft.id);
        before = standing->pieces;
    }
    TRY(rename_papers(tx, before, draft.pieces));
    draft.updated = tx.now();
    const auto body = TRY(draft_body(draft, draft.updated, ports));
    draft.version = TRY(tx.put(rows::drafts, draft.id, draft.version, body,
                               {{"owner", draft.owner}, {"updated", draft.updated.micros}}));
    return draft;
}

// The same for a person who takes out what is theirs.
void open_event(Event& event, const State& state, const FieldKeys* keys) {
    const SealPlace place{state.file.member, state.id};
    const auto& sensitive = state.file.sensitive;
    if (auto* filed = std::get_if<Filed>(&event.body)) open_answers(filed->answers, sensitive, keys, place);
    if (auto* amended = std::get_if<AnswersAmended>(&event.body)) open_answers(amended->answers, sensitive, keys, place);
    if (auto* granted = std::get_if<GrantedAutomatically>(&event.body)) open_answers(granted->record.inputs, sensitive, keys, place);
}

json::Object opened(const DraftRow& draft) {
    json::Object out{{"owner", draft.owner}, {"procedure", draft.procedure}, {"revision", draft.revision}, {"step", draft.step},
                     {"answers", draft.answers}, {"at", draft.updated.iso()}};
    if (auto pieces = json::parse(encode(draft.pieces))) out.set("pieces", std::move(*pieces));
    return out;
}

json::Value parsed(std::string_view text) {
    auto value = json::parse(text);
    return value ? std::move(*value) : json::Value();
}

}  // namespace

Result<Piece> Service::upload(std::string requirement, const std::string& name, std::string_view bytes) {
    auto piece = TRY(uploaded_piece(std::move(requirement), name, bytes));
    TRY(ports_->store->write_blob(bytes));
    return piece;
}

Result<std::string> Service::bytes_of(const Piece& piece) const {
    const auto reader = TRY(ports_->store->read());
    const auto digest = TRY(digest_of(piece.digest));
    return reader->blob(digest);
}

Result<DraftRow> Service::save_draft(DraftRow draft) {
    if (draft.owner.empty()) return fail(Code::forbidden, "draft.unknown", "a draft belongs to someone");
    TRY(within_limit(draft.pieces));
    if (draft.id.empty()) draft.id = random_id(*ports_->entropy);
    DraftRow saved;
    TRY(ports_->store->run([&](store::Transaction& tx) -> Result<void> {
        saved = TRY(draft_in(tx, draft, *ports_));
        return {};
    }));
    return saved;
}

Result<std::optional<DraftRow>> Service::draft(std::string_view owner, std::string_view id) const {
    const auto reader = TRY(ports_->store->read());
    const auto document = TRY(reader->get(rows::drafts, id));
    if (!document) return std::nullopt;
    auto found = TRY(draft_of(*document, *ports_));
    if (found.owner != owner) return std::nullopt;  // somebody else's draft is no draft
    return found;
}

Result<std::vector<DraftRow>> Service::drafts(std::string_view owner) const {
    const auto reader = TRY(ports_->store->read());
    const store::Query query{.collection = std::string(rows::drafts), .index = "owner", .equal = {std::string(owner)},
                             .descending = true, .limit = draft_limit};
    std::vector<DraftRow> out;
    for (const auto& document : TRY(reader->find(query)).documents) {
        auto draft = draft_of(document, *ports_);
        if (draft) {
            out.push_back(std::move(*draft));
        } else {
            rows::log_unreadable(rows::drafts, document.key, draft.error());
        }
    }
    return out;
}

Result<void> Service::drop_draft(std::string_view owner, std::string_view id) {
    return ports_->store->run([&](store::Transaction& tx) -> Result<void> {
        const auto document = TRY(tx.get(rows::drafts, id));
        if (!document) return {};
        const auto standing = TRY(draft_head(*document));
        if (standing.owner != owner) return fail(Code::not_found, "draft.unknown", std::string(id));
        TRY(rename_papers(tx, standing.pieces, {}));
        return tx.erase(rows::drafts, id);
    });
}

Result<std::vector<OutMessage>> Service::outbox(std::size_t limit) const {
    const auto reader = TRY(ports_->store->read());
    const auto page = TRY(reader->find({.collection = std::string(rows::outbox), .limit = std::clamp<std::size_t>(limit, 1, 1'000)}));
    std::vector<OutMessage> out;
    for (const auto& document : page.documents) {
        const auto parsed_body = json::parse(document.body);
        if (!parsed_body) {
            rows::log_unreadable(rows::outbox, document.key, parsed_body.error());
            continue;
        }
        const auto& body = *parsed_body;
        OutMessage message;
        message.id = document.key;
        message.key = body["key"].text_or("");
        message.dossier = body["dossier"].text_or("");
        message.reference = body["reference"].text_or("");
        if (const auto* args = body["args"].object()) message.args = *args;
        message.contact = {.channel = std::string(body["channel"].text_or("")),
                           .address = std::string(body["address"].text_or("")),
                           .language = std::string(body["language"].text_or(""))};
        if (const auto at = parse_instant(body["at"].text_or(""))) message.at = *at;
        out.push_back(std::move(message));
    }
    return out;
}

Result<void> Service::sent(std::span<const std::string> ids) {
    return ports_->store->run([&](store::Transaction& tx) -> Result<void> {
        for (const auto& id : ids) TRY(tx.erase(rows::outbox, id));
        return {};
    });
}

// Law 09-08: everything held about a person here, in one document.
Result<json::Object> Service::take_out(std::string_view person) const {
    json::Array dossiers, own_drafts;
    for (const auto& row : TRY(mine(person, 1'000))) {
        json::Array events, seen;
        auto standing = TRY(get(row.id));
        if (!standing) continue;
        for (auto& event : TRY(history(row.id))) {
            open_event(event, standing->state, ports_->fields);
            events.push_back(parsed(encode(event)));
        }
        reveal(*standing);
        for (const auto& look : TRY(looks(row.id, 10'000))) {
            seen.emplace_back(json::Object{{"at", look.at.iso()}, {"who", look.who}, {"office", look.office},
                                           {"purpose", look.purpose}, {"what", look.what}});
        }
        dossiers.emplace_back(json::Object{{"reference", row.reference},
                                           {"state", parsed(encode(standing->state))["dossier"]},
                                           {"history", std::move(events)},
                                           {"looks", std::move(seen)}});
    }
    for (const auto& draft : TRY(drafts(person))) own_drafts.emplace_back(opened(draft));
    return json::Object{{"member", ports_->member}, {"person", person}, {"dossiers", std::move(dossiers)}, {"drafts", std::move(own_drafts)}};
}

Result<void> Service::erase(std::string_view dossier, const Actor& actor, std::string_view ground) {
    if (trim(ground).empty()) return fail(Code::unprocessable, "dossier.reasons-required", "ground of the erasure");
    return ports_->store->run([&](store::Transaction& tx) -> Result<void> {
        Writing writing(*ports_, tx);
        auto loaded = TRY(writing.load(dossier));
        const State& state = loaded.state;
        if (is_open(state.phase)) return fail(Code::conflict, "dossier.wrong-phase", std::string(to_string(state.phase)));
        for (const auto& piece : state.file.pieces) TRY(release_paper(tx, piece.digest));
        for (const auto& rendering : state.renderings) TRY(release_paper(tx, rendering.digest));
        TRY(tx.erase_chain(state.id));
        TRY(tx.append({.chain = state.id,
                       .kind = "dossier.erased",
                       .content = json::write(json::Object{{"by", actor.id}, {"office", actor.office}, {"ground", ground}})}));
        // The reference stays taken, and what was erased stays known to have been there.
        TRY(tx.put(rows::dossiers, state.id, loaded.version, rows::tombstone(state, actor, tx.now(), ground),
                   {{"reference", state.file.reference}}));
        TRY(tx.bump(rows::counter_name(state.file.office, state.phase), -1));
        return {};
    });
}

}  // namespace wasl::dossier
