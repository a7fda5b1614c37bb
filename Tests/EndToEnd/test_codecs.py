"""Codecs and tracks of Enhanced RTMP: published by FFmpeg 9, and the same packets in whatever it can be played from."""

import json
import re
import subprocess

import pytest

from harness import packets, players, publishers
from harness.browser import chromium
from harness.players import Viewing
from harness.publishers import FFMPEG_9

SECONDS = 5
RATE = 25

_PICTURE = ["-f", "lavfi", "-i", f"testsrc2=size=320x180:rate={RATE}"]
_SOUND = ["-f", "lavfi", "-i", "anoisesrc=seed=7:amplitude=0.2:sample_rate=48000"]
_H264 = ["libx264", "-preset", "ultrafast", "-sc_threshold", "0", "-bf", "0"]

VIDEO = {
    "hevc": ["libx265", "-preset", "ultrafast", "-x265-params", f"log-level=none:keyint={RATE}:min-keyint={RATE}:scenecut=0"],
    # Low delay: otherwise it shows frames again by packets that are all the same.
    "av1": ["libsvtav1", "-preset", "10", "-svtav1-params", "pred-struct=1"],
    "vp9": ["libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"],
    "h264": _H264,
}
AUDIO = {
    "opus": ["libopus"],
    "flac": ["flac"],
    "ac3": ["ac3"],
    "eac3": ["eac3"],
    "aac": ["aac"],
}
# AV1's temporal delimiters say nothing in a container, and are not sent on.
BITSTREAM = {"av1": ["-bsf:v", "av1_metadata=td=remove"]}
FOURCCS = "hvc1,av01,vp09,avc1,Opus,fLaC,ac-3,ec-3,mp4a"


def source_file(folder, video: str, audio: str):
    """A file of both codecs with a key frame a second."""
    file = folder / f"{video}-{audio}.flv"
    command = [FFMPEG_9, "-v", "error", "-y", *_PICTURE, *_SOUND, "-c:v", *VIDEO[video], "-g", str(RATE), "-pix_fmt", "yuv420p"]
    command += ["-c:a", *AUDIO[audio], "-ac", "2", "-t", str(SECONDS), "-f", "flv", str(file)]
    subprocess.run(command, check=True)
    return file


def checksums(video: str) -> list[str]:
    options = ["-map", "0:v?", "-map", "0:a?", "-c", "copy", "-copyinkf", "-copyts", "-flush_packets", "1"]
    return [*options, *BITSTREAM.get(video, []), "-f", "framemd5"]


