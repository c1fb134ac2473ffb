#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/digest_fields.hpp"
#include "exchange/evidence.hpp"
#include "exchange/evidence_bundle.hpp"
#include "exchange/exchange_journal.hpp"
#include "exchange/journal_rows.hpp"
#include "exchange/node_core.hpp"
#include "exchange/node_wire.hpp"
#include "trust/checkpoint.hpp"
#include "trust/leaf.hpp"
#include "trust/merkle.hpp"

#include <algorithm>
#include <map>

namespace wasl::exchange {

namespace {

using trust::Verdict;

// How far the journal's clock may stand from the signer's: both skews and a message's life.
constexpr std::int64_t clocks_apart_seconds = signature_lifetime_seconds + 2 * signature_skew_seconds;

// The lines of a signature base (RFC 9421 section 2.5): component with its parameters, and value.
using BaseLines = std::map<std::string, std::string, std::less<>>;

std::optional<BaseLines> lines_of(std::string_view base) {
    BaseLines out;
    for (const std::string_view line : split(base, '\n')) {
        const std::size_t end = line.find(": ");
        if (!line.starts_with('"') || end == std::string_view::npos || !out.emplace(line.substr(0, end), line.substr(end + 2)).second) { return std::nullopt; }
    }
    return out;
}

// A header's value, also when it was signed as bytes.
std::string signed_field(const BaseLines& lines, const std::string& name) {
    if (const auto plain = lines.find("\"" + name + "\""); plain != lines.end()) { return plain->second; }
    const auto bytes = lines.find("\"" + name + "\";bs");
    if (bytes == lines.end() || bytes->second.size() < 2) { return {}; }
    return from_base64(std::string_view(bytes->second).substr(1, bytes->second.size() - 2)).value_or("");
}

std::string digest_in(const BaseLines& lines, const std::string& component) {
    const auto line = lines.find(component);
    if (line == lines.end()) { return {}; }
    const auto parsed = parse_digest_field(line->second);
    return parsed ? parsed->sha512 : "";
}

bool digests_covered(const BaseLines& lines) {
    return !digest_in(lines, "\"content-digest\"").empty() && !digest_in(lines, "\"wasl-head-digest\"").empty();
}

class Verifier {
public:
    explicit Verifier(const RegistryKeys& keys) : keys_(keys) {}
    trust::Verification run(std::string_view text);

private:
    struct Signed {
        BaseLines lines;
        std::string signature;
        Instant created;
    };
    void say(Verdict weight, std::string key, std::string detail = {}) { out_.reasons.push_back({weight, std::move(key), std::move(detail)}); }
    bool wrong(const char* key, std::string detail) {
        say(Verdict::invalid, key, std::move(detail));
        return false;
    }
    bool open(const char* key, std::string detail) {
        say(Verdict::cannot_tell, key, std::move(detail));
        return false;
    }
    void fact(const char* name, std::string value) {
        if (!value.empty()) { out_.paper.emplace_back(name, std::move(value)); }
    }
    bool read_registry(const EvidenceBundle& bundle);
    const Snapshot* snapshot_of(const json::Value& content, const char* key);
    bool check_entry(const EvidenceEntry& entry, std::string_view kind, const Snapshot& snapshot, Instant& at);
    bool check_signature(const json::Value& content, const ClientId& signer, const Snapshot& snapshot, Instant at, const char* key, Signed& out);
    bool check_node(const json::Value& content, const Snapshot& snapshot, const char* key);
    bool check_request(const EvidenceBundle& bundle);
    bool check_response(const EvidenceBundle& bundle);
    bool check_answer(const json::Value& content, const Signed& answer);

