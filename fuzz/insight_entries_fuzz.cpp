// uses: base store jurisdiction insight
// Any journal entries, one a line: folding them neither crashes nor leaves a trace once the case is taken away; a case and
// sums read back as they were written.
#include "base/text.hpp"
#include "insight/tally.hpp"
#include "jurisdiction/calendar.hpp"

#include <cstdint>
#include <cstdlib>

using namespace wasl;
using namespace wasl::insight;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const jurisdiction::Calendar calendar(Zone::utc(), {.weekend = {6, 7}, .holidays = {}, .known_until = {2045, 1, 1}});
    static const Basis basis{.calendar = &calendar};
    std::optional<Case> one;
    store::JournalRow row;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (!is_utf8(text)) return 0;  // the journal holds what this program wrote
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto blank = line.find(' ');
        row.kind = "dossier." + std::string(line.substr(0, blank));
        row.content = blank == std::string_view::npos ? std::string() : std::string(line.substr(blank + 1));
        fold(one, see(row, basis), basis);
    }
    if (!one || (one->due && (one->due->micros < 0 || one->due->micros > 4'000'000'000'000'000))) return 0;
    const auto read = decode_case(encode(*one));
    if (read && decode_case(encode(*read)) != read) std::abort();
    Tally tally;
    tally.add(*one, basis);
    const auto sums = decode_tally(encode(tally));
    if (!sums || !(*sums == tally)) std::abort();
    tally.take_away(*one, basis);
    if (!(tally == Tally{})) std::abort();
    return 0;
}
