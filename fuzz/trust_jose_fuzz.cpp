// uses: trust
// Tokens and key sets of strangers: nothing but the three algorithms, and what is read stays what was signed.
#include "base/text.hpp"
#include "trust/jose.hpp"

#include <array>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl;
    using namespace wasl::trust;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    constexpr std::array all{JwsAlgorithm::es256, JwsAlgorithm::rs256, JwsAlgorithm::eddsa};
    const auto token = read_jws(text, all);
    if (token && token->signed_part + "." + to_base64url(token->signature) != text) std::abort();
    const auto keys = JwkSet::parse(text);
    if (keys && token) static_cast<void>(keys->verify(*token));
    return 0;
}
