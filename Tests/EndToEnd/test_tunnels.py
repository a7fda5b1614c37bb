"""RTMP in its other clothes, with real clients: what arrives is what was sent, whichever way each of them comes."""

import pytest

from harness import media as sources
from harness import packets, players, publishers
from harness.players import Viewing
from harness.waiting import eventually

# FFmpeg throws away what it has gathered for the next request when it closes a tunnel: ten packets, and what follows them.
LOST_BY_FFMPEG_AT_END = 14

# Publisher, its way in, and what it does not send.
BROADCASTS = {
    "ffmpeg-5-rtmpt": (publishers.ffmpeg_5, "rtmpt", LOST_BY_FFMPEG_AT_END),
    "ffmpeg-9-rtmpt": (publishers.ffmpeg_9, "rtmpt", LOST_BY_FFMPEG_AT_END),
    "ffmpeg-9-rtmp": (publishers.ffmpeg_9, "rtmp", 0),
}

PLAYERS = [
    players.FFMPEG_5_RTMP,
    *[players.through(player, "rtmpt") for player in (players.FFMPEG_5_RTMP, players.FFMPEG_9_RTMP, players.RTMPDUMP)],
]


class Broadcast:
    """A source published once from beginning to end, with every player watching."""

    def __init__(self, name, server, media, processes):
        publisher, variant, self.lost_at_end = BROADCASTS[name]
        path = f"live/{name}"
        self.source = packets.of_file(media.file("plain"))
        publishing = processes.start(publisher(media.file("plain"), server.address(variant, path)), f"publish-{name}")
        server.wait_until_live(path)
        self.viewings = {player.name: Viewing(player, server, path, processes) for player in PLAYERS}
        publishing.succeed(within=sources.SECONDS + 10)
        for viewing in self.viewings.values():
            eventually("the player ends", lambda: not viewing.process.is_running, within=15)


@pytest.fixture(scope="module", params=BROADCASTS)
def broadcast(request, shared_server, media, module_processes) -> Broadcast:
    return Broadcast(request.param, shared_server, media, module_processes)


@pytest.mark.parametrize("player", PLAYERS, ids=lambda player: player.name)
def test_arrives_as_sent(broadcast, player):
    comparison = packets.Comparison(broadcast.source, broadcast.viewings[player.name].received())
    comparison.assert_in_step(player.invented_times)
    comparison.assert_complete_to_end(max(player.lost_at_end, broadcast.lost_at_end))


def test_the_log_names_the_way(broadcast, shared_server):
    for variant in {"rtmpt", "rtmp"}:
        assert f"protocol={variant} " in shared_server.log
    assert shared_server.metric("swiftwater_received_bytes_total", 'protocol="rtmpt"') > 0
    assert shared_server.metric("swiftwater_sent_bytes_total", 'protocol="rtmpt"') > 0
