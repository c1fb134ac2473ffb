#!/usr/bin/env python3
"""The commands for those who write rules: `wasl feel`, `wasl dmn eval`, `wasl dmn tck`, on a small tree of their own.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import csv
import json
import subprocess
import sys
import time

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parent))
from _lib import WASL, Folder, finish, step, wasl  # noqa: E402

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:fees" name="fees">
  <inputData id="pages" name="pages"><variable name="pages" typeRef="number"/></inputData>
  <decision id="fee" name="fee"><variable name="fee" typeRef="number"/>
    <informationRequirement id="r1"><requiredInput href="#pages"/></informationRequirement>
    <decisionTable hitPolicy="UNIQUE">
      <input><inputExpression typeRef="number"><text>pages</text></inputExpression></input>
      <output typeRef="number"/>
      <rule><inputEntry><text>&lt;= 10</text></inputEntry><outputEntry><text>20</text></outputEntry></rule>
      <rule><inputEntry><text>&gt; 10</text></inputEntry><outputEntry><text>2 * pages</text></outputEntry></rule>
    </decisionTable></decision>
</definitions>
"""
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <modelName>0001-fees.dmn</modelName>
  <testCase id="001"><inputNode name="pages"><value xsi:type="xsd:decimal">3</value></inputNode>
    <resultNode name="fee" type="decision"><expected><value xsi:type="xsd:decimal">20</value></expected></resultNode></testCase>
  <testCase id="002"><inputNode name="pages"><value xsi:type="xsd:decimal">30</value></inputNode>
    <resultNode name="fee" type="decision"><expected><value xsi:type="xsd:decimal">60</value></expected></resultNode></testCase>
