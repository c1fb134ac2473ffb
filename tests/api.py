#!/usr/bin/env python3
"""The public API against the built program: filing, reading, refusals, and a campaign of kill -9.

Prints `ok NAME`, `not ok NAME: why` or `skip NAME: why`. The program is $WASL, else build/bin/wasl.
    tests/api.py [--long] [--kills]     60 rounds of kill -9, 1,000 with --long; --kills: nothing else
"""
import concurrent.futures
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
WASL = os.environ.get("WASL", str(ROOT / "build/bin/wasl"))
ROUNDS = 1000 if "--long" in sys.argv else 60
MEMBER, PROCEDURE = "commune-ain-wasl", "birth-extract"
ANSWERS = {"for_child": False, "holder_name": {"given_latin": "Amina", "family_latin": "Alaoui", "given_ar": "أمينة", "family_ar": "العلوي"},
           "holder_birth": "1990-05-12", "birth_commune": {"text": "عين الوصل"}, "delivery": "online"}


class Node:
    """One data folder and the server on it."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.process = None

    def start(self):
        self.process = subprocess.Popen([WASL, "serve", "--demo", "--data", str(self.folder), "--port", "0"], stdout=subprocess.PIPE,
                                        stderr=open(self.folder / "stderr.log", "ab"), text=True, cwd=ROOT)
        line = self.process.stdout.readline()
        found = re.search(r"serves \w+://[^:]+:(\d+)", line)
        if not found:
            raise RuntimeError(f"the server did not start: {line!r} " + (self.folder / "stderr.log").read_text(errors="replace")[-800:])
        self.port = int(found[1])

    def kill(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        self.process.wait(30)

    def tool(self, *words):
        return subprocess.run([WASL, *words], capture_output=True, text=True, cwd=ROOT)

    def call(self, method, path, body=None, headers=None, connection=None):
        own = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        own.request(method, path, body, headers or {})
        reply = own.getresponse()
        data = reply.read()
        if connection is None:
            own.close()
        if "json" in (reply.getheader("Content-Type") or ""):
            marks = [f"U+{code:04X}" for code in range(0x2066, 0x206A) if chr(code).encode() in data or f"\\u{code:04x}".encode() in data.lower()]
            assert not marks, (path, marks, "marks of a page in JSON")
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, data

    def sign_in(self, contact):
        """Through the pages, with the one-time code from the demonstration's outbox. The session's token."""
        def post(path, fields, cookies):
            status, headers, _ = self.call("POST", path, urllib.parse.urlencode(fields),
                                           {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "; ".join(cookies)})
            found = re.match(r"([^=]+=[^;]*)", headers.get("set-cookie", ""))
            return status, found[1] if found else ""
        status, waiting = post("/fr/sign-in", {"contact": contact}, [])
        if status != 303:
            raise RuntimeError(f"POST /fr/sign-in answered {status}")
        page = self.call("GET", "/fr/outbox")[2].decode()
        for code in dict.fromkeys(re.findall(r"(?<![\d#&.+-])\d{6}(?!\d)", page)):
            # Several Set-Cookie lines come back: the session's is the one called wasl.
            own = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            own.request("POST", "/fr/sign-in/code", urllib.parse.urlencode({"code": code}),
                        {"Content-Type": "application/x-www-form-urlencoded", "Cookie": waiting})
            reply = own.getresponse()
            reply.read()
            for value in reply.headers.get_all("Set-Cookie") or []:
                found = re.match(r"(?:__Host-)?wasl=([^;]+)", value)
                if found:
                    return found[1]
        raise RuntimeError("no code of the outbox opened a session")

    def file(self, token, key, connection=None, **changes):
        wish = {"member": MEMBER, "procedure": PROCEDURE, "answers": ANSWERS, "language": "fr"} | changes
        return self.call("POST", "/api/dossiers", json.dumps(wish), bearer(token, key), connection)


def bearer(token, key=None):
    headers = {"Content-Type": "application/json", "Authorization": "Bearer " + token}
    return headers | ({"Idempotency-Key": key} if key else {})


def expect(condition, why):
    if not condition:
        raise AssertionError(why)


def problem(reply, status, code):
    expect(reply[0] == status, f"status {reply[0]} and not {status}: {reply[2][:300]}")
    expect(reply[1].get("content-type", "").startswith("application/problem+json"), f"no problem details: {reply[1].get('content-type')}")
    body = json.loads(reply[2])
    expect(body["status"] == status and body["code"] == code, f"code {body['code']} and not {code}")
    return body


class Schema:
    """As much of JSON Schema as the API's own description uses."""

    def __init__(self, document):
        self.document = document

    def resolve(self, pointer):
        node = self.document
        for part in pointer.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/")]
        return node

    def check(self, schema, value, at="$"):
        if "$ref" in schema:
            return self.check(self.resolve(schema["$ref"]), value, at)
        kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
        if "type" in schema:
            good = isinstance(value, kinds[schema["type"]]) and not (schema["type"] == "integer" and isinstance(value, bool))
            expect(good, f"{at} is no {schema['type']}")
        expect("enum" not in schema or value in schema["enum"], f"{at}: {value!r} is none of the listed values")
        expect("pattern" not in schema or re.search(schema["pattern"], value), f"{at}: {value!r} does not fit {schema.get('pattern')}")
        expect("maxLength" not in schema or len(value) <= schema["maxLength"], f"{at} is too long")
        if isinstance(value, dict):
            for name in schema.get("required", []):
                expect(name in value, f"{at}.{name} is missing")
            if "properties" in schema:
                for name, part in value.items():
                    expect(name in schema["properties"], f"{at}.{name} is not described")
                    self.check(schema["properties"][name], part, f"{at}.{name}")
        for n, part in enumerate(value if isinstance(value, list) else []):
            self.check(schema.get("items", {}), part, f"{at}[{n}]")


