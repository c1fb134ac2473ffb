// A list sent as a file, CSV or XLSX: read a few hundred rows at a time while it is sent, so that
// memory stays bounded however long the list is and however slow the reader.
#pragma once

#include "http/reply.hpp"
#include "lingua/language.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

// What stands in the file, whatever its form.
struct ExportList {
    using Rows = std::vector<std::vector<std::string>>;

    std::string name;               // of the file, without its extension
    std::vector<std::string> head;  // first line: what each column is
    // The next rows; none after the last. Called from the thread that sends. An error breaks the
    // reply off, so that half a file never looks whole.
    std::move_only_function<Result<Rows>()> next;
};

// RFC 4180, UTF-8 with its mark.
http::Response csv_file(ExportList list);
// ECMA-376, the sheet turned for languages written from the right.
http::Response xlsx_file(ExportList list, lingua::Language language);

}  // namespace wasl::web
