// One procedure of the portal as a procedure folder.
#pragma once

#include "catalogue/idarati.hpp"

namespace wasl::catalogue::impl {

struct PortalSheet {
    std::string title, authority, description, delay, fee;  // as published
    std::vector<std::string> other_authorities, papers, steps, laws;
};

// Fills files and findings of a sheet whose id, delay and fee are already read.
void build_sheet(const PortalSheet& source, const ImportSetting& setting, ImportedSheet& out);

}  // namespace wasl::catalogue::impl
