// What befell the invented network of the demonstration: power cuts of a hundred days, one of them now, and readings of a month.
#pragma once

#include "host.hpp"

#include <string_view>

namespace wasl::app {

// For a member whose network is that of networks/ain-wasl; `now` is the end of the story.
Result<void> tell_supply(Host& host, std::string_view member, Instant now);

}  // namespace wasl::app
