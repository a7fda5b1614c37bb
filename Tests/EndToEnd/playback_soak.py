"""The watch page for a long time, without a stall. Run by Scripts/playback-soak.sh; CI runs the short form."""

import os
import time

import pytest

from harness import publishers
from harness.browser import chromium
from harness.waiting import eventually, hold_for

SECONDS = int(os.environ.get("SOAK_SECONDS", "600"))
PATH = "live/soak"


@pytest.mark.parametrize("transport", ["websocket", "hls"])
def test_the_picture_never_stands_still(transport, server, media, processes):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    with chromium() as browser:
        assert_no_stall(browser, server.http(f"{PATH}?transport={transport}"), SECONDS)


def assert_no_stall(browser, url: str, seconds: float, allowed: int = 0) -> None:
    """Plays a page; fails when the picture has to wait more than `allowed` times after it has settled."""
    browser.open(url)
    browser.wait_until_playing(within=30)
    browser.driver.execute_script(_WATCH)
    ends = time.monotonic() + seconds
    # In small steps: a question to the browser that is answered after minutes is given up before.
    while time.monotonic() < ends:
        hold_for(min(20, ends - time.monotonic()), "the page is open", lambda: browser.state)
        seen = browser.driver.execute_script("return seen()")
    print(f"\n{url}: {seen}")
    assert len(seen["waits"]) <= allowed, seen
    # Rates between 0.95 and 1.1 are how the page stays at its place; each wait may cost a jump.
    assert seen["seconds"] * 0.9 - 2 * (1 + allowed) < seen["played"] < seen["seconds"] * 1.1 + 2 * (1 + allowed), seen
    eventually("it plays still", lambda: browser.state == "playing", within=5)


# When the picture waited, in seconds, and how much of the stream was played, from now on.
_WATCH = """
const video = document.querySelector("video"), start = performance.now(), waits = [];
const began = { time: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames };
video.addEventListener("waiting", () => {
  if (!video.seeking) waits.push(Math.round(performance.now() - start) / 1000);
});
window.seen = () => {
  const quality = video.getVideoPlaybackQuality();
  return {
    waits, seconds: (performance.now() - start) / 1000, played: video.currentTime - began.time,
    frames: quality.totalVideoFrames - began.frames, dropped: quality.droppedVideoFrames,
  };
};
"""
