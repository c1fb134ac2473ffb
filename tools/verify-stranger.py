#!/usr/bin/env python3
"""A stranger's verifier: follows docs/proof-format.md and nothing else of Wasl.

Python's standard library and the `openssl` command (3.0 or newer).
Usage: verify-stranger.py --trust KEYS.json (BUNDLE.json | --qr TEXT)
Exit code: 0 valid, 1 invalid, 2 cannot tell.
"""
import argparse, base64, hashlib, json, os, re, struct, subprocess, sys, tempfile, urllib.parse
from datetime import datetime, timedelta, timezone

KINDS = {1: "receipt", 2: "document", 3: "decision", 4: "silence-record", 5: "certificate", 6: "payment"}
P256 = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
ED25519 = bytes.fromhex("302a300506032b6570032100")
BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

class Invalid(Exception): """The paper is not what it says."""
class CannotTell(Exception): """A key or a version is unknown here."""

def need(condition, why):
    if not condition: raise Invalid(why)

def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()

def b64(text):
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "base64 is not canonical")
    return raw

def b64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

def base45(text):
    out = b""
    for i in range(0, len(text), 3):
        digits = [BASE45.index(c) for c in text[i:i + 3]]
        value = sum(d * 45 ** n for n, d in enumerate(digits))
        size = len(digits) - 1
        need(size > 0 and value < 256 ** size, "no base45")
        out += value.to_bytes(size, "big")
    return out

def der_signature(raw):
    def integer(n):
        n = n.lstrip(b"\0") or b"\0"
        return b"\x02" + bytes([len(n) + (n[0] >> 7)]) + b"\0" * (n[0] >> 7) + n
    body = integer(raw[:32]) + integer(raw[32:])
    return b"\x30" + bytes([len(body)]) + body

def openssl_verify(spki, message, signature, ed25519=False):
    """The one thing that this program does not do by itself."""
    with tempfile.TemporaryDirectory() as folder:
        for file, content in (("key", spki), ("message", message), ("signature", signature)):
            with open(os.path.join(folder, file), "wb") as out:
                out.write(content)
        how = [] if ed25519 else ["-digest", "sha256"]
        command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey key -sigfile signature -in message"
        return subprocess.run(command.split() + how, cwd=folder, capture_output=True, check=False).returncode == 0

class Trust:
    def __init__(self, path):
        self.keys = []
        for jwk in json.load(open(path, encoding="utf-8"))["keys"]:
            raw = b64url(jwk["x"]) + (b64url(jwk["y"]) if jwk["kty"] == "EC" else b"")
            spki = (P256 if jwk["kty"] == "EC" else ED25519) + raw
            self.keys.append({**jwk, "raw": raw, "spki": spki, "short": sha256(spki)[:4]})

    def check(self, what, member, use, short, at, message, der):
        found = [k for k in self.keys if (k["member"], k["use"], k["short"]) == (member, use, short)]
        if not found: raise CannotTell(f"{what}: no such {use} key of {member} in the trust file")
        need(openssl_verify(found[0]["spki"], message, der), f"{what}: signature is wrong")
        need(found[0]["nbf"] <= at < found[0]["exp"], f"{what}: the key was not valid at that instant")

    def cosigners(self, text, signatures, member):
        names = []
        for name, short, sig in signatures:
            for k in self.keys:
                key_id = sha256(name.encode(), b"\n\x04", k["raw"])[:4]
                if k["use"] != "cosign" or name != "wasl/" + k["member"] or short != key_id:
                    continue
                need(len(sig) == 72, "cosignature is malformed")
                at = struct.unpack(">Q", sig[:8])[0]
                message = f"cosignature/v1\ntime {at}\n".encode() + text
                need(k["nbf"] <= at < k["exp"] and openssl_verify(k["spki"], message, sig[8:], True), "cosignature is wrong")
                if k["member"] != member:
                    names.append(k["member"])
        return names

def parse_note(note):
    text, _, tail = note.rpartition("\n\n")
    need(text and note.endswith("\n"), "no signed note")
    signatures = []
    for line in tail.splitlines():
        match = re.fullmatch("\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)", line)
        need(match, "no signature line")
        raw = b64(match[2])
        signatures.append((match[1], raw[:4], raw[4:]))
    return (text + "\n").encode(), signatures

