#!/usr/bin/env python3
"""Swiftwater, nginx with its RTMP module and the limit program on the same work, in turn, on this machine.

    Scripts/bench-compare.py [--work NAME …] [--repetitions 3] [--seconds 8] [--srs BINARY] [--write]
    Scripts/bench-compare.py --render .build/bench/results.json

Every contestant of a work runs once in each repetition, one after the other, so that all of them meet the machine in
the same mood; what is reported are medians of the ratios within a repetition. `--write` makes
Documentation/performance.md of it. Traffic stays on 127.0.0.1.
"""

import argparse
import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any, Callable, Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".build/bench/results.json"
DOCUMENT = ROOT / "Documentation/performance.md"
NGINX_MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")

Result = dict[str, Any]


# ── The servers ──────────────────────────────────────────────────────────────────────────────────────────────────────


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclasses.dataclass
class Running:
    """A server that listens."""

    process: subprocess.Popen
    rtmp: int
    http: int


class Server:
    """How to start one server."""

    def command(self, folder: pathlib.Path, rtmp: int, http: int) -> list[str]:
        raise NotImplementedError

    @contextlib.contextmanager
    def running(self) -> Iterator[Running]:
        # nginx writes its segments to files and the others keep them in memory, so files must not cost a disk.
        shared_memory = pathlib.Path("/dev/shm")
        with tempfile.TemporaryDirectory(dir=shared_memory if shared_memory.is_dir() else None) as name:
            folder = pathlib.Path(name)
            rtmp, http = free_port(), free_port()
            with open(folder / "log", "w") as log:
                process = subprocess.Popen(
                    self.command(folder, rtmp, http), cwd=folder, stdout=log, stderr=subprocess.STDOUT)
                try:
                    self.await_port(process, rtmp, folder)
                    yield Running(process, rtmp, http)
                finally:
                    process.terminate()
                    try:
                        process.wait(10)
                    except subprocess.TimeoutExpired:
                        process.kill()
                        process.wait()

    @staticmethod
    def await_port(process: subprocess.Popen, port: int, folder: pathlib.Path) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
                return
            time.sleep(0.02)
        sys.exit(f"{process.args[0]} does not listen:\n{(folder / 'log').read_text()[-2000:]}")


@dataclasses.dataclass
class Swiftwater(Server):
    binary: pathlib.Path
    gather: int = 0
    hls: bool = False
    cache: bool = True
    # Milliseconds; `None` for the server's own choice.
    read_pace: int | None = None

    def command(self, folder: pathlib.Path, rtmp: int, http: int) -> list[str]:
        cache = "on" if self.cache else "off"
        hls = "{enabled: on, segment: 2s, ts: on}" if self.hls else "{enabled: off}"
        pace = "" if self.read_pace is None else f", read-pace: {self.read_pace}ms"
        (folder / "config.yaml").write_text(
            f"rtmp: {{listen: '127.0.0.1:{rtmp}'}}\n"
            f"http: {{listen: '127.0.0.1:{http}'}}\n"
            f"log: {{level: warning}}\n"
            f"apps: {{live: {{gather: {self.gather}ms, gop-cache: {cache}, hls: {hls}{pace}}}}}\n")
        return [str(self.binary), "serve", "--config", str(folder / "config.yaml")]


@dataclasses.dataclass
class Nginx(Server):
    chunk: int = 60_000
    hls: bool = False

    def command(self, folder: pathlib.Path, rtmp: int, http: int) -> list[str]:
        (folder / "hls").mkdir()
        hls = f"hls on; hls_path {folder}/hls; hls_fragment 2s; hls_playlist_length 12s;" if self.hls else ""
        (folder / "nginx.conf").write_text(f"""
load_module {NGINX_MODULE};
daemon off;
master_process off;
worker_rlimit_nofile 16384;
error_log {folder}/error.log warn;
pid {folder}/nginx.pid;
events {{ worker_connections 8192; }}
rtmp {{
    access_log off;
    server {{
        listen 127.0.0.1:{rtmp};
        chunk_size {self.chunk};
        application live {{ live on; {hls} }}
    }}
}}
""")
        return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


@dataclasses.dataclass
class Limit(Server):
    binary: pathlib.Path
    gather: int = 0

    def command(self, folder: pathlib.Path, rtmp: int, http: int) -> list[str]:
        return [str(self.binary), "limit", "--port", str(rtmp), "--gather", str(self.gather)]


