#include "insight/cases.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "insight/pick.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::insight {

namespace {

// Moves when a definition below does: everything kept is then counted anew.
constexpr int definitions_version = 3;

using What = Seen::What;

struct Named {
    std::string_view kind;
    What what;
};
// Entries that count; every other one matters only as an act of an agent or of somebody else.
constexpr Named kinds[] = {
    {"dossier.filed", What::filed},
    {"dossier.piece-added", What::paper},
    {"dossier.completion-requested", What::completion_asked},
    {"dossier.completed", What::completed},
    {"dossier.clock-extended", What::due_moved},
    {"dossier.clock-recomputed", What::due_moved},
    {"dossier.signed", What::decided},
    {"dossier.granted-automatically", What::decided},
    {"dossier.notified", What::notified},
    {"dossier.silence-approved", What::silence},
    {"dossier.final-receipt-issued", What::acknowledged_declaration},
    {"dossier.free-to-operate", What::free},
    {"dossier.lapsed", What::closed},
    {"dossier.withdrawn", What::closed},
    {"dossier.transferred", What::closed},
    {"dossier.appeal-decided", What::reopened},
    {"dossier.complaint-reopened", What::reopened},
    {"dossier.satisfaction-given", What::satisfaction},
    {"dossier.message-sent", What::message},
    {"dossier.complaint-acknowledged", What::message},
    {"dossier.evidence-fetched", What::evidence},
    {"dossier.erased", What::erased},
};

What what_of(std::string_view kind) {
    for (const auto& named : kinds) {
        if (named.kind == kind) return named.what;
    }
    return kind.starts_with("dossier.") ? What::other : What::foreign;
}

std::optional<Instant> instant_of(const Picked& value) {
    if (!value.there()) return std::nullopt;
    const auto parsed = parse_instant(value.plain());
    return parsed ? std::optional(*parsed) : std::nullopt;
}

bool is_favourable(std::string_view outcome) { return outcome == "granted" || outcome == "upheld"; }

void note(std::vector<std::string>& codes, std::string code) {
    if (!code.empty() && std::ranges::find(codes, code) == codes.end()) codes.push_back(std::move(code));
}

void note_paper(Case& into, const Picked& piece) {
    note(piece["source"].plain() == "fetched" ? into.fetched : into.given, piece["requirement"].text());
}

// A hash, since the figures have no use for the number itself.
std::string company_of(const Picked& party) {
    if (party["identifier_kind"].plain() != "ice") return {};
    const auto number = party["identifier"].text();
    return number.empty() ? std::string() : sha256("wasl figures\nice\n" + number).hex().substr(0, 32);
}

Way way_of(std::string_view channel, const Picked& representative) {
    if (channel == "counter" || channel == "desk") return Way::counter;
    if (channel == "post") return Way::post;
    const auto relation = representative["relation"].plain();
    const bool own = !representative.there() || relation == "parent" || relation == "guardian";
    return own ? Way::page : Way::helper;
}

Case filing_of(const Picked& body, std::optional<Instant>& due) {
    Case out;
    Picked applicant, representative;
    std::string_view channel;
    bool appeal = false;
    body.members([&](std::string_view name, const Picked& value) {
        if (name == "kind") out.complaint = value.plain() == "complaint";
        if (name == "office") out.office = value.text();
        if (name == "applicant") applicant = value;
        if (name == "representative") representative = value;
        if (name == "contact") out.language = value["language"].plain();
        if (name == "channel") channel = value.plain();
        if (name == "pieces") value.each([&](const Picked& piece) { note_paper(out, piece); });
        if (name == "receipt") {
            out.completion_asked = value["missing"].there();
            due = instant_of(value["answer_due"]);
        }
        if (name == "link") appeal = value["relation"].plain() == "appeal";
    });
    out.complaint = out.complaint && !appeal;
    out.way = way_of(channel, representative);
    // Anybody may write an ICE down and say that they represent it: only a proven power makes it a company's act.
    const bool online = out.way == Way::page || out.way == Way::helper;
    if (online && representative["proven"].is_true()) out.company = company_of(applicant);
    return out;
}

void see_body(Seen& seen, std::string_view kind, const Picked& body) {
    switch (seen.what) {
        case What::paper:
            seen.code = body["piece"]["requirement"].text();
            seen.from_source = body["piece"]["source"].plain() == "fetched";
            break;
        case What::evidence:
            seen.code = body["evidence"]["requirement"].text();
            seen.from_source = body["evidence"]["status"].plain() == "held";
            break;
        case What::completed:
        case What::due_moved: seen.instant = instant_of(body["due"]); break;
        case What::reopened:
            seen.instant = instant_of(body["due"]);
            seen.flag = kind == "dossier.complaint-reopened";
            break;
        case What::satisfaction: seen.flag = to_integer(body["score"].raw()).value_or(0) >= satisfied_from; break;
        case What::notified:
        case What::silence:
        case What::free: seen.instant = instant_of(body["at"]); break;
        case What::decided: seen.flag = kind == "dossier.granted-automatically" || is_favourable(body["outcome"].plain()); break;
        default: break;
    }
}

void answer(Case& one, Instant at, Ending ending, bool favourable, const Basis& basis) {
    const auto day = basis.calendar->date_at(at);
    const int days = basis.calendar->working_days_between(Date::from_days(one.filed), day);
    one.answers.push_back({day.days_since_epoch(), ending, std::max(0, days), favourable});
    one.open = false;
    one.due.reset();
    if (!one.closed) one.closed = day.days_since_epoch();
}

// What an act of an agent adds: the time since the entry before, when that was the same agent's and not long ago.
void work(Case& one, const Seen& seen, const Basis& basis) {
    const auto pause = (seen.at - one.last_at) / 1'000'000;
    if (!seen.agent.empty() && seen.agent == one.last_agent && pause >= 0 && pause <= basis.session_seconds) one.agent_seconds += pause;
    one.last_agent = seen.agent;
    one.last_at = seen.at;
}

void fold_known(Case& one, const Seen& seen, const Basis& basis) {
    const Instant at{seen.at};
    const auto today = [&] { return basis.calendar->date_at(at).days_since_epoch(); };
    switch (seen.what) {
        case What::paper: note(seen.from_source ? one.fetched : one.given, seen.code); break;
        case What::evidence:
            if (seen.from_source) note(one.fetched, seen.code);
            break;
        case What::completion_asked:
            one.completion_asked = true;
            one.due.reset();
            if (!one.acknowledged && !seen.agent.empty()) one.acknowledged = today();
            break;
        case What::completed:
        case What::due_moved: one.due = seen.instant; break;
        case What::decided: one.favourable = seen.flag; break;
        case What::notified: {
            const Instant effect = seen.instant.value_or(at);
            const bool in_time = one.due && effect < *one.due;
            if (!one.acknowledged) one.acknowledged = basis.calendar->date_at(effect).days_since_epoch();
            answer(one, effect, in_time ? Ending::in_time : Ending::late, one.favourable, basis);
            break;
        }
        case What::silence:
        case What::free: answer(one, seen.instant.value_or(at), Ending::silence, true, basis); break;
        case What::acknowledged_declaration:
            if (one.open) answer(one, at, one.due && at < *one.due ? Ending::in_time : Ending::late, true, basis);
            break;
        case What::closed:
            one.open = false;
            one.due.reset();
            if (!one.closed) one.closed = today();
            break;
        case What::reopened:
            if (seen.instant) {
                one.open = true;
                one.due = seen.instant;
                one.favourable = false;
            }
            one.reopened = one.reopened || seen.flag;
            break;
        case What::satisfaction: one.satisfied = seen.flag; break;
        case What::message:
            if (!one.acknowledged && !seen.agent.empty()) one.acknowledged = today();
            break;
        default: break;
    }
}

}  // namespace

