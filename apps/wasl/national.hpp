// The national identity at work in a host: what [oidc] of node.toml asks for.
#pragma once

#include "identity/oidc_config.hpp"
#include "web/national.hpp"

#include <filesystem>
#include <memory>

namespace wasl::app {

class National {
public:
    // `keys`: the folder of private keys; our own for the provider (oidc.pem) is made there when
    // absent. Keys "oidc.secret", "http.client.tls" and those of keys and files. Nobody is asked:
    // the provider may be down.
    static Result<std::unique_ptr<National>> open(const identity::OidcConfig& config,
                                                  const std::filesystem::path& keys,
                                                  web::Site& site,
                                                  const identity::SecretBox& secrets);
    [[nodiscard]] const web::NationalDoor& door() const noexcept { return door_; }

private:
    std::unique_ptr<identity::ProviderLine> line_;
    std::unique_ptr<identity::OidcClient> client_;
    std::unique_ptr<identity::NationalIds> ids_;
    web::NationalDoor door_;
};

}  // namespace wasl::app
