#include "courier.hpp"

#include "grid/outage.hpp"
#include "identity/outbox.hpp"
#include "lingua/formats.hpp"

#include "base/log.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace wasl::app {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

// The host's outbox: one-time codes, already with their address.
class HostOutbox final : public post::Outbox {
public:
    explicit HostOutbox(store::Store& store) : store_(store) {}

    Result<std::vector<post::Waiting>> due(Instant now, std::size_t limit) override {
        const auto reader = TRY(store_.read());
        queued_ = TRY(identity::messages(*reader, "waiting", limit));
        std::vector<post::Waiting> out;
        for (const auto& queued : queued_) {
            if (queued.message.at > now) break;  // oldest first
            const auto channel = post::parse_channel(queued.message.channel);
            post::Notice notice;
            notice.id = queued.id;
            notice.channel = channel.value_or(post::Channel::print);
            notice.to = queued.message.address;
            notice.language = lingua::from_tag(queued.message.language).value_or(lingua::Language::ar);
            notice.key = queued.message.key;
            notice.args = queued.message.args;
            out.push_back({std::move(notice), static_cast<int>(queued.tries), queued.message.at});
        }
        return out;
    }

    Result<void> settle(const post::Waiting& waiting, const post::Outcome& outcome) override {
        const auto found = std::ranges::find(queued_, waiting.notice.id, &identity::QueuedMessage::id);
        if (found == queued_.end()) return {};
        auto message = *found;
        if (outcome.fate == post::Fate::given_up) message.tries = 1'000;  // no more tries
        return store_.run([&](store::Transaction& transaction) {
            return identity::settle(transaction, message, outcome.fate == post::Fate::sent, outcome.retry_at);
        });
    }

private:
    store::Store& store_;
    std::vector<identity::QueuedMessage> queued_;
};

struct Try {
    int tries = 0;
    Instant next;
};
using Tried = std::map<std::string, Try>;

// How often the messages of one outbox were tried; kept in memory: after a restart they begin anew.
class Tries {
public:
    Tries(Tried& tried, std::string outbox) : tried_(tried), outbox_(std::move(outbox)) {}

    const Try& of(const std::string& id) { return tried_[outbox_ + id]; }
    // Whether it is tried again later; else it is forgotten here.
    bool again(const post::Waiting& waiting, const post::Outcome& outcome) {
        const auto key = outbox_ + waiting.notice.id;
        if (outcome.fate == post::Fate::again) {
            tried_[key] = {waiting.tries + 1, outcome.retry_at};
            return true;
        }
        tried_.erase(key);
        return false;
    }

private:
    Tried& tried_;
    std::string outbox_;
};

// A member's outbox: news of dossiers.
class MemberOutbox final : public post::Outbox {
public:
    MemberOutbox(Host& host, web::MemberSite& member, Tried& tried, std::span<const post::Channel> open)
        : host_(host), member_(member), tries_(tried, member.info->id + "/"), open_(open) {}

    Result<std::vector<post::Waiting>> due(Instant now, std::size_t limit) override {
        std::vector<post::Waiting> out;
        std::vector<std::string> unreachable;
        for (const auto& message : TRY(member_.dossiers->outbox(limit))) {
            const auto& before = tries_.of(message.id);
            if (before.next > now) continue;
            const auto person = host_.site().persons->find(message.contact.address);
            auto notice = person ? notice_of(message, *person, open_) : std::nullopt;
            if (!notice) {
                unreachable.push_back(message.id);
                continue;
            }
            out.push_back({std::move(*notice), before.tries, message.at});
        }
        if (!unreachable.empty()) TRY(member_.dossiers->sent(unreachable));
        return out;
    }

    Result<void> settle(const post::Waiting& waiting, const post::Outcome& outcome) override {
        if (tries_.again(waiting, outcome)) return {};
        const std::array ids{waiting.notice.id};
        return member_.dossiers->sent(ids);
    }

private:
    Host& host_;
    web::MemberSite& member_;
    Tries tries_;
    std::span<const post::Channel> open_;
};

// A utility's outbox: who lost their supply, and who has it back. Addresses are the network's own and are forgotten with
// the message.
class SupplyOutbox final : public post::Outbox {
public:
    SupplyOutbox(Host& host, web::MemberSite& member, Tried& tried)
        : host_(host), member_(member), tries_(tried, member.info->id + "/supply/") {}

    Result<std::vector<post::Waiting>> due(Instant now, std::size_t limit) override {
        const auto reader = TRY(member_.store->read());
        std::vector<post::Waiting> out;
        for (const auto& message : TRY(grid::waiting_messages(*reader, limit))) {
            const auto& before = tries_.of(message.id);
            if (before.next <= now) out.push_back({supply_notice(message, *member_.info, host_.site()), before.tries, message.queued});
        }
        return out;
    }

    Result<void> settle(const post::Waiting& waiting, const post::Outcome& outcome) override {
        if (tries_.again(waiting, outcome)) return {};
        const bool sent = outcome.fate == post::Fate::sent;
        return member_.store->run([&](store::Transaction& tx) { return grid::forget_message(tx, waiting.notice.id, sent); });
    }

private:
    Host& host_;
    web::MemberSite& member_;
    Tries tries_;
};

}  // namespace

