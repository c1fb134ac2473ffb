#include "exchange/edge.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

using enum FaultKind;

constexpr std::size_t fault_body_limit = 64U << 10U;

// One call on its way through this side.
struct Passage : std::enable_shared_from_this<Passage> {
    Passage(NodeCore& with, EdgeCall given, EdgeDone answer)
        : core(with), open(with), call(std::move(given)), done(std::move(answer)) {}

    NodeCore& core;
    OpenCount open;
    EdgeCall call;  // its request becomes the message on the wire
    EdgeDone done;

    std::shared_ptr<const Running> running;
    std::shared_ptr<const Directory> directory;
    const Served* served = nullptr;
    std::vector<const RegisteredNode*> nodes;  // to try, in order
    std::size_t tried = 0;
    ServiceAddress address;
    RequestWords words;
    std::string head;
    ExchangeFacts facts;
    Seal seal;
    std::string certificate;  // of the node that answered
    RowPlace row;
    std::array<std::int64_t, 4> times{};
    std::size_t request_bytes = 0;

    using Check = std::optional<Refusal>;

    Refusal refuse(FaultKind kind, std::string words_, std::string reason, std::string detail = {}, FaultSide side = FaultSide::client_proxy) {
        return core.refuse(side, kind, std::move(words_), std::move(reason), std::move(detail));
    }
    Refusal bad_request(std::string words_, const Error& error) {
        return refuse(FaultKind::bad_request, std::move(words_), error.key, error.detail, FaultSide::client);
    }

    void start();
    Check check();
    Check read();
    Check check_client();
    Check find_provider();
    Check sign();
    void journal_request();
    void send_to_next();
    void arrived(Result<WireResponse> response);
    void give_up(const Refusal& refusal, bool perhaps_done);
    Check verify(const WireResponse& response, std::vector<HeaderLine>& headers, std::optional<Seal>& sealed);
    std::optional<Refusal> told_fault(const WireResponse& response, const std::vector<HeaderLine>& headers);
    void finish(EdgeAnswer&& answer, int status, std::uint64_t bytes, const std::optional<Seal>& sealed, const std::optional<Refusal>& refusal,
                bool perhaps_done = false);
    void turn_away(const Refusal& refusal);
    void record(int status, std::uint64_t bytes, const Fault* fault);
};

Passage::Check Passage::read() {
    // So that a right on every method is one on these eight, and "get" is not taken for GET.
    if (!is_protocol_method(call.request.method)) {
        return refuse(FaultKind::bad_request, "The method is none of the protocol's: " + call.request.method.substr(0, 32), "exchange.method", "", FaultSide::client);
    }
    auto parsed_words = read_request_words(call.request.headers);
    if (!parsed_words) {
        const bool missing = parsed_words.error().key == "exchange.client-missing";
        return bad_request(missing ? "The header X-Road-Client is missing" : "An X-Road header is malformed: " + parsed_words.error().detail, parsed_words.error());
    }
    words = std::move(*parsed_words);
    auto parsed_address = parse_service_address(call.request.target);
    if (!parsed_address) { return bad_request("The address is malformed: " + parsed_address.error().detail, parsed_address.error()); }
    address = std::move(*parsed_address);
    facts.client = words.client;
    facts.service = address.service;
    facts.message_id = words.id.value_or("");
    return std::nullopt;
}

