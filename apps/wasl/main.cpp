// The command line of wasl. Each subcommand lives in a file of its own.
#include "commands.hpp"
#include "tool.hpp"
#include "version.hpp"

#include "catalogue_commands.hpp"

#include <CLI/CLI.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace wasl::app;

std::filesystem::path default_data() {
    const char* given = std::getenv("WASL_DATA");
    return given != nullptr && *given != '\0' ? std::filesystem::path(given) : std::filesystem::path("data");
}

template <class Args>
void data_option(CLI::App& command, Args& data) {
    command.add_option("--data", data, "folder of the host ($WASL_DATA, else ./data)")->capture_default_str();
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Wasl: the engine of a digital administration"};
    app.set_version_flag("--version", fmt::format("wasl {} ({})", version, commit));
    app.require_subcommand(1);
    app.footer("Start with `wasl serve --demo`, then open http://localhost:8080");
    int code = 0;

    ServeArgs serving;
    serving.data = default_data();
    std::vector<std::string> tls;
    auto* serve_command = app.add_subcommand("serve", "serve the members of a host");
    data_option(*serve_command, serving.data);
    serve_command->add_flag("--demo", serving.demo, "a demonstration commune and ministry with synthetic people; codes appear on /outbox");
    serve_command->add_option("--address", serving.address, "numeric address to listen on")->capture_default_str();
    serve_command->add_option("--port", serving.port, "port; 0 takes any free one")->capture_default_str();
    serve_command->add_option("--tls", tls, "certificate chain and key (PEM); read again when they change")->expected(2);
    serve_command->add_option("--behind-proxy", serving.behind_proxy, "address of the proxy whose X-Forwarded-For is believed");
    serve_command->add_option("--public-url", serving.public_url, "address that people use, for links and QR codes");
    serve_command->add_option("--set-up", serving.set_up, "print a set-up code for this member's first administrator (a host of more than 20 members prints none unasked)");
    serve_command->add_option("--threads", serving.threads, "event loops; 0: one a core");
    serve_command->callback([&] {
        if (tls.size() == 2) {
            serving.tls_certificate = tls[0];
            serving.tls_key = tls[1];
        }
        code = serve(serving);
    });

    std::vector<std::string> folders;
    auto* check_command = app.add_subcommand("check", "check procedure folders: exit 0 clean, 1 findings");
    check_command->add_option("DIR", folders, "folders of procedures")->required();
    check_command->callback([&] { code = run_check(folders); });

    std::vector<std::string> import_arguments;
    auto* import_command = app.add_subcommand("import", "read sheets published elsewhere");
    import_command->require_subcommand(1);
    auto* idarati_command = import_command->add_subcommand("idarati", "the national portal's JSON: FILE… --out DIR --report FILE.jsonl [--member ID]");
    idarati_command->prefix_command();
    idarati_command->callback([&] { code = run_import_idarati(idarati_command->remaining()); });

    PublishArgs publishing;
    publishing.data = default_data();
    auto* publish_command = app.add_subcommand("publish", "check and publish procedure folders in a member's catalogue");
    data_option(*publish_command, publishing.data);
    publish_command->add_option("--member", publishing.member, "member id")->required();
    publish_command->add_option("DIR", publishing.folders, "folders of procedures")->required();
    publish_command->callback([&] { code = publish(publishing); });

    VerifyArgs verifying;
    auto* verify_command = app.add_subcommand("verify", "check a receipt, a document or a proof, offline: exit 0 valid, 1 invalid, 2 cannot tell");
    verify_command->add_option("FILE", verifying.file, "PDF, bundle (JSON) or text of a QR code; - reads standard input");
    verify_command->add_option("--qr", verifying.qr, "text of the QR code");
    verify_command->add_option("--trust", verifying.trust, "public keys: a JWK Set made by `wasl trust export`");
    verify_command->add_flag("--json", verifying.json, "answer for machines");
    verify_command->callback([&] { code = verify(verifying); });

    std::filesystem::path trust_data = default_data();
    auto* trust_command = app.add_subcommand("trust", "public keys");
    trust_command->require_subcommand(1);
    auto* export_command = trust_command->add_subcommand("export", "print the public keys of this host's members (JWK Set)");
    data_option(*export_command, trust_data);
    export_command->callback([&] { code = export_trust(trust_data); });

    AuditArgs auditing;
    auditing.data = default_data();
    auto* audit_command = app.add_subcommand("audit", "recompute the journal and every dossier from it; name the first difference");
    data_option(*audit_command, auditing.data);
    audit_command->add_option("--member", auditing.member, "only this member");
    audit_command->add_option("--receipt", auditing.receipts, "receipts to hold against the journal");
    audit_command->add_flag("--json", auditing.json, "answer for machines");
    audit_command->callback([&] { code = audit(auditing); });

    ProveArgs proving;
    proving.data = default_data();
    auto* prove_command = app.add_subcommand("prove", "proof that no decision existed by the end of a day");
    data_option(*prove_command, proving.data);
    prove_command->add_option("REFERENCE", proving.reference, "member/desk/series/number")->required();
    prove_command->add_option("--day", proving.day, "YYYY-MM-DD")->required();
    prove_command->callback([&] { code = prove_no_decision(proving); });

    std::filesystem::path backup_data = default_data(), backup_to, restore_from, restore_data = default_data();
    auto* backup_command = app.add_subcommand("backup", "copy everything but the keys to a folder or stick, verified");
    data_option(*backup_command, backup_data);
    backup_command->add_option("TO", backup_to, "empty or absent folder")->required();
    backup_command->callback([&] { code = backup(backup_data, backup_to); });
    auto* restore_command = app.add_subcommand("restore", "put a backup in place; refuses an altered one and a folder that is not empty");
    restore_command->add_option("FROM", restore_from, "folder made by `wasl backup`")->required();
    data_option(*restore_command, restore_data);
    restore_command->callback([&] { code = restore(restore_from, restore_data); });

    std::filesystem::path clock_data = default_data();
    std::string clock_member, clock_who;
    auto* clock_command = app.add_subcommand("clock", "the guarded clock of a host");
    clock_command->require_subcommand(1);
    auto* accept_command = clock_command->add_subcommand("accept", "take the clock as it is now for right (journaled)");
    data_option(*accept_command, clock_data);
    accept_command->add_option("--member", clock_member, "member id; none: all")->capture_default_str();
    accept_command->add_option("--by", clock_who, "who says so")->required();
    accept_command->callback([&] { code = accept_clock(clock_data, clock_member, clock_who); });

    std::filesystem::path key_data = default_data();
    std::string key_member, key_use;
    auto* keys_command = app.add_subcommand("keys", "keys of a member");
    keys_command->require_subcommand(1);
    auto* rotate_command = keys_command->add_subcommand("rotate", "a new key signs from now on; the old one verifies through the overlap");
    data_option(*rotate_command, key_data);
    rotate_command->add_option("--member", key_member, "member id")->required();
    rotate_command->add_option("--use", key_use, "seal, checkpoint, document, or answers (the sensitive ones)")->required();
    rotate_command->callback([&] { code = rotate_keys(key_data, key_member, key_use); });

    CLI11_PARSE(app, argc, argv);
    return code;
}
