#!/usr/bin/env python3
"""Companies against the built program: representatives and mandates, the company's space, batches on pages and signed by a
program, a stop in the middle of one, obligations before a registration.

Prints `ok NAME`, `not ok NAME: why` or `skip NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import base64
import csv
import hashlib
import http.client
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
import urllib.parse
import zipfile

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
import _person  # noqa: E402
import desk_flow  # noqa: E402
from _lib import ROOT, Folder, Server, finish, skip, step  # noqa: E402
from _person import Browser, sign_in  # noqa: E402

COMMUNE = "commune-ain-wasl"
PAPER, PDF = "plans", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TITLES = {language: tomllib.loads((ROOT / f"procedures/building-permit-small/texts.{language}.toml").read_text())["paper"][PAPER]["title"]
          for language in ("ar", "fr", "en", "zgh")}
ICE, OTHER = "009000003000148", "009000001000105"  # the second is the demonstration's own
HEAD = ["line", "member", "procedure", "answers.land_commune", "answers.land_address", "answers.is_owner", "answers.works", "answers.use",
        "answers.floor_area", "answers.floors", "answers.architect_name"]


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def permit(line, procedure="building-permit-small", **other):
    row = dict(zip(HEAD, [line, COMMUNE, procedure, "Aïn El Wasl", f"Lot {line}", "true", "new", "shop", "120", "1", "Salma"]))
    return row | other


def table(rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, HEAD, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def with_papers(named):
    """Lines whose paper is the file of that name in the archive."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")  # as a spreadsheet writes it in Morocco
    writer.writerow(HEAD + [f"papers.{PAPER}"])
    for line, files in named.items():
        writer.writerow([permit(line)[name] for name in HEAD] + [files])
    return out.getvalue().encode()


