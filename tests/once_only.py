#!/usr/bin/env python3
"""Asked once, through the sandbox: an electricity subscription and social aid whose papers other administrations prove,
over the exchange, from what their acts wrote; what the person sees before filing; a holder that is silent.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import WASL, Folder, finish, step, wasl  # noqa: E402
from _person import Browser, dossier_of, reference_of, sign_in  # noqa: E402

PHONE = {0: "+212600010000", 1: "+212600010001", 2: "+212600010002"}
DOCUMENT = {0: "ZZ100000", 1: "ZZ100037", 2: "ZZ100074"}


class Sandbox:
    """`wasl sandbox` in a folder; its `env` says where everything is."""
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def __enter__(self):
        self.log = open(self.folder / "log", "w+")
        self.process = subprocess.Popen([WASL, "sandbox", "--dir", str(self.folder / "country")], stdout=self.log, stderr=subprocess.STDOUT)
        env = self.folder / "country/env"
        for _ in range(2400):
            if env.exists():
                self.env = dict(line.split("=", 1) for line in env.read_text().splitlines() if "=" in line)
                return self
            if self.process.poll() is not None:
                raise AssertionError("the sandbox ended: " + (self.folder / "log").read_text()[-1500:])
            time.sleep(0.1)
        raise AssertionError("the sandbox did not come up: " + (self.folder / "log").read_text()[-1500:])

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)
        self.log.close()

    def child(self, name):
        return json.loads((self.folder / "country/sandbox/processes.json").read_text())[name]


def begin(browser, member, procedure, phone):
    page = sign_in(browser, "fr", phone, browser.ask(f"/fr/apply/{member}/{procedure}"))
    return browser.send(page.form("/apply/"))


def subscription(browser, page, premises="home"):
    page = browser.send(page.form("/request"), request="new", investment="no")
    page = browser.send(page.form("/premises"), premises=premises, address="10, rue des Orangers", commune="Aïn El Wasl", is_owner="yes")
    return browser.send(page.form("/supply"), power="6", arrears="no")


with Folder() as folder, Sandbox(folder) as country:
    utility, state_pages, commune = (country.env[f"WASL_{name}_PAGES"] for name in ("UTILITY", "STATE", "COMMUNE"))
    kept = {}

    @step("an electricity subscription needs no paper: the person sees who is asked, for what and by what law, before anything is asked")
    def _():
        browser = kept["browser"] = Browser(utility)
        page = subscription(browser, begin(browser, "regie-electricite", "electricity-subscription", PHONE[0]))
        assert "/fetched" in page.url, page.url + page.words()[:400]
        words = page.words()
        for word in ("Conservation foncière", "Commune d’Aïn El Wasl", "loi 12-90, article 55", "Oui ou non"):
            assert word in words, word + " in " + words[:1500]
        kept["page"] = page

    @step("asked, the land registry and the commune say yes over the exchange; the result is seen before filing, and nothing else is told")
    def _():
        browser, page = kept["browser"], kept["page"]
        page = browser.send(page.form("/fetched"), ask="1")
        assert page.words().count("prouvé") >= 2, page.words()[:1500]
        assert "conservation-fonciere/" in page.text and "commune-ain-wasl/" in page.text, "the acts it rests on are named"
        assert "rue des Orangers" not in page.text, "a yes carries no address"
        page = browser.send(page.form("/fetched"))
        assert "/check" in page.url, page.url
        page = browser.send(page.form("/file"))
        kept["reference"] = reference_of(page)
        dossier = dossier_of(browser, kept["reference"])
        assert dossier["missing"] == [] and dossier["phase"] == "examination", dossier
        asked = {one["requirement"]: one for one in dossier["evidence"]}
        assert set(asked) == {"right-to-premises", "occupancy"}, asked
        for one in asked.values():
            assert one["status"] == "held" and one["exchange"] and one["source"], one
        assert asked["right-to-premises"]["holder"] == "MA/GOV/land-registry", asked

    @step("the person contests what was fetched, and it stands in the file")
    def _():
        browser = kept["browser"]
        page = browser.ask(f"/fr/request/{kept['reference']}/contest/occupancy")
        page = browser.send(page.form("/contest/"), reasons="Le permis porte une autre adresse.")
        assert "Le permis porte une autre adresse." in page.words(), page.words()[:800]
        asked = {one["requirement"]: one for one in dossier_of(browser, kept["reference"])["evidence"]}
        assert asked["occupancy"]["contested"] == "Le permis porte une autre adresse."

    @step("at the holder, the person's page says who asked, for which purpose, when")
    def _():
        browser = Browser(state_pages)
        sign_in(browser, "fr", PHONE[0])
        for _ in range(50):
            words = browser.ask("/fr/me/looks").words()
            if "MA/UTL/ain-wasl-electricity/subscriptions" in words:
                break
            time.sleep(0.1)
        assert "MA/UTL/ain-wasl-electricity/subscriptions" in words and "Abonnement à l’électricité" in words, words[:1500]

    @step("social aid: the social register is asked only with the person's agreement, and its data fills the form")
    def _():
        browser = Browser(state_pages)
        page = begin(browser, "agence-sociale", "direct-social-aid", PHONE[1])
        assert "/fetched" in page.url, page.url
        form = page.form("/fetched")
        unasked = browser.send(form, ask="1")
        assert "prouvé" not in unasked.form("/fetched")["fields"], "nothing without consent"
        form = page.form("/fetched")
        agreed = {f"agree-{code}": "1" for code in ("rsu-certificate", "school-certificates", "civil-status", "death-certificate", "disability-card")}
        page = browser.send(form, **agreed, ask="1")
        words = page.words()
        assert "8.35" in words or "8,35" in words, words[:2000]
        page = browser.send(page.form("/fetched"), **agreed)
        assert "/registers" in page.url, page.url
        page = browser.send(page.form("/registers"), in_rnp="yes", in_rsu="yes", rsu_score="8.35", resident="yes")
        page = browser.send(page.form("/family"), widow="yes", has_children="yes", birth="none")
        page = browser.send(page.form("/children"), children_small="0", children_schooled="2", children_unschooled="0", children_disabled="0")
        page = browser.send(page.form("/payment"), payment_by="cash-point")
        page = browser.send(page.form("/fetched"), **agreed, ask="1")
        page = browser.send(page.form("/fetched"), **agreed)
        assert "/check" in page.url, page.url + page.words()[:1200]
        page = browser.send(page.form("/file"))
        dossier = dossier_of(browser, reference_of(page))
        assert dossier["missing"] == [], dossier["missing"]
        held = {one["requirement"] for one in dossier["evidence"] if one["status"] == "held"}
        assert {"rsu-certificate", "school-certificates", "civil-status", "death-certificate", "tax-situation"} <= held, dossier["evidence"]

    @step("what a holder does not know is asked of the person: a household in no register brings its paper")
    def _():
        browser = Browser(utility)
        page = browser.ask("/fr/apply/regie-electricite/electricity-subscription")
        page = sign_in(browser, "fr", "+212600077777", page)
        page = browser.send(page.form("/apply/"), given_latin="Sans", family_latin="Titre")
        page = subscription(browser, page)
        page = browser.send(page.form("/fetched")) if "/fetched" in page.url else page
        assert "/papers" in page.url, page.url
        assert "right-to-premises" in page.text and "occupancy" in page.text

    @step("a shop: the trade register is asked as well, and its entry is proven without an extract")
    def _():
        browser = Browser(utility)
        page = subscription(browser, begin(browser, "regie-electricite", "electricity-subscription", PHONE[2]), premises="shop")
        assert "Ministère de la justice" in page.words(), page.url + page.words()[:1200]
        page = browser.send(page.form("/fetched"), ask="1")
        assert page.words().count("prouvé") >= 3 and "ministere-justice/" in page.text, page.words()[:1500]
        page = browser.send(page.form("/fetched"))
        assert "/check" in page.url, page.url + page.words()[:800]
        page = browser.send(page.form("/file"))
        asked = {one["requirement"]: one for one in dossier_of(browser, reference_of(page))["evidence"]}
        entry = asked["commercial-register"]
        assert entry["status"] == "held" and entry["holder"] == "MA/GOV/justice" and entry["exchange"], entry

    @step("of two communes the one that the answer names is asked: who has a permit there needs no paper, who has none does")
    def _():
        def at_tizi(person):
            browser = Browser(utility)
            page = begin(browser, "regie-electricite", "electricity-subscription", PHONE[person])
            page = browser.send(page.form("/request"), request="new", investment="no")
            page = browser.send(page.form("/premises"), premises="home", address="11, rue des Orangers", commune="Tizi Wasl", is_owner="yes")
            page = browser.send(page.form("/supply"), power="6", arrears="no")
            assert "Commune de Tizi Wasl" in page.words() and "Commune d’Aïn El Wasl" not in page.words(), page.words()[:1500]
            page = browser.send(page.form("/fetched"), ask="1")
            return browser, page, browser.send(page.form("/fetched"))
        browser, asked, page = at_tizi(1)
        assert asked.words().count("prouvé") >= 2 and "commune-tizi-wasl/" in asked.text, asked.words()[:1500]
        assert "/check" in page.url, page.url + page.words()[:800]
        page = browser.send(page.form("/file"))
        said = {one["requirement"]: one for one in dossier_of(browser, reference_of(page))["evidence"]}["occupancy"]
        assert said["status"] == "held" and said["holder"] == "MA/COM/tizi-wasl" and said["exchange"], said
        _, asked, page = at_tizi(0)  # whose permit is of the other commune
        assert "commune-ain-wasl/" not in asked.text, asked.words()[:1500]
        assert "/papers" in page.url and "occupancy" in page.text, page.url

    @step("what the registers hold about a person stands in their own data, with the act; without a seen card nothing does")
    def _():
        browser = Browser(state_pages)
        sign_in(browser, "fr", PHONE[2])
        data = json.loads(browser.ask("/fr/me/data").text)
        held = {one["type"]: one for records in data["registers"].values() for one in records}
        assert {"land-title", "commercial-register", "tax-clearance", "rsu-score"} <= set(held), set(held)
        assert held["commercial-register"]["facts"]["trade_name"] == "Épicerie de l’Atlas" and held["commercial-register"]["act"], held
        stranger = Browser(utility)
        sign_in(stranger, "fr", "+212600077777")
        assert json.loads(stranger.ask("/fr/me/data").text)["registers"] == {}

    @step("a silent holder holds up nobody: the filing is complete, the holder is asked again, and its silence is counted in public")
    def _():
        browser = Browser(utility)
        page = subscription(browser, begin(browser, "regie-electricite", "electricity-subscription", PHONE[2]))
        stopped = country.child("state")
        os.kill(stopped, signal.SIGSTOP)
        try:
            page = browser.send(page.form("/fetched"), ask="1")
            assert "sans réponse" in page.words(), page.words()[:1200]
            page = browser.send(page.form("/fetched"))
            page = browser.send(page.form("/papers")) if "/papers" in page.url else page
            assert "/check" in page.url, page.url
            page = browser.send(page.form("/file"))
            dossier = dossier_of(browser, reference_of(page))
            assert dossier["missing"] == [] and dossier["phase"] == "examination", dossier
            title = next(one for one in dossier["evidence"] if one["requirement"] == "right-to-premises")
            assert title["status"] == "waiting" and title["tries"] == 1 and title["next_try"], title
            holders = json.loads(Browser(utility).ask("/api/holders/regie-electricite").text)["holders"]
            land = next(one for one in holders if one["holder"] == "MA/GOV/land-registry")
            assert land["silent"] >= 1 and land["answered"] >= 1, holders
            assert "MA/GOV/land-registry" in Browser(utility).ask("/fr/holders/regie-electricite").words()
        finally:
            os.kill(stopped, signal.SIGCONT)

    @step("a right to a yes or no is no right to the facts: the register refuses them")
    def _():
        edge = country.env["WASL_UTILITY_EDGE"]
        request = urllib.request.Request(edge + f"/r1/MA/GOV/land-registry/titles/evidence/v1/evidence/land-title/cnie:{DOCUMENT[0]}",
                                         headers={"X-Road-Client": "MA/UTL/ain-wasl-electricity/subscriptions"})
        try:
            urllib.request.urlopen(request, timeout=60)
            raise AssertionError("data was given where only yes or no is allowed")
        except urllib.error.HTTPError as refused:
            assert "AccessDenied" in refused.headers.get("X-Road-Error", ""), refused.headers

    @step("the audit of every member is clean: each record is what its acts say")
    def _():
        for name in ("state", "commune", "utility"):
            data = folder / "country/sandbox" / name
            said = wasl("audit", "--data", data, expect=None)
            assert "DIFFERS" not in said and "clean" in said, said[-1500:]

finish()