class Tests:
    def __init__(self, node, token, other):
        self.node, self.token, self.other = node, token, other
        self.api = json.loads(node.call("GET", "/api/openapi.json")[2])
        self.schema = Schema(self.api)

    def described(self, name, body):
        self.schema.check({"$ref": "#/components/schemas/" + name}, body)

    def test_description_is_whole(self):
        expect(self.api["openapi"].startswith("3.1"), "not OpenAPI 3.1")
        for pointer in re.findall(r'"\$ref": "([^"]+)"', json.dumps(self.api)):
            self.schema.resolve(pointer)
        for path, methods in self.api["paths"].items():
            for method in methods:
                reply = self.node.call(method.upper(), re.sub(r"\{\w+\}", "x", path), b"" if method == "post" else None)
                expect(reply[0] != 405, f"{method} {path} is not served")

    def test_filing(self):
        status, headers, body = self.node.file(self.token, "first")
        expect(status == 201, f"status {status}: {body[:300]}")
        receipt = json.loads(body)
        self.described("Receipt", receipt)
        expect(headers["location"] == "/api/dossiers/" + receipt["reference"], "Location")
        status, _, body = self.node.call("GET", headers["location"], headers=bearer(self.token))
        expect(status == 200, f"reading it: status {status}: {body[:300]}")
        dossier = json.loads(body)
        self.described("Dossier", dossier)
        expect(dossier["answers"]["holder_birth"] == "1990-05-12", "the answers are not there")
        return receipt

    def test_seal_is_valid_offline(self):
        receipt = json.loads(self.node.file(self.token, "sealed")[2])
        keys = self.node.tool("trust", "export", "--data", str(self.node.folder))
        expect(keys.returncode == 0, keys.stderr)
        file = self.node.folder / "trust.json"
        file.write_text(keys.stdout)
        done = self.node.tool("verify", "--qr", receipt["seal"], "--trust", str(file))
        expect(done.returncode == 0, f"exit {done.returncode}: {done.stdout} {done.stderr}")

    def test_same_key_same_answer(self):
        first, again = self.node.file(self.token, "twice"), self.node.file(self.token, "twice")
        expect(first[0] == again[0] == 201 and first[2] == again[2] and first[1]["location"] == again[1]["location"], "another answer")
        expect(self.node.file(self.other, "twice")[2] != first[2], "another person's key is another key")

    def test_same_key_other_body_is_refused(self):
        first = self.node.file(self.token, "reused")
        other = self.node.file(self.token, "reused", answers=ANSWERS | {"delivery": "post"})
        body = problem(other, 422, "api.key-reused")
        expect(body["title"] != body["code"] and body["title"], "no words")
        problem(self.node.file(self.token, "reused", language="ar"), 422, "api.key-reused")
        # The same wish written another way is the same wish.
        wish = {"language": "fr", "answers": dict(reversed(ANSWERS.items())), "procedure": PROCEDURE, "member": MEMBER}
        again = self.node.call("POST", "/api/dossiers", json.dumps(wish, indent=3), bearer(self.token, "reused"))
        expect(again[0] == 201 and again[2] == first[2], f"{again[0]}: not the first answer again")

    def test_same_key_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            replies = list(pool.map(lambda _: self.node.file(self.token, "at-once"), range(24)))
        expect({reply[0] for reply in replies} == {201} and len({reply[2] for reply in replies}) == 1, "more than one filing")

    def test_incomplete_is_filed_with_what_is_missing(self):
        answers = {name: value for name, value in ANSWERS.items() if name != "holder_birth"}
        status, _, body = self.node.file(self.token, "incomplete", answers=answers)
        receipt = json.loads(body)
        expect(status == 201 and not receipt["receipt"]["complete"], f"status {status}: {body[:300]}")
        expect("holder_birth" in [item["code"] for item in receipt["receipt"]["missing"]], "the birth date is not listed as missing")

    def test_bad_json(self):
        for body in (b"{", b"", b'{"member": "a", "member": "b"}', b'{"member": "\xff\xfe"}', b"[" * 5000):
            reply = self.node.call("POST", "/api/dossiers", body, bearer(self.token, "bad"))
            expect(reply[0] == 400, f"{body[:20]}: status {reply[0]}")
            self.described("Problem", json.loads(reply[2]))

    def test_wrong_types(self):
        for body, pointer in (({"member": 5}, "/member"), ({"answers": []}, "/answers"), ({"language": "de"}, "/language"),
                              ({"contact": {"channel": "pigeon"}}, "/contact/channel"), ({"memer": "x"}, "/memer")):
            wish = {"member": MEMBER, "procedure": PROCEDURE, "answers": ANSWERS} | body
            reply = self.node.call("POST", "/api/dossiers", json.dumps(wish), bearer(self.token, "types"))
            found = problem(reply, 400, "api.shape")
            self.described("Problem", found)
            expect(pointer in [flaw["pointer"] for flaw in found["errors"]], f"{pointer} is not named: {found}")
        reply = self.node.call("POST", "/api/dossiers", "[]", bearer(self.token, "types"))
        problem(reply, 400, "api.type")

    def test_wrong_answers(self):
        for name, value in (("holder_birth", 1990), ("holder_birth", "1990-13-45"), ("for_child", "perhaps"), ("delivery", "pigeon"), ("holder_name", "A")):
            reply = self.node.file(self.token, "answers", answers=ANSWERS | {name: value})
            found = problem(reply, 422, "dossier.answers")
            expect(any(flaw["pointer"].startswith("/answers/" + name) for flaw in found["errors"]), f"{name} is not named: {found}")

    def test_unknown_member_or_procedure(self):
        problem(self.node.file(self.token, "u1", member="nobody"), 422, "web.no-member")
        problem(self.node.file(self.token, "u2", procedure="nothing"), 422, "api.no-procedure")

    def test_no_session(self):
        for headers in ({}, {"Authorization": "Bearer " + "A" * 43}, {"Authorization": "Basic eDp5"}, {"Cookie": "wasl=forged"}):
            reply = self.node.call("POST", "/api/dossiers", "{}", {"Content-Type": "application/json", "Idempotency-Key": "x"} | headers)
            problem(reply, 401, "identity.session-over")
            expect("www-authenticate" in reply[1], "WWW-Authenticate")
            problem(self.node.call("GET", f"/api/dossiers/{MEMBER}/0/2026/000001", headers=headers), 401, "identity.session-over")

    def test_cookie_counts_only_at_home(self):
        body = json.dumps({"member": MEMBER, "procedure": PROCEDURE, "answers": ANSWERS})
        cookie = {"Content-Type": "application/json", "Cookie": "wasl=" + self.token, "Idempotency-Key": "cookie"}
        for foreign in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
            problem(self.node.call("POST", "/api/dossiers", body, cookie | foreign), 403, "web.foreign-form")
        home = {"Origin": f"http://127.0.0.1:{self.node.port}", "Sec-Fetch-Site": "same-origin"}
        expect(self.node.call("POST", "/api/dossiers", body, cookie | home)[0] == 201, "at home")

    def test_media_type(self):
        for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
            problem(self.node.call("POST", "/api/dossiers", "{}", bearer(self.token, "x") | {"Content-Type": kind}), 415, "form.type")

    def test_key_is_required(self):
        for key in (None, "x" * 201):
            problem(self.node.file(self.token, key), 400, "api.idempotency-key")

    def test_another_persons_dossier_is_unknown(self):
        reference = json.loads(self.node.file(self.token, "mine")[2])["reference"]
        there = problem(self.node.call("GET", "/api/dossiers/" + reference, headers=bearer(self.other)), 404, "dossier.unknown")
        nowhere = problem(self.node.call("GET", f"/api/dossiers/{MEMBER}/0/2026/999999", headers=bearer(self.other)), 404, "dossier.unknown")
        there.pop("instance"), nowhere.pop("instance")
        expect(there == nowhere, "the answers differ")
        for path in (f"/api/dossiers/{MEMBER}/0/2026/%2e%2e", f"/api/dossiers/{MEMBER}/0/2026/1", "/api/dossiers/nobody/0/2026/000001"):
            reply = self.node.call("GET", path, headers=bearer(self.token))
            expect(reply[0] in (400, 404), f"{path}: status {reply[0]}")

    def test_oversized(self):
        reply = self.node.file(self.token, "big", answers=ANSWERS | {"father_name": "x" * 300_000})
        problem(reply, 413, json.loads(reply[2])["code"])

    def test_address_that_can_not_be_read(self):
        for path, code in (("/api/procedures?q=%ff", "http.query"), ("/api/%00", "http.path"), ("/api/procedures/%2e%2e/%2e%2e/%2e%2e", "http.path")):
            body = problem(self.node.call("GET", path, headers={"Accept-Language": "fr"}), 400, code)
            expect("adresse" in body["title"], f"{path}: {body['title']}")
        for path, accept, language in (("/fr/%00", "", "fr"), ("/fr/?q=%ff", "ar", "fr"), ("/%ff", "en", "en"), ("/zgh/a/%00", "fr", "zgh")):
            status, headers, page = self.node.call("GET", path, headers={"Accept-Language": accept})
            expect(status == 400 and headers["content-type"].startswith("text/html"), f"{path}: {status} {headers.get('content-type')}")
            expect(f'lang="{language}"' in page.decode() and "content-security-policy" in headers, f"{path}: not a page in {language}")

    def test_procedures(self):
        status, _, body = self.node.call("GET", "/api/procedures?language=fr&limit=2")
        page = json.loads(body)
        self.described("ProcedureList", page)
        expect(status == 200 and len(page["procedures"]) == 2 and "next" in page, f"the first page: {body[:300]}")
        seen, following = 2, page
        while "next" in following:
            following = json.loads(self.node.call("GET", re.sub(r"^\w+://[^/]+", "", following["next"]))[2])
            seen += len(following["procedures"])
        expect(seen >= 5, f"{seen} procedures in all")
        found = json.loads(self.node.call("GET", "/api/procedures?q=naissance&language=fr")[2])["procedures"]
        expect(PROCEDURE in [row["id"] for row in found], "naissance finds no birth extract")
        path = re.sub(r"^\w+://[^/]+", "", next(row["url"] for row in found if row["id"] == PROCEDURE))
        sheet = json.loads(self.node.call("GET", path + "?language=fr")[2])
        self.described("Procedure", sheet)
        expect(MEMBER in [member["id"] for member in sheet["members"]], "the member is not named")
        status, headers, body = self.node.call("GET", path + "/schema?language=fr")
        expect(json.loads(body) == sheet["schema"] and headers["content-type"] == "application/schema+json", "the schema")
        problem(self.node.call("GET", "/api/procedures/nowhere/nothing"), 404, "http.not-found")


