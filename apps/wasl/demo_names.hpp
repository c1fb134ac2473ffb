// Invented people: common given names and families, combined at random; no document number is real.
#pragma once

#include "base/clock.hpp"
#include "identity/person.hpp"

#include <string>

namespace wasl::app {

// The n-th invented person; the same for the same n.
identity::Person demo_person(int n, Instant created);
// CNIE-like number that is not one: the letters ZZ are given to nobody.
std::string demo_document(int n);

}  // namespace wasl::app
