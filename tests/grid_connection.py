#!/usr/bin/env python3
"""A connection to the city's network, from the filing to the decision: the automatic check with its record, capacity kept
and given back, an engineer's part, neighbours who ask at once, and what the command line says of the same.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import json
import pathlib
import re
import shutil
import sys
import threading
import tomllib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import desk_flow  # noqa: E402
from _lib import ROOT, SHARED, Folder, Server, finish, skip, step, wasl  # noqa: E402
from _person import PDF, Browser, reference_of, sign_in  # noqa: E402

UTILITY = "regie-electricite"
NETWORK = ROOT / "networks/ain-wasl"
MESSAGES = {tag: tomllib.loads((ROOT / f"web/messages/connection.{tag}.toml").read_text()) for tag in ("ar", "fr", "en", "zgh")}
FR = MESSAGES["fr"]


def check(*arguments, network=NETWORK, expect=0):
    return json.loads(wasl("grid", "check", "--network", network, *arguments, "--json", expect=expect))


class Person:
    """Somebody of the demonstration, signed in."""
    def __init__(self, server, number, language="fr"):
        self.browser, self.language, self.phone = Browser(server.url), language, f"+2126000100{number:02d}"
        sign_in(self.browser, language, self.phone)

    def ask_for(self, procedure, point, kw, **more):
        """The draft up to the page before it is filed."""
        page = self.browser.ask(f"/{self.language}/apply/{UTILITY}/{procedure}")
        if "/apply/" in page.url:
            page = self.browser.send(page.form("/apply/"))
        page = self.browser.send(page.form("/place"), connection_point=point, address="12, rue des Orangers", commune="Aïn El Wasl")
        if procedure == "grid-connection":
            page = self.browser.send(page.form("/supply"), {"use": "shop", "load_kw": kw} | more)
        else:
            page = self.browser.send(page.form("/plant"), {"solar_kw": kw, "conforming": "yes"} | more)
        for _ in range(4):  # who is asked instead of the person, and the papers that are left
            if "/fetched" in page.url:
                page = self.browser.send(page.form("/fetched"))
            elif "/papers" in page.url:
                names = dict.fromkeys(re.findall(r'name="(file-[a-z-]+)"', page.text))
                page = self.browser.send(page.form("/papers"), files={name: ("papier.pdf", PDF) for name in names})
        return page

    def file(self, procedure, point, kw, **more):
        page = self.ask_for(procedure, point, kw, **more)
        page = self.browser.send(page.form("/file"))
        return reference_of(page), page

    def record(self, reference):
        reply = self.browser.ask(f"/{self.language}/request/{reference}/check.json")
        assert reply.status == 200, reply.status
        return json.loads(reply.text)

    def page(self, reference):
        return self.browser.ask(f"/{self.language}/request/{reference}")

    def withdraw(self, reference):
        page = self.browser.ask(f"/{self.language}/request/{reference}/withdraw")
        return self.browser.send(page.form("/withdraw"), reasons="Je n’en ai plus besoin.", sure="yes")


class Desk:
    def __init__(self, server, data, login):
        agents = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
        self.browser = desk_flow.Browser(server.url)
        self.browser.sign_in(agents[(UTILITY, login)])

    def open(self, reference):
        found = self.browser.ask(f"/fr/desk/{UTILITY}/queue?rows=100&q={reference}").links(f"/desk/{UTILITY}/dossier/")
        assert found, reference
        return self.browser.ask(found[0])

    def do(self, reference, action, **fields):
        page = self.open(reference)
        return self.browser.send(page.form(f"/desk/{UTILITY}/dossier/", do=action), **fields)

    def ledger(self):
        page = self.browser.ask(f"/fr/desk/{UTILITY}/capacity")
        assert page.status == 200, page.status
        return page


def words(page):
    plain = re.sub(r"[\u2066-\u2069]", "", re.sub(r"<[^>]+>", " ", page.text)).replace("&#39;", "'")
    return " ".join(plain.split())


def command_line(folder):
    kept = {}

    @step("wasl grid check: a load that the street carries is granted, with both hours and the hash of the network")
    def _():
        record = check("--at", "CP-0005", "--load", "30")
        assert record["outcome"] == "granted" and record["granted_kw"] == 30 and record["binding"] is None, record
        assert [hour["hour"] for hour in record["hours"]] == ["evening", "midday"] and len(record["network"]["hash"]) == 64
        assert record["hours"][0]["lowest_voltage_bus"] == 18, record["hours"]

    @step("wasl grid check: what is too much is granted up to the last kilowatt that holds, and one more breaks the named limit")
    def _():
        record = kept["less"] = check("--at", "18", "--load", "5000", expect=1)
        assert record["outcome"] == "granted-up-to" and record["binding"]["limit"] == "voltage-low" and record["binding"]["bus"] == 18, record
        most = record["granted_kw"]
        assert most > 5 and check("--at", "18", "--load", most)["outcome"] == "granted"
        assert check("--at", "18", "--load", most + 1, expect=1)["granted_kw"] == most
        held = folder / "held.json"
        held.write_text(json.dumps([{"bus": 17, "load_kw": most, "load_kvar": 0, "solar_kw": 0}]))
        assert check("--at", "18", "--load", most, "--held", held, expect=1)["granted_kw"] < most
        roof = check("--at", "Poste 18", "--solar", "20000", expect=1)
        assert roof["outcome"] == "granted-up-to" and roof["binding"]["hour"] == "midday", roof
        line = check("--at", "2", "--load", "9000", expect=1)
        assert line["binding"]["limit"] == "line" and line["binding"]["name"] == "Ligne 1-2", line["binding"]

    @step("wasl grid recheck: the same record on the same network is the same; another network or a forged record is not")
    def _():
        record = folder / "record.json"
        record.write_text(json.dumps(kept["less"]))
        assert "the same" in wasl("grid", "recheck", record, "--network", NETWORK)
        other = folder / "other"
        shutil.copytree(NETWORK, other)
        (other / "lines.csv").write_text((other / "lines.csv").read_text().replace("0.0922", "0.1922"))
        differs = json.loads(wasl("grid", "recheck", record, "--network", other, "--json", expect=1))["differs"]
        assert differs[0] == "network.hash" and "hours" in differs, differs
        forged = dict(kept["less"], granted_kw=kept["less"]["granted_kw"] + 50)
        record.write_text(json.dumps(forged))
        assert json.loads(wasl("grid", "recheck", record, "--network", NETWORK, "--json", expect=1))["differs"] == ["granted_kw"]
        record.write_text("{}")
        assert json.loads(wasl("grid", "recheck", record, "--network", NETWORK, "--json", expect=2))["error"] == "grid.record-malformed"

    @step("bad input has an answer of its own: negative and huge loads, unknown points, a ring, rules out of their sense")
    def _():
        def error(*arguments, **more):
            return check(*arguments, expect=2, **more)["error"]
        assert error("--at", "5", "--load=-5") == "grid.request-power"
        assert error("--at", "5", "--load", "1e9") == "grid.request-power"
        assert error("--at", "5", "--load", "5", "--solar", "5") == "grid.request-power"
        assert error("--at", "5", "--load", "5", "--power-factor", "7") == "grid.power-factor"
        assert error("--at", "nowhere", "--load", "5") == "grid.point-unknown"
        assert error("--at", "1", "--load", "5") == "grid.at-source"
        ring = folder / "ring"
        shutil.copytree(NETWORK, ring)
        (ring / "lines.csv").write_text((ring / "lines.csv").read_text().replace("Liaison 18-33,no", "Liaison 18-33,yes"))
        ringed = check("--at", "5", "--load", "5", network=ring)
        assert ringed["method"]["power_flow"] == "Newton-Raphson" and ringed["outcome"] == "granted", ringed
        (ring / "lines.csv").write_text((ring / "lines.csv").read_text().replace(",yes,", ",no,", 1))
        assert error("--at", "5", "--load", "5", network=ring) == "grid.island"
        rules = folder / "rules.toml"
        for text in ("lowest_pu = 7", "nonsense = 1", "[[hour]]\nname = \"x\"\nsun = -1", "step_kw = \"1\""):
            rules.write_text(text)
            assert error("--at", "5", "--load", "5", "--rules", rules) == "grid.connection-rules", text

    if (SHARED / "data/grid/case33bw.m").exists():
        @step("the demonstration's network is the published one: a check without ratings says the same of both")
        def _():
            plain = folder / "plain"
            shutil.copytree(NETWORK, plain)
            lines = (plain / "lines.csv").read_text()
            (plain / "lines.csv").write_text(re.sub(r",\d+$", ",0", lines, flags=re.M))
            rules = folder / "same.toml"
            rules.write_text((NETWORK / "connection.toml").read_text())
            ours = check("--at", "25", "--load", "9000", "--rules", rules, network=plain, expect=1)
            theirs = check("--at", "25", "--load", "9000", "--rules", rules, network=SHARED / "data/grid/case33bw.m", expect=1)
            assert ours["granted_kw"] == theirs["granted_kw"] and abs(ours["hours"][0]["lowest_voltage_pu"] - theirs["hours"][0]["lowest_voltage_pu"]) < 1e-9
    else:
        skip("the demonstration's network against the published case", "no case33bw.m beside the project")


def law():
    @step("law 82-21: the limits of the procedure are those of the dated pack, marked to confirm")
    def _():
        pack = tomllib.loads((ROOT / "jurisdictions/ma/self-generation.toml").read_text())["thresholds"][-1]
        assert pack["confirmed"] is False
        procedure = tomllib.loads((ROOT / "procedures/rooftop-solar/procedure.toml").read_text())
        limits = set(re.findall(r"solar_kw [<>]=? (\d+)", json.dumps(procedure)))
        assert limits == {str(pack["declaration_below_kw"])}, limits
        form = tomllib.loads((ROOT / "procedures/rooftop-solar/form.toml").read_text())
        highest = next(f["maximum"] for page in form["page"] for f in page["field"] if f["id"] == "solar_kw")
        assert int(highest) > pack["agreement_below_kw"], "a plant beyond the agreement reaches an engineer, who guides it"


def pages(server, data, folder):
    kept = {}
    installed = data / "grid" / UTILITY
    agent, signatory = Desk(server, data, "agent"), Desk(server, data, "signataire")

    @step("filed, checked and kept in one go: the person reads it in plain words, and takes the record along")
    def _():
        person = kept["person"] = Person(server, 2)
        reference, page = person.file("grid-connection", "CP-0024", "25")
        kept["first"] = reference
        text = words(page)
        assert FR["outcome"]["granted"] in text and FR["title"] in text, text[:900]
        assert "25 kW" in text and "réservée jusqu’au" in text, text[:1500]
        assert "nœud" not in text and "tension" not in text.lower(), "plain words for the person"
        record = kept["record"] = person.record(reference)
        assert record["outcome"] == "granted" and record["request"]["bus"] == 24 and record["reserved_until"], record
        file = folder / "check.json"
        file.write_text(json.dumps(record))
        assert "the same" in wasl("grid", "recheck", file, "--network", installed)
        assert "cnie" not in json.dumps(record).lower() and reference not in json.dumps(record), "the record names nobody"

    @step("the pages say it in every language, the Arabic one from right to left")
    def _():
        for tag, texts in MESSAGES.items():
            kept["person"].language = tag
            page = kept["person"].page(kept["first"])
            assert texts["title"] in words(page) and texts["outcome"]["granted"] in words(page), tag
            assert re.search(r'<html[^>]* dir="(\w+)"', page.text)[1] == ("rtl" if tag == "ar" else "ltr")
        kept["person"].language = "fr"

    @step("the command line says the same of the same: the network in force, and what others held then")
    def _():
        held = folder / "held.json"
        held.write_text(json.dumps(kept["record"]["held"]))
        again = check("--at", "CP-0024", "--load", "25", "--held", held, network=installed)
        for member in ("outcome", "granted_kw", "binding", "hours", "network", "feeder", "rules"):
            assert again[member] == kept["record"][member], member

    @step("more than the street carries: granted up to less, told so, nothing refused; the engineer sees the binding element")
    def _():
        person = kept["second"] = Person(server, 3)
        reference, page = person.file("grid-connection", "CP-0025", "9000")
        kept["less"] = reference
        record = person.record(reference)
        assert record["outcome"] == "granted-up-to" and 3 <= record["granted_kw"] < 9000, record
        assert FR["outcome"]["granted-up-to"] in words(page) and "rien n’est refusé" in words(page), words(page)[:900]
        text = words(agent.open(reference))
        for word in (FR["desk"]["binding"], FR["hour"]["evening"], record["network"]["hash"][:16], FR["desk"]["method"]):
            assert word in text, word + ": " + text[:1200]
        binding = record["binding"]
        assert (f"nœud {binding['bus']}" if "bus" in binding else binding["name"]) in text, binding

    @step("the neighbour who comes after gets what is left: an engineer, who has less checked and grants that")
    def _():
        person = kept["third"] = Person(server, 5)
        reference, page = person.file("grid-connection", "CP-0025", "9000")
        record = person.record(reference)
        assert record["outcome"] == "study" and record["binding"], record
        assert FR["outcome"]["study"] in words(page) and FR["person"]["study"].split(".")[0] in words(page)
        refused = agent.do(reference, "grant", reasons="")
        page = signatory.do(reference, "sign")
        assert page.status == 409 and "Aucune capacité n’est réservée" in words(page), (refused.status, page.status, words(page)[:500])
        signatory.do(reference, "return", reasons="Pas de capacité.")
        kept["second"].withdraw(kept["less"])
        page = agent.do(reference, "check-again", kw="40")
        assert "done=check-again" in page.url, (page.status, words(page)[:600])
        assert person.record(reference)["granted_kw"] == 40
        kept["granted"] = reference

    @step("proposed, signed and notified: the decision says how much, the capacity waits to be connected, and is")
    def _():
        reference = kept["granted"]
        agent.do(reference, "grant")
        signatory.do(reference, "sign")
        page = agent.do(reference, "notify", channel="account", proof="lu dans l’espace personnel")
        assert "done=notify" in page.url, (page.status, words(page)[:600])
        text = words(kept["third"].page(reference))
        assert "le raccordement doit se faire au plus tard" in text, text[:1500]
        page = agent.ledger()
        form = page.form("/capacity", do="connect")
        dossier = re.search(r'value="([^"]+)"[^>]*>[^<]*' + re.escape(reference), page.text)
        assert dossier, "the granted capacity is offered to be connected"
        nothing = agent.browser.send(form, dossier="")
        assert nothing.status == 400 and "Choisissez un dossier" in words(nothing), nothing.status
        page = agent.browser.send(form, dossier=dossier[1])
        assert "done=connect" in page.url, page.url
        assert "Raccordé le" in words(kept["third"].page(reference))
        again = agent.browser.send(form, dossier=dossier[1])
        assert again.status == 409, again.status

    @step("law 82-21: a small roof is granted by rule at once, with its regime; a greater one waits for the agreement")
    def _():
        person = Person(server, 7)
        reference, page = person.file("rooftop-solar", "CP-0009", "6")
        text = words(page)
        assert FR["regime"]["declaration"] in text and FR["outcome"]["granted"] in text, text[:1200]
        assert "le raccordement doit se faire au plus tard" in text, "granted, not only kept"
        assert person.record(reference)["regime"] == "declaration"
        for language in MESSAGES:
            rules, texts = (tomllib.loads((ROOT / path).read_text()) for path in (f"web/messages/rules.{language}.toml", f"procedures/rooftop-solar/texts.{language}.toml"))
            told = words(person.browser.ask(f"/{language}/request/{reference}"))
            power = rules["test"]["less"].replace("{name}", texts["field"]["solar_kw"]["label"]).replace("{value}", "11")
            assert power in told and "solar_kw" not in told and "art. 7" not in told, (language, power, told[:2500])
            assert "to confirm" not in words(person.browser.ask(f"/{language}/algorithms")), language
        reference, page = person.file("rooftop-solar", "CP-0009", "40")
        assert FR["regime"]["agreement"] in words(page) and person.record(reference)["regime"] == "agreement"
        reference, page = person.file("rooftop-solar", "CP-0009", "5000")
        assert person.record(reference)["problem"] == "grid.solar-authorisation" and FR["outcome"]["study"] in words(page)

    @step("one person holds five open requests: the sixth goes to an engineer, takes nothing, and he may settle it")
    def _():
        person = Person(server, 31)
        for _ in range(5):
            reference, page = person.file("grid-connection", "CP-0007", "1")
            assert FR["outcome"]["granted"] in words(page), words(page)[:600]
        reference, _ = person.file("grid-connection", "CP-0007", "1")
        assert person.record(reference)["problem"] == "grid.open-many"
        for language in MESSAGES:
            said = tomllib.loads((ROOT / f"web/messages/errors.{language}.toml").read_text())["grid"]["open-many"]
            assert said in words(person.browser.ask(f"/{language}/request/{reference}")), language
        assert reference.split("/", 1)[1] not in words(agent.ledger()), "nothing is kept for it"
        agent.do(reference, "check-again", kw="1")
        assert person.record(reference)["outcome"] == "granted"
        assert Person(server, 32).file("grid-connection", "CP-0007", "1")[1].text.count(FR["outcome"]["granted"]), "somebody else is not bound"

    @step("bad input: what the form can tell is told there; an unknown point reaches an engineer, and takes nothing")
    def _():
        person = Person(server, 9)
        for kw in ("-5", "0", "20001", "beaucoup"):
            page = person.ask_for("grid-connection", "CP-0005", kw)
            assert "/supply" in page.url and "govuk-error-message" in page.text, (kw, page.url)
        reference, page = person.file("grid-connection", "nulle part", "9")
        assert person.record(reference)["problem"] == "grid.point-unknown"
        assert "point de raccordement n’est pas connu" in words(page), words(page)[:900]
        assert reference not in words(agent.ledger()), "nothing is kept for it"

    @step("eight neighbours ask in the same second: what they get together is not more than one alone would")
    def _():
        people = [Person(server, number) for number in range(10, 26, 2)]
        forms = [person.ask_for("grid-connection", "CP-0018", "20") for person in people]
        free = json.loads(json.dumps(kept["record"]["held"]))  # before: only to name the members of the list
        assert isinstance(free, list)
        gate, got = threading.Barrier(len(people)), {}

        def send(person, page):
            gate.wait()
            form = page.form("/file")
            first = person.browser.send(form)
            again = person.browser.send(form)  # an impatient finger
            got[person.phone] = (reference_of(first), reference_of(again) if "/request/" in again.url else None)
        threads = [threading.Thread(target=send, args=pair) for pair in zip(people, forms)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(got) == len(people), got
        records = [person.record(got[person.phone][0]) for person in people]
        assert all(again in (None, first) for first, again in got.values()), "sent twice, filed once"
        order = sorted(records, key=lambda record: (record["at"], sum(one["load_kw"] for one in record["held"])))
        together = sum(record["granted_kw"] for record in records)
        alone = folder / "alone.json"
        alone.write_text(json.dumps(order[0]["held"]))
        most = check("--at", "CP-0018", "--load", "5000", "--held", alone, network=installed, expect=1)["granted_kw"]
        assert 0 < together <= most, (together, most)
        assert {record["outcome"] for record in records} >= {"granted"} and together > most - 20, [r["granted_kw"] for r in records]

    @step("the ledger is the utility's alone, and the audit finds every row and record as it was written")
    def _():
        other = desk_flow.Browser(server.url)
        agents = {(a["member"], a["login"]): a for a in json.loads((data / "demonstration.json").read_text())["agents"]}
        other.sign_in(agents[("commune-ain-wasl", "agent")])
        assert other.ask("/fr/desk/commune-ain-wasl/capacity").status == 404
        assert other.ask(f"/fr/desk/{UTILITY}/capacity").status == 404
        report = json.loads(wasl("audit", "--data", data, "--member", UTILITY, "--json"))
        assert report, report

    @step("a network with a loop is put in force: checked by Newton's method, neighbours of both its arms one after the other")
    def _():
        ring = folder / "ring-in-force"
        shutil.copytree(NETWORK, ring)
        (ring / "lines.csv").write_text((ring / "lines.csv").read_text().replace("Liaison 18-33,no", "Liaison 18-33,yes"))
        wasl("grid", "install", ring, "--data", data, "--member", UTILITY)
        person = Person(server, 4)
        reference, page = person.file("grid-connection", "CP-0005", "9")
        record = person.record(reference)
        assert record["outcome"] == "granted" and record["method"]["power_flow"] == "Newton-Raphson", record
        assert FR["outcome"]["granted"] in words(page), words(page)[:900]
        assert FR["desk"]["newton"].split(",")[0] in words(agent.open(reference)) and reference in words(agent.ledger())
        network = words(agent.browser.ask(f"/fr/desk/{UTILITY}/network"))
        assert FR["desk"]["meshed"] in network and re.search(r"branche \d+–\d+", network), network[:1500]
        network = words(agent.browser.ask(f"/ar/desk/{UTILITY}/network"))
        assert "يُفحص الربط هناك بطريقة نيوتن" in network, network[:1500]
        arms = [(Person(server, number), point) for number, point in ((6, "CP-0018"), (8, "CP-0033"))]
        forms = [someone.ask_for("grid-connection", point, "9000") for someone, point in arms]
        sent, gate = {}, threading.Barrier(len(arms))

        def send(someone, page):
            gate.wait()
            sent[someone.phone] = reference_of(someone.browser.send(page.form("/file")))
        threads = [threading.Thread(target=send, args=(someone, page)) for (someone, _), page in zip(arms, forms)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        records = sorted((someone.record(sent[someone.phone]) for someone, _ in arms), key=lambda one: sum(held["load_kw"] for held in one["held"]))
        first, second = records
        got = [one for one in second["held"] if one["bus"] == first["request"]["bus"]]
        assert first["outcome"] == "granted-up-to" and got and got[0]["load_kw"] >= first["granted_kw"] > 0, (first, second["held"])
        assert second["granted_kw"] < first["granted_kw"] and second["outcome"] != "granted", (first["granted_kw"], second["granted_kw"])
        for one in records:
            (folder / "ring.json").write_text(json.dumps(one))
            assert json.loads(wasl("grid", "recheck", folder / "ring.json", "--network", ring, "--json"))["same"]
        wasl("grid", "install", NETWORK, "--data", data, "--member", UTILITY)
        reference, page = person.file("grid-connection", "CP-0005", "3")
        record = person.record(reference)
        assert "problem" not in record and record["method"]["power_flow"].startswith("radial"), "checked on the tree again"


if __name__ == "__main__":
    with Folder() as folder:
        command_line(folder)
        law()
        with Server(folder / "data", "--demo") as running:
            pages(running, folder / "data", folder)
    finish()