</testCases>
"""


def told(*arguments, expect):
    """Standard error of a command; checks the exit code, and that it answers soon."""
    started = time.monotonic()
    done = subprocess.run([WASL, *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert done.returncode == expect, f"exit {done.returncode}, expected {expect}: {done.stdout[-300:]} {done.stderr[-300:]}"
    assert time.monotonic() - started < 20, "it took too long"
    return done.stderr


def tree(folder, cases=CASES):
    place = folder / "compliance-level-3/0001-fees"
    place.mkdir(parents=True, exist_ok=True)
    (place / "0001-fees.dmn").write_text(MODEL)
    (place / "0001-fees-test-01.xml").write_text(cases)
    return place / "0001-fees.dmn"


@step("feel: a value is exit 0, a value with a finding 1, no expression 2")
def _():
    assert wasl("feel", "sum([1, 2.5]) * 2").strip() == "7"
    assert wasl("feel", "pages * 2", "--context", '{"pages": 21}').strip() == "42"
    assert wasl("feel", '"a" + 1', expect=1).strip() == "null"
    assert "column 5" in told("feel", '"a" + 1', expect=1)
    assert told("feel", "1 +", expect=2)


@step("feel: a finding has line and column, counted in characters; every limit can be set, and is told by --help")
def _():
    assert "line 3, column 7" in told("feel", '"é€" +\n  "b" +\n  "𝄞" + 1', expect=1)
    assert "line 1, column 7" in told("feel", '"𝄞" + )', expect=2)
    said = wasl("feel", "--help")
    for option in ("--max-steps", "--max-depth", "--max-text", "--max-string", "--max-list"):
        assert option in said, said
    assert "262144" in said and "5000000" in said and "20000" in said, said
    loop = "{f: function(n) if n = 0 then 0 else f(n - 1), r: f(200)}.r"
    assert wasl("feel", loop).strip() == "0"
    assert "feel.limit" in told("feel", loop, "--max-depth", "100", expect=1)
    assert "feel.limit" in told("feel", "for i in 1..100 return i", "--max-list", "50", expect=1)
    assert "feel.limit" in told("feel", 'string join(for i in 1..100 return "ab")', "--max-string", "50", expect=1)
    assert "feel.limit" in told("feel", "1 + 1 + 1 + 1", "--max-text", "5", expect=2)
    assert told("feel", "1", "--max-depth", "0", expect=2) and told("feel", "1", "--max-depth", "1000000", expect=2)
    deep = "{f: function(n) if n = 0 then 0 else [[[1 + f(n - 1)]]][1][1][1], r: f(100000)}.r"
    assert "feel.limit" in told("feel", deep, "--max-depth", "2000", expect=1)


@step("feel: a context that is no JSON, or no object, is refused")
def _():
    assert "no JSON" in told("feel", "1", "--context", "{broken", expect=2)
    assert "no JSON object" in told("feel", "1", "--context", "[1]", expect=2)
    assert told("feel", "1", "--context", "@/nowhere/at/all.json", expect=2)


@step("feel: a huge nesting, a huge power and an endless recursion end soon, without a crash")
def _():
    told("feel", "(" * 50_000 + "1" + ")" * 50_000, expect=2)
    told("feel", "[" * 50_000, expect=2)
    assert told("feel", "10 ** 100000", expect=1)
    told("feel", "count(for a in 1..100000, b in 1..100000 return a)", expect=1)
    told("feel", "{f: function(n) f(n + 1), r: f(0)}.r", expect=1)


@step("dmn eval: the outcome as JSON; --trace shows the row that decided")
def _():
    with Folder() as folder:
        model = tree(folder)
        assert json.loads(wasl("dmn", "eval", model, "--decision", "fee", "--input", '{"pages": 30}')) == 60
        trace = wasl("dmn", "eval", model, "--decision", "fee", "--input", '{"pages": 3}', "--trace")
        assert isinstance(json.loads(trace), (dict, list)) and '"fee"' in trace and "20" in trace, trace
        (folder / "in.json").write_text('{"pages": 11}')
        assert json.loads(wasl("dmn", "eval", model, "--decision", "fee", "--input", f"@{folder}/in.json")) == 22


@step("dmn eval: an unknown decision is told with those there are; bad JSON and a wrong type are refused")
def _():
    with Folder() as folder:
        model = tree(folder)
        said = told("dmn", "eval", model, "--decision", "fees", expect=2)
        assert 'no "fees"' in said and "fee (decision)" in said, said
        assert told("dmn", "eval", model, "--decision", "fee", "--input", "{pages: 1", expect=2)
        assert told("dmn", "eval", folder / "none.dmn", "--decision", "fee", expect=2)


@step("dmn eval: unknown inputs and lost numbers are told by name; --json gives result and findings")
def _():
    with Folder() as folder:
        model = tree(folder)
        said = told("dmn", "eval", model, "--decision", "fee", "--input", '{"pages": 3, "page": 1, "x": 2}', expect=1)
        assert 'no input "page", "x" (decision.unknown-input)' in said, said
        said = told("dmn", "eval", model, "--decision", "fee", "--input", '{"pages": 1e9999}', expect=1)
        assert "pages: 1e9999 is beyond the range of numbers" in said, said
        out = json.loads(wasl("dmn", "eval", model, "--decision", "fee", "--input", '{"pages": 30}', "--json"))
        assert out == {"result": 60, "findings": [], "model": []}, out
        out = json.loads(wasl("dmn", "eval", model, "--decision", "fee", "--input", '{"page": 30}', "--json", expect=1))
        assert out["result"] is None and out["findings"][0]["key"] == "decision.unknown-input", out


@step("dmn eval: a model in UTF-16 or Windows-1252 is read; an entity is told, not expanded")
def _():
    with Folder() as folder:
        model = folder / "m.dmn"
        text = MODEL.replace("<text>20</text>", "<text>string length(\"é€\")</text>")
        for declared, encoding in (("UTF-16", "utf-16"), ("windows-1252", "cp1252")):
            model.write_bytes(f'<?xml version="1.0" encoding="{declared}"?>\n{text}'.encode(encoding))
            assert wasl("dmn", "eval", model, "--decision", "fee", "--input", '{"pages": 1}').strip() == "2"
        model.write_bytes(b'<?xml version="1.0"?>\n' + text.encode("cp1252"))
        assert "this byte is not UTF-8" in told("dmn", "eval", model, "--decision", "fee", expect=2)
        model.write_text("<!DOCTYPE d [<!ENTITY a \"1\">]>\n" + MODEL.replace("<text>20</text>", "<text>&a;</text>"))
        said = told("dmn", "eval", model, "--decision", "fee", "--input", '{"pages": 1}', expect=1)
        assert "decision.entity" in said and "m.dmn:" in said, said


@step("dmn eval: broken XML, entities and a deep nesting are refused, and no file is read through them")
def _():
    with Folder() as folder:
        model = folder / "m.dmn"
        model.write_text(MODEL.replace("</decisionTable>", ""))
        assert told("dmn", "eval", model, "--decision", "fee", expect=2)
        (folder / "secret.txt").write_text("the secret")
        model.write_text(f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{folder}/secret.txt">]>'
                         + MODEL.replace("<text>20</text>", "<text>&x;</text>"))
        done = subprocess.run([WASL, "dmn", "eval", str(model), "--decision", "fee", "--input", '{"pages": 1}'],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode in (1, 2) and "the secret" not in done.stdout + done.stderr, done
        model.write_text("<a>" * 200_000 + "</a>" * 200_000)
        assert told("dmn", "eval", model, "--decision", "fee", expect=2)


@step("dmn tck: all passed is exit 0, with a line for each case in the file asked for")
def _():
    with Folder() as folder:
        tree(folder / "t")
        assert "passed 2 of 2" in wasl("dmn", "tck", folder / "t", "--csv", folder / "out.csv")
        rows = list(csv.reader((folder / "out.csv").read_text().splitlines()))
        assert [row[:4] for row in rows] == [["compliance-level-3/0001-fees", "0001-fees-test-01", n, "SUCCESS"]
                                             for n in ("001", "002")], rows


@step("dmn tck: a case that differs, or cannot be run, is exit 1 and stands in the file with its reason")
def _():
    with Folder() as folder:
        tree(folder / "t", CASES.replace(">60<", ">61<"))
        out = wasl("dmn", "tck", folder / "t", "--csv", folder / "out.csv", expect=1)
        assert "002: fee: expected 61, got 60" in out and "passed 1 of 2" in out, out
        rows = list(csv.reader((folder / "out.csv").read_text().splitlines()))
        assert rows[1][3:] == ["ERROR", "fee: expected 61, got 60"], rows
        model = tree(folder / "t", CASES.replace("</testCases>", ""))
        out = wasl("dmn", "tck", folder / "t", "--csv", folder / "out.csv", expect=1)
        assert "passed 0 of 1" in out, out
        rows = list(csv.reader((folder / "out.csv").read_text().splitlines()))
        assert rows[0][:4] == ["compliance-level-3/0001-fees", "0001-fees-test-01", "", "ERROR"], rows
        assert rows[0][4].startswith("0001-fees-test-01.xml:"), rows
        tree(folder / "t")
        model.write_text("<definitions>")
        assert "passed 0 of 2" in wasl("dmn", "tck", folder / "t", "--csv", folder / "out.csv", expect=1)
        assert (folder / "out.csv").read_text().count("0001-fees.dmn:1") == 2
        none = CASES.replace('<resultNode name="fee" type="decision">', '<resultNode name="fees" errorResult="true">', 1)
        tree(folder / "t", none)
        assert "no such element" in wasl("dmn", "tck", folder / "t", expect=1)


@step("dmn tck: no folder and no case are exit 2")
def _():
    with Folder() as folder:
        (folder / "empty").mkdir()
        assert "no test cases" in told("dmn", "tck", folder / "empty", expect=2)
        told("dmn", "tck", folder / "nowhere", expect=2)


@step("dmn tck: a level or a single folder keeps its name; links are followed once, and no circle for ever")
def _():
    with Folder() as folder:
        tree(folder / "t")
        for start in ("t/compliance-level-3", "t/compliance-level-3/0001-fees"):
            wasl("dmn", "tck", folder / start, "--csv", folder / "out.csv")
            assert (folder / "out.csv").read_text().startswith('"compliance-level-3/0001-fees",'), start
        (folder / "plain").mkdir()
        for file in (folder / "t/compliance-level-3/0001-fees").iterdir():
            (folder / "plain" / file.name).write_text(file.read_text())
        wasl("dmn", "tck", folder / "plain", "--csv", folder / "out.csv")
        assert (folder / "out.csv").read_text().startswith('"plain",')
        (folder / "linked").mkdir()
        (folder / "linked/compliance-level-3").symlink_to(folder / "t/compliance-level-3")
        (folder / "t/compliance-level-3/0001-fees/circle").symlink_to(folder / "linked")
        assert "passed 2 of 2" in wasl("dmn", "tck", folder / "linked", "--csv", folder / "out.csv")
        assert (folder / "out.csv").read_text().startswith('"compliance-level-3/0001-fees",')


if __name__ == "__main__":
    finish()
