#include "feel/type.hpp"

#include "feel/function.hpp"

#include <algorithm>

namespace wasl::feel {

struct Type::Details {
    std::string name;             // printed instead of the structure, if given
    Type element;                 // list, range; result of a function
    std::vector<Member> members;  // context
    std::vector<Type> parameters;  // function
    std::vector<std::string> names;  // of the parameters, if known
    bool listed = false;           // members or signature are given
    std::vector<Constraint> constraints;
};

namespace {

const Type any_type;
const std::vector<Type::Member> no_members;
const std::vector<Type> no_types;
const std::vector<std::string> no_names;

}  // namespace

Type Type::list_of(Type element) {
    Type out(Kind::list);
    auto details = std::make_shared<Details>();
    details->element = std::move(element);
    out.details_ = std::move(details);
    return out;
}

Type Type::range_of(Type element) {
    auto out = list_of(std::move(element));
    out.kind_ = Kind::range;
    return out;
}

Type Type::context_of(std::vector<Member> members) {
    Type out(Kind::context);
    auto details = std::make_shared<Details>();
    details->members = std::move(members);
    details->listed = true;
    out.details_ = std::move(details);
    return out;
}

Type Type::function_of(std::vector<Type> parameters, Type result, std::vector<std::string> names) {
    Type out(Kind::function);
    auto details = std::make_shared<Details>();
    details->parameters = std::move(parameters);
    details->names = std::move(names);
    details->element = std::move(result);
    details->listed = true;
    out.details_ = std::move(details);
    return out;
}

std::optional<Type> Type::named(std::string_view name) {
    struct Entry { std::string_view name; Kind kind; };
    static constexpr Entry entries[] = {
        {"Any", Kind::any}, {"Null", Kind::null}, {"number", Kind::number}, {"string", Kind::string}, {"boolean", Kind::boolean},
        {"date", Kind::date}, {"time", Kind::time}, {"date and time", Kind::date_time}, {"dateTime", Kind::date_time},
        {"days and time duration", Kind::days_duration}, {"dayTimeDuration", Kind::days_duration},
        {"years and months duration", Kind::months_duration}, {"yearMonthDuration", Kind::months_duration},
        {"list", Kind::list}, {"context", Kind::context}, {"range", Kind::range}, {"function", Kind::function}};
    for (const auto& entry : entries) {
        if (entry.name == name) return Type(entry.kind);
    }
    return std::nullopt;
}

Type Type::of(const Value& value) {
    static constexpr Kind kinds[] = {Kind::null, Kind::boolean, Kind::number, Kind::string, Kind::date, Kind::time, Kind::date_time,
                                     Kind::days_duration, Kind::months_duration, Kind::list, Kind::context, Kind::range, Kind::function};
    if (const auto* list = value.list()) {
        if (list->empty()) return Kind::list;
        auto element = of(list->front());
        for (const auto& item : *list) {
            if (!element.includes(item)) return list_of(Type{});
        }
        return list_of(std::move(element));
    }
    if (const auto* context = value.context()) {
        std::vector<Member> members;
        members.reserve(context->size());
        for (const auto& [key, entry] : *context) members.push_back({key, of(entry)});
        return context_of(std::move(members));
    }
    if (const auto* range = value.range()) return range_of(of(range->start.is_null() ? range->end : range->start));
    if (const auto* function = value.function()) {
        std::vector<Type> parameters;
        std::vector<std::string> names;
        for (const auto& parameter : (*function)->parameters()) {
            parameters.push_back(parameter.type);
            names.push_back(parameter.name);
        }
        return function_of(std::move(parameters), (*function)->result(), std::move(names));
    }
    return kinds[static_cast<std::size_t>(value.kind())];
}

Type Type::constrained(Constraint constraint) const {
    Type out = *this;
    auto details = details_ ? std::make_shared<Details>(*details_) : std::make_shared<Details>();
    details->constraints.push_back(std::move(constraint));
    out.details_ = std::move(details);
    return out;
}

Type Type::with_name(std::string name) const {
    Type out = *this;
    auto details = details_ ? std::make_shared<Details>(*details_) : std::make_shared<Details>();
    details->name = std::move(name);
    out.details_ = std::move(details);
    return out;
}

bool Type::is_constrained() const noexcept { return details_ && !details_->constraints.empty(); }

const Type& Type::element() const noexcept {
    return details_ && (kind_ == Kind::list || kind_ == Kind::range) ? details_->element : any_type;
}
const std::vector<Type::Member>& Type::members() const noexcept { return details_ ? details_->members : no_members; }
const std::vector<Type>& Type::parameters() const noexcept { return details_ ? details_->parameters : no_types; }
const std::vector<std::string>& Type::parameter_names() const noexcept { return details_ ? details_->names : no_names; }
const Type& Type::result() const noexcept { return details_ && kind_ == Kind::function ? details_->element : any_type; }
bool Type::has_members() const noexcept { return kind_ == Kind::context && details_ && details_->listed; }
bool Type::has_signature() const noexcept { return kind_ == Kind::function && details_ && details_->listed; }

const Type* Type::member(std::string_view name) const noexcept {
    for (const auto& member : members()) {
        if (member.name == name) return &member.type;
    }
    return nullptr;
}

// A type may hold one type many times over ("{a: x, b: x}" of such), so that the walk through two of
// them is bounded; what is too large to compare conforms to nothing.
bool Type::conforms(const Type& target, int& budget) const {
    if (target.is_any() || kind_ == Kind::null) return true;
    if (kind_ != target.kind_ || --budget < 0) return false;
    if (details_ == target.details_) return true;
    switch (kind_) {
        case Kind::list:
        case Kind::range: return element().conforms(target.element(), budget);
        case Kind::context:
            return std::all_of(target.members().begin(), target.members().end(), [&](const Member& wanted) {
                const auto* own = member(wanted.name);
                return own != nullptr && own->conforms(wanted.type, budget);
            });
        case Kind::function:
            if (!target.has_signature()) return true;
            if (!has_signature() || parameters().size() != target.parameters().size()) return false;
            for (std::size_t i = 0; i < parameters().size(); ++i) {
                if (!target.parameters()[i].conforms(parameters()[i], budget)) return false;
            }
            return result().is_any() || result().conforms(target.result(), budget);
        default: return true;
    }
}

bool Type::conforms_to(const Type& target) const {
    int budget = 20'000;
    return conforms(target, budget);
}

namespace {

bool is_open_kind(Type::Kind kind) { return kind == Type::Kind::any || kind == Type::Kind::null; }

// Bounded: types may hold one type many times.
bool may_stand(const Type& type, const Type& wanted, int& budget) {
    if (--budget < 0 || is_open_kind(type.kind()) || is_open_kind(wanted.kind())) return true;
    if (type.kind() == Type::Kind::date && wanted.kind() == Type::Kind::date_time) return true;
    // A list may turn out to be of one element, and an element becomes a list of one.
    if (type.kind() == Type::Kind::list && wanted.kind() != Type::Kind::list) return may_stand(type.element(), wanted, budget);
    if (wanted.kind() == Type::Kind::list && type.kind() != Type::Kind::list) return may_stand(type, wanted.element(), budget);
    if (type.kind() != wanted.kind()) return false;
    if (type.kind() == Type::Kind::range || type.kind() == Type::Kind::list) return may_stand(type.element(), wanted.element(), budget);
    if (type.kind() != Type::Kind::context) return true;
    return std::ranges::all_of(wanted.members(), [&](const Type::Member& member) {
        const auto* own = type.member(member.name);
        return own == nullptr || may_stand(*own, member.type, budget);
    });
}

}  // namespace

bool Type::may_become(const Type& target) const {
    int budget = 2'000;
    return may_stand(*this, target, budget);
}

bool Type::includes(const Value& value) const {
    if (value.is_null()) return true;
    const auto constrained_ok = [&] {
        return !details_ || std::all_of(details_->constraints.begin(), details_->constraints.end(),
                                        [&](const Constraint& constraint) { return constraint(value); });
    };
    if (kind_ == Kind::any) return constrained_ok();
    // Kinds of values and types come in the same order, types having Any in front.
    if (static_cast<int>(kind_) != static_cast<int>(value.kind()) + 1) return false;
    switch (kind_) {
        case Kind::list:
            if (!element().is_any() || element().details_) {
                const auto& list = *value.list();
                if (!std::all_of(list.begin(), list.end(), [&](const Value& item) { return element().includes(item); })) return false;
            }
            break;
        case Kind::context:
            for (const auto& wanted : members()) {
                const auto* entry = value.context()->find(wanted.name);
                if (entry == nullptr || !wanted.type.includes(*entry)) return false;
            }
            break;
        case Kind::range:
            if (!element().includes(value.range()->start) || !element().includes(value.range()->end)) return false;
            break;
        case Kind::function:
            if (has_signature() && !of(value).conforms_to(*this)) return false;
            break;
        default: break;
    }
    return constrained_ok();
}

bool Type::has_instance(const Value& value) const {
    return value.is_null() ? kind_ == Kind::null : includes(value);
}

std::optional<Value> Type::coerce(const Value& value) const {
    if (includes(value)) return value;
    const auto* list = value.list();
    if (kind_ == Kind::list && list == nullptr) {
        auto wrapped = Value(List{value});
        return includes(wrapped) ? std::optional{std::move(wrapped)} : std::nullopt;
    }
    // One level only: [[1]] is no number.
    if (kind_ != Kind::list && list != nullptr && list->size() == 1) {
        return includes(list->front()) ? std::optional{list->front()} : std::nullopt;
    }
    if (kind_ == Kind::date_time && value.date() != nullptr) {
        auto midnight = Value(DateTime{*value.date(), Time{0, 0, 0, 0, TimeZone::at_offset(0)}});
        return includes(midnight) ? std::optional{std::move(midnight)} : std::nullopt;
    }
    return std::nullopt;
}

std::string Type::text() const {
    std::string out;
    write(out);
    return out;
}

void Type::write(std::string& out) const {
    constexpr std::size_t longest = 300'000;  // longer than any text it may have come from
    if (out.size() > longest) return;
    if (details_ && !details_->name.empty()) {
        out += details_->name;
        return;
    }
    switch (kind_) {
        case Kind::any: out += "Any"; break;
        case Kind::list:
        case Kind::range:
            out += kind_ == Kind::list ? "list" : "range";
            if (!details_) break;
            out += '<';
            element().write(out);
            out += '>';
            break;
        case Kind::context:
            out += "context";
            if (!has_members()) break;
            out += '<';
            for (const auto& member : members()) {
                if (out.back() != '<') out += ", ";
                out += member.name + ": ";
                member.type.write(out);
            }
            out += '>';
            break;
        case Kind::function:
            out += "function";
            if (!has_signature()) break;
            out += '<';
            for (const auto& parameter : parameters()) {
                if (out.back() != '<') out += ", ";
                parameter.write(out);
            }
            out += ">->";
            result().write(out);
            break;
        default: out += to_string(static_cast<feel::Kind>(static_cast<int>(kind_) - 1));
    }
}

Value from_json(const json::Value& value, const Type& type) {
    if (const auto* text = value.string()) {
        const auto or_text = [&](auto read) { return read ? Value(std::move(*read)) : Value(*text); };
        switch (type.kind()) {
            case Type::Kind::date: return or_text(read_date(*text));
            case Type::Kind::time: return or_text(read_time(*text));
            case Type::Kind::date_time: return or_text(read_date_time(*text));
            case Type::Kind::days_duration: return or_text(read_days_duration(*text));
            case Type::Kind::months_duration: return or_text(read_months_duration(*text));
            default: return *text;
        }
    }
    if (const auto* array = value.array()) {
        const auto& element = type.kind() == Type::Kind::list ? type.element() : type;
        List list;
        list.reserve(array->size());
        for (const auto& item : *array) list.push_back(from_json(item, element));
        return list;
    }
    if (const auto* object = value.object()) {
        const auto& holder = type.kind() == Type::Kind::list ? type.element() : type;
        Context context;
        for (const auto& [key, entry] : *object) {
            const auto* member = holder.member(key);
            context.append(key, from_json(entry, member == nullptr ? any_type : *member));
        }
        return context;
    }
    return from_json(value);
}

}  // namespace wasl::feel
