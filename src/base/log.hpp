// Structured log lines for operators: one event name, then key=value fields. Personal data is
// wrapped in Personal and prints as •••. spdlog inside.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace wasl::log {

// Wrap whatever could identify a person.
struct Personal {
    std::string_view hidden;
};

struct Field {
    std::string_view name;
    std::string value;

    Field(std::string_view n, std::string_view v) : name(n), value(v) {}
    Field(std::string_view n, const char* v) : name(n), value(v) {}
    Field(std::string_view n, const std::string& v) : name(n), value(v) {}
    Field(std::string_view n, std::int64_t v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, int v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, std::uint64_t v) : name(n), value(std::to_string(v)) {}
    Field(std::string_view n, Personal) : name(n), value("•••") {}
};

using Fields = std::initializer_list<Field>;

enum class Level { debug, info, warning, error, off };
void set_level(Level level);

// `event` is a stable dotted name: "store.checkpoint", "http.refused".
void debug(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void warning(std::string_view event, Fields fields = {});
void error(std::string_view event, Fields fields = {});

}  // namespace wasl::log
