#!/usr/bin/env python3
"""Asked once, for a document: the commune has the land registry hand over the certificate of ownership, signed by it, so that
whoever asks for a building permit brings no title. Through the sandbox; the person sees it before filing.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import hashlib
import html
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import desk_flow  # noqa: E402
from _lib import Folder, finish, step, wasl  # noqa: E402
from _person import PDF, Browser, dossier_of, reference_of, sign_in  # noqa: E402
from exchange import Sandbox, ask, refused, wait_for  # noqa: E402

PHONE = "+212600010000"
COMMUNE, PROCEDURE = "commune-ain-wasl", "building-permit-small"
OTHERS = ("cadastral-plan", "plans", "architect-contract")  # papers that no holder is asked for


def request(browser, title, first=False):
    page = browser.ask(f"/fr/apply/{COMMUNE}/{PROCEDURE}")
    if first:
        page = sign_in(browser, "fr", PHONE, page)
    page = browser.send(page.form("/apply/"))
    page = browser.send(page.form("/land"), land_commune="Aïn El Wasl", land_address="12, rue des Oliviers", title_number=title, is_owner="yes")
    page = browser.send(page.form("/project"), works="storey", use="housing", floor_area="90", floors="1")
    return browser.send(page.form("/architect"), architect_name="Salma Modèle")


def file_with_the_rest(browser, page):
    assert "/papers" in page.url, page.url + page.words()[:800]
    page = browser.send(page.form("/papers"), files={f"file-{code}": (code + ".pdf", PDF + code.encode()) for code in OTHERS})
    assert "/check" in page.url, page.url + page.words()[:800]
    checked = page
    return checked, browser.send(page.form("/file"))


def attachment(browser, reference, digest):
    return browser.ask(f"/fr/request/{reference}/attachment/{digest}")


def main(box, kept):
    state, commune = box.env["WASL_STATE_PAGES"], box.env["WASL_COMMUNE_PAGES"]

    @step("the person is told before anything is asked: of whom, that it is the document, for what and by what law")
    def _():
        owner = Browser(state)
        sign_in(owner, "fr", PHONE)
        records = json.loads(owner.ask("/fr/me/data").text)["registers"]["conservation-fonciere"]
        kept["title"] = next(one["key"] for one in records if one["type"] == "land-title")
        browser = kept["browser"] = Browser(commune)
        page = request(browser, kept["title"], first=True)
        assert "/fetched" in page.url, page.url + page.words()[:800]
        words = page.words()
        for word in ("Conservation foncière", "Le document", "Permis de construire", "loi 12-90, article 41", "à demander"):
            assert word in words, word + " in " + words[:1500]
        kept["page"] = page

    @step("the land registry hands over its certificate: seen before filing, signed by the land registry")
    def _():
        browser = kept["browser"]
        page = browser.send(kept["page"].form("/fetched"), ask="1")
        words = page.words()
        assert "prouvé" in words and "conservation-fonciere/" in page.text and "signé par son détenteur" in words, words[:1500]
        link = html.unescape(re.search(r'href="([^"]*/fetched/title)"', page.text)[1])
        paper = browser.ask(link)
        assert paper.status == 200 and paper.headers["Content-Type"] == "application/pdf" and paper.body.startswith(b"%PDF"), paper.status
        kept["digest"], kept["page"] = hashlib.sha256(paper.body).hexdigest(), page
        assert kept["digest"][:16] in words, words[:1500]
        trust, file = box.folder / "trust.json", box.folder / "certificate.pdf"
        trust.write_text(wasl("trust", "export", "--data", box.data("state")))
        file.write_bytes(paper.body)
        found = json.loads(wasl("verify", file, "--trust", trust, "--json"))
        assert found["verdict"] == "valid" and found["member"] == "conservation-fonciere", found
        stranger = Browser(commune)
        sign_in(stranger, "fr", "+212600010001")
        assert stranger.ask(link).status == 404

    @step("no title is asked of the person; the other papers are; the document is filed with its digest and its source")
    def _():
        browser = kept["browser"]
        page = browser.send(kept["page"].form("/fetched"))
        checked, page = file_with_the_rest(browser, page)
        assert kept["digest"][:16] in checked.words(), checked.words()[:1500]
        kept["reference"] = reference_of(page)
        held = dossier_of(browser, kept["reference"])
        assert held["missing"] == [] and held["phase"] == "examination", held
        said = next(one for one in held["evidence"] if one["requirement"] == "title")
        assert said["status"] == "held" and said["how"] == "document" and said["holder"] == "MA/GOV/land-registry", said
        assert said["document"] == kept["digest"] and said["exchange"] and said["source"].startswith("conservation-fonciere/"), said
        paper = attachment(browser, kept["reference"], kept["digest"])
        assert hashlib.sha256(paper.body).hexdigest() == kept["digest"]
        kept["exchange"] = said["exchange"]

    @step("the caseworker finds it in the file, come from its holder")
    def _():
        agents = json.loads((box.data("commune") / "demonstration.json").read_text())["agents"]
        clerk = desk_flow.Browser(commune)
        clerk.sign_in(next(each for each in agents if each["login"] == "agent"))
        queue = clerk.ask(f"/fr/desk/{COMMUNE}/queue?rows=100")
        page = next(page for page in (clerk.ask(each) for each in dict.fromkeys(queue.links(f"/desk/{COMMUNE}/dossier/"))) if kept["reference"] in page.text)
        assert kept["digest"] in page.text and "signé par son détenteur" in page.text and "Conservation foncière" in page.text
        link = next(each for each in page.links("/paper/") if kept["digest"] in each)
        assert hashlib.sha256(clerk.ask(link).body).hexdigest() == kept["digest"]

    @step("the person contests it, and it stands in the file")
    def _():
        browser = kept["browser"]
        page = browser.ask(f"/fr/request/{kept['reference']}/contest/title")
        page = browser.send(page.form("/contest/"), reasons="Ce titre a été partagé en 2024.")
        assert "Ce titre a été partagé en 2024." in page.words(), page.words()[:800]

    @step("at the holder the person reads who asked, and both sides' entries are evidence without the document")
    def _():
        owner = Browser(state)
        sign_in(owner, "fr", PHONE)
        words = wait_for("the look", lambda: (lambda text: text if "MA/COM/ain-wasl/desk" in text else None)(owner.ask("/fr/me/looks").words()), 20)
        assert "Permis de construire" in words and "MA/COM/ain-wasl (guichet)" in words, words[:1500]
        keys = box.data("state") / "registry-keys.json"
        for process in ("state", "commune"):
            bundle = box.folder / f"{process}.json"
            bundle.write_text(wait_for("the entry", lambda: wasl("exchange", "export", kept["exchange"], "--data", box.data(process), expect=None), 20))
            assert "JVBERi" not in bundle.read_text(), "the document is in no evidence"
            found = json.loads(wasl("verify", bundle, "--registry", keys, "--json"))
            assert found["verdict"] == "valid" and found["facts"]["client"] == "MA/COM/ain-wasl/desk", found

    @step("a title of somebody else, or none, is not handed over: the person is asked for the paper")
    def _():
        browser = kept["browser"]
        page = request(browser, "T-999999/44")
        page = browser.send(page.form("/fetched"), ask="1")
        assert "prouvé" not in page.words() and "/fetched/title" not in page.text, page.words()[:1000]
        page = browser.send(page.form("/fetched"))
        assert "/papers" in page.url and "file-title" in page.text
        page = request(browser, "")
        assert "/papers" in page.url and "file-title" in page.text, page.url

    @step("the number of the title changed after the document came: it is asked again, and the first is not filed")
    def _():
        browser = kept["browser"]
        page = request(browser, kept["title"])
        page = browser.send(page.form("/fetched"), ask="1")
        assert "prouvé" in page.words()
        page = browser.ask(page.url.replace("/fetched", "/land").split("?")[0])
        page = browser.send(page.form("/land"), title_number="T-999999/44")
        page = browser.ask(page.url.rsplit("/", 1)[0] + "/fetched")
        assert "à demander" in page.words() and kept["digest"][:16] not in page.words(), page.words()[:1000]

    @step("not asked before filing, it is asked afterwards: the document comes into the file by itself")
    def _():
        browser = kept["browser"]
        page = request(browser, kept["title"])
        page = browser.send(page.form("/fetched"))
        _, page = file_with_the_rest(browser, page)
        reference = reference_of(page)

        def came():
            said = next(one for one in dossier_of(browser, reference)["evidence"] if one["requirement"] == "title")
            return said if said["status"] == "held" else None
        said = wait_for("the document", came, 60)
        assert said["document"] == kept["digest"] and attachment(browser, reference, said["document"]).body.startswith(b"%PDF"), said
        assert dossier_of(browser, reference)["missing"] == []

    @step("a right to yes or no is no right to the document, and the right to the document is none to anything else")
    def _():
        path = f"/r1/{box.service}"
        utility = {"X-Road-Client": "MA/UTL/ain-wasl-electricity/subscriptions"}
        refused(ask(box.env["WASL_UTILITY_EDGE"], path + "/v1/document/land-title/cnie:ZZ100000", headers=utility), "Server.ServerProxy.AccessDenied", 500)
        desk = {"X-Road-Client": "MA/COM/ain-wasl/desk"}
        refused(ask(box.env["WASL_COMMUNE_EDGE"], path + "/v1/evidence/land-title/cnie:ZZ100000", headers=desk), "Server.ServerProxy.AccessDenied", 500)
        given = ask(box.env["WASL_COMMUNE_EDGE"], path + f"/v1/document/land-title/cnie:ZZ100000?title={kept['title'].replace('/', '%2F')}", headers=desk).json()
        assert given["holds"] and given["document"]["sha256"] == kept["digest"] and "facts" not in given, list(given)

    @step("the audit of both members is clean")
    def _():
        for process in ("state", "commune"):
            said = wasl("audit", "--data", box.data(process), expect=None)
            assert "DIFFERS" not in said and "clean" in said, said[-1500:]


if __name__ == "__main__":
    with Folder() as folder, Sandbox(folder / "country") as box:
        main(box, {})
    finish()
