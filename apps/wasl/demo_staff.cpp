#include "demo_staff.hpp"

#include "host.hpp"

#include "base/text.hpp"

namespace wasl::app {

Result<json::Array> hire_demo_staff(Host& host, const std::string& member, const std::vector<DemoPost>& posts, Date from,
                                    std::string_view by) {
    json::Array agents;
    auto* site = TRY(host.at(member));
    const std::string who(by);
    for (const auto& post : posts) {
        const auto enrolled = TRY(site->staff->add({.login = post.login, .name = post.name, .name_arabic = post.name_arabic,
                                                    .password = std::string(demo_password), .roles = post.roles, .offices = post.offices},
                                                   who));
        for (const auto& office : post.offices) {
            if (!post.authority) continue;
            identity::Delegation right;
            right.delegate = enrolled.staff.id;
            right.office = office;
            right.authority = true;
            right.from = from;
            right.until = from.plus_months(60);
            TRY(site->staff->delegate(right, who));
        }
        std::vector<std::string> roles;
        for (const auto role : post.roles) roles.emplace_back(identity::to_string(role));
        agents.emplace_back(json::Object{{"member", member}, {"login", post.login}, {"password", demo_password}, {"name", post.name},
                                         {"roles", join(roles, ", ")}, {"totp", to_base32(enrolled.totp_secret)}});
    }
    return agents;
}

}  // namespace wasl::app
