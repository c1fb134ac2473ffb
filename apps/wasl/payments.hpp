// Payment providers of a host's members, with their secrets.
#pragma once

#include "pay/book.hpp"
#include "pay/provider.hpp"
#include "web/site.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace wasl::app {

// Providers of node.toml with their secrets, files keys/MEMBER/payment.NAME.key of at least 32 bytes that nobody else may
// read. One without is left out, and said in the log: a member is not closed for it.
std::vector<std::shared_ptr<const pay::Provider>> open_providers(const std::filesystem::path& keys, const web::MemberInfo& member);

}  // namespace wasl::app
