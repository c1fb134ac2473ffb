// Files built into the program (web/built), see cmake/embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace wasl::web {

struct EmbeddedFile {
    std::string_view name;  // "wasl.css", "fonts/noto-sans-arabic.woff2"
    std::string_view content;
};

std::span<const EmbeddedFile> embedded_files();

}  // namespace wasl::web
