#include "form/condition.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "feel/expression.hpp"
#include "form/rules.hpp"

namespace wasl::form {

struct Condition::Impl {
    feel::Expression expression;
    std::vector<std::string> names;
};

Result<Condition> Condition::compile(std::string source) {
    Condition out;
    if (trim(source).empty()) {
        return out;
    }
    // FEEL needs the names before it can parse: the first pass finds them.
    const feel::Expression first = TRY(feel::Expression::compile(source, feel::Scope()));
    feel::Scope scope;
    for (const auto& name : first.unknown_names()) {
        scope.add(name);
    }
    feel::Expression expression = TRY(feel::Expression::compile(source, scope));
    out.impl_ = std::make_shared<const Impl>(Impl{std::move(expression), first.unknown_names()});
    out.source_ = std::move(source);
    return out;
}

bool Condition::holds(const Facts& facts) const {
    if (!impl_) {
        return true;
    }
    feel::Bindings bindings;
    for (const auto& name : impl_->names) {
        bindings.set(name, value_of(name, facts));
    }
    if (const auto today = parse_date(facts.today)) {
        const Zone utc = Zone::utc();
        bindings.at(utc.instant_at(*today, 12, 0, 0), utc);
    }
    return impl_->expression.evaluate(bindings).is_true();
}

const std::vector<std::string>& Condition::names() const noexcept {
    static const std::vector<std::string> none;
    return impl_ ? impl_->names : none;
}

}  // namespace wasl::form
