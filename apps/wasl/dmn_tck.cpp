// wasl dmn tck: a tree laid out as the DMN TCK, run and counted.
#include "decision_commands.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "decision/tck.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <set>

namespace wasl::app {

namespace {

namespace fs = std::filesystem;
using decision::tck::CaseResult;

struct TestFolder {
    fs::path path;
    std::string name;  // "compliance-level-3/0001-filter"
};

// From the level on when there is one, wherever the walk began; else below the folder asked for.
std::string test_folder_name(const fs::path& root, const fs::path& below) {
    const auto whole = below.empty() ? root : root / below;
    fs::path from_level;
    for (const auto& part : whole) {
        if (!from_level.empty() || part.string().starts_with("compliance-level-")) from_level /= part;
    }
    if (!from_level.empty()) return from_level.generic_string();
    return below.empty() ? root.filename().generic_string() : below.generic_string();
}

// All folders with test files. Links to folders are followed, each folder once, what lies there
// itself before what is linked; so nothing is counted twice and no circle is walked for ever.
class TestFolders {
public:
    explicit TestFolders(const fs::path& root) {
        std::error_code problem;
        root_ = fs::canonical(root, problem);
        if (problem) root_ = root;
        enter({}, 0);
        std::sort(found_.begin(), found_.end(),
                  [](const TestFolder& a, const TestFolder& b) { return a.name < b.name; });
    }
    std::vector<TestFolder> take() { return std::move(found_); }

private:
    static constexpr int deepest = 16;

    void enter(const fs::path& below, int depth) {
        std::error_code problem;
        const auto place = below.empty() ? root_ : root_ / below;
        const auto real = fs::canonical(place, problem);
        if (problem || depth > deepest || !seen_.insert(real).second) return;
        if (!files_in(place, ".xml").empty())
            found_.push_back({place, test_folder_name(root_, below)});
        std::vector<fs::path> own, linked;
        for (const auto& entry : fs::directory_iterator(place, problem)) {
            std::error_code unknown;
            if (!entry.is_directory(unknown)) continue;
            (entry.is_symlink(unknown) ? linked : own).push_back(below / entry.path().filename());
        }
        std::sort(own.begin(), own.end());
        std::sort(linked.begin(), linked.end());
        for (const auto& next : own) enter(next, depth + 1);
        for (const auto& next : linked) enter(next, depth + 1);
    }

    fs::path root_;
    std::set<fs::path> seen_;
    std::vector<TestFolder> found_;
};

// A file that cannot be opened is told of and left out: the cases that need it fail.
std::vector<decision::File> readable_files(const fs::path& folder, std::string_view extension) {
    std::vector<decision::File> out;
    for (const auto& path : files_in(folder, extension)) {
        if (auto text = read_file(path)) {
            out.push_back({path.filename().string(), std::move(*text)});
        } else {
            refuse(text.error());
        }
    }
    return out;
}

void print_failures(const CaseResult& result) {
    for (const auto& failure : result.failures) {
        std::cout << printable(fmt::format("{}: {}: {}", result.folder,
                                           result.name.empty() ? result.file : result.name,
                                           failure.words()))
                  << '\n';
    }
}

void run_folder(const TestFolder& folder, const decision::tck::Clock& clock,
                const decision::Limits& limits, std::vector<CaseResult>& results) {
    const auto models = readable_files(folder.path, ".dmn");
    const auto tests = readable_files(folder.path, ".xml");
    for (const auto& path : files_in(folder.path, ".xml")) {
        const auto file = path.filename().string();
        const auto read = std::find_if(tests.begin(), tests.end(), [&](const decision::File& test) {
            return test.name == file;
        });
        auto cases =
            read == tests.end()
                ? std::vector{decision::tck::unreadable(folder.name, file, "cannot be read")}
                : decision::tck::run_file(folder.name, *read, models, clock, limits);
        for (auto& result : cases) {
            print_failures(result);
            results.push_back(std::move(result));
        }
    }
}

}  // namespace

int dmn_tck(const DmnTckArgs& args) {
    std::error_code problem;
    if (!fs::is_directory(args.folder, problem)) {
        complain(args.folder.string() + " is no folder");
        return 2;
    }
    decision::Limits limits;
    limits.feel = args.limits.feel();
    // UTC: nobody's zone is meant by a test.
    const decision::tck::Clock clock{SystemClock().now(), Zone::utc()};
    std::vector<CaseResult> results;
    for (const auto& folder : TestFolders(args.folder).take())
        run_folder(folder, clock, limits, results);
    const auto passed = std::count_if(results.begin(), results.end(),
                                      [](const CaseResult& result) { return result.passed(); });
    bool written = true;
    if (!args.csv.empty()) {
        const auto done = write_file(args.csv, decision::tck::csv(results));
        written = done.has_value();
        if (!written) refuse(done.error());
    }
    if (results.empty()) complain("there are no test cases in " + args.folder.string());
    std::cout << fmt::format("passed {} of {}\n", passed, results.size());
    if (!written || results.empty()) return 2;
    return passed == std::ssize(results) ? 0 : 1;
}

}  // namespace wasl::app
