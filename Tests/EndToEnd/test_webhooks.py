"""Webhooks and admission hooks against a real back end, with FFmpeg as encoder and player."""

import inspect
import json
import pathlib
import re
import signal
import urllib.error
import urllib.request

import pytest

from harness import hooks, publishers
from harness.hooks import Answer, BackEnd, Message
from harness.http_client import request
from harness.ports import free_port
from harness.server import ROOT, Server
from harness.waiting import eventually, hold_for

SECRET = "a-secret-of-the-operator"


@pytest.fixture
def back_end():
    running = BackEnd()
    yield running
    running.stop()


def server_with(processes, configuration: str) -> Server:
    return Server(processes, configuration + "\napps: { live: { hls: { segment: 1s } } }\n")


def webhook(url: str, **parts: str) -> str:
    parts = {"secret": SECRET, "name": "back", **parts}
    return f"{{ url: \"{url}\", {', '.join(f'{name}: {value}' for name, value in parts.items())} }}"


def publish(processes, media, server: Server, name: str, program=publishers.FFMPEG_9, seconds: int | None = None):
    command = [program, "-v", "info", "-re", *(["-stream_loop", "-1"] if seconds is None else [])]
    command += ["-i", media.file("plain"), *(["-t", str(seconds)] if seconds else []), "-c", "copy", "-f", "flv"]
    return processes.start([*command, server.rtmp(f"live/{name}")], name="encoder")


def play(processes, server: Server, url: str):
    return processes.start([publishers.FFMPEG_9, "-v", "info", "-i", url, "-c", "copy", "-f", "null", "-"], name="player")


def test_the_life_of_sessions(processes, media, back_end):
    """Every event, in order, signed, with one id for each session; and nothing of the URL's query."""
    server = server_with(processes, f"webhooks: [{webhook(back_end.url('/in?key=hush'))}]")
    encoder = publish(processes, media, server, "show?user=private")
    server.wait_until_live("live/show")
    player = play(processes, server, server.rtmp("live/show"))
    back_end.wait_for("connect", "publish", "play")
    eventually("the player plays", lambda: "frame=" in player.output)
    player.stop(signal.SIGINT)
    back_end.wait_for("play.end")
    encoder.stop(signal.SIGINT)
    eventually("both have left", lambda: len([e for e in back_end.events if e["event"] == "disconnect"]) == 2)
    sessions: dict[str, list[str]] = {}
    for event in back_end.events:
        if event.get("client", {}).get("transport") == "rtmp":
            sessions.setdefault(event["session"], []).append(event["event"])
    assert sorted(sessions.values()) == [
        ["connect", "play", "play.end", "disconnect"],
        ["connect", "publish", "publish.end", "disconnect"],
    ]
    end = next(event for event in back_end.events if event["event"] == "publish.end")
    assert end["stream"] == "live/show" and end["carried"]["bytesReceived"] > 10_000 and end["carried"]["seconds"] > 0.5
    assert end["client"]["address"] == "127.0.0.1" and "Lavf" in end["client"]["agent"]
    session = re.search(r"connection.id=(\S+).*role=publisher", server.log)
    assert session and session[1] in sessions, "the id is that of the log"
    for message in back_end.messages:
        assert message.path == "/in?key=hush" and hooks.genuine(SECRET, message)
        assert b"private" not in message.body and b"hush" not in message.body
    assert "hush" not in server.log and SECRET not in server.log
    assert request(server, "/api/v1/webhooks").text.count("hush") == 0

    def state() -> dict:
        (told,) = json.loads(request(server, "/api/v1/webhooks").body)["webhooks"]
        return told

    # What has come here is delivered only when the answer is back there.
    eventually("all are delivered", lambda: (told := state())["queued"] == 0 and told["delivered"] >= 8)
    assert state()["signed"] and state()["url"].endswith("/in?…")
    deliveries = lambda: server.metric("swiftwater_webhook_deliveries_total", 'webhook="back"')  # noqa: E731
    eventually("the metric says the same", lambda: deliveries() == state()["delivered"])
    server.stop()


def test_players_over_http_and_findings(processes, media, back_end):
    server = server_with(processes, f"webhooks: [{webhook(back_end.url())}]")
    encoder = publish(processes, media, server, "show")
    server.wait_for_playlist("live/show/index.m3u8")
    player = play(processes, server, server.http("live/show.flv"))
    hls = play(processes, server, server.http("live/show/index.m3u8"))
    transports = {"http-flv", "hls"}
    eventually("both are told", lambda: transports <= {e["client"]["transport"] for e in back_end.events if e["event"] == "play"}, 20)
    player.stop(signal.SIGINT)
    hls.stop(signal.SIGINT)
    encoder.send(signal.SIGSTOP)
    raised = next(e for e in back_end.wait_for("finding.raised", within=20) if e["event"] == "finding.raised")
    assert raised["stream"] == "live/show" and raised["finding"]["remedy"]
    encoder.send(signal.SIGCONT)
    eventually("both have ended", lambda: len([e for e in back_end.events if e["event"] == "play.end"]) >= 2, 20)
    encoder.stop(signal.SIGINT)
    server.stop()


