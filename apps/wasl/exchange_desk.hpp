// The desk's view of this host's exchange: journals to search and evidence to take away.
#pragma once

#include "exchange_node.hpp"

#include "exchange/evidence.hpp"
#include "web/exchange_desk.hpp"

namespace wasl::app {

class HostExchangeDesk final : public web::ExchangeDesk {
public:
    explicit HostExchangeDesk(ExchangeNode& node) : node_(&node) {}
    store::Store* journal(std::string_view member) override { return node_->journal(member); }
    Result<std::string> evidence(std::string_view member, std::string_view request_id) override {
        auto* journal = node_->journal(member);
        const auto* registered = node_->registered(member);
        if (journal == nullptr || registered == nullptr) return fail(Code::not_found, "http.not-found", std::string(member));
        const auto reader = TRY(journal->read());
        return exchange::export_evidence(*reader, *registered, request_id);
    }

private:
    ExchangeNode* node_;
};

}  // namespace wasl::app
