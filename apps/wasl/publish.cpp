// wasl publish: checked procedure folders become revisions of a member's catalogue.
#include "commands.hpp"
#include "host.hpp"
#include "tool.hpp"

#include "catalogue/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace wasl::app {

namespace {

Result<std::size_t> publish_all(const PublishArgs& args) {
    auto host = TRY(Host::open({.data = args.data, .jurisdiction = pack_folder(), .without_stores = true}));
    const auto* member = host->info(args.member);
    if (member == nullptr) return fail(Code::not_found, "web.no-member", args.member);
    std::vector<catalogue::Revision> revisions;
    bool clean = true;
    const Date today = host->site().pack->zone().date_at(SystemClock().now());
    for (const auto& root : args.folders) {
        for (const auto& folder : catalogue::procedure_folders(root)) {
            const auto loaded = catalogue::load_procedure(folder, host->site().pack.get(), today);
            for (const auto& finding : loaded.diagnostics) std::cerr << finding.text() << '\n';
            clean = clean && loaded.revision != nullptr &&
                    std::ranges::none_of(loaded.diagnostics, &catalogue::Diagnostic::blocks);
            if (loaded.revision != nullptr) revisions.push_back(*loaded.revision);
        }
    }
    if (!clean) return fail(Code::unprocessable, "publish.findings", "nothing was published");
    auto* sheets = TRY(host->catalogue(member->catalogue));
    TRY(sheets->publish(revisions));
    return revisions.size();
}

}  // namespace

int publish(const PublishArgs& args) {
    const auto done = publish_all(args);
    if (!done) {
        complain(done.error());
        return 1;
    }
    std::cout << fmt::format("{} procedures published for {}\n", *done, args.member);
    return 0;
}

}  // namespace wasl::app
