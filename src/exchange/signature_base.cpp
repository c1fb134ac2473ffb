#include "exchange/signature_base.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace wasl::exchange {

namespace {

constexpr std::size_t usual_base_bytes = 1'536;

std::unexpected<Error> unknown(std::string detail) {
    return fail(Code::invalid, "exchange.component-unknown", std::move(detail));
}
std::unexpected<Error> missing(std::string detail) {
    return fail(Code::invalid, "exchange.component-missing", std::move(detail));
}
std::unexpected<Error> malformed(std::string detail) {
    return fail(Code::invalid, "exchange.component-malformed", std::move(detail));
}

bool flag(const sf::Parameters& parameters, std::string_view name) {
    const sf::BareItem* value = parameters.find(name);
    const bool* set = value == nullptr ? nullptr : std::get_if<bool>(value);
    return set != nullptr && *set;
}

const std::string* text(const sf::Parameters& parameters, std::string_view name) {
    const sf::BareItem* value = parameters.find(name);
    return value == nullptr ? nullptr : std::get_if<std::string>(value);
}

const std::string* name_of(const sf::Item& item) { return std::get_if<std::string>(&item.value); }

// ---- the request target, cut where RFC 3986 cuts it ----

struct Target {
    std::string scheme;
    std::string authority;
    std::string_view path;
    std::optional<std::string_view> query;  // without '?'
};

Target target_of(const MessagePart& request) {
    Target out{to_lower_ascii(request.scheme), to_lower_ascii(request.authority), {}, std::nullopt};
    std::string_view rest = request.target;
    if (const std::size_t at = rest.find("://"); at != std::string_view::npos && !rest.starts_with('/')) {  // absolute-form
        out.scheme = to_lower_ascii(rest.substr(0, at));
        rest.remove_prefix(at + 3);
        const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
        out.authority = to_lower_ascii(rest.substr(0, end));
        rest.remove_prefix(end);
    } else if (!rest.starts_with('/')) {  // asterisk-form, authority-form: no path, no query
        rest = {};
    }
    const std::size_t mark = rest.find('?');
    out.path = rest.substr(0, mark);
    if (mark != std::string_view::npos) { out.query = rest.substr(mark + 1); }
    const std::string_view port = out.scheme == "https" ? ":443" : out.scheme == "http" ? ":80" : "";
    if (!port.empty() && out.authority.ends_with(port)) { out.authority.resize(out.authority.size() - port.size()); }
    return out;
}

// Percent-encoded as the URL standard does for forms, with %20 for a blank (section 2.2.8).
std::string form_encode(std::string_view value) {
    std::string out;
    for (const char c : value) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("*-._").contains(c);
        if (plain) {
            out += c;
        } else {
            out += '%' + to_upper_ascii(to_hex(std::string_view(&c, 1)));
        }
    }
    return out;
}

Result<std::string> query_parameter(const Target& target, std::string_view wanted) {
    std::optional<std::string> found;
    for (const std::string_view pair : split(target.query.value_or(""), '&')) {
        if (pair.empty()) { continue; }
        const std::size_t equals = pair.find('=');
        const auto name = percent_decode(pair.substr(0, equals), true);
        const auto value = equals == std::string_view::npos ? Result<std::string>("") : percent_decode(pair.substr(equals + 1), true);
        if (!name || !value) { return malformed("query: bad escape"); }
        if (form_encode(*name) != wanted) { continue; }
        if (found) { return missing("query parameter twice: " + std::string(wanted)); }  // which of the two was meant?
        found = form_encode(*value);
    }
    return found ? Result<std::string>(*found) : missing("query parameter " + std::string(wanted));
}

Result<std::string> derived(const MessagePart& message, const std::string& name, const sf::Parameters& parameters) {
    if (name == "@status") {
        if (message.is_request()) { return missing("@status of a request"); }
        return std::to_string(message.status + 1000).substr(1);
    }
    static constexpr std::array of_requests = {"@method",         "@target-uri", "@authority", "@scheme",
                                               "@request-target", "@path",       "@query",     "@query-param"};
    if (std::ranges::find(of_requests, name) == of_requests.end()) { return unknown(name); }
    if (!message.is_request()) { return missing(name + " of a response"); }
    const auto there = [&name](std::string_view value) { return value.empty() ? Result<std::string>(missing(name)) : std::string(value); };
    if (name == "@method") { return there(message.method); }
    if (name == "@request-target") { return there(message.target); }
    const Target target = target_of(message);
    if (name == "@authority") { return there(target.authority); }
    if (name == "@scheme") { return there(target.scheme); }
    if (name == "@target-uri" && (target.scheme.empty() || target.authority.empty())) { return missing(name); }
    const std::string path = target.path.empty() ? "/" : std::string(target.path);
    if (name == "@path") { return path; }
    const std::string query = "?" + std::string(target.query.value_or(""));
    if (name == "@query") { return query; }
    if (name == "@target-uri") { return target.scheme + "://" + target.authority + path + (target.query ? query : ""); }
    return query_parameter(target, *text(parameters, "name"));
}

