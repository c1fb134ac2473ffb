// The sheet of a procedure. For visitors who are not signed in it is the same for all: written once, compressed
// once, kept, and answered with an ETag.
#include "http/compression.hpp"
#include "web/journey.hpp"
#include "web/sheet_text.hpp"
#include "web/shell.hpp"

#include "pages/sheet/page.hpp"

#include <fmt/format.h>

#include <memory>
#include <mutex>
#include <unordered_map>

namespace wasl::web {

namespace {

// Bodies by address and revision. When it is full it starts anew: a sheet takes a millisecond to write.
class SheetCache {
public:
    std::shared_ptr<const http::Precompressed> find(const std::string& key) {
        const std::scoped_lock lock(mutex_);
        const auto found = bodies_.find(key);
        return found == bodies_.end() ? nullptr : found->second;
    }
    void keep(const std::string& key, std::shared_ptr<const http::Precompressed> body) {
        const std::scoped_lock lock(mutex_);
        if (bodies_.size() >= most) bodies_.clear();
        bodies_.insert_or_assign(key, std::move(body));
    }

private:
    static constexpr std::size_t most = 4'000;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<const http::Precompressed>> bodies_;
};

SheetView view_of(const Visit& visit, const std::string& catalogue, const catalogue::Revision& revision) {
    SheetView view;
    fill_sheet(view, visit, revision);
    view.chrome = chrome_for(visit, view.title);
    if (!revision.rules().empty()) view.rules = Url::path({visit.tag(), "p", catalogue, revision.id, "rules"});
    if (revision.id == "administrative-appeal") return view;  // an appeal begins at the decision it attacks
    for (const auto* member : visit.site->members->with_catalogue(catalogue)) {
        view.starts.push_back({member->name.in(visit.tag()), Url::path({visit.tag(), "apply", member->id, revision.id})});
    }
    return view;
}

Result<http::Response> show_sheet(Visit& visit, SheetCache& cache) {
    const auto name = visit.parameter("catalogue");
    auto* sheets = TRY(visit.site->members->catalogue(name));
    const auto revision = TRY(sheets->find(visit.parameter("procedure")));
    if (revision == nullptr) return fail(Code::not_found, "http.not-found");
    if (visit.session != nullptr || !visit.request->query_string().empty()) {
        return render(visit, view_of(visit, name, *revision), pages::sheet_page);
    }
    // The day is in the key: the law's numbers on the page are those of today.
    const auto key = fmt::format("{} {} {}", visit.request->path(), revision->hash.hex(), visit.site->today().iso());
    auto body = cache.find(key);
    if (body == nullptr) {
        auto written = render(visit, view_of(visit, name, *revision), pages::sheet_page);
        body = http::precompress(std::move(std::get<std::string>(written.body)), "text/html; charset=utf-8");
        cache.keep(key, body);
    }
    return http::with_etag(*visit.request, http::Response::shared(body));
}

}  // namespace

void add_sheet_routes(http::Router& router, Site& site) {
    const auto cache = std::make_shared<SheetCache>();
    get(router, site, "/p/{catalogue}/{procedure}", Door::open, [cache](Visit& visit) { return show_sheet(visit, *cache); });
}

}  // namespace wasl::web