std::string_view to_string(Way way) noexcept {
    constexpr std::array<std::string_view, way_count> names{"page", "counter", "helper", "post"};
    return names[static_cast<std::size_t>(way)];
}

std::string Basis::digest() const {
    Sha256 hash;
    hash.update(fmt::format("{}\n{}\n{}\n", definitions_version, session_seconds, calendar->zone().name()));
    // Which days of a long span are working days: what the pack says of weekends and feasts, whatever its words.
    std::string works;
    for (auto day = Date{2015, 1, 1}; day.year < 2045; day = day.plus_days(1)) works += calendar->is_working_day(day) ? '1' : '0';
    return hash.update(works).finish().hex().substr(0, 16);
}

Seen see(const store::JournalRow& row, const Basis& basis) {
    Seen out;
    out.what = what_of(row.kind);
    if (out.what == What::foreign) return out;
    out.chain = row.chain;
    out.at = row.at.micros;
    if (row.erased) out.what = What::erased;
    if (out.what == What::erased) return out;
    Picked by, body;
    Picked(row.content).members([&](std::string_view name, const Picked& value) {
        if (name == "by") by = value;
        if (name == "body") body = value;
        if (name == "at") {
            if (const auto at = instant_of(value)) out.at = at->micros;
        }
    });
    if (by["office"].there() && by["id"].plain() != "system") out.agent = by["id"].text();
    if (out.what == What::filed) {
        out.filing = filing_of(body, out.instant);
        out.filing.filed = basis.calendar->date_at({out.at}).days_since_epoch();
        out.filing.due = out.instant;
    } else {
        see_body(out, row.kind, body);
    }
    return out;
}

