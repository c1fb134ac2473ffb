// The lists of the law: delays, silence, extension, investment, formalities, money, identifiers.
#include "base/decimal.hpp"
#include "jurisdiction/impl/pack_reader.hpp"

namespace wasl::jurisdiction {
namespace {

// ar and fr beside the other keys of a short row.
Names names_in_row(Fields& row) { return {row.text("ar"), row.text("fr"), row.text("en", true), row.text("zgh", true)}; }

}  // namespace

void PackReader::read_delays(Fields& root) {
    root.tables("maximum", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[maximum]]");
        const std::string which = table.choice("class", {"ordinary", "investment", "complaint"});
        const Source source = table.source();
        Entry entry = dated(table, "maximum:" + which, source);
        const Delay delay = table.delay("delay");
        entry.apply = [=](Law& law) {
            (which == "investment"  ? law.investment_maximum
             : which == "complaint" ? law.complaint_maximum
                                    : law.ordinary_maximum) = {delay, source};
        };
        entries_.push_back(std::move(entry));
    });
    root.tables("clock", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[clock]]");
        const Source source = table.source();
        Entry entry = dated(table, "clock", source);
        ClockRules rules;
        rules.request_effect = table.choice("request_effect", {"suspends", "restarts"}) == "restarts"
                                   ? RequestEffect::restarts
                                   : RequestEffect::suspends;
        rules.request_until_day = table.integer("request_until_day", 0, 3660);
        rules.request_until_percent = table.integer("request_until_percent", 0, 100);
        rules.answer = table.delay("answer");
        rules.lapse_notice = table.delay("lapse_notice");
        entry.apply = [=](Law& law) { law.clock = {rules, source}; };
        entries_.push_back(std::move(entry));
    });
    root.tables("appeal", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[appeal]]");
        const Source source = table.source();
        Entry entry = dated(table, "appeal", source);
        AppealRules rules{table.delay("lodge"), table.delay("answer"), table.delay("court")};
        entry.apply = [=](Law& law) { law.appeal = {rules, source}; };
        entries_.push_back(std::move(entry));
    });
    root.tables("complaint", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[complaint]]");
        const Source source = table.source();
        Entry entry = dated(table, "complaint", source);
        const ComplaintRules rules{table.delay("acknowledge"), table.delay("close"), table.delay("reopen"), table.integer("reopenings", 0, 100), source};
        entry.apply = [=](Law& law) { law.complaint = rules; };
        entries_.push_back(std::move(entry));
    });
}

void PackReader::read_silence(Fields& root) {
    root.tables("list", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[list]]");
        const Source source = table.source();
        const Entry list = dated(table, "silence:" + source.text, source);
        const std::string attesting = table.text("attesting");
        const Delay within = table.delay("attested_within");
        table.tables("acts", [&](const toml_text::Node& row_node) {
            Fields row(findings_, row_node, "a row of acts");
            SilenceAct act{row.text("act"), names_in_row(row), attesting, within, source};
            Entry entry = list;
            entry.what = "silence:" + act.act;
            entry.line = row.line();
            entry.apply = [=](Law& law) { law.silence_acts.push_back(act); };
            entries_.push_back(std::move(entry));
        });
    });
}

void PackReader::read_extension(Fields& root) {
    root.tables("list", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[list]]");
        const Source source = table.source();
        const Entry list = dated(table, "extension:" + source.text, source);
        table.tables("acts", [&](const toml_text::Node& row_node) {
            Fields row(findings_, row_node, "a row of acts");
            ExtensionAct act{row.text("act"), names_in_row(row), row.delay("longest"),
                             row.choice("ground", {"technical-expertise", "public-inquiry"}), source};
            Entry entry = list;
            entry.what = "extension:" + act.act;
            entry.line = row.line();
            entry.apply = [=](Law& law) { law.extension_acts.push_back(act); };
            entries_.push_back(std::move(entry));
        });
    });
}

void PackReader::read_investment(Fields& root) {
    root.tables("list", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[list]]");
        const Source source = table.source();
        const Entry list = dated(table, "investment:" + source.text, source);
        for (const std::string& act : table.texts("acts", true)) {
            Entry entry = list;
            entry.what = "investment:" + act;
            entry.line = table.line_of("acts");
            entry.apply = [=](Law& law) { law.investment_acts.push_back(act); };
            entries_.push_back(std::move(entry));
        }
    });
}

