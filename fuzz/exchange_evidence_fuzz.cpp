// uses: exchange trust
// Evidence bundles and descriptions of services: what is read has one text; nothing but a bundle of ours is valid.
#include "exchange/evidence.hpp"
#include "exchange/evidence_bundle.hpp"
#include "exchange/meta.hpp"
#include "exchange/services.hpp"

#include <cstdlib>

using namespace wasl::exchange;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto bundle = parse_evidence(text); bundle && write_evidence(*bundle) != text) { std::abort(); }
    if (verify_evidence(text, {}).verdict == wasl::trust::Verdict::valid) { std::abort(); }
    if (const auto told = with_server(text, "/r1/x"); told && !told->contains("/r1/x")) { std::abort(); }
    if (const auto url = parse_http_url(text); url && (url->host.empty() || url->port == 0 || !url->target.starts_with('/'))) { std::abort(); }
    return 0;
}
