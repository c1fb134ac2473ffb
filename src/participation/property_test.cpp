// Stuffing the ballot: few people with several accounts each speak, change, support, hide and contest at once from many
// threads, replaying each other's requests; one voice counts once, and the audit agrees.
#include "participation/testing.hpp"

#include <random>
#include <set>
#include <thread>

using namespace wasl;
using namespace wasl::participation;
using namespace wasl::participation::test;

namespace {

constexpr int people = 5, threads = 4, steps = 120;

void stuff(Member& m, const std::vector<Consultation>& on, std::uint32_t seed) {
    std::mt19937 chance(seed);
    const auto below = [&](std::uint32_t bound) { return static_cast<int>(chance() % bound); };
    for (int step = 0; step < steps; ++step) {
        const auto& one = on[static_cast<std::size_t>(below(static_cast<std::uint32_t>(on.size())))];
        const auto who = person(below(people), below(3));  // one of three accounts
        const auto article = 1 + below(3);
        const auto agent = "a-" + std::to_string(below(3));
        const auto known = m.forum->comments(one.id, article, 10, "");
        const auto* some = known && !known->comments.empty() ? &known->comments[static_cast<std::size_t>(below(static_cast<std::uint32_t>(known->comments.size())))] : nullptr;
        switch (below(10)) {
            case 0:
            case 1:
            case 2: static_cast<void>(m.forum->say(one.id, article, "Avis " + std::to_string(below(4)), 0, who)); break;
            case 3: static_cast<void>(m.forum->say(one.id, article, "Avis " + std::to_string(below(4)), 1 + below(4), who)); break;
            case 4:
            case 5:
            case 6:
                if (some != nullptr) static_cast<void>(m.forum->support(some->id, who));
                break;
            case 7:
                if (some != nullptr) static_cast<void>(m.forum->hide(some->id, hiding_reasons[static_cast<std::size_t>(below(5))], "Motif.", agent));
                break;
            case 8:
                if (some != nullptr) static_cast<void>(m.forum->contest(some->id, "Je conteste " + std::to_string(below(2)), who));
                break;
            default:
                if (some != nullptr) static_cast<void>(m.forum->decide_contest(some->id, below(2) == 0, "Décidé.", agent));
        }
    }
}

}  // namespace

TEST_CASE("property: whoever stuffs the ballot at once, by several accounts and by replays, has one voice") {
    for (std::uint32_t round = 0; round < 3; ++round) {
        Member m;
        const std::vector<Consultation> on = {m.published(), m.published()};
        std::vector<std::thread> hands;
        for (std::uint32_t hand = 0; hand < threads; ++hand) hands.emplace_back([&, hand] { stuff(m, on, round * 10 + hand + 1); });
        for (auto& hand : hands) hand.join();
        for (const auto& one : on) {
            const auto counts = must(m.forum->counts(one));
            for (std::int64_t article = 1; article <= 3; ++article) {
                const auto page = must(m.forum->comments(one.id, article, 100, ""));
                std::set<std::string> voices;
                std::int64_t supports = 0;
                for (const auto& comment : page.comments) {
                    voices.insert(comment.voice);
                    supports += comment.supports;
                    CHECK(comment.supports < people);  // everybody but its author
                }
                CHECK(voices.size() == page.comments.size());
                CHECK(page.comments.size() <= people);
                CHECK(counts.articles.at(article).comments == static_cast<std::int64_t>(page.comments.size()));
                CHECK(counts.articles.at(article).supports == supports);
            }
        }
        CHECK(m.audit() == "");
    }
}

TEST_CASE("property: the same first word from many threads is one comment, and every other answer says why") {
    Member m;
    const auto one = m.published();
    std::atomic<int> taken{0}, refused{0}, odd{0};
    std::vector<std::thread> hands;
    for (int hand = 0; hand < 8; ++hand) {
        hands.emplace_back([&, hand] {
            const auto done = m.forum->say(one.id, 1, "Avis " + std::to_string(hand), 0, person(1, hand));
            if (done) ++taken;
            else if (done.error().key == "participation.voice-used") ++refused;
            else ++odd;
        });
    }
    for (auto& hand : hands) hand.join();
    CHECK(taken == 1);
    CHECK(refused == 7);
    CHECK(odd == 0);
    CHECK(must(m.forum->counts(one)).all().comments == 1);
}
