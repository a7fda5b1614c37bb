"""Programs that play a live stream into a file, and how to read from that file what they got."""

import pathlib
from typing import Callable, NamedTuple

from . import packets
from .processes import Process, Processes
from .publishers import FFMPEG_5, FFMPEG_9, PYTHON, SPEAKING_TLS_1_2
from .server import Server

NOBODY = 65534


class Player(NamedTuple):
    name: str
    # The address to play a path (such as `live/show`) from.
    address: Callable[[Server, str], str]
    # The command that plays an address into a file.
    command: Callable[[str, pathlib.Path], list]
    # What the file is: "checksums", or a media file of "length-prefixed" or "stream" form.
    records: str
    # How the payloads compare with the source, see `packets.checksum_options`.
    form: str = "length-prefixed"
    # VLC refuses to run as root.
    user: int | None = None
    # Packets of a track that the player itself may leave behind when the stream ends.
    lost_at_end: int = 0
    # Packets of the sound that the player itself may spoil when the stream ends; they are not looked at.
    spoiled_at_end: int = 0
    # Packets of a track for which the player itself makes up times when it begins.
    invented_times: int = 0
    # Segments have to exist before a playlist does.
    is_segmented: bool = False
    # Seconds between two looks at a manifest: so long it may write nothing while there is more for it.
    looks_every: float = 1
    # It fetches the last segment again when that turns out longer than was expected.
    repeats_last_segment: bool = False


class Viewing:
    """One player at work."""

    def __init__(self, player: Player, server: Server, path: str, processes: Processes):
        self.player = player
        folder = processes.folder / f"{player.name}-{path.replace('/', '-')}"
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)
        self.file = folder / "received"
        command = player.command(player.address(server, path), self.file)
        self.process: Process = processes.start(
            command, player.name, user=player.user, environment={"HOME": str(folder)} if player.user else None
        )

    def received(self) -> list[packets.Packet]:
        assert self.file.exists(), f"{self.player.name} recorded nothing:\n{self.process.output[-2000:]}"
        if self.player.records == "checksums":
            return packets.read(self.file)
        received = packets.of_file(self.file, self.player.records)
        if self.player.records == "stream":
            received = packets.before_zero(received)
        for _ in range(self.player.spoiled_at_end):
            received.remove([packet for packet in received if packet.kind == "audio"][-1])
        return received


def _ffmpeg(program: str, *input_options: str, form: str = "length-prefixed"):
    def command(url: str, file: pathlib.Path) -> list:
        return [program, "-v", "error", *input_options, "-i", url, *packets.checksum_options(form), file]

    return command


def _gstreamer(url: str, file: pathlib.Path) -> list:
    return ["gst-launch-1.0", *f"-q rtmp2src location={url}{_any_certificate(url)} ! filesink location={file}".split()]


def _gstreamer_hls(url: str, file: pathlib.Path) -> list:
    video = "demux. ! queue ! qtdemux ! h264parse ! mux."
    audio = "demux. ! queue ! qtdemux ! aacparse ! mux."
    output = f"flvmux name=mux streamable=true ! filesink location={file}"
    return ["gst-launch-1.0", *f"-q souphttpsrc location={url} ! hlsdemux name=demux {video} {audio} {output}".split()]


def _any_certificate(url: str) -> str:
    return " tls-validation-flags=0" if url.startswith("rtmps:") else ""


def _rtmpdump(url: str, file: pathlib.Path) -> list:
    return [*SPEAKING_TLS_1_2, "rtmpdump", "--quiet", "--live", "--rtmp", url, "--flv", file]


def _vlc(url: str, file: pathlib.Path) -> list:
    return ["cvlc", "--quiet", "-I", "dummy", url, "--sout", f"#std{{access=file,mux=ts,dst={file}}}", "vlc://quit"]


def _websocket(url: str, file: pathlib.Path) -> list:
    return [PYTHON, pathlib.Path(__file__).with_name("websocket_viewer.py"), url, file]


def _rtmp(server: Server, path: str) -> str:
    return server.rtmp(path)


def _flv(server: Server, path: str) -> str:
    return server.http(f"{path}.flv")


def _websocket_flv(server: Server, path: str) -> str:
    return server.http(f"{path}.flv").replace("http://", "ws://")


def _mp4(server: Server, path: str) -> str:
    return server.http(f"{path}.mp4")


def _ts(server: Server, path: str) -> str:
    return server.http(f"{path}.ts")


def _websocket_mp4(server: Server, path: str) -> str:
    return server.http(f"{path}.mp4").replace("http://", "ws://")


def _hls(server: Server, path: str) -> str:
    return server.http(f"{path}/index.m3u8")


def _hls_ts(server: Server, path: str) -> str:
    return server.http(f"{path}/index.m3u8?ts=1")


FROM_FIRST_SEGMENT = ("-live_start_index", "0")

