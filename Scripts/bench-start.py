#!/usr/bin/env python3
"""How long a server takes until its ports are open, and what memory it has then.

    Scripts/bench-start.py [--binary FILE] [--times 20] [--json] [--check]

Targets: 100 ms, 20 MB; with --check it fails where one is missed. The first start, which reads the program from the disk, is shown by itself.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MOST_MILLISECONDS = 100
MOST_BYTES = 20e6


def start(binary: pathlib.Path, folder: str) -> tuple[float, dict[str, int]]:
    """Milliseconds from the start of the process to its first line, and its memory a moment later, in bytes."""
    command = [binary, "serve", "--rtmp", "127.0.0.1:0", "--http", "127.0.0.1:0"]
    beginning = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=folder) as process:
        process.stdout.readline()
        milliseconds = (time.perf_counter() - beginning) * 1000
        time.sleep(0.2)  # What runs after the ports are open is part of the start.
        status = pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        process.terminate()
    fields = {name: int(size) * 1024 for name, size in re.findall(r"^(\w+):\s+(\d+) kB", status, re.MULTILINE)}
    return milliseconds, fields


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/swiftwater")
    arguments.add_argument("--times", type=int, default=20)
    arguments.add_argument("--json", action="store_true", help="print one line of JSON")
    arguments.add_argument("--check", action="store_true", help="exit with 1 where a target is missed")
    options = arguments.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        runs = [start(options.binary.resolve(), folder) for _ in range(1 + options.times)]
    warm = sorted(milliseconds for milliseconds, _ in runs[1:])
    figures = {
        "first_ms": runs[0][0],
        "start_ms": statistics.median(warm),
        "slowest_ms": warm[-1],
        "resident_bytes": statistics.median(fields["Rss"] for _, fields in runs[1:]),
        "own_bytes": statistics.median(fields["Anonymous"] for _, fields in runs[1:]),
    }
    if options.json:
        print(json.dumps(figures))
    else:
        show(figures)
    if options.check and (figures["start_ms"] > MOST_MILLISECONDS or figures["resident_bytes"] > MOST_BYTES):
        sys.exit("more than it may be")


def show(figures: dict[str, float]) -> None:
    print(f"until the ports are open  {figures['start_ms']:.0f} ms (first {figures['first_ms']:.0f}, slowest {figures['slowest_ms']:.0f})")
    print(f"resident at the start     {figures['resident_bytes'] / 1e6:.1f} MB, {figures['own_bytes'] / 1e6:.1f} MB of it not the program's file")


if __name__ == "__main__":
    main()
