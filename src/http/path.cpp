#include "http/path.hpp"

#include "base/text.hpp"

namespace wasl::http {

namespace {

constexpr std::size_t query_limit = 256;

std::unexpected<Error> bad_path(std::string detail) { return fail(Code::invalid, "http.path", std::move(detail)); }

bool has_control(std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            return true;
        }
    }
    return false;
}

bool has_encoded_slash(std::string_view raw) {
    for (std::size_t at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 1)) {
        const std::string_view code = raw.substr(at, 3);
        if (code == "%2F" || code == "%2f" || code == "%5C" || code == "%5c") {
            return true;
        }
    }
    return false;
}

// RFC 3986 §5.2.4, with doubled slashes folded and ".." above the root refused.
Result<std::string> resolve_dots(std::string_view path) {
    std::string out;
    const bool folder = path.ends_with('/') || path.ends_with("/.") || path.ends_with("/..");
    for (const std::string_view segment : split(path, '/')) {
        if (segment.empty() || segment == ".") {
            continue;
        }
        if (segment == "..") {
            if (out.empty()) {
                return bad_path("above the root");
            }
            out.resize(out.rfind('/'));
            continue;
        }
        out += '/';
        out += segment;
    }
    if (out.empty() || folder) {
        out += '/';
    }
    return out;
}

// Nearly every path of ours is already normal: nothing to decode, nothing to resolve.
bool is_plain(std::string_view path) {
    char before = 0;
    for (const char c : path) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '_' || c == '~' || (c == '/' && before != '/') || (c == '.' && before != '/');
        if (!good) {
            return false;
        }
        before = c;
    }
    return true;
}

// A scanned code, "/v/CODE" or "/fr/v/CODE": base45 (RFC 9285), whose alphabet holds '/', '%' and blank. It is one
// opaque segment and stays encoded as it came, so that there is one reading of it only.
bool is_scanned_code(std::string_view raw) {
    const std::size_t at = raw.find("/v/");
    const bool placed = at == 0 || at == 3 || at == 4;  // nothing, or a language, in front
    if (at == std::string_view::npos || !placed || raw.front() != '/' || raw.find('/', at + 3) != std::string_view::npos) {
        return false;
    }
    for (const char c : raw.substr(1, at == 0 ? 0 : at - 1)) {
        if (c < 'a' || c > 'z') {
            return false;
        }
    }
    const std::string_view code = raw.substr(at + 3);
    for (std::size_t i = 0; i < code.size(); ++i) {
        const std::string_view escape = code.substr(i, 3);
        if (escape == "%20" || escape == "%25" || escape == "%2F") {
            i += 2;
        } else if (std::string_view("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-.:").find(code[i]) == std::string_view::npos) {
            return false;
        }
    }
    return !code.empty() && code != "." && code != "..";
}

}  // namespace

Result<Target> parse_target(std::string_view raw) {
    Target target;
    for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
        if (raw.size() > scheme.size() && equals_ignoring_ascii_case(raw.substr(0, scheme.size()), scheme)) {
            raw.remove_prefix(scheme.size());
            const std::size_t end = std::min(raw.find_first_of("/?"), raw.size());
            target.authority = raw.substr(0, end);
            raw.remove_prefix(end);
            if (target.authority.empty() || target.authority.find('@') != std::string_view::npos) {
                return fail(Code::invalid, "http.target", "authority");
            }
            if (raw.empty() || raw.front() == '?') {
                target.path = "/";
                target.query_string = raw.empty() ? raw : raw.substr(1);
                return target;
            }
            break;
        }
    }
    if (raw.empty() || raw.front() != '/' || raw.find('#') != std::string_view::npos) {
        return fail(Code::invalid, "http.target");
    }
    const std::size_t question = raw.find('?');
    if (question != std::string_view::npos) {
        target.query_string = raw.substr(question + 1);
        raw = raw.substr(0, question);
    }
    if (is_plain(raw) || is_scanned_code(raw)) {
        target.path = std::string(raw);
        return target;
    }
    if (has_encoded_slash(raw) || raw.find('\\') != std::string_view::npos) {
        return bad_path("slash or backslash in a segment");
    }
    Result<std::string> decoded = percent_decode(raw);
    if (!decoded || !is_utf8(*decoded) || has_control(*decoded)) {
        return bad_path("escape, encoding or control character");
    }
    target.path = TRY(resolve_dots(*decoded));
    return target;
}

Result<std::vector<Parameter>> parse_query(std::string_view query_string) {
    std::vector<Parameter> out;
    for (const std::string_view pair : split(query_string, '&')) {
        if (pair.empty()) {
            continue;
        }
        if (out.size() == query_limit) {
            return fail(Code::invalid, "http.query", "more than 256 parameters");
        }
        const std::size_t equals = std::min(pair.find('='), pair.size());
        Result<std::string> name = percent_decode(pair.substr(0, equals), true);
        Result<std::string> value =
            percent_decode(equals < pair.size() ? pair.substr(equals + 1) : std::string_view{}, true);
        const auto good = [](const Result<std::string>& text) {
            return text && is_utf8(*text) && text->find('\0') == std::string::npos;
        };
        if (!good(name) || !good(value)) {
            return fail(Code::invalid, "http.query", "escape or encoding");
        }
        out.push_back({std::move(*name), std::move(*value)});
    }
    return out;
}

}  // namespace wasl::http
