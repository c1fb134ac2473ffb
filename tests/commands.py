"""The commands of an operator, an author and an auditor, on the released program."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess

from _lib import ROOT, SHARED, WASL, Folder, Server, finish, skip, step, wasl

DATA = pathlib.Path(__file__).parent / "data"


@step("--version tells the build; --help teaches")
def _():
    assert re.match(r"wasl \d+\.\d+\.\d+ \(\S+\)", wasl("--version"))
    assert "serve" in wasl("--help")


@step("check: the shipped procedures are clean")
def _():
    wasl("check", ROOT / "procedures")


@step("check: a legalised paper is refused with file and line")
def _():
    with Folder() as folder:
        bad = folder / "birth-extract"
        shutil.copytree(ROOT / "procedures/birth-extract", bad)
        texts = bad / "texts.fr.toml"
        texts.write_text(re.sub(r'(\[paper\.cnie\]\ntitle = )"[^"]*"', r'\1"Copie légalisée de la carte"', texts.read_text(), count=1))
        out = wasl("check", bad, expect=1)
        assert re.search(r"\.toml:\d+: .*art\. 7", out), out


@step("check: an automatic grant that touches a third party, or rests on unverified words, is refused with file and line")
def _():
    with Folder() as folder:
        for old, new in (("third_party_touched = false", "third_party_touched = true"),
                         ('basis = "declaration-enough"', 'basis = "verified-sources"'),
                         ('article = "law 114-13; law 55-19 art. 7"', 'article = ""')):
            bad = folder / "auto-entrepreneur"
            shutil.rmtree(bad, ignore_errors=True)
            shutil.copytree(ROOT / "procedures/auto-entrepreneur", bad)
            text = (bad / "procedure.toml").read_text()
            assert old in text, old
            (bad / "procedure.toml").write_text(text.replace(old, new))
            out = wasl("check", bad, expect=1)
            assert re.search(r"procedure\.toml:\d+: .*(third party|verified source|declaration is enough)", out), out


@step("import: sheets become folders that check clean, the report has a line each, in order")
def _():
    with Folder() as folder:
        wasl("import", "idarati", DATA / "sheets.json", "--out", folder / "out", "--report", folder / "report.jsonl")
        lines = [json.loads(line) for line in (folder / "report.jsonl").read_text().splitlines()]
        source = json.loads((DATA / "sheets.json").read_text())
        assert [line["title"] for line in lines] == [sheet["proc_title"] for sheet in source]
        first = source[0]
        name = "portal-" + hashlib.sha256((first["proc_title"] + "\n" + first["proc_administration"][0]).encode()).hexdigest()[:12]
        assert lines[0]["id"] == name
        assert lines[0]["delay"] == [{"n": 2, "unit": "day", "working": False}] and lines[0]["fee"] == {"amount": "25.00"}
        assert lines[0]["findings"], "a certified copy is a finding"
        assert lines[1]["delay"] == "needs-human" and lines[1]["fee"] == "free"
        wasl("check", folder / "out")


@step("import: malformed JSON writes nothing")
def _():
    with Folder() as folder:
        (folder / "bad.json").write_text('[{"proc_title": ')
        wasl("import", "idarati", folder / "bad.json", "--out", folder / "out", "--report", folder / "r.jsonl", expect=1)
        assert not (folder / "out").exists() and not (folder / "r.jsonl").exists()


if (SHARED / "data/idarati").is_dir():
    @step("import: the portal's sheets as published")
    def _():
        with Folder() as folder:
            wasl("import", "idarati", *sorted((SHARED / "data/idarati").glob("*.json")), "--out", folder / "out", "--report", folder / "r.jsonl")
            assert len((folder / "r.jsonl").read_text().splitlines()) == 35
            wasl("check", folder / "out")
else:
    skip("import: the portal's sheets as published", "../shared is not here")


@step("serve: an unprotected address is refused")
def _():
    with Folder() as folder:
        done = subprocess.run([WASL, "serve", "--data", folder, "--address", "0.0.0.0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
        assert done.returncode == 1 and "--tls" in done.stderr, done.stderr


@step("errors in a terminal: in its language, the code behind")
def _():
    for terminal, words in (("fr_FR.UTF-8", "Introuvable"), ("ar_MA.UTF-8", "غير موجود"), ("C", "Not found"), ("de_DE.UTF-8", "Not found")):
        done = subprocess.run([WASL, "verify", "/no/such/file"], capture_output=True, text=True, timeout=30, env=os.environ | {"LC_ALL": terminal})
        assert done.returncode != 0 and f"wasl: {words}: /no/such/file [file.unreadable]" in done.stderr, (terminal, done.stderr)
    done = subprocess.run([WASL, "grid", "solve", "-"], input="function mpc = c\n", capture_output=True, text=True, timeout=30, env=os.environ | {"LC_ALL": "fr_MA"})
    assert done.returncode != 0 and "cas MATPOWER" in done.stderr and "[grid." in done.stderr, done.stderr  # a sentence of its own


with Folder() as folder:
    data = folder / "data"

    @step("serve --demo, audit, trust, backup while it serves, restore")
    def _():
        with Server(data, "--demo"):
            again = subprocess.run([WASL, "serve", "--data", data, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
            assert again.returncode == 1, "two servers on one folder"
            assert "clean" in wasl("audit", "--data", data)
            keys = json.loads(wasl("trust", "export", "--data", data))["keys"]
            assert {key["use"] for key in keys} >= {"seal", "checkpoint", "document", "cosign"}
            assert all("d" not in key for key in keys), "no private half leaves"
            wasl("backup", "--data", data, folder / "stick")
            assert not any("pem" in path.name or path.name == "secret.key" or path.name.startswith("field.") for path in (folder / "stick").rglob("*")), "keys are never copied"
        wasl("restore", folder / "stick", "--data", folder / "again")
        shutil.copytree(data / "keys", folder / "again/keys")
        shutil.copytree(data / "cosigner", folder / "again/cosigner")
        assert "DIFFERS" not in wasl("audit", "--data", folder / "again")

    @step("the data folder and a backup are their owner's alone, also one made otherwise before")
    def _():
        def mode(path):
            return oct(path.stat().st_mode & 0o777)
        store = data / "store/commune-ain-wasl"
        assert [mode(path) for path in (data, data / "store", store, store / "store.db")] == ["0o700"] * 3 + ["0o600"]
        stick = folder / "stick"
        assert mode(stick) == "0o700" and mode(stick / "store/commune-ain-wasl/store.db") == "0o600"
        data.chmod(0o755)
        (store / "store.db").chmod(0o644)
        wasl("audit", "--data", data, "--member", "commune-ain-wasl")
        assert mode(data) == "0o700" and mode(store / "store.db") == "0o600"

    @step("restore: a backup without a member, with a changed manifest or a file more is refused and leaves nothing")
    def _():
        def refused(change):
            broken = folder / "broken"
            shutil.rmtree(broken, ignore_errors=True)
            shutil.copytree(folder / "stick", broken)
            change(broken)
            wasl("restore", broken, "--data", folder / "fresh", expect=1)
            left = [path.name for path in (folder / "fresh").rglob("*")] if (folder / "fresh").exists() else []
            assert not left, left

        def smaller(broken):
            manifest = broken / "store/commune-ain-wasl/MANIFEST.json"
            manifest.write_text(re.sub(r'("journal_size": )\d+', r"\g<1>1", manifest.read_text()))

        def unlisted(broken):
            shutil.rmtree(broken / "store/commune-ain-wasl")
            sums = broken / "SHA256SUMS"
            sums.write_text("".join(line for line in sums.read_text().splitlines(True) if "store/commune-ain-wasl/" not in line))

        refused(lambda broken: shutil.rmtree(broken / "store/commune-ain-wasl"))
        refused(unlisted)
        refused(smaller)
        refused(lambda broken: (broken / "store/commune-ain-wasl/more").write_text("x"))
        refused(lambda broken: (broken / "SHA256SUMS").unlink())
        done = subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder / "stick", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, done.stdout
        wasl("restore", folder / "stick", "--data", folder / "fresh")

    @step("audit: with a trust file a restored backup needs no keys, and none are made")
    def _():
        trust = folder / "keys.json"
        trust.write_text(wasl("trust", "export", "--data", data))
        fresh = folder / "fresh"
        assert "DIFFERS" not in wasl("audit", "--data", fresh, "--trust", trust)
        wasl("audit", "--data", fresh, expect=2)
        wasl("trust", "export", "--data", fresh, expect=2)
        assert not (fresh / "keys").exists() or not any(path.is_file() for path in (fresh / "keys").rglob("*")), "keys were made"

    @step("audit: an altered receipt is named, one of a member that is not audited is refused")
    def _():
        import base64
        import sqlite3
        letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

        def base45(octets):  # RFC 9285
            out = ""
            for at in range(0, len(octets), 2):
                pair = octets[at:at + 2]
                number = int.from_bytes(pair, "big")
                for _ in range(len(pair) + 1):
                    number, digit = divmod(number, 45)
                    out += letters[digit]
            return out

        base = sqlite3.connect(f"file:{folder}/fresh/store/commune-ain-wasl/store.db?mode=ro", uri=True)
        seal = base64.b64decode(json.loads(base.execute("select body from d_seals limit 1").fetchone()[0])["seal"])
        base.close()
        good, bad = folder / "good.txt", folder / "altered.txt"
        good.write_text(base45(seal))
        bad.write_text(base45(seal[:-1] + bytes([seal[-1] ^ 1])))
        common = ["--data", folder / "fresh", "--trust", folder / "keys.json", "--member"]
        wasl("audit", *common, "commune-ain-wasl", "--receipt", good)
        out = wasl("audit", *common, "commune-ain-wasl", "--receipt", bad, expect=1)
        assert "altered.txt" in out and "verify.seal-wrong" in out, out
        other = next(path.name for path in (folder / "fresh/store").iterdir() if path.name not in ("commune-ain-wasl", "host"))
        wasl("audit", *common, other, "--receipt", good, expect=2)

    @step("audit: a changed column of an index is found")
    def _():
        import sqlite3
        for column, value in (("f_phase", "'granted'"), ("f_next_due", "1")):
            spoilt = folder / "spoilt"
            shutil.rmtree(spoilt, ignore_errors=True)
            shutil.copytree(folder / "fresh", spoilt)
            base = sqlite3.connect(spoilt / "store/commune-ain-wasl/store.db")
            base.execute(f"update d_dossier set {column} = {value} where id = (select id from d_dossier where f_phase = 'examination' limit 1)")
            base.commit()
            base.close()
            out = wasl("audit", "--data", spoilt, "--member", "commune-ain-wasl", "--trust", folder / "keys.json", expect=1)
            assert "DIFFERS" in out, (column, out)

    @step("restore: an altered backup and a folder in use are refused")
    def _():
        wasl("restore", folder / "stick", "--data", folder / "again", expect=1)
        base = next((folder / "stick/store/commune-ain-wasl").rglob("*.db"))
        bytes_ = bytearray(base.read_bytes())
        bytes_[len(bytes_) // 2] ^= 1
        base.write_bytes(bytes_)
        wasl("restore", folder / "stick", "--data", folder / "third", expect=1)

    @step("prove: no decision existed by a day; altered or without keys it does not pass")
    def _():
        trust = folder / "trust.json"
        trust.write_text(wasl("trust", "export", "--data", data))
        query = "select f_reference from d_dossier where f_phase = 'examination' and f_procedure <> 'complaint' limit 1"
        import sqlite3
        base = sqlite3.connect(f"file:{data}/store/commune-ain-wasl/store.db?mode=ro", uri=True)
        reference = base.execute(query).fetchone()[0]
        import datetime
        import zoneinfo
        day = (datetime.datetime.now(zoneinfo.ZoneInfo("Africa/Casablanca")).date() - datetime.timedelta(days=1)).isoformat()
        bundle = wasl("prove", reference, "--day", day, "--data", data)
        (folder / "proof.json").write_text(bundle)
        assert f"no decision existed by the end of {day}" in wasl("verify", folder / "proof.json", "--trust", trust)
        wasl("verify", folder / "proof.json", expect=2)
        (folder / "bad.json").write_text(bundle.replace(reference, reference[:-1] + ("0" if reference[-1] != "0" else "1")))
        bad = wasl("verify", folder / "bad.json", "--trust", trust, "--language", "fr", expect=1)
        assert "La preuve concerne un autre dossier." in bad and "verify.map-other-dossier" in bad, bad
        assert "يخص ملفا آخر" in wasl("verify", folder / "bad.json", "--trust", trust, "--language", "ar", expect=1)
        reasons = json.loads(wasl("verify", folder / "bad.json", "--trust", trust, "--json", expect=1))["reasons"]
        assert all(reason["text"] != reason["key"] for reason in reasons), reasons

    @step("clock accept and keys rotate are journaled; the old signatures still verify")
    def _():
        assert "accepted" in wasl("clock", "accept", "--by", "operator on duty", "--data", data)
        wasl("keys", "rotate", "--member", "commune-ain-wasl", "--use", "seal", "--data", data)
        assert "DIFFERS" not in wasl("audit", "--data", data)
        before = {path.name for path in (data / "keys/commune-ain-wasl").glob("field.*.key")}
        wasl("keys", "rotate", "--member", "commune-ain-wasl", "--use", "answers", "--data", data)
        after = {path.name for path in (data / "keys/commune-ain-wasl").glob("field.*.key")}
        assert len(after) == len(before) + 1 and before < after, (before, after)
        wasl("keys", "rotate", "--member", "commune-ain-wasl", "--use", "nonsense", "--data", data, expect=1)

    @step("keys token: new keys are made in a token and sign; a wrong PIN or address is said and changes nothing")
    def _():
        import os
        (folder / "tokens").mkdir()
        (folder / "softhsm.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm.conf")
        subprocess.run(["softhsm2-util", "--init-token", "--free", "--label", "wasl", "--so-pin", "5678", "--pin", "1234"],
                       check=True, capture_output=True)
        pin = folder / "pin"
        pin.touch(0o600)
        pin.write_text("9999\n")
        address = f"pkcs11:token=wasl?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source={pin}"
        common = ["keys", "token", "--member", "commune-ain-wasl", "--data", data, "--address"]
        refused = subprocess.run([WASL, *map(str, common), address], capture_output=True, text=True)
        assert refused.returncode == 1 and "trust.token-pin" in refused.stderr, (refused.returncode, refused.stderr)
        assert not (data / "keys/commune-ain-wasl/token.uri").exists()
        pin.write_text("1234\n")
        wasl(*common, address)
        wasl("keys", "rotate", "--member", "commune-ain-wasl", "--use", "seal", "--data", data)
        wasl("keys", "rotate", "--member", "commune-ain-wasl", "--use", "checkpoint", "--data", data)
        held = sorted(path.name.split(".")[0] for path in (data / "keys/commune-ain-wasl").glob("*.p11"))
        assert held == ["checkpoint", "seal"], held
        wasl("clock", "accept", "--by", "a commit signed in the token", "--data", data)
        assert "DIFFERS" not in wasl("audit", "--data", data)
        wasl(*common, "")

    @step("audit: one altered letter of one dossier is named")
    def _():
        import sqlite3
        base = sqlite3.connect(data / "store/commune-ain-wasl/store.db")
        base.execute("update d_dossier set body = replace(body, 'examination', 'granted') where id = (select id from d_dossier where f_phase = 'examination' limit 1)")
        base.commit()
        base.close()
        out = wasl("audit", "--data", data, "--member", "commune-ain-wasl", expect=1)
        assert "DIFFERS" in out and "The dossier as kept differs from what its journal says." in out, out
        arabic = wasl("audit", "--data", data, "--member", "commune-ain-wasl", "--language", "ar", expect=1)
        assert "الملف المحفوظ يخالف" in arabic, arabic

finish()
