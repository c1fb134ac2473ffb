// What a payment provider tells us and how it is believed: a JSON body and the header Wasl-Signature, "v1=" and the
// HMAC-SHA-256 of the body under the secret that both hold, in hex (docs/payments.md). Pure.
#pragma once

#include "base/result.hpp"
#include "pay/money.hpp"

#include <string>
#include <string_view>

namespace wasl::pay {

inline constexpr std::string_view signature_header = "Wasl-Signature";

// A provider's word on one payment.
struct Told {
    std::string transaction;  // its own id of the payment, [A-Za-z0-9._-]{1,64}
    std::string attempt;      // ours, as it was sent; may be empty (paid at a cash point of the provider)
    std::string reference;    // as the provider has it: may be wrong
    Money amount;             // received from the person
    bool successful = false;
    bool operator==(const Told&) const = default;
};

std::string sign_notice(std::string_view secret, std::string_view body);  // the header's value
// Key "pay.notice-forged" [unauthenticated]; compared in constant time.
Result<void> check_signature(std::string_view secret, std::string_view body, std::string_view header);
// Keys "pay.notice-malformed", "pay.notice-currency" [unprocessable]: all is in MAD.
Result<Told> read_notice(std::string_view body);
// Fingerprint of what is told, whatever the order and blanks of the JSON.
std::string print_of(const Told& told);

}  // namespace wasl::pay
