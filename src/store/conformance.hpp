// What every store has to do, whatever database is under it: the tests of the port. A database
// gives a factory and calls each check from a test case of its own (sqlite_conformance_test.cpp).
// Only for test programs.
#pragma once

#include "base/clock.hpp"
#include "store/store.hpp"

#include <functional>
#include <memory>

namespace wasl::store::conformance {

// One store under test in a place of its own, gone with this object.
class Subject {
public:
    virtual ~Subject() = default;
    virtual Store& store() = 0;
    virtual void reopen() = 0;       // closed and opened again, same place
    virtual ManualClock& clock() = 0;
};

using Factory = std::function<std::unique_ptr<Subject>(Schema schema, CommitHook* hook)>;

// One collection "request" (office, state: text; due: integer) with the indexes
// queue(office, due), state_due(state, due) and unique number(number); searchable. One plain
// collection "note".
Schema sample_schema();

void documents(const Factory& make);
void commands_fail_alone(const Factory& make);
void indexes(const Factory& make);
void paging(const Factory& make);
void searching(const Factory& make);
void counters(const Factory& make);
void blobs(const Factory& make);
void journal(const Factory& make);
void journal_hook(const Factory& make);
void journal_leaves_the_store(const Factory& make);
void journal_clock(const Factory& make);
void views(const Factory& make);
void many_threads(const Factory& make);

}  // namespace wasl::store::conformance
