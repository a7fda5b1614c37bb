"""The configuration while the server runs: reloaded and changed as a whole or not at all, and nobody dropped for it."""

import json
import signal
import socket
import sqlite3
import subprocess
import urllib.error
import urllib.request

import pytest

from harness import publishers
from harness.ports import free_port
from harness.server import BINARY, BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually


def call(server, method: str, path: str, body=None, token: str | None = None, port: int | None = None):
    """Status and members of an answer of the API."""
    address = f"http://127.0.0.1:{port or server.http_port}/api/v1/{path}"
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            text, status = answer.read(), answer.status
    except urllib.error.HTTPError as error:
        text, status = error.read(), error.code
    try:
        return status, json.loads(text) if text else {}
    except ValueError:
        return status, text.decode()


def setting(server, key: str) -> dict:
    return next(one for one in call(server, "GET", "configuration")[1]["settings"] if one["key"] == key)


@pytest.fixture
def kept(processes, tmp_path):
    """A server whose data folder is the test's, and the way to start it again."""
    started = []

    def start(*arguments, configuration=BRIEF_SEGMENTS):
        running = Server(processes, configuration, ("--data", str(tmp_path / "data"), *arguments))
        started.append(running)
        return running

    yield start
    for running in started:
        if running.process.is_running:
            running.stop()


def test_what_the_api_changes_holds_and_survives_a_restart(kept):
    server = kept()
    status, answer = call(server, "PATCH", "configuration", {"apps.live.hls.window": "20s", "log.level": "debug", "metrics.streams": 7})
    assert status == 200, answer
    assert {change["key"]: change["new"] for change in answer["changes"]} == {
        "apps.live.hls.window": "20s", "log.level": "debug", "metrics.streams": "7",
    }
    assert {change["applies"] for change in answer["changes"]} == {"now"}
    assert setting(server, "log.level")["origin"] == {"kind": "api"}
    server.stop(signal.SIGTERM)

    again = kept()
    assert setting(again, "apps.live.hls.window")["value"] == "20s"
    _, diff = call(again, "GET", "configuration/diff")
    window = next(one for one in diff["changes"] if one["key"] == "apps.live.hls.window")
    assert (window["state"], window["without"], window["by"]) == ("in-force", "60s", "local")
    status, answer = call(again, "PATCH", "configuration", {"apps.live.hls.window": None, "log.level": None, "metrics.streams": None})
    assert status == 200 and setting(again, "apps.live.hls.window")["origin"]["kind"] == "default"
    assert call(again, "GET", "configuration/diff")[1]["changes"] == []


def test_faults_are_told_with_their_keys_and_nothing_changes(kept):
    server = kept()
    status, answer = call(server, "PATCH", "configuration", {"log.levl": "debug", "apps.live.hls.window": "1s", "rtmp.drain": "5s"})
    assert status == 400
    errors = {error["key"]: error for error in answer["errors"]}
    assert errors["log.levl"]["suggestion"] == "log.level"
    assert "not within" in errors["apps.live.hls.window"]["detail"]
    assert setting(server, "rtmp.drain")["value"] == "0s"
    assert call(server, "PATCH", "configuration", {"data": "/tmp"})[0] == 400
    assert call(server, "PATCH", "configuration", {"nothing.at.all": None})[0] == 400
    # Who says it on the command line goes before the API.
    status, answer = call(server, "PATCH", "configuration", {"http.listen": "127.0.0.1:0"})
    assert status == 400 and "--http" in answer["detail"]
    for body in ({}, [], {"log.level": {"a": 1}}, {"auth.keys": "x" * 9000}):
        assert call(server, "PATCH", "configuration", body)[0] == 400
    status, answer = call(server, "PATCH", "configuration?dry-run=true", {"rtmp.drain": "5s"})
    assert status == 200 and answer["changes"][0]["new"] == "5s"
    assert setting(server, "rtmp.drain")["value"] == "0s"


