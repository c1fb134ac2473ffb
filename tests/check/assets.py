#!/usr/bin/env python3
"""web/built is what web/styles, web/scripts and govuk-frontend give; weight of the first page's files."""
import gzip
import pathlib
import subprocess

root = pathlib.Path(__file__).parents[2]
done = subprocess.run([root / "tools/assets/check"], capture_output=True, text=True)
words = (done.stdout + done.stderr).strip().replace("\n", "; ")
print({0: "ok built files", 77: f"skip built files: {words}"}.get(done.returncode, f"not ok built files: {words}"))

# First page at most 60 KB on the wire without fonts: what every page loads must leave room for the page itself.
built = root / "web/built"
for styles in ("wasl.css", "wasl.rtl.css"):
    weight = sum(len(gzip.compress((built / name).read_bytes(), 6)) for name in (styles, "wasl.js", "wasl.svg"))
    print(f"ok weight of {styles} and script: {weight} bytes" if weight < 30_000 else f"not ok weight of {styles}: {weight} bytes")
script = (built / "wasl.js").stat().st_size
print("ok script under 6 KB" if script < 6_000 else f"not ok script: {script} bytes")
