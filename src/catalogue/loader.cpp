#include "catalogue/loader.hpp"

#include "base/text.hpp"
#include "catalogue/impl/source.hpp"
#include "jurisdiction/pack.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <tuple>

namespace wasl::catalogue {
namespace {

namespace fs = std::filesystem;
using impl::Report;

constexpr std::uintmax_t largest_file = 1U << 20U;

bool belongs(std::string_view name) {
    return name == "procedure.toml" || name == "form.toml" || (name.starts_with("texts.") && name.ends_with(".toml")) ||
           (name.starts_with("document.") && name.ends_with(".toml")) || name.ends_with(".dmn");
}

// The files of the folder that belong to a procedure, in order of name.
Files read_folder(const fs::path& folder, Report& report) {
    Files out;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (!belongs(name)) {
            if (name.ends_with(".toml")) {
                report.add({at->path().string(), 0}, "check.unknown-file", "This file belongs to no part of a procedure: is its name misspelt?");
            }
            continue;
        }
        std::error_code size_error;
        if (at->file_size(size_error) > largest_file || size_error) {
            report.add({at->path().string(), 0}, "check.too-large", "The file cannot be read, or is larger than one megabyte.");
            continue;
        }
        std::ifstream in(at->path(), std::ios::binary);
        std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
        if (in.bad()) {
            report.add({at->path().string(), 0}, "check.unreadable", "The file cannot be read.");
            continue;
        }
        out.emplace_back(name, std::move(content));
    }
    if (error) {
        report.add({folder.string(), 0}, "check.unreadable", "The folder cannot be read: " + error.message());
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<std::string> required_languages(const jurisdiction::Pack* pack, bool imported) {
    if (imported) {
        return {"ar"};  // the portal publishes in Arabic; the page says that the rest is absent
    }
    return pack && !pack->languages().empty() ? pack->languages() : std::vector<std::string>{"ar", "fr"};
}

std::string folder_id(const std::string& folder_name) {
    fs::path path(folder_name);
    if (!path.has_filename()) {
        path = path.parent_path();
    }
    return path.filename().string();
}

std::shared_ptr<Revision> read_all(const std::string& folder_name, const Files& files, const jurisdiction::Pack* pack,
                                   impl::Places& places, Report& report) {
    impl::Sources sources{folder_name, &files, &report, nullptr, &places};
    if (!sources.find("procedure.toml")) {
        report.add({folder_name, 0}, "check.missing", "There is no procedure.toml in this folder.");
        return nullptr;
    }
    const auto root = sources.parse("procedure.toml");
    if (!root) {
        return nullptr;
    }
    const toml_text::Node* imported = root->find("imported_from");
    impl::Texts texts(report, required_languages(pack, imported && imported->string()));
    for (const auto language : impl::Texts::languages) {
        const std::string name = fmt::format("texts.{}.toml", language);
        texts.add(language, sources.name(name), sources.parse(name));
    }
    sources.texts = &texts;
    auto out = std::make_shared<Revision>();
    impl::Section section(sources.name("procedure.toml"), *root, report);
    impl::read_procedure(sources, section, *out);
    if (sources.find("form.toml")) {
        if (const auto form = sources.parse("form.toml")) {
            impl::Section form_section(sources.name("form.toml"), *form, report);
            impl::read_form(sources, form_section, out->form);
        }
    }
    impl::read_documents(sources, *out);
    impl::read_tables(sources, *out);
    texts.finish();
    sources.texts = nullptr;
    impl::check_tables(*out, sources, report);
    const std::string expected = folder_id(folder_name);
    if (!expected.empty() && expected != "." && out->id != expected) {
        report.add(section.place("id"), "check.id", fmt::format("The id \"{}\" is not the name of the folder, \"{}\".", out->id, expected));
    }
    return out;
}

}  // namespace

std::string Diagnostic::text() const {
    return fmt::format("{}:{}: {}", file, std::max(line, 1), message);
}

Loaded load_procedure(const std::string& folder_name, const Files& files, const jurisdiction::Pack* pack, Date today) {
    Report report;
    impl::Places places;
    Loaded out;
    auto revision = read_all(folder_name, files, pack, places, report);
    if (revision) {
        impl::check_conditions(*revision, places, report);
        impl::check_revision(*revision, places, pack ? &pack->law_on(today) : nullptr, report);
        revision->hash = sha256(canonical(*revision));
        out.revision = std::move(revision);
    }
    out.diagnostics = std::move(report.all);
    std::sort(out.diagnostics.begin(), out.diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::tie(a.file, a.line, a.key, a.message) < std::tie(b.file, b.line, b.key, b.message);
    });
    return out;
}

Loaded load_procedure(const fs::path& folder, const jurisdiction::Pack* pack, Date today) {
    Report report;
    const Files files = read_folder(folder, report);
    Loaded out = load_procedure(folder.string(), files, pack, today);
    out.diagnostics.insert(out.diagnostics.begin(), report.all.begin(), report.all.end());
    return out;
}

std::vector<fs::path> procedure_folders(const fs::path& root) {
    std::vector<fs::path> out;
    std::error_code error;
    if (fs::exists(root / "procedure.toml", error)) {
        return {root};
    }
    for (fs::directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (fs::exists(at->path() / "procedure.toml", ignored)) {
            out.push_back(at->path());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace wasl::catalogue
