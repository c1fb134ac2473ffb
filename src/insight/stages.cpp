#include "insight/stages.hpp"

#include <algorithm>
#include <numeric>

namespace wasl::insight {

namespace {

using catalogue::Accepted;
using catalogue::Requirement;
using catalogue::Revision;

bool has_form(const Revision& revision) {
    return std::ranges::any_of(revision.form.pages, [](const auto& page) { return !page.fields.empty(); });
}

bool tells(const Revision& revision) {
    return !revision.description.in("ar").empty() || !revision.requirements.empty() || !revision.delay.cases.empty() || !revision.delay.published.empty();
}

bool only_in_person(const Requirement& paper) {
    return paper.mandatory && std::ranges::all_of(paper.accepted, [](Accepted way) { return way == Accepted::show_original; });
}

// Without a way to pay online a fee is paid at a cash point or a counter.
bool has_fee(const Revision& revision) { return revision.fee.kind != catalogue::FeeKind::free; }

bool of_its_own_accord(const Revision& revision) {
    if (revision.automatic_grant) return true;
    bool any = false;
    for (const auto& paper : revision.requirements) {
        if (!paper.mandatory) continue;
        if (paper.once_only_source.empty()) return false;
        any = true;
    }
    return any;
}

}  // namespace

int stage_of(const Revision& revision, bool paid_online) {
    const bool online = std::ranges::find(revision.channels, "online") != revision.channels.end();
    if (!has_form(revision)) return tells(revision) ? 1 : 0;
    if (!online || !revision.imported_from.empty()) return 2;
    const bool in_person = std::ranges::any_of(revision.requirements, only_in_person);
    if (in_person || (has_fee(revision) && !paid_online) || revision.outputs.empty()) return 3;
    return of_its_own_accord(revision) ? 5 : 4;
}

std::int64_t procedures_in(const Stages& stages) { return std::accumulate(stages.begin(), stages.end(), std::int64_t{0}); }
std::int64_t online_in(const Stages& stages) { return stages[4] + stages[5]; }

}  // namespace wasl::insight
