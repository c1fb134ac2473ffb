// What the management interface says of itself (OpenAPI 3.1).
#include "exchange_management.hpp"

#include "base/json.hpp"

#include <array>
#include <initializer_list>
#include <string_view>

namespace wasl::app {

namespace {

using json::Array;
using json::Object;
using json::Value;

Object reference(std::string_view name) { return {{"$ref", "#/components/schemas/" + std::string(name)}}; }
Object text(std::string_view words = {}) {
    Object out{{"type", "string"}};
    if (!words.empty()) out.set("description", words);
    return out;
}
Object day() { return {{"type", "string"}, {"format", "date"}}; }
Object list_of(Value items) { return {{"type", "array"}, {"items", std::move(items)}}; }

Object object_of(std::initializer_list<json::Member> properties, std::initializer_list<std::string_view> required) {
    Array needed;
    for (const auto name : required) needed.emplace_back(name);
    return {{"type", "object"}, {"properties", Object(properties)}, {"required", std::move(needed)}, {"additionalProperties", false}};
}

Object schemas() {
    const Object boolean{{"type", "boolean"}};
    const Object endpoint = object_of({{"method", text("GET, POST …, or *")}, {"path", text("* inside a segment, ** across")}}, {});
    const Object proof{{"type", "string"}, {"enum", Array{"certificate", "tls", "plain"}}, {"default", "certificate"}};
    const auto agreed = [](bool with_jws) {
        Object out{{"id", text("1 to 80 of a-z, 0-9 and -")}, {"client", text("INSTANCE/CLASS/MEMBER/SUBSYSTEM")}, {"service", text("…/SERVICE")}, {"method", text()},
                   {"path", text()}, {"purpose", text()}, {"legal_basis", text()}, {"valid_from", day()}, {"valid_until", day()}};
        if (with_jws) out.set("jws", text("the agreement as the other side has signed it, in place of all other fields"));
        if (with_jws) out.set("send", Object{{"type", "boolean"}, {"description", "send it to the other side over the exchange"}});
        if (with_jws) out.set("as", Object{{"type", "string"}, {"enum", Array{"consumer", "provider"}}});
        return Object{{"type", "object"}, {"properties", std::move(out)}, {"additionalProperties", false}};
    };
    return {{"Subsystem", object_of({{"id", text("INSTANCE/CLASS/MEMBER/SUBSYSTEM")}, {"clients", proof}, {"certificates", list_of(text("SHA-256 in hex"))}}, {"id"})},
            {"Service", object_of({{"id", text("INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE")}, {"url", text()}, {"timeout_seconds", Object{{"type", "integer"}, {"minimum", 1}, {"maximum", 3'600}}},
                                   {"verify_tls", boolean}, {"disabled", text("a notice to callers: the service is switched off")}, {"endpoints", list_of(endpoint)}}, {"id", "url"})},
            {"Right", object_of({{"id", text()}, {"subject", text("a subsystem; or group, or local_group")}, {"group", text()}, {"local_group", text()}, {"service", text()},
                                 {"method", text()}, {"path", text()}, {"purpose", text("why the data may be asked for")}, {"legal_basis", text("the article that allows it")},
                                 {"valid_from", day()}, {"valid_until", day()}}, {"id", "service", "purpose", "legal_basis", "valid_from", "valid_until"})},
            {"Agreement", agreed(true)}, {"AgreementText", agreed(false)},
            {"SignedAgreement", object_of({{"id", text()}, {"agreement", reference("AgreementText")}, {"consumer_signed", boolean}, {"provider_signed", boolean},
                                           {"applied", boolean}, {"reason", text()}, {"jws", text("JWS, general JSON serialisation, a signature a side")}, {"sent", boolean}, {"sending", text("why it was not sent")}}, {"id", "jws", "applied"})},
            {"Problem", object_of({{"type", text()}, {"status", Object{{"type", "integer"}}}, {"detail", text()}}, {"type", "status"})}};
}

Object answer(std::string_view words, Value schema) {
    return {{"description", words}, {"content", Object{{"application/json", Object{{"schema", std::move(schema)}}}}}};
}

Object responses(std::string_view words, Value schema) {
    Object out{{"200", answer(words, std::move(schema))}};
    const Object problem{{"application/problem+json", Object{{"schema", reference("Problem")}}}};
    for (const auto& [status, why] : {std::pair{"400", "It can not be read."}, {"401", "No token, or an unknown one."}, {"403", "The operator has no role for it."},
                                      {"404", "There is none."}, {"409", "Another version stands, or it stands in exchange.toml."}, {"422", "It names what is not here."}}) {
        out.set(status, Object{{"description", why}, {"content", problem}});
    }
    return out;
}

Object operation(std::string_view id, std::string_view summary, std::string_view role, Object answers) {
    Object out{{"operationId", id}, {"summary", summary}, {"x-role", role}};
    if (role == "read") {
        out.set("description", "Every role includes read.");
        answers.erase("403");
    }
    out.set("responses", std::move(answers));
    return out;
}

Object path_of(std::string_view plural, std::string_view schema, std::string_view role, bool posts) {
    const Object items{{"type", "object"}, {"properties", Object{{"items", list_of(Object{{"type", "object"}})}}}};
    const auto name = std::string(plural);
    const auto match = Object{{"name", "If-Match"}, {"in", "header"}, {"required", false}, {"schema", text("the version that was seen")}};
    Object put = operation((posts ? "sign-" : "put-") + name, posts ? "Signs as the sides that are here, and keeps it" : "Sets one", role,
                           responses("As it stands now.", posts ? Value(reference("SignedAgreement")) : Value(Object{{"type", "object"}})));
    put.set("parameters", Array{Value(match)});
    put.set("requestBody", Object{{"required", true}, {"content", Object{{"application/json", Object{{"schema", reference(schema)}}}}}});
    Object gone = operation("delete-" + name, "Takes one away", role, responses("It is gone.", Object{{"type", "object"}}));
    gone.set("parameters", Array{Value(Object{{"name", "id"}, {"in", "query"}, {"required", true}, {"schema", text()}}), Value(match)});
    return {{"get", operation("list-" + name, "Those of exchange.toml and those set here", "read", responses("All of them.", items))},
            {posts ? "post" : "put", std::move(put)}, {"delete", std::move(gone)}};
}

}  // namespace

std::string management_openapi() {
    Object changes{{"get", operation("list-changes", "Who changed what, newest first: entries of the journal", "read", responses("Changes.", Object{{"type", "object"}}))}};
    const Object limit{{"name", "limit"}, {"in", "query"}, {"required", false}, {"schema", Object{{"type", "integer"}, {"minimum", 1}, {"maximum", 500}, {"default", 50}}}};
    changes.find("get")->object()->set("parameters", Array{Value(limit)});
    const Object paths{{"/exchange/v1/subsystems", path_of("subsystems", "Subsystem", "services", false)},
                       {"/exchange/v1/services", path_of("services", "Service", "services", false)},
                       {"/exchange/v1/rights", path_of("rights", "Right", "rights", false)},
                       {"/exchange/v1/agreements", path_of("agreements", "Agreement", "rights", true)},
                       {"/exchange/v1/changes", std::move(changes)}};
    const Object security{{"operator", Object{{"type", "http"}, {"scheme", "bearer"}, {"description", "token of an [[operator]] of exchange.toml"}}}};
    return json::write_pretty(Object{{"openapi", "3.1.0"},
                                     {"info", Object{{"title", "Management of a node of the exchange"}, {"version", "1"},
                                                     {"description", "Subsystems, services, rights and agreements. Every change is an entry of the exchange journal. "
                                                                    "x-role is the role that an operation needs; services and rights include read."}}},
                                     {"security", Array{Value(Object{{"operator", Array{}}})}},
                                     {"paths", paths},
                                     {"components", Object{{"securitySchemes", security}, {"schemas", schemas()}}}});
}

}  // namespace wasl::app
