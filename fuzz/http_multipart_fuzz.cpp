// uses: http
// multipart/form-data: the first line is the content type, the rest the body.
#include "base/text.hpp"
#include "http/forms.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t line = std::min(bytes.find('\n'), size);
    const auto boundary = wasl::http::multipart_boundary(bytes.substr(0, line));
    const auto form = wasl::http::parse_multipart(bytes.substr(std::min(line + 1, size)), boundary ? *boundary : "B");
    for (std::size_t i = 0; form && i < form->files.size(); ++i) {
        const std::string& name = form->files[i].filename;
        if (name.empty() || name.find('/') != name.npos || !wasl::is_utf8(name) || name.size() > 200) {
            std::abort();
        }
    }
    return 0;
}
