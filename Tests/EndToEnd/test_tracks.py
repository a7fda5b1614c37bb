"""Streams with one track only and with codecs other than H.264 and AAC reach every player that can take them."""

import pytest

from harness import packets, players, publishers
from harness.players import Viewing

SECONDS = 5

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


@pytest.mark.parametrize("kind", CASES)
def test_every_player_gets_it(kind, shared_server, media, processes):
    file, path, watching = media.file(kind, SECONDS), f"live/{kind}", CASES[kind]
    publishing = processes.start(publishers.ffmpeg_5(file, shared_server.rtmp(path)), "publish")
    shared_server.wait_until_live(path)
    viewings = [Viewing(player, shared_server, path, processes) for player in watching if not player.is_segmented]
    for player in watching:
        if player.is_segmented:
            shared_server.wait_for_playlist(player.address(shared_server, path).removeprefix(shared_server.http("")))
            viewings.append(Viewing(player, shared_server, path, processes))
    publishing.succeed(within=SECONDS + 10)
    for viewing in viewings:
        viewing.process.wait(within=10)
        comparison = packets.Comparison(expected(file, kind, viewing.player.form), viewing.received())
        comparison.assert_in_step()
        comparison.assert_complete_to_end(viewing.player.lost_at_end)
