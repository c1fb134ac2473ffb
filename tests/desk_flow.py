#!/usr/bin/env python3
"""The desk through the built program, without JavaScript: sign-in with six digits, queue, proposal, stale page,
signature book, notification, bulk, export, scope, counter, administration, journal.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import base64
import hashlib
import hmac
import html
import html.parser
import http.cookiejar
import io
import json
import re
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
from _lib import Folder, Server, finish, step  # noqa: E402

COMMUNE = "commune-ain-wasl"


class Forms(html.parser.HTMLParser):
    """Every form of a page: action and fields as a browser would send them."""
    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.forms, self.form, self.area, self.select = [], None, None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        if tag == "form":
            self.form = {"action": a.get("action", ""), "method": a.get("method", "get"), "fields": [], "boxes": []}
            self.forms.append(self.form)
        if self.form is None:
            return
        if tag == "input" and a.get("name"):
            if a.get("type") in ("checkbox", "radio"):
                self.form["boxes"].append((a["name"], a.get("value", "on")))
                if "checked" in a:
                    self.form["fields"].append((a["name"], a.get("value", "on")))
            elif a.get("type") != "file":
                self.form["fields"].append((a["name"], a.get("value", "")))
        elif tag == "textarea":
            self.area = [a.get("name"), ""]
        elif tag == "select":
            self.select = [a.get("name"), None]
        elif tag == "option" and self.select is not None:
            if self.select[1] is None or "selected" in a:
                self.select[1] = a.get("value", "")

    def handle_data(self, data):
        if self.area is not None:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.area is not None and self.form is not None:
            self.form["fields"].append((self.area[0], self.area[1].lstrip("\n")))
            self.area = None
        elif tag == "select" and self.select is not None and self.form is not None:
            if self.select[1] is not None:
                self.form["fields"].append(tuple(self.select))
            self.select = None


class Reply:
    def __init__(self, status, url, headers, body):
        self.status, self.url, self.headers, self.body = status, url, headers, body
        self.text = body.decode("utf-8", "replace")

    def form(self, action="", do=None):
        for form in Forms(self.text).forms:
            if form["method"] == "post" and action in form["action"] and (do is None or ("do", do) in form["fields"]):
                return form
        raise AssertionError(f"no form {action} {do} on {self.url} ({self.status})")

    def links(self, part):
        return [html.unescape(link) for link in re.findall(r'href="([^"]*)"', self.text) if part in link]


def six_digits(secret, now):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(now) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1000000:06d}"


class Browser:
    used = {}  # secret → last step: a code works once

    def __init__(self, url):
        self.url = url
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def ask(self, path, fields=None):
        data = None if fields is None else urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(urllib.parse.urljoin(self.url, path), data=data)
        try:
            with self.opener.open(request, timeout=60) as reply:
                return Reply(reply.status, reply.url, reply.headers, reply.read())
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.url, error.headers, error.read())

    def send(self, form, **changes):
        fields = [(n, v) for n, v in form["fields"] if n not in changes]
        for name, value in changes.items():
            fields += [(name, each) for each in (value if isinstance(value, list) else [value])]
        return self.ask(form["action"], fields)

    def sign_in(self, agent, language="fr", password=None):
        now = time.time()
        last = Browser.used.get(agent["totp"])
        if last is not None and int(now) // 30 <= last:
            now = (last + 1) * 30  # one step ahead is accepted; a third sign-in within a step waits for its turn
            time.sleep(max(0, now - 30 - time.time()))
        Browser.used[agent["totp"]] = int(now) // 30
        form = self.ask(f"/{language}/desk/sign-in").form("/desk/sign-in")
        return self.send(form, member=agent["member"], login=agent["login"], password=password or agent["password"],
                         code=six_digits(agent["totp"], now))


def desk(path, language="fr"):
    return f"/{language}/desk/{COMMUNE}{path}"


def main(server, data):
    agents = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
    people = {}

    def person(login, member=COMMUNE):
        if (member, login) not in people:
            browser = Browser(server.url)
            reply = browser.sign_in(agents[(member, login)])
            assert reply.status == 200 and "/desk/sign-in" not in reply.url, (reply.status, reply.url)
            people[(member, login)] = browser
        return people[(member, login)]

    def open_files(browser, **filters):
        reply = browser.ask(desk("/queue?" + urllib.parse.urlencode({"rows": 100, **filters})))
        assert reply.status == 200, reply.status
        return reply, list(dict.fromkeys(reply.links(f"/desk/{COMMUNE}/dossier/")))

    @step("nobody enters without the desk's three secrets")
    def _():
        stranger = Browser(server.url)
        assert "/desk/sign-in" in stranger.ask(desk("/queue")).url
        form = stranger.ask("/fr/desk/sign-in").form("/desk/sign-in")
        refused = stranger.send(form, member=COMMUNE, login="agent", password="demonstration", code="000000")
        assert refused.status in (401, 403, 422), refused.status
        assert "error-summary" in refused.text and 'value="agent"' in refused.text

    @step("the queue shows the open files by deadline, in Arabic too")
    def _():
        agent = person("agent")
        reply, files = open_files(agent)
        assert len(files) >= 10, len(files)
        arabic = agent.ask(desk("/queue", "ar"))
        assert arabic.status == 200 and 'dir="rtl"' in arabic.text and "اليوم" in arabic.text
        nothing, none = open_files(agent, q="zzzzqqqq")
        assert not none
        granted, _ = open_files(agent, phase="granted")
        assert granted.status == 200

    @step("every open file can be looked at, and its papers are downloads")
    def _():
        agent = person("agent")
        papers = 0
        for link in open_files(agent)[1]:
            reply = agent.ask(link)
            assert reply.status == 200, (link, reply.status, reply.text[:400])
            for paper in reply.links("/paper/")[:1]:
                given = agent.ask(paper)
                assert given.status == 200 and given.headers["Content-Disposition"].startswith("attachment")
                assert given.headers["X-Content-Type-Options"] == "nosniff"
                papers += 1
        assert papers > 0

    state = {}

    @step("a caseworker proposes a grant from the default reasons")
    def _():
        agent = person("agent")
        for link in open_files(agent, phase="examination")[1]:
            page = agent.ask(link)
            if 'id="do-grant"' in page.text and "acte de naissance" in page.text:
                state["file"] = link
                state["form"] = page.form(do="grant")
                reply = agent.send(state["form"])
                assert reply.status == 200 and "/queue" in reply.url and "done=grant" in reply.url, (reply.status, reply.url)
                return
        raise AssertionError("no file to examine")

    @step("a page that is out of date says what changed and loses nothing")
    def _():
        agent = person("agent")
        stale = agent.send(state["form"], reasons="mes motifs à garder")
        assert stale.status == 409, stale.status
        assert "changed" in stale.text and "wasl-timeline" in stale.text

    @step("a refusal without reasons is not accepted")
    def _():
        agent = person("agent")
        for link in open_files(agent, phase="examination")[1]:
            page = agent.ask(link)
            if 'id="do-refuse"' not in page.text:
                continue
            reply = agent.send(page.form(do="refuse"), reasons="  ")
            assert reply.status == 422 and "error-summary" in reply.text, reply.status
            return
        raise AssertionError("no file that may be refused")

    @step("completion is asked once, from the published list, while its time lasts")
    def _():
        agent = person("agent")
        for link in open_files(agent, phase="examination")[1]:
            page = agent.ask(link)
            if 'id="do-completion"' not in page.text:
                continue
            form = page.form(do="completion")
            foreign = agent.send(form, missing=["legalised-contract"], reasons="à légaliser")
            assert foreign.status == 422, foreign.status
            listed = [v for n, v in form["boxes"] if n == "missing"]
            done = agent.send(form, missing=listed[:1], reasons="illisible")
            assert "done=completion" in done.url, (done.status, done.url)
            assert 'id="do-completion"' not in agent.ask(link).text
            return
        raise AssertionError("no file whose completion may be asked")

    @step("a desk gives the opinion asked of it, with its words when it has reservations")
    def _():
        desk_agent = person("technique")
        asked = list(dict.fromkeys(desk_agent.ask(desk("/queue")).links("/dossier/")))
        assert asked, "no opinion waits"
        form = desk_agent.ask(asked[0]).form(do="give-opinion")
        assert desk_agent.send(form, opinion="reserved", text="").status == 422
        assert "done=give-opinion" in desk_agent.send(form, opinion="reserved", text="sous réserve du recul").url

    @step("the supervisory authority has its list of silent approvals, filtered and to take away; nobody else has")
    def _():
        wali = person("tutelle")
        page = wali.ask(desk("/silences"))
        waiting = set(page.links(f"/desk/{COMMUNE}/dossier/"))
        assert page.status == 200 and waiting and "à attester" in page.text, page.status
        assert "الموافقات الضمنية" in wali.ask(desk("/silences", "ar")).text
        none = wali.ask(desk("/silences?from=2001-01-01&until=2001-12-31"))
        assert none.status == 200 and not none.links("/dossier/")
        assert not wali.ask(desk("/silences?office=etat-civil")).links("/dossier/"), "another office's silences"
        every = wali.ask(desk("/silences?attested=all&office=urbanisme"))
        assert waiting <= set(every.links(f"/desk/{COMMUNE}/dossier/"))
        csv = wali.ask(desk("/silences.csv?attested=all"))
        assert csv.headers["Content-Disposition"].startswith("attachment")
        lines = csv.text.strip().split("\r\n")
        with zipfile.ZipFile(io.BytesIO(wali.ask(desk("/silences.xlsx?attested=all")).body)) as book:
            assert book.testzip() is None
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("<row ") == len(lines) > len(waiting), (sheet.count("<row "), len(lines))
        assert person("agent").ask(desk("/silences")).status == 404
        assert person("agent").ask(desk("/silences.csv")).status == 404

    @step("staff stand under their Arabic names on Arabic pages")
    def _():
        agent = person("agent")
        link = open_files(agent, phase="examination")[1][0]
        agent.send(agent.ask(link).form(do="take"))
        assert "فاطمة النموذجية" in agent.ask(desk("/queue?rows=500", "ar")).text
        assert "Fatima Modèle" in agent.ask(desk("/queue?rows=500")).text
        assert "سلمى النموذجية" in person("admin").ask(desk("/admin", "ar")).text

    @step("the supervisory authority attests a silence; the agent can not")
    def _():
        agent = person("agent")
        silent = open_files(agent, phase="approved_by_silence")[1]
        assert silent
        assert 'id="do-attest"' not in agent.ask(silent[0]).text
        wali = person("tutelle")
        done = wali.send(wali.ask(silent[0]).form(do="attest"), number="A-12/2026")
        assert "done=attest" in done.url, (done.status, done.url)
        assert silent[0] not in wali.ask(desk("/silences")).links("/dossier/"), "it still waits for its attestation"
        assert "A-12/2026" in wali.ask(desk("/silences?attested=yes")).text

    @step("the desk reads why the published rule granted, input by input, and the look is the person's to see")
    def _():
        clerk = person("agent", "ministere-modele")
        granted = clerk.ask("/fr/desk/ministere-modele/queue?rows=100&phase=granted").links("/desk/ministere-modele/dossier/")
        for link in dict.fromkeys(granted):
            text = html.unescape(clerk.ask(link).text)
            if "Décidé par une règle publiée" in text:
                for said in ("auto-entrepreneur@", "Niveau d’identité : au moins 3 ; ", "114-13", "déclaré par le demandeur", "vérifié au guichet", "connu de l’administration"):
                    assert said in text, said
                return
        raise AssertionError(f"none of {len(granted)} granted files of the demonstration was granted by rule")

    @step("the signatory signs from the signature book")
    def _():
        signatory = person("signataire")
        book = signatory.ask(desk("/signature"))
        form = book.form("/bulk/run")
        id_ = state["file"].rsplit("/", 1)[1]
        mine = [v for n, v in form["boxes"] if n == "id" and v.startswith(id_ + ".")]
        assert mine, "the proposed file is not in the book"
        done = signatory.send(form, id=mine)
        assert done.status == 200 and "wasl-tag--green" in done.text, done.text[:300]
        again = signatory.send(form, id=mine)
        assert "wasl-tag--red" in again.text

    @step("the decision is notified with its proof, never without")
    def _():
        agent = person("agent")
        page = agent.ask(state["file"])
        refused = agent.send(page.form(do="notify"), proof="")
        assert refused.status == 422, refused.status
        done = agent.send(agent.ask(state["file"]).form(do="notify"), channel="account", proof="lu dans l’espace personnel")
        assert "done=notify" in done.url, (done.status, done.url)
        document = agent.ask(state["file"]).links("/document/")
        assert document and agent.ask(document[0]).body.startswith(b"%PDF")

    @step("several files at once: each by itself, a list of done and not done")
    def _():
        agent = person("agent")
        queue, links = open_files(agent, phase="examination")
        form = queue.form("/bulk")
        chosen = [v for n, v in form["boxes"] if n == "id"][:3]
        prepared = agent.send(form, id=chosen, action="assign")
        assert prepared.status == 200, prepared.status
        done = agent.send(prepared.form("/bulk/run"))
        assert done.status == 200 and done.text.count("wasl-bulk-rows__item") == len(chosen)
        refusal = agent.send(form, id=chosen, action="refuse").form("/bulk/run")
        reasons = [n for n, _ in refusal["fields"] if n.startswith("reasons-")]
        assert len(reasons) == len(chosen)
        result = agent.send(refusal)
        assert result.text.count("wasl-tag--red") == len(chosen), "a refusal needs its own reasons"

    @step("several files at once: an unknown id and one without the version seen are listed as not done")
    def _():
        agent = person("agent")
        queue, links = open_files(agent, phase="examination")
        form = queue.form("/bulk")
        one = [v for n, v in form["boxes"] if n == "id"][0]
        run = agent.send(form, id=[one], action="assign").form("/bulk/run")
        bare = one.split(".")[0]
        prepared = agent.send(form, id=[one, "yyyyyyyyyyyyyyyyyyyyyyyyyy.1"], action="assign")
        left = re.findall(r'wasl-bulk-left-out">(.*?)</li>', prepared.text)
        assert len(left) == 1 and "yyyyyyyyyyyyyyyyyyyyyyyyyy" in left[0], left
        assert prepared.text.count('name="id"') == 1, "only what can be carried out is asked for"
        done = agent.send(run, id=["zzzzzzzzzzzzzzzzzzzzzzzzzz.1", bare])
        assert done.status == 200 and done.text.count("wasl-tag--red") == 2 and "wasl-tag--green" not in done.text, done.text[:400]
        assert "zzzzzzzzzzzzzzzzzzzzzzzzzz" in done.text and "changé entre-temps" in done.text, done.text

    @step("the export is whole, as CSV and as a spreadsheet")
    def _():
        agent = person("agent")
        csv = agent.ask(desk("/export.csv"))
        assert csv.status == 200 and csv.headers["Content-Disposition"].startswith("attachment")
        lines = csv.text.strip().split("\r\n")
        xlsx = agent.ask(desk("/export.xlsx"))
        with zipfile.ZipFile(io.BytesIO(xlsx.body)) as book:
            assert book.testzip() is None
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert sheet.count("<row ") == len(lines) > 10, (sheet.count("<row "), len(lines))

    @step("out of scope reads as unknown; an administrator and an auditor see no file")
    def _():
        for login, member in (("agent", "ministere-modele"), ("admin", COMMUNE), ("audit", COMMUNE)):
            reply = person(login, member).ask(state["file"])
            assert reply.status == 404, (login, reply.status)
        assert person("technique").ask(state["file"]).status == 404
        assert person("admin").ask(desk("/queue")).status == 404
        assert person("agent").ask(desk("/admin")).status == 404
        assert person("agent").ask(desk("/journal")).status == 404

    @step("the register of incoming files is there for printing")
    def _():
        reply = person("agent").ask(desk("/incoming?office=etat-civil&from=2000-01-01"))
        assert reply.status == 200 and COMMUNE + "/0/" in reply.text

    @step("the auditor verifies an entry, and reads no contents")
    def _():
        reply = person("audit").ask(desk("/journal?verify=3"))
        assert reply.status == 200 and "dossier." in reply.text
        assert "point de contrôle de taille" in reply.text, "the entry was not verified"

    @step("an administrator hires, delegates and revokes")
    def _():
        admin = person("admin")
        page = admin.ask(desk("/admin"))
        hired = admin.send(page.form("/admin", do="add-staff"), login="nouvelle", name="Nouvelle Modèle",
                           password="une phrase assez longue", roles=["signatory"], offices=["accueil"])
        assert hired.status == 200 and "<svg" in hired.text, hired.status
        short = admin.send(page.form("/admin", do="add-staff"), login="autre", name="Autre", password="court", roles=["agent"])
        assert short.status == 422 and "error-summary" in short.text, short.status
        page = admin.ask(desk("/admin"))
        hers = re.search(r'<option value="([^"]+)">Nouvelle Mod', page.text)[1]
        given = admin.send(page.form("/admin", do="delegate"), delegate=hers, office="accueil", reference="Arrêté 1/2026")
        assert "done=delegate" in given.url, (given.status, given.url)
        page = admin.ask(desk("/admin"))
        right = re.findall(r'<option value="([^"]+)">Nouvelle Mod', page.text)[-1]
        revoked = admin.send(page.form("/admin", do="revoke"), delegation=right)
        assert "done=revoke" in revoked.url

    @step("the counter enrols a person and files for them with consent")
    def _():
        agent = person("agent")
        counter = agent.ask(desk("/counter"))
        fields = {"given-ar": "خديجة", "family-ar": "النموذجية", "birth": "1961", "kind": "cnie", "number": "ZZ998877"}
        unseen = agent.send(counter.form("/counter", do="enrol"), **fields)
        assert unseen.status == 422, unseen.status
        seen = agent.send(counter.form("/counter", do="enrol"), seen="yes", **fields)
        assert "done=enrol" in seen.url, (seen.status, seen.url)
        form = agent.send(seen.form("/counter/person", do="file"), procedure="birth-extract")
        assert form.status == 200 and "/file/birth-extract" in form.url, (form.status, form.url)
        page = form.form("/file/birth-extract")
        back = agent.send(page, do="read-back", consent="relu, accepté")
        assert back.status == 200 and "wasl-large" in back.text
        without = agent.send(page, do="file", consent="")
        assert without.status == 422, without.status
        filed = agent.send(back.form("/file/birth-extract"), do="file")
        assert filed.status == 200 and "/counter/filed/" in filed.url, (filed.status, filed.url, filed.text[:200])
        twice = agent.send(back.form("/file/birth-extract"), do="file")
        assert twice.url == filed.url, "filing twice gives one dossier"
        receipt = filed.links("/receipt")[0]
        assert agent.ask(receipt).body.startswith(b"%PDF")

    @step("a form without its token is refused; signing out ends the session")
    def _():
        agent = person("agent")
        assert agent.ask(state["file"], [("do", "note"), ("text", "x")]).status == 403
        form = agent.ask(desk("/queue")).form("/desk/sign-out")
        assert "/desk/sign-in" in agent.send(form).url
        assert "/desk/sign-in" in agent.ask(desk("/queue")).url


if __name__ == "__main__":
    import os
    if os.environ.get("WASL_DESK_URL"):  # a server that runs already: while working on a page
        import pathlib
        running = type("Running", (), {"url": os.environ["WASL_DESK_URL"]})()
        main(running, pathlib.Path(os.environ["WASL_DESK_DATA"]))
    else:
        with Folder() as folder, Server(folder / "data", "--demo") as running:
            main(running, folder / "data")
    finish()
