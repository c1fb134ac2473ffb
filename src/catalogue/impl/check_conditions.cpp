// Conditions in FEEL against the questions they read: types that can not meet, checks across questions.
#include "catalogue/impl/source.hpp"
#include "catalogue/impl/tables.hpp"

#include "decision/clash.hpp"
#include "feel/expression.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace wasl::catalogue::impl {
namespace {

using feel::Type;

// A known answer that is none of yes and no.
bool is_no_answer(const Type& type) {
    switch (type.kind()) {
        case Type::Kind::number:
        case Type::Kind::string:
        case Type::Kind::date:
        case Type::Kind::context: return true;
        default: return false;
    }
}

// One of two values of a type; nothing where the type does not say enough to have one.
std::optional<feel::Value> sample(const Type& type, bool other) {
    switch (type.kind()) {
        case Type::Kind::number: return feel::Value(other ? 1000 : 1);
        case Type::Kind::string: return feel::Value(other ? "b" : "a");
        case Type::Kind::boolean: return feel::Value(other);
        case Type::Kind::date: return feel::Value(Date{other ? 2030 : 2020, 6, 15});
        case Type::Kind::list: {
            const auto element = sample(type.element(), other);
            return element ? std::optional<feel::Value>(feel::List{*element}) : std::nullopt;
        }
        case Type::Kind::context: {
            if (!type.has_members()) {
                return std::nullopt;
            }
            feel::Context out;
            for (const auto& member : type.members()) {
                out.set(member.name, sample(member.type, other).value_or(feel::Value()));  // null is nobody's mistake
            }
            return feel::Value(std::move(out));
        }
        default: return std::nullopt;
    }
}

// Two known values whose kinds do not meet, in the words of FEEL. Null is nobody's mistake.
std::string clash_of(const feel::Diagnostics& found) {
    for (const auto& one : found) {
        const bool operands = one.key == "feel.type-mismatch" && one.detail.ends_with("is not defined");
        if (operands && one.detail.find("null") == std::string::npos) {
            return one.detail;
        }
    }
    return {};
}

class ConditionCheck {
public:
    ConditionCheck(const Revision& revision, const Places& places, Report& report)
        : r_(revision), places_(places), report_(report) {}

    void run() {
        for (const auto& page : r_.form.pages) {
            typed("page." + page.id, page.visible, "the page \"" + page.id + "\"");
            for (const auto& field : page.fields) {
                const std::string place = "field." + field.id, what = "the question \"" + field.id + "\"";
                typed(place, field.visible, what);
                typed(place, field.required_when, what);
            }
        }
        for (const auto& check : r_.form.checks) {
            cross_check(check);
        }
        for (const auto& paper : r_.requirements) {
            typed("paper." + paper.code, paper.condition, "the paper \"" + paper.code + "\"");
        }
        for (const auto& obligation : r_.obligations) {
            typed("obligation." + obligation.code, obligation.condition, "the obligation \"" + obligation.code + "\"");
        }
        for (std::size_t i = 0; i < r_.delay.cases.size(); ++i) {
            typed(fmt::format("delay.{}", i), r_.delay.cases[i].condition, "the delay");
        }
        for (std::size_t i = 0; i < r_.fee.items.size(); ++i) {
            typed(fmt::format("fee.{}", i), r_.fee.items[i].condition, "the fee");
        }
        if (r_.automatic_grant) {
            typed("automatic_grant", r_.automatic_grant->condition, "the automatic grant");
        }
    }

private:
    void say(std::string_view place, std::string key, std::string message) {
        const auto found = places_.find(place);
        report_.add(found == places_.end() ? Place{r_.id, 0} : found->second, std::move(key), std::move(message));
    }

    // Any where a name is nothing, or can be several things.
    const Type& type_of_name(const std::string& name) {
        const auto [at, fresh] = types_.try_emplace(name);
        if (!fresh) {
            return at->second;
        }
        if (const auto* field = r_.form.field(name)) {
            at->second = type_of(*field);
        } else if (std::ranges::find(fact_names(), name) != fact_names().end()) {
            at->second = type_of_fact(name);
        } else if (const auto* file = r_.rules().file_of(name)) {
            at->second = decision::answer_type({file->name, file->text}, name);
        }
        return at->second;
    }

