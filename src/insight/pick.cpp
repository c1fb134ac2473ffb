#include "insight/pick.hpp"

#include "base/json.hpp"

#include <cstring>

namespace wasl::insight {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

void skip_blanks(std::string_view json, std::size_t& at) {
    while (at < json.size() && is_blank(json[at])) ++at;
}

// Past the closing quote of the string that begins at `at`.
void skip_string(std::string_view json, std::size_t& at) {
    for (++at; at < json.size();) {
        const auto* found = static_cast<const char*>(std::memchr(json.data() + at, '"', json.size() - at));
        if (found == nullptr) {
            at = json.size();
            return;
        }
        at = static_cast<std::size_t>(found - json.data());
        std::size_t slashes = 0;
        while (slashes < at && json[at - 1 - slashes] == '\\') ++slashes;
        ++at;
        if (slashes % 2 == 0) return;
    }
}

// Past the value that begins at `at`.
void skip_value(std::string_view json, std::size_t& at) {
    int depth = 0;
    while (at < json.size()) {
        const char c = json[at];
        if (c == '"') {
            skip_string(json, at);
        } else if (c == '{' || c == '[') {
            ++depth;
            ++at;
            continue;
        } else if (c == '}' || c == ']') {
            if (depth == 0) return;
            --depth;
            ++at;
        } else if (depth == 0) {
            while (at < json.size() && json[at] != ',' && json[at] != '}' && json[at] != ']' && !is_blank(json[at])) ++at;
            return;
        } else {
            ++at;
            continue;
        }
        if (depth == 0) return;
    }
}

}  // namespace

std::optional<std::string_view> Picked::next_name(std::size_t& at) const {
    if (json_.empty() || json_[0] != '{') return std::nullopt;
    skip_blanks(json_, at);
    if (at < json_.size() && json_[at] == ',') skip_blanks(json_, ++at);
    if (at >= json_.size() || json_[at] != '"') return std::nullopt;
    const auto begin = at;
    skip_string(json_, at);
    if (at - begin < 2) return std::nullopt;
    return json_.substr(begin + 1, at - begin - 2);
}

Picked Picked::next_value(std::size_t& at) const {
    skip_blanks(json_, at);
    if (at >= json_.size() || json_[at] != ':') {
        at = json_.size();
        return {};
    }
    skip_blanks(json_, ++at);
    const auto begin = at;
    skip_value(json_, at);
    return Picked(json_.substr(begin, at - begin));
}

std::optional<Picked> Picked::next_element(std::size_t& at) const {
    if (json_.empty() || json_[0] != '[') return std::nullopt;
    skip_blanks(json_, at);
    if (at < json_.size() && json_[at] == ',') skip_blanks(json_, ++at);
    if (at >= json_.size() || json_[at] == ']') return std::nullopt;
    const auto begin = at;
    skip_value(json_, at);
    if (at == begin) return std::nullopt;
    return Picked(json_.substr(begin, at - begin));
}

Picked Picked::operator[](std::string_view name) const {
    std::size_t at = 1;
    while (const auto found = next_name(at)) {
        const auto value = next_value(at);
        if (*found == name) return value;
    }
    return {};
}

std::string_view Picked::plain() const noexcept {
    if (json_.size() < 2 || json_.front() != '"' || json_.back() != '"') return {};
    return json_.substr(1, json_.size() - 2);
}

std::string Picked::text() const {
    const auto inside = plain();
    if (inside.find('\\') == std::string_view::npos) return std::string(inside);
    const auto parsed = json::parse(json_);
    return parsed ? std::string(parsed->text_or("")) : std::string();
}

}  // namespace wasl::insight
