#include "jurisdiction/pack.hpp"

#include "jurisdiction/impl/pack_reader.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace wasl::jurisdiction {

std::string Currency::amount(const Decimal& value) const { return value.fixed(digits); }

std::string PackFinding::text() const {
    return line > 0 ? file + ":" + std::to_string(line) + ": " + message : file + ": " + message;
}

Pack::Pack(Calendar calendar, Identifiers identifiers)
    : calendar_(std::move(calendar)), identifiers_(std::move(identifiers)) {}

std::expected<Pack, std::vector<PackFinding>> Pack::read(std::span<const PackFile> files) {
    return PackReader().read(files);
}

const Law& Pack::law_on(Date day) const noexcept {
    const auto after = std::ranges::upper_bound(states_, day, {}, &Law::from);
    return after == states_.begin() ? states_.front() : *std::prev(after);
}

Result<std::shared_ptr<const Pack>> load_pack(const std::filesystem::path& folder) {
    std::vector<PackFile> files;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        const auto extension = entry.path().extension();
        if (extension != ".toml" && extension != ".csv") {
            continue;
        }
        std::ifstream in(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << in.rdbuf();
        if (!in) {
            return fail(Code::unavailable, "pack.unreadable", entry.path().string());
        }
        files.push_back({entry.path().filename().string(), std::move(text).str()});
    }
    if (error) {
        return fail(Code::unavailable, "pack.unreadable", folder.string() + ": " + error.message());
    }
    std::ranges::sort(files, {}, &PackFile::name);
    auto pack = Pack::read(files);
    if (!pack) {
        std::string detail;
        for (const PackFinding& finding : pack.error()) {
            detail += (folder / finding.text()).string() + "\n";
        }
        return fail(Code::unprocessable, "pack.invalid", std::move(detail));
    }
    return std::make_shared<const Pack>(std::move(*pack));
}

}  // namespace wasl::jurisdiction
