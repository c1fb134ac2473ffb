// Two companies of the demonstration, who acts for them, and a batch that was filed.
#pragma once

#include "host.hpp"

namespace wasl::app {

// After the story, when everybody in it has an account: representatives entered at the commune's counter, an accountant
// with a mandate of both, an accountant whose mandate has ended, and a batch of building permits, one line refused.
Result<void> tell_companies(Host& host);

}  // namespace wasl::app
