#include "base/decimal.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

using wasl::Decimal;
using How = wasl::Decimal::Rounding;

namespace {

Decimal dec(std::string_view text) {
    const auto value = Decimal::parse(text);
    REQUIRE_MESSAGE(value.has_value(), std::string(text));
    return *value;
}

std::string shown(const std::optional<Decimal>& value) { return value ? value->text() : "nothing"; }

// A random decimal text: mostly short, sometimes at the limits of 64 bits and of 34 digits.
std::string random_number(std::mt19937_64& random) {
    static constexpr int lengths[] = {1, 2, 3, 5, 9, 17, 18, 19, 20, 33, 34};
    const auto length = lengths[random() % std::size(lengths)];
    std::string digits;
    for (int i = 0; i < length; ++i) digits += static_cast<char>('0' + (random() % 4 == 0 ? 0 : random() % 10));
    const auto fraction = random() % static_cast<unsigned>(length + 3);
    std::string text = random() % 2 == 0 ? "-" : "";
    return text + digits + "e-" + std::to_string(fraction);
}

}  // namespace

TEST_CASE("a decimal is read and written in plain notation") {
    CHECK(dec("25.10").text() == "25.1");
    CHECK(dec("0.00").text() == "0");
    CHECK(dec("-0").text() == "0");
    CHECK(dec(".5").text() == "0.5");
    CHECK(dec("1e6").text() == "1000000");
    CHECK(dec("1.5E-3").text() == "0.0015");
    CHECK(dec("-12.340").text() == "-12.34");
    CHECK(dec("9999999999999999999999999999999999").text() == "9999999999999999999999999999999999");
    CHECK(dec("+7").text() == "7");
    CHECK(Decimal::from_integer(INT64_MIN).text() == "-9223372036854775808");
    CHECK(Decimal::of(2510, -2).fixed(2) == "25.10");
}

