// Names and types: what makes FEEL's grammar depend on its scope.
#include "feel/impl/builtins.hpp"
#include "feel/impl/characters.hpp"
#include "feel/impl/parser.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::feel {

std::string normalise_name(std::string_view name) {
    std::string out;
    out.reserve(name.size());
    bool blank = false;
    for (std::size_t at = 0; at < name.size();) {
        const auto start = at;
        if (impl::is_space(next_code_point(name, at))) {
            blank = !out.empty();
            continue;
        }
        if (blank) out += ' ';
        blank = false;
        out += name.substr(start, at - start);
    }
    return out;
}

namespace impl {

std::uint32_t Parser::declare(std::string name, Type type) {
    const auto slot = new_slot();
    auto parts = parts_of(name);
    visible_.push_back({std::move(name), std::move(parts), std::move(type), next_id_++,
                        static_cast<std::uint32_t>(functions_.size() - 1), slot, false, false});
    return slot;
}

// Slot of a variable in the frame of `function`: its own, or captured through the functions between.
std::uint32_t Parser::reach(std::uint32_t id, std::uint32_t owner, std::uint32_t slot, std::size_t function) {
    if (function == owner) return slot;
    for (const auto& [known, here] : functions_[function].captured) {
        if (known == id) return here;
    }
    const auto from = reach(id, owner, slot, function - 1);
    auto& state = functions_[function];
    const auto here = state.code.frame_size++;
    state.code.captures.push_back({from, here});
    state.captured.emplace_back(id, here);
    return here;
}

Parser::Parsed Parser::variable(Visible& entry, std::uint32_t position) {
    const auto slot = reach(entry.id, entry.function, entry.slot, functions_.size() - 1);
    entry.used = true;
    if (entry.id == tested_id_) ++question_marks_;
    return {add({.op = Op::slot, .a = slot, .b = text(entry.name), .position = position}), entry.type};
}

Parser::Parsed Parser::global(std::size_t index, std::uint32_t position) {
    auto found = global_slots_.find(index);
    if (found == global_slots_.end()) {
        const GlobalSlot fresh{next_id_++, functions_.front().code.frame_size++};
        found = global_slots_.emplace(index, fresh).first;
        program_.globals.push_back({scope_.names[index].name, fresh.slot});
        program_.names_used.push_back(scope_.names[index].name);
    }
    const auto slot = reach(found->second.id, 0, found->second.slot, functions_.size() - 1);
    return {add({.op = Op::slot, .a = slot, .b = text(scope_.names[index].name), .position = position}), scope_.names[index].type};
}

// Words (and numbers) that follow each other: two of them can never stand side by side otherwise.
std::size_t Parser::run_of_words(std::size_t from) const {
    std::size_t length = 0;
    for (auto i = from; i < tokens_.size(); ++i, ++length) {
        const auto& token = tokens_[i];
        const bool word = token.kind == Token::Kind::word && (!token.keyword || token.text == "of");
        if (!word && (length == 0 || token.kind != Token::Kind::number)) break;
    }
    return length;
}

// Longest entry name at the front of the tokens: of the type, or of any type known if this one is not.
std::size_t Parser::member_length(const Type& type, std::span<const Token> tokens) const {
    if (!type.has_members()) return std::max(scope_.members.longest(tokens).length, keys_.longest(tokens).length);
    std::size_t best = 0;
    for (const auto& member : type.members()) {
        if (!member.name.starts_with(tokens.front().text)) continue;
        best = std::max(best, match(parts_of(member.name), tokens));
    }
    return best;
}

Parser::Parsed Parser::name() {
    const auto position = now().begin;
    const auto tokens = rest();
    // The longest name of all wins; of equal ones the innermost variable, then the scope's, then a built-in.
    const auto outer = scope_.lookup.longest(tokens);
    const auto builtin = builtin_names().longest(tokens);
    std::size_t length = std::max(outer.length, builtin.length);
    auto binding = visible_.size();  // of the variable; the size: none
    std::size_t variable_length = 0;
    bool in_filter = false;
    for (auto i = visible_.size(); i-- > 0;) {
        const auto& entry = visible_[i];
        in_filter = in_filter || entry.filter;
        const auto found = entry.filter ? std::max(member_length(entry.type, tokens), tokens.front().text == "item" ? std::size_t{1} : 0)
                                        : match(entry.parts, tokens);
        length = std::max(length, found);
        if (!entry.filter && found > variable_length) {
            variable_length = found;
            binding = i;
        }
    }
    const auto run = run_of_words(at_);
    const bool run_wins = run > length && (length == 0 || in_filter);
    if (run_wins) length = run;
    const auto written = name_of(tokens.first(length));
    at_ += length;

    Parsed target;
    std::size_t after = 0;
    if (!run_wins && variable_length == length) {
        target = variable(visible_[binding], position);
        after = binding + 1;
    } else if (!run_wins && outer.length == length) {
        target = global(outer.value, position);
    } else if (!run_wins && builtin.length == length) {
        target = {add({.op = Op::builtin, .a = static_cast<std::uint32_t>(builtin.value), .position = position}), Type::Kind::function};
        if (now().is(Sign::open)) return target;
    }
    return in_filter || target.node == no_node ? item_name(written, after, std::move(target), position) : target;
}

// A name inside filters: an entry of the item of one of them (from visible_[after] on, innermost
// first), or else what it is outside.
Parser::Parsed Parser::item_name(std::string_view name, std::size_t after, Parsed fallback, std::uint32_t position) {
    std::vector<std::uint32_t> slots;
    Type known;
    for (auto i = visible_.size(); i-- > after;) {
        auto& entry = visible_[i];
        if (!entry.filter) continue;
        const auto* member = entry.type.member(name);
        // A type that lists its entries settles whether the name is one of them.
        if (entry.type.has_members() && member == nullptr && fallback.node != no_node && name != "item") continue;
        const auto slot = reach(entry.id, entry.function, entry.slot, functions_.size() - 1);
        entry.used = true;
        if (slots.empty() && member != nullptr) known = *member;
        slots.push_back(slot);
        if (name == "item") {
            const auto item = add({.op = Op::slot, .a = slot, .b = text(name), .position = position});
            fallback = {item, entry.type};
            if (member == nullptr) known = entry.type;
            break;
        }
    }
    if (slots.empty() && fallback.node != no_node) return fallback;
    const auto label = text(name);
    if (fallback.node == no_node) {
        if (slots.empty()) {
            auto& unknown = program_.unknown_names;
            if (std::find(unknown.begin(), unknown.end(), name) == unknown.end()) unknown.emplace_back(name);
            return {add({.op = Op::unknown, .a = label, .position = position}), {}};
        }
    }
    return {add_list({.op = Op::item_name, .a = label, .c = fallback.node, .count = static_cast<std::uint32_t>(slots.size()),
                      .position = position}, slots, std::span(&fallback.node, 1)),
            known};
}

// A name being declared runs up to one of `ends` or to the word `end_word`, which is consumed.
std::optional<std::string> Parser::declared_name(std::initializer_list<Sign> ends, std::string_view end_word) {
    const auto from = at_;
    while (now().kind != Token::Kind::end) {
        const auto& token = now();
        if (!end_word.empty() && token.is_word(end_word) && at_ > from) break;
        if (token.kind == Token::Kind::sign && std::find(ends.begin(), ends.end(), token.sign) != ends.end()) break;
        const bool sign = token.kind == Token::Kind::sign &&
                          (token.sign == Sign::dot || token.sign == Sign::slash || token.sign == Sign::minus ||
                           token.sign == Sign::apostrophe || token.sign == Sign::plus || token.sign == Sign::star || token.sign == Sign::power);
        if (token.kind == Token::Kind::string || (token.kind == Token::Kind::sign && !sign)) break;
        ++at_;
    }
    if (at_ == from || tokens_[from].kind != Token::Kind::word) {
        at_ = from;
        fail("expected a name");
        return std::nullopt;
    }
    auto declared = name_of(std::span(tokens_).subspan(from, at_ - from));
    if (!end_word.empty() && !expect_word(end_word)) return std::nullopt;
    return declared;
}

std::optional<Type> Parser::parse_whole_type() {
    std::string unknown;
    auto parsed = type(&unknown);
    if (!finish()) return std::nullopt;
    if (!unknown.empty()) {
        error_ = SyntaxError{0, fmt::format("unknown type \"{}\"", unknown)};
        return std::nullopt;
    }
    return parsed;
}

std::optional<Type> Parser::type(std::string* unknown) {
    if (++nesting_ > limits_.nesting) fail("the type is nested too deeply", true);
    std::optional<Type> result;
    const auto head = now().text;
    if ((head == "list" || head == "range" || head == "context" || head == "function") && peek().is(Sign::less)) {
        at_ += 2;
        result = type_arguments(head, unknown);
    } else {
        static constexpr std::string_view compound[] = {"date and time", "days and time duration", "years and months duration"};
        std::size_t length = 0;
        for (const auto name : compound) length = std::max(length, match(parts_of(name), rest()));
        for (const auto& [name, known] : scope_.types) length = std::max(length, match(parts_of(name), rest()));
        if (length == 0) {
            length = run_of_words(at_);
            if (length == 0) {
                fail("expected a type");
                --nesting_;
                return std::nullopt;
            }
            while (tokens_[at_ + length].is(Sign::dot) && run_of_words(at_ + length + 1) > 0) length += 1 + run_of_words(at_ + length + 1);
        }
        const auto name = name_of(rest().first(length));
        at_ += length;
        const auto known = scope_.types.find(name);
        result = known != scope_.types.end() ? std::optional{known->second} : Type::named(name);
        if (!result) {
            if (unknown != nullptr) *unknown = name;
            result = Type{};
        }
    }
    --nesting_;
    return failed() ? std::nullopt : result;
}

// After "list<" and its like, to the closing ">" (and the result of a function).
std::optional<Type> Parser::type_arguments(std::string_view head, std::string* unknown) {
    if (head == "list" || head == "range") {
        auto element = type(unknown);
        if (!element || !expect_sign(Sign::greater, "\">\"")) return std::nullopt;
        return head == "list" ? Type::list_of(std::move(*element)) : Type::range_of(std::move(*element));
    }
    std::vector<Type::Member> members;
    while (!failed() && !take_sign(Sign::greater)) {
        if (!members.empty() && !expect_sign(Sign::comma, "\",\" or \">\"")) return std::nullopt;
        std::string label;
        if (head == "context") {
            auto declared = declared_name({Sign::colon});
            if (!declared || !expect_sign(Sign::colon, "\":\"")) return std::nullopt;
            label = std::move(*declared);
        }
        auto part = type(unknown);
        if (!part) return std::nullopt;
        members.push_back({std::move(label), std::move(*part)});
    }
    if (head == "context") return Type::context_of(std::move(members));
    if (!expect_sign(Sign::minus, "\"->\"") || !expect_sign(Sign::greater, "\"->\"")) return std::nullopt;
    auto result = type(unknown);
    if (!result) return std::nullopt;
    std::vector<Type> parameters;
    for (auto& member : members) parameters.push_back(std::move(member.type));
    return Type::function_of(std::move(parameters), std::move(*result));
}

}  // namespace impl

}  // namespace wasl::feel
