#!/usr/bin/env python3
"""wasl doctor beside a running node, one that hangs, and none: what stands on the disk counts as the next start would read it,
a node that does not answer is told within seconds, and a peer's journal that was caught is named with its evidence.

Prints `ok NAME` or `not ok NAME: why`. The program is $WASL, else build/bin/wasl.
"""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from _lib import WASL, Folder, finish, step, wasl  # noqa: E402
from exchange import Sandbox, wait_for  # noqa: E402

PEER = "MA/GOV/interior/node-state"


def failing(data, expect=1, peer=PEER):
    found = json.loads(wasl("doctor", "--data", data, "--peer", peer, "--json", expect=expect))
    assert (found["verdict"] == "broken") == bool(expect), found
    bad = [each for each in found["steps"] if not each["ok"]]
    assert all(each["text"] and each["remedy"] and each["side"] for each in bad), bad
    return bad, found["steps"]


@contextlib.contextmanager
def changed(file, content=None):
    """The file with other content, or away; as it was afterwards."""
    kept = pathlib.Path(str(file) + ".kept")
    shutil.copy2(file, kept)
    file.unlink()
    if content is not None:
        file.write_bytes(content)
        file.chmod(0o600)
    try:
        yield
    finally:
        kept.replace(file)


def beside_a_node(box):
    data = box.data("utility")
    config = data / "exchange.toml"

    @step("a broken exchange.toml fails the configuration with its line, though the node goes on with the earlier one")
    def _():
        broken = config.read_bytes() + b"\nnonsense = 3\n"
        line = broken.count(b"\n")
        with changed(config, broken):
            time.sleep(2)
            bad, steps = failing(data)
            assert [each["reason"] for each in bad] == ["configuration-not-taken"], bad
            assert f"exchange.toml:{line}:" in bad[0]["detail"] and "nonsense" in bad[0]["detail"] and "earlier one" in bad[0]["text"], bad
            assert bad[0]["detail"] in wasl("check", config, expect=1), "the words of wasl check"
            assert len([each for each in steps if each["step"] == "configuration"]) == 1, steps
            assert any(each["step"] == "call" and each["ok"] for each in steps), "the node itself still works, and that is told too"
            told = wasl("doctor", "--data", data, "--peer", PEER, "--language", "en", expect=1)
            assert "NOT Configuration (here)" in told and "ok  Configuration" not in told, told
            assert len({wasl("doctor", "--data", data, "--peer", PEER, "--language", each, expect=1) for each in ("ar", "fr", "en", "zgh")}) == 4
        assert not failing(data, 0)[0]

    @step("files that the next start needs, gone or exchanged: certificate, key, the registry's keys, the timestamps' roots")
    def _():
        key, certificate = data / "tls/node.key", data / "tls/node.pem"
        other = (box.data("state") / "tls/node.key").read_bytes()
        for file, content, at, reason in ((key, None, "certificate", "tls-files"), (key, other, "certificate", "tls-files"),
                                          (certificate, None, "certificate", "tls-files"), (certificate, b"nothing", "certificate", "tls-files"),
                                          (data / "registry-keys.json", None, "configuration", "file-unreadable"),
                                          (data / "registry-keys.json", b"{}", "configuration", "file-unreadable"),
                                          (data / "tls/roots.pem", None, "configuration", "file-unreadable")):
            with changed(file, content):
                bad, steps = failing(data)
                assert [(each["step"], each["reason"], each["side"]) for each in bad] == [(at, reason, "here")], (file, bad)
                assert str(file.parent) in bad[0]["detail"], (file, bad)
                assert not any(each["step"] == at and each["ok"] and not each["peer"] for each in steps), steps
        assert not failing(data, 0)[0]

    @step("a peer's journal that was caught is named with its evidence, on its side; others are not accused")
    def _():
        folder = data / "exchange/peers.seen/evidence"
        made = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "0000.json"
        file.write_text(json.dumps({"member": "MA/GOV/land-registry", "seen_at": "2026-01-01T00:00:00Z", "seen_before": "", "shown_now": ""}))
        try:
            bad, _ = failing(data)
            assert [(each["step"], each["reason"], each["side"]) for each in bad] == [("their-journal", "peer-journal", "there")], bad
            assert str(file) in bad[0]["detail"] and "MA/GOV/land-registry" in bad[0]["detail"] and bad[0]["peer"] == PEER, bad
            assert not failing(data, 0, "MA/COM/ain-wasl/node-commune")[0]
        finally:
            file.unlink()
            if made:
                folder.rmdir()
        assert not failing(data, 0)[0]

    @step("several doctors at once beside a peer that hangs: none takes the own node for one that hangs")
    def _():
        found, commune = [], box.children()["commune"]

        def examine():
            found.append(failing(data, peer="MA/COM/ain-wasl/node-commune")[0])
        os.kill(commune, signal.SIGSTOP)
        try:
            doctors = [threading.Thread(target=examine) for _ in range(3)]
            for each in doctors:
                each.start()
            for each in doctors:
                each.join()
        finally:
            os.kill(commune, signal.SIGCONT)
        assert [[each["reason"] for each in bad] for bad in found] == [["no-connection"]] * 3, found

    @step("a node that hangs is told within seconds, with what is wrong on the disk beside it")
    def _():
        node = box.children()["utility"]
        os.kill(node, signal.SIGSTOP)
        try:
            started = time.monotonic()
            bad, _ = failing(data)
            assert time.monotonic() - started < 15, time.monotonic() - started
            assert [(each["step"], each["reason"], each["side"]) for each in bad] == [("node", "node-silent", "here")], bad
            with changed(data / "tls/node.key"):
                assert {each["reason"] for each in failing(data)[0]} == {"node-silent", "tls-files"}
            assert not list((data / "control/exchange/control").glob("*.request")), "what nobody took up is taken back"
        finally:
            os.kill(node, signal.SIGCONT)
        wait_for("the node", lambda: subprocess.run([WASL, "doctor", "--data", data, "--peer", PEER], stdout=subprocess.DEVNULL, check=False).returncode == 0)


def without_a_node(box, folder):
    data = folder / "alone"

    @step("no node runs: a file that is missing or broken is a failing step like any other, and nothing there is no finding")
    def _():
        wasl("backup", folder / "backup", "--data", box.data("utility"))
        wasl("restore", folder / "backup", "--data", data)
        bad, _ = failing(data)
        assert [(each["step"], each["reason"]) for each in bad] == [("certificate", "tls-files")], bad
        for name in ("keys", "tls"):
            shutil.copytree(box.data("utility") / name, data / name, dirs_exist_ok=True)
        config = data / "exchange.toml"
        with changed(config, config.read_bytes() + b"\nnonsense = 3\n"):
            bad, _ = failing(data)
            assert [(each["step"], each["reason"]) for each in bad] == [("configuration", "configuration-unreadable")], bad
        # Its doors are those of the node that it is a copy of: it can not be opened beside it.
        bad, _ = failing(data)
        assert [(each["step"], each["side"], each["reason"]) for each in bad] == [("node", "here", "node-unopened")] and bad[0]["detail"], bad
        (folder / "nothing").mkdir()
        wasl("doctor", "--data", folder / "nothing", expect=2)


def main():
    with Folder() as folder:
        with Sandbox(folder / "country") as box:
            beside_a_node(box)
            without_a_node(box, folder)
    finish()


if __name__ == "__main__":
    main()
