// From a line of a batch to a filing, or to the reason why it is none.
#pragma once

#include "batch/book.hpp"
#include "batch/parcel.hpp"
#include "dossier/service.hpp"
#include "identity/mandates.hpp"
#include "identity/person.hpp"
#include "web/site.hpp"

#include <expected>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace wasl::web {

// Who sends, for whom and under what: as it stands now.
struct BatchSender {
    identity::Person person;
    identity::Mandate mandate;  // of the company; may be over by now
    std::string name;           // of the company
};

struct LineFiling {
    MemberSite* member = nullptr;
    dossier::Filing filing;
};

// The papers of one batch: each is unpacked and checked once, and written once to each member that it is filed with.
class BatchPapers {
public:
    explicit BatchPapers(batch::Parcel parcel) : parcel_(std::move(parcel)) {}

    // Nothing is written. Keys "batch.paper-unknown", "batch.zip-malformed", "upload.…".
    Result<dossier::Piece> look(const std::string& code, const std::string& name);
    // What look() gave, before it is filed. Errors are those of the store.
    Result<void> write(MemberSite& member, const std::vector<dossier::Piece>& pieces);

private:
    batch::Parcel parcel_;
    std::map<std::string, dossier::Piece> looked_;              // by name in the archive
    std::map<std::string, std::string> names_;                  // by digest
    std::set<std::pair<std::string, std::string>> written_;     // member and digest
};

// The mandate and its holder; "identity.no-mandate" when it is none of that batch's company.
Result<BatchSender> sender_of(const Site& site, const batch::Batch& batch);
// Everything is looked at that can be before filing: the right on this day, the procedure, its answers, obligations.
// Refusals carry the code and where in the line: api.shape, web.no-member, api.no-procedure, api.not-online,
// filing.not-for-company, dossier.level, dossier.answers, batch.papers, filing.obligations-unread, and those of identity::may_use.
std::expected<LineFiling, batch::LineResult> filing_of_line(Site& site, const batch::Batch& batch, const batch::Line& line, const BatchSender& sender,
                                                            BatchPapers& papers);
batch::LineResult refused_line(const batch::Line& line, std::string code, std::vector<batch::LineFlaw> flaws = {});
batch::LineResult filed_line(const batch::Line& line, const dossier::FilingDone& done);
// Who acts, as the dossier keeps it.
dossier::Actor batch_actor(const BatchSender& sender);

}  // namespace wasl::web
