"""The watch page for a long time, without a stall. Run by Scripts/playback-soak.sh; CI runs the short form."""

import os

import pytest

from harness import publishers
from harness.browser import chromium
from harness.waiting import eventually

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
    browser.driver.set_script_timeout(seconds + 60)
    seen = browser.driver.execute_async_script(_WATCH, seconds)
    print(f"\n{url}: {seen}")
    assert seen["waits"] <= allowed, seen
    # Rates between 0.95 and 1.1 are how the page stays at its place; each wait may cost a jump.
    assert seconds * 0.9 - 2 * (1 + allowed) < seen["played"] < seconds * 1.1 + 2 * (1 + allowed), seen
    eventually("it plays still", lambda: browser.state == "playing", within=5)


# How often the picture waited, and how much of the stream was played, in so many seconds.
_WATCH = """
const [seconds, done] = arguments, video = document.querySelector("video");
let waits = 0;
const began = { time: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames };
video.addEventListener("waiting", () => { if (!video.seeking) waits += 1; });
setTimeout(() => {
  const quality = video.getVideoPlaybackQuality();
  done({
    waits, played: video.currentTime - began.time, frames: quality.totalVideoFrames - began.frames,
    dropped: quality.droppedVideoFrames,
  });
}, seconds * 1000);
"""
