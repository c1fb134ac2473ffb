// uses: base feel
// Pattern and text parted by a zero byte: translation and matching neither crash nor run away.
#include "base/text.hpp"
#include "feel/impl/regex.hpp"

#include <cstdint>

using wasl::feel::impl::Regex;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (!wasl::is_utf8(input)) return 0;
    const auto middle = input.find('\0');
    const auto text = middle == std::string_view::npos ? std::string_view("aaaaaaaaaab") : input.substr(middle + 1);
    for (const auto* flags : {"", "ix", "sm", "q"}) {
        std::vector<Regex::Span> groups;
        std::uint64_t work = 1'000'000;
        if (const auto regex = Regex::make(input.substr(0, middle), flags)) static_cast<void>(regex->find(text, 0, groups, work));
    }
    return 0;
}
