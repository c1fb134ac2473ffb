// wasl backup, restore, clock accept, keys rotate: what operators do at two in the morning. Beside a
// running server they ask it; without one they do it themselves.
#include "commands.hpp"
#include "control.hpp"
#include "host.hpp"
#include "operator.hpp"
#include "tool.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>

#include <iostream>

namespace wasl::app {

namespace {

using Path = std::filesystem::path;

Result<void> copy_tree(const Path& from, const Path& to) {
    std::error_code problem;
    if (!std::filesystem::exists(from, problem)) return {};
    std::filesystem::create_directories(to, problem);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, problem);
    if (problem) return fail(Code::internal, "file.unwritable", to.string() + ": " + problem.message());
    return {};
}

// SHA-256 of every file of a tree, as "digest  path" lines in order of path: what sha256sum -c reads.
Result<std::string> tree_digests(const Path& root) {
    std::vector<Path> files;
    std::error_code problem;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root, problem)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::string out;
    for (const auto& file : files) {
        out += fmt::format("{}  {}\n", sha256(TRY(read_file(file))).hex(), std::filesystem::relative(file, root).generic_string());
    }
    return out;
}

bool is_empty_or_absent(const Path& folder) {
    std::error_code problem;
    return !std::filesystem::exists(folder, problem) || std::filesystem::is_empty(folder, problem);
}

Result<std::string> restore_all(const Path& from, const Path& data) {
    const auto list = TRY(read_file(from / "SHA256SUMS"));
    const auto node = TRY(read_node(from / "host/node.toml"));
    if (TRY(tree_digests(from / "host")) != list) return fail(Code::conflict, "store.backup-altered", (from / "host").string());
    if (!is_empty_or_absent(data / "store")) return fail(Code::conflict, "store.not-empty", (data / "store").string());
    std::uint64_t entries = 0, members = 0;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(from / "store", problem)) {
        entries += TRY(store::restore_sqlite(entry.path(), data / "store" / entry.path().filename())).journal_size;
        ++members;
    }
    TRY(copy_tree(from / "host/catalogue", data / "catalogue"));
    std::filesystem::copy_file(from / "host/node.toml", data / "node.toml", std::filesystem::copy_options::overwrite_existing, problem);
    if (problem) return fail(Code::internal, "file.unwritable", (data / "node.toml").string());
    return fmt::format("restored {} stores, {} journal entries, {} members in node.toml", members, entries, node.members.size());
}

// Runs beside the server through it, or here when none runs.
int ask_or_do(const Path& data, std::string_view action, const json::Object& arguments) {
    Result<json::Object> done = json::Object();
    if (server_runs(data)) {
        done = ask_server(data, action, arguments);
    } else {
        auto host = Host::open({.data = data, .jurisdiction = pack_folder()});
        done = host ? operate(**host, action, json::Value(arguments)) : Result<json::Object>(std::unexpected(host.error()));
    }
    if (!done) {
        complain(done.error());
        return 1;
    }
    std::cout << json::write_pretty(*done);
    return 0;
}

Result<void> back_up_member(Host& host, const std::string& id, const Path& to, json::Object& report) {
    auto* opened = TRY(host.stores().at(id));
    const auto done = TRY(opened->backup(to / "store" / id));
    report.set(id, json::Object{{"entries", done.journal_size}, {"files", done.files}, {"bytes", done.bytes}});
    return {};
}

Result<json::Object> back_up(Host& host, const Path& to) {
    if (!is_empty_or_absent(to)) return fail(Code::conflict, "store.not-empty", to.string());
    json::Object report;
    std::error_code problem;
    std::filesystem::create_directories(to / "store", problem);
    TRY(back_up_member(host, std::string(host_id), to, report));
    for (const auto& member : host.all()) TRY(back_up_member(host, member.id, to, report));
    TRY(copy_tree(host.options().data / "catalogue", to / "host/catalogue"));
    std::filesystem::create_directories(to / "host", problem);
    std::filesystem::copy_file(host.options().data / "node.toml", to / "host/node.toml", problem);
    if (problem) return fail(Code::internal, "file.unwritable", to.string() + ": " + problem.message());
    const auto digests = TRY(tree_digests(to / "host"));
    TRY(write_file(to / "SHA256SUMS", digests));
    return report;
}

Result<json::Object> take_clock(Host& host, const json::Value& arguments) {
    json::Object report;
    std::vector<std::string> ids{std::string(host_id)};
    for (const auto& member : host.all()) ids.push_back(member.id);
    const auto only = arguments["member"].text_or("");
    for (const auto& id : ids) {
        if (!only.empty() && id != only) continue;
        auto* opened = TRY(host.stores().at(id));
        const auto before = opened->clock();
        TRY(opened->accept_clock());
        TRY(opened->run([&](store::Transaction& transaction) -> Result<void> {
            const json::Object content{{"by", arguments["by"]}, {"why", before.why}, {"last_entry", before.last_entry.iso()}};
            TRY(transaction.append({.chain = "clock", .kind = "clock.accepted", .content = json::write(content)}));
            return {};
        }));
        report.set(id, before.accepted ? "was accepted already" : "accepted");
    }
    return report;
}

Result<json::Object> rotate(Host& host, const json::Value& arguments) {
    if (arguments["use"].text_or("") == "answers") return host.rotate_field_key(arguments["member"].text_or(""));
    const auto use = trust::parse_key_use(arguments["use"].text_or(""));
    if (!use || *use == trust::KeyUse::cosign) return fail(Code::invalid, "keys.use", "seal, checkpoint, document or answers");
    return host.rotate_key(arguments["member"].text_or(""), *use);
}

}  // namespace

Result<json::Object> operate(Host& host, std::string_view action, const json::Value& arguments) {
    if (action == "backup") return back_up(host, std::string(arguments["to"].text_or("")));
    if (action == "clock-accept") return take_clock(host, arguments);
    if (action == "keys-rotate") return rotate(host, arguments);
    return fail(Code::invalid, "control.unknown-action", std::string(action));
}

int backup(const Path& data, const Path& to) {
    std::error_code problem;
    const auto absolute = std::filesystem::absolute(to, problem);
    return ask_or_do(data, "backup", {{"to", absolute.string()}});
}

int restore(const Path& from, const Path& data) {
    const auto done = restore_all(from, data);
    if (!done) {
        complain(done.error());
        return 1;
    }
    std::cout << *done << '\n' << "Keys are not part of a backup: put the folder keys/ of this host back from its own safe place.\n";
    return 0;
}

int accept_clock(const Path& data, const std::string& member, const std::string& who) {
    return ask_or_do(data, "clock-accept", {{"member", member}, {"by", who}});
}

int rotate_keys(const Path& data, const std::string& member, const std::string& use) {
    return ask_or_do(data, "keys-rotate", {{"member", member}, {"use", use}});
}

}  // namespace wasl::app
