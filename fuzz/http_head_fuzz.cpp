// uses: http
// The head of a request, its target and query: never a crash, and what is accepted is normal.
#include "http/head.hpp"
#include "http/path.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto head = wasl::http::parse_head(bytes);
    if (!head) {
        return 0;
    }
    if (head->host.empty() || (head->chunked && head->content_length)) {
        std::abort();
    }
    if (const auto target = wasl::http::parse_target(head->target)) {
        const std::string& path = target->path;
        if (path.front() != '/' || path.find("//") != path.npos || (path + "/").find("/../") != path.npos) {
            std::abort();
        }
        (void)wasl::http::parse_query(target->query_string);
    }
    return 0;
}
