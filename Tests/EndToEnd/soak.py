"""One publisher and three kinds of viewers for a long time, without a lost frame. Run by Scripts/soak.sh only."""

import os

from harness import packets, players, publishers
from harness.players import Viewing
from harness.waiting import hold_for

SECONDS = int(os.environ.get("SOAK_SECONDS", "600"))
PATH = "live/soak"
RTMP_AND_FLV = [players.FFMPEG_5_RTMP, players.FFMPEG_5_FLV]
HLS = [players.FFMPEG_5_HLS]


def test_no_frame_is_lost(server, media, processes):
    file = media.file("plain", SECONDS)
    publisher = processes.start(publishers.ffmpeg_5(file, server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    viewings = [Viewing(player, server, PATH, processes) for player in RTMP_AND_FLV]
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    viewings += [Viewing(player, server, PATH, processes) for player in HLS]

    memory = server.resident_bytes
    hold_for(SECONDS - 20, "publisher and viewers run", lambda: publisher.is_running and all(v.process.is_running for v in viewings))
    print(f"resident memory {memory >> 20} MiB at the start, {server.resident_bytes >> 20} MiB at the end")
    publisher.succeed(within=60)

    sent = packets.of_file(file)
    for viewing in viewings:
        viewing.process.wait(within=15)
        comparison = packets.Comparison(sent, viewing.received())
        comparison.assert_in_step()
        comparison.assert_complete_to_end()
        print(f"{viewing.player.name}: {len(comparison.received)} packets, joined at {comparison.first}, none lost")
