// Amounts as the ledger and as people write them; the payment reference and its check digits.
#include "pay/money.hpp"
#include "pay/reference.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::pay;

TEST_CASE("an amount is exact to the centime, or none") {
    CHECK(Money::parse("25")->centimes() == 2500);
    CHECK(Money::parse("25.5")->text() == "25.50");
    CHECK(Money::parse("0.01")->centimes() == 1);
    CHECK(Money::parse("-3.10")->text() == "-3.10");
    CHECK((*Money::parse("0.10") + *Money::parse("0.20")).text() == "0.30");
    for (const auto* wrong : {"", "1e3", "12.345", "+5", "1,5", "abc", "0x10", "100000000000000.01", "99999999999999999999"}) CHECK_FALSE(Money::parse(wrong).has_value());
}

TEST_CASE("an amount as a cashier types it") {
    CHECK(Money::typed(" 22,50 DH ")->text() == "22.50");
    CHECK(Money::typed("٢٢٫٥٠ درهم")->text() == "22.50");
    CHECK(Money::typed("۲۲")->text() == "22.00");
    CHECK(Money::typed("100 MAD")->text() == "100.00");
    for (const auto* wrong : {"-5", "", "dix", "1.2.3", "5 EUR"}) CHECK_FALSE(Money::typed(wrong).has_value());
}

TEST_CASE("a payment reference survives paper, telephone and every single slip") {
    SeededEntropy entropy{11};
    for (int round = 0; round < 200; ++round) {
        const auto reference = draw_reference(entropy);
        REQUIRE(reference.size() == reference_digits);
        REQUIRE(reference.front() != '0');
        CHECK(read_reference(reference).value() == reference);
        CHECK(read_reference(shown_reference(reference)).value() == reference);
        for (std::size_t i = 0; i < reference.size(); ++i) {
            auto slip = reference;  // one wrong digit
            slip[i] = static_cast<char>('0' + (slip[i] - '0' + 1 + round % 9) % 10);
            if (slip != reference) CHECK_FALSE(read_reference(slip).has_value());
            auto swapped = reference;  // two neighbours exchanged
            if (i + 1 < reference.size()) std::swap(swapped[i], swapped[i + 1]);
            if (swapped != reference) CHECK_FALSE(read_reference(swapped).has_value());
        }
    }
}

TEST_CASE("a reference in Arabic digits, with the marks that surround it on an Arabic page") {
    SeededEntropy entropy{12};
    const auto reference = draw_reference(entropy);
    std::string arabic = "\u2068";
    for (const char c : reference) arabic += std::string("\xD9") + static_cast<char>(0xA0 + (c - '0'));
    CHECK(read_reference(arabic + "\u2069").value() == reference);
}

TEST_CASE("pay.reference-malformed and pay.reference-check") {
    CHECK(read_reference("123").error().key == "pay.reference-malformed");
    CHECK(read_reference("12345678901234567").error().key == "pay.reference-malformed");
    CHECK(read_reference("RF123456789012").error().key == "pay.reference-malformed");
    CHECK(read_reference("00000000000097").error().key == "pay.reference-malformed");
    CHECK(read_reference("12345678901234").error().key == "pay.reference-check");
}
