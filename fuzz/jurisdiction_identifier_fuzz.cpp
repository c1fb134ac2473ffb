// uses: base jurisdiction
// Whatever is typed as an identifier or a phone is read without a crash, and reading twice changes nothing.
#include "jurisdiction/identifier.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::jurisdiction;
    static const Identifiers identifiers = [] {
        std::vector<IdentifierRule> rules(2);
        rules[0] = {"cnie", {}, "[A-Z]{1,2}[0-9]{4,8}", "-./", true, "", "", {}};
        rules[1] = {"ice", {}, "[0-9]{15}", "-./", false, "mod97", "", {}};
        return *Identifiers::create(rules, {"212", "0", "[5-8][0-9]{8}", "[67][0-9]{8}"});
    }();
    const std::string_view typed(reinterpret_cast<const char*>(data), size);
    for (const char* code : {"cnie", "ice", "phone"}) {
        const Identifier once = identifiers.read(code, typed);
        if (once.plausible() && identifiers.read(code, once.normal).normal != once.normal) {
            __builtin_trap();
        }
    }
    return 0;
}
