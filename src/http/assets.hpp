// Static files from a table in memory: styles, scripts, icons, fonts.
#pragma once

#include "http/router.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace wasl::http {

// Files are compressed once when added. Their public path carries a piece of their digest
// ("/assets/site.3f2a91bc04.css"), so that they may be cached for ever (immutable, one year);
// the plain path works too, with revalidation.
class Assets {
public:
    explicit Assets(std::string prefix = "/assets/");
    ~Assets();
    Assets(Assets&&) noexcept;

    // `name` such as "site.css" or "icons/check.svg"; the type comes from its extension.
    void add(std::string_view name, std::string content);
    // Public path of a name, for templates; a name never added is a defect (std::logic_error).
    [[nodiscard]] const std::string& path(std::string_view name) const;
    [[nodiscard]] Reply serve(Request& request) const;
    // Registers prefix{rest...}; the assets must outlive the router.
    void mount(Router& router) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// "text/css; charset=utf-8" for "css" and so on; application/octet-stream for the unknown.
std::string_view content_type_of(std::string_view filename) noexcept;

}  // namespace wasl::http
