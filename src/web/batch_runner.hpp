// Files the lines of the batches that run, many at a time, on a thread of its own; after a stop it goes on where results
// end. A line whose result was not written down is filed again under the same key: the dossier it made answers.
#pragma once

#include "web/site.hpp"

#include <memory>

namespace wasl::web {

class BatchRunner {
public:
    // Begins with what a stop has left.
    explicit BatchRunner(Site& site);
    ~BatchRunner();  // after the lines in flight
    // There is a batch to run.
    void wake();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::web
