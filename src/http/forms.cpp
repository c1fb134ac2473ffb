#include "http/forms.hpp"

#include "base/cut.hpp"
#include "base/text.hpp"

#include <array>

namespace wasl::http {

namespace {

constexpr std::size_t filename_bytes = 200;
constexpr std::size_t boundary_bytes = 70;  // RFC 2046 §5.1.1

std::unexpected<Error> malformed(std::string detail) {
    return fail(Code::invalid, "form.malformed", std::move(detail));
}

// Browsers send CRLF for a line end in a text area; we keep one character.
std::string with_plain_line_ends(std::string text) {
    if (text.find('\r') == std::string::npos) {
        return text;
    }
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r') {
            out += text[i];
        } else if (i + 1 == text.size() || text[i + 1] != '\n') {
            out += '\n';
        }
    }
    return out;
}

Result<void> add_text(Form& form, std::string name, std::string value, const FormLimits& limits) {
    if (form.fields.size() + form.files.size() >= limits.fields) {
        return fail(Code::too_large, "form.too-many", "fields");
    }
    if (name.size() > limits.name_bytes) {
        return malformed("field name too long");
    }
    if (value.size() > limits.text_bytes) {
        return fail(Code::too_large, "form.too-large", name);
    }
    if (!is_utf8(name) || !is_utf8(value) || value.find('\0') != std::string::npos ||
        name.find('\0') != std::string::npos) {
        return fail(Code::invalid, "form.encoding");
    }
    form.fields.push_back({std::move(name), with_plain_line_ends(std::move(value))});
    return {};
}

// One `name=token` or `name="quoted"` after the semicolon; browsers write '"' inside as %22 (WHATWG),
// others as \" (RFC 2616): both are read.
Result<Parameter> take_parameter(std::string_view& rest) {
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) {
        return malformed("parameter without value");
    }
    Parameter out{to_lower_ascii(trim(rest.substr(0, equals))), {}};
    rest.remove_prefix(equals + 1);
    if (!rest.starts_with('"')) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        out.value = std::string(trim(rest.substr(0, end)));
        rest.remove_prefix(end);
        return out;
    }
    rest.remove_prefix(1);
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (rest[i] == '"') {
            rest.remove_prefix(i + 1);
            return out;
        }
        if (rest[i] == '\\' && i + 1 < rest.size() && (rest[i + 1] == '"' || rest[i + 1] == '\\')) {
            ++i;
        }
        out.value += rest[i];
    }
    return malformed("quote not closed");
}

struct Disposition {
    std::string kind;
    std::string name;
    bool has_name = false;
    std::string filename;
    bool has_filename = false;
};

Result<std::vector<Parameter>> parse_parameters(std::string_view rest) {
    std::vector<Parameter> out;
    for (rest = trim(rest); !rest.empty(); rest = trim(rest)) {
        if (rest.front() != ';' || out.size() == 16) {
            return malformed("parameters");
        }
        rest = trim(rest.substr(1));
        if (rest.empty()) {
            break;
        }
        out.push_back(TRY(take_parameter(rest)));
    }
    return out;
}

Result<Disposition> parse_disposition(std::string_view value) {
    const std::size_t end = std::min(value.find(';'), value.size());
    Disposition out;
    out.kind = to_lower_ascii(trim(value.substr(0, end)));
    for (Parameter& parameter : TRY(parse_parameters(value.substr(end)))) {
        if (parameter.name == "name" && !out.has_name) {
            out.name = replace_all(std::move(parameter.value), "%22", "\"");
            out.has_name = true;
        } else if (parameter.name == "filename" && !out.has_filename) {
            out.filename = replace_all(std::move(parameter.value), "%22", "\"");
            out.has_filename = true;
        } else if (parameter.name == "name" || parameter.name == "filename") {
            return malformed("parameter twice");  // two readers would choose differently
        }
    }
    return out;
}

