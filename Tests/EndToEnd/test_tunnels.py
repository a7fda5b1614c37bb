"""RTMP in its other clothes, with real clients: what arrives is what was sent, whichever way each of them comes."""

import re

import pytest

from harness import media as sources
from harness import packets, players, publishers
from harness.players import Viewing
from harness.server import BINARY, BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually

WITH_RTMPE = BRIEF_SEGMENTS + "rtmp: { rtmpe: on }\n"

# FFmpeg throws away what it has gathered for the next request when it closes a tunnel: ten packets, and what follows them.
LOST_BY_FFMPEG_AT_END = 14

# Publisher, its way in, and what it does not send.
BROADCASTS = {
    "ffmpeg-5-rtmpt": (publishers.ffmpeg_5, "rtmpt", LOST_BY_FFMPEG_AT_END),
    "ffmpeg-9-rtmpt": (publishers.ffmpeg_9, "rtmpt", LOST_BY_FFMPEG_AT_END),
    "ffmpeg-9-rtmpe": (publishers.ffmpeg_9, "rtmpe", 0),
    "ffmpeg-9-rtmpte": (publishers.ffmpeg_9, "rtmpte", LOST_BY_FFMPEG_AT_END),
    "swiftwater-rtmpt": (publishers.swiftwater, "rtmpt", 0),
    "swiftwater-rtmpe": (publishers.swiftwater, "rtmpe", 0),
    "swiftwater-rtmpte": (publishers.swiftwater, "rtmpte", 0),
}

# Debian's FFmpeg 5 has no RTMPE.
PLAYERS = [
    players.FFMPEG_5_RTMP,
    players.through(players.FFMPEG_5_RTMP, "rtmpt"),
    *[
        players.through(player, variant)
        for variant in ("rtmpt", "rtmpe", "rtmpte")
        for player in (players.FFMPEG_9_RTMP, players.RTMPDUMP)
    ],
]


class Broadcast:
    """A source published once from beginning to end, with every player watching."""

    def __init__(self, name, server, media, processes):
        self.variant = BROADCASTS[name][1]
        publisher, _, self.lost_at_end = BROADCASTS[name]
        path = f"live/{name}"
        self.source = packets.of_file(media.file("plain"))
        publishing = processes.start(publisher(media.file("plain"), server.address(self.variant, path)), f"publish-{name}")
        server.wait_until_live(path)
        self.viewings = {player.name: Viewing(player, server, path, processes) for player in PLAYERS}
        publishing.succeed(within=sources.SECONDS + 10)
        for viewing in self.viewings.values():
            eventually("the player ends", lambda: not viewing.process.is_running, within=15)


@pytest.fixture(scope="module")
def encrypting_server(module_processes):
    running = Server(module_processes, WITH_RTMPE)
    yield running
    running.stop()


@pytest.fixture(scope="module", params=BROADCASTS)
def broadcast(request, encrypting_server, media, module_processes) -> Broadcast:
    return Broadcast(request.param, encrypting_server, media, module_processes)


@pytest.mark.parametrize("player", PLAYERS, ids=lambda player: player.name)
def test_arrives_as_sent(broadcast, player):
    comparison = packets.Comparison(broadcast.source, broadcast.viewings[player.name].received())
    comparison.assert_in_step(player.invented_times)
    comparison.assert_complete_to_end(max(player.lost_at_end, broadcast.lost_at_end))


def test_the_log_and_metrics_name_the_way(broadcast, encrypting_server):
    for variant in {broadcast.variant, "rtmp", "rtmpt", "rtmpe", "rtmpte"}:
        assert f"protocol={variant} " in encrypting_server.log
    for name in ("swiftwater_received_bytes_total", "swiftwater_sent_bytes_total", "swiftwater_connections_opened_total"):
        assert encrypting_server.metric(name, 'protocol="rtmpt"') > 0


@pytest.mark.parametrize("variant", ["rtmpt", "rtmpe", "rtmpte"])
def test_inspect_comes_every_way(server_with_stream, processes, variant):
    inspecting = processes.start(
        [BINARY, "inspect", "--seconds", "2", server_with_stream.address(variant, "live/show")], "inspect"
    )
    inspecting.succeed(within=15)
    assert "timestamps no fault" in inspecting.output


@pytest.fixture
def server_with_stream(processes, media):
    running = Server(processes, WITH_RTMPE)
    processes.start(publishers.ffmpeg_endless(media.file("plain"), running.rtmp("live/show")), "publish")
    running.wait_until_live("live/show")
    yield running


def test_encryption_is_refused_where_it_is_off(server, processes, media):
    publishing = processes.start(publishers.ffmpeg_9(media.file("plain"), server.address("rtmpe", "live/show")), "publish")
    eventually("FFmpeg gives up", lambda: not publishing.is_running)
    eventually("the log says why", lambda: "encryptionNotOffered(version: 6)" in server.log)


# What `rtmpdump --swfhash` takes: a hash, and the size of the file.
SWF_HASH = "00112233445566778899aabbccddeeff" * 2
PROVING = ["--swfhash", SWF_HASH, "--swfsize", "4096"]


@configured_with(WITH_RTMPE.replace("rtmpe: on", f'rtmpe: on, swf-hashes: "{SWF_HASH}"'))
def test_only_known_swf_files_play(server, processes, media):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
    server.wait_until_live("live/show")
    for variant in ["rtmp", "rtmpe", "rtmpte"]:
        command = ["rtmpdump", "--quiet", "--live", "--rtmp", server.address(variant, "live/show")]
        unknown = processes.folder / f"unknown-{variant}.flv"
        processes.start([*command, "--flv", unknown], "unproved").wait(within=15)
        assert not unknown.exists() or unknown.stat().st_size == 0
        known = processes.folder / f"known-{variant}.flv"
        proved = processes.start([*command, *PROVING, "--flv", known], "proved")
        eventually("the stream arrives", lambda: known.exists() and known.stat().st_size > 50_000)
        proved.stop()
    assert "did not prove to be a known SWF file" in server.log


@configured_with("rtmpt: { http: off, listen: '127.0.0.1:0' }")
def test_a_port_of_its_own(server, processes, media):
    port = int(eventually("the server prints the port", lambda: re.search(r"rtmpt://127.0.0.1:(\d+)/", server.process.output))[1])
    url = f"rtmpt://127.0.0.1:{port}/live/show"
    processes.start(publishers.swiftwater(media.file("plain"), url), "publish").succeed(within=sources.SECONDS + 10)
    assert "protocol=rtmpt role=publisher stream.path=live/show" in server.log
