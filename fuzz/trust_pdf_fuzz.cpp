// uses: trust base
// The scan of our own update, the reader that extends drawn PDFs, and the sniffing of files.
#include "trust/pades.hpp"
#include "trust/verify.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wasl::trust;
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    static const auto keys = KeyRing::in_memory("m", wasl::Instant{1'790'000'000'000'000}).value();
    static const auto signer = keys.signer(KeyUse::document, wasl::Instant{1'790'000'000'000'000}).value();
    static const auto certificate = keys.certificate(wasl::Instant{1'790'000'000'000'000}).value();
    const auto out = sign_pdf(input, *signer, certificate, {.member = "m", .reason = "", .at = {}, .attachment = "{}"});
    if ((out && !read_signed_pdf(*out)) || verify_file(input, TrustStore{}).verdict == Verdict::valid) {
        std::abort();
    }
    return 0;
}
