"""The watch page when things go wrong: encoders change and vanish, servers restart, networks block WebSocket."""

import signal

import pytest

from harness import publishers
from harness.browser import chromium
from harness.publishers import FFMPEG_9
from harness.server import BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually

PATH = "live/show"
TAKEOVER = """
apps:
  live:
    on-duplicate: takeover
    hls: { segment: 1s }
"""
# What a network that lets no WebSocket through looks like to a page.
NO_WEBSOCKET = """
window.WebSocket = class { constructor() { setTimeout(() => this.onclose?.({}), 5); } close() {} };
"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


def endless(media, kind: str, server: Server) -> list:
    return publishers.ffmpeg_endless(media.file(kind), server.rtmp(PATH))


@pytest.mark.parametrize("transport", ["websocket", "hls"])
def test_the_publisher_stops_and_returns(transport, server, media, processes, browser):
    first = processes.start(endless(media, "plain", server), "publish")
    server.wait_until_live(PATH)
    browser.open(server.http(f"{PATH}?transport={transport}"))
    browser.wait_until_playing()
    first.stop(signal.SIGINT)
    eventually("the page says offline", lambda: browser.state == "offline", within=15)
    processes.start(endless(media, "plain", server), "publish-again")
    browser.wait_until_playing()
    assert browser.state == "playing"


@configured_with(TAKEOVER)
@pytest.mark.parametrize("transport", ["websocket", "hls"])
def test_another_encoder_takes_over_with_another_size_and_codec(transport, server, media, processes, browser):
    processes.start(endless(media, "plain", server), "first")
    server.wait_until_live(PATH)
    browser.open(server.http(f"{PATH}?transport={transport}"))
    assert browser.wait_until_playing()["width"] == 320
    processes.start(endless(media, "small", server), "smaller")
    eventually("the smaller picture comes", lambda: browser.video["width"] == 160, within=20)
    browser.wait_until_playing()
    vp9 = ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    source = ["-f", "lavfi", "-i", "testsrc2=size=240x136:rate=25", "-f", "lavfi", "-i", "sine=sample_rate=48000"]
    processes.start([FFMPEG_9, "-v", "error", "-re", *source, *vp9, "-f", "flv", server.rtmp(PATH)], "vp9")
    eventually("the picture in VP9 comes", lambda: browser.video["width"] == 240, within=20)
    browser.wait_until_playing()


@pytest.mark.parametrize("transport", ["websocket", "hls"])
def test_the_server_restarts(transport, server, media, processes, browser):
    processes.start(endless(media, "plain", server), "publish")
    server.wait_until_live(PATH)
    browser.open(server.http(f"{PATH}?transport={transport}"))
    browser.wait_until_playing()
    ports = ("--rtmp", f"127.0.0.1:{server.rtmp_port}", "--http", f"127.0.0.1:{server.http_port}")
    server.stop()
    eventually("the page says that it waits", lambda: browser.state in ("unreachable", "offline"), within=20)
    again = Server(processes, BRIEF_SEGMENTS, ports)
    processes.start(endless(media, "plain", again), "publish-again")
    browser.wait_until_playing(within=30)
    again.stop()


def test_hls_takes_the_place_of_a_blocked_websocket(server, media, processes, browser):
    processes.start(endless(media, "plain", server), "publish")
    server.wait_until_live(PATH)
    forget = browser.before_every_page(NO_WEBSOCKET)
    browser.open(server.http(PATH))
    browser.wait_until_playing()
    assert browser.transport == "HLS"
    forget()


# A browser that knows no codec, until it does.
KNOWS_NOTHING = """
const real = MediaSource.isTypeSupported;
window.isWise = false;
MediaSource.isTypeSupported = (type) => isWise && real.call(MediaSource, type);
HTMLMediaElement.prototype.canPlayType = () => "";
"""


@pytest.mark.parametrize("is_pressed", [True, False], ids=["pressed", "waited-for"])
def test_what_cannot_be_played_is_tried_again(server, media, processes, browser, is_pressed):
    processes.start(endless(media, "plain", server), "publish")
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    forget = browser.before_every_page(KNOWS_NOTHING)
    browser.open(server.http(PATH))
    eventually("it cannot be played", lambda: browser.state == "unsupported", within=20)
    browser.driver.execute_script("isWise = true")
    if is_pressed:
        browser.press("k")
    browser.wait_until_playing(within=45)
    forget()


@pytest.mark.parametrize("transport", ["websocket", "hls"])
def test_a_stream_that_ends_while_paused_begins_again(transport, server, media, processes, browser):
    first = processes.start(endless(media, "plain", server), "publish")
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    browser.open(server.http(f"{PATH}?transport={transport}"))
    browser.wait_until_playing()
    browser.press("k")
    eventually("it pauses", lambda: browser.state == "paused")
    first.stop(signal.SIGINT)
    server.wait_until_offline(PATH)
    if transport == "websocket":
        eventually("the page says offline", lambda: browser.state == "offline", within=20)
    else:
        assert browser.state in ("paused", "offline")
        browser.press("k")
    processes.start(endless(media, "plain", server), "publish-again")
    browser.wait_until_playing(within=30)


def test_a_lost_network_is_outlasted(server, media, processes, browser):
    processes.start(endless(media, "plain", server), "publish")
    server.wait_until_live(PATH)
    browser.open(server.http(f"{PATH}?transport=hls"))
    browser.wait_until_playing()
    conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": True, **conditions})
    eventually("the page says that it waits", lambda: browser.state == "unreachable", within=30)
    browser.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {"offline": False, **conditions})
    browser.wait_until_playing()
