#!/usr/bin/env python3
"""Old entries of an exchange journal in segment files: a node that moves them while calls go on and is killed in the
middle loses none and doubles none; files verify offline, evidence still exports, backups hold them, and a changed file
is found.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import collections
import json
import os
import pathlib
import shutil
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import Folder, finish, step, wasl  # noqa: E402
from exchange import Sandbox, wait_for  # noqa: E402

MEMBER = "regie-electricite"  # that asks by the sandbox's edge
CALLS = 420                   # two entries each: three segments of 256


def configure(box, **words):
    """The utility's [journal] with these words; its process begins anew with them."""
    file = box.data("utility") / "exchange.toml"
    head, _, tail = file.read_text().partition("[journal]\n")
    lines = [line for line in tail.split("\n") if not line.startswith(("segment_entries", "rows_hours", "keep_"))]
    file.write_text(head + "[journal]\n" + "".join(f"{name} = {value}\n" for name, value in words.items()) + "\n".join(lines))
    again(box)


def again(box):
    old = box.children()["utility"]
    os.kill(old, signal.SIGKILL)
    wait_for("the utility's process", lambda: box.children()["utility"] != old, 120)
    wait_for("its edge", lambda: answered(box), 120)


def answered(box, **headers):
    try:
        return box.call(headers=headers).status == 200
    except OSError:
        return False


def segments(box):
    return json.loads(wasl("exchange", "segments", "--data", box.data("utility"), "--member", MEMBER, "--json"))


def audited(data, expect=0):
    report = json.loads(wasl("audit", "--data", data, "--member", MEMBER, "--json", expect=expect))
    return next(each for each in report if each["member"] == f"exchange of {MEMBER}")


def moving(box, told):
    @step("segments: entries move while calls go on and the process is killed; each exchange is there once, the journal whole")
    def _():
        configure(box, segment_entries=256, rows_hours=0)
        killed = 0
        for number in range(CALLS):
            name = f"call-{number}"
            if answered(box, **{"X-Road-Id": name}):
                told.append(name)
            if number in (150, 260, 380):
                again(box)
                killed += 1
        assert killed == 3 and len(told) > CALLS - 10, len(told)
        wait_for("three segments", lambda: len(segments(box)) >= 3, 60)
        report = audited(box.data("utility"))
        assert report["clean"] and report["segments"] >= 3 and report["entries"] >= 2 * len(told), report
        listed = json.loads(wasl("exchange", "list", "--data", box.data("utility"), "--member", MEMBER, "--limit", "5000", "--json"))
        # The answer's entry follows within 20 ms: of calls answered just before the kill the outcome may be unknown.
        times = collections.Counter(each["message_id"] for each in listed)
        unknown = sum(each["outcome"] == "unknown" for each in listed)
        assert unknown <= killed * 20, unknown
        missing = [name for name in told if times[name] != 1]
        assert not missing, (missing[:5], [times[name] for name in missing[:5]])


def proving(box, told, folder):
    keys, trust = box.data("utility") / "registry-keys.json", folder / "trust.json"

    @step("segments: each file verifies offline with the member's public key, in a line and by itself")
    def _():
        trust.write_text(wasl("trust", "export", "--data", box.data("utility")))
        all_of_them, end = segments(box), 0
        for each in all_of_them:
            assert each["first"] == end and (each["end"] - each["first"]) == 256, each
            end = each["end"]
            found = json.loads(wasl("verify", each["file"], "--trust", trust, "--json"))
            assert found["verdict"] == "valid" and found["what"] == "segment" and found["facts"]["first"] == str(each["first"]), found
        wasl("verify", all_of_them[0]["file"], expect=2)
        taken = wasl("exchange", "segments", "--data", box.data("utility"), "--member", MEMBER, "--entry", 300, text=False)
        assert taken == pathlib.Path(all_of_them[1]["file"]).read_bytes()

    @step("segments: evidence of an exchange whose rows have moved exports and verifies")
    def _():
        for name in (told[0], told[100], told[-1]):
            bundle = folder / "bundle.json"
            bundle.write_text(wasl("exchange", "export", name, "--data", box.data("utility")))
            assert json.loads(wasl("verify", bundle, "--registry", keys, "--json"))["verdict"] == "valid", name

    @step("segments: a backup holds them; a changed one is found by verify and by the audit, which names it")
    def _():
        wasl("backup", folder / "backup", "--data", box.data("utility"))
        wasl("restore", folder / "backup", "--data", folder / "restored")
        shutil.copytree(box.data("utility") / "keys", folder / "restored/keys")
        report = audited(folder / "restored")
        assert report["clean"] and report["segments"] >= 3, report
        listed = json.loads(wasl("exchange", "segments", "--data", folder / "restored", "--member", MEMBER, "--json"))
        altered = pathlib.Path(listed[1]["file"])
        bytes_ = altered.read_bytes()
        altered.write_bytes(bytes_[:20_000] + bytes([bytes_[20_000] ^ 1]) + bytes_[20_001:])
        assert json.loads(wasl("verify", altered, "--trust", trust, "--json", expect=1))["verdict"] == "invalid"
        first = audited(folder / "restored", expect=1)["findings"][0]
        assert first["key"] == "audit.segment-altered" and first["where"] == "segment of entry 256", first


def main():
    with Folder() as folder, Sandbox(folder / "country") as box:
        told = []
        moving(box, told)
        proving(box, told, folder)
    finish()


if __name__ == "__main__":
    main()
