// uses: base feel
// What is read as a date, time or duration writes and reads again as the same.
#include "feel/temporal.hpp"

#include <cstdint>
#include <cstdlib>

using namespace wasl::feel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto time = read_time(text); time && read_time(time->text()) != time) std::abort();
    if (const auto moment = read_date_time(text); moment && read_date_time(moment->text()) != moment) std::abort();
    if (const auto days = read_days_duration(text); days && read_days_duration(days->text()) != days) std::abort();
    if (const auto months = read_months_duration(text); months && read_months_duration(months->text()) != months) std::abort();
    return 0;
}
