// Which holders a filing asks, and those that are being asked now.
#pragma once

#include "dossier/service.hpp"

#include <memory>
#include <mutex>
#include <set>
#include <string>

namespace wasl::dossier {

std::vector<Evidence> evidence_of_filing(const Filing& filing, const ServicePorts& ports);

// A command, queued as Service::run does.
void run_for(const std::shared_ptr<const ServicePorts>& ports, Ask ask, Service::Then<Done> then);

// Askings on their way, so that a slow holder is not asked twice at once.
struct Service::InFlight : std::enable_shared_from_this<Service::InFlight> {
    // Null when this one is asked already; else it counts as asked until the last copy is gone.
    std::shared_ptr<const void> take(const std::string& name);

    std::mutex guard;
    std::set<std::string> asked;  // dossier/requirement
};

}  // namespace wasl::dossier
