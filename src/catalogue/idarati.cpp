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

// One procedure of the list. Whatever is absent or of another type concerns this procedure alone: it is
// a finding, the field counts as not published, and the rest goes on.
class SheetReader {
public:
    SheetReader(const json::Value& value, ImportedSheet& out) : value_(value), out_(out) {}

    impl::PortalSheet read() {
        impl::PortalSheet sheet;
        sheet.title = text("proc_title");
        sheet.other_authorities = list("proc_administration");
        if (!sheet.other_authorities.empty()) {
            sheet.authority = sheet.other_authorities[0];
            sheet.other_authorities.erase(sheet.other_authorities.begin());
        }
        sheet.papers = list("proc_pieces");
        sheet.steps = list("proc_steps");
        sheet.laws = list("proc_lois");
        sheet.delay = text("proc_delai");
        sheet.fee = text("fee");
        sheet.description = text("proc_description");
        return sheet;
    }

    // Whether a folder can be made of it at all.
    bool can_be_filed(const impl::PortalSheet& sheet) {
        if (trim(sheet.title).empty()) {
            return refuse("title.missing", "no folder is written for a procedure without a title");
        }
        if (sheet.title.size() > longest_title) {
            return refuse("title.too-long", fmt::format("{} bytes; at most {} are read", sheet.title.size(), longest_title));
        }
        if (sheet.papers.size() > most_papers) {
            return refuse("papers.too-many", fmt::format("{} papers; at most {} are read", sheet.papers.size(), most_papers));
        }
        if (trim(sheet.authority).empty()) {
            say("authority.missing", "no authority is named");
        }
        return true;
    }

private:
    void say(std::string key, std::string detail) { out_.findings.push_back({std::move(key), std::move(detail)}); }
    bool refuse(std::string key, std::string detail) {
        say(std::move(key), std::move(detail));
        return false;
    }
    void malformed(std::string_view name, std::string_view wanted) {
        say("field.malformed", fmt::format("\"{}\" is no {}", name, wanted));
    }

    std::string text(std::string_view name) {
        const json::Value& field = value_[name];
        if (!field.is_null() && !field.string()) {
            malformed(name, "text");
        }
        return field.string() ? *field.string() : std::string();
    }

    // One text counts as a list of one.
    std::vector<std::string> list(std::string_view name) {
        const json::Value& field = value_[name];
        std::vector<std::string> out;
        if (field.string()) {
            out.push_back(*field.string());
        } else if (field.array()) {
            for (const auto& item : *field.array()) {
                if (item.string()) {
                    out.push_back(*item.string());
                } else {
                    malformed(name, "list of texts only");
                }
            }
        } else if (!field.is_null()) {
            malformed(name, "list of texts");
        }
        return out;
    }

    const json::Value& value_;
    ImportedSheet& out_;
};

ImportedSheet read_one(const json::Value& value, const ImportSetting& setting) {
    ImportedSheet sheet;
    if (!value.object()) {
        sheet.delay.why = "delay.absent";
        sheet.fee.why = "fee.absent";
        sheet.findings.push_back({"procedure.malformed", "it is no JSON object"});
        return sheet;
    }
    SheetReader reader(value, sheet);
    const impl::PortalSheet source = reader.read();
    sheet.title = source.title;
    sheet.delay = read_delay(source.delay);
    sheet.fee = read_fee(source.fee);
    if (!trim(source.title).empty()) {
        sheet.id = portal_id(source.title, source.authority);
    }
    if (reader.can_be_filed(source)) {
        impl::build_sheet(source, setting, sheet);
    }
    return sheet;
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
        out.push_back(read_one(value, setting));
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
