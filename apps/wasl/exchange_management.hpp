// The management interface of a host's exchange (OpenAPI 3.1 at /exchange/v1/openapi.json), on the operator's door: an
// operator of exchange.toml shows its token and, with the role for it, sets subsystems, services, rights and agreements beside
// those of the file. Each change is an entry of the member's exchange journal and counts at once.
//
//   GET    /exchange/v1/{subsystems,services,rights,agreements,changes}   role read, or any other
//   PUT    /exchange/v1/{subsystems,services}     role services      DELETE …?id=ID
//   PUT    /exchange/v1/rights                    role rights        DELETE …?id=ID
//   POST   /exchange/v1/agreements                role rights        DELETE …?id=ID; "send": true sends it to the other side
// If-Match: the version that was seen ("0": there must be none); left out, whichever stands is replaced.
#pragma once

#include "exchange_file.hpp"
#include "exchange_keys.hpp"

#include "base/clock.hpp"
#include "exchange/agreement.hpp"
#include "exchange/managed.hpp"
#include "exchange/node.hpp"
#include "exchange/services.hpp"
#include "http/router.hpp"
#include "store/store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

// An agreement as a node sees it now.
struct AgreementState {
    exchange::SignedAgreement agreement;
    bool consumer_signed = false, provider_signed = false;  // its signature is there and verifies
    bool applied = false;  // both do, and the provider is here
    std::string why;       // key and detail, when not complete
};

// Code of the service of every subsystem that takes proposals.
inline constexpr std::string_view agreements_service = "agreements";

// What the interface and that service say when they refuse: application/problem+json (RFC 9457).
std::string problem_body(const Error& error);

class ExchangeManagement {
public:
    struct Options {
        std::function<std::shared_ptr<const ExchangeFile>()> file;  // as it is now
        const Clock* clock = nullptr;
        const Zone* zone = nullptr;
        std::map<std::string, store::Store*, std::less<>> journals;         // by member of this host
        std::map<std::string, exchange::ClientId, std::less<>> registered;  // the same, in the registry
        std::function<std::shared_ptr<const exchange::Snapshot>()> snapshot;
        std::function<Result<MessageKey>(const std::string& member)> key;
        std::function<Result<void>()> configure;  // what changed counts from now on
        std::function<void(exchange::OwnCall, std::move_only_function<void(exchange::OwnAnswer)>)> call;  // over the exchange
        std::function<bool(std::move_only_function<void()>)> later;  // on a thread that may wait; false: none is free
    };
    explicit ExchangeManagement(Options options);
    ~ExchangeManagement();  // waits for a proposal that is being taken

    // What operators have set joins what the file says; what can not be read, or is not signed by both, is left out and
    // said in the log.
    void merge(exchange::NodeConfiguration& into) const;
    void add_routes(http::Router& router);

    // Of one member, for pages: rights that count now, by id; and its agreements.
    Result<std::vector<exchange::AccessRight>> rights(std::string_view member) const;
    Result<std::vector<AgreementState>> agreements(std::string_view member) const;

    // --- agreements on their way over the exchange: POST to the service `agreements` of each subsystem, a JWS that the
    // sender's member has signed. It needs no right; it gives none either, until somebody here signs it.
    // Signs what that member has not signed yet, and sends it to the other side. False: signed, and the other side could not
    // be reached; it is sent again with the next signing or by POST with "send". `by` stands in the journal.
    Result<bool> sign(const std::string& member, const std::string& id, const std::string& by);

private:
    struct Caller {
        std::string name, role;
    };
    using Work = Result<json::Value> (ExchangeManagement::*)(const Caller&, const http::Request&);
    http::Handler handler(std::vector<OperatorRole> roles, Work work);
    Result<Caller> caller(const http::Request& request, const std::vector<OperatorRole>& roles) const;

    Result<json::Value> list(const Caller& caller, const http::Request& request);
    Result<json::Value> changes(const Caller& caller, const http::Request& request);
    Result<json::Value> put(const Caller& caller, const http::Request& request);
    Result<json::Value> take_away(const Caller& caller, const http::Request& request);
    Result<json::Value> agree(const Caller& caller, const http::Request& request);

    [[nodiscard]] json::Array listed_in_file(exchange::ManagedKind kind) const;
    [[nodiscard]] Result<std::string> member_for(const exchange::ClientId& id) const;  // of this host
    [[nodiscard]] bool has_subsystem(const exchange::ClientId& id) const;
    [[nodiscard]] bool has_service(const exchange::ServiceId& id) const;
    [[nodiscard]] bool in_file(exchange::ManagedKind kind, std::string_view id) const;
    Result<std::string> place_of(exchange::ManagedKind kind, const json::Value& body) const;  // the member that the row is of
    Result<void> write(const Caller& caller, const std::string& member, exchange::ManagedKind kind, const std::string& id,
                       std::optional<std::int64_t> expected, const json::Value& body);
    [[nodiscard]] AgreementState state_of(std::string_view member, exchange::SignedAgreement agreement) const;
    [[nodiscard]] std::vector<exchange::ManagedRow> rows_of(std::string_view member) const;
    // Before a signature of ours goes to those of others: each of them has to verify.
    [[nodiscard]] Result<void> check_given(const exchange::SignedAgreement& agreement) const;
    // Key "exchange.agreement-differs": other words stand here under that id, and they bind.
    [[nodiscard]] Result<void> check_words(std::string_view member, const exchange::SignedAgreement& agreement) const;

    struct Gate;
    [[nodiscard]] exchange::LocalService proposals() const;
    Result<json::Value> receive(const exchange::LocalCall& call);
    Result<void> send(const std::string& member, const exchange::SignedAgreement& agreement);
    Result<std::optional<exchange::SignedAgreement>> standing(std::string_view member, std::string_view id) const;
    std::shared_ptr<Gate> gate_;

    Options options_;
};

// The description of the interface.
std::string management_openapi();

}  // namespace wasl::app
