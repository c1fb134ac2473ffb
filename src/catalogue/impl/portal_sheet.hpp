// One procedure of the portal as a procedure folder.
#pragma once

#include "catalogue/idarati.hpp"

namespace wasl::catalogue::impl {

struct PortalSheet {
    std::string title, authority, description, delay, fee;  // as published
    std::vector<std::string> other_authorities, papers, steps, laws;
};

// What an imported folder says it was made of.
struct PortalOrigin {
    std::string title, authority;  // as published, byte for byte; the authority may have been absent
    // The id is the digest of both, and the Arabic texts are theirs.
    [[nodiscard]] bool stands_behind(const Revision& revision) const;
};

// The plain form is enough (law 55-19 art. 7): what an imported sheet says behind the name of a paper that the
// portal lists with a formality nobody may ask. True when `title` ends so, in any language.
bool says_plain_is_enough(std::string_view title);

// Fills files and findings of a sheet whose id, delay and fee are already read.
void build_sheet(const PortalSheet& source, const ImportSetting& setting, ImportedSheet& out);

}  // namespace wasl::catalogue::impl
