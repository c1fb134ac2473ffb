// The signature base (RFC 9421 section 2.5): the one text that a signature over an HTTP message signs.
#pragma once

#include "base/result.hpp"
#include "exchange/message.hpp"
#include "exchange/structured_fields.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// What `sf` must know of a field. Those of HTTP itself that we meet are known; others are told.
enum class FieldType { item, list, dictionary };
using FieldTypes = std::map<std::string, FieldType, std::less<>>;

// A covered component: `component("@method")`, `component("content-type", {{"req", true}})`.
sf::Item component(std::string name, sf::Parameters parameters = {});
std::vector<sf::Item> components(std::initializer_list<std::string_view> names);
// The same name and parameters, whatever the order of the parameters.
bool same_component(const sf::Item& a, const sf::Item& b);

// What a signature says of itself; written in this order.
struct SignatureParameters {
    std::optional<std::int64_t> created = {};  // seconds since 1970
    std::optional<std::int64_t> expires = {};
    std::optional<std::string> keyid = {};
    std::optional<std::string> alg = {};
    std::optional<std::string> nonce = {};
    std::optional<std::string> tag = {};
    bool operator==(const SignatureParameters&) const = default;
};

// A member of Signature-Input: the covered components and the parameters, in the order signed.
sf::InnerList signature_input(std::vector<sf::Item> covered, const SignatureParameters& parameters);
// Types are checked, unknown parameters are passed over (they are signed all the same).
// Key "exchange.signature-malformed".
Result<SignatureParameters> parameters_of(const sf::InnerList& input);

// The value of one component. Keys:
//   "exchange.component-unknown"    no such component, or a parameter that it does not take
//   "exchange.component-missing"    the message has none (or a query parameter comes twice)
//   "exchange.component-malformed"  it is there and cannot be signed: line break, no ASCII, no
//                                   structured field, type of the field unknown
Result<std::string> component_value(const MessageView& message, const sf::Item& component, const FieldTypes& types = {});

// Every component on a line, "@signature-params" last, no line break at the end. A component named
// twice: "exchange.component-unknown".
Result<std::string> signature_base(const MessageView& message, const sf::InnerList& input, const FieldTypes& types = {});

}  // namespace wasl::exchange
