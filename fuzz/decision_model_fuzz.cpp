// uses: base feel decision
// Any file: reading, compiling and evaluating a model neither crash nor run away.
#include "decision/clash.hpp"
#include "decision/model.hpp"

#include <cstdint>

using namespace wasl;
using namespace wasl::decision;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Limits limits;
    limits.file_bytes = 64U << 10U;
    limits.elements = 2'000;
    limits.feel.steps = 20'000;
    limits.feel.string_bytes = 1U << 16U;
    limits.feel.list_elements = 10'000;
    const File file{"fuzz.dmn", std::string(reinterpret_cast<const char*>(data), size)};
    const auto model = Model::compile(file, {}, limits);
    if (!model) return 0;
    if (size < (8U << 10U)) static_cast<void>(clashes(file));
    Options options;
    options.trace = true;
    const auto inputs = Inputs().set("a", 3).set("text", "x");
    std::size_t left = 20;
    for (const auto& element : model->elements()) {
        if (left-- == 0) break;
        static_cast<void>(model->evaluate(element, inputs, options));
    }
    return 0;
}
