// wasl index and wasl figures: the UN index by hand, the public figures counted again.
#pragma once

#include <filesystem>
#include <string>

namespace wasl::app {

struct IndexArgs {
    std::filesystem::path data, file;
    std::string country;
    int rank = 50;
    bool json = false;
};
int index_import(const IndexArgs& args);  // 0 in place, 2 unreadable
int index_show(const IndexArgs& args);    // 0 shown, 1 unknown country or rank, 2 no file or unreadable

struct FiguresArgs {
    std::filesystem::path data;
    std::string member;
    bool json = false;
};
int figures_recount(const FiguresArgs& args);  // 0 equal, 1 different, 2 could not be read
int figures_export(const FiguresArgs& args);   // the journal of dossiers as JSON lines on standard output

}  // namespace wasl::app