TEST_CASE("other text is no decimal") {
    for (const auto* text : {"", "-", ".", "1.", "1.e3", "e3", "1e", "1e+", "1e+-2", "1 ", " 1", "0x1", "1,5", "--1", "NaN",
                             "Infinity", "1e6145", "1.2.3", "9e99999999999999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(Decimal::parse(text).has_value());
    }
    CHECK(dec("1e6144").text().size() == 6145);
    CHECK(dec("1e-99999999999999999999").is_zero());
    CHECK(dec("1e-6177").is_zero());
    CHECK_FALSE(dec("1e-6176").is_zero());
}

TEST_CASE("a 35th digit is rounded half to even") {
    CHECK(dec("12345678901234567890123456789012345").text() == "12345678901234567890123456789012340");
    CHECK(dec("12345678901234567890123456789012355").text() == "12345678901234567890123456789012360");
    CHECK(dec("123456789012345678901234567890123450000001").text() == "123456789012345678901234567890123500000000");
    CHECK(dec("99999999999999999999999999999999999").text() == "100000000000000000000000000000000000");
}

TEST_CASE("money adds exactly and is shown with its centimes") {
    auto sum = Decimal{};
    for (int i = 0; i < 1000; ++i) sum = sum.plus(dec("0.10")).value();
    CHECK(sum == Decimal::from_integer(100));
    CHECK(sum.fixed(2) == "100.00");
    CHECK(dec("0.005").fixed(2) == "0.00");
    CHECK(dec("0.015").fixed(2) == "0.02");
    CHECK(dec("-3.1").fixed(2) == "-3.10");
    CHECK(dec("7").fixed(0) == "7");
}

TEST_CASE("division: exact where possible, 34 digits otherwise, nothing by zero") {
    CHECK(shown(dec("1").divided_by(dec("8"))) == "0.125");
    CHECK(shown(dec("1").divided_by(dec("3"))) == "0.3333333333333333333333333333333333");
    CHECK(shown(dec("2").divided_by(dec("3"))) == "0.6666666666666666666666666666666667");
    CHECK(shown(dec("10").divided_by(dec("-4"))) == "-2.5");
    CHECK_FALSE(dec("1").divided_by(dec("0")).has_value());
    CHECK(Decimal::from_integer(INT64_MIN).divided_by(Decimal::from_integer(-1))->text() == "9223372036854775808");
}

TEST_CASE("overflow gives nothing, underflow zero") {
    CHECK_FALSE(dec("1e6144").times(dec("10")).has_value());
    CHECK_FALSE(dec("9e6144").plus(dec("9e6144")).has_value());
    CHECK(dec("1e-6000").times(dec("1e-6000"))->is_zero());
}

TEST_CASE("the seven ways to round") {
    struct Row { const char* value; const char* even; const char* hup; const char* hdown; const char* up; const char* down; const char* floor; const char* ceiling; };
    for (const auto& row : {Row{"2.5", "2", "3", "2", "3", "2", "2", "3"}, Row{"-2.5", "-2", "-3", "-2", "-3", "-2", "-3", "-2"},
                            Row{"3.5", "4", "4", "3", "4", "3", "3", "4"}, Row{"2.51", "3", "3", "3", "3", "2", "2", "3"},
                            Row{"-0.4", "0", "0", "0", "-1", "0", "-1", "0"}, Row{"7", "7", "7", "7", "7", "7", "7", "7"}}) {
        for (const auto* wide : {"", "00000000000000000000"}) {  // the same through decimal128
            auto value = dec(std::string(row.value) + (std::string_view(row.value).find('.') == std::string_view::npos ? "." : "") +
                             "0" + wide);
            CAPTURE(row.value);
            CHECK(shown(value.rounded(0, How::half_even)) == row.even);
            CHECK(shown(value.rounded(0, How::half_up)) == row.hup);
            CHECK(shown(value.rounded(0, How::half_down)) == row.hdown);
            CHECK(shown(value.rounded(0, How::up)) == row.up);
            CHECK(shown(value.rounded(0, How::down)) == row.down);
            CHECK(shown(value.rounded(0, How::floor)) == row.floor);
            CHECK(shown(value.rounded(0, How::ceiling)) == row.ceiling);
        }
    }
    CHECK(shown(dec("1250").rounded(-2, How::half_even)) == "1200");
    CHECK(shown(dec("0.00000000000000000000000000000000125").rounded(34, How::half_down)) == "0.0000000000000000000000000000000012");
    CHECK(shown(dec("1234567890123456789012.75").rounded(1, How::half_down)) == "1234567890123456789012.7");
    CHECK(shown(dec("1234567890123456789012.76").rounded(1, How::half_down)) == "1234567890123456789012.8");
    CHECK_FALSE(dec("1").rounded(6177, How::half_even).has_value());
    CHECK_FALSE(dec("1").rounded(-6112, How::half_even).has_value());
    CHECK(dec("5").rounded(-6111, How::half_even)->is_zero());
}

TEST_CASE("powers, roots, logarithms and exponentials carry 34 right digits") {
    CHECK(shown(dec("3").power(dec("4"))) == "81");
    CHECK(shown(dec("2").power(dec("-1"))) == "0.5");
    CHECK(shown(dec("1.1").power(dec("10"))) == "2.5937424601");
    CHECK(shown(dec("-2").power(dec("3"))) == "-8");
    CHECK(shown(dec("2").power(dec("0.5"))) == "1.414213562373095048801688724209698");
    CHECK(shown(dec("0").power(dec("0"))) == "1");
    CHECK_FALSE(dec("0").power(dec("-1")).has_value());
    CHECK_FALSE(dec("-2").power(dec("0.5")).has_value());
    CHECK_FALSE(dec("10").power(dec("7000")).has_value());
    CHECK(dec("10").power(dec("-7000"))->is_zero());
    CHECK_FALSE(dec("2").power(dec("1e30")).has_value());
    CHECK(shown(dec("16").square_root()) == "4");
    CHECK(shown(dec("2").square_root()) == "1.414213562373095048801688724209698");
    CHECK_FALSE(dec("-1").square_root().has_value());
    CHECK(shown(dec("1").exponential()) == "2.718281828459045235360287471352662");
    CHECK(shown(dec("10").natural_log()) == "2.302585092994045684017991454684364");
    CHECK_FALSE(dec("0").natural_log().has_value());
    CHECK_FALSE(dec("20000").exponential().has_value());
    CHECK(dec("-20000").exponential()->is_zero());
}

TEST_CASE("modulo takes the sign of the divisor") {
    CHECK(shown(dec("12").modulo(dec("5"))) == "2");
    CHECK(shown(dec("-12").modulo(dec("5"))) == "3");
    CHECK(shown(dec("12").modulo(dec("-5"))) == "-3");
    CHECK(shown(dec("-12").modulo(dec("-5"))) == "-2");
    CHECK(shown(dec("10.1").modulo(dec("4.5"))) == "1.1");
    CHECK(shown(dec("-10.1").modulo(dec("4.5"))) == "3.4");
    CHECK_FALSE(dec("1").modulo(dec("0")).has_value());
}

TEST_CASE("integers convert only when exact") {
    CHECK(dec("12.0").to_integer() == 12);
    CHECK_FALSE(dec("12.5").to_integer().has_value());
    CHECK(dec("-9223372036854775808").to_integer() == INT64_MIN);
    CHECK_FALSE(dec("9223372036854775808").to_integer().has_value());
    CHECK_FALSE(dec("1e30").to_integer().has_value());
    CHECK(dec("5e3").to_integer() == 5000);
    CHECK(dec("1.5").to_double() == doctest::Approx(1.5));
}

TEST_CASE("property: sums, differences, products and order agree with 128-bit integers") {
    std::mt19937_64 random(20261121);
    for (int i = 0; i < 200'000; ++i) {
        const auto a = static_cast<std::int64_t>(random()) >> (random() % 63);
        const auto b = static_cast<std::int64_t>(random()) >> (random() % 63);
        const auto ea = static_cast<int>(random() % 5);
        const auto eb = static_cast<int>(random() % 5);
        const auto x = Decimal::of(a, -ea);
        const auto y = Decimal::of(b, -eb);
        __int128 wide_a = a;
        __int128 wide_b = b;
        for (int k = ea; k < 4; ++k) wide_a *= 10;
        for (int k = eb; k < 4; ++k) wide_b *= 10;
        REQUIRE((x < y) == (wide_a < wide_b));
        REQUIRE((x == y) == (wide_a == wide_b));
        const auto sum = x.plus(y).value();
        REQUIRE(sum.minus(y).value() == x);
        REQUIRE((sum < x) == (wide_a + wide_b < wide_a));
        const auto product = x.times(y).value();
        if (b != 0) REQUIRE((wide_a == 0) == product.is_zero());
        if (sum.to_integer()) {
            REQUIRE((wide_a + wide_b) % 10000 == 0);
            REQUIRE((wide_a + wide_b) / 10000 == *sum.to_integer());
        }
    }
}

TEST_CASE("property: every operation agrees with Python's decimal at 34 digits") {
    if (std::system("python3 -c 'import decimal' 2>/dev/null") != 0) {
        MESSAGE("skipped: python3 is not installed");
        return;
    }
    const auto folder = std::filesystem::temp_directory_path() / ("wasl-decimal-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    {
        std::ofstream script(folder / "oracle.py");
        script << "import sys, decimal as d\n"
                  "c = d.Context(prec=34, Emin=-6143, Emax=6144, rounding=d.ROUND_HALF_EVEN, clamp=1)\n"
                  "c.traps = {k: False for k in c.traps}\n"
                  "out = lambda v: print('nothing' if not v.is_finite() else format(v if v else d.Decimal(0), 'f'))\n"
                  "for line in open(sys.argv[1]):\n"
                  "    a, b, s = line.split(); a = c.create_decimal(a); b = c.create_decimal(b); s = int(s)\n"
                  "    for op in (c.add, c.subtract, c.multiply, c.divide): out(op(a, b))\n"
                  "    out(c.sqrt(a))\n"
                  "    for r in (d.ROUND_HALF_EVEN, d.ROUND_HALF_UP, d.ROUND_HALF_DOWN, d.ROUND_UP, d.ROUND_DOWN, d.ROUND_FLOOR, d.ROUND_CEILING):\n"
                  "        out(a if -a.as_tuple().exponent <= s else a.quantize(d.Decimal(1).scaleb(-s), rounding=r, context=c))\n";
    }
    std::mt19937_64 random(7);
    std::vector<std::array<std::string, 3>> cases;
    {
        std::ofstream input(folder / "cases");
        for (int i = 0; i < 5000; ++i) {
            cases.push_back({random_number(random), random_number(random), std::to_string(static_cast<int>(random() % 30) - 3)});
            input << cases.back()[0] << ' ' << cases.back()[1] << ' ' << cases.back()[2] << '\n';
        }
    }
    const auto command = "python3 " + (folder / "oracle.py").string() + " " + (folder / "cases").string() + " > " + (folder / "answers").string();
    REQUIRE(std::system(command.c_str()) == 0);
    std::ifstream answers(folder / "answers");
    const auto expect = [&](const std::optional<Decimal>& got) {
        std::string line;
        REQUIRE(std::getline(answers, line));
        const auto wanted = Decimal::parse(line);
        REQUIRE(wanted.has_value() == got.has_value());
        if (got) REQUIRE(*got == *wanted);
    };
    for (const auto& [left, right, scale] : cases) {
        CAPTURE(left);
        CAPTURE(right);
        CAPTURE(scale);
        const auto a = dec(left);
        const auto b = dec(right);
        expect(a.plus(b));
        expect(a.minus(b));
        expect(a.times(b));
        expect(a.divided_by(b));
        expect(a.square_root());
        for (const auto how : {How::half_even, How::half_up, How::half_down, How::up, How::down, How::floor, How::ceiling}) expect(a.rounded(std::stoi(scale), how));
    }
    std::filesystem::remove_all(folder);
}
