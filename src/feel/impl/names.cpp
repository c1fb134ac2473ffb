#include "feel/impl/names.hpp"

#include <algorithm>

namespace wasl::feel::impl {

NameParts parts_of(std::string_view name) {
    NameParts parts;
    const auto tokens = tokenise(name);
    if (!tokens) return {{std::string(name), false}};  // found by no text
    for (const auto& token : *tokens) {
        if (token.kind != Token::Kind::end) parts.push_back({std::string(token.text), token.spaced});
    }
    return parts;
}

std::size_t match(const NameParts& name, std::span<const Token> tokens) noexcept {
    if (name.empty() || name.size() > tokens.size()) return 0;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (tokens[i].text != name[i].text || (i > 0 && tokens[i].spaced != name[i].spaced)) return 0;
    }
    return name.size();
}

std::string name_of(std::span<const Token> tokens) {
    std::string out;
    for (const auto& token : tokens) {
        if (token.spaced && !out.empty()) out += ' ';
        out += token.text;
    }
    return out;
}

void NameSet::add(std::string_view name, std::size_t value) {
    auto parts = parts_of(name);
    if (parts.empty()) return;
    auto& entries = by_first_word_[parts.front().text];
    for (auto& entry : entries) {
        if (entry.name == name) {
            entry.value = value;
            return;
        }
    }
    // Longer names stand first, so that the first that matches is the longest.
    const auto place = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.parts.size() < parts.size(); });
    entries.insert(place, Entry{std::string(name), std::move(parts), value});
}

NameSet::Found NameSet::longest(std::span<const Token> tokens) const {
    const auto entries = by_first_word_.find(tokens.front().text);
    if (entries == by_first_word_.end()) return {};
    for (const auto& entry : entries->second) {
        if (const auto length = match(entry.parts, tokens)) return {length, entry.value, entry.name};
    }
    return {};
}

}  // namespace wasl::feel::impl

namespace wasl::feel {

namespace {

// Every entry name of the context types inside, for paths through values of unknown type.
// Bounded: a type may hold one type many times over.
void collect_members(const Type& type, impl::NameSet& members, int depth, int& budget) {
    if (depth > 20 || --budget < 0) return;
    for (const auto& member : type.members()) {
        members.add(normalise_name(member.name), 0);
        collect_members(member.type, members, depth + 1, budget);
    }
    if (type.kind() == Type::Kind::list) collect_members(type.element(), members, depth + 1, budget);
    if (type.kind() == Type::Kind::function) collect_members(type.result(), members, depth + 1, budget);
}

void collect_members(const Type& type, impl::NameSet& members) {
    int budget = 20'000;
    collect_members(type, members, 0, budget);
}

}  // namespace

Scope::Scope() : data_(std::make_shared<Data>()) {}

Scope& Scope::add(std::string_view name, Type type) {
    if (data_.use_count() > 1) data_ = std::make_shared<Data>(*data_);
    auto normal = normalise_name(name);
    collect_members(type, data_->members);
    for (auto& known : data_->names) {
        if (known.name == normal) {
            known.type = std::move(type);
            return *this;
        }
    }
    data_->lookup.add(normal, data_->names.size());
    data_->names.push_back({std::move(normal), std::move(type)});
    return *this;
}

Scope& Scope::add_item(Type element) {
    if (data_.use_count() > 1) data_ = std::make_shared<Data>(*data_);
    data_->item = std::move(element);
    return *this;
}

Scope& Scope::add_type(std::string_view name, Type type) {
    if (data_.use_count() > 1) data_ = std::make_shared<Data>(*data_);
    collect_members(type, data_->members);
    data_->types.insert_or_assign(normalise_name(name), std::move(type));
    return *this;
}

Scope& Scope::set_entry(std::string_view name) {
    if (data_->entry == name) return *this;
    if (data_.use_count() > 1) data_ = std::make_shared<Data>(*data_);
    data_->entry = name;
    return *this;
}

bool Scope::contains(std::string_view name) const {
    const auto normal = normalise_name(name);
    return std::any_of(data_->names.begin(), data_->names.end(), [&](const Data::Name& known) { return known.name == normal; });
}

}  // namespace wasl::feel
