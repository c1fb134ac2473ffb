// Commands inside a store transaction: what the service's calls share.
#pragma once

#include "dossier/impl/rows.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::dossier {

// A dossier loaded in a transaction, and what happened to it there.
struct Loaded {
    State state;
    std::int64_t version = 0;  // 0: not there yet
};

class Writing {
public:
    Writing(const ServicePorts& ports, store::Transaction& transaction) : ports_(ports), tx_(transaction) {}

    Result<Loaded> load(std::string_view id);
    // Decides, applies, journals with seals, writes row, counters, tasks and messages. Zero events: nothing written.
    Result<std::vector<Event>> run(Loaded& dossier, const Command& command, const Actor& actor,
                                   const std::vector<SigningRight>& rights);
    // Allocates the reference, then as run().
    Result<void> file(Loaded& dossier, Filed filed, std::vector<Evidence> evidence, std::string_view desk, const Actor& actor);
    // Runs the member's check where something of the dossier is checked, and notes what it found. The values of `wish`
    // stand in place of the answers. False: nothing of it is.
    Result<bool> check(Loaded& dossier, const json::Object& wish, const Actor& actor);
    // Right after file(): grants and notifies when the law and the kill switch allow; else an agent looks.
    Result<void> grant_at_filing(Loaded& dossier, DecisionRecord record);

private:
    Result<std::string> next_reference(std::string_view desk);
    Result<std::string> next_number(const State& state, const Command& command);
    Result<bool> may_grant(const Loaded& dossier, const DecisionRecord& record);
    Result<void> check_after(Loaded& dossier, const std::vector<Event>& events);
    Result<void> seal(const State& state, Event& event);
    Result<void> keep(Loaded& dossier, const State& before, const std::vector<Event>& events);
    Result<void> journal(const State& state, const std::vector<Event>& events);
    Result<void> count(const State& before, const State& after);
    Result<void> count_holders(const std::vector<Event>& events);
    Result<void> keep_papers(const std::vector<Event>& events);
    Result<void> keep_tasks(const State& state, const std::vector<Event>& events);
    Result<void> tell(const State& state, const std::vector<Event>& events);
    Result<void> pass_on_appeal(const State& state, const std::vector<Event>& events);

    const ServicePorts& ports_;
    store::Transaction& tx_;
};

// Total bytes of the papers; "upload.dossier-full" above the limit.
Result<void> within_limit(const std::vector<Piece>& pieces);
Result<Digest> digest_of(std::string_view hex);
// A paper's bytes gain or lose a name; nothing to do without a digest.
Result<void> name_paper(store::Transaction& tx, std::string_view digest);
Result<void> release_paper(store::Transaction& tx, std::string_view digest);

}  // namespace wasl::dossier
