#!/usr/bin/env python3
"""Signing in with the national identity, against a real OpenID provider (tests/oidc/provider.mjs) on a loopback port: levels,
whom it opens, what is refused, mandates, the end of a session announced by the provider, and a provider that is down.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import copy
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import ROOT, Folder, Server, finish, skip, step, wasl  # noqa: E402
from _person import Browser as PlainBrowser, sign_in  # noqa: E402
import desk_flow  # noqa: E402

COMMUNE = "commune-ain-wasl"
NAMES = {"given_name": "Amina", "family_name": "Alaoui", "given_name#ar": "أمينة", "family_name#ar": "العلوي", "birthdate": "1990-05-12"}


class Held(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but stops before the callback when told to."""
    hold = False

    def redirect_request(self, request, fp, code, message, headers, target):
        if self.hold and "/sign-in/national/back" in target:
            return None
        return super().redirect_request(request, fp, code, message, headers, target)


class Browser(PlainBrowser):
    def __init__(self, base):
        super().__init__(base)
        self.redirects = Held()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), self.redirects)

    def come(self, account, acr="loa:high", path="/fr/sign-in/national", stop=""):
        """To the provider and back; the page where it ends."""
        page = self.ask(path)
        if "/interaction/" in page.url:
            page = self.send(page.form("/interaction/"), account=account, acr=acr, stop=stop)
        return page

    def answer(self, account, acr="loa:high", path="/fr/sign-in/national"):
        """The address of the callback, not opened yet."""
        self.redirects.hold = True
        page = self.come(account, acr, path)
        self.redirects.hold = False
        assert page.status in (302, 303), (page.status, page.words()[:200])
        return page.headers["Location"]

    def me(self):
        page = self.ask("/fr/me/data")
        return json.loads(page.text)["person"] if "/me/data" in page.url else None


