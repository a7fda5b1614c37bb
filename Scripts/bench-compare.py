#!/usr/bin/env python3
"""Swiftwater, nginx with its RTMP module and the limit program on the same work, in turn, on this machine.

    Scripts/bench-compare.py [--work NAME …] [--add] [--repetitions 3] [--seconds 8] [--srs BINARY] [--write]
    Scripts/bench-compare.py --render .build/bench/results.json
    Scripts/bench-compare.py --work allocations --configuration debug --check

Every contestant of a work runs once in each repetition, one after the other, so that all of them meet the machine in
the same mood; what is reported are medians of the ratios within a repetition. `--write` makes
Documentation/performance.md of it. `--check` fails where a target is missed; of counts, which are steady, the suite
asks that. Traffic stays on 127.0.0.1.
"""

import argparse
import contextlib
import dataclasses
import datetime
import json
import os
import pathlib
import platform
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from typing import Any, Callable, Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = ROOT / ".build/bench/results.json"
COUNTER = ROOT / ".build/bench/allocation-counter.so"
THRESHOLDS = ROOT / "Tests/allocation-thresholds.json"
DOCUMENT = ROOT / "Documentation/performance.md"
NGINX_MODULE = pathlib.Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")

Result = dict[str, Any]


# ── The servers ──────────────────────────────────────────────────────────────────────────────────────────────────────


# The system may give the number of a port again as soon as nobody has it.
given_ports: set[int] = set()


def free_port() -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        if port not in given_ports:
            given_ports.add(port)
            return port


@dataclasses.dataclass
class Running:
    """A server that listens."""

    process: subprocess.Popen
    rtmp: int
    http: int
    folder: pathlib.Path
    # Where there is TLS.
    rtmps: int | None = None


class Server:
    """How to start one server."""

    def command(self, folder: pathlib.Path, rtmp: int, http: int) -> list[str]:
        raise NotImplementedError

    def environment(self, folder: pathlib.Path) -> dict[str, str]:
        return {}

    def rtmps(self) -> int | None:
        """The port for RTMP inside TLS, where `command` opened one."""
        return None

    @contextlib.contextmanager
    def running(self) -> Iterator[Running]:
        # nginx writes its segments to files and the others keep them in memory, so files must not cost a disk.
        shared_memory = pathlib.Path("/dev/shm")
        with tempfile.TemporaryDirectory(dir=shared_memory if shared_memory.is_dir() else None) as name:
            folder = pathlib.Path(name)
            rtmp, http = free_port(), free_port()
            with open(folder / "log", "w") as log:
                process = subprocess.Popen(
                    self.command(folder, rtmp, http), cwd=folder, stdout=log, stderr=subprocess.STDOUT,
                    env=os.environ | self.environment(folder))
                try:
                    self.await_port(process, rtmp, folder)
                    yield Running(process, rtmp, http, folder, self.rtmps())
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


def allocation_counter() -> pathlib.Path:
    """What counts allocations, built when it is first asked for."""
    source = ROOT / "Scripts/allocation-counter.c"
    if not COUNTER.exists() or COUNTER.stat().st_mtime < source.stat().st_mtime:
        COUNTER.parent.mkdir(parents=True, exist_ok=True)
        compiler = shutil.which("clang") or shutil.which("cc") or sys.exit("no C compiler for the allocation counter")
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", COUNTER, source], check=True)
    return COUNTER


