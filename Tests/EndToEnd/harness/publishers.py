"""Programs that publish a file in real time, each as the command for a file and an RTMP address."""

import pathlib
import subprocess
import sys
from typing import Callable

import imageio_ffmpeg

from .server import BINARY

FFMPEG_5 = "ffmpeg"
FFMPEG_9 = imageio_ffmpeg.get_ffmpeg_exe()

# librtmp takes the tickets that a server of TLS 1.3 sends for an error of GnuTLS.
_GNUTLS_SETTINGS = pathlib.Path(__file__).with_name("gnutls-without-tls-1.3.cfg")
SPEAKING_TLS_1_2 = ["env", f"GNUTLS_SYSTEM_PRIORITY_FILE={_GNUTLS_SETTINGS}"]

Publisher = Callable[[pathlib.Path, str], list]


def ffmpeg_5(file: pathlib.Path, url: str) -> list:
    return [FFMPEG_5, "-v", "error", "-re", "-i", file, "-c", "copy", "-f", "flv", url]


def ffmpeg_9(file: pathlib.Path, url: str) -> list:
    return [FFMPEG_9, "-v", "error", "-re", "-i", file, "-c", "copy", "-f", "flv", url]


def ffmpeg_endless(file: pathlib.Path, url: str) -> list:
    """Repeats the file, with times going on, until it is stopped."""
    return [FFMPEG_5, "-v", "error", "-re", "-stream_loop", "-1", "-i", file, "-c", "copy", "-f", "flv", url]


def _gstreamer(file: pathlib.Path, sink: list[str]) -> list:
    # Paced behind the muxer: in front of it, the muxer would put packets into the order in which they come to it, and move
    # their times where the machine is busy.
    source = f"filesrc location={file} ! flvdemux name=source source.video ! queue ! mux.video source.audio ! queue ! mux.audio"
    return ["gst-launch-1.0", "-q", *f"{source} flvmux name=mux streamable=true ! clocksync !".split(), *sink]


def gstreamer(file: pathlib.Path, url: str) -> list:
    return _gstreamer(file, ["rtmp2sink", f"location={url}"])


def librtmp(file: pathlib.Path, url: str) -> list:
    """GStreamer's older sink, which hands whole tags to librtmp."""
    # librtmp sends what it has at once, and as a live stream, only where it is told so behind the address.
    return [*SPEAKING_TLS_1_2, *_gstreamer(file, ["rtmpsink", f"location={url} live=1"])]


def swiftwater(file: pathlib.Path, url: str) -> list:
    return [BINARY, "publish", file, url]


def as_obs_multitrack(configuration: dict, key: str) -> list:
    """What OBS does with a multitrack video configuration, done by FFmpeg 9: every track out of one moving picture."""
    tracks = configuration["encoder_configurations"]
    (audio,) = configuration["audio_configurations"]["live"]
    canvas = tracks[0]
    source = "testsrc2=size={}x{}:rate={}/{}".format(canvas["width"], canvas["height"], *_rate(canvas))
    heads = "".join(f"[in{index}]" for index in range(len(tracks)))
    graph = [f"[0:v]split={len(tracks)}{heads}"]
    command: list = [FFMPEG_9, "-v", "error", "-re", "-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "sine=440:sample_rate=48000"]
    options: list = []
    for index, track in enumerate(tracks):
        numerator, denominator = _rate(track)
        graph.append(f"[in{index}]fps={numerator}/{denominator},scale={track['width']}:{track['height']}[out{index}]")
        settings = track["settings"]
        interval = settings["keyint_sec"] * numerator // denominator
        options += ["-map", f"[out{index}]", f"-g:v:{index}", interval, f"-b:v:{index}", f"{settings['bitrate']}k"]
        options += [f"-bf:v:{index}", settings["bf"], f"-profile:v:{index}", settings["profile"]]
    command += ["-filter_complex", ";".join(graph), *options, "-map", "1:a"]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-sc_threshold", "0"]
    command += ["-c:a", "aac", "-ac", audio["channels"], "-b:a", f"{audio['settings']['bitrate']}k"]
    (endpoint,) = configuration["ingest_endpoints"]
    separator = "&" if "?" in key else "?"
    address = endpoint["url_template"].replace("{stream_key}", f"{key}{separator}clientConfigId={configuration['meta']['config_id']}")
    return [*command, "-f", "flv", address]


def _rate(track: dict) -> tuple[int, int]:
    return track["framerate"]["numerator"], track["framerate"]["denominator"]


def version(ffmpeg: str) -> int:
    """The major version of an FFmpeg program."""
    line = subprocess.run([ffmpeg, "-version"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[2]
    return int(line.lstrip("n").split(".")[0])


PYTHON = sys.executable
