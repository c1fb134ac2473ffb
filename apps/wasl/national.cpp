#include "national.hpp"

namespace wasl::app {

Result<std::unique_ptr<National>> National::open(const identity::OidcConfig& config,
                                                 const std::filesystem::path& keys, web::Site& site,
                                                 const identity::SecretBox& secrets) {
    auto out = std::make_unique<National>();
    auto credentials = TRY(identity::oidc_credentials(config, keys));
    out->line_ = TRY(identity::provider_line(config.ca_file));
    out->client_ = std::make_unique<identity::OidcClient>(config, std::move(credentials),
                                                          *out->line_, *site.clock, *site.entropy);
    out->ids_ = std::make_unique<identity::NationalIds>(*site.host_store, secrets, *site.entropy,
                                                        *site.mandates);
    out->door_.client = out->client_.get();
    out->door_.ids = out->ids_.get();
    out->door_.secrets = &secrets;
    for (const auto& [language, name] : config.name)
        out->door_.name.set(language, name, form::TextState::reviewed);
    return out;
}

}  // namespace wasl::app
