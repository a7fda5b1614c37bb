#!/usr/bin/env python3
"""Prints how late a picture is shown, glass to glass, and how soon the first one, for each way to play.

    .build/tools/bin/python Scripts/bench-latency.py [--seconds 60] [--joins 5] [--binary .build/release/swiftwater]

Python draws pictures that carry the time of day, FFmpeg encodes them (x264, zerolatency, 30 a second, a key frame each
second), the server passes them on, and headless Chromium reads the time in each picture when it shows it: on the watch
page, and for DASH on a page that keeps the distance which the manifest wishes (Tests/EndToEnd/harness/dash_page.html).
Every picture counts from the first one on. Publisher, server and browser run on this machine, and share its processors: let
it be idle otherwise.

Goals on an idle machine: WebSocket below 300 ms (p50) and 500 ms until the first picture; Low-Latency HLS below 1.5 s (p95)
and 2 s; DASH below 2 s.
"""

import argparse
import pathlib
import statistics
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from harness import clock_picture, latency, server as serving  # noqa: E402
from harness.browser import chromium  # noqa: E402
from harness.processes import Processes  # noqa: E402

STREAM = "live/clock"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="of watching, for each way")
    parser.add_argument("--joins", type=int, default=5, help="page loads whose median is the time until the first picture")
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/swiftwater")
    arguments = parser.parse_args()
    serving.BINARY = arguments.binary.resolve()
    with tempfile.TemporaryDirectory() as folder:
        processes = Processes(pathlib.Path(folder))
        try:
            server = serving.Server(processes, configuration="")
            processes.start(clock_picture.publisher(server.rtmp(STREAM)), "publish")
            server.wait_for_playlist(f"{STREAM}/index.m3u8")
            print(latency.Figures.HEADINGS)
            with chromium() as browser:
                for transport in latency.TRANSPORTS:
                    print(measured(browser, server, transport, arguments), flush=True)
        finally:
            processes.end_all()


def measured(browser, server, transport: str, arguments) -> latency.Figures:
    joins = [latency.measure(browser, server, STREAM, transport, seconds=2).join for _ in range(arguments.joins - 1)]
    figures = latency.measure(browser, server, STREAM, transport, arguments.seconds, settling=0)
    return figures._replace(join=statistics.median([*joins, figures.join]))


if __name__ == "__main__":
    main()
