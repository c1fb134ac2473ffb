// uses: pay
// A provider's notice of any bytes: no crash, an amount that is no less than nothing, one fingerprint.
#include "pay/notice.hpp"
#include "pay/reference.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::pay;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto told = read_notice(text)) {
        if (told->amount < Money() || told->transaction.empty()) std::abort();
        if (print_of(*told) != print_of(*read_notice(text))) std::abort();
    }
    if (const auto reference = read_reference(text); reference && read_reference(shown_reference(*reference)) != reference) std::abort();
    if (const auto typed = Money::typed(text); typed && Money::parse(typed->text()) != typed) std::abort();
    if (check_signature("secret", text, text)) std::abort();
    return 0;
}