def test_an_outage_of_the_back_end(processes, media):
    """What happens while the back end is down arrives when it is up, in order, and one that is up does not wait."""
    port = free_port()
    up = BackEnd()
    server = server_with(
        processes,
        f"webhook-queue: {{ longest-pause: 1s }}\n"
        f"webhooks: [{webhook(f'http://127.0.0.1:{port}/')}, {webhook(up.url(), name='up')}]",
    )
    publish(processes, media, server, "show", seconds=1).wait(20)
    up.wait_for("publish", "publish.end", "hook.failed")
    failure = next(event for event in up.events if event["event"] == "hook.failed")["hook"]
    assert failure["name"] == "back" and failure["duty"] == "delivery" and failure["reason"]
    down = BackEnd(port=port)
    events = [event["event"] for event in down.wait_for("disconnect", "hook.failed") if "session" in event]
    assert events == ["connect", "publish", "publish.end", "disconnect"]
    assert all(hooks.genuine(SECRET, message) for message in down.messages)
    server.stop()
    down.stop()
    up.stop()


def test_kill_and_restart(processes, media):
    """What waited when the server was killed arrives after its restart, each at least once and in order."""
    port = free_port()
    # Of these there are four, whatever the stream's health gives to tell.
    kinds = "[connect, publish, publish.end, disconnect]"
    hook = webhook(f"http://127.0.0.1:{port}/", events=kinds)
    configuration = f"webhooks: [{hook}]\nwebhook-queue: {{ longest-pause: 1s }}"
    server = server_with(processes, configuration)
    publish(processes, media, server, "show", seconds=1).wait(20)
    eventually("all are queued", lambda: json.loads(request(server, "/api/v1/webhooks").body)["webhooks"][0]["queued"] == 4)
    server.process.stop(signal.SIGKILL)
    back_end = BackEnd(port=port)
    again = server_with(processes, configuration)
    events = [event["event"] for event in back_end.wait_for("disconnect")]
    assert events == ["connect", "publish", "publish.end", "disconnect"]
    eventually("the queue is empty", lambda: json.loads(request(again, "/api/v1/webhooks").body)["webhooks"][0]["queued"] == 0)
    again.stop()
    back_end.stop()


def test_admission_of_publishers(processes, media, back_end):
    """Deny with a reason that FFmpeg shows, rename, and allow; the same session id as in the notices."""

    def decide(message: Message) -> Answer:
        if message.path == "/told":
            return Answer()
        name = message.json["stream"]
        if name == "live/bad":
            return Answer(body=b'{"allow": false, "reason": "no contract, no stream"}')
        return Answer(body=b'{"allow": true, "name": "public"}' if name == "live/alias" else b"")

    back_end.decide = decide
    server = server_with(
        processes,
        f"admission: {{ publish: \"{back_end.url('/ask')}\", secret: {SECRET} }}\nwebhooks: [{webhook(back_end.url('/told'))}]",
    )
    refused = publish(processes, media, server, "bad", publishers.FFMPEG_5)
    assert refused.wait(15) != 0
    assert "no contract, no stream" in refused.output
    encoder = publish(processes, media, server, "alias?pass=private")
    server.wait_until_live("live/public")
    assert not server.is_live("live/alias")
    other = publish(processes, media, server, "plain")
    server.wait_until_live("live/plain")
    asked = [m.json for m in back_end.messages if m.path == "/ask"]
    assert [event["stream"] for event in asked] == ["live/bad", "live/alias", "live/plain"]
    assert all(event["event"] == "admission.publish" and "query" not in event for event in asked)
    assert all(hooks.genuine(SECRET, message) for message in back_end.messages)
    eventually("both are told", lambda: len([e for e in back_end.events if e["event"] == "publish"]) == 2)
    told = {e["session"]: e["stream"] for e in back_end.events if e["event"] == "publish"}
    assert told == {asked[1]["session"]: "live/public", asked[2]["session"]: "live/plain"}
    assert server.metric("swiftwater_admission_answers_total", 'outcome="deny"') == 1
    encoder.stop(signal.SIGINT)
    other.stop(signal.SIGINT)
    assert b"private" not in b"".join(m.body for m in back_end.messages) and "private" not in server.log
    server.stop()


