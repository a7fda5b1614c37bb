"""Low-Latency HLS as a validator sees it that does what players do, and more: see harness/hls."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import publishers
from harness.hls import validator
from harness.server import configured_with
from harness.waiting import eventually

PARTS = """
apps:
  live:
    hls: { segment: 1s, part: 200ms, window: 10s }
"""


def watch(server, path: str, seconds: float) -> dict:
    server.wait_for_playlist(f"{path}/index.m3u8")
    result = validator.validate(server.http(f"{path}/index.m3u8"), seconds)
    assert not result["findings"], result
    return result["playlists"]


@configured_with(PARTS)
@pytest.mark.parametrize("kind", ["plain", "b-frames", "video-only", "audio-only"])
def test_every_rule_holds_while_a_player_stays_at_the_edge(kind, server, media, processes):
    processes.start(publishers.ffmpeg_5(media.file(kind, 40), server.rtmp("live/show")), "publish")
    server.wait_until_live("live/show")
    seen = watch(server, "live/show", 15)
    for playlist in seen.values():
        assert playlist["parts"] > 50 and playlist["segments"] > 10 and playlist["deltas"] > 10, seen
    assert server.metric("swiftwater_hls_held_requests_total", 'outcome="answered"') > 100


@configured_with(PARTS)
def test_publishers_who_come_back(server, media, processes):
    """Within the time in which the stream is kept, so that the playlists go on behind a discontinuity."""
    path, file = "live/show", media.file("plain", 40)
    publishing = processes.start(publishers.ffmpeg_5(file, server.rtmp(path)), "publish")
    server.wait_for_playlist(f"{path}/index.m3u8")
    with ThreadPoolExecutor() as pool:
        watching = pool.submit(validator.validate, server.http(f"{path}/index.m3u8"), 24)
        for _ in range(2):
            eventually("players have followed for a while", lambda start=held(server): held(server) > start + 60)
            publishing.stop(signal.SIGKILL)
            publishing = processes.start(publishers.ffmpeg_5(file, server.rtmp(path)), "publish")
        result = watching.result()
    assert not result["findings"], result
    for playlist in result["playlists"].values():
        assert playlist["discontinuities"] >= 2, result


def held(server) -> float:
    return server.metric("swiftwater_hls_held_requests_total", 'outcome="answered"')
