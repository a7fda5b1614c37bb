"""The API over what is live and who is connected, with real encoders and players."""

import http.client
import json
import subprocess
import xml.etree.ElementTree

import pytest

from harness import api, players, publishers
from harness.http_client import request
from harness.players import Viewing
from harness.publishers import FFMPEG_9
from harness.server import BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually

PATH = "live/show"
RATE = 25

_PICTURE = ["-f", "lavfi", "-i", f"testsrc2=size=320x180:rate={RATE}"]
_SOUND = ["-f", "lavfi", "-i", "anoisesrc=seed=7:amplitude=0.2:sample_rate=48000"]
_H264 = ["libx264", "-preset", "ultrafast", "-sc_threshold", "0", "-bf", "0"]


@pytest.fixture(scope="module")
def ladder(tmp_path_factory):
    """A file of two qualities and two sounds, each with a language of its own."""
    file = tmp_path_factory.mktemp("ladder") / "ladder.flv"
    command = [FFMPEG_9, "-v", "error", "-y", *_PICTURE, *_SOUND, "-f", "lavfi", "-i", "anoisesrc=seed=9:amplitude=0.2:sample_rate=48000"]
    command += ["-filter_complex", "[0:v]split[a][b];[b]scale=160:90[small]", "-map", "[a]", "-map", "[small]", "-map", "1:a", "-map", "2:a"]
    command += ["-c:v", *_H264, "-g", str(RATE), "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-t", "6", "-f", "flv", str(file)]
    subprocess.run(command, check=True)
    return file


def publish_loop(processes, server, file, path: str = PATH):
    command = [FFMPEG_9, "-v", "error", "-re", "-stream_loop", "-1", "-i", file, "-map", "0", "-c", "copy", "-f", "flv", server.rtmp(path)]
    publishing = processes.start(command, "publish")
    server.wait_until_live(path)
    return publishing


def test_every_track_is_shown_and_measured(server, processes, ladder):
    publish_loop(processes, server, ladder)
    shown = api.measured(server, PATH)
    assert (shown["application"], shown["name"], shown["state"]) == ("live", "show", "live")
    tracks = {(track["kind"], track["number"]): track for track in shown["tracks"]}
    assert sorted(tracks) == [("audio", 0), ("audio", 1), ("video", 0), ("video", 1)]
    assert {(track["width"], track["height"]) for track in tracks.values() if "width" in track} == {(320, 180), (160, 90)}
    for (kind, _), track in tracks.items():
        assert track["codecString"].startswith("avc1." if kind == "video" else "mp4a.40.2")
        assert track["bitsPerSecond"] > 1000 and track["frames"] > RATE // 2
    # A later look has a whole window.
    eventually("the rate settles", lambda: abs(api.stream(server, PATH)["tracks"][0].get("frameRate", 0) - RATE) < 2, within=20)
    keyframes = api.stream(server, PATH)["tracks"][0]["keyframes"]
    assert keyframes["meanIntervalSeconds"] == pytest.approx(1, abs=0.1)
    assert tracks["audio", 0]["loudspeakers"] == ["FL", "FR"] and tracks["audio", 0]["sampleRate"] == 48000
    listed = api.get(server, "/streams")
    assert listed["total"] == 1 and listed["streams"][0]["name"] == "show" and "next" not in listed
    assert api.get(server, "/streams?app=other")["streams"] == []
    samples = server.metrics()
    of_tracks = [name for name in samples if name.startswith("swiftwater_track_received_frames_total")]
    assert len(of_tracks) == 4 and all('stream="live/show"' in name for name in of_tracks)
    rate = lambda: server.metric("swiftwater_track_frames_per_second", 'track="video 0"')
    eventually("the rate is told too", lambda: abs(rate() - RATE) < 3, within=20)


