// wasl pay: beside a running server, which is only read.
#include "pay_commands.hpp"

#include "host.hpp"
#include "tool.hpp"

#include "pay/book.hpp"
#include "pay/recheck.hpp"
#include "pay/reference.hpp"
#include "store/sqlite.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <memory>

namespace wasl::app {

namespace {

constexpr int unusable_input = 2;
constexpr std::size_t ledger_page = 2'000;

Result<std::unique_ptr<store::ReadOnlyStore>> ledger_of(const PayArgs& args) {
    const auto node = TRY(read_node(args.data / "node.toml"));
    if (std::ranges::find(node.members, args.member, &web::MemberInfo::id) == node.members.end()) return fail(Code::not_found, "web.no-member", args.member);
    return store::open_sqlite_read_only(args.data / "store" / args.member);
}

Result<std::string> given_file(const std::filesystem::path& file) {
    if (file != "-") return read_file(file);
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

std::string csv_cell(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + '"';
}

// One line a leg, in the order of the ledger: what a spreadsheet sums to zero.
Result<int> write_ledger(const PayArgs& args) {
    const auto store = TRY(ledger_of(args));
    const auto reader = TRY(store->read());
    pay::Money total;
    std::cout << "entry,at,kind,payment_reference,receipt,account,amount\n";
    for (std::uint64_t from = 0;;) {
        const auto rows = TRY(reader->chain(pay::ledger_chain, from, ledger_page));
        if (rows.empty()) break;
        from += rows.size();
        for (const auto& row : rows) {
            const auto content = TRY(json::parse(row.content));
            for (const auto& leg : TRY(pay::legs_of(content))) {
                total += leg.amount;
                const auto receipt = content["number"].text_or(content["receipt"].text_or(""));
                std::cout << fmt::format("{},{},{},{},{},{},{}\n", row.position, row.at.iso(), row.kind, csv_cell(content["reference"].text_or("")), csv_cell(receipt),
                                         csv_cell(leg.account), leg.amount.text());
            }
        }
    }
    std::cout.flush();
    if (!std::cout) return fail(Code::unavailable, "file.unwritable", "standard output");
    return total.is_zero() ? 0 : 1;
}

Result<int> compare_file(const PayArgs& args) {
    const auto csv = TRY(given_file(args.file));
    const auto store = TRY(ledger_of(args));
    const auto reader = TRY(store->read());
    const auto compared = TRY(pay::Book::compare(*reader, args.provider, csv));
    if (args.json) {
        auto out = pay::encode(compared);
        for (const auto* empty : {"at", "by", "name"}) out.erase(empty);
        out.set("differences", static_cast<std::int64_t>(compared.differences()));
        std::cout << json::write_pretty(out);
    } else {
        const auto amount = [](const std::optional<pay::Money>& value) { return value ? value->text() : std::string("-"); };
        for (const auto& line : compared.lines) {
            std::cout << fmt::format("{:16} {:24} {:16} expected {:>12} received {:>12}\n", line.state, line.transaction, line.reference, amount(line.expected), amount(line.received));
        }
        std::cout << fmt::format("expected {} received {} differences {}\n", compared.expected.text(), compared.received.text(), compared.differences());
    }
    return compared.differences() == 0 ? 0 : 1;
}

int finish_pay(const Result<int>& done) {
    if (done) return *done;
    complain(done.error());
    return unusable_input;
}

}  // namespace

int pay_check(const PayArgs& args) {
    const auto read = pay::read_reference(args.reference);
    if (read) {
        std::cout << fmt::format("{}: good\n", pay::shown_reference(*read));
        return 0;
    }
    std::cout << fmt::format("{}: {}\n", args.reference, read.error().key == "pay.reference-check" ? "a digit is wrong" : "no payment reference (fourteen digits)");
    return read.error().key == "pay.reference-check" ? 1 : unusable_input;
}

int pay_export(const PayArgs& args) { return finish_pay(write_ledger(args)); }
int pay_reconcile(const PayArgs& args) { return finish_pay(compare_file(args)); }

void add_pay_commands(CLI::App& app, const std::filesystem::path& data, int& code) {
    const auto args = std::make_shared<PayArgs>();
    args->data = data;
    auto* pay_command = app.add_subcommand("pay", "payments: references, the ledger, settlement files");
    pay_command->require_subcommand(1);
    const auto of_member = [&](CLI::App* command) {
        command->add_option("--member", args->member, "member id")->required();
        command->add_option("--data", args->data, "folder of the host ($WASL_DATA, else ./data)")->capture_default_str();
    };
    auto* check_command = pay_command->add_subcommand("check", "check a payment reference: exit 0 good, 1 a digit is wrong, 2 no reference");
    check_command->add_option("REFERENCE", args->reference, "fourteen digits, as printed")->required();
    check_command->callback([args, &code] { code = pay_check(*args); });
    auto* export_command = pay_command->add_subcommand("export", "the ledger as CSV, one line a leg: exit 0 it sums to zero, 1 it does not");
    of_member(export_command);
    export_command->callback([args, &code] { code = pay_export(*args); });
    auto* reconcile_command = pay_command->add_subcommand("reconcile", "compare a provider's settlement file, writing nothing: exit 0 all matches, 1 differences, 2 unreadable");
    reconcile_command->add_option("FILE", args->file, "CSV with columns transaction, reference, amount; - for standard input")->required();
    reconcile_command->add_option("--provider", args->provider, "name of the provider in node.toml")->required();
    reconcile_command->add_flag("--json", args->json, "answer for machines");
    of_member(reconcile_command);
    reconcile_command->callback([args, &code] { code = pay_reconcile(*args); });
}

}  // namespace wasl::app
