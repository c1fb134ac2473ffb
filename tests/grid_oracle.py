#!/usr/bin/env python3
"""Power flows held against an independent one: Newton's method in rectangular coordinates, in plain Python, from the MATPOWER
manual's formulas alone. Random networks, radial and meshed, with taps, shifts, shunts, line charging, generators that hold
their voltage and such that do not, and things out of service; then connection checks on meshed networks, the largest grant
recomputed step by step; and case33bw with its tie switches closed, where that case is beside the project.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import cmath
import csv
import json
import math
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import SHARED, WASL, Folder, finish, skip, step, wasl  # noqa: E402

CASE33 = SHARED / "data/grid/case33bw.m"
TIES_33 = ((21, 8), (9, 15), (12, 22), (18, 33), (25, 29))


class Case:
    """A network by its MATPOWER columns: bus = number, type, Pd, Qd, Gs, Bs; gen = bus, Pg, Qg, Vg, status;
    branch = from, to, r, x, b, rating, ratio, shift, status."""

    def __init__(self, base, bus, gen, branch):
        self.base, self.bus, self.gen, self.branch = base, bus, gen, branch

    def text(self):
        def table(name, rows):
            return f"mpc.{name} = [\n" + "".join("\t" + "\t".join(repr(v) for v in row) + ";\n" for row in rows) + "];\n"
        return ("function mpc = random_case\nmpc.version = '2';\n" f"mpc.baseMVA = {self.base!r};\n"
                + table("bus", [(n, t, p, q, g, b, 1, 1, 0, 20, 1, 1.1, 0.9) for n, t, p, q, g, b in self.bus])
                + table("gen", [(n, p, q, 99, -99, v, 100, s, 99, 0) for n, p, q, v, s in self.gen])
                + table("branch", [(f, t, r, x, b, rating, 0, 0, ratio, shift, s, -360, 360) for f, t, r, x, b, rating, ratio, shift, s in self.branch]))

    def admittances(self):
        """Of each branch in service: ends and the four entries of its pi model (manual, equation 3.2)."""
        gone = {n for n, t, *_ in self.bus if t == 4}
        for f, t, r, x, b, rating, ratio, shift, status in self.branch:
            if not status or f in gone or t in gone:
                continue
            series = 1 / complex(r, x)
            tap = (ratio or 1) * cmath.exp(1j * math.radians(shift))
            end = series + 0.5j * b
            yield f, t, end / abs(tap) ** 2, -series / tap.conjugate(), -series / tap, end, rating

    def drawn(self, n):
        _, _, p, q, g, b = next(row for row in self.bus if row[0] == n)
        return complex(p, q)


def gauss(matrix, right):
    """Solves by elimination with pivots."""
    size = len(right)
    rows = [list(matrix[i]) + [right[i]] for i in range(size)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(rows[i][k]))
        if abs(rows[pivot][k]) < 1e-14:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        top = rows[k]
        for i in range(k + 1, size):
            factor = rows[i][k] / top[k]
            if factor:
                row = rows[i]
                for j in range(k, size + 1):
                    row[j] -= factor * top[j]
    out = [0.0] * size
    for i in reversed(range(size)):
        out[i] = (rows[i][size] - sum(rows[i][j] * out[j] for j in range(i + 1, size))) / rows[i][i]
    return out


def idle(case, kinds, held):
    """Voltages without load, handed on through taps: where Newton's method begins."""
    volts = {n: cmath.rect(held.get(n, 1), 0) for n, kind in kinds.items() if kind == 3}
    grown = True
    while grown:
        grown = False
        for f, t, r, x, b, rating, ratio, shift, status in case.branch:
            tap = (ratio or 1) * cmath.exp(1j * math.radians(shift))
            for here, there, gain in ((f, t, 1 / tap), (t, f, tap)):
                if status and here in volts and there in kinds and there not in volts:
                    v = volts[here] * gain
                    volts[there] = v / abs(v) * held[there] if there in held else v
                    grown = True
    return volts