@dataclasses.dataclass
class Swiftwater(Server):
    binary: pathlib.Path
    gather: int = 0
    hls: bool = False
    window: int = 60
    cache: bool = True
    # Event loops; 0 for the server's own choice.
    loops: int = 0
    counts_allocations: bool = False
    # Milliseconds; `None` for the server's own choice.
    read_pace: int | None = None
    # Whether there is a port for RTMP inside TLS, with the certificate that the server makes for itself.
    secure: bool = False
    _rtmps: int | None = dataclasses.field(default=None, init=False)

    def rtmps(self) -> int | None:
        return self._rtmps

    def environment(self, folder: pathlib.Path) -> dict[str, str]:
        if not self.counts_allocations:
            return {}
        return {"LD_PRELOAD": str(allocation_counter()), "ALLOCATION_COUNTS": str(folder / "allocations")}

    def command(self, folder: pathlib.Path, rtmp: int, http: int) -> list[str]:
        cache = "on" if self.cache else "off"
        hls = f"{{enabled: on, segment: 2s, window: {self.window}s, ts: on}}" if self.hls else "{enabled: off}"
        pace = "" if self.read_pace is None else f", read-pace: {self.read_pace}ms"
        self._rtmps = free_port() if self.secure else None
        (folder / "config.yaml").write_text(
            f"rtmp: {{listen: '127.0.0.1:{rtmp}'}}\n"
            f"http: {{listen: '127.0.0.1:{http}'}}\n"
            f"log: {{level: warning}}\n"
            + (f"threads: {self.loops}\n" if self.loops else "")
            + (f"rtmps: {{listen: '127.0.0.1:{self._rtmps}'}}\ndata: {folder}\n" if self.secure else "") +
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
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    server {{ listen 127.0.0.1:{http}; location /hls {{ root {folder}; }} }}
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
        low = (
            "tcp_nodelay on; min_latency on; play { mw_latency 0; mw_msgs 0; gop_cache on; } publish { mr off; }"
            if self.is_low else "play { mw_latency 350; }"
        )
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
    # Whether players come inside TLS.
    secure: bool = False
    # A path below the server's HTTP address, where players go in place of RTMP.
    path: str = ""
    # Paths below the server's HTTP address that are asked for once, early: what is made for them must be made.
    wanted: list[str] = dataclasses.field(default_factory=list)
    # Options that replace or follow the work's own.
    arguments: dict[str, str] = dataclasses.field(default_factory=dict)


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
    curves: list["Curve"] = dataclasses.field(default_factory=list)
    # What a reader should know of the figures: why a target is missed, above all.
    note: str = ""


@dataclasses.dataclass
class Curve:
    """How a figure changes from contestant to contestant."""

    what: str
    unit: str
    points: list[tuple[str, str]]
    of: Callable[[Result], float | None]


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


def growth_beyond(few: str, many: str, count: int) -> Callable[[dict[str, Result]], float | None]:
    """Kilobytes of resident memory for each of `count` that one has more than another.

    What a server needs for its first viewer, code above all, is in both.
    """

    def of(results: dict[str, Result]) -> float | None:
        if few not in results or many not in results:
            return None
        return (results[many]["server"]["residentBytes"] - results[few]["server"]["residentBytes"]) / count / 1000

    return of


def losses(of_whom: str) -> Callable[[dict[str, Result]], float | None]:
    """Frames that were lost, damaged or out of order with all contestants whose names begin so, since the start."""
    kinds = ("lostSinceStart", "damagedSinceStart", "disordered")

    def of(results: dict[str, Result]) -> float | None:
        counts = [
            figure(result, f"players.{kind}") or 0
            for name, result in results.items() if name.startswith(of_whom) for kind in kinds
        ]
        return sum(counts) if counts else None

    return of


def microseconds_for_each(path: str) -> Callable[[Result], float | None]:
    """Of the server's CPU time."""

    def of(result: Result) -> float | None:
        count = figure(result, path)
        return figure(result, "server.cpuSeconds") / count * 1e6 if count else None

    return of


def slope(few: str, many: str, path: str) -> Callable[[dict[str, Result]], float | None]:
    """What each frame costs that is delivered to more viewers."""

    def of(results: dict[str, Result]) -> float | None:
        if few not in results or many not in results:
            return None
        # Per second, for no two windows are equally long.
        first, second = ({key: figure(results[name], key) / results[name]["seconds"] for key in (path, "players.frames")}
                         for name in (few, many))
        return (second[path] - first[path]) / (second["players.frames"] - first["players.frames"])

    return of


def for_each(name: str, path: str, unit: str) -> Callable[[dict[str, Result]], float | None]:
    return lambda results: figure(results[name], path) / figure(results[name], unit) if name in results else None


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

    crowded = (
        "Load and server fill both cores together. Whoever falls behind sends what waited in one piece, which costs less and "
        "shows as delay.")

    def fan_out(viewers: int) -> Work:
        few = 30
        some = Contestant(f"Swiftwater {few} viewers", Swiftwater(options.binary), arguments={"--players": str(few)})
        return Work(
            f"rtmp-{viewers}", f"{viewers} viewers of one stream, 2.5 Mb/s",
            ["--players", str(viewers), "--join-rate", "300"],
            [
                swiftwater(), tuned, limit(0), default, swiftwater("Swiftwater HTTP-FLV", over_http=True),
                swiftwater("Swiftwater 50 ms", gather=50), limit(50),
                swiftwater("Swiftwater 350 ms", gather=350), limit(350), *srs, some,
            ],
            [
                Target("Swiftwater : limit", ratio("Swiftwater", "limit"), 1.10),
                Target("Swiftwater : nginx tuned", ratio("Swiftwater", "nginx tuned"), 1.00),
                *delays,
                Target("Swiftwater HTTP-FLV : RTMP", ratio("Swiftwater HTTP-FLV", "Swiftwater"), 1.10),
                *(
                    Target(
                        f"delay {part}, Swiftwater HTTP-FLV : RTMP",
                        ratio("Swiftwater HTTP-FLV", "Swiftwater", f"players.delay.{part}"), 1.10)
                    for part in ("p50", "p99")
                ),
                Target("Swiftwater 50 ms : limit 50 ms", ratio("Swiftwater 50 ms", "limit 50 ms"), 1.25),
                Target("Swiftwater 50 ms : nginx tuned", ratio("Swiftwater 50 ms", "nginx tuned"), 0.40),
                Target("delay p50 at 50 ms, ms", value("Swiftwater 50 ms", "players.delay.p50"), 35),
                Target("Swiftwater 350 ms : limit 350 ms", ratio("Swiftwater 350 ms", "limit 350 ms"), 1.25),
                Target("Swiftwater 350 ms : SRS", ratio("Swiftwater 350 ms", "SRS"), 0.60),
                Target("resident KB for each viewer", growth_beyond(some.name, "Swiftwater", viewers - few), 10),
                Target("frames lost or damaged by Swiftwater, whichever way", losses("Swiftwater"), 0),
            ],
            note=crowded if viewers >= 1000 else "")

    def loops(viewers: int) -> Work:
        return Work(
            f"loops-{viewers}", f"{viewers} viewers of one stream on one event loop and on two",
            ["--players", str(viewers), "--join-rate", "300"],
            [
                swiftwater("Swiftwater 1 loop", loops=1), swiftwater("Swiftwater 2 loops", loops=2),
                swiftwater("1 loop, 50 ms", loops=1, gather=50), swiftwater("2 loops, 50 ms", loops=2, gather=50),
            ],
            [
                Target("2 loops : 1 loop", ratio("Swiftwater 2 loops", "Swiftwater 1 loop"), 1.10),
                Target("2 loops : 1 loop, gathering for 50 ms", ratio("2 loops, 50 ms", "1 loop, 50 ms"), 1.10),
            ])

    def inside_tls(viewers: int) -> Work:
        def secure(name: str, **keys: Any) -> Contestant:
            return Contestant(name, Swiftwater(options.binary, secure=True, **keys), secure=True)

        return Work(
            f"rtmps-{viewers}", f"{viewers} viewers of one stream inside TLS, 2.5 Mb/s",
            ["--players", str(viewers), "--join-rate", "150"],
            [
                swiftwater(), secure("Swiftwater RTMPS"),
                swiftwater("Swiftwater 50 ms", gather=50), secure("Swiftwater RTMPS 50 ms", gather=50),
            ],
            [
                Target("RTMPS : RTMP", ratio("Swiftwater RTMPS", "Swiftwater"), 2),
                Target("RTMPS 50 ms : RTMP 50 ms", ratio("Swiftwater RTMPS 50 ms", "Swiftwater 50 ms"), 2),
                Target("resident KB for each RTMPS viewer", growth("Swiftwater RTMPS", viewers), 100),
            ])

    return [
        fan_out(300),
        fan_out(1000),
        inside_tls(300),
        loops(300),
        loops(1000),
        *curves(options),
        hls_players(options),
        allocations(options),
        Work(
            "latency", "one publisher, one viewer", ["--players", "1"], [swiftwater(), tuned, limit(0)],
            [
                Target("delay p50, ms", value("Swiftwater", "players.delay.p50"), 0.120),
                Target("delay p99, ms", value("Swiftwater", "players.delay.p99"), 0.400),
                *delays,
            ],
            note="“limit” takes nothing from a publisher: what it shows is what it takes here to wake a server and a player. "
            "Publisher and viewer live on different event loops of Swiftwater, so that one more thread is to be woken."),
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
            ],
            note="“Swiftwater” reads every frame at once here, as it does where somebody watches; without viewers it reads at "
            "a pace by itself. A frame by itself costs a waking up, and then runs through code and memory that 200 publishers "
            "have driven out of the processor's caches, in SwiftNIO's part of the way as in ours; what was tried stands in "
            "[decision 20](decisions/0020-frames-share-blocks-of-memory.md)."),
        Work(
            "hls", "HLS of 20 publishers at 2.5 Mb/s; nginx makes MPEG-TS, Swiftwater that and fMP4",
            ["--publishers", "20", "--players", "0", "--warmup", "8"],
            [
                Contestant(
                    "Swiftwater", Swiftwater(options.binary, hls=True),
                    wanted=[f"/live/b{number}/index.m3u8?ts=1" for number in range(20)]),
                Contestant("nginx tuned", Nginx(hls=True)),
            ],
            [Target("Swiftwater : nginx tuned", ratio("Swiftwater", "nginx tuned"), 0.80)]),
        Work(
            "stalled", "100 viewers, 20 of them stalled",
            ["--players", "80", "--stalled", "20", "--warmup", "10"], [swiftwater(), tuned],
            [
                Target("resident KB for each stalled viewer", growth("Swiftwater", 20), 500),
                Target("lost by the others", value("Swiftwater", "players.lostSinceStart"), 0),
            ]),
    ]


