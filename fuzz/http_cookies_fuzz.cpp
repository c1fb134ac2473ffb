// uses: http
// The Cookie header: both readers find the same first value.
#include "http/cookies.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view header(reinterpret_cast<const char*>(data), size);
    const auto all = wasl::http::parse_cookies(header);
    if (!all.empty() && wasl::http::find_cookie(header, all.front().name) != all.front().value) {
        std::abort();
    }
    return 0;
}
