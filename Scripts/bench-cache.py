#!/usr/bin/env python3
"""What low-latency HLS viewers cost the server by themselves, and through nginx with the documented configuration.

    .build/tools/bin/python Scripts/bench-cache.py [--binary FILE] [--viewers 500] [--handful 5] [--seconds 20]

Prints a table of what the server did in the measured window, and what viewers met with; writes nothing.
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from harness import server as servers  # noqa: E402
from harness.cache import Cache  # noqa: E402
from harness.processes import Processes  # noqa: E402
from harness.server import Server  # noqa: E402

CONFIGURATION = "log: { level: warning }\napps: { live: { hls: { segment: 2s, part: 500ms } } }\n"


def measure(viewers: int, through_cache: bool, options: argparse.Namespace) -> dict:
    """One publisher and some viewers, as the load generator reports them."""
    with tempfile.TemporaryDirectory() as folder:
        processes = Processes(pathlib.Path(folder))
        try:
            server = Server(processes, CONFIGURATION)
            door = Cache(processes, server) if through_cache else server
            command = [options.binary.with_name("swiftwater-bench"), "load", "--json", "--pid", server.process.id]
            command += ["--publish", server.rtmp("live/show"), "--megabits", options.megabits, "--head-start", 6]
            command += ["--play", door.http("live/show/index.m3u8"), "--players", viewers, "--join-rate", 50]
            command += ["--warmup", 4, "--seconds", options.seconds]
            bench = processes.start(command, "bench")
            reached = []
            deadline = time.monotonic() + options.seconds + viewers / 50 + 120
            while bench.is_running and time.monotonic() < deadline:
                reached.append((time.monotonic(), server.metric("swiftwater_http_requests_total")))
                time.sleep(1)
            bench.wait(within=1)
            lines = [line for line in bench.output.splitlines() if line.startswith("{")]
            if not lines:
                sys.exit(f"the load generator failed:\n{bench.output[-2000:]}")
            return json.loads(lines[-1]) | {"reached": rate(reached, options.seconds)}
        finally:
            processes.end_all()


def rate(counted: list[tuple[float, float]], seconds: float) -> float:
    """Requests a second in the window before the end, but for the questions how many there were."""
    window = [one for one in counted if one[0] > counted[-1][0] - seconds]
    (began, before), (ended, after) = window[0], window[-1]
    return (after - before) / (ended - began) - 1


def row(name: str, report: dict) -> str:
    server, players = report["server"], report["players"]
    hls = players.get("hls") or {}
    delay = (players.get("delay") or {}).get("p50")
    return " | ".join(
        [
            f"| {name}",
            f"{1000 * server['cpuSeconds'] / report['seconds']:.1f} ms",
            f"{server['residentBytes'] / 1e6:.0f} MB",
            f"{players['watching']} of {players['wanted']}",
            f"{hls.get('requests', 0) / report['seconds']:.0f}",
            f"{report['reached']:.0f}",
            f"{players['lost']}",
            f"{hls.get('stalls', 0)}",
            f"{delay:.0f} ms |" if delay is not None else "– |",
        ]
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/swiftwater")
    arguments.add_argument("--viewers", type=int, default=500)
    arguments.add_argument("--handful", type=int, default=5)
    arguments.add_argument("--seconds", type=float, default=20)
    arguments.add_argument("--megabits", type=float, default=1)
    options = arguments.parse_args()
    servers.BINARY = options.binary
    alone = measure(options.handful, False, options)
    print("| viewers | processor time a second | memory | watching | requests a second | of them at the server | frames lost | stalls | delay |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|")
    print(row(f"{options.handful}, by themselves", alone))
    crowd = measure(options.viewers, True, options)
    print(row(f"{options.viewers}, through nginx", crowd))
    ratio = crowd["server"]["cpuSeconds"] / crowd["seconds"] / max(1e-6, alone["server"]["cpuSeconds"] / alone["seconds"])
    print(f"\n{options.viewers} through the cache cost the server {ratio:.2f} times what {options.handful} cost by themselves.")
    print(f"failures: {json.dumps(alone['players']['failures'])}, {json.dumps(crowd['players']['failures'])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
