#include "identity/national.hpp"

#include "base/ids.hpp"
#include "base/json.hpp"
#include "identity/impl/person_rows.hpp"
#include "store/pages.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace wasl::identity {

using store::Transaction;

namespace {

constexpr std::size_t most_namesakes = 20;

bool says_nothing(const PersonName& name) {
    return name.arabic().empty() && name.latin().empty();
}

// Somebody, or the provider for somebody, has seen the card.
bool is_verified(const Person& person) {
    return person.level >= level_counter_verified && !person.document_number.empty();
}

bool has_document(const Person& person, const NationalIdentity& who) {
    return person.document_kind == who.document_kind &&
           person.document_number == who.document_number;
}

// What the provider has verified takes the place of what the person wrote; what an agent has seen
// stays.
void take_claims(Person& person, const NationalIdentity& who, Instant now) {
    const bool seen = person.checked && person.level >= level_counter_verified;
    if (!seen && (who.level >= level_counter_verified || says_nothing(person.name)) &&
        !says_nothing(who.name))
        person.name = who.name;
    if (!seen && (who.level >= level_counter_verified || person.birth.empty()) &&
        !who.birth.empty())
        person.birth = who.birth;
    if (!seen && (who.level >= level_counter_verified || person.document_number.empty()) &&
        !who.document_number.empty()) {
        person.document_kind = who.document_kind;
        person.document_number = who.document_number;
    }
    person.level = std::max(person.level, who.level);
    const auto since =
        person.national && person.national->issuer == who.issuer ? person.national->since : now;
    person.national = NationalCheck{who.issuer, who.acr, who.level, since, now};
}

Result<std::vector<Person>> verified_with(Transaction& transaction, const NationalIdentity& who) {
    std::vector<Person> out;
    if (who.document_number.empty()) return out;
    store::Query query;
    query.collection = "person";
    query.index = "document";
    query.equal = {store::Value(who.document_kind + ":" + who.document_number)};
    query.limit = most_namesakes;
    TRY(store::each_document(transaction, std::move(query), [&](const store::Document& document) -> Result<void> {
        auto person = TRY(person_from_json(document.body));
        if (is_verified(person)) out.push_back(std::move(person));
        return {};
    }));
    return out;
}

Result<Person> person_in(Transaction& transaction, const std::string& id) {
    const auto found = TRY(transaction.get("person", id));
    if (!found) return fail(Code::not_found, "identity.no-person");
    return person_from_json(found->body);
}

Error conflict(std::string key) {
    return {Code::conflict, std::move(key), {}};
}

}  // namespace

struct NationalIds::Choice {
    Person person;
    bool fresh = false;            // an account made now
    bool bound = false;            // before this sign-in
    std::optional<Error> refusal;  // then `person` is the account concerned, if any
};

SessionOrigin NationalIds::origin(std::string_view issuer, std::string_view subject,
                                  std::string_view session) const {
    const auto named = [&](std::string_view kind, std::string_view what) {
        return what.empty() ? std::string()
                            : secrets_->keyed_hash(std::string(kind) + "\n" + std::string(issuer) +
                                                   "\n" + std::string(what));
    };
    return {named("sub", subject), named("sid", session)};
}

