// The command line of wasl. Each subcommand lives in a file of its own.
#include "commands.hpp"
#include "tool.hpp"
#include "version.hpp"

#include "catalogue_commands.hpp"
#include "decision_commands.hpp"
#include "exchange_commands.hpp"
#include "exchange_doctor.hpp"
#include "grid_commands.hpp"
#include "grid_connection_commands.hpp"
#include "participation_commands.hpp"
#include "grid_network_commands.hpp"
#include "insight_commands.hpp"
#include "pay_commands.hpp"
#include "sandbox.hpp"

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

// The ceilings keep what may be asked for within the stack and the memory of an ordinary machine.
void limit_options(CLI::App& command, LimitArgs& limits) {
    const auto option = [&](const char* name, auto& value, std::uint64_t most, const char* what) {
        command.add_option(name, value, what)->check(CLI::Range(std::uint64_t{1}, most))->capture_default_str()->group("Limits");
    };
    option("--max-steps", limits.steps, 1'000'000'000'000, "steps after which an expression or decision ends without a value");
    option("--max-depth", limits.depth, 2'000, "evaluation within evaluation");
    option("--max-text", limits.text, 4U << 20U, "bytes of an expression");
    option("--max-string", limits.string, 256U << 20U, "bytes of one string");
    option("--max-list", limits.list, 10'000'000, "elements of one list");
    command.footer(limits_help());
}

constexpr const char* test_help = R"(A case is answers and a day, and what must come of them; what is not said is not compared:

  [[case]]
  name = "Two children at school"
  day = 2026-03-02
  channel = "online"                 # facts, optional: level = 2, applicant = "person", age = 34
  [case.answers]
  rsu_score = "9.2"                  # numbers with decimals as texts
  [case.expect]
  visible = ["rsu_score"]            # exactly these questions
  papers = ["rsu-certificate"]       # exactly these papers
  missing = ["resident"]             # required answers that are not given
  fee = "25.00"                      # MAD, or "agent"
  delay = "2 working days"           # "at once", "30 days", "1 month", "maximum"
  proposal = "grant"                 # "refuse", "look"; reasons = ["conditions-met"]; amount = "600.00"
  [case.expect.decisions]
  engineer_study = "true"            # a decision of the tables, as FEEL writes its value

Each case is printed ok or not ok with what differs; then which rows of the decision tables no case reached.)";

constexpr const char* grid_solve_help = R"(The lines of MATLAB at the end of a case (ohms to per unit, kW to MW) are carried out; one that is not
understood is an error with its line, never passed over.

  both     Newton's method, and the radial sweep beside it where the network is radial: they must agree to 1e-9
  newton   any network, as MATPOWER's runpf with its default options
  sweep    radial networks only: no loop, no generator holding a voltage besides the reference

  wasl grid solve case33bw.m
  wasl grid solve case33bw.m --json | jq .losses_kw)";

void add_insight_commands(CLI::App& app, IndexArgs& indexing, FiguresArgs& figures, int& code) {
    auto* index_command = app.add_subcommand("index", "the UN e-government index");
    index_command->require_subcommand(1);
    auto* put_command = index_command->add_subcommand("import", "check the UN file and put it in place; a running server takes it over");
    put_command->add_option("FILE", indexing.file, "CSV: year,iso3,country,egdi_rank,egdi,osi,hci,tii,epi; - for standard input")->required();
    data_option(*put_command, indexing.data);
    put_command->callback([&] { code = index_import(indexing); });
    auto* show_command = index_command->add_subcommand("show", "a country in every edition, and what a rank would take: exit 1 unknown country or rank");
    show_command->add_option("COUNTRY", indexing.country, "ISO 3166-1 alpha-3 code, for example MAR")->required();
    show_command->add_option("--rank", indexing.rank, "rank aimed at")->capture_default_str();
    show_command->add_flag("--json", indexing.json, "answer for machines");
    data_option(*show_command, indexing.data);
    show_command->callback([&] { code = index_show(indexing); });

    auto* figures_command = app.add_subcommand("figures", "the public figures");
    figures_command->require_subcommand(1);
    const auto member_options = [&](CLI::App* command) {
        command->add_option("--member", figures.member, "member id")->required();
        data_option(*command, figures.data);
    };
    auto* recount_command = figures_command->add_subcommand("recount", "count everything anew from the journal: exit 0 equal to what is kept, 1 different");
    member_options(recount_command);
    recount_command->add_flag("--json", figures.json, "answer for machines");
    recount_command->callback([&] { code = figures_recount(figures); });
    auto* export_command = figures_command->add_subcommand("export", "the journal of dossiers as JSON lines, for tools/recount-figures.py; holds personal data");
    member_options(export_command);
    export_command->callback([&] { code = figures_export(figures); });
}

