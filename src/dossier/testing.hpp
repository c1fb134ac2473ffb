// For tests of the rooms that stand on this one: a member with its store, people with names, a procedure.
#pragma once

#include "dossier/impl/member_world.hpp"
