#include "payments.hpp"

#include "tool.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace wasl::app {

namespace {

constexpr std::size_t shortest_secret = 32;

Result<std::string> payment_secret(const std::filesystem::path& file) {
    using std::filesystem::perms;
    std::error_code problem;
    const auto status = std::filesystem::status(file, problem);
    if (problem || !std::filesystem::is_regular_file(status)) return fail(Code::not_found, "node.malformed", file.string());
    if ((status.permissions() & (perms::group_all | perms::others_all)) != perms::none) {
        return fail(Code::forbidden, "node.malformed", file.string() + " may be read by others: chmod 600");
    }
    const auto text = TRY(read_file(file));
    if (trim(text).size() < shortest_secret) return fail(Code::invalid, "node.malformed", fmt::format("{}: fewer than {} bytes", file.string(), shortest_secret));
    return std::string(trim(text));
}

}  // namespace

std::vector<std::shared_ptr<const pay::Provider>> open_providers(const std::filesystem::path& keys, const web::MemberInfo& member) {
    std::vector<std::shared_ptr<const pay::Provider>> out;
    for (const auto& door : member.payment) {
        auto secret = payment_secret(keys / fmt::format("payment.{}.key", door.name));
        if (!secret) {
            log::warning("payments.provider-left-out", {{"member", member.id}, {"provider", door.name}, {"why", secret.error().detail}});
            continue;
        }
        out.push_back(pay::redirect_provider({.name = door.name, .start_url = door.start_url, .merchant = door.merchant, .secret = std::move(*secret)}));
    }
    return out;
}

}  // namespace wasl::app
