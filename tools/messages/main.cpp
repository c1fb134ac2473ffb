// wasl-messages --cpp OUT.cpp --index OUT.index FILE…
// Compiles web/messages/AREA.LANG.toml; exit 1 with `file:line: error: …` for each fault.
#include "compile.hpp"

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

bool read_file(const std::string& path, std::string& text) {
    std::ifstream in(path, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(in), {});
    return in.good() || in.eof();
}

// Leaves an unchanged file alone, so that what depends on it is not built again.
bool write_file(const std::string& path, const std::string& text) {
    std::string old;
    if (read_file(path, old) && old == text) {
        return true;
    }
    std::ofstream out(path, std::ios::binary);
    out << text;
    return out.good();
}

}  // namespace

int main(int argc, char** argv) {
    using namespace wasl::messages;
    std::string cpp, index;
    Sources sources;
    std::vector<Finding> findings;
    for (int at = 1; at < argc; ++at) {
        const std::string_view word = argv[at];
        if ((word == "--cpp" || word == "--index") && at + 1 < argc) {
            (word == "--cpp" ? cpp : index) = argv[++at];
            continue;
        }
        std::string text;
        if (!read_file(argv[at], text)) {
            findings.push_back({{argv[at], 1}, "can not be read"});
            continue;
        }
        read_source(sources, argv[at], text, findings);
    }
    const Catalogue catalogue = compile(sources, findings);
    for (const auto& finding : findings) {
        std::fprintf(stderr, "%s\n", finding.text().c_str());
    }
    if (!findings.empty()) {
        return 1;
    }
    if ((!cpp.empty() && !write_file(cpp, emit_cpp(catalogue))) ||
        (!index.empty() && !write_file(index, emit_index(catalogue)))) {
        std::fprintf(stderr, "wasl-messages: can not write its output\n");
        return 2;
    }
    return 0;
}