Result<NationalIds::Choice> NationalIds::choose(Transaction& transaction,
                                                const NationalIdentity& who,
                                                const std::string& signed_in) const {
    const auto subject = origin(who.issuer, who.subject, {}).subject;
    Choice out;
    const auto refuse = [&](std::string key) {
        out.refusal = conflict(std::move(key));
        return out;
    };
    if (const auto binding = TRY(transaction.get("national", subject))) {
        const auto body = TRY(json::parse(binding->body));
        out.person = TRY(person_in(transaction, std::string(body["person"].text_or(""))));
        out.bound = true;
        if (!signed_in.empty() && signed_in != out.person.id)
            return refuse("identity.national-other");
        // A passport shown at the counter does not contradict a national number; another national
        // number does.
        const bool same_kind =
            out.person.document_kind == who.document_kind && !who.document_number.empty();
        if (same_kind && is_verified(out.person) && !has_document(out.person, who))
            return refuse("identity.national-differs");
        const auto others = is_verified(out.person) || who.level < level_counter_verified
                                ? std::vector<Person>()
                                : TRY(verified_with(transaction, who));
        if (!others.empty()) return refuse("identity.national-known");
        return out;
    }
    auto verified = TRY(verified_with(transaction, who));
    if (!signed_in.empty()) {
        out.person = TRY(person_in(transaction, signed_in));
        if (out.person.national) return refuse("identity.national-taken");
        if (is_verified(out.person) && !has_document(out.person, who))
            return refuse("identity.national-differs");
        std::erase_if(verified, [&](const Person& person) { return person.id == signed_in; });
        if (!verified.empty()) return refuse("identity.national-known");
        if (is_verified(out.person) && who.level < level_counter_verified)
            return refuse("identity.national-level");
        return out;
    }
    if (verified.size() > 1) return refuse("identity.national-several");
    if (verified.empty()) {
        out.fresh = true;
        out.person.id = random_id(*entropy_);
        return out;
    }
    out.person = std::move(verified.front());
    if (out.person.national) return refuse("identity.national-taken");
    if (who.level < level_counter_verified) return refuse("identity.national-level");
    return out;
}

Result<Person> NationalIds::sign_in(const NationalIdentity& who, const std::string& signed_in,
                                    std::string_view language, Date today) {
    const auto subject = origin(who.issuer, who.subject, {}).subject;
    Choice choice;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        choice = TRY(choose(transaction, who, signed_in));
        json::Object content{
            {"issuer", who.issuer}, {"subject", subject}, {"acr", who.acr}, {"level", who.level}};
        if (choice.refusal) {
            content.set("reason", choice.refusal->key);
            content.set("person", choice.person.id);
            TRY(transaction.append({.chain = "national",
                                    .kind = "identity.national-refused",
                                    .content = json::write(content)}));
            if (choice.person.id.empty()) return {};
            TRY(transaction.append({.chain = "person:" + choice.person.id,
                                    .kind = "identity.national-refused",
                                    .content = json::write(content)}));
            return {};
        }
        auto& person = choice.person;
        const auto now = transaction.now();
        if (choice.fresh) {
            person.language = language;
            person.created = now;
        }
        take_claims(person, who, now);
        const auto version = choice.fresh ? Transaction::must_not_exist : Transaction::any_version;
        TRY(keep_person(transaction, person, version,
                        choice.bound ? "national-signed-in" : "national-bound", nullptr));
        if (choice.bound) return {};
        TRY(transaction.put(
            "national", subject, Transaction::must_not_exist,
            json::write(
                json::Object{{"person", person.id}, {"issuer", who.issuer}, {"since", now.micros}}),
            {{"person", person.id}}));
        TRY(transaction.append({.chain = "person:" + person.id,
                                .kind = "identity.national-signed-in",
                                .content = json::write(content)}));
        return {};
    }));
    if (choice.refusal) return std::unexpected(*choice.refusal);
    TRY(add_mandates(who, choice.person.id, today));
    return choice.person;
}

Result<void> NationalIds::add_mandates(const NationalIdentity& who, const std::string& person,
                                       Date today) {
    if (!who.says_mandates) return {};
    std::vector<Mandate> out;
    for (const auto& said : who.mandates) {
        Mandate mandate;
        mandate.attested = said.reference;
        mandate.kind = said.kind;
        mandate.principal_name = said.name;
        mandate.ice = said.ice;
        mandate.procedures = said.procedures;
        mandate.from = said.from;
        mandate.until = said.until;
        if (said.until < today || (!said.document.empty() && said.document == who.document_number))
            continue;
        if (!said.document.empty()) {
            NationalIdentity principal;
            principal.document_kind = who.document_kind;
            principal.document_number = said.document;
            // Named by the account where exactly one is verified with that number, else by the name
            // alone.
            TRY(store_->run([&](Transaction& transaction) -> Result<void> {
                const auto known = TRY(verified_with(transaction, principal));
                if (known.size() == 1 && known.front().id != person)
                    mandate.principal = known.front().id;
                return {};
            }));
        }
        out.push_back(std::move(mandate));
    }
    return mandates_->attest(person, who.issuer, std::move(out));
}

