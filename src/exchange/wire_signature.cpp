#include "exchange/wire_signature.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <span>

namespace wasl::exchange {

namespace {

constexpr std::size_t usual_base = 1'536, usual_list = 384;
constexpr std::size_t digits_most = 15;  // of an Integer (RFC 9651)
constexpr std::string_view label_start = "wasl-1=";
static_assert(label_start.substr(0, label_start.size() - 1) == wire_label);

std::string_view without_blanks_around(std::string_view text) {
    const std::size_t from = text.find_first_not_of(" \t");
    return from == std::string_view::npos ? std::string_view() : text.substr(from, text.find_last_not_of(" \t") - from + 1);
}

const HeaderLine* only_line(const MessagePart& of, std::string_view name) {
    const HeaderLine* found = nullptr;
    for (const HeaderLine& line : *of.headers) {
        if (!equals_ignoring_ascii_case(line.name, name)) { continue; }
        if (found != nullptr) { return nullptr; }
        found = &line;
    }
    return found;
}

// ":…:" of the one member that our nodes write into Signature.
std::optional<std::string_view> plain_signature(const MessagePart& of) {
    const HeaderLine* line = only_line(of, "signature");
    if (line == nullptr || !line->value.starts_with(label_start)) { return std::nullopt; }
    const std::string_view text = std::string_view(line->value).substr(label_start.size());
    const bool framed = text.size() >= 2 && text.front() == ':' && text.back() == ':';
    return framed ? std::optional(text) : std::nullopt;
}

// The lines of the base and the list of what they cover.
class PlainText {
public:
    PlainText() {
        lines_.reserve(usual_base);
        list_.reserve(usual_list);
        list_ = "(";
    }

    void derived(std::string_view name, std::string_view value, std::string_view mark = {}) {
        good_ = good_ && !value.empty() && plain_ascii(value);
        name_(name, mark);
        lines_.append(value).append("\n");
    }
    // `needed`: false passes over a field that is not there.
    void field(const MessagePart& of, std::string_view name, bool needed, std::string_view mark = {}) {
        bool found = false;
        for (const HeaderLine& line : *of.headers) {
            if (!equals_ignoring_ascii_case(line.name, name)) { continue; }
            good_ = good_ && plain_ascii(line.value);
            if (found) {
                lines_ += ", ";
            } else {
                name_(name, mark);
            }
            found = true;
            lines_ += without_blanks_around(line.value);
        }
        good_ = good_ && (found || !needed);
        if (found) { lines_ += '\n'; }
    }
    void fail() noexcept { good_ = false; }