def archive(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


class Key:
    """An Ed25519 key made and used by openssl, as a program of the company would."""
    def __init__(self, folder, name):
        self.file = folder / name
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.file], check=True, capture_output=True)
        self.pem = subprocess.run(["openssl", "pkey", "-in", self.file, "-pubout"], check=True, capture_output=True, text=True).stdout
        der = subprocess.run(["openssl", "pkey", "-in", self.file, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
        self.kid = b64(hashlib.sha256(f'{{"crv":"Ed25519","kty":"OKP","x":"{b64(der[-32:])}"}}'.encode()).digest())

    def sign(self, url, batch, body=b"", ice=ICE, age=0):
        head = {"alg": "EdDSA", "kid": self.kid, "ice": ice, "batch": batch, "aud": url, "iat": int(time.time()) - age}
        first = b64(json.dumps(head).encode())
        text = self.file.with_suffix(".text")
        text.write_bytes(f"{first}.{b64(body)}".encode())
        made = subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", self.file, "-rawin", "-in", text], check=True, capture_output=True).stdout
        return f"{first}..{b64(made)}"


def call(url, method, path, body=None, headers=None):
    own = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    own.request(method, path, body, headers or {})
    reply = own.getresponse()
    data = reply.read()
    own.close()
    return reply.status, dict((k.lower(), v) for k, v in reply.getheaders()), data


def post_batch(url, key, batch, body, kind="text/csv", **signed):
    status, headers, data = call(url, "POST", "/api/v1/batches", body, {"Content-Type": kind, "JWS-Signature": key.sign(url, batch, body, **signed)})
    return status, headers, json.loads(data)


def ask_batch(url, key, batch, below="", **signed):
    path = f"/api/v1/batches/{ICE}/{batch}{below}"
    status, _, data = call(url, "GET", path, None, {"JWS-Signature": key.sign(url, batch, **signed)})
    return status, data


def wait_done(url, key, batch, seconds=120):
    for _ in range(seconds * 5):
        status, data = ask_batch(url, key, batch)
        assert status == 200, data
        if json.loads(data)["stage"] == "done":
            return json.loads(ask_batch(url, key, batch, "/results")[1])
        time.sleep(0.2)
    raise AssertionError("the batch did not end")


def expect_code(reply, status, code):
    assert reply[0] == status and reply[2]["code"] == code, f"{reply[0]} {reply[2]}"


class Country:
    """The people of this test, signed in at a server."""
    def __init__(self, server, data):
        self.url, self.data = server.url, data
        agents = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
        self.agent = desk_flow.Browser(server.url)
        self.agent.sign_in(agents[(COMMUNE, "agent")])
        self.manager = self.person("+212600010011")  # seen at the counter by the demonstration's agent
        self.accountant = self.person("cabinet@example.org")
        self.stranger = self.person("etranger@example.org")

    def person(self, contact):
        browser = Browser(self.url)
        sign_in(browser, "fr", contact)
        return browser

    def company(self, who, below="", ice=ICE):
        return who.ask(f"/fr/me/companies/{ice}{below}")


def name_person(browser, given, family):
    page = browser.ask("/fr/me/about")
    form = page.form("/me/about")
    fields = {name: value for name, value in form["fields"].items()}
    fields.update({"given_latin": given, "family_latin": family} if "given_latin" in fields else {"given-latin": given, "family-latin": family})
    return browser.send(form, fields)


def representatives(c):
    @step("identity.mandate-unproven: who only declares it opens no company's space")
    def _():
        page = c.manager.ask("/fr/me/mandates")
        form = [f for f in _person.Form(page.text).forms if "ice" in f["fields"]][0]
        done = c.manager.send(form, name="Société d’essai", kind="company", ice=ICE)
        assert done.status == 200, done.status
        assert c.company(c.manager).status == 404
        assert ICE not in c.manager.ask("/fr/me/companies").text
        for kind in ("king", "power-of-attorney", ""):
            other = c.manager.send(form, name="Quelqu’un", kind=kind, ice="")
            assert other.status == 400 and "Quelqu’un" not in c.manager.ask("/fr/me/mandates").text, (kind, other.status)

    @step("an agent enters the representative on sight of the proof; without it nothing is entered")
    def _():
        page = c.agent.ask(f"/fr/desk/{COMMUNE}/counter")
        form = next(f for f in _person.Form(page.text).forms if f["fields"].get("do") == "company")
        fields = dict(form["fields"]) | {"ice": ICE, "company-latin": "Société d’essai", "company-ar": "شركة التجربة", "form": "SARL", "kind": "cnie",
                                         "number": f"ZZ{100_000 + 11 * 37:06}", "paper": "Extrait RC 815, Marrakech"}
        refused = c.agent.ask(form["action"], fields)
        assert refused.status == 422 and "cochez" in refused.text, refused.status
        assert c.company(c.manager).status == 404
        wrong = c.agent.ask(form["action"], fields | {"seen": "yes", "number": "ZZ000001"})
        assert wrong.status == 404 or "trouvée" in wrong.text, wrong.status
        done = c.agent.ask(form["action"], fields | {"seen": "yes"})
        assert "représentant de l’entreprise est inscrit" in done.text, done.words()[:300]
        page = c.company(c.manager)
        assert page.status == 200 and "Société d’essai" in page.text, page.status
        assert "concordent pas" not in page.text, "the check digits agree"
        doubtful = c.agent.ask(form["action"], fields | {"seen": "yes", "ice": ICE[:-1] + "9"})
        assert "contrôle de l’ICE ne concordent pas" in doubtful.text, doubtful.words()[:300]
        assert "concordent pas" in c.company(c.manager, ice=ICE[:-1] + "9").text, "kept, and shown as doubtful"
        assert "concordent pas" in c.company(c.manager, "/people", ICE[:-1] + "9").text, "before powers are given"
        assert c.manager.ask("/fr/me/companies").text.count("concordent pas") == 1, "in the list, for that one alone"
        zeros = c.agent.ask(form["action"], fields | {"seen": "yes", "ice": "0" * 15})
        assert zeros.status == 422 and "15 chiffres" in zeros.text, (zeros.status, zeros.words()[:300])

    @step("nobody else opens that company; one that does not exist answers alike")
    def _():
        for browser in (c.accountant, c.stranger):
            for below in ("", "/people", "/history", "/batches"):
                assert c.company(browser, below).status == 404, below
        assert c.company(c.manager, "", "009999999000111").status == 404
        assert c.company(c.manager, "", OTHER).status == 404


def give(c, **changes):
    page = c.company(c.manager, "/people")
    form = next(f for f in _person.Form(page.text).forms if f["fields"].get("do") == "give")
    fields = [(k, v) for k, v in form["fields"].items() if k not in ("rights", "procedures", "role")]
    wish = {"contact": "cabinet@example.org", "role": "accountant", "rights": ["see", "file", "batch"], "procedures": []} | changes
    for name, value in wish.items():
        fields = [(k, v) for k, v in fields if k != name]
        fields += [(name, each) for each in (value if isinstance(value, list) else [value])]
    return c.manager.ask(form["action"], urllib.parse.urlencode(fields).encode())


def accept(c):
    page = c.accountant.ask("/fr/me/mandates")
    found = re.search(r'name="accept"\s+value="([^"]+)"', page.text)
    assert found, page.words()[:400]
    form = next(f for f in _person.Form(page.text).forms if "/me/mandates" in f["action"])
    return c.accountant.send(form, accept=found[1])


def mandates(c):
    @step("identity.mandate-rights, identity.mandate-until: a mandate names rights and an end that is to come")
    def _():
        assert "au moins un droit" in give(c, rights=[]).text
        assert "pas encore passée" in give(c, until="2020-01-01").text
        assert "dix ans au plus" in give(c, until="9999-12-31").text
        assert "à soi-même" in give(c, contact="+212600010011").text

    @step("a mandate is given by the representative, and stands once the accountant has accepted it")
    def _():
        assert "proposé" in give(c, procedures=["building-permit-small"]).words()
        again = give(c, procedures=["building-permit-small"])
        assert again.status == 409 and "déjà donné le même mandat" in again.words(), (again.status, again.words()[:300])
        assert c.company(c.accountant).status == 404, "not accepted yet"
        accept(c)
        page = c.company(c.accountant)
        assert page.status == 200, page.status
        assert "Société d’essai" in c.accountant.ask("/fr/me/companies").text
        people = c.company(c.manager, "/people").words()
        assert "Comptable" in people and "déposer par lots" in people, people[:600]
        assert next((f for f in _person.Form(c.company(c.accountant, "/people").text).forms if f["fields"].get("do") == "give"), None) is None, "an accountant gives none"

    @step("both sides read in the company's history who did what")
    def _():
        for browser in (c.manager, c.accountant):
            words = c.company(browser, "/history").words()
            assert "Représentant inscrit" in words and "Mandat proposé" in words and "Mandat accepté" in words, words[:600]


def upload(c, who, content, name="lot.csv"):
    page = c.company(who, "/batches")
    form = next(f for f in _person.Form(page.text).forms if f["fields"].get("do") == "upload")
    return who.send(form, {}, {"file": (name, content)})


def page_batches(c, state):
    @step("a file sent on the page is looked through line by line before anything is filed")
    def _():
        page = upload(c, c.accountant, table([permit("a"), permit("b", "birth-extract"), permit("c", **{"answers.floor_area": "much"}), permit("d")]))
        misspelt = upload(c, c.accountant, table([permit("m")]).replace(b"land_commune", b"land_commune.name"))
        assert "/answers/land_commune/name" in misspelt.words(), misspelt.words()[-600:]
        assert page.status == 200 and "/batches/" in page.url, (page.status, page.words()[:300])
        words = page.words()
        assert "2 lignes seront déposées, 2 lignes seront refusées" in words, words[:900]
        assert "identity.mandate-narrow" in words and "/answers/floor_area" in words, words[:1500]
        for language, title in TITLES.items():
            shown = c.accountant.ask(page.url.replace("/fr/", f"/{language}/")).words()
            assert title in shown and PAPER not in shown, (language, title, shown[:1500])
        assert "Aucune demande" in c.company(c.manager).words(), "nothing is filed yet"
        state["page"] = page

    @step("confirmed, it is filed; results per line on the page, as CSV and as JSON")
    def _():
        page = c.accountant.send(next(f for f in _person.Form(state["page"].text).forms if f["fields"].get("do") == "confirm"))
        for _ in range(100):
            page = c.accountant.ask(page.url)
            if "terminé" in page.words():
                break
            time.sleep(0.1)
        got = c.accountant.ask(page.url + "/results.csv")
        rows = list(csv.DictReader(io.StringIO(got.body.decode("utf-8-sig"))))
        assert [row["status"] for row in rows] == ["filed", "refused", "refused", "filed"], rows
        assert rows[1]["code"] == "identity.mandate-narrow" and rows[0]["reference"].startswith(COMMUNE + "/"), rows
        assert "form." in rows[2]["errors"], rows[2]
        lines = json.loads(c.accountant.ask(page.url + "/results.json").body)["results"]
        assert lines[0]["reference"] == rows[0]["reference"] and PAPER in lines[0]["missing"] and PAPER in rows[0]["missing"], (lines[0], rows[0])
        for language, title in TITLES.items():
            shown = c.accountant.ask(page.url.replace("/fr/", f"/{language}/")).words()
            assert title in shown and PAPER not in shown, (language, title, shown[:1500])
        state["reference"] = rows[0]["reference"]

    @step("the representative sees and opens what the accountant filed; a stranger does not")
    def _():
        page = c.company(c.manager)
        assert state["reference"] in page.text, page.words()[:600]
        opened = c.manager.ask("/fr/request/" + state["reference"])
        assert opened.status == 200 and state["reference"] in opened.text, opened.status
        assert c.stranger.ask("/fr/request/" + state["reference"]).status == 404
        assert "Aucune demande ne correspond" in c.company(c.manager, "?state=granted").words()
        assert state["reference"] in c.company(c.manager, f"?member={COMMUNE}&state=open").text

    @step("the representative withdraws a request that the accountant filed, and the history says who")
    def _():
        page = c.manager.ask(f"/fr/request/{state['reference']}/withdraw")
        assert page.status == 200, page.status
        done = c.manager.send(page.form("/withdraw"), reasons="Projet abandonné")
        assert done.status == 200, done.status
        assert "Demande retirée" in c.company(c.manager, "/history").words()

    @step("batch.csv-column, batch.empty: what is wrong with a whole file is said with its place")
    def _():
        page = upload(c, c.accountant, b"member,procedure,anwsers.x\r\nm,p,1\r\n")
        assert page.status == 422 and "batch.csv:1:18" in page.text, page.words()[:400]
        assert upload(c, c.accountant, b"member,procedure\r\n").status == 422


def signed_batches(c, server, folder, state):
    key, other = Key(folder, "program"), Key(folder, "other")
    state["key"] = key

    @step("identity.key-malformed; a public key is registered for the mandate")
    def _():
        page = c.company(c.accountant, "/batches")
        form = next(f for f in _person.Form(page.text).forms if f["fields"].get("do") == "key-add")
        assert c.accountant.send(form, name="serveur", pem="nonsense").status == 422
        done = c.accountant.send(form, name="serveur", pem=key.pem)
        assert "La clé est enregistrée" in done.text and key.kid in done.text, done.words()[:300]

    @step("a signed CSV is taken, filed, and each line has its result")
    def _():
        body = table([permit("s1"), permit("s2", "auto-entrepreneur"), permit("s3", "no-such-procedure"), permit("s4", member="no-such-member")])
        reply = post_batch(c.url, key, "signed-1", body)
        assert reply[0] == 202 and reply[1]["location"] == f"/api/v1/batches/{ICE}/signed-1", reply
        lines = wait_done(c.url, key, "signed-1")["results"]
        assert [line["status"] for line in lines] == ["filed", "refused", "refused", "refused"], lines
        assert lines[1]["code"] == "identity.mandate-narrow" and lines[1]["errors"][0]["pointer"] == "/procedure", lines[1]
        state["first"], state["body"] = lines[0]["reference"], body

    @step("sent again, it answers the same and files nothing; with another content batch.reused")
    def _():
        reply = post_batch(c.url, key, "signed-1", state["body"])
        assert reply[0] == 200 and reply[2]["stage"] == "done", reply
        again = json.loads(ask_batch(c.url, key, "signed-1", "/results")[1])["results"]
        assert again[0]["reference"] == state["first"]
        expect_code(post_batch(c.url, key, "signed-1", table([permit("s1")])), 409, "batch.reused")

    @step("the same in JSON, with shapes that are refused line by line")
    def _():
        good = {"member": COMMUNE, "procedure": "building-permit-small",
                "answers": {"land_commune": {"text": "Aïn El Wasl"}, "land_address": "Lot J", "is_owner": True, "works": "new", "use": "shop",
                            "floor_area": 90, "floors": 1, "architect_name": "Salma"}}
        body = json.dumps([good | {"line": "j1"}, 7, good | {"answer": {}}, good | {"answers": good["answers"] | {"nonsense": 1}}]).encode()
        assert post_batch(c.url, key, "json-1", body, "application/json")[0] == 202
        lines = wait_done(c.url, key, "json-1")["results"]
        assert [line.get("code") for line in lines] == [None, "api.type", "api.shape", "dossier.answers"], lines
        assert {"pointer": "/answers/nonsense", "code": "api.unknown-member"} in lines[3]["errors"], lines[3]

    @step("batch.signature-…, identity.no-key: a signature holds for its key, company, batch, content and server")
    def _():
        body = table([permit("x")])
        plain = call(c.url, "POST", "/api/v1/batches", body, {"Content-Type": "text/csv"})
        expect_code((plain[0], {}, json.loads(plain[2])), 401, "batch.signature-missing")
        expect_code(post_batch(c.url, other, "x", body), 401, "identity.no-key")
        expect_code(post_batch(c.url, key, "x", body, ice=OTHER), 401, "identity.no-key")
        wrong = call(c.url, "POST", "/api/v1/batches", body + b" ", {"Content-Type": "text/csv", "JWS-Signature": key.sign(c.url, "x", body)})
        expect_code((wrong[0], {}, json.loads(wrong[2])), 401, "batch.signature-wrong")
        elsewhere = call(c.url, "POST", "/api/v1/batches", body, {"Content-Type": "text/csv", "JWS-Signature": key.sign("https://other.example", "x", body)})
        expect_code((elsewhere[0], {}, json.loads(elsewhere[2])), 401, "batch.signature-audience")
        assert json.loads(ask_batch(c.url, key, "signed-1", age=400)[1])["code"] == "batch.signature-old"
        assert json.loads(ask_batch(c.url, key, "no-such")[1])["code"] == "batch.unknown"

    @step("batch.format, batch.not-json, batch.csv-syntax, batch.line-twice: of the whole file, nothing is filed")
    def _():
        expect_code(post_batch(c.url, key, "y", b"x", "text/plain"), 415, "batch.format")
        expect_code(post_batch(c.url, key, "y", b"{", "application/json"), 400, "batch.not-json")
        expect_code(post_batch(c.url, key, "y", b"member,procedure\r\nm\r\n"), 422, "batch.csv-syntax")
        expect_code(post_batch(c.url, key, "y", table([permit("t"), permit("t")])), 422, "batch.line-twice")
        assert json.loads(ask_batch(c.url, key, "y")[1])["code"] == "batch.unknown"

    @step("a ZIP of lines and papers: each line takes the files it names; what is wrong is said line by line")
    def _():
        body = archive({"envoi/lines.csv": with_papers({"z1": "plan.pdf", "z2": "missing.pdf", "z3": "notes.pdf", "z4": "plan.pdf|deed.pdf", "z5": ""}),
                        "envoi/pièces/plan.pdf": PDF, "envoi/deed.pdf": PDF + b" deed", "notes.pdf": b"no paper at all"})
        reply = post_batch(c.url, key, "zip-1", body, "application/zip")
        assert reply[0] == 202 and reply[2]["archive"] is True, reply
        lines = wait_done(c.url, key, "zip-1")["results"]
        assert [line.get("code") for line in lines] == [None, "batch.papers", "batch.papers", None, None], lines
        assert lines[1]["errors"] == [{"pointer": f"/papers/{PAPER}", "code": "batch.paper-unknown"}], lines[1]
        assert lines[2]["errors"][0]["code"] == "upload.type", lines[2]
        assert PAPER not in lines[0]["missing"] and PAPER in lines[4]["missing"], (lines[0], lines[4])
        page = c.manager.ask("/fr/request/" + lines[3]["reference"])
        assert "plan.pdf" in page.text and "deed.pdf" in page.text, page.words()[:1500]
        again = post_batch(c.url, key, "zip-1", body, "application/zip")
        assert again[0] == 200 and again[2]["stage"] == "done", again
        expect_code(post_batch(c.url, key, "zip-1", archive({"lines.csv": with_papers({"z1": ""})}), "application/zip"), 409, "batch.reused")
        unknown = with_papers({"u1": "plan.pdf"}).replace(b"papers." + PAPER.encode(), b"papers.no-such")
        assert post_batch(c.url, key, "zip-2", archive({"lines.csv": unknown, "plan.pdf": PDF}), "application/zip")[0] == 202
        assert wait_done(c.url, key, "zip-2")["results"][0]["errors"] == [{"pointer": "/papers/no-such", "code": "api.unknown-member"}]

    @step("batch.zip-…: an archive that is none, has two files of lines, a name twice or a bomb is refused whole")
    def _():
        lines = with_papers({"z1": "plan.pdf"})
        expect_code(post_batch(c.url, key, "bad", b"PK\x03\x04 nothing", "application/zip"), 422, "batch.zip-malformed")
        expect_code(post_batch(c.url, key, "bad", archive({"plan.pdf": PDF}), "application/zip"), 422, "batch.zip-lines")
        expect_code(post_batch(c.url, key, "bad", archive({"lines.csv": lines, "b/other.json": b"[]"}), "application/zip"), 422, "batch.zip-lines")
        expect_code(post_batch(c.url, key, "bad", archive({"lines.csv": lines, "a/plan.pdf": PDF, "b/plan.pdf": PDF}), "application/zip"), 422, "batch.zip-name")
        bomb = archive({"lines.csv": lines} | {f"{n}.pdf": bytes(9 << 20) for n in range(30)})
        assert len(bomb) < 1 << 20
        expect_code(post_batch(c.url, key, "bad", bomb, "application/zip"), 413, "batch.too-large")
        assert json.loads(ask_batch(c.url, key, "bad")[1])["code"] == "batch.unknown"

    @step("the same ZIP on the page: looked through with its papers in words, then filed with them")
    def _():
        body = archive({"lines.csv": with_papers({"p1": "plan.pdf", "p2": "absent.pdf"}), "plan.pdf": PDF})
        page = upload(c, c.accountant, body, "lot.zip")
        assert "1 lignes seront déposées" in page.words().replace("1 ligne sera déposée", "1 lignes seront déposées"), page.words()[:900]
        assert "Le ZIP ne contient pas de pièce de ce nom." in page.words(), page.words()[:1500]
        page = c.accountant.send(next(f for f in _person.Form(page.text).forms if f["fields"].get("do") == "confirm"))
        for _ in range(100):
            page = c.accountant.ask(page.url)
            if "terminé" in page.words():
                break
            time.sleep(0.1)
        line = json.loads(c.accountant.ask(page.url + "/results.json").body)["results"][0]
        assert line["status"] == "filed" and PAPER not in line["missing"], line
        wrong = upload(c, c.accountant, archive({"plan.pdf": PDF}), "lot.zip")
        assert wrong.status == 422 and "exactement un fichier de lignes" in wrong.words(), wrong.words()[:400]

    @step("the example of docs/companies.md runs as it stands, with curl and openssl")
    def _():
        if not shutil.which("curl"):
            raise AssertionError("curl is not installed")
        script = re.search(r"```bash\n(.*?)```", (ROOT / "docs/companies.md").read_text(), re.S)[1]
        file = folder / "example.csv"
        file.write_bytes(table([permit("e1"), permit("e2")]))
        env = dict(os.environ) | {"URL": c.url, "ICE": ICE, "BATCH": "example", "KEY": str(key.file), "FILE": str(file), "TYPE": "text/csv"}
        done = subprocess.run(["bash", "-eu", "-c", script], env=env, capture_output=True, text=True, timeout=120)
        rows = list(csv.reader(io.StringIO(done.stdout[done.stdout.index("\"line\""):])))
        assert done.returncode == 0 and [row[:2] for row in rows[1:]] == [["e1", "filed"], ["e2", "filed"]], done.stdout + done.stderr

    @step("the served OpenAPI document describes the batches, and its answers fit it")
    def _():
        api = json.loads(call(c.url, "GET", "/api/openapi.json")[2])
        assert "post" in api["paths"]["/api/v1/batches"], "described"
        schema = api["components"]["schemas"]["BatchLine"]["properties"]
        for line in json.loads(ask_batch(c.url, key, "signed-1", "/results")[1])["results"]:
            assert set(line) <= set(schema), line


def stopped_midway(c, server, data, state):
    """Kills the server while a batch runs, twice, and starts it again."""
    key, count = state["key"], 400

    @step("kill -9 in the middle of a batch: after the next start every line is filed, none twice")
    def _():
        body = table([permit(f"k{n}") for n in range(count)])
        assert post_batch(c.url, key, "killed", body)[0] == 202
        stops = []
        for _ in range(2):
            seen = 0
            for _ in range(2000):
                status, answer = ask_batch(server.url, key, "killed")
                seen = json.loads(answer)["filed"]
                if seen > (stops[-1] if stops else 0):
                    break
                time.sleep(0.005)
            stops.append(seen)
            server.process.kill()
            server.process.wait()
            server.log.close()
            server.__enter__()
        c.url = server.url
        assert 0 < stops[0] < count, f"stopped at {stops}"
        results = wait_done(server.url, key, "killed")["results"]
        references = [line["reference"] for line in results]
        assert [line["line"] for line in results] == [f"k{n}" for n in range(count)]
        assert all(line["status"] == "filed" for line in results) and len(set(references)) == count, "each once"
        browser = Browser(server.url)
        sign_in(browser, "fr", "cabinet@example.org")
        held = json.loads(browser.ask("/fr/me/data").body)["members"][COMMUNE]["dossiers"]
        mine = [d["reference"] for d in held if ":killed:" in json.dumps(d["state"].get("file", d["state"])) or d["reference"] in references]
        assert sorted(mine) == sorted(references), f"{len(mine)} dossiers for {count} lines"
        print(f"# stopped at {stops} of {count}", flush=True)


def endings(c, server, state):
    c.manager, c.accountant = c.person("+212600010011"), c.person("cabinet@example.org")

    @step("identity.mandate-over: withdrawn by the representative, nothing counts any more, at once")
    def _():
        page = c.company(c.manager, "/people")
        form = next(f for f in _person.Form(page.text).forms if f["fields"].get("do") == "end")
        ids = re.findall(r'name="id" value="([^"]+)"', page.text)
        accountants = [i for i in ids if re.search(re.escape(i), page.text.split("Comptable", 1)[-1])]
        done = c.manager.send(form, id=accountants[0])
        assert "Le mandat a pris fin" in done.text, done.words()[:300]
        assert c.company(c.accountant).status == 404
        body = table([permit("late")])
        expect_code(post_batch(c.url, state["key"], "late", body), 403, "identity.mandate-over")
        assert c.accountant.ask("/fr/request/" + state["first"]).status == 404, "what they filed closes too"
        assert "Mandat retiré" in c.company(c.manager, "/history").words()

    @step("identity.mandate-narrow: a mandate to see lets nobody file")
    def _():
        give(c, rights=["see"])
        accept(c)
        assert c.company(c.accountant).status == 200
        assert c.accountant.ask("/fr/request/" + state["first"]).status == 200
        assert "ne permet pas d’envoyer" in c.company(c.accountant, "/batches").words()
        page = c.accountant.ask(f"/fr/request/{state['first']}/withdraw")
        if page.status == 200:
            refused = c.accountant.send(page.form("/withdraw"), reasons="non")
            assert refused.status == 403 and "ne couvre pas" in refused.text, refused.status
        assert "Société d’essai" not in c.accountant.ask(f"/fr/apply/{COMMUNE}/building-permit-small").words()

    @step("the demonstration: an accountant of two companies, an ended mandate, a batch")
    def _():
        browser = c.person("+212600010005")
        words = browser.ask("/fr/me/companies").words()
        assert "Conserves de l’Atlas" in words and "Textile du Sahel" in words, words[:500]
        batches = browser.ask(f"/fr/me/companies/{OTHER}/batches").words()
        assert "demonstration-1" in batches and "terminé" in batches, batches[:600]
        assert "Conserves" not in c.person("+212600010007").ask("/fr/me/companies").words(), "ended"

    @step("the public figure of companies comes from these acts")
    def _():
        for _ in range(60):
            page = json.loads(call(c.url, "GET", f"/fr/figures.json?member={COMMUNE}")[2])
            if "companies" in json.dumps(page):
                return
            time.sleep(0.5)
        raise AssertionError("no figure of companies")


def obligations(c):
    sheet = "/fr/p/ministere-modele/auto-entrepreneur"

    @step("what is taken on stands on the sheet, with its source, in four languages")
    def _():
        page = c.stranger.ask(sheet)
        assert "500 000 DH" in page.text and "0,5 %" in page.text and "même s’il est nul" in page.text
        assert "Loi n° 114-13" in page.text and "(à confirmer)" in page.text
        for language, words in (("ar", "ما تلتزمون به"), ("en", "What you take on"), ("zgh", "ⴰⵢⵏⵏⴰ ⵖⴼ ⵜⵜⴽⴰⵍⴰⵢⵎ")):
            assert words in c.stranger.ask(sheet.replace("/fr/", f"/{language}/")).text, language

    @step("filing.obligations-unread: the API files a registration only with the obligations of its answers confirmed")
    def _():
        token = next(cookie.value for cookie in c.stranger.jar if cookie.name in ("wasl", "__Host-wasl"))
        wish = {"member": "ministere-modele", "procedure": "auto-entrepreneur", "language": "fr",
                "answers": {"full_name": {"given_latin": "Ali", "family_latin": "Essai"}, "moroccan": True, "sector": "services", "activity": "Cours",
                            "expected_turnover": 90000}}
        codes = ["ceiling-services", "tax-services", "declare-turnover", "social-contribution"]

        def file(key, **changes):
            status, _, data = call(c.url, "POST", "/api/dossiers", json.dumps(wish | changes),
                                   {"Content-Type": "application/json", "Authorization": "Bearer " + token, "Idempotency-Key": key})
            return status, {}, json.loads(data)
        expect_code(file("o1"), 422, "filing.obligations-unread")
        expect_code(file("o2", obligations=codes[:3]), 422, "filing.obligations-unread")
        expect_code(file("o3", obligations=["ceiling-goods"] + codes[1:]), 422, "filing.obligations-unread")
        assert file("o4", obligations=codes)[0] == 201

    @step("at the counter the agent reads them aloud: nothing is filed before the person takes them on")
    def _():
        agents = json.loads((c.data / "demonstration.json").read_text())["agents"]
        clerk = next(a for a in agents if a["member"] == "ministere-modele" and a["login"] == "agent")
        agent = desk_flow.Browser(c.url)
        agent.sign_in(clerk)
        page = agent.ask("/fr/desk/ministere-modele/counter")
        card = {"given-ar": "علي", "family-ar": "النموذجي", "birth": "1990-05-12", "kind": "cnie", "number": "ZZ554433"}
        page = agent.send(page.form("/counter", do="enrol"), seen="yes", **card)
        form = agent.send(page.form("/counter/person", do="file"), procedure="auto-entrepreneur").form("/file/auto-entrepreneur")
        typed = {"sector": "services", "activity": "Cours", "consent": "relu, accepté"}
        refused = agent.send(form, do="file", **typed)
        assert refused.status == 422 and "Confirmez que vous avez lu" in refused.text and 'href="#obligations"' in refused.text, refused.status
        back = agent.send(form, do="read-back", **typed)
        assert back.status == 200 and "200 000 DH" in back.text and "500 000 DH" not in back.text, "those of services"
        filed = agent.send(back.form("/file/auto-entrepreneur"), do="file", obligations="read")
        assert filed.status == 200 and "/counter/filed/" in filed.url, (filed.status, filed.url)


def main():
    with Folder() as folder:
        data = folder / "data"
        with Server(data, "--demo") as server:
            c, state = Country(server, data), {}
            name_person(c.accountant, "Karima", "Comptable")
            representatives(c)
            mandates(c)
            page_batches(c, state)
            signed_batches(c, server, folder, state)
            obligations(c)
            stopped_midway(c, server, data, state)
            endings(c, server, state)


main()
finish()
