#!/usr/bin/env python3
"""Bodies of exchanges, through the sandbox: by default none is kept; when exchange.toml says so, as ciphertext, for the
days it says; who reads one stands in the journal; evidence never needs them.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import json
import pathlib
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import WASL, Folder, finish, step, wasl  # noqa: E402
from exchange import Sandbox, wait_for  # noqa: E402

MEMBER, READER = "conservation-fonciere", ("--by", "Leïla Modèle", "--reason", "réclamation 12/2026")


def bodies(box, process="state"):
    return sorted(path for path in (box.data(process) / "exchange").glob("*.bodies/*/*") if path.is_file())


def read(box, *arguments):
    done = subprocess.run([WASL, "exchange", "body", *arguments, "--data", str(box.data("state"))], capture_output=True, timeout=120)
    return done.returncode, done.stdout, done.stderr.decode()


def readings(box):
    """Entries that say who read a body: in the rows, or in the journal's own words."""
    store = box.data("state") / "exchange" / MEMBER / "store.db"
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as journal:
        return [bytes(row[0]).decode() if isinstance(row[0], bytes) else row[0]
                for row in journal.execute("select content from journal where kind = 'exchange.body-read'")]


def main(box, kept):
    file = box.data("state") / "exchange.toml"
    plain = file.read_text()

    def configured(words):
        file.write_text(plain.replace("[journal]\n", "[journal]\n" + words))

    @step("by default no body is kept, at either node")
    def _():
        assert box.call().status == 200
        time.sleep(1)
        assert bodies(box) == [] and bodies(box, "utility") == []
        code, out, err = read(box, "nobody", *READER)
        assert code == 1 and out == b"", err

    @step("switched on, an answer is kept as ciphertext alone, and read by name and reason")
    def _():
        configured("keep_bodies = true\n")
        answer = wait_for("a body that is kept", lambda: (lambda got: got if bodies(box) else time.sleep(0.5))(box.call(headers={"X-Road-Id": "kept-1"})), 30)
        answer = box.call(headers={"X-Road-Id": "kept-2"})
        assert answer.status == 200 and b"ZZ100000" in answer.body
        for path in bodies(box):
            stored = path.read_bytes()
            assert b"ZZ100000" not in stored and b"land-title" not in stored and path.stat().st_mode & 0o777 == 0o600, path
        time.sleep(1)
        code, out, err = read(box, "kept-2", *READER)
        assert code == 0 and out == answer.body, (code, err)
        assert len(readings(box)) == 1 and "Leïla Modèle" in readings(box)[0] and "12/2026" in readings(box)[0], readings(box)
        code, out, err = read(box, "kept-2", "--by", "Leïla Modèle", "--reason", " ")
        assert code == 1 and out == b"" and len(readings(box)) == 1, err
        code, out, err = read(box, "kept-2", "--request", *READER)
        assert code == 1 and "body-not-kept" in err, "a GET has no body"

    @step("one altered byte and the body is refused, and the audit names it; whole again, all is clean")
    def _():
        path = next(path for path in bodies(box) if path.name.split(".")[2] == "response")
        whole = path.read_bytes()
        report = json.loads(wasl("audit", "--data", box.data("state"), "--member", MEMBER, "--json"))
        assert all(each["clean"] for each in report), report
        path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
        report = json.loads(wasl("audit", "--data", box.data("state"), "--member", MEMBER, "--json", expect=1))
        assert report[-1]["findings"][0]["key"] == "audit.body-wrong", report[-1]["findings"]
        path.write_bytes(whole)

    @step("the evidence is the same with a body and without, and a backup has none")
    def _():
        bundle, keys = box.folder / "bundle.json", box.data("state") / "registry-keys.json"
        for gone in (False, True):
            if gone:
                for path in bodies(box):
                    path.unlink()
            bundle.write_text(wasl("exchange", "export", "kept-2", "--data", box.data("state")))
            assert json.loads(wasl("verify", bundle, "--registry", keys, "--json"))["verdict"] == "valid"
        code, out, err = read(box, "kept-2", *READER)
        assert code == 1 and "body-not-kept" in err, err
        assert box.call().status == 200 and bodies(box)
        wasl("backup", box.folder / "backup", "--data", box.data("state"))
        assert not list((box.folder / "backup").rglob("*.bodies"))

    @step("after its days a body is erased while the node runs; switched off, nothing more is kept")
    def _():
        configured("keep_bodies = true\nbody_days = 2\n")
        old = bodies(box)[0].parent
        old.rename(old.parent / "2026-01-01")
        wait_for("the erasure", lambda: not (old.parent / "2026-01-01").exists(), 60)
        file.write_text(plain)
        time.sleep(3)
        assert box.call().status == 200
        before = len(bodies(box))
        assert box.call().status == 200 and len(bodies(box)) == before

    @step("exchange.toml: days and sizes without keep_bodies, or days longer than the entries, are errors with their line")
    def _():
        for words in ("body_days = 3\n", "keep_bodies = true\nkeep_days = 5\nbody_days = 6\n", "keep_bodies = true\nbody_kilobytes = 70000\n", "keep_bodies = 1\n"):
            test = box.folder / "exchange.toml"
            test.write_text(plain.replace("[journal]\n", "[journal]\n" + words))
            assert "exchange.toml:" in wasl("check", test, expect=1), words


if __name__ == "__main__":
    with Folder() as folder, Sandbox(folder / "country") as box:
        main(box, {})
    finish()
