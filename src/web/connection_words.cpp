#include "web/connection_words.hpp"

#include "base/decimal.hpp"
#include "grid/connection_record.hpp"
#include "grid/connections.hpp"
#include "lingua/formats.hpp"
#include "web/network_words.hpp"
#include "web/request_words.hpp"

#include <fmt/format.h>

#include <cmath>

namespace wasl::web {

namespace {

std::string shown(lingua::Language language, double value, int digits) {
    const auto decimal = Decimal::parse(fmt::format("{:.{}f}", value, digits));
    return decimal ? lingua::number(language, *decimal) : std::string();
}

std::string per_unit(const Visit& visit, double value) { return shown(visit.language, value, 4); }

bool is_connection(const dossier::State& state) { return state.check && state.check->subject == grid::connection_subject; }

std::string problem_of(const dossier::Checked& check) {
    const auto* problem = check.record.find("problem");
    return problem == nullptr ? std::string() : std::string(problem->text_or(""));
}

std::string sentence_of(const Visit& visit, const std::string& problem) {
    return lingua::say(visit.language, Error{Code::unprocessable, problem, {}});
}

std::string place_of(std::int64_t number, const std::string& name) {
    return name.empty() ? std::to_string(number) : fmt::format("{} ({})", number, name);
}

std::string binding_words(const Visit& visit, const grid::BindingElement& binding) {
    using grid::LimitKind;
    const auto key = fmt::format("connection.binding.{}", grid::to_string(binding.kind));
    if (binding.kind == LimitKind::no_balance || binding.kind == LimitKind::no_convergence) return visit.say(key);
    if (binding.bus != 0) {
        return visit.say(key, {{"bus", place_of(binding.bus, binding.name)}, {"value", per_unit(visit, binding.value)}, {"limit", per_unit(visit, binding.limit)}});
    }
    const auto name = binding.name.empty() ? fmt::format("{}–{}", binding.from, binding.to) : fmt::format("{} ({}–{})", binding.name, binding.from, binding.to);
    return visit.say(key, {{"branch", name}, {"value", shown(visit.language, binding.value, 3)}, {"limit", shown(visit.language, binding.limit, 3)}});
}

// Hours that the usual rules name have words; another keeper's own hour keeps its name.
std::string hour_words(const Visit& visit, const std::string& hour) {
    const auto key = "connection.hour." + hour;
    return lingua::find_key(key) ? visit.say(key) : hour;
}

SummaryRow row_of(const Visit& visit, std::string_view key, std::string value) {
    SummaryRow row;
    row.key = visit.say(key);
    row.value = std::move(value);
    return row;
}

std::optional<grid::Holding> kept_for(MemberSite& member, const dossier::State& state) {
    const auto reader = member.store->read();
    if (!reader) return std::nullopt;
    const auto found = grid::holding_of(**reader, state.id);
    return found ? *found : std::nullopt;
}

std::string_view colour_of(std::string_view outcome) {
    if (outcome == "granted") return "green";
    return outcome == "granted-up-to" ? "yellow" : "blue";
}

SummaryRow hour_row(const Visit& visit, const grid::HourFound& hour) {
    SummaryRow row;
    row.key = hour_words(visit, hour.hour);
    row.value = visit.say(hour.within ? "connection.desk.within" : "connection.desk.beyond");
    if (hour.lowest_bus == 0) return row;
    row.more.push_back(visit.say("connection.desk.voltages", {{"low", per_unit(visit, hour.lowest_pu)}, {"low_bus", std::to_string(hour.lowest_bus)},
                                                              {"high", per_unit(visit, hour.highest_pu)}, {"high_bus", std::to_string(hour.highest_bus)}}));
    if (hour.loaded_from != 0) {
        row.more.push_back(visit.say("connection.desk.loading", {{"share", shown(visit.language, hour.loading * 100, 1)},
                                                                 {"branch", fmt::format("{}–{}", hour.loaded_from, hour.loaded_to)}}));
    }
    return row;
}

// Why an engineer looks, as the person needs to know it.
std::string why_studied(const Visit& visit, const dossier::Checked& check, const std::optional<grid::CheckRecord>& record) {
    if (const auto problem = problem_of(check); !problem.empty()) return sentence_of(visit, problem);
    if (!record || !record->check.binding) return {};
    return visit.say(fmt::format("connection.person.because.{}", grid::to_string(record->check.binding->kind)));
}

std::optional<grid::CheckRecord> record_in(const dossier::Checked& check) {
    auto record = grid::record_from(json::Value(check.record));
    return record ? std::optional(std::move(*record)) : std::nullopt;
}

}  // namespace

std::string say_kw(lingua::Language language, double kw) {
    const auto text = shown(language, std::round(kw * 1'000) / 1'000, kw == std::floor(kw) ? 0 : kw * 10 == std::floor(kw * 10) ? 1 : 3);
    return lingua::say(language, "connection.kw", {{"number", text}});
}

std::string say_holding(const Visit& visit, const grid::Holding& holding) {
    const bool over = !holding.counts(visit.now()) && (holding.state == grid::HoldState::reserved || holding.state == grid::HoldState::granted);
    const auto state = over ? grid::HoldState::expired : holding.state;
    const auto day = say_day(visit, visit.site->local(holding.until.value_or(holding.since).plus_seconds(holding.until ? -1 : 0)).date);
    return visit.say(fmt::format("connection.holding.{}", grid::to_string(state)), {{"date", day}});
}

std::optional<ConnectionTold> connection_told(const Visit& visit, MemberSite& member, const dossier::State& state) {
    if (!is_connection(state)) return std::nullopt;
    const auto& check = *state.check;
    const auto record = record_in(check);
    ConnectionTold out;
    out.tag = visit.say(fmt::format("connection.outcome.{}", check.outcome));
    out.colour = colour_of(check.outcome);
    if (record && check.outcome != "study") {
        out.lines.push_back(visit.say(fmt::format("connection.person.{}", check.outcome),
                                      {{"kw", say_kw(visit.language, record->check.granted_kw)}, {"asked", say_kw(visit.language, record->request.asked_kw())}}));
    } else {
        out.lines.push_back(visit.say("connection.person.study"));
        if (auto why = why_studied(visit, check, record); !why.empty()) out.lines.push_back(std::move(why));
    }
    if (const auto kept = kept_for(member, state)) out.lines.push_back(say_holding(visit, *kept));
    if (const auto* regime = check.record.find("regime")) out.lines.push_back(visit.say(fmt::format("connection.regime.{}", regime->text_or("agreement"))));
    return out;
}

std::vector<SummaryRow> connection_rows(const Visit& visit, MemberSite& member, const dossier::State& state) {
    std::vector<SummaryRow> out;
    if (!is_connection(state)) return out;
    const auto& check = *state.check;
    const auto record = record_in(check);
    auto outcome = row_of(visit, "connection.desk.outcome", visit.say(fmt::format("connection.outcome.{}", check.outcome)));
    if (record) {
        outcome.more.push_back(visit.say("connection.desk.asked", {{"kw", say_kw(visit.language, record->check.granted_kw)},
                                                                   {"asked", say_kw(visit.language, record->request.asked_kw())}}));
    }
    if (const auto problem = problem_of(check); !problem.empty()) {
        outcome.more.push_back(sentence_of(visit, problem));
        const auto* detail = check.record.find("detail");
        if (detail != nullptr && !detail->text_or("").empty()) outcome.more.push_back(place_text(visit.language, detail->text_or("")));
    }
    out.push_back(std::move(outcome));
    if (!record) return out;
    const auto& found = record->check;
    if (found.binding) {
        auto binding = row_of(visit, "connection.desk.binding", binding_words(visit, *found.binding));
        binding.more.push_back(hour_words(visit, found.binding->hour));
        if (found.beyond_already) binding.more.push_back(visit.say("connection.desk.already"));
        out.push_back(std::move(binding));
    }
    out.push_back(row_of(visit, "connection.desk.where", visit.say("connection.desk.point", {{"bus", std::to_string(record->request.bus)}, {"feeder", found.feeder}})));
    for (const auto& hour : found.hours) out.push_back(hour_row(visit, hour));
    if (const auto kept = kept_for(member, state)) out.push_back(row_of(visit, "connection.desk.kept", say_holding(visit, *kept)));
    if (const auto* regime = check.record.find("regime")) out.push_back(row_of(visit, "connection.desk.regime", visit.say(fmt::format("connection.regime.{}", regime->text_or("agreement")))));
    auto method = row_of(visit, "connection.desk.method", visit.say(found.meshed ? "connection.desk.newton" : "connection.desk.sweep", {{"step", say_kw(visit.language, record->rules.step_kw)}, {"flows", found.power_flows}}));
    out.push_back(std::move(method));
    auto network = row_of(visit, "connection.desk.network", record->network);
    network.more.push_back(record->hash.substr(0, 16));
    network.typed_by_person = true;
    out.push_back(std::move(network));
    return out;
}

std::optional<std::string> connection_record_file(const dossier::State& state) {
    if (!is_connection(state)) return std::nullopt;
    return json::write_pretty(json::Value(state.check->record));
}

}  // namespace wasl::web
