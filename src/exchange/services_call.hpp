// Calling the service behind a checked request.
#pragma once

#include "exchange/node_core.hpp"

#include <functional>

namespace wasl::exchange {

// The provider's answer, not yet sealed; or how the call failed.
struct ProviderAnswer {
    WireResponse response;
    std::optional<Refusal> refusal;
    bool perhaps_done = false;  // with a refusal: the service was called, and may have done it
};

// What it shows need not outlive call_service().
struct ServiceCall {
    const ServiceConfiguration& service;
    LocalCall call;  // headers as the provider gets them
    const ServiceAddress& address;
};

void call_service(NodeCore& core, ServiceCall call, std::move_only_function<void(ProviderAnswer)> done);
// A LocalAnswer, or the error, as an answer.
ProviderAnswer provider_answer(NodeCore& core, Result<LocalAnswer> answer, bool meta);

}  // namespace wasl::exchange
