// uses: batch
// A signature field of any bytes: no crash; what is read names a key, a company, a batch and a server.
#include "batch/signature.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto signature = wasl::batch::read_signature({reinterpret_cast<const char*>(data), size}, "body");
    if (!signature) return 0;
    const bool whole = !signature->kid.empty() && !signature->ice.empty() && !signature->audience.empty() && wasl::batch::is_batch_id(signature->batch);
    if (!whole) std::abort();
    return 0;
}
