#include "exchange/peer.hpp"

#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "exchange/meta.hpp"
#include "exchange/services_call.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

using enum FaultKind;

// One message on its way through this side.
struct Passage : std::enable_shared_from_this<Passage> {
    Passage(NodeCore& with, WireRequest wire, Sender from, PeerDone answer)
        : core(with), open(with), request(std::move(wire)), sender(std::move(from)), done(std::move(answer)) {}

    NodeCore& core;
    OpenCount open;
    WireRequest request;
    Sender sender;
    PeerDone done;

    std::shared_ptr<const Running> running;
    std::shared_ptr<const Directory> directory;
    const RegisteredNode* node = nullptr;  // of the directory
    const Served* served = nullptr;        // of running; null until the provider is known to be here
    ServiceAddress address;
    RequestWords words;
    std::vector<HeaderLine> headers;  // of the X-Road message
    std::string head;
    ExchangeFacts facts;
    Seal seal;
    const AccessRight* right = nullptr;  // of running: what allowed the call; null for metaservices and open services
    const ServiceConfiguration* service = nullptr;
    bool meta = false;
    bool checked = false;  // the signature is good
    RowPlace row;
    std::array<std::int64_t, 4> times{};

    using Check = std::optional<Refusal>;  // nothing: go on

    Refusal refuse(FaultKind kind, std::string words_, std::string reason, std::string detail = {}) {
        return core.refuse(FaultSide::server_proxy, kind, std::move(words_), std::move(reason), std::move(detail));
    }

    void start();
    Check check();
    Check check_address();
    Check check_sender();
    Check check_service();
    Check check_signature();
    void journal_request();
    void call();
    void answer(ProviderAnswer&& given);
    void respond(WireResponse&& response, const std::optional<Refusal>& refusal, bool perhaps_done = false);
    void turn_away(const Refusal& refusal);
    void journal_response(const WireResponse& response, const std::optional<Seal>& sealed, const Fault* fault, bool perhaps_done);
    void record(const WireResponse& response, const Fault* fault);
    [[nodiscard]] WireResponse fault_message(const Fault& fault) const;
};

// ---- checks, in X-Road's order ----

