#!/usr/bin/env python3
"""A sheet of the portal from the file to the sealed receipt: odd fields, forbidden papers, words and no codes.

Prints `ok NAME`, `not ok NAME: why` or `skip NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import json
import re
import shutil
import signal
import subprocess

import api
from _lib import Folder, finish, skip, step, wasl

CERTIFIED = "نسخة مصادق عليها من البطاقة"


def sheet(title, **fields):
    return {"proc_title": title, "proc_administration": ["إدارة"], "proc_pieces": ["صورة"], "proc_steps": [], "proc_lois": [],
            "proc_description": "", "proc_delai": "3 أيام", "fee": "مجانا"} | fields


def import_into(folder, *files, expect=0):
    paths = []
    for number, content in enumerate(files):
        paths.append(folder / f"{number}.json")
        paths[-1].write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False))
    wasl("import", "idarati", *paths, "--out", folder / "out", "--report", folder / "report.jsonl", expect=expect)
    return [json.loads(line) for line in (folder / "report.jsonl").read_text().splitlines()]


def keys(line):
    return [finding["key"] for finding in line["findings"]]


@step("import: an absent or odd field concerns its own procedure, a procedure without title is a line")
def _():
    with Folder() as folder:
        bare = {"proc_title": "ب", "proc_administration": ["إدارة"]}
        lines = import_into(folder, [sheet("ا", fee=12, proc_delai=["3 أيام"]), bare, {"fee": "مجانا"}, sheet("د")])
        assert [line["delay"] for line in lines[:2]] == ["needs-human"] * 2 and [line["fee"] for line in lines[:2]] == ["needs-human"] * 2
        assert keys(lines[0]).count("field.malformed") == 2 and keys(lines[2]) == ["title.missing"], lines
        assert lines[3]["delay"] == [{"n": 3, "unit": "day", "working": False}] and not keys(lines[3])
        assert len(list((folder / "out").iterdir())) == 3
        wasl("check", folder / "out")


@step("import: one file that is no JSON does not hold up the others: exit 1, report written")
def _():
    with Folder() as folder:
        lines = import_into(folder, "[{", [sheet("ا")], expect=1)
        assert len(lines) == 1 and len(list((folder / "out").iterdir())) == 1


@step("check: imported_from written by hand excuses nothing; a portal's delay over the maximum is a finding")
def _():
    with Folder() as folder:
        line = import_into(folder, [sheet("ا", proc_delai="90 يوما")])[0]
        found = wasl("check", folder / "out", expect=1)
        assert re.search(r"procedure\.toml:\d+: The delay of 90 days is over the maximum", found) and found.count("\n") == 1, found
        procedure = folder / "out" / line["id"] / "procedure.toml"
        procedure.write_text(procedure.read_text().replace('published_title = "ا"', 'published_title = "x"'))
        assert "no sheet as the portal published it" in wasl("check", folder / "out", expect=1)


if shutil.which("pdftotext"):
    @step("an imported sheet's page and receipt ask a plain copy, and say fee and delay in words")
    def _():
        with Folder() as folder:
            node = api.Node(folder / "data")
            node.folder.mkdir()
            node.start()
            node.kill(signal.SIGTERM)
            (folder / "x.json").write_text(json.dumps([sheet("إجراء", proc_pieces=[CERTIFIED], proc_delai="حسب الحالة", fee="حسب الحالة")]))
            wasl("import", "idarati", folder / "x.json", "--out", folder / "out", "--report", folder / "r.jsonl",
                 "--member", api.MEMBER, "--data", node.folder)
            name = json.loads((folder / "r.jsonl").read_text())["id"]
            node.start()
            try:
                token = node.sign_in("+212600000077")
                for language, plain, agent, maximum in (("fr", "une seule copie simple suffit", "précisés par l’agent", "maximum légal"),
                                                        ("en", "one plain copy is enough", "stated by an agent", "legal maximum")):
                    status, _, body = node.file(token, "imported-" + language, procedure=name, answers={}, language=language)
                    assert status == 201, body[:300]
                    reference = json.loads(body)["reference"]
                    missing = [item["title"] for item in json.loads(body)["receipt"]["missing"]]
                    assert f"{CERTIFIED} – {plain}" in missing, missing
                    page = node.call("GET", f"/{language}/request/{reference}", None, {"Cookie": "wasl=" + token})[2].decode()
                    assert plain in page
                    pdf = node.call("GET", f"/{language}/request/{reference}/receipt.pdf", None, {"Cookie": "wasl=" + token})[2]
                    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True).stdout.decode()
                    said = " ".join(said.split())
                    assert "needs-human" not in said and agent in said and maximum in said, said[:1500]
                    assert plain in said, said[:1500]
            finally:
                node.kill(signal.SIGTERM)
else:
    skip("an imported sheet's page and receipt ask a plain copy", "pdftotext is not here")


finish()
