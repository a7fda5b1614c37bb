"""Recordings: every packet that was published is in the file, whatever ends it, and the stream never pays for it."""

import json
import pathlib
import resource
import signal
import subprocess
import urllib.request

import pytest

from harness import api, packets, publishers
from harness.hooks import BackEnd
from harness.http_client import request
from harness.publishers import FFMPEG_9
from harness.server import Server
from harness.waiting import eventually

SECONDS = 3
# How much of the session's own media is published where one file of it is enough.
PLAIN_SECONDS = 5
RATE = 25
_PICTURE = ["-f", "lavfi", "-i", f"testsrc2=size=320x180:rate={RATE}"]
_SOUND = ["-f", "lavfi", "-i", "anoisesrc=seed=7:amplitude=0.2:sample_rate=48000"]
_H264 = ["libx264", "-preset", "ultrafast", "-sc_threshold", "0", "-bf", "2"]
VIDEO = {
    "hevc": ["libx265", "-preset", "ultrafast", "-x265-params", f"log-level=none:keyint={RATE}:min-keyint={RATE}:scenecut=0"],
    # Low delay: otherwise it shows frames again by packets that are all the same.
    "av1": ["libsvtav1", "-preset", "10", "-svtav1-params", "pred-struct=1"],
    "h264": _H264,
}
AUDIO = {"opus": "libopus", "aac": "aac"}
# AV1's temporal delimiters say nothing in a container, and are not sent on.
BITSTREAM = {"av1": ["-bsf:v", "av1_metadata=td=remove"]}


def recording(record: str, more: str = "") -> str:
    return f"apps: {{ live: {{ record: {record}, resume-within: 5s, hls: {{ segment: 1s }} }} }}\n{more}"


def source_file(folder: pathlib.Path, video: str, audio: str, seconds: int = SECONDS) -> pathlib.Path:
    """A file of both codecs with a key frame a second."""
    file = folder / f"{video}-{audio}.flv"
    command = [FFMPEG_9, "-v", "error", "-y", *_PICTURE, *_SOUND, "-c:v", *VIDEO[video], "-g", str(RATE), "-pix_fmt", "yuv420p"]
    command += ["-c:a", AUDIO[audio], "-ac", "2", "-t", str(seconds), "-f", "flv", str(file)]
    subprocess.run(command, check=True)
    return file


def packets_of(file: pathlib.Path, video: str = "h264") -> list[packets.Packet]:
    options = ["-map", "0:v?", "-map", "0:a?", "-c", "copy", "-copyinkf", "-copyts", *BITSTREAM.get(video, []), "-f", "framemd5", "-"]
    command = [FFMPEG_9, "-v", "error", "-i", str(file), *options]
    return packets.read(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def publish(processes, server: Server, file: pathlib.Path, name: str = "show", options: tuple = ()):
    command = [FFMPEG_9, "-v", "error", "-re", *options, "-i", file, "-c", "copy", "-f", "flv", server.rtmp(f"live/{name}")]
    return processes.start(command, "publish")


def publish_endless(processes, server: Server, media, name: str = "show"):
    return processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(f"live/{name}")), "publish")


def listed(server: Server, stream: str = "live/show") -> list[dict]:
    return api.get(server, f"/recordings?stream={stream}")["recordings"]


def wait_for(server: Server, state: str, count: int = 1, stream: str = "live/show") -> list[dict]:
    """The recordings of a stream once so many of them stand like that."""
    return eventually(
        f"{count} recordings of {stream} are {state}",
        lambda: (lambda found: found if len(found) >= count else None)([r for r in listed(server, stream) if r["state"] == state]),
        within=20,
    )


def folder(processes) -> pathlib.Path:
    return processes.folder / "swiftwater-data" / "recordings"


def assert_same(source: list[packets.Packet], found: list[packets.Packet]) -> None:
    """Every packet of the source is there, in order, and each is as late as every other."""
    comparison = packets.Comparison(source, found)
    comparison.assert_starts_within(0)
    comparison.assert_complete_to_end()
    comparison.assert_in_step()


