#!/usr/bin/env python3
"""How long the API takes to list 200 live streams, 5,000 sessions and 1,000 live-stream objects.

    .build/tools/bin/python Scripts/bench-api.py [--binary FILE] [--streams 200] [--sessions 5000] [--objects 1000] [--times 20]
                                                 [--frame-rate 2]

Target: 100 ms for all sessions in one answer. Publishers and players are connections that `swiftwater-bench` holds; with
`--frame-rate 77` they take all that two cores have.
"""

import argparse
import http.client
import json
import pathlib
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from harness import limits, server as servers  # noqa: E402
from harness.bench import Bench  # noqa: E402
from harness.processes import Processes  # noqa: E402
from harness.waiting import eventually  # noqa: E402


def timed(server: servers.Server, path: str, times: int) -> tuple[list[float], dict]:
    """Milliseconds of each of several requests on one connection, and the last answer."""
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=30)
    milliseconds, answer = [], {}
    for _ in range(times):
        beginning = time.perf_counter()
        connection.request("GET", path)
        body = connection.getresponse().read()
        milliseconds.append((time.perf_counter() - beginning) * 1000)
        answer = json.loads(body)
        time.sleep(0.05)
    connection.close()
    return milliseconds, answer


def set_up(server: servers.Server, count: int) -> float:
    """Makes live streams, and returns how many a second could be made."""
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=30)
    beginning = time.perf_counter()
    for number in range(count):
        body = json.dumps({"name": f"Event {number}", "stream": f"bench{number}"})
        connection.request("POST", "/api/v1/live-streams", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 201, answer.status
    connection.close()
    return count / (time.perf_counter() - beginning)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/swiftwater")
    arguments.add_argument("--streams", type=int, default=200)
    arguments.add_argument("--sessions", type=int, default=5000)
    arguments.add_argument("--objects", type=int, default=1000)
    arguments.add_argument("--times", type=int, default=20)
    arguments.add_argument("--frame-rate", type=int, default=2)
    options = arguments.parse_args()
    servers.BINARY = options.binary.resolve()
    limits.raise_own()

    with tempfile.TemporaryDirectory() as folder:
        processes = Processes(pathlib.Path(folder))
        try:
            server = servers.Server(processes, "apps: { live: { hls: { enabled: off }, wait-for-publisher: 10m } }")
            print(f"{options.objects} live streams set up, {set_up(server, options.objects):.0f} a second")
            bench = Bench(processes, server)
            players = options.sessions - options.streams
            bench.load(
                "bench{}", publishers=options.streams, players=players, join_rate=1000, megabits=0.05, audio_kilobits=0,
                frame_rate=options.frame_rate, group=2 * options.frame_rate, threads=1, seconds=600,
            )
            total = lambda: timed(server, "/api/v1/sessions?limit=1", 1)[1]["total"]
            eventually("all are there", lambda: total() >= options.sessions, within=180)
            for path in (
                *["/api/v1/sessions?limit=10000", "/api/v1/sessions", "/api/v1/streams?limit=1000", "/api/v1/streams"],
                *["/api/v1/live-streams?limit=500", "/api/v1/live-streams?limit=500&after=500", "/api/v1/live-streams?search=999"],
                *["/api/v1/configuration", "/api/v1/server"],
            ):
                times, answer = timed(server, path, options.times)
                shown = max((len(value) for value in answer.values() if isinstance(value, list)), default=1)
                print(f"{path:42} {shown:6} shown  median {statistics.median(times):6.1f} ms  slowest {max(times):6.1f} ms")
        finally:
            processes.end_all()


if __name__ == "__main__":
    main()
