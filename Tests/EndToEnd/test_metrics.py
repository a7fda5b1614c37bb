"""The metrics of streams and tracks, as strict readers and a real Prometheus take them."""

import contextlib
import json
import shutil
import signal
import ssl
import subprocess
import types
import urllib.request

import pytest
import websocket

from harness import api, exposition, publishers
from harness.http_client import request
from harness.ports import free_port
from harness.rtmp import Peer
from harness.server import ROOT, Server
from harness.waiting import eventually

PATH = "live/show"


@pytest.fixture
def publishing(server, processes, media):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    eventually("the stream has figures", lambda: server.metric("swiftwater_track_bytes_per_second") > 0, within=15)
    return server


def test_the_exposition_is_in_good_form(publishing):
    families = exposition.read(request(publishing, "metrics").text)
    own = {name: family for name, family in families.items() if name.startswith(("swiftwater_stream_", "swiftwater_track_"))}
    assert {"swiftwater_stream_received_frames_total", "swiftwater_track_frames_per_second", "swiftwater_stream_speed_ratio"} - own.keys() <= {
        "swiftwater_stream_speed_ratio"  # takes five seconds to tell
    }
    for name, family in families.items():
        assert name.endswith("_total") == (family.kind == "counter"), name
        assert family.help != name, f"{name} is not described"
    for family in own.values():
        for sample in family.samples:
            assert dict(sample[1:])["stream"] == PATH
    if promtool := shutil.which("promtool"):
        text = request(publishing, "metrics").body
        done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()


def test_counters_only_rise_and_leave_with_the_stream(server, processes, media):
    once = processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    counted = lambda: server.metric("swiftwater_stream_received_frames_total", f'stream="{PATH}"')
    seen = [eventually("frames", lambda: counted() or None)]
    for _ in range(3):
        seen.append(eventually("more frames", lambda: (now := counted()) > seen[-1] and now))
    assert seen == sorted(seen)
    once.stop()
    server.wait_until_offline(PATH, within=20)
    eventually("nothing is left of it", lambda: not [name for name in server.metrics() if PATH in name])


def test_bytes_are_counted_once_and_by_what_they_are(publishing):
    """Playlists and segments, manifests, the rest of HTTP, and tunnels, each by itself."""
    publishing.wait_for_playlist(f"{PATH}/index.m3u8")

    def sent(text: str) -> dict[str, float]:
        samples = exposition.read(text)["swiftwater_sent_bytes_total"].samples
        return {dict(labels[1:])["protocol"]: count for labels, count in samples.items()}

    def counted(*paths: str) -> tuple[dict[str, float], int]:
        """What is counted more for these answers, and how long they are."""
        before = request(publishing, "metrics")
        length = 0
        for path in paths:
            answer = request(publishing, path)
            assert answer.status == 200, path
            length += len(answer.body)
        after = sent(request(publishing, "metrics").text)
        more = {name: count - sent(before.text).get(name, 0) for name, count in after.items()}
        # The first look was sent after it was written.
        more["http"] = more.get("http", 0) - len(before.body)
        return {name: count for name, count in more.items() if count}, length

    playlist = request(publishing, f"{PATH}/hls/video.m3u8").text
    segment = next(line for line in playlist.splitlines() if line.endswith(".m4s") and not line.startswith("#"))
    for form, paths in {
        "hls": [f"{PATH}/index.m3u8", f"{PATH}/hls/video.m3u8", f"{PATH}/hls/{segment}"],
        "dash": [f"{PATH}/manifest.mpd"],
        "http": ["api/v1/streams", PATH, "healthz"],
    }.items():
        more, length = counted(*paths)
        assert more == {form: length}

    before = request(publishing, "metrics")
    tunnel = request(publishing, "open/1", "POST", body=b"\0").text.strip()
    hello = b"\x03" + bytes(1536)
    answer = request(publishing, f"send/{tunnel}/0", "POST", body=hello).body
    after = sent(request(publishing, "metrics").text)
    # The first byte of an answer is the tunnel's own.
    assert after["rtmpt"] - sent(before.text)["rtmpt"] == len(answer) - 1 > 3000
    assert after["http"] - sent(before.text)["http"] == len(before.body)


