// uses: base feel decision
// One decision table, 20 rules by 4 inputs: typed inputs, values of the language, JSON to JSON, and the same rules compiled by hand;
// beside them what other engines reached in the same run. Usage: decision_bench fees.dmn [lines "name<TAB>a second<TAB>sum of the fees"]
// Targets: 2,000,000 a second typed, 300,000 from JSON to JSON; an expression compiled in 20 µs and evaluated in 1 µs.
#include "base/json.hpp"
#include "decision/model.hpp"
#include "feel/expression.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

using namespace wasl;
using namespace wasl::decision;

namespace {

constexpr std::size_t cases = 1000;
constexpr std::array<const char*, 10> kinds{"birth", "marriage", "death", "residence", "nationality",
                                            "building", "works", "transport", "market", "festival"};

// The same cases as in engines.mjs.
struct Case {
    int age;
    Decimal income;
    std::string kind;
    bool resident;
};

std::vector<Case> made() {
    std::vector<Case> out;
    for (std::size_t i = 0; i < cases; ++i) {
        const auto income = static_cast<std::int64_t>(i * 7919 % 20000);
        out.push_back({static_cast<int>(i * 37 % 90), Decimal::of(income * 100 + 25, -2), kinds[i * 13 % kinds.size()], i % 3 != 0});
    }
    return out;
}

struct Line {
    std::string name;
    double rate = 0;
    std::int64_t sum = 0;  // of the fees of all cases: all must agree
};

template <class T>
void keep(const T& value) {
    asm volatile("" : : "r"(&value) : "memory");
}

// Decisions a second: the best of five runs.
template <class Decide>
Line measure(std::string name, std::size_t rounds, Decide decide) {
    Line out{std::move(name), 0, 0};
    for (std::size_t i = 0; i < cases; ++i) out.sum += decide(i);
    for (int run = 0; run < 5; ++run) {
        const auto begin = std::chrono::steady_clock::now();
        for (std::size_t round = 0; round < rounds; ++round) {
            for (std::size_t i = 0; i < cases; ++i) keep(decide(i));
        }
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        out.rate = std::max(out.rate, static_cast<double>(rounds * cases) / spent.count());
    }
    return out;
}

std::int64_t whole(const feel::Value& value) { return value.number() == nullptr ? -1 : value.number()->to_integer().value_or(-1); }

// What a programmer writes, who trusts doubles.
int by_hand(double age, double income, const std::string& kind, bool resident) {
    static constexpr int fees[4][5] = {{0, 10, 20, 30, 5}, {2, 20, 40, 60, 10}, {0, 150, 300, 600, 100}, {0, 50, 100, 200, 25}};
    const auto group = kind == "birth" || kind == "marriage" || kind == "death" ? 0
                       : kind == "residence" || kind == "nationality"           ? 1
                       : kind == "building" || kind == "works"                  ? 2
                                                                                : 3;
    if (age < 18) return fees[group][0];
    if (age >= 60) return fees[group][4];
    if (!resident) return fees[group][3];
    return income < 3000.50 ? fees[group][1] : fees[group][2];
}

std::vector<Line> measured(const Model& model, const Table& table, const std::vector<Case>& input) {
    std::vector<Line> out;
    std::vector<std::array<TypedInput, 4>> typed;
    std::vector<feel::Bindings> bindings;
    std::vector<std::string> texts;
    for (const auto& one : input) {
        typed.push_back({Decimal::from_integer(one.age), one.income, std::string_view(one.kind), one.resident});
        bindings.push_back({{"age", one.age}, {"income", one.income}, {"kind", one.kind}, {"resident", one.resident}});
        texts.push_back(fmt::format(R"({{"age":{},"income":{},"kind":"{}","resident":{}}})", one.age, one.income.text(), one.kind, one.resident));
    }
    out.push_back(measure("Wasl, typed inputs", 2000, [&](std::size_t i) { return whole(*table.decide(typed[i]).value); }));
    out.push_back(measure("Wasl, values of FEEL", 200, [&](std::size_t i) {
        feel::Evaluation evaluation;
        return whole(table.evaluate(bindings[i], evaluation));
    }));
    std::int64_t written = 0;
    const auto* fee = model.find("fee");
    out.push_back(measure("Wasl, JSON to JSON", 100, [&](std::size_t i) {
        const auto inputs = model.read_inputs(*json::parse(texts[i]));
        const auto outcome = model.evaluate(*fee, *inputs);
        json::Object result;
        result.set("fee", feel::to_json(outcome.value));
        written += static_cast<std::int64_t>(json::write(std::move(result)).size());
        return whole(outcome.value);
    }));
    keep(written);
    std::vector<double> incomes;
    for (const auto& one : input) incomes.push_back(one.income.to_double());
    out.push_back(measure("C++ by hand, doubles", 2000, [&](std::size_t i) {
        return by_hand(input[i].age, incomes[i], input[i].kind, input[i].resident);
    }));
    return out;
}

std::vector<Line> read_lines(const char* path) {
    std::vector<Line> out;
    std::ifstream file(path);
    for (std::string text; std::getline(file, text);) {
        std::istringstream fields(text);
        Line line;
        std::getline(fields, line.name, '\t');
        if (fields >> line.rate >> line.sum) out.push_back(std::move(line));
    }
    return out;
}

// Prints the table; false when an engine decided otherwise than ours.
bool print(const std::vector<Line>& lines) {
    bool agree = true;
    fmt::print("{:<36} {:>14} {:>12} {:>16}\n", "20 rules, 4 inputs", "decisions/s", "µs each", "typed Wasl is ×");
    for (const auto& line : lines) {
        agree = agree && line.sum == lines.front().sum;
        fmt::print("{:<36} {:>14.0f} {:>12.3f} {:>16.1f}{}\n", line.name, line.rate, 1e6 / line.rate, lines.front().rate / line.rate,
                   line.sum == lines.front().sum ? "" : "   other results!");
    }
    return agree;
}

void print_expression() {
    feel::Scope scope;
    scope.add("age", feel::Type::Kind::number).add("resident", feel::Type::Kind::boolean).add("monthly income", feel::Type::Kind::number);
    const char* text = "if age >= 18 and resident then monthly income * 12 / 100 + 25.10 else 0";
    const feel::Bindings bindings{{"age", 34}, {"resident", true}, {"monthly income", 4200}};
    const auto expression = feel::Expression::compile(text, scope);
    const auto compiling = measure("", 10, [&](std::size_t) { keep(feel::Expression::compile(text, scope)); return 0; });
    const auto evaluating = measure("", 200, [&](std::size_t) { keep(expression->evaluate(bindings)); return 0; });
    fmt::print("\n{}\n  compiled in {:.2f} µs (limit 20), evaluated in {:.3f} µs (limit 1)\n", text, 1e6 / compiling.rate, 1e6 / evaluating.rate);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return fmt::print(stderr, "usage: decision_bench FILE.dmn [LINES OF OTHER ENGINES]\n"), 2;
    std::ifstream file(argv[1]);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto model = Model::compile({argv[1], text});
    if (!model || model->tables().empty() || !model->tables().front().second->typed() || model->find("fee") == nullptr) {
        fmt::print(stderr, "{}: no table to measure\n", argv[1]);
        return 1;
    }
    auto lines = measured(*model, *model->tables().front().second, made());
    if (argc > 2) {
        for (auto& line : read_lines(argv[2])) lines.push_back(std::move(line));
    }
    const bool agree = print(lines);
    fmt::print("limits: typed 2,000,000 /s: {}; JSON to JSON 300,000 /s: {}\n", lines[0].rate >= 2e6 ? "kept" : "missed",
               lines[2].rate >= 3e5 ? "kept" : "missed");
    print_expression();
    return agree ? 0 : 1;
}
