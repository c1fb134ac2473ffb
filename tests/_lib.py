"""What the integration tests share: the released program, a demonstration on a free port, result lines."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parent.parent
WASL = os.environ.get("WASL", str(ROOT / "build/bin/wasl"))
SHARED = ROOT.parent / "shared"
FAILED = []


def step(name):
    """Decorator: runs the function now and prints `ok NAME` or `not ok NAME: why`."""
    def run(function):
        try:
            function()
            print(f"ok {name}", flush=True)
        except Exception as problem:  # a test must say what broke, whatever it was
            FAILED.append(name)
            where = traceback.extract_tb(problem.__traceback__)[-1]
            words = f"{type(problem).__name__}: {problem} ({where.name}:{where.lineno})"
            print(f"not ok {name}: " + " ".join(words.split())[:800], flush=True)
    return run


def skip(name, why):
    print(f"skip {name}: {why}", flush=True)


def finish():
    sys.exit(1 if FAILED else 0)


def wasl(*arguments, expect=0, text=True, **options):
    """Runs the program and returns its standard output; checks the exit code."""
    done = subprocess.run([WASL, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=text,
                          timeout=300, **options)
    if expect is not None:
        assert done.returncode == expect, f"wasl {arguments[0]}: exit {done.returncode}, expected {expect}: {done.stdout[-400:]} {done.stderr[-400:]}"
    return done.stdout


class Folder:
    """A temporary folder that goes with the test."""
    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="wasl-test-"))

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


class Server:
    """`wasl serve` on a free loopback port; stopped with the block."""
    def __init__(self, data, *arguments):
        self.data, self.arguments, self.process, self.url = data, arguments, None, None

    def __enter__(self):
        self.log = open(str(self.data) + ".log", "a+")
        self.process = subprocess.Popen([WASL, "serve", "--data", str(self.data), "--port", "0", *self.arguments],
                                        stdout=self.log, stderr=subprocess.STDOUT)
        start = self.log.tell()
        for _ in range(1200):
            with open(self.log.name) as log:
                log.seek(start)
                text = log.read()
            found = re.search(r"serves (https?://localhost:\d+)", text)
            if found:
                self.url, self.output = found[1], text
                return self
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}: {text[-600:]}")
            time.sleep(0.1)
        raise AssertionError("the server did not start within two minutes")

    def __exit__(self, *_):
        self.stop()

    def stop(self, how=signal.SIGTERM):
        if self.process and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)
        self.log.close()