@pytest.mark.parametrize("record", ["fmp4", "flv"])
@pytest.mark.parametrize("video, audio", [("h264", "aac"), ("hevc", "opus"), ("av1", "opus")])
def test_every_packet_is_in_the_file(processes, record, video, audio):
    server = Server(processes, recording(record))
    file = source_file(processes.folder, video, audio)
    publish(processes, server, file).succeed(within=SECONDS + 15)
    (entry,) = wait_for(server, "finished")
    recorded = folder(processes) / entry["file"]
    assert entry["bytes"] == recorded.stat().st_size and entry["reason"] == "stream-ended" and entry["lostFrames"] == 0
    assert abs(entry["durationSeconds"] - SECONDS) < 0.2 and entry["format"] == record
    assert_same(packets_of(file, video), packets_of(recorded, video))
    probe = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(recorded)]
    if video == "h264":
        assert abs(float(subprocess.run(probe, check=True, stdout=subprocess.PIPE, text=True).stdout) - SECONDS) < 0.3
    # Nothing of it cannot be decoded.
    decoding = subprocess.run([FFMPEG_9, "-v", "error", "-i", recorded, "-f", "null", "-"], stderr=subprocess.PIPE, text=True)
    assert decoding.returncode == 0 and decoding.stderr == ""
    server.stop()


@pytest.mark.parametrize("record", ["fmp4", "flv"])
def test_all_tracks_are_recorded(processes, record):
    server = Server(processes, recording(record))
    file = processes.folder / "tracks.flv"
    command = [FFMPEG_9, "-v", "error", "-y", *_PICTURE, *_SOUND, "-f", "lavfi", "-i", "anoisesrc=seed=9:amplitude=0.2:sample_rate=48000"]
    command += ["-filter_complex", "[0:v]split[a][b];[b]scale=160:90[small]", "-map", "[a]", "-map", "[small]", "-map", "1:a", "-map", "2:a"]
    command += ["-c:v", *_H264, "-g", str(RATE), "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-t", str(SECONDS), "-f", "flv", file]
    subprocess.run(command, check=True)
    command = [FFMPEG_9, "-v", "error", "-re", "-i", file, "-map", "0", "-c", "copy", "-f", "flv", server.rtmp("live/show")]
    processes.start(command, "publish").succeed(within=SECONDS + 15)
    (entry,) = wait_for(server, "finished")

    def of_each(path) -> list[list[str]]:
        """The checksums of each stream, the streams in an order of their own."""
        options = ["-map", "0", "-c", "copy", "-copyinkf", "-copyts", "-f", "framemd5", "-"]
        text = subprocess.run([FFMPEG_9, "-v", "error", "-i", path, *options], check=True, stdout=subprocess.PIPE, text=True).stdout
        streams: dict[str, list[str]] = {}
        for line in text.splitlines():
            if line and not line.startswith("#"):
                words = [word.strip() for word in line.split(",")]
                streams.setdefault(words[0], []).append(words[5])
        return sorted(streams.values())

    assert len(of_each(file)) == 4 and of_each(folder(processes) / entry["file"]) == of_each(file)
    server.stop()


@pytest.mark.parametrize("record", ["fmp4", "flv"])
def test_a_killed_server_leaves_a_file_that_plays_and_says_so_afterwards(processes, record):
    server = Server(processes, recording(record))
    file = source_file(processes.folder, "h264", "aac", seconds=30)
    publishing = publish(processes, server, file)
    (entry,) = wait_for(server, "recording")
    recorded = folder(processes) / entry["file"]
    eventually("some seconds are written", lambda: recorded.stat().st_size > 150_000, within=25)
    # One that is recorded can be fetched as far as it has come, and not deleted.
    assert len(request(server, entry["url"]).body) > 0
    told = api.problem(api.call(server, f"/recordings/{entry['id']}", "DELETE"), 409)
    assert "record" in told["detail"] and recorded.exists()
    server.process.stop(signal.SIGKILL)
    publishing.stop(signal.SIGKILL)
    found = packets_of(recorded)
    comparison = packets.Comparison(packets_of(file), found)
    comparison.assert_starts_within(0)
    comparison.assert_in_step()
    assert len([packet for packet in found if packet.kind == "video"]) >= 2 * RATE

    server = Server(processes, recording(record))
    (closed,) = listed(server)
    assert closed["state"] == "interrupted" and closed["bytes"] == recorded.stat().st_size and closed["id"] == entry["id"]
    assert closed["endedAt"] > closed["startedAt"] and closed["durationSeconds"] > 1 and closed["reason"]
    assert api.call(server, f"/recordings/{entry['id']}", "DELETE").status == 204
    assert not recorded.exists() and listed(server) == []
    server.stop()


