#include "form/form.hpp"

#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>
#include <filesystem>

using namespace wasl;
using namespace wasl::form;

namespace {

Condition when(std::string source) {
    auto condition = Condition::compile(std::move(source));
    REQUIRE(condition.has_value());
    return *condition;
}

Field field(std::string id, FieldType type, bool required = false) {
    Field out;
    out.id = std::move(id);
    out.type = type;
    out.required = required;
    return out;
}

Form one_page(std::vector<Field> fields) { return Form{{Page{"page", {}, {}, {}, std::move(fields)}}}; }

Setting setting() { return {nullptr, {2026, 11, 21}, {}}; }

Checked answer(Field question, json::Value value) {
    const std::string id = question.id;
    return check(one_page({std::move(question)}), json::Object{{id, std::move(value)}}, setting());
}

std::string only_key(const Checked& checked) {
    REQUIRE(checked.findings.size() == 1);
    return checked.findings[0].key;
}

const jurisdiction::Pack* morocco() {
    static const auto pack = jurisdiction::load_pack(std::filesystem::path(WASL_SOURCE_DIR) / "jurisdictions/ma");
    return pack ? pack->get() : nullptr;
}

}  // namespace

TEST_CASE("absent and empty are the same value") {
    const Form form = one_page({field("a", FieldType::text), field("b", FieldType::multi_choice), field("c", FieldType::person_name)});
    const json::Object given{{"a", "  "}, {"b", json::Array{}}, {"c", json::Object{{"given_ar", ""}}}};
    CHECK(check(form, given, setting()).answers.empty());
    CHECK(check(form, {}, setting()).answers == check(form, given, setting()).answers);
}

TEST_CASE("a required question without an answer is a finding, not an error") {
    CHECK(only_key(answer(field("a", FieldType::text, true), "")) == "form.required");
    CHECK(answer(field("a", FieldType::text, true), "x").clean());
}

TEST_CASE("text is trimmed, normalised to NFC, and freed of control characters") {
    CHECK(*answer(field("a", FieldType::text), "  e\u0301te\u0001\u00a0 ").answers.find("a")->string() == "\u00e9te");
    CHECK(*answer(field("a", FieldType::text), "one\r\ntwo").answers.find("a")->string() == "one two");
    CHECK(*answer(field("a", FieldType::long_text), "one\r\ntwo").answers.find("a")->string() == "one\ntwo");
    CHECK(only_key(answer(field("a", FieldType::text), "\xff\xfe")) == "form.encoding");
    CHECK(only_key(answer(field("a", FieldType::text), true)) == "form.type");
    CHECK(only_key(answer(field("a", FieldType::text), std::string(501, 'x'))) == "form.too-long");
}

TEST_CASE("a whole number has no fraction, however it is written") {
    Field rooms = field("n", FieldType::number);
    rooms.whole = true;
    CHECK(answer(rooms, "٣").answers.find("n")->number()->text == "3");
    CHECK(answer(rooms, json::Number{"3.00"}).answers.find("n")->number()->text == "3");
    CHECK(answer(rooms, json::Number{"30e1"}).answers.find("n")->number()->text == "300");
    CHECK(only_key(answer(rooms, "3,5")) == "form.number.whole");
    CHECK(only_key(answer(rooms, json::Number{"0.0000000001"})) == "form.number.whole");
    CHECK((*json_schema(one_page({rooms}), "x", "fr")["properties"].object()).find("n")->object()->find("type")->text_or("") == "integer");
    CHECK(form_from_json(to_json(one_page({rooms})))->pages[0].fields[0].whole);
}

namespace {

// "Announced children are counted": beside the second count.
Form household() {
    Form out = one_page({field("children", FieldType::yes_no), field("small", FieldType::number), field("large", FieldType::number)});
    out.pages.push_back({"more", {}, {}, {}, {field("last", FieldType::text)}});
    out.pages[0].fields[2].visible = when("children = true");
    out.checks.push_back({"counted", "large", when("children = true and small + large = 0"), Text::of("fr", "Comptez les enfants."), false});
    return out;
}

}  // namespace