class Provider:
    def __init__(self, port, base, secret=None):
        told = {"port": port, "wasl": base} | ({"secret": secret} if secret else {})
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(["node", ROOT / "tests/oidc/provider.mjs", json.dumps(told)], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE if not os.environ.get("LOUD") else None, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("ready"), line + (self.process.stderr.read()[-600:] if self.process.stderr else "")

    def tell(self, **change):
        request = urllib.request.Request(self.url + "/test", json.dumps(change).encode())
        return json.loads(urllib.request.urlopen(request, timeout=20).read())

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def setting(port, more=""):
    return f"""
[oidc]
issuer = "http://127.0.0.1:{port}"
client_id = "guichet"
scopes = ["openid", "identity"]
name = {{ ar = "هويتي", fr = "Mon identité", en = "My identity", zgh = "ⵜⴰⵎⴰⴳⵉⵜ" }}
{more}
[oidc.levels]
"loa:low" = "code-verified"
"loa:high" = "counter-verified"

[oidc.claims]
mandates = "mandates"
"""


def demanding(folder):
    """A procedure for people whose card was seen: the card itself is then no paper that may be asked for."""
    own = folder / "own" / "card-only"
    shutil.copytree(ROOT / "procedures/birth-extract", own)
    text = (own / "procedure.toml").read_text().replace('id = "birth-extract"', 'id = "card-only"')
    text = re.sub(r'\[\[paper\]\]\ncode = "cnie"\n(.+\n)*\n', "", text)
    (own / "procedure.toml").write_text(re.sub(r"minimum_level = \d", "minimum_level = 3", text))
    for texts in own.glob("texts.*.toml"):
        texts.write_text(re.sub(r"\[paper\.cnie\]\n(.+\n)*\n", "", texts.read_text()))
    shutil.rmtree(own / "cases", ignore_errors=True)
    return folder / "own"


def enrol(base, data, number, phone=""):
    """At the counter, card in hand."""
    agent = desk_flow.Browser(base)
    known = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
    agent.sign_in(known.get((COMMUNE, "accueil")) or known[(COMMUNE, "agent")])
    counter = agent.ask(desk_flow.desk("/counter"))
    fields = {"given-ar": "زهرة", "family-ar": "المكي", "given-latin": "Zahra", "family-latin": "Mekki", "birth": "1950",
              "kind": "cnie", "number": number, "phone": phone, "seen": "yes"}
    page = agent.send(counter.form("/counter", do="enrol"), **fields)
    assert "done=enrol" in page.url, (page.url, page.words()[:300])
    return agent, page


if not (ROOT / "tests/node_modules/oidc-provider").is_dir():
    done = subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", ROOT / "tests"], capture_output=True, text=True)
    if done.returncode != 0:
        skip("national identity", "the npm package oidc-provider can not be had: " + " ".join(done.stderr.split())[-200:])
        finish()

with Folder() as folder:
    data, port = folder / "data", free_port()
    with Server(data, "--demo") as plain:
        @step("without [oidc] nothing of it is on the pages")
        def _():
            browser = Browser(plain.url)
            assert "sign-in/national" not in browser.ask("/fr/sign-in").text
            for path in ("/fr/sign-in/national", "/fr/sign-in/national/back", "/fr/sign-in/national/out", "/oidc/jwks.json"):
                assert browser.ask(path).status == 404, path
            assert browser.ask("/oidc/back-channel-logout", b"logout_token=x").status == 404
    wasl("publish", demanding(folder), "--member", COMMUNE, "--data", data)
    node = data / "node.toml"
    before = node.read_text()

    @step("wasl check names every fault of the setting with its line")
    def _():
        bad = folder / "bad.toml"
        bad.write_text('[oidc]\nissuer = "http://id.example.ma"\nclient_id = "guichet"\nalgorithms = ["none"]\n' + before)
        said = wasl("check", bad, expect=1)
        for line, why in ((1, "levels"), (2, "https"), (4, "none")):
            assert any(f"{bad}:{line}:" in text and why in text for text in said.splitlines()), said
        node.write_text(before + setting(port))
        wasl("check", node)

    server = Server(data, "--demo").__enter__()
    base = server.url

    @step("a provider that is down: a clear page in four languages, and the code opens the account as ever")
    def _():
        words = {"ar": "لا تجيب", "fr": "ne répond pas", "en": "does not answer", "zgh": "ⵓⵔ ⴷ ⵜⵔⴰⵔ"}
        for language, said in words.items():
            browser = Browser(base)
            button = re.search(r'href="(/%s/sign-in/national[^"]*)"' % language, browser.ask(f"/{language}/sign-in").text)[1]
            page = browser.ask(button)
            assert page.status == 503 and said in page.words() and f'lang="{language}"' in page.text, (language, page.status, page.words()[:300])
            assert f'href="/{language}/sign-in' in page.text and "oidc.provider-down" in page.words()
        browser = Browser(base)
        sign_in(browser, "fr", "+212662000001")
        assert browser.me()["level"] == 2

    import time
    time.sleep(5.5)  # a failure is believed for five seconds
    provider = Provider(port, base)
    people = {"low": {"cnie": "AA1001"}, "high": {"cnie": "AA1002"}, "zahra": {"cnie": "zz 445566"}, "twin": {"cnie": "ZZ445566"}, "bare": {},
              "weak": {"cnie": "ZZ445577"}, "raised": {"cnie": "AA1003"},
              "trader": {"cnie": "AA1004", "mandates": [{"id": "m1", "kind": "company", "principal": {"name": "Atlas SARL", "ice": "001561191000066"},
                                                         "procedures": ["birth-extract"], "until": "2030-01-31"}]}}
    provider.tell(accounts={name: NAMES | claims for name, claims in people.items()})

    @step("a first sign-in makes an account of the level that the acr gives, with the provider's facts")
    def _():
        browser = Browser(base)
        page = browser.come("low", "loa:low")
        assert page.url.endswith("/fr/me") and "Mon identité" in page.words(), (page.status, page.url, page.words()[:400])
        assert browser.me()["level"] == 2 and "Vérifié par code" in page.words()
        other = Browser(base)
        page = other.come("high", path="/fr/sign-in/national?return=/fr/me/mandates")
        assert page.url.endswith("/fr/me/mandates"), page.url
        mine = other.me()
        assert (mine["level"], mine["document_number"], mine["birth"], mine["given_arabic"]) == (3, "AA1002", "1990-05-12", "أمينة"), mine
        assert "votre identité nationale l’a confirmé" in other.ask("/fr/me").words()
        again = Browser(base)
        again.come("high", "loa:low")
        assert again.me()["id"] == mine["id"], "the same subject opens the same account"

    @step("a level that is not listed, or an identity without its number, opens nothing")
    def _():
        browser = Browser(base)
        page = browser.come("bare", "loa:odd")
        assert page.status == 403 and "oidc.acr" in page.words() and browser.me() is None, (page.status, page.words()[:300])
        page = Browser(base).come("bare")
        assert page.status == 403 and "oidc.claim-document" in page.words()

    @step("who was verified at the counter is opened by the same identifier, and only by something as sure")
    def _():
        enrol(base, data, "ZZ445566")
        browser = Browser(base)
        page = browser.come("zahra")
        assert "Zahra" in page.words(), page.words()[:300]
        assert browser.me()["checked"]["document_number"] == "ZZ445566"
        enrol(base, data, "ZZ445577")
        weak = Browser(base)
        page = weak.come("weak", "loa:low")
        assert page.status == 409 and "vérifié au guichet" in page.words() and "level=3" in page.text and weak.me() is None
        stronger = re.search(r'href="(/fr/sign-in/national[^"]*level=3[^"]*)"', page.text)[1].replace("&amp;", "&")
        assert weak.come("weak", path=stronger).status == 200 and weak.me()["document_number"] == "ZZ445577"

    @step("a second subject with the identifier of a bound account is refused, as is the identity of another account")
    def _():
        page = Browser(base).come("twin")
        assert page.status == 409 and "identity.national-taken" in page.words(), (page.status, page.words()[:300])
        browser = Browser(base)
        sign_in(browser, "fr", "+212662000002")
        page = browser.come("high", path="/fr/sign-in/national?level=3")
        assert page.status == 409 and "identity.national-other" in page.words() and "ouvre un autre compte" in page.words()
        assert browser.me()["level"] == 2 and browser.me()["phone"] == "+212662000002"

    @step("a procedure that asks for more offers the step up, and comes back to where it was")
    def _():
        browser = Browser(base)
        sign_in(browser, "fr", "+212662000003")
        path = f"/fr/apply/{COMMUNE}/card-only"
        page = browser.ask(path)
        start = re.search(r'href="(/fr/sign-in/national[^"]*)"', page.text)[1].replace("&amp;", "&")
        asked = browser.come("raised", "loa:low", path=start)
        assert "/interaction/" in asked.url, "the provider knows that the level must be reached, and asks again"
        provider.tell(tamper="claims")
        low = browser.come("raised", "loa:low", path=start)
        provider.tell(tamper="")
        assert low.status == 403 and "oidc.acr-low" in low.words() and browser.me()["level"] == 2, (low.status, low.words()[:300])
        page = browser.come("raised", path=start)
        assert page.url.endswith(path) and "sign-in/national" not in page.text, (page.status, page.url, page.words()[:300])
        mine = browser.me()
        assert (mine["level"], mine["phone"], mine["document_number"]) == (3, "+212662000003", "AA1003"), mine
        by_code = Browser(base)
        sign_in(by_code, "fr", "+212662000003")
        assert by_code.me()["id"] == mine["id"]

    @step("an answer is taken once, from the browser that asked, unchanged")
    def _():
        browser = Browser(base)
        back = browser.answer("high")
        jar = copy.copy(list(browser.jar))
        assert browser.ask(back).url.endswith("/fr/me")
        for cookie in jar:
            browser.jar.set_cookie(cookie)
        browser.jar.clear("localhost.local", "/", "wasl")
        page = browser.ask(back)
        assert page.status == 409 and "identity.national-replayed" in page.words(), (page.status, page.words()[:300])
        page = Browser(base).ask(back)
        assert page.status == 400 and "oidc.state-missing" in page.words()

        def spoiled(change, key, status):
            fresh = Browser(base)
            address = fresh.answer("high")
            page = fresh.ask(change(address))
            assert page.status == status and key in page.words(), (key, page.status, page.words()[:300])
            assert fresh.me() is None, key
        replaced = lambda name, value: lambda url: re.sub(rf"([?&]{name}=)[^&]*", rf"\g<1>{value}", url)  # noqa: E731
        spoiled(replaced("code", "forged"), "oidc.code", 403)
        spoiled(replaced("state", "forged"), "oidc.state", 400)
        spoiled(replaced("iss", "http%3A%2F%2Fevil.example"), "oidc.issuer", 403)
        spoiled(lambda url: re.sub(r"&iss=[^&]*", "", url), "oidc.issuer", 403)
        spoiled(lambda url: url + "&state=twice", "oidc.answer-malformed", 400)
        spoiled(lambda url: re.sub(r"code=[^&]*", "error=server_error", url), "oidc.provider-says", 503)

    @step("a code of somebody else's attempt is of no use (PKCE and nonce), and a changed nonce is seen")
    def _():
        thief, owner = Browser(base), Browser(base)
        stolen = re.search(r"code=([^&]+)", owner.answer("high"))[1]
        page = thief.ask(re.sub(r"code=[^&]+", "code=" + stolen, thief.answer("low", "loa:low")))
        assert page.status == 403 and "oidc.code" in page.words() and thief.me() is None, (page.status, page.words()[:300])
        provider.tell(tamper="nonce")
        browser = Browser(base)
        page = browser.come("high")
        provider.tell(tamper="")
        assert page.status == 403 and "oidc.nonce" in page.words() and browser.me() is None, (page.status, page.words()[:300])

    @step("who stops at the provider is told so, and nothing has changed")
    def _():
        browser = Browser(base)
        page = browser.come("high", stop="access_denied")
        assert page.status == 403 and "interrompue" in page.words() and browser.me() is None, (page.status, page.words()[:300])
        assert browser.come("high").url.endswith("/fr/me")

    @step("a mandate that the identity attests has its scope and end, and goes when it is attested no longer")
    def _():
        browser = Browser(base)
        browser.come("trader")
        page = browser.ask("/fr/me/mandates").words()
        assert "Atlas SARL" in page and "attesté par l’identité nationale" in page and "31/01/2030" in page.replace("\u00a0", " ") or "2030" in page, page[:600]
        held = json.loads(browser.ask("/fr/me/data").text)["mandates"]
        assert [(m["procedures"], m["until"], m["verified"]) for m in held] == [(["birth-extract"], "2030-01-31", True)], held
        provider.tell(accounts={"trader": NAMES | {"cnie": "AA1004", "mandates": []}})
        again = Browser(base)
        again.come("trader")
        assert "Atlas SARL" not in again.ask("/fr/me/mandates").words()

    def sign_out_at_provider(browser):
        page = browser.ask(provider.url + "/session/end")
        form = page.form("/session/end/confirm")
        form["fields"]["logout"] = "yes"
        return browser.send(form)

    @step("signing out at the provider ends the session here, and no other one")
    def _():
        here, elsewhere, by_code = Browser(base), Browser(base), Browser(base)
        here.come("raised")
        elsewhere.come("raised")
        sign_in(by_code, "fr", "+212662000003")
        done = sign_out_at_provider(here)
        assert done.status == 200, (done.status, done.words()[:200])
        assert here.me() is None, "the provider's word ends the session"
        assert elsewhere.me() is not None and by_code.me() is not None
        for token in ("", "x.y.z", "a" * 100_000):
            page = here.ask("/oidc/back-channel-logout", urllib.parse.urlencode({"logout_token": token}).encode())
            assert page.status == 400 and json.loads(page.text)["error"] == "invalid_request", (token[:10], page.status, page.text[:200])

    @step("signing out here shows the way to sign out of the identity as well")
    def _():
        browser = Browser(base)
        page = browser.come("high")
        out = browser.send(page.form("/sign-out"))
        assert out.url.endswith("/fr/sign-in/national/out") and browser.me() is None, out.url
        link = re.search(r'href="(%s/session/end[^"]*)"' % re.escape(provider.url), out.text)[1].replace("&amp;", "&")
        page = browser.ask(link)
        form = page.form("/session/end/confirm")
        form["fields"]["logout"] = "yes"
        assert browser.send(form).url.rstrip("/").endswith("/fr"), "and back to the first page"

    @step("the counter detaches the identity, card in hand; its sessions end and it may be bound again")
    def _():
        browser = Browser(base)
        browser.come("zahra")
        agent = desk_flow.Browser(base)
        known = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
        agent.sign_in(known.get((COMMUNE, "accueil")) or known[(COMMUNE, "agent")])
        page = agent.ask(desk_flow.desk("/counter/person/" + browser.me()["id"]))
        assert "Mon identité" in page.text
        refused = agent.send(page.form(do="unbind"), kind="cnie", number="ZZ445566")
        assert refused.status == 422, "without the card nothing is detached"
        refused = agent.send(page.form(do="unbind"), kind="cnie", number="ZZ000000", seen="yes")
        assert refused.status == 409, refused.status
        done = agent.send(page.form(do="unbind"), kind="cnie", number="ZZ445566", seen="yes")
        assert "done=unbind" in done.url and browser.me() is None, (done.status, done.url, done.words()[:300])
        other = Browser(base)
        other.come("twin")
        assert other.me()["document_number"] == "ZZ445566", "the card's holder comes with another subject"

    provider.stop()
    server.stop()
    secret = data / "keys" / "oidc.secret"
    secret.write_text("a-secret-of-the-provider: 1+1=2\n")
    secret.chmod(0o600)
    node.write_text(before + setting(port, 'secret_file = "oidc.secret"\nmax_age = 600'))
    server = Server(data, "--demo").__enter__()
    base = server.url
    provider = Provider(port, base, "a-secret-of-the-provider: 1+1=2")

    @step("with a client secret instead of a key, and a fresh sign-in asked for, the same account opens")
    def _():
        provider.tell(accounts={"high": NAMES | {"cnie": "AA1002"}})
        browser = Browser(base)
        page = browser.come("high")
        assert page.url.endswith("/fr/me") and browser.me()["document_number"] == "AA1002", (page.status, page.words()[:300])
        assert browser.ask("/oidc/jwks.json").status == 404
        assert secret.read_text().strip() not in page.text

    provider.stop()
    server.stop()

    @step("a secret that others may read stops the start, with words")
    def _():
        secret.chmod(0o644)
        try:
            Server(data, "--demo").__enter__()
        except AssertionError as problem:
            assert "oidc.secret" in str(problem), problem
        else:
            raise AssertionError("it started")

finish()
