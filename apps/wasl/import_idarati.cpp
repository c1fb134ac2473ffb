// wasl import idarati: the national portal's JSON into procedure folders, and a report.
#include "catalogue_commands.hpp"
#include "commands.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "catalogue/idarati.hpp"
#include "jurisdiction/pack.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <iostream>

namespace wasl::app {
namespace {

struct Arguments {
    std::vector<std::filesystem::path> files;
    std::string out, report, member, data;
};

bool is_member_id(std::string_view text) {
    return !text.empty() && text.size() <= 40 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

// Nothing, with a complaint, when the words make no sense.
std::optional<Arguments> read_arguments(std::span<const std::string> args) {
    Arguments out;
    const char* data = std::getenv("WASL_DATA");
    out.data = data != nullptr && *data != '\0' ? data : "data";
    for (std::size_t i = 0; i < args.size(); ++i) {
        std::string name = args[i];
        std::string* target = nullptr;
        std::optional<std::string> value;
        if (const std::size_t sign = name.find('='); name.starts_with("--") && sign != std::string::npos) {
            value = name.substr(sign + 1);
            name.resize(sign);
        }
        if (name == "--out") target = &out.out;
        if (name == "--report") target = &out.report;
        if (name == "--member") target = &out.member;
        if (name == "--data") target = &out.data;
        if (target == nullptr) {
            if (name.starts_with("--")) {
                complain("unknown option " + name);
                return std::nullopt;
            }
            out.files.emplace_back(args[i]);
            continue;
        }
        if (!value && i + 1 >= args.size()) {
            complain(name + " needs a value");
            return std::nullopt;
        }
        *target = value ? *value : args[++i];
    }
    if (out.files.empty() || out.out.empty() || out.report.empty()) {
        return std::nullopt;
    }
    if (!out.member.empty() && !is_member_id(out.member)) {
        complain("a member id holds only a–z, 0–9 and '-': " + out.member);
        return std::nullopt;
    }
    return out;
}

int publish_for(const Arguments& arguments) {
    std::error_code problem;
    if (arguments.member.empty()) {
        return 0;
    }
    if (!std::filesystem::is_directory(arguments.data, problem)) {
        std::cerr << fmt::format("not published yet: there is no host in {}; later: wasl publish --data DATA --member {} {}\n", arguments.data,
                                 arguments.member, arguments.out);
        return 0;
    }
    PublishArgs publishing;
    publishing.data = arguments.data;
    publishing.member = arguments.member;
    publishing.folders = {arguments.out};
    return publish(publishing);
}

}  // namespace

int run_import_idarati(std::span<const std::string> args) {
    const auto arguments = read_arguments(args);
    if (!arguments) {
        std::cerr << "usage: wasl import idarati FILE… --out DIR --report FILE.jsonl [--member ID] [--data DIR]\n";
        return 2;
    }
    const auto pack = jurisdiction::load_pack(pack_folder());
    if (!pack) {
        complain(pack.error());
        return 1;
    }
    const Date today = (*pack)->zone().date_at(SystemClock().now());
    const auto result = catalogue::import_idarati(arguments->files, arguments->out, arguments->report,
                                                  {&(*pack)->law_on(today), arguments->member});
    if (!result) {
        complain(result.error());
        return 1;
    }
    std::cerr << fmt::format("{} procedures read, {} folders written, {} findings in {}\n", result->procedures, result->folders,
                             result->findings, arguments->report);
    for (const auto& unread : result->unread) {
        complain(unread);
    }
    const int published = publish_for(*arguments);
    return result->unread.empty() ? published : 1;
}

}  // namespace wasl::app
