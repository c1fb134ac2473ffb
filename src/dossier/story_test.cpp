// The stories of stories/law: a lawyer can read them, this runs them on the pure core.
// One step a line; a step that the law refuses is followed by "it says KEY".
#include "dossier/impl/law_world.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

class Story {
public:
    void line(std::string_view text) {
        const auto words = split_words(text);
        if (words.empty()) return;
        if (words[0] == "it" && words.size() == 3 && words[1] == "says") {
            CHECK(said_ == words[2]);
            said_.clear();
            return;
        }
        CHECK_MESSAGE(said_.empty(), "the step before was refused: ", said_);
        said_.clear();
        if (given(words) || then(words) || time(words) || step(words, text)) return;
        FAIL("a step nobody knows: ", std::string(text));
    }
    void end() const { CHECK_MESSAGE(said_.empty(), "the last step was refused: ", said_); }

private:
    using Words = std::vector<std::string>;

    static Words split_words(std::string_view text) {
        Words out;
        for (const auto word : split(text, ' ')) {
            if (!trim(word).empty()) out.emplace_back(trim(word));
        }
        return out;
    }

    // What stands after the word "because", as one text.
    static std::string because(std::string_view text) {
        const auto at = text.find(" because ");
        return at == std::string_view::npos ? "" : std::string(trim(text.substr(at + 9)));
    }

    static const Actor& actor(const std::string& name) {
        static const std::map<std::string, Actor> people = {{"fatima", fatima}, {"said", said}, {"nadia", nadia}, {"agency", agency},
                                                            {"wali", wali}, {"brahim", everyone}, {"program", Actor::system()}};
        const auto found = people.find(name);
        REQUIRE_MESSAGE(found != people.end(), "nobody is called ", name);
        return found->second;
    }

    static Date day(const std::string& text) {
        const auto date = parse_date(text);
        REQUIRE_MESSAGE(date.has_value(), text);
        return *date;
    }

    bool given(const Words& words) {
        if (words[0] != "given") return false;
        if (words[1] == "kind") {
            const auto kind = kind_from(words.at(2));
            REQUIRE(kind.has_value());
            const Instant start = w_.now;
            w_ = World(*kind, start);
        } else if (words[1] == "delay") {
            w_.file.terms.delay = {.n = std::stoi(words.at(2)), .unit = Unit::day, .working = words.size() > 3 && words[3] == "working"};
        } else if (words[1] == "silence" && words.at(2) == "none") {
            w_.file.terms.silence = SilenceEffect::none;
        } else if (words[1] == "visa" || words[1] == "opinion") {
            w_.file.terms.desks.push_back({.desk = words.at(2), .visa = words[1] == "visa", .mandatory = true, .days = std::stoi(words.at(3))});
        } else if (words[1] == "authors") {
            w_.file.link = Link{.dossier = "d0", .reference = "r0", .relation = "appeal", .authors = {}};
            for (std::size_t i = 2; i < words.size(); ++i) w_.file.link->authors.push_back(actor(words[i]).id);
        } else if (words[1] == "delegation") {
            w_.rights = {{.office = "urbanisme", .delegation = "D-1", .from = day(words.at(2)), .until = day(words.at(3)), .procedures = {}, .revoked = false}};
        } else {
            return false;
        }
        return true;
    }

    bool then(const Words& words) {
        if (words[0] != "then") return false;
        const std::string value = words.back();
        if (words[1] == "phase") {
            CHECK(to_string(w_.state.phase) == value);
        } else if (words[1] == "answer") {  // then answer by DATE: the last day
            REQUIRE(w_.state.clock.due.has_value());
            CHECK(morocco()->calendar().date_at(w_.state.clock.due->plus_micros(-1)).iso() == value);
        } else if (words[1] == "clock") {   // then clock stands
            CHECK_FALSE(w_.state.clock.running());
        } else if (words[1] == "approved") {  // then approved by law on DATE
            REQUIRE(w_.state.silence_at.has_value());
            CHECK(morocco()->calendar().date_at(*w_.state.silence_at).iso() == value);
        } else if (words[1] == "appeal") {  // then appeal until DATE: the last day
            REQUIRE(w_.state.notified.has_value());
            CHECK(morocco()->calendar().date_at(w_.state.notified->appeal_until->plus_micros(-1)).iso() == value);
        } else if (words[1] == "document") {
            REQUIRE_FALSE(w_.state.documents.empty());
            CHECK((value == "valid") == (w_.state.documents.back().status == DocumentStatus::valid));
        } else if (words[1] == "signed") {  // then signed under D-1
            CHECK(w_.state.decision->delegation == value);
        } else {
            return false;
        }
        return true;
    }

