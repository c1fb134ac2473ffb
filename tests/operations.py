#!/usr/bin/env python3
"""A host at work and in trouble, on the released program: what other processes publish, keys that change, cosigning, a
clock that jumps, a disk that fills, certificates that change, a proxy in front, mail, short messages and paper.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import contextlib
import email
import html
import http.client
import json
import os
import pathlib
import re
import shutil
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import ROOT, WASL, Folder, Server, finish, step, wasl  # noqa: E402
from desk_flow import Browser  # noqa: E402

MEMBER = "commune-ain-wasl"
ANSWERS = {"for_child": False, "holder_name": {"given_latin": "Amina", "family_latin": "Alaoui", "given_ar": "أمينة", "family_ar": "العلوي"},
           "holder_birth": "1990-05-12", "birth_commune": {"text": "عين الوصل"}, "delivery": "online"}


def wait_for(what, condition, seconds=30):
    end = time.time() + seconds
    while time.time() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {seconds} s")


def cookie(browser, name="wasl"):
    for handler in browser.opener.handlers:
        for each in getattr(handler, "cookiejar", []):
            if each.name.endswith(name):
                return each.value
    raise AssertionError("no session")


def sign_in(url, contact, code_of):
    browser = Browser(url)
    waiting = browser.send(browser.ask("/fr/sign-in").form("/sign-in"), contact=contact)
    done = browser.send(waiting.form("/sign-in/code"), code=code_of(browser, contact))
    assert done.status == 200 and "/sign-in" not in done.url, (done.status, done.url)
    return browser


def outbox_code(browser, contact):
    page = re.sub(r"<[^>]+>|[\u2066-\u2069]", " ", html.unescape(browser.ask("/fr/outbox").text))
    return re.search(re.escape(contact) + r"\D+?(?:\d{1,5}\D+?)*?(\d{6})(?!\d)", page)[1]


def file_one(url, token, key, **more):
    wish = {"member": MEMBER, "procedure": "birth-extract", "language": "fr", "answers": ANSWERS} | more
    request = urllib.request.Request(url + "/api/dossiers", json.dumps(wish).encode(), {
        "Content-Type": "application/json", "Authorization": "Bearer " + token, "Idempotency-Key": key})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@contextlib.contextmanager
def environment(**values):
    before = {name: os.environ.get(name) for name in values}
    os.environ.update({name: str(value) for name, value in values.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.__setitem__(name, value)


def self_signed(folder, name="cert", common="localhost"):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=" + common, "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem"], check=True, capture_output=True)
    return folder / f"{name}.pem", folder / f"{name}.key"


def agents_of(data):
    return {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}


def agent(server, data, login, member=MEMBER):
    browser = Browser(server.url)
    reply = browser.sign_in(agents_of(data)[(member, login)])
    assert reply.status == 200 and "/desk/sign-in" not in reply.url, (reply.status, reply.url)
    return browser


# --- what others do in the folder of a running server --------------------------------------------------------------

def changes_beside(data, folder):
    with Server(data, "--demo") as server:
        person = sign_in(server.url, "+212611000001", outbox_code)
        token = cookie(person)

        @step("running: sheets imported by another process can be filed without a restart, while requests go on")
        def _():
            stop, bad = threading.Event(), []

            def visitor():
                while not stop.is_set():
                    reply = Browser(server.url).ask("/fr")
                    if reply.status != 200:
                        bad.append(reply.status)
            visitors = [threading.Thread(target=visitor) for _ in range(3)]
            for each in visitors:
                each.start()
            try:
                wasl("import", "idarati", ROOT / "tests/data/sheets.json", "--out", folder / "sheets", "--report", folder / "r.jsonl",
                     "--member", MEMBER, "--data", data)
                new = json.loads((folder / "r.jsonl").read_text().splitlines()[0])["id"]
                sheet = wait_for("the new sheet", lambda: Browser(server.url).ask(f"/fr/p/{MEMBER}/{new}").status == 200)
                assert sheet
                schema = json.loads(person.ask(f"/api/procedures/{MEMBER}/{new}/schema?language=fr").body)
                assert schema
                status, body = file_one(server.url, token, "imported", procedure=new, answers={})
                assert status == 201, (status, body)
            finally:
                stop.set()
                for each in visitors:
                    each.join()
            assert not bad, bad

        @step("running: a sheet published again shows its new text; requests filed before stay on the old one")
        def _():
            changed = folder / "birth-extract"
            shutil.copytree(ROOT / "procedures/birth-extract", changed)
            texts = changed / "texts.fr.toml"
            texts.write_text(re.sub(r'^title = "([^"]*)"', r'title = "\1, texte nouveau"', texts.read_text(), count=1, flags=re.M))
            status, before = file_one(server.url, token, "before")
            assert status == 201, before
            wasl("publish", "--member", MEMBER, "--data", data, changed)
            wait_for("the new text", lambda: "texte nouveau" in Browser(server.url).ask(f"/fr/p/{MEMBER}/birth-extract").text)
            status, after = file_one(server.url, token, "after")
            assert status == 201, after
            assert person.ask("/api/dossiers/" + before["reference"]).status == 200

        @step("running: a rotated key signs from the next receipt on; cosigners know it; old and new verify")
        def _():
            old = file_one(server.url, token, "old-key")[1]
            known = {key["kid"] for key in json.loads(wasl("trust", "export", "--data", data))["keys"]}
            for use in ("seal", "checkpoint"):
                wasl("keys", "rotate", "--member", MEMBER, "--use", use, "--data", data)
            trust = folder / "trust.json"
            trust.write_text(wasl("trust", "export", "--data", data))
            assert len({key["kid"] for key in json.loads(trust.read_text())["keys"]} - known) == 2
            new = file_one(server.url, token, "new-key")[1]
            for receipt in (old, new):
                assert "valid" in wasl("verify", "--qr", receipt["seal"], "--trust", trust)
            wasl("verify", "--qr", new["seal"], "--trust", trust, "--json")
        refused = [line for line in pathlib.Path(str(data) + ".log").read_text().splitlines() if "caretaker.failed" in line]
        assert not refused, refused
    assert "DIFFERS" not in wasl("audit", "--data", data)


# --- cosigners whose key and memory live elsewhere -------------------------------------------------------------------

def cosigned_elsewhere(data, folder):
    node = data / "node.toml"
    node.write_text('cosigners = "../witnesses"\n' + node.read_text())
    shutil.move(data / "cosigner", folder / "witnesses")

    @step("cosigning: the host's own journal and the members' are cosigned by keys that live elsewhere")
    def _():
        with Server(data, "--demo") as server:
            sign_in(server.url, "+212611000002", outbox_code)
            wait_for("the memory of a cosigner", lambda: len(list((folder / "witnesses").rglob("state/*"))) >= 3)
        out = json.loads(wasl("audit", "--data", data, "--json"))
        by_member = {each["member"]: each for each in out}
        assert by_member["host"]["last_cosigned"] > 0 and by_member[MEMBER]["last_cosigned"] > 0, out
        assert all(each["clean"] for each in out), out

    @step("audit: a witness that is not on this machine is told of in the language asked for")
    def _():
        shutil.move(folder / "witnesses", folder / "away")
        done = subprocess.run([WASL, "audit", "--data", data, "--language", "fr"], capture_output=True, text=True, timeout=300)
        shutil.move(folder / "away", folder / "witnesses")
        assert "La mémoire du cosignataire" in done.stderr, done.stderr

    @step("cosigning: a data folder put back to an older day is found out by the witnesses, in words")
    def _():
        shutil.copytree(data, folder / "older")
        with Server(data, "--demo") as server:
            person = sign_in(server.url, "+212611000003", outbox_code)
            assert file_one(server.url, cookie(person), "later")[0] == 201
        older = json.loads(wasl("audit", "--data", folder / "older", "--member", MEMBER, "--json"))[0]["entries"]
        with Server(data, "--demo"):  # cosigned at each start, then every five minutes
            wait_for("a cosigned checkpoint beyond the old day",
                     lambda: json.loads(wasl("audit", "--data", data, "--member", MEMBER, "--json"))[0]["last_cosigned"] > older)
        shutil.rmtree(data / "store")
        shutil.copytree(folder / "older/store", data / "store")
        out = wasl("audit", "--data", data, "--member", MEMBER, "--language", "fr", expect=1)
        assert "audit.rolled-back" in out and "plus court" in out, out
        shutil.rmtree(folder / "older")


# --- the clock and the disk ------------------------------------------------------------------------------------------

def only_backdated(data):
    """A clock that ran ahead while a witness signed, then was put right: the audit says so, and says nothing else."""
    for member in json.loads(wasl("audit", "--data", data, "--json", expect=None)):
        assert {each["key"] for each in member["findings"]} <= {"audit.backdated"}, member


def bad_nights(data, folder):
    trial = folder / "trial"
    trial.write_text("")
    with environment(WASL_TRIAL_MACHINE=trial), Server(data, "--demo") as server:
        person = sign_in(server.url, "+212611000004", outbox_code)
        token = cookie(person)
        own = file_one(server.url, token, "calm")[1]["reference"]

        @step("clock: three seconds back are borne, the journal stays in order")
        def _():
            trial.write_text("clock-ahead-seconds -3\n")
            assert file_one(server.url, token, "three")[0] == 201
            trial.write_text("")
            assert file_one(server.url, token, "three-after")[0] == 201

        for name, jump in (("back twenty seconds", -20), ("forward six minutes", 360)):
            @step(f"clock: {name}: nothing is written, the page says why; `wasl clock accept` is journaled and all goes on")
            def _():
                trial.write_text(f"clock-ahead-seconds {jump}\n")
                status, body = file_one(server.url, token, f"jumped{jump}")
                assert status == 503 and body["code"] == "store.clock-jumped", (status, body)
                stranger = Browser(server.url)
                page = stranger.send(stranger.ask("/ar/sign-in").form("/sign-in"), contact="+212611000009")
                assert page.status == 503 and "ساعة الخادم تغيرت فجأة" in page.text, (page.status, page.text[-600:])
                assert Browser(server.url).ask("/fr").status == 200, "public pages stay"
                assert person.ask("/fr/request/" + own).status == 200, "one's own request stays"
                assert "accepted" in wasl("clock", "accept", "--by", "operator on duty", "--data", data)
                assert file_one(server.url, token, f"after{jump}")[0] == 201
                trial.write_text("")
                wasl("clock", "accept", "--by", "operator on duty", "--data", data)
        only_backdated(data)

        @step("clock: the journal holds who accepted it")
        def _():
            auditor = agent(server, data, "audit")
            assert "clock.accepted" in auditor.ask(f"/fr/desk/{MEMBER}/journal").text

    trial.write_text("")
    # Without --demo: 64 MB are set aside at start.
    with environment(WASL_TRIAL_MACHINE=trial), Server(data) as server:
        caseworker, operator = agent(server, data, "agent"), agent(server, data, "admin")
        queue = caseworker.ask(f"/fr/desk/{MEMBER}/queue")
        one = queue.links(f"/desk/{MEMBER}/dossier/")[0]
        reserve = data / "store/reserve"

        @step("disk: low space warns the operator early, while work goes on")
        def _():
            assert reserve.stat().st_size == 64 << 20 and reserve.stat().st_blocks * 512 >= 64 << 20, "the reserve is really set aside"
            trial.write_text("free-bytes 500000000\n")
            assert file_one(server.url, token, "low")[0] == 201
            machine = operator.ask(f"/fr/desk/{MEMBER}/admin").text
            assert "presque plein" in machine, machine[-800:]
            assert "store.space-low" in pathlib.Path(str(data) + ".log").read_text()

        @step("disk: full: new requests are refused with a clear page (507); public pages and one's own requests stay")
        def _():
            trial.write_text("free-bytes 1000000\n")
            status, body = file_one(server.url, token, "full")
            assert status == 507 and body["code"] == "store.disk-full", (status, body)
            stranger = Browser(server.url)
            page = stranger.send(stranger.ask("/ar/sign-in").form("/sign-in"), contact="+212611000010")
            assert page.status == 507 and 'dir="rtl"' in page.text, page.status
            assert Browser(server.url).ask("/fr").status == 200
            assert Browser(server.url).ask(f"/fr/p/{MEMBER}/birth-extract").status == 200
            with urllib.request.urlopen(urllib.request.Request(server.url + "/fr/request/" + own, headers={"Cookie": "wasl=" + token}), timeout=30) as reply:
                assert reply.status == 200

        @step("disk: agents' looks go on from the reserve, then close; room that comes back opens all and refills it")
        def _():
            assert caseworker.ask(one).status == 200, "a look is journaled from the reserve"
            assert not reserve.exists(), "the reserve was given"
            trial.write_text("free-bytes 0\n")
            wait_for("agents' access to close", lambda: caseworker.ask(one).status == 507, 15)
            trial.write_text("")
            wait_for("room", lambda: file_one(server.url, token, "room-again")[0] == 201, 15)
            assert caseworker.ask(one).status == 200
            wait_for("the reserve", reserve.exists, 15)
    only_backdated(data)


# --- the doors: TLS, a proxy ------------------------------------------------------------------------------------------

def doors(data, folder):
    certificate, key = self_signed(folder)

    class Https(Server):
        def ask(self, authority, path="/fr"):
            context = ssl.create_default_context(cafile=str(authority))
            port = urllib.parse.urlsplit(self.url).port
            own = http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
            own.request("GET", path)
            reply = own.getresponse()
            reply.read()
            return reply

    @step("tls: served with HSTS and secure cookies; a new certificate is taken without a restart, a bad one is not")
    def _():
        first = folder / "first.pem"
        shutil.copy(certificate, first)
        with Https(data, "--demo", "--tls", certificate, key) as server:
            assert server.url.startswith("https://"), server.url
            reply = server.ask(first)
            assert reply.status == 200 and "max-age=31536000" in reply.getheader("Strict-Transport-Security"), reply.getheaders()
            certificate.write_text("not a certificate")
            time.sleep(3)
            assert server.ask(first).status == 200, "a certificate that can not be read changes nothing"
            self_signed(folder, "next")
            shutil.copy(folder / "next.key", key)
            shutil.copy(folder / "next.pem", certificate)

            def renewed():
                try:
                    return server.ask(folder / "next.pem").status == 200
                except ssl.SSLError:
                    return False
            wait_for("the new certificate", renewed)
            context = ssl.create_default_context(cafile=str(folder / "next.pem"))
            own = http.client.HTTPSConnection("localhost", urllib.parse.urlsplit(server.url).port, timeout=20, context=context)
            own.request("POST", "/fr/sign-in", urllib.parse.urlencode({"contact": "+212611000011"}), {"Content-Type": "application/x-www-form-urlencoded"})
            cookies = own.getresponse().headers.get_all("Set-Cookie") or []
            assert cookies and all("Secure" in each and "HttpOnly" in each and each.startswith("__Host-") for each in cookies), cookies

    @step("proxy: its word about the visitor is believed, nobody else's; behind it cookies are secure")
    def _():
        def ask(server, headers):
            own = http.client.HTTPConnection("127.0.0.1", urllib.parse.urlsplit(server.url).port, timeout=20)
            own.request("GET", "/fr", headers=headers)
            reply = own.getresponse()
            reply.read()
            return reply
        forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        with Server(data, "--demo", "--behind-proxy", "127.0.0.1") as server:
            assert ask(server, forwarded).getheader("Strict-Transport-Security"), "behind TLS of the proxy"
            assert not ask(server, {}).getheader("Strict-Transport-Security")
        with Server(data, "--demo", "--behind-proxy", "10.9.9.9") as server:
            assert not ask(server, forwarded).getheader("Strict-Transport-Security"), "a stranger's word"

    @step("doors: an open address without TLS or proxy, and a trial machine beyond loopback, are refused")
    def _():
        bare = subprocess.run([WASL, "serve", "--data", data, "--demo", "--address", "0.0.0.0", "--port", "0"], capture_output=True, text=True, timeout=60)
        assert bare.returncode == 1 and "--tls" in bare.stderr, bare.stderr
        with environment(WASL_TRIAL_MACHINE=folder / "trial"):
            trial = subprocess.run([WASL, "serve", "--data", data, "--demo", "--address", "0.0.0.0", "--port", "0", "--behind-proxy", "10.0.0.1"],
                                   capture_output=True, text=True, timeout=60)
        assert trial.returncode == 1 and "loopback" in trial.stderr, trial.stderr


# --- letters ------------------------------------------------------------------------------------------------------------

class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server under TLS that keeps what it is given."""
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, certificate, key):
        super().__init__(("127.0.0.1", 0), MailSession)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        self.letters = []


