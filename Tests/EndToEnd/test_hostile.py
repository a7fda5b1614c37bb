"""What bad input gets: a clear refusal, a closed connection, one log line with the reason, and nothing else touched.

A bystander stream with a viewer runs all the while; at the end it must have lost nothing.
"""

import contextlib
import re
import socket
import struct
import time

import pytest

from harness import amf0, flv, packets, players, publishers, rtmp
from harness.players import Viewing
from harness.server import Server
from harness.waiting import eventually

# A stream of 20 Mb/s is at work here, and its segments are no part of what an attacker costs.
LITTLE_HISTORY = """
apps:
  live:
    hls: { segment: 1s, window: 3s }
    slow-viewer: { close-after: 8s, window-duration: 2s }
"""
BYSTANDER = "live/bystander"
# How much the server may grow over all of these tests together.
MEMORY_LIMIT = 96 * 1024 * 1024


@pytest.fixture(scope="module")
def besieged(media, module_processes):
    """A server with a bystander stream, which must come out of all attacks unharmed."""
    server = Server(module_processes, LITTLE_HISTORY)
    file = media.file("light", 240)
    publisher = module_processes.start(publishers.ffmpeg_5(file, server.rtmp(BYSTANDER)), "publish-bystander")
    server.wait_until_live(BYSTANDER)
    viewing = Viewing(players.FFMPEG_5_RTMP, server, BYSTANDER, module_processes)
    eventually("the bystander is watched", lambda: viewing.file.exists() and viewing.file.stat().st_size > 2000)
    memory = server.resident_bytes
    yield server
    assert publisher.is_running and viewing.process.is_running, "the bystander was thrown out"
    assert server.resident_bytes - memory < MEMORY_LIMIT
    publisher.stop()
    viewing.process.wait(within=10)
    packets.Comparison(packets.of_file(file), viewing.received()).assert_in_step()
    server.stop()


@pytest.fixture
def peer(besieged):
    with rtmp.Peer(besieged) as connected:
        yield connected


@pytest.fixture
def new_log(besieged):
    """The log since the test began."""
    start = len(besieged.log)
    return lambda: besieged.log[start:]


def assert_closed_and_logged(peer, new_log, reason: str, within: float = 5.0) -> None:
    peer.seconds_until_closed(within)
    # The line comes when both sides are closed, and for this one the server waits just as long as `eventually` does.
    peer.socket.close()
    eventually(f"a log line says {reason}", lambda: re.search(reason, new_log()), within=5)
    lines = [line for line in new_log().splitlines() if re.search(reason, line)]
    assert len(lines) == 1, lines


# -- Handshake


@pytest.mark.parametrize("start", [b"", b"\x03", b"\x03" + bytes(700)], ids=["silence", "one-byte", "half"])
def test_half_a_handshake_is_closed_after_five_seconds(besieged, new_log, start):
    # The server counts from when it takes the connection, which is before this has it.
    begun = time.monotonic()
    with rtmp.Peer(besieged) as peer:
        peer.send(start)
        peer.seconds_until_closed(within=15)
        assert 4 < time.monotonic() - begun < 15
    eventually("the reason is logged", lambda: re.search("handshakeTimedOut|silent", new_log()))


def test_a_byte_each_half_second_does_not_stretch_the_handshake(besieged):
    start = time.monotonic()
    with rtmp.Peer(besieged) as peer, pytest.raises(rtmp.Closed):
        peer.send(b"\x03")
        peer.socket.settimeout(0.5)
        while time.monotonic() < start + 15:
            try:
                peer.receive(4000)
            except TimeoutError:
                peer.send(b"\x00")


