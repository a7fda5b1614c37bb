"""Live fragmented MP4 and MPEG-TS: the contract with the page's player, with those who break it, and with the slow."""

import http.client
import json
import os
import socket
import struct
import subprocess
import time

import pytest
import websocket

from harness import publishers
from harness.http_client import request
from harness.server import configured_with

PATH = "live/show"
FORMS = {"flv": "video/x-flv", "mp4": "video/mp4", "ts": "video/mp2t"}


@pytest.fixture(scope="module")
def live(shared_server, media, module_processes):
    module_processes.start(publishers.ffmpeg_endless(media.file("b-frames"), shared_server.rtmp(PATH)), "publish")
    shared_server.wait_until_live(PATH)
    return shared_server


def connect(server, form: str = "mp4", query: str = "") -> websocket.WebSocket:
    return websocket.create_connection(f"ws://127.0.0.1:{server.http_port}/{PATH}.{form}{query}", timeout=10)


def boxes(data: bytes) -> list[tuple[str, bytes]]:
    """The boxes side by side, which must fill the bytes."""
    found, at = [], 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        assert 8 <= size <= len(data) - at, "a box that does not lie in its message"
        found.append((kind.decode(), data[at + 8 : at + size]))
        at += size
    return found


def inner(content: bytes, *path: str) -> bytes:
    for kind in path:
        content = dict(boxes(content))[kind]
    return content


