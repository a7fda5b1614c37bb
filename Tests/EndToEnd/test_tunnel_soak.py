"""Every variant of RTMP with a publisher and players for a while, without a lost frame and without drift: twenty seconds here,
ten minutes by Scripts/soak-tunnels.sh."""

import os
import time

from harness import packets, players, publishers
from harness.players import Viewing
from harness.server import Server
from harness.waiting import eventually, hold_for
from test_tunnels import LOST_BY_FFMPEG_AT_END, SECURE_PORTS, configuration

SECONDS = int(os.environ.get("SOAK_SECONDS", "20"))
# The settings of an application that is to be looked at by itself, such as `hls: { enabled: off }`.
APPLICATION = os.environ.get("SOAK_APPLICATION", "hls: { segment: 1s, window: 10s }")


def _unverified(command: list, before: str) -> list:
    place = command.index(before)
    return [*command[:place], "-tls_verify", "0", *command[place:]]


def _ffmpeg_9_rtmps(file, url) -> list:
    return _unverified(publishers.ffmpeg_9(file, url), url)


def _play_rtmps(url, file) -> list:
    return _unverified(players.FFMPEG_9_RTMP.command(url, file), "-i")


# Publisher and player of each variant; FFmpeg 5 has no RTMPE, FFmpeg 9 no RTMPTS that works.
VARIANTS = {
    "rtmps": (_ffmpeg_9_rtmps, players.FFMPEG_9_RTMP._replace(command=_play_rtmps)),
    "rtmpt": (publishers.ffmpeg_9, players.FFMPEG_9_RTMP),
    "rtmpts": (publishers.ffmpeg_5, players.FFMPEG_5_RTMP),
    "rtmpe": (publishers.ffmpeg_9, players.FFMPEG_9_RTMP),
    "rtmpte": (publishers.ffmpeg_9, players.FFMPEG_9_RTMP),
}
# How much the server may grow in ten minutes once everybody is there and a live window has filled.
GROWTH_LIMIT = 8 << 20
# How long that takes.
SETTLING = 60


def test_no_frame_is_lost(media, processes, authority):
    server = Server(processes, configuration(authority, f"apps: {{ live: {{ {APPLICATION} }} }}\n"), SECURE_PORTS)
    file = media.file("small", SECONDS)
    publishing, viewings = {}, {}
    for variant, (publisher, player) in VARIANTS.items():
        path = f"live/{variant}"
        publishing[variant] = processes.start(publisher(file, server.address(variant, path)), f"publish-{variant}")
        server.wait_until_live(path)
        there = players.through(player, variant)
        viewings[variant] = [Viewing(there, server, path, processes), Viewing(players.FFMPEG_5_RTMP, server, path, processes)]
    everybody = [*publishing.values(), *(viewing.process for both in viewings.values() for viewing in both)]

    begun, memory = time.monotonic(), []

    def all_run() -> bool:
        if time.monotonic() - begun >= 10 * len(memory):
            memory.append(server.resident_bytes)
        return all(process.is_running for process in everybody)

    hold_for(max(1, SECONDS - 20), "publishers and players run", all_run)
    print("resident MiB each 10 s:", *[f"{bytes_ / (1 << 20):.1f}" for bytes_ in memory])
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
    settled = memory[SETTLING // 10 :]
    assert not settled or settled[-1] - settled[0] < GROWTH_LIMIT
    server.stop()
