#include "evidence_exchange.hpp"

#include "exchange_node.hpp"
#include "member_evidence.hpp"
#include "web/held_records.hpp"
#include "web/person_looks.hpp"

#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::app {

namespace {

using dossier::EvidenceFound;
using dossier::EvidenceHow;
using dossier::EvidenceWanted;
using exchange::ClientId;

exchange::LocalAnswer problem(const Error& error) {
    const int status = error.code == Code::not_found ? 404 : error.code == Code::unsupported ? 405 : error.code == Code::invalid ? 400 : 503;
    const json::Object body{{"type", error.key}, {"status", status}, {"detail", status == 503 ? "" : error.detail}};
    return {.status = status, .headers = {{"Content-Type", "application/problem+json"}}, .body = json::write(body)};
}

// The person reads it on their own page, when they have an account on this host.
void tell_the_person(Host& host, const std::string& member, const reg::Question& question, const reg::Asker& asker) {
    const auto colon = question.subject.find(':');
    auto job = [&host, member, asker, kind = question.subject.substr(0, colon), number = question.subject.substr(colon + 1)] {
        auto& site = host.site();
        const auto people = site.persons->by_document(kind, number);
        const auto done = people ? web::keep_register_looks(site, member, asker, *people) : Result<void>(std::unexpected(people.error()));
        if (!done) log::warning("register.look", {{"member", member}, {"key", done.error().key}, {"detail", done.error().detail}});
    };
    auto* pool = host.site().pool;
    if (pool == nullptr || !pool->submit(job)) log::warning("register.look", {{"member", member}, {"key", "busy"}});
}

// The answer with the document of the act: drawn and signed on the pool, for it waits for the disk.
void with_document(Host& host, const std::string& member, reg::Answer answer, exchange::LocalDone done) {
    auto shared = std::make_shared<exchange::LocalDone>(std::move(done));
    auto job = [&host, member, answer = std::move(answer), shared]() mutable {
        auto* site = host.at_quietly(member).value_or(nullptr);
        if (site == nullptr) return (*shared)(problem(Error{Code::unavailable, "web.no-member", {}}));
        const auto document = document_of_act(host.site(), *site, answer.act);
        if (!document) return (*shared)(problem(document.error()));
        if (*document) exchange::put_document(answer.document, **document);
        (*shared)(exchange::LocalAnswer{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = json::write(answer.document)});
    };
    auto* pool = host.site().pool;
    if (pool == nullptr || !pool->submit(std::move(job))) (*shared)(problem(Error{Code::unavailable, "register.busy", {}}));
}

}  // namespace

exchange::LocalService register_service(Host& host, std::string member) {
    return [&host, member = std::move(member)](const exchange::LocalCall& call, exchange::LocalDone done) {
        auto question = reg::question_of(call.method, call.path, call.query.value_or(""));
        if (!question) return done(problem(question.error()));
        const auto site = host.at(member);
        if (!site) return done(problem(site.error()));
        reg::Asker asker{.who = call.words.client.text(), .member = call.words.client.member().text(), .purpose = call.purpose,
                         .legal_basis = call.legal_basis, .exchange = call.request_id, .office = call.words.user_id.value_or("")};
        struct Held {
            reg::Question question;
            reg::Asker asker;
            reg::Answer answer;
        };
        auto held = std::make_shared<Held>(std::move(*question), std::move(asker), reg::Answer{});
        const auto pack = host.site().pack;
        (*site)->store->submit(
            [held, member, pack](store::Transaction& tx) -> Result<void> {
                held->answer = TRY(reg::answer_noted(tx, held->question, held->asker, member, *pack));
                return {};
            },
            [held, member, &host, done = std::move(done)](Result<void> written) mutable {
                if (!written) return done(problem(written.error()));  // not journaled: nothing is told
                tell_the_person(host, member, held->question, held->asker);
                if (!held->answer.act.empty()) return with_document(host, member, std::move(held->answer), std::move(done));
                done(exchange::LocalAnswer{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = json::write(held->answer.document)});
            },
            store::Priority::looks);
    };
}

Result<std::string> register_openapi(Host& host, const std::string& member) {
    const auto* site = TRY(host.at_quietly(member));
    return reg::openapi(member, web::register_types(*site->catalogue));
}

namespace {

// Shared: an answer may come when it is connected no longer.
class ExchangeEvidence final : public dossier::EvidenceSource, public std::enable_shared_from_this<ExchangeEvidence> {
public:
    ExchangeEvidence(Host& host, std::string member, exchange::Node& node, SnapshotPort snapshot, ClientId client)
        : host_(&host), member_(std::move(member)), node_(&node), snapshot_(std::move(snapshot)), client_(std::move(client)) {}

