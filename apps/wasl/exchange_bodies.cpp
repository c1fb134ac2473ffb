#include "exchange_bodies.hpp"

#include "control.hpp"
#include "exchange_commands.hpp"
#include "exchange_node.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "dossier/field_keys.hpp"
#include "exchange/exchange_journal.hpp"
#include "jurisdiction/pack.hpp"
#include "store/sqlite.hpp"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace wasl::app {

namespace {

using exchange::BodyName;
using exchange::BodyPart;
using exchange::ClientId;
using Path = std::filesystem::path;

// Where the body of that exchange is to be found: the member's journal that has it.
struct Found {
    std::string member;
    ClientId registered;
    BodyName name;
};
Result<Found> find_body(const ExchangeFile& file, const BodyArgs& args) {
    Result<Found> last = fail(Code::not_found, "exchange.evidence-missing", args.id);
    for (const auto& [member, registered] : exchanging_members(file, args.member)) {
        const auto beside = TRY(store::open_sqlite_read_only(exchange_store(args.data, member)));
        const auto reader = TRY(beside->read());
        auto name = exchange::body_name(*reader, registered, args.id, args.request ? BodyPart::request : BodyPart::response);
        if (name) return Found{member, registered, std::move(*name)};
        last = std::unexpected(name.error());
        if (last.error().key != "exchange.evidence-missing") return last;
    }
    return last;
}

// Before anything is shown: by the server that has the journal open, or by this process.
Result<void> note(const BodyArgs& args, const Found& found) {
    if (server_runs(args.data)) {
        TRY(ask_server(args.data / "control/exchange", "body-read",
                       {{"member", found.member}, {"side", exchange::to_string(found.name.side)}, {"id", found.name.request_id}, {"part", exchange::to_string(found.name.part)},
                        {"by", args.by}, {"reason", args.reason}}, 60));
        return {};
    }
    exchange::JournalHome::Options opening;
    opening.member = found.registered;
    opening.folder = exchange_store(args.data, found.member);
    opening.keys = exchange_keys(args.data, found.member);
    const auto home = TRY(exchange::JournalHome::open(std::move(opening)));
    return exchange::note_body_reading(home->store(), found.name, {args.by, args.reason});
}

Result<std::string> read_body(const BodyArgs& args) {
    const auto pack = TRY(jurisdiction::load_pack(pack_folder()));
    const auto file = TRY(read_exchange_file(args.data, pack->zone()));
    const auto found = TRY(find_body(file, args));
    auto cipher = TRY(body_cipher(args.data, found.member));
    auto body = TRY(kept_bodies(file, args.data, found.member, found.registered, std::move(cipher)).read(found.name));
    TRY(note(args, found));
    return body;
}

}  // namespace

Result<exchange::BodyCipher> body_cipher(const Path& data, const std::string& member) {
    static SystemEntropy entropy;
    const auto keys = std::make_shared<dossier::FieldKeys>(TRY(dossier::FieldKeys::open_or_create(exchange_keys(data, member), entropy)));
    return exchange::BodyCipher{[keys](std::string_view plain, std::string_view context) { return keys->seal(plain, context, entropy); },
                                [keys](std::string_view closed, std::string_view context) { return keys->open(closed, context); }};
}

exchange::KeptBodies kept_bodies(const ExchangeFile& file, const Path& data, const std::string& member, const ClientId& registered, exchange::BodyCipher cipher) {
    exchange::KeptBodies::Options options;
    options.member = registered;
    options.folder = data / "exchange" / (member + ".bodies");
    options.cipher = std::move(cipher);
    options.most_bytes = static_cast<std::uint64_t>(file.body_kilobytes) << 10U;
    options.days = file.body_days;
    return exchange::KeptBodies(std::move(options));
}

Result<json::Object> note_reading(store::Store& journal, const json::Value& asked) {
    const BodyName name{exchange::journal_side_from(asked["side"].text_or("")),
                        asked["part"].text_or("") == "request" ? BodyPart::request : BodyPart::response, std::string(asked["id"].text_or("")), {}};
    TRY(exchange::note_body_reading(journal, name, {std::string(asked["by"].text_or("")), std::string(asked["reason"].text_or(""))}));
    return json::Object{{"noted", true}};
}

Result<std::vector<trust::AuditFinding>> check_bodies(const ExchangeFile& file, const std::string& member, const ClientId& registered, store::Reader& reader) {
    std::vector<trust::AuditFinding> out;
    const auto listed = kept_bodies(file, file.folder, member, registered, {}).all();
    if (listed.empty()) return out;
    auto cipher = TRY(body_cipher(file.folder, member));
    const auto bodies = kept_bodies(file, file.folder, member, registered, std::move(cipher));
    for (const auto& one : listed) {
        const auto where = fmt::format("body of the {} of {}", exchange::to_string(one.part), one.request_id);
        auto name = exchange::body_name(reader, registered, one.request_id, one.part);
        // Of a call that was under way while it was looked at there is no entry yet.
        if (!name) continue;
        name->side = one.side;
        if (!name->sha512.starts_with(one.sha512)) {
            out.push_back({"audit.body-wrong", where, "another digest than the entry's"});
        } else if (const auto read = bodies.read(*name); !read) {
            out.push_back({"audit.body-wrong", where, read.error().key + " " + read.error().detail});
        }
    }
    return out;
}

int exchange_body(const BodyArgs& args) {
    const auto body = read_body(args);
    if (!body) {
        complain(body.error());
        return 1;
    }
    std::cout.write(body->data(), static_cast<std::streamsize>(body->size()));
    return 0;
}

}  // namespace wasl::app