Result<Person> NationalIds::unbind(const std::string& id, const CounterCheck& check,
                                   Sessions& sessions) {
    if (check.staff.empty() || check.document_number.empty())
        return fail(Code::unprocessable, "identity.counter-check-incomplete");
    Person person;
    std::vector<std::string> subjects;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        person = TRY(person_in(transaction, id));
        if (is_verified(person) && (person.document_kind != check.document_kind ||
                                    person.document_number != check.document_number)) {
            return fail(Code::conflict, "identity.document-differs");
        }
        store::Query query;
        query.collection = "national";
        query.index = "person";
        query.equal = {store::Value(id)};
        query.limit = most_namesakes;
        for (const auto& binding : TRY(transaction.find(query)).documents) {
            TRY(transaction.erase("national", binding.key, binding.version));
            subjects.push_back(binding.key);
        }
        if (subjects.empty()) return fail(Code::not_found, "identity.national-unbound");
        person.national.reset();
        const int proven =
            person.proven_addresses().empty() ? level_self_declared : level_code_verified;
        if (!person.checked) person.level = std::min(person.level, proven);
        return keep_person(transaction, person, Transaction::any_version, "national-unbound",
                           &check);
    }));
    for (const auto& subject : subjects) TRY(sessions.end_origin({subject, {}}));
    return person;
}

Result<std::size_t> NationalIds::log_out(const LogoutToken& token, std::string_view issuer,
                                         Sessions& sessions) {
    TRY(once("logout", token.id, token.expires.plus_seconds(600)));
    const auto ended = TRY(sessions.end_origin(origin(issuer, token.subject, token.session)));
    if (ended.empty()) return std::size_t{0};
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        for (const auto& session : ended) {
            const json::Object content{{"issuer", issuer}, {"session", session.key}};
            TRY(transaction.append({.chain = "person:" + session.id,
                                    .kind = "identity.national-signed-out",
                                    .content = json::write(content)}));
        }
        return {};
    }));
    return ended.size();
}

Result<void> NationalIds::once(std::string_view kind, std::string_view text, Instant until) {
    const auto key = secrets_->keyed_hash(std::string(kind) + "\n" + std::string(text));
    const auto kept = store_->run([&](Transaction& transaction) -> Result<void> {
        TRY(transaction.put("national_once", key, Transaction::must_not_exist,
                            json::write(json::Object{{"until", until.micros}})));
        return {};
    });
    if (!kept && kept.error().key == "store.version")
        return fail(Code::conflict, "identity.national-replayed", std::string(kind));
    return kept;
}

Result<std::size_t> NationalIds::sweep(Instant now) {
    std::size_t gone = 0;
    store::Query query;
    query.collection = "national_once";
    query.limit = 500;
    do {
        std::vector<store::Document> over;
        {
            const auto reader = TRY(store_->read());
            auto page = TRY(reader->find(query));
            query.after = page.next;
            for (auto& document : page.documents) {
                if (TRY(json::parse(document.body))["until"].integer_or(0) <= now.micros)
                    over.push_back(std::move(document));
            }
        }
        for (const auto& document : over) {
            TRY(store_->run([&](Transaction& transaction) {
                return transaction.erase("national_once", document.key);
            }));
            ++gone;
        }
    } while (!query.after.empty());
    return gone;
}

}  // namespace wasl::identity