@dataclasses.dataclass
class SRS(Server):
    binary: pathlib.Path
    is_low: bool = False

    def command(self, folder: pathlib.Path, rtmp: int, http: int) -> list[str]:
        low = "tcp_nodelay on; min_latency on; play { mw_latency 0; gop_cache on; }" if self.is_low else ""
        (folder / "srs.conf").write_text(f"""
listen 127.0.0.1:{rtmp};
max_connections 8000;
daemon off;
srs_log_tank console;
srs_log_level error;
pid {folder}/srs.pid;
http_server {{ enabled on; listen 127.0.0.1:{http}; dir {folder}; }}
vhost __defaultVhost__ {{ {low} http_remux {{ enabled on; mount [vhost]/[app]/[stream].flv; }} }}
""")
        return [str(self.binary), "-c", str(folder / "srs.conf")]


# ── The work ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass
class Contestant:
    name: str
    server: Server
    # What differs from the work's own arguments: where players go, and whether there are publishers at all.
    over_http: bool = False
    publishes: bool = True


@dataclasses.dataclass
class Target:
    """What the ratio (or value) of a contestant is to be at most."""

    what: str
    of: Callable[[dict[str, Result]], float | None]
    at_most: float


@dataclasses.dataclass
class Work:
    name: str
    title: str
    arguments: list[str]
    contestants: list[Contestant]
    targets: list[Target]


def figure(result: Result, path: str) -> float | None:
    value: Any = result
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


CPU = "server.cpuSecondsPerGigabyte"


def ratio(first: str, second: str, path: str = CPU) -> Callable[[dict[str, Result]], float | None]:
    def of(results: dict[str, Result]) -> float | None:
        if first not in results or second not in results:
            return None
        above, below = figure(results[first], path), figure(results[second], path)
        return above / below if above is not None and below else None

    return of


def value(name: str, path: str) -> Callable[[dict[str, Result]], float | None]:
    return lambda results: figure(results[name], path) if name in results else None


def growth(name: str, count: int) -> Callable[[dict[str, Result]], float | None]:
    """Kilobytes of resident memory for each of `count` since the publishers came."""

    def of(results: dict[str, Result]) -> float | None:
        if name not in results:
            return None
        server = results[name]["server"]
        return (server["residentBytes"] - server["residentBytesWithPublishers"]) / count / 1000

    return of


def for_each_publisher(name: str, count: int) -> Callable[[dict[str, Result]], float | None]:
    def of(results: dict[str, Result]) -> float | None:
        if name not in results:
            return None
        server = results[name]["server"]
        return (server["residentBytes"] - server["residentBytesBefore"]) / count / 1000

    return of


