// What is done to an account at a counter, by an agent who has seen the card.
#include "identity/impl/person_rows.hpp"

#include "base/ids.hpp"

namespace wasl::identity {

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
    person.email_verified = false;
    person.phone_confirmed = person.phone.empty();
    person.second_phone.clear();
    person.members.clear();
    take_verified(person, seen, check);
    TRY(store_->run([&](store::Transaction& transaction) -> Result<void> {
        person.created = transaction.now();
        const auto kept = keep_person(transaction, person, store::Transaction::must_not_exist, "person-enrolled", &check);
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
        // The account is found by the card that its owner holds: another card opens nothing.
        if (person.document_kind != check.document_kind || person.document_number != check.document_number) {
            return fail(Code::conflict, "identity.document-differs");
        }
        // The phone was lost or changed hands: neither it nor its like may open the account any more.
        if (person.phone != address.value || !person.phone_confirmed) {
            person.phone = address.value;
            person.phone_confirmed = false;
        }
        if (person.second_phone == address.value) person.second_phone.clear();
        return {};
    });
}

}  // namespace wasl::identity
