#!/usr/bin/env python3
"""No route returns a dossier outside the actor's scope: every route of the source × every actor, against the built program.

The route table is read from src/web, so that a new route can not be forgotten: one that is not named here is `not ok`.
Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import io
import json
import random
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
import _person  # noqa: E402
import desk_flow  # noqa: E402
from _lib import ROOT, Folder, Server, finish, step  # noqa: E402
from desk_flow import COMMUNE  # noqa: E402

SOCIAL = "agence-sociale"
NAME = {"given_ar": "زينب", "family_ar": "المجهولة", "given_latin": "Zaynabtest", "family_latin": "Almajhulatest"}
R, D, W, K = "/request/{member}/{desk}/{series}/{number}", "/desk/{member}/dossier/{id}", "/draft/{member}/{id}", "/desk/{member}/counter"
FILE = {D, D + "/paper/{digest}", D + "/receipt", D + "/check.json", D + "/document/{document}", K + "/filed/{id}"}
REQUEST = {R} | {R + "/" + part for part in ("message", "receipt.pdf", "payment.pdf", "decision.pdf", "document/{file}", "proof.json", "check.json", "attachment/{digest}",
                                            "complete", "contest/{paper}", "withdraw", "appeal", "reopen", "satisfaction")}
DRAFT = {W + "/" + part for part in ("{page}", "check", "fetched", "fetched/{paper}", "file", "remove", "papers")}
COUNTER = {K + "/person/{person}", K + "/person/{person}/file/{procedure}"}
API = {"/api/dossiers/{member}/{desk}/{series}/{number}"}
LISTS = {"/desk/{member}/" + part for part in ("queue", "signature", "incoming", "silences", "silences.csv", "silences.xlsx", "export.csv", "export.xlsx",
                                              "journal", "counter", "admin", "bulk", "bulk/run", "capacity")}
LISTS |= {"/me", "/me/requests", "/me/data", "/me/looks", "/me/mandates", "/me/companies"}
# What is left out, and why.
OUTSIDE = {
    "/follow": "the public status page: the receipt's code is its key, and it shows no answers",
    "/v/{seal...}": "a seal is its own key, printed on the paper", "/v": "a form, no dossier", "/verify": "reads the paper that is given to it",
    "/": "public", "": "public", "/search": "searches published procedures", "/algorithms": "published rules", "/{}": "published words",
    "/p/{catalogue}/{procedure}": "published", "/p/{catalogue}/{procedure}/rules": "published", "/p/{catalogue}/{procedure}/rules/{file}": "published",
    "/api/procedures": "published", "/api/procedures/{catalogue}/{id}": "published", "/api/procedures/{catalogue}/{id}/schema": "published",
    "/holders/{member}": "counts who answers, by administration", "/api/holders/{member}": "the same counts",
    "/api/openapi.json": "published", "/api/dossiers": "files, and answers with the caller's own",
    "/apply/{member}/{procedure}": "begins the caller's own draft", "/outbox": "the demonstration alone has it",
    **{page: "of the practice country alone, absent here (tests/practice.py)" for page in (
        "/practice", "/practice/learner", "/practice/leave", "/practice/certificate", "/practice/certificate.pdf", "/practice/class",
        "/practice/start/{exercise}", "/practice/try/{id}", "/practice/try/{id}/enter", "/practice/try/{id}/hint", "/practice/try/{id}/check",
        "/practice/try/{id}/paper/{file}")},
    "/me/addresses": "one's own addresses", "/me/addresses/code": "one's own addresses", "/me/sessions": "sessions, no dossier",
    **{"/me/companies/{ice}" + below: "by proven mandates of the company alone (tests/companies.py)" for below in (
        "", "/people", "/history", "/batches", "/batches/{batch}", "/batches/{batch}/results.csv", "/batches/{batch}/results.json")},
    "/api/v1/batches": "by the key of a mandate (tests/companies.py)", "/api/v1/batches/{ice}/{batch}": "the same",
    "/api/v1/batches/{ice}/{batch}/results": "the same",
    "/me/about": "one's own profile", "/me/mandates/grant": "one's own mandates",
    "/figures": "counts, small ones suppressed (tests/figures.py)", "/figures.csv": "the same", "/figures.json": "the same", "/figures.jsonld": "the same",
    "/figures/un-index": "published figures of countries",
    "/pay/{member}": "a form, no dossier", "/pay/{member}/{reference}": "the payment reference is its key; no name and no dossier stands there (tests/pay.py)",
    "/pay/{member}/{reference}/with/{provider}": "the same", "/api/payments/{member}/{reference}": "the same",
    "/api/payments/{member}/notices/{provider}": "believed by its signature alone (tests/pay.py)",
    "/desk/{member}/cash": "amounts by reference, no answers (tests/pay.py)", "/desk/{member}/cash/day/{day}": "a cashier's own day",
    "/desk/{member}/cash/receipt/{file}": "a cashier's own receipts (tests/pay.py)", "/desk/{member}/payments": "books of money, no names (tests/pay.py)",
    "/desk/{member}/payments/settlement/{id}": "the same",
    "/outages": "counts of customers, small ones suppressed (tests/network.py)", "/outages.csv": "the same",
    "/desk/{member}/network": "the utility's network, no dossier", "/desk/{member}/network/one-line.svg": "its picture",
    "/desk/{member}/network/outages": "outages, no dossier; for the utility's own staff (tests/network.py)",
    "/desk/{member}/network/meters": "sums of readings, no dossier", "/desk/{member}/network/losses.csv": "the same",
    "/oidc/jwks.json": "public keys", "/oidc/back-channel-logout": "ends sessions that the provider names (tests/national.py)",
    "/desk/{member}/exchange": "signatures of messages, no dossier; for the auditor (tests/exchange.py)", "/desk/{member}/exchange/{id}": "the same",
    "/desk/{member}/exchange-rights": "who may ask whom: no dossier, no person (tests/management.py)",
    "/consultations": "published texts", "/consultations/{member}/{id}": "published", "/consultations/{member}/{id}/record.json": "the public record",
    "/consultations/{member}/{id}/record.csv": "the same", "/consultations/{member}/{id}/article/{number}": "published; speaks by one's own voice",
    "/consultations/{member}/{id}/support/{comment}": "one's own voice (tests/participation.py)",
    "/consultations/{member}/{id}/contest/{comment}": "one's own comment (tests/participation.py)", "/me/participation": "one's own comments",
    "/suggestion": "a form, no dossier", "/suggestion/{member}/{id}": "its random address is the key, and no name stands there",
    "/desk/{member}/participation": "comments without names, no dossier", "/desk/{member}/participation/{id}": "the same",
    "/desk/{member}/suggestions": "suggestions without names, no dossier",
    "/desk": "leads to the queue", "/desk/{member}/admin/staff/{staff}": "names staff, no dossier",
} | {page: "signing in and out" for page in ("/sign-in", "/sign-in/code", "/sign-out", "/desk/sign-in", "/desk/sign-out", "/desk/setup",
                                                "/sign-in/national", "/sign-in/national/back", "/sign-in/national/out")}


def routes():
    """(method, pattern) of every registration of the source; one that can not be read is an error."""
    found = set()
    for source in sorted((ROOT / "src/web").glob("*.cpp")):
        text = source.read_text()
        if source.name in ("visit.cpp",) or source.name.endswith("_test.cpp"):
            continue  # visit.cpp defines get, get_slow and post
        base = re.search(r'std::string base = "([^"]+)"', text)
        for call in re.finditer(r"\b(?:(get|get_slow|post)\(router, site,|router\.(get|post|add)\()\s*([^,]+),", text):
            named = re.search(r"\b" + call[3].strip() + r'(?: =|\{|\[\] =) ?"([^"]*)"', text) if re.fullmatch(r"\w+", call[3].strip()) else None
            if named and call[3].strip() != "base":
                found.add(((call[1] or call[2]).removesuffix("_slow"), named[1]))
                continue
            pattern = re.fullmatch(r'(?:fmt::format\()?(base)?(?: \+ )?(?:"([^"]*)")?', call[3].strip())
            assert pattern and (pattern[1] or pattern[2] is not None), f"{source.name}: {call[0]} is not a pattern this test reads"
            assert not pattern[1] or base, f"{source.name}: no base"
            found.add(((call[1] or call[2]).removesuffix("_slow"), (base[1] if pattern[1] else "") + (pattern[2] or "")))
    return found


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def once(browser, path, fields=None, token=None):
    """One request with the browser's cookies; redirects are not followed."""
    opener = urllib.request.build_opener(Stay, *[h for h in browser.opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor)])
    data = None if fields is None else urllib.parse.urlencode(fields).encode()
    request = urllib.request.Request(urllib.parse.urljoin(browser.home, path), data=data)
    if token:
        request.add_header("Authorization", "Bearer " + token)
    try:
        with opener.open(request, timeout=60) as got:
            status, headers, body = got.status, got.headers, got.read()
    except urllib.error.HTTPError as got:
        status, headers, body = got.code, got.headers, got.read()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            body = b"".join(book.read(name) for name in book.namelist())
    return status, headers.get("Location", ""), body


