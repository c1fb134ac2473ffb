#include "exchange_doctor.hpp"

#include "exchange_fetch.hpp"

#include "base/text.hpp"
#include "exchange/certificates.hpp"
#include "exchange/small_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <future>
#include <set>

namespace wasl::app {

namespace {

using exchange::RegistryState;

constexpr std::int64_t clocks_may_differ = 60;   // as signatures allow (signatures.hpp)
constexpr std::int64_t ends_soon = 7 * 86'400;

// IMF-fixdate of a Date header (RFC 9110 section 5.6.7).
std::optional<std::int64_t> seconds_of_date(std::string_view date) {
    std::tm parts{};
    const std::string text(date);
    if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
    return static_cast<std::int64_t>(::timegm(&parts));
}

std::string url_of(const exchange::RegisteredNode& node, std::string_view path) {
    const bool six = node.host.contains(':');
    return fmt::format("https://{}{}{}:{}{}", six ? "[" : "", node.host, six ? "]" : "", node.port, path);
}

class Examination {
public:
    Examination(const DoctorView& view) : view_(view) {}

    std::vector<DoctorStep> run(std::string_view peer) {
        good("configuration", "here", view_.file->node.text());
        for (const auto& [service, why] : view_.connectors_off) broken("connector", "here", "connector-off", fmt::format("{}: {}", service, why));
        const auto snapshot = registry();
        if (snapshot == nullptr) return std::move(steps_);
        mirrors();
        keys(*snapshot);
        own_certificate(*snapshot);
        for (const auto& node : snapshot->nodes) {
            const bool asked = peer.empty() ? node.id != view_.file->node : node.id.text() == peer;
            if (!asked) continue;
            peer_ = node.id.text();
            met_ = true;
            examine_peer(*snapshot, node);
        }
        peer_ = peer;
        if (!met_ && !peer.empty()) broken("listed", "here", "peer-unlisted", std::string(peer));
        return std::move(steps_);
    }

private:
    void add(std::string step, std::string side, Finding finding, std::string reason, std::string detail) {
        steps_.push_back({std::move(step), std::move(side), finding, std::move(reason), std::move(detail), peer_});
    }
    void good(std::string step, std::string side, std::string detail) { add(std::move(step), std::move(side), Finding::good, {}, std::move(detail)); }
    void wanting(std::string step, std::string side, std::string reason, std::string detail) {
        add(std::move(step), std::move(side), Finding::wanting, std::move(reason), std::move(detail));
    }
    void broken(std::string step, std::string side, std::string reason, std::string detail) {
        add(std::move(step), std::move(side), Finding::broken, std::move(reason), std::move(detail));
    }

    std::shared_ptr<const exchange::Snapshot> registry() {
        const auto status = view_.registry->status();
        const auto detail = fmt::format("version {}, signed {}, {} s left", status.version, status.issued_at.iso(), status.seconds_left);
        switch (status.state) {
            case RegistryState::absent: broken("registry", "here", "registry-missing", mirror_words(status)); return nullptr;
            case RegistryState::expired: broken("registry", "authority", "registry-expired", detail); return nullptr;
            case RegistryState::warning: wanting("registry", "authority", "registry-old", detail); break;
            case RegistryState::ok: good("registry", "here", detail); break;
        }
        return view_.registry->newest();
    }

    static std::string mirror_words(const exchange::RegistryStatus& status) {
        std::string out;
        for (const auto& mirror : status.mirrors) {
            if (!mirror.problem.empty()) out += fmt::format("{}{}: {} {}", out.empty() ? "" : "; ", mirror.address, mirror.problem, mirror.detail);
        }
        return out;
    }

    void mirrors() {
        const auto status = view_.registry->status();
        const auto silent = std::ranges::count_if(status.mirrors, [](const auto& mirror) { return !mirror.problem.empty(); });
        const auto all = static_cast<std::ptrdiff_t>(status.mirrors.size());
        if (silent == 0) return good("mirrors", "between", fmt::format("{} answer", all));
        wanting("mirrors", "between", silent == all ? "mirrors-silent" : "mirror-silent", mirror_words(status));
    }

    void keys(const exchange::Snapshot& snapshot) {
        for (const auto& [member, key] : view_.keys) {
            const auto detail = fmt::format("{}: {}", member.text(), key);
            if (snapshot.key(member, key, view_.now) != nullptr) {
                good("keys", "here", detail);
            } else {
                broken("keys", "authority", "key-unlisted", detail);
            }
        }
    }

