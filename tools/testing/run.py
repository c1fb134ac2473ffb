"""What `./test` runs, stage by stage. Every stage yields results (name, "passed" | "failed" | "skipped", why).

unit         the doctest programs of every module, under ASan and UBSan
fuzz         every fuzz target: its corpus, then a short run
check        the house rules: layers, lengths, messages, built styles, shipped procedures
integration  tests/*.py against the released program
browser      tests/browser/*.mjs, Chromium
changed      the short list of clang-tidy on the sources of the last commit and of the working tree
tidy         the long list of clang-tidy and g++ 12's warnings on all sources (not part of the whole run)
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ASAN = ROOT / "build/asan"
ENVIRONMENT = dict(
    os.environ,
    ASAN_OPTIONS="detect_leaks=1:abort_on_error=0:allocator_may_return_null=1",
    UBSAN_OPTIONS="print_stacktrace=1",
    LSAN_OPTIONS="suppressions=%s:print_suppressions=0" % (ROOT / "tools/testing/leaks.txt"),
    WASL=str(ROOT / "build/bin/wasl"),
    LC_ALL="C.UTF-8",  # commands speak the terminal's language
)
LONG = "--long" in sys.argv
if LONG:
    ENVIRONMENT.setdefault("WASL_FORGERIES", "1000")


def shell(command, **options):
    return subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, text=True, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)


def build(preset, *targets):
    if subprocess.run(["tools/build", preset, *targets], cwd=ROOT).returncode != 0:
        print("\n0 passed, 1 failed, 0 skipped")
        sys.exit(1)


def unit_program(path):
    """One doctest program: every test case counts; a line `SKIP: why` counts as a skip."""
    started = time.monotonic()
    try:
        done = shell([str(path), "--no-colors", "--no-path-filenames"], timeout=7200 if LONG else 1200)
    except subprocess.TimeoutExpired:
        return [(path.name, "failed", "took longer than 20 minutes")]
    results = []
    summary = re.search(r"test cases:\s*(\d+) \|\s*(\d+) passed \|\s*(\d+) failed", done.stdout)
    passed, failed = (int(summary[2]), int(summary[3])) if summary else (0, 1)
    skips = re.findall(r"SKIP: (.*)", done.stdout)
    results += [(f"{path.name} case", "passed", "")] * max(0, passed - len(skips))
    results += [(path.name, "skipped", why) for why in skips]
    if failed or done.returncode != 0 or not summary:
        results += [(path.name, "failed", done.stdout[-6000:])] * max(1, failed)
    print(f"  {path.name}: {passed} passed, {failed} failed, {time.monotonic() - started:.1f} s", flush=True)
    return results


def unit(only=None):
    build("asan")
    programs = sorted((ASAN / "bin").glob("*_test"))
    if only:
        programs = [path for path in programs if path.name == f"{only}_test"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for results in pool.map(unit_program, programs):
            yield from results


def fuzz():
    build("asan")
    # Short runs are the same each time, so that a red one means a change; the long campaign draws its own luck.
    seconds = 300 if LONG else 10
    bounds = [] if LONG else ["-seed=20261121", "-runs=10000"]
    targets = sorted((ASAN / "fuzz-bin").glob("*_fuzz"))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        yield from pool.map(lambda path: fuzz_target(path, seconds, bounds), targets)


def fuzz_target(path, seconds, bounds):
    corpus = ROOT / "fuzz/corpus" / path.name.removesuffix("_fuzz")
    scratch = ASAN / "fuzz-scratch" / path.name
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    folders = [str(scratch)] + ([str(corpus)] if corpus.is_dir() else [])
    done = shell([str(path), f"-max_total_time={seconds}", *bounds, "-timeout=10", "-rss_limit_mb=2048", "-max_len=8192",
                  f"-artifact_prefix={scratch}/", *folders], timeout=seconds + 300)
    print(f"  {path.name}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    return (f"fuzz {path.name}", "passed" if done.returncode == 0 else "failed", done.stdout[-4000:])


def script(path, *arguments):
    """A test script prints `ok NAME`, `not ok NAME: why`, `skip NAME: why`; at least one line, and exits 0."""
    command = ["node", str(path)] if path.suffix == ".mjs" else ["python3", str(path)]
    started = time.monotonic()
    try:
        done = shell(command + list(arguments) + (["--long"] if LONG else []), timeout=7200 if LONG else 1500)
    except subprocess.TimeoutExpired:
        return [(path.name, "failed", "took longer than 25 minutes")]
    results = []
    for line in done.stdout.splitlines():
        found = re.match(r"(ok|not ok|skip) (.*)", line)
        if found:
            kind = {"ok": "passed", "not ok": "failed", "skip": "skipped"}[found[1]]
            results.append((f"{path.name}: {found[2]}", kind, found[2]))
    if done.returncode != 0 or not results:
        results.append((path.name, "failed", f"exit {done.returncode}\n{done.stdout[-6000:]}"))
    bad = sum(1 for result in results if result[1] == "failed")
    print(f"  {path.name}: {len(results) - bad} passed or skipped, {bad} failed, {time.monotonic() - started:.1f} s", flush=True)
    return results


def check():
    for path in sorted((ROOT / "tests/check").glob("*.py")):
        yield from script(path)


def integration():
    build("release")
    for path in sorted((ROOT / "tests").glob("[!_]*.py")):
        yield from script(path)


def browser():
    build("release")
    scripts = sorted((ROOT / "tests/browser").glob("[!_]*.mjs"))
    if not scripts:
        return
    if not (ROOT / "tests/node_modules").is_dir():
        done = shell(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--prefix", "tests"])
        if done.returncode != 0:
            yield ("npm ci in tests/", "failed", done.stdout[-2000:])
            return
    for path in scripts:
        yield from script(path)


# Faults that are never a matter of taste, found in seconds a file: on the sources of the last change.
SHORT_LIST = ("-*,bugprone-use-after-move,bugprone-dangling-handle,bugprone-unused-raii,bugprone-infinite-loop,"
              "bugprone-sizeof-expression,bugprone-string-constructor,bugprone-suspicious-memset-usage,"
              "bugprone-undefined-memory-manipulation,bugprone-unhandled-self-assignment,bugprone-assert-side-effect,"
              "cppcoreguidelines-slicing,performance-for-range-copy,performance-move-const-arg")
# What g++ 12 sees and clang does not (shadowing stays with clang: g++ also names constructors and nested TRYs).
GXX_WARNINGS = ["-Wall", "-Wextra", "-Wconversion", "-Wno-sign-conversion", "-Wnon-virtual-dtor",
                "-Wold-style-cast", "-Wundef", "-Wno-missing-field-initializers", "-Wduplicated-cond", "-Wlogical-op"]


def own_sources(paths):
    return [str(ROOT / path) for path in sorted(map(str, paths))
            if re.match(r"(src|apps)/.*\.cpp$", str(path)) and not str(path).endswith("_test.cpp")
            and (ROOT / path).is_file()]


# A finding in our files, or a source that does not compile. What the analyzer suspects inside a library's header, on a
# way through our code, is left to the library.
OWN_FINDING = rf"^{re.escape(str(ROOT))}/.*warning:|error:"


def with_clang_tidy(sources, extra):
    def one(path):
        return shell(["clang-tidy-19", "--quiet", "-p", str(ASAN), *extra, path])
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for path, done in zip(sources, pool.map(one, sources)):
            bad = re.search(OWN_FINDING, done.stdout, re.MULTILINE) is not None
            yield (f"tidy {os.path.relpath(path, ROOT)}", "failed" if bad else "passed", done.stdout[-3000:])


def changed():
    """The short list on the sources of the last commit and of the working tree."""
    build("asan")
    names = set()
    for command in (["git", "diff", "--name-only", "HEAD~1"], ["git", "diff", "--name-only"]):
        names.update(shell(command).stdout.split())
    yield from with_clang_tidy(own_sources(names)[:40], [f"--checks={SHORT_LIST}"])


def with_gxx():
    entries = json.loads((ASAN / "compile_commands.json").read_text())
    wanted = set(own_sources(path.relative_to(ROOT) for top in ("src", "apps") for path in (ROOT / top).rglob("*.cpp")))

    def one(entry):
        words = shlex.split(entry["command"])
        flags = [word for word in words if word.startswith(("-I", "-D"))]
        for at, word in enumerate(words):
            if word == "-isystem":
                flags += words[at:at + 2]
        return shell(["g++-12", "-fsyntax-only", "-std=c++23", *flags, *GXX_WARNINGS, entry["file"]])
    entries = [entry for entry in entries if entry["file"] in wanted]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for entry, done in zip(entries, pool.map(one, entries)):
            bad = done.returncode != 0 or "warning:" in done.stdout
            yield (f"g++ {os.path.relpath(entry['file'], ROOT)}", "failed" if bad else "passed", done.stdout[-3000:])


def tidy():
    build("asan")
    yield from with_gxx()
    yield from with_clang_tidy(own_sources(path.relative_to(ROOT) for top in ("src", "apps")
                                           for path in (ROOT / top).rglob("*.cpp")), [])


STAGES = {"unit": unit, "changed": changed, "fuzz": fuzz, "check": check, "integration": integration, "browser": browser}


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    known = dict(STAGES, tidy=tidy)
    if words and words[0] not in known:
        print(f"unknown stage {words[0]}; there are: {', '.join(known)}", file=sys.stderr)
        return 2
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    failures, skips = [], []
    started = time.monotonic()
    for name in words[:1] or STAGES:
        print(f"== {name} ({time.monotonic() - started:.0f} s)", flush=True)
        arguments = words[1:2] if name == "unit" else []
        for result in known[name](*arguments):
            counts[result[1]] += 1
            if result[1] == "failed":
                failures.append(result)
            elif result[1] == "skipped":
                skips.append(result)
    for name, _, why in skips:
        print(f"skipped {name}: {why}")
    for name, _, why in failures:
        print(f"\nFAILED {name}\n{why}")
    print(f"\nin {time.monotonic() - started:.0f} s")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] or not counts["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
