// Between asking for a one-time code and typing it: the address stands in a short-lived cookie, so that there is no
// row and nothing of it in a URL. Whoever changes the cookie gains nothing, for the code has to fit the address.
#pragma once

#include "web/views/sign_in.hpp"
#include "web/visit.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wasl::web {

// Signing in, and proving a further address, each with a cookie of its own.
inline constexpr std::string_view sign_in_cookie = "wasl-code";
inline constexpr std::string_view prove_cookie = "wasl-prove";

struct WaitingCode {
    identity::Address address;
    std::string back;  // path of ours, or empty
};

void keep_waiting(http::Response& response, const Visit& visit, std::string_view cookie, const WaitingCode& waiting);
std::optional<WaitingCode> waiting_of(const Visit& visit, std::string_view cookie);
void forget_waiting(http::Response& response, const Visit& visit, std::string_view cookie);

// A phone of any country, or a mail address, as identity wants it. Key "identity.address-malformed".
Result<identity::Address> address_of(const Site& site, std::string_view typed);
// Six digits out of what was typed or pasted, Arabic-Indic digits too; empty when it is no code.
std::string digits_of(std::string_view typed);
// The page that asks for the code; `page` is its own address without language.
CodeView code_view(const Visit& visit, std::string_view page, const WaitingCode& waiting, const std::string& problem);

}  // namespace wasl::web
