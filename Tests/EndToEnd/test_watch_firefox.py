"""The watch page in Firefox, which has another Media Source than Chromium."""

import pytest

from harness import publishers
from harness.firefox import firefox
from harness.waiting import eventually

PATH = "live/show"
_STATE = """(() => {
  const video = document.querySelector("video"), { state, transport } = document.querySelector("#stage").dataset;
  return {
    state, transport, time: video.currentTime, width: video.videoWidth,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
  };
})()"""


@pytest.fixture(scope="module")
def browser(module_processes):
    with firefox(module_processes) as running:
        yield running


@pytest.mark.parametrize(("transport", "name"), [("websocket", "WebSocket"), ("hls", "HLS")])
def test_it_plays_without_a_complaint(transport, name, server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("b-frames"), server.rtmp(PATH)), "publish")
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    browser.messages.clear()
    browser.open(server.http(f"{PATH}?transport={transport}"))

    def playing() -> dict | None:
        now = browser.evaluate(_STATE)
        return now if now["state"] == "playing" and now["frames"] > 0 else None

    first = eventually("it plays", playing, within=30)
    assert first["transport"] == name and first["width"] == 320

    def goes_on() -> bool:
        now = browser.evaluate(_STATE)
        return now["time"] > first["time"] + 3 and now["frames"] > first["frames"] + 25 * 2

    eventually("it goes on", goes_on, within=15)
    assert browser.evaluate(_STATE)["state"] == "playing"
    assert browser.messages == []