def round_of_kills(node, token, number, acknowledged):
    """Files from several connections, kills at a random moment. The pairs (key, reply) that came back whole."""
    node.start()
    stop, began = threading.Event(), threading.Event()

    def worker(name):
        own = []
        connection = http.client.HTTPConnection("127.0.0.1", node.port, timeout=10)
        try:
            for n in range(100_000):
                if stop.is_set():
                    break
                key = f"kill-{number}-{name}-{n}"
                status, _, body = node.file(token, key, connection)
                if status == 201:
                    own.append((key, json.loads(body)["reference"]))
                    began.set()
        except (OSError, http.client.HTTPException, ValueError):
            pass  # the kill
        return own

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(worker, name) for name in range(4)]
        # Every other round is killed amid filings, however slow the machine; the others also while the store opens.
        if number % 2:
            began.wait(30)
        time.sleep(random.uniform(0.005, 0.25))
        node.kill()
        stop.set()
        for job in jobs:
            acknowledged.extend(job.result())


def kill_campaign(node, token):
    acknowledged, checked = [], 0
    for number in range(ROUNDS):
        round_of_kills(node, token, number, acknowledged)
        if number % 10 != 9 and number != ROUNDS - 1:
            continue
        done = node.tool("audit", "--data", str(node.folder), "--member", MEMBER)
        expect(done.returncode == 0, f"round {number}: audit exit {done.returncode}: {(done.stdout + done.stderr)[-1500:]}")
        node.start()
        for key, reference in acknowledged[checked:]:
            status, _, body = node.call("GET", "/api/dossiers/" + reference, headers=bearer(token))
            expect(status == 200, f"round {number}: {reference} was acknowledged and answers {status}")
        for key, reference in random.sample(acknowledged[checked:], min(5, len(acknowledged) - checked)):
            again = node.file(token, key)
            expect(again[0] == 201 and json.loads(again[2])["reference"] == reference, f"{key} was filed a second time")
        checked = len(acknowledged)
        node.kill()
    references = [reference for _, reference in acknowledged]
    expect(len(references) > ROUNDS, f"only {len(references)} filings in {ROUNDS} rounds")
    expect(len(set(references)) == len(references), "a reference was given twice")
    return f"{ROUNDS} rounds, {len(references)} acknowledged filings"


