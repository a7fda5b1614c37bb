#!/usr/bin/env python3
"""What bad input that is load costs the release build, and whether anybody else feels it.

    .build/tools/bin/python Scripts/bench-load.py [--binary FILE] [--only NAME]

Beside every load three viewers watch a stream of 2.5 Mb/s and check every byte. Memory is the server's resident memory
before, at most while it lasts, and five seconds after.
"""

import argparse
import contextlib
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

HEALTHY = {"players": 3, "megabits": 2.5, "warmup": 0.5}


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


def storm(bench: Bench, server: servers.Server) -> str:
    report = bench.connects(rate=5000, count=15_000).says(within=60)
    return (
        f"{report['accepted']} of {report['wanted']} answered, {report['perSecond']:.0f}/s, "
        f"p99 {report['answer']['p99']:.0f} ms, {report['serverCPUMicrosecondsEach']:.0f} µs of CPU each{reasons(report)}"
    )


def idle_rtmp(bench: Bench, server: servers.Server) -> str:
    report = bench.connects(rate=2000, count=10_000, hold=True).says(within=60)
    return f"{report['accepted']} held, {report['serverBytesEach'] / 1000:.1f} kB each"


def idle_tcp(port_name: str):
    def idle(bench: Bench, server: servers.Server) -> str:
        port, before = getattr(server, port_name), server.resident_bytes
        with contextlib.ExitStack() as crowd:
            for _ in range(9000):
                crowd.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            time.sleep(1)
            each = (server.resident_bytes - before) / 9000
        return f"9000 held, {each / 1000:.1f} kB each"

    return idle


def players(kind: str, url_suffix: str = ""):
    def watch(bench: Bench, server: servers.Server) -> str:
        options = {"players": 1000} if kind == "healthy" else {"players": 400, "stalled": 100}
        report = bench.load("crowd", seconds=5, join_rate=400, **options).says(within=90)
        memory, people = report["server"], options["players"] + options.get("stalled", 0)
        each = (memory["greatestResidentBytes"] - memory["residentBytesWithPublishers"]) / people
        lost = report["players"]["lostSinceStart"]
        return f"{people} viewers, {options.get('stalled', 0)} stalled: {each / 1000:.1f} kB each, healthy lost {lost}"

    return watch


def a_byte_a_second(bench: Bench, server: servers.Server) -> str:
    report = bench.load("slow", players=10, slow=1, slow_rate=1, seconds=10).says(within=60)
    return f"healthy lost {report['players']['lostSinceStart']}, p99 {report['players']['delay']['p99']:.1f} ms"


def fifty_megabits(bench: Bench, server: servers.Server) -> str:
    report = bench.load("huge", players=10, megabits=50, seconds=8).says(within=60)
    return f"10 viewers lost {report['players']['lostSinceStart']}, p99 {report['players']['delay']['p99']:.1f} ms"


def huge_frames(bench: Bench, server: servers.Server) -> str:
    with rtmp.Peer(server) as publisher:
        publisher.connect().set_chunk_size(60_000)
        publisher.publish("big")
        frame = bytes([0x17, 1, 0, 0, 0]) + struct.pack(">I", 8_000_000) + bytes(8_000_000)
        for number in range(40):
            publisher.send_message(rtmp.VIDEO, frame, chunk_stream=6, stream=publisher.stream, timestamp=number * 40)
        with contextlib.suppress(rtmp.Closed):
            publisher.send(rtmp.chunk(6, rtmp.VIDEO, bytes(60_000), length=0xFFFFFF, stream=publisher.stream, timestamp=2000))
        publisher.seconds_until_closed(within=5)
    return "40 key frames of 8 MB taken, one of 16 MB refused"


def publishers(bench: Bench, server: servers.Server) -> str:
    report = bench.load("p{}", publishers=200, players=0, megabits=1, seconds=5).says(within=60)
    memory = report["server"]
    each = (memory["greatestResidentBytes"] - memory["residentBytesBefore"]) / 200
    return f"200 at 1 Mb/s: {each / 1000:.0f} kB each"


LOADS = {
    "5,000 connections a second": storm,
    "10,000 idle RTMP connections": idle_rtmp,
    "silent connections to RTMP": idle_tcp("rtmp_port"),
    "silent connections to HTTP": idle_tcp("http_port"),
    "1,000 viewers": players("healthy"),
    "a fifth of the viewers stalled": players("stalled"),
    "one reads a byte a second": a_byte_a_second,
    "a publisher of 50 Mb/s": fifty_megabits,
    "200 publishers, nobody watches": publishers,
    "frames of 8 and of 16 MB": huge_frames,
}


def measure(name: str, load) -> None:
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
            said = load(bench, server)
            healthy_report = healthy.says(within=60)["players"]
            watch.stop()
            time.sleep(5)
            log = server.log[start:]
            memory = " → ".join(f"{count / 1e6:.1f}" for count in (watch.before, watch.most, server.resident_bytes))
            print(f"{name}\n  {said}")
            print(f"  healthy: {healthy_report['watching']} of 3, lost {healthy_report['lostSinceStart']}, p99 {healthy_report['delay']['p99']:.1f} ms")
            print(f"  memory {memory} MB; log {len(lines(log))} lines, {len(lines(log, 'warning', 'error'))} of them warnings", flush=True)
            server.stop()
        finally:
            processes.end_all()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/swiftwater")
    arguments.add_argument("--only", default="", help="loads whose name has this in it")
    options = arguments.parse_args()
    servers.BINARY = options.binary.resolve()
    limits.raise_own()
    for name, load in LOADS.items():
        if options.only in name:
            measure(name, load)


if __name__ == "__main__":
    main()