    void own_certificate(const exchange::Snapshot& snapshot) {
        const auto pem = exchange::read_small_file(view_.file->peer_tls.certificate);
        const auto facts = pem ? exchange::certificate_facts(*pem) : Result<exchange::CertificateFacts>(std::unexpected(pem.error()));
        if (!facts) return broken("certificate", "here", "certificate-unreadable", facts.error().detail);
        const auto detail = fmt::format("{}, until {}, SHA-256 {}", facts->subject, facts->valid_to.iso(), facts->sha256);
        const auto* own = snapshot.node(view_.file->node);
        const auto has = [&](const auto& one) { return one.sha256 == facts->sha256; };
        if (own == nullptr || std::ranges::none_of(own->certificates, has)) return broken("certificate", "authority", "certificate-unlisted", detail);
        if (!snapshot.certificate_counts(*own, facts->sha256, view_.now) || view_.now >= facts->valid_to) {
            return broken("certificate", "here", "certificate-ended", detail);
        }
        if (view_.now >= facts->valid_to.plus_seconds(-ends_soon)) return wanting("certificate", "here", "certificate-ends", detail);
        good("certificate", "here", detail);
    }

    void examine_peer(const exchange::Snapshot& snapshot, const exchange::RegisteredNode& node) {
        std::vector<Digest> believed;
        for (const auto& certificate : node.certificates) {
            const auto bytes = from_hex(certificate.sha256);
            if (bytes && snapshot.certificate_counts(node, certificate.sha256, view_.now)) believed.push_back(digest_from_bytes(*bytes));
        }
        const auto where = fmt::format("{}:{}", node.host, node.port);
        if (believed.empty() || node.subsystems.empty()) return broken("listed", "there", "peer-bare", where);
        good("listed", "there", fmt::format("{}, {} certificates, {} subsystems", where, believed.size(), node.subsystems.size()));
        their_journals(snapshot, node);
        const auto answer = reach(node, believed, where);
        if (!answer) return;
        clocks(*answer);
        their_registry(*answer, snapshot);
        if (their_keys(snapshot, node)) call(node);
    }

    // What the watch of journals kept against them stands until somebody settles it.
    void their_journals(const exchange::Snapshot& snapshot, const exchange::RegisteredNode& node) {
        std::set<exchange::ClientId> members;
        for (const auto& subsystem : node.subsystems) {
            if (const auto* member = snapshot.member(subsystem); member != nullptr) members.insert(member->id);
        }
        for (const auto& [member, file] : view_.caught) {
            if (members.contains(member)) broken("their-journal", "there", "peer-journal", fmt::format("{}: {}", member.text(), file));
        }
    }

    // An answer signed with a key that the registry does not list is no answer to anybody: that is mended there, not here.
    bool their_keys(const exchange::Snapshot& snapshot, const exchange::RegisteredNode& node) {
        std::set<std::string> without;
        for (const auto& subsystem : node.subsystems) {
            const auto* member = snapshot.member(subsystem);
            const bool known = member != nullptr && std::ranges::any_of(member->keys, [&](const auto& key) {
                return snapshot.key(member->id, key.id, view_.now) != nullptr;
            });
            if (!known) without.insert(subsystem.member().text());
        }
        if (without.empty()) return true;
        broken("their-keys", "authority", "peer-key-unlisted", fmt::format("{}", fmt::join(without, ", ")));
        return false;
    }

    // The signed call failed at our side's check of the answer: who can mend that is not here.
    bool answer_unproven(const exchange::OwnAnswer& answer, const exchange::ClientId& provider) {
        using enum exchange::FaultKind;
        if (!answer.fault || answer.fault->side != exchange::FaultSide::client_proxy) return false;
        if (answer.fault->kind != invalid_signature_value && answer.fault->kind != missing_signature) return false;
        const bool unlisted = answer.fault->message.ends_with("exchange.key-unknown");
        const auto detail = fmt::format("{}: {} ({})", provider.member().text(), answer.fault->message, answer.fault->detail);
        broken("call", unlisted ? "authority" : "there", unlisted ? "peer-key-unlisted" : "call-failed", detail);
        return true;
    }

    // The steps up to the first answer are told apart by what the client says of its failure.
    std::optional<http::Incoming> reach(const exchange::RegisteredNode& node, const std::vector<Digest>& believed, const std::string& where) {
        auto answer = ask(*view_.client, {.url = url_of(node, "/registry/snapshot"), .tls = view_.tls, .peers = believed});
        struct Failure {
            std::string_view key, step, side, reason;
        };
        constexpr std::array<Failure, 4> failures{{{"http.client.resolve", "name", "here", "name-unknown"},
                                                   {"http.client.connect", "connection", "there", "no-connection"},
                                                   {"http.client.tls-peer", "tls", "there", "peer-certificate"},
                                                   {"http.client.tls", "tls", "between", "tls-failed"}}};
        std::size_t got = failures.size();
        if (!answer) {
            const auto found = std::ranges::find(failures, answer.error().key, &Failure::key);
            // Silence after a handshake: in TLS 1.3 a refusal of our certificate comes with the first answer.
            got = found != failures.end() ? static_cast<std::size_t>(found - failures.begin())
                  : answer.error().key == "http.client.timeout" ? 1 : 3;
        }
        if (got > 0) good("name", "here", node.host);
        if (got > 1) good("connection", "between", where);
        if (got == failures.size()) {
            good("tls", "between", answer->peer ? answer->peer->words() : where);
            return std::move(*answer);
        }
        const auto& failure = failures.at(got);
        broken(std::string(failure.step), std::string(failure.side), std::string(failure.reason), answer.error().key + ": " + answer.error().detail);
        return std::nullopt;
    }

