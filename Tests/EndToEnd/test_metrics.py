"""The metrics of streams and tracks, as strict readers and a real Prometheus take them."""

import json
import shutil
import signal
import socket
import subprocess
import urllib.request

import pytest

from harness import api, exposition, publishers
from harness.http_client import request
from harness.server import ROOT
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
    for name, family in own.items():
        assert family.help != name, f"{name} is not described"
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
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
