// uses: base grid
// Any folder of tables: reading neither crashes nor runs away; what was read is written and read again, the same.
// The files of a folder follow one another, each behind a line "@NAME".
#include "grid/network_csv.hpp"
#include "grid/study.hpp"

#include <cstdint>
#include <cstdlib>

using namespace wasl::grid;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<CsvFile> files;
    for (std::string_view text(reinterpret_cast<const char*>(data), size); text.starts_with('@');) {
        const auto name = text.substr(1, text.find('\n') - 1);
        text.remove_prefix(std::min(text.size(), name.size() + 2));
        const auto end = text.starts_with('@') ? 0 : text.find("\n@");
        files.push_back({std::string(name), std::string(text.substr(0, end == std::string_view::npos ? end : end + (end > 0 ? 1 : 0)))});
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + (end > 0 ? 1 : 0));
    }
    const auto read = read_network_csv(files);
    if (!read) return 0;
    const auto again = read_network_csv(write_network_csv(read->network, read->meters));
    if (!again || network_hash(again->network) != network_hash(read->network) || again->meters != read->meters) std::abort();
    if (read->network.buses.size() <= 500) static_cast<void>(study(read->network));
    return 0;
}
