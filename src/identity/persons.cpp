#include "identity/persons.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "identity/impl/person_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wasl::identity {

using store::FieldType;
using store::Transaction;

namespace {

std::string document_key(const Person& person) {
    return person.document_number.empty() ? std::string() : person.document_kind + ":" + person.document_number;
}

// Absent when empty, so that two people without a phone do not collide in the unique index.
store::Scalar maybe(const std::string& text) { return text.empty() ? store::Scalar() : store::Scalar(text); }

}  // namespace

Result<void> keep_person(Transaction& transaction, const Person& person, std::int64_t version, std::string_view event, const CounterCheck* check) {
    const auto document = document_key(person);
    TRY(transaction.put("person", person.id, version, to_json(person),
                        {{"phone", maybe(person.phone_confirmed ? person.phone : std::string())},
                         {"second_phone", maybe(person.second_phone)},
                         {"email", maybe(person.email_verified ? person.email : std::string())},
                         {"document", maybe(document)}}));
    json::Object content{{"person", TRY(json::parse(to_json(person)))}};
    if (check != nullptr) {
        content.set("by", json::Object{{"member", check->member}, {"office", check->office}, {"staff", check->staff}});
    }
    TRY(transaction.append({.chain = "person:" + person.id, .kind = "identity." + std::string(event), .content = json::write(content)}));
    return {};
}

namespace {

// A counter of one day, in one small document.
Result<bool> take_allowance(Transaction& transaction, const std::string& key, int most) {
    const std::int64_t day = transaction.now().seconds() / 86'400;
    const auto found = TRY(transaction.get("allowance", key));
    std::int64_t used = 0;
    if (found) {
        const auto value = TRY(json::parse(found->body));
        used = value["day"].integer_or(0) == day ? value["used"].integer_or(0) : 0;
    }
    if (used >= most) return false;
    TRY(transaction.put("allowance", key, Transaction::any_version, json::write(json::Object{{"day", day}, {"used", used + 1}})));
    return true;
}

Result<std::optional<Person>> person_at(store::Reader& reader, const Address& address) {
    const bool mail = address.channel == "email";
    auto found = TRY(reader.get_by("person", mail ? "email" : "phone", {store::Scalar(address.value)}));
    if (!found && !mail) found = TRY(reader.get_by("person", "second_phone", {store::Scalar(address.value)}));
    if (!found) return std::optional<Person>();
    return std::optional<Person>(TRY(person_from_json(found->body)));
}

auto wrong_code() { return fail(Code::unprocessable, "identity.code-wrong"); }

}  // namespace

std::vector<store::CollectionSpec> host_collections() {
    std::vector<store::CollectionSpec> out{
        {.name = "person",
         .fields = {{"phone", FieldType::text}, {"email", FieldType::text}, {"document", FieldType::text}, {"second_phone", FieldType::text}},
         .indexes = {{"phone", {"phone"}, true},
                     {"email", {"email"}, true},
                     {"document", {"document"}, false},
                     {"second_phone", {"second_phone"}, true}}},
        {.name = "code"},
        {.name = "allowance"},
        {.name = "session",
         .fields = {{"owner", FieldType::text}, {"subject", FieldType::text}, {"sid", FieldType::text}},
         .indexes = {{"owner", {"owner"}, false}, {"subject", {"subject"}, false}, {"sid", {"sid"}, false}}},
        {.name = "mandate",
         .fields = {{"actor", FieldType::text}, {"principal", FieldType::text}, {"ice", FieldType::text}, {"offered", FieldType::text}},
         .indexes = {{"actor", {"actor"}, false},
                     {"principal", {"principal"}, false},
                     {"ice", {"ice"}, false},
                     {"offered", {"offered"}, false}}},
        {.name = "company"},
        // Where a company has filed: what its space asks.
        {.name = "company_member", .fields = {{"ice", FieldType::text}}, .indexes = {{"ice", {"ice"}, false}}},
        // Keys of programs that file for a company, by key and mandate.
        {.name = "mandate_key",
         .fields = {{"kid", FieldType::text}, {"mandate", FieldType::text}},
         .indexes = {{"kid", {"kid"}, false}, {"mandate", {"mandate"}, false}}},
        // Which subject of a provider of identity opens which account, and what is taken only once (states, logout tokens).
        {.name = "national", .fields = {{"person", FieldType::text}}, .indexes = {{"person", {"person"}, false}}},
        {.name = "national_once"},
    };
    out.push_back(outbox_collection());
    return out;
}

std::vector<store::CollectionSpec> member_collections() {
    return {
        {.name = "staff", .fields = {{"login", FieldType::text}}, .indexes = {{"login", {"login"}, true}}},
        {.name = "setup"},
        {.name = "delegation", .fields = {{"delegate", FieldType::text}}, .indexes = {{"delegate", {"delegate"}, false}}},
    };
}