    [[nodiscard]] std::optional<dossier::Holder> holder_of(std::string_view type, std::string_view named) const override {
        const auto snapshot = snapshot_();
        const auto* service = snapshot == nullptr ? nullptr : snapshot->service_for(type, named);
        if (service == nullptr) return std::nullopt;
        dossier::Holder out{service->id.provider.member().text(), service->id.service_code, {}};
        if (const auto* holder = snapshot->member(service->id.provider)) out.names = holder->names;
        return out;
    }

    void fetch(const EvidenceWanted& wanted, Done done) override {
        const auto snapshot = snapshot_();
        const auto* service = snapshot == nullptr ? nullptr : snapshot->service_for(wanted.evidence_type, wanted.named);
        const auto subject = dossier::subject_key(wanted.subject.identifier_kind, wanted.subject.identifier);
        if (service == nullptr) return done(fail(Code::unavailable, "evidence.no-holder", wanted.evidence_type));
        if (subject.empty()) return done(fail(Code::unprocessable, "evidence.no-subject", wanted.evidence_type));
        exchange::OwnCall call;
        call.client = client_;
        call.service = service->id;
        const auto* what = wanted.how == EvidenceHow::yes_no ? "holds" : wanted.how == EvidenceHow::document ? "document" : "evidence";
        call.path = fmt::format("/v1/{}/{}/{}", what, percent_encode(wanted.evidence_type), percent_encode(subject));
        std::string query;
        for (const auto& [fact, value] : wanted.where) query += fmt::format("{}{}={}", query.empty() ? "" : "&", percent_encode(fact), percent_encode(value));
        if (!query.empty()) call.query = std::move(query);
        call.headers = {{"Accept", "application/json"}};
        call.user_id = wanted.office;
        call.issue = wanted.dossier;
        node_->call(std::move(call), [own = shared_from_this(), wanted, service = service->id, done = std::move(done)](const exchange::OwnAnswer& answer) {
            auto found = read(service, answer);
            if (!found || !found->holds || wanted.how != EvidenceHow::document) return done(std::move(found));
            auto keep = [own, wanted, service, done, body = answer.body, found = *found]() mutable { done(own->with_piece(wanted, service, body, std::move(found))); };
            auto* pool = own->host_->site().pool;
            if (pool == nullptr || !pool->submit(std::move(keep))) done(fail(Code::unavailable, "evidence.busy", wanted.evidence_type));
        });
    }

private:
    static Result<EvidenceFound> read(const exchange::ServiceId& service, const exchange::OwnAnswer& answer) {
        if (answer.fault) {
            const auto type = exchange::fault_type(answer.fault->side, answer.fault->kind, exchange::FaultSpelling::documented);
            return fail(Code::unavailable, "exchange.fault", type + ": " + answer.fault->message);
        }
        if (answer.status != 200) return fail(Code::unavailable, "evidence.status", std::to_string(answer.status));
        auto found = TRY(evidence_from(answer.body));
        found.holder = service.provider.member().text();
        found.service = service.text();
        found.exchange = answer.message_id;
        return found;
    }

    // The document is kept only when the holder itself signed it.
    Result<EvidenceFound> with_piece(const EvidenceWanted& wanted, const exchange::ServiceId& service, const std::string& body, EvidenceFound found) {
        const auto answer = TRY(json::parse(body));
        const auto document = TRY(exchange::document_in(answer));
        found.holds = document.has_value();  // what it can not hand over, the person brings
        if (!document) return found;
        const auto snapshot = snapshot_();
        if (snapshot == nullptr) return fail(Code::unavailable, "evidence.no-holder", wanted.evidence_type);
        TRY(exchange::check_signed_by(*document, *snapshot, service.provider.member(), host_->site().clock->now()));
        auto* site = TRY(host_->at_quietly(member_));
        found.piece = TRY(piece_of(*site, wanted, *document));
        return found;
    }

    Host* host_;
    std::string member_;
    exchange::Node* node_;
    SnapshotPort snapshot_;
    ClientId client_;
};

}  // namespace

std::shared_ptr<dossier::EvidenceSource> exchange_evidence(Host& host, std::string member, exchange::Node& node, SnapshotPort snapshot, ClientId client) {
    return std::make_shared<ExchangeEvidence>(host, std::move(member), node, std::move(snapshot), std::move(client));
}

Result<void> connect_exchange(Host& host, ExchangeNode& exchange) {
    for (const auto& subsystem : exchange.file().subsystems) {
        auto source = exchange_evidence(host, subsystem.member, exchange.node(), [&exchange] { return exchange.registry(); }, subsystem.id);
        TRY(host.connect_evidence(subsystem.member, std::move(source)));
    }
    return {};
}

void disconnect_exchange(Host& host, const ExchangeNode& exchange) {
    for (const auto& subsystem : exchange.file().subsystems) {
        static_cast<void>(host.connect_evidence(subsystem.member, nullptr));  // a member whose store never opened asks nobody
    }
}

}  // namespace wasl::app
