#include "identity/persons.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::identity {

namespace {

using store::FieldType;
using store::Transaction;

std::string document_key(const Person& person) {
    return person.document_number.empty() ? std::string() : person.document_kind + ":" + person.document_number;
}

// Absent when empty, so that two people without a phone do not collide in the unique index.
store::Scalar maybe(const std::string& text) { return text.empty() ? store::Scalar() : store::Scalar(text); }

Result<void> keep(Transaction& transaction, const Person& person, std::int64_t version, std::string_view event, const CounterCheck* check) {
    const auto document = document_key(person);
    TRY(transaction.put("person", person.id, version, to_json(person),
                        {{"phone", maybe(person.phone)}, {"email", maybe(person.email)}, {"document", maybe(document)}}));
    json::Object content{{"person", TRY(json::parse(to_json(person)))}};
    if (check != nullptr) {
        content.set("by", json::Object{{"member", check->member}, {"office", check->office}, {"staff", check->staff}});
    }
    TRY(transaction.append({.chain = "person:" + person.id, .kind = "identity." + std::string(event), .content = json::write(content)}));
    return {};
}

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
    const char* index = address.channel == "email" ? "email" : "phone";
    const auto found = TRY(reader.get_by("person", index, {store::Scalar(address.value)}));
    if (!found) return std::optional<Person>();
    return std::optional<Person>(TRY(person_from_json(found->body)));
}

auto wrong_code() { return fail(Code::unprocessable, "identity.code-wrong"); }

}  // namespace

std::vector<store::CollectionSpec> host_collections() {
    std::vector<store::CollectionSpec> out{
        {.name = "person",
         .fields = {{"phone", FieldType::text}, {"email", FieldType::text}, {"document", FieldType::text}},
         .indexes = {{"phone", {"phone"}, true}, {"email", {"email"}, true}, {"document", {"document"}, false}}},
        {.name = "code"},
        {.name = "allowance"},
        {.name = "session", .fields = {{"owner", FieldType::text}}, .indexes = {{"owner", {"owner"}, false}}},
        {.name = "mandate",
         .fields = {{"actor", FieldType::text}, {"principal", FieldType::text}},
         .indexes = {{"actor", {"actor"}, false}, {"principal", {"principal"}, false}}},
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
        allowed = TRY(take_allowance(transaction, "source:" + from, rules_.a_day_per_source)) &&
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

Result<Person> Persons::redeem_code(const Address& address, std::string_view code, std::string_view language) {
    const std::string at = secrets_->keyed_hash(address.value);
    std::optional<Person> person;
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        const auto found = TRY(transaction.get("code", at));
        if (!found) return {};
        const auto value = TRY(json::parse(found->body));
        const auto tries = value["tries"].integer_or(0);
        const bool alive = transaction.now().micros < value["until"].integer_or(0) && tries > 0;
        const bool same = equals_in_constant_time(value["hash"].text_or(""), secrets_->keyed_hash(at + std::string(code)));
        if (!alive || !same) {
            if (alive && tries > 1) {
                TRY(transaction.put("code", at, found->version,
                                    json::write(json::Object{{"hash", value["hash"]}, {"until", value["until"]}, {"tries", tries - 1}})));
                return {};
            }
            return transaction.erase("code", at);
        }
        TRY(transaction.erase("code", at));  // one use
        person = TRY(person_at(transaction, address));
        if (!person) {
            Person fresh;
            fresh.id = random_id(*entropy_);
            (address.channel == "email" ? fresh.email : fresh.phone) = address.value;
            fresh.language = language;
            fresh.level = level_code_verified;
            fresh.created = transaction.now();
            TRY(keep(transaction, fresh, Transaction::must_not_exist, "person-enrolled", nullptr));
            person = std::move(fresh);
        } else if (person->level < level_code_verified) {
            person->level = level_code_verified;
            TRY(keep(transaction, *person, Transaction::any_version, "person-verified", nullptr));
        }
        return {};
    }));
    if (!person) return wrong_code();
    return *person;
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
        const auto kept = keep(transaction, person, found->version, event, check);
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
        if (!changed.email.empty()) person.email = TRY(read_address(changed.email)).value;
        person.address = changed.address;
        person.commune = changed.commune;
        person.country = changed.country;
        if (!changed.language.empty()) person.language = changed.language;
        return {};
    });
}

namespace {

Result<void> complete(const Person& seen, const CounterCheck& check) {
    if (check.staff.empty() || check.office.empty() || check.document_number.empty() || check.document_kind.empty() ||
        (seen.name.arabic().empty() && seen.name.latin().empty())) {
        return fail(Code::unprocessable, "identity.counter-check-incomplete");
    }
    return acceptable_birth(seen.birth);
}

void take_verified(Person& person, const Person& seen, const CounterCheck& check) {
    person.name = seen.name;
    person.birth = seen.birth;
    person.document_kind = check.document_kind;
    person.document_number = check.document_number;
    person.level = level_counter_verified;
    person.checked = check;
}

}  // namespace

Result<Person> Persons::check_at_counter(const std::string& id, const Person& seen, const CounterCheck& check) {
    TRY(complete(seen, check));
    return change(id, "person-checked", &check, [&](Person& person) -> Result<void> {
        take_verified(person, seen, check);
        return {};
    });
}

Result<Person> Persons::enrol_at_counter(const Person& seen, const CounterCheck& check) {
    TRY(complete(seen, check));
    Person person = seen;
    person.id = random_id(*entropy_);
    person.members.clear();
    take_verified(person, seen, check);
    TRY(store_->run([&](Transaction& transaction) -> Result<void> {
        person.created = transaction.now();
        const auto kept = keep(transaction, person, Transaction::must_not_exist, "person-enrolled", &check);
        if (!kept && kept.error().key == "store.duplicate") return fail(Code::conflict, "identity.phone-taken");
        return kept;
    }));
    return person;
}

Result<Person> Persons::change_phone(const std::string& id, const std::string& phone, const CounterCheck& check) {
    const auto address = TRY(read_address(phone));
    if (address.channel != "sms") return fail(Code::unprocessable, "identity.address-malformed");
    if (check.staff.empty() || check.document_number.empty()) return fail(Code::unprocessable, "identity.counter-check-incomplete");
    return change(id, "phone-changed", &check, [&](Person& person) -> Result<void> {
        person.phone = address.value;
        return {};
    });
}

Result<void> Persons::note_member(const std::string& id, const std::string& member) {
    TRY(change(id, "member-noted", nullptr, [&](Person& person) -> Result<void> {
        if (std::ranges::find(person.members, member) == person.members.end()) person.members.push_back(member);
        return {};
    }));
    return {};
}

}  // namespace wasl::identity
