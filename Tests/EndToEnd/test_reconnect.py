"""A server that is told to stop lets those who know how move to the one that takes its place."""

import signal
import socket
import types

from harness import publishers
from harness.http_client import Answer, request
from harness.rtmp import Closed, Peer
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


@configured_with(DRAINING)
def test_who_came_through_a_tunnel_is_asked_and_waited_for_and_no_new_one_is_let_in(server, media, processes):
    command = [publishers.BINARY, "publish", "--loop", media.file("plain"), server.address("rtmpt", PATH)]
    publishing = processes.start(command, "publish")
    server.wait_until_live(PATH)
    assert request(server, "open/1", "POST", body=b"\0").status == 200
    server.process.send(signal.SIGTERM)

    def refusal() -> Answer | None:
        answer = request(server, "open/1", "POST", body=b"\0")
        return answer if answer.status == 503 else None

    refused = eventually("no tunnel is opened any more", refusal)
    assert b"about to stop" in refused.body
    frames = server.metric("swiftwater_received_frames_total")
    eventually("the publisher goes on", lambda: server.metric("swiftwater_received_frames_total") > frames)
    assert server.process.is_running and publishing.is_running
    publishing.stop()
    # The other tunnel says nothing, and announced nothing: nobody waits for it.
    server.process.succeed(within=10)
    assert "clients asked to connect anew" in server.log and "count=1" in server.log


@configured_with("one-port: on\n" + DRAINING)
def test_the_port_for_all_takes_no_newcomers_either(server, media, processes):
    address = f"rtmp://127.0.0.1:{server.http_port}/{PATH}"
    publishing = processes.start([publishers.BINARY, "publish", "--loop", media.file("plain"), address], "publish")
    server.wait_until_live(PATH)
    with Peer(types.SimpleNamespace(rtmp_port=server.http_port)) as before:
        before.handshake()
    server.process.send(signal.SIGTERM)

    def is_refused() -> bool:
        try:
            with Peer(types.SimpleNamespace(rtmp_port=server.http_port)) as newcomer:
                newcomer.handshake()
            return False
        except Closed:
            return True

    eventually("newcomers are refused", is_refused)
    assert server.process.is_running and publishing.is_running and server.is_live(PATH)
    publishing.stop()
    server.process.succeed(within=10)
