"""OBS's multitrack video handshake, asked as OBS asks, and several renditions published as the answer says."""

import json

from harness import publishers
from harness.http_client import request
from harness.server import BRIEF_SEGMENTS, configured_with
from harness.waiting import eventually

PATH = "api/obs/GetClientConfiguration"
KEY = "a-key-of-the-studio"
ON = f"""
auth:
  publish: key
  keys:
    - {{ key: {KEY}, stream: live/show }}
apps:
  live:
    hls: {{ segment: 1s }}
    obs-multitrack:
      enabled: on
      ladder:
        - {{ height: 360, bitrate: 800kbps }}
        - {{ height: 180, bitrate: 300kbps, frame-rate: 15 }}
        - {{ height: 90, bitrate: 100kbps, frame-rate: 15 }}
  elsewhere:
    obs-multitrack: {{ enabled: on, server: "rtmps://ingest.example.com:1936/x", encoder: x264, keyframe-interval: 1s }}
"""

SYSTEM = {"version": "10.0", "name": "Windows", "build": 22631, "release": "23H2", "revision": "1", "bits": 64, "arm": False, "armEmulation": False}
ADAPTER = {"model": "A card", "vendor_id": 0x10DE, "device_id": 1, "dedicated_video_memory": 1 << 33, "shared_system_memory": 1 << 33, "driver_version": None}
CANVAS = {"width": 640, "height": 360, "canvas_width": 1280, "canvas_height": 720, "framerate": {"numerator": 30, "denominator": 1}}


def question(version: str = "32.1.2", **preferences) -> dict:
    """What OBS posts, in the form of its version."""
    is_older = version.startswith(("30", "31.0"))
    capabilities = {
        "cpu": {"physical_cores": 8, "logical_cores": 16, "speed": 3600, "name": "A processor"},
        "memory": {"total": 1 << 35, "free": 1 << 34},
        "gaming_features": None,
        "system": SYSTEM | ({"revision": 1} if is_older else {}),
        "gpu": [ADAPTER],
    }
    audio = {"audio_samples_per_sec": 48000, "audio_channels": 2, "audio_max_buffering_ms": 960, "audio_fixed_buffering": False}
    picture = CANVAS if is_older else {"canvases": [CANVAS]} | audio
    limits = {"maximum_aggregate_bitrate": None, "maximum_video_tracks": None, "vod_track_audio": False, "composition_gpu_index": 0}
    return {
        "service": "IVS",
        "schema_version": "2024-06-04" if is_older else "2025-01-25",
        "authentication": KEY,
        "client": {"name": "obs-studio", "version": version, "supported_codecs": ["h264", "h265", "av1"]},
        "capabilities": capabilities,
        "preferences": picture | limits | preferences,
    }


def ask(server, asked, application: str | None = "live", host: str | None = None):
    headers = {"Content-Type": "application/json", "User-Agent": "obs-basic 32.1.2"} | ({"Host": host} if host else {})
    body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
    answer = request(server, PATH + (f"?app={application}" if application else ""), "POST", headers, body)
    assert answer.headers["Cache-Control"] == "no-store" and "Access-Control-Allow-Origin" not in answer.headers
    return answer.status, json.loads(answer.text) if answer.headers["Content-Type"] == "application/json" else answer.text


@configured_with(ON)
def test_obs_gets_the_ladder_in_every_version_of_the_question(server):
    for version, encoder in [("30.2.3", "jim_nvenc"), ("31.0.0", "obs_nvenc_h264_tex"), ("32.2.2", "obs_nvenc_h264_tex")]:
        asked = question(version)
        status, answer = ask(server, asked)
        assert status == 200 and answer["status"] == {"result": "success"}
        assert answer["meta"]["schema_version"] == asked["schema_version"] and answer["meta"]["config_id"]
        (endpoint,) = answer["ingest_endpoints"]
        assert endpoint == {"protocol": "RTMP", "url_template": server.rtmp("live/{stream_key}")}
        tracks = answer["encoder_configurations"]
        assert [(track["width"], track["height"]) for track in tracks] == [(640, 360), (320, 180), (160, 90)]
        assert [track["framerate"]["denominator"] for track in tracks] == [1, 2, 2]
        assert {track["type"] for track in tracks} == {encoder}
        assert [track["settings"]["bitrate"] for track in tracks] == [800, 300, 100]
        assert {track["settings"]["keyint_sec"] for track in tracks} == {2}
        assert [track["canvas_index"] for track in tracks] == [0, 0, 0]
        assert [audio["channels"] for audio in answer["audio_configurations"]["live"]] == [2]
    assert KEY not in server.log and "multitrack video configured" in server.log


