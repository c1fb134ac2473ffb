#include "practice/lab.hpp"

#include <algorithm>

namespace wasl::practice {

Result<const Exercise*> exercise_of(const Lab& lab, std::string_view id) {
    const auto& all = lab.exercises();
    const auto found = std::ranges::find(all, id, &Exercise::id);
    if (found == all.end()) return fail(Code::not_found, "practice.unknown-exercise", std::string(id));
    return &*found;
}

}  // namespace wasl::practice
