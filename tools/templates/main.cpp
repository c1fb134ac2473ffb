// wasl-templates --root web/templates --out DIR --messages INDEX FILE…
// Writes DIR/pages/PATH.hpp for each template and DIR/pages/FOLDER.cpp for each folder; exit 1 with `file:line: error: …`.
#include "emit.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;
using namespace wasl::templates;

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// Leaves an unchanged file alone, so that what depends on it is not built again.
void write_file(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    if (!fs::exists(path) || read_file(path) != text) {
        std::ofstream(path, std::ios::binary) << text;
    }
}

std::string source_name(const std::string& folder) {
    std::string name = folder.empty() ? "top" : folder;
    for (char& c : name) {
        c = c == '/' ? '_' : c;
    }
    return name + ".cpp";
}

int run(const std::string& root, const fs::path& out, const std::string& index, const std::vector<std::string>& files) {
    const MessageIndex messages = read_message_index(read_file(index));
    Library library;
    int faults = 0;
    for (const auto& file : files) {
        try {
            const std::string path = fs::path(file).lexically_relative(root).generic_string();
            library.emplace(path, parse_template(file, path, read_file(file)));
        } catch (const Fault& fault) {
            std::fprintf(stderr, "%s\n", fault.what());
            ++faults;
        }
    }
    std::map<std::string, std::vector<const Template*>> folders;
    for (const auto& [path, each] : library) {
        folders[each.folder()].push_back(&each);
        write_file(out / "pages" / fs::path(path).replace_extension(".hpp"), emit_header(each));
    }
    for (const auto& [folder, list] : folders) {
        for (const auto* each : list) {
            try {
                static_cast<void>(emit_source({each}, library, messages));
            } catch (const Fault& fault) {
                std::fprintf(stderr, "%s\n", fault.what());
                ++faults;
            }
        }
        if (faults == 0) {
            write_file(out / "pages" / source_name(folder), emit_source(list, library, messages));
        }
    }
    return faults == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    std::string root, out, index;
    std::vector<std::string> files;
    for (int at = 1; at < argc; ++at) {
        const std::string_view word = argv[at];
        std::string* option = word == "--root" ? &root : word == "--out" ? &out : word == "--messages" ? &index : nullptr;
        if (option != nullptr && at + 1 < argc) {
            *option = argv[++at];
        } else {
            files.emplace_back(word);
        }
    }
    if (root.empty() || out.empty()) {
        std::fprintf(stderr, "usage: wasl-templates --root DIR --out DIR --messages INDEX FILE...\n");
        return 2;
    }
    return run(root, out, index, files);
}