    const RegistryKeys& keys_;
    trust::Verification out_;
    std::map<std::uint64_t, Snapshot> snapshots_;
    std::map<std::uint64_t, std::string> marks_;  // of their texts
    std::vector<std::uint64_t> used_;
    ClientId member_, client_;
    ServiceId service_;
    JournalSide side_ = JournalSide::client;
    std::string request_id_;
    Signed request_;
};

bool Verifier::read_registry(const EvidenceBundle& bundle) {
    std::uint64_t last = 0;
    for (const std::string& text : bundle.registry) {
        auto snapshot = verify_snapshot(text, keys_);
        if (!snapshot) {
            const auto parsed = json::parse(text, {.bytes = 64U << 20U, .depth = 3});
            const auto header = parsed ? from_base64url((*parsed)["protected"].text_or("")) : Result<std::string>("");
            const auto named = header ? json::parse(*header) : Result<json::Value>(json::Value{});
            const std::string key_id(named ? (*named)["kid"].text_or("") : "");
            const bool unknown = snapshot.error().key == "exchange.registry-signature" && !keys_.contains(key_id);
            return unknown ? open("verify.exchange-registry-unknown", key_id) : wrong("verify.exchange-registry-wrong", snapshot.error().detail);
        }
        if (snapshot->version <= last) { return wrong("verify.exchange-registry-wrong", "snapshots out of order"); }
        last = snapshot->version;
        snapshots_.emplace(last, std::move(*snapshot));
        if (auto label = snapshot_label(text)) { marks_.emplace(last, std::move(label->mark)); }
    }
    say(Verdict::valid, "verify.exchange-registry-good");
    return true;
}

const Snapshot* Verifier::snapshot_of(const json::Value& content, const char* key) {
    const auto version = content["registry"].integer();
    const auto found = version && *version >= 0 ? snapshots_.find(static_cast<std::uint64_t>(*version)) : snapshots_.end();
    if (found == snapshots_.end()) {
        wrong(key, "the registry's version is not in the bundle");
        return nullptr;
    }
    if (const auto mark = content["registry_mark"].text_or(""); !mark.empty() && mark != marks_[found->first]) {
        wrong(key, "the registry in the bundle is another than that of the entry");
        return nullptr;
    }
    used_.push_back(found->first);
    return &found->second;
}

bool Verifier::check_entry(const EvidenceEntry& entry, std::string_view kind, const Snapshot& snapshot, Instant& at) {
    const auto leaf = trust::parse_leaf(entry.leaf);
    if (!leaf || leaf->kind != kind) { return wrong("verify.exchange-entry-wrong", "leaf"); }
    if (trust::commitment(entry.salt, entry.content) != leaf->content) { return wrong("verify.exchange-entry-wrong", "content and salt are not those of the leaf"); }
    const auto head = trust::parse_signed_checkpoint(entry.checkpoint);
    const std::string name = journal_name(member_);
    if (!head || head->note.signatures.size() != 1 || head->checkpoint.member != name || head->checkpoint.origin != trust::checkpoint_origin(name)) {
        return wrong("verify.checkpoint-wrong", "no checkpoint of " + name);
    }
    if (!trust::verify_inclusion(entry.index, head->checkpoint.size, trust::hash_leaf(entry.leaf), entry.path, head->checkpoint.root)) {
        return wrong("verify.exchange-entry-wrong", "the entry is not under the checkpoint");
    }
    trust::TrustStore keys;
    if (const RegisteredMember* owner = snapshot.member(member_)) {
        for (const MemberKey& key : owner->keys) {
            const auto known = key.use == MemberKeyUse::checkpoint ? trust::PublicKey::from_spki(key.spki) : Result<trust::PublicKey>(fail(Code::invalid, "", ""));
            if (known) { keys.add({*known, name, trust::KeyUse::checkpoint, key.valid_from, key.valid_to}); }
        }
    }
    switch (trust::check_note_signature(head->note, head->checkpoint.origin, name, head->checkpoint.time, keys)) {
        case trust::SignatureState::good: break;
        case trust::SignatureState::wrong: return wrong("verify.checkpoint-wrong", name);
        case trust::SignatureState::unknown_key: return open("verify.checkpoint-key-unknown", name);
        case trust::SignatureState::key_not_valid_then: return wrong("verify.checkpoint-key-not-valid", name);
    }
    at = leaf->at;
    return true;
}

bool Verifier::check_signature(const json::Value& content, const ClientId& signer, const Snapshot& snapshot, Instant at, const char* key, Signed& out) {
    const std::string base = signed_base(content);
    const auto signature = from_base64(content["signature"].text_or(""));
    auto lines = lines_of(base);
    const auto created = to_integer(signed_parameter(base, "created"));
    if (!lines || !signature || !created || signed_parameter(base, "tag") != wire_label) { return wrong(key, "signature base"); }
    out = {std::move(*lines), *signature, Instant{*created * 1'000'000}};
    const std::int64_t apart = at.seconds() - *created;
    if (apart > clocks_apart_seconds || apart < -clocks_apart_seconds) { return wrong(key, "signed " + std::to_string(apart) + " s before it was recorded"); }
    const std::string key_id(signed_parameter(base, "keyid"));
    const MemberKey* registered = snapshot.key(signer, key_id, out.created);
    if (registered == nullptr) { return wrong(key, key_id + " is no key of " + signer.text() + " at that time"); }
    const auto known = VerifyingKey::from_spki(registered->spki, registered->algorithm);
    if (!known || !known->verify(base, *signature)) { return wrong(key, signer.text() + " did not sign this"); }
    return true;
}

bool Verifier::check_node(const json::Value& content, const Snapshot& snapshot, const char* key) {
    const auto certificate = content["certificate"].text_or("");
    if (certificate.empty()) { return true; }  // the same node, or not yet known
    const RegisteredNode* node = snapshot.node_with_certificate(certificate);
    return (node != nullptr && node->id.text() == content["node"].text_or("")) || wrong(key, "the certificate is not that of the node named");
}

bool Verifier::check_request(const EvidenceBundle& bundle) {
    constexpr auto bad = "verify.exchange-request-wrong";
    const auto member = parse_client_id(bundle.member);
    const auto parsed = json::parse(bundle.request.content);
    if (!member || !member->subsystem_code.empty() || !parsed) { return wrong("verify.bundle-malformed", "member or content"); }
    const json::Value& content = *parsed;
    member_ = *member;
    const Snapshot* snapshot = snapshot_of(content, bad);
    const auto client = parse_client_id(content["client"].text_or(""));
    const auto service = parse_service_id(content["service"].text_or(""));
    Instant at;
    if (snapshot == nullptr || !check_entry(bundle.request, request_kind, *snapshot, at)) { return false; }
    if (!client || !service) { return wrong(bad, "client or service"); }
    client_ = *client;
    service_ = *service;
    request_id_ = content["id"].text_or("");
    side_ = journal_side_from(content["side"].text_or(""));
    const ClientId& of = side_ == JournalSide::client ? client_ : service_.provider;
    if (of.member() != member_) { return wrong(bad, "not an exchange of " + member_.text()); }
    if (!check_signature(content, client_, *snapshot, at, bad, request_) || !check_node(content, *snapshot, bad)) { return false; }
    std::string named = signed_field(request_.lines, "x-road-client");
    if (named.empty()) { named = signed_field(request_.lines, "information-mediator-client"); }
    const auto target = request_.lines.find("\"@request-target\"");
    const auto address = target == request_.lines.end() ? Result<ServiceAddress>(fail(Code::invalid, "", "")) : parse_service_address(target->second);
    const auto signer = parse_client_id(trim(std::string_view(named).substr(named.rfind(',') == std::string::npos ? 0 : named.rfind(',') + 1)));
    const std::int64_t received = Instant{content["at"].integer_or(0)}.seconds() - at.seconds();
    if (!digests_covered(request_.lines) || !request_.lines.contains("\"@method\"")) { return wrong(bad, "method or digests are not signed"); }
    if (received > clocks_apart_seconds || received < -clocks_apart_seconds) { return wrong(bad, "recorded long before or after it came"); }
    const bool agrees = signer && *signer == client_ && address && address->service == service_ &&
                        signed_field(request_.lines, "x-road-id") == content["message"].text_or("") && signed_field(request_.lines, "x-road-request-id") == request_id_;
    if (!agrees) { return wrong(bad, "the entry says other than what was signed"); }
    say(Verdict::valid, "verify.exchange-request-good");
    fact("side", std::string(to_string(side_)));
    fact("client", client_.text());
    fact("service", service_.text());
    fact("method", request_.lines["\"@method\""]);
    fact("target", target->second);
    fact("message-id", std::string(content["message"].text_or("")));
    fact("request-id", request_id_);
    fact("at", at.iso());
    fact("request-key", std::string(signed_parameter(signed_base(content), "keyid")));
    fact("head-sha512", to_hex(digest_in(request_.lines, "\"wasl-head-digest\"")));
    fact("body-sha512", to_hex(digest_in(request_.lines, "\"content-digest\"")));
    return true;
}

// An answer holds the request's signature, and X-Road's hash over what that signed.
bool Verifier::check_answer(const json::Value& content, const Signed& answer) {
    const auto line = [&answer](const char* component) {
        const auto found = answer.lines.find(component);
        return found == answer.lines.end() ? std::string() : found->second;
    };
    const std::string head = digest_in(request_.lines, "\"wasl-head-digest\"");
    const std::string body = digest_in(request_.lines, "\"content-digest\"");
    const bool no_body = body == sha512("");
    const std::string error = signed_field(answer.lines, "x-road-error");
    const bool is_fault = !error.empty();
    const bool unknown = is_fault && signed_field(answer.lines, "x-wasl-outcome") == outcome_unknown_word;
    const bool fits = line("\"signature\";req;key=\"wasl-1\"") == ":" + to_base64(request_.signature) + ":" && digest_in(answer.lines, "\"content-digest\";req") == body &&
                      digest_in(answer.lines, "\"wasl-head-digest\";req") == head && signed_field(answer.lines, "x-road-request-id") == request_id_ &&
                      (is_fault || signed_field(answer.lines, "x-road-request-hash") == hash_of_digests(head, body, no_body ? 0 : 1)) &&
                      unknown == (content["outcome"].text_or("") == outcome_unknown_word) &&
                      content["fault"].text_or("") == (is_fault ? type_of(fault_of_type(error, "", "")) : "") && digests_covered(answer.lines) &&
                      line("\"@status\"") == std::to_string(content["status"].integer_or(0));
    return fits || wrong("verify.exchange-response-wrong", "it answers another request");
}

bool Verifier::check_response(const EvidenceBundle& bundle) {
    constexpr auto bad = "verify.exchange-response-wrong";
    if (!bundle.response) {
        say(Verdict::valid, "verify.exchange-response-missing");
        return true;
    }
    const auto parsed = json::parse(bundle.response->content);
    if (!parsed) { return wrong("verify.bundle-malformed", "content"); }
    const json::Value& content = *parsed;
    const bool is_signed = has_seal(content);
    const Snapshot* snapshot = is_signed ? snapshot_of(content, bad) : &snapshots_.rbegin()->second;
    Instant at;
    if (snapshot == nullptr || !check_entry(*bundle.response, response_kind, *snapshot, at)) { return false; }
    if (content["id"].text_or("") != request_id_ || journal_side_from(content["side"].text_or("")) != side_) { return wrong(bad, "of another exchange"); }
    if (!check_node(content, *snapshot, bad)) { return false; }
    const auto say_outcome = [&](const std::string& how) {
        fact((how + "status").c_str(), std::to_string(content["status"].integer_or(0)));
        fact((how + "outcome").c_str(), std::string(content["outcome"].text_or("")));
        fact((how + "fault").c_str(), std::string(content["fault"].text_or("")));
    };
    if (!is_signed) {
        // The journal's owner alone says so; that all went well it can say only with the other side's signature.
        const std::string claimed(content["fault"].text_or(""));
        if (claimed.empty() || !content["signature"].is_null()) { return wrong(bad, "an answer without a signature"); }
        say(Verdict::valid, "verify.exchange-fault-unsigned", claimed);
        say_outcome("claimed-");
        return true;
    }
    Signed answer;
    if (!check_signature(content, service_.provider, *snapshot, at, bad, answer) || !check_answer(content, answer)) { return false; }
    say(Verdict::valid, "verify.exchange-response-good");
    say_outcome("");
    fact("response-key", std::string(signed_parameter(signed_base(content), "keyid")));
    fact("answer-body-sha512", to_hex(digest_in(answer.lines, "\"content-digest\"")));
    return true;
}

trust::Verification Verifier::run(std::string_view text) {
    const auto bundle = parse_evidence(text);
    if (!bundle) {
        say(Verdict::invalid, "verify.bundle-malformed", bundle.error().detail);
    } else if (bundle->registry.empty()) {
        say(Verdict::invalid, "verify.exchange-registry-wrong", "no snapshot in the bundle");
    } else if (read_registry(*bundle) && check_request(*bundle) && check_response(*bundle)) {
        say(Verdict::valid, "verify.checkpoint-good");
        for (const auto& [version, snapshot] : snapshots_) {
            if (std::ranges::find(used_, version) == used_.end()) { say(Verdict::invalid, "verify.exchange-registry-wrong", "a snapshot that nothing refers to"); }
        }
    }
    out_.what = "exchange";
    out_.member = member_.text();
    out_.reference = request_id_;
    const auto any = [this](Verdict weight) { return std::ranges::any_of(out_.reasons, [weight](const trust::Reason& one) { return one.weight == weight; }); };
    out_.verdict = any(Verdict::invalid) ? Verdict::invalid : any(Verdict::cannot_tell) ? Verdict::cannot_tell : Verdict::valid;
    return std::move(out_);
}

}  // namespace

trust::Verification verify_evidence(std::string_view bundle, const RegistryKeys& registry) {
    // A file of text may end its one line.
    if (bundle.ends_with('\n')) { bundle.remove_suffix(1); }
    return Verifier(registry).run(bundle);
}

}  // namespace wasl::exchange
