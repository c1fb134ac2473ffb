#include "exchange/fault.hpp"

#include "base/json.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::exchange;
using enum FaultSpelling;

namespace {

FaultResponse render(std::string_view accept, Fault fault = {FaultSide::server_proxy, FaultKind::access_denied, "No right.", "id-1"}) {
    return render_fault(fault, accept, documented);
}

}  // namespace

TEST_CASE("a missing client and a malformed address are the caller's, 400; 500 by the switch") {
    const Fault fault{FaultSide::client, FaultKind::bad_request, "X-Road-Client is missing.", "id-1"};
    const FaultResponse by_document = render_fault(fault, "", documented);
    CHECK(by_document.status == 400);
    CHECK(by_document.error_header == "Client.BadRequest");
    const FaultResponse by_newer = render_fault(fault, "", newer);
    CHECK(by_newer.status == 500);
    CHECK(by_newer.error_header == "server.clientproxy.bad_request");
}

TEST_CASE("no right is 500, as the protocol has it") {
    CHECK(render("").status == 500);
    CHECK(render("").error_header == "Server.ServerProxy.AccessDenied");
    CHECK(fault_type(FaultSide::server_proxy, FaultKind::access_denied, newer) == "server.serverproxy.access_denied");
    CHECK(fault_type(FaultSide::client_proxy, FaultKind::io_error, documented) == "Server.ClientProxy.IOError");
    CHECK(fault_type(FaultSide::client_proxy, FaultKind::outdated_global_conf, newer) == "server.clientproxy.global_conf_outdated");
    CHECK(fault_status("SERVER.x") == 500);
    CHECK(fault_status("Serverless") == 400);
}

TEST_CASE("both spellings of a type are the same type") {
    for (int kind = 0; kind <= static_cast<int>(FaultKind::maintenance_mode); ++kind) {
        const auto as = [kind](FaultSpelling spelling) { return fault_type(FaultSide::server_proxy, static_cast<FaultKind>(kind), spelling); };
        CAPTURE(as(documented));
        CHECK(same_fault_type(as(documented), as(newer)));
        CHECK(!same_fault_type(as(documented), "Server.ServerProxy"));
    }
}

TEST_CASE("a fault is JSON, or XML when Accept lists it") {
    const FaultResponse json_answer = render("application/json");
    CHECK(json_answer.content_type == "application/json;charset=utf-8");
    CHECK(json_answer.body == R"({"type":"Server.ServerProxy.AccessDenied","message":"No right.","detail":"id-1"})");
    CHECK(render("*/*").content_type.starts_with("application/json"));
    CHECK(render("application/*").content_type.starts_with("application/json"));
    CHECK(render("text/html, application/xhtml+xml").content_type.starts_with("application/json"));
    for (const char* accept : {"text/xml", "TEXT/XML;q=0.1", "application/json, text/xml", "text/*", "a/b,text/* ;q=0, application/xml"}) {
        CAPTURE(accept);
        CHECK(render(accept).content_type == "text/xml;charset=utf-8");
    }
    CHECK(render("application/xml, text/xml").content_type == "application/xml;charset=utf-8");
    CHECK(render("text/xml").body.ends_with("<error><type>Server.ServerProxy.AccessDenied</type><message>No right.</message><detail>id-1</detail></error>"));
}

TEST_CASE("a message cannot break out of the body that carries it") {
    const Fault hostile{FaultSide::client, FaultKind::bad_request, "</message><x>&\"\x01\xFF", "]]>"};
    CHECK(render("text/xml", hostile).body.ends_with("<message>&lt;/message&gt;&lt;x&gt;&amp;\"\uFFFD\uFFFD</message><detail>]]&gt;</detail></error>"));
    const auto parsed = json::parse(render("", hostile).body);
    REQUIRE(parsed);
    CHECK((*parsed)["message"].text_or("") == "</message><x>&\"\x01\uFFFD");
}