Result<Address> read_address(std::string_view text) {
    const auto malformed = [] { return fail(Code::unprocessable, "identity.address-malformed"); };
    text = trim(text);
    if (text.size() > 200) return malformed();
    if (const auto at = text.find('@'); at != std::string_view::npos) {
        const auto host = text.substr(at + 1);
        const bool clean = at > 0 && host.find('.') != std::string_view::npos && host.find('@') == std::string_view::npos &&
                           !host.starts_with('.') && !host.ends_with('.') &&
                           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '<' || c == '>' || c == ',' || c == ';' || c == '"' || c == 0x7F; });
        if (!clean) return malformed();
        return Address{"email", to_lower_ascii(text)};
    }
    const bool digits = text.size() >= 8 && text.size() <= 16 && text.front() == '+' &&
                        std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) return malformed();
    return Address{"sms", std::string(text)};
}

Result<void> Persons::send_code(const Address& address, std::string_view language, std::string_view source) {
    const std::string code = fmt::format("{:06}", entropy_->below(1'000'000));
    const std::string at = secrets_->keyed_hash(address.value);
    const std::string from = secrets_->keyed_hash(source);
    bool allowed = false;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        // An unknown address counts as a person of its own: the same rows are read and written.
        const auto known = TRY(person_at(transaction, address));
        const std::string person = secrets_->keyed_hash(known ? known->id : at);
        allowed = TRY(take_allowance(transaction, "source:" + from, rules_.a_day_per_source)) &&
                  TRY(take_allowance(transaction, "person:" + person, rules_.a_day_per_person)) &&
                  TRY(take_allowance(transaction, "address:" + at, rules_.a_day_per_address));
        if (!allowed) return {};
        const Instant now = transaction.now();
        TRY(transaction.put("code", at, Transaction::any_version,
                            json::write(json::Object{{"hash", secrets_->keyed_hash(at + code)},
                                                     {"until", now.plus_seconds(rules_.life_seconds).micros},
                                                     {"tries", rules_.tries}})));
        return enqueue(transaction, *entropy_,
                       {.channel = address.channel, .address = address.value, .language = std::string(language),
                        .key = "post.code", .args = {{"code", code}}, .at = now});
    }));
    if (!allowed) return fail(Code::too_many, "identity.code-limit");
    return {};
}

namespace {

// True when the code was right, which uses it up; a wrong one costs a try, the last one the code.
Result<bool> use_code(Transaction& transaction, const SecretBox& secrets, const std::string& at, std::string_view code) {
    const auto found = TRY(transaction.get("code", at));
    const auto value = found ? TRY(json::parse(found->body)) : json::Value();
    const auto tries = value["tries"].integer_or(0);
    const bool alive = transaction.now().micros < value["until"].integer_or(0) && tries > 0;
    const bool same = equals_in_constant_time(value["hash"].text_or(""), secrets.keyed_hash(at + std::string(code)));
    if (alive && !same && tries > 1) {
        TRY(transaction.put("code", at, found->version,
                            json::write(json::Object{{"hash", value["hash"]}, {"until", value["until"]}, {"tries", tries - 1}})));
        return false;
    }
    if (found) TRY(transaction.erase("code", at));
    return alive && same;
}

void set_address(Person& person, const Address& address) {
    if (address.channel == "email") {
        person.email = address.value;
        person.email_verified = true;
    } else if (person.phone.empty() || !person.phone_confirmed || person.phone == address.value) {
        person.phone = address.value;
        person.phone_confirmed = true;
    } else {
        person.second_phone = address.value;
    }
    if (person.second_phone == person.phone) person.second_phone.clear();
}

// False when it is the last address that opens the account.
bool drop_address(Person& person, const Address& address) {
    if (person.proven_addresses().size() < 2) return false;
    if (address.channel == "email") {
        person.email.clear();
        person.email_verified = false;
    } else if (person.second_phone == address.value) {
        person.second_phone.clear();
    } else if (person.phone == address.value) {
        person.phone = std::exchange(person.second_phone, {});
        person.phone_confirmed = true;
    }
    return true;
}

}  // namespace

Result<Person> Persons::redeem_code(const Address& address, std::string_view code, std::string_view language) {
    const std::string at = secrets_->keyed_hash(address.value);
    std::optional<Person> person;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        if (!TRY(use_code(transaction, *secrets_, at, code))) return {};
        person = TRY(person_at(transaction, address));
        if (!person) {
            Person fresh;
            fresh.id = random_id(*entropy_);
            set_address(fresh, address);
            fresh.language = language;
            fresh.level = level_code_verified;
            fresh.created = transaction.now();
            TRY(keep_person(transaction, fresh, Transaction::must_not_exist, "person-enrolled", nullptr));
            person = std::move(fresh);
        } else if (person->level < level_code_verified) {
            person->level = level_code_verified;
            TRY(keep_person(transaction, *person, Transaction::any_version, "person-verified", nullptr));
        }
        return {};
    }));
    if (!person) return wrong_code();
    return *person;
}