def test_the_end_of_the_server_finishes_what_is_recorded(processes, media):
    server = Server(processes, recording("fmp4"))
    publish_endless(processes, server, media)
    (entry,) = wait_for(server, "recording")
    recorded = folder(processes) / entry["file"]
    eventually("something is written", lambda: recorded.stat().st_size > 50_000, within=20)
    server.stop()
    size = recorded.stat().st_size
    assert len([packet for packet in packets_of(recorded) if packet.kind == "video"]) > RATE
    server = Server(processes, recording("fmp4"))
    (closed,) = listed(server)
    assert closed["state"] == "finished" and closed["bytes"] == size and closed["id"] == entry["id"]
    server.stop()


def test_a_publisher_that_vanishes_and_returns_goes_on_in_the_same_file(processes, media):
    server = Server(processes, recording("fmp4"))
    publishing = publish_endless(processes, server, media)
    wait_for(server, "recording")
    publishing.stop(signal.SIGKILL)
    eventually("it has vanished", lambda: not api.sessions(server, role="publisher"))
    publish(processes, server, media.file("plain", PLAIN_SECONDS)).succeed(within=25)
    (entry,) = wait_for(server, "finished")
    assert len(listed(server)) == 1
    found = [packet for packet in packets_of(folder(processes) / entry["file"]) if packet.kind == "video"]
    again = [packet.checksum for packet in packets_of(media.file("plain", PLAIN_SECONDS)) if packet.kind == "video"]
    assert [packet.checksum for packet in found[-len(again) :]] == again and len(found) > len(again) + RATE
    server.stop()


def test_a_live_stream_is_recorded_where_its_application_is_not(processes, media):
    server = Server(processes, recording("off"))
    made = json.loads(
        api.call(
            server, "/live-streams", "POST", {"Content-Type": "application/json"}, b'{"name": "show", "record": true}'
        ).body
    )
    file = source_file(processes.folder, "h264", "aac")
    publish(processes, server, file).succeed(within=SECONDS + 15)
    publish(processes, server, media.file("plain"), "other").succeed(within=25)
    (entry,) = wait_for(server, "finished")
    assert entry["liveStream"] == made["id"] and entry["format"] == "fmp4"
    assert_same(packets_of(file), packets_of(folder(processes) / entry["file"]))
    assert listed(server, "live/other") == []

    # Changed while it is on the air.
    publishing = publish_endless(processes, server, media)
    wait_for(server, "recording")
    change = {"Content-Type": "application/json"}
    assert api.call(server, f"/live-streams/{made['id']}", "PATCH", change, b'{"record": false}').status == 200
    found = wait_for(server, "finished", count=2)
    assert found[0]["reason"] == "settings-changed" and publishing.is_running
    assert api.call(server, f"/live-streams/{made['id']}", "PATCH", change, b'{"record": true}').status == 200
    wait_for(server, "recording")
    # And by the configuration, which goes before.
    assert api.call(server, "/configuration", "PATCH", change, b'{"apps.live.record": "flv"}').status == 200
    wait_for(server, "finished", count=3)
    assert wait_for(server, "recording")[0]["format"] == "flv"
    server.stop()


def test_files_are_cut_where_they_are_long_enough(processes):
    server = Server(processes, recording("fmp4", "recordings: { longest: 2s }\n"))
    file = source_file(processes.folder, "h264", "aac", seconds=6)
    publish(processes, server, file).succeed(within=6 + 15)
    found = wait_for(server, "finished", count=3)
    assert [entry["reason"] for entry in reversed(found)] == ["long-enough", "long-enough", "stream-ended"]
    assert len({entry["file"] for entry in found}) == 3
    pieces = [packets_of(folder(processes) / entry["file"]) for entry in reversed(found)]
    source = packets_of(file)
    for kind in ("video", "audio"):
        joined = [packet.checksum for piece in pieces for packet in piece if packet.kind == kind]
        assert joined == [packet.checksum for packet in source if packet.kind == kind]
    server.stop()


