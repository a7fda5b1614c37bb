"""How late the watch page is, and a player of DASH, by the time that its pictures carry. The bounds hold on any machine; the figures are printed.

`Scripts/bench-latency.py` measures longer, and for the record."""

import pytest

from harness import clock_picture, latency
from harness.browser import chromium

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
    figures = latency.measure(browser, server, PATH, transport, seconds=6)
    print(f"\n{figures.HEADINGS}\n{figures}")
    assert 0 < figures.median < BOUNDS[transport]
