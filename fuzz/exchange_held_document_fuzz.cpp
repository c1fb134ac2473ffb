// uses: exchange base
// An answer with a document, and the PDF in it: read or refused, and never believed without a signer that is listed.
#include "base/json.hpp"
#include "exchange/held_document.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wasl;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const exchange::Snapshot nobody;
    const Instant now{1'763'809'200'000'000};
    if (exchange::check_signed_by({"x.pdf", std::string(text)}, nobody, {"MA", "GOV", "land"}, now)) std::abort();
    const auto value = json::parse(text);
    if (!value) return 0;
    const auto read = exchange::document_in(*value);
    if (!read || !*read) return 0;
    json::Object again;
    exchange::put_document(again, **read);
    if (exchange::document_in(again).value()->bytes != (*read)->bytes) std::abort();
    return 0;
}
