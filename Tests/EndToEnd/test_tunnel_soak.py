"""Each tunnel and encryption with a publisher and players for a while, without a lost frame and without drift: twenty seconds
here, ten minutes by Scripts/soak-tunnels.sh."""

import os

from harness import packets, players, publishers
from harness.players import Viewing
from harness.server import Server
from harness.waiting import eventually, hold_for
from test_tunnels import LOST_BY_FFMPEG_AT_END, WITH_RTMPE

SECONDS = int(os.environ.get("SOAK_SECONDS", "20"))
VARIANTS = ["rtmpt", "rtmpe", "rtmpte"]


def test_no_frame_is_lost(media, processes):
    server = Server(processes, WITH_RTMPE)
    file = media.file("small", SECONDS)
    publishing, viewings = {}, {}
    for variant in VARIANTS:
        path = f"live/{variant}"
        publishing[variant] = processes.start(publishers.ffmpeg_9(file, server.address(variant, path)), f"publish-{variant}")
        server.wait_until_live(path)
        player = players.through(players.FFMPEG_9_RTMP, variant)
        viewings[variant] = [Viewing(player, server, path, processes), Viewing(players.FFMPEG_5_RTMP, server, path, processes)]
    everybody = [*publishing.values(), *(viewing.process for both in viewings.values() for viewing in both)]

    memory = server.resident_bytes
    hold_for(max(1, SECONDS - 20), "publishers and players run", lambda: all(process.is_running for process in everybody))
    print(f"resident memory {memory >> 20} MiB at the start, {server.resident_bytes >> 20} MiB at the end")
    for process in publishing.values():
        process.succeed(within=60)

    sent = packets.of_file(file)
    for variant, both in viewings.items():
        for viewing in both:
            eventually("the player ends", lambda: not viewing.process.is_running, within=15)
            comparison = packets.Comparison(sent, viewing.received())
            comparison.assert_in_step()
            comparison.assert_complete_to_end(LOST_BY_FFMPEG_AT_END if variant.startswith("rtmpt") else 0)
            print(f"{variant} to {viewing.player.name}: {len(comparison.received)} packets, joined at {comparison.first}, none lost")
    server.stop()