    [[nodiscard]] bool good() const noexcept { return good_; }
    [[nodiscard]] std::string list() const { return list_ + ")"; }
    [[nodiscard]] std::string end(std::string_view input) && {
        lines_.append(params_line).append(input);
        return std::move(lines_);
    }

private:
    void name_(std::string_view name, std::string_view mark) {
        const std::size_t from = lines_.size();
        lines_.append("\"").append(name).append("\"").append(mark);
        if (list_.size() > 1) { list_ += ' '; }
        list_.append(lines_, from);
        lines_ += ": ";
    }
    std::string lines_, list_;
    bool good_ = true;
};

void cover_request(PlainText& out, const MessagePart& request) {
    out.derived("@method", request.method);
    out.derived("@request-target", request.target);
    for (const std::string_view name : request_fields) { out.field(request, name, false); }
    out.field(request, "content-digest", true);
    out.field(request, head_digest_field, true);
}

void cover_response(PlainText& out, const MessagePart& response, const MessagePart& request) {
    out.derived("@status", std::to_string(response.status + 1'000).substr(1));
    for (const std::string_view name : response_fields) { out.field(response, name, false); }
    out.field(response, "content-digest", true);
    out.field(response, head_digest_field, true);
    out.derived("@method", request.method, ";req");
    out.derived("@request-target", request.target, ";req");
    out.field(request, "content-digest", true, ";req");
    out.field(request, head_digest_field, true, ";req");
    const auto signature = plain_signature(request);
    const bool canonical = signature && from_base64(signature->substr(1, signature->size() - 2)).has_value();
    if (!canonical) { return out.fail(); }
    out.derived("signature", *signature, ";req;key=\"wasl-1\"");
}

PlainText covered_by(const MessageView& message) {
    PlainText out;
    if (message.is_request()) {
        cover_request(out, message);
    } else if (message.request) {
        cover_response(out, message, *message.request);
    } else {
        out.fail();
    }
    return out;
}

bool quotable(std::string_view text) {
    return plain_ascii(text) && text.find_first_of("\"\\\t") == std::string_view::npos;
}

// Reads what `parameters_text` writes.
class ParameterReader {
public:
    explicit ParameterReader(std::string_view text) : rest_(text) {}
    std::optional<SignatureParameters> read() {
        SignatureParameters out;
        out.created = number(";created=");
        out.expires = number(";expires=");
        out.keyid = text(";keyid=\"");
        if (rest_.starts_with(";nonce=")) { out.nonce = text(";nonce=\""); }
        out.tag = text(";tag=\"");
        return good_ && rest_.empty() ? std::optional(std::move(out)) : std::nullopt;
    }

private:
    void take(std::string_view what) {
        good_ = good_ && rest_.starts_with(what);
        if (good_) { rest_.remove_prefix(what.size()); }
    }
    std::int64_t number(std::string_view key) {
        take(key);
        const std::string_view digits = rest_.substr(0, std::min(rest_.find_first_not_of("0123456789"), rest_.size()));
        good_ = good_ && !digits.empty() && digits.size() <= digits_most && (digits.front() != '0' || digits.size() == 1);
        if (!good_) { return 0; }
        rest_.remove_prefix(digits.size());
        return to_integer(digits).value_or(0);
    }
    std::string text(std::string_view key) {
        take(key);
        const std::size_t end = rest_.find('"');
        good_ = good_ && end != std::string_view::npos && end <= 1'024 && quotable(rest_.substr(0, end));
        if (!good_) { return {}; }
        std::string out(rest_.substr(0, end));
        rest_.remove_prefix(end + 1);
        return out;
    }
    std::string_view rest_;
    bool good_ = true;
};

std::optional<std::string> parameters_text(const Signing& with) {
    if (with.now.seconds() < 0 || !quotable(with.key_id) || !quotable(with.nonce)) { return std::nullopt; }
    std::string out = ";created=" + std::to_string(with.now.seconds()) + ";expires=" + std::to_string(with.now.seconds() + signature_lifetime_seconds);
    out.append(";keyid=\"").append(with.key_id).append("\"");
    if (!with.nonce.empty()) { out.append(";nonce=\"").append(with.nonce).append("\""); }
    return out.append(";tag=\"").append(wire_label).append("\"");
}

}  // namespace

bool plain_ascii(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\t'; });
}

std::optional<std::string> plain_signature_base(const MessageView& message, const Signing& with) {
    PlainText text = covered_by(message);
    const auto parameters = parameters_text(with);
    if (!text.good() || !parameters) { return std::nullopt; }
    const std::string input = text.list() + *parameters;
    return std::move(text).end(input);
}

std::optional<Result<Seal>> verify_plain_signature(const MessageView& message, const FindKey& find_key, const SignaturePolicy& policy) {
    const HeaderLine* input_line = only_line(message, "signature-input");
    const auto signature_text = plain_signature(message);
    if (input_line == nullptr || !signature_text || !input_line->value.starts_with(label_start)) { return std::nullopt; }
    auto signature = from_base64(signature_text->substr(1, signature_text->size() - 2));
    PlainText text = covered_by(message);
    if (!signature || !text.good()) { return std::nullopt; }
    const std::string_view input = std::string_view(input_line->value).substr(label_start.size());
    const std::string list = text.list();
    if (!input.starts_with(list)) { return std::nullopt; }
    const auto parameters = ParameterReader(input.substr(list.size())).read();
    if (!parameters) { return std::nullopt; }
    if (const auto counts = check_parameters(*parameters, policy); !counts) { return std::unexpected(counts.error()); }
    const auto key = find_key(*parameters);
    if (!key) { return fail(Code::unauthenticated, "exchange.key-unknown", *parameters->keyid); }
    std::string base = std::move(text).end(input);
    if (!key->verify(base, *signature)) { return fail(Code::unauthenticated, "exchange.signature-wrong", std::string(wire_label)); }
    return Seal{std::move(base), std::move(*signature), *parameters->keyid};
}

}  // namespace wasl::exchange
