#!/usr/bin/env python3
"""Rules as tables, through the built program: check, example cases, a table that anyone can read, a request whose
proposal is explained to the agent, the reasons that reach the person, and the record that keeps the trace.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import hashlib
import html
import json
import re
import shutil
import sys
import urllib.parse

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
from _lib import ROOT, Folder, Server, finish, step, wasl  # noqa: E402
from _person import ARABIC, PDF, Browser, reference_of, sign_in  # noqa: E402
from desk_flow import Browser as DeskBrowser  # noqa: E402

AGENCY = "agence-sociale"
AID = "direct-social-aid"


def file_request(base, address, answers, language="fr"):
    """From the sheet to the receipt, with every paper; returns the browser and the reference."""
    browser = Browser(base)
    page = sign_in(browser, language, address, browser.ask(f"/{language}/apply/{AGENCY}/{AID}"))
    page = browser.send(page.form("/apply/"), ARABIC)
    for _ in range(12):
        if "/check" in page.url:
            break
        if "/papers" in page.url:
            wanted = re.findall(r'<input[^>]*type="file"[^>]*name="([^"]+)"|<input[^>]*name="([^"]+)"[^>]*type="file"', page.text)
            page = browser.send(page.form("/papers"), files={a or b: ("p.pdf", PDF) for a, b in wanted})
            continue
        form = page.form("/draft/")
        page = browser.send(form, {k: v for k, v in answers.items() if f'name="{k}"' in page.text})
    assert "/check" in page.url, page.url + " " + page.words()[:400]
    return browser, reference_of(browser.send(page.form("/file")))


ANSWERS = {"in_rnp": "true", "in_rsu": "true", "resident": "true", "widow": "false", "has_children": "true", "birth": "none",
           "children_small": "1", "children_schooled": "2", "children_unschooled": "0", "children_disabled": "0",
           "payment_by": "cash-point"}


def commands():
    @step("the shipped procedures are clean, and their example cases are met")
    def _():
        wasl("check", ROOT / "procedures")
        out = wasl("test", ROOT / "procedures")
        assert "not ok" not in out, out
        assert "direct-social-aid: rows covered" in out, out
        report = json.loads(wasl("test", "--json", ROOT / "procedures"))
        assert report["ok"] and all(p["cases"] for p in report["procedures"]), report
        assert len(report["procedures"]) >= 7

    @step("a changed amount is a case that is not ok, with what differs; a row that nothing reaches is named")
    def _():
        with Folder() as folder:
            shutil.copytree(ROOT / "procedures" / AID, folder / AID)
            aid = folder / AID / "aid.dmn"
            text = aid.read_text()
            assert "<text>300</text>" in text
            aid.write_text(text.replace("<text>300</text>", "<text>310</text>"))
            out = wasl("test", folder / AID, expect=1)
            assert "amount: expected 1084.00, is 1114.00" in out, out
            (folder / AID / "cases/amounts.toml").unlink()
            assert re.search(r"rows covered \d+ of \d+; not covered: .*rates row", wasl("test", folder / AID, expect=0)), "rows"
            shutil.rmtree(folder / AID / "cases")
            assert "there are no cases" in wasl("test", folder / AID, expect=1)

    @step("a row without an id is found by its line")
    def _():
        with Folder() as folder:
            shutil.copytree(ROOT / "procedures" / AID, folder / AID)
            aid = folder / AID / "aid.dmn"
            text = re.sub(r'<rule id="[^"]*">', "<rule>", aid.read_text())
            first = re.search(r"<rule>.*?</rule>", text, re.S)
            aid.write_text(text[:first.end()] + "\n" + first.group() + text[first.end():])
            line = text[:first.end()].count("\n") + 2
            assert re.search(rf"aid\.dmn:{line}: .*rows? 1 and 2", wasl("check", folder / AID, expect=1)), line

    @step("a gap and an unknown decision are found with file and line")
    def _():
        with Folder() as folder:
            shutil.copytree(ROOT / "procedures" / AID, folder / AID)
            model = folder / AID / "eligibility.dmn"
            model.write_text(model.read_text().replace('name="in_rnp"', 'name="in_rnq"'))
            aid = folder / AID / "aid.dmn"
            aid.write_text(aid.read_text().replace('[date("2025-01-01")..', '[date("2025-02-01")..'))
            out = wasl("check", folder / AID, expect=1)
            assert re.search(r"eligibility\.dmn:\d+: .*in_rnq", out), out
            assert re.search(r"aid\.dmn:\d+: rates: no row answers: day", out), out


def pages(server, data):
    base = server.url
    agents = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
    state = {}

    def staff(login):
        browser = DeskBrowser(base)
        reply = browser.sign_in(agents[(AGENCY, login)])
        assert "/desk/sign-in" not in reply.url, reply.status
        return browser

    def desk_file(browser, reference):
        found = browser.ask(f"/fr/desk/{AGENCY}/queue?" + urllib.parse.urlencode({"rows": 100, "q": reference}))
        links = found.links(f"/desk/{AGENCY}/dossier/")
        for link in dict.fromkeys(links or browser.ask(f"/fr/desk/{AGENCY}/queue?rows=100").links(f"/desk/{AGENCY}/dossier/")):
            page = browser.ask(link)
            if reference in page.text:
                return page
        raise AssertionError(f"{reference} is not in the queue")

    @step("anyone reads the tables from the sheet, and gets the very file whose digest is shown")
    def _():
        for language in ("ar", "fr", "en", "zgh"):
            sheet = Browser(base).ask(f"/{language}/p/{AGENCY}/{AID}")
            link = re.search(r'href="(/' + language + r'/p/[^"]+/rules)"', sheet.text)
            assert link, sheet.words()[:300]
            page = Browser(base).ask(link[1])
            assert page.status == 200 and page.text.count("<table") >= 4, page.status
            assert "unsafe" not in page.headers["Content-Security-Policy"]
            licence = re.search(r'href="([^"]*dmn-js/LICENSE[^"]*)"', page.text)
            assert licence and b"bpmn.io" in Browser(base).ask(licence[1]).body, "the licence of the drawing"
        model = html.unescape(re.search(r'href="([^"]+/aid\.dmn[^"]*)"', page.text)[1])
        given = Browser(base).ask(model)
        assert given.status == 200 and given.body == (ROOT / "procedures" / AID / "aid.dmn").read_bytes()
        assert hashlib.sha256(given.body).hexdigest() in page.text
        assert Browser(base).ask(f"/fr/p/{AGENCY}/{AID}/rules/nothing.dmn").status == 404
        assert Browser(base).ask(f"/fr/p/{AGENCY}/{AID}/rules?revision={'0' * 64}").status == 404
        assert Browser(base).ask("/fr/p/commune-ain-wasl/birth-extract/rules").status == 404

    @step("answers that contradict each other are said beside the last of them, in the form's own words; nothing typed is lost")
    def _():
        for language, words in (("fr", "comptez-les dans l’une des quatre réponses"), ("ar", "أدرجوا عددهم")):
            browser = Browser(base)
            page = sign_in(browser, language, f"+2126610078{len(words):02}", browser.ask(f"/{language}/apply/{AGENCY}/{AID}"))
            page = browser.send(page.form("/apply/"), ARABIC)
            given = ANSWERS | {"rsu_score": "9.2", "children_small": "0", "children_schooled": "0"}
            while 'name="children_small"' not in page.text:
                page = browser.send(page.form("/draft/"), {k: v for k, v in given.items() if f'name="{k}"' in page.text})
            counts = {k: v for k, v in given.items() if k.startswith("children_")}
            page = browser.send(page.form("/draft/"), counts)
            assert page.status == 422 and words in page.text, (page.status, page.words()[:600])
            assert 'href="#children_disabled"' in page.text, "the summary leads to the question"
            page = browser.send(page.form("/draft/"), counts | {"children_small": "1.5"})
            assert page.status == 422 and 'value="1.5"' in page.text, "what was typed stands there"
            page = browser.send(page.form("/draft/"), counts | {"children_small": "1"})
            assert page.status == 200 and 'name="children_small"' not in page.text, page.url

    @step("the agent sees the table with the fired row lit, what was used, the article and the amount")
    def _():
        state["person"], state["reference"] = file_request(base, "+212661007701", ANSWERS | {"rsu_score": "9.2"})
        agent = state["agent"] = staff("agent")
        page = desk_file(agent, state["reference"])
        assert "Proposition : accorder" in page.text, page.text[:200]
        rows = re.findall(r'<tr class="[^"]*wasl-rules__fired".*?</tr>', page.text, re.S)
        assert any("conditions-met" in row for row in rows), rows
        assert any("2026" in row for row in rows), "the dated amounts"
        assert "loi 58-23" in page.text and "900" in page.text, "article and amount"
        assert "Répondu par la personne" in page.text
        state["page"] = page

    @step("the agent confirms: reasons are proposed, nothing is decided before somebody signs")
    def _():
        form = state["page"].form(do="grant")
        reasons = dict(form["fields"])["reasons"]
        assert "Les conditions sont réunies" in reasons and "900" in reasons, reasons
        sent = state["agent"].send(form)
        assert sent.status == 200, sent.status
        assert "conditions sont réunies" not in state["person"].ask(f"/fr/request/{state['reference']}").words()
        signatory = staff("signataire")
        page = signatory.ask(state["page"].url)
        assert signatory.send(page.form(do="sign")).status == 200
        page = state["agent"].ask(state["page"].url)
        assert state["agent"].send(page.form(do="notify"), proof="lu dans l'espace personnel").status == 200

    @step("the person reads the reasons in plain words, on the page and in the decision")
    def _():
        page = state["person"].ask(f"/fr/request/{state['reference']}")
        assert "Les conditions sont réunies" in page.words() and "900" in page.words(), page.words()[:600]
        pdf = state["person"].ask(f"/fr/request/{state['reference']}/decision.pdf")
        if pdf.status == 404:
            pdf = state["person"].ask(re.search(r'href="([^"]+/document/[^"]+)"', page.text)[1])
        assert pdf.status == 200 and pdf.body.startswith(b"%PDF"), pdf.status

    @step("a refusal is proposed with every reason; who overrides the tables writes their own")
    def _():
        _, reference = file_request(base, "+212661007702", ANSWERS | {"rsu_score": "11", "resident": "false"})
        page = desk_file(state["agent"], reference)
        assert "Proposition : refuser" in page.text
        refusal = dict(page.form(do="refuse")["fields"])["reasons"]
        assert "11" in refusal and "ne réside pas" in refusal and "loi 58-23" in refusal, refusal
        assert dict(page.form(do="grant")["fields"])["reasons"] == ""
        assert state["agent"].send(page.form(do="refuse")).status == 200

    @step("the decision record keeps trace, rows and the model's digest, and the audit is clean")
    def _():
        held = json.loads(state["person"].ask("/fr/me/data").text) if "json" in state["person"].ask("/fr/me/data").headers["Content-Type"] \
            else json.loads(state["person"].ask("/fr/me/data.json").text)
        record = next((r for r in find(held, "record") if isinstance(r, dict) and "trace" in r), None)
        assert record, json.dumps(held)[:400]
        runs = record["trace"]["runs"]
        digests = {run["file"]: run["sha256"] for run in runs}
        for name, digest in digests.items():
            assert digest == hashlib.sha256((ROOT / "procedures" / AID / name).read_bytes()).hexdigest(), name
        assert set(digests) == {"aid.dmn", "eligibility.dmn"}, digests
        assert record["trace"]["agent"] == "confirmed" and record["trace"]["amount"] == "900.00", record["trace"]
        assert any(line.startswith("eligibility.dmn#proposal row 6") for line in record["fired"]), record["fired"]
        assert "rsu_score=typed" in record["sources"] and record["inputs"]["rsu_score"] == 9.2, record["inputs"]


def find(value, name):
    if isinstance(value, dict):
        for key, each in value.items():
            if key == name:
                yield each
            yield from find(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from find(each, name)


def main():
    commands()
    with Folder() as folder:
        with Server(folder / "data", "--demo") as server:
            pages(server, folder / "data")

        @step("an audit recomputes every dossier, records included")
        def _():
            wasl("audit", "--data", folder / "data", "--member", AGENCY)
    finish()


if __name__ == "__main__":
    main()
