"""Live streams with keys of their own, set up over the API and published by encoders; and that nothing of it is lost."""

import concurrent.futures
import json
import sqlite3
import time

import pytest

from harness import api, publishers
from harness.http_client import request
from harness.server import BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually

JSON = {"Content-Type": "application/json"}


def send(server, method: str, path: str, body=None, token: str | None = None, status: int = 200) -> dict:
    headers = JSON | ({"Authorization": f"Bearer {token}"} if token else {})
    answer = api.call(server, path, method, headers, None if body is None else json.dumps(body).encode())
    assert answer.status == status, answer.text
    return json.loads(answer.body) if answer.body else {}


@configured_with("auth: { publish: key }\n" + BRIEF_SEGMENTS)
def test_from_a_name_to_a_picture(server, processes, media):
    stream = send(server, "POST", "/live-streams", {"name": "My Live Event", "record": True}, status=201)
    assert stream["rtmpUrl"] == server.rtmp("live") and stream["stream"] == "live/my-live-event" and stream["record"]
    key = stream["streamKey"]
    encoder = processes.start(publishers.ffmpeg_endless(media.file("plain"), f"{stream['rtmpUrl']}/{key}"), "encoder")
    server.wait_until_live("live/my-live-event")
    playlist = server.wait_for_playlist("live/my-live-event/index.m3u8")
    assert stream["playback"]["hls"] == server.http("live/my-live-event/index.m3u8")

    # A new key, and the old one ended: the encoder on the air stays there, and only the new one may come back.
    second = send(server, "POST", f"/live-streams/{stream['id']}/keys", {"endOthersAfterSeconds": 0}, status=201)
    shown = send(server, "GET", f"/live-streams/{stream['id']}")
    assert shown["live"]
    time.sleep(0.5)
    assert encoder.is_running and server.is_live("live/my-live-event")
    encoder.stop()
    old = processes.start(publishers.ffmpeg_9(media.file("plain"), f"{stream['rtmpUrl']}/{key}"), "old")
    assert old.wait(15) != 0
    assert "the stream key has expired" in server.log
    processes.start(publishers.ffmpeg_endless(media.file("plain"), f"{stream['rtmpUrl']}/my-live-event?key={second['streamKey']}"), "new")
    eventually("the new one is on the air", lambda: send(server, "GET", f"/live-streams/{stream['id']}")["live"])

    # Nobody finds the secrets anywhere.
    assert request(server, f"/live/{key}").status == 404
    seen = [playlist, server.log, request(server, "/metrics").text, request(server, "/live/my-live-event").text]
    seen += [json.dumps(send(server, "GET", path)) for path in ("/live-streams", f"/live-streams/{stream['id']}/keys", "/streams", "/sessions")]
    for text in seen:
        assert key not in text and second["streamKey"] not in text and "swk_" not in text
    for file in (processes.folder / "swiftwater-data").rglob("*"):
        if file.is_dir():
            continue
        assert key.encode() not in file.read_bytes() and second["streamKey"].encode() not in file.read_bytes()


@configured_with("auth: { publish: key }\n" + BRIEF_SEGMENTS)
def test_what_is_deleted_ends_who_publishes_by_it(server, processes, media):
    """A key that is deleted, or a live stream; another key of it, or one that ends, cuts nobody."""
    stream = send(server, "POST", "/live-streams", {"name": "Show"}, status=201)
    keys = f"/live-streams/{stream['id']}/keys"
    second = send(server, "POST", keys, {"label": "second", "endOthersAfterSeconds": 0}, status=201)
    third = send(server, "POST", keys, {"label": "third"}, status=201)

    def publish(key: str):
        encoder = processes.start(publishers.ffmpeg_endless(media.file("plain"), f"{stream['rtmpUrl']}/{key}"), "encoder")
        eventually("it is on the air", lambda: send(server, "GET", f"/live-streams/{stream['id']}")["live"])
        return encoder

    encoder = publish(second["streamKey"])
    send(server, "DELETE", f"{keys}/{third['id']}", status=204)
    time.sleep(0.5)
    assert encoder.is_running
    send(server, "DELETE", f"{keys}/{second['id']}", status=204)
    assert encoder.wait(10) != 0
    fourth = send(server, "POST", keys, status=201)
    server.wait_until_offline("live/show", within=20)
    encoder = publish(fourth["streamKey"])
    send(server, "DELETE", f"/live-streams/{stream['id']}", status=204)
    assert encoder.wait(10) != 0


