#pragma once

#include "web/page/chrome.hpp"
#include "web/page/fields.hpp"

namespace wasl::web {

struct OutboxView {
    Chrome chrome;
    Table people, staff;
};

}  // namespace wasl::web
