// Rewriting the server addresses of an OpenAPI description.
#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/meta.hpp"

#include <algorithm>
#include <array>

namespace wasl::exchange {

namespace {

std::unexpected<Error> no_description(std::string why) { return fail(Code::invalid, "exchange.openapi", std::move(why)); }

json::Value servers_of(std::string_view url) { return json::Array{json::Object{{"url", json::Value(url)}}}; }

// `servers` may stand in the document, in a path and in an operation (OpenAPI 3.1, 4.8.1, 4.8.9, 4.8.10).
void drop_servers(json::Object& of_path) {
    of_path.erase("servers");
    for (const char* method : {"get", "put", "post", "delete", "options", "head", "patch", "trace"}) {
        json::Value* operation = of_path.find(method);
        if (operation != nullptr && operation->object() != nullptr) { operation->object()->erase("servers"); }
    }
}

Result<std::string> json_with_server(std::string_view text, std::string_view url) {
    auto parsed = json::parse(text);
    if (!parsed || parsed->object() == nullptr) { return no_description("the description is no JSON object"); }
    json::Object& document = *parsed->object();
    document.set("servers", servers_of(url));
    json::Value* paths = document.find("paths");
    if (paths != nullptr && paths->object() != nullptr) {
        std::vector<std::string> names;
        for (const auto& [name, path] : *paths->object()) { names.push_back(name); }
        for (const std::string& name : names) {
            json::Value* path = paths->object()->find(name);
            if (path->object() != nullptr) { drop_servers(*path->object()); }
        }
    }
    return json::write(*parsed);
}

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(' '), line.size()); }

bool is_blank(std::string_view line) {
    const std::string_view rest = trim(line);
    return rest.empty() || rest.starts_with('#');
}

bool is_servers_key(std::string_view line) {
    const std::string_view rest = trim(line);
    return std::ranges::any_of(std::array{"servers:", "\"servers\":", "'servers':"}, [rest](std::string_view key) { return rest.starts_with(key); });
}

// Block YAML: a key and whatever is indented deeper under it, or lists at its own depth, is one entry.
std::string yaml_with_server(std::string_view text, std::string_view url) {
    std::string out;
    bool in_paths = false;
    std::vector<std::size_t> depths;  // of the keys above this line, within `paths`
    std::optional<std::size_t> dropping;
    bool said = false;
    for (const std::string_view line : split(text, '\n')) {
        const std::size_t indent = indent_of(line);
        if (dropping) {
            const bool inside = is_blank(line) || indent > *dropping || (indent == *dropping && trim(line).starts_with('-'));
            if (inside) { continue; }
            dropping.reset();
        }
        if (is_blank(line)) {
            out.append(line).push_back('\n');
            continue;
        }
        if (indent == 0) {
            in_paths = trim(line).starts_with("paths:");
            depths.clear();
        }
        while (!depths.empty() && depths.back() >= indent) { depths.pop_back(); }
        // Depth 1 below `paths` is a path, 2 its keys, 3 those of an operation.
        const bool ours = is_servers_key(line) && (indent == 0 || (in_paths && (depths.size() == 2 || depths.size() == 3)));
        depths.push_back(indent);
        if (!ours) {
            out.append(line).push_back('\n');
            continue;
        }
        dropping = indent;
        if (indent == 0 && !said) {
            out.append("servers:\n  - url: \"").append(url).append("\"\n");
            said = true;
        }
    }
    if (!out.empty()) { out.pop_back(); }  // the last piece of split ended no line
    if (!said) { out.append(out.ends_with('\n') ? "" : "\n").append("servers:\n  - url: \"").append(url).append("\"\n"); }
    return out;
}

}  // namespace

Result<std::string> with_server(std::string_view openapi, std::string_view server_url) {
    if (!is_utf8(openapi)) { return no_description("the description is no UTF-8"); }
    return trim(openapi).starts_with('{') ? json_with_server(openapi, server_url) : yaml_with_server(openapi, server_url);
}

}  // namespace wasl::exchange
