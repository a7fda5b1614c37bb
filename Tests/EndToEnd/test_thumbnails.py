"""Pictures of live streams, decoded by FFmpeg: what they show, how often they are made, and what becomes of the children."""

import os
import pathlib
import struct
import subprocess

import pytest

from harness import publishers
from harness.http_client import request
from harness.server import Server, configured_with
from harness.waiting import eventually

PATH = "live/show"
CODECS = {
    "h264": (publishers.FFMPEG_5, ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0"]),
    "sorenson": (publishers.FFMPEG_5, ["-c:v", "flv"]),
    "hevc": (publishers.FFMPEG_9, ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p"]),
    "av1": (publishers.FFMPEG_9, ["-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "lookahead=0", "-pix_fmt", "yuv420p"]),
    "vp9": (publishers.FFMPEG_9, ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv420p"]),
}


def publish_colour(server, processes, source: str, codec: str = "h264", path: str = PATH):
    program, options = CODECS[codec]
    command = [program, "-v", "error", "-re", "-f", "lavfi", "-i", source, *options, "-g", "25", "-f", "flv", server.rtmp(path)]
    publishing = processes.start(command, "publish")
    server.wait_until_live(path)
    return publishing


def picture(server, query: str = "", path: str = PATH):
    return request(server, f"{path}.jpg{query}")


def first_picture(server, path: str = PATH):
    answer = eventually("there is a picture", lambda: (got := picture(server, path=path)).status == 200 and got)
    assert answer.headers["Content-Type"] == "image/jpeg"
    return answer


def decoded(jpeg: bytes) -> tuple[int, int, tuple[int, int, int]]:
    """Width, height and the average colour of a picture, by another decoder's eyes."""
    probe = ["ffprobe", "-v", "error", "-f", "jpeg_pipe", "-i", "-", "-show_entries", "stream=width,height", "-of", "csv=p=0"]
    width, height = subprocess.run(probe, input=jpeg, stdout=subprocess.PIPE, check=True).stdout.decode().strip().split(",")[:2]
    average = ["ffmpeg", "-v", "error", "-f", "jpeg_pipe", "-i", "-", "-vf", "scale=1:1:flags=area,format=rgb24", "-f", "rawvideo", "-"]
    colour = subprocess.run(average, input=jpeg, stdout=subprocess.PIPE, check=True).stdout
    return int(width), int(height), struct.unpack("BBB", colour[:3])


def assert_colour(jpeg: bytes, expected: tuple[int, int, int]) -> None:
    colour = decoded(jpeg)[2]
    assert all(abs(one - other) < 40 for one, other in zip(colour, expected)), f"{colour} is not {expected}"


@pytest.mark.parametrize("codec", CODECS)
def test_the_picture_shows_what_is_on_air(codec, shared_server, processes):
    path = f"live/colour-{codec}"
    publish_colour(shared_server, processes, "color=0xC02010:size=640x360:rate=25", codec, path)
    answer = first_picture(shared_server, path)
    assert decoded(answer.body)[:2] == (640, 360)
    assert_colour(answer.body, (0xC0, 0x20, 0x10))


@configured_with("thumbnails: { interval: 1s }")
def test_the_picture_changes_with_the_stream(server, processes):
    red = publish_colour(server, processes, "color=red:size=640x360:rate=25")
    first = first_picture(server)
    assert_colour(first.body, (255, 0, 0))
    red.stop()
    server.wait_until_offline(PATH, within=20)
    publish_colour(server, processes, "color=blue:size=640x360:rate=25")

    def is_blue() -> bool:
        answer = picture(server)
        return answer.status == 200 and decoded(answer.body)[2][2] > 200

    eventually("the picture is blue", is_blue)


def test_manners(shared_server, processes):
    path = "live/manners"
    publish_colour(shared_server, processes, "testsrc2=size=1280x720:rate=25", path=path)
    answer = first_picture(shared_server, path)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=2"
    known = request(shared_server, f"{path}.jpg", headers={"If-None-Match": answer.headers["ETag"]})
    assert known.status == 304 or known.headers["ETag"] != answer.headers["ETag"]
    head = request(shared_server, f"{path}.jpg", "HEAD")
    assert head.status == 200 and head.headers["Content-Type"] == "image/jpeg" and not head.body
    for query, size in {"": (640, 360), "?width=320": (320, 180), "?width=100": (160, 90), "?width=5000": (1280, 720), "?width=x": (640, 360)}.items():
        assert decoded(picture(shared_server, query, path).body)[:2] == size
    assert request(shared_server, "live/nobody.jpg").status == 404


def fake(folder: pathlib.Path, body: str) -> pathlib.Path:
    """A program in FFmpeg's place that notes its process's number each time it runs."""
    program = folder / "fake-ffmpeg"
    program.write_text(f"#!/bin/sh\necho $$ >> {folder}/runs\n{body}\n")
    program.chmod(0o755)
    return program


BAD = {"hangs": "sleep 600", "garbage": "echo no picture", "gigantic": "cat /dev/zero", "fails": "exit 1", "stays": "exec >&-; sleep 600"}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_program_harms_nobody(name, processes, tmp_path):
    program = fake(tmp_path, BAD[name])
    server = Server(processes, f"thumbnails: {{ ffmpeg: {program}, interval: 1s }}")
    publish_colour(server, processes, "color=red:size=320x180:rate=25")
    memory = server.resident_bytes
    eventually("it is tried", lambda: "could be made" in picture(server).text)
    for _ in range(2):
        answer = picture(server)
        assert answer.status == 503 and answer.headers["Retry-After"]
    numbers = [int(line) for line in (tmp_path / "runs").read_text().split()]
    assert len(numbers) >= 1
    assert not [number for number in numbers if pathlib.Path(f"/proc/{number}").exists()], "a child remains"
    children = pathlib.Path(f"/proc/{server.process.id}/task/{server.process.id}/children").read_text().split()
    assert children == []
    assert "no picture of a stream" in server.log
    assert server.resident_bytes - memory < 48 << 20
    assert server.is_live(PATH)
    server.stop()


@configured_with("thumbnails: { ffmpeg: /nowhere/ffmpeg }")
def test_without_ffmpeg_there_is_a_clear_word(server, processes):
    publish_colour(server, processes, "color=red:size=320x180:rate=25")
    for _ in range(3):
        answer = picture(server)
        assert answer.status == 404 and "FFmpeg" in answer.text
    assert server.log.count("pictures of streams cannot be made") == 1
    assert server.is_live(PATH)


def test_nothing_of_the_servers_is_inherited(processes, tmp_path):
    program = fake(tmp_path, f"ls -l /proc/$$/fd > {tmp_path}/descriptors; exit 1")
    server = Server(processes, f"thumbnails: {{ ffmpeg: {program} }}")
    publish_colour(server, processes, "color=red:size=320x180:rate=25")
    eventually("it is tried", lambda: "could be made" in picture(server).text)
    listing = (tmp_path / "descriptors").read_text()
    assert "socket" not in listing and "memfd" in listing
    server.stop()
    assert os.path.exists(program)
