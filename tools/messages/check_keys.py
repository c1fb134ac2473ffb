#!/usr/bin/env python3
"""Every message named in C++ exists, and every error that a person can meet has its own sentence.

    tools/messages/check_keys.py [ROOT]

Reads web/messages/*.fr.toml (the compiler of messages keeps the four languages alike) and the sources under src/ and
apps/. A message is named by a literal "area.key" where area is one of web/messages; an error by
fail(Code::x, "module.key") or Error{Code::x, "module.key"}. Errors of Code::internal, and those of OPERATOR_ONLY, reach
operators only: people read the sentence of the status.
"""
import pathlib
import re
import sys

# Modules and commands whose errors appear in a terminal or a log, never on a page.
OPERATOR_ONLY = {"audit", "control", "file", "keys", "node", "pack", "serve", "test", "none", "revision", "trust", "store",
                 "feel", "paper", "backup", "import", "clock", "post", "prove",
                 "oidc",  # people read the sentence of its kind: signin.national.*
                 "insight", "exchange", "connector", "sandbox"}  # the last: between systems, in the words of their protocols
# What befalls a request to another system: named to operators by the step, to people as the caller sees fit.
OPERATOR_KEYS = ("http.client.", "http.certificate")
# Modules whose own keys (fates of a letter) share a name with an area of messages.
OWN_KEYS = ("src/post/",)
JOURNAL_KINDS = {"clock.accepted"}
PUBLIC_IN_SPITE = ("store.version", "store.busy", "store.disk-full", "store.clock-jumped", "trust.seal-malformed")

MESSAGE = re.compile(r'"((?:%s)\.[a-z0-9_.-]+)"')
ERROR = re.compile(r'(?:fail\(|Error\{)\s*(?:wasl::)?Code::([a-z_]+)\s*,\s*"([^"]+)"')
# Reasons that say_signature() puts together: "verify." + what + "-good".
REASON_OF = re.compile(r'say_signature\((?:[^;"]*),\s*"([a-z]+)",')
REASON_END = re.compile(r'"verify\." \+ what \+ "(-[a-z-]+)"')
TOML_FILE = re.compile(r"^([a-z0-9-]+)\.fr\.toml$")


def keys_of(path):
    import tomllib
    found = set()

    def walk(table, prefix):
        for key, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{prefix}.{key}")
            else:
                found.add(f"{prefix}.{key}")

    walk(tomllib.loads(path.read_text(encoding="utf-8")), TOML_FILE.match(path.name)[1])
    return found


def missing_reasons(root, keys):
    """Every reason of a verification has its sentence, also those put together from two words."""
    source = root / "src/trust/verify.cpp"
    if not source.exists():
        return []
    text = source.read_text(encoding="utf-8")
    whats, ends = set(REASON_OF.findall(text)), set(REASON_END.findall(text))
    faults = [] if whats and ends else ["src/trust/verify.cpp: say_signature() has changed: this check no longer reads it"]
    names = sorted(f"verify.{what}{end}" for what in whats for end in ends)
    return faults + [f'src/trust/verify.cpp: reason "{name}" has no sentence in web/messages/verify.LANG.toml' for name in names if name not in keys]


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2])
    files = [path for path in (root / "web/messages").iterdir() if TOML_FILE.match(path.name)]
    keys = set().union(*(keys_of(path) for path in files))
    # Areas whose name is also a module's would make every error key look like a message.
    areas = {TOML_FILE.match(path.name)[1] for path in files}
    message = re.compile(MESSAGE.pattern % "|".join(sorted(map(re.escape, areas))))
    faults = missing_reasons(root, keys)
    for source in sorted([*root.glob("src/**/*.[ch]pp"), *root.glob("apps/**/*.[ch]pp")]):
        if source.name.endswith("_test.cpp"):
            continue
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
            code = line.split("//")[0]
            errors = ERROR.findall(code)
            named = {key for _, key in errors}
            for kind, key in errors:
                module = key.split(".")[0]
                if kind == "internal" or key.startswith(OPERATOR_KEYS) or (module in OPERATOR_ONLY and key not in PUBLIC_IN_SPITE):
                    continue
                if f"errors.{key}" not in keys:
                    faults.append(f'{source.relative_to(root)}:{number}: error "{key}" has no sentence: add it to '
                                  f"web/messages/errors.LANG.toml, [{module}]")
            if str(source.relative_to(root)).startswith(OWN_KEYS):
                continue
            for key in message.findall(code):
                if key in JOURNAL_KINDS or key in keys or key in named or key.rsplit(".", 1)[-1] in {"toml", "html", "json", "css", "hpp", "svg", "pdf"}:
                    continue
                # A prefix that the program completes ("errors.http." + status) is fine when keys begin with it.
                if key.endswith(".") and any(other.startswith(key) for other in keys):
                    continue
                if f"errors.{key}" in keys:
                    continue
                faults.append(f'{source.relative_to(root)}:{number}: no message is called "{key}"')
    print("\n".join(faults) if faults else f"message keys: {len(keys)} messages, every name in the sources exists")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
