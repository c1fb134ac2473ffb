#include "register/evidence.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::reg {

namespace {

// Percent-decoding of one segment or value; '+' is a space in a query only.
std::optional<std::string> decoded(std::string_view text, bool in_query) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && in_query) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const auto byte = from_hex(text.substr(i + 1, 2));
            if (!byte || byte->size() != 1 || (byte->front() >= 0 && byte->front() < ' ')) return std::nullopt;
            out += *byte;
            i += 2;
        }
    }
    if (!is_utf8(out)) return std::nullopt;
    return out;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 60 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

std::unexpected<Error> malformed(std::string_view what) { return fail(Code::invalid, "register.malformed-question", std::string(what)); }

json::Object source_json(const Standing& one, std::string_view member) {
    return {{"member", member}, {"register", one.record.name}, {"key", one.record.key}, {"act", one.version.act.reference},
            {"recorded", one.version.recorded.iso()}};
}

json::Object told(const Standing& one, std::string_view member) {
    json::Object out{{"facts", one.version.facts}, {"valid_from", one.version.from.iso()}};
    if (one.version.until) out.set("valid_until", one.version.until->plus_days(-1).iso());
    out.set("source", source_json(one, member));
    return out;
}

// What an attestation of silence says: which act of which request, and the day on which it arose by law.
json::Object silence_facts(const Standing& one) {
    const auto& first = one.record.versions.front();
    return {{"reference", first.act.reference}, {"act", one.record.type}, {"arose", first.from.iso()}, {"office", first.act.office}};
}

std::string looks_chain(std::string_view subject) { return "looks-of:" + std::string(subject); }

}  // namespace

bool fits(const json::Object& facts, const Question& question) {
    return std::ranges::all_of(question.where, [&](const auto& wanted) {
        const auto* fact = facts.find(wanted.first);
        if (fact == nullptr) return false;
        return fact->string() != nullptr ? *fact->string() == wanted.second : json::write(*fact) == wanted.second;
    });
}

