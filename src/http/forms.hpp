// HTML forms: application/x-www-form-urlencoded (WHATWG URL) and multipart/form-data (RFC 7578).
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::http {

struct FormLimits {
    std::size_t fields = 1'000;             // text fields and files together
    std::size_t name_bytes = 200;
    std::size_t text_bytes = 256U << 10U;   // of one text field
    std::size_t files = 20;
    std::size_t file_bytes = 10U << 20U;    // of one file
    std::size_t part_head_bytes = 4096;     // headers of one part
};

// A file of a form. `content` views the body it was parsed from. The type is what the sender
// claims and proves nothing: look at the content.
struct FormFile {
    std::string name;
    std::string filename;      // sanitised: no folders, no control or bidi-override characters, at most 200 bytes
    std::string claimed_type;
    std::string_view content;
};

// Text is UTF-8 without NUL; line ends are made "\n". Absent and empty are the same value:
// text() gives "" for both. A file input left empty (no name, no bytes) is absent.
class Form {
public:
    [[nodiscard]] std::string_view text(std::string_view name) const noexcept;           // first
    [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;        // check boxes
    [[nodiscard]] bool has(std::string_view name) const noexcept;
    [[nodiscard]] const FormFile* file(std::string_view name) const noexcept;
    std::vector<Parameter> fields;
    std::vector<FormFile> files;
};

// Keys: "form.malformed" (400), "form.encoding" (400: not UTF-8, NUL), "form.too-many" (413),
// "form.too-large" (413: a text), "form.file-too-large" (413; detail = field name).
Result<Form> parse_urlencoded(std::string_view body, const FormLimits& limits = {});
Result<Form> parse_multipart(std::string_view body, std::string_view boundary, const FormLimits& limits = {});
// By the request's Content-Type; an empty body without a type is an empty form. Key "form.type" (415).
// Files view the request's body: keep the request alive.
Result<Form> parse_form(const Request& request, const FormLimits& limits = {});
// Boundary of a multipart/form-data Content-Type (RFC 2046 §5.1.1), or error "form.malformed".
Result<std::string> multipart_boundary(std::string_view content_type);

// Last path segment without characters that deceive (control, bidi override, zero width), cut to
// 200 bytes at a character, its extension kept; "file" when nothing is left.
std::string sanitised_filename(std::string_view claimed);

}  // namespace wasl::http