struct PartHead {
    Disposition disposition;
    std::string content_type;
};

Result<PartHead> parse_part_head(std::string_view head) {
    PartHead out;
    bool found = false;
    while (!head.empty()) {
        const std::size_t end = std::min(head.find("\r\n"), head.size());
        const std::string_view line = head.substr(0, end);
        head.remove_prefix(std::min(end + 2, head.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) {
            return malformed("part header");
        }
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        if (equals_ignoring_ascii_case(name, "content-disposition")) {
            if (found) {
                return malformed("two dispositions");
            }
            found = true;
            out.disposition = TRY(parse_disposition(value));
        } else if (equals_ignoring_ascii_case(name, "content-type")) {
            out.content_type = std::string(value.substr(0, 100));
        } else if (equals_ignoring_ascii_case(name, "content-transfer-encoding") &&
                   !equals_ignoring_ascii_case(value, "binary") && !equals_ignoring_ascii_case(value, "8bit") &&
                   !equals_ignoring_ascii_case(value, "7bit")) {
            return malformed("transfer encoding of a part");  // deprecated, RFC 7578 §4.7
        }
    }
    if (!found || out.disposition.kind != "form-data" || !out.disposition.has_name) {
        return malformed("part without form-data name");
    }
    return out;
}

Result<void> add_part(Form& form, PartHead head, std::string_view content, const FormLimits& limits) {
    Disposition& disposition = head.disposition;
    if (!disposition.has_filename) {
        return add_text(form, std::move(disposition.name), std::string(content), limits);
    }
    if (disposition.filename.empty() && content.empty()) {
        return {};  // a file input left empty
    }
    if (!is_utf8(disposition.name) || !is_utf8(disposition.filename) || disposition.name.size() > limits.name_bytes) {
        return fail(Code::invalid, "form.encoding");
    }
    if (form.files.size() >= limits.files || form.fields.size() + form.files.size() >= limits.fields) {
        return fail(Code::too_large, "form.too-many", "files");
    }
    if (content.size() > limits.file_bytes) {
        return fail(Code::too_large, "form.file-too-large", disposition.name);
    }
    form.files.push_back({std::move(disposition.name), sanitised_filename(disposition.filename),
                          std::move(head.content_type), content});
    return {};
}

// Characters that make a name look like another: bidi controls, zero width, control.
bool deceives(char32_t c) noexcept {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0xFFFD || (c >= 0xFFF0 && c <= 0xFFFC);
}

}  // namespace

std::string_view Form::text(std::string_view name) const noexcept {
    for (const Parameter& field : fields) {
        if (field.name == name) {
            return field.value;
        }
    }
    return {};
}

std::vector<std::string_view> Form::all(std::string_view name) const {
    std::vector<std::string_view> out;
    for (const Parameter& field : fields) {
        if (field.name == name) {
            out.emplace_back(field.value);
        }
    }
    return out;
}

bool Form::has(std::string_view name) const noexcept { return !text(name).empty() || file(name) != nullptr; }

const FormFile* Form::file(std::string_view name) const noexcept {
    for (const FormFile& one : files) {
        if (one.name == name) {
            return &one;
        }
    }
    return nullptr;
}

Result<Form> parse_urlencoded(std::string_view body, const FormLimits& limits) {
    Form form;
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('&'), body.size());
        const std::string_view pair = body.substr(0, end);
        body.remove_prefix(end == body.size() ? end : end + 1);
        if (pair.empty()) {
            continue;
        }
        const std::size_t equals = std::min(pair.find('='), pair.size());
        auto name = percent_decode(pair.substr(0, equals), true);
        auto value = percent_decode(equals < pair.size() ? pair.substr(equals + 1) : std::string_view{}, true);
        if (!name || !value) {
            return malformed("percent escape");
        }
        TRY(add_text(form, std::move(*name), std::move(*value), limits));
    }
    return form;
}

