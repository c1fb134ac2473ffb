#include "trust/leaf.hpp"

#include "trust/impl/octets.hpp"

#include <algorithm>

namespace wasl::trust {

namespace {

constexpr std::uint64_t version = 1;
constexpr std::size_t most_kind = 64;

bool kind_ok(std::string_view kind) {
    return !kind.empty() && kind.size() <= most_kind && std::ranges::all_of(kind, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    });
}

}  // namespace

Result<std::string> write_leaf(const Leaf& leaf) {
    const bool first = leaf.previous == Digest{};
    if (!kind_ok(leaf.kind) || leaf.position == 0 || (leaf.position == 1) != first) {
        return fail(Code::internal, "trust.leaf-malformed", "kind \"" + leaf.kind + "\", position " + std::to_string(leaf.position));
    }
    std::string out;
    out.reserve(114 + leaf.kind.size());
    put_unsigned(out, version, 1);
    out += leaf.content.view();
    out += leaf.chain.view();
    put_unsigned(out, leaf.position, 8);
    out += leaf.previous.view();
    put_unsigned(out, static_cast<std::uint64_t>(leaf.at.micros), 8);
    put_unsigned(out, leaf.kind.size(), 1);
    return out += leaf.kind;
}

Result<Leaf> parse_leaf(std::string_view bytes) {
    Octets in(bytes);
    const auto seen = in.number(1);
    Leaf leaf;
    leaf.content = in.digest();
    leaf.chain = in.digest();
    leaf.position = in.number(8);
    leaf.previous = in.digest();
    leaf.at.micros = static_cast<std::int64_t>(in.number(8));
    leaf.kind = in.text(in.number(1));
    if (seen != version || !in.finished() || !write_leaf(leaf)) {
        return fail(Code::invalid, "trust.leaf-malformed", "no leaf of version 1");
    }
    return leaf;
}

Digest commitment(std::string_view salt, std::string_view content) { return sha256(salt, content); }

}  // namespace wasl::trust
