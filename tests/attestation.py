#!/usr/bin/env python3
"""A commune that did not answer, and the province that attests it (law 55-19 art. 19, decree 2-22-141): the person asks the
province, which asks the commune over the exchange and signs; nobody carries a paper. Through the sandbox.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import base64
import hashlib
import json
import os
import pathlib
import re
import signal
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import desk_flow  # noqa: E402
from _lib import Folder, finish, step, wasl  # noqa: E402
from _person import Browser, dossier_of, reference_of, sign_in  # noqa: E402
from exchange import Sandbox, ask, wait_for  # noqa: E402

RIGHT = """
[[right]]
id = "right-of-the-record"
subject = "MA/GOV/province-ain-wasl/supervision"
service = "MA/COM/ain-wasl/desk/evidence"
method = "GET"
path = "/v1/document/approval-by-silence/*"
purpose = "Attestation de silence"
legal_basis = "loi 55-19, article 19 ; décret 2-22-141"
valid_from = 2026-01-01
valid_until = 2099-12-31
"""
PHONE = "+212600010000"
PROVINCE, PROCEDURE = "province-ain-wasl", "silence-attestation"


def request(browser, reference, first=False):
    page = browser.ask(f"/fr/apply/{PROVINCE}/{PROCEDURE}")
    if first:
        page = sign_in(browser, "fr", PHONE, page)
    page = browser.send(page.form("/apply/"))
    return browser.send(page.form("/request"), commune="Aïn El Wasl", reference=reference)


def main(box, kept):
    province, commune = box.env["WASL_STATE_PAGES"], box.env["WASL_COMMUNE_PAGES"]
    agents = {each["login"]: each for each in json.loads((box.data("state") / "demonstration.json").read_text())["agents"] if each["member"] == PROVINCE}

    @step("at the commune the delay has passed without an answer: by law its silence is approval, and the person reads it")
    def _():
        browser = kept["commune"] = Browser(commune)
        sign_in(browser, "fr", PHONE)

        def silent():
            for link in dict.fromkeys(re.findall(r"/request/([a-z0-9-]+/[a-z0-9-]+/[a-z0-9-]+/\d+)", browser.ask("/fr/me/requests").text)):
                if dossier_of(browser, link)["phase"] == "approved_by_silence":
                    return link
            return None
        kept["silent"] = wait_for("the approval by silence", silent, 60)

    @step("the province asks the commune for nothing but the request that the person names")
    def _():
        browser = kept["browser"] = Browser(province)
        page = request(browser, "commune-ain-wasl/x/2026/999999", first=True)
        page = browser.send(page.form("/fetched"), ask="1")
        assert "prouvé" not in page.words() and "inconnu" in page.words(), page.words()[:1500]

    @step("of the right request the commune says which act arose and when, seen before filing; no paper is asked")
    def _():
        browser = kept["browser"]
        page = request(browser, kept["silent"])
        assert "/fetched" in page.url and "Commune d’Aïn El Wasl" in page.words(), page.url + page.words()[:1000]
        page = browser.send(page.form("/fetched"), ask="1")
        words = page.words()
        assert "prouvé" in words and "Permis de construire" in words and kept["silent"] in page.text, words[:1500]
        page = browser.send(page.form("/fetched"))
        assert "/check" in page.url, page.url + page.words()[:800]
        page = browser.send(page.form("/file"))
        kept["reference"] = reference_of(page)
        held = dossier_of(browser, kept["reference"])
        assert held["missing"] == [] and held["phase"] == "examination", held
        said = held["evidence"][0]
        assert said["status"] == "held" and said["holder"] == "MA/COM/ain-wasl" and said["exchange"] and said["source"] == kept["silent"], said
        kept["exchange"] = said["exchange"]

    @step("the exchange is evidence: both sides' entries verify offline")
    def _():
        keys = box.data("state") / "registry-keys.json"
        for process in ("state", "commune"):
            bundle = box.folder / f"{process}.json"
            bundle.write_text(wait_for("the entry", lambda: wasl("exchange", "export", kept["exchange"], "--data", box.data(process), expect=None), 20))
            found = json.loads(wasl("verify", bundle, "--registry", keys, "--json"))
            assert found["verdict"] == "valid" and found["facts"]["client"].startswith("MA/GOV/province-ain-wasl/"), found

    @step("a caseworker proposes, the signatory of the province signs, and the person has the attestation")
    def _():
        clerk, governor = desk_flow.Browser(province), desk_flow.Browser(province)
        clerk.sign_in(agents["agent"])
        governor.sign_in(agents["signataire"])
        queue = clerk.ask(f"/fr/desk/{PROVINCE}/queue?rows=100")
        link = next(each for each in dict.fromkeys(queue.links(f"/desk/{PROVINCE}/dossier/")) if kept["reference"] in clerk.ask(each).text)
        page = clerk.ask(link)
        assert "MA/COM/ain-wasl" in page.text or "Commune d’Aïn El Wasl" in page.text, "what the commune said stands in the file"
        done = clerk.send(page.form(do="grant"), reasons="La commune n’a pas répondu dans le délai légal.")
        assert "done=grant" in done.url, (done.status, done.url, done.text[:300])
        form = governor.ask(f"/fr/desk/{PROVINCE}/signature").form("/bulk/run")
        done = governor.send(form, id=[value for name, value in form["boxes"] if name == "id"])
        assert done.status == 200 and "wasl-tag--green" in done.text, done.text[:300]
        done = clerk.send(clerk.ask(link).form(do="notify"), channel="account", proof="lu dans l’espace personnel")
        assert "done=notify" in done.url, (done.status, done.url)
        browser = kept["browser"]
        page = browser.ask(f"/fr/request/{kept['reference']}")
        papers = [each for each in re.findall(r'href="([^"]*)"', page.text) if "/document/" in each]
        assert papers, page.words()[:1200]
        paper = browser.ask(papers[0])
        assert paper.body.startswith(b"%PDF"), paper.status
        (box.folder / "attestation.pdf").write_bytes(paper.body)

    @step("the attestation verifies by anyone, and an altered one does not")
    def _():
        trust, file = box.folder / "trust.json", box.folder / "attestation.pdf"
        trust.write_text(wasl("trust", "export", "--data", box.data("state")))
        found = json.loads(wasl("verify", file, "--trust", trust, "--json"))
        assert found["verdict"] == "valid" and found["member"] == PROVINCE, found
        body = file.read_bytes()
        file.write_bytes(body[:3_000] + bytes([body[3_000] ^ 1]) + body[3_001:])
        wasl("verify", file, "--trust", trust, expect=1)

    @step("asked for the document of that act, the commune hands over the record of its silence, signed by it")
    def _():
        toml = box.data("commune") / "exchange.toml"
        toml.write_text(toml.read_text() + RIGHT)
        path = "/r1/MA/COM/ain-wasl/desk/evidence/v1/document/approval-by-silence/cnie:ZZ100000?reference=" + urllib.parse.quote(kept["silent"], safe="")
        client = {"X-Road-Client": "MA/GOV/province-ain-wasl/supervision"}

        def asked():
            answer = ask(box.env["WASL_STATE_EDGE"], path, headers=client)
            return answer.json() if answer.status == 200 else None
        told = wait_for("the right", asked, 30)
        assert told["holds"] and "facts" not in told, told
        paper = base64.b64decode(told["document"]["content"])
        assert hashlib.sha256(paper).hexdigest() == told["document"]["sha256"] and paper.startswith(b"%PDF"), told["document"]["name"]
        trust, file = box.folder / "commune.json", box.folder / "silence.pdf"
        trust.write_text(wasl("trust", "export", "--data", box.data("commune")))
        file.write_bytes(paper)
        found = json.loads(wasl("verify", file, "--trust", trust, "--json"))
        assert found["verdict"] == "valid" and found["member"] == "commune-ain-wasl" and found["reference"] == kept["silent"], found
        again = wait_for("the same again", asked, 30)
        assert again["document"]["sha256"] == told["document"]["sha256"], "one document, ever after"

    @step("at the commune the person reads that the province asked, and why")
    def _():
        words = wait_for("the look", lambda: (lambda text: text if "MA/GOV/province-ain-wasl" in text else None)(kept["commune"].ask("/fr/me/looks").words()), 20)
        assert "Attestation de silence" in words, words[:1500]

    @step("a commune that does not answer holds up nobody: the request is taken, the commune is asked again, and the person is told")
    def _():
        browser = kept["browser"]
        page = request(browser, kept["silent"])
        stopped = box.children()["commune"]
        os.kill(stopped, signal.SIGSTOP)
        try:
            page = browser.send(page.form("/fetched"), ask="1")
            assert "sans réponse" in page.words(), page.words()[:1200]
            page = browser.send(page.form("/fetched"))
            page = browser.send(page.form("/papers")) if "/papers" in page.url else page
            page = browser.send(page.form("/file"))
            held = dossier_of(browser, reference_of(page))
            assert held["missing"] == [] and held["evidence"][0]["status"] == "waiting", held
            assert held["evidence"][0]["tries"] >= 1 and held["evidence"][0]["next_try"], held["evidence"]
        finally:
            os.kill(stopped, signal.SIGCONT)

    @step("the audit of both members is clean")
    def _():
        for process in ("state", "commune"):
            said = wasl("audit", "--data", box.data(process), expect=None)
            assert "DIFFERS" not in said and "clean" in said, said[-1500:]


if __name__ == "__main__":
    with Folder() as folder, Sandbox(folder / "country") as box:
        main(box, {})
    finish()
