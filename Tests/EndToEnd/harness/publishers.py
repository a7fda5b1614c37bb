"""Programs that publish a file in real time, each as the command for a file and an RTMP address."""

import pathlib
import subprocess
import sys
from typing import Callable

import imageio_ffmpeg

from .server import BINARY

FFMPEG_5 = "ffmpeg"
FFMPEG_9 = imageio_ffmpeg.get_ffmpeg_exe()

Publisher = Callable[[pathlib.Path, str], list]


def ffmpeg_5(file: pathlib.Path, url: str) -> list:
    return [FFMPEG_5, "-v", "error", "-re", "-i", file, "-c", "copy", "-f", "flv", url]


def ffmpeg_9(file: pathlib.Path, url: str) -> list:
    return [FFMPEG_9, "-v", "error", "-re", "-i", file, "-c", "copy", "-f", "flv", url]


def ffmpeg_endless(file: pathlib.Path, url: str) -> list:
    """Repeats the file, with times going on, until it is stopped."""
    return [FFMPEG_5, "-v", "error", "-re", "-stream_loop", "-1", "-i", file, "-c", "copy", "-f", "flv", url]


def gstreamer(file: pathlib.Path, url: str) -> list:
    video = "source.video ! queue ! clocksync ! mux.video"
    audio = "source.audio ! queue ! clocksync ! mux.audio"
    output = f"flvmux name=mux streamable=true ! rtmp2sink location={url}"
    return ["gst-launch-1.0", *f"filesrc location={file} ! flvdemux name=source {video} {audio} {output}".split()]


def swiftwater(file: pathlib.Path, url: str) -> list:
    return [BINARY, "publish", file, url]


def version(ffmpeg: str) -> int:
    """The major version of an FFmpeg program."""
    line = subprocess.run([ffmpeg, "-version"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[2]
    return int(line.lstrip("n").split(".")[0])


PYTHON = sys.executable