Passage::Check Passage::check_address() {
    headers = unsealed_headers(request.headers);
    auto parsed_words = read_request_words(headers);
    if (!parsed_words) { return refuse(invalid_request, "The message's X-Road headers are malformed", parsed_words.error().key, parsed_words.error().detail); }
    auto parsed_address = parse_service_address(request.target);
    words = std::move(*parsed_words);
    if (!parsed_address) { return refuse(invalid_request, "The address is malformed", parsed_address.error().key, parsed_address.error().detail); }
    address = std::move(*parsed_address);
    const auto ids = field_lines(headers, "x-road-request-id");
    const bool good_id = ids.size() == 1 && !ids[0].empty() && ids[0].size() <= 64 &&
                         std::ranges::all_of(ids[0], [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; });
    if (!is_protocol_method(request.method)) { return refuse(invalid_request, "The method is none of the protocol's", "exchange.method"); }
    if (!good_id || !words.id) { return refuse(invalid_request, "x-road-request-id or x-road-id is missing or malformed", "exchange.header-malformed"); }
    facts = {JournalSide::provider, ids[0], *words.id, words.client, address.service, Instant{times[0] * 1'000}};
    const RegisteredNode* here = directory->node(core.options.id);
    served = running->served(address.service.provider);
    if (served == nullptr || here == nullptr || !directory->speaks_for(*here, address.service.provider)) {
        served = nullptr;
        return refuse(unknown_member, "The provider is not registered with this node: " + address.service.provider.text(), "exchange.provider-unknown");
    }
    return std::nullopt;
}

Passage::Check Passage::check_sender() {
    const auto untrusted = [&](std::string words_, std::string reason) {
        return refuse(ssl_authentication_failed, std::move(words_), std::move(reason), sender.certificate);
    };
    if (sender.own) {
        node = directory->node(core.options.id);
    } else {
        if (sender.certificate.empty()) { return untrusted("No client certificate was shown", "exchange.certificate-missing"); }
        node = directory->node_with_certificate(sender.certificate);
        if (node == nullptr) { return untrusted("The client certificate belongs to no registered node", "exchange.certificate-unknown"); }
        if (directory->revoked(sender.certificate, core.now())) { return untrusted("The client certificate is revoked", "exchange.certificate-revoked"); }
        if (!directory->certificate_counts(*node, sender.certificate, core.now())) {
            return untrusted("The client certificate is outside its validity", "exchange.certificate-expired");
        }
    }
    if (!directory->speaks_for(*node, words.client)) {
        return untrusted("The node " + node->id.text() + " does not serve the client " + words.client.text(), "exchange.certificate-of-another");
    }
    if (!words.client.subsystem_code.empty() && !directory->has_subsystem(words.client)) {
        return refuse(unknown_member, "The client is not registered: " + words.client.text(), "exchange.client-unknown");
    }
    return std::nullopt;
}

Passage::Check Passage::check_service() {
    meta = is_metaservice(request.method, address.service.service_code);
    if (meta) { return std::nullopt; }
    const auto found = running->configuration.services.find(address.service);
    if (found == running->configuration.services.end()) {
        return refuse(unknown_service, "Unknown service: " + address.service.text(), "exchange.service-unknown");
    }
    service = &found->second;
    if (service->soap) { return refuse(service_type, "The service is not called by REST: " + address.service.text(), "exchange.service-type"); }
    if (service->open) { return std::nullopt; }
    const Call asked{words.client, groups_for(*running, *directory, words.client, address.service.provider), address.service, request.method, address.path};
    const auto allowed = running->configuration.rights.allow(asked, core.now());
    if (!allowed) { return refuse(access_denied, "Request is not allowed: " + address.service.text(), allowed.error().key, allowed.error().detail); }
    right = *allowed;
    if (service->disabled_notice) {
        return refuse(service_disabled, "The service is switched off: " + *service->disabled_notice, "exchange.service-disabled");
    }
    return std::nullopt;
}

Passage::Check Passage::check_signature() {
    const Instant now = core.now();
    const FindKey find_key = [&](const SignatureParameters& parameters) { return directory->key(words.client, parameters.keyid.value_or(""), now); };
    head = head_sha512({request.method, request.target, headers, nullptr, {}});
    auto good = check_seal(request, head, find_key, now);
    if (!good) {
        const bool none = good.error().key == "exchange.signature-missing";
        return refuse(none ? missing_signature : invalid_signature_value, none ? "The message is not signed" : "The message's signature does not count: " + good.error().key,
                      good.error().key, good.error().detail);
    }
    seal = std::move(*good);
    const auto until = to_integer(signed_parameter(seal.base, "expires")).value_or(0);
    const auto seen = core.nonces.remember(seal.key_id, signed_parameter(seal.base, "nonce"), Instant{until * 1'000'000}.plus_seconds(signature_skew_seconds), now);
    if (seen == Nonces::Seen::replayed) { return refuse(invalid_signature_value, "The message was received before", "exchange.replayed"); }
    if (seen == Nonces::Seen::full) { return refuse(internal_error, "Too many messages at once", "exchange.busy"); }
    checked = true;
    return std::nullopt;
}

Passage::Check Passage::check() {
    if (!open.good()) { return refuse(internal_error, "Too many messages at once", "exchange.busy"); }
    directory = core.directory();
    if (!directory) { return refuse(outdated_global_conf, "This node's registry is missing or too old", "exchange.registry-expired"); }
    for (const auto step : {&Passage::check_address, &Passage::check_sender, &Passage::check_service, &Passage::check_signature}) {
        if (auto refused = (this->*step)()) { return refused; }
    }
    return std::nullopt;
}

// ---- on its way ----

void Passage::start() {
    times[0] = core.now_ms();
    running = core.running();
    if (const auto refused = check()) { return turn_away(*refused); }
    journal_request();
}

void Passage::journal_request() {
    if (const auto refused = core.keep_body(*served, facts, FaultSide::server_proxy, request)) { return turn_away(*refused); }
    const std::string from = node->id.text();
    served->journal->request({facts, seal, from, sender.certificate, right == nullptr ? "" : right->id}, directory->view(), core.open == 1, [self = shared_from_this()](Result<RowPlace> written) {
        if (!written) {
            return self->turn_away(self->refuse(logging_failed, "The message can not be recorded: " + written.error().key, written.error().key, written.error().detail));
        }
        self->row = std::move(*written);
        self->call();
        self->core.attend();
    });
}

void Passage::call() {
    times[1] = core.now_ms();
    const auto next = [self = shared_from_this()](ProviderAnswer given) { self->answer(std::move(given)); };
    if (meta) {
        const MetaCall asked{running, directory, words.client, address.service, address.query};
        return answer_meta(core, asked, [&core = core, next](Result<LocalAnswer> answered) { next(provider_answer(core, std::move(answered), true)); });
    }
    // Checked by now and written down: the headers go on as they are.
    LocalCall made{address.service, request.method, address.path, address.query, words, facts.request_id, std::move(headers), request.body, core.now(),
                   right == nullptr ? "" : right->id, right == nullptr ? "" : right->purpose, right == nullptr ? "" : right->legal_basis};
    if (!made.body) { made.body = std::make_shared<const http::Body>(0, ""); }
    call_service(core, {*service, std::move(made), address}, next);
}

void Passage::answer(ProviderAnswer&& given) {
    times[2] = core.now_ms();
    const auto failed = [this](const std::optional<Refusal>& why, bool perhaps_done) {
        WireResponse told = fault_message(why->fault);
        if (perhaps_done) { told.headers.push_back({std::string(outcome_field), std::string(outcome_unknown_word)}); }
        respond(std::move(told), why, perhaps_done);
    };
    if (given.refusal) { return failed(given.refusal, given.perhaps_done); }
    WireResponse response = std::move(given.response);
    response.headers = pass_response_headers(std::move(response.headers));
    std::erase_if(response.headers, [](const HeaderLine& line) { return equals_ignoring_ascii_case(line.name, "x-road-error"); });
    // Exactly one Date, and it is signed with the rest of the head.
    if (field_lines(response.headers, "date").empty()) { response.headers.push_back({"Date", date_field(core.now())}); }
    add_answered(response.headers, {facts.message_id, facts.client, facts.service, facts.request_id, hash_of_digests(head, request.body_sha512, request.body_size())});
    if (const auto refused = core.keep_body(*served, facts, FaultSide::server_proxy, response)) { return failed(refused, true); }
    respond(std::move(response), std::nullopt);
}

WireResponse Passage::fault_message(const Fault& fault) const {
    FaultResponse told = render_fault(fault, "application/json", FaultSpelling::documented);
    WireResponse out{status_of(fault), {}, {{"Content-Type", told.content_type}, {"X-Road-Error", told.error_header}, {"Date", date_field(core.now())}}, {}, sha512(told.body)};
    if (!facts.request_id.empty()) { out.headers.push_back({"x-road-request-id", facts.request_id}); }
    out.body = std::move(told.body);
    return out;
}

void Passage::respond(WireResponse&& response, const std::optional<Refusal>& refusal, bool perhaps_done) {
    const Fault* fault = refusal ? &refusal->fault : nullptr;
    std::optional<Seal> sealed;
    const std::string of_head = head_sha512(response);
    if (auto made = exchange::seal(response, of_head, request, {&served->key, served->key_id, core.now(), {}})) {
        sealed = std::move(*made);
    } else {
        log::error("exchange.sign-failed", {{"key", made.error().key}, {"detail", made.error().detail}});
    }
    times[3] = core.now_ms();
    journal_response(response, sealed, fault, perhaps_done);
    record(response, fault);
    done(std::move(response));
    core.attend();  // the next is often near
}

void Passage::journal_response(const WireResponse& response, const std::optional<Seal>& sealed, const Fault* fault, bool perhaps_done) {
    const std::string from = node->id.text();
    const ResponseRow entry{facts, sealed ? &*sealed : nullptr, from, sender.certificate, response.status, fault != nullptr ? type_of(*fault) : "",
                      fault != nullptr ? fault->message + " (" + fault->detail + ")" : "", times, row, perhaps_done};
    served->journal->response(entry, directory->view());
}

// Refused before anything was called.
void Passage::turn_away(const Refusal& refusal) {
    WireResponse response = fault_message(refusal.fault);
    if (served != nullptr && checked) {
        const std::string of_head = head_sha512(response);
        static_cast<void>(exchange::seal(response, of_head, request, {&served->key, served->key_id, core.now(), {}}));
    }
    times[3] = core.now_ms();
    RefusalRow entry;
    entry.facts = facts;
    entry.facts.side = JournalSide::provider;
    entry.facts.client = words.client;
    entry.facts.service = address.service;
    entry.method = request.method;
    entry.target = request.target;
    entry.node = node != nullptr ? node->id.text() : "";
    entry.certificate = sender.certificate;
    core.journal_refusal(*running, address.service.provider, std::move(entry), refusal);
    record(response, &refusal.fault);
    done(std::move(response));
}

void Passage::record(const WireResponse& response, const Fault* fault) {
    MonitoringRecord out;  // the last to ask for these words
    out.side = MonitoredSide::producer;
    out.request_in_ms = times[0];
    out.request_out_ms = meta && times[1] != 0 ? times[0] : times[1];
    out.response_in_ms = times[2];
    out.response_out_ms = times[3];
    out.client = std::move(words.client);
    out.service = std::move(address.service);
    out.service_type = service == nullptr ? "" : service->type == ServiceType::openapi ? "OPENAPI3" : "REST";
    out.method = std::move(request.method);
    out.path_pattern = right == nullptr ? "" : right->endpoint.path.text();
    out.represented = std::move(words.represented);
    out.message_id = std::move(facts.message_id);
    out.user_id = std::move(words.user_id).value_or("");
    out.issue = std::move(words.issue).value_or("");
    out.request_id = std::move(facts.request_id);
    out.client_address = node != nullptr ? node->host : "";
    const RegisteredNode* here = directory ? directory->node(core.options.id) : nullptr;
    out.service_address = here != nullptr ? here->host : "";
    out.request_bytes = request.body_size();
    out.response_bytes = response.body_size();
    out.succeeded = fault == nullptr;
    out.status = response.status;
    if (fault != nullptr) {
        out.fault_code = type_of(*fault);
        out.fault_text = fault->message;
    }
    core.record(std::move(out));
}

}  // namespace

void receive(NodeCore& core, WireRequest request, const Sender& sender, PeerDone done) {
    std::make_shared<Passage>(core, std::move(request), sender, std::move(done))->start();
}

WireResponse refusal_response(NodeCore& core, const Refusal& refusal) {
    FaultResponse told = render_fault(refusal.fault, "application/json", FaultSpelling::documented);
    WireResponse out{status_of(refusal.fault), {}, {{"Content-Type", told.content_type}, {"X-Road-Error", told.error_header}, {"Date", date_field(core.now())}}, {}, sha512(told.body)};
    out.body = std::move(told.body);
    return out;
}

}  // namespace wasl::exchange
