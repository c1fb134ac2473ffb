// Payments on the pages: the person's, the cashier's, the supervisor's, and what providers tell.
#pragma once

#include "http/forms.hpp"
#include "http/router.hpp"
#include "pay/book.hpp"
#include "pay/provider.hpp"
#include "web/views/pay.hpp"
#include "web/visit.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wasl::web {

void add_pay_routes(http::Router& router, Site& site);      // /pay/…
void add_pay_api_routes(http::Router& router, Site& site);  // /api/payments/…

namespace desk {
// An amount as typed; "pay.amount-malformed". A part of one: left empty it is all of it.
Result<pay::Money> typed_money(const http::Form& form, std::string_view name);
Result<std::optional<pay::Money>> typed_part(const http::Form& form);
bool is_about_amount(const Error& error);
void add_cash(http::Router& router, Site& site);      // the cashier's day
void add_payments(http::Router& router, Site& site);  // refunds and reconciliation
}

std::string say_money(const Visit& visit, pay::Money amount);
std::string say_demand_state(const Visit& visit, const pay::Demand& demand);
std::string demand_colour(const pay::Demand& demand);

// What a dossier has to pay, for its own page; nothing when there is nothing.
Result<std::optional<PaymentShown>> payment_of(const Visit& visit, MemberSite& member, std::string_view dossier);
PaymentShown shown_payment(const Visit& visit, MemberSite& member, const pay::Demand& demand);
// After a payment: where the file is complete by it and a rule may grant, it grants. A failure is logged: an agent will look.
void go_on_after_payment(MemberSite& member, std::string_view dossier);

// The receipt of a payment: sealed, signed, in the reader's language. Key "web.paper-unsealed".
Result<std::string> payment_receipt_pdf(const Visit& visit, MemberSite& member, const pay::Receipt& receipt);
http::Response payment_receipt_file(std::string pdf, const pay::Receipt& receipt);

}  // namespace wasl::web