    void clocks(const http::Incoming& answer) {
        const auto theirs = seconds_of_date(answer.header("Date"));
        if (!theirs) return;  // RFC 9110 lets a server without a clock leave it out
        const auto apart = *theirs - view_.now.seconds();
        const auto detail = fmt::format("{} s apart", apart);
        if (std::abs(apart) > clocks_may_differ) {
            broken("clock", "between", "clock-differs", detail);
        } else {
            good("clock", "between", detail);
        }
    }

    void their_registry(const http::Incoming& answer, const exchange::Snapshot& ours) {
        if (answer.status == 200) static_cast<void>(view_.registry->offer(answer.bytes()));  // newer than ours: welcome
        const auto value = answer.status == 200 ? json::parse(answer.bytes()) : Result<json::Value>(fail(Code::invalid, "none"));
        const auto payload = value ? from_base64url((*value)["payload"].text_or("")) : Result<std::string>(fail(Code::invalid, "none"));
        const auto theirs = payload ? exchange::parse_snapshot(*payload) : Result<exchange::Snapshot>(fail(Code::invalid, "none"));
        if (!theirs || theirs->version < ours.version) {
            const auto seen = theirs ? fmt::format("version {} there, {} here", theirs->version, ours.version) : fmt::format("status {}", answer.status);
            return wanting("same-registry", "there", "peer-registry", seen);
        }
        good("same-registry", "there", fmt::format("version {}", theirs->version));
    }

    exchange::OwnAnswer ask_node(const exchange::ClientId& client, const exchange::ClientId& provider, std::string service) {
        exchange::OwnCall call;
        call.client = client;
        call.service = {provider, std::move(service)};
        auto answered = std::make_shared<std::promise<exchange::OwnAnswer>>();
        auto answer = answered->get_future();
        view_.node->call(std::move(call), [answered](exchange::OwnAnswer own) { answered->set_value(std::move(own)); });
        return answer.get();
    }

    void call(const exchange::RegisteredNode& node) {
        const auto& client = view_.file->subsystems.front().id;
        const auto& provider = node.subsystems.front();
        const auto methods = ask_node(client, provider, "listMethods");
        if (answer_unproven(methods, provider)) return;
        if (methods.fault || methods.status != 200) {
            const auto detail = methods.fault ? fmt::format("{}: {} ({})", exchange::fault_type(methods.fault->side, methods.fault->kind, exchange::FaultSpelling::documented),
                                                            methods.fault->message, methods.fault->detail)
                                              : fmt::format("status {}", methods.status);
            const bool ours = methods.fault && methods.fault->side != exchange::FaultSide::server_proxy;
            return broken("call", ours ? "here" : "there", "call-failed", detail);
        }
        good("call", "between", fmt::format("{} to {}, request {}", client.text(), provider.text(), methods.request_id));
        std::size_t services = 0;
        for (const auto& subsystem : node.subsystems) {
            for (const auto& own : view_.file->subsystems) {
                const auto allowed = json::parse(ask_node(own.id, subsystem, "allowedMethods").body);
                if (allowed && (*allowed)["service"].array() != nullptr) services += (*allowed)["service"].array()->size();
            }
        }
        if (services == 0) return wanting("rights", "there", "no-right", client.text());
        good("rights", "there", fmt::format("{} services", services));
    }

    const DoctorView& view_;
    std::vector<DoctorStep> steps_;
    std::string peer_;
    bool met_ = false;
};

constexpr std::array<std::string_view, 3> finding_words{"good", "wanting", "broken"};

}  // namespace

std::vector<DoctorStep> examine(const DoctorView& view, std::string_view peer) { return Examination(view).run(peer); }

json::Value doctor_json(const std::vector<DoctorStep>& steps) {
    json::Array out;
    for (const auto& step : steps) {
        out.emplace_back(json::Object{{"step", step.step}, {"side", step.side}, {"finding", finding_words.at(static_cast<std::size_t>(step.finding))},
                                      {"reason", step.reason}, {"detail", step.detail}, {"peer", step.peer}});
    }
    return out;
}

std::vector<DoctorStep> doctor_steps(const json::Value& value) {
    std::vector<DoctorStep> out;
    if (value.array() == nullptr) return out;
    for (const auto& one : *value.array()) {
        const auto word = [&](std::string_view name) { return std::string(one[name].text_or("")); };
        const auto finding = std::ranges::find(finding_words, one["finding"].text_or(""));
        if (finding == finding_words.end()) continue;
        out.push_back({word("step"), word("side"), static_cast<Finding>(finding - finding_words.begin()), word("reason"), word("detail"), word("peer")});
    }
    return out;
}

}  // namespace wasl::app
