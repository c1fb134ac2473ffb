"""The rooms of the house: includes go only downwards, files stay small, each room has a door plate."""
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
done = subprocess.run([ROOT / "tools/layers"], capture_output=True, text=True)
if done.returncode == 0:
    print("ok layers, lengths, readmes")
else:
    for line in done.stdout.splitlines():
        print(f"not ok layers: {line}")
