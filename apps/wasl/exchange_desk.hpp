// The desk's view of this host's exchange: journals to search and evidence to take away.
#pragma once

#include "exchange_management.hpp"
#include "exchange_node.hpp"

#include "exchange/evidence.hpp"
#include "web/exchange_desk.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <variant>

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

    Result<std::vector<web::ExchangeRight>> rights(std::string_view member) override {
        std::vector<web::ExchangeRight> out;
        std::set<std::string> agreed;
        for (const auto& one : TRY(node_->management().agreements(member))) {
            if (one.applied) {
                agreed.insert(one.agreement.agreement.id);
            } else {
                out.push_back(row_of(exchange::right_of(one.agreement.agreement, node_->zone())));
                out.back().agreed = true;
                out.back().missing = one.why;
                out.back().to_sign = unsigned_by(member, one.agreement);
            }
        }
        for (const auto& right : TRY(node_->management().rights(member))) {
            out.push_back(row_of(right));
            out.back().agreed = agreed.contains(right.id);
        }
        std::ranges::sort(out, [](const auto& a, const auto& b) { return std::tie(a.service, a.id) < std::tie(b.service, b.id); });
        return out;
    }

    Result<bool> sign(std::string_view member, std::string_view id, std::string_view by) override {
        return node_->management().sign(std::string(member), std::string(id), std::string(by));
    }

private:
    bool unsigned_by(std::string_view member, const exchange::SignedAgreement& agreement) const {
        const auto* registered = node_->registered(member);
        using enum exchange::AgreementSide;
        return registered != nullptr && std::ranges::any_of(std::array{consumer, provider}, [&](exchange::AgreementSide side) {
            return exchange::member_of(agreement.agreement, side) == *registered && agreement.by(side) == nullptr;
        });
    }
    static web::ExchangeRight row_of(const exchange::AccessRight& right) {
        const auto* client = std::get_if<exchange::ClientId>(&right.subject);
        return {.id = right.id, .subject = client != nullptr ? client->text() : std::get<exchange::GroupId>(right.subject).code, .service = right.service.text(),
                .endpoint = right.endpoint.method + " " + right.endpoint.path.text(), .purpose = right.purpose, .legal_basis = right.legal_basis,
                .from = right.valid_from, .to = right.valid_to, .agreed = false, .missing = {}, .to_sign = false};
    }

    ExchangeNode* node_;
};

}  // namespace wasl::app
