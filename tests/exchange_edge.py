#!/usr/bin/env python3
"""The edge of a node as its callers meet it: bodies that end too soon or come slowly, another version of the protocol, rights
that are narrower than what a service declares, configuration taken up while it runs, and clients by TLS and certificate.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import hashlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import ssl
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import Folder, finish, step, wasl  # noqa: E402
from exchange import Answer, Sandbox, ask, refused, wait_for  # noqa: E402

WEBSITE, KIOSK, SUBSCRIPTIONS = (f"MA/UTL/ain-wasl-electricity/{name}" for name in ("website", "kiosk", "subscriptions"))
RIGHT = """
[[right]]
id = "right-of-website"
subject = "MA/UTL/ain-wasl-electricity/website"
service = "MA/GOV/land-registry/titles/evidence"
method = "GET"
path = "/v1/holds/land-title/cnie:ZZ100037"
purpose = "Essai"
legal_basis = "aucune : essai"
valid_from = 2026-01-01
valid_until = 2099-12-31
"""


SILENT = """
[[service]]
id = "MA/GOV/land-registry/titles/silent"
url = "http://127.0.0.1:{port}/"
timeout_seconds = 2
""" + RIGHT.replace("right-of-website", "right-to-silence").replace("/evidence", "/silent").replace("GET", "POST").replace("/v1/holds/land-title/cnie:ZZ100037", "/**")


def raw(box, head, body=b""):
    address = urllib.parse.urlsplit(box.edge)
    own = socket.create_connection((address.hostname, address.port), timeout=60)
    own.sendall(head.encode() + body)
    return own


def read_answer(own):
    with own:
        reply = http.client.HTTPResponse(own)
        reply.begin()
        return Answer(reply)


def head_of(box, length, path=None):
    return (f"POST /r1/{box.service}{path or box.service_path} HTTP/1.1\r\nHost: edge\r\nX-Road-Client: {box.client}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {length}\r\n\r\n")


def asked_count(box, process="utility"):
    return len(json.loads(wasl("exchange", "list", "--data", box.data(process), "--limit", "5000", "--json")))


def bodies(box):
    @step("a body that ends too soon is refused in the documented words and journaled; nothing is sent on")
    def _():
        before, there = asked_count(box), asked_count(box, "state")
        for part in (b"", b"{", b"x" * 50):
            own = raw(box, head_of(box, 100), part)
            own.shutdown(socket.SHUT_WR)
            reply = http.client.HTTPResponse(own)
            reply.begin()
            refused(Answer(reply), "Client.BadRequest", 400)
            own.close()
        wait_for("the refusals", lambda: asked_count(box) == before + 3, 20)
        newest = json.loads(wasl("exchange", "list", "--data", box.data("utility"), "--limit", "3", "--json"))
        assert all(each["outcome"] == "refused" and each["fault"] == "Client.BadRequest" and each["client"] == box.client for each in newest), newest
        assert asked_count(box, "state") == there
        assert box.call().status == 200

    @step("CONNECT is no method of the protocol, and an empty X-Road-Id gets a new one")
    def _():
        refused(box.call(method="CONNECT"), "Client.BadRequest", 400)
        answer = box.call(headers={"X-Road-Id": ""})
        assert answer.status == 200 and answer.headers["x-road-id"].startswith("MA-"), answer.headers

    @step("a slow sender is waited for, and its request is what it was when it is whole")
    def _():
        own = raw(box, head_of(box, 20))
        for _ in range(20):
            own.sendall(b"x")
            time.sleep(0.1)
        reply = http.client.HTTPResponse(own)
        reply.begin()
        refused(Answer(reply), "Server.ServerProxy.AccessDenied", 500)  # POST is not allowed: it arrived and was decided
        own.close()

    @step("senders that stand still hold up nobody")
    def _():
        still = [raw(box, head_of(box, 1_000_000), b"x" * 100) for _ in range(60)]
        began = time.time()
        for _ in range(10):
            assert box.call().status == 200
        assert time.time() - began < 20
        for each in still:
            each.close()

    @step("another version of the protocol is refused in the protocol's words")
    def _():
        for version in ("r2", "r0", "r9"):
            answer = ask(box.edge, f"/{version}/{box.service}{box.service_path}", headers={"X-Road-Client": box.client, "Accept": "application/json"})
            refused(answer, "Client.BadRequest", 400)
            assert answer.json()["type"] == "Client.BadRequest", answer.body


    @step("what is no call at all is refused in the protocol's words as well, and journaled: another address, another method")
    def _():
        time.sleep(2)  # those that stood still have just used up the rate at which one sender's refusals are journaled
        before = asked_count(box)
        for target in ("/v1/evidence/land-title/cnie:ZZ100000", "/exchange/v1/rights", "/"):
            answer = ask(box.edge, target, headers={"X-Road-Client": box.client, "Accept": "application/json"})
            refused(answer, "Client.BadRequest", 400)
            assert list(answer.json()) == ["type", "message", "detail"] and answer.json()["type"] == "Client.BadRequest", answer.body
        answer = ask(box.edge, "/v1/evidence", headers={"X-Road-Client": box.client, "Accept": "text/xml"})
        refused(answer, "Client.BadRequest", 400)
        assert b"<type>Client.BadRequest</type>" in answer.body, answer.body
        refused(ask(box.edge, "/listClients", "POST", body=b""), "Client.BadRequest", 400)
        wait_for("the refusals", lambda: asked_count(box) == before + 5, 20)

    @step("a head that is too large or malformed is refused in the protocol's words, and journaled; a large one passes both nodes")
    def _():
        before = asked_count(box)
        call = f"GET /r1/{box.service}{box.service_path} HTTP/1.1\r\nHost: edge\r\nX-Road-Client: {box.client}\r\n"
        for head, words in ((call + f"X-Long: {'x' * 20_000}\r\n\r\n", "The head is too large"), (call + "no field\r\n\r\n", "The head is malformed"),
                            (call.replace("Host: edge\r\n", "") + "\r\n", "The head is malformed"), (call.replace("HTTP/1.1", "HTTP/9.9") + "\r\n", "The head is malformed")):
            answer = read_answer(raw(box, head))
            refused(answer, "Client.BadRequest", 400)
            assert list(answer.json()) == ["type", "message", "detail"] and answer.json()["message"].startswith(words), answer.body
            own = raw(box, head.replace("X-Road-Client", "Accept: text/xml\r\nX-Road-Client"))
            answer = read_answer(own)
            refused(answer, "Client.BadRequest", 400)
            assert f"<message>{words}" in answer.body.decode(), answer.body
        wait_for("the refusals", lambda: asked_count(box) == before + 8, 20)
        answer = box.call(headers={"X-Long": "x" * 15_000})
        assert answer.status == 200, (answer.status, answer.fault, answer.body[:300])


def between_nodes(box):
    @step("a head that is malformed or too large is refused to a node as well in the protocol's words, and journaled")
    def _():
        tls, port = box.data("utility") / "tls", re.search(r'\[peer\]\s+listen = "[^"]*:(\d+)"', (box.data("state") / "exchange.toml").read_text())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.load_cert_chain(tls / "node.pem", tls / "node.key")
        before = asked_count(box, "state")
        call = f"GET /r1/{box.service}{box.service_path} HTTP/1.1\r\nHost: node\r\nX-Road-Client: {box.client}\r\n"
        for head, words in ((call + f"X-Long: {'x' * 40_000}\r\n\r\n", "The head is too large"), (call + "no field\r\n\r\n", "The head is malformed")):
            own = context.wrap_socket(socket.create_connection(("127.0.0.1", int(port[1])), timeout=60))
            own.sendall(head.encode())
            answer = read_answer(own)
            refused(answer, "Server.ServerProxy.BadRequest", 500)
            assert list(answer.json()) == ["type", "message", "detail"] and answer.json()["message"].startswith(words), answer.body
        wait_for("the refusals", lambda: asked_count(box, "state") == before + 2, 20)

    @step("a service that hangs up may have done what was asked: unknown at both nodes, with its fault; one that is not there has not")
    def _():
        file, listening = box.data("state") / "exchange.toml", socket.create_server(("127.0.0.1", 0))
        good = file.read_text()
        file.write_text(good + SILENT.format(port=listening.getsockname()[1]))
        target, taken = f"/r1/{box.service.rsplit('/', 1)[0]}/silent/pay", []

        def hang_up():
            while listening.fileno() >= 0:
                try:
                    with listening.accept()[0] as own:
                        taken.append(own.recv(65_536))
                except OSError:
                    return

        def pay(name):
            return ask(box.edge, target, "POST", {"Accept": "application/json", "X-Road-Client": WEBSITE, "X-Road-Id": name}, b"pay")

        def listed(process, *more):
            return json.loads(wasl("exchange", "list", "--data", box.data(process), "--limit", "5000", "--json", *more))

        def outcomes(name):
            return [[each["outcome"] for each in listed(process) if each["message_id"] == name] for process in ("utility", "state")]
        threading.Thread(target=hang_up, daemon=True).start()
        wait_for("the service", lambda: pay("first").fault == "Server.ServerProxy.NetworkError", 30)
        answer = pay("cut-off")
        refused(answer, "Server.ServerProxy.NetworkError", 500)
        assert "may have been done" in answer.json()["message"] and b"pay" in b"".join(taken), answer.body
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        answer = pay("not-there")
        refused(answer, "Server.ServerProxy.NetworkError", 500)
        assert "can not be reached" in answer.json()["message"], answer.body
        wait_for("the unknown", lambda: outcomes("cut-off") == [["unknown"], ["unknown"]], 20)
        wait_for("the refused", lambda: outcomes("not-there") == [["refused"], ["refused"]], 20)
        for process in ("utility", "state"):
            unknown = [each for each in listed(process, "--unknown") if each["message_id"] == "cut-off"]
            assert [each["fault"] for each in unknown] == ["Server.ServerProxy.NetworkError"], unknown
        file.write_text(good)


def configuration(box):
    file = box.data("state") / "exchange.toml"
    good = file.read_text()
    path = "/v1/holds/land-title/cnie:ZZ100037"

    @step("a right written into exchange.toml counts within seconds, without a new start, and is shown as narrow as it is")
    def _():
        process = box.children()["state"]
        refused(box.call(path, WEBSITE), "Server.ServerProxy.AccessDenied", 500)
        file.write_text(good + RIGHT)
        wait_for("the right", lambda: box.call(path, WEBSITE).status == 200, 30)
        assert box.children()["state"] == process
        provider = box.service.rsplit("/", 1)[0]
        allowed = ask(box.edge, f"/r1/{provider}/allowedMethods", headers={"Accept": "application/json", "X-Road-Client": WEBSITE}).json()["service"]
        assert [each["endpoint_list"] for each in allowed] == [[{"method": "GET", "path": path}]], allowed

    @step("a file that can not be read changes nothing; the right ends when it is taken out")
    def _():
        file.write_text(good + RIGHT + "\nunknown = 1\n")
        time.sleep(3)
        assert box.call(path, WEBSITE).status == 200
        file.write_text(good)
        wait_for("the end of the right", lambda: box.call(path, WEBSITE).status == 500, 30)
        assert box.call().status == 200


def clients(box):
    tls = box.data("utility") / "tls"
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert((tls / "node.pem").read_text())).hexdigest()
    edge = urllib.parse.urlsplit(box.edge)

    def call(client, certificate):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if certificate:
            context.load_cert_chain(tls / "node.pem", tls / "node.key")
        own = http.client.HTTPSConnection(edge.hostname, edge.port, timeout=60, context=context)
        try:
            own.request("GET", f"/r1/{box.service}{box.service_path}", headers={"X-Road-Client": client, "Accept": "application/json"})
            return Answer(own.getresponse())
        finally:
            own.close()

    @step("an edge with TLS: by TLS alone, by certificate, by another's certificate, and never without TLS")
    def _():
        file = box.data("utility") / "exchange.toml"
        text = file.read_text().replace("[edge]\n", '[edge]\ntls = ["tls/node.pem", "tls/node.key"]\n')
        for client, words in ((KIOSK, 'clients = "tls"'), (WEBSITE, f'clients = "certificate"\ncertificates = ["{digest}"]'),
                              (SUBSCRIPTIONS, f'clients = "certificate"\ncertificates = ["{"0" * 64}"]')):
            at = text.index(f'id = "{client}"\n')
            text = text[:at] + text[at:].replace('clients = "plain"', words, 1)
        file.write_text(text)
        old = box.children()["utility"]
        os.kill(old, signal.SIGKILL)
        wait_for("the process", lambda: box.children()["utility"] != old, 120)

        def up():
            try:
                return call(KIOSK, False).status == 200
            except OSError:
                return False
        wait_for("the edge", up, 120)
        assert call(KIOSK, True).status == 200
        refused(call(WEBSITE, False), "Server.ClientProxy.SslAuthenticationFailed", 500)
        refused(call(WEBSITE, True), "Server.ServerProxy.AccessDenied", 500)  # known, and without a right
        refused(call(SUBSCRIPTIONS, True), "Server.ClientProxy.SslAuthenticationFailed", 500)
        try:
            plain = box.call()
            assert plain.status != 200, plain.status
        except (OSError, http.client.HTTPException):
            pass


if __name__ == "__main__":
    with Folder() as folder, Sandbox(folder / "country") as box:
        bodies(box)
        between_nodes(box)
        configuration(box)
        clients(box)
    finish()
