#include "exchange_journals.hpp"

#include "exchange_node.hpp"
#include "tool.hpp"

#include "store/sqlite.hpp"

#include <fmt/format.h>

namespace wasl::app {

namespace {

using Path = std::filesystem::path;

// The files that exchange.toml names and that hold nothing secret: of the private key only its place is known.
std::vector<Path> public_files(const ExchangeFile& file) {
    std::vector<Path> out{file.folder / exchange_file_name, file.registry_keys, file.peer_tls.certificate};
    if (file.edge_tls) out.push_back(file.edge_tls->certificate);
    if (!file.stamp_roots.empty()) out.push_back(file.stamp_roots);
    for (const auto& service : file.services) {
        for (const auto& each : {service.ca, service.openapi, service.connector}) {
            if (!each.empty()) out.push_back(each);
        }
    }
    return out;
}

// Below the data folder alone: what an operator keeps elsewhere is kept elsewhere.
Result<void> copy_below(const Path& file, const Path& from, const Path& to) {
    const auto relative = file.lexically_relative(from);
    std::error_code problem;
    if (relative.empty() || *relative.begin() == ".." || !std::filesystem::exists(file, problem)) return {};
    std::filesystem::create_directories((to / relative).parent_path(), problem);
    std::filesystem::copy(file, to / relative, std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing, problem);
    if (problem) return fail(Code::internal, "file.unwritable", (to / relative).string() + ": " + problem.message());
    return {};
}

Result<void> back_up_stores(const std::map<std::string, store::Store*>& stores, const Path& to, json::Object& report) {
    for (const auto& [member, store] : stores) {
        std::error_code problem;
        std::filesystem::create_directories(to / "exchange", problem);
        const auto done = TRY(store->backup(to / "exchange" / member));
        report.set("exchange of " + member, json::Object{{"entries", done.journal_size}, {"files", done.files}, {"bytes", done.bytes}});
    }
    return {};
}

}  // namespace

Result<ExchangeJournals> open_exchange_journals(Host& host, const ExchangeFile& file) {
    ExchangeJournals out;
    out.writers = std::make_unique<store::Writers>(1);
    const auto& options = host.options();
    const auto wrong = [](int line, std::string why) {
        return fail(Code::invalid, "exchange.file-malformed", fmt::format("{}:{}: {}", exchange_file_name, line, why));
    };
    for (const auto& subsystem : file.subsystems) {
        const auto member = subsystem.id.member();
        if (host.info(subsystem.member) == nullptr) return wrong(subsystem.line, fmt::format("member \"{}\" is not in node.toml", subsystem.member));
        const auto [found, fresh] = out.registered.try_emplace(subsystem.member, member);
        if (found->second != member) {
            return wrong(subsystem.line, fmt::format("member \"{}\" stands for {} already", subsystem.member, found->second.text()));
        }
        if (!fresh) continue;
        TRY(exchange_public_keys(options.data, subsystem.member, member, options.clock->now()));
        exchange::JournalHome::Options opening;
        opening.member = member;
        opening.folder = exchange_store(options.data, subsystem.member);
        opening.keys = exchange_keys(options.data, subsystem.member);
        opening.clock = options.clock;
        opening.writers = out.writers.get();
        opening.disk = options.disk;
        opening.reserve_bytes = options.reserve_bytes;
        out.homes.emplace(subsystem.member, TRY(exchange::JournalHome::open(std::move(opening))));
    }
    return out;
}

Result<void> back_up_exchange(Host& host, const Path& to, json::Object& report) {
    const auto& data = host.options().data;
    if (!has_exchange(data)) return {};
    const auto file = TRY(read_exchange_file(data, host.site().pack->zone()));
    auto stores = host.backed_up_too();
    ExchangeJournals own;
    if (stores.empty()) {
        own = TRY(open_exchange_journals(host, file));
        for (const auto& [member, home] : own.homes) stores.emplace(member, &home->store());
    }
    TRY(back_up_stores(stores, to, report));
    for (const auto& each : public_files(file)) TRY(copy_below(each, data, to / "host"));
    for (const auto& each : {exchange_registry(data), exchange_watch(data)}) TRY(copy_below(each, data, to / "host"));
    for (const auto& [member, store] : stores) TRY(copy_below(exchange_stamps(data, member), data, to / "host"));
    return {};
}

Result<std::uint64_t> restore_exchange(const Path& from, const Path& data) {
    std::uint64_t entries = 0;
    std::error_code problem;
    if (!std::filesystem::exists(from / "host" / exchange_file_name, problem)) return entries;
    for (const auto& store : std::filesystem::directory_iterator(from / "exchange", problem)) {
        entries += TRY(store::restore_sqlite(store.path(), exchange_store(data, store.path().filename().string()))).journal_size;
    }
    for (const auto& each : std::filesystem::directory_iterator(from / "host")) {
        const auto name = each.path().filename();
        if (name == "node.toml" || name == "catalogue") continue;  // restored with the members
        TRY(copy_below(each.path(), from / "host", data));
    }
    return entries;
}

}  // namespace wasl::app