def packets_of(file, video: str) -> list[packets.Packet]:
    command = [FFMPEG_9, "-v", "error", "-i", str(file), *checksums(video), "-"]
    return packets.read(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def player(name: str, video: str, address, *options: str) -> players.Player:
    def command(url: str, file) -> list:
        return [FFMPEG_9, "-v", "error", *options, "-i", url, *checksums(video), file]

    return players.Player(name, address, command, "checksums", is_segmented=name == "hls")


def watching(video: str) -> list[players.Player]:
    return [
        player("rtmp", video, lambda server, path: server.rtmp(path), "-rtmp_enhanced_codecs", FOURCCS),
        player("http-flv", video, lambda server, path: server.http(f"{path}.flv")),
        player("http-mp4", video, lambda server, path: server.http(f"{path}.mp4")),
        player("hls", video, lambda server, path: server.http(f"{path}/index.m3u8"), *players.FROM_FIRST_SEGMENT),
    ]


@pytest.mark.parametrize("video, audio", [("hevc", "opus"), ("av1", "flac"), ("vp9", "ac3"), ("h264", "eac3")])
def test_every_packet_of_every_codec_arrives(video, audio, shared_server, processes):
    file, path = source_file(processes.folder, video, audio), f"live/{video}-{audio}"
    publishing = processes.start(publishers.ffmpeg_9(file, shared_server.rtmp(path)), "publish")
    shared_server.wait_until_live(path)
    viewings = [Viewing(one, shared_server, path, processes) for one in watching(video) if not one.is_segmented]
    shared_server.wait_for_playlist(f"{path}/index.m3u8")
    viewings += [Viewing(one, shared_server, path, processes) for one in watching(video) if one.is_segmented]
    publishing.succeed(within=SECONDS + 10)
    source = packets_of(file, video)
    for viewing in viewings:
        viewing.process.wait(within=10)
        comparison = packets.Comparison(source, viewing.received())
        comparison.assert_in_step()
        comparison.assert_complete_to_end()


def test_a_player_of_old_gets_what_it_knows_and_is_told_the_rest(shared_server, processes):
    file, path = source_file(processes.folder, "hevc", "aac"), "live/old"
    publishing = processes.start(publishers.ffmpeg_9(file, shared_server.rtmp(path)), "publish")
    shared_server.wait_until_live(path)
    viewing = Viewing(players.FFMPEG_5_RTMP, shared_server, path, processes)
    publishing.succeed(within=SECONDS + 10)
    viewing.process.wait(within=10)
    received = viewing.received()
    assert {packet.kind for packet in received} == {"audio"}
    sound = [packet for packet in packets_of(file, "hevc") if packet.kind == "audio"]
    packets.Comparison(sound, received).assert_complete_to_end()
    assert "tracks not sent" in shared_server.log and "video 0 (h265)" in shared_server.log


def _tracks_file(folder):
    """Two pictures of different size and two sounds of different pitch."""
    file = folder / "tracks.flv"
    command = [FFMPEG_9, "-v", "error", "-y", *_PICTURE, *_SOUND, "-f", "lavfi", "-i", "anoisesrc=seed=9:amplitude=0.2:sample_rate=48000"]
    command += ["-filter_complex", "[0:v]split[a][b];[b]scale=160:90[small]", "-map", "[a]", "-map", "[small]", "-map", "1:a", "-map", "2:a"]
    command += ["-c:v", *_H264, "-g", str(RATE), "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-t", str(SECONDS), "-f", "flv", str(file)]
    subprocess.run(command, check=True)
    return file


def _of_each_stream(checksums: str) -> dict[int, list[str]]:
    streams: dict[int, list[str]] = {}
    for line in checksums.splitlines():
        if line and not line.startswith("#"):
            words = [word.strip() for word in line.split(",")]
            streams.setdefault(int(words[0]), []).append(words[5])
    return streams


def test_several_tracks_reach_those_who_take_them(shared_server, processes):
    file, path = _tracks_file(processes.folder), "live/tracks"
    command = [FFMPEG_9, "-v", "error", "-re", "-i", file, "-map", "0", "-c", "copy", "-f", "flv", shared_server.rtmp(path)]
    publishing = processes.start(command, "publish")
    shared_server.wait_until_live(path)
    every = ["-map", "0", "-c", "copy", "-copyinkf", "-f", "framemd5"]

    def all_tracks(url: str, output) -> list:
        # Tracks other than the first are known by their first packets, which come later than FFmpeg cares to look.
        return [FFMPEG_9, "-v", "error", "-analyzeduration", "2000000", "-i", url, *every, output]

    wide = players.Player("all", lambda server, path: server.http(f"{path}.flv?tracks=all"), all_tracks, "checksums")
    narrow = players.Player("default", lambda server, path: server.http(f"{path}.flv"), all_tracks, "checksums")
    viewings = [Viewing(one, shared_server, path, processes) for one in (wide, narrow)]
    report = json.loads(
        subprocess.run(
            [publishers.BINARY, "inspect", "--json", "--seconds", "2", shared_server.rtmp(path)],
            check=True, stdout=subprocess.PIPE, text=True).stdout)
    ladder = shared_server.wait_for_playlist(f"{path}/index.m3u8")
    publishing.succeed(within=SECONDS + 10)
    for viewing in viewings:
        viewing.process.wait(within=10)
    command = [FFMPEG_9, "-v", "error", "-i", str(file), *every, "-"]
    source = _of_each_stream(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    received = _of_each_stream(viewings[0].file.read_text())
    assert len(source) == len(received) == 4
    endings = {tuple(checksums[-RATE:]) for checksums in source.values()}
    assert {tuple(checksums[-RATE:]) for checksums in received.values()} == endings
    assert len(_of_each_stream(viewings[1].file.read_text())) == 2
    assert len(report["tracks"]) == 4
    assert sorted(re.findall(r"RESOLUTION=(\d+x\d+)", ladder)) == ["160x90", "320x180"]
    assert ladder.count("#EXT-X-STREAM-INF") == 2 and ladder.count("TYPE=AUDIO") == 2


@pytest.mark.parametrize("video, audio", [("av1", "opus"), ("vp9", "flac"), ("h264", "opus")])
def test_a_browser_plays_what_is_not_h264_and_aac(video, audio, server, processes, browser):
    file = source_file(processes.folder, video, audio)
    command = [FFMPEG_9, "-v", "error", "-re", "-stream_loop", "-1", "-i", file, "-c", "copy", "-f", "flv", server.rtmp("live/show")]
    processes.start(command, "publish")
    browser.open(server.http("live/show"))
    shown = browser.wait_until_playing()
    assert (shown["width"], shown["height"]) == (320, 180) and shown["audioBytes"] > 1000


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running
