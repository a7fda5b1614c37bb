"""What bad input that is load does to others: nothing. Healthy viewers lose no frame, memory stays within what
Documentation/capacity.md says, and the log can still be read.

Sized for the debug build on two slow cores; `make bench-load` does the same with the release build and in earnest.
"""

import contextlib
import socket
import struct

import pytest

from harness import limits, rtmp
from harness.bench import Bench, lines
from harness.server import Server
from harness.waiting import eventually

pytestmark = pytest.mark.alone

MEGABYTE = 1_000_000
# Fifty lines of one kind in a second, and the count of the others (LogStorm.linesPerSecond).
LINES_PER_SECOND = 51
# A stream of 1 Mb/s and three viewers who check every byte of it.
HEALTHY = {"players": 3, "megabits": 1, "audio_kilobits": 32, "warmup": 0.1}

LITTLE_HISTORY = """
apps:
  live:
    hls: { enabled: off }
    resume-within: 1s
    slow-viewer: { close-after: 4s, window-bytes: 2MiB, window-duration: 2s }
"""


@pytest.fixture(scope="module")
def server(module_processes):
    limits.raise_own()
    running = Server(module_processes, LITTLE_HISTORY)
    yield running
    running.stop()


@pytest.fixture
def bench(processes, server):
    return Bench(processes, server)


@pytest.fixture
def new_log(server):
    """The log since the test began."""
    start = len(server.log)
    return lambda: server.log[start:]


@pytest.fixture(autouse=True)
def no_connection_is_worth_a_warning(new_log):
    yield
    assert lines(new_log(), "warning", "error", "critical") == []


def test_a_storm_of_connections(bench, server, new_log):
    """They are answered, and told of in a few lines; nobody else feels it."""
    healthy = bench.load("storm", seconds=5, **HEALTHY)
    server.wait_until_live("live/storm")
    storm = bench.connects(rate=5000, count=3000).says(within=40)
    assert storm["accepted"] == 3000, storm
    healthy.lost_nothing(within=40)
    eventually("the count is told", lambda: any("lines left out" in line for line in lines(new_log())))
    told = [line for line in lines(new_log(), "info") if line.startswith("session closed")]
    seconds = 3000 / storm["perSecond"]
    assert len(told) <= LINES_PER_SECOND * (seconds + 2), f"{len(told)} lines in {seconds:.1f} s"


def test_a_crowd_of_idle_connections(bench, server):
    """Each costs little, HTTP or RTMP, and what it cost comes back."""
    count = 1000
    # The first connections pay for what is made once.
    bench.connects(rate=5000, count=200, hold=True).says(within=30)
    healthy = bench.load("idle", seconds=6, **HEALTHY)
    server.wait_until_live("live/idle")
    held = bench.connects(rate=1500, count=count, hold=True).says(within=30)
    assert held["accepted"] == count, held
    assert held["serverBytesEach"] < 40_000, held
    with contextlib.ExitStack() as crowd:
        memory = server.resident_bytes
        for _ in range(count):
            crowd.enter_context(socket.create_connection(("127.0.0.1", server.http_port), timeout=5))
        eventually("they are accepted", lambda: server.metric("swiftwater_live_streams") == 1)
        assert (server.resident_bytes - memory) / count < 60_000
    healthy.lost_nothing(within=30)


def test_stalled_viewers_and_one_who_reads_a_byte_a_second(bench, server):
    """A fifth of the viewers stop reading: they are skipped ahead or closed, and the others see every frame."""
    memory = server.resident_bytes
    report = bench.load(
        "stalled", players=12, stalled=3, slow=1, slow_rate=1, megabits=8, seconds=6, warmup=0.5, join_rate=50
    ).lost_nothing(within=40)
    assert report["players"]["frames"] > 0
    # One window for the stream, and what four sockets hold.
    assert server.resident_bytes - memory < 60 * MEGABYTE


def test_a_publisher_of_50_megabits(bench, server):
    memory = server.resident_bytes
    healthy = bench.load("beside", seconds=5, **HEALTHY)
    bench.load("huge", players=1, megabits=50, seconds=3, warmup=0.5).lost_nothing(within=40)
    healthy.lost_nothing(within=40)
    assert server.resident_bytes - memory < 80 * MEGABYTE


def test_frames_of_16_megabytes(bench, server, new_log):
    """What the format allows and the server does not is refused as it is announced; what the server allows goes through."""
    memory = server.resident_bytes
    healthy = bench.load("frames", seconds=5, **HEALTHY)
    with rtmp.Peer(server) as publisher:
        publisher.connect().set_chunk_size(60_000)
        assert publisher.publish("big")["code"] == "NetStream.Publish.Start"
        frame = bytes([0x17, 1, 0, 0, 0]) + struct.pack(">I", 8_000_000) + bytes(8_000_000)
        for number in range(5):
            publisher.send_message(rtmp.VIDEO, frame, chunk_stream=6, stream=publisher.stream, timestamp=number * 40)
        with contextlib.suppress(rtmp.Closed):
            publisher.send(rtmp.chunk(6, rtmp.VIDEO, bytes(60_000), length=0xFFFFFF, stream=publisher.stream, timestamp=240))
        publisher.seconds_until_closed(within=5)
    eventually("the reason is logged", lambda: "messageTooLong" in new_log())
    healthy.lost_nothing(within=40)
    assert server.resident_bytes - memory < 120 * MEGABYTE


def test_more_connections_than_descriptors(processes):
    """Who is there stays, who comes later waits, and when there is room again the server takes it."""
    server = Server(processes, LITTLE_HISTORY)
    bench = Bench(processes, server)
    healthy = bench.load("full", seconds=3, **HEALTHY)
    server.wait_until_live("live/full")
    limits.cut(server.process, 100)
    with contextlib.ExitStack() as crowd:
        for port in [server.rtmp_port, server.http_port] * 100:
            crowd.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
        eventually("it is logged", lambda: server.log.count("no descriptor") >= 2)
    healthy.lost_nothing(within=40)
    rtmp.Peer(server).connect().socket.close()
    eventually("there is room for HTTP", lambda: server.metric("swiftwater_live_streams") == 0)
    assert len(lines(server.log, "warning", "error", "critical")) < 20, server.log
    server.stop()


def test_the_server_opens_as_many_descriptors_as_it_may(processes):
    hard = limits.raise_own()
    with limits.soft_limit(256):
        server = Server(processes, "rtmp: { connections: 100 }\nhttp: { connections: 100 }")
    assert limits.of(server.process) == (hard, hard)
    assert "open files" not in server.log
    server.stop()


def test_a_limit_that_is_too_low_is_named(processes):
    configuration = "rtmp: { connections: 900000 }\nhttp: { connections: 900000 }"
    if limits.raise_own() > 1_800_000:
        pytest.skip("this machine allows more")
    server = Server(processes, configuration)
    told = [line for line in lines(server.log, "notice") if "open files" in line]
    assert len(told) == 1 and "connections=1800000" in told[0], server.log
    server.stop()
