"""The watch page for a long time, without a stall, and DASH without a gap. Run by Scripts/playback-soak.sh; CI runs the short form."""

import os
import signal
import time

import pytest

from harness import publishers
from harness.browser import chromium
from harness.players import FFMPEG_9_DASH, Viewing
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


def test_dash_brings_every_packet(server, media, processes):
    """FFmpeg gets the stream by DASH without losing its place: every packet joins the one before."""
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_for_playlist(f"{PATH}/manifest.mpd")
    viewing = Viewing(FFMPEG_9_DASH, server, PATH, processes)
    hold_for(SECONDS, "the player runs", lambda: viewing.process.is_running)
    viewing.process.stop(signal.SIGKILL)
    for kind in ("video", "audio"):
        times = [packet.decode_time for packet in viewing.received() if packet.kind == kind]
        longest = max(two - one for one, two in zip(times, times[1:]))
        print(f"\nDASH, {kind}: {len(times)} packets of {float(times[-1] - times[0]):.1f} s, {float(longest):.3f} s apart at most")
        assert longest < 0.1 and min(two - one for one, two in zip(times, times[1:])) > 0
        assert times[-1] - times[0] > SECONDS - 10
