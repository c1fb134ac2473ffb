#include "base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace wasl::log {

namespace {

// Lines go to standard error: standard output belongs to the command's answer.
spdlog::logger& logger() {
    static const auto instance = [] {
        auto made = std::make_shared<spdlog::logger>("wasl", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
        return made;
    }();
    return *instance;
}

bool plain(std::string_view value) {
    if (value.empty()) return false;
    for (const char c : value) {
        if (c == ' ' || c == '"' || c == '=' || c == '\\' || static_cast<unsigned char>(c) < 0x20) return false;
    }
    return true;
}

// A value can never start a new line or a new field: log injection is an old trick.
void append_value(std::string& out, std::string_view value) {
    if (plain(value)) {
        out += value;
        return;
    }
    out.push_back('"');
    for (const char c : value) {
        if (c == '"' || c == '\\') out.push_back('\\');
        out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
    }
    out.push_back('"');
}

void write(spdlog::level::level_enum level, std::string_view event, Fields fields) {
    auto& target = logger();
    if (!target.should_log(level)) return;
    std::string line(event);
    for (const auto& field : fields) {
        line.push_back(' ');
        line += field.name;
        line.push_back('=');
        append_value(line, field.value);
    }
    target.log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void set_level(Level level) {
    switch (level) {
        case Level::debug: logger().set_level(spdlog::level::debug); break;
        case Level::info: logger().set_level(spdlog::level::info); break;
        case Level::warning: logger().set_level(spdlog::level::warn); break;
        case Level::error: logger().set_level(spdlog::level::err); break;
        case Level::off: logger().set_level(spdlog::level::off); break;
    }
}

void debug(std::string_view event, Fields fields) { write(spdlog::level::debug, event, fields); }
void info(std::string_view event, Fields fields) { write(spdlog::level::info, event, fields); }
void warning(std::string_view event, Fields fields) { write(spdlog::level::warn, event, fields); }
void error(std::string_view event, Fields fields) { write(spdlog::level::err, event, fields); }

}  // namespace wasl::log