def curves(options: argparse.Namespace) -> list[Work]:
    """Whether what one costs stays the same when there are many: the first point of each curve is 1."""

    def swiftwater(name: str, arguments: dict[str, str], **keys: Any) -> Contestant:
        return Contestant(name, Swiftwater(options.binary, **keys), arguments=arguments)

    # Every frame goes out at once, but there are few of them: two cores carry 2,000 viewers and the players too.
    calm = ["--frame-rate", "10", "--group", "20", "--audio-kilobits", "0", "--megabits", "0.8"]
    crowds = [100, 300, 1000, 2000]
    viewers = [swiftwater(f"{count:,} viewers", {"--players": str(count)}) for count in crowds]
    casts = [10, 50, 100, 200, 500]
    publishers = {
        cache: [
            swiftwater(f"{count} publishers, cache {cache}", {"--publishers": str(count)}, cache=cache == "on")
            for count in casts
        ]
        for cache in ("on", "off")
    }
    # Media runs twelve times as fast as the clock, or a window of two minutes would take two minutes to fill.
    casts_of_tracks = [0, 4, 16]
    tracks = [swiftwater(f"{count} side tracks", {"--side-tracks": str(count)}) for count in casts_of_tracks]
    lengths = [10, 40, 120]
    windows = [swiftwater(f"HLS window {seconds} s", {}, hls=True, window=seconds) for seconds in lengths]
    group_seconds = [1, 2, 8]
    groups = [swiftwater(f"groups of {seconds} s", {"--group": str(30 * seconds)}) for seconds in group_seconds]
    for_each_delivered, for_each_sent = (microseconds_for_each(path) for path in ("players.frames", "publishers.frames"))
    return [
        Work(
            "curve-viewers", "what one more viewer costs",
            [*calm, "--join-rate", "500", "--warmup", "1"], viewers,
            [Target(
                "2,000 viewers : 100, CPU for each delivered frame",
                quotient(viewers[-1].name, viewers[0].name, for_each_delivered), 1.10)],
            [Curve("viewers", "CPU µs for each delivered frame", [
                (f"{count:,}", one.name) for count, one in zip(crowds, viewers)], for_each_delivered)]),
        Work(
            "curve-streams", "what one more publisher costs",
            [*calm, "--players", "0", "--warmup", "1"], publishers["on"] + publishers["off"],
            # Ten publishers wake the server for every frame of theirs; what many cost each other shows from 100 on.
            [
                Target(
                    f"500 publishers : 100, CPU for each frame, join cache {cache}",
                    quotient(f"500 publishers, cache {cache}", f"100 publishers, cache {cache}", for_each_sent), 1.10)
                for cache in ("on", "off")
            ],
            [
                Curve(f"publishers, join cache {cache}", "CPU µs for each frame that came", [
                    (str(count), one.name) for count, one in zip(casts, publishers[cache])], for_each_sent)
                for cache in ("on", "off")
            ]),
        Work(
            "curve-tracks", "what tracks cost that viewers do not take, with 300 viewers at 2.5 Mb/s",
            ["--players", "300", "--join-rate", "300"], tracks,
            [Target(
                "16 side tracks : none, CPU for each delivered frame",
                quotient(tracks[-1].name, tracks[0].name, for_each_delivered), 1.10)],
            [Curve("further tracks of sound", "CPU µs for each delivered frame", [
                (str(count), one.name) for count, one in zip(casts_of_tracks, tracks)], for_each_delivered)]),
        Work(
            "curve-window", "what a longer HLS window costs, where segments come twelve times as often as they should",
            [
                *["--publishers", "5", "--players", "0", "--warmup", "11", "--speed", "12", "--frame-rate", "30"],
                *["--group", "5", "--audio-kilobits", "0", "--megabits", "2"],
            ], windows,
            [Target("window of 120 s : 10 s, CPU", quotient(windows[-1].name, windows[0].name, for_each_sent), 1.10)],
            [Curve("seconds of window", "CPU µs for each frame that came", [
                (str(count), one.name) for count, one in zip(lengths, windows)], for_each_sent)]),
        Work(
            "curve-groups", "what longer groups of pictures cost in the join cache, with 100 publishers at 1 Mb/s",
            ["--publishers", "100", "--players", "0", "--megabits", "1", "--warmup", "9"], groups,
            [Target(
                "groups of 8 s : 1 s, CPU for each frame", quotient(groups[-1].name, groups[0].name, for_each_sent), 1.10)],
            [Curve("seconds from key frame to key frame", "CPU µs for each frame that came", [
                (str(count), one.name) for count, one in zip(group_seconds, groups)], for_each_sent)]),
    ]


