"""How late the watch page is, and a player of DASH, by the time that its pictures carry. The bounds hold on any machine; the figures are printed.

`Scripts/bench-latency.py` measures longer, and for the record."""

import re

import pytest

from harness import clock_picture, latency
from harness.browser import chromium
from harness.server import configured_with

pytestmark = pytest.mark.alone

PATH = "live/clock"
# In ms, for the median: far above what any machine that can decode the pictures in time needs.
BOUNDS = {"websocket": 3000, "hls": 8000, "dash": 8000}


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.mark.parametrize("transport", BOUNDS)
def test_pictures_come_soon(transport, server, processes, browser):
    processes.start(clock_picture.publisher(server.rtmp(PATH)), "publish")
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    figures = latency.measure(browser, server, PATH, transport, seconds=3)
    print(f"\n{figures.HEADINGS}\n{figures}")
    assert 0 < figures.median < BOUNDS[transport]


LONG_PARTS = """
apps:
  live:
    hls: { segment: 4s, part: 2s }
"""


@configured_with(LONG_PARTS)
def test_hls_begins_nearer_than_playlists_ask_for_and_does_not_stall(server, processes, browser):
    """Players are to stay three parts behind; the page begins at one, and stays there once it has seen two of them come."""
    processes.start(clock_picture.publisher(server.rtmp(PATH)), "publish")
    playlist = server.wait_for_playlist(f"{PATH}/hls/video.m3u8")
    asked = float(re.search(r"PART-HOLD-BACK=([\d.]+)", playlist)[1]) * 1000
    assert asked >= 6000
    figures = latency.measure(browser, server, PATH, "hls", seconds=8, settling=0)
    print(f"\n{figures.HEADINGS}\n{figures}")
    assert figures.latest < asked and figures.median < asked * 2 / 3
    assert browser.driver.execute_script("return video.getVideoPlaybackQuality().totalVideoFrames") > 100