// Commands of an exchange hold what the command line writes into, for as long as it is parsed.
struct ExchangeCommands {
    SandboxArgs trying;
    DoctorArgs examining;
    RegistryArgs registry;
    EvidenceArgs evidence;
    BodyArgs body;
};

void add_registry_commands(CLI::App& app, RegistryArgs& args, int& code) {
    auto* registry = app.add_subcommand("registry", "the registry of an exchange: sign, verify, show");
    registry->require_subcommand(1);
    auto* key = registry->add_subcommand("new-key", "make the authority's private key; its public half on standard output");
    key->add_option("KEY", args.key, "file to be made (PEM, mode 0600)")->required();
    key->callback([&] { code = registry_new_key(args); });
    auto* sign = registry->add_subcommand("sign", "sign rows anew: exit 0 signed, 1 refused, 2 unreadable");
    sign->add_option("ROWS", args.source, "rows as TOML or JSON (docs/exchange.md)")->required();
    sign->add_option("--key", args.key, "the authority's private key")->required();
    sign->add_option("--out", args.out, "snapshot; the one that stands there is continued")->required();
    sign->callback([&] { code = registry_sign(args); });
    for (const bool show : {false, true}) {
        auto* command = registry->add_subcommand(show ? "show" : "verify", show ? "what a snapshot says" : "check a snapshot: exit 0 good, 1 not, 2 unreadable");
        command->add_option("SNAPSHOT", args.source, "the signed file")->required();
        command->add_option("--keys", args.keys, "public keys of the registry (JWK Set)")->required();
        command->add_option("--instance", args.instance, "must be of this instance");
        if (show) command->add_flag("--json", args.json, "answer for machines");
        command->callback([&args, &code, show] { code = show ? registry_show(args) : registry_verify(args); });
    }
    auto* keys = registry->add_subcommand("keys", "what this host has to have listed: its members' keys, its certificate");
    data_option(*keys, args.data);
    keys->callback([&] { code = registry_keys(args); });
}

