#!/usr/bin/env python3
"""What bad input that is load costs the release build, and whether anybody else feels it.

    .build/tools/bin/python Scripts/bench-load.py [--binary FILE] [--only NAME]

Beside every load three viewers watch a stream of 2.5 Mb/s and check every byte. Memory is the server's resident memory
before, at most while it lasts, and five seconds after. What Documentation/capacity.md says is asked for: nothing lost, no
warning, memory within its figures and a half more. What is not kept is told, and the script fails.
"""

import argparse
import contextlib
import dataclasses
import pathlib
import socket
import struct
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from harness import limits, rtmp, server as servers  # noqa: E402
from harness.bench import Bench, lines  # noqa: E402
from harness.processes import Processes  # noqa: E402
from harness.waiting import eventually  # noqa: E402

HEALTHY = {"players": 3, "megabits": 2.5, "warmup": 0.5}
# The log at `info`: two lines a session, and of each kind no more than fifty in a second, for less than a minute.
MOST_LINES = 20_000
# How much more than the figures of capacity.md memory may be: allocators round, and machines differ.
LEEWAY = 1.5


@dataclasses.dataclass
class Outcome:
    """What a load says of itself, and what of that is not as it should be."""

    text: str
    breaches: list[str] = dataclasses.field(default_factory=list)

    def at_most(self, what: str, value: float, limit: float) -> "Outcome":
        if value > limit:
            self.breaches.append(f"{what}: {value:,.1f}, at most {limit:,.1f} wanted")
        return self

    def all_of(self, what: str, value: int, wanted: int) -> "Outcome":
        if value != wanted:
            self.breaches.append(f"{what}: {value} of {wanted}")
        return self


class Watch(threading.Thread):
    """Looks at a server's memory ten times a second."""

    def __init__(self, server: servers.Server):
        super().__init__(daemon=True)
        self._server, self._over = server, threading.Event()
        self.before = self.most = server.resident_bytes

    def run(self) -> None:
        while not self._over.wait(0.1):
            self.most = max(self.most, self._server.resident_bytes)

    def stop(self) -> None:
        self._over.set()
        self.join()


def reasons(report: dict) -> str:
    return "".join(f"; {count} × {reason}" for reason, count in report["failures"].items())


def storm(bench: Bench, server: servers.Server) -> Outcome:
    report = bench.connects(rate=5000, count=15_000).says(within=60)
    return Outcome(
        f"{report['accepted']} of {report['wanted']} answered, {report['perSecond']:.0f}/s, "
        f"p99 {report['answer']['p99']:.0f} ms, {report['serverCPUMicrosecondsEach']:.0f} µs of CPU each{reasons(report)}"
    ).all_of("answered", report["accepted"], report["wanted"])


def idle_rtmp(bench: Bench, server: servers.Server) -> Outcome:
    report = bench.connects(rate=2000, count=10_000, hold=True).says(within=60)
    each = report["serverBytesEach"] / 1000
    outcome = Outcome(f"{report['accepted']} held, {each:.1f} kB each")
    return outcome.all_of("held", report["accepted"], 10_000).at_most("kB each", each, 9 * LEEWAY)


def idle_tcp(port_name: str, kilobytes: float):
    def idle(bench: Bench, server: servers.Server) -> Outcome:
        port, before = getattr(server, port_name), server.resident_bytes
        with contextlib.ExitStack() as crowd:
            for _ in range(9000):
                crowd.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            time.sleep(1)
            each = (server.resident_bytes - before) / 9000
        return Outcome(f"9000 held, {each / 1000:.1f} kB each").at_most("kB each", each / 1000, kilobytes * LEEWAY)

    return idle


def players(kind: str, url_suffix: str = ""):
    def watch(bench: Bench, server: servers.Server) -> Outcome:
        options = {"players": 1000} if kind == "healthy" else {"players": 400, "stalled": 100}
        report = bench.load("crowd", seconds=5, join_rate=400, **options).says(within=90)
        memory, people = report["server"], options["players"] + options.get("stalled", 0)
        each = (memory["greatestResidentBytes"] - memory["residentBytesWithPublishers"]) / people
        lost = report["players"]["lostSinceStart"]
        stalled = options.get("stalled", 0)
        outcome = Outcome(f"{people} viewers, {stalled} stalled: {each / 1000:.1f} kB each, healthy lost {lost}")
        # A stalled viewer's connection holds the rest of one batch.
        most = (8 * (people - stalled) + 264 * stalled) / people
        return outcome.at_most("lost", lost, 0).at_most("kB each", each / 1000, most * LEEWAY)

    return watch


