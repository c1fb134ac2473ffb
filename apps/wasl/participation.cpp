#include "participation_commands.hpp"

#include "host.hpp"
#include "tool.hpp"

#include "participation/public_record.hpp"
#include "store/sqlite.hpp"
#include "web/sheet_cell.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace wasl::app {

namespace {

constexpr int unusable = 2;

constexpr const char* export_help = R"(What the public reads and nothing else: texts, comments by article with their day, language and supports, the reason of each
hidden one, answers and counts. No name, no account, no voice. May run beside the server.

  wasl participation export commune-tamri > record.json
  wasl participation export commune-tamri --csv > comments.csv)";

Result<std::string> record_of(const ParticipationExportArgs& args) {
    const auto node = TRY(read_node(args.data / "node.toml"));
    if (std::ranges::find(node.members, args.member, &web::MemberInfo::id) == node.members.end()) return fail(Code::not_found, "web.no-member", args.member);
    const auto pack = TRY(jurisdiction::load_pack(pack_folder()));
    const auto beside = TRY(store::open_sqlite_read_only(args.data / "store" / args.member));
    const auto reader = TRY(beside->read());
    const auto now = SystemClock().now();
    auto all = TRY(participation::all_consultations(*reader));
    if (!args.consultation.empty()) {
        std::erase_if(all, [&](const auto& one) { return one.id != args.consultation; });
        if (all.empty()) return fail(Code::not_found, "participation.unknown-consultation", args.consultation);
    }
    if (!args.csv) {
        if (args.consultation.empty()) return json::write_pretty(TRY(participation::public_records(*reader, args.member, pack->zone(), now)));
        return json::write_pretty(TRY(participation::public_record(*reader, all.front(), pack->zone(), now)));
    }
    std::string out = "\xEF\xBB\xBF";
    bool head = true;
    for (const auto& one : all) {
        const auto rows = TRY(participation::public_record_rows(*reader, one, pack->zone()));
        for (std::size_t i = head ? 0 : 1; i < rows.size(); ++i) web::append_csv_line(out, rows[i]);
        head = false;
    }
    return out;
}

}  // namespace

int participation_export(const ParticipationExportArgs& args) {
    const auto record = record_of(args);
    if (!record) {
        complain(record.error());
        return unusable;
    }
    std::cout << *record;
    return std::cout.flush() ? 0 : unusable;
}

void add_participation_commands(CLI::App& app, int& code) {
    auto* group = app.add_subcommand("participation", "consultations and what was said on them");
    group->require_subcommand(1);
    const auto args = std::make_shared<ParticipationExportArgs>();
    args->data = "data";
    auto* command = group->add_subcommand("export", "the public record of a member's consultations: exit 0 written, 2 could not be read");
    command->add_option("MEMBER", args->member, "member id")->required();
    command->add_option("--consultation", args->consultation, "one of them, by its id");
    command->add_flag("--csv", args->csv, "a table of comments instead of JSON");
    command->add_option("--data", args->data, "folder of the host ($WASL_DATA, else ./data)")->envname("WASL_DATA")->capture_default_str();
    command->footer(export_help);
    command->callback([args, &code] { code = participation_export(*args); });
}

}  // namespace wasl::app
