"""RTMP in its other clothes, with real clients: what arrives is what was sent, whichever way each of them comes."""

import re
import ssl
import urllib.error
import urllib.request

import pytest

from harness import packets, players, publishers
from harness.players import Viewing
from harness.server import BINARY, BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually

RTMPE = "rtmp: { rtmpe: on }\n"
WITH_RTMPE = BRIEF_SEGMENTS + RTMPE

def configuration(authority, applications: str = BRIEF_SEGMENTS) -> str:
    return f"{applications}{RTMPE}tls:\n  certificates: [{authority.issue('tunnels').configuration}]\n"


# The ports for TLS: RTMPTS comes in where HTTPS does.
SECURE_PORTS = ("--rtmps", "127.0.0.1:0", "--https", "127.0.0.1:0")


def trusting_publisher(file, url) -> list:
    return [*publishers.swiftwater(file, url), "--insecure"]


# FFmpeg throws away what it has gathered for the next request when it closes a tunnel: ten packets, and what follows them.
LOST_BY_FFMPEG_AT_END = 14
# Long enough for ten players to come, for each of ten broadcasts.
SECONDS = 5

# Publisher, its way in, and what it does not send. Two are missing: FFmpeg 9 opens RTMPTS by https and then refuses its own
# requests, which it writes as http; and librtmp, when it publishes through HTTP, never reads the answers.
BROADCASTS = {
    "ffmpeg-5-rtmpt": (publishers.ffmpeg_5, "rtmpt", LOST_BY_FFMPEG_AT_END),
    "ffmpeg-9-rtmpt": (publishers.ffmpeg_9, "rtmpt", LOST_BY_FFMPEG_AT_END),
    "ffmpeg-9-rtmpe": (publishers.ffmpeg_9, "rtmpe", 0),
    "ffmpeg-9-rtmpte": (publishers.ffmpeg_9, "rtmpte", LOST_BY_FFMPEG_AT_END),
    "ffmpeg-5-rtmpts": (publishers.ffmpeg_5, "rtmpts", LOST_BY_FFMPEG_AT_END),
    "librtmp-rtmpe": (publishers.librtmp, "rtmpe", 0),
    "swiftwater-rtmpt": (publishers.swiftwater, "rtmpt", 0),
    "swiftwater-rtmpe": (publishers.swiftwater, "rtmpe", 0),
    "swiftwater-rtmpte": (publishers.swiftwater, "rtmpte", 0),
    "swiftwater-rtmpts": (trusting_publisher, "rtmpts", 0),
}

# Debian's FFmpeg 5 has no RTMPE, FFmpeg 9 no RTMPTS that works.
PLAYERS = [
    players.FFMPEG_5_RTMP,
    players.through(players.FFMPEG_5_RTMP, "rtmpt"),
    players.through(players.FFMPEG_5_RTMP, "rtmpts"),
    *[
        players.through(player, variant)
        for variant in ("rtmpt", "rtmpe", "rtmpte")
        for player in (players.FFMPEG_9_RTMP, players.RTMPDUMP)
    ],
    players.through(players.RTMPDUMP, "rtmpts"),
]


class Broadcast:
    """A source published once from beginning to end, with every player watching."""

    def __init__(self, name, server, media, processes):
        self.variant = BROADCASTS[name][1]
        publisher, _, self.lost_at_end = BROADCASTS[name]
        path = f"live/{name}"
        file = media.file("plain", SECONDS)
        self.source = packets.of_file(file)
        publishing = processes.start(publisher(file, server.address(self.variant, path)), f"publish-{name}")
        server.wait_until_live(path)
        self.viewings = {player.name: Viewing(player, server, path, processes) for player in PLAYERS}
        publishing.succeed(within=SECONDS + 10)
        for viewing in self.viewings.values():
            eventually("the player ends", lambda: not viewing.process.is_running, within=15)