Passage::Check Passage::check_client() {
    const RegisteredNode* here = directory->node(core.options.id);
    served = running->served(words.client);
    const bool known = served != nullptr && here != nullptr && directory->speaks_for(*here, words.client) &&
                       (words.client.subsystem_code.empty() || directory->has_subsystem(words.client));
    if (!known) {
        served = nullptr;
        return refuse(unknown_member, "The client is not registered with this node: " + words.client.text(), "exchange.client-unknown");
    }
    if (call.trusted) { return std::nullopt; }
    const auto found = running->configuration.clients.find(words.client);
    const ClientAuthentication wanted = found == running->configuration.clients.end() ? ClientAuthentication{} : found->second;
    const auto failed = [&](std::string words_, std::string reason) {
        return refuse(ssl_authentication_failed, std::move(words_), std::move(reason), call.certificate ? call.certificate->words() : "");
    };
    switch (wanted.proof) {
        case ClientProof::plain:
            if (call.secure || call.from_here) { return std::nullopt; }
            return failed("Plain HTTP is taken from this machine only", "exchange.client-not-local");
        case ClientProof::tls:
            if (call.secure) { return std::nullopt; }
            return failed("The client has to call by HTTPS", "exchange.client-without-tls");
        case ClientProof::certificate: break;
    }
    if (!call.secure || !call.certificate) { return failed("The client has to show its certificate", "exchange.certificate-missing"); }
    if (!wanted.certificates.contains(call.certificate->fingerprint)) { return failed("The client's certificate is not one of its own", "exchange.certificate-unknown"); }
    if (!call.certificate->valid_at(core.now().seconds())) { return failed("The client's certificate is outside its validity", "exchange.certificate-expired"); }
    return std::nullopt;
}

Passage::Check Passage::find_provider() {
    if (!directory->has_subsystem(address.service.provider)) {
        return refuse(unknown_member, "Unknown provider: " + address.service.provider.text(), "exchange.provider-unknown");
    }
    nodes = directory->nodes_of(address.service.provider);
    if (words.node) {
        std::erase_if(nodes, [this](const RegisteredNode* one) { return one->id != *words.node; });
        if (nodes.empty()) { return refuse(invalid_security_server, "The provider has no such node: " + words.node->text(), "exchange.node-unknown"); }
    }
    if (nodes.empty()) { return refuse(unknown_member, "No node serves the provider: " + address.service.provider.text(), "exchange.provider-without-node"); }
    // This node itself first; the others take turns.
    const auto own = std::ranges::find(nodes, core.options.id, [](const RegisteredNode* one) { return one->id; });
    std::ranges::rotate(nodes, own != nodes.end() ? own : nodes.begin() + static_cast<std::ptrdiff_t>(core.entropy.below(static_cast<std::uint32_t>(nodes.size()))));
    return std::nullopt;
}

