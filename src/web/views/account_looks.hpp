// Who looked at a person's record.
#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

namespace wasl::web {

struct PersonLooksView {
    Chrome chrome;
    Table table;
};

}  // namespace wasl::web
