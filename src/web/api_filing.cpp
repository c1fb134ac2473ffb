#include "web/api_filing.hpp"

#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "dossier/papers.hpp"
#include "trust/journal_sealer.hpp"
#include "web/acting.hpp"
#include "web/obligations.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <utility>

namespace wasl::web::api {

namespace {

constexpr std::size_t key_limit = 200;  // bytes of an Idempotency-Key

// The header field is a structured string (draft-ietf-httpapi-idempotency-key-header); most clients send it bare.
std::string_view idempotency_key(const http::Request& request) {
    auto key = trim(request.header("Idempotency-Key"));
    if (key.size() >= 2 && key.front() == '"' && key.back() == '"') key = key.substr(1, key.size() - 2);
    return key;
}

// The first filing with a member: the person's list of members is to name it.
bool is_first(const identity::Person& person, std::string_view member) {
    return std::ranges::find(person.members, member) == person.members.end();
}

// JSON is UTF-8 (RFC 8259, section 8.1), and never compressed here.
bool is_json(const http::Request& request) {
    const auto type = request.header("Content-Type");
    const auto coding = trim(request.header("Content-Encoding"));
    if (!coding.empty() && !equals_ignoring_ascii_case(coding, "identity")) return false;
    if (!equals_ignoring_ascii_case(trim(type.substr(0, type.find(';'))), "application/json")) return false;
    const auto charset = to_lower_ascii(type).find("charset=");
    if (charset == std::string::npos) return true;
    auto name = trim(type.substr(charset + 8));
    name = trim(name.substr(0, name.find(';')));
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    return equals_ignoring_ascii_case(name, "utf-8");
}

bool is_key(std::string_view key) {
    return !key.empty() && key.size() <= key_limit && std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7F; });
}

// Names in order, no white space: the same text for every way of writing the same value.
std::string canonical(const json::Value& value) {
    std::string out;
    if (const auto* object = value.object()) {
        std::map<std::string_view, const json::Value*> sorted;
        for (const auto& [name, part] : *object) sorted[name] = &part;
        for (const auto& [name, part] : sorted) out += json::write(json::Value(std::string(name))) + ':' + canonical(*part) + ',';
        return '{' + out + '}';
    }
    if (const auto* array = value.array()) {
        for (const auto& part : *array) out += canonical(part) + ',';
        return '[' + out + ']';
    }
    return json::write(value);
}

// Fingerprint of what is asked.
std::string print_of(const Wish& wish) {
    constexpr std::size_t digits = 16;
    const json::Object all{{"member", wish.member}, {"procedure", wish.procedure}, {"answers", wish.answers},
                           {"channel", wish.channel}, {"language", wish.language}};
    return sha256(canonical(json::Value(all))).hex().substr(0, digits);
}

std::string host_of(const Site& site) {
    const auto scheme = site.public_url.find("://");
    return scheme == std::string::npos ? site.public_url : site.public_url.substr(scheme + 3);
}

json::Object receipt_json(const dossier::Receipt& receipt, const jurisdiction::Pack& pack) {
    json::Array missing;
    for (const auto& item : receipt.missing) {
        missing.emplace_back(json::Object{{"code", item.code}, {"kind", item.answer ? "answer" : "paper"}, {"title", item.title}});
    }
    json::Object out{{"complete", receipt.complete()}, {"missing", std::move(missing)}};
    if (receipt.answer_due) out.set("answer_by", dossier::last_day_before(*receipt.answer_due, pack).iso());
    if (receipt.complete_by) out.set("complete_by", dossier::last_day_before(*receipt.complete_by, pack).iso());
    return out;
}

// A filing on disk that waits for its seal to be read and its reply to be written.
struct Filed {
    MemberSite* member = nullptr;
    dossier::FilingDone done;
    std::string language;  // of the person's page
    Caller caller;
    std::shared_ptr<http::Responder> responder;
};

}  // namespace

struct Filer::Impl : std::enable_shared_from_this<Impl> {
    Site& site;
    std::mutex guard;
    std::set<std::string, std::less<>> awake;  // members whose store has been opened: asking again is quick
    std::vector<Filed> filed;
    bool answering = false;