@configured_with("auth: { publish: key }\napps: { live: { auth: { challenge: adobe } } }\n")
def test_a_login_by_the_user_of_a_key(server, processes, media):
    stream = send(server, "POST", "/live-streams", {"name": "Show", "user": "ann"}, status=201)
    url = f"rtmp://ann:{stream['streamKey']}@127.0.0.1:{server.rtmp_port}/live/show"
    processes.start([publishers.FFMPEG_9, "-v", "error", "-re", "-i", media.file("plain"), "-c", "copy", "-f", "flv", url], "encoder")
    server.wait_until_live("live/show")
    assert stream["streamKey"] not in server.log


@configured_with("auth: { play: token }\n" + BRIEF_SEGMENTS)
def test_a_playback_token_of_the_server(server, processes, media):
    stream = send(server, "POST", "/live-streams", {"name": "Show"}, status=201)
    processes.start(publishers.ffmpeg_endless(media.file("plain"), f"{stream['rtmpUrl']}/{stream['streamKey']}"), "encoder")
    signed = send(server, "POST", f"/live-streams/{stream['id']}/playback-tokens", {"expiresInSeconds": 60}, status=201)
    eventually("the stream is live", lambda: send(server, "GET", f"/live-streams/{stream['id']}")["live"])
    command = [publishers.FFMPEG_9, "-v", "error", "-i", signed["playback"]["hls"], "-t", "1", "-c", "copy", "-f", "null", "-"]
    processes.start(command, "player").succeed(30)
    assert request(server, "/live/show/index.m3u8").status == 403
    send(server, "POST", "/signing-keys", {"removeOthers": True}, status=201)
    assert request(server, f"/live/show/index.m3u8?token={signed['token']}").status == 403
    assert "eyJ" not in server.log


def test_who_may_administer(server):
    api.get(server, "/streams")
    made = send(server, "POST", "/tokens", {"label": "me", "role": "admin"}, status=201)
    api.problem(api.call(server, "/streams"), 401)
    assert api.call(server, "/openapi.json").status == 200, "the document is for everybody"
    assert api.call(server, "/streams", headers={"Authorization": f"Bearer {made['token']}"}).status == 200
    viewer = send(server, "POST", "/tokens", {"label": "eye", "role": "viewer"}, token=made["token"], status=201)
    send(server, "GET", "/sessions", token=viewer["token"])
    send(server, "POST", "/live-streams", {"name": "x"}, token=viewer["token"], status=403)
    assert made["token"] not in server.log and viewer["token"] not in server.log


@pytest.mark.parametrize("attempt", range(3))
def test_what_was_acknowledged_survives_a_kill(processes, attempt):
    """Kills the server amid writes; every live stream whose key was handed out is there afterwards, and whole."""
    folder = processes.folder / "kept"
    acknowledged: dict[str, str] = {}
    for life in range(3):
        server = Server(processes, BRIEF_SEGMENTS, arguments=("--data", folder))

        def write(number: int) -> None:
            try:
                stream = send(server, "POST", "/live-streams", {"name": f"Event {life} {number}"}, status=201)
            except (OSError, ValueError, AssertionError, EOFError):
                return
            except Exception:  # noqa: BLE001 — http.client has many words for a connection that broke.
                return
            acknowledged[stream["id"]] = stream["stream"]

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            writes = [pool.submit(write, number) for number in range(200)]
            eventually("some were written", lambda: len(acknowledged) >= 20 * (life + 1) + attempt, within=20)
            server.process._process.kill()
            concurrent.futures.wait(writes)
        server.process._process.wait()
        database = sqlite3.connect(folder / "catalogue.sqlite")
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = {row[0] for row in database.execute("SELECT id FROM live_stream")}
        orphans = database.execute("SELECT count(*) FROM live_stream WHERE number NOT IN (SELECT live_stream FROM stream_key)").fetchone()
        database.close()
        assert set(acknowledged) <= found and orphans == (0,)
    server = Server(processes, BRIEF_SEGMENTS, arguments=("--data", folder))
    for id, path in list(acknowledged.items())[-10:]:
        assert send(server, "GET", f"/live-streams/{id}")["stream"] == path
    server.stop()