def test_what_an_output_leaves_out_is_shown_with_the_reason(server, processes, media):
    processes.start(publishers.ffmpeg_endless(media.file("sorenson-speex"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)

    def omissions():
        tracks = api.stream(server, PATH)["tracks"]
        return [entry for track in tracks for entry in track["omittedFrom"]]

    left_out = eventually("HLS says what it leaves out", omissions, within=15)
    assert {entry["output"] for entry in left_out} == {"hls"}
    assert all("HLS has no place for this coding" in entry["reason"] for entry in left_out)


def test_publishers_and_viewers_are_listed_and_counted(server, processes, media):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    viewings = [Viewing(player, server, PATH, processes) for player in (players.FFMPEG_5_RTMP, players.FFMPEG_5_FLV)]
    eventually("both are there", lambda: len(api.sessions(server, role="player")) == 2)
    eventually("both receive", lambda: all(one["framesSent"] > 10 for one in api.sessions(server, role="player")))
    shown = api.stream(server, PATH)
    assert shown["viewers"] == {"total": 2, "byTransport": {"http-flv": 1, "rtmp": 1}}
    (publisher,) = api.sessions(server, role="publisher")
    assert publisher["id"] == shown["publisher"]["session"]
    assert publisher["state"] == "publishing" and publisher["bytesReceived"] > 10_000 and publisher["framesReceived"] > 10
    assert publisher["peer"].startswith("127.0.0.1:") and publisher["agent"]
    assert publisher["id"] in server.log, "the id is that of the log"
    assert "line" not in publisher, "the kernel is asked where somebody wants to know"
    for session in api.sessions(server, stream=PATH, role="player", include="line"):
        assert session["state"] == "playing" and session["bytesSent"] > 10_000
        assert session["line"]["segmentsSent"] > 0 and session["line"]["roundTripSeconds"] >= 0
    behind = lambda: [one["behindSeconds"] for one in api.sessions(server, stream=PATH, role="player", include="line")]  # noqa: E731
    eventually("both keep up", lambda: len(behind()) == 2 and max(behind()) < 1)
    assert eventually("metrics", lambda: server.metric("swiftwater_stream_viewers", 'stream="live/show"') == 2)
    for viewing in viewings:
        viewing.process.stop()
    eventually("they are gone", lambda: api.sessions(server, role="player") == [])
    eventually("so they are here", lambda: server.metric("swiftwater_stream_viewers") == 0)


def test_ending_a_session_says_so_to_the_client_and_in_the_log(server, processes, media):
    publishing = processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    viewing = Viewing(players.FFMPEG_5_RTMP, server, PATH, processes)
    flv = Viewing(players.FFMPEG_5_FLV, server, PATH, processes)
    eventually("they are there", lambda: len(api.sessions(server, role="player")) == 2)
    for session in api.sessions(server, role="player"):
        assert api.call(server, f"/sessions/{session['id']}", "DELETE").status == 204
        eventually("it is gone", lambda: api.call(server, f"/sessions/{session['id']}").status == 404)
        api.problem(api.call(server, f"/sessions/{session['id']}", "DELETE"), 404)
    viewing.process.wait(within=10)
    flv.process.wait(within=10)
    assert server.is_live(PATH), "the publisher goes on"
    (publisher,) = api.sessions(server, role="publisher")
    assert api.call(server, f"/sessions/{publisher['id']}", "DELETE").status == 204
    publishing.wait(within=10)
    server.wait_until_offline(PATH)
    eventually("each end is logged", lambda: server.log.count("session ended by request") == 3)
    eventually("each line of a session's end names the reason", lambda: server.log.count("ended by the operator") == 3)


def test_clients_that_can_are_asked_to_move(server, processes, media):
    moving = processes.start([publishers.BINARY, "publish", "--loop", media.file("plain"), server.rtmp(PATH)], "publish")
    server.wait_until_live(PATH)
    (before,) = api.sessions(server, role="publisher")
    assert before["canReconnect"]
    other = Server(processes)
    wish = json.dumps({"url": other.rtmp("live"), "reason": "to share the load"}).encode()
    answer = api.call(server, f"/streams/{PATH}/reconnect", "POST", {"Content-Type": "application/json"}, wish)
    assert answer.status == 202 and json.loads(answer.body) == {"asked": 1, "unable": 0}
    other.wait_until_live(PATH)
    server.wait_until_offline(PATH, within=20)
    assert moving.is_running and server.process.is_running
    other.stop()
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/old")), "old")
    server.wait_until_live("live/old")
    (old,) = api.sessions(server, stream="live/old", role="publisher")
    api.problem(api.call(server, f"/sessions/{old['id']}/reconnect", "POST"), 409)


def test_rare_keyframes_are_a_finding_everywhere(server, processes):
    command = [FFMPEG_9, "-v", "error", "-re", *_PICTURE, *_SOUND, "-c:v", *_H264, "-g", "1000", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    processes.start([*command, "-f", "flv", server.rtmp(PATH)], "publish")
    server.wait_until_live(PATH)

    def findings():
        return [one for one in api.stream(server, PATH)["health"]["findings"] if one["rule"] == "keyframes.rare"]

    (finding,) = eventually("the finding", findings, within=20)
    assert "HLS viewers will wait" in finding["text"] and finding["remedy"] == "Set the encoder's keyframe interval to 2 s."
    assert finding["track"] == "video 0" and finding["severity"] == "warning"
    eventually("the metric", lambda: server.metric("swiftwater_stream_finding", 'rule="keyframes.rare"') == 1)
    assert server.log.count("rule=keyframes.rare") == 1, "once in the log"


def test_events_tell_what_happens_and_what_was_missed(server, processes, media):
    listening = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=20)
    listening.request("GET", "/api/v1/events")
    answer = listening.getresponse()
    assert answer.headers["content-type"] == "text/event-stream"
    publishing = processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    seen = _read_until(answer, "tracks.changed")
    assert [name for _, name, _ in seen][:2] in (["session.opened", "stream.started"], ["stream.started", "session.opened"])
    assert seen[0][2]["stream"] == PATH
    listening.close()
    publishing.stop()
    server.wait_until_offline(PATH, within=20)
    last = seen[-1][0]
    listening.request("GET", "/api/v1/events", headers={"Last-Event-ID": last})
    missed = _read_until(listening.getresponse(), "stream.ended")
    assert "session.closed" in [name for _, name, _ in missed]
    listening.close()
    listening.request("GET", "/api/v1/events", headers={"Last-Event-ID": "another-1"})
    assert _read_until(listening.getresponse(), "reset")
    listening.close()


def _read_until(answer, wanted: str) -> list[tuple[str, str, dict]]:
    events, event = [], {}
    while not events or events[-1][1] != wanted:
        line = answer.fp.readline().decode().rstrip("\r\n")
        if line.startswith(("id: ", "event: ", "data: ")):
            key, value = line.split(": ", 1)
            event[key] = value
        elif not line and "event" in event:
            events.append((event["id"], event["event"], json.loads(event["data"])))
            event = {}
    return events


def test_the_server_tells_of_itself(shared_server):
    told = api.get(shared_server, "/server")
    assert told["name"] == "Swiftwater" and told["uptimeSeconds"] > 0 and told["residentBytes"] > 1 << 20
    assert {port["name"] for port in told["ports"]} >= {"rtmp", "http"}


@configured_with(BRIEF_SEGMENTS + "\nmetrics: { streams: 1 }\n")
def test_the_names_in_metrics_are_bounded(server, processes, media):
    for name in ("first", "second", "third"):
        processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(f"live/{name}")), name)
        server.wait_until_live(f"live/{name}")
        eventually(f"{name} is counted", lambda: server.metric("swiftwater_stream_received_frames_total") > 0)
    eventually("the others are", lambda: server.metric("swiftwater_stream_received_frames_total", 'stream="(others)"') > 0)
    streams = {name for name in server.metrics() if name.startswith("swiftwater_stream_received_frames_total")}
    assert len(streams) == 2


@configured_with(BRIEF_SEGMENTS + "\napi: { nginx-rtmp: on }\n")
def test_programs_made_for_nginx_find_their_way(server, processes, media):
    publishing = processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)

    def told() -> xml.etree.ElementTree.Element | None:
        statistics = xml.etree.ElementTree.fromstring(request(server, "stat").body)
        (stream,) = statistics.findall("server/application/live/stream")
        return stream if stream.findtext("meta/audio/codec") else None

    # It is live before its tracks are known.
    stream = eventually("the stream's tracks are told", told)
    assert stream.findtext("name") == "show" and stream.find("client/publishing") is not None
    assert stream.findtext("meta/video/codec") == "H264" and stream.findtext("meta/audio/codec") == "AAC"
    assert request(server, "control/drop/publisher?app=live&name=show").text == "1"
    publishing.wait(within=10)


def test_without_being_asked_for_they_are_streams_like_any_other(shared_server):
    assert request(shared_server, "stat").status == 404
