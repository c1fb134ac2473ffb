// wasl sandbox: a whole country on one machine. A registry with its authority, a test certification authority
// and timestamp authority in this process; the members in three processes of `wasl serve`, on loopback.
#pragma once

#include <cstdint>
#include <string>

namespace wasl::app {

struct SandboxArgs {
    std::string folder;      // empty: a temporary one
    std::uint16_t port = 0;  // first of a row of ports; 0: free ones
};
// Runs until SIGINT or SIGTERM and takes away all that it wrote. SIGUSR1 rolls every node's certificate.
int sandbox(const SandboxArgs& args);

}  // namespace wasl::app
