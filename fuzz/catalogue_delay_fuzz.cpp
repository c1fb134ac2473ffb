// uses: catalogue
// Delays, fees and papers of any bytes: no crash, no number out of bounds, amounts with two decimals.
#include "catalogue/delay_text.hpp"
#include "catalogue/fee_text.hpp"
#include "catalogue/forbidden.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::catalogue;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto& row : read_delay(text).rows) {
        if (row.n < 0 || row.n > 120000) std::abort();
    }
    const FeeReading fee = read_fee(text);
    if (fee.kind == FeeKind::amount && (fee.amount.size() < 4 || fee.amount[fee.amount.size() - 3] != '.')) std::abort();
    (void)forbidden_formality(text, nullptr);
    return 0;
}
