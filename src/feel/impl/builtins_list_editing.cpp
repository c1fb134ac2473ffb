// List functions that give a changed copy (DMN 1.5, 10.3.4.4).
#include "feel/impl/builtins.hpp"

#include <algorithm>
#include <array>

namespace wasl::feel::impl {

namespace {

// Index from a position that counts from 1, or from the end when negative; nothing outside.
std::optional<std::size_t> place(const Decimal& position, std::size_t size) {
    const auto at = position.truncated().to_integer();
    const auto count = static_cast<std::int64_t>(size);
    if (!at || *at == 0 || *at > count || *at < -count) return std::nullopt;
    return static_cast<std::size_t>(*at > 0 ? *at - 1 : count + *at);
}

Value sublist(BuiltinCall& call) {
    const auto& list = call.list(0);
    const auto from = place(call.number(1), list.size());
    if (!from) return call.error("sublist: the start is outside the list");
    auto length = static_cast<std::int64_t>(list.size() - *from);
    if (call.has(2)) {
        const auto asked = call.number(2).truncated().to_integer();
        if (!asked || *asked < 0 || *asked > length) return call.error("sublist: the length is outside the list");
        length = *asked;
    }
    const auto begin = list.begin() + static_cast<std::ptrdiff_t>(*from);
    return List(begin, begin + length);
}

Value append(BuiltinCall& call) {
    auto list = call.list(0);
    list.insert(list.end(), call.list(1).begin(), call.list(1).end());
    return list;
}

Value insert_before(BuiltinCall& call) {
    auto list = call.list(0);
    const auto at = place(call.number(1), list.size());
    if (!at) return call.error("insert before: the position is outside the list");
    list.insert(list.begin() + static_cast<std::ptrdiff_t>(*at), call[2]);
    return list;
}

Value remove(BuiltinCall& call) {
    auto list = call.list(0);
    const auto at = place(call.number(1), list.size());
    if (!at) return call.error("remove: the position is outside the list");
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(*at));
    return list;
}

Value replace_matching(BuiltinCall& call, const Function& match) {
    auto list = call.list(0);
    for (auto& item : list) {
        const std::array arguments{item, call[2]};
        const auto answer = feel::call(match, arguments, call.evaluation, call.position);
        if (answer.boolean() == nullptr) return call.error("list replace: the match is no boolean");
        if (answer.is_true()) item = call[2];
    }
    return list;
}

Value list_replace(BuiltinCall& call) {
    if (const auto* match = call[1].function()) return replace_matching(call, **match);
    const auto* position = call[1].number();
    const auto at = position == nullptr ? std::nullopt : place(*position, call.list(0).size());
    if (!at) return call.error("list replace: takes a position in the list or a function");
    auto list = call.list(0);
    list[*at] = call[2];
    return list;
}

Value reverse(BuiltinCall& call) {
    auto list = call.list(0);
    std::reverse(list.begin(), list.end());
    return list;
}

}  // namespace

void add_list_editing(BuiltinTable& table) {
    table.push_back(builtin("sublist(list: list, start position: number, length?: number)", sublist));
    table.push_back(builtin("append(list: list, item~: list...)", append));
    table.push_back(builtin("insert before(list: list, position: number, newItem~: Any)", insert_before));
    table.push_back(builtin("remove(list: list, position: number)", remove));
    table.push_back(builtin("list replace(list: list, position: Any, newItem~: Any) | (list: list, match: function, newItem~: Any)",
                            list_replace));
    table.push_back(builtin("reverse(list: list)", reverse));
}

}  // namespace wasl::feel::impl