    // The condition for two sets of answers: what clashes in both, or is no answer of yes and no, always does.
    void typed(const std::string& place, const Condition& condition, const std::string& what) {
        if (condition.empty()) {
            return;
        }
        feel::Scope scope;
        for (const auto& name : condition.names()) {
            scope.add(name, type_of_name(name));
        }
        const auto compiled = feel::Expression::compile(condition.source(), scope);
        if (!compiled) {
            return;
        }
        std::optional<Type> given;
        for (const bool other : {false, true}) {
            feel::Bindings bindings;
            const Zone utc = Zone::utc();
            bindings.at(utc.instant_at({2026, 1, 1}, 12, 0, 0), utc);
            for (const auto& name : condition.names()) {
                auto value = sample(type_of_name(name), other);
                if (!value) {
                    return;  // what is not known is not guessed at
                }
                bindings.set(name, std::move(*value));
            }
            feel::Diagnostics found;
            const Type type = Type::of(compiled->evaluate(bindings, &found));
            if (const std::string clash = clash_of(found); !clash.empty()) {
                return say(place, "check.type-clash", fmt::format("The condition of {} (\"{}\"): {}.", what, condition.source(), clash));
            }
            if (!is_no_answer(type) || (given && given->kind() != type.kind())) {
                return;
            }
            given = type;
        }
        say(place, "check.type-clash",
            fmt::format("The condition of {} (\"{}\") answers {}; true or false is wanted here.", what, condition.source(), given->text()));
    }

    // Said beside one question, it reads no question that comes on a later page: nobody could mend it there.
    void cross_check(const form::CrossCheck& check) {
        const std::string place = "check." + check.id, what = "the check \"" + check.id + "\"";
        const bool twice = std::ranges::count(r_.form.checks, check.id, &form::CrossCheck::id) > 1;
        if (!is_check_id(check.id) || twice) {
            say(place, "check.code", fmt::format("The id of {} must be used once, begin with a letter and hold only a–z, 0–9 and '-', at most 40.", what));
        }
        if (r_.form.field(check.field) == nullptr) {
            return say(place, "check.unknown-name", fmt::format("{} stands beside \"{}\", which is no question of the form.", what, check.field));
        }
        const auto asked = asked_up_to(check.field);
        const auto is_asked = [&](const std::string& name) { return std::ranges::find(asked, name) != asked.end(); };
        for (const auto& name : check.when.names()) {
            auto read = r_.form.field(name) != nullptr ? std::vector{name} : r_.rules().inputs_of(name);
            std::erase_if(read, [&](const std::string& input) { return r_.form.field(input) == nullptr; });
            const bool known = !read.empty() || r_.rules().file_of(name) != nullptr || std::ranges::find(fact_names(), name) != fact_names().end();
            if (!known) {
                say(place, "check.unknown-name", fmt::format("The condition of {} (\"{}\") speaks of \"{}\", which is no question of the form, no decision of its tables and no known fact ({}).",
                                                             what, check.when.source(), name, fmt::join(fact_names(), ", ")));
            }
            for (const auto& input : read) {
                if (!is_asked(input)) {
                    say(place, "check.unknown-name", fmt::format("The condition of {} reads \"{}\", which is asked on a later page: put it beside the last question that it reads.", what, input));
                }
            }
        }
        typed(place, check.when, what);
    }

    [[nodiscard]] static bool is_check_id(std::string_view id) {
        return !id.empty() && id.size() <= 40 && id[0] >= 'a' && id[0] <= 'z' && std::ranges::all_of(id, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
        });
    }

    // Questions of all pages up to the one of `id`, that page included.
    [[nodiscard]] std::vector<std::string> asked_up_to(std::string_view id) const {
        std::vector<std::string> out;
        for (const auto& page : r_.form.pages) {
            for (const auto& field : page.fields) {
                out.push_back(field.id);
            }
            if (std::ranges::find(page.fields, id, &form::Field::id) != page.fields.end()) {
                break;
            }
        }
        return out;
    }

    const Revision& r_;
    const Places& places_;
    Report& report_;
    std::map<std::string, Type, std::less<>> types_;
};

}  // namespace

void check_conditions(const Revision& revision, const Places& places, Report& report) {
    ConditionCheck(revision, places, report).run();
}

}  // namespace wasl::catalogue::impl
