// uses: pay
// A settlement file of any bytes: no crash, lines in order, amounts only beside a transaction.
#include "pay/settlement.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto rows = wasl::pay::read_settlement(text);
    if (!rows) return 0;
    std::size_t line = 1;
    for (const auto& row : *rows) {
        if (row.line <= line || (row.amount && row.transaction.empty())) std::abort();
        line = row.line;
    }
    return 0;
}
