// A complaint is no appeal: how its closing is said.
#include "web/request_words.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace wasl;
using namespace wasl::web;
using dossier::Phase;
using lingua::Language;

namespace {

dossier::State answered(Phase phase, bool appeal) {
    dossier::State state;
    state.phase = phase;
    state.file.kind = dossier::Kind::complaint;
    if (appeal) state.file.link.emplace().relation = "appeal";
    return state;
}

}  // namespace

TEST_CASE("a complaint is closed as founded or unfounded; only an appeal is upheld or dismissed") {
    CHECK(is_complaint(answered(Phase::dismissed, false)));
    CHECK_FALSE(is_complaint(answered(Phase::dismissed, true)));
    CHECK(say_phase(Language::fr, answered(Phase::dismissed, true)) == "Votre recours est rejeté.");
    CHECK(say_phase(Language::fr, answered(Phase::dismissed, false)).starts_with("Votre réclamation est close"));
    CHECK(say_phase(Language::ar, answered(Phase::upheld, false)).contains("شكايتكم"));
    for (const auto language : {Language::ar, Language::fr, Language::en, Language::zgh}) {
        for (const auto phase : {Phase::upheld, Phase::dismissed}) {
            CHECK(say_phase(language, answered(phase, false)) != say_phase(language, answered(phase, true)));
            CHECK(phase_tag(language, phase).text != phase_tag(language, Phase::refused).text);
        }
        CHECK(say_phase(language, answered(Phase::examination, false)) == say_phase(language, answered(Phase::examination, true)));
    }
}
