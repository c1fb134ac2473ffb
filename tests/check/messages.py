#!/usr/bin/env python3
"""Names of messages in the sources exist, and every error that a person can meet has its sentence."""
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).parents[2]
done = subprocess.run([sys.executable, root / "tools/messages/check_keys.py", root], capture_output=True, text=True)
print("ok message keys" if done.returncode == 0 else "not ok message keys: " + "; ".join(done.stdout.splitlines()))
