#include "identity/sessions.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <list>
#include <deque>
#include <mutex>
#include <unordered_map>

namespace wasl::identity {

namespace {

constexpr std::int64_t touch_every_seconds = 300;  // a row is rewritten at most so often
constexpr std::size_t mask_bytes = 16;
constexpr std::size_t ended_kept = 1'000;          // far more than look-ups under way at one time

std::string owner_of(ActorKind kind, std::string_view id, std::string_view member) {
    return kind == ActorKind::staff ? "staff:" + std::string(member) + ":" + std::string(id) : "person:" + std::string(id);
}

std::string body_of(const Session& session) {
    return json::write(json::Object{{"staff", session.kind == ActorKind::staff},
                                    {"id", session.id},
                                    {"member", session.member},
                                    {"secret", session.secret},
                                    {"created", session.created.micros},
                                    {"seen", session.seen.micros},
                                    {"device", session.device},
                                    {"subject", session.origin.subject},
                                    {"sid", session.origin.session}});
}

// Absent when empty: such a session does not stand in that index.
store::Scalar maybe(const std::string& text) { return text.empty() ? store::Scalar() : store::Scalar(text); }

Result<Session> read(const store::Document& document) {
    const auto value = TRY(json::parse(document.body));
    Session session;
    session.key = document.key;
    session.kind = value["staff"].bool_or(false) ? ActorKind::staff : ActorKind::person;
    session.id = value["id"].text_or("");
    session.member = value["member"].text_or("");
    session.secret = value["secret"].text_or("");
    session.created = {value["created"].integer_or(0)};
    session.seen = {value["seen"].integer_or(0)};
    session.device = value["device"].text_or("");
    session.origin = {std::string(value["subject"].text_or("")), std::string(value["sid"].text_or(""))};
    return session;
}

Result<void> write(store::Transaction& transaction, const Session& session) {
    const auto owner = owner_of(session.kind, session.id, session.member);
    TRY(transaction.put("session", session.key, store::Transaction::any_version, body_of(session),
                        {{"owner", owner}, {"subject", maybe(session.origin.subject)}, {"sid", maybe(session.origin.session)}}));
    return {};
}

std::string mac_of(const Session& session) { return hmac_sha256(session.secret, "form").substr(0, mask_bytes); }

}  // namespace

struct Sessions::Impl {
    struct Slot {
        std::shared_ptr<const Session> session;
        std::list<std::string>::iterator place;
    };

    store::Store* store = nullptr;
    Entropy* entropy = nullptr;
    const Clock* clock = nullptr;
    SessionRules rules;
    std::mutex guard;
    std::unordered_map<std::string, Slot> cache;
    std::list<std::string> recent;  // newest first
    // Ended lately: a look-up that had read the row before it was erased must not bring it back.
    std::deque<std::string> ended;

    [[nodiscard]] bool over(const Session& session, Instant now) const {
        const bool staff = session.kind == ActorKind::staff;
        const auto idle = staff ? rules.staff_idle_seconds : rules.person_idle_seconds;
        const auto life = staff ? rules.staff_life_seconds : rules.person_life_seconds;
        return now >= session.seen.plus_seconds(idle) || now >= session.created.plus_seconds(life);
    }

    std::shared_ptr<const Session> cached(const std::string& key) {
        const std::lock_guard lock(guard);
        const auto found = cache.find(key);
        if (found == cache.end()) return nullptr;
        recent.splice(recent.begin(), recent, found->second.place);
        return found->second.session;
    }

    void remember(const std::shared_ptr<const Session>& session) {
        const std::lock_guard lock(guard);
        if (std::ranges::find(ended, session->key) != ended.end()) return;
        if (const auto found = cache.find(session->key); found != cache.end()) {
            found->second.session = session;
            return;
        }
        recent.push_front(session->key);
        cache.emplace(session->key, Slot{session, recent.begin()});
        if (cache.size() > rules.cached) {
            cache.erase(recent.back());
            recent.pop_back();
        }
    }