def test_a_file_that_may_not_grow_ends_the_recording_and_nothing_else(processes, media):
    """The limit of file sizes stands for a full disk: the system refuses to write in the same way."""
    back_end = BackEnd()
    server = Server(processes, recording("fmp4", f"webhooks: [{{ url: \"{back_end.url()}\", events: [record, record.failed] }}]\n"))
    publishing = publish_endless(processes, server, media)
    (entry,) = wait_for(server, "recording")
    recorded = folder(processes) / entry["file"]
    limit = max(300_000, recorded.stat().st_size + 1_000)
    resource.prlimit(server.process.id, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    (failed,) = wait_for(server, "failed")
    assert "File too large" in failed["reason"] and failed["bytes"] == recorded.stat().st_size <= limit
    events = back_end.wait_for("record.failed")
    assert [event["event"] for event in events] == ["record", "record.failed"]
    assert "File too large" in events[1]["recording"]["reason"]
    assert "recording failed; the stream goes on without it" in server.log
    assert server.metric("swiftwater_recording_failures_total") == 1 and server.metric("swiftwater_recordings_open") == 0
    # What could be written plays to its end, and the stream is on the air.
    assert len(packets_of(recorded)) > RATE
    frames = server.metric("swiftwater_received_frames_total")
    eventually("the stream goes on", lambda: server.metric("swiftwater_received_frames_total") > frames + RATE)
    assert publishing.is_running and server.is_live("live/show")
    publishing.stop()
    server.stop()
    back_end.stop()


def test_a_folder_that_cannot_be_had_ends_the_recording_and_nothing_else(processes, media):
    blocked = processes.folder / "blocked"
    blocked.write_text("no folder")
    server = Server(processes, recording("fmp4", f"recordings: {{ folder: {blocked}/in }}\n"))
    publishing = publish_endless(processes, server, media)
    (failed,) = wait_for(server, "failed")
    assert "Not a directory" in failed["reason"] and failed["bytes"] == 0
    assert server.is_live("live/show") and publishing.is_running and blocked.read_text() == "no folder"
    server.stop()


def test_a_folder_that_is_removed_ends_the_recording_and_nothing_else(processes, media):
    server = Server(processes, recording("flv"))
    publishing = publish_endless(processes, server, media)
    (entry,) = wait_for(server, "recording")
    recorded = folder(processes) / entry["file"]
    recorded.unlink()
    (failed,) = wait_for(server, "failed")
    assert failed["reason"] == "the file was removed while it was recorded"
    assert server.is_live("live/show") and publishing.is_running
    assert api.problem(api.call(server, f"/recordings/{entry['id']}/file"), 404)
    server.stop()


def test_no_name_leads_out_of_the_folder(processes):
    server = Server(processes, recording("fmp4"))
    file = source_file(processes.folder, "h264", "aac", seconds=1)
    before = {path for path in processes.folder.rglob("*")}
    names = [".hidden", "a/../../../out", "..%2f..%2fout", "2026-11-30T08-00-00Z.mp4", "x" * 255, "a/b/c", "%00", "~root"]
    for name in names:
        publish(processes, server, file, name).wait(25)
    found = eventually(
        "those with a legal name are recorded",
        lambda: (lambda all: all if len(all) >= 5 and all_finished(all) else None)(api.get(server, "/recordings")["recordings"]),
    )
    assert {entry["stream"] for entry in found} == {f"live/{name}" for name in [".hidden", "2026-11-30T08-00-00Z.mp4", "x" * 255, "a/b/c", "~root"]}
    for entry in found:
        path = folder(processes) / entry["file"]
        assert path.resolve().is_relative_to(folder(processes).resolve()) and path.stat().st_size == entry["bytes"] > 0
        assert not any(part.startswith(".") for part in pathlib.Path(entry["file"]).parts)
    made = {path for path in processes.folder.rglob("*")} - before
    strange = [path for path in made if path.suffix in (".mp4", ".flv") and not path.is_relative_to(folder(processes))]
    assert strange == []
    server.stop()


def all_finished(entries: list[dict]) -> bool:
    return all(entry["state"] == "finished" for entry in entries)


def test_a_file_can_be_fetched_whole_and_in_parts(processes, media):
    server = Server(processes, recording("fmp4"))
    publish(processes, server, media.file("plain", PLAIN_SECONDS)).succeed(within=25)
    (entry,) = wait_for(server, "finished")
    content = (folder(processes) / entry["file"]).read_bytes()
    whole = request(server, entry["url"])
    assert whole.status == 200 and whole.body == content and whole.headers["Content-Type"] == "video/mp4"
    assert whole.headers["Accept-Ranges"] == "bytes" and int(whole.headers["Content-Length"]) == len(content)
    head = request(server, entry["url"], "HEAD")
    assert head.status == 200 and head.body == b"" and int(head.headers["Content-Length"]) == len(content)
    for field, expected in [("bytes=10-19", content[10:20]), ("bytes=-7", content[-7:]), (f"bytes={len(content) - 3}-", content[-3:])]:
        part = request(server, entry["url"], headers={"Range": field})
        assert part.status == 206 and part.body == expected and part.headers["Content-Range"].endswith(f"/{len(content)}")
    tag = whole.headers["ETag"]
    assert request(server, entry["url"], headers={"Range": "bytes=0-1", "If-Range": tag}).status == 206
    assert request(server, entry["url"], headers={"Range": "bytes=0-1", "If-Range": '"other"'}).body == content
    beyond = request(server, entry["url"], headers={"Range": f"bytes={len(content)}-"})
    assert beyond.status == 416 and beyond.headers["Content-Range"] == f"bytes */{len(content)}"
    # FFmpeg reads it over HTTP as it lies there.
    command = [FFMPEG_9, "-v", "error", "-ss", "3", "-i", server.http(entry["url"]), "-t", "1", "-f", "null", "-"]
    assert subprocess.run(command).returncode == 0
    server.stop()


def test_back_ends_are_told(processes, media):
    ours, nginx, srs = BackEnd(), BackEnd(), BackEnd()
    hooks = f"[{{ url: \"{ours.url()}\", events: [record, record.end] }}"
    hooks += f", {{ url: \"{nginx.url()}\", format: nginx-rtmp, events: [record.end] }}, {{ url: \"{srs.url()}\", format: srs, events: [record.end] }}]"
    server = Server(processes, recording("flv", f"webhooks: {hooks}\n"))
    publish(processes, server, media.file("plain", PLAIN_SECONDS)).succeed(within=25)
    begun, ended = sorted(ours.wait_for("record", "record.end"), key=lambda event: len(event["event"]))
    path = pathlib.Path(ended["recording"]["path"])
    assert path.is_absolute() and path.stat().st_size == ended["recording"]["bytes"]
    assert begun["recording"]["id"] == ended["recording"]["id"] and ended["client"]["transport"] == "rtmp"
    assert abs(ended["recording"]["seconds"] - PLAIN_SECONDS) < 0.3 and ended["recording"]["reason"] == "stream-ended"
    (form,) = [message.form for message in eventually("nginx-rtmp's form has come", lambda: nginx.messages)]
    assert form["call"] == "record_done" and form["name"] == "show" and form["app"] == "live" and form["path"] == str(path)
    (body,) = [message.json for message in eventually("the form of SRS has come", lambda: srs.messages)]
    assert body["action"] == "on_dvr" and body["file"] == str(path) and body["cwd"] == str(folder(processes))
    assert server.metric("swiftwater_recording_written_bytes_total", 'format="flv"') == path.stat().st_size
    events = request_events(server)
    assert "event: recording.started" in events and "event: recording.ended" in events
    server.stop()
    for back_end in (ours, nginx, srs):
        back_end.stop()


def request_events(server: Server) -> str:
    """The events of before, as one who comes now gets them."""
    with urllib.request.urlopen(server.http("/api/v1/events?recent=100"), timeout=10) as answer:
        text = b""
        while b"recording.ended" not in text:
            piece = answer.read1(4096)
            assert piece, text
            text += piece
        return text.decode()