    bool time(const Words& words) {
        if (words[0] != "on") return false;
        int hour = 10, minute = 0;
        if (words.size() > 2) {
            hour = std::stoi(words[2].substr(0, 2));
            minute = std::stoi(words[2].substr(3, 2));
        }
        w_.now = test::at(day(words.at(1)), hour, minute);
        return true;
    }

    void ask(const std::string& who, const Command& command) { said_ = w_.says(command, actor(who)); }

    bool step(const Words& words, std::string_view text) {
        const auto& who = words[0];
        const auto& verb = words.at(1);
        const auto last = words.back();
        const std::map<std::string, std::function<Command()>> verbs = {
            {"wakes", [&] { return Command(Wake{}); }},
            {"accepts", [&] { return Command(AcceptAsComplete{because(text)}); }},
            {"lapses", [&] { return Command(PronounceLapse{because(text)}); }},
            {"grants", [&] { return Command(Propose{.outcome = w_.file.kind == Kind::complaint ? Outcome::upheld : Outcome::granted}); }},
            {"refuses", [&] { return Command(Propose{.outcome = w_.file.kind == Kind::complaint ? Outcome::dismissed : Outcome::refused, .reasons = because(text)}); }},
            {"signs", [&] { return Command(Sign{words.size() > 2 ? "Before the wali, 30 days" : ""}); }},
            {"returns", [&] { return Command(ReturnProposal{because(text)}); }},
            {"extends", [&] { return Command(Extend{words.at(2), because(text)}); }},
            {"notifies", [&] { return Command(Notify{.channel = last, .at = {}, .proof = "signed for"}); }},
            {"visas", [&] { return Command(GiveVisa{"agence-urbaine", ""}); }},
            {"attests", [&] { return Command(Attest{last}); }},
            {"withdraws", [&] { return Command(Withdraw{because(text)}); }},
            {"appeals", [&] { return Command(RecordAppeal{"d2", "r2", "wilaya"}); }},
            {"acknowledges", [&] { return Command(IssueFinalReceipt{}); }},
        };
        if (verb == "files") {
            for (std::size_t i = 3; i < words.size(); ++i) w_.file.receipt.missing.push_back({words[i], false, words[i]});
            ask(who, File{w_.file});
        } else if (verb == "hands") {  // fatima hands in title
            ask(who, AddPiece{{.requirement = last, .name = last + ".pdf"}});
        } else if (verb == "asks") {   // said asks for plans because …
            ask(who, RequestCompletion{{{words.at(3), false, ""}}, because(text)});
        } else if (verb == "takes") {  // nadia takes the document back because …
            const auto id = w_.state.documents.empty() ? "none" : w_.state.documents.back().id;
            ask(who, WithdrawDocument{id, because(text), "Before the wali, 30 days"});
        } else if (const auto found = verbs.find(verb); found != verbs.end()) {
            ask(who, found->second());
        } else {
            return false;
        }
        return true;
    }

    World w_;
    std::string said_;  // key of a refusal not yet acknowledged
};

}  // namespace

TEST_CASE("the stories of the law") {
    int stories = 0;
    for (const auto& entry : std::filesystem::directory_iterator(WASL_SOURCE_DIR "/stories/law")) {
        if (entry.path().extension() != ".story") continue;
        std::ifstream file(entry.path());
        std::unique_ptr<Story> story;
        int number = 0;
        for (std::string line; std::getline(file, line);) {
            ++number;
            const std::string where = fmt::format("{}:{}: {}", entry.path().filename().string(), number, line);
            CAPTURE(where);
            const auto text = trim(line);
            if (text.starts_with("story ")) {
                if (story) story->end();
                story = std::make_unique<Story>();
                ++stories;
            } else if (!text.empty() && !text.starts_with('#')) {
                REQUIRE_MESSAGE(story != nullptr, "a step before the first story");
                story->line(text);
            }
        }
        if (story) story->end();
    }
    CHECK(stories >= 12);
}
