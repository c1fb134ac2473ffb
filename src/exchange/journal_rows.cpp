#include "exchange/journal_rows.hpp"

#include "base/text.hpp"

#include <utility>
#include <vector>

namespace wasl::exchange {

namespace {

constexpr std::string_view parameters_line = "\"@signature-params\": ";

// Rows are many: written by hand, read with json::parse.
class Writer {
public:
    explicit Writer(std::size_t usual = 2'048) { out_.reserve(usual); }
    explicit Writer(std::string_view begun) : out_(begun) {}
    Writer& text(std::string_view name, std::string_view value) {
        if (value.empty()) { return *this; }
        key(name);
        json::append_string(out_, value);
        return *this;
    }
    Writer& number(std::string_view name, std::int64_t value) {
        key(name);
        out_ += std::to_string(value);
        return *this;
    }
    Writer& numbers(std::string_view name, const auto& values) {
        return list(name, values, [this](std::int64_t value) { out_ += std::to_string(value); });
    }
    Writer& texts(std::string_view name, const auto& values) {
        return list(name, values, [this](std::string_view value) { json::append_string(out_, value); });
    }
    std::string end() {
        out_ += '}';
        return std::move(out_);
    }
    std::string open_end() { return std::move(out_); }

private:
    Writer& list(std::string_view name, const auto& values, const auto& write) {
        key(name);
        char before = '[';
        for (const auto& value : values) {
            out_ += std::exchange(before, ',');
            write(value);
        }
        out_ += values.empty() ? "[]" : "]";
        return *this;
    }
    void key(std::string_view name) {
        out_ += out_.size() == 1 ? "\"" : ",\"";
        out_.append(name).append("\":");
    }
    std::string out_ = "{";
};

Writer begin(const ExchangeFacts& facts, std::size_t usual = 2'048) {
    Writer out(usual);
    out.text("side", to_string(facts.side)).text("id", facts.request_id);
    return out;
}

// `take` each identifier of the components that an inner list names, as it is spelled: `"signature";req;key="wasl-1"`.
// False: it is no list, or `take` has said so.
bool each_component(std::string_view list, const auto& take) {
    if (!list.starts_with('(')) { return false; }
    std::size_t from = 1;
    bool quoted = false;
    for (std::size_t at = 1; at < list.size(); ++at) {
        const char c = list[at];
        if (c == '"') { quoted = !quoted; }
        if (quoted || (c != ' ' && c != ')')) { continue; }
        if (at > from && !take(list.substr(from, at - from))) { return false; }
        if (c == ')') { return true; }
        from = at + 1;
    }
    return false;
}

// None: the base has another form than that its last line names all lines before it, in their order.
std::optional<std::vector<std::string_view>> values_of(std::string_view base) {
    const std::size_t last = base.rfind(parameters_line);
    if (last == std::string_view::npos) { return std::nullopt; }
    const std::string_view parameters = base.substr(last + parameters_line.size());
    std::string_view rest = base.substr(0, last);
    std::vector<std::string_view> out;
    out.reserve(16);
    const bool named = each_component(parameters, [&](std::string_view name) {
        if (!rest.starts_with(name) || !rest.substr(name.size()).starts_with(": ")) { return false; }
        rest.remove_prefix(name.size() + 2);
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) { return false; }
        out.push_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        return true;
    });
    if (!named || !rest.empty()) { return std::nullopt; }
    out.push_back(parameters);
    return out;
}

void write_seal(Writer& out, const Seal& seal, std::uint64_t version) {
    if (const auto values = values_of(seal.base)) {
        out.texts("signed", *values);
    } else {
        out.text("base", seal.base);
    }
    out.text("signature", to_base64(seal.signature)).number("registry", static_cast<std::int64_t>(version));
}

std::string text_of(const ClientId& id) { return id.member_code.empty() ? "" : id.text(); }
std::string text_of(const ServiceId& id) { return id.service_code.empty() ? "" : id.text(); }

}  // namespace

Result<ExchangeFacts> facts_of(const json::Value& content) {
    ExchangeFacts out;
    out.side = journal_side_from(content["side"].text_or(""));
    out.request_id = content["id"].text_or("");
    out.message_id = content["message"].text_or("");
    if (const auto id = content["client"].text_or(""); !id.empty()) { out.client = TRY(parse_client_id(id)); }
    if (const auto id = content["service"].text_or(""); !id.empty()) { out.service = TRY(parse_service_id(id)); }
    out.at = Instant{content["at"].integer_or(0)};
    return out;
}

std::string content_of(const RequestRow& row, std::uint64_t version) {
    Writer out = begin(row.facts);
    out.number("at", row.facts.at.micros).text("message", row.facts.message_id);
    out.text("client", row.facts.client.text()).text("service", row.facts.service.text());
    write_seal(out, row.seal, version);
    out.text("node", row.node).text("certificate", row.certificate).text("right", row.right_id);
    return out.end();
}

std::string content_of(const ResponseRow& row, std::uint64_t version) {
    Writer out = begin(row.facts);
    if (row.seal) { write_seal(out, *row.seal, version); }
    out.text("node", row.node).text("certificate", row.certificate).number("status", row.status);
    out.text("outcome", row.perhaps_done ? "unknown" : "");
    out.text("fault", row.fault).text("words", row.fault_message).numbers("times", row.times_ms);
    return out.end();
}

std::string content_of(const RefusalRow& row) {
    Writer out = begin(row.facts);
    out.number("at", row.facts.at.micros).text("message", row.facts.message_id);
    out.text("client", text_of(row.facts.client)).text("service", text_of(row.facts.service));
    out.text("fault", row.fault).text("reason", row.reason).text("detail", row.detail).text("incident", row.incident);
    out.text("method", row.method).text("target", row.target).text("node", row.node).text("certificate", row.certificate);
    return out.end();
}

std::string content_of_unknown(const ExchangeFacts& facts) { return begin(facts, 128).end(); }

int known_status(const json::Value& content) {
    return content["outcome"].text_or("") == "unknown" ? outcome_unknown : static_cast<int>(content["status"].integer_or(outcome_unknown));
}

std::string signed_base(const json::Value& content) {
    const auto* values = content["signed"].array();
    if (values == nullptr) { return std::string(content["base"].text_or("")); }
    if (values->empty() || !content["base"].is_null()) { return {}; }
    const auto parameters = values->back().text_or("");
    std::string out;
    out.reserve(1'536);
    std::size_t at = 0;
    const bool named = each_component(parameters, [&](std::string_view name) {
        const auto* value = at + 1 < values->size() ? (*values)[at++].string() : nullptr;
        if (value == nullptr || value->contains('\n')) { return false; }
        out.append(name).append(": ").append(*value).append("\n");
        return true;
    });
    if (!named || at + 1 != values->size()) { return {}; }
    return out.append(parameters_line).append(parameters);
}

bool has_seal(const json::Value& content) { return content["signed"].array() != nullptr || content["base"].string() != nullptr; }

std::string_view signed_parameter(std::string_view base, std::string_view name) {
    const std::size_t line = base.rfind(parameters_line);
    if (line == std::string_view::npos) { return {}; }
    const std::string wanted = ";" + std::string(name) + "=";
    const std::size_t found = base.rfind(wanted);
    if (found == std::string_view::npos || found < line) { return {}; }
    std::string_view value = base.substr(found + wanted.size());
    if (!value.starts_with('"')) { return value.substr(0, value.find(';')); }
    value.remove_prefix(1);
    return value.substr(0, value.find('"'));
}

std::string partner_of(const ExchangeFacts& facts) { return text_of(facts.partner()); }

IndexEntry index_entry(const ExchangeFacts& facts) {
    Writer body = begin(facts, 512);
    body.text("message", facts.message_id).text("client", text_of(facts.client)).text("service", text_of(facts.service));
    body.number("at", facts.at.micros);
    return {facts.request_id, facts.message_id, partner_of(facts), facts.at.micros, body.open_end()};
}

std::string IndexEntry::body(std::optional<std::uint64_t> request_row, std::optional<std::uint64_t> response_row, int status, std::string_view fault) const {
    Writer out(begun);
    if (request_row) { out.number("request", static_cast<std::int64_t>(*request_row)); }
    if (response_row) { out.number("response", static_cast<std::int64_t>(*response_row)); }
    return out.number("status", status).text("fault", fault).end();
}

std::string registry_document_key(std::uint64_t version, std::string_view mark) {
    std::string out = std::to_string(version);
    return mark.empty() ? out : out.append(".").append(mark);
}

std::optional<std::string> registry_document_key(const json::Value& content) {
    const auto version = content["registry"].integer();
    if (!version || *version < 0) { return std::nullopt; }
    return registry_document_key(static_cast<std::uint64_t>(*version), content["registry_mark"].text_or(""));
}

std::string with_registry_mark(std::string content, std::string_view mark) {
    if (mark.empty() || !content.ends_with('}')) { return content; }
    content.pop_back();
    return content.append(",\"registry_mark\":\"").append(mark).append("\"}");
}

}  // namespace wasl::exchange