def quotient(
    first: str, second: str, of: Callable[[Result], float | None]
) -> Callable[[dict[str, Result]], float | None]:
    def divided(results: dict[str, Result]) -> float | None:
        above, below = (of(results[name]) if name in results else None for name in (first, second))
        return above / below if above is not None and below else None

    return divided


def hls_players(options: argparse.Namespace) -> Work:
    ours = Swiftwater(options.binary, hls=True)
    contestants = [
        Contestant("Swiftwater MPEG-TS", ours, path="live/b{}.m3u8?ts=1"),
        Contestant("nginx MPEG-TS", Nginx(hls=True), path="hls/b{}.m3u8"),
        Contestant("Swiftwater fMP4", ours, path="live/b{}.m3u8"),
    ]
    return Work(
        "hls-players", "300 HLS players of one stream, 2.5 Mb/s",
        ["--players", "300", "--join-rate", "100", "--head-start", "9", "--warmup", "4"], contestants,
        [
            Target("Swiftwater : nginx, MPEG-TS", ratio("Swiftwater MPEG-TS", "nginx MPEG-TS"), 1.50),
            # MPEG-TS is made from the first request on, so that its players begin with a single segment.
            Target("stalls, Swiftwater fMP4", value("Swiftwater fMP4", "players.hls.stalls"), 0),
            *(
                Target(f"{what}, {name}", value(name, path), 0)
                for name in ("Swiftwater MPEG-TS", "Swiftwater fMP4")
                for what, path in [
                    ("segments missed", "players.hls.missed"),
                    ("segments that do not continue", "players.hls.discontinuous"),
                    ("promises of playlists broken", "players.hls.brokenPromises"),
                    ("frames damaged", "players.damagedSinceStart"),
                ]
            ),
        ],
        note="Playlists of fMP4 have parts, and these players take them: Low-Latency HLS, with some seven requests a second "
        "of each player, every other one for a playlist that is waited for. Load and server fill both cores with it, and a "
        "player that is answered late stalls. nginx hands out files that lie in memory, one in two seconds for each player.")