Passage::Check Passage::sign() {
    WireRequest& request = call.request;
    request_bytes = request.body_size();
    request.headers = pass_request_headers(std::move(request.headers));
    facts.request_id = core.uuid_of_now();
    facts.at = Instant{times[0] * 1'000};
    request.headers.push_back({"x-road-request-id", facts.request_id});
    if (!words.id || words.id->empty()) {  // an empty one names nothing
        std::erase_if(request.headers, [](const HeaderLine& line) { return equals_ignoring_ascii_case(line.name, "x-road-id"); });
        facts.message_id = address.service.provider.instance + "-" + core.uuid_of_now();
        words.id = facts.message_id;
        request.headers.push_back({"x-road-id", facts.message_id});
    }
    head = head_sha512(request);
    auto made = exchange::seal(request, head, {&served->key, served->key_id, core.now(), core.uuid()});
    if (!made) { return refuse(internal_error, "The message can not be signed: " + made.error().key, made.error().key, made.error().detail); }
    seal = std::move(*made);
    return std::nullopt;
}

Passage::Check Passage::check() {
    if (auto refused = read()) { return refused; }
    if (!open.good()) { return refuse(internal_error, "Too many calls at once", "exchange.busy"); }
    directory = core.directory();
    if (!directory) { return refuse(outdated_global_conf, "This node's registry is missing or too old", "exchange.registry-expired"); }
    for (const auto step : {&Passage::check_client, &Passage::find_provider, &Passage::sign}) {
        if (auto refused = (this->*step)()) { return refused; }
    }
    return std::nullopt;
}

void Passage::start() {
    times[0] = core.now_ms();
    running = core.running();
    if (const auto refused = check()) { return turn_away(*refused); }
    journal_request();
}

void Passage::journal_request() {
    if (const auto refused = core.keep_body(*served, facts, FaultSide::client_proxy, call.request)) { return turn_away(*refused); }
    const std::string node = nodes.size() == 1 ? nodes[0]->id.text() : "";
    served->journal->request({facts, seal, node, "", ""}, directory->view(), core.open == 1, [self = shared_from_this()](Result<RowPlace> written) {
        if (!written) {
            return self->turn_away(self->refuse(logging_failed, "The message can not be recorded, so it was not sent: " + written.error().key, written.error().key,
                                                written.error().detail));
        }
        self->row = std::move(*written);
        self->times[1] = self->core.now_ms();
        self->send_to_next();
        self->core.attend();
    });
}

void Passage::send_to_next() {
    const RegisteredNode& node = *nodes[tried];
    ++tried;
    transport(core, *running, *directory, node, call.request, [self = shared_from_this()](Result<WireResponse> response, std::string shown) {
        if (!response && was_not_sent(response.error()) && self->tried < self->nodes.size()) {
            log::warning("exchange.node-passed-over", {{"node", self->nodes[self->tried - 1]->id.text()}, {"key", response.error().key}, {"detail", response.error().detail}});
            return self->send_to_next();
        }
        self->certificate = std::move(shown);
        self->arrived(std::move(response));
    });
}

// ---- the answer ----

Passage::Check Passage::verify(const WireResponse& response, std::vector<HeaderLine>& headers, std::optional<Seal>& sealed) {
    headers = unsealed_headers(response.headers);
    const bool is_fault = !field_lines(headers, "x-road-error").empty();
    // Before the provider's node could read the message it has no signature to answer with; the connection vouches.
    if (is_fault && !has_seal(response)) { return std::nullopt; }
    const Instant now = core.now();
    const FindKey find_key = [&](const SignatureParameters& parameters) { return directory->key(facts.service.provider, parameters.keyid.value_or(""), now); };
    const std::string of_head = head_sha512({response.status, response.reason, headers, {}, {}});
    auto good = check_seal(response, of_head, call.request, find_key, now);
    if (!good) {
        const bool none = good.error().key == "exchange.signature-missing";
        return refuse(none ? missing_signature : invalid_signature_value, none ? "The answer is not signed" : "The answer's signature does not count: " + good.error().key,
                      good.error().key, good.error().detail);
    }
    sealed = std::move(*good);
    if (is_fault) { return std::nullopt; }
    const Answered expected{facts.message_id, facts.client, facts.service, facts.request_id, hash_of_digests(head, call.request.body_sha512, request_bytes)};
    if (const auto fits = check_answered(headers, expected); !fits) {
        return refuse(inconsistent_response, "The answer does not fit the request: " + fits.error().detail, fits.error().key, fits.error().detail);
    }
    return std::nullopt;
}

std::optional<Refusal> Passage::told_fault(const WireResponse& response, const std::vector<HeaderLine>& headers) {
    const auto types = field_lines(headers, "x-road-error");
    if (types.empty()) { return std::nullopt; }
    const std::string_view body = response.bytes();
    const auto told = body.size() <= fault_body_limit ? json::parse(body) : Result<json::Value>(json::Value{});
    const json::Value words_ = told ? *told : json::Value{};
    Refusal out{fault_of_type(types[0], std::string(words_["message"].text_or("")), std::string(words_["detail"].text_or(""))), "exchange.fault-of-peer", types[0]};
    return out;
}

bool says_unknown(const std::vector<HeaderLine>& headers) {
    const auto said = field_lines(headers, outcome_field);
    return said.size() == 1 && said[0] == outcome_unknown_word;
}

void Passage::give_up(const Refusal& refusal, bool perhaps_done) {
    finish({refusal.fault, facts.message_id, facts.request_id}, status_of(refusal.fault), 0, std::nullopt, refusal, perhaps_done);
}

void Passage::arrived(Result<WireResponse> response) {
    times[2] = core.now_ms();
    if (!response) {
        const Error& error = response.error();
        const auto kind = error.key == "http.client.tls-peer" ? ssl_authentication_failed : network_error;
        const bool perhaps_done = !surely_not_done(error);
        const std::string what = perhaps_done ? " did not answer, and what was asked for may have been done: " : " can not be reached: ";
        return give_up(refuse(kind, "The provider's node " + nodes[tried - 1]->id.text() + what + error.key, error.key, error.detail), perhaps_done);
    }
    std::vector<HeaderLine> headers;
    std::optional<Seal> sealed;
    // What can not be believed says nothing of what was done.
    if (const auto refused = verify(*response, headers, sealed)) { return give_up(*refused, true); }
    if (const auto fault = told_fault(*response, headers)) {
        // What nobody has signed says nothing of what was done either.
        const bool perhaps_done = sealed && says_unknown(headers);
        return finish({fault->fault, facts.message_id, facts.request_id}, response->status, response->body_size(), sealed, fault, perhaps_done);
    }
    if (const auto refused = core.keep_body(*served, facts, FaultSide::client_proxy, *response)) { return give_up(*refused, true); }
    const int status = response->status;
    const std::uint64_t bytes = response->body_size();
    response->headers = std::move(headers);
    finish({std::move(*response), facts.message_id, facts.request_id}, status, bytes, sealed, std::nullopt);
}

void Passage::finish(EdgeAnswer&& answer, int status, std::uint64_t bytes, const std::optional<Seal>& sealed, const std::optional<Refusal>& refusal,
                     bool perhaps_done) {
    times[3] = core.now_ms();
    const Fault* fault = refusal ? &refusal->fault : nullptr;
    if (fault != nullptr) {
        log::warning("exchange.failed", {{"fault", type_of(*fault)}, {"incident", fault->detail}, {"reason", refusal->reason}, {"detail", refusal->detail},
                                         {"request", facts.request_id}, {"node", nodes[tried - 1]->id.text()}});
    }
    const std::string node = nodes[tried - 1]->id.text();
    const ResponseRow entry{facts, sealed ? &*sealed : nullptr, node, certificate, perhaps_done && !sealed ? outcome_unknown : status, fault != nullptr ? type_of(*fault) : "",
                      fault != nullptr ? fault->message + " (" + refusal->reason + ", " + fault->detail + ")" : "", times, row, perhaps_done};
    served->journal->response(entry, directory->view());
    record(status, bytes, fault);
    done(std::move(answer));
    core.attend();  // the next is often near
}

// Refused before anything left.
void Passage::turn_away(const Refusal& refusal) {
    times[3] = core.now_ms();
    RefusalRow entry;
    entry.facts = facts;
    entry.method = call.request.method;
    entry.target = call.request.target;
    entry.certificate = call.certificate ? to_hex(call.certificate->fingerprint.view()) : "";
    core.journal_refusal(*running, words.client, std::move(entry), refusal);
    record(status_of(refusal.fault), 0, &refusal.fault);
    done({refusal.fault, "", ""});
}

void Passage::record(int status, std::uint64_t bytes, const Fault* fault) {
    MonitoringRecord out;  // the last to ask for these words
    out.side = MonitoredSide::client;
    out.request_in_ms = times[0];
    out.request_out_ms = times[1];
    out.response_in_ms = times[2];
    out.response_out_ms = times[3];
    out.client = std::move(facts.client);
    out.service = std::move(facts.service);
    out.method = std::move(call.request.method);
    out.represented = std::move(words.represented);
    out.message_id = std::move(facts.message_id);
    out.user_id = std::move(words.user_id).value_or("");
    out.issue = std::move(words.issue).value_or("");
    out.request_id = std::move(facts.request_id);
    const RegisteredNode* here = directory ? directory->node(core.options.id) : nullptr;
    out.client_address = here != nullptr ? here->host : "";
    out.service_address = tried != 0 ? nodes[tried - 1]->host : "";
    out.request_bytes = request_bytes;
    out.response_bytes = bytes;
    out.succeeded = fault == nullptr;
    out.status = status;
    if (fault != nullptr) {
        out.fault_code = type_of(*fault);
        out.fault_text = fault->message;
    }
    core.record(std::move(out));
}

}  // namespace

void send(NodeCore& core, EdgeCall call, EdgeDone done) { std::make_shared<Passage>(core, std::move(call), std::move(done))->start(); }

}  // namespace wasl::exchange
