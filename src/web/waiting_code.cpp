#include "web/waiting_code.hpp"

#include "http/cookies.hpp"
#include "web/shell.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

namespace wasl::web {

namespace {

constexpr std::int64_t waiting_seconds = 900;

}  // namespace

void keep_waiting(http::Response& response, const Visit& visit, std::string_view cookie, const WaitingCode& waiting) {
    const json::Object body{{"channel", waiting.address.channel}, {"address", waiting.address.value}, {"back", waiting.back}};
    http::set_cookie(response, *visit.request, {std::string(cookie), to_base64url(json::write(body)), waiting_seconds});
}

std::optional<WaitingCode> waiting_of(const Visit& visit, std::string_view cookie) {
    const auto kept = http::own_cookie(*visit.request, cookie);
    if (!kept) return std::nullopt;
    const auto bytes = from_base64url(*kept);
    const auto value = bytes ? json::parse(*bytes) : Result<json::Value>(fail(Code::invalid, "json.malformed"));
    if (!value) return std::nullopt;
    WaitingCode out;
    out.address = {std::string((*value)["channel"].text_or("")), std::string((*value)["address"].text_or(""))};
    out.back = safe_return((*value)["back"].text_or(""), "");
    if (out.address.value.empty()) return std::nullopt;
    return out;
}

void forget_waiting(http::Response& response, const Visit& visit, std::string_view cookie) {
    http::set_cookie(response, *visit.request, {std::string(cookie), "", 0});
}

Result<identity::Address> address_of(const Site& site, std::string_view typed) {
    const auto plain = trim(typed);
    if (plain.find('@') != std::string_view::npos) return identity::read_address(to_lower_ascii(plain));
    const auto phone = site.pack->identifiers().read_phone(plain);
    return identity::read_address(phone.normal);
}

std::string digits_of(std::string_view typed) {
    std::string out;
    for (const char c : jurisdiction::plain_digits(typed)) {
        if (c >= '0' && c <= '9') out += c;
    }
    return out.size() == 6 ? out : std::string();
}

CodeView code_view(const Visit& visit, std::string_view page, const WaitingCode& waiting, const std::string& problem) {
    CodeView view;
    view.chrome = chrome_for(visit, visit.say("journey.code.title"));
    view.action = link_to(visit, page);
    view.again = link_to(visit, page);
    view.csrf = visit.csrf();
    view.sent = visit.say("signin.sent", {{"address", waiting.address.value}});
    view.code = {.id = "code", .label = visit.say("journey.code.title"), .hint = visit.say("journey.code.hint"), .error = problem, .heading = true,
                 .autocomplete = "one-time-code", .input_mode = "numeric", .width = 10, .left_to_right = true, .longest = 12};
    if (!problem.empty()) {
        view.errors.push_back({problem, Url::literal("#code")});
        view.chrome.has_errors = true;
    }
    return view;
}

}  // namespace wasl::web
