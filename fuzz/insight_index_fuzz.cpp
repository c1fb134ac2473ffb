// uses: base insight
// Any text as the UN file: what is read has ranks from 1, and every rank is simulated or refused, never a crash.
#include "insight/un_index.hpp"

#include <cstdint>
#include <cstdlib>

using namespace wasl::insight;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto index = UnIndex::read(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!index || index->rows() > 2'000) return 0;
    const auto editions = index->editions();
    for (const auto& [iso3, name] : index->countries()) {
        const auto series = index->series(iso3);
        if (!series) std::abort();
        for (const auto& point : *series) {
            if (point.osi_rank.value_or(1) < 1 || point.epi_rank.value_or(1) < 1) std::abort();
        }
        for (const int rank : {-1, 0, 1, 50, 1'000}) static_cast<void>(simulate(*index, iso3, editions.back(), rank));
    }
    return 0;
}
