#include "pay/provider.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace wasl::pay {

namespace {

class Redirecting final : public Provider {
public:
    explicit Redirecting(RedirectConfig config) : config_(std::move(config)) {}

    [[nodiscard]] const std::string& name() const override { return config_.name; }

    [[nodiscard]] std::string start(const Attempt& attempt, std::string_view return_url, std::string_view notify_url) const override {
        std::vector<std::pair<std::string, std::string>> parameters{
            {"merchant", config_.merchant}, {"attempt", attempt.id}, {"reference", attempt.reference}, {"amount", attempt.amount.text()},
            {"currency", "MAD"}, {"language", attempt.language}, {"return", std::string(return_url)}, {"notify", std::string(notify_url)}};
        parameters.emplace_back("signature", sign_parameters(config_.secret, parameters));
        std::string out = config_.start_url;
        char mark = out.find('?') == std::string::npos ? '?' : '&';
        for (const auto& [name, value] : parameters) {
            out += mark;
            out += name + "=" + percent_encode(value);
            mark = '&';
        }
        return out;
    }

    [[nodiscard]] Result<Told> read(std::string_view body, std::string_view signature) const override {
        TRY(check_signature(config_.secret, body, signature));
        return read_notice(body);
    }

private:
    RedirectConfig config_;
};

}  // namespace

std::unique_ptr<Provider> redirect_provider(RedirectConfig config) { return std::make_unique<Redirecting>(std::move(config)); }

std::string sign_parameters(std::string_view secret, std::vector<std::pair<std::string, std::string>> parameters) {
    std::ranges::sort(parameters);
    std::string text;
    for (const auto& [name, value] : parameters) text.append(name).append("=").append(value).append("\n");
    return to_hex(hmac_sha256(secret, text));
}

}  // namespace wasl::pay