    void forget(const std::string& key, bool for_good) {
        const std::lock_guard lock(guard);
        if (for_good) {
            ended.push_back(key);
            if (ended.size() > ended_kept) ended.pop_front();
        }
        if (const auto found = cache.find(key); found != cache.end()) {
            recent.erase(found->second.place);
            cache.erase(found);
        }
    }
};

Sessions::Sessions(store::Store& store, Entropy& entropy, const Clock& clock, SessionRules rules)
    : impl_(std::make_unique<Impl>()) {
    impl_->store = &store;
    impl_->entropy = &entropy;
    impl_->clock = &clock;
    impl_->rules = rules;
}
Sessions::~Sessions() = default;

Result<std::string> Sessions::begin(ActorKind kind, std::string id, std::string member, std::string device, SessionOrigin origin) {
    std::string token = to_base64url(impl_->entropy->bytes(32));
    auto session = std::make_shared<Session>();
    session->key = sha256(token).hex();
    session->kind = kind;
    session->id = std::move(id);
    session->member = std::move(member);
    session->secret = to_hex(impl_->entropy->bytes(32));
    session->created = session->seen = impl_->clock->now();
    if (device.size() > 200) device.resize(200);
    session->device = std::move(device);
    session->origin = std::move(origin);
    if (!is_utf8(session->device)) session->device.clear();
    TRY(impl_->store->run([&](store::Transaction& transaction) { return write(transaction, *session); }));
    impl_->remember(session);
    return token;
}

Result<std::string> Sessions::replace(const Session& before, ActorKind kind, std::string id, std::string member, std::string device,
                                      SessionOrigin origin) {
    auto token = TRY(begin(kind, std::move(id), std::move(member), std::move(device), std::move(origin)));
    TRY(end(before));
    return token;
}

Result<std::shared_ptr<const Session>> Sessions::find(std::string_view token) {
    const auto over = [] { return fail(Code::unauthenticated, "identity.session-over"); };
    if (token.size() != 43) return over();  // 32 bytes in base64url
    const std::string key = sha256(token).hex();
    auto session = impl_->cached(key);
    bool news = session == nullptr;
    if (news) {
        const auto reader = TRY(impl_->store->read());
        const auto found = TRY(reader->get("session", key));
        if (!found) return over();
        session = std::make_shared<Session>(TRY(read(*found)));
    }
    const Instant now = impl_->clock->now();
    if (impl_->over(*session, now)) {
        impl_->forget(key, false);
        return over();
    }
    if (now >= session->seen.plus_seconds(touch_every_seconds)) {
        auto touched = std::make_shared<Session>(*session);
        touched->seen = now;
        session = touched;
        news = true;
        impl_->store->submit(
            [touched](store::Transaction& transaction) -> Result<void> {
                // A session that ended meanwhile stays ended.
                if (!TRY(transaction.get("session", touched->key))) return {};
                return write(transaction, *touched);
            },
            [](const Result<void>&) {});
    }
    if (news) impl_->remember(session);
    return session;
}

Result<void> Sessions::end(const Session& session) {
    impl_->forget(session.key, true);
    return impl_->store->run([&](store::Transaction& transaction) { return transaction.erase("session", session.key); });
}

Result<std::vector<Session>> Sessions::of(ActorKind kind, const std::string& id, const std::string& member) const {
    const auto reader = TRY(impl_->store->read());
    store::Query query;
    query.collection = "session";
    query.index = "owner";
    query.equal = {store::Value(owner_of(kind, id, member))};
    query.limit = 1'000;
    std::vector<Session> out;
    for (const auto& document : TRY(reader->find(query)).documents) out.push_back(TRY(read(document)));
    return out;
}

Result<std::size_t> Sessions::end_all(ActorKind kind, const std::string& id, const std::string& member, std::string_view but_key) {
    std::size_t ended = 0;
    for (const auto& session : TRY(of(kind, id, member))) {
        if (session.key == but_key) continue;
        TRY(end(session));
        ++ended;
    }
    return ended;
}

Result<std::vector<Session>> Sessions::end_origin(const SessionOrigin& origin) {
    const bool one = !origin.session.empty();
    std::vector<Session> ended;
    if (!one && origin.subject.empty()) return ended;
    store::Query query;
    query.collection = "session";
    query.index = one ? "sid" : "subject";
    query.equal = {store::Value(one ? origin.session : origin.subject)};
    query.limit = 1'000;
    {
        const auto reader = TRY(impl_->store->read());
        for (const auto& document : TRY(reader->find(query)).documents) ended.push_back(TRY(read(document)));
    }
    // A session id of somebody else's must not end this one, should the provider use it twice.
    std::erase_if(ended, [&](const Session& session) { return !origin.subject.empty() && session.origin.subject != origin.subject; });
    for (const auto& session : ended) TRY(end(session));
    return ended;
}

Result<std::size_t> Sessions::sweep() {
    const Instant now = impl_->clock->now();
    std::size_t swept = 0;
    store::Query query;
    query.collection = "session";
    query.limit = 1'000;
    do {
        const auto reader = TRY(impl_->store->read());
        const auto page = TRY(reader->find(query));
        for (const auto& document : page.documents) {
            const auto session = TRY(read(document));
            if (!impl_->over(session, now)) continue;
            TRY(end(session));
            ++swept;
        }
        query.after = page.next;
    } while (!query.after.empty());
    return swept;
}

std::string csrf_token(const Session& session, Entropy& entropy) {
    const std::string mask = entropy.bytes(mask_bytes);
    std::string masked = mac_of(session);
    for (std::size_t i = 0; i < mask_bytes; ++i) masked[i] = static_cast<char>(masked[i] ^ mask[i]);
    return to_base64url(mask + masked);
}

bool csrf_matches(const Session& session, std::string_view token) {
    const auto bytes = from_base64url(token);
    if (!bytes || bytes->size() != 2 * mask_bytes) return false;
    std::string plain = bytes->substr(mask_bytes);
    for (std::size_t i = 0; i < mask_bytes; ++i) plain[i] = static_cast<char>(plain[i] ^ (*bytes)[i]);
    return equals_in_constant_time(plain, mac_of(session));
}

}  // namespace wasl::identity
