// Agreements on their way over the exchange: what the other side proposes is taken with its signature alone; who signs
// here sends it back. Nothing counts before both have signed (exchange_management.cpp applies it then).
#include "exchange_management.hpp"

#include "base/log.hpp"
#include "exchange/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>

namespace wasl::app {

using exchange::AgreementSide;
using exchange::LocalAnswer;
using exchange::ManagedKind;

// Outlives the management with the calls that may still come for it.
struct ExchangeManagement::Gate {
    std::mutex guard;
    ExchangeManagement* open = nullptr;
};

namespace {

constexpr std::size_t longest_proposal = 65'536;
constexpr std::size_t proposals_most = 50;  // of one administration, unsigned here
constexpr std::chrono::seconds patience{30};

LocalAnswer problem_answer(const Error& error) {
    return {.status = http_status(error.code), .headers = {{"Content-Type", "application/problem+json"}}, .body = problem_body(error)};
}

AgreementSide other(AgreementSide side) { return side == AgreementSide::consumer ? AgreementSide::provider : AgreementSide::consumer; }

}  // namespace

ExchangeManagement::ExchangeManagement(Options options) : gate_(std::make_shared<Gate>()), options_(std::move(options)) { gate_->open = this; }

ExchangeManagement::~ExchangeManagement() {
    const std::lock_guard lock(gate_->guard);
    gate_->open = nullptr;
}

exchange::LocalService ExchangeManagement::proposals() const {
    return [gate = gate_, later = options_.later](exchange::LocalCall call, exchange::LocalDone done) {
        auto shared = std::make_shared<exchange::LocalDone>(std::move(done));
        auto job = [gate, call = std::move(call), shared] {
            const std::lock_guard lock(gate->guard);
            auto taken = gate->open == nullptr ? Result<json::Value>(fail(Code::unavailable, "exchange.busy", "")) : gate->open->receive(call);
            if (!taken) return (*shared)(problem_answer(taken.error()));
            (*shared)(LocalAnswer{.status = 200, .headers = {{"Content-Type", "application/json"}}, .body = json::write(*taken)});
        };
        if (!later || !later(std::move(job))) (*shared)(problem_answer({Code::unavailable, "exchange.busy", {}}));
    };
}

Result<std::optional<exchange::SignedAgreement>> ExchangeManagement::standing(std::string_view member, std::string_view id) const {
    for (const auto& row : rows_of(member)) {
        if (row.kind == ManagedKind::agreement && row.id == id) return TRY(exchange::parse_signed_agreement(row.body["jws"].text_or("")));
    }
    return std::optional<exchange::SignedAgreement>();
}

Result<void> ExchangeManagement::check_given(const exchange::SignedAgreement& agreement) const {
    const auto snapshot = options_.snapshot();
    if (snapshot == nullptr) return fail(Code::unavailable, "exchange.registry-missing", "no snapshot yet");
    return exchange::check_given_signatures(agreement, *snapshot, options_.clock->now());
}

Result<void> ExchangeManagement::check_words(std::string_view member, const exchange::SignedAgreement& agreement) const {
    const auto before = TRY(standing(member, agreement.agreement.id));
    if (!before || before->text == agreement.text) return {};
    const auto snapshot = options_.snapshot();
    if (snapshot != nullptr && !exchange::binds(*before, *snapshot, options_.clock->now())) return {};
    return fail(Code::conflict, "exchange.agreement-differs", agreement.agreement.id + " was agreed to in other words: withdraw it first");
}

Result<json::Value> ExchangeManagement::receive(const exchange::LocalCall& call) {
    if (call.method != "POST") return fail(Code::method_not_allowed, "exchange.agreement-method", "POST");
    if (call.body->size() > longest_proposal) return fail(Code::too_large, "exchange.agreement-malformed", "too large");
    const auto come = TRY(exchange::parse_signed_agreement(call.body->view()));
    const auto sender = call.words.client.member();
    std::optional<AgreementSide> theirs;
    for (const auto side : {AgreementSide::consumer, AgreementSide::provider}) {
        if (exchange::member_of(come.agreement, side) == sender && come.by(side) != nullptr) theirs = side;
    }
    if (!theirs) return fail(Code::forbidden, "exchange.agreement-foreign", sender.text() + " has not signed it");
    const auto ours = other(*theirs);
    const auto member = TRY(member_for(exchange::member_of(come.agreement, ours)));
    if (options_.registered.find(member)->second != call.service.provider.member()) {
        return fail(Code::unprocessable, "exchange.managed-elsewhere", "it is with another administration");
    }
    const auto snapshot = options_.snapshot();
    if (snapshot == nullptr) return fail(Code::unavailable, "exchange.registry-missing", "no snapshot yet");
    TRY(exchange::check_agreement_side(come, *theirs, *snapshot, options_.clock->now()));
    const auto& id = come.agreement.id;
    if (ours == AgreementSide::provider && !has_service(come.agreement.service)) {
        return fail(Code::unprocessable, "exchange.managed-missing", come.agreement.service.text() + " is no service here");
    }
    if (in_file(ManagedKind::right, id)) return fail(Code::conflict, "exchange.managed-in-file", id + " is a right here already");
    auto before = TRY(standing(member, id));
    if (before && before->text != come.text && !exchange::binds(*before, *snapshot, options_.clock->now())) before.reset();
    if (!before) {
        std::size_t open = 0;
        for (const auto& one : TRY(agreements(member))) {
            if (one.agreement.by(ours) == nullptr && exchange::member_of(one.agreement.agreement, *theirs) == sender) ++open;
        }
        if (open >= proposals_most) return fail(Code::too_many, "exchange.agreements-open", fmt::format("{} wait for a signature here", open));
    }
    const auto joined = TRY(exchange::join_agreement(before ? &*before : nullptr, come, *theirs));
    const auto text = exchange::write_signed_agreement(joined);
    if (!before || exchange::write_signed_agreement(*before) != text) {
        TRY(write({call.words.client.text(), "exchange"}, member, ManagedKind::agreement, id, std::nullopt, json::Object{{"jws", text}}));
    }
    return json::Object{{"id", id}, {"signed_here", joined.by(ours) != nullptr}};
}

Result<void> ExchangeManagement::send(const std::string& member, const exchange::SignedAgreement& agreement) {
    const auto& ours = options_.registered.find(member)->second;
    const bool consumer = exchange::member_of(agreement.agreement, AgreementSide::consumer) == ours;
    const auto& there = consumer ? agreement.agreement.service.provider : agreement.agreement.client;
    if (member_for(there)) return {};  // both sides live here, and both rows are written
    exchange::OwnCall call;
    call.client = consumer ? agreement.agreement.client : agreement.agreement.service.provider;
    call.service = {there, std::string(agreements_service)};
    call.method = "POST";
    call.headers = {{"Content-Type", "application/jose+json"}, {"Accept", "application/json"}};
    call.body = exchange::write_signed_agreement(agreement);
    auto answered = std::make_shared<std::promise<exchange::OwnAnswer>>();
    auto answer = answered->get_future();
    options_.call(std::move(call), [answered](exchange::OwnAnswer given) { answered->set_value(std::move(given)); });
    if (answer.wait_for(patience) != std::future_status::ready) return fail(Code::unavailable, "exchange.agreement-unsent", "no answer yet");
    const auto given = answer.get();
    if (given.fault) return fail(Code::unavailable, "exchange.agreement-unsent", given.fault->message);
    if (given.status != 200) return fail(Code::conflict, "exchange.agreement-refused", fmt::format("{} {}", given.status, given.body.substr(0, 300)));
    return {};
}

Result<bool> ExchangeManagement::sign(const std::string& member, const std::string& id, const std::string& by) {
    auto agreement = TRY(standing(member, id));
    if (!agreement) return fail(Code::not_found, "exchange.managed-missing", id);
    TRY(check_given(*agreement));  // a key may have been revoked since it came
    const auto& registered = options_.registered.find(member)->second;
    bool fresh = false;
    for (const auto side : {AgreementSide::consumer, AgreementSide::provider}) {
        if (exchange::member_of(agreement->agreement, side) != registered || agreement->by(side) != nullptr) continue;
        const auto key = TRY(options_.key(member));
        TRY(exchange::sign_agreement(*agreement, side, key.id, key.key, options_.clock->now()));
        fresh = true;
    }
    if (!fresh) return fail(Code::conflict, "exchange.agreement-signed", id);
    TRY(write({by, "desk"}, member, ManagedKind::agreement, id, std::nullopt, json::Object{{"jws", exchange::write_signed_agreement(*agreement)}}));
    const auto sent = send(member, *agreement);
    if (!sent) log::warning("exchange.agreement", {{"id", id}, {"key", sent.error().key}, {"detail", sent.error().detail}});
    return sent.has_value();
}

}  // namespace wasl::app