def closed(got, needles, what):
    """Not there, or sign in first (a draft's /file leads to its /check before it is looked at); and nothing of the dossier, whatever the status."""
    status, to, body = got
    assert status in (404, 405) or (status in (302, 303) and re.search(r"/sign-in|^/fr/draft/[^/]+/[^/]+/check$", to)), f"{what}: {status} {to}"
    for needle in needles:
        assert needle.encode() not in body, f"{what}: {status} says {needle}"


def address(pattern, ids):
    return ("" if pattern.startswith("/api") else "/fr") + re.sub(r"\{(\w+)\}", lambda m: urllib.parse.quote(ids.get(m[1], "x")), pattern)


def main(server, data):
    chance = random.Random(20261122)
    agents = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
    table = routes()
    tested = FILE | REQUEST | DRAFT | COUNTER | API | LISTS
    actors, state = {}, {}

    @step("every route of the source is in this test's table, and no route that is gone")
    def _():
        assert len(table) > 60, len(table)
        patterns = {pattern for _, pattern in table}
        missing = sorted(patterns - tested - set(OUTSIDE))
        assert not missing, f"not in the table: {missing}"
        assert not (tested | set(OUTSIDE)) - patterns, f"gone: {sorted((tested | set(OUTSIDE)) - patterns)}"

    def enter(name, browser, page):
        browser.home = server.url
        token = r'name="csrf"\s+value="([^"]+)"'
        found = page and (re.search(token, page.text) or re.search(token, browser.ask("/fr/me/about").text))
        assert found or not page, f"{name} is not in: {page.url}"
        browser.token = found[1] if found else ""
        cookies = next(h for h in browser.opener.handlers if isinstance(h, urllib.request.HTTPCookieProcessor)).cookiejar
        browser.bearer = next((c.value for c in cookies if c.name in ("wasl", "__Host-wasl")), None)
        actors[name] = browser

    enter("nobody", _person.Browser(server.url), None)
    stranger = _person.Browser(server.url)
    enter("another person", stranger, _person.sign_in(stranger, "fr", "autre@example.org"))
    for name, member, login in (("agent", COMMUNE, "agent"), ("another office", COMMUNE, "technique"), ("auditor", COMMUNE, "audit"),
                                ("administrator and operator", COMMUNE, "admin"), ("another member", SOCIAL, "agent"),
                                ("operator of another member", SOCIAL, "admin")):
        browser = desk_flow.Browser(server.url)
        enter(name, browser, browser.sign_in(agents[(member, login)]))
    owner = _person.Browser(server.url)
    page = _person.sign_in(owner, "fr", "zaynab@example.org", owner.ask(f"/fr/apply/{COMMUNE}/birth-extract"))
    enter("owner", owner, page)

    def birth_extract():
        """A draft with the whole name in it, at its papers."""
        page = owner.ask(f"/fr/apply/{COMMUNE}/birth-extract")
        page = owner.send(page.form("/apply/"), NAME) if "/apply/" in page.url else page
        page = owner.send(page.form("/for-whom"), for_child="no")
        page = owner.send(page.form("/holder"), {f"holder_name.{k}": v for k, v in NAME.items()} |
                          {"holder_birth-day": "", "holder_birth-month": "5", "holder_birth-year": "1990"})
        page = owner.send(page.form("/act"), birth_commune="عين الوصل")
        page = owner.send(page.form("/parents"))
        return owner.send(page.form("/delivery"), delivery="online")

    def files_of(actor, member, phase=""):
        page = actors[actor].ask(f"/fr/desk/{member}/queue?rows=100&phase={phase}")
        return list(dict.fromkeys(page.links(f"/desk/{member}/dossier/")))

    def victim(link, actor, member):
        page = actors[actor].ask(link)
        reference = re.search(member + r"/\d+/\d{4}/\d+", page.text)[0]
        ids = dict(zip(("member", "desk", "series", "number"), reference.split("/"))) | {"id": link.rsplit("/", 1)[1]}
        for name in ("paper", "document"):
            found = page.links(f"/{name}/")
            ids |= {{"paper": "digest"}.get(name, name): found[0].rsplit("/", 1)[1]} if found else {}
        actors[actor].ask(link + "/receipt")  # sealed the first time it is made: an event of its own
        return {"ids": ids | {"file": ids.get("document", "x")}, "reference": reference, "control": actor, "version": version(actor, link), "link": link}

    def version(actor, link):
        found = re.search(r'name="version"\s*value="(\d+)"', actors[actor].ask(link).text)
        return found[1] if found else "closed"

    @step("a person's dossier and draft, and dossiers of several offices and members, each seen by its own agent")
    def _():
        page = birth_extract()
        page = owner.send(page.form("/papers"), files={"file-cnie": ("carte.pdf", _person.PDF)})
        page = owner.send(page.form("/file"))
        reference = _person.reference_of(page)
        draft = birth_extract()
        state["draft"] = {"member": COMMUNE, "id": re.search(r"/draft/[^/]+/([^/]+)/", draft.url)[1], "page": "holder", "paper": "title"}
        found = actors["agent"].ask(f"/fr/desk/{COMMUNE}/queue?rows=100&q={reference}").links(f"/desk/{COMMUNE}/dossier/")
        mine = victim(found[0], "agent", COMMUNE)
        assert mine["reference"] == reference, (mine["reference"], reference)
        unseen = set(files_of("another office", COMMUNE))
        state["mine"], state["all"] = mine, [mine]
        granted = [link for link in files_of("agent", COMMUNE, "granted") if link not in unseen]
        others = [link for link in files_of("agent", COMMUNE) if link not in unseen]
        for link in chance.sample(others, 2) + chance.sample(granted, min(2, len(granted))):
            state["all"].append(victim(link, "agent", COMMUNE))
        for link in chance.sample(files_of("another member", SOCIAL), 2):
            state["all"].append(victim(link, "another member", SOCIAL))
        for link in chance.sample(sorted(unseen - set(files_of("agent", COMMUNE))) or sorted(unseen), 1):
            state["all"].append(victim(link, "another office", COMMUNE))
        assert any("document" in each["ids"] for each in state["all"]), "no document"

    def foreign(each):
        seen = {each["control"]}
        if each["ids"]["member"] == COMMUNE and each["control"] == "another office":
            seen.add("agent")  # the desk that asked for the opinion
        return [name for name in actors if name not in seen]

    def strike(patterns, ids, names, needles, fields):
        for method, pattern in sorted(table):
            if pattern not in patterns:
                continue
            for name in names:
                browser = actors[name]
                body = None if method == "get" else fields | {"csrf": browser.token}
                token = browser.bearer if pattern in API else None
                got = once(browser, address(pattern, ids), body, token)
                if pattern in API and "person" not in name and name != "owner":  # persons alone, whatever is asked for
                    assert got[0] == (401 if name == "nobody" else 403), f"{pattern} × {name}: {got[0]}"
                    got = (404, *got[1:])
                closed(got, needles, f"{method} {pattern} × {name}")
                state["pairs"] = state.get("pairs", 0) + 1

    @step("a desk's files: its agent sees them, nobody else, by any route, and nobody else changes them")
    def _():
        for each in state["all"]:
            status, _, body = once(actors[each["control"]], address(D, each["ids"]))
            assert status == 200 and each["reference"].encode() in body, (each["reference"], status)
            assert once(actors[each["control"]], address(D + "/receipt", each["ids"]))[0] == 200
            strike(FILE, each["ids"], foreign(each), [each["reference"], NAME["family_latin"]],
                   {"do": "note", "text": "x", "version": "1", "seen": "99"})
        assert NAME["family_latin"] in actors["agent"].ask(state["mine"]["link"]).text

    @step("a file asked for under another member's address is unknown there too")
    def _():
        for each in state["all"]:
            other = SOCIAL if each["ids"]["member"] == COMMUNE else COMMUNE
            strike(FILE, each["ids"] | {"member": other}, list(actors), [each["reference"], NAME["family_latin"]],
                   {"do": "note", "text": "x", "version": "1", "seen": "99"})

    @step("a person's request: the owner reads it in the pages and by the interface, nobody else")
    def _():
        ids = state["mine"]["ids"]
        for pattern in (R, R + "/receipt.pdf", R + "/attachment/{digest}", *API):
            status, _, body = once(owner, address(pattern, ids), None, owner.bearer if pattern in API else None)
            assert status == 200, f"{pattern}: {status}"
            assert "pdf" in pattern or "digest" in pattern or state["mine"]["reference"].encode() in body, pattern
        names = [name for name in actors if name not in ("owner", "agent")]
        words = [NAME["family_latin"], NAME["family_ar"]]
        strike(REQUEST, ids, names + ["agent"], words, {"text": "x", "reasons": "x", "sure": "yes"})
        strike(API, ids, names, words, {})
        for each in state["all"][1:]:
            strike(REQUEST | API, each["ids"], ["nobody", "another person", "owner"], [], {"text": "x"})

    @step("a draft is its person's alone")
    def _():
        status, _, body = once(owner, address(W + "/{page}", state["draft"]))
        assert status == 200 and NAME["family_latin"].encode() in body, status
        strike(DRAFT, state["draft"], [name for name in actors if name != "owner"], [NAME["family_latin"]], {"do": "x"})
        assert once(owner, address(W + "/{page}", state["draft"]))[0] == 200, "the draft was removed"

    @step("lists, searches and exports hold no file outside the actor's scope")
    def _():
        for name, browser in actors.items():
            hidden = [each for each in state["all"] if name in foreign(each) and not (name == "owner" and each is state["mine"])]
            for method, pattern in sorted(table):
                if pattern not in LISTS:
                    continue
                for member in (COMMUNE, SOCIAL):
                    chosen = [each["ids"]["id"] + ".1" for each in hidden]
                    fields = [("csrf", browser.token), ("action", "assign"), ("do", "x")] + [("id", one) for one in chosen]
                    extra = "?rows=100&attested=all&from=2000-01-01" if method == "get" else ""
                    status, _, body = once(browser, address(pattern, {"member": member}) + extra, None if method == "get" else fields)
                    for each in hidden:
                        assert each["reference"].encode() not in body, f"{method} {pattern} × {name}: {each['reference']} ({status})"
                    if name not in ("owner", "agent"):
                        assert NAME["family_latin"].encode() not in body, f"{method} {pattern} × {name}: the name"
                    state["pairs"] += 1
            for each in hidden:
                found = once(browser, f"/fr/desk/{each['ids']['member']}/queue?q={urllib.parse.quote(each['reference'], '')}")
                assert each["ids"]["id"].encode() not in found[2], f"search × {name}: {each['reference']}"
        export = once(actors["agent"], f"/fr/desk/{COMMUNE}/export.csv")
        assert state["mine"]["reference"].encode() in export[2], "its own agent's export"
        assert state["mine"]["reference"].encode() in once(owner, "/fr/me/requests")[2], "the owner's own list"

    @step("a person enrolled at a counter is no page for who has no counter")
    def _():
        agent = actors["agent"]
        form = agent.ask(f"/fr/desk/{COMMUNE}/counter").form("/counter", do="enrol")
        page = agent.send(form, **{"given-ar": "خديجة", "family-ar": "المحجوبة", "birth": "1961", "kind": "cnie", "number": "ZZ112233", "seen": "yes"})
        person = re.search(r"/counter/person/([^/?]+)", page.url)[1]
        ids = {"member": COMMUNE, "person": person, "procedure": "birth-extract"}
        assert "المحجوبة".encode() in once(agent, address(K + "/person/{person}", ids))[2]
        strike(COUNTER, ids, [name for name in actors if name != "agent"], ["المحجوبة", "ZZ112233"], {"do": "x"})

    @step("after all of it every file stands at the version it had")
    def _():
        for each in state["all"]:
            assert each["version"] == version(each["control"], each["link"]), f"{each['reference']} was changed"
        mine = state["mine"]
        note = {"do": "note", "text": "x", "version": mine["version"], "seen": "99", "csrf": actors["agent"].token}
        status, to, _ = once(actors["agent"], mine["link"], note)
        assert status in (302, 303) and "done=note" in to, f"its own agent's note: {status} {to}"
        assert version("agent", mine["link"]) != mine["version"], "a note does not show as a version"
        assert state["pairs"] > 500, state["pairs"]


if __name__ == "__main__":
    with Folder() as folder, Server(folder / "data", "--demo") as running:
        main(running, folder / "data")
    finish()
