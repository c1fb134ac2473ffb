// uses: exchange
// Signature-Input, Signature and target of a stranger: a base is one text that ends in its parameters.
#include "exchange/signatures.hpp"

#include <algorithm>
#include <cstdlib>

using namespace wasl::exchange;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::size_t first = std::min(text.find('\n'), size), second = std::min(text.find('\n', first + 1), size);
    Message message{"GET", "https", "a.example", text.substr(0, first), 0, {}, {}, nullptr};
    message.headers = {{"Signature-Input", first < size ? text.substr(first + 1, second - first - 1) : ""},
                       {"Signature", second < size ? text.substr(second + 1) : ""}, {"Date", "now"}};
    const auto found = signatures_of(message);
    for (const MessageSignature& one : found ? *found : std::vector<MessageSignature>()) {
        const auto base = signature_base(message, one.input);
        if (!base) { continue; }
        const auto lines = static_cast<std::size_t>(std::ranges::count(*base, '\n'));
        if (lines != one.input.items.size() || !base->contains("\"@signature-params\": (")) { std::abort(); }
    }
    return 0;
}
