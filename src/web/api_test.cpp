#include "web/api_filing.hpp"
#include "web/api_read.hpp"

#include "lingua/messages.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace wasl;
using web::api::read_wish;

namespace {

json::Object body(std::string_view text) { return *json::parse(text)->object(); }

// Pointers of everything wrong; empty when the body is taken.
std::vector<std::string> flaws(std::string_view text) {
    std::vector<std::string> out;
    const auto wish = read_wish(body(text));
    if (!wish) {
        for (const auto& flaw : wish.error()) out.push_back(flaw.pointer + " " + flaw.code);
    }
    return out;
}

}  // namespace

TEST_CASE("a filing is read: administration, procedure, answers, and how the person wants to be told") {
    const auto wish = read_wish(body(R"({"member":"m","procedure":"p","answers":{"a":25.10},"contact":{"channel":"print"},"language":"zgh"})"));
    REQUIRE(wish);
    CHECK(wish->member == "m");
    CHECK(wish->procedure == "p");
    CHECK(wish->answers.find("a")->number()->text == "25.10");
    CHECK(wish->channel == "print");
    CHECK(wish->language == "zgh");
}

TEST_CASE("everything wrong in a body is told at once, each by its pointer") {
    CHECK(flaws(R"({"member":3,"answers":[],"contact":"sms","language":"de","memer":1})") ==
          std::vector<std::string>{"/memer api.unknown-member", "/member api.type", "/procedure api.required", "/language api.value",
                                   "/contact api.type", "/answers api.type"});
    CHECK(flaws(R"({"member":"m","procedure":"p","answers":{},"contact":{"channel":"pigeon","to":"x"}})") ==
          std::vector<std::string>{"/contact/to api.unknown-member", "/contact/channel api.value"});
    CHECK(flaws(R"({"member":"","procedure":"p"})") == std::vector<std::string>{"/member api.required", "/answers api.required"});
}

TEST_CASE("answers are held against the published schema: unknown questions and parts, types, control characters") {
    form::Form form;
    form.pages.emplace_back();
    const auto add = [&](const char* id, form::FieldType type) {
        form::Field field;
        field.id = id;
        field.type = type;
        form.pages[0].fields.push_back(std::move(field));
    };
    add("for_child", form::FieldType::yes_no);
    add("copies", form::FieldType::number);
    add("father", form::FieldType::text);
    add("story", form::FieldType::long_text);
    add("holder", form::FieldType::person_name);
    const auto found = [&](std::string_view text) {
        std::vector<std::string> out;
        for (const auto& flaw : web::api::answer_flaws(form, body(text))) out.push_back(flaw.pointer + " " + flaw.code);
        return out;
    };
    CHECK(found(R"({"for_child":true,"copies":2,"father":"Ali","story":"a\nb","holder":{"given_ar":"أمينة"}})").empty());
    CHECK(found(R"({"for_child":null,"holder":{"given_ar":null}})").empty());
    CHECK(found(R"({"for_child":"true","copies":"2","father":["x"],"holder":"Ali"})") ==
          std::vector<std::string>{"/answers/for_child api.type", "/answers/copies api.type", "/answers/father api.type",
                                   "/answers/holder api.type"});
    CHECK(found(R"({"father":"a\u0000b","story":"a\u0007b"})") ==
          std::vector<std::string>{"/answers/father api.value", "/answers/story api.value"});
    CHECK(found(R"({"nope":1,"a/b~c":1,"holder":{"evil":"x","given_ar":1}})") ==
          std::vector<std::string>{"/answers/nope api.unknown-member", "/answers/a~1b~0c api.unknown-member",
                                   "/answers/holder/evil api.unknown-member", "/answers/holder/given_ar api.type"});
}

TEST_CASE("null is absent") { CHECK(flaws(R"({"member":"m","procedure":"p","answers":{},"contact":null,"language":null})").empty()); }

TEST_CASE("problem details name the answers that were not taken (RFC 9457, RFC 6901)") {
    const web::api::Caller caller{"abc", lingua::Language::fr};
    auto reply = web::api::problem(caller, Error{Code::unprocessable, "dossier.answers", "holder_birth: form.date.malformed\nname.given_ar: form.type\n"});
    CHECK(reply.status == 422);
    CHECK(reply.header("Content-Type") == "application/problem+json");
    const auto value = json::parse(std::get<std::string>(reply.body));
    REQUIRE(value);
    CHECK((*value)["code"].text_or("") == "dossier.answers");
    const auto& errors = *(*value)["errors"].array();
    REQUIRE(errors.size() == 2);
    CHECK(errors[1]["pointer"].text_or("") == "/answers/name/given_ar");
    CHECK(errors[1]["code"].text_or("") == "form.type");
}

TEST_CASE("an operator's detail never reaches the caller") {
    const auto reply = web::api::problem({"abc", lingua::Language::en}, Error{Code::internal, "store.io", "/var/lib/secret"});
    CHECK(std::get<std::string>(reply.body).find("secret") == std::string::npos);
}

TEST_CASE("the description of the API is JSON with this server's address") {
    const auto document = json::parse(web::api::openapi("https://guichet.example.ma"));
    REQUIRE(document);
    CHECK((*(*document)["servers"].array())[0]["url"].text_or("") == "https://guichet.example.ma");
}