def test_secrets_go_in_and_never_come_out(kept):
    server = kept()
    secret, key = "correct-horse-battery", "sesame-sesame"
    body = {
        "auth.token-secret": secret, "auth.keys": [{"key": key, "stream": "live/show"}],
        "admission.secret": secret[::-1], "admission.update": "http://127.0.0.1:1/?key=hush",
        "webhooks": [{"name": "back", "url": "http://127.0.0.1:1/?key=hush", "secret": secret[::-1], "events": ["play"]}],
    }
    assert call(server, "PATCH", "configuration", body)[0] == 200
    shown = "".join(json.dumps(call(server, "GET", f"configuration{path}")) for path in ("", "/diff", "/export"))
    status, refused = call(server, "PATCH", "configuration", {"auth.token-secret": "too short", "auth.keys": [{"key": "bad key", "stream": "x"}]})
    assert status == 400
    for text in (shown, json.dumps(refused), server.log):
        assert secret[::-1] not in text and "hush" not in text
        assert secret not in text and key not in text and "too short" not in text and "bad key" not in text


def test_only_an_administrator_changes(kept):
    server = kept()
    made = call(server, "POST", "tokens", {"label": "a", "role": "admin"})[1]["token"]
    tokens = {
        role: call(server, "POST", "tokens", {"label": role, "role": role}, made)[1]["token"] for role in ("viewer", "operator")
    }
    scoped = call(server, "POST", "tokens", {"label": "s", "role": "admin", "applications": ["live"]}, made)[1]["token"]
    change = {"log.level": "debug"}
    assert call(server, "PATCH", "configuration", change)[0] == 401
    for token in (*tokens.values(), scoped):
        assert call(server, "PATCH", "configuration", change, token)[0] == 403
        assert call(server, "POST", "configuration/reload", None, token)[0] == 403
        assert call(server, "GET", "configuration", None, token)[0] == 200
    shown = call(server, "GET", "configuration", None, scoped)[1]["settings"]
    assert shown and all(one["key"].startswith("apps.live.") for one in shown)
    assert call(server, "PATCH", "configuration", change, made)[0] == 200


def test_the_export_is_a_file_that_means_the_same(kept, tmp_path):
    server = kept()
    # Where there are proxies this machine is not trusted any more.
    token = call(server, "POST", "tokens", {"label": "a", "role": "admin"})[1]["token"]
    changes = {"apps.show.slow-viewer.close-after": "45s", "proxy-protocol.trusted": ["::1"]}
    call(server, "PATCH", "configuration", changes, token)
    status, text = call(server, "GET", "configuration/export", None, token)
    assert status == 200 and "close-after: 45s" in text
    file = tmp_path / "exported.yaml"
    file.write_text(text)
    assert subprocess.run([BINARY, "config", "check", file]).returncode == 0
    shown = subprocess.run([BINARY, "config", "show", "--config", file], capture_output=True, text=True, cwd=tmp_path).stdout
    assert "apps.show.slow-viewer.close-after" in shown and "45s" in shown


def test_config_show_tells_what_the_api_changed(kept, tmp_path):
    server = kept()
    call(server, "PATCH", "configuration", {"rtmp.drain": "7s"})
    command = [BINARY, "config", "show", "--data", tmp_path / "data"]
    line = next(line for line in subprocess.run(command, capture_output=True, text=True).stdout.splitlines() if line.startswith("rtmp.drain"))
    assert line.split() == ["rtmp.drain", "7s", "API"]


