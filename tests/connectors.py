#!/usr/bin/env python3
"""A registry without a node: a host that takes part in an exchange, set up by hand with the commands an operator has, and
behind one of its services a plain REST registry that asks for client credentials.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import base64
import http.server
import json
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import Folder, Server, finish, step, wasl  # noqa: E402

SERVICE = "MA/GOV/justice/companies/evidence"
CLIENT, STRANGER = "MA/GOV/justice/portal", "MA/GOV/justice/companies"
CONNECTOR = """
base = "{address}/api"
name = "Registre du commerce"

[oauth2]
token = "{address}/token"
client = "wasl"
secret = "secret"
scope = "read"

[tries]
seconds = 5
times = 2
failures = 3
rest_seconds = 1

[[evidence]]
type = "trade-register"
subject = "ice"
path = "/companies/{{subject}}"
holds = 'answer.state = "open"'

[evidence.facts]
name = "answer.names[lang = \\"fr\\"].text[1]"
capital = "number(answer.capital)"
since = "date(answer.since)"
"""


class Registry(http.server.ThreadingHTTPServer):
    """Three companies; a token for who knows the secret; fails when told to."""
    companies = {"001": {"state": "open", "names": [{"lang": "ar", "text": "شركة"}, {"lang": "fr", "text": "Société A"}],
                         "capital": "100000.50", "since": "2019-02-03"},
                 "002": {"state": "closed", "names": [], "capital": "1", "since": "2001-01-01"},
                 "003": {"state": 7}, "004": {"x": 1}, "005": {"state": None}, "006": []}

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_address[1]}"
        self.down, self.asked = False, []
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        known = "Basic " + base64.b64encode(b"wasl:quiet").decode()
        if self.path != "/token" or self.headers["Authorization"] != known or form != "grant_type=client_credentials&scope=read":
            return self.reply(401, {"error": "invalid_client"})
        self.reply(200, {"access_token": "abc", "token_type": "Bearer", "expires_in": 600})

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.server.down:
            return self.reply(503, {})
        if self.headers["Authorization"] != "Bearer abc":
            return self.reply(401, {})
        company = self.server.companies.get(self.path.removeprefix("/api/companies/"))
        self.reply(404, {}) if company is None else self.reply(200, company)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def set_up(data, registry, edge):
    """exchange.toml, a node certificate, the registry's key, rows and snapshot."""
    peer = free_port()
    (data / "tls").mkdir(parents=True)
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
                    "/CN=node", "-keyout", data / "tls/node.key", "-out", data / "tls/node.pem"], check=True, capture_output=True)
    (data / "tls/node.key").chmod(0o600)
    (data / "registry-keys.json").write_text(wasl("registry", "new-key", data.parent / "authority.pem"))
    (data / "connector").mkdir()
    (data / "connector/secret").touch(0o600)
    (data / "connector/secret").write_text("quiet\n")
    (data / "connector/connector.toml").write_text(CONNECTOR.format(address=registry.address))
    (data / "exchange.toml").write_text(f"""
instance = "MA"
node = "MA/GOV/justice/node-1"

[registry]
keys = "registry-keys.json"
mirrors = ["file:{data.parent / 'registry.jws'}"]
refresh_seconds = 2

[edge]
listen = "127.0.0.1:{edge}"

[peer]
listen = "127.0.0.1:{peer}"
tls = ["tls/node.pem", "tls/node.key"]

[[subsystem]]
id = "{CLIENT}"
member = "commune-ain-wasl"
clients = "plain"

[[subsystem]]
id = "{STRANGER}"
member = "commune-ain-wasl"
clients = "plain"

[[service]]
id = "{SERVICE}"
connector = "connector/connector.toml"

[[right]]
id = "r1"
subject = "{CLIENT}"
service = "{SERVICE}"
method = "GET"
path = "/v1/**"
purpose = "file of a company"
legal_basis = "law 55-19 art. 25"
valid_from = 2026-01-01
valid_until = 2036-01-01
""")
    own = json.loads(wasl("registry", "keys", "--data", data))
    rows = {"instance": "MA",
            "members": [own["members"][0] | {"names": {"fr": "Justice"}, "subsystems": [{"code": "companies", "names": {}}, {"code": "portal", "names": {}}]}],
            "nodes": [own["nodes"][0] | {"host": "127.0.0.1", "port": peer}],
            "services": [{"id": SERVICE, "type": "openapi", "names": {}, "evidence_types": ["trade-register"]}]}
    (data.parent / "rows.json").write_text(json.dumps(rows))
    wasl("registry", "sign", data.parent / "rows.json", "--key", data.parent / "authority.pem", "--out", data.parent / "registry.jws")


