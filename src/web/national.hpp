// Signing in with the national identity: the way to the provider and back, the step up to a higher
// level, and the end of a session that the provider announces. A one-time code stays beside it,
// whatever becomes of the provider.
#pragma once

#include "form/text.hpp"
#include "http/router.hpp"
#include "identity/national.hpp"
#include "identity/oidc_client.hpp"
#include "web/page/chrome.hpp"
#include "web/visit.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wasl::web {

// What the pages need of it; there when node.toml has [oidc]. Calls of `client` wait for the
// provider: they run on Site::outside.
struct NationalDoor {
    identity::OidcClient* client = nullptr;
    identity::NationalIds* ids = nullptr;
    const identity::SecretBox* secrets = nullptr;
    form::Text name;  // of the national identity; may be empty
};

// Name of the identity in the reader's language.
std::string national_name(const Visit& visit);
// Where to begin, coming back to `back`; with a level, only that one or better will do. Empty where
// there is no national identity, or none of that level.
Url national_start(const Visit& visit, std::string_view back, int level = 0);

// The step up from a page that asks for a level, coming back to that page; with its words.
Link raise_link(const Visit& visit, int level);

void add_national_routes(http::Router& router, Site& site);  // /sign-in/national, …/back, …/out
void add_national_logout_routes(http::Router& router,
                                Site& site);  // /oidc/back-channel-logout, /oidc/jwks.json

}  // namespace wasl::web
