// uses: identity
// What is read back from a store or typed by a person: documents, birth dates, addresses.
#include "identity/persons.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::identity;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto person = person_from_json(text)) {
        const auto again = person_from_json(to_json(*person));
        if (!again || *again != *person) {
            std::abort();
        }
        static_cast<void>(age_on(person->birth, {2026, 11, 21}));
    }
    if (const auto address = read_address(text); address && *read_address(address->value) != *address) {
        std::abort();
    }
    static_cast<void>(age_on(text, {2026, 11, 21}));
    return 0;
}