def wait_for_registry(edge):
    """A node that starts without a snapshot fetches one first, and says until then that it has none."""
    for _ in range(100):
        if "OutdatedGlobalConf" not in ask(edge, "/v1/holds/trade-register/ice:001")[1].get("X-Road-Error", ""):
            return
        time.sleep(0.2)


def ask(edge, path, client=CLIENT):
    request = urllib.request.Request(f"http://127.0.0.1:{edge}/r1/{SERVICE}{path}", headers={"X-Road-Client": client, "Accept": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.headers, json.loads(reply.read())
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, json.loads(refused.read())


@step("check: a connector that could not work is refused with file and line")
def _():
    with Folder() as folder:
        file = folder / "connector.toml"
        (folder / "secret").touch(0o600)
        (folder / "secret").write_text("quiet\n")
        good = CONNECTOR.format(address="https://registre.example.ma")
        file.write_text(good)
        wasl("check", file)
        for old, new, why in (('holds = \'answer.state = "open"\'', "holds = 'answer.state = '", "holds"),
                              ("number(answer.capital)", "number(reply.capital)", '"reply" is not known'),
                              ("/companies/{subject}", "/companies", "{subject}"),
                              ("https://registre", "http://registre", "not protected"),
                              ('secret = "secret"\n', "", "secret is missing"),
                              ("times = 2", "times = 200", "from 1 to 5"),
                              ("failures = 3", "retries = 3", '"retries" is not known')):
            assert old in good, old
            file.write_text(good.replace(old, new))
            out = wasl("check", file, expect=1)
            assert re.search(r"connector\.toml:\d+: ", out) and why in out, (why, out)


@step("check: the files that a connector names are looked at too")
def _():
    with Folder() as folder:
        file, secret = folder / "connector.toml", folder / "secret"
        file.write_text(CONNECTOR.format(address="https://registre.example.ma"))
        out = wasl("check", file, expect=1)
        assert "connector.secret" in out and str(secret) in out, out
        secret.write_text("quiet\n")
        secret.chmod(0o644)
        out = wasl("check", file, expect=1)
        assert "connector.secret" in out and str(secret) in out, out
        secret.chmod(0o600)
        wasl("check", file)


with Folder() as folder:
    data = folder / "data"
    registry, edge = Registry(), free_port()
    with Server(data, "--demo"):
        pass
    set_up(data, registry, edge)
    wasl("check", data / "exchange.toml")
    wasl("check", data / "connector/connector.toml")
    with Server(data, "--demo"):
        wait_for_registry(edge)

        @step("evidence: the registry's JSON becomes the facts of an evidence type, signed and hashed like any answer")
        def _():
            status, headers, body = ask(edge, "/v1/evidence/trade-register/ice:001")
            assert status == 200 and headers["x-road-request-hash"], (status, body)
            assert body["holds"] is True and body["facts"] == {"name": "Société A", "capital": 100000.50, "since": "2019-02-03"}, body
            assert body["source"]["member"] == "Registre du commerce", body

        @step("a yes or no discloses nothing else; a closed company and an unknown one are a no")
        def _():
            status, _, body = ask(edge, "/v1/holds/trade-register/ice:001")
            assert status == 200 and body["holds"] is True and "facts" not in body, body
            for number in ("002", "999"):
                status, _, body = ask(edge, f"/v1/evidence/trade-register/ice:{number}")
                assert status == 200 and body["holds"] is False and "facts" not in body, body
            status, _, body = ask(edge, "/v1/holds/trade-register/ice:001?name=Another")
            assert status == 200 and body["holds"] is False, body

        @step("what it cannot answer is refused with a code, and an answer that fits no rule is never guessed at")
        def _():
            for path, status, code in (("/v1/evidence/trade-register/cnie:A1", 404, "connector.unknown-evidence"),
                                       ("/v1/evidence/land-title/ice:001", 404, "connector.unknown-evidence"),
                                       ("/v1/evidence/trade-register/ice:001?at=2020-01-01", 400, "connector.today-only"),
                                       *((f"/v1/{what}/trade-register/ice:{number}", 503, "connector.mapping")
                                         for what in ("evidence", "holds") for number in ("003", "004", "005", "006"))):
                got, _, body = ask(edge, path)
                assert (got, body.get("code")) == (status, code), (path, got, body)

        @step("who holds no right is refused before the registry is asked")
        def _():
            before = len(registry.asked)
            status, headers, body = ask(edge, "/v1/holds/trade-register/ice:001", STRANGER)
            assert status == 500 and headers["X-Road-Error"] == "Server.ServerProxy.AccessDenied", (status, headers["X-Road-Error"], body)
            assert len(registry.asked) == before

        @step("a registry that is down is left in peace after some failures, and asked again later")
        def _():
            registry.down = True
            for _ in range(3):
                status, _, body = ask(edge, "/v1/holds/trade-register/ice:001")
                assert (status, body.get("code")) == (503, "exchange.upstream-status"), body
            before = len(registry.asked)
            assert ask(edge, "/v1/holds/trade-register/ice:001")[2]["code"] == "exchange.upstream-resting"
            assert len(registry.asked) == before
            registry.down = False
            time.sleep(1.2)
            assert ask(edge, "/v1/holds/trade-register/ice:001")[2]["holds"] is True

    @step("a connector that can not work is off: the node starts, whoever asks gets 503 with the key, doctor says which; mended, it answers")
    def _():
        secret = data / "connector/secret"
        secret.chmod(0o644)
        out = wasl("check", data / "exchange.toml", expect=1)
        assert "connector.secret" in out and str(secret) in out, out
        with Server(data, "--demo"):
            wait_for_registry(edge)
            status, _, body = ask(edge, "/v1/holds/trade-register/ice:001")
            assert (status, body.get("code")) == (503, "connector.secret") and str(secret) not in json.dumps(body), body
            found = json.loads(wasl("doctor", "--data", data, "--json", expect=1))
            off = next(each for each in found["steps"] if each["reason"] == "connector-off")
            assert SERVICE in off["detail"] and str(secret) in off["detail"] and off["side"] == "here" and off["remedy"], off
            secret.chmod(0o600)
            (data / "exchange.toml").touch()
            for _ in range(100):
                status, _, body = ask(edge, "/v1/holds/trade-register/ice:001")
                if status == 200:
                    break
                time.sleep(0.1)
            assert status == 200 and body["holds"] is True, (status, body)
            assert all(each["reason"] != "connector-off" for each in json.loads(wasl("doctor", "--data", data, "--json"))["steps"])

    @step("each answer stands in the journal of the member, and its evidence verifies offline")
    def _():
        found = json.loads(wasl("exchange", "list", "--data", data, "--json"))
        rows = found if isinstance(found, list) else found["exchanges"]
        assert len(rows) >= 10, len(rows)
        bundle = folder / "evidence.json"
        bundle.write_text(wasl("exchange", "export", rows[0]["request_id"], "--data", data))
        facts = json.loads(wasl("verify", bundle, "--registry", data / "registry-keys.json", "--json"))
        assert facts["verdict"] == "valid", facts

    @step("a new authority of the registry counts from one again: evidence of both times verifies by its own, and the audit is whole")
    def _():
        def newest():
            return json.loads(wasl("exchange", "list", "--data", data, "--json"))[0]["request_id"]

        def verdict(request, keys):
            bundle = folder / "evidence.json"
            bundle.write_text(wasl("exchange", "export", request, "--data", data))
            return json.loads(wasl("verify", bundle, "--registry", keys, "--json", expect=None))["verdict"]
        first, keys, old, new = newest(), data / "registry-keys.json", folder / "old.json", folder / "new.json"
        old.write_text(keys.read_text())
        new.write_text(wasl("registry", "new-key", folder / "authority-2.pem"))
        keys.write_text(json.dumps({"keys": json.loads(old.read_text())["keys"] + json.loads(new.read_text())["keys"]}))
        rows, text = json.loads((folder / "rows.json").read_text()), folder / "registry.jws"
        rows["members"][0]["names"]["fr"] = "Justice et libertés"
        (folder / "rows.json").write_text(json.dumps(rows))
        for file in (text, data / "exchange/registry.jws"):
            file.unlink()
        wasl("registry", "sign", folder / "rows.json", "--key", folder / "authority-2.pem", "--out", text)
        with Server(data, "--demo"):
            wait_for_registry(edge)
            assert ask(edge, "/v1/holds/trade-register/ice:001")[0] == 200
        later = newest()
        assert later != first
        assert [verdict(first, each) for each in (old, new, keys)] == ["valid", "cannot-tell", "valid"]
        assert [verdict(later, each) for each in (old, new, keys)] == ["cannot-tell", "valid", "valid"]
        wasl("audit", "--data", data)

finish()