bool fold(std::optional<Case>& into, const Seen& seen, const Basis& basis) {
    if (seen.what == What::foreign) return into.has_value();
    if (seen.what == What::erased) {
        into.reset();
        return false;
    }
    if (seen.what == What::filed) into = seen.filing;
    if (!into) return false;
    work(*into, seen, basis);
    if (seen.what != What::filed) fold_known(*into, seen, basis);
    return true;
}

std::string encode(const Case& one) {
    json::Object out{{"office", one.office}, {"filed", one.filed}, {"way", static_cast<int>(one.way)}, {"language", one.language}};
    if (one.complaint) out.set("complaint", true);
    if (!one.company.empty()) out.set("company", one.company);
    if (one.completion_asked) out.set("asked", true);
    const auto list = [&](const char* name, const std::vector<std::string>& codes) {
        json::Array array;
        for (const auto& code : codes) array.emplace_back(code);
        if (!codes.empty()) out.set(name, std::move(array));
    };
    list("fetched", one.fetched);
    list("given", one.given);
    if (one.due) out.set("due", one.due->micros);
    if (one.favourable) out.set("favourable", true);
    json::Array answers;
    for (const auto& each : one.answers) {
        answers.emplace_back(json::Array{each.day, static_cast<int>(each.ending), each.working_days, each.favourable});
    }
    if (!answers.empty()) out.set("answers", std::move(answers));
    if (!one.open) out.set("over", true);
    if (one.acknowledged) out.set("acknowledged", *one.acknowledged);
    if (one.closed) out.set("closed", *one.closed);
    if (one.reopened) out.set("reopened", true);
    if (one.satisfied) out.set("satisfied", *one.satisfied);
    if (!one.last_agent.empty()) out.set("agent", one.last_agent);
    out.set("at", one.last_at);
    if (one.agent_seconds > 0) out.set("seconds", one.agent_seconds);
    return json::write(out);
}

std::optional<Case> decode_case(std::string_view text) {
    const auto parsed = json::parse(text);
    if (!parsed || parsed->object() == nullptr) return std::nullopt;
    const json::Value& in = *parsed;
    Case out;
    out.office = in["office"].text_or("");
    out.filed = in["filed"].integer_or(0);
    out.way = static_cast<Way>(std::clamp<std::int64_t>(in["way"].integer_or(0), 0, way_count - 1));
    out.language = in["language"].text_or("");
    out.complaint = in["complaint"].bool_or(false);
    out.company = in["company"].text_or("");
    out.completion_asked = in["asked"].bool_or(false);
    const auto list = [&](const char* name, std::vector<std::string>& codes) {
        if (const auto* array = in[name].array()) {
            for (const auto& code : *array) codes.emplace_back(code.text_or(""));
        }
    };
    list("fetched", out.fetched);
    list("given", out.given);
    if (const auto due = in["due"].integer()) out.due = Instant{*due};
    out.favourable = in["favourable"].bool_or(false);
    if (const auto* answers = in["answers"].array()) {
        for (const auto& each : *answers) {
            const auto* four = each.array();
            if (four == nullptr || four->size() != 4) return std::nullopt;
            const auto ending = static_cast<Ending>(std::clamp<std::int64_t>((*four)[1].integer_or(0), 0, ending_count - 1));
            out.answers.push_back({(*four)[0].integer_or(0), ending, (*four)[2].integer_or(0), (*four)[3].bool_or(false)});
        }
    }
    out.open = !in["over"].bool_or(false);
    out.acknowledged = in["acknowledged"].integer();
    out.closed = in["closed"].integer();
    out.reopened = in["reopened"].bool_or(false);
    if (!in["satisfied"].is_null()) out.satisfied = in["satisfied"].bool_or(false);
    out.last_agent = in["agent"].text_or("");
    out.last_at = in["at"].integer_or(0);
    out.agent_seconds = in["seconds"].integer_or(0);
    return out;
}

}  // namespace wasl::insight
