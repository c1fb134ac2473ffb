#!/usr/bin/env python3
"""A country in the sandbox: calls with nothing but HTTP, refusals by their documented names, and what goes on when the
registry, the timestamps or a peer are away; evidence of both sides afterwards; and that nothing stays behind.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import base64
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.parse
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import desk_flow  # noqa: E402
from _lib import WASL, Folder, finish, step, wasl  # noqa: E402

HASHED = ("accept", "x-road-client")  # of what we send, in our order: the rest belongs to one connection


def wait_for(what, condition, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {seconds} s")


class Answer:
    def __init__(self, reply):
        self.status, self.headers, self.body = reply.status, reply.headers, reply.read()

    @property
    def fault(self):
        return self.headers.get("X-Road-Error", "")

    def json(self):
        return json.loads(self.body)


def ask(base, target, method="GET", headers=None, body=None):
    """A request with its target as it is written: http.client changes no byte of it."""
    address = urllib.parse.urlsplit(base)
    own = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    try:
        own.putrequest(method, target, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            own.putheader(name, value)
        if body is not None:
            own.putheader("Content-Length", str(len(body)))
        own.endheaders(body)
        return Answer(own.getresponse())
    finally:
        own.close()


class Sandbox:
    """`wasl sandbox --dir FOLDER`, ready when FOLDER/env stands."""
    def __init__(self, folder):
        self.folder, self.log_path = folder, pathlib.Path(str(folder) + ".log")

    def __enter__(self):
        self.log, started = open(self.log_path, "w"), time.time()
        self.process = subprocess.Popen([WASL, "sandbox", "--dir", str(self.folder)], stdout=self.log, stderr=subprocess.STDOUT)
        env = self.folder / "env"

        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"the sandbox ended with {self.process.returncode}: {self.log_path.read_text()[-1500:]}")
            return env.exists() and env.stat().st_mtime >= started  # not one that a killed sandbox left
        try:
            wait_for("the sandbox", ready, 240)
        except AssertionError as problem:
            logs = "".join(f"\n{path.name}: {path.read_text()[-400:]}" for path in self.folder.glob("sandbox/*.log"))
            self.stop()
            raise AssertionError(f"{problem} {self.log_path.read_text()[-600:]}{logs}") from None
        self.env = dict(line.split("=", 1) for line in env.read_text().splitlines())
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, how=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)
        self.log.close()
        return self.process.returncode

    def __getattr__(self, name):
        return self.__dict__["env"]["WASL_" + name.upper()]

    def children(self):
        return json.loads((self.folder / "sandbox/processes.json").read_text())

    def call(self, path=None, client=None, method="GET", **more):
        target = "/r1/" + self.service + (self.service_path if path is None else path)
        headers = {"Accept": "application/json", "X-Road-Client": client or self.client} | more.pop("headers", {})
        return ask(self.edge, target, method, {name: value for name, value in headers.items() if value is not None}, **more)

    def door(self, what):
        answer = ask(self.sandbox, "/sandbox/" + what, "POST", body=b"")
        assert answer.status == 200, (what, answer.status, answer.body)

    def state(self, process):
        return ask(self.env[f"WASL_{process}_STATE"], "/exchange/state").json()

    def data(self, process):
        return self.folder / "sandbox" / process


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"


def refused(answer, kind, status):
    assert answer.fault == kind, (answer.fault, kind, answer.status, answer.body[:300])
    assert answer.status == status, (answer.status, status)


# --- calls -------------------------------------------------------------------------------------------------------------

def calls(box):
    @step("call: curl alone gets an answer through two nodes, with X-Road's headers")
    def _():
        done = subprocess.run(["curl", "-sS", "-i", "-H", f"X-Road-Client: {box.client}", f"{box.edge}/r1/{box.service}{box.service_path}"],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode == 0 and " 200 " in done.stdout.splitlines()[0], (done.stdout[:500], done.stderr)
        for name in ("x-road-id", "x-road-client", "x-road-service", "x-road-request-id", "x-road-request-hash"):
            assert re.search(rf"(?im)^{name}: \S", done.stdout), name

    @step("call: the line that the sandbox prints works when pasted")
    def _():
        line = re.search(r"(?m)^\s+(curl .*)$", box.log_path.read_text())[1]
        done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, timeout=60)
        assert " 200 " in done.stdout.splitlines()[0], done.stdout[:300]

    @step("call: x-road-request-hash is that of the request as it was sent")
    def _():
        for own_id in (None, "test-0001"):
            headers = {"X-Road-Id": own_id} if own_id else {}
            answer = box.call(headers=headers)
            assert answer.status == 200, (answer.status, answer.body[:300])
            head = f"GET\r\n/r1/{box.service}{box.service_path}\r\nAccept:application/json\r\nX-Road-Client:{box.client}\r\n"
            if own_id:
                assert answer.headers["x-road-id"] == own_id
                head += f"X-Road-Id:{own_id}\r\n"
            head += f"x-road-request-id:{answer.headers['x-road-request-id']}\r\n"
            if not own_id:
                head += f"x-road-id:{answer.headers['x-road-id']}\r\n"
            wanted = base64.b64encode(hashlib.sha512(head.encode()).digest()).decode()
            assert answer.headers["x-road-request-hash"] == wanted, head

    @step("refused: a stranger, by JSON and by XML")
    def _():
        answer = box.call(client=box.stranger)
        refused(answer, "Server.ServerProxy.AccessDenied", 500)
        assert set(answer.json()) == {"type", "message", "detail"} and answer.json()["type"] == answer.fault
        answer = box.call(client=box.stranger, headers={"Accept": "text/xml"})
        refused(answer, "Server.ServerProxy.AccessDenied", 500)
        tree = xml.etree.ElementTree.fromstring(answer.body)
        assert tree.tag == "error" and tree.find("type").text == answer.fault and "xml" in answer.headers["Content-Type"]

    @step("refused: no client, an unreadable one, an unreadable address")
    def _():
        refused(box.call(headers={"X-Road-Client": None}), "Client.BadRequest", 400)
        refused(box.call(client="MA/GOV"), "Client.BadRequest", 400)
        refused(ask(box.edge, "/r1/MA/GOV", headers={"X-Road-Client": box.client}), "Client.BadRequest", 400)

    @step("refused: another path, another method")
    def _():
        for path in ("", "/", box.service_path + "/", box.service_path + "x", "/other", box.service_path.upper()):
            answer = box.call(path)
            assert answer.status != 200 and answer.fault in ("Server.ServerProxy.AccessDenied", "Client.BadRequest"), (path, answer.status, answer.fault)
        for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            refused(box.call(method=method, body=b"" if method in ("POST", "PUT", "PATCH") else None), "Server.ServerProxy.AccessDenied", 500)

    @step("refused: every spelling of a way around the right")
    def _():
        own = box.service_path
        for path in (f"/x/..{own}", f"/%2e%2e{own}", f"{own}/..", f"{own}/%2e%2e/x", f"/x/%2E%2E{own}", f"{own}%2Fx", f"{own}%2fx", f"/{own}", f"{own}//",
                     f"{own};x=1", f"{own}%3Bx", f"{own}%5C..", f"{own}%00", f"{own}%252e%252e", f"/.{own}", f"{own}/%2e", f"{own}%c0%ae"):
            answer = box.call(path)
            assert answer.status in (400, 500) and answer.fault in ("Client.BadRequest", "Server.ServerProxy.AccessDenied"), (path, answer.status, answer.fault)

    @step("refused: a service, a subsystem, a member that is not there")
    def _():
        parts = box.service.split("/")
        headers = {"X-Road-Client": box.client}
        unknown = ask(box.edge, "/r1/" + "/".join(parts[:4] + ["nothing"]) + "/x", headers=headers)
        refused(unknown, "Server.ServerProxy.UnknownService", 500)
        for wrong in (parts[:3] + ["nothing", parts[4]], parts[:2] + ["nobody"] + parts[3:]):
            answer = ask(box.edge, "/r1/" + "/".join(wrong) + "/x", headers=headers)
            assert answer.status == 500 and answer.fault.endswith("UnknownMember"), (wrong, answer.fault, answer.status)

    @step("metaservices: clients, methods, what is allowed, the description")
    def _():
        clients = ask(box.edge, "/listClients", headers={"Accept": "application/json"}).json()["member"]
        assert {"object_type": "SUBSYSTEM", "xroad_instance": "MA", "member_class": "GOV", "member_code": "land-registry", "subsystem_code": "titles"} in \
            [each["id"] for each in clients], clients
        assert ask(box.edge, "/listClients").body.lstrip().startswith(b"<")
        provider, code = box.service.rsplit("/", 1)
        headers = {"Accept": "application/json", "X-Road-Client": box.client}
        listed = ask(box.edge, f"/r1/{provider}/listMethods", headers=headers)
        assert listed.status == 200 and code in [each["service_code"] for each in listed.json()["service"]], (listed.status, listed.body)
        allowed = ask(box.edge, f"/r1/{provider}/allowedMethods", headers=headers).json()["service"]
        assert [each["service_code"] for each in allowed] == [code], allowed
        assert ask(box.edge, f"/r1/{provider}/allowedMethods", headers=headers | {"X-Road-Client": box.stranger}).json()["service"] == []
        described = ask(box.edge, f"/r1/{provider}/getOpenAPI?serviceCode={code}", headers=headers)
        assert described.status == 200 and described.json()["openapi"].startswith("3"), (described.status, described.body[:200])
        missing = ask(box.edge, f"/r1/{provider}/getOpenAPI", headers=headers)
        assert missing.status in (400, 500) and missing.fault.endswith("InvalidRequest"), missing.fault


# --- what may be away ----------------------------------------------------------------------------------------------------

def outages(box):
    @step("registry and timestamps away: calls go on, and the operator sees it")
    def _():
        wait_for("a timestamp", lambda: any(each["size"] > 0 for each in box.state("UTILITY")["timestamps"]), 90)
        box.door("shut?what=registry")
        box.door("shut?what=timestamps")
        wait_for("a mirror's failure", lambda: any(each["problem"] for each in box.state("UTILITY")["registry"]["mirrors"]))
        for _ in range(5):
            assert box.call().status == 200
        registry = box.state("UTILITY")["registry"]
        assert registry["state"] == "ok" and registry["seconds_left"] > 0, registry
        assert any(not each["problem"] for each in registry["mirrors"]), "the other nodes serve it too"
        box.door("open?what=registry")
        box.door("open?what=timestamps")
        wait_for("the registry", lambda: not any(each["problem"] for each in box.state("UTILITY")["registry"]["mirrors"]))

    @step("peers hold each other's newest checkpoints, and accuse nobody")
    def _():
        def seen():
            peers = box.state("UTILITY")["peers"]
            return [each for each in peers if each["size"] > 0 and not each["problem"]]
        assert any(each["member"] == "MA/GOV/land-registry" for each in wait_for("a peer's checkpoint", seen, 150))
        assert not box.state("UTILITY")["evidence"] and not box.state("STATE")["evidence"]

    @step("certificates rolled: listed first, used then; no call fails")
    def _():
        before = wasl("registry", "keys", "--data", box.data("state"))
        box.door("roll")
        end = time.time() + 22
        while time.time() < end:
            answer = box.call()
            assert answer.status == 200, (answer.status, answer.fault, answer.body[:300])
            time.sleep(0.2)
        after = wasl("registry", "keys", "--data", box.data("state"))
        assert json.loads(before)["nodes"][0]["certificates"] != json.loads(after)["nodes"][0]["certificates"], "the files are the new ones"

    @step("a peer killed: the call fails by its name, and works when the peer is back")
    def _():
        killed = box.children()["state"]
        os.kill(killed, signal.SIGKILL)
        answer = box.call()
        assert answer.status == 500 and "NetworkError" in answer.fault, (answer.status, answer.fault, answer.body[:300])
        wait_for("the peer", lambda: box.call().status == 200, 120)
        assert box.children()["state"] != killed


def journal(box, process):
    return json.loads(wasl("exchange", "list", "--data", box.data(process), "--limit", "1000", "--json"))


# What somebody with the disk in hand may try on the index over the journal.
ALTERED = (
    "DELETE FROM d_exchanges WHERE id = (SELECT max(id) FROM d_exchanges)",
    "DELETE FROM d_exchanges WHERE id = (SELECT min(id) FROM d_exchanges)",
    "UPDATE d_exchanges SET f_at = f_at - 1 WHERE id = (SELECT max(id) FROM d_exchanges)",
    "UPDATE d_exchanges SET f_partner = 'MA/GOV/tax/register' WHERE id = (SELECT max(id) FROM d_exchanges)",
    "UPDATE d_exchanges SET body = replace(body, '200', '404') WHERE CAST(body AS TEXT) LIKE '%\"status\":200%'",
    "UPDATE d_exchanges SET key = '999999' WHERE id = (SELECT max(id) FROM d_exchanges)",
    "INSERT INTO d_exchanges SELECT max(id) + 1, '999998', version, f_id || 'x', f_message, f_partner, f_at, body FROM d_exchanges",
    "UPDATE d_registry SET body = replace(body, 'a', 'b')",
    "UPDATE d_registry SET key = '77' WHERE id = (SELECT max(id) FROM d_registry)",
    "DELETE FROM d_registry",
    "DELETE FROM d_registry WHERE id = (SELECT max(id) FROM d_registry)",
)


def alter(store, statement):
    base = sqlite3.connect(store)
    changed = base.execute(statement).rowcount
    base.commit()
    base.close()
    assert changed > 0, statement


def evidence(box, folder):
    @step("evidence: what one side says was answered, the other says too; what was lost is told as such")
    def _():
        assert box.call().status == 200
        time.sleep(1)  # the answer's entry follows with the next group
        asked = {each["request_id"]: each for each in journal(box, "utility") if each["side"] == "client" and each["service"] == box.service}
        given = {each["request_id"]: each for each in journal(box, "state") if each["side"] == "provider" and each["service"] == box.service}
        answered = [name for name, each in asked.items() if each["outcome"] == "answered"]
        assert len(answered) > 10, len(answered)
        for name in answered:
            assert given[name]["status"] == asked[name]["status"], (asked[name], given[name])
            assert given[name]["client"] == asked[name]["client"] and given[name]["service"] == asked[name]["service"]
        for name, each in given.items():
            assert name in asked, each
        lost = [each for each in asked.values() if each["outcome"] == "unknown"]
        assert len(lost) <= 1, f"only the call during which the peer was killed: {lost}"

    @step("evidence: a bundle of either side verifies offline; with one byte changed it does not")
    def _():
        answer = box.call(headers={"X-Road-Id": "to-be-proven"})
        assert answer.status == 200
        time.sleep(1)
        keys = box.data("utility") / "registry-keys.json"
        for process in ("utility", "state"):
            bundle = folder / f"{process}.json"
            bundle.write_text(wasl("exchange", "export", "to-be-proven", "--data", box.data(process)))
            facts = json.loads(wasl("verify", bundle, "--registry", keys, "--json"))
            assert facts["verdict"] == "valid" and facts["facts"]["service"] == box.service, facts
            wasl("verify", bundle, expect=2)
            text = bundle.read_text()
            at = text.index(box.client.split("/")[-1])
            bundle.write_text(text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1:])
            wasl("verify", bundle, "--registry", keys, expect=1)

    @step("the auditor finds an exchange by its number or the other side, and takes evidence that verifies; nobody else sees the page")
    def _():
        base = box.env["WASL_UTILITY_PAGES"]
        agents = {each["login"]: each for each in json.loads((box.data("utility") / "demonstration.json").read_text())["agents"]}
        page = f"/fr/desk/{agents['audit']['member']}/exchange"
        stranger = desk_flow.Browser(base)
        assert "/desk/sign-in" in stranger.ask(page).url
        assert stranger.sign_in(agents["agent"]).status == 200 and stranger.ask(page).status == 404
        auditor = desk_flow.Browser(base)
        assert auditor.sign_in(agents["audit"]).status == 200
        found = auditor.ask(page + "?message=to-be-proven")
        assert found.status == 200 and box.service in found.text and "cnie" not in found.text.lower(), found.status
        links = list(dict.fromkeys(found.links(f"/desk/{agents['audit']['member']}/exchange/")))
        assert len(links) == 1, links
        nothing = auditor.ask(page + "?message=never-sent")
        assert nothing.status == 200 and not nothing.links("/exchange/")
        assert len(auditor.ask(page + "?partner=MA/GOV/land-registry/titles").links("/exchange/")) > 3
        for name, typed, in_french, in_arabic in (("partner", "nonsense", "pas l’identifiant d’une partie", "ليس معرفا لطرف"),
                                                  ("partner", "MA/GOV/land-registry", "Ajoutez le code du système", "أضيفوا رمز النظام"),
                                                  ("from", "nonsense", "Cette date n’est pas correcte", "هذا التاريخ غير صحيح"),
                                                  ("until", "2026-13-45", "Cette date n’est pas correcte", "هذا التاريخ غير صحيح")):
            for language, words in (("fr", in_french), ("ar", in_arabic)):
                told = auditor.ask(f"{page.replace('/fr/', f'/{language}/')}?{name}={typed}")
                assert told.status == 422 and words in told.text and not told.links("/exchange/"), (name, typed, told.status)
                asked = re.search(rf'<input[^>]*name="{name}"[^>]*>', told.text)[0]
                assert f'value="{typed}"' in asked and 'type="text"' in asked and "error" in asked, asked
        assert auditor.ask(page + "?from=2020-01-01&until=2099-12-31").links("/exchange/")
        assert 'dir="rtl"' in auditor.ask(page.replace("/fr/", "/ar/")).text
        taken = auditor.ask(links[0])
        bundle = folder / "taken.json"
        bundle.write_bytes(taken.body)
        assert taken.headers["Content-Disposition"].startswith("attachment"), taken.headers
        keys = box.data("utility") / "registry-keys.json"
        assert json.loads(wasl("verify", bundle, "--registry", keys, "--json"))["verdict"] == "valid"
        assert auditor.ask(page + "/no-such-exchange").status == 404

    @step("doctor: the whole way works, in four languages; a stranger's node is named as unknown")
    def _():
        found = json.loads(wasl("doctor", "--data", box.data("utility"), "--json"))
        assert all(each["ok"] for each in found["steps"]), found
        assert {"registry", "certificate", "tls", "clock", "call", "rights"} <= {each["step"] for each in found["steps"]}, found
        texts = {wasl("doctor", "--data", box.data("utility"), "--peer", "MA/GOV/interior/node-state", "--language", each) for each in ("ar", "fr", "en", "zgh")}
        assert len(texts) == 4
        commune = box.children()["commune"]
        os.kill(commune, signal.SIGSTOP)
        try:
            still = json.loads(wasl("doctor", "--data", box.data("utility"), "--peer", "MA/COM/ain-wasl/node-commune", "--json", expect=1))["steps"][-1]
        finally:
            os.kill(commune, signal.SIGCONT)
        assert (still["step"], still["side"], still["reason"]) == ("connection", "there", "no-connection") and still["remedy"], still
        lost = json.loads(wasl("doctor", "--data", box.data("utility"), "--peer", "MA/GOV/nobody/node", "--json", expect=1))
        assert lost["verdict"] == "broken" and lost["steps"][-1]["reason"] == "peer-unlisted", lost

    @step("keys: a new message key signs only once the registry lists it; calls go on")
    def _():
        rows = json.loads(wasl("exchange", "new-key", "--data", box.data("utility"), "--member", "regie-electricite"))
        assert len([key for key in rows["members"][0]["keys"] if key["use"] == "message"]) == 2, rows
        time.sleep(3)  # the registry is read again meanwhile
        assert box.call().status == 200

    @step("backup: exchange journals, timestamps and the registry come along, restored whole")
    def _():
        wasl("backup", folder / "backup", "--data", box.data("utility"))
        wasl("restore", folder / "backup", "--data", folder / "restored")
        shutil.copytree(box.data("utility") / "keys", folder / "restored/keys")
        for name in ("exchange.toml", "registry-keys.json", "exchange/registry.jws", "tls/roots.pem"):
            assert (folder / "restored" / name).exists(), name
        assert not (folder / "restored/tls/node.key").exists(), "a private key has no place in a backup"
        listed = wasl("exchange", "list", "--data", folder / "restored", "--limit", "1000", "--json")
        assert len(json.loads(listed)) > 10
        report = json.loads(wasl("audit", "--data", folder / "restored", "--member", "regie-electricite", "--json"))
        assert all(each["clean"] for each in report) and report[-1]["timestamps"] > 0, report
        pristine = (folder / "restored/exchange/regie-electricite/store.db").read_bytes()
        for change in ALTERED:
            alter(folder / "restored/exchange/regie-electricite/store.db", change)
            said = wasl("audit", "--data", folder / "restored", "--member", "regie-electricite", expect=1)
            assert "exchange." in said, (change, said)
            (folder / "restored/exchange/regie-electricite/store.db").write_bytes(pristine)
        alter(folder / "restored/exchange/regie-electricite/store.db", "UPDATE collections SET name = 'exchangesx' WHERE name = 'exchanges'")
        done = subprocess.run([WASL, "audit", "--data", folder / "restored", "--member", "regie-electricite"], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and "store.damaged" in done.stdout, done
        (folder / "restored/exchange/regie-electricite/store.db").write_bytes(pristine)
        members = [each["member"] for each in json.loads(wasl("audit", "--data", folder / "restored", "--json"))]
        gap = report[-1]["entries"] // 2
        alter(folder / "restored/exchange/regie-electricite/store.db", f"DELETE FROM journal WHERE seq = {gap}")
        holed = json.loads(wasl("audit", "--data", folder / "restored", "--json", expect=1))
        assert [each["member"] for each in holed] == members, "everything else is looked at too"
        found = {each["member"]: [(one["key"], one["where"]) for one in each["findings"]] for each in holed}
        assert found["exchange of regie-electricite"][0] == ("audit.entry-missing", f"entry {gap}"), found
        assert not any(rows for name, rows in found.items() if name != "exchange of regie-electricite"), found
        (folder / "restored/exchange/regie-electricite/store.db").write_bytes(pristine)
        altered = next((folder / "restored/exchange").glob("regie-electricite.stamps/*.tsr"))
        altered.write_bytes(altered.read_bytes()[:-1] + b"x")
        report = json.loads(wasl("audit", "--data", folder / "restored", "--member", "regie-electricite", "--json", expect=1))
        assert report[-1]["findings"][0]["key"] == "audit.timestamp-wrong", report[-1]["findings"]

    @step("doctor: keys of the other side that the registry does not list are told as such, with who mends it")
    def _():
        data, there = folder / "unlisted", "MA/GOV/interior/node-state"
        wasl("restore", folder / "backup", "--data", data)
        for name in ("keys", "tls"):
            shutil.copytree(box.data("utility") / name, data / name, dirs_exist_ok=True)
        (data / "registry-keys.json").write_text(wasl("registry", "new-key", folder / "another.pem"))
        payload = json.loads((data / "exchange/registry.jws").read_text())["payload"]
        rows = json.loads(base64.urlsafe_b64decode(payload + "==="))
        file = data / "exchange.toml"
        text = re.sub(r"(?m)^mirrors = .*$", f'mirrors = ["file:{folder / "unlisted.jws"}"]', file.read_text())
        doors = re.findall(r'(?m)^listen = "127\.0\.0\.1:\d+"$', text)
        assert len(doors) >= 2, text
        with contextlib.ExitStack() as held:  # the sandbox has its own
            for door in doors:
                free = held.enter_context(socket.socket())
                free.bind(("127.0.0.1", 0))
                text = text.replace(door, f'listen = "127.0.0.1:{free.getsockname()[1]}"')
        file.write_text(text)
        others = [each for each in rows["members"] if each["id"].startswith("MA/GOV/")]
        of = {each["id"]: each["keys"] for each in others}
        # None at all; then another of their keys in its place, which they do not sign with.
        for keys, step_name in ((lambda each: [], "their-keys"), (lambda each: [key | {"use": "message"} for key in each if key["use"] == "checkpoint"], "call")):
            for each in others:
                each["keys"] = keys(of[each["id"]])
            (folder / "unlisted.json").write_text(json.dumps({name: value for name, value in rows.items() if name not in ("version", "issued_at")}))
            wasl("registry", "sign", folder / "unlisted.json", "--key", folder / "another.pem", "--out", folder / "unlisted.jws")
            shutil.copy(folder / "unlisted.jws", data / "exchange/registry.jws")
            last = json.loads(wasl("doctor", "--data", data, "--peer", there, "--json", expect=1))["steps"][-1]
            assert (last["step"], last["side"], last["reason"]) == (step_name, "authority", "peer-key-unlisted"), last
            assert "MA/GOV/" in last["detail"] and "wasl registry keys" in last["remedy"], last

    @step("audit: the exchange journals and their timestamps are whole")
    def _():
        report = json.loads(wasl("audit", "--data", box.data("utility"), "--member", "regie-electricite", "--json"))
        exchanged = [each for each in report if each["member"] == "exchange of regie-electricite"]
        assert exchanged and exchanged[0]["clean"] and exchanged[0]["entries"] > 10 and exchanged[0]["timestamps"] > 0, report


# --- the registry by hand, the file -----------------------------------------------------------------------------------------

def by_hand(folder):
    @step("registry: signed by hand, its version grows with its rows, an altered one is refused")
    def _():
        keys, out, rows = folder / "keys.json", folder / "registry.jws", folder / "rows.toml"
        keys.write_text(wasl("registry", "new-key", folder / "authority.pem"))
        rows.write_text('instance = "MA"\n[[members]]\nid = "MA/GOV/a"\nkeys = []\nnames = { fr = "A" }\nsubsystems = []\n')
        for version in (1, 1, 2):
            if version == 2:
                rows.write_text(rows.read_text().replace('fr = "A"', 'fr = "B"'))
            wasl("registry", "sign", rows, "--key", folder / "authority.pem", "--out", out)
            assert f"version {version}" in wasl("registry", "verify", out, "--keys", keys, "--instance", "MA")
        assert json.loads(wasl("registry", "show", out, "--keys", keys, "--json"))["members"][0]["names"] == {"fr": "B"}
        wasl("registry", "verify", out, "--keys", keys, "--instance", "XX", expect=1)
        text = out.read_text()
        out.write_text(text.replace('"signature":"', '"signature":"A'))
        wasl("registry", "verify", out, "--keys", keys, expect=1)
        wasl("registry", "sign", rows, "--key", folder / "authority.pem", "--out", out, expect=1)
        rows.write_text(rows.read_text() + "unknown = 1\n")
        out.unlink()
        wasl("registry", "sign", rows, "--key", folder / "authority.pem", "--out", out, expect=1)

    @step("exchange.toml: a word that nobody reads is an error with its line")
    def _():
        good = ('instance = "MA"\nnode = "MA/GOV/a/node"\n[registry]\nkeys = "k"\nmirrors = []\n[edge]\nlisten = "127.0.0.1:0"\n'
                '[peer]\nlisten = "127.0.0.1:0"\ntls = ["c", "k"]\n[[subsystem]]\nid = "MA/GOV/a/s"\nmember = "a"\nclients = "plain"\n'
                '[[service]]\nid = "MA/GOV/a/s/x"\nurl = "http://127.0.0.1:1/"\n'
                '[[right]]\nid = "1"\nsubject = "MA/GOV/b/t"\nservice = "MA/GOV/a/s/x"\nmethod = "GET"\npath = "/v1/*"\npurpose = "p"\nlegal_basis = "l"\n'
                'valid_from = 2026-01-01\nvalid_until = 2026-12-31\n')
        file = folder / "exchange.toml"
        file.write_text(good)
        wasl("check", file)
        for was, now, line in (('instance = "MA"', 'instance = "XX"', 2), ('"127.0.0.1:0"', '"0.0.0.0:0"', 7), ('clients = "plain"', 'clients = "tls"', 14),
                               ('mirrors = []', 'mirrors = ["ftp://x"]', 5), ('purpose = "p"\n', '', 18), ('2026-12-31', '2025-12-31', 27),
                               ('path = "/v1/*"', 'path = ""', 23), ('MA/GOV/a/s/x"\nmethod', 'MA/GOV/a/s/y"\nmethod', 21), ('url = ', 'uri = ', 17),
                               ('id = "1"', 'id = 1', 19)):
            assert was in good, was
            file.write_text(good.replace(was, now, 1))
            told = wasl("check", file, expect=1)
            assert f"exchange.toml:{line}:" in told, (was, told)


def ends(folder):
    @step("Ctrl-C: no process and no file stays behind; what was in the folder before stays")
    def _():
        place = folder / "mine"
        place.mkdir()
        (place / "notes.txt").write_text("mine")
        with Sandbox(place) as box:
            children = list(box.children().values())
            assert all(map(alive, children)) and len(children) == 3
            again = subprocess.run([WASL, "sandbox", "--dir", str(place)], capture_output=True, text=True, timeout=60)
            assert again.returncode == 1 and "in-use" in again.stderr, again.stderr
            assert box.stop() == 0
            assert not any(map(alive, children))
        assert [each.name for each in place.iterdir()] == ["notes.txt"]

    @step("a folder that was not there is gone again, a file is said to be no folder, Ctrl-C while it prepares is heard soon")
    def _():
        refused = subprocess.run([WASL, "sandbox", "--dir", str(folder / "mine" / "notes.txt")], capture_output=True, text=True, timeout=60)
        assert refused.returncode == 1 and "no-folder" in refused.stderr, refused.stderr
        place = folder / "new"
        process = subprocess.Popen([WASL, "sandbox", "--dir", str(place)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for("its folder", lambda: (place / "sandbox").exists(), 30)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert not place.exists()

    @step("a sandbox that is killed takes its processes with it, and the next one clears its files")
    def _():
        place = folder / "killed"
        with Sandbox(place) as box:
            children = list(box.children().values())
            box.stop(signal.SIGKILL)
            wait_for("the end of the processes", lambda: not any(map(alive, children)), 30)
            assert (place / "env").exists(), "files stay when it is killed: the next one clears them"
        with Sandbox(place) as box:
            assert box.call().status == 200
            box.stop(signal.SIGTERM)
        assert list(place.iterdir()) == []


def main():
    with Folder() as folder:
        by_hand(folder)
        with Sandbox(folder / "country") as box:
            calls(box)
            outages(box)
            evidence(box, folder)
        ends(folder)
    finish()


if __name__ == "__main__":
    main()
