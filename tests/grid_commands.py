#!/usr/bin/env python3
"""Power networks through the built program: the published results, an own network held against an independent solver, import
and round trips, pictures, traces, energy balances, and what is refused with its place.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import csv
import hashlib
import io
import json
import pathlib
import random
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import SHARED, WASL, Folder, finish, skip, step, wasl  # noqa: E402

ELECTRICAL = ("network.csv", "buses.csv", "lines.csv", "transformers.csv", "switches.csv", "sources.csv")
# The published results of the literature's two feeders.
PUBLISHED = {"case33bw": (202.677, 0.91309, 18), "case69": (224.992, 0.90919, 65)}

# An own feeder of twelve buses on 20 kV and 10 MVA, in ohms, kW and kvar: from, to, r, x, load at `to`.
OWN = ((1, 2, 0.42, 0.31, 320, 140), (2, 3, 0.66, 0.41, 180, 60), (3, 4, 0.91, 0.55, 410, 190), (4, 5, 0.73, 0.38, 260, 90),
       (5, 6, 1.12, 0.64, 150, 70), (2, 7, 0.57, 0.29, 340, 160), (7, 8, 0.84, 0.47, 220, 80), (8, 9, 0.49, 0.26, 90, 40),
       (4, 10, 1.36, 0.72, 280, 120), (10, 11, 0.95, 0.51, 130, 50), (3, 12, 0.61, 0.34, 370, 150))
OWN_LOSSES_KW, OWN_LOWEST_PU, OWN_LOWEST_BUS = 22.2837, 0.986805, 11  # of independent_flow, kept so that neither drifts


def say(*arguments, expect=0):
    """Exit code checked; standard output and error together."""
    done = subprocess.run([WASL, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert done.returncode == expect, f"wasl {arguments}: exit {done.returncode}: {done.stdout[-300:]} {done.stderr[-300:]}"
    return done.stdout + done.stderr


def own_tables(folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "network.csv").write_text("name,base_mva\nown,10\n")
    rows = ["bus,kind,base_kv,load_kw,load_kvar", "1,reference,20,0,0"] + [f"{to},load,20,{kw},{kvar}" for _, to, _, _, kw, kvar in OWN]
    (folder / "buses.csv").write_text("\n".join(rows) + "\n")
    (folder / "lines.csv").write_text("from_bus,to_bus,r_ohm,x_ohm\n" + "".join(f"{a},{b},{r},{x}\n" for a, b, r, x, _, _ in OWN))
    return folder


def independent_flow():
    """Losses in kW and voltages of the own feeder: currents gathered and voltages spread, in ohms and volts, one phase."""
    phase = 20_000 / 3 ** 0.5
    up = {b: (a, complex(r, x)) for a, b, r, x, _, _ in OWN}
    load = {b: complex(kw, kvar) * 1000 / 3 for _, b, _, _, kw, kvar in OWN}
    order = sorted(up, key=lambda b: depth(b, up))
    volts = {b: complex(phase) for b in [1, *up]}
    for _ in range(200):
        current = {b: (load[b] / volts[b]).conjugate() for b in up}
        for b in reversed(order):
            if up[b][0] != 1:
                current[up[b][0]] += current[b]
        for b in order:
            volts[b] = volts[up[b][0]] - up[b][1] * current[b]
    losses = sum(3 * abs(current[b]) ** 2 * up[b][1].real for b in up) / 1000
    return losses, {b: abs(v) / phase for b, v in volts.items()}


def depth(bus, up):
    return 0 if bus == 1 else 1 + depth(up[bus][0], up)


@step("an own feeder: losses and lowest voltage as an independent solver has them, both methods within 1e-9")
def _():
    losses, volts = independent_flow()
    lowest = min(volts, key=volts.get)
    assert abs(losses - OWN_LOSSES_KW) < 1e-3 and abs(volts[lowest] - OWN_LOWEST_PU) < 1e-6 and lowest == OWN_LOWEST_BUS, (losses, volts[lowest], lowest)
    with Folder() as folder:
        out = json.loads(wasl("grid", "solve", own_tables(folder / "own"), "--json"))
        assert abs(out["losses_kw"] - losses) < 1e-6, (out["losses_kw"], losses)
        assert abs(out["lowest_voltage_pu"] - volts[lowest]) < 1e-9 and out["lowest_voltage_bus"] == lowest, out
        assert out["methods_differ_by_pu"] < 1e-9, out


for case, (kw, lowest_pu, bus) in PUBLISHED.items():
    path = SHARED / f"data/grid/{case}.m"
    if not path.exists():
        skip(f"{case}: the published result", f"{path.name} is not beside the project")
        continue

    @step(f"{case}: {kw} kW and {lowest_pu} at bus {bus}, as published; imported to tables and solved again, the same")
    def _(path=path, kw=kw, lowest_pu=lowest_pu, bus=bus):
        out = json.loads(wasl("grid", "solve", path, "--json"))
        assert round(out["losses_kw"], 3) == kw and round(out["lowest_voltage_pu"], 5) == lowest_pu and out["lowest_voltage_bus"] == bus, out
        assert out["methods_differ_by_pu"] < 1e-9
        with Folder() as folder:
            facts = json.loads(wasl("grid", "import", path, "--out", folder / "tables", "--json"))
            assert abs(facts["losses_kw"] - out["losses_kw"]) < 1e-6, facts
            again = json.loads(wasl("grid", "solve", folder / "tables", "--json"))
            assert abs(again["losses_kw"] - out["losses_kw"]) < 1e-9 and again["lowest_voltage_bus"] == bus


@step("import: the hash is that of the files, stays after a second import, and does not hang on the order of rows")
def _():
    with Folder() as folder:
        source = own_tables(folder / "own")
        facts = json.loads(wasl("grid", "import", source, "--out", folder / "a", "--json"))
        assert facts["hash"] == hashlib.sha256(b"".join((folder / "a" / name).read_bytes() for name in ELECTRICAL)).hexdigest()
        assert facts["buses"] == 12 and facts["lines"] == 11 and facts["customers"] == 0 and facts["feeders"] == 1
        again = json.loads(wasl("grid", "import", folder / "a", "--out", folder / "b", "--json"))
        assert again["hash"] == facts["hash"] and all((folder / "a" / n).read_bytes() == (folder / "b" / n).read_bytes() for n in ELECTRICAL)
        chance = random.Random(4)
        for name in ("buses.csv", "lines.csv"):
            head, *rows = (source / name).read_text().splitlines()
            chance.shuffle(rows)
            (source / name).write_text("\n".join([head, *rows]) + "\n")
        assert json.loads(wasl("grid", "import", source, "--out", folder / "c", "--json"))["hash"] == facts["hash"]
        (source / "lines.csv").write_text((source / "lines.csv").read_text().replace("0.42", "0.43"))
        assert json.loads(wasl("grid", "import", source, "--out", folder / "d", "--json"))["hash"] != facts["hash"]


@step("hostile tables: each is refused with its key, file, line and column, exit 2, and nothing is written")
def _():
    bad = {"lines.csv": (("from_bus,to_bus,r_ohm,x_ohm\n1,2,abc,1\n", "grid.csv-value", "lines.csv:2:5"),
                         ("from_bus,to_bus,r_ohm,x_ohm\n1,99,1,1\n", "grid.bus-unknown", "lines.csv:2:3"),
                         ("from_bus,to_bus,r_ohm\n1,2,1\n", "grid.csv-column", "lines.csv:1:1"),
                         ("from_bus,to_bus,r_ohm,x_ohm\n1,2,1\n", "grid.csv-syntax", "lines.csv:2:1"),
                         ('from_bus,to_bus,r_ohm,x_ohm\n1,2,"1,1\n', "grid.csv-syntax", "lines.csv:3:1"),
                         ("from_bus,to_bus,r_ohm,x_ohm\n1,2,nan,1\n", "grid.csv-value", "lines.csv:2:5"),
                         ("from_bus,to_bus,r_ohm,r_pu,x_ohm\n1,2,1,1,1\n", "grid.csv-column", "lines.csv:1:")),
           "buses.csv": (("bus\n1\n1\n", "grid.bus-twice", "buses.csv:3:1"), ("", "grid.csv-syntax", "buses.csv:1:1"),
                         ("bus,load_kw\n1,1e99\n", "grid.csv-value", "buses.csv:2:3"))}
    with Folder() as folder:
        for name, cases in bad.items():
            for text, key, place in cases:
                source = own_tables(folder / "own")
                (source / name).write_text(text)
                out = json.loads(re.search(r"\{.*\}", say("grid", "import", source, "--out", folder / "out", "--json", expect=2), re.S)[0])
                assert out["error"] == key and out["detail"].startswith(place), (text, out)
                assert not (folder / "out").exists()
        say("grid", "import", folder / "nothing", "--out", folder / "out", expect=2)
        (folder / "inf.m").write_text("function mpc = t\nmpc.version = '2';\nmpc.baseMVA = 10;\nmpc.bus = [1 3 0 0 0 0 1 1 0 20 1 1.1 0.9];\n"
                                      "mpc.gen = [1 0 0 1 -1 1 10 1 1 0];\nmpc.branch = [1 1 1 1 0 Inf 0 0 0 0 0 -360 360];\n")
        assert "grid.csv-value" in say("grid", "import", folder / "inf.m", "--out", folder / "out", expect=2) and not (folder / "out").exists()


@step("no answer: islands, zero impedance, a load beyond all limits, no source: exit 1 with the key; loops are solved")
def _():
    def solved(change, expect):
        with Folder() as folder:
            source = own_tables(folder / "own")
            change(source)
            return json.loads(re.search(r"\{.*\}", say("grid", "solve", source, "--json", expect=expect), re.S)[0])

    def edit(name, old, new):
        def change(source):
            text = (source / name).read_text()
            assert old in text
            (source / name).write_text(text.replace(old, new, 1))
        return change

    assert solved(edit("lines.csv", "3,12,0.61,0.34\n", ""), 1)["error"] == "grid.island"
    assert solved(edit("lines.csv", "0.61,0.34", "0,0"), 1)["error"] == "grid.zero-impedance"
    assert solved(edit("buses.csv", "370,150", "999999999,0"), 1)["error"] == "grid.no-convergence"
    assert solved(edit("buses.csv", "reference", "load"), 1)["error"] == "grid.no-reference"
    assert solved(edit("buses.csv", "370,150", "-370,-150"), 0)["losses_kw"] > 0, "a negative load is generation"
    loop = solved(edit("lines.csv", "1,2,0.42,0.31\n", "1,2,0.42,0.31\n1,12,0.8,0.5\n"), 0)
    assert loop["sweep_left_out"] == "grid.not-radial" and loop["losses_kw"] > 0, loop


@step("draw: SVG in four languages, well formed, titled, a mark for each bus; from right to left in Arabic")
def _():
    with Folder() as folder:
        source = own_tables(folder / "own")
        for language, word in (("ar", "الرسم"), ("fr", "Schéma"), ("en", "One-line"), ("zgh", "ⴰⵙⵏⴰⵎⴰⵍ")):
            wasl("grid", "draw", source, "--language", language, "--out", folder / "p.svg")
            root = xml.fromstring((folder / "p.svg").read_text())
            space = "{http://www.w3.org/2000/svg}"
            assert word in root.find(f"{space}title").text and root.find(f"{space}desc").text and root.get("lang") == language
            marks = [p for p in root.iter(f"{space}path") if p.find(f"{space}title") is not None]
            assert len(marks) == 12, len(marks)
            bar = next(float(r.get("x")) for r in root.iter(f"{space}rect") if r.get("x"))
            assert (bar > 250) == (language == "ar"), (language, bar)
        wasl("grid", "sample", "--posts", "400", "--households", "0", "--out", folder / "large")
        large = wasl("grid", "draw", folder / "large", "--language", "fr")
        xml.fromstring(large)
        assert len(large) < 500_000, len(large)


@step("trace: a breaker darkens its feeder; a network without answer is still traced; an unknown name is refused")
def _():
    with Folder() as folder:
        wasl("grid", "sample", "--feeders", "2", "--posts", "6", "--households", "4", "--out", folder / "d")
        out = json.loads(wasl("grid", "trace", folder / "d", "--open", "D1", "--json"))
        assert out["customers"] == 12 and out["customers_of_network"] == 24 and len(out["buses"]) == 13, out
        both = json.loads(wasl("grid", "trace", folder / "d", "--open", "D1", "--open", "D2", "--json"))
        assert both["customers"] == 24
        assert "grid.no-branch" in say("grid", "trace", folder / "d", "--open", "D9", "--json", expect=2)


@step("balance: what an independent sum over the files says, each anomaly named, exit 1 with anomalies")
def _():
    with Folder() as folder:
        wasl("grid", "sample", "--readings", "2026-10", "--out", folder / "d")
        out = json.loads(wasl("grid", "balance", folder / "d", folder / "d/readings.csv", "--json", expect=1))
        meters = {row["meter"]: row for row in csv.DictReader((folder / "d/meters.csv").open())}
        names = {row["bus"]: row["name"].split(" ")[0] for row in csv.DictReader((folder / "d/buses.csv").open())}
        wrong = {a["meter"] for a in out["anomalies"] if a["kind"] != "stopped"}
        handed, billed = {}, {}
        for row in csv.DictReader((folder / "d/readings.csv").open()):
            meter = meters.get(row["meter"])
            if meter is None or row["meter"] in wrong:
                continue
            sums = handed if meter["role"] == "transformer" else billed
            sums[names[meter["bus"]]] = sums.get(names[meter["bus"]], 0) + float(row["energy_kwh"])
        for balance in out["balances"]:
            post = names[str(balance["bus"])]
            assert abs(balance["injected_kwh"] - handed[post]) < 1e-6 and abs(balance["billed_kwh"] - billed[post]) < 1e-6, (balance, post)
        kinds = {a["kind"] for a in out["anomalies"]}
        assert {"unknown-meter", "negative", "impossible", "missing", "stopped"} <= kinds, kinds
        assert out["balances"][0]["meter"] == "T07", "the post that loses most stands first"
        table = list(csv.DictReader(io.StringIO(wasl("grid", "balance", folder / "d", folder / "d/readings.csv", "--csv", expect=1))))
        assert len(table) == len(out["balances"]) == 24
        (folder / "bad.csv").write_text("meter,from,until,energy_kwh\nC0001,2026-10-01,2026-09-01,4\n")
        assert "bad.csv:2:18" in say("grid", "balance", folder / "d", folder / "bad.csv", expect=2)


if __name__ == "__main__":
    finish()
