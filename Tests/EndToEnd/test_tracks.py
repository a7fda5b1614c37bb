"""Streams with one track only and with codecs other than H.264 and AAC reach every player that can take them."""

import pathlib
from typing import NamedTuple

import pytest

from harness import packets, players, publishers
from harness.players import Viewing
from harness.processes import Process

# All are published at the same time, and this is long enough for every player to come.
SECONDS = 10

EVERYWHERE = [players.FFMPEG_5_RTMP, players.FFMPEG_5_FLV, players.FFMPEG_5_HLS, players.FFMPEG_5_HLS_TS]
CARRIED_THROUGH = [players.FFMPEG_5_RTMP, players.FFMPEG_5_FLV]

CASES = {
    "video-only": EVERYWHERE,
    "audio-only": EVERYWHERE,
    "mp3": [*EVERYWHERE[:-1], players.FFMPEG_5_HLS_TS_MP3],
    "sorenson-adpcm": CARRIED_THROUGH,
    "sorenson-nellymoser": CARRIED_THROUGH,
    "sorenson-speex": CARRIED_THROUGH,
}


def expected(file, kind: str, form: str) -> list[packets.Packet]:
    if kind == "audio-only" and form == "source as stream":
        form = "length-prefixed"  # no picture to convert
    return packets.of_file(file, form)


class Broadcast(NamedTuple):
    file: pathlib.Path
    publishing: Process
    viewings: list[Viewing]


@pytest.fixture(scope="module")
def broadcasts(shared_server, media, module_processes) -> dict[str, Broadcast]:
    """Each kind, published once from beginning to end, all side by side, with every player watching."""
    files = {kind: media.file(kind, SECONDS) for kind in CASES}
    started = {}
    for kind, file in files.items():
        path = f"live/{kind}"
        publishing = module_processes.start(publishers.ffmpeg_5(file, shared_server.rtmp(path)), f"publish-{kind}")
        shared_server.wait_until_live(path)
        watching = [player for player in CASES[kind] if not player.is_segmented]
        viewings = [Viewing(player, shared_server, path, module_processes) for player in watching]
        started[kind] = Broadcast(file, publishing, viewings)
    for kind, broadcast in started.items():
        path = f"live/{kind}"
        for player in CASES[kind]:
            if player.is_segmented:
                shared_server.wait_for_playlist(player.address(shared_server, path).removeprefix(shared_server.http("")))
                broadcast.viewings.append(Viewing(player, shared_server, path, module_processes))
    return started


@pytest.mark.parametrize("kind", CASES)
def test_every_player_gets_it(kind, broadcasts):
    file, publishing, viewings = broadcasts[kind]
    publishing.succeed(within=SECONDS + 10)
    for viewing in viewings:
        viewing.process.wait(within=20)
        comparison = packets.Comparison(expected(file, kind, viewing.player.form), viewing.received())
        comparison.assert_in_step()
        comparison.assert_complete_to_end(viewing.player.lost_at_end)
