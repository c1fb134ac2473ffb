#include "insight/board.hpp"

#include "base/log.hpp"

#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>

namespace wasl::insight {

namespace {

using Path = std::filesystem::path;

std::optional<std::string> text_of_file(const Path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return in ? std::optional(std::move(text).str()) : std::nullopt;
}

// A file that is read when it has changed; what could not be read leaves the last good value.
template <class T>
class Watched {
public:
    explicit Watched(Path path) : path_(std::move(path)) {}

    template <class Read>
    std::shared_ptr<const T> get(const Read& read) {
        std::error_code absent;
        const auto changed = std::filesystem::last_write_time(path_, absent);
        if (absent) {
            value_.reset();
            seen_.reset();
        } else if (seen_ != changed) {
            seen_ = changed;
            const auto text = text_of_file(path_);
            auto fresh = text ? read(*text) : Result<T>(fail(Code::unavailable, "file.unreadable", path_.string()));
            if (fresh) {
                value_ = std::make_shared<const T>(std::move(*fresh));
            } else {
                log::warning("insight.file", {{"file", path_.string()}, {"key", fresh.error().key}, {"detail", fresh.error().detail}});
            }
        }
        return value_;
    }

private:
    Path path_;
    std::optional<std::filesystem::file_time_type> seen_;
    std::shared_ptr<const T> value_;
};

}  // namespace

struct Board::Impl {
    Basis basis;
    PackFigures pack;
    Assessment assessment;
    Path data;
    std::mutex guard;  // of what follows
    Watched<HostFacts> facts;
    Watched<UnIndex> index;
    std::map<std::pair<Digest, bool>, int> stages;  // by revision, and whether its fee is paid online
    std::mutex counting;

    Impl(Basis on, PackFigures figures, Assessment assessed, const Path& folder)
        : basis(on), pack(std::move(figures)), assessment(std::move(assessed)), data(folder), facts(folder / "figures.toml"), index(folder / "un_index.csv") {}
};

Board::Board(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Board::~Board() = default;

Result<std::unique_ptr<Board>> Board::open(const Path& pack, const Path& data, const jurisdiction::Calendar& calendar) {
    const auto figures_text = text_of_file(pack / "insight/figures.toml");
    const auto osi_text = text_of_file(pack / "insight/osi.toml");
    if (!figures_text || !osi_text) return fail(Code::unavailable, "pack.unreadable", (pack / "insight").string());
    auto figures = TRY(read_pack_figures(*figures_text));
    auto assessment = TRY(Assessment::read(*osi_text));
    const Basis basis{.calendar = &calendar, .session_seconds = figures.session_minutes * 60};
    return std::unique_ptr<Board>(new Board(std::make_unique<Impl>(basis, std::move(figures), std::move(assessment), data)));
}

const Basis& Board::basis() const noexcept { return impl_->basis; }
const PackFigures& Board::pack() const noexcept { return impl_->pack; }
const Assessment& Board::assessment() const noexcept { return impl_->assessment; }

std::shared_ptr<const HostFacts> Board::host_facts() {
    const std::scoped_lock lock(impl_->guard);
    auto facts = impl_->facts.get([](std::string_view text) { return read_host_facts(text); });
    return facts != nullptr ? facts : std::make_shared<const HostFacts>();
}

std::shared_ptr<const UnIndex> Board::un_index() {
    const std::scoped_lock lock(impl_->guard);
    return impl_->index.get([](std::string_view text) { return UnIndex::read(text); });
}

Result<std::size_t> Board::import_un_index(std::string_view csv) {
    const auto rows = TRY(UnIndex::read(csv)).rows();
    const auto wanted = impl_->data / "un_index.csv";
    const auto beside = impl_->data / "un_index.csv.new";
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out << csv;
    out.close();
    std::error_code problem;
    if (out) std::filesystem::rename(beside, wanted, problem);
    if (!out || problem) return fail(Code::unavailable, "file.unwritable", wanted.string());
    return rows;
}

Result<Stages> Board::stages(const catalogue::Catalogue& sheets, bool paid_online) {
    Stages out{};
    for (const auto& sheet : sheets.list(0, sheets.size(), "fr")) {
        std::optional<int> stage;
        {
            const std::scoped_lock lock(impl_->guard);
            if (const auto found = impl_->stages.find({sheet.hash, paid_online}); found != impl_->stages.end()) stage = found->second;
        }
        if (!stage) {
            const auto revision = TRY(sheets.revision(sheet.hash));
            if (revision == nullptr) continue;
            stage = stage_of(*revision, paid_online);
            const std::scoped_lock lock(impl_->guard);
            impl_->stages.emplace(std::pair(sheet.hash, paid_online), *stage);
        }
        ++out[static_cast<std::size_t>(*stage)];
    }
    return out;
}

Result<void> Board::count(store::Store& store, std::uint64_t most) {
    const std::unique_lock lock(impl_->counting, std::try_to_lock);
    if (!lock.owns_lock()) return {};
    TRY(catch_up(store, impl_->basis, most));
    return {};
}

}  // namespace wasl::insight