void PackReader::read_formalities(Fields& root) {
    root.tables("forbidden", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[forbidden]]");
        const Source source = table.source();
        ForbiddenFormality formality{table.text("code"), table.names("name"), table.texts("words", true), source};
        Entry entry = dated(table, "forbidden:" + formality.code, source);
        entry.apply = [=](Law& law) { law.forbidden.push_back(formality); };
        entries_.push_back(std::move(entry));
    });
}

void PackReader::read_evidence(Fields& root) {
    root.tables("type", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[type]]");
        const Source source = table.source();
        EvidenceType type{table.text("code"), table.names("name"), table.boolean("identity", false),
                          table.texts("proves", true), table.boolean("local", false), source};
        Entry entry = dated(table, "evidence:" + type.code, source);
        entry.apply = [=](Law& law) { law.evidence_types.push_back(type); };
        entries_.push_back(std::move(entry));
    });
}

void PackReader::read_money(Fields& root) {
    root.tables("stamp", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[stamp]]");
        const Source source = table.source();
        StampDuty duty{table.text("code"), table.names("name"), table.text("amount"), source};
        const auto amount = Decimal::parse(duty.amount);
        if (!duty.amount.empty() && (!amount || amount->is_negative())) {
            table.problem("amount", "must be an amount such as \"20.00\"");
        }
        Entry entry = dated(table, "stamp:" + duty.code, source);
        entry.apply = [=](Law& law) { law.stamp_duties.push_back(duty); };
        entries_.push_back(std::move(entry));
    });
}

void PackReader::read_self_generation(Fields& root) {
    root.tables("thresholds", [this](const toml_text::Node& node) {
        Fields table(findings_, node, "[[thresholds]]");
        const Source source = table.source();
        SelfGeneration rule{table.integer("declaration_below_kw", 0, 1'000'000), table.integer("agreement_below_kw", 0, 1'000'000), source};
        if (rule.agreement_below_kw < rule.declaration_below_kw) table.problem("agreement_below_kw", "must not be less than declaration_below_kw");
        Entry entry = dated(table, "self-generation", source);
        entry.apply = [=](Law& law) { law.self_generation = rule; };
        entries_.push_back(std::move(entry));
    });
}

void PackReader::read_identifiers(Fields& root) {
    if (const toml_text::Node* node = root.any("phone"); node != nullptr) {
        Fields table(findings_, *node, "[phone]");
        phone_.country_code = table.text("country_code");
        phone_.trunk_prefix = table.text("trunk_prefix", true);
        phone_.national_pattern = table.text("national");
        phone_.mobile_pattern = table.text("mobile");
        IdentifierRule rule;
        rule.code = "phone";
        rule.name = table.names("name");
        rule.pattern = phone_.national_pattern;
        rule.example = table.text("example", true);
        if (!Identifiers::create({}, phone_)) {
            table.problem("national", "and mobile must be regular expressions");
            phone_ = {};
        } else {
            rules_.push_back(std::move(rule));
        }
    }
    std::set<std::string, std::less<>> codes = {"phone"};
    root.tables("identifier", [&](const toml_text::Node& node) {
        Fields table(findings_, node, "[[identifier]]");
        IdentifierRule rule;
        rule.code = table.text("code");
        rule.name = table.names("name");
        rule.pattern = table.text("pattern");
        rule.strip = table.text("strip", true);
        rule.upper = table.boolean("upper", false);
        rule.check = table.any("check", true) == nullptr ? "" : table.choice("check", {"", "mod97"});
        rule.example = table.text("example", true);
        rule.source = table.source();
        note_unconfirmed(rule.source, "identifier:" + rule.code);
        if (!codes.insert(rule.code).second) {
            table.problem("code", "stands twice: '" + rule.code + "'");
        }
        if (!Identifiers::create({rule}, phone_)) {
            table.problem("pattern", "is no regular expression: '" + rule.pattern + "'");
            return;
        }
        rules_.push_back(std::move(rule));
    });
}

}  // namespace wasl::jurisdiction