@configured_with(ON)
def test_the_users_limits_hold(server):
    for limits, heights in [
        ({"maximum_video_tracks": 2}, [360, 90]),
        ({"maximum_aggregate_bitrate": 1100}, [360, 90]),
        ({"maximum_aggregate_bitrate": 600}, [180, 90]),
    ]:
        _, answer = ask(server, question(**limits))
        assert [track["height"] for track in answer["encoder_configurations"]] == heights
    _, answer = ask(server, question(vod_track_audio=True))
    assert [audio["track_id"] for audio in answer["audio_configurations"]["vod"]] == [2]


@configured_with(ON)
def test_the_operators_choices_hold(server):
    asked = question()
    asked["preferences"]["canvases"] = [CANVAS | {"width": 1920, "height": 1080}]
    _, answer = ask(server, asked | {"authentication": f"show?key={KEY}"}, "elsewhere")
    assert answer["status"]["result"] == "error", "the key is for another application"
    _, answer = ask(server, asked, "elsewhere")
    assert answer["ingest_endpoints"] == [{"protocol": "RTMPS", "url_template": "rtmps://ingest.example.com:1936/x/{stream_key}"}]
    assert {(track["type"], track["settings"]["keyint_sec"]) for track in answer["encoder_configurations"]} == {("obs_x264", 1)}
    assert [track["height"] for track in answer["encoder_configurations"]] == [1080, 720, 480, 360], "the default ladder"


@configured_with(ON)
def test_a_refusal_is_a_sentence_that_obs_shows(server):
    cases = [
        (question() | {"authentication": "another-key"}, "live", "stream key"),
        (question() | {"authentication": ""}, "live", "refused"),
        (question(), "other", "switched off"),
        (question(), "..%2F", "name"),
        (question(maximum_aggregate_bitrate=200), "live", "260 kbps"),
        (question(canvases=[CANVAS | {"width": 0}]), "live", "canvas"),
        (question(canvases=[CANVAS | {"framerate": {"numerator": 0, "denominator": 0}}]), "live", "frames"),
    ]
    for asked, application, word in cases:
        status, answer = ask(server, asked, application)
        assert status == 200 and answer["status"]["result"] == "error"
        assert word in answer["status"]["html_en_us"] and answer["encoder_configurations"] == []
    assert "another-key" not in server.log


@configured_with(ON)
def test_what_is_no_question_does_no_harm(server):
    for body in [b"", b"{}", b"\x00\xff", b"[" * 60_000, b'{"a":' * 10_000]:
        status, answer = ask(server, body)
        assert status == 400 and answer["status"]["result"] == "error"
    assert ask(server, b" " * (64 << 10) + b"{}")[0] == 413
    assert request(server, PATH, "PUT").status == 405
    status, answer = ask(server, question(), host='evil"/{stream_key}')
    assert status in {200, 400} and "evil" not in json.dumps(answer)
    assert ask(server, question())[0] == 200


def test_it_is_off_until_the_operator_wants_it(server):
    _, answer = ask(server, question(), None)
    assert answer["status"]["result"] == "error" and "enabled: on" in answer["status"]["html_en_us"]


@configured_with(ON)
def test_an_answer_can_be_had_for_the_config_override(server):
    answer = request(server, f"{PATH}?app=live&width=320&height=180&fps=30&encoder=qsv")
    pasted = json.loads(answer.text)
    assert answer.status == 200 and answer.text.count("\n") > 10, "it is for people to read"
    assert [(track["type"], track["height"]) for track in pasted["encoder_configurations"]] == [("obs_qsv11_v2", 180), ("obs_qsv11_v2", 90)]


@configured_with(BRIEF_SEGMENTS.rstrip() + "\n    obs-multitrack: { enabled: on, ladder: [{ height: 180, bitrate: 200kbps }, { height: 90, bitrate: 60kbps }] }\n")
def test_the_answered_ladder_can_be_published(server, processes):
    """FFmpeg 9 in OBS's place: the answer's tracks, encoded from one picture, as E-RTMP multitrack."""
    asked = question("32.1.2")
    asked["authentication"] = "show?x=1"
    _, answer = ask(server, asked)
    assert len(answer["encoder_configurations"]) == 2
    publisher = processes.start(publishers.as_obs_multitrack(answer, "show?x=1"), "publish")
    server.wait_until_live("live/show")
    before = server.metric("swiftwater_received_frames_total")
    eventually("it goes on", lambda: server.metric("swiftwater_received_frames_total") > before + 250)
    assert publisher.is_running