namespace {

// What stands on the envelope: the name in both scripts, then the address.
std::string postal_address(const identity::Person& person) {
    std::string out;
    for (const auto& line : {person.name.arabic(), person.name.latin(), person.address, person.commune}) {
        if (line.empty()) continue;
        if (!out.empty()) out += ", ";
        out += line;
    }
    return out.empty() ? person.id : out;
}

std::string address_by(post::Channel channel, const identity::Person& person) {
    switch (channel) {
        case post::Channel::sms: return person.phone_confirmed ? person.phone : std::string();
        case post::Channel::email: return person.email;
        case post::Channel::print: return postal_address(person);
    }
    return {};
}

}  // namespace

std::optional<post::Notice> notice_of(const dossier::OutMessage& message, const identity::Person& person,
                                      std::span<const post::Channel> open) {
    post::Notice out;
    out.id = message.id;
    out.key = message.key;
    out.language = lingua::from_tag(message.contact.language).value_or(lingua::Language::ar);
    std::vector<post::Channel> order;
    if (const auto wish = post::parse_channel(message.contact.channel)) order.push_back(*wish);
    order.insert(order.end(), {post::Channel::sms, post::Channel::email, post::Channel::print});
    const auto way = std::ranges::find_if(order, [&](post::Channel channel) {
        return std::ranges::find(open, channel) != open.end() && !address_by(channel, person).empty();
    });
    if (way == order.end()) return std::nullopt;
    out.channel = *way;
    out.to = address_by(*way, person);
    const auto in_words = [&](const json::Value& value) -> std::string {
        if (const auto* truth = value.boolean()) return *truth ? "true" : "false";
        const auto date = parse_date(value.text_or(""));
        return date ? lingua::long_date(out.language, *date) : std::string(value.text_or(""));
    };
    for (const auto* name : {"reference", "title", "complete", "answer_by", "complete_by"}) {
        const auto* value = message.args.find(name);
        out.args.emplace_back(name, value == nullptr ? std::string() : in_words(*value));
    }
    return out;
}

post::Notice supply_notice(const grid::GridMessage& message, const web::MemberInfo& utility, const web::Site& site) {
    post::Notice out;
    out.id = message.id;
    out.channel = post::parse_channel(message.channel).value_or(post::Channel::sms);
    out.to = message.to;
    out.key = message.key;
    out.language = lingua::from_tag(message.language).value_or(lingua::Language::ar);
    const auto words = [&](Instant at) { return lingua::date_and_time(out.language, site.local(at)); };
    out.args = {{"since", words(message.since)}, {"expected", message.expected ? words(*message.expected) : "none"},
                {"utility", utility.name.in(lingua::tag(out.language))}};
    return out;
}

std::vector<std::unique_ptr<post::Sender>> senders_of_environment() {
    std::vector<std::unique_ptr<post::Sender>> out;
    if (const auto url = environment("WASL_SMTP_URL"); !url.empty()) {
        post::SmtpOptions options;
        options.url = url;
        options.user = environment("WASL_SMTP_USER");
        options.password_file = environment("WASL_SMTP_PASSWORD_FILE");
        options.ca_file = environment("WASL_SMTP_CA");
        options.from.address = environment("WASL_SMTP_FROM");
        options.from.name = "Wasl";
        out.push_back(post::smtp_sender(std::move(options)));
    }
    if (const auto folder = environment("WASL_SMS_SPOOL"); !folder.empty()) out.push_back(post::gammu_sender(folder));
    if (const auto folder = environment("WASL_PRINT_SPOOL"); !folder.empty()) out.push_back(post::print_spool(folder));
    return out;
}

namespace {

std::vector<post::Channel> channels_of(const std::vector<std::unique_ptr<post::Sender>>& senders) {
    std::vector<post::Channel> out;
    for (const auto& sender : senders) out.push_back(sender->channel());
    return out;
}

}  // namespace

struct Courier::Impl {
    Host& host;
    std::vector<post::Channel> open;
    post::Postman postman;
    Tried tried;
};

Courier::Courier(Host& host, std::vector<std::unique_ptr<post::Sender>> senders) {
    auto open = channels_of(senders);
    impl_ = std::make_unique<Impl>(host, std::move(open), post::Postman(std::move(senders)));
}
Courier::~Courier() = default;

Result<void> Courier::round(Instant now) {
    HostOutbox codes(impl_->host.host_store());
    TRY(impl_->postman.run(codes, now));
    for (const auto& about : impl_->host.all()) {
        // News arise where pages or the caretaker have just worked; others keep their store at rest.
        if (impl_->host.used(about.id).plus_seconds(600) < now) continue;
        auto* member = TRY(impl_->host.at_quietly(about.id));
        MemberOutbox news(impl_->host, *member, impl_->tried, impl_->open);
        TRY(impl_->postman.run(news, now));
        SupplyOutbox cuts(impl_->host, *member, impl_->tried);
        if (about.kind == "utility") TRY(impl_->postman.run(cuts, now));
    }
    return {};
}

}  // namespace wasl::app