def attempt(name, work):
    try:
        more = work()
        print(f"ok {name}" + (f": {more}" if isinstance(more, str) else ""), flush=True)
        return True
    except Exception as fault:  # noqa: BLE001 - whatever it is, the test has failed
        print(f"not ok {name}: {type(fault).__name__}: {fault}".replace("\n", " "), flush=True)
        return False


def main():
    if not pathlib.Path(WASL).exists():
        print(f"skip api: no program at {WASL}")
        return 0
    folder = tempfile.mkdtemp(prefix="wasl-api-")
    node = Node(folder)
    good = True
    try:
        node.start()
        tests = Tests(node, node.sign_in("+212600000001"), node.sign_in("+212600000002"))
        for name in [name for name in dir(tests) if name.startswith("test_") and "--kills" not in sys.argv]:
            good = attempt("api " + name.removeprefix("test_").replace("_", " "), getattr(tests, name)) and good
        good = attempt("a dossier at its own address after a calm restart", lambda: calm_restart(node, tests)) and good
        node.kill()
        good = attempt("kill -9 loses nothing that was acknowledged", lambda: kill_campaign(node, tests.token)) and good
    finally:
        if node.process and node.process.poll() is None:
            node.kill()
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if good else 1


def calm_restart(node, tests):
    reply = node.file(tests.token, "calm")
    node.kill(signal.SIGTERM)
    expect(node.process.returncode == 0, f"exit {node.process.returncode} after SIGTERM")
    node.start()
    expect(node.file(tests.token, "calm")[1].get("location") == reply[1]["location"], "the key was forgotten")
    path = reply[1]["location"]
    expect(node.call("GET", path, headers=bearer(tests.token))[0] == 200, "gone after a restart")


if __name__ == "__main__":
    sys.exit(main())
