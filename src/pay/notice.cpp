#include "pay/notice.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace wasl::pay {

namespace {

constexpr std::size_t most_notice_bytes = 16'384;
constexpr std::size_t longest_id = 64;
constexpr std::string_view scheme = "v1=";

bool is_plain_id(std::string_view text) {
    return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

std::unexpected<Error> malformed_notice(std::string why) { return fail(Code::invalid, "pay.notice-malformed", std::move(why)); }

}  // namespace

std::string sign_notice(std::string_view secret, std::string_view body) { return std::string(scheme) + to_hex(hmac_sha256(secret, body)); }

Result<void> check_signature(std::string_view secret, std::string_view body, std::string_view header) {
    const bool known = header.starts_with(scheme) && !secret.empty();
    const auto given = known ? from_hex(header.substr(scheme.size())) : Result<std::string>(std::string());
    if (!known || !given || !equals_in_constant_time(*given, hmac_sha256(secret, body))) {
        return fail(Code::unauthenticated, "pay.notice-forged");
    }
    return {};
}

Result<Told> read_notice(std::string_view body) {
    const auto value = json::parse(body, {.bytes = most_notice_bytes, .depth = 8});
    if (!value) return malformed_notice(value.error().detail);
    Told out;
    out.transaction = (*value)["transaction"].text_or("");
    out.attempt = (*value)["attempt"].text_or("");
    out.reference = (*value)["reference"].text_or("");
    if (!is_plain_id(out.transaction)) return malformed_notice("transaction");
    if (!out.attempt.empty() && !is_plain_id(out.attempt)) return malformed_notice("attempt");
    if (out.reference.size() > longest_id) return malformed_notice("reference");
    const auto status = (*value)["status"].text_or("");
    if (status != "paid" && status != "failed") return malformed_notice("status");
    out.successful = status == "paid";
    const auto amount = Money::parse((*value)["amount"].text_or(""));
    if (!amount || *amount < Money() || (out.successful && amount->is_zero())) return malformed_notice("amount");
    out.amount = *amount;
    if ((*value)["currency"].text_or("") != "MAD") return fail(Code::unprocessable, "pay.notice-currency", std::string((*value)["currency"].text_or("")));
    return out;
}

std::string print_of(const Told& told) {
    const json::Object canonical{{"transaction", told.transaction}, {"attempt", told.attempt}, {"reference", told.reference},
                                 {"amount", told.amount.text()}, {"successful", told.successful}};
    return sha256(json::write(canonical)).hex();
}

}  // namespace wasl::pay