def allocations(options: argparse.Namespace) -> Work:
    """Counts are steady where times are not, so what they may be is kept in a file and asked for by the suite."""
    ours = Swiftwater(options.binary, counts_allocations=True)
    few, many = 10, 60
    players = [
        Contestant(f"{count} {form} viewers", ours, over_http=form == "HTTP-FLV", arguments={"--players": str(count)})
        for form in ("RTMP", "HTTP-FLV") for count in (few, many)
    ]
    bytes_, number = "server.allocatedBytes", "server.allocations"
    limits = json.loads(THRESHOLDS.read_text())[options.configuration]
    targets = [
        target
        for form in ("RTMP", "HTTP-FLV")
        for target in [
            Target(
                f"allocations for each {form} frame delivered to one more viewer",
                slope(f"{few} {form} viewers", f"{many} {form} viewers", number), limits[f"{form} viewer"]["allocations"]),
            Target(
                f"bytes allocated for each {form} frame delivered to one more viewer",
                slope(f"{few} {form} viewers", f"{many} {form} viewers", bytes_), limits[f"{form} viewer"]["bytes"]),
        ]
    ]
    return Work(
        "allocations", "allocations",
        ["--join-rate", "200", "--warmup", "2", "--megabits", "2.5"],
        [*players, Contestant("a publisher alone", ours, arguments={"--players": "0", "--publishers": "4"})],
        [
            *targets,
            Target(
                "allocations for each frame that comes, nobody watching",
                for_each("a publisher alone", number, "publishers.frames"), limits["publisher"]["allocations"]),
            Target(
                "bytes allocated for each byte that comes, nobody watching",
                for_each("a publisher alone", bytes_, "publishers.bytes"), limits["publisher"]["bytes"]),
        ])


