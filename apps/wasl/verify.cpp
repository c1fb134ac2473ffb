// wasl verify, wasl trust export: what anyone may ask, offline.
#include "audit_exchange.hpp"
#include "commands.hpp"
#include "host.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "exchange/evidence.hpp"
#include "exchange/registry_keys.hpp"
#include "lingua/messages.hpp"
#include "trust/segment.hpp"
#include "trust/verify.hpp"

#include <fmt/format.h>

#include <iostream>

namespace wasl::app {

namespace {

constexpr int unusable = 2;

json::Value to_json(const trust::Verification& found, lingua::Language language) {
    json::Array reasons;
    for (const auto& reason : found.reasons) {
        reasons.emplace_back(json::Object{{"weight", trust::to_string(reason.weight)}, {"key", reason.key},
                                          {"text", lingua::say(language, reason.key)}, {"detail", reason.detail}});
    }
    json::Object facts;
    for (const auto& [name, value] : found.paper) facts.set(name, value);
    json::Array cosigners;
    for (const auto& member : found.cosigned_by) cosigners.emplace_back(member);
    json::Object out{{"verdict", trust::to_string(found.verdict)}, {"what", found.what}, {"member", found.member},
                     {"reference", found.reference}, {"facts", facts}, {"cosigned_by", cosigners}, {"reasons", reasons}};
    if (found.day) out.set("no_decision_by", found.day->iso());
    if (found.seal) out.set("issued", found.seal->issued.iso());
    if (found.seal && found.seal->due) out.set("due", found.seal->due->iso());
    return out;
}

void print(const trust::Verification& found, lingua::Language language) {
    std::cout << trust::to_string(found.verdict) << '\n';
    if (!found.what.empty()) {
        std::cout << fmt::format("{} {} of {}\n", printable(found.what), printable(found.reference), printable(found.member));
    }
    if (found.day) std::cout << fmt::format("no decision existed by the end of {}\n", found.day->iso());
    if (found.seal) std::cout << fmt::format("issued {}\n", found.seal->issued.iso());
    for (const auto& member : found.cosigned_by) std::cout << fmt::format("cosigned by {}\n", printable(member));
    for (const auto& [name, value] : found.paper) std::cout << fmt::format("  {}: {}\n", printable(name), printable(value));
    for (const auto& reason : found.reasons) {
        std::cout << fmt::format("- {} ({}{}{})\n", lingua::say(language, reason.key), reason.key, reason.detail.empty() ? "" : ": ", printable(reason.detail));
    }
}

}  // namespace

int verify(const VerifyArgs& args) {
    if (args.file.empty() == args.qr.empty()) {
        complain("give a FILE, or --qr TEXT");
        return unusable;
    }
    trust::TrustStore keys;
    if (!args.trust.empty()) {
        const auto loaded = trust::TrustStore::load(args.trust);
        if (!loaded) {
            complain(loaded.error());
            return unusable;
        }
        keys = *loaded;
    }
    exchange::RegistryKeys registry;
    if (!args.registry.empty()) {
        const auto text = read_file(args.registry);
        const auto loaded = text ? exchange::parse_registry_keys(*text) : Result<exchange::RegistryKeys>(std::unexpected(text.error()));
        if (!loaded) {
            complain(loaded.error());
            return unusable;
        }
        registry = *loaded;
    }
    trust::Verification found;
    bool of_exchange = false;
    if (!args.qr.empty()) {
        found = trust::verify_qr(args.qr, keys);
    } else {
        const auto bytes = read_file(args.file);
        if (!bytes) {
            complain(bytes.error());
            return unusable;
        }
        of_exchange = exchange::is_exchange_evidence(*bytes);
        found = of_exchange                    ? exchange::verify_evidence(*bytes, registry)
                : trust::is_segment(*bytes) ? trust::verify_segment(*bytes, keys)
                                            : trust::verify_file(*bytes, keys);
    }
    const auto language = terminal_language(args.language);
    if (args.json) {
        std::cout << json::write_pretty(to_json(found, language));
    } else {
        print(found, language);
        if (of_exchange && args.registry.empty()) std::cout << "No key of the registry was given: use --registry FILE.\n";
        if (!of_exchange && args.trust.empty()) std::cout << "No trusted keys were given: use --trust FILE (made by `wasl trust export`).\n";
    }
    return trust::exit_code(found.verdict);
}

int export_trust(const std::filesystem::path& data) {
    auto host = Host::open({.data = data, .jurisdiction = pack_folder(), .without_stores = true});
    if (!host) {
        complain(host.error());
        return unusable;
    }
    if (const auto failed = (*host)->open_cosigners(); !failed.empty()) {
        complain(failed.front());
        return unusable;
    }
    auto keys = (*host)->trust();
    const auto exchanged = exchange_checkpoint_keys(data, {}, (*host)->site().pack->zone());
    if (!keys || !exchanged) {
        complain(keys ? exchanged.error() : keys.error());
        return unusable;
    }
    keys->add(*exchanged);
    std::cout << keys->write() << '\n';
    return 0;
}

}  // namespace wasl::app