// ---- fields ----

const FieldTypes& types_of_http() {
    using enum FieldType;
    static const FieldTypes types = {
        {"accept-ch", list}, {"accept-signature", dictionary}, {"cache-status", list}, {"cdn-cache-control", dictionary},
        {"client-cert", item}, {"client-cert-chain", list}, {"content-digest", dictionary}, {"priority", dictionary},
        {"proxy-status", list}, {"repr-digest", dictionary}, {"signature", dictionary}, {"signature-input", dictionary},
        {"want-content-digest", dictionary}, {"want-repr-digest", dictionary},
    };
    return types;
}

Result<std::string> rewritten(const std::string& value, FieldType type) {
    switch (type) {
        case FieldType::item: return sf::serialize(TRY(sf::parse_item(value)));
        case FieldType::list: return sf::serialize(TRY(sf::parse_list(value)));
        case FieldType::dictionary: return sf::serialize(TRY(sf::parse_dictionary(value)));
    }
    return malformed("type of field");
}

Result<std::string> strict_field(const std::string& name, const std::string& value, const FieldTypes& types) {
    auto type = types.find(name);
    if (type == types.end()) {
        type = types_of_http().find(name);
        if (type == types_of_http().end()) { return malformed("structured type unknown: " + name); }
    }
    auto out = rewritten(value, type->second);
    return out ? std::move(out) : malformed(name + ": " + out.error().detail);
}

Result<std::string> dictionary_member(const std::string& name, const std::string& value, const std::string& key) {
    const auto dictionary = sf::parse_dictionary(value);
    if (!dictionary) { return malformed(name + ": " + dictionary.error().detail); }
    const sf::Member* member = dictionary->find(key);
    if (member == nullptr) { return missing(name + " has no member " + key); }
    return sf::serialize(*member);
}

Result<void> append_field_value(std::string& out, const MessagePart& message, const std::string& name, const sf::Parameters& parameters,
                                const FieldTypes& types) {
    static const std::vector<HeaderLine> none;
    const auto& lines = !flag(parameters, "tr") ? *message.headers : message.trailers == nullptr ? none : *message.trailers;
    if (flag(parameters, "bs")) {
        const std::vector<std::string> values = field_lines(lines, name);
        if (values.empty()) { return missing(name); }
        for (const std::string& value : values) { out += (&value == &values.front() ? ":" : ", :") + to_base64(value) + ":"; }
        return {};
    }
    const std::string* key = text(parameters, "key");
    if (key == nullptr && !flag(parameters, "sf")) { return append_field(out, lines, name) ? Result<void>() : missing(name); }
    std::string value;
    if (!append_field(value, lines, name)) { return missing(name); }
    out += TRY(key != nullptr ? dictionary_member(name, value, *key) : strict_field(name, value, types));
    return {};
}

constexpr std::array<bool, 256> token_characters = [] {
    std::array<bool, 256> out{};
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~")) { out[static_cast<unsigned char>(c)] = true; }
    return out;
}();

// Which parameters a component takes, each with its type (section 2.1, 2.2.8, 2.4).
Result<void> check_component(const std::string& name, const sf::Parameters& parameters) {
    const bool is_derived = name.starts_with('@');
    for (const auto& [key, value] : parameters) {
        const bool is_flag = key == "req" || (!is_derived && (key == "sf" || key == "bs" || key == "tr"));
        const bool is_text = is_derived ? name == "@query-param" && key == "name" : key == "key";
        if (is_flag ? !flag(parameters, key) : !is_text || !std::holds_alternative<std::string>(value)) {
            return unknown(name + ";" + key);
        }
    }
    if (name == "@query-param" && !parameters.has("name")) { return unknown("@query-param without name"); }
    if (parameters.has("bs") && (parameters.has("sf") || parameters.has("key"))) { return unknown(name + ": bs with sf or key"); }
    const bool token = !name.empty() && std::ranges::all_of(std::string_view(name).substr(is_derived ? 1 : 0),
                                                            [](char c) { return token_characters[static_cast<unsigned char>(c)]; });
    return token ? Result<void>() : unknown("not a lower-case field name");
}