def ask(address: str) -> None:
    """Asks until there is an answer."""
    for _ in range(60):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address, timeout=10).read()
            return
        time.sleep(0.1)
    print(f"no answer from {address}", file=sys.stderr)


def run(work: Work, contestant: Contestant, options: argparse.Namespace) -> Result:
    with contestant.server.running() as server:
        place = f"rtmp://127.0.0.1:{server.rtmp}/live/b{{}}"
        command = [str(options.bench), "load", "--json", "--pid", str(server.process.pid)]
        arguments = {"--seconds": str(options.seconds)}
        arguments |= dict(zip(work.arguments[::2], work.arguments[1::2])) | contestant.arguments
        arguments |= {"--publish": place} if contestant.publishes else {"--publishers": "1"}
        if arguments.get("--players", "0") != "0":
            path = contestant.path or ("live/b{}.flv" if contestant.over_http else "")
            arguments["--play"] = f"http://127.0.0.1:{server.http}/{path}" if path else place
            if contestant.secure:
                arguments["--play"] = f"rtmps://127.0.0.1:{server.rtmps}/live/b{{}}"
        if (counts := server.folder / "allocations").exists():
            arguments["--allocations"] = str(counts)
        command += [word for pair in arguments.items() for word in pair]
        for path in contestant.wanted:
            threading.Thread(target=ask, args=(f"http://127.0.0.1:{server.http}{path}",), daemon=True).start()
        done = subprocess.run(command, capture_output=True, text=True)
        if not done.stdout.startswith("{"):
            sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        result = json.loads(done.stdout)
        # Not all who were to publish or play did so.
        if done.returncode:
            result["incomplete"] = True
            print(f"{contestant.name} was incomplete: {done.stdout}", file=sys.stderr)
        return result


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
    ("HLS answers p99 ms", "players.hls.media.p99", 2, 1),
    ("allocations", "server.allocations", 0, 1),
    ("resident MB", "server.residentBytes", 1, 1e6),
    ("cores", "server.cores", 2, 1),
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
    for curve in work.curves:
        lines += ["", f"| {curve.what} | {curve.unit} | relative to the first |", "|--:|--:|--:|"]
        first = None
        for label, name in curve.points:
            middle = median([curve.of(results[name]) for results in runs if name in results])
            first = first or middle
            lines.append(f"| {label} | {shown(middle)} | {shown(middle / first if middle and first else None)} |")
    # Columns in which nobody has anything are left out.
    there = [
        column for column in COLUMNS
        if any(figure(result, column[1]) is not None for results in runs for result in results.values())
    ]
    lines += ["", "| medians | " + " | ".join(name for name, *_ in there) + " |"]
    lines.append("|---|" + "--:|" * len(there))
    # Those who were measured another time are shown although they are not asked for now.
    names = [contestant.name for contestant in work.contestants]
    names += dict.fromkeys(name for results in runs for name in results if name not in names)
    for name in names:
        results = [repetition[name] for repetition in runs if name in repetition]
        if not results:
            continue
        mark = " (not all came)" if any(result.get("incomplete") for result in results) else ""
        cells = []
        for _, path, digits, unit in there:
            middle = median([figure(result, path) for result in results])
            cells.append(shown(None if middle is None else middle / unit, digits))
        lines.append(f"| {name}{mark} | " + " | ".join(cells) + " |")
    if work.note:
        lines += ["", work.note]
    return "\n".join(lines) + "\n"