TEST_CASE("a check across questions stands beside its question, in the form's own words") {
    const Form form = household();
    const json::Object none{{"children", true}, {"small", 0}, {"large", 0}};
    const auto checked = check(form, none, setting());
    REQUIRE(checked.findings.size() == 1);
    CHECK(checked.findings[0].field == "large");
    CHECK(checked.findings[0].key == "form.check.counted");
    CHECK(checked.findings[0].said.in("fr") == "Comptez les enfants.");
    CHECK_FALSE(checked.clean());
    CHECK(checked.answers.size() == 3);  // nothing typed is lost
    CHECK(check_page(form, 0, none, setting()).findings.size() == 1);
    CHECK(check_page(form, 1, none, setting()).findings.empty());
    CHECK(check(form, {{"children", true}, {"small", 0}, {"large", 1}}, setting()).clean());
}

TEST_CASE("a check says nothing before its questions are answered, of a hidden question, or twice of one answer") {
    Form form = household();
    CHECK(check(form, {{"children", true}, {"small", 0}}, setting()).clean());
    CHECK(check(form, {{"children", false}, {"small", 0}, {"large", 0}}, setting()).clean());
    form.pages[0].fields[2].maximum = "9";
    CHECK(only_key(check(form, {{"children", true}, {"small", 0}, {"large", 10}}, setting())) == "form.number.maximum");
    form.checks[0].warning = true;
    const auto doubted = check(form, {{"children", true}, {"small", 0}, {"large", 0}}, setting());
    CHECK(doubted.clean());
    CHECK(doubted.findings.size() == 1);
}

TEST_CASE("the checks of a form survive its JSON, and its schema tells them to programs") {
    const Form form = household();
    CHECK(*form_from_json(to_json(form)) == form);
    const auto schema = json_schema(form, "x", "fr");
    REQUIRE(schema["x-checks"].array());
    CHECK(json::write((*schema["x-checks"].array())[0]) ==
          R"({"id":"counted","field":"large","when":"children = true and small + large = 0","message":"Comptez les enfants."})");
    CHECK(json_schema(one_page({}), "x", "fr")["x-checks"].is_null());
}

TEST_CASE("numbers in either script and money with two decimals") {
    CHECK(answer(field("n", FieldType::number), "١٢,٥").answers.find("n")->number()->text == "12.5");
    CHECK(answer(field("n", FieldType::money), "1 234,5").answers.find("n")->number()->text == "1234.50");
    CHECK(only_key(answer(field("n", FieldType::money), "1.234")) == "form.money.decimals");
    CHECK(only_key(answer(field("n", FieldType::number), "twelve")) == "form.number.malformed");
    Field bounded = field("n", FieldType::number);
    bounded.minimum = "1";
    bounded.maximum = "9";
    CHECK(only_key(answer(bounded, 0)) == "form.number.minimum");
    CHECK(only_key(answer(bounded, 10)) == "form.number.maximum");
}

TEST_CASE("partial and unknown dates only where the question allows them") {
    CHECK(only_key(answer(field("d", FieldType::date), "1990")) == "form.date.malformed");
    CHECK(only_key(answer(field("d", FieldType::date), "1990-02-30")) == "form.date.malformed");
    Field partial = field("d", FieldType::date);
    partial.partial = true;
    for (const char* text : {"1990", "1990-05", "1990-05-12", "unknown"}) {
        CHECK(*answer(partial, text).answers.find("d")->string() == text);
    }
    CHECK(only_key(answer(partial, "1990-13")) == "form.date.malformed");
    partial.maximum = "today";
    CHECK(answer(partial, "2026").clean());  // some day of this year is not in the future
    CHECK(only_key(answer(partial, "2027")) == "form.date.maximum");
    CHECK(only_key(answer(partial, "2026-11-22")) == "form.date.maximum");
}

TEST_CASE("choices are codes of the form") {
    Field one = field("c", FieldType::choice);
    one.choices = {{"a", Text::of("ar", "أ")}, {"b", Text::of("ar", "ب")}};
    CHECK(answer(one, "a").clean());
    CHECK(only_key(answer(one, "z")) == "form.choice.unknown");
    Field many = one;
    many.type = FieldType::multi_choice;
    CHECK(answer(many, json::Array{"b", "a", "b"}).answers.find("c")->array()->size() == 2);
    CHECK(only_key(answer(many, json::Array{"a", 5})) == "form.choice.unknown");
    CHECK(display(many, json::Array{"a", "b"}, "ar") == "أ، ب");
    const auto score = field("score", FieldType::number);
    CHECK(display(score, json::Number{"10.4"}, "fr") == "10,4");
    CHECK(display(score, json::Number{"10.4"}, "en") == "10.4");
    CHECK(display(score, json::Number{"1990"}, "fr") == "1990");  // perhaps a year
}