@pytest.mark.parametrize("choice", ["open", "closed"])
def test_a_hook_that_does_not_answer(processes, media, back_end, choice):
    back_end.decide = lambda message: Answer(after=60)
    server = server_with(
        processes, f'admission: {{ publish: "{back_end.url()}", time-limit: 500ms, on-failure: {choice} }}'
    )
    encoder = publish(processes, media, server, "show")
    if choice == "open":
        server.wait_until_live("live/show")
        encoder.stop(signal.SIGINT)
    else:
        assert encoder.wait(15) != 0
        assert not server.is_live("live/show")
    assert "admission hook does not answer" in server.log
    server.stop()


def test_admission_of_players(processes, media, back_end):
    """Over HTTP a refusal is a 403 with the reason; a viewer of HLS is asked about once; over RTMP the status says why."""
    seen: list[dict] = []

    def decide(message: Message) -> Answer:
        seen.append(message.json)
        if message.json.get("query", {}).get("ticket") == "right":
            return Answer(204)
        return Answer(403, b'{"reason": "no ticket"}')

    back_end.decide = decide
    server = server_with(processes, f'admission: {{ play: "{back_end.url()}", send-query: on }}')
    encoder = publish(processes, media, server, "show")
    eventually("the playlist is there", lambda: request(server, "/live/show/index.m3u8?ticket=right").status == 200, 20)
    for path in ["/live/show/index.m3u8", "/live/show.flv", "/live/show/manifest.mpd"]:
        answer = request(server, f"{path}?ticket=wrong")
        assert (answer.status, answer.text.strip()) == (403, "no ticket")
    assert request(server, "/live/show").status == 200, "the page shows nothing by itself"
    seen.clear()
    answer = request(server, "/live/show/index.m3u8?ticket=right")
    (media_playlist,) = {line for line in answer.text.splitlines() if line and not line.startswith("#")}
    assert "viewer=" in media_playlist
    for _ in range(5):
        playlist = request(server, f"/live/show/{media_playlist}")
        assert playlist.status == 200
        segment = [line for line in playlist.text.splitlines() if line and not line.startswith("#")][-1]
        folder = media_playlist.split("?")[0].rsplit("/", 1)[0]
        assert request(server, f"/live/show/{folder}/{segment}").status == 200
    assert len(seen) == 1
    player = play(processes, server, server.rtmp("live/show?ticket=wrong"))
    assert player.wait(15) != 0
    assert "no ticket" in player.output
    allowed = play(processes, server, server.rtmp("live/show?ticket=right"))
    eventually("it plays", lambda: "frame=" in allowed.output)
    allowed.stop(signal.SIGINT)
    encoder.stop(signal.SIGINT)
    server.stop()


def test_nginx_rtmp_back_end(processes, media, back_end):
    """A back end as the nginx-rtmp world has them: fields of a form, 3xx renames, 4xx denies."""
    secrets = {"private-key": "public-name"}

    def decide(message: Message) -> Answer:
        if message.form["call"] != "publish":
            return Answer()
        name = secrets.get(message.form["name"])
        return Answer(302, headers={"Location": name}) if name and message.form["pass"] == "word" else Answer(404)

    back_end.decide = decide
    server = server_with(
        processes,
        f"admission: {{ publish: \"{back_end.url('/on_publish')}\", format: nginx-rtmp }}\n"
        f"webhooks: [{{ url: \"{back_end.url('/done')}\", format: nginx-rtmp, events: [publish.end, play, play.end] }}]",
    )
    assert publish(processes, media, server, "private-key?pass=wrong").wait(15) != 0
    encoder = publish(processes, media, server, "private-key?pass=word&extra=a%20b")
    server.wait_until_live("live/public-name")
    form = [m for m in back_end.messages if m.path == "/on_publish"][-1].form
    assert list(form)[:9] == ["app", "flashver", "swfurl", "tcurl", "pageurl", "addr", "clientid", "call", "name"]
    assert (form["app"], form["addr"], form["type"]) == ("live", "127.0.0.1", "live")
    assert form["pass"] == "word" and form["extra"] == "a b" and form["tcurl"].startswith("rtmp://127.0.0.1:")
    encoder.stop(signal.SIGINT)
    ended = eventually(
        "the end is told", lambda: next((m.form for m in back_end.messages if m.form["call"] == "publish_done"), None))
    assert ended["clientid"] == form["clientid"] and ended["name"] == "private-key" and "pass" not in ended
    server.stop()