    explicit Impl(Site& at) : site(at) {}

    bool is_awake(std::string_view member) {
        const std::lock_guard lock(guard);
        return awake.contains(member);
    }

    // On a loop; on the pool when a store must be opened or the person's list be written first.
    void begin(const std::shared_ptr<Wish>& wish, const identity::Person& person, const Caller& caller,
               const std::shared_ptr<http::Responder>& responder) {
        auto filing = make_filing(*wish, person);
        if (!filing) return responder->send(problem(caller, filing.error()));
        auto& [member, ready] = *filing;
        auto print = ready.once_print;
        if (const auto flaws = answer_flaws(ready.revision->form, ready.answers); !flaws.empty()) {
            return responder->send(problem(caller, Code::unprocessable, "dossier.answers", "see /schema of the procedure", flaws));
        }
        if (const auto taken = takes_on(ready); !taken) {
            return responder->send(problem(caller, taken.error().code, taken.error().key, "confirm in `obligations` what the procedure lists there",
                                           {{"/obligations", taken.error().detail}}));
        }
        // Before the filing: a stop between the two must not hide a request from its person.
        if (is_first(person, wish->member)) {
            if (const auto noted = site.persons->note_member(person.id, wish->member); !noted) {
                return responder->send(problem(caller, noted.error()));
            }
        }
        member->dossiers->file(std::move(ready), acting_person(person),
                               [self = shared_from_this(), at = member, caller, responder,
                                language = person.language, print = std::move(print)](Result<dossier::FilingDone> done) {
                                   if (!done) return responder->send(problem(caller, done.error()));
                                   if (done->repeated && !done->once_print.empty() && done->once_print != print) {
                                       return responder->send(problem(caller, Code::unprocessable, "api.key-reused",
                                                                      "this Idempotency-Key has filed another body: take a fresh one"));
                                   }
                                   self->answer({at, std::move(*done), language, caller, responder});
                               });
    }

    [[nodiscard]] Result<void> takes_on(const dossier::Filing& filing) const {
        if (filing.revision->obligations.empty()) return {};
        const auto answers = dossier::readiness(filing, *site.pack, site.today()).checked.answers;
        return confirm_obligations(*filing.revision, answers, filing.facts, site.today(), filing.obligations);
    }

    Result<std::pair<MemberSite*, dossier::Filing>> make_filing(Wish& wish, const identity::Person& person) {
        if (site.members->info(wish.member) == nullptr) return fail(Code::unprocessable, "web.no-member");
        auto* member = TRY(site.members->at(wish.member));
        if (!is_awake(wish.member)) {
            const std::lock_guard lock(guard);
            awake.insert(wish.member);
        }
        dossier::Filing out;
        out.revision = TRY(member->catalogue->find(wish.procedure));
        if (out.revision == nullptr) return fail(Code::unprocessable, "api.no-procedure");
        const bool online = std::ranges::find(out.revision->channels, "online") != out.revision->channels.end();
        if (!out.revision->filers.person || (!online && !out.revision->channels.empty())) return fail(Code::unprocessable, "api.not-online");
        out.applicant = party_of(person);
        out.contact = contact_of(person);
        if (!wish.channel.empty()) out.contact.channel = wish.channel;
        const bool reachable = (wish.channel != "sms" || !person.phone.empty()) && (wish.channel != "email" || !person.email.empty());
        if (!reachable) return fail(Code::unprocessable, "api.unreachable");
        if (!wish.language.empty()) out.contact.language = wish.language;
        out.office = member->info->office_for(out.revision->id).code;
        out.offices = {member->info->appeal, member->info->supervisory};
        out.once_print = print_of(wish);
        out.answers = std::move(wish.answers);
        out.obligations = wish.obligations;
        out.facts = {{"channel", "online"}, {"level", person.level}, {"applicant", "person"}};
        out.level = person.level;
        out.once = "api:" + wish.key;
        return std::pair(member, std::move(out));
    }