Result<std::string> multipart_boundary(std::string_view content_type) {
    const std::size_t end = std::min(content_type.find(';'), content_type.size());
    if (!equals_ignoring_ascii_case(trim(content_type.substr(0, end)), "multipart/form-data")) {
        return malformed("not multipart/form-data");
    }
    for (Parameter& parameter : TRY(parse_parameters(content_type.substr(end)))) {
        if (parameter.name != "boundary") {
            continue;
        }
        const std::string& boundary = parameter.value;
        const bool good = !boundary.empty() && boundary.size() <= boundary_bytes && boundary.back() != ' ' &&
                          boundary.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ") ==
                              std::string::npos;
        if (!good) {
            return malformed("boundary");
        }
        return std::move(parameter.value);
    }
    return malformed("no boundary");
}

Result<Form> parse_multipart(std::string_view body, std::string_view boundary, const FormLimits& limits) {
    const std::string delimiter = "\r\n--" + std::string(boundary);
    Form form;
    if (!body.starts_with(std::string_view(delimiter).substr(2))) {
        return malformed("no first boundary");  // a preamble is for mail, not for forms
    }
    body.remove_prefix(delimiter.size() - 2);
    for (;;) {
        if (body.starts_with("--")) {
            return form;  // an epilogue is ignored
        }
        if (!body.starts_with("\r\n")) {
            return malformed("after boundary");
        }
        body.remove_prefix(2);
        const std::size_t head_end = body.substr(0, limits.part_head_bytes).find("\r\n\r\n");
        if (head_end == std::string_view::npos) {
            return malformed("part head");
        }
        PartHead head = TRY(parse_part_head(body.substr(0, head_end)));
        body.remove_prefix(head_end + 2);  // an empty content begins at the delimiter's own CRLF
        const std::size_t end = body.find(delimiter);
        if (end == std::string_view::npos) {
            return malformed("no last boundary");
        }
        const std::string_view content = end < 2 ? std::string_view{} : body.substr(2, end - 2);
        TRY(add_part(form, std::move(head), content, limits));
        body.remove_prefix(end + delimiter.size());
    }
}

Result<Form> parse_form(const Request& request, const FormLimits& limits) {
    const std::string_view type = request.header("Content-Type");
    const std::string_view media = trim(type.substr(0, std::min(type.find(';'), type.size())));
    if (media.empty() && request.body().empty()) {
        return Form{};
    }
    if (equals_ignoring_ascii_case(media, "application/x-www-form-urlencoded")) {
        return parse_urlencoded(request.body(), limits);
    }
    if (equals_ignoring_ascii_case(media, "multipart/form-data")) {
        const std::string boundary = TRY(multipart_boundary(type));
        return parse_multipart(request.body(), boundary, limits);
    }
    return fail(Code::unsupported, "form.type", std::string(media.substr(0, 100)));
}

std::string sanitised_filename(std::string_view claimed) {
    claimed.remove_prefix(claimed.find_last_of("/\\") + 1);  // npos + 1 is 0
    std::string clean;
    for (std::size_t at = 0; at < claimed.size();) {
        const char32_t c = next_code_point(claimed, at);
        if (!deceives(c)) {
            append_utf8(clean, std::u32string_view(U"<>:\"|?*").find(c) == std::u32string_view::npos ? c : U'_');
        }
    }
    std::string_view name = trim(clean);
    while (name.starts_with('.')) {
        name.remove_prefix(1);
    }
    if (name.empty()) {
        return "file";
    }
    const std::size_t dot = name.rfind('.');
    const std::string_view extension =
        dot == std::string_view::npos || name.size() - dot > 12 ? std::string_view{} : name.substr(dot);
    const std::string_view stem = name.substr(0, name.size() - extension.size());
    return std::string(cut_at_character(stem, filename_bytes - extension.size())) + std::string(extension);
}

}  // namespace wasl::http
