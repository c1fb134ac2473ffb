// A provider's word: signed, read, or refused with its code; and its settlement file.
#include "pay/provider.hpp"
#include "pay/settlement.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::pay;

namespace {

constexpr std::string_view secret = "a secret of at least thirty-two bytes";
const std::string body = R"({"transaction":"T-1","attempt":"a1","reference":"1","amount":"22.00","currency":"MAD","status":"paid"})";

std::string read_key(const std::string& text) {
    const auto read = read_notice(text);
    return read ? "" : read.error().key;
}

}  // namespace

TEST_CASE("a notice is believed by its signature alone: pay.notice-forged") {
    const auto provider = redirect_provider({.name = "carte", .start_url = "https://pay.example/start", .merchant = "m1", .secret = std::string(secret)});
    const auto signature = sign_notice(secret, body);
    CHECK(provider->read(body, signature)->amount.text() == "22.00");
    for (const auto& wrong : {std::string(), signature + "00", std::string("v1="), std::string("v2=") + signature.substr(3), sign_notice("another", body)}) {
        CHECK(provider->read(body, wrong).error().key == "pay.notice-forged");
    }
    auto altered = body;
    altered.replace(altered.find("22.00"), 5, "02.00");
    CHECK(provider->read(altered, signature).error().key == "pay.notice-forged");
    CHECK(check_signature("", body, sign_notice("", body)).error().key == "pay.notice-forged");  // no secret believes nothing
}

TEST_CASE("pay.notice-malformed and pay.notice-currency") {
    CHECK(read_key("") == "pay.notice-malformed");
    CHECK(read_key("[]") == "pay.notice-malformed");
    CHECK(read_key(R"({"transaction":"../x","amount":"1.00","currency":"MAD","status":"paid"})") == "pay.notice-malformed");
    CHECK(read_key(R"({"transaction":"T","amount":"-1.00","currency":"MAD","status":"paid"})") == "pay.notice-malformed");
    CHECK(read_key(R"({"transaction":"T","amount":"0.00","currency":"MAD","status":"paid"})") == "pay.notice-malformed");
    CHECK(read_key(R"({"transaction":"T","amount":22,"currency":"MAD","status":"paid"})") == "pay.notice-malformed");
    CHECK(read_key(R"({"transaction":"T","amount":"1.00","currency":"MAD","status":"maybe"})") == "pay.notice-malformed");
    CHECK(read_key(R"({"transaction":"T","amount":"1.00","currency":"EUR","status":"paid"})") == "pay.notice-currency");
    CHECK(read_key(R"({"transaction":"T","transaction":"U","amount":"1.00","currency":"MAD","status":"paid"})") == "pay.notice-malformed");
}

TEST_CASE("the browser is sent with parameters that the provider can check") {
    const auto provider = redirect_provider({.name = "carte", .start_url = "https://pay.example/start?x=1", .merchant = "m1", .secret = std::string(secret)});
    const Attempt attempt{.id = "a1", .reference = "12345678901234", .provider = "carte", .language = "ar", .amount = *Money::parse("22"), .started = {}, .transaction = {}};
    const auto url = provider->start(attempt, "https://us/back?a=b&c", "https://us/notify");
    CHECK(url.starts_with("https://pay.example/start?x=1&merchant=m1&attempt=a1&reference=12345678901234&amount=22.00&currency=MAD&language=ar&return=https%3A%2F%2Fus%2Fback%3Fa%3Db%26c"));
    const auto signature = sign_parameters(secret, {{"return", "https://us/back?a=b&c"}, {"notify", "https://us/notify"}, {"merchant", "m1"}, {"attempt", "a1"},
                                                    {"reference", "12345678901234"}, {"amount", "22.00"}, {"currency", "MAD"}, {"language", "ar"}});
    CHECK(url.ends_with("&signature=" + signature));
}

TEST_CASE("a settlement file with quotes, semicolons, a mark of UTF-8 and columns in any order") {
    const auto rows = read_settlement("\xEF\xBB\xBF" "amount;date;transaction;reference\r\n22,00;2026-09-01;T-1;\"1234 \"\"x\"\"\"\n\n-5.00;;R-2026-000001;\n");
    REQUIRE(rows.has_value());
    REQUIRE(rows->size() == 2);
    CHECK((*rows)[0].amount->text() == "22.00");
    CHECK((*rows)[0].reference == "1234 \"x\"");
    CHECK((*rows)[1].amount->text() == "-5.00");
    CHECK((*rows)[1].line == 4);
}

TEST_CASE("pay.settlement-malformed names the place; a single bad amount is listed, not lost") {
    CHECK(read_settlement("").error().detail.starts_with("settlement:1:1"));
    CHECK(read_settlement("transaction,reference\n").error().key == "pay.settlement-malformed");
    CHECK(read_settlement("transaction,reference,amount,amount\n").error().key == "pay.settlement-malformed");
    CHECK(read_settlement("transaction,reference,amount\n\"T-1,1,2.00\n").error().detail.starts_with("settlement:3:1"));
    const auto rows = read_settlement("transaction,reference,amount\nT-1,1,two\nT 2,1,2.00\nT-3,1,2.00\n");
    REQUIRE(rows.has_value());
    CHECK_FALSE((*rows)[0].amount.has_value());
    CHECK_FALSE((*rows)[1].amount.has_value());
    CHECK((*rows)[2].amount.has_value());
}

TEST_CASE("a line of the settlement file with a cell too few or too many is unreadable, and the others are compared") {
    const auto rows = read_settlement("transaction,reference,amount\nZ1,1,20.00\nbad,xx\nZ2,1,20,00\nonly\n\nZ3,1,5.00\n");
    REQUIRE(rows.has_value());
    REQUIRE(rows->size() == 5);
    CHECK((*rows)[0].amount == Money::parse("20.00"));
    for (const std::size_t i : {1U, 2U, 3U}) CHECK_FALSE((*rows)[i].amount.has_value());
    CHECK((*rows)[1].transaction == "bad");
    CHECK((*rows)[1].reference == "xx");
    CHECK((*rows)[3].line == 5);
    CHECK((*rows)[4].amount == Money::parse("5.00"));
    CHECK((*rows)[4].line == 7);
}
