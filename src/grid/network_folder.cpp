#include "grid/network_folder.hpp"

#include "base/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <mutex>

namespace wasl::grid {

namespace {

using Path = std::filesystem::path;

constexpr std::array tables = {"network.csv",  "buses.csv",   "lines.csv", "transformers.csv",
                               "switches.csv", "sources.csv", "meters.csv"};
constexpr auto link_name = "in-force";
constexpr std::size_t shown_digits = 16;  // of a hash, in the name of a folder

std::unexpected<Error> unwritable(const Path& path, const std::error_code& problem) {
    return fail(Code::unavailable, "grid.unwritable", fmt::format("{}: {}", path.string(), problem.message()));
}

Result<void> write_table(const Path& path, const std::string& text) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    out.close();
    if (!out) return unwritable(path, std::make_error_code(std::errc::io_error));
    return {};
}

// The name of a network's folder: two that differ in their meters alone lie apart.
std::string folder_name(const MeteredNetwork& metered, const std::string& hash) {
    Sha256 all;
    for (const auto& file : write_network_csv(metered.network, metered.meters)) all.update(file.text);
    return hash.substr(0, shown_digits) + "-" + all.finish().hex().substr(0, shown_digits);
}

}  // namespace

Result<MeteredNetwork> read_network_folder(const Path& folder) {
    std::error_code problem;
    if (!std::filesystem::is_directory(folder, problem)) {
        return fail(Code::not_found, "grid.csv-file", fmt::format("{} is no folder", folder.string()));
    }
    std::vector<CsvFile> files;
    for (const auto* name : tables) {
        std::ifstream in(folder / name, std::ios::binary);
        if (in) files.push_back({name, std::string(std::istreambuf_iterator<char>(in), {})});
    }
    return read_network_csv(files);
}

Result<void> write_network_folder(const Path& folder, const MeteredNetwork& metered) {
    const auto files = write_network_csv(metered.network, metered.meters);
    // A number that tables do not carry (a case may say Inf) is found before anything is written.
    TRY(read_network_csv(files));
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) return unwritable(folder, problem);
    for (const auto& file : files) TRY(write_table(folder / file.name, file.text));
    for (const auto* name : tables) {
        if (std::ranges::find(files, std::string_view(name), &CsvFile::name) == files.end()) std::filesystem::remove(folder / name, problem);
    }
    return {};
}

Result<std::string> install_network(const Path& folder, const MeteredNetwork& metered) {
    auto hash = network_hash(metered.network);
    const auto name = folder_name(metered, hash);
    const auto target = Path("networks") / name;
    TRY(write_network_folder(folder / target, metered));
    std::error_code problem;
    const auto fresh = folder / (std::string(link_name) + ".new");
    std::filesystem::remove(fresh, problem);
    std::filesystem::create_directory_symlink(target, fresh, problem);
    if (!problem) std::filesystem::rename(fresh, folder / link_name, problem);
    if (problem) return unwritable(folder / link_name, problem);
    return hash;
}

struct NetworkFolder::Impl {
    Path folder;
    std::mutex guard;
    Path seen;  // where the link led when `last` was read
    std::shared_ptr<const KeptNetwork> last;
};

NetworkFolder::NetworkFolder(Path folder) : impl_(std::make_unique<Impl>()) { impl_->folder = std::move(folder); }
NetworkFolder::~NetworkFolder() = default;

const Path& NetworkFolder::folder() const noexcept { return impl_->folder; }

Result<std::shared_ptr<const KeptNetwork>> NetworkFolder::now() {
    const std::lock_guard lock(impl_->guard);
    std::error_code problem;
    const auto target = std::filesystem::read_symlink(impl_->folder / link_name, problem);
    if (problem) return impl_->last;
    if (target == impl_->seen && impl_->last != nullptr) return impl_->last;
    auto read = read_network_folder(impl_->folder / target);
    if (!read) {
        if (impl_->last != nullptr) return impl_->last;
        return std::unexpected(read.error());
    }
    auto fresh = std::make_shared<KeptNetwork>();
    fresh->metered = *std::move(read);
    fresh->hash = network_hash(fresh->metered.network);
    fresh->folder = target.filename().string();
    impl_->last = std::move(fresh);
    impl_->seen = target;
    return impl_->last;
}

}  // namespace wasl::grid
