// uses: register dossier
// A question to a register from any path and query: refused by a key, or read so that it says the same again.
#include "register/evidence.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto cut = text.find('?');
    const auto path = text.substr(0, cut);
    const auto query = cut == std::string_view::npos ? std::string_view() : text.substr(cut + 1);
    const auto question = wasl::reg::question_of("GET", path, query);
    if (question && (question->type.empty() || question->subject.find(':') == std::string::npos)) std::abort();
    if (const auto record = wasl::reg::decode_record(text)) {
        const auto again = wasl::reg::decode_record(wasl::reg::encode(*record));
        if (!again || *again != *record) std::abort();
    }
    return 0;
}