Result<Question> question_of(std::string_view method, std::string_view path, std::string_view query) {
    if (method != "GET") return fail(Code::unsupported, "register.method", std::string(method));
    const auto parts = split(path, '/');
    const bool known = parts.size() == 5 && (parts[2] == "holds" || parts[2] == "evidence" || parts[2] == "document");
    if (!known || !parts[0].empty() || parts[1] != "v1") {
        return fail(Code::not_found, "register.no-endpoint", std::string(path));
    }
    const auto type = decoded(parts[3], false);
    const auto subject = decoded(parts[4], false);
    if (!type || !is_word(*type)) return malformed("type");
    if (!subject || subject->size() > 80 || subject->find(':') == std::string::npos) return malformed("subject: write KIND:NUMBER");
    Question out{.data = parts[2] == "evidence", .document = parts[2] == "document", .type = *type, .subject = *subject, .where = {}, .at = {}};
    for (const auto pair : split(query, '&')) {
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        auto name = decoded(pair.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::nullopt : decoded(pair.substr(equals + 1), true);
        if (!name || !value || !is_word(*name) || value->size() > 200 || out.where.size() >= 8) return malformed("query");
        if (*name == "at") {
            const auto day = parse_date(*value);
            if (!day) return malformed("at: write YYYY-MM-DD");
            out.at = *day;
        } else {
            out.where.emplace_back(std::move(*name), std::move(*value));
        }
    }
    return out;
}

Result<Answer> answer(store::Reader& reader, const Question& question, std::string_view member, const jurisdiction::Pack& pack, Instant now) {
    const Date day = question.at.value_or(pack.calendar().date_at(now));
    auto found = TRY(standing(reader, question.type, question.subject, day, now));
    if (question.type == silence_type) {
        for (auto& one : found) one.version.facts = silence_facts(one);
    }
    std::erase_if(found, [&](const Standing& one) { return !fits(one.version.facts, question); });
    Answer out{.holds = !found.empty(),
               .document = {{"type", question.type}, {"subject", question.subject},
                            {"as_of", json::Object{{"valid", day.iso()}, {"known", now.iso()}}}, {"holds", !found.empty()}}};
    if (found.empty()) return out;
    if (!question.data) {
        // Which act it rests on discloses nothing of what the act says.
        out.document.set("source", json::Object{{"member", member}, {"act", found.front().version.act.reference}});
        if (question.document) out.act = found.front().version.act.dossier;
        return out;
    }
    const auto first = told(found.front(), member);
    for (const auto& [name, value] : first) out.document.set(name, value);
    json::Array more;
    for (std::size_t i = 1; i < found.size(); ++i) more.emplace_back(told(found[i], member));
    if (!more.empty()) out.document.set("more", std::move(more));
    return out;
}

Result<Answer> answer_noted(store::Transaction& tx, const Question& question, const Asker& asker, std::string_view member,
                            const jurisdiction::Pack& pack) {
    auto out = TRY(answer(tx, question, member, pack, tx.now()));
    json::Object entry{{"by", asker.who}, {"member", asker.member}, {"purpose", asker.purpose}, {"legal_basis", asker.legal_basis},
                             {"exchange", asker.exchange}, {"type", question.type}, {"data", question.data}, {"holds", out.holds}};
    if (question.document) entry.set("document", true);
    if (!asker.office.empty()) entry.set("office", asker.office);
    TRY(tx.append({.chain = looks_chain(question.subject), .kind = std::string(looked_kind), .content = json::write(entry)}));
    return out;
}

Result<std::vector<LookSeen>> looks_of(store::Reader& reader, std::string_view subject, std::size_t limit) {
    std::vector<LookSeen> out;
    const auto chain = looks_chain(subject);
    const auto head = TRY(reader.chain_head(chain));
    if (!head) return out;
    for (const auto& row : TRY(reader.chain(chain, head->length > limit ? head->length - limit : 0, limit))) {
        const auto content = json::parse(row.content);
        if (row.erased || !content) continue;
        const auto word = [&](std::string_view name) { return std::string((*content)[name].text_or("")); };
        out.push_back({.at = row.at,
                       .asker = {.who = word("by"), .member = word("member"), .purpose = word("purpose"), .legal_basis = word("legal_basis"), .exchange = word("exchange"), .office = word("office")},
                       .type = word("type"), .data = (*content)["data"].bool_or(false), .document = (*content)["document"].bool_or(false), .holds = (*content)["holds"].bool_or(false)});
    }
    std::ranges::reverse(out);
    return out;
}

namespace {

json::Object parameter(std::string_view name, std::string_view in, json::Object schema, std::string_view description) {
    return {{"name", name}, {"in", in}, {"required", in == "path"}, {"schema", std::move(schema)}, {"description", description}};
}

json::Object operation(std::string_view id, std::string_view summary, const json::Array& types, json::Object schema) {
    const json::Object text{{"type", "string"}};
    json::Array parameters;
    parameters.emplace_back(parameter("type", "path", {{"type", "string"}, {"enum", types}}, "Type of the evidence."));
    parameters.emplace_back(parameter("subject", "path", text, "Identifier with its kind: cnie:AB123456."));
    parameters.emplace_back(parameter("at", "query", {{"type", "string"}, {"format", "date"}}, "The day asked about; today when left out."));
    const json::Object good{{"description", "What the register knows, as of now."},
                            {"content", json::Object{{"application/json", json::Object{{"schema", std::move(schema)}}}}}};
    const json::Object bad{{"description", "The question cannot be read."}};
    return {{"get", json::Object{{"operationId", id}, {"summary", summary}, {"parameters", std::move(parameters)},
                                 {"responses", json::Object{{"200", good}, {"400", bad}}}}}};
}

}  // namespace

std::string openapi(std::string_view member, const std::vector<std::string>& types) {
    json::Array list;
    for (const auto& type : types) list.emplace_back(type);
    const auto schema = [](std::string_view more) {
        const json::Object text{{"type", "string"}}, object{{"type", "object"}};
        json::Object properties{{"type", text}, {"subject", text}, {"as_of", object}, {"holds", json::Object{{"type", "boolean"}}}, {"source", object}};
        if (!more.empty()) properties.set(std::string(more), object);
        return json::Object{{"type", "object"}, {"required", json::Array{"type", "subject", "as_of", "holds"}}, {"properties", std::move(properties)}};
    };
    const json::Object paths{
        {"/v1/holds/{type}/{subject}", operation("holds", "Yes or no, and nothing else.", list, schema(""))},
        {"/v1/evidence/{type}/{subject}", operation("evidence", "The facts that hold, with the act they rest on.", list, schema("facts"))},
        {"/v1/document/{type}/{subject}", operation("document", "The document of the act, signed by its holder.", list, schema("document"))}};
    return json::write_pretty(json::Object{
        {"openapi", "3.1.0"}, {"info", json::Object{{"title", fmt::format("Registers of {}", member)}, {"version", "1"}}}, {"paths", paths}});
}

}  // namespace wasl::reg