def test_whether_sessions_may_go_on(processes, media, back_end):
    """nginx-rtmp's `on_update`: again and again, and whoever is refused has to go; no answer makes nobody go."""
    answers = {"update_publish": Answer(), "update_play": Answer()}
    back_end.decide = lambda message: answers[message.form["call"]]
    server = server_with(
        processes,
        f"admission: {{ update: \"{back_end.url('/on_update')}\", update-interval: 1s, time-limit: 500ms, format: nginx-rtmp }}",
    )
    encoder = publish(processes, media, server, "show?pass=word")
    server.wait_until_live("live/show")
    player = play(processes, server, server.rtmp("live/show?ticket=7"))
    calls = lambda name: [m.form for m in list(back_end.messages) if m.form["call"] == name]
    eventually("both are asked about", lambda: len(calls("update_publish")) > 2 and len(calls("update_play")) > 2, 20)
    for name, secret in [("update_publish", ("pass", "word")), ("update_play", ("ticket", "7"))]:
        form = calls(name)[-1]
        assert list(form)[5:] == ["addr", "clientid", "call", "time", "timestamp", "name", secret[0]]
        assert form["app"] == "live" and form["name"] == "show" and form[secret[0]] == secret[1]
        earlier = calls(name)[0]
        assert int(form["time"]) > int(earlier["time"]) > 0 and int(form["timestamp"]) > int(earlier["timestamp"]) > 0
    answers["update_play"] = answers["update_publish"] = Answer(after=60)
    eventually("the failure is told", lambda: "admission hook does not answer" in server.log, 20)
    assert player.is_running and encoder.is_running
    answers["update_play"] = Answer(404)
    answers["update_publish"] = Answer()
    assert player.wait(20) is not None and encoder.is_running
    answers["update_publish"] = Answer(302, headers={"Location": "other"})
    assert encoder.wait(20) != 0
    assert "ended by the admission hook" in server.log and "pass=word" not in server.log
    server.stop()


def test_srs_back_end(processes, media, back_end):
    """A back end as the SRS world has them: JSON with `action`, and 200 with code 0."""

    def decide(message: Message) -> Answer:
        body = message.json
        assert {"action", "client_id", "ip", "vhost", "app", "server_id"} <= body.keys()
        if body["action"] == "on_publish" and body["param"] != "?secret=right":
            return Answer(body=b'{"code": 1, "msg": "wrong secret"}')
        return Answer(body=b'{"code": 0, "data": null}')

    back_end.decide = decide
    server = server_with(
        processes,
        f'admission: {{ publish: "{back_end.url()}", format: srs }}\n'
        f"webhooks: [{{ url: \"{back_end.url('/told')}\", format: srs, events: [publish.end] }}]",
    )
    refused = publish(processes, media, server, "show?secret=wrong", publishers.FFMPEG_5)
    assert refused.wait(15) != 0 and "wrong secret" in refused.output
    encoder = publish(processes, media, server, "show?secret=right")
    server.wait_until_live("live/show")
    asked = back_end.messages[-1].json
    assert (asked["action"], asked["app"], asked["stream"], asked["ip"]) == ("on_publish", "live", "show", "127.0.0.1")
    encoder.stop(signal.SIGINT)
    told = eventually("the end is told", lambda: [m.json for m in back_end.messages if m.path == "/told"])
    assert told[0]["action"] == "on_unpublish" and told[0]["client_id"] == asked["client_id"] and "right" not in str(told)
    server.stop()


def test_testing_and_showing(processes, back_end):
    """The API tries a webhook at once; neither it nor `config show` gives a secret away."""
    server = server_with(processes, f"webhooks: [{webhook(back_end.url('/x?k=hush'))}]")
    answer = request(server, "/api/v1/webhooks/back/test", "POST")
    assert answer.status == 200 and json.loads(answer.body)["delivered"]
    assert back_end.messages[0].json["event"] == "test" and hooks.genuine(SECRET, back_end.messages[0])
    back_end.decide = lambda message: Answer(307, headers={"Location": "http://127.0.0.1:1/"})
    trial = json.loads(request(server, "/api/v1/webhooks/back/test", "POST").body)
    assert not trial["delivered"] and "307" in trial["problem"]
    assert request(server, "/api/v1/webhooks/none/test", "POST").status == 404
    shown = processes.start([*server.process.command[:1], "config", "show", "--config", server.configuration_file], name="show")
    shown.succeed(10)
    assert "name: back" in shown.output and SECRET not in shown.output and "hush" not in shown.output
    server.stop()


def test_the_documentation_s_example():
    """The page has the very function that these tests verify signatures with."""
    page = (ROOT / "Documentation/webhooks.md").read_text()
    assert inspect.getsource(hooks.is_genuine) in page
