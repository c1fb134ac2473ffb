#include "exchange/signatures.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

std::unexpected<Error> malformed(std::string detail) {
    return fail(Code::invalid, "exchange.signature-malformed", std::move(detail));
}
std::unexpected<Error> refused(std::string_view key, std::string detail = {}) {
    return fail(Code::unauthenticated, std::string(key), std::move(detail));
}

Result<sf::Dictionary> dictionary_of(const MessagePart& message, std::string_view name) {
    std::string value;
    append_field(value, *message.headers, name);
    auto parsed = sf::parse_dictionary(value);
    return parsed ? std::move(parsed) : malformed(std::string(name) + ": " + parsed.error().detail);
}

Result<MessageSignature> read(std::string&& label, sf::Member&& member, const sf::Dictionary& signatures) {
    auto* input = std::get_if<sf::InnerList>(&member);
    if (input == nullptr) { return malformed(label + ": Signature-Input is no inner list"); }
    const sf::Member* found = signatures.find(label);
    const auto* item = found == nullptr ? nullptr : std::get_if<sf::Item>(found);
    const auto* bytes = item == nullptr ? nullptr : std::get_if<sf::Bytes>(&item->value);
    if (bytes == nullptr) { return malformed(label + ": no byte sequence in Signature"); }
    auto parameters = TRY(parameters_of(*input));
    return MessageSignature{std::move(label), std::move(*input), std::move(parameters), bytes->bytes};
}

Result<void> check_shape(const SignatureParameters& is, const SignaturePolicy& policy) {
    if (policy.tag && is.tag != policy.tag) { return refused("exchange.signature-tag", is.tag.value_or("none")); }
    if (policy.needs_created && !is.created) { return refused("exchange.signature-parameter-missing", "created"); }
    if (policy.needs_expires && !is.expires) { return refused("exchange.signature-parameter-missing", "expires"); }
    if (policy.needs_nonce && is.nonce.value_or("").empty()) { return refused("exchange.signature-parameter-missing", "nonce"); }
    return {};
}

Result<void> check_covered(const MessageSignature& found, const SignaturePolicy& policy) {
    for (std::size_t i = 0; i < policy.covered.size(); ++i) {
        const sf::Item& needed = policy.covered[i];
        const auto& items = found.input.items;
        // Our own nodes cover in this order: most stand in their place.
        const bool there = (i < items.size() && same_component(items[i], needed)) ||
                           std::ranges::any_of(items, [&needed](const sf::Item& item) { return same_component(item, needed); });
        if (!there) { return refused("exchange.signature-uncovered", sf::serialize(needed).value_or("?")); }
    }
    return {};
}

Result<void> check_age(const SignatureParameters& is, const SignaturePolicy& policy) {
    if (is.created && is.expires) {
        const bool too_long = policy.lifetime_seconds && *is.expires - *is.created > *policy.lifetime_seconds;
        if (too_long || *is.expires < *is.created) { return refused("exchange.signature-too-long"); }
    }
    if (!policy.now) { return {}; }
    const std::int64_t now = policy.now->seconds();
    if (is.created && *is.created > now + policy.skew_seconds) { return refused("exchange.signature-too-early", std::to_string(*is.created - now) + " s"); }
    if (is.expires && now >= *is.expires + policy.skew_seconds) { return refused("exchange.signature-expired", std::to_string(now - *is.expires) + " s"); }
    if (is.created && policy.lifetime_seconds && now > *is.created + *policy.lifetime_seconds + policy.skew_seconds) {
        return refused("exchange.signature-expired", std::to_string(now - *is.created) + " s old");
    }
    return {};
}

void append_member(Message& message, std::string_view name, const std::string& member) {
    for (HeaderLine& line : message.headers) {
        if (equals_ignoring_ascii_case(line.name, name)) {
            line.value += ", " + member;
            return;
        }
    }
    message.headers.push_back({std::string(name), member});
}

}  // namespace

Result<void> check_parameters(const SignatureParameters& parameters, const SignaturePolicy& policy) {
    TRY(check_shape(parameters, policy));
    return check_age(parameters, policy);
}

Result<std::vector<MessageSignature>> signatures_of(const MessageView& message) {
    sf::Dictionary inputs = TRY(dictionary_of(message, "signature-input"));
    const sf::Dictionary signatures = TRY(dictionary_of(message, "signature"));
    std::vector<MessageSignature> out;
    for (auto& [label, member] : std::move(inputs).entries()) { out.push_back(TRY(read(std::move(label), std::move(member), signatures))); }
    if (signatures.size() != out.size()) { return malformed("a signature without Signature-Input"); }
    return out;
}

Result<void> add_signature(Message& message, const std::string& label, const sf::InnerList& input, const SigningKey& key,
                           const FieldTypes& types) {
    const std::vector<MessageSignature> before = TRY(signatures_of(message));
    if (std::ranges::any_of(before, [&label](const auto& one) { return one.label == label; })) { return malformed("label taken: " + label); }
    const SignatureParameters parameters = TRY(parameters_of(input));
    if (parameters.alg && *parameters.alg != to_string(key.algorithm())) { return malformed("alg is not the key's"); }
    const std::string base = TRY(signature_base(message, input, types));
    sf::Dictionary input_member;
    input_member.set(label, input);
    sf::Dictionary signature_member;
    signature_member.set(label, sf::Item{sf::Bytes{TRY(key.sign(base))}});
    const auto first = sf::serialize(input_member);
    const auto second = sf::serialize(signature_member);
    if (!first || !second) { return malformed("label " + label); }
    append_member(message, "Signature-Input", *first);
    append_member(message, "Signature", *second);
    return {};
}

Result<VerifiedSignature> verify_signature(const MessageView& message, std::string_view label, const FindKey& find_key,
                                           const SignaturePolicy& policy, const FieldTypes& types) {
    std::vector<MessageSignature> all = TRY(signatures_of(message));
    const auto found = std::ranges::find(all, label, &MessageSignature::label);
    if (found == all.end()) { return refused("exchange.signature-missing", std::string(label)); }
    TRY(check_shape(found->parameters, policy));
    TRY(check_covered(*found, policy));
    TRY(check_age(found->parameters, policy));
    const auto key = find_key(found->parameters);
    if (!key) { return refused("exchange.key-unknown", found->parameters.keyid.value_or("none")); }
    if (found->parameters.alg && *found->parameters.alg != to_string(key->algorithm())) {
        return refused("exchange.signature-algorithm", *found->parameters.alg);
    }
    std::string base = TRY(signature_base(message, found->input, types));
    if (!key->verify(base, found->signature)) { return refused("exchange.signature-wrong", std::string(label)); }
    return VerifiedSignature{std::move(found->label), std::move(found->parameters), std::move(found->input.items), std::move(base), std::move(found->signature)};
}

Result<std::string> label_with_tag(const MessageView& message, std::string_view tag) {
    const std::vector<MessageSignature> all = TRY(signatures_of(message));
    std::optional<std::string> found;
    for (const MessageSignature& one : all) {
        if (one.parameters.tag != tag) { continue; }
        if (found) { return malformed("two signatures with tag " + std::string(tag)); }
        found = one.label;
    }
    return found ? Result<std::string>(*found) : refused("exchange.signature-missing", "tag " + std::string(tag));
}

}  // namespace wasl::exchange