def test_live_answers_are_counted_as_connections(publishing):
    def connections(form: str) -> tuple[float, float]:
        label = f'protocol="{form}"'
        return (publishing.metric("swiftwater_connections", label), publishing.metric("swiftwater_connections_opened_total", label))

    opened = {form: connections(form)[1] for form in ("http-flv", "http-ts", "ws-mp4")}
    with contextlib.ExitStack() as viewers:
        for form in ("flv", "ts"):
            viewers.enter_context(contextlib.closing(urllib.request.urlopen(publishing.http(f"{PATH}.{form}"), timeout=10)))
        address = f"ws://127.0.0.1:{publishing.http_port}/{PATH}.mp4"
        viewers.enter_context(contextlib.closing(websocket.create_connection(address, timeout=10)))
        for form, before in opened.items():
            eventually(f"{form} is open", lambda: connections(form) == (1, before + 1))
    for form, before in opened.items():
        eventually(f"{form} is closed", lambda: connections(form) == (0, before + 1))
    received = exposition.read(request(publishing, "metrics").text)["swiftwater_received_bytes_total"].samples
    assert {dict(labels[1:])["protocol"] for labels in received} == {"rtmp", "rtmps", "rtmpt", "rtmpts"}, "what nobody counts has no series"


def test_a_refused_connect_is_counted_where_it_came_in(processes, authority):
    certificates = f"tls: {{ certificates: [{authority.issue('metrics').configuration}] }}\n"
    rules = 'apps: { live: { auth: { challenge: adobe, publish-deny: ["127.0.0.1"] } } }\n'
    server = Server(processes, certificates + rules, ("--rtmps", "127.0.0.1:0"))

    def refusals(protocol: str) -> float:
        return server.metric("swiftwater_refusals_total", f'protocol="{protocol}"')

    def refused(peer: Peer) -> None:
        with peer.handshake():
            peer.command("connect", {"app": "live?authmod=adobe&user=somebody", "tcUrl": "rtmp://127.0.0.1/live", "flashVer": "FMLE/3.0"})
            assert peer.wait_for_command("_result", "_error")[0] == "_error"

    secure = Peer(types.SimpleNamespace(rtmp_port=server.rtmps_port))
    secure.socket = ssl._create_unverified_context().wrap_socket(secure.socket)
    refused(secure)
    assert (refusals("rtmps"), refusals("rtmp")) == (1, 0)
    refused(Peer(server))
    assert (refusals("rtmps"), refusals("rtmp")) == (1, 1)
    server.stop()


PROXY = {"X-Forwarded-For": "192.0.2.1"}


def test_who_may_read_them(server):
    made = json.loads(api.call(server, "/tokens", "POST", {"Content-Type": "application/json"}, b'{"label": "p", "role": "viewer"}').body)
    bearer = {"Authorization": f"Bearer {made['token']}"}
    # Tokens or not: who is on the machine needs none, and a proxy on it speaks for others.
    assert request(server, "metrics").status == 200
    assert request(server, "metrics", headers=PROXY).status == 401
    assert request(server, "metrics", headers=PROXY | bearer).status == 200
    assert request(server, "metrics", headers={"Authorization": "Bearer swt_wrong"}).status == 200
    server.configuration_file.write_text("metrics: { readers: token }\n")
    server.process.send(signal.SIGHUP)
    eventually("a token is asked for", lambda: request(server, "metrics").status == 401)
    assert request(server, "metrics", headers=bearer).status == 200
    server.configuration_file.write_text("metrics: { readers: anybody }\n")
    server.process.send(signal.SIGHUP)
    eventually("nothing is asked for", lambda: request(server, "metrics", headers=PROXY).status == 200)


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="Prometheus is not installed")
def test_a_prometheus_scrapes_it(publishing, processes):
    (processes.folder / "prometheus.yml").write_text(
        f"""
global: {{ scrape_interval: 1s }}
scrape_configs:
  - job_name: swiftwater
    static_configs: [{{ targets: ["127.0.0.1:{publishing.http_port}"] }}]
"""
    )
    port = free_port()
    command = ["prometheus", "--config.file", processes.folder / "prometheus.yml", "--storage.tsdb.path", processes.folder / "tsdb"]
    processes.start([*command, "--web.listen-address", f"127.0.0.1:{port}"], "prometheus")

    def asked(query: str) -> list[dict]:
        address = f"http://127.0.0.1:{port}/api/v1/query?query={urllib.request.quote(query)}"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return json.load(answer)["data"]["result"]
        except OSError:
            return []

    eventually("it is up", lambda: [one for one in asked("up") if one["value"][1] == "1"], within=30)
    query = 'rate(swiftwater_track_received_frames_total{stream="live/show"}[10s]) > 10'
    rates = eventually("rates are known", lambda: rates if len(rates := asked(query)) == 2 else None, within=30)
    assert {rate["metric"]["track"] for rate in rates} == {"video 0", "audio 0"}
    assert {rate["metric"]["codec"] for rate in rates} == {"h264", "aac"}
    for panel in json.loads((ROOT / "Documentation/grafana-dashboard.json").read_text())["panels"]:
        for target in panel["targets"]:
            query = target["expr"].replace("$stream", ".*")
            address = f"http://127.0.0.1:{port}/api/v1/query?query={urllib.request.quote(query)}"
            with urllib.request.urlopen(address, timeout=5) as answer:
                assert json.load(answer)["status"] == "success", query