void add_exchange_commands(CLI::App& app, ExchangeCommands& commands, int& code) {
    auto* sandbox_command = app.add_subcommand("sandbox", "a whole country on this machine: registry, authorities, and members that ask each other");
    sandbox_command->add_option("--dir", commands.trying.folder, "folder for its files and DIR/env; emptied of them at the end (else a temporary one)");
    sandbox_command->add_option("--port", commands.trying.port, "first of a row of ports; 0 takes free ones")->capture_default_str();
    sandbox_command->callback([&] { code = sandbox(commands.trying); });

    auto* doctor_command = app.add_subcommand("doctor", "test the whole way to another node of the exchange: exit 0 it works, 1 a step is broken, 2 nothing to test");
    data_option(*doctor_command, commands.examining.data);
    doctor_command->add_option("--peer", commands.examining.peer, "INSTANCE/CLASS/MEMBER/NODE; none: every other node of the registry");
    doctor_command->add_option("--language", commands.examining.language, "of the findings: ar, fr, en, zgh; else the terminal's");
    doctor_command->add_flag("--json", commands.examining.json, "answer for machines");
    doctor_command->callback([&] { code = doctor(commands.examining); });

    add_registry_commands(app, commands.registry, code);
    auto* exchange = app.add_subcommand("exchange", "what was exchanged, and how this host takes part");
    exchange->require_subcommand(1);
    auto* list = exchange->add_subcommand("list", "exchanges of this host's members, newest first");
    data_option(*list, commands.evidence.data);
    list->add_option("--member", commands.evidence.member, "only this member");
    list->add_option("--id", commands.evidence.id, "only of this message id");
    list->add_option("--limit", commands.evidence.limit, "at most so many a member")->capture_default_str();
    list->add_flag("--unknown", commands.evidence.unknown, "only requests whose answer was lost");
    list->add_flag("--json", commands.evidence.json, "answer for machines");
    list->callback([&] { code = exchange_list(commands.evidence); });
    auto* bundle = exchange->add_subcommand("export", "evidence of one exchange, for wasl verify");
    data_option(*bundle, commands.evidence.data);
    bundle->add_option("--member", commands.evidence.member, "only this member's journal");
    bundle->add_option("ID", commands.evidence.id, "message id (X-Road-Id) or request id")->required();
    bundle->callback([&] { code = exchange_export(commands.evidence); });
    auto* segments = exchange->add_subcommand("segments", "files in which older entries of the journals stand; one of them on standard output");
    data_option(*segments, commands.evidence.data);
    segments->add_option("--member", commands.evidence.member, "only this member's journal");
    segments->add_option("--entry", commands.evidence.id, "the segment that holds this entry, for wasl verify");
    segments->add_flag("--json", commands.evidence.json, "answer for machines");
    segments->callback([&] { code = exchange_segments(commands.evidence); });
    auto* body = exchange->add_subcommand("body", "a body that was kept (keep_bodies), on standard output; the reading is an entry of the journal");
    data_option(*body, commands.body.data);
    body->add_option("--member", commands.body.member, "only this member's journal");
    body->add_option("ID", commands.body.id, "message id (X-Road-Id) or request id")->required();
    body->add_flag("--request", commands.body.request, "of the request; else of the answer");
    body->add_option("--by", commands.body.by, "who reads it")->required();
    body->add_option("--reason", commands.body.reason, "why")->required();
    body->callback([&] { code = exchange_body(commands.body); });
    auto* key = exchange->add_subcommand("new-key", "one more message key of a member; it signs once the registry lists it");
    data_option(*key, commands.evidence.data);
    key->add_option("--member", commands.evidence.member, "member id")->required();
    key->callback([&] { code = exchange_new_key(commands.evidence); });
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
    serve_command->add_flag("--practice", serving.practice,
                            "a practice country with graded exercises, on this machine alone; without --data a fresh one, gone when it stops");
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
        serving.fresh_practice = serving.practice && serve_command->count("--data") == 0;
        code = serve(serving);
    });

    ExchangeCommands exchanging;
    exchanging.examining.data = exchanging.registry.data = exchanging.evidence.data = default_data();
    add_exchange_commands(app, exchanging, code);

    std::vector<std::string> folders;
    auto* check_command = app.add_subcommand("check", "check procedure folders, and a host's node.toml, exchange.toml or connector.toml: exit 0 clean, 1 findings");
    check_command->add_option("PATH", folders, "folders of procedures; configuration files, with those that they name")->required();
    check_command->callback([&] { code = run_check(folders); });

    std::vector<std::string> test_folders;
    bool test_json = false;
    auto* test_command = app.add_subcommand("test", "run the example cases kept beside procedures: exit 0 when all are ok, 1 when not");
    test_command->add_option("DIR", test_folders, "folders of procedures; each holds its cases in cases/*.toml")->required();
    test_command->add_flag("--json", test_json, "answer for machines");
    test_command->footer(test_help);
    test_command->callback([&] { code = run_test(test_folders, test_json); });

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
    verify_command->add_option("--registry", verifying.registry, "public keys of an exchange's registry, for evidence made by `wasl exchange export`");
    verify_command->add_option("--language", verifying.language, "of the reasons: ar, fr, en, zgh; else the terminal's");
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
    audit_command->add_option("--trust", auditing.trust, "public keys (`wasl trust export`), for a restored backup that has none");
    audit_command->add_option("--language", auditing.language, "of the findings: ar, fr, en, zgh; else the terminal's");
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
    std::string key_address;
    auto* token_command = keys_command->add_subcommand("token", "make the member's new keys in a token (PKCS#11); see docs/keys-in-a-token.md");
    data_option(*token_command, key_data);
    token_command->add_option("--member", key_member, "member id")->required();
    token_command->add_option("--address", key_address, "pkcs11:token=…?module-path=…&pin-source=… (RFC 7512); empty: files again")->required();
    token_command->callback([&] { code = keep_keys_in_token(key_data, key_member, key_address); });

    FeelArgs feeling;
    auto* feel_command = app.add_subcommand("feel", "evaluate a FEEL expression: exit 0 evaluated, 1 with a finding, 2 no expression");
    feel_command->add_option("EXPR", feeling.expression, "the expression, for example 'sum(fees) * 1.2'")->required();
    feel_command->add_option("--context", feeling.context, "its names: a JSON object, or @FILE");
    limit_options(*feel_command, feeling.limits);
    feel_command->callback([&] { code = evaluate_feel(feeling); });

    DmnEvalArgs evaluating;
    DmnTckArgs testing;
    auto* dmn_command = app.add_subcommand("dmn", "decision models (DMN 1.1 to 1.5)");
    dmn_command->require_subcommand(1);
    auto* eval_command = dmn_command->add_subcommand("eval", "evaluate a decision: exit 0 evaluated, 1 with a finding, 2 unreadable or unknown");
    eval_command->add_option("FILE", evaluating.file, "the model; its imports are looked for beside it")->required();
    eval_command->add_option("--decision", evaluating.decision, "name of a decision, knowledge model or decision service")->required();
    eval_command->add_option("--input", evaluating.input, "inputs by name: a JSON object, @FILE, or - for standard input")->capture_default_str();
    eval_command->add_flag("--trace", evaluating.trace, "print how the result came about (JSON)");
    eval_command->add_flag("--json", evaluating.as_json, "result and findings as one JSON object: result, findings, model (findings of it), trace");
    limit_options(*eval_command, evaluating.limits);
    eval_command->callback([&] { code = dmn_eval(evaluating); });
    auto* tck_command = dmn_command->add_subcommand("tck", "run test cases laid out like the DMN TCK: exit 0 all passed, 1 not all, 2 unreadable");
    tck_command->add_option("DIR", testing.folder, "folder of compliance-level-*/NNNN-name/")->required();
    tck_command->add_option("--csv", testing.csv, "write the results in the format of the TCK's tck_results.csv");
    limit_options(*tck_command, testing.limits);
    tck_command->callback([&] { code = dmn_tck(testing); });

    GridSolveArgs solving;
    auto* grid_command = app.add_subcommand("grid", "power networks");
    grid_command->require_subcommand(1);
    auto* solve_command = grid_command->add_subcommand("solve", "losses and voltages of a network: exit 0 solved, 1 it has no answer, 2 unreadable");
    solve_command->add_option("CASE", solving.file, "a MATPOWER case of version 2 (.m); - for standard input")->required();
    solve_command->add_option("--method", solving.method, "both, newton, or sweep")
        ->check(CLI::IsMember({"both", "newton", "sweep"}))
        ->capture_default_str();
    solve_command->add_flag("--json", solving.json, "answer for machines, with the voltage of every bus");
    solve_command->footer(grid_solve_help);
    solve_command->callback([&] { code = grid_solve(solving); });
    add_grid_network_commands(*grid_command, code);
    add_grid_connection_commands(*grid_command, code);
    add_participation_commands(app, code);
    add_pay_commands(app, default_data(), code);

    IndexArgs indexing;
    FiguresArgs figures;
    indexing.data = figures.data = default_data();
    add_insight_commands(app, indexing, figures, code);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& wrong) {
        constexpr int unusable = 2;  // as every subcommand says of what it cannot read; 0 after --help
        return app.exit(wrong) == 0 ? 0 : unusable;
    }
    return code;
}
