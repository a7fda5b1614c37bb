"""A server that is told to stop lets those who know how move to the one that takes its place."""

import signal
import socket

from harness import publishers
from harness.server import BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually

PATH = "live/show"
DRAINING = BRIEF_SEGMENTS + "\nrtmp: { drain: 25s }\n"


@configured_with(DRAINING)
def test_a_publisher_moves_at_a_sync_frame(server, media, processes):
    publishing = processes.start([publishers.BINARY, "publish", "--loop", media.file("plain"), server.rtmp(PATH)], "publish")
    server.wait_until_live(PATH)
    address = server.rtmp("").removeprefix("rtmp://").strip("/")
    server.process.send(signal.SIGTERM)
    eventually("the port is free", lambda: _is_free(address))
    assert server.process.is_running, "it serves on"
    heir = Server(processes, BRIEF_SEGMENTS, ("--rtmp", address))
    heir.wait_until_live(PATH)
    server.process.succeed(within=10)
    assert publishing.is_running
    playlist = heir.wait_for_playlist(f"{PATH}/index.m3u8")
    assert "avc1" in playlist and "mp4a" in playlist, "what a decoder must know came along"
    heir.stop()


@configured_with(DRAINING)
def test_nobody_to_wait_for_is_no_reason_to_wait(server, media, processes):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    server.process.send(signal.SIGTERM)
    server.process.succeed(within=10)


def _is_free(address: str) -> bool:
    host, port = address.rsplit(":", 1)
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) != 0