    // On a writer's thread: hands over and returns. One job answers all that came meanwhile, with one
    // view of a store for each member, so that a group of commits costs one wake-up.
    void answer(Filed one) {
        {
            const std::lock_guard lock(guard);
            filed.push_back(std::move(one));
            if (std::exchange(answering, true)) return;
        }
        if (!site.pool->submit([self = shared_from_this()] { self->answer_all(); })) answer_all();
    }

    void answer_all() {
        for (;;) {
            std::vector<Filed> batch;
            {
                const std::lock_guard lock(guard);
                batch.swap(filed);
                answering = !batch.empty();
                if (batch.empty()) return;
            }
            std::ranges::sort(batch, std::less<>{}, &Filed::member);
            std::unique_ptr<store::Reader> reader;
            const MemberSite* of = nullptr;
            for (auto& one : batch) {
                if (of != one.member) {
                    of = one.member;
                    reader.reset();  // one view at a time
                    if (auto view = one.member->store->read()) reader = std::move(*view);
                }
                reply(one, reader.get());
            }
        }
    }

    void reply(Filed& one, store::Reader* reader) {
        auto seal = seal_text(one, reader);
        if (!seal) {
            // Filed all the same: the caller asks again with the same key.
            log::error("api.seal", {{"reference", one.done.reference}, {"key", seal.error().key}});
            return one.responder->send(problem(one.caller, Code::unavailable, "http.503", "filed; ask again with the same Idempotency-Key"));
        }
        const std::string path = "/api/dossiers/" + one.done.reference;
        const json::Object body{{"reference", one.done.reference},
                                {"received", one.done.received.iso()},
                                {"receipt", receipt_json(one.done.receipt, *site.pack)},
                                {"seal", std::move(*seal)},
                                {"links", json::Object{{"self", site.public_url + path},
                                                       {"page", site.public_url + "/" + one.language + "/request/" + one.done.reference}}}};
        auto response = http::Response::json(json::write(body), 201);
        response.set("Location", path);
        one.responder->send(std::move(response));
    }

    Result<std::string> seal_text(const Filed& one, store::Reader* reader) const {
        if (reader == nullptr) return fail(Code::unavailable, "store.closed");
        const auto found = TRY(trust::find_seal(*reader, one.done.seal_key));
        if (!found) return fail(Code::unavailable, "web.paper-unsealed");
        return trust::seal_url(found->seal, host_of(site));
    }
};

Filer::Filer(Site& site) : impl_(std::make_shared<Impl>(site)) {}
Filer::~Filer() = default;

http::Reply Filer::file(http::Request& request) {
    const auto caller = caller_of(request);
    if (!is_json(request)) return problem(caller, Code::unsupported, "form.type", "Content-Type must be application/json in UTF-8, without Content-Encoding");
    auto person = person_of(impl_->site, request);
    if (!person) return problem(caller, person.error());
    const auto key = idempotency_key(request);
    if (!is_key(key)) {
        return problem(caller, Code::invalid, "api.idempotency-key",
                       "the header Idempotency-Key is required: 1 to 200 visible ASCII characters, fresh for each filing");
    }
    const auto value = json::parse(request.body());
    if (!value) return problem(caller, value.error().code, value.error().key, value.error().detail);
    const auto* body = value->object();
    if (body == nullptr) return problem(caller, Code::invalid, "api.type", "the body must be a JSON object", {{"", "api.type"}});
    auto wish = read_wish(*body);
    if (!wish) return problem(caller, Code::invalid, "api.shape", "the body does not have the shape of /api/openapi.json", wish.error());
    wish->key = key;
    return http::Later([impl = impl_, caller, person = std::move(*person), wish = std::make_shared<Wish>(std::move(*wish))](
                           http::Responder responder) mutable {
        auto shared = std::make_shared<http::Responder>(std::move(responder));
        if (impl->is_awake(wish->member) && !is_first(person, wish->member)) return impl->begin(wish, person, caller, shared);
        const bool queued = impl->site.pool->submit([impl, wish, person = std::move(person), caller, shared] {
            impl->begin(wish, person, caller, shared);
        });
        if (!queued) shared->send(problem(caller, Code::unavailable, "http.503"));
    });
}

}  // namespace wasl::web::api
