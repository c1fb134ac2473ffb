// A payment provider behind a port: the person's browser is sent to its page and comes back; what counts is the
// notification that it signs. docs/payments.md is what a provider has to do.
#pragma once

#include "pay/notice.hpp"
#include "pay/records.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace wasl::pay {

class Provider {
public:
    virtual ~Provider() = default;
    [[nodiscard]] virtual const std::string& name() const = 0;  // [a-z0-9-]{1,40}
    // Where the browser is sent for this attempt.
    [[nodiscard]] virtual std::string start(const Attempt& attempt, std::string_view return_url, std::string_view notify_url) const = 0;
    // What it tells, once its signature is checked. Keys of notice.hpp.
    [[nodiscard]] virtual Result<Told> read(std::string_view body, std::string_view signature) const = 0;
};

struct RedirectConfig {
    std::string name, start_url, merchant;
    std::string secret;  // at least 32 bytes, from a file that no backup copies
};
// Redirects with signed parameters, notifications signed the same way (HMAC-SHA-256).
std::unique_ptr<Provider> redirect_provider(RedirectConfig config);

// The signature of redirect parameters: HMAC-SHA-256, hex, over "name=value\n" of each in order of name.
std::string sign_parameters(std::string_view secret, std::vector<std::pair<std::string, std::string>> parameters);

}  // namespace wasl::pay
