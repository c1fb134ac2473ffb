#include "identity/person.hpp"

#include "base/text.hpp"

namespace wasl::identity {

namespace {

std::string two(const std::string& given, const std::string& family) {
    return given.empty() || family.empty() ? given + family : given + " " + family;
}

json::Value text(const std::string& value) { return value.empty() ? json::Value() : json::Value(value); }

// Absent and empty are the same value.
void put(json::Object& object, const char* name, const std::string& value) {
    if (!value.empty()) object.set(name, value);
}

}  // namespace

std::string PersonName::arabic() const { return two(given_arabic, family_arabic); }
std::string PersonName::latin() const { return two(given_latin, family_latin); }

std::string PersonName::best(std::string_view language) const {
    const auto first = language == "ar" ? arabic() : latin();
    return !first.empty() ? first : language == "ar" ? latin() : arabic();
}

Actor Person::actor() const {
    Actor actor;
    actor.kind = ActorKind::person;
    actor.id = id;
    actor.name = name.best(language);
    actor.level = level;
    return actor;
}

std::vector<std::string> Person::proven_addresses() const {
    std::vector<std::string> out;
    if (!phone.empty() && phone_confirmed) out.push_back(phone);
    if (!second_phone.empty()) out.push_back(second_phone);
    if (!email.empty() && email_verified) out.push_back(email);
    return out;
}

Result<void> acceptable_birth(std::string_view birth) {
    if (birth.empty() || birth == "unknown") return {};
    const std::string whole = birth.size() == 4 ? std::string(birth) + "-01-01" : birth.size() == 7 ? std::string(birth) + "-01" : std::string(birth);
    if (!parse_date(whole)) return fail(Code::unprocessable, "identity.birth-malformed");
    return {};
}

std::optional<int> age_on(std::string_view birth, Date day) {
    if (birth.empty() || birth == "unknown" || !acceptable_birth(birth)) return std::nullopt;
    const auto year = *to_integer(birth.substr(0, 4));
    const int month = birth.size() >= 7 ? static_cast<int>(*to_integer(birth.substr(5, 2))) : 12;
    const int of_month = birth.size() >= 10 ? static_cast<int>(*to_integer(birth.substr(8, 2))) : days_in_month(year, month);
    const bool had_birthday = std::pair(day.month, day.day) >= std::pair(month, of_month);
    return static_cast<int>(day.year - year) - (had_birthday ? 0 : 1);
}

std::string to_json(const Person& person) {
    json::Object out{{"id", person.id}, {"level", person.level}, {"language", person.language}, {"created", person.created.micros}};
    put(out, "given_arabic", person.name.given_arabic);
    put(out, "family_arabic", person.name.family_arabic);
    put(out, "given_latin", person.name.given_latin);
    put(out, "family_latin", person.name.family_latin);
    put(out, "birth", person.birth);
    put(out, "document_kind", person.document_kind);
    put(out, "document_number", person.document_number);
    put(out, "phone", person.phone);
    if (!person.phone_confirmed) out.set("phone_unconfirmed", true);
    put(out, "second_phone", person.second_phone);
    put(out, "email", person.email);
    if (person.email_verified) out.set("email_verified", true);
    put(out, "address", person.address);
    put(out, "commune", person.commune);
    put(out, "country", person.country);
    if (person.checked) {
        const auto& check = *person.checked;
        out.set("checked", json::Object{{"member", check.member},
                                        {"office", check.office},
                                        {"staff", check.staff},
                                        {"document_kind", text(check.document_kind)},
                                        {"document_number", text(check.document_number)},
                                        {"at", check.at.micros}});
    }
    if (person.national) {
        const auto& national = *person.national;
        out.set("national", json::Object{{"issuer", national.issuer}, {"acr", national.acr}, {"level", national.level},
                                         {"since", national.since.micros}, {"at", national.at.micros}});
    }
    if (!person.members.empty()) {
        json::Array members;
        for (const auto& member : person.members) members.emplace_back(member);
        out.set("members", std::move(members));
    }
    return json::write(out);
}

Result<Person> person_from_json(std::string_view body) {
    const auto value = TRY(json::parse(body));
    const auto word = [&](std::string_view name) { return std::string(value[name].text_or("")); };
    Person person;
    person.id = word("id");
    if (person.id.empty()) return fail(Code::internal, "identity.person-malformed");
    person.name = {word("given_arabic"), word("family_arabic"), word("given_latin"), word("family_latin")};
    person.birth = word("birth");
    person.document_kind = word("document_kind");
    person.document_number = word("document_number");
    person.phone = word("phone");
    person.phone_confirmed = !value["phone_unconfirmed"].bool_or(false);
    person.second_phone = word("second_phone");
    person.email = word("email");
    person.email_verified = value["email_verified"].bool_or(false);
    person.address = word("address");
    person.commune = word("commune");
    person.country = word("country");
    person.language = word("language");
    person.level = static_cast<int>(value["level"].integer_or(1));
    person.created = {value["created"].integer_or(0)};
    if (const auto& check = value["checked"]; check.object() != nullptr) {
        const auto in = [&](std::string_view name) { return std::string(check[name].text_or("")); };
        person.checked = CounterCheck{in("member"), in("office"), in("staff"), in("document_kind"), in("document_number"), {check["at"].integer_or(0)}};
    }
    if (const auto& check = value["national"]; check.object() != nullptr) {
        person.national = NationalCheck{std::string(check["issuer"].text_or("")), std::string(check["acr"].text_or("")),
                                        static_cast<int>(check["level"].integer_or(0)), {check["since"].integer_or(0)}, {check["at"].integer_or(0)}};
    }
    if (const auto* members = value["members"].array()) {
        for (const auto& member : *members) person.members.emplace_back(member.text_or(""));
    }
    return person;
}

}  // namespace wasl::identity
