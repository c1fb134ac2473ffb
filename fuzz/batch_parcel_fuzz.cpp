// uses: batch
// An archive of any bytes: no crash; what is unpacked has a name, and is no larger than a paper may be.
#include "batch/parcel.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const auto parcel = wasl::batch::Parcel::open(std::string(reinterpret_cast<const char*>(data), size));
    if (!parcel) return 0;
    if (parcel->papers() > wasl::batch::most_files) std::abort();
    const auto lines = parcel->lines_text();
    if (lines && lines->size() > wasl::batch::most_bytes) std::abort();
    if (lines) static_cast<void>(wasl::batch::read_lines(parcel->lines_format(), *lines));
    const auto paper = parcel->paper("a.pdf");
    if (paper && paper->size() > wasl::batch::most_paper_bytes) std::abort();
    return 0;
}