def all_work(options: argparse.Namespace) -> list[Work]:
    def swiftwater(name: str = "Swiftwater", over_http: bool = False, **keys: Any) -> Contestant:
        return Contestant(name, Swiftwater(options.binary, **keys), over_http)

    def limit(gather: int) -> Contestant:
        return Contestant(f"limit {gather} ms" if gather else "limit", Limit(options.bench, gather), publishes=False)

    tuned = Contestant("nginx tuned", Nginx())
    default = Contestant("nginx", Nginx(chunk=4096))
    srs = []
    if options.srs:
        srs = [Contestant("SRS", SRS(options.srs)), Contestant("SRS low", SRS(options.srs, is_low=True))]
    delays = [
        Target(f"delay {part}, Swiftwater : nginx tuned", ratio("Swiftwater", "nginx tuned", f"players.delay.{part}"), 1)
        for part in ("p50", "p99")
    ]

    def fan_out(viewers: int) -> Work:
        return Work(
            f"rtmp-{viewers}", f"{viewers} viewers of one stream, 2.5 Mb/s",
            ["--players", str(viewers), "--join-rate", "300"],
            [
                swiftwater(), tuned, limit(0), default, swiftwater("Swiftwater HTTP-FLV", over_http=True),
                swiftwater("Swiftwater 50 ms", gather=50), limit(50),
                swiftwater("Swiftwater 350 ms", gather=350), limit(350), *srs,
            ],
            [
                Target("Swiftwater : limit", ratio("Swiftwater", "limit"), 1.10),
                Target("Swiftwater : nginx tuned", ratio("Swiftwater", "nginx tuned"), 1.00),
                *delays,
                Target("Swiftwater HTTP-FLV : RTMP", ratio("Swiftwater HTTP-FLV", "Swiftwater"), 1.10),
                Target("Swiftwater 50 ms : limit 50 ms", ratio("Swiftwater 50 ms", "limit 50 ms"), 1.25),
                Target("Swiftwater 50 ms : nginx tuned", ratio("Swiftwater 50 ms", "nginx tuned"), 0.40),
                Target("delay p50 at 50 ms, ms", value("Swiftwater 50 ms", "players.delay.p50"), 35),
                Target("Swiftwater 350 ms : limit 350 ms", ratio("Swiftwater 350 ms", "limit 350 ms"), 1.25),
                Target("Swiftwater 350 ms : SRS", ratio("Swiftwater 350 ms", "SRS"), 0.60),
                Target("resident KB for each viewer", growth("Swiftwater", viewers), 10),
            ])

    return [
        fan_out(300),
        fan_out(1000),
        Work(
            "latency", "one publisher, one viewer", ["--players", "1"], [swiftwater(), tuned, limit(0)],
            [
                Target("delay p50, ms", value("Swiftwater", "players.delay.p50"), 0.120),
                Target("delay p99, ms", value("Swiftwater", "players.delay.p99"), 0.400),
                *delays,
            ]),
        Work(
            "joins", "300 viewers that come at 50 a second",
            ["--players", "300", "--join-rate", "50", "--warmup", "0", "--seconds", "1"], [swiftwater(), tuned],
            [
                Target("first key frame p50, ms", value("Swiftwater", "players.firstFrame.p50"), 2),
                Target("first key frame p99, ms", value("Swiftwater", "players.firstFrame.p99"), 20),
            ]),
        Work(
            "ingest", "200 publishers at 1 Mb/s, no viewers",
            ["--publishers", "200", "--megabits", "1", "--players", "0"],
            [
                swiftwater(read_pace=0), tuned, swiftwater("Swiftwater paced", read_pace=20),
                swiftwater("Swiftwater without cache", cache=False),
            ],
            [
                Target("Swiftwater : nginx tuned", ratio("Swiftwater", "nginx tuned"), 1.15),
                Target("Swiftwater paced : nginx tuned", ratio("Swiftwater paced", "nginx tuned"), 0.65),
                Target(
                    "resident KB for each publisher, nothing cached",
                    for_each_publisher("Swiftwater without cache", 200), 200),
            ]),
        Work(
            "hls", "HLS of 20 publishers at 2.5 Mb/s; nginx makes MPEG-TS, Swiftwater that and fMP4",
            ["--publishers", "20", "--players", "0", "--warmup", "8"],
            [swiftwater(hls=True), Contestant("nginx tuned", Nginx(hls=True))],
            [Target("Swiftwater : nginx tuned", ratio("Swiftwater", "nginx tuned"), 0.80)]),
        Work(
            "stalled", "100 viewers, 20 of them stalled",
            ["--players", "80", "--stalled", "20", "--warmup", "10"], [swiftwater(), tuned],
            [
                Target("resident KB for each stalled viewer", growth("Swiftwater", 20), 500),
                Target("lost by the others", value("Swiftwater", "players.lostSinceStart"), 0),
            ]),
    ]


def run(work: Work, contestant: Contestant, options: argparse.Namespace) -> Result:
    with contestant.server.running() as server:
        place = f"rtmp://127.0.0.1:{server.rtmp}/live/b{{}}"
        command = [str(options.bench), "load", "--json", "--pid", str(server.process.pid)]
        command += ["--seconds", str(options.seconds), *work.arguments]
        command += ["--publish", place] if contestant.publishes else ["--publishers", "1"]
        if "--players" in work.arguments and work.arguments[work.arguments.index("--players") + 1] != "0":
            command += ["--play", f"http://127.0.0.1:{server.http}/live/b{{}}.flv" if contestant.over_http else place]
        done = subprocess.run(command, capture_output=True, text=True)
        if not done.stdout.startswith("{"):
            sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        return json.loads(done.stdout)


# ── What came of it ──────────────────────────────────────────────────────────────────────────────────────────────────


def median(values: list[float | None]) -> float | None:
    there = [one for one in values if one is not None]
    return statistics.median(there) if there else None


def shown(number: float | None, digits: int = 2) -> str:
    return "–" if number is None else f"{number:,.{digits}f}"


COLUMNS: list[tuple[str, str, int, float]] = [
    ("CPU s/GB", CPU, 2, 1),
    ("its own code", "server.userSecondsPerGigabyte", 2, 1),
    ("delay p50 ms", "players.delay.p50", 2, 1),
    ("p99 ms", "players.delay.p99", 2, 1),
    ("first key frame p50 ms", "players.firstFrame.p50", 1, 1),
    ("p99 ms", "players.firstFrame.p99", 1, 1),
    ("lost", "players.lostSinceStart", 0, 1),
    ("resident MB", "server.residentBytes", 1, 1e6),
    ("load's own cores", "ownCores", 2, 1),
]


