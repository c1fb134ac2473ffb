#!/usr/bin/env python3
"""The pages of a utility's network through the built program, without JavaScript: outages recorded, told and ended, the public
page and its data recomputed by a plain script, readings and losses, empty states, and who may come in.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import csv
import html
import io
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tomllib
import urllib.error
import urllib.parse
import urllib.request
import uuid
import xml.etree.ElementTree as xml
from datetime import datetime, timedelta

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import ROOT, WASL, Folder, Server, finish, step, wasl  # noqa: E402
from desk_flow import Browser, Reply  # noqa: E402

UTILITY, COMMUNE = "regie-electricite", "commune-ain-wasl"
LANGUAGES = ("ar", "fr", "en", "zgh")


def words(text):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)).replace("\u2068", "").replace("\u2069", ""))


def desk(path, language="fr", member=UTILITY):
    return f"/{language}/desk/{member}/network{path}"


def send_file(browser, form, name, filename, content):
    """A multipart form, as a browser sends it."""
    mark = uuid.uuid4().hex
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in form["fields"]]
    parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: text/csv\r\n\r\n')
    body = "".join(parts).encode() + content + f"\r\n--{mark}--\r\n".encode()
    request = urllib.request.Request(urllib.parse.urljoin(browser.url, form["action"]), data=body)
    request.add_header("Content-Type", f"multipart/form-data; boundary={mark}")
    try:
        with browser.opener.open(request, timeout=60) as reply:
            return Reply(reply.status, reply.url, reply.headers, reply.read())
    except urllib.error.HTTPError as error:
        return Reply(error.code, error.url, error.headers, error.read())


def outages_of(data):
    """Every outage as it lies in the store."""
    books = sqlite3.connect(f"file:{data}/store/{UTILITY}/store.db?mode=ro", uri=True)
    tables = [name for (name,) in books.execute("SELECT name FROM sqlite_master WHERE type='table'")]
    found = []
    for table in (name for name in tables if "grid_outage" in name):
        if "body" not in [row[1] for row in books.execute(f'PRAGMA table_info("{table}")')]:
            continue
        for (body,) in books.execute(f'SELECT body FROM "{table}"'):
            found.append(json.loads(body))
    books.close()
    return found


def main(server, data):
    agents = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
    agent, state = Browser(server.url), {}

    @step("the public page in four languages: cuts of now, of seven days, by month and feeder, linked from the footer")
    def _():
        for language in LANGUAGES:
            reply = agent.ask(f"/{language}/outages")
            assert reply.status == 200 and "unsafe" not in reply.headers["Content-Security-Policy"]
            assert set(re.findall(r'<section aria-labelledby="([a-z]+)">', reply.text)) == {"now", "recent", "reliability", "data"}
            assert "SAIDI" in reply.text and "IEEE 1366" in words(reply.text)
            assert f'href="/{language}/outages"' in agent.ask(f"/{language}").text
        assert agent.ask("/fr/outages?member=nobody").status == 404
        assert agent.ask("/fr/outages.csv?member=nobody").status == 404

    @step("a member without a network: the page says so and how it is put in place")
    def _():
        empty = words(agent.ask(f"/fr/outages?member={COMMUNE}").text)
        assert "Aucune régie ne publie" in empty

    @step("only the utility's own staff come in; the commune's agent and strangers do not")
    def _():
        for path in ("", "/outages", "/meters", "/one-line.svg", "/losses.csv"):
            assert "/desk/sign-in" in agent.ask(desk(path)).url, path
        other = Browser(server.url)
        assert other.sign_in(agents[(COMMUNE, "agent")]).status == 200
        for path in ("", "/outages", "/meters", "/one-line.svg", "/losses.csv"):
            assert other.ask(desk(path)).status == 404, path
        assert agent.sign_in(agents[(UTILITY, "agent")]).status == 200

    @step("the desk's page: hash, losses, lowest voltage, picture in each language")
    def _():
        for language in LANGUAGES:
            reply = agent.ask(desk("", language))
            assert reply.status == 200, reply.status
            assert re.search(r"[0-9a-f]{64}", reply.text)
            picture = agent.ask(desk("/one-line.svg", language))
            assert picture.headers["Content-Type"] == "image/svg+xml"
            root = xml.fromstring(picture.text)
            assert root.get("lang") == language
        text = words(agent.ask(desk("")).text)
        assert "202,7" in text and "0,9131" in text, text[:1500]

    @step("an outage is looked at before it is recorded; then its customers are in the outbox, in their languages")
    def _():
        page = agent.ask(desk("/outages"))
        form = page.form("/network/outages", do="preview")
        look = agent.send(form, opened="2-19", cause="weather")
        assert look.status == 200 and "Qui est touché" in words(look.text), words(look.text)[:600]
        state["customers"] = int(re.search(r"Clients (\d[\d\s\u202f.]*)", words(look.text))[1].replace("\u202f", "").replace(" ", "").replace(".", ""))
        before = len(outages_of(data))
        done = agent.send(look.form("/network/outages", do="begin"))
        assert "done=begun" in done.url and len(outages_of(data)) == before + 1, done.url
        state["outage"] = next(o for o in outages_of(data) if o["opened"] == ["Ligne 2-19"] and o["ended"] is None)
        assert sum(bus["customers"] for bus in state["outage"]["buses"]) == state["customers"] and state["outage"]["told"] > 0
        outbox = agent.ask("/fr/outbox").text
        assert "Votre électricité est coupée" in words(outbox) or "انقطعت الكهرباء" in words(outbox)

    @step("everybody sees it: where, since when, how many without supply")
    def _():
        text = words(agent.ask("/fr/outages").text)
        assert "intempéries" in text and str(state["customers"]) in text.replace("\u202f", ""), text[:900]

    @step("what cannot be is refused beside its question: unknown name, open already, nobody behind it, a time to come")
    def _():
        def refused(part, **fields):
            form = agent.ask(desk("/outages")).form("/network/outages", do="preview")
            reply = agent.send(form, **fields)
            assert reply.status in (400, 404, 409, 422) and part in words(reply.text) and "error-summary" in reply.text, (reply.status, words(reply.text)[:500])
        refused("ni interrupteur", opened="D99")
        refused("Cette cause n’est pas connue", opened="9-10", cause="martians")
        refused("déjà ouverte", opened="2-19")
        refused("Personne ne serait coupé", opened="19-20")
        refused("n’est pas possible", opened="9-10", began=(datetime.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M"))
        refused("n’est pas possible", opened="9-10", began="yesterday")

    @step("the picture draws what the outage cut off as not fed and the open branch as open, in its legend and in words")
    def _():
        dark = {bus["bus"] for bus in state["outage"]["buses"]}
        for language in LANGUAGES:
            said = tomllib.loads((ROOT / f"web/messages/supply.{language}.toml").read_text())["picture"]
            root = xml.fromstring(agent.ask(desk("/one-line.svg", language)).text.replace("\u2068", "").replace("\u2069", ""))
            titles = [element.text for element in root.iter("{http://www.w3.org/2000/svg}title")]
            drawn = {int(re.search(r"(\d+)\)?\s?:", title)[1]) for title in titles if title.endswith(said["unfed"])}
            assert dark <= drawn, (language, dark - drawn)
            assert said["open"].replace("{branch}", "Ligne 2-19") in titles, titles[:4]
            legend = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
            assert any(text.startswith(said["unfed"] + " · ") and not text.startswith(said["unfed"] + " · 0") for text in legend), legend[-6:]
            assert any(text.startswith(said["opened"].split("{")[0]) for text in legend), legend[-6:]
            alternative = words(html.unescape(re.search(r'<img [^>]*alt="([^"]*)"', agent.ask(desk("", language)).text)[1]))
            assert said["dark"].split("{")[0] in alternative and "Ligne 2-19" in alternative, alternative

    @step("supply comes back: recorded, told, and gone from what is now")
    def _():
        form = agent.ask(desk("/outages")).form("/network/outages", do="restore-" + state["outage"]["id"])
        done = agent.send(form)
        assert "done=restored" in done.url, (done.url, words(done.text)[:500])
        kept = next(o for o in outages_of(data) if o["id"] == state["outage"]["id"])
        assert kept["ended"] and all(bus["ended"] for bus in kept["buses"]) and kept["closed"] == ["Ligne 2-19"]
        again = agent.send(form)
        assert again.status in (404, 409), again.status
        assert "Ligne 2-19 : ouvert" not in words(agent.ask(desk("/one-line.svg")).text)
        assert "rétablie" in words(agent.ask("/fr/outbox").text) or "عادت الكهرباء" in words(agent.ask("/fr/outbox").text)

    @step("SAIDI, SAIFI and CAIDI by month are what a plain script makes of the records; small ones withheld")
    def _():
        rows = list(csv.DictReader(io.StringIO(agent.ask("/fr/outages.csv").text.removeprefix("\ufeff"))))
        served = int(rows[0]["customers_served"])
        assert all(outage["served"] == served for outage in outages_of(data)), "each outage says how many customers there were"
        months = {}
        for outage in outages_of(data):
            begun = datetime.fromisoformat(outage["began"].replace("Z", "+00:00"))
            month = (begun + timedelta(hours=1)).strftime("%Y-%m")  # Africa/Casablanca, but for Ramadan
            sums = months.setdefault(month, [0, 0])
            for bus in outage["buses"]:
                if not bus["ended"]:
                    sums[0] = None  # still going: its minutes grow while this runs
                    break
                seconds = int((datetime.fromisoformat(bus["ended"].replace("Z", "+00:00")) - begun).total_seconds())
                if seconds > 300 and sums[0] is not None:
                    sums[0] += bus["customers"]
                    sums[1] += bus["customers"] * seconds
        checked = 0
        for row in (r for r in rows if r["month"]):
            interrupted, seconds = months.get(row["month"], [0, 0])
            if interrupted is None:
                continue
            if 0 < interrupted < 10:
                assert row["saidi"] == "" and row["why_not"] == "withheld", row
                continue
            assert int(row["customers_interrupted"]) == interrupted, (row, interrupted)
            assert abs(float(row["saidi"]) - seconds / 60 / served) < 1e-4 and abs(float(row["saifi"]) - interrupted / served) < 1e-4, row
            assert row["caidi"] == "" if interrupted == 0 else abs(float(row["caidi"]) - seconds / 60 / interrupted) < 1e-3, row
            checked += interrupted > 0
        assert checked >= 2, months

    @step("readings: losses by transformer and what cannot be right, each with what to do; data to take away")
    def _():
        page = agent.ask(desk("/meters"))
        text = words(page.text)
        assert "Pertes par transformateur" in text and "Relevé négatif" in text and "Que faire" in text, text[:800]
        link = page.links("/network/losses.csv")[0]
        rows = list(csv.DictReader(io.StringIO(agent.ask(link).text)))
        assert rows and all(row["injected_kwh"] for row in rows)
        for language in LANGUAGES:
            assert agent.ask(desk("/meters", language)).status == 200

    @step("a file of readings that cannot be used is refused with its line and column, and the one before stays")
    def _():
        form = agent.ask(desk("/meters")).form("/network/meters")
        bad = send_file(agent, form, "readings", "releves.csv", b"meter,from,until,energy_kwh\r\nCP-0002,2026-13-01,2026-11-01,4\r\n")
        assert bad.status == 422 and "releves.csv:2:9" in words(bad.text), (bad.status, words(bad.text)[:400])
        assert "Pertes par transformateur" in words(bad.text)
        none = agent.send(form)
        assert none.status in (400, 422) or "error-summary" in none.text
        good = b"meter,from,until,energy_kwh\r\nCP-0002,2025-01-01,2025-02-01,400\r\nCT-0002,2025-01-01,2025-02-01,410\r\n"
        kept = send_file(agent, agent.ask(desk("/meters")).form("/network/meters"), "readings", "janvier.csv", good)
        assert "done=kept" in kept.url, (kept.url, kept.status)
        assert "janvier.csv" in words(agent.ask(desk("/meters?period=2025-01-01_2025-02-01")).text)

    @step("another network is taken over while the server runs; one without a solution says why, and outages still work")
    def _():
        with Folder() as folder:
            wasl("grid", "sample", "--feeders", "2", "--posts", "6", "--households", "4", "--out", folder / "d")
            digest = wasl("grid", "install", folder / "d", "--data", data, "--member", UTILITY).strip()
            assert digest in agent.ask(desk("")).text
            lines = (folder / "d/lines.csv").read_text().splitlines(keepends=True)
            (folder / "d/lines.csv").write_text("".join([lines[0], *lines[2:]]))
            wasl("grid", "install", folder / "d", "--data", data, "--member", UTILITY)
            text = words(agent.ask(desk("")).text)
            assert "Pas de tensions pour ce réseau" in text and "référence" in text, text[:600]
            assert agent.ask(desk("/outages")).status == 200 and agent.ask("/fr/outages").status == 200
            assert agent.ask(desk("/one-line.svg")).status == 200
            wasl("grid", "install", folder / "d", "--data", data, "--member", "nobody", expect=2)

    @step("whatever network is in force, its page says what is the matter in the reader's language: loops, no impedance, no balance")
    def _():
        source = ROOT / "networks/ain-wasl"
        said = {"loop": {"fr": "méthode de Newton", "ar": "طريقة نيوتن", "en": "Newton’s method"},
                "meshed": {"fr": "raccordements y sont vérifiés par la méthode", "ar": "يُفحص الربط هناك", "en": "connections there are checked"},
                "zero": {"fr": "n’a pas d’impédance", "ar": "لا معاوقة له", "en": "no impedance"},
                "huge": {"fr": "Aucun point de fonctionnement", "ar": "لم يتم العثور على نقطة اشتغال", "en": "No operating point"},
                "negative": {"fr": "deux méthodes d’accord", "ar": "طريقتان متفقتان", "en": "two methods agree"}}
        cases = (("lines.csv", "Liaison 18-33,no", "Liaison 18-33,yes", ("loop", "meshed"), True),
                 ("lines.csv", "1,2,Ligne 1-2,yes,0.0922,0.047", "1,2,Ligne 1-2,yes,0,0", ("zero",), False),
                 ("buses.csv", "2,Poste 2,load,12.66,100,60", "2,Poste 2,load,12.66,99999999,60", ("huge",), False),
                 ("buses.csv", "2,Poste 2,load,12.66,100,60", "2,Poste 2,load,12.66,-100,-60", ("negative",), True))
        for name, old, new, keys, solved in cases:
            with Folder() as folder:
                shutil.copytree(source, folder / "d")
                text = (folder / "d" / name).read_text()
                assert old in text, old
                (folder / "d" / name).write_text(text.replace(old, new))
                done = subprocess.run([WASL, "grid", "install", folder / "d", "--data", data, "--member", UTILITY], capture_output=True, text=True, timeout=60)
                assert done.returncode == 0 and ("[grid." in done.stderr) == (not solved), (keys, done)  # put in force, and said to who did it
                for language in ("fr", "ar", "en"):
                    reply = agent.ask(desk("", language))
                    assert reply.status == 200 and all(said[key][language] in words(reply.text) for key in keys), (keys, language, words(reply.text)[:900])
                    assert (said["loop"][language] in words(reply.text)) == ("loop" in keys), (keys, language)
                xml.fromstring(agent.ask(desk("/one-line.svg")).text)
                for path in (desk("/outages"), desk("/meters"), f"/fr/outages?member={UTILITY}", f"/fr/outages.csv?member={UTILITY}"):
                    assert agent.ask(path).status == 200, (keys, path)

    @step("no customers: the indices have no value, and why, on the page and as data")
    def _():
        with Folder() as folder:
            shutil.copytree(ROOT / "networks/ain-wasl", folder / "d")
            (folder / "d/meters.csv").write_text("meter,bus,role\n")
            wasl("grid", "install", folder / "d", "--data", data, "--member", UTILITY)
            rows = list(csv.DictReader(io.StringIO(agent.ask("/fr/outages.csv").text.removeprefix("\ufeff"))))
            quiet = [row for row in rows if row["customers_interrupted"] == "0"]
            assert quiet and all(row["saidi"] == "" and row["why_not"] == "no-customers" for row in quiet), quiet[:2]
            told = [row for row in rows if row["month"] and row["saidi"]]
            assert told, "months with interruptions keep the customers of their time"
            assert "Aucun client n’est rattaché" in words(agent.ask("/fr/outages").text)
            wasl("grid", "install", ROOT / "networks/ain-wasl", "--data", data, "--member", UTILITY)

    @step("the audit compares every outage with its chain: one changed beside the journal is found")
    def _():
        assert json.loads(wasl("audit", "--data", data, "--member", UTILITY, "--json"))
        with sqlite3.connect(data / "store" / UTILITY / "store.db") as books:
            row, body = books.execute("select rowid, body from d_grid_outage limit 1").fetchone()
            text = body.decode() if isinstance(body, bytes) else body
            forged = re.sub(r'"customers":(\d+)', lambda m: f'"customers":{int(m[1]) + 1}', text, count=1)
            books.execute("update d_grid_outage set body = ? where rowid = ?", (forged.encode() if isinstance(body, bytes) else forged, row))
        books.close()
        out = wasl("audit", "--data", data, "--member", UTILITY, "--json", expect=1)
        assert "recheck.outage-differs" in out, out[-600:]


if __name__ == "__main__":
    with Folder() as folder:
        with Server(folder / "data", "--demo") as running:
            main(running, folder / "data")
    finish()
