// wasl backup, restore, clock accept, keys rotate: what operators do at two in the morning. Beside a
// running server they ask it; without one they do it themselves.
#include "commands.hpp"
#include "control.hpp"
#include "exchange_journals.hpp"
#include "host.hpp"
#include "operator.hpp"
#include "tool.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <vector>

namespace wasl::app {

namespace {

using Path = std::filesystem::path;

Result<void> copy_tree(const Path& from, const Path& to) {
    std::error_code problem;
    if (!std::filesystem::exists(from, problem)) return {};
    std::filesystem::create_directories(to, problem);
    using std::filesystem::copy_options;
    std::filesystem::copy(from, to, copy_options::recursive | copy_options::copy_symlinks, problem);  // a link says what is in force
    if (problem) return fail(Code::internal, "file.unwritable", to.string() + ": " + problem.message());
    return {};
}

constexpr std::string_view sums_name = "SHA256SUMS";

Result<std::string> digest_of(const Path& file) {
    std::ifstream in(file, std::ios::binary);
    std::vector<char> piece(1U << 20U);
    Sha256 hash;
    while (in) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        hash.update({piece.data(), static_cast<std::size_t>(in.gcount())});
    }
    if (!in.eof()) return fail(Code::internal, "file.unreadable", file.string());
    return hash.finish().hex();
}

// SHA-256 of every file of a backup but the list itself, as "digest  path" lines in order of path: what
// sha256sum -c reads. It names every member's store with all that is in it.
Result<std::string> tree_digests(const Path& root) {
    std::vector<Path> files;
    std::error_code problem;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root, problem)) {
        if (entry.is_regular_file() && entry.path() != root / sums_name) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::string out;
    for (const auto& file : files) {
        out += fmt::format("{}  {}\n", TRY(digest_of(file)), std::filesystem::relative(file, root).generic_string());
    }
    return out;
}

bool is_empty_or_absent(const Path& folder) {
    std::error_code problem;
    return !std::filesystem::exists(folder, problem) || std::filesystem::is_empty(folder, problem);
}

// A backup that is whole: nothing altered, added or missing, and a store of each member that node.toml names.
Result<std::vector<Path>> whole_backup(const Path& from) {
    const auto altered = [](const Path& what) { return fail(Code::conflict, "store.backup-altered", what.string()); };
    const auto list = read_file(from / sums_name);
    if (!list || TRY(tree_digests(from)) != *list) return altered(from / sums_name);
    std::vector<Path> stores;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(from / "store", problem)) stores.push_back(entry.path());
    const auto node = TRY(read_node(from / "host/node.toml"));
    const auto has = [&](std::string_view id) { return std::ranges::find(stores, from / "store" / id) != stores.end(); };
    if (!has(host_id)) return altered(from / "store" / host_id);
    for (const auto& member : node.members) {
        if (!has(member.id)) return altered(from / "store" / member.id);
    }
    return stores;
}

Result<void> put_in_place(const Path& from, const Path& to) {
    std::error_code problem;
    if (std::filesystem::exists(from)) std::filesystem::rename(from, to, problem);
    if (problem) return fail(Code::internal, "file.unwritable", to.string() + ": " + problem.message());
    return {};
}

// Into a folder beside, which then takes its place: the stores last, since a folder with stores is in use.
Result<std::string> restore_beside(const Path& from, const std::vector<Path>& stores, const Path& beside, const Path& data) {
    std::uint64_t entries = 0;
    for (const auto& store : stores) {
        entries += TRY(store::restore_sqlite(store, beside / "store" / store.filename())).journal_size;
    }
    TRY(copy_tree(from / "host", beside / "host"));
    TRY(put_in_place(beside / "host/catalogue", data / "catalogue"));
    TRY(put_in_place(beside / "host/grid", data / "grid"));
    TRY(put_in_place(beside / "host/node.toml", data / "node.toml"));
    const auto exchanged = TRY(restore_exchange(from, data));
    TRY(put_in_place(beside / "store", data / "store"));
    entries += exchanged;
    return fmt::format("restored {} stores, {} journal entries, {} members in node.toml", stores.size(), entries, stores.size() - 1);
}

Result<std::string> restore_all(const Path& from, const Path& data) {
    protect_data(data);
    for (const auto* part : {"store", "catalogue", "exchange", "grid"}) {
        if (!is_empty_or_absent(data / part)) return fail(Code::conflict, "store.not-empty", (data / part).string());
    }
    const auto stores = TRY(whole_backup(from));
    const auto beside = data / "restoring";
    std::error_code ignored;
    std::filesystem::remove_all(beside, ignored);  // of an attempt that was stopped
    auto done = restore_beside(from, stores, beside, data);
    std::filesystem::remove_all(beside, ignored);
    if (!done) {
        // What was put in place goes too, so that the next attempt finds the folder as this one did.
        for (const auto* part : {"store", "catalogue", "exchange", "grid"}) std::filesystem::remove_all(data / part, ignored);
    }
    protect_data(data);
    return done;
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
    std::filesystem::permissions(to, std::filesystem::perms::owner_all, problem);  // also where the folder was there
    TRY(back_up_member(host, std::string(host_id), to, report));
    for (const auto& member : host.all()) TRY(back_up_member(host, member.id, to, report));
    TRY(copy_tree(host.options().data / "catalogue", to / "host/catalogue"));
    TRY(copy_tree(host.options().data / "grid", to / "host/grid"));
    std::filesystem::create_directories(to / "host", problem);
    std::filesystem::copy_file(host.options().data / "node.toml", to / "host/node.toml", problem);
    if (problem) return fail(Code::internal, "file.unwritable", to.string() + ": " + problem.message());
    TRY(back_up_exchange(host, to, report));
    const auto sums = TRY(tree_digests(to));
    TRY(write_file(to / sums_name, sums));
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
    // A message key is used only once the registry lists it: it has its own ring and its own way.
    if (*use == trust::KeyUse::exchange) return fail(Code::invalid, "keys.use", "wasl exchange new-key makes keys of messages");
    return host.rotate_key(arguments["member"].text_or(""), *use);
}

}  // namespace

Result<json::Object> operate(Host& host, std::string_view action, const json::Value& arguments) {
    if (action == "backup") return back_up(host, std::string(arguments["to"].text_or("")));
    if (action == "clock-accept") return take_clock(host, arguments);
    if (action == "keys-rotate") return rotate(host, arguments);
    if (action == "keys-token") {
        return host.make_new_keys_in(arguments["member"].text_or(""), arguments["address"].text_or(""));
    }
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

int keep_keys_in_token(const Path& data, const std::string& member, const std::string& address) {
    return ask_or_do(data, "keys-token", {{"member", member}, {"address", address}});
}

}  // namespace wasl::app