class MailSession(socketserver.StreamRequestHandler):
    def setup(self):
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        super().setup()

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        self.say("220 localhost ESMTP")
        sender, to = "", []
        for line in self.rfile:
            word = line.decode("utf-8", "replace").strip()
            upper = word.upper()
            if upper.startswith(("EHLO", "HELO")):
                self.wfile.write(b"250-localhost\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n")
            elif upper.startswith("MAIL FROM:"):
                sender = word[10:]
                self.say("250 ok")
            elif upper.startswith("RCPT TO:"):
                to.append(re.search(r"<([^>]*)>", word)[1])
                self.say("250 ok")
            elif upper == "DATA":
                self.say("354 go on")
                body = b""
                for part in self.rfile:
                    if part == b".\r\n":
                        break
                    body += part[1:] if part.startswith(b".") else part
                self.server.letters.append((sender, to, email.message_from_bytes(body)))
                to = []
                self.say("250 kept")
            elif upper == "QUIT":
                return self.say("221 bye")
            else:
                self.say("250 ok")


def text_of(letter):
    for part in letter.walk():
        if part.get_content_type() == "text/plain":
            return part.get_payload(decode=True).decode("utf-8")
    return ""


def letters(data, folder):
    certificate, key = self_signed(folder, "mail")
    sms, paper = folder / "sms", folder / "paper"
    sms.mkdir()
    paper.mkdir()
    box = Mailbox(certificate, key)
    threading.Thread(target=box.serve_forever, daemon=True).start()

    def sms_code(_, __):
        def newest():
            files = [path for path in sms.glob("OUT*_+212611000020_*")]
            return files and files[0]
        found = wait_for("a short message", newest)
        text = found.read_bytes().decode("utf-16")
        found.unlink()
        return re.search(r"\b\d{6}\b", text)[0]

    def mail_code(_, __):
        letter = wait_for("a letter", lambda: [each for each in box.letters if each[1] == ["amina@example.org"]])[-1]
        assert letter[2]["Auto-Submitted"], "marked as sent by a machine"
        return re.search(r"\b\d{6}\b", text_of(letter[2]))[0]

    with environment(WASL_SMTP_URL=f"smtps://localhost:{box.server_address[1]}", WASL_SMTP_FROM="guichet@example.org",
                     WASL_SMTP_CA=certificate, WASL_SMS_SPOOL=sms, WASL_PRINT_SPOOL=paper), Server(data) as server:
        state = {}

        @step("letters: a one-time code comes by mail, under TLS, and opens the session")
        def _():
            state["mail"] = sign_in(server.url, "amina@example.org", mail_code)

        @step("letters: a one-time code comes as a short message for gammu-smsd")
        def _():
            state["sms"] = sign_in(server.url, "+212611000020", sms_code)
            assert oct(os.stat(sms).st_mode)[-3:] != "000"

        @step("letters: news of a request go by the way its person is reached; a receipt by mail, by telephone")
        def _():
            assert file_one(server.url, cookie(state["sms"]), "by-sms")[0] == 201
            wait_for("news by telephone", lambda: list(sms.glob("OUT*_+212611000020_*")))
            before = len(box.letters)
            assert file_one(server.url, cookie(state["mail"]), "by-mail")[0] == 201
            wait_for("news by mail", lambda: len(box.letters) > before)
            assert MEMBER in text_of(box.letters[-1][2])

        @step("letters: a person without telephone and mailbox, enrolled at the counter, is written to on paper")
        def _():
            clerk = agent(server, data, "agent")
            form = clerk.ask(f"/fr/desk/{MEMBER}/counter").form("/counter", do="enrol")
            fields = {"given-ar": "خديجة", "family-ar": "الورقية", "given-latin": "Khadija", "family-latin": "Warqia", "birth": "1951", "kind": "cnie", "number": "PP112233"}
            seen = clerk.send(form, seen="yes", **fields)
            assert "done=enrol" in seen.url, (seen.status, seen.url)
            page = clerk.send(seen.form("/counter/person", do="file"), procedure="birth-extract")
            back = clerk.send(page.form("/file/birth-extract"), do="read-back", consent="relu, accepté")
            filed = clerk.send(back.form("/file/birth-extract"), do="file")
            assert "/counter/filed/" in filed.url, (filed.status, filed.url)
            letter = wait_for("a letter on paper", lambda: [path for path in paper.iterdir() if not path.name.startswith(".")])[0]
            text = (letter / "letter.txt").read_text()
            assert "Khadija Warqia" in text and MEMBER in text, text
    box.shutdown()