def instant(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()

def in_tree(index, size, leaf, path, root):
    """RFC 9162 section 2.1.3.2."""
    need(index < size, "index beyond the tree")
    fn, sn, r = index, size - 1, sha256(b"\0", leaf)
    for p in path:
        need(sn != 0, "path too long")
        if fn & 1 or fn == sn:
            r = sha256(b"\1", p, r)
            while not fn & 1 and fn: fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\1", r, p)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and r == root, "not in the tree")

def check_seal(raw, trust):
    if raw[:1] != b"\x01": raise CannotTell("seal of another version")
    need(len(raw) > 83 + 64 and raw[1] in KINDS, "seal is malformed")
    seal = {"kind": KINDS[raw[1]], "issued": struct.unpack(">I", raw[6:10])[0],
            "leaf": int.from_bytes(raw[14:19], "big"), "size": int.from_bytes(raw[19:24], "big"),
            "root": raw[24:56], "subject": raw[56:80]}
    at, texts = 80, []
    for _ in range(3):
        texts.append(raw[at + 1:at + 1 + raw[at]].decode())
        at += 1 + raw[at]
    need(len(raw) == at + 64, "seal is malformed")
    seal["member"], seal["reference"], seal["facts"] = texts[0], f"{texts[0]}/{texts[1]}", texts[2]
    for name, place in (("due", 10), ("valid_until", 12)):
        days = struct.unpack(">H", raw[place:place + 2])[0]
        seal[name] = str(datetime(1970, 1, 1).date() + timedelta(days)) if days else None
    trust.check("seal", seal["member"], "seal", raw[2:6], seal["issued"], b"wasl-seal-v1\n" + raw[:at], der_signature(raw[at:]))
    return seal

def member_signature(what, note, origin, member, at, trust):
    text, signatures = note
    ours = [s for s in signatures if s[0] == origin and any(k["short"] == s[1] for k in trust.keys)]
    if not ours: raise CannotTell(f"{what}: no signature by a known key of {member}")
    trust.check(what, member, "checkpoint", ours[0][1], at, text, ours[0][2])

def check_paper(bundle, trust):
    seal = check_seal(b64(bundle["seal"]), trust)
    need(sha256(bundle["paper"].encode())[:24] == seal["subject"], "the text of the paper was altered")
    if "inclusion" in bundle:
        proof = bundle["inclusion"]
        note, leaf = parse_note(proof["checkpoint"]), b64(proof["leaf"])
        origin, size, root, time, member = note[0].decode().splitlines()
        size, root = int(size), b64(root)
        member_signature("checkpoint", note, "wasl/" + seal["member"], seal["member"], instant(time[5:]), trust)
        need(origin == "wasl/" + seal["member"] and member == "member " + seal["member"], "checkpoint of another journal")
        need(proof["index"] == seal["leaf"] and size >= seal["size"], "another entry")
        need(size != seal["size"] or root == seal["root"], "another journal than the seal's")
        need(struct.unpack(">q", leaf[105:113])[0] // 1_000_000 == seal["issued"], "entry of another instant")
        in_tree(proof["index"], size, leaf, [b64(p) for p in proof["path"]], root)
        seal["cosigned"] = trust.cosigners(*note, seal["member"])
    return seal

def check_no_decision(bundle, trust):
    note, line = parse_note(bundle["map"]), b64(bundle["line"])
    origin, size, root, day, end, time, member, _ = note[0].decode().splitlines()
    member = member[7:]
    made, over = instant(time[5:]), instant(end[4:])
    member_signature("map", note, f"wasl/{member}/map", member, made, trust)
    midnight = datetime.fromisoformat(day[4:]).replace(tzinfo=timezone.utc).timestamp() + 86_400
    need(origin == f"wasl/{member}/map" and made >= over and -14 * 3600 <= over - midnight <= 12 * 3600, "map is malformed")
    need(bundle["reference"].startswith(member + "/"), "dossier of another member")
    need(sha256(b64(bundle["salt"]), bundle["reference"].encode()) == line[1:33], "line of another dossier")
    need(len(line) == 74 and line[0] == 1 and line[73] == 0, "a decision existed")
    in_tree(bundle["index"], int(size), line, [b64(p) for p in bundle["path"]], b64(root))
    cosigned = trust.cosigners(*note, member)
    if not cosigned: raise CannotTell("nobody that the trust file knows has cosigned the map")
    return {"kind": "no-decision", "reference": bundle["reference"], "before": end[4:], "cosigned": cosigned}

def verify(arguments):
    trust = Trust(arguments.trust)
    if arguments.qr is not None:
        address = re.fullmatch(r"https?://[^/]+/v/([^/?#]+)", arguments.qr.strip())
        need(address, "no address of a seal")
        return check_seal(base45(urllib.parse.unquote(address[1])), trust)
    bundle = json.load(open(arguments.bundle, encoding="utf-8"))
    if bundle["format"] != "wasl-bundle/1": raise CannotTell("bundle of another version")
    return check_paper(bundle, trust) if bundle["what"] == "paper" else check_no_decision(bundle, trust)

def main():
    parser = argparse.ArgumentParser(description="Verify a paper of Wasl without Wasl.")
    parser.add_argument("--trust", required=True, help="JWK Set of the keys you believe")
    parser.add_argument("--qr", help="text of a QR code")
    parser.add_argument("bundle", nargs="?", help="wasl.json")
    try:
        facts = verify(parser.parse_args())
        print("valid", json.dumps({k: v for k, v in facts.items() if not isinstance(v, bytes)}, ensure_ascii=False))
        return 0
    except CannotTell as why:
        print("cannot tell:", why)
        return 2
    except (Invalid, ValueError, KeyError, TypeError, IndexError, AttributeError, struct.error) as why:
        print("invalid:", why)
        return 1

if __name__ == "__main__": sys.exit(main())