def until(viewer: websocket.WebSocket, opcode: int, within: float = 10.0) -> bytes:
    """The content of the next frame of this kind, whatever comes before."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        kind, message = viewer.recv_data(control_frame=True)
        if kind == opcode:
            return message
    raise AssertionError(f"no frame of kind {opcode} within {within:g} s")


class Fragment:
    """A moof box with one track and one sample."""

    def __init__(self, message: bytes):
        parts = boxes(message)
        kinds = [kind for kind, _ in parts]
        assert kinds in (["moof", "mdat"], ["prft", "moof", "mdat"]), kinds
        contents = dict(parts)
        moof = contents["moof"]
        self.number = struct.unpack_from(">I", inner(moof, "mfhd"), 4)[0]
        self.track = struct.unpack_from(">I", inner(moof, "traf", "tfhd"), 4)[0]
        self.time = struct.unpack_from(">Q", inner(moof, "traf", "tfdt"), 4)[0]
        assert struct.unpack_from(">I", inner(moof, "traf", "trun"), 4)[0] == 1, "more than one sample"
        self.reference = struct.unpack_from(">IQQ", contents["prft"], 4) if "prft" in contents else None


def test_the_websocket_contract(live):
    viewer = connect(live)
    kind, text = viewer.recv_data()
    assert kind == websocket.ABNF.OPCODE_TEXT
    announcement = json.loads(text)
    assert announcement["type"] == "init" and announcement["video"] == 0 and announcement["audio"] == 0
    assert announcement["omitted"] == []
    assert announcement["mime"].startswith('video/mp4; codecs="avc1.') and announcement["mime"].endswith(',mp4a.40.2"')
    pictures, sound = announcement["tracks"]
    assert (pictures["kind"], pictures["width"], pictures["height"], pictures["frameRate"]) == ("video", 320, 180, 25)
    assert (sound["kind"], sound["codec"], sound["sampleRate"], sound["channels"]) == ("audio", "mp4a.40.2", 44100, 2)
    kind, header = viewer.recv_data()
    assert kind == websocket.ABNF.OPCODE_BINARY and [name for name, _ in boxes(header)] == ["ftyp", "moov"]
    fragments = []
    while len([one for one in fragments if one.reference]) < 3:
        kind, message = viewer.recv_data()
        assert kind == websocket.ABNF.OPCODE_BINARY
        fragments.append(Fragment(message))
    viewer.close()
    first = fragments[0]
    assert first.track == 1 and first.reference, "a viewer starts with a picture and its time of day"
    numbers = [one.number for one in fragments]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    references = [one for one in fragments if one.reference]
    for one in references:
        track, _, media_time = one.reference
        assert track == 1 and media_time == one.time
    # The clock of the day and that of the stream go alike: the publisher sends in real time.
    (_, early, start), (_, late, end) = references[1].reference, references[2].reference
    assert abs((late - early) / 2**32 - (end - start) / 90_000) < 0.5
    # Sound and picture of about the same time come together.
    for picture, following in zip(fragments, fragments[1:]):
        if picture.track == 1 and following.track == 2:
            assert abs(picture.time / 90_000 - following.time / 44_100) < 0.5


@pytest.mark.parametrize("query, tracks", [("?audio=none", ["video"]), ("?video=none", ["audio"]), ("?video=7", ["video", "audio"])])
def test_a_query_picks_tracks(live, query, tracks):
    viewer = connect(live, query=query)
    announcement = json.loads(viewer.recv())
    viewer.close()
    assert [kind for kind in ("video", "audio") if kind in announcement] == tracks
    assert len(announcement["tracks"]) == 2, "all tracks are told whatever comes"


def test_the_end_is_said(shared_server, media, processes):
    path = "live/brief"
    publishing = processes.start(publishers.ffmpeg_5(media.file("plain", 2), shared_server.rtmp(path)), "publish")
    shared_server.wait_until_live(path)
    viewer = websocket.create_connection(f"ws://127.0.0.1:{shared_server.http_port}/{path}.mp4", timeout=10)
    publishing.succeed(within=15)
    texts = []
    while True:
        kind, message = viewer.recv_data(control_frame=True)
        if kind == websocket.ABNF.OPCODE_TEXT:
            texts.append(json.loads(message)["type"])
        if kind == websocket.ABNF.OPCODE_CLOSE:
            break
    assert texts == ["init", "end"] and struct.unpack(">H", message[:2])[0] == 1000


@pytest.mark.parametrize("form", FORMS)
def test_heads(live, form):
    head = request(live, f"{PATH}.{form}", "HEAD")
    assert head.status == 200 and head.headers["Content-Type"] == FORMS[form]
    assert head.headers["Access-Control-Allow-Origin"] == "*" and head.headers["Cache-Control"] == "no-store"
    connection = http.client.HTTPConnection("127.0.0.1", live.http_port, timeout=10)
    connection.request("GET", f"/{PATH}.{form}")
    answer = connection.getresponse()
    assert answer.status == 200 and answer.headers["Content-Type"] == FORMS[form]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert len(answer.read(10_000)) == 10_000
    answer.close()
    connection.close()
    offline = request(live, f"live/nobody.{form}")
    assert offline.status == 404 and offline.headers["Cache-Control"] == "no-store"


def test_what_ts_cannot_hold_is_named(shared_server, processes):
    path = "live/flac"
    command = [publishers.FFMPEG_9, "-v", "error", "-re", "-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25", "-f", "lavfi", "-i", "sine"]
    command += ["-c:v", "libx264", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "flac", "-f", "flv", shared_server.rtmp(path)]
    processes.start(command, "publish")
    shared_server.wait_until_live(path)
    connection = http.client.HTTPConnection("127.0.0.1", shared_server.http_port, timeout=10)
    connection.request("GET", f"/{path}.ts")
    answer = connection.getresponse()
    assert answer.headers["Swiftwater-Omitted"] == "audio 0 flac"
    answer.close()
    connection.close()
    refused = request(shared_server, f"{path}.ts?video=none")
    assert refused.status == 406 and "flac" in refused.text


def masked(first: int, payload: bytes, length: bytes | None = None) -> bytes:
    """A frame with a mask of zeros."""
    return bytes([first]) + (length or bytes([0x80 | len(payload)])) + bytes(4) + payload


HOSTILE = {
    "without mask": (b"\x89\x00", 1002),
    "reserved bit": (masked(0xC1, b""), 1002),
    "reserved opcode": (masked(0x83, b""), 1002),
    "reserved control opcode": (masked(0x8F, b""), 1002),
    "continuation of nothing": (masked(0x80, b"x"), 1002),
    "message within a message": (masked(0x01, b"x") + masked(0x81, b"y"), 1002),
    "ping in fragments": (masked(0x09, b""), 1002),
    "long ping": (masked(0x89, bytes(200), b"\xfe\x00\xc8"), 1002),
    "giant message": (masked(0x82, b"", b"\xff\x00\x00\x00\x10\x00\x00\x00\x00"), 1009),
    "endless length": (masked(0x82, b"", b"\xff" + b"\xff" * 8), 1009),
    "half a status": (masked(0x88, b"\x03"), 1002),
    "status of nobody": (masked(0x88, struct.pack(">H", 1005)), 1002),
    "reason that is no text": (masked(0x88, b"\x03\xe8\xff\xfe"), 1007),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", HOSTILE)
def test_who_breaks_the_protocol_is_closed_with_the_reason(live, name, form):
    said, status = HOSTILE[name]
    viewer = connect(live, form)
    viewer.sock.sendall(said)
    message = until(viewer, websocket.ABNF.OPCODE_CLOSE)
    assert struct.unpack(">H", message[:2])[0] == status
    # Nothing follows, and the server closes too.
    assert viewer.sock.recv(100) == b""
    viewer.sock.close()


def test_noise_instead_of_frames_harms_nobody_else(live):
    witness = connect(live)
    for seed in range(20):
        viewer = connect(live)
        viewer.sock.sendall(os.urandom(5_000) if seed % 2 else bytes([seed] * 5_000))
        viewer.sock.close()
    for _ in range(50):
        assert witness.recv_data()[1]
    witness.close()


def test_pings_are_answered_within_bounds(live):
    viewer = connect(live)
    for number in range(100):
        viewer.ping(f"{number}")
    answers = [until(viewer, websocket.ABNF.OPCODE_PONG).decode() for _ in range(100)]
    assert answers == [f"{number}" for number in range(100)]
    viewer.close()


@configured_with("apps: { live: { hls: { segment: 1s, window: 3s }, slow-viewer: { window-duration: 2s } } }")
@pytest.mark.parametrize("form", ["mp4", "ts"])
def test_a_slow_reader_skips_to_sync_frames(form, server, media, processes):
    """It sees fewer pictures, each whole and decodable, and what it missed is counted."""
    processes.start(publishers.ffmpeg_endless(media.file("heavy"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        connection.connect(("127.0.0.1", server.http_port))
        connection.settimeout(10)
        connection.sendall(f"GET /{PATH}.{form} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        received, deadline = bytearray(), time.monotonic() + 40
        while server.metric("swiftwater_lost_frames_total") == 0:
            assert time.monotonic() < deadline, "no loss is counted"
            received += connection.recv(30_000)
            time.sleep(0.02)
        # What it skipped to lies behind what its socket still holds.
        enough = len(received) + 24_000_000
        while len(received) < enough:
            part = connection.recv(1_000_000)
            assert part, "the server closed"
            received += part
    file = processes.folder / f"slow.{form}"
    file.write_bytes(bytes(received).partition(b"\r\n\r\n")[2])
    command = ["ffprobe", "-v", "quiet", "-select_streams", "v", "-show_entries", "packet=dts_time,flags", "-of", "csv=p=0", file]
    lines = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout.split()
    pictures = [(float(line.split(",")[0]), "K" in line.split(",")[1]) for line in lines]
    gaps = [later for earlier, later in zip(pictures, pictures[1:]) if later[0] - earlier[0] > 0.1]
    assert gaps, "nothing was skipped"
    assert all(is_sync for _, is_sync in gaps), "it went on in the middle of a group of pictures"
    assert server.metric("swiftwater_sent_bytes_total", f'protocol="http-{form}"') > len(received) - 1000