def section(work: Work, runs: list[dict[str, Result]]) -> str:
    """The part of the document on one work."""
    lines = [f"## {work.title[0].upper()}{work.title[1:]}", "", f"Repetitions: {len(runs)}.", ""]
    lines += ["| ratio or value | median | least … greatest | target |"]
    lines.append("|---|--:|--:|--:|")
    for target in work.targets:
        values = [one for one in (target.of(results) for results in runs) if one is not None]
        if not values:
            continue
        met = "✓" if statistics.median(values) <= target.at_most else "✗"
        digits = 3 if target.at_most < 1 else 2
        lines.append(
            f"| {target.what} | {shown(statistics.median(values), digits)} "
            f"| {shown(min(values), digits)} … {shown(max(values), digits)} | ≤ {target.at_most:g} {met} |")
    lines += ["", "| medians | " + " | ".join(name for name, *_ in COLUMNS) + " |"]
    lines.append("|---|" + "--:|" * len(COLUMNS))
    for contestant in work.contestants:
        results = [repetition[contestant.name] for repetition in runs if contestant.name in repetition]
        cells = []
        for _, path, digits, unit in COLUMNS:
            middle = median([figure(result, path) for result in results])
            cells.append(shown(None if middle is None else middle / unit, digits))
        lines.append(f"| {contestant.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def document(works: list[Work], record: dict[str, Any]) -> str:
    machine = record["machine"]
    parts = [
        "# Performance\n\n"
        "Made by `make bench-compare`; not edited by hand.\n\n"
        f"{machine['date']}, {machine['cores']} cores ({machine['processor']}), Linux {machine['kernel']}, loopback; "
        f"contestants in turn, {machine['seconds']:g} s each.\n\n"
        "**Ratios within a run are what counts.** The load generator, the servers and whatever else the machine does "
        "share its cores, and absolute figures move by a third from hour to hour. “CPU s/GB” is user and system time "
        "of the server's processes, from `/proc`, for 10⁹ bytes delivered (or taken in, where nobody watches). Delay "
        "is from the publisher's send to the player's program having checked the frame, so the player's own queue is "
        "in it. Every byte of every frame is checked. “limit” sends the same frames with one call for each viewer and "
        "tick and does nothing else. “nginx” is nginx with its RTMP module, with chunks of 4,096 bytes or (tuned) "
        "60,000.\n"
    ]
    for work in works:
        if runs := record["works"].get(work.name):
            parts.append(section(work, runs))
    return "\n".join(parts)


def machine(options: argparse.Namespace) -> dict[str, Any]:
    processor = "unknown"
    with contextlib.suppress(OSError):
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    return {
        "date": datetime.date.today().isoformat(), "cores": os.cpu_count(), "processor": processor,
        "kernel": platform.release(), "seconds": options.seconds,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / ".build/release/swiftwater")
    parser.add_argument("--bench", type=pathlib.Path, default=ROOT / ".build/release/swiftwater-bench")
    parser.add_argument("--srs", type=pathlib.Path, help="a built SRS, to be measured too")
    parser.add_argument("--work", action="append", help="only this work; may be given several times")
    parser.add_argument("--only", action="append", help="only contestants of this name")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--results", type=pathlib.Path, default=RESULTS, help="where every figure is kept")
    parser.add_argument("--write", action="store_true", help=f"make {DOCUMENT.relative_to(ROOT)}")
    parser.add_argument("--render", type=pathlib.Path, help="run nothing; make the document of this file")
    options = parser.parse_args()
    options.binary, options.bench = options.binary.resolve(), options.bench.resolve()
    works = all_work(options)

    if options.render:
        DOCUMENT.write_text(document(works, json.loads(options.render.read_text())))
        return
    if unknown := set(options.work or []) - {work.name for work in works}:
        parser.error(f"no work {', '.join(unknown)}; there are {', '.join(work.name for work in works)}")
    record: dict[str, Any] = {"machine": machine(options), "works": {}}
    for work in works:
        if options.work and work.name not in options.work:
            continue
        runs = record["works"].setdefault(work.name, [])
        for repetition in range(options.repetitions):
            results: dict[str, Result] = {}
            for contestant in work.contestants:
                if options.only and contestant.name not in options.only:
                    continue
                results[contestant.name] = result = run(work, contestant, options)
                cost = shown(figure(result, CPU), 3)
                print(f"{work.name} {repetition + 1}: {contestant.name:22} {cost} CPU s/GB", file=sys.stderr, flush=True)
            runs.append(results)
        print(section(work, runs), flush=True)
        options.results.parent.mkdir(parents=True, exist_ok=True)
        options.results.write_text(json.dumps(record, indent=1))
    if options.write:
        DOCUMENT.write_text(document(works, record))


if __name__ == "__main__":
    main()