def newton(case):
    """Voltages by bus number, or None where nothing is found; unknowns are real and imaginary parts."""
    kinds = {n: t for n, t, *_ in case.bus if t != 4}
    live = [g for g in case.gen if g[4] > 0 and g[0] in kinds]
    held = {n: v for n, p, q, v, s in live if kinds[n] in (2, 3)}
    kinds = {n: (t if n in held else 1) for n, t in kinds.items()}
    power = {n: -case.drawn(n) / case.base for n in kinds}
    for n, p, q, v, s in live:
        power[n] += complex(p, q) / case.base
    matrix = {n: {} for n in kinds}
    for n, t, p, q, g, b in case.bus:
        if n in kinds:
            matrix[n][n] = complex(g, b) / case.base
    for f, t, ff, ft, tf, tt, _ in case.admittances():
        for a, b, y in ((f, f, ff), (f, t, ft), (t, f, tf), (t, t, tt)):
            matrix[a][b] = matrix[a].get(b, 0) + y
    volts = idle(case, kinds, held)
    free = [n for n in kinds if kinds[n] != 3]
    place = {n: 2 * i for i, n in enumerate(free)}
    for _ in range(30):
        current = {n: sum(y * volts[m] for m, y in matrix[n].items()) for n in free}
        wrong, jacobian = [], []
        for n in free:
            missing = volts[n] * current[n].conjugate() - power[n]
            by = {}
            for m, y in matrix[n].items():  # dS = dV conj(I) + V conj(Y dV)
                if m in place:
                    by[m] = (volts[n] * y.conjugate(), -1j * volts[n] * y.conjugate())
            own = by[n]
            by[n] = (own[0] + current[n].conjugate(), own[1] + 1j * current[n].conjugate())
            real, other = [0.0] * len(place) * 2, [0.0] * len(place) * 2
            for m, (re, im) in by.items():
                real[place[m]], real[place[m] + 1] = re.real, im.real
                other[place[m]], other[place[m] + 1] = re.imag, im.imag
            second = missing.imag
            if kinds[n] == 2:  # its magnitude in place of its reactive power
                other = [0.0] * len(place) * 2
                other[place[n]], other[place[n] + 1] = 2 * volts[n].real, 2 * volts[n].imag
                second = abs(volts[n]) ** 2 - held[n] ** 2
            wrong += [missing.real, second]
            jacobian += [real, other]
        if max(map(abs, wrong), default=0) < 1e-12:
            return volts
        change = gauss(jacobian, wrong)
        if change is None or not all(map(math.isfinite, change)):
            return None
        for n in free:
            volts[n] -= complex(change[place[n]], change[place[n] + 1])
    return volts if max(map(abs, wrong)) < 1e-9 else None


def losses_kw(case, volts):
    total = 0
    for f, t, r, x, b, rating, ratio, shift, status in case.branch:
        if status and f in volts and t in volts:
            tap = (ratio or 1) * cmath.exp(1j * math.radians(shift))
            total += abs((volts[f] / tap - volts[t]) / complex(r, x)) ** 2 * r
    return total * case.base * 1000


