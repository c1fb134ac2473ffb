#include "insight/settings.hpp"

#include "jurisdiction/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

namespace wasl::insight {

namespace {

using toml_text::Node;

std::unexpected<Error> wrong(const Node& at, std::string_view why) {
    return fail(Code::unprocessable, "insight.settings", fmt::format("figures.toml:{}: {}", at.line, why));
}

Result<Node> parse_settings(std::string_view text) {
    auto parsed = toml_text::parse(text);
    if (!parsed) return fail(Code::unprocessable, "insight.settings", fmt::format("figures.toml:{}: {}", parsed.error().line, parsed.error().message));
    return std::move(*parsed);
}

// A word that nobody knows is a slip of the hand, not something to pass over.
Result<void> only_keys(const Node& table, std::initializer_list<std::string_view> known) {
    if (table.table() == nullptr) return wrong(table, "not a table");
    for (const auto& member : *table.table()) {
        if (std::ranges::find(known, member.key) == known.end()) return wrong(member.value, "unknown: " + member.key);
    }
    return {};
}

Result<std::int64_t> count_at(const Node& table, std::string_view key, std::int64_t least) {
    const auto* node = table.find(key);
    if (node == nullptr || node->integer() == nullptr || *node->integer() < least) return wrong(node == nullptr ? table : *node, fmt::format("{}: a whole number from {}", key, least));
    return *node->integer();
}

Result<std::string> words_at(const Node& table, std::string_view key) {
    const auto* node = table.find(key);
    if (node == nullptr || node->string() == nullptr || node->string()->empty()) return wrong(node == nullptr ? table : *node, fmt::format("{}: a text", key));
    return *node->string();
}

Result<Decimal> decimal_at(const Node& table, std::string_view key) {
    const auto text = TRY(words_at(table, key));
    const auto value = Decimal::parse(text);
    if (!value || value->is_negative()) return wrong(*table.find(key), fmt::format("{}: a decimal as text", key));
    return *value;
}

Result<jurisdiction::Names> names_at(const Node& table, std::string_view key) {
    const auto* node = table.find(key);
    if (node == nullptr) return wrong(table, fmt::format("{}: names", key));
    TRY(only_keys(*node, {"ar", "fr", "en", "zgh"}));
    jurisdiction::Names out;
    out.ar = TRY(words_at(*node, "ar"));
    out.fr = TRY(words_at(*node, "fr"));
    out.en = TRY(words_at(*node, "en"));
    out.zgh = TRY(words_at(*node, "zgh"));
    return out;
}

Result<Gap> gap_of(const Node& node) {
    TRY(only_keys(node, {"name", "high_group", "low_group", "high", "low", "source"}));
    Gap gap;
    gap.name = TRY(names_at(node, "name"));
    gap.high_group = TRY(names_at(node, "high_group"));
    gap.low_group = TRY(names_at(node, "low_group"));
    gap.high = TRY(decimal_at(node, "high"));
    gap.low = TRY(decimal_at(node, "low"));
    gap.source = TRY(words_at(node, "source"));
    if (gap.high.is_zero() || gap.low > gap.high) return wrong(node, "high is the greater one, and not zero");
    return gap;
}

Result<MemberFacts> member_of(const Node& node) {
    TRY(only_keys(node, {"id", "area", "population", "companies", "companies_on", "companies_source"}));
    MemberFacts out;
    out.id = TRY(words_at(node, "id"));
    if (const auto* area = node.find("area")) {
        const auto* word = area->string();
        if (word == nullptr || (*word != "rural" && *word != "urban")) return wrong(*area, "area: rural or urban");
        out.area = *word == "rural" ? Area::rural : Area::urban;
    }
    if (node.find("population") != nullptr) out.population = TRY(count_at(node, "population", 1));
    if (node.find("companies") == nullptr) return out;
    out.companies = TRY(count_at(node, "companies", 0));
    const auto* day = node.find("companies_on");
    if (day == nullptr || day->date() == nullptr) return wrong(node, "companies_on: the day of that number");
    out.companies_on = *day->date();
    out.companies_source = TRY(words_at(node, "companies_source"));
    return out;
}

}  // namespace

Decimal Gap::relative() const {
    const auto share = low.divided_by(high).value_or(Decimal());
    const auto gap = Decimal::from_integer(1).minus(share).value_or(Decimal());
    return gap.times(Decimal::from_integer(100)).value_or(Decimal()).rounded(1, Decimal::Rounding::half_up).value_or(Decimal());
}

Result<PackFigures> read_pack_figures(std::string_view text) {
    const auto root = TRY(parse_settings(text));
    TRY(only_keys(root, {"smallest_count", "session_minutes", "agent_minute", "gap"}));
    PackFigures out;
    out.smallest_count = TRY(count_at(root, "smallest_count", 10));
    out.session_minutes = TRY(count_at(root, "session_minutes", 1));
    if (const auto* minute = root.find("agent_minute")) {
        TRY(only_keys(*minute, {"cost", "source", "confirmed"}));
        out.minute_cost = TRY(decimal_at(*minute, "cost"));
        out.minute_source = TRY(words_at(*minute, "source"));
        const auto* confirmed = minute->find("confirmed");
        out.minute_confirmed = confirmed != nullptr && confirmed->boolean() != nullptr && *confirmed->boolean();
    }
    if (const auto* gaps = root.find("gap")) {
        if (gaps->array() == nullptr) return wrong(*gaps, "gap: [[gap]] tables");
        for (const auto& gap : *gaps->array()) out.gaps.push_back(TRY(gap_of(gap)));
    }
    return out;
}

const MemberFacts* HostFacts::member(std::string_view id) const noexcept {
    const auto found = std::ranges::find(members, id, &MemberFacts::id);
    return found == members.end() ? nullptr : &*found;
}

Result<HostFacts> read_host_facts(std::string_view text) {
    const auto root = TRY(parse_settings(text));
    TRY(only_keys(root, {"member"}));
    HostFacts out;
    const auto* members = root.find("member");
    if (members == nullptr) return out;
    if (members->array() == nullptr) return wrong(*members, "member: [[member]] tables");
    for (const auto& node : *members->array()) {
        auto member = TRY(member_of(node));
        if (out.member(member.id) != nullptr) return wrong(node, "twice: " + member.id);
        out.members.push_back(std::move(member));
    }
    return out;
}

}  // namespace wasl::insight
