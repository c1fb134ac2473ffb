#include "dossier/impl/law_world.hpp"

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

TEST_CASE("a person's messages are limited by the day and in all, an agent's are not; the next day opens again") {
    World w;
    w.filed();
    for (int i = 0; i < 10; ++i) w.must(SendMessage{"When?"}, fatima);
    CHECK(w.says(SendMessage{"When?"}, fatima) == "dossier.too-many-messages-today");
    for (int i = 0; i < 30; ++i) w.must(SendMessage{"Soon."}, said);
    CHECK(w.says(SendMessage{"When?"}, fatima) == "dossier.too-many-messages-today");
    for (int day = 1; day < 10; ++day) {
        w.now = at(tuesday.plus_days(day));
        for (int i = 0; i < 10; ++i) w.must(SendMessage{"When?"}, fatima);
    }
    w.now = at(tuesday.plus_days(11));
    CHECK(w.says(SendMessage{"When?"}, fatima) == "dossier.too-many-messages");
    w.must(SendMessage{"Soon."}, said);
}