def random_case(rng, size, chords):
    """A tree with chords. The first bus is the source; numbers are in no order. Shifts only where no loop adds them up."""
    numbers = rng.sample(range(1, 10 * size), size)
    base = rng.choice((1, 10, 100))
    unit = base / size
    bus = [(numbers[0], 3, 0, 0, 0, 0)]
    gen = [(numbers[0], 0, 0, round(rng.uniform(0.98, 1.04), 3), 1)]
    branch = []
    for i in range(1, size):
        shunt = rng.random() < 0.3
        bus.append((numbers[i], 1, rng.uniform(-0.3, 1) * unit, rng.uniform(-0.2, 0.5) * unit, rng.uniform(0, 0.1) * unit * shunt,
                    rng.uniform(-0.2, 0.3) * unit * shunt))
        ends = [numbers[rng.randrange(i)], numbers[i]]
        rng.shuffle(ends)
        tapped = rng.random() < 0.25
        branch.append((*ends, rng.uniform(0.002, 0.05), rng.uniform(0.002, 0.08), rng.choice((0, rng.uniform(0, 0.03))), 0,
                       round(rng.uniform(0.95, 1.05), 4) if tapped else 0, rng.choice((0, 30, -5)) if tapped and not chords else 0, 1))
        if rng.random() < 0.15:
            kind = rng.choice((1, 2))
            bus[-1] = (numbers[i], kind, *bus[-1][2:])
            gen.append((numbers[i], rng.uniform(0, 0.5) * unit, rng.uniform(-0.1, 0.1) * unit, round(rng.uniform(0.99, 1.03), 3), int(rng.random() < 0.8)))
    for _ in range(chords):
        a, b = rng.sample(numbers, 2)
        branch.append((a, b, rng.uniform(0.01, 0.05), rng.uniform(0.01, 0.08), rng.uniform(0, 0.02), 0, 0, rng.choice((0, 2, -3)), 1))
    a, b = rng.sample(numbers, 2)
    branch.append((a, b, 0.01, 0.01, 0, 0, 0, 0, 0))  # open
    bus.append((max(numbers) + 1, 4, 5 * unit, 0, 0, 0))
    branch.append((numbers[0], max(numbers) + 1, 0.01, 0.01, 0, 0, 0, 0, 1))  # leads to a bus that is isolated in the books
    rng.shuffle(branch)
    rng.shuffle(bus)
    return Case(base, bus, gen, branch)


