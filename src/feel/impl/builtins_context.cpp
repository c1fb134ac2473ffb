// Context functions (DMN 1.5, 10.3.4.7).
#include "feel/impl/builtins.hpp"

namespace wasl::feel::impl {

namespace {

Value get_value(BuiltinCall& call) { return call[0][call.string(1)]; }

Value get_entries(BuiltinCall& call) {
    List out;
    for (const auto& [key, value] : *call[0].context()) out.emplace_back(Context{{"key", key}, {"value", value}});
    return out;
}

// put(c, k1, put(c.k1, rest, value)); a missing step on the way is null.
Value put(BuiltinCall& call, const Value& into, const List& keys, std::size_t at, const Value& value) {
    const auto* context = into.context();
    const auto* key = keys[at].string();
    if (context == nullptr || key == nullptr) return call.error("context put: a key is no text, or leads to no context");
    Context out = *context;
    if (at + 1 == keys.size()) {
        out.set(*key, value);
        return out;
    }
    auto inner = put(call, into[*key], keys, at + 1, value);
    if (inner.is_null()) return {};
    out.set(*key, std::move(inner));
    return out;
}

Value context_put(BuiltinCall& call) {
    const auto* path = call[1].list();
    const List keys = path == nullptr ? List{call[1]} : *path;
    if (keys.empty() || keys.size() > Value::max_depth) return call.error("context put: there is no key");
    return put(call, call[0], keys, 0, call[2]);
}

Value context_merge(BuiltinCall& call) {
    Context out;
    for (const auto& item : call.list(0)) {
        const auto* context = item.context();
        if (context == nullptr) return call.error("context merge: an element is no context");
        for (const auto& [key, value] : *context) {
            if (!call.evaluation.spend(out.size() / 8)) return {};
            out.set(key, value);
        }
    }
    return out;
}

}  // namespace

void add_contexts(BuiltinTable& table) {
    table.push_back(builtin("get value(m: context, key: string)", get_value));
    table.push_back(builtin("get entries(m: context)", get_entries));
    table.push_back(builtin("context put(context: context, key: Any, value~: Any) | (context: context, keys: list, value~: Any)", context_put));
    table.push_back(builtin("context merge(contexts: list)", context_merge));
}

}  // namespace wasl::feel::impl