def missed_targets(work: Work, runs: list[dict[str, Result]]) -> Iterator[str]:
    for target in work.targets:
        middle = median([target.of(results) for results in runs])
        if middle is not None and middle > target.at_most:
            yield f"{work.name}: {target.what}: {shown(middle, 3)} is more than {target.at_most:g}"


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
        "60,000. HLS players follow the playlists, take the containers apart and check the decode times too. Allocations "
        "are those of the server's whole process, counted by a library that takes malloc's place; what they may be is in "
        "`Tests/allocation-thresholds.json`, and the suite asks it of the debug build.\n"
    ]
    for work in works:
        if runs := record["works"].get(work.name):
            parts.append(section(work, runs))
    return "\n".join(parts)


def raise_descriptor_limit() -> None:
    """As far as it goes: 2,000 players take as many in the load's process, and again in the server's."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if most != resource.RLIM_INFINITY and most < 8_192:
        print(f"only {most} descriptors: works with many players will not be complete", file=sys.stderr)


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
    parser.add_argument("--configuration", choices=["release", "debug"], default="release")
    parser.add_argument("--binary", type=pathlib.Path, help="default: that of the configuration")
    parser.add_argument("--bench", type=pathlib.Path, help="default: that of the configuration")
    parser.add_argument("--srs", type=pathlib.Path, help="a built SRS, to be measured too")
    parser.add_argument("--work", action="append", help="only this work; may be given several times")
    parser.add_argument("--only", action="append", help="only contestants of this name")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--results", type=pathlib.Path, default=RESULTS, help="where every figure is kept")
    parser.add_argument("--add", action="store_true", help="keep what --results has of other works")
    parser.add_argument("--write", action="store_true", help=f"make {DOCUMENT.relative_to(ROOT)}")
    parser.add_argument("--check", action="store_true", help="exit with 1 where the median misses a target")
    parser.add_argument("--render", type=pathlib.Path, help="run nothing; make the document of this file")
    options = parser.parse_args()
    built = ROOT / ".build" / options.configuration
    options.binary = (options.binary or built / "swiftwater").resolve()
    options.bench = (options.bench or built / "swiftwater-bench").resolve()
    works = all_work(options)
    raise_descriptor_limit()

    if options.render:
        DOCUMENT.write_text(document(works, json.loads(options.render.read_text())))
        return
    if unknown := set(options.work or []) - {work.name for work in works}:
        parser.error(f"no work {', '.join(unknown)}; there are {', '.join(work.name for work in works)}")
    record: dict[str, Any] = {"machine": machine(options), "works": {}}
    if options.add and options.results.exists():
        earlier = json.loads(options.results.read_text())["works"]
        record["works"] = {name: runs for name, runs in earlier.items() if name not in (options.work or earlier)}
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
    if options.check:
        missed = [target for work in works for target in missed_targets(work, record["works"].get(work.name, []))]
        sys.exit("\n".join(missed) or None)


if __name__ == "__main__":
    main()