TEST_CASE("the answer to a hidden question is dropped, and what depends on it with it") {
    Field child = field("for_child", FieldType::yes_no);
    Field name = field("child", FieldType::text, true);
    name.visible = when("for_child = true");
    Field school = field("school", FieldType::text, true);
    school.visible = when("child != null");
    const Form form = one_page({child, name, school});
    const json::Object given{{"for_child", false}, {"child", "Amina"}, {"school", "A"}};
    const Checked checked = check(form, given, setting());
    CHECK(checked.answers == json::Object{{"for_child", false}});
    CHECK(checked.clean());
    CHECK(check(form, json::Object{{"for_child", true}}, setting()).findings.size() == 1);
}

TEST_CASE("a hidden page hides its questions") {
    Form form{{Page{"first", {}, {}, {}, {field("a", FieldType::yes_no)}},
               Page{"second", {}, {}, when("a"), {field("b", FieldType::text, true)}}}};
    CHECK(check(form, json::Object{{"a", false}, {"b", "x"}}, setting()).answers.size() == 1);
    CHECK(visible_pages(form, json::Object{{"a", false}}, setting()) == std::vector<std::size_t>{0});
    CHECK(visible_pages(form, json::Object{{"a", true}}, setting()) == std::vector<std::size_t>{0, 1});
    CHECK(check_page(form, 0, json::Object{{"a", true}}, setting()).clean());
    CHECK_FALSE(check_page(form, 1, json::Object{{"a", true}}, setting()).clean());
    CHECK(check_page(form, 9, json::Object{}, setting()).clean());
}

TEST_CASE("conditions see dates as dates, the facts of the caller, and today") {
    Field birth = field("birth", FieldType::date);
    Field tutor = field("tutor", FieldType::text, false);
    tutor.required_when = when("birth + duration(\"P18Y\") > today() and channel = \"online\"");
    const Form form = one_page({birth, tutor});
    Setting here = setting();
    here.facts = json::Object{{"channel", "online"}};
    CHECK_FALSE(check(form, json::Object{{"birth", "2015-01-01"}}, here).clean());
    CHECK(check(form, json::Object{{"birth", "1990-01-01"}}, here).clean());
    here.facts = json::Object{{"channel", "counter"}};
    CHECK(check(form, json::Object{{"birth", "2015-01-01"}}, here).clean());
}

TEST_CASE("a condition that fails is false, never an error") {
    CHECK_FALSE(when("a > 5").holds({}));
    CHECK_FALSE(when("\"x\"").holds({}));
    CHECK(Condition().holds({}));
    CHECK_FALSE(Condition::compile("a >").has_value());
    CHECK(when("a = 1 and b in [1,2]").names() == std::vector<std::string>{"a", "b"});
}

TEST_CASE("names keep both scripts and doubt a mix of them") {
    const json::Object name{{"given_ar", "أمينة"}, {"family_ar", "العلوي"}, {"given_latin", "Amina"}, {"family_latin", "EL ALAOUI"}};
    const Checked good = answer(field("n", FieldType::person_name), name);
    CHECK(good.findings.empty());
    CHECK(display(field("n", FieldType::person_name), *good.answers.find("n"), "ar") == "أمينة العلوي – Amina EL ALAOUI");
    const Checked mixed = answer(field("n", FieldType::person_name), json::Object{{"given_ar", "Amina"}});
    CHECK(only_key(mixed) == "form.name.script");
    CHECK(mixed.clean());
}

TEST_CASE("email is checked by its shape only") {
    CHECK(answer(field("e", FieldType::email), " a.b@example.ma ").clean());
    for (const char* bad : {"a", "@b.ma", "a@b", "a@b.", "a b@c.ma", "a@b@c.ma", "a@b..ma"}) {
        CHECK(only_key(answer(field("e", FieldType::email), bad)) == "form.email.malformed");
    }
}

