"""Low-Latency HLS as a validator sees it that does what players do, and more: see harness/hls."""

import contextlib
import json
import os
import re
import signal
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import limits, publishers
from harness.hls import validator
from harness.http_client import request
from harness.server import configured_with
from harness.waiting import eventually

# How long a publisher comes and goes under the validator's eyes; `make validate` takes two minutes.
SECONDS = float(os.environ.get("VALIDATOR_SECONDS", "24"))
# Other tests run beside this one, except in `make validate`.
SLACK = validator.SLACK if "VALIDATOR_SECONDS" in os.environ else 1.0
PARTS = """
apps:
  live:
    hls: { segment: 1s, part: 200ms, window: 10s }
"""


def watch(server, path: str, seconds: float) -> dict:
    server.wait_for_playlist(f"{path}/index.m3u8")
    result = validator.validate(server.http(f"{path}/index.m3u8"), seconds, SLACK)
    assert not result["findings"], result
    return result["playlists"]


@configured_with(PARTS)
@pytest.mark.parametrize("kind", ["plain", "b-frames", "video-only", "audio-only"])
def test_every_rule_holds_while_a_player_stays_at_the_edge(kind, server, media, processes):
    # What those of one track have of their own shows sooner. The others run until the beginning, where sound and pictures
    # do not begin together, is no longer listed.
    seconds = 15 if kind in {"plain", "b-frames"} else 8
    processes.start(publishers.ffmpeg_5(media.file(kind, seconds + 25), server.rtmp("live/show")), "publish")
    server.wait_until_live("live/show")
    seen = watch(server, "live/show", seconds)
    for playlist in seen.values():
        assert playlist["parts"] > seconds * 50 / 15 and playlist["segments"] > seconds * 10 / 15, seen
        # There is nothing to skip before the playlist is more than six targets long.
        assert playlist["deltas"] > (seconds - 7) * 10 / 8, seen
    assert held(server) > len(seen) * seconds * 50 / 15


@configured_with(PARTS)
def test_publishers_who_come_back(server, media, processes):
    """Within the time in which the stream is kept, so that the playlists go on behind a discontinuity."""
    path, file = "live/show", media.file("plain", int(SECONDS) + 16)
    publishing = processes.start(publishers.ffmpeg_5(file, server.rtmp(path)), "publish")
    server.wait_for_playlist(f"{path}/index.m3u8")
    with ThreadPoolExecutor() as pool:
        watching = pool.submit(validator.validate, server.http(f"{path}/index.m3u8"), SECONDS, SLACK)
        for _ in range(2):
            followed = 60 * SECONDS / 24
            eventually("players have followed for a while", lambda start=held(server): held(server) > start + followed, SECONDS)
            publishing.stop(signal.SIGKILL)
            publishing = processes.start(publishers.ffmpeg_5(file, server.rtmp(path)), "publish")
        result = watching.result()
    print(f"\n{json.dumps(result, indent=2)}")
    assert not result["findings"], result
    for playlist in result["playlists"].values():
        assert playlist["discontinuities"] >= 2, result


def held(server) -> float:
    return server.metric("swiftwater_hls_held_requests_total", 'outcome="answered"')


@configured_with(PARTS)
def test_a_thousand_hanging_reloads(server, media, processes):
    """Of a publisher who has stopped sending: all wait, cost little, and are told after three target durations."""
    path, crowd = "live/show", 1000
    limits.raise_own()
    publishing = processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(path)), "publish")
    server.wait_for_playlist(f"{path}/index.m3u8")
    playlist = f"{path}/hls/video.m3u8"
    eventually("three segments are there", lambda: request(server, playlist).text.count("#EXTINF") >= 3)
    publishing.send(signal.SIGSTOP)
    memory = server.resident_bytes
    text = _at_rest(server, playlist)
    sequence = int(re.search(r"#EXT-X-MEDIA-SEQUENCE:(\d+)", text)[1]) + text.count("#EXTINF")
    with contextlib.ExitStack() as stack:
        connections = []
        for _ in range(crowd):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", server.http_port), timeout=20))
            connection.sendall(f"GET /{playlist}?_HLS_msn={sequence + 1} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            connections.append(connection)
        # Others are served meanwhile, at once.
        assert request(server, f"{playlist}?_HLS_msn={sequence - 1}").status == 200
        assert request(server, f"{playlist}?_HLS_msn={sequence + 1000}").status == 400
        assert server.resident_bytes - memory < crowd * 60_000
        answers = [connection.recv(4096) for connection in connections]
    assert all(answer.startswith(b"HTTP/1.1 503 ") and b"no-store" in answer for answer in answers), set(answers)
    assert server.metric("swiftwater_hls_held_requests_total", 'outcome="timed-out"') >= crowd
    publishing.send(signal.SIGCONT)
    assert request(server, playlist).status == 200


def _at_rest(server, playlist: str) -> str:
    """The playlist when nothing more comes of it."""
    texts = [""]

    def rests() -> bool:
        texts.append(request(server, playlist).text)
        return len(texts) > 12 and len(set(texts[-12:])) == 1

    eventually("what was sent is packaged", rests)
    return texts[-1]