FFMPEG_5_RTMP = Player("ffmpeg-5-rtmp", _rtmp, _ffmpeg(FFMPEG_5), "checksums")
FFMPEG_9_RTMP = Player("ffmpeg-9-rtmp", _rtmp, _ffmpeg(FFMPEG_9), "checksums")
FFMPEG_5_FLV = Player("ffmpeg-5-http-flv", _flv, _ffmpeg(FFMPEG_5), "checksums")
FFMPEG_9_FLV = Player("ffmpeg-9-http-flv", _flv, _ffmpeg(FFMPEG_9), "checksums")
WEBSOCKET_FLV = Player("ws-flv", _websocket_flv, _websocket, "length-prefixed")
FFMPEG_5_MP4 = Player("ffmpeg-5-http-mp4", _mp4, _ffmpeg(FFMPEG_5), "checksums")
FFMPEG_9_MP4 = Player("ffmpeg-9-http-mp4", _mp4, _ffmpeg(FFMPEG_9), "checksums")
FFMPEG_5_TS = Player("ffmpeg-5-http-ts", _ts, _ffmpeg(FFMPEG_5, form="stream"), "checksums", "source as stream")
FFMPEG_9_TS = Player("ffmpeg-9-http-ts", _ts, _ffmpeg(FFMPEG_9, form="stream"), "checksums", "source as stream")
WEBSOCKET_MP4 = Player("ws-mp4", _websocket_mp4, _websocket, "length-prefixed")
FFMPEG_5_HLS = Player("ffmpeg-5-hls-fmp4", _hls, _ffmpeg(FFMPEG_5, *FROM_FIRST_SEGMENT), "checksums", is_segmented=True)
FFMPEG_9_HLS = Player("ffmpeg-9-hls-fmp4", _hls, _ffmpeg(FFMPEG_9, *FROM_FIRST_SEGMENT), "checksums", is_segmented=True)
FFMPEG_5_HLS_TS = Player(
    *("ffmpeg-5-hls-ts", _hls_ts, _ffmpeg(FFMPEG_5, *FROM_FIRST_SEGMENT, form="stream"), "checksums", "source as stream"),
    is_segmented=True,
)
# MP3 has no ADTS header to take away.
FFMPEG_5_HLS_TS_MP3 = FFMPEG_5_HLS_TS._replace(
    name="ffmpeg-5-hls-ts-mp3", command=_ffmpeg(FFMPEG_5, *FROM_FIRST_SEGMENT, form="stream of MP3")
)
# rtmp2src ends at once when it reads that the stream ended, sometimes before it handed on the packet before.
GSTREAMER_RTMP = Player("gstreamer-rtmp2src", _rtmp, _gstreamer, "length-prefixed", lost_at_end=1)
RTMPDUMP = Player("rtmpdump", _rtmp, _rtmpdump, "length-prefixed")
# VLC drops its buffers when the stream ends, and guesses decode times until it has seen a picture out of order. Where it
# does not drop the last frame of sound, it hands that on without having seen where it ends.
VLC_RTMP = Player(
    *("vlc-rtmp", _rtmp, _vlc, "stream", "source as stream"), user=NOBODY, lost_at_end=15, spoiled_at_end=1, invented_times=3
)
# Where it is short of time, it leaves the last segment too, if that is told together with the end: a second of sound.
VLC_HLS = VLC_RTMP._replace(name="vlc-hls-fmp4", address=_hls, is_segmented=True, lost_at_end=15 + 47)
VLC_HLS_TS = VLC_HLS._replace(name="vlc-hls-ts", address=_hls_ts)
GSTREAMER_HLS = Player("gstreamer-hls", _hls, _gstreamer_hls, "length-prefixed", is_segmented=True)


def through(player: Player, variant: str) -> Player:
    """An RTMP player that comes by another variant of RTMP."""
    return player._replace(
        name=player.name.replace("rtmpdump", "rtmpdump-rtmp").replace("-rtmp", f"-{variant}"),
        address=lambda server, path: server.address(variant, path),
    )



VLC_TS = VLC_RTMP._replace(name="vlc-http-ts", address=_ts)


def _dash(server: Server, path: str) -> str:
    return server.http(f"{path}/manifest.mpd")


def _gstreamer_dash(url: str, file: pathlib.Path) -> list:
    video = "demux.video_00 ! queue ! qtdemux ! h264parse ! mux."
    audio = "demux.audio_00 ! queue ! qtdemux ! aacparse ! mux."
    output = f"flvmux name=mux streamable=true ! filesink location={file}"
    return ["gst-launch-1.0", *f"-q souphttpsrc location={url} ! dashdemux name=demux {video} {audio} {output}".split()]


# It does not notice the end of a presentation, and keeps the last packet for itself.
FFMPEG_5_DASH = Player("ffmpeg-5-dash", _dash, _ffmpeg(FFMPEG_5), "checksums", is_segmented=True, lost_at_end=1)
FFMPEG_9_DASH = Player("ffmpeg-9-dash", _dash, _ffmpeg(FFMPEG_9), "checksums", is_segmented=True)
# Nor does it, and the muxer waits for more.
GSTREAMER_DASH = Player(
    *("gstreamer-dashdemux", _dash, _gstreamer_dash, "length-prefixed"), is_segmented=True, lost_at_end=10,
    repeats_last_segment=True,
)
# It stays a second or two behind what it has, drops that when it is stopped, and does not notice the end either.
VLC_DASH = Player(
    *("vlc-dash", _dash, _vlc, "stream", "source as stream"), user=NOBODY, lost_at_end=60, invented_times=3,
    is_segmented=True, looks_every=5,
)

# They do not all notice the end of a presentation, and so are no part of `EVERY_PLAYER`.
DASH_PLAYERS = [FFMPEG_5_DASH, FFMPEG_9_DASH, GSTREAMER_DASH, VLC_DASH]

EVERY_PLAYER = [
    *[FFMPEG_5_RTMP, FFMPEG_9_RTMP, FFMPEG_5_FLV, FFMPEG_9_FLV, WEBSOCKET_FLV],
    *[FFMPEG_5_MP4, FFMPEG_9_MP4, WEBSOCKET_MP4, FFMPEG_5_TS, FFMPEG_9_TS, VLC_TS],
    *[FFMPEG_5_HLS, FFMPEG_9_HLS, FFMPEG_5_HLS_TS, GSTREAMER_HLS, VLC_HLS, VLC_HLS_TS],
    *[GSTREAMER_RTMP, RTMPDUMP, VLC_RTMP],
]