Result<Person> Persons::attach_address(const std::string& id, const Address& address, std::string_view code) {
    const std::string at = secrets_->keyed_hash(address.value);
    std::optional<Person> person;
    bool taken = false;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        if (!TRY(use_code(transaction, *secrets_, at, code))) return {};  // the try is kept
        const auto other = TRY(person_at(transaction, address));
        taken = other && other->id != id;
        if (taken) return {};
        const auto found = TRY(transaction.get("person", id));
        if (!found) return fail(Code::not_found, "identity.no-person");
        person = TRY(person_from_json(found->body));
        set_address(*person, address);
        person->level = std::max(person->level, level_code_verified);
        return keep_person(transaction, *person, found->version, "address-attached", nullptr);
    }));
    if (taken) return fail(Code::conflict, "identity.phone-taken");
    if (!person) return wrong_code();
    return *person;
}

Result<Person> Persons::detach_address(const std::string& id, const Address& address) {
    return change(id, "address-detached", nullptr, [&](Person& person) -> Result<void> {
        const auto proven = person.proven_addresses();
        if (std::ranges::find(proven, address.value) == proven.end()) return {};
        if (!drop_address(person, address)) return fail(Code::conflict, "identity.last-address");
        return {};
    });
}

Result<Person> Persons::find(std::string_view id) const {
    const auto reader = TRY(store_->read());
    const auto found = TRY(reader->get("person", id));
    if (!found) return fail(Code::not_found, "identity.no-person");
    return person_from_json(found->body);
}

Result<std::optional<Person>> Persons::by_address(const Address& address) const {
    const auto reader = TRY(store_->read());
    return person_at(*reader, address);
}

Result<std::vector<Person>> Persons::by_document(std::string_view kind, std::string_view number) const {
    const auto reader = TRY(store_->read());
    store::Query query;
    query.collection = "person";
    query.index = "document";
    query.equal = {store::Value(std::string(kind) + ":" + std::string(number))};
    query.limit = 20;
    std::vector<Person> out;
    for (const auto& document : TRY(reader->find(query)).documents) out.push_back(TRY(person_from_json(document.body)));
    return out;
}

Result<Person> Persons::change(const std::string& id, std::string_view event, const CounterCheck* check,
                               const std::function<Result<void>(Person&)>& edit) {
    Person person;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        const auto found = TRY(transaction.get("person", id));
        if (!found) return fail(Code::not_found, "identity.no-person");
        person = TRY(person_from_json(found->body));
        const Person before = person;
        TRY(edit(person));
        if (person == before) return {};
        const auto kept = keep_person(transaction, person, found->version, event, check);
        if (!kept && kept.error().key == "store.duplicate") return fail(Code::conflict, "identity.phone-taken");
        return kept;
    }));
    return person;
}

Result<Person> Persons::describe(const std::string& id, const Person& changed) {
    return change(id, "person-described", nullptr, [&](Person& person) -> Result<void> {
        TRY(acceptable_birth(changed.birth));
        const bool verified = person.level >= level_counter_verified;
        if (!verified) {
            person.name = changed.name;
            person.birth = changed.birth;
            person.document_kind = changed.document_kind;
            person.document_number = changed.document_number;
        }
        if (!changed.email.empty()) {
            const auto email = TRY(read_address(changed.email));
            if (email.channel != "email") return fail(Code::unprocessable, "identity.address-malformed");
            person.email_verified = person.email_verified && person.email == email.value;
            person.email = email.value;
        }
        person.address = changed.address;
        person.commune = changed.commune;
        person.country = changed.country;
        if (!changed.language.empty()) person.language = changed.language;
        return {};
    });
}

namespace {

// Rows of a collection for which `over` holds, erased a page at a time so that the writer is never held long.
Result<std::size_t> erase_where(store::Store& store, const char* collection, const std::function<bool(const json::Value&)>& over) {
    std::size_t erased = 0;
    store::Query query;
    query.collection = collection;
    query.limit = 500;
    do {
        std::vector<store::Document> gone;
        {
            const auto reader = TRY(store.read());
            auto page = TRY(reader->find(query));
            query.after = page.next;
            for (auto& document : page.documents) {
                if (over(TRY(json::parse(document.body)))) gone.push_back(std::move(document));
            }
        }
        for (const auto& document : gone) {
            const auto done = store.run([&](Transaction& transaction) { return transaction.erase(collection, document.key, document.version); });
            if (!done && done.error().key != "store.version") return std::unexpected(done.error());  // changed meanwhile: alive
            erased += done ? 1 : 0;
        }
    } while (!query.after.empty());
    return erased;
}

}  // namespace

Result<std::size_t> Persons::sweep(Instant now) {
    const std::int64_t day = now.seconds() / 86'400;
    const auto codes = TRY(erase_where(*store_, "code", [&](const json::Value& code) { return code["until"].integer_or(0) <= now.micros; }));
    const auto allowances = TRY(erase_where(*store_, "allowance", [&](const json::Value& one) { return one["day"].integer_or(0) < day; }));
    return codes + allowances;
}

Result<void> Persons::note_member(const std::string& id, const std::string& member) {
    TRY(change(id, "member-noted", nullptr, [&](Person& person) -> Result<void> {
        if (std::ranges::find(person.members, member) == person.members.end()) person.members.push_back(member);
        return {};
    }));
    return {};
}

}  // namespace wasl::identity
