#!/usr/bin/env python3
"""The management interface of a node: operators with roles, services and rights that count at once, agreements that both
administrations sign, and every change an entry of the journal. Through the sandbox.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import base64
import hashlib
import json
import os
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import desk_flow  # noqa: E402
from _lib import Folder, finish, step, wasl  # noqa: E402
from exchange import Sandbox, ask, refused, wait_for  # noqa: E402

TOKENS = {"reader": ["read"], "keeper": ["services"], "lawyer": ["rights", "read"]}
CLIENT = "MA/UTL/ain-wasl-electricity/website"  # of the utility's edge: no right to anything in the sandbox
SERVICE = "MA/GOV/land-registry/titles/evidence"
PATH = "/v1/holds/land-title/cnie:ZZ100037"
AGREED = {"id": "website-2026", "client": CLIENT, "service": SERVICE, "method": "GET", "path": "/v1/holds/land-title/*", "purpose": "Vérifier un titre foncier",
          "legal_basis": "loi 55-19, article 25", "valid_from": "2026-01-01", "valid_until": "2099-12-31"}


def token_of(name):
    return "token-of-" + name


def with_operators(box, process):
    """The process begins anew with these operators."""
    file = box.data(process) / "exchange.toml"
    text = file.read_text()
    for name, roles in TOKENS.items():
        text += f'\n[[operator]]\nname = "{name}"\ntoken_sha256 = "{hashlib.sha256(token_of(name).encode()).hexdigest()}"\nroles = {json.dumps(roles)}\n'
    file.write_text(text)
    old = box.children()[process]
    os.kill(old, signal.SIGKILL)
    wait_for("the process", lambda: box.children()[process] != old, 120)

    def up():
        try:
            return manage(box, process, "GET", "rights", "reader").status == 200
        except OSError:
            return False
    wait_for("its management door", up, 120)


def manage(box, process, method, what, operator, body=None, **headers):
    given = {"Authorization": "Bearer " + token_of(operator)} if operator else {}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    if data is not None:
        given["Content-Type"] = "application/json"
    return ask(box.env[f"WASL_{process.upper()}_STATE"], f"/exchange/v1/{what}", method, given, data)


def main(box, kept):
    with_operators(box, "state")
    with_operators(box, "utility")

    @step("the interface describes itself in OpenAPI 3.1, with the role that each operation needs")
    def _():
        document = ask(box.state_state, "/exchange/v1/openapi.json").json()
        assert document["openapi"].startswith("3.1") and len(document["paths"]) == 5
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                assert operation["x-role"] in ("read", "services", "rights") and operation["operationId"], (path, method)
                answer = ask(box.state_state, path, method.upper(), {}, b"" if method in ("put", "post") else None)
                assert answer.status == 401 and answer.headers["WWW-Authenticate"] == "Bearer", (path, method, answer.status)

    @step("without the role nothing is changed: who reads does not write, who keeps services gives no rights")
    def _():
        assert manage(box, "state", "GET", "rights", None).status == 401
        assert ask(box.state_state, "/exchange/v1/rights", headers={"Authorization": "Bearer wrong"}).status == 401
        for operator in ("reader", "keeper", "lawyer"):  # every role includes reading, and the document says so
            assert manage(box, "state", "GET", "rights", operator).status == 200, operator
        listing = ask(box.state_state, "/exchange/v1/openapi.json").json()["paths"]["/exchange/v1/rights"]["get"]
        assert listing["x-role"] == "read" and "403" not in listing["responses"] and "includes read" in listing["description"], listing
        right = {name: value for name, value in AGREED.items() if name != "client"} | {"subject": CLIENT}
        for operator in ("reader", "keeper"):
            answer = manage(box, "state", "PUT", "rights", operator, right)
            assert answer.status == 403 and answer.json()["type"] == "exchange.management-role", (operator, answer.status)
        assert manage(box, "state", "PUT", "services", "lawyer", {"id": SERVICE, "url": "http://127.0.0.1:1/"}).status == 403
        assert all(each["source"] == "file" for each in manage(box, "state", "GET", "rights", "reader").json()["items"])

    @step("a right that is given counts at once, one that is taken away no longer; versions guard against each other")
    def _():
        right = {name: value for name, value in AGREED.items() if name != "client"} | {"subject": CLIENT, "id": "right-by-hand"}
        refused(box.call(PATH, CLIENT), "Server.ServerProxy.AccessDenied", 500)
        assert manage(box, "state", "PUT", "rights", "lawyer", right).status == 200
        assert box.call(PATH, CLIENT).status == 200
        assert manage(box, "state", "PUT", "rights", "lawyer", right, If_Match="0").status == 409
        assert manage(box, "state", "PUT", "rights", "lawyer", right | {"purpose": "Autre finalité"}, If_Match="1").status == 200
        assert manage(box, "state", "DELETE", "rights?id=right-by-hand", "lawyer").status == 200
        refused(box.call(PATH, CLIENT), "Server.ServerProxy.AccessDenied", 500)
        assert manage(box, "state", "DELETE", "rights?id=right-by-hand", "lawyer").status == 404

    @step("what is wrong, elsewhere or in the file is refused, and nothing of it stays")
    def _():
        right = {name: value for name, value in AGREED.items() if name != "client"} | {"subject": CLIENT, "id": "wrong"}
        for change, status in (({"service": "MA/GOV/nobody/x/y"}, 422), ({"path": ""}, 400), ({"valid_until": "2020-01-01"}, 400), ({"legal_basis": " "}, 400),
                               ({"unknown": 1}, 400), ({"subject": "MA/UTL"}, 400), ({"id": "right-1"}, 409)):
            answer = manage(box, "state", "PUT", "rights", "lawyer", right | change)
            assert answer.status == status and answer.headers["Content-Type"] == "application/problem+json", (change, answer.status, answer.body)
        assert manage(box, "state", "PUT", "services", "keeper", {"id": "MA/GOV/nobody/x/y", "url": "http://127.0.0.1:1/"}).status == 422
        assert manage(box, "state", "PUT", "services", "keeper", {"id": "MA/GOV/land-registry/titles/x", "url": "ftp://x"}).status == 400

    @step("a service set here answers by its right; a notice switches it off for callers")
    def _():
        own = {"id": "MA/GOV/land-registry/titles/pages", "url": box.env["WASL_STATE_PAGES"] + "/api/procedures/conservation-fonciere"}
        assert manage(box, "state", "PUT", "services", "keeper", own).status == 200
        right = {"id": "pages", "subject": CLIENT, "service": own["id"], "method": "GET", "path": "/**", "purpose": "Lire les procédures", "legal_basis": "loi 55-19",
                 "valid_from": "2026-01-01", "valid_until": "2099-12-31"}
        assert manage(box, "state", "PUT", "rights", "lawyer", right).status == 200
        call = lambda: ask(box.edge, f"/r1/{own['id']}/land-title", headers={"X-Road-Client": CLIENT})  # noqa: E731
        assert call().status == 200, call().body[:300]
        allowed = ask(box.edge, "/r1/MA/GOV/land-registry/titles/allowedMethods", headers={"X-Road-Client": CLIENT, "Accept": "application/json"}).json()["service"]
        assert [each["service_code"] for each in allowed] == ["pages"] and allowed[0]["endpoint_list"] == [{"method": "GET", "path": "/**"}], allowed
        assert manage(box, "state", "PUT", "services", "keeper", own | {"disabled": "En maintenance"}).status == 200
        off = call()
        assert off.fault.endswith("ServiceDisabled") and b"En maintenance" in off.body, (off.fault, off.body)

    @step("an agreement counts only when both administrations have signed the same text")
    def _():
        sent = manage(box, "utility", "POST", "agreements", "lawyer", AGREED)
        assert sent.status == 200, sent.body
        mine = sent.json()
        assert mine["consumer_signed"] and not mine["provider_signed"] and not mine["applied"], mine
        refused(box.call(PATH, CLIENT), "Server.ServerProxy.AccessDenied", 500)
        altered = json.loads(mine["jws"])
        text = base64.urlsafe_b64decode(altered["payload"] + "===").decode()
        altered["payload"] = base64.urlsafe_b64encode(text.replace("/v1/holds/land-title/*", "/v1/**").encode()).decode().rstrip("=")
        bad = manage(box, "state", "POST", "agreements", "lawyer", {"jws": json.dumps(altered, separators=(",", ":"))})
        assert bad.status == 403 and bad.json()["type"] == "exchange.agreement-signature", bad.body
        unsound = json.loads(mine["jws"])
        first = unsound["signatures"][0]["signature"]
        unsound["signatures"][0]["signature"] = ("A" if first[0] != "A" else "B") + first[1:]
        bad = manage(box, "state", "POST", "agreements", "lawyer", {"jws": json.dumps(unsound, separators=(",", ":"))})
        assert bad.status == 403 and bad.json()["type"] == "exchange.agreement-signature", bad.body
        assert not any(each["id"] == "website-2026" for each in manage(box, "state", "GET", "agreements", "reader").json()["items"])
        refused(box.call("/v1/evidence/land-title/cnie:ZZ100037", CLIENT), "Server.ServerProxy.AccessDenied", 500)
        both = manage(box, "state", "POST", "agreements", "lawyer", {"jws": mine["jws"]})
        assert both.status == 200 and both.json()["applied"] and both.json()["provider_signed"], both.body
        assert box.call(PATH, CLIENT).status == 200
        refused(box.call("/v1/evidence/land-title/cnie:ZZ100037", CLIENT), "Server.ServerProxy.AccessDenied", 500)
        kept["agreement"] = both.json()["jws"]

    @step("the agreement is still in force when the process begins anew; the desk shows it; withdrawn, it ends")
    def _():
        old = box.children()["state"]
        os.kill(old, signal.SIGKILL)
        wait_for("the process", lambda: box.children()["state"] != old, 120)

        def answered():
            try:
                return box.call(PATH, CLIENT).status == 200
            except OSError:
                return False
        wait_for("the call", answered, 120)
        agents = {each["login"]: each for each in json.loads((box.data("state") / "demonstration.json").read_text())["agents"] if each["member"] == "conservation-fonciere"}
        auditor = desk_flow.Browser(box.env["WASL_STATE_PAGES"])
        assert auditor.sign_in(agents["audit"]).status == 200
        page = auditor.ask("/fr/desk/conservation-fonciere/exchange-rights")
        assert page.status == 200 and "Vérifier un titre foncier" in page.text and "signée des deux côtés" in page.text, (page.status, page.text[:500])
        assert 'dir="rtl"' in auditor.ask("/ar/desk/conservation-fonciere/exchange-rights").text
        clerk = desk_flow.Browser(box.env["WASL_STATE_PAGES"])
        assert clerk.sign_in(agents["agent"]).status == 200 and clerk.ask("/fr/desk/conservation-fonciere/exchange-rights").status == 404
        assert manage(box, "state", "DELETE", "agreements?id=website-2026", "lawyer").status == 200
        refused(box.call(PATH, CLIENT), "Server.ServerProxy.AccessDenied", 500)

    @step("sent over the exchange, a proposal stands on the other side's page; its administrator signs it there, and it counts on both")
    def _():
        proposed = AGREED | {"id": "website-sent", "purpose": "Vérifier un titre, par l’échange", "send": True}
        sent = manage(box, "utility", "POST", "agreements", "lawyer", proposed)
        assert sent.status == 200 and sent.json()["sent"] is True and not sent.json()["applied"], sent.body
        refused(box.call(PATH, CLIENT), "Server.ServerProxy.AccessDenied", 500)
        agents = {each["login"]: each for each in json.loads((box.data("state") / "demonstration.json").read_text())["agents"] if each["member"] == "conservation-fonciere"}
        auditor, admin = desk_flow.Browser(box.env["WASL_STATE_PAGES"]), desk_flow.Browser(box.env["WASL_STATE_PAGES"])
        assert auditor.sign_in(agents["audit"]).status == 200 and admin.sign_in(agents["admin"]).status == 200
        page = auditor.ask("/fr/desk/conservation-fonciere/exchange-rights")
        assert "Vérifier un titre, par l’échange" in page.text and "attend une signature" in page.text and "Signer et renvoyer" not in page.text
        page = admin.ask(admin.ask("/fr/desk/conservation-fonciere/admin").links("/desk/conservation-fonciere/exchange-rights")[0])
        assert "Signer et renvoyer" in page.text and "website-sent" in page.text, page.text[:500]
        done = admin.send(page.form(do="sign-agreement"), id="website-sent")
        assert "done=agreement-sent" in done.url, (done.status, done.url, done.text[:500])
        assert box.call(PATH, CLIENT).status == 200
        mine = next(each for each in manage(box, "utility", "GET", "agreements", "reader").json()["items"] if each["id"] == "website-sent")
        assert mine["body"]["consumer_signed"] and mine["body"]["provider_signed"], mine
        assert "Signer et renvoyer" not in admin.ask("/fr/desk/conservation-fonciere/exchange-rights").text
        kept["sent"] = mine["body"]["jws"]

    @step("withdrawn here, it does not come back with the copy that the other side kept; and nobody proposes in another's name")
    def _():
        assert manage(box, "state", "DELETE", "agreements?id=website-sent", "lawyer").status == 200
        refused(box.call(PATH, CLIENT), "Server.ServerProxy.AccessDenied", 500)
        target = "/r1/MA/GOV/land-registry/titles/agreements"
        jose = {"X-Road-Client": CLIENT, "Content-Type": "application/jose+json", "Accept": "application/json"}
        again = ask(box.edge, target, "POST", jose, kept["sent"].encode())
        assert again.status == 200 and again.json() == {"id": "website-sent", "signed_here": False}, again.body
        refused(box.call(PATH, CLIENT), "Server.ServerProxy.AccessDenied", 500)
        stranger = ask(box.env["WASL_COMMUNE_EDGE"], target, "POST", jose | {"X-Road-Client": "MA/COM/ain-wasl/desk"}, kept["sent"].encode())
        assert stranger.status == 403 and stranger.json()["type"] == "exchange.agreement-foreign", stranger.body
        altered = json.loads(kept["sent"])
        text = base64.urlsafe_b64decode(altered["payload"] + "===").decode()
        altered["payload"] = base64.urlsafe_b64encode(text.replace("website-sent", "website-more").encode()).decode().rstrip("=")
        forged = ask(box.edge, target, "POST", jose, json.dumps(altered, separators=(",", ":")).encode())
        assert forged.status == 403 and forged.json()["type"] == "exchange.agreement-signature", forged.body
        for method, body, status in (("GET", None, 405), ("POST", b"{}", 400), ("POST", b"x" * 70_000, 413)):
            assert ask(box.edge, target, method, jose, body).status == status, method
        listed = ask(box.edge, "/r1/MA/GOV/land-registry/titles/listMethods", headers={"X-Road-Client": CLIENT, "Accept": "application/json"}).json()["service"]
        assert "agreements" not in [each["service_code"] for each in listed], listed
        assert manage(box, "state", "DELETE", "agreements?id=website-sent", "lawyer").status == 200

    @step("every change is an entry of the journal: who, by which role, before and after; the audit rebuilds the rows from them")
    def _():
        changes = manage(box, "state", "GET", "changes?limit=100", "reader").json()["items"]
        told = [(each["by"], each["role"], each["kind"], each["id"], each["before"] is None, each["after"] is None) for each in changes]
        assert ("lawyer", "rights", "right", "right-by-hand", True, False) in told and ("lawyer", "rights", "right", "right-by-hand", False, True) in told, told
        assert ("keeper", "services", "service", "MA/GOV/land-registry/titles/pages", False, False) in told, told
        assert not any(each["by"] == "reader" for each in changes)
        report = json.loads(wasl("audit", "--data", box.data("state"), "--member", "conservation-fonciere", "--json"))
        assert all(each["clean"] for each in report), report


if __name__ == "__main__":
    with Folder() as folder, Sandbox(folder / "country") as box:
        main(box, {})
    finish()
