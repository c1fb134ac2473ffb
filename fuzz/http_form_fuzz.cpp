// uses: http
// application/x-www-form-urlencoded.
#include "base/text.hpp"
#include "http/forms.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto form = wasl::http::parse_urlencoded({reinterpret_cast<const char*>(data), size});
    for (std::size_t i = 0; form && i < form->fields.size(); ++i) {
        if (!wasl::is_utf8(form->fields[i].value)) {
            std::abort();
        }
    }
    return 0;
}