TEST_CASE("posted pairs fold into answers") {
    Field many = field("m", FieldType::multi_choice);
    many.choices = {{"a", {}}, {"b", {}}};
    Field birth = field("d", FieldType::date);
    const Form form = one_page({field("n", FieldType::person_name), many, birth, field("t", FieldType::text)});
    const json::Object answers = answers_from_pairs(
        form, {{"n.given_ar", "أمينة"}, {"n.family_ar", ""}, {"m", "a"}, {"m", "b"}, {"d.day", "5"}, {"d.month", "3"},
               {"d.year", "1990"}, {"t", ""}, {"csrf", "x"}});
    CHECK(json::write(answers) == R"({"n":{"given_ar":"أمينة"},"m":["a","b"],"d":"1990-03-05"})");
    CHECK(json::write(answers_from_pairs(form, {{"d.year", "1990"}})) == R"({"d":"1990"})");
    CHECK(json::write(answers_from_pairs(form, {{"d.unknown", "on"}, {"d.year", "1990"}})) == R"({"d":"unknown"})");
    CHECK(json::write(answers_from_pairs(form, {{"d.day", "31"}, {"d.year", "1990"}})) == R"({"d":"1990--31"})");
}

TEST_CASE("wrong JSON types are findings for every kind of question") {
    for (const auto type : {FieldType::text, FieldType::long_text, FieldType::number, FieldType::money, FieldType::date,
                            FieldType::yes_no, FieldType::choice, FieldType::multi_choice, FieldType::person_name,
                            FieldType::identity_document, FieldType::ice, FieldType::commune, FieldType::phone,
                            FieldType::email, FieldType::attachment}) {
        for (const json::Value& value : {json::Value(json::Object{{"x", json::Array{1}}}), json::Value(json::Array{true, 3})}) {
            const Checked checked = answer(field("f", type), value);
            CAPTURE(to_string(type));
            CHECK(checked.answers.empty());
        }
    }
}

TEST_CASE("a form survives its canonical JSON, and its schema names draft 2020-12") {
    Field choice = field("c", FieldType::choice, true);
    choice.choices = {{"a", Text::of("ar", "أ")}};
    choice.label = Text::of("ar", "سؤال");
    choice.label.set("en", "Question", TextState::unreviewed);
    Field date = field("d", FieldType::date);
    date.visible = when("c = \"a\"");
    date.partial = true;
    const Form form = one_page({choice, date});
    const auto again = form_from_json(to_json(form));
    REQUIRE(again.has_value());
    CHECK(*again == form);
    const json::Value schema = json_schema(form, "urn:x", "ar");
    CHECK(schema["$schema"].text_or("") == "https://json-schema.org/draft/2020-12/schema");
    CHECK(schema["required"].array()->size() == 1);
    CHECK(schema["properties"]["c"]["title"].text_or("") == "سؤال");
}

TEST_CASE("phones, identifiers and communes are read with the pack, doubted and never refused") {
    if (!morocco()) {
        MESSAGE("skipped: the Moroccan pack is not there");
        return;
    }
    Setting here = setting();
    here.pack = morocco();
    const Form form = one_page({field("p", FieldType::phone), field("i", FieldType::identity_document), field("ice", FieldType::ice)});
    const Checked checked = check(form,
                                  json::Object{{"p", "0661-12 34 56"}, {"i", json::Object{{"kind", "cnie"}, {"number", "ab 123456"}}},
                                               {"ice", "001561191000065"}},
                                  here);
    CHECK(*checked.answers.find("p")->string() == "+212661123456");
    CHECK((*checked.answers.find("i"))["number"].text_or("") == "AB123456");
    CHECK(only_key(checked) == "form.identifier.doubt");  // the check digits of the ICE
    CHECK(checked.clean());
    const Checked foreign = check(form, json::Object{{"p", "0033 6 12 34 56 78"}}, here);
    CHECK(*foreign.answers.find("p")->string() == "+33612345678");
    CHECK(only_key(check(form, json::Object{{"p", "later"}}, here)) == "form.phone.malformed");
    const Form place = one_page({field("c", FieldType::commune)});
    CHECK((*check(place, json::Object{{"c", "دوار لا يعرفه أحد"}}, here).answers.find("c"))["text"].text_or("") == "دوار لا يعرفه أحد");
}