# --- the counter ----------------------------------------------------------------------------------------------------------

def looks_of_the_counter(data):
    with Server(data, "--demo") as server:
        clerk = agent(server, data, "agent")

        @step("counter: a search by document is journaled at once; the person sees who, which office and why, and can take it away")
        def _():
            page = clerk.ask(f"/fr/desk/{MEMBER}/counter")
            fields = {"given-ar": "سعاد", "family-ar": "الباحثة", "birth": "1970-02-03", "kind": "cnie", "number": "QQ445566", "phone": "+212611000030"}
            seen = clerk.send(page.form("/counter", do="enrol"), seen="yes", **fields)
            assert "done=enrol" in seen.url, (seen.status, seen.url)
            auditor = agent(server, data, "audit")
            journal = f"/fr/desk/{MEMBER}/journal"
            before = auditor.ask(journal).text.count("counter.person-found")
            found = clerk.send(clerk.ask(f"/fr/desk/{MEMBER}/counter").form("/counter", do="find"), kind="cnie", number="QQ 445566")
            assert found.status == 200 and found.links("/counter/person/"), found.status
            assert auditor.ask(journal).text.count("counter.person-found") == before + 1
            nobody = clerk.send(clerk.ask(f"/fr/desk/{MEMBER}/counter").form("/counter", do="find"), kind="cnie", number="QQ000000")
            assert nobody.status == 200 and not nobody.links("/counter/person/")
            assert auditor.ask(journal).text.count("counter.person-found") == before + 2, "a search in vain is a search"

        @step("counter: the person sees who looked, from which office and why, and takes it away with their data")
        def _():
            person = sign_in(server.url, "+212611000031", outbox_code)
            about = person.ask("/fr/me/about").form("/me/about")
            saved = person.send(about, given_ar="نزهة", family_ar="المطلعة", document_kind="cnie", document_number="QQ778899")
            assert "saved" in saved.url, (saved.status, saved.url)
            assert "Personne n’a consulté" in person.ask("/fr/me/looks").text
            found = clerk.send(clerk.ask(f"/fr/desk/{MEMBER}/counter").form("/counter", do="find"), kind="cnie", number="QQ778899")
            link = found.links("/counter/person/")[0]
            seen = person.ask("/fr/me/looks").text
            assert "Fatima Modèle" in seen and "recherche d’une personne au guichet" in seen and "état civil" in seen, seen[-1500:]
            assert clerk.ask(link).status == 200
            assert "fiche ouverte" in person.ask("/fr/me/looks").text
            taken = json.loads(person.ask("/fr/me/data").body)
            assert len(taken["looks"]) == 2 and taken["looks"][0]["member"] == MEMBER, taken["looks"]


def main():
    with Folder() as folder:
        data = folder / "data"
        with Server(data, "--demo"):
            pass
        shutil.copytree(data, folder / "fresh")
        for part in (changes_beside, cosigned_elsewhere, bad_nights, doors, letters):
            shutil.rmtree(data)
            shutil.copytree(folder / "fresh", data)
            part(data, folder)
        looks_of_the_counter(data)
    finish()


if __name__ == "__main__":
    main()