def test_http_on_the_rtmp_port(peer, new_log):
    peer.send(b"GET /live/show.m3u8 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert_closed_and_logged(peer, new_log, "httpRequest", within=2)


def test_tls_on_the_rtmp_port(peer, new_log):
    peer.send(bytes.fromhex("16030100c8010000c40303") + bytes(194))
    assert_closed_and_logged(peer, new_log, "tlsOnPlainPort", within=2)


# -- Chunk stream


def test_who_is_refused_and_stays_is_parted_with(peer, new_log):
    peer.connect().send_message(rtmp.SET_CHUNK_SIZE, bytes(4), chunk_stream=2)
    peer.seconds_until_closed(within=5)
    eventually("the server closes both sides", lambda: "chunkSizeOutOfRange" in new_log(), within=15)


@pytest.mark.parametrize("size", [0, 0x8000_0000, 0xFFFF_FFFF])
def test_an_illegal_chunk_size(peer, new_log, size):
    peer.connect().send_message(rtmp.SET_CHUNK_SIZE, struct.pack(">I", size), chunk_stream=2)
    assert_closed_and_logged(peer, new_log, "chunkSizeOutOfRange")


@pytest.mark.parametrize("type", [rtmp.COMMAND, rtmp.DATA, rtmp.VIDEO, rtmp.USER_CONTROL])
def test_a_message_longer_than_the_limit(peer, new_log, type):
    peer.connect().send(rtmp.chunk(4, type, bytes(128), length=0xFFFFFF))
    assert_closed_and_logged(peer, new_log, "messageTooLong")


def test_65_536_open_chunk_streams(peer, new_log):
    peer.connect()
    # The server may refuse while this still sends, or listen to the end and close then.
    with contextlib.suppress(rtmp.Closed):
        for chunk_stream in range(3, 65_536):
            peer.send(rtmp.chunk(chunk_stream, rtmp.VIDEO, bytes(128), length=1000))
    assert_closed_and_logged(peer, new_log, "tooManyChunkStreams", within=10)


def test_unfinished_messages_have_a_budget(peer, new_log):
    peer.connect()
    for chunk_stream in range(4, 12):
        peer.send(rtmp.chunk(chunk_stream, rtmp.VIDEO, bytes(128), length=7_000_000))
    assert_closed_and_logged(peer, new_log, "unfinishedMessagesTooLong")


def test_a_continuation_of_nothing(peer, new_log):
    peer.connect().send(rtmp.basic_header(3, 40) + bytes(128))
    assert_closed_and_logged(peer, new_log, "chunkStreamNotOpened")


# -- AMF


def test_amf_nested_a_thousand_deep(peer, new_log):
    peer.connect().send_message(rtmp.COMMAND, amf0.encode("deep", 5) + b"\x03\x00\x01a" * 1000)
    assert_closed_and_logged(peer, new_log, "malformedCommand")


def test_amf_claiming_a_billion_values(peer, new_log):
    peer.connect().send_message(rtmp.COMMAND, amf0.encode("many", 5) + b"\x0a" + struct.pack(">I", 10**9))
    assert_closed_and_logged(peer, new_log, "malformedCommand")


def test_the_count_of_an_ecma_array_is_only_a_hint(peer):
    """Real encoders write nonsense there, and leave the end of the array away."""
    peer.connect().send_message(rtmp.COMMAND, amf0.encode("many", 5) + b"\x08" + struct.pack(">I", 10**9))
    assert peer.create_stream() > 0


# -- Conversation


@pytest.mark.parametrize("name", ["..", "../../etc/passwd", "a\x00b", "a\nb", "", "a" * 300, "ü"])
def test_an_illegal_name_is_refused(peer, name):
    status = peer.connect().publish(name)
    assert status["level"] == "error" and status["code"].startswith("NetStream.Publish."), status
    assert status["description"]


def test_a_taken_name_is_refused(besieged, peer):
    status = peer.connect().publish("bystander")
    assert status["level"] == "error" and status["code"] == "NetStream.Publish.BadName", status
    assert besieged.is_live(BYSTANDER)


def test_a_line_feed_in_a_name_forges_no_log_line(peer, besieged):
    peer.connect().publish("x\n2030-01-01T00:00:00 forged line")
    peer.socket.close()
    assert not re.search(r"^2030", besieged.log, re.MULTILINE)


def test_media_before_publish(peer, new_log):
    peer.connect().send_message(rtmp.VIDEO, b"\x17\x01\x00\x00\x00" + bytes(50), chunk_stream=6, stream=1)
    assert_closed_and_logged(peer, new_log, "mediaBeforePublish")


def test_publish_before_connect(peer, new_log):
    peer.handshake().command("publish", None, "early", "live", stream=1)
    assert_closed_and_logged(peer, new_log, "commandBeforeConnect")


def test_publish_on_a_stream_that_was_not_created(peer, new_log):
    peer.connect().command("publish", None, "early", "live", stream=7)
    assert_closed_and_logged(peer, new_log, "messageStreamNotOpened")


def test_connect_twice(peer, new_log):
    peer.connect().command("connect", {"app": "live"})
    assert_closed_and_logged(peer, new_log, "connectedTwice")


def test_thousands_of_message_streams(peer, new_log):
    peer.connect()
    with contextlib.suppress(rtmp.Closed):
        for _ in range(5000):
            peer.command("createStream", None)
    assert_closed_and_logged(peer, new_log, "tooManyMessageStreams", within=10)


def test_one_byte_a_second_after_connect_is_cut_off(peer):
    """A peer that connects and then says nothing useful is closed; 30 s is the server's own limit."""
    peer.connect()
    start = time.monotonic()
    peer.socket.settimeout(1)
    with pytest.raises(rtmp.Closed):
        while time.monotonic() < start + 45:
            try:
                peer.receive(100_000)
            except TimeoutError:
                peer.send(b"\x04")


FLOOD = 20_000


@pytest.mark.parametrize(
    "messages",
    [[(rtmp.VIDEO, b"\x12\x00")], [(rtmp.AUDIO, bytes.fromhex("af001190")), (rtmp.AUDIO, bytes.fromhex("af001210"))]],
    ids=["key-frames", "configurations"],
)
def test_a_few_bytes_do_not_have_the_server_write_metadata_again_and_again(server, messages):
    """All that is in force belongs to every start and every change; 60 KB of metadata, told 20,000 times, would be 1.2 GB."""
    with rtmp.Peer(server) as peer, rtmp.Peer(server) as viewer:
        assert peer.connect().publish("flood")["code"] == "NetStream.Publish.Start"
        peer.set_chunk_size(1 << 20)
        peer.send_message(rtmp.DATA, amf0.encode("@setDataFrame", "onMetaData", {"comment": "x" * 60_000}), stream=peer.stream)
        peer.send_message(rtmp.VIDEO, b"\x12\x00", chunk_stream=6, stream=peer.stream)
        assert viewer.connect().play("flood")["code"] == "NetStream.Play.Start"
        memory = server.greatest_resident_bytes
        flood = bytearray()
        for number, (type, body) in enumerate(messages):
            flood += rtmp.chunk(10 + number, type, body, stream=peer.stream)
        repeated = b"".join(rtmp.basic_header(3, 10 + number) + body for number, (_, body) in enumerate(messages))
        peer.send(bytes(flood) + repeated * (FLOOD // len(messages)))
    eventually("all of it has come", lambda: re.search(rf"frames.received=\d+.* role=publisher", server.log), within=30)
    assert server.greatest_resident_bytes - memory < MEMORY_LIMIT


# -- Viewers


def test_a_viewer_that_never_reads(besieged, media, processes, new_log):
    """It is skipped ahead or closed, its losses are counted, and it costs bounded memory."""
    path = "live/heavy"
    processes.start(publishers.ffmpeg_endless(media.file("heavy"), besieged.rtmp(path)), "publish")
    besieged.wait_until_live(path)
    memory = besieged.resident_bytes
    with rtmp.Peer(besieged) as peer:
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert peer.connect().play("heavy")["code"] == "NetStream.Play.Start"
        viewing = Viewing(players.FFMPEG_5_FLV, besieged, path, processes)
        eventually("a loss is counted", lambda: besieged.metric("swiftwater_lost_frames_total") > 0, within=30)
        eventually("the reason is logged", lambda: "took nothing for too long" in new_log())
        assert viewing.process.is_running
    assert besieged.resident_bytes - memory < MEMORY_LIMIT


def test_a_viewer_that_reads_slowly_skips_to_key_frames(besieged, media, processes):
    """It sees fewer frames, each whole and decodable, and what it missed is counted."""
    path = "live/skipped"
    processes.start(publishers.ffmpeg_endless(media.file("heavy"), besieged.rtmp(path)), "publish")
    besieged.wait_until_live(path)
    lost = besieged.metric("swiftwater_lost_frames_total")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.connect(("127.0.0.1", besieged.http_port))
        connection.sendall(f"GET /{path}.flv HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        received, deadline = bytearray(), time.monotonic() + 40
        while besieged.metric("swiftwater_lost_frames_total") == lost:
            assert time.monotonic() < deadline, "no loss is counted"
            received += connection.recv(30_000)
            time.sleep(0.02)
        # What it skipped to lies behind what its socket still holds.
        enough = len(received) + 24_000_000
        while len(received) < enough:
            received += connection.recv(1_000_000)
    stream = bytes(received).partition(b"\r\n\r\n")[2]
    frames = [tag for tag in flv.tags(stream) if tag.kind == flv.VIDEO and not tag.is_sequence_header]
    assert [tag.timestamp for tag in frames] == sorted(tag.timestamp for tag in frames)
    gaps = [later for earlier, later in zip(frames, frames[1:]) if later.timestamp - earlier.timestamp > 100]
    assert gaps, "nothing was skipped"
    assert all(tag.is_key_frame for tag in gaps), "it went on in the middle of a group of pictures"


@pytest.mark.parametrize(
    "start", [b"GET / HTTP/1.1\r\nX-Endless: ", b"GET / HTTP/1.1\r\nA: b\r\n", b"GET /"], ids=["header", "headers", "target"]
)
def test_an_http_request_that_never_ends(besieged, start):
    """The server stops reading it, and keeps next to nothing of it."""
    memory = besieged.resident_bytes
    filler = b"A: b\r\n" * 1000 if start.endswith(b"\n") else b"a" * 6000
    with socket.create_connection(("127.0.0.1", besieged.http_port), timeout=2) as connection:
        connection.sendall(start)
        sent = 0
        with pytest.raises((TimeoutError, BrokenPipeError, ConnectionResetError)):
            while sent < 64 * 1024 * 1024:
                sent += connection.send(filler)
    assert besieged.resident_bytes - memory < 16 * 1024 * 1024


@pytest.mark.parametrize(
    ("request_text", "status"),
    [(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"a" * 100_000 + b"\r\n\r\n", b"431"), (b"\x00\x01nonsense\r\n\r\n", b"400")],
    ids=["long-header", "no-http"],
)
def test_what_the_http_port_cannot_read_is_told_why(besieged, request_text, status):
    with socket.create_connection(("127.0.0.1", besieged.http_port), timeout=5) as connection:
        connection.sendall(request_text)
        assert connection.recv(64).startswith(b"HTTP/1.1 " + status)
        while connection.recv(65536):
            pass
