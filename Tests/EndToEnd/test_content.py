"""Every publisher with every player: what arrives is what was sent, in order, without a gap, sound and picture in step."""

import functools

import pytest

from harness import media as sources
from harness import packets, publishers
from harness.players import EVERY_PLAYER, Viewing
from harness.waiting import eventually

BROADCASTS = {
    "ffmpeg-5": ("plain", publishers.ffmpeg_5),
    "ffmpeg-9": ("plain", publishers.ffmpeg_9),
    "gstreamer": ("plain", publishers.gstreamer),
    "swiftwater-publish": ("plain", publishers.swiftwater),
    "ffmpeg-5-b-frames": ("b-frames", publishers.ffmpeg_5),
}
GOP_SECONDS = sources.GOP_FRAMES / sources.FRAME_RATE
# How many seconds of the source may be over when a player joins: it starts while the second of eight runs, and twenty start
# at a time.
LATEST_START_SECONDS = 4


class Broadcast:
    """A source published once from beginning to end, with every player watching."""

    def __init__(self, name, server, media, processes):
        kind, publisher = BROADCASTS[name]
        path = f"live/{name}"
        self.file = media.file(kind)
        publishing = processes.start(publisher(self.file, server.rtmp(path)), f"publish-{name}")
        server.wait_until_live(path)
        self.viewings = {
            player.name: Viewing(player, server, path, processes) for player in EVERY_PLAYER if not player.is_segmented
        }
        for playlist in [f"{path}/index.m3u8", f"{path}/index.m3u8?ts=1"]:
            server.wait_for_playlist(playlist)
        self.viewings |= {
            player.name: Viewing(player, server, path, processes) for player in EVERY_PLAYER if player.is_segmented
        }
        publishing.succeed(within=sources.SECONDS + 10)
        self.ended_by_themselves = self._wait_for_players()

    def _wait_for_players(self) -> set[str]:
        def ended() -> set[str]:
            return {name for name, viewing in self.viewings.items() if not viewing.process.is_running}

        try:
            return eventually("all players end", lambda: ended() if len(ended()) == len(self.viewings) else None, within=30)
        except AssertionError:
            return ended()

    @functools.cache
    def source(self, form: str) -> list[packets.Packet]:
        return packets.of_file(self.file, form)


@pytest.fixture(scope="module", params=BROADCASTS)
def broadcast(request, shared_server, media, module_processes) -> Broadcast:
    return Broadcast(request.param, shared_server, media, module_processes)


@pytest.mark.parametrize("player", EVERY_PLAYER, ids=lambda player: player.name)
def test_arrives_as_sent(broadcast, player):
    viewing = broadcast.viewings[player.name]
    assert player.name in broadcast.ended_by_themselves, "the player did not notice the end of the stream"
    comparison = packets.Comparison(broadcast.source(player.form), viewing.received())
    comparison.assert_in_step(player.invented_times)
    comparison.assert_complete_to_end(player.lost_at_end)
    for kind, rate in [("video", sources.FRAME_RATE), ("audio", 44100 / 1024)]:
        assert comparison.first[kind] <= LATEST_START_SECONDS * rate, f"{kind} joined at packet {comparison.first[kind]}"


def test_the_newest_ffmpeg_is_new_enough():
    assert publishers.version(publishers.FFMPEG_5) == 5
    assert publishers.version(publishers.FFMPEG_9) >= 7
