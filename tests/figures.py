#!/usr/bin/env python3
"""Public figures and the UN index through the built program: pages in four languages, open data, what is withheld,
the full recount, and an independent recount of the journal export that must agree with what is published.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import csv
import datetime
import html
import io
import json
import re
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
from _lib import ROOT, SHARED, WASL, Folder, Server, finish, skip, step, wasl  # noqa: E402

LANGUAGES = ("ar", "fr", "en", "zgh")
HEAD = "year,iso3,country,egdi_rank,egdi,osi,hci,tii,epi\n"
# Made-up rows in the shape of the survey's file: 61 countries, MAR at OSI rank 61.
ROWS = "".join(f"2024,{chr(65 + i // 26)}{chr(65 + i % 26)}X,Country {i},{i + 1},{0.9 - i * 0.005:.5f},{0.9 - i * 0.005:.5f},"
               f"{0.9 - i * 0.005:.5f},{0.9 - i * 0.005:.5f},0.50000\n" for i in range(60))
MOROCCO = "2022,MAR,Morocco,61,0.50000,0.40000,0.50000,0.60000,0.30000\n2024,MAR,Morocco,61,0.55000,0.35000,0.60000,0.70000,0.00000\n"
NOW = {}


def get(base, path):
    try:
        with urllib.request.urlopen(base + path, timeout=60) as reply:
            return reply.status, reply.headers, reply.read().decode("utf-8-sig")
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode("utf-8", "replace")


def words(text):
    return html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u2068", "").replace("\u2069", "")


def values(base, query):
    status, _, text = get(base, f"/fr/figures.json?{query}")
    assert status == 200, status
    return json.loads(text)


def pages(base, data):
    first = json.loads(get(base, "/fr/figures.json")[2])
    NOW.update(member=first["member"], year=first["year"])

    @step("the figures in four languages, linked from the footer, each with its definition, withheld where small")
    def _():
        for language in LANGUAGES:
            status, headers, text = get(base, f"/{language}/figures")
            assert status == 200, (language, status)
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert text.count("<h2") >= 11 and text.count("<table") >= 8, text.count("<table")
            assert text.count('<p class="govuk-hint">') >= 11
            assert f'href="/{language}/figures"' in get(base, f"/{language}")[2], "footer"
            sections = set(re.findall(r'<section aria-labelledby="([a-z-]+)">', text))
            assert sections == {"procedures", "filings", "answers", "days", "completions", "papers", "agents", "complaints",
                                "taking-part", "companies", "divide", "data"}, sections
            assert f"/{language}/figures/un-index" in text

    @step("CSV, JSON and page show the same; no number from 1 to 9 that counts people is in them")
    def _():
        page = words(get(base, "/fr/figures")[2])
        data_json = values(base, "")
        assert data_json["smallest_count"] == 10
        rows = list(csv.DictReader(io.StringIO(get(base, "/fr/figures.csv")[2])))
        assert len(rows) == len(data_json["figures"])
        for line, row in zip(data_json["figures"], rows):
            assert (line["figure"], line["of"], line["part"]) == (row["figure"], row["of"], row["part"])
            assert (line["value"] is None) == (row["value"] == ""), row
            assert line["value"] is not None or line["why"], line
            if line["figure"] in ("filings", "answers", "completions", "companies", "papers", "complaints") and line["part"] not in (
                    "share-in-time", "per-hundred", "once-only-rate", "share-online", "register", "share-reopened", "share-satisfied"):
                assert line["value"] is None or line["value"] == 0 or line["value"] >= 10, line
            assert line["definition"] in data_json["definitions"]
        assert "masqué" in page and any(line.get("why") == "withheld" for line in data_json["figures"])

    @step("complaints opened again, satisfaction and taking part stand on the page, in CSV and in JSON alike")
    def _():
        told = {(line["figure"], line["of"], line["part"]): line["value"] for line in values(base, "")["figures"]}
        for key in (("complaints", "reopened", "share-reopened"), ("complaints", "satisfaction", "share-satisfied"), ("taking-part", "consultations", "published"),
                    ("taking-part", "comments", "all"), ("taking-part", "suggestions", "handled")):
            assert key in told, key
        page = words(get(base, "/fr/figures")[2])
        assert "rouvertes" in page and "satisfaites" in page
        published, comments = told["taking-part", "consultations", "published"], told["taking-part", "comments", "all"]
        assert f"Consultations : {published} publiées" in page and f"Avis : {comments}," in page and published + comments > 0, (published, comments)
        rows = list(csv.DictReader(io.StringIO(get(base, "/fr/figures.csv")[2])))
        assert any(row["figure"] == "taking-part" and row["part"] == "published" and row["value"] == str(published) for row in rows)

    @step("the dataset is described by DCAT-AP 3: title in four languages, publisher, two distributions")
    def _():
        for language in LANGUAGES:
            for end in ("json", "jsonld"):
                assert not re.search(r"[\u2066-\u2069]|\\\\u206[6-9]", get(base, f"/{language}/figures.{end}")[2]), (language, end, "marks of a page in JSON")
        status, headers, text = get(base, "/fr/figures.jsonld")
        assert status == 200 and headers["Content-Type"] == "application/ld+json", headers["Content-Type"]
        dataset = json.loads(text)
        assert dataset["@type"] == "dcat:Dataset"
        assert {t["@language"] for t in dataset["dct:title"]} == set(LANGUAGES)
        assert dataset["dct:publisher"]["@type"] == "foaf:Agent" and dataset["dct:description"]
        for distribution in dataset["dcat:distribution"]:
            path = "/" + distribution["dcat:downloadURL"]["@id"].split("/", 3)[3]
            assert get(base, path)[0] == 200, path

    @step("an unknown member, year or page is not found")
    def _():
        for path in ("/fr/figures?member=nobody", "/fr/figures?year=1999", "/fr/figures/nothing"):
            assert get(base, path)[0] == 404, path
        for path in ("/fr/figures?year=abc", "/fr/figures.csv?year=x99"):
            assert get(base, path)[0] == 400, path
        assert "Cette année n’est pas comprise" in words(get(base, "/fr/figures?year=abc")[2])
        offered = re.findall(r'<option value="(\d{4})"', get(base, "/fr/figures")[2])
        assert all(int(year) <= datetime.date.today().year for year in offered), offered

    @step("what the operator states is read while the server runs: the register of companies, rural and urban")
    def _():
        (data / "figures.toml").write_text('[[member]]\nid = "%s"\narea = "rural"\npopulation = 9000\ncompanies = 120\n'
                                           'companies_on = 2026-01-01\ncompanies_source = "OMPIC"\n' % NOW["member"])
        text = words(get(base, "/fr/figures")[2])
        assert "OMPIC" in text and "Registre" in text
        (data / "figures.toml").write_text("[[member]]\nid = 3\n")
        assert "OMPIC" in words(get(base, "/fr/figures")[2]), "the last good one stays"
        (data / "figures.toml").unlink()


def areas(base, data):
    @step("the divide between rural and urban members is what their own figures add up to, against the people who live there")
    def _():
        members = re.findall(r'<option value="([a-z][^"]*)"', get(base, "/fr/figures")[2])
        filed = {}
        for member in members:
            told = {(line["figure"], line["of"], line["part"]): line["value"] for line in values(base, f"member={member}")["figures"]}
            filed[member] = told["filings", "", "all"]
        large = sorted((member for member in members if filed[member]), key=lambda member: -filed[member])[:2]
        people = dict(zip(large, (40_000, 90_000)))
        (data / "figures.toml").write_text("".join(f'[[member]]\nid = "{member}"\narea = "{area}"\npopulation = {people[member]}\n'
                                                   for member, area in zip(large, ("rural", "urban"))))
        told = {(line["of"], line["part"]): line["value"] for line in values(base, f"member={large[0]}")["figures"] if line["figure"] == "divide-area"}
        if not told:  # an answer that is small in one of them: nothing is told
            assert "figures.toml" in words(get(base, "/fr/figures")[2])
        else:
            rates = [1000 * filed[member] / people[member] for member in large]
            assert abs(told["rural", "per-thousand"] - rates[0]) <= 0.0501 and abs(told["urban", "per-thousand"] - rates[1]) <= 0.0501, (told, rates)
            assert abs(told["", "relative-gap"] - 100 * (1 - min(rates) / max(rates))) <= 0.0501, (told, rates)
            assert abs(told["rural", "share-of-people"] - 100 * 40 / 130) <= 0.0501
            assert abs(told["rural", "share-of-filings"] - 100 * filed[large[0]] / sum(filed[member] for member in large)) <= 0.0501
            assert "des demandes pour" in words(get(base, "/fr/figures")[2])
        (data / "figures.toml").unlink()
        assert not [line for line in values(base, "")["figures"] if line["figure"] == "divide-area"]


def recounts(base, data):
    @step("the independent recount of the journal export equals what is published, for every member and year")
    def _():
        members = re.findall(r'<option value="([a-z][^"]*)"', get(base, "/fr/figures")[2]) or [NOW["member"]]
        for member in members:
            years = re.findall(r'<option value="(\d{4})"', get(base, f"/fr/figures?member={member}")[2]) or [str(NOW["year"])]
            export = data / "export.jsonl"
            export.write_text(wasl("figures", "export", "--data", data, "--member", member))
            for year in years:
                published = values(base, f"member={member}&year={year}")
                (data / "page.json").write_text(json.dumps(published))
                done = subprocess.run([sys.executable, str(ROOT / "tools/recount-figures.py"), str(export), "--year", year, "--as-of",
                                       published["as_of"], "--page", str(data / "page.json")], capture_output=True, text=True)
                assert done.returncode == 0, f"{member} {year}: {done.stdout[-600:]} {done.stderr[-300:]}"
                assert "equal" in done.stdout

    @step("the independent recount finds a changed figure and a small one that is published")
    def _():
        published = values(base, "")
        shown = next(line for line in published["figures"] if line["figure"] == "filings" and line["part"] == "all" and line["value"])
        export = data / "export.jsonl"
        export.write_text(wasl("figures", "export", "--data", data, "--member", published["member"]))
        for wrong in (shown["value"] + 1, 3):
            shown["value"] = wrong
            (data / "page.json").write_text(json.dumps(published))
            done = subprocess.run([sys.executable, str(ROOT / "tools/recount-figures.py"), str(export), "--year", str(published["year"]),
                                   "--as-of", published["as_of"], "--page", str(data / "page.json")], capture_output=True, text=True)
            assert done.returncode == 1 and f"{wrong} published" in done.stdout, done.stdout

    @step("wasl figures recount: equal beside the running server")
    def _():
        out = json.loads(wasl("figures", "recount", "--data", data, "--member", NOW["member"], "--json"))
        assert out["equal"] and out["dossiers"] > 10 and out["entries"] > 50, out
        wasl("figures", "recount", "--data", data, "--member", "nobody", expect=2)


def altered(data):
    @step("wasl figures recount: a sum changed in the store is different, exit 1")
    def _():
        database = data / "store" / NOW["member"] / "store.db"
        with sqlite3.connect(database) as store:
            changed = 0
            for row, body in store.execute("select rowid, body from d_figures").fetchall():
                text = body.decode() if isinstance(body, bytes) else body
                if text.startswith('{"offices":[{"ways":['):
                    fresh = re.sub(r'"asked":(\d+)', lambda m: f'"asked":{int(m[1]) + 1}', text, count=1)
                    store.execute("update d_figures set body = ? where rowid = ?", (fresh.encode() if isinstance(body, bytes) else fresh, row))
                    changed += 1
            assert changed == 1, changed
        out = json.loads(wasl("figures", "recount", "--data", data, "--member", NOW["member"], "--json", expect=1))
        assert not out["equal"] and out["differs"], out


def un_index(base, data):
    @step("the UN index without its file says what to do; the self-assessment stands with its evidence")
    def _():
        for language in LANGUAGES:
            status, _, text = get(base, f"/{language}/figures/un-index")
            assert status == 200 and "wasl index import" in text and "<svg viewBox" not in text
            links = re.findall(r'<td[^>]*><a class="govuk-link" href="([^"]+)"', text)
            assert len(links) > 15
            shown = [html.unescape(one) for one in re.findall(r'<td[^>]*><a class="govuk-link" href="[^"]+"><bdi>([^<]*)</bdi>', text)]
            assert "/search?q=شكاية" in shown and not any("%" in one for one in shown), shown
            assert any("?q=%D8%B4" in link for link in links), "the link keeps its bytes"
        for link in sorted(set(links)):
            assert get(base, html.unescape(link))[0] == 200, link

    @step("the weights of the self-assessment are changed on its page: score and what each feature moves follow, and must make 100")
    def _():
        def plain(path):  # a number stands between isolates
            return get(base, path)[2].replace("\u2068", "").replace("\u2069", "")
        page = plain("/en/figures/un-index")
        parts = re.findall(r'name="weight-([A-Z]+)"[^>]*value="(\d+)"', page)
        assert [code for code, _ in parts] == ["IF", "SP", "CP", "TEC", "EPI"] and sum(int(weight) for _, weight in parts) == 100, parts
        reported = re.search(r"<strong>([\d.]+) of 100", page)[1]
        for only in ("EPI", "IF"):
            query = "&".join(f"weight-{code}={100 if code == only else 0}" for code, _ in parts)
            text = plain("/en/figures/un-index?" + query)
            there, of = map(int, re.search(rf"\({only}\)</t[dh]>.*?(\d+) of (\d+)", text, re.S).groups())
            score = float(re.search(r"<strong>([\d.]+) of 100 \(with your weights\)", text)[1])
            assert abs(score - 100 * there / of) < 0.006, (only, score, there, of)
        for wrong in ("weight-IF=11", "weight-IF=-1&weight-SP=56", "weight-IF=x", "weight-SP=45.0", "weight-EPI=99999999999999999999"):
            text = plain("/en/figures/un-index?" + wrong)
            assert "that make 100 together" in text and re.search(r"<strong>([\d.]+) of 100", text)[1] == reported, wrong
        assert "The weight “abc” of" in words(get(base, "/en/figures/un-index?weight-IF=abc")[2])
        assert "is not understood" in words(get(base, "/en/figures/un-index?weight-SP=1e308")[2])
        zero = "&".join(f"weight-{code}=0" for code, _ in parts)
        assert "that make 100 together" in words(get(base, "/en/figures/un-index?" + zero)[2])
        for language, words_there in (("ar", "مجموعها 100"), ("fr", "font 100 ensemble")):
            assert words_there in get(base, f"/{language}/figures/un-index?weight-IF=11")[2]

    @step("wasl index import refuses a file of another shape with its line, and puts a good one in place")
    def _():
        bad = data / "bad.csv"
        for text, why in (("a,b\n", "line 1"), (HEAD, "no rows"), (HEAD + MOROCCO.replace("0.35000", "35%"), "line 3: value"),
                          (HEAD + MOROCCO.replace("0.35000", "1.56184"), "bad.csv: line 3: value '1.56184' is above 1"),
                          (HEAD + ROWS + ROWS, "twice"), (HEAD + "2024,MAR,Morocco,90,0.5,0.5,0.5,0.5\n", "8 fields")):
            bad.write_text(text)
            done = subprocess.run([WASL, "index", "import", str(bad), "--data", str(data)], capture_output=True, text=True)
            assert done.returncode == 2 and why in done.stderr, (why, done.stderr)
        assert not (data / "un_index.csv").exists()
        good = data / "good.csv"
        good.write_text(HEAD + ROWS + MOROCCO)
        assert "62 rows, 2 editions" in wasl("index", "import", good, "--data", data)

    @step("a country's series, its two ranks apart, chart with its table, and what rank 50 needs")
    def _():
        for language in LANGUAGES:
            status, _, text = get(base, f"/{language}/figures/un-index?country=MAR&rank=50")
            assert status == 200
            assert '<svg viewBox="0 0 720 320"' in text and "<title id=\"ranks-title\">" in text
            assert {"ar": "المغرب", "fr": "Maroc", "en": "Morocco", "zgh": "ⵍⵎⵖⵔⵉⴱ"}[language] in words(text)
            odd = words(get(base, f"/{language}/figures/un-index?country=XXX")[2])
            assert "XXX" in odd and {"ar": "ليس في الملف", "fr": "n’est pas dans le fichier", "en": "is not in the file", "zgh": "ⵓⵔ ⵜⵍⵍⵉ"}[language] in odd
        english = words(get(base, "/en/figures/un-index?country=MAR&rank=50")[2])
        assert "rank 50 in OSI needs 0.655 (the value of Country 49)" in english, english[:3000]
        assert "rank 61" in english and "no data" in english  # EPI 0
        assert "Write a rank" in words(get(base, "/en/figures/un-index?country=MAR&rank=500")[2])
        assert "Write a rank" in words(get(base, "/en/figures/un-index?country=MAR&rank=x")[2])

    @step("wasl index show, for people and for machines")
    def _():
        shown = json.loads(wasl("index", "show", "MAR", "--json", "--data", data))
        last = shown["series"][-1]
        assert last["egdi_rank"] == 61 and last["osi_rank"] == 61 and last["epi_rank"] is None
        assert shown["simulation"]["osi_needed"] == 0.655 and shown["simulation"]["holder"] == "Country 49"
        assert "rank 50 in OSI needs 0.655" in wasl("index", "show", "MAR", "--data", data)
        wasl("index", "show", "XXX", "--data", data, expect=1)
        wasl("index", "show", "MAR", "--rank", "0", "--data", data, expect=1)
        wasl("index", "show", "MAR", "--data", data / "nowhere", expect=2)

    survey = SHARED / "reference/egdi/egdi.csv"
    if not survey.exists():
        skip("Morocco in the survey's own file", "it is not beside the checkout")
        return

    @step("Morocco in the survey's own file: EGDI rank 90, OSI rank 100, rank 50 needs 0.804")
    def _():
        wasl("index", "import", survey, "--data", data)
        shown = json.loads(wasl("index", "show", "MAR", "--json", "--data", data))
        last = shown["series"][-1]
        assert (last["year"], last["egdi_rank"], last["osi_rank"]) == (2024, 90, 100), last
        assert round(shown["simulation"]["osi_needed"], 3) == 0.804 and shown["simulation"]["holder"] == "Poland"
        assert shown["simulation"]["egdi_rank_then"] == 72 and not shown["simulation"]["egdi_reachable_by_osi"]
        page = words(get(base, "/fr/figures/un-index")[2])
        assert "0,804" in page and "Poland" in page and "impossible" in page, page[:2000]


def main():
    with Folder() as folder:
        data = folder / "demo"
        with Server(data, "--demo") as server:
            pages(server.url, data)
            areas(server.url, data)
            recounts(server.url, data)
            un_index(server.url, data)
        altered(data)
    finish()


if __name__ == "__main__":
    main()