@pytest.fixture(scope="module")
def encrypting_server(module_processes, authority):
    running = Server(module_processes, configuration(authority), SECURE_PORTS)
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
    assert f"protocol={broadcast.variant} role=publisher" in encrypting_server.log
    for variant in ["rtmp", "rtmpt", "rtmpe", "rtmpte", "rtmpts"]:
        assert f"protocol={variant} " in encrypting_server.log
    for name in ("swiftwater_received_bytes_total", "swiftwater_sent_bytes_total", "swiftwater_connections_opened_total"):
        assert encrypting_server.metric(name, 'protocol="rtmpt"') > 0
        assert encrypting_server.metric(name, 'protocol="rtmpts"') > 0


@pytest.mark.parametrize("variant", ["rtmp", "rtmps", "rtmpt", "rtmpts", "rtmpe", "rtmpte"])
def test_inspect_comes_every_way(server_with_stream, processes, variant):
    inspecting = processes.start(
        [BINARY, "inspect", "--insecure", "--seconds", "2", server_with_stream.address(variant, "live/show")], "inspect"
    )
    inspecting.succeed(within=15)
    assert "timestamps no fault" in inspecting.output


@pytest.fixture(scope="module")
def server_with_stream(encrypting_server, module_processes, media):
    publishing = module_processes.start(publishers.ffmpeg_endless(media.file("plain"), encrypting_server.rtmp("live/show")), "publish")
    encrypting_server.wait_until_live("live/show")
    yield encrypting_server
    publishing.stop()


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


OWN_PORTS = "rtmpt: { http: off, listen: '127.0.0.1:0' }\nrtmpts: { listen: '127.0.0.1:0' }\n"


def own_port(server, variant: str) -> int:
    address = re.compile(rf"{variant}://127.0.0.1:(\d+)/")
    return int(eventually("the server prints the port", lambda: address.search(server.process.output))[1])


@configured_with(OWN_PORTS)
@pytest.mark.parametrize("variant, publisher", [
    ("rtmpt", publishers.ffmpeg_9), ("rtmpt", trusting_publisher), ("rtmpts", publishers.ffmpeg_5), ("rtmpts", trusting_publisher),
])  # fmt: skip
def test_a_port_of_its_own(server, processes, media, variant, publisher):
    url = f"{variant}://127.0.0.1:{own_port(server, variant)}/live/show"
    # Long enough for two players to come.
    seconds = 4
    file = media.file("plain", seconds)
    publishing = processes.start(publisher(file, url), "publish")
    server.wait_until_live("live/show")
    ways = [players.FFMPEG_5_RTMP, players.RTMPDUMP]
    viewings = [Viewing(player._replace(address=lambda *_: url), server, "live/show", processes) for player in ways]
    publishing.succeed(within=seconds + 10)
    assert f"protocol={variant} role=publisher stream.path=live/show" in server.log
    for viewing in viewings:
        eventually("the player ends", lambda: not viewing.process.is_running, within=15)
        comparison = packets.Comparison(packets.of_file(file), viewing.received())
        comparison.assert_in_step()
        comparison.assert_complete_to_end(LOST_BY_FFMPEG_AT_END)


@configured_with("one-port: on\n" + OWN_PORTS.partition("\n")[0])
def test_with_one_port_a_port_for_tunnels_takes_those_inside_tls_too(server, processes, media):
    port = own_port(server, "rtmpt")
    processes.start(publishers.ffmpeg_endless(media.file("plain"), f"rtmpts://127.0.0.1:{port}/live/show"), "publish")
    server.wait_until_live("live/show")
    assert "protocol=rtmpts role=publisher" in server.log
    for variant in ["rtmpt", "rtmpts"]:
        command = [BINARY, "inspect", "--insecure", "--seconds", "1", f"{variant}://127.0.0.1:{port}/live/show"]
        inspecting = processes.start(command, "inspect")
        inspecting.succeed(within=15)
        assert "timestamps no fault" in inspecting.output


@configured_with(OWN_PORTS)
def test_the_ports_for_tunnels_answer_nothing_else(server):
    for scheme, variant in [("http", "rtmpt"), ("https", "rtmpts")]:
        url = f"{scheme}://127.0.0.1:{own_port(server, variant)}/metrics"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(url, timeout=5, context=ssl._create_unverified_context())
    with pytest.raises(urllib.error.HTTPError, match="405|404"):
        urllib.request.urlopen(urllib.request.Request(server.http("open/1"), method="POST", data=b"\0"), timeout=5)