def test_a_change_that_nobody_can_read_any_more_is_left_out(kept, tmp_path):
    server = kept()
    call(server, "PATCH", "configuration", {"rtmp.drain": "7s"})
    server.stop()
    with sqlite3.connect(tmp_path / "data/catalogue.sqlite") as catalogue:
        catalogue.execute("INSERT INTO configuration_change VALUES ('rtmp.once-known', '1', 'somebody', 0)")
    again = kept()
    assert "rtmp.once-known" in again.log and "does not hold" in again.log
    assert setting(again, "rtmp.drain")["value"] == "7s"
    changes = {one["key"]: one for one in call(again, "GET", "configuration/diff")[1]["changes"]}
    assert changes["rtmp.once-known"]["state"] == "left-out" and "unknown" in changes["rtmp.once-known"]["problem"]
    # It stands in nobody's way, and can be taken back.
    assert call(again, "POST", "configuration/reload")[0] == 200
    assert call(again, "PATCH", "configuration", {"rtmp.once-known": None})[0] == 200
    assert [one["key"] for one in call(again, "GET", "configuration/diff")[1]["changes"]] == ["rtmp.drain"]


@configured_with(BRIEF_SEGMENTS + "log: { format: text }\n")
def test_a_reload_tells_what_changed(server):
    before = server.configuration_file.read_text()
    server.configuration_file.write_text(before.replace("text", "json") + "rtmp: { chunk-size: 4KiB }\nthreads: 3\n")
    status, answer = call(server, "POST", "configuration/reload")
    assert status == 200
    assert {change["key"]: (change["old"], change["new"], change["applies"]) for change in answer["changes"]} == {
        "log.format": ("text", "json", "now"),
        "rtmp.chunk-size": ("60000B", "4KiB", "new-connections"),
        "threads": ("0", "3", "restart"),
    }
    eventually("the log is JSON", lambda: '"message":"configuration reloaded"' in server.log)
    assert setting(server, "threads")["inForce"] == "0"
    server.configuration_file.write_text("rtmp: { lisen: ':1' }\n")
    status, answer = call(server, "POST", "configuration/reload")
    assert status == 409 and answer["errors"][0]["suggestion"] == "rtmp.listen" and ":1" in answer["errors"][0]["place"]
    server.process.send(signal.SIGHUP)
    eventually("the fault is logged", lambda: server.log.count("configuration not reloaded") >= 2)


def test_listeners_move_and_nobody_is_dropped(processes, media, tmp_path):
    """Publisher and viewers stay on the port that is closed; who comes goes to the new one."""
    old_rtmp, new_rtmp, old_http, new_http = (free_port() for _ in range(4))
    file = tmp_path / "moving.yaml"

    def write(rtmp_port: int, http_port: int, more: str = "") -> None:
        file.write_text(f"rtmp: {{ listen: '127.0.0.1:{rtmp_port}' }}\nhttp: {{ listen: '127.0.0.1:{http_port}' }}\n{more}")

    write(old_rtmp, old_http)
    process = processes.start([BINARY, "serve", "--config", file], "moving")
    process.says("Swiftwater is running")
    publisher = processes.start(publishers.ffmpeg_endless(media.file("plain"), f"rtmp://127.0.0.1:{old_rtmp}/live/show"), "publish")

    def watch(port: int):
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/live/show.flv", timeout=10)

    def is_live() -> bool:
        try:
            with watch(old_http) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return False

    eventually("it is live", is_live)
    with watch(old_http) as viewing:
        assert viewing.read(1000)
        # A port that cannot be had changes nothing.
        with socket.create_server(("127.0.0.1", 0)) as taken:
            write(new_rtmp, taken.getsockname()[1])
            status, answer = call(None, "POST", "configuration/reload", port=old_http)
            assert status == 409 and "taken by another program" in answer["detail"]
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", new_rtmp), 2)
        # Two ports that change places, and then two that move.
        write(old_http, old_rtmp)
        assert call(None, "POST", "configuration/reload", port=old_http)[0] == 200
        assert call(None, "GET", "server", port=old_rtmp)[0] == 200
        write(new_rtmp, new_http)
        assert call(None, "POST", "configuration/reload", port=old_rtmp)[0] == 200
        ports = {one["name"]: one["address"] for one in call(None, "GET", "server", port=new_http)[1]["ports"]}
        assert ports == {"rtmp": f"127.0.0.1:{new_rtmp}", "http": f"127.0.0.1:{new_http}"}
        for port in (old_rtmp, old_http):
            with pytest.raises(OSError):
                socket.create_connection(("127.0.0.1", port), 2)
        assert viewing.read(50_000) and publisher.is_running
    assert process.stop(signal.SIGTERM) == 0


