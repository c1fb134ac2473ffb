#include "catalogue/idarati.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "catalogue/impl/portal_sheet.hpp"

#include <fmt/format.h>

namespace wasl::catalogue {
namespace {

constexpr std::size_t largest_input = 64U << 20U;
constexpr std::size_t longest_title = 4000;  // bytes; the longest of the portal has some 400
constexpr std::size_t most_papers = 500;

std::unexpected<Error> missing(std::size_t number, std::string_view what) {
    return fail(Code::invalid, "import.missing-field", fmt::format("procedure {}: {}", number, what));
}

// A text; null and absent are empty. Anything else is an error of the file.
Result<std::string> text_field(const json::Value& sheet, std::size_t number, std::string_view name) {
    const json::Value& value = sheet[name];
    if (value.is_null()) {
        return std::string();
    }
    if (!value.string()) {
        return fail(Code::invalid, "import.malformed", fmt::format("procedure {}: \"{}\" is no text", number, name));
    }
    return *value.string();
}

// A list of texts; one text counts as a list of one.
Result<std::vector<std::string>> list_field(const json::Value& sheet, std::size_t number, std::string_view name) {
    const json::Value& value = sheet[name];
    std::vector<std::string> out;
    if (value.is_null()) {
        return out;
    }
    if (value.string()) {
        out.push_back(*value.string());
        return out;
    }
    if (!value.array()) {
        return fail(Code::invalid, "import.malformed", fmt::format("procedure {}: \"{}\" is no list of texts", number, name));
    }
    for (const auto& item : *value.array()) {
        if (!item.string()) {
            return fail(Code::invalid, "import.malformed", fmt::format("procedure {}: \"{}\" holds something that is no text", number, name));
        }
        out.push_back(*item.string());
    }
    return out;
}

Result<impl::PortalSheet> read_sheet(const json::Value& value, std::size_t number) {
    if (!value.object()) {
        return fail(Code::invalid, "import.malformed", fmt::format("procedure {} is no JSON object", number));
    }
    impl::PortalSheet out;
    out.title = TRY(text_field(value, number, "proc_title"));
    if (trim(out.title).empty()) {
        return missing(number, "\"proc_title\" is missing or empty");
    }
    if (out.title.size() > longest_title) {
        return fail(Code::too_large, "import.too-large", fmt::format("procedure {}: the title has {} bytes", number, out.title.size()));
    }
    out.other_authorities = TRY(list_field(value, number, "proc_administration"));
    if (out.other_authorities.empty() || trim(out.other_authorities[0]).empty()) {
        return missing(number, "\"proc_administration\" names no authority");
    }
    out.authority = out.other_authorities[0];
    out.other_authorities.erase(out.other_authorities.begin());
    for (const char* name : {"proc_pieces", "proc_delai", "fee"}) {
        if (!value.object()->find(name)) {
            return missing(number, fmt::format("\"{}\" is missing", name));
        }
    }
    out.papers = TRY(list_field(value, number, "proc_pieces"));
    if (out.papers.size() > most_papers) {
        return fail(Code::too_large, "import.too-large", fmt::format("procedure {} lists {} papers", number, out.papers.size()));
    }
    out.steps = TRY(list_field(value, number, "proc_steps"));
    out.laws = TRY(list_field(value, number, "proc_lois"));
    out.delay = TRY(text_field(value, number, "proc_delai"));
    out.fee = TRY(text_field(value, number, "fee"));
    out.description = TRY(text_field(value, number, "proc_description"));
    return out;
}

json::Value delay_json(const DelayReading& delay) {
    if (delay.needs_human()) {
        return "needs-human";
    }
    json::Array rows;
    for (const auto& row : delay.rows) {
        json::Object item{{"n", row.n}, {"unit", row.unit == DelayUnit::day ? "day" : "month"}, {"working", row.working}};
        if (!row.when.empty()) {
            item.set("when", row.when);
        }
        rows.emplace_back(std::move(item));
    }
    return rows;
}

json::Value fee_json(const FeeReading& fee) {
    switch (fee.kind) {
        case FeeKind::free: return "free";
        case FeeKind::amount: return json::Object{{"amount", fee.amount}};
        case FeeKind::rule: return json::Object{{"rule", fee.rule}};
        case FeeKind::needs_human: break;
    }
    return "needs-human";
}

}  // namespace

std::string portal_id(std::string_view title, std::string_view first_authority) {
    return "portal-" + Sha256().update(title).update("\n").update(first_authority).finish().hex().substr(0, 12);
}

Result<std::vector<ImportedSheet>> read_idarati(std::string_view text, const ImportSetting& setting) {
    if (text.size() > largest_input) {
        return fail(Code::too_large, "import.too-large", fmt::format("{} bytes; at most {} are read", text.size(), largest_input));
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);  // a byte order mark, as some editors leave
    }
    auto parsed = json::parse(text, {largest_input, 16});
    if (!parsed) {
        return fail(Code::invalid, "import.malformed", "no JSON: " + parsed.error().detail);
    }
    const json::Array one{*parsed};
    const json::Array* list = parsed->array() ? parsed->array() : parsed->object() ? &one : nullptr;
    if (!list) {
        return fail(Code::invalid, "import.malformed", "the file is no list of procedures");
    }
    std::vector<ImportedSheet> out;
    for (const auto& value : *list) {
        const impl::PortalSheet source = TRY(read_sheet(value, out.size() + 1));
        ImportedSheet sheet;
        sheet.title = source.title;
        sheet.id = portal_id(source.title, source.authority);
        sheet.delay = read_delay(source.delay);
        sheet.fee = read_fee(source.fee);
        impl::build_sheet(source, setting, sheet);
        out.push_back(std::move(sheet));
    }
    return out;
}

std::string report_line(const ImportedSheet& sheet) {
    json::Array findings;
    for (const auto& finding : sheet.findings) {
        findings.emplace_back(json::Object{{"key", finding.key}, {"detail", finding.detail}});
    }
    return json::write(json::Object{{"id", sheet.id},
                                    {"title", sheet.title},
                                    {"delay", delay_json(sheet.delay)},
                                    {"fee", fee_json(sheet.fee)},
                                    {"findings", std::move(findings)}});
}

}  // namespace wasl::catalogue
