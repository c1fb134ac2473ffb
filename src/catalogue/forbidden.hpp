// Finds what law 55-19 art. 7 forbids to ask: a legalised signature, a certified copy, a second copy.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wasl::jurisdiction {
struct Law;
}

namespace wasl::catalogue {

// Code of the formality in the pack ("legalised-signature", "certified-copy", "second-copy"), found by the
// pack's words or by the grammar of Arabic and French offices; nothing when the text asks for none.
// A sentence that denies it ("no certified copy is asked") asks for none. `law` may be null.
std::optional<std::string> forbidden_formality(std::string_view text, const jurisdiction::Law* law);

}  // namespace wasl::catalogue