def test_tls_comes_and_goes_without_a_restart(processes, authority, tmp_path):
    pair = authority.issue("reloaded", "DNS:localhost")
    port, http = free_port(), free_port()
    file = tmp_path / "tls.yaml"
    plain = f"rtmp: {{ listen: '127.0.0.1:0' }}\nhttp: {{ listen: '127.0.0.1:{http}' }}\n"
    file.write_text(plain)
    process = processes.start([BINARY, "serve", "--config", file], "tls")
    process.says("Swiftwater is running")
    file.write_text(
        plain + f"https: {{ listen: '127.0.0.1:{port}' }}\nrtmps: {{ listen: off }}\n"
        f"tls: {{ certificates: [{{ certificate: '{pair.certificate}', key: '{pair.key}' }}] }}\n"
    )
    assert call(None, "POST", "configuration/reload", port=http)[0] == 200
    shown = subprocess.run(
        ["curl", "-s", "--cacert", authority.certificate, "--resolve", f"localhost:{port}:127.0.0.1", f"https://localhost:{port}/healthz"],
        capture_output=True, text=True,
    ).stdout
    assert shown == "ok\n"
    authority.issue("reloaded", "DNS:localhost,DNS:other.example")
    changes = call(None, "POST", "configuration/reload", port=http)[1]["changes"]
    assert [change["key"] for change in changes] == ["tls.certificates"]
    # Certificates that cannot be used change nothing.
    pair.key.write_text("nothing")
    status, answer = call(None, "POST", "configuration/reload", port=http)
    assert status == 409 and "nothing was changed" in answer["detail"]
    file.write_text(plain)
    assert call(None, "POST", "configuration/reload", port=http)[0] == 200
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 2)


def test_streams_that_are_live_follow_what_can_change_at_once(server, media, processes):
    path = "live/show"
    first = processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(path)), "first")
    server.wait_until_live(path)
    assert call(server, "PATCH", "configuration", {"apps.live.on-duplicate": "takeover"})[0] == 200
    second = processes.start(publishers.ffmpeg_endless(media.file("small"), server.rtmp(path)), "second")
    assert first.wait(within=15) != 0
    assert second.is_running


def test_a_change_is_an_event(server):
    request = urllib.request.Request(server.http("api/v1/events"))
    with urllib.request.urlopen(request, timeout=10) as events:
        assert call(server, "PATCH", "configuration", {"rtmp.drain": "3s"})[0] == 200
        lines = []
        while not lines or not lines[-1].startswith("data: {"):
            lines.append(events.readline().decode())
    assert "event: configuration.changed\n" in lines
    data = json.loads(lines[-1].removeprefix("data: "))
    assert data["changes"] == [{"key": "rtmp.drain", "applies": "now"}] and data["by"] == "local"


def test_a_port_that_answers_as_srs_does(server, media, processes):
    """Opened while the server runs, and of use to a program that knows SRS."""
    port = free_port()
    assert call(server, "PATCH", "configuration", {"api.srs": f"127.0.0.1:{port}"})[0] == 200
    publisher = processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
    server.wait_until_live("live/show")
    stream = call(None, "GET", "streams/", port=port)[1]["streams"][0]
    assert stream["url"] == "/live/show" and stream["publish"]["active"] and stream["video"]["codec"] == "H264"
    assert call(None, "DELETE", f"clients/{stream['publish']['cid']}", port=port)[1]["code"] == 0
    assert publisher.wait(within=10) != 0
    assert call(server, "PATCH", "configuration", {"api.srs": None})[0] == 200
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 2)