Result<void> append_component(std::string& out, const MessageView& message, const sf::Item& item, const FieldTypes& types) {
    const std::string* name = name_of(item);
    if (name == nullptr) { return unknown("a component is named by a string"); }
    TRY(check_component(*name, item.parameters));
    const MessagePart* of = &message;
    if (flag(item.parameters, "req")) {
        if (message.is_request()) { return unknown("req in the signature of a request"); }
        if (!message.request) { return missing("the request answered"); }
        of = &*message.request;
    }
    const std::size_t from = out.size();
    if (name->starts_with('@')) {
        out += TRY(derived(*of, *name, item.parameters));
    } else {
        TRY(append_field_value(out, *of, *name, item.parameters, types));
    }
    // A line break would let one component speak for the next; the base is ASCII by its definition.
    const bool plain = std::ranges::all_of(std::string_view(out).substr(from), [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; });
    return plain ? Result<void>() : malformed(*name + ": sign it with bs");
}

}  // namespace

sf::Item component(std::string name, sf::Parameters parameters) { return {std::move(name), std::move(parameters)}; }

std::vector<sf::Item> components(std::initializer_list<std::string_view> names) {
    std::vector<sf::Item> out;
    out.reserve(20);  // the caller adds more
    for (const std::string_view name : names) { out.push_back(component(std::string(name))); }
    return out;
}

bool same_component(const sf::Item& a, const sf::Item& b) {
    const std::string* first = name_of(a);
    const std::string* second = name_of(b);
    if (first != nullptr && second != nullptr && *first != *second) { return false; }
    return a.value == b.value && a.parameters.size() == b.parameters.size() &&
           std::ranges::all_of(a.parameters, [&b](const auto& entry) {
               const sf::BareItem* other = b.parameters.find(entry.first);
               return other != nullptr && *other == entry.second;
           });
}

sf::InnerList signature_input(std::vector<sf::Item> covered, const SignatureParameters& parameters) {
    sf::InnerList out{std::move(covered), {}};
    const auto put = [&out](const char* key, const auto& value) {
        if (value) { out.parameters.set(key, *value); }
    };
    put("created", parameters.created);
    put("expires", parameters.expires);
    put("keyid", parameters.keyid);
    put("alg", parameters.alg);
    put("nonce", parameters.nonce);
    put("tag", parameters.tag);
    return out;
}

Result<SignatureParameters> parameters_of(const sf::InnerList& input) {
    SignatureParameters out;
    for (const auto& [key, value] : input.parameters) {
        const bool number = key == "created" || key == "expires";
        auto* text_slot = key == "keyid" ? &out.keyid : key == "alg" ? &out.alg : key == "nonce" ? &out.nonce : key == "tag" ? &out.tag : nullptr;
        if (number && std::holds_alternative<std::int64_t>(value)) {
            (key == "created" ? out.created : out.expires) = std::get<std::int64_t>(value);
        } else if (text_slot != nullptr && std::holds_alternative<std::string>(value)) {
            *text_slot = std::get<std::string>(value);
        } else if (number || text_slot != nullptr) {
            return fail(Code::invalid, "exchange.signature-malformed", "type of parameter " + key);
        }
    }
    return out;
}

Result<std::string> component_value(const MessageView& message, const sf::Item& item, const FieldTypes& types) {
    std::string out;
    TRY(append_component(out, message, item, types));
    return out;
}

Result<std::string> signature_base(const MessageView& message, const sf::InnerList& input, const FieldTypes& types) {
    std::string out;
    out.reserve(usual_base_bytes);
    for (std::size_t i = 0; i < input.items.size(); ++i) {
        const sf::Item& item = input.items[i];
        for (std::size_t before = 0; before < i; ++before) {
            if (same_component(input.items[before], item)) { return unknown("twice: " + TRY(sf::serialize(item))); }
        }
        TRY(sf::append(out, item));
        out += ": ";
        TRY(append_component(out, message, item, types));
        out += '\n';
    }
    out += "\"@signature-params\": ";
    TRY(sf::append(out, input));
    return out;
}

}  // namespace wasl::exchange