def told(file, *arguments, codes=(0,)):
    done = subprocess.run([WASL, "grid", *map(str, arguments[:1]), *([str(file)] if file else []), *map(str, arguments[1:]), "--json"],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode in codes, (done.returncode, done.stdout[-300:], done.stderr[-300:])
    return json.loads(done.stdout)


def compare(case, folder):
    """Voltages within 1e-8 and losses within 1e-6 of the oracle's."""
    file = folder / "case.m"
    file.write_text(case.text())
    volts = newton(case)
    out = told(file, "solve", codes=(0, 1))
    assert (volts is not None) == out["converged"], (volts is None, out.get("error"), out.get("detail"))
    if volts is None:
        return None
    for row in out["buses"]:
        assert row["energised"] == (row["bus"] in volts), row
        if row["energised"]:
            got = cmath.rect(row["voltage_pu"], math.radians(row["angle_degrees"]))
            assert abs(got - volts[row["bus"]]) < 1e-8, (row, abs(got - volts[row["bus"]]))
    exact = losses_kw(case, volts)
    assert abs(out["losses_kw"] - exact) < 1e-6 * max(1, abs(exact)), (out["losses_kw"], exact)
    return out


@step("60 random networks, half of them meshed: every voltage and the losses as an independent Newton's method has them")
def _():
    rng = random.Random(33)
    seen = {"swept": 0, "meshed": 0, "held": 0}
    with Folder() as folder:
        for turn in range(60):
            out = compare(random_case(rng, rng.randint(2, 26), rng.randint(1, 4) if turn % 2 else 0), folder)
            if out is not None:
                seen[{None: "swept", "grid.not-radial": "meshed", "grid.held-voltage": "held"}[out["sweep_left_out"]]] += 1
    assert min(seen.values()) >= 5, seen


@step("the base power is a unit and no more: from 1 kVA to 1 GVA the same network has the same volts and kilowatts")
def _():
    rng = random.Random(5)
    with Folder() as folder:
        case = random_case(rng, 12, 3)
        first = compare(case, folder)
        for base in (1e-3, 1e3):
            factor = base / case.base
            other = Case(base, case.bus, case.gen, [(f, t, r * factor, x * factor, b / factor, *rest) for f, t, r, x, b, *rest in case.branch])
            (folder / "other.m").write_text(other.text())
            again = told(folder / "other.m", "solve")
            assert abs(again["losses_kw"] / first["losses_kw"] - 1) < 1e-7, (base, again["losses_kw"], first["losses_kw"])
            assert abs(again["lowest_voltage_pu"] - first["lowest_voltage_pu"]) < 1e-8


# --- connections on meshed networks ---------------------------------------------------------------------------------------
HOURS = (("evening", 1, 1, 0), ("midday", 0.3, 0, 1))  # name, load, new load, sun
LOWEST, HIGHEST = 0.9, 1.1


def in_hour(case, load, bus, more):
    """With all loads times `load` and `more` MVA drawn at a bus."""
    return Case(case.base, [(n, t, p * load + (more.real if n == bus else 0), q * load + (more.imag if n == bus else 0), g, b)
                            for n, t, p, q, g, b in case.bus], case.gen, case.branch)


def within(case, lowest=LOWEST, highest=HIGHEST):
    """Whether every voltage and rating holds; the share by which the worst is kept or broken."""
    volts = newton(case)
    if volts is None:
        return -1
    sources = {n for n, t, *_ in case.bus if t == 3}
    least = min(min(abs(v) / lowest - 1, 1 - abs(v) / highest) for n, v in volts.items() if n not in sources)
    for f, t, ff, ft, tf, tt, rating in case.admittances():
        if rating > 0:
            flows = volts[f] * (ff * volts[f] + ft * volts[t]).conjugate(), volts[t] * (tf * volts[f] + tt * volts[t]).conjugate()
            least = min(least, 1 - max(map(abs, flows)) * case.base / rating)
    return least


def holds(case, bus, load_kw, solar_kw, power_factor=0.9):
    """In the hour in which the request acts; the other is not held against it."""
    if load_kw:
        kvar = load_kw * math.sqrt(1 / power_factor ** 2 - 1)
        return within(in_hour(case, HOURS[0][1], bus, complex(load_kw, kvar) / 1000))
    return within(in_hour(case, HOURS[1][1], bus, complex(-solar_kw, 0) / 1000))


def mesh_for_checks(rng):
    """Loads only, one source, no shifts; ratings here and there."""
    case = random_case(rng, rng.randint(5, 14), rng.randint(1, 3))
    source = next(n for n, t, *_ in case.bus if t == 3)
    gone = next(n for n, t, *_ in case.bus if t == 4)
    bus = [(n, t if t in (3, 4) else 1, abs(p) * 0.3, abs(q) * 0.3, 0, 0) for n, t, p, q, g, b in case.bus]
    branch = [(f, t, r, x, 0, rng.choice((0, case.base * rng.uniform(0.4, 1))), 0, 0, s) for f, t, r, x, b, _, ratio, shift, s in case.branch]
    return Case(case.base, bus, [(source, 0, 0, 1.0, 1)], branch), [n for n, *_ in bus if n not in (source, gone)]


def verify(case, file, bus, load_kw, solar_kw):
    """The program's check of one request, its largest grant held against the oracle on both sides."""
    asked = ("--load", load_kw) if load_kw else ("--solar", solar_kw)
    record = told(None, "check", "--network", file, "--at", bus, *asked, codes=(0, 1))
    granted, whole = record["granted_kw"], load_kw or solar_kw
    amounts = lambda kw: (kw, 0) if load_kw else (0, kw)  # noqa: E731
    if record["outcome"] == "study":
        assert record["beyond_already"] or holds(case, bus, *amounts(1)) < 1e-9, record
        return record
    assert holds(case, bus, *amounts(granted)) > -1e-7, record
    if record["outcome"] == "granted-up-to":
        assert record["binding"] and holds(case, bus, *amounts(min(granted + 1, whole))) < 1e-7, record
    else:
        assert granted == whole
    return record


@step("connection checks on 25 random meshed networks: what is granted holds by the oracle, one kilowatt more breaks a limit")
def _():
    rng = random.Random(12)
    outcomes = []
    with Folder() as folder:
        for turn in range(25):
            case, buses = mesh_for_checks(rng)
            (folder / "mesh.m").write_text(case.text())
            at, kw = rng.choice(buses), rng.choice((20, 700 * case.base, 3000 * case.base))
            record = verify(case, folder / "mesh.m", at, min(kw, 99_000) * (turn % 2), min(kw, 99_000) * (1 - turn % 2))
            outcomes.append((record["outcome"], record["method"]["power_flow"]))
    assert {("granted", "Newton-Raphson"), ("granted-up-to", "Newton-Raphson")} <= set(outcomes), outcomes


def from_tables(folder):
    """A network of lines and loads from the canonical tables: impedances in per unit there."""
    rows = {name: list(csv.DictReader((folder / f"{name}.csv").open())) for name in ("network", "buses", "lines", "sources")}
    kinds = {"load": 1, "generator": 2, "reference": 3, "isolated": 4}
    return Case(float(rows["network"][0]["base_mva"]),
                [(int(b["bus"]), kinds[b["kind"]], float(b["load_mw"]), float(b["load_mvar"]), 0, 0) for b in rows["buses"]],
                [(int(s["bus"]), 0, 0, float(s["voltage_pu"]), 1) for s in rows["sources"]],
                [(int(x["from_bus"]), int(x["to_bus"]), float(x["r_pu"]), float(x["x_pu"]), 0, 0, 0, 0, int(x["in_service"] == "yes")) for x in rows["lines"]])


if not CASE33.exists():
    skip("case33bw with its ties closed", "case33bw.m is not beside the project")
else:
    @step("case33bw with its five tie switches closed: solved, a load granted up to what binds, and its record found the same again")
    def _():
        def closed(ties):
            lines = []
            for line in CASE33.read_text().splitlines():
                cells = line.split()
                if len(cells) > 11 and tuple(map(int, cells[:2])) in ties if cells[:1] and cells[0].isdigit() and cells[1].isdigit() else False:
                    cells[10] = "1"
                    line = "\t" + "\t".join(cells)
                lines.append(line)
            return "\n".join(lines) + "\n"

        with Folder() as folder:
            file, open_file = folder / "ring33.m", folder / "open33.m"
            file.write_text(closed(TIES_33))
            open_file.write_text(closed(()))
            mesh, radial = told(file, "solve"), told(open_file, "solve")
            assert mesh["sweep_left_out"] == "grid.not-radial" and radial["sweep_left_out"] is None
            assert mesh["losses_kw"] < 0.7 * radial["losses_kw"] and mesh["lowest_voltage_pu"] > radial["lowest_voltage_pu"] + 0.02, mesh["losses_kw"]
            asked = ("--at", 18, "--load", 5000)
            imported = folder / "net"
            wasl("grid", "import", file, "--out", imported)
            volts = newton(from_tables(imported))
            assert max(abs(abs(volts[row["bus"]]) - row["voltage_pu"]) for row in mesh["buses"]) < 1e-8
            assert abs(losses_kw(from_tables(imported), volts) - mesh["losses_kw"]) < 1e-6 and abs(mesh["losses_kw"] - 123.291) < 5e-4, mesh["losses_kw"]
            mesh = told(None, "check", "--network", file, *asked, codes=(1,))
            radial = told(None, "check", "--network", open_file, *asked, codes=(1,))
            assert mesh["method"]["power_flow"] == "Newton-Raphson" and radial["method"]["power_flow"].startswith("radial")
            assert mesh["outcome"] == "granted-up-to" and mesh["granted_kw"] > 2 * radial["granted_kw"], (mesh["granted_kw"], radial["granted_kw"])
            (folder / "record.json").write_text(json.dumps(mesh))
            assert told(None, "recheck", folder / "record.json", "--network", file)["same"]
            again = told(None, "recheck", folder / "record.json", "--network", open_file, codes=(1,))
            assert {"network.hash", "method", "granted_kw"} <= set(again["differs"]), again["differs"]
            assert told(None, "check", "--network", imported, *asked, codes=(1,))["granted_kw"] == mesh["granted_kw"], "as tables the same"


if __name__ == "__main__":
    finish()