def healthy_players(report: dict, words: str) -> Outcome:
    lost = report["players"]["lostSinceStart"]
    return Outcome(f"{words} lost {lost}, p99 {report['players']['delay']['p99']:.1f} ms").at_most("lost", lost, 0)


def a_byte_a_second(bench: Bench, server: servers.Server) -> Outcome:
    report = bench.load("slow", players=10, slow=1, slow_rate=1, seconds=10).says(within=60)
    return healthy_players(report, "ten others")


def fifty_megabits(bench: Bench, server: servers.Server) -> Outcome:
    report = bench.load("huge", players=10, megabits=50, seconds=8).says(within=60)
    return healthy_players(report, "10 viewers")


def huge_frames(bench: Bench, server: servers.Server) -> Outcome:
    start = len(server.log)
    with rtmp.Peer(server) as publisher:
        publisher.connect().set_chunk_size(60_000)
        publisher.publish("big")
        frame = bytes([0x17, 1, 0, 0, 0]) + struct.pack(">I", 8_000_000) + bytes(8_000_000)
        for number in range(40):
            publisher.send_message(rtmp.VIDEO, frame, chunk_stream=6, stream=publisher.stream, timestamp=number * 40)
        with contextlib.suppress(rtmp.Closed):
            publisher.send(rtmp.chunk(6, rtmp.VIDEO, bytes(60_000), length=0xFFFFFF, stream=publisher.stream, timestamp=2000))
        publisher.seconds_until_closed(within=5)
    eventually("the refusal is told", lambda: "messageTooLong" in server.log[start:])
    return Outcome("40 key frames of 8 MB taken, one of 16 MB refused")


def publishers(bench: Bench, server: servers.Server) -> Outcome:
    report = bench.load("p{}", publishers=200, players=0, megabits=1, seconds=5).says(within=60)
    memory = report["server"]
    each = (memory["greatestResidentBytes"] - memory["residentBytesBefore"]) / 200
    return Outcome(f"200 at 1 Mb/s: {each / 1000:.0f} kB each").at_most("kB each", each / 1000, 350 * LEEWAY)


LOADS = {
    "5,000 connections a second": storm,
    "10,000 idle RTMP connections": idle_rtmp,
    "silent connections to RTMP": idle_tcp("rtmp_port", 6),
    "silent connections to HTTP": idle_tcp("http_port", 13),
    "1,000 viewers": players("healthy"),
    "a fifth of the viewers stalled": players("stalled"),
    "one reads a byte a second": a_byte_a_second,
    "a publisher of 50 Mb/s": fifty_megabits,
    "200 publishers, nobody watches": publishers,
    "frames of 8 and of 16 MB": huge_frames,
}


def measure(name: str, load) -> list[str]:
    """Says what became of a load.

    Returns what is not as it should be.
    """
    with tempfile.TemporaryDirectory() as folder:
        processes = Processes(pathlib.Path(folder))
        try:
            server = servers.Server(processes, "apps: { live: { hls: { enabled: off } } }")
            bench = Bench(processes, server)
            # It outlasts what happens beside it: losses count from the first viewer on.
            healthy = bench.load("healthy", seconds=20, **HEALTHY)
            server.wait_until_live("live/healthy")
            time.sleep(3)
            watch, start = Watch(server), len(server.log)
            watch.start()
            outcome = load(bench, server)
            healthy_report = healthy.says(within=60)["players"]
            watch.stop()
            time.sleep(5)
            log = server.log[start:]
            memory = " → ".join(f"{count / 1e6:.1f}" for count in (watch.before, watch.most, server.resident_bytes))
            print(f"{name}\n  {outcome.text}")
            watching, lost = healthy_report["watching"], healthy_report["lostSinceStart"]
            print(f"  healthy: {watching} of 3, lost {lost}, p99 {healthy_report['delay']['p99']:.1f} ms")
            warnings = len(lines(log, "warning", "error", "critical"))
            print(f"  memory {memory} MB; log {len(lines(log))} lines, {warnings} of them warnings")
            outcome.all_of("healthy viewers", watching, 3).at_most("lost by the healthy", lost, 0)
            outcome.at_most("warnings", warnings, 0).at_most("lines", len(lines(log)), MOST_LINES)
            for breach in outcome.breaches:
                print(f"  ✗ {breach}")
            sys.stdout.flush()
            server.stop()
            return outcome.breaches
        finally:
            processes.end_all()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/swiftwater")
    arguments.add_argument("--only", default="", help="loads whose name has this in it")
    options = arguments.parse_args()
    servers.BINARY = options.binary.resolve()
    limits.raise_own()
    breaches = [breach for name, load in LOADS.items() if options.only in name for breach in measure(name, load)]
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
