"""Headless Chromium on the watch page, and what its video element tells."""

import contextlib
from typing import Callable, Iterator

from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.chrome.service import Service

from .waiting import eventually

_FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,800"]

# Luma of the shown picture on a small canvas, and the counters of what was decoded.
_PICTURE = """
const video = document.querySelector('video');
if (!video) return null;
const canvas = document.createElement('canvas');
canvas.width = 64; canvas.height = 36;
const painter = canvas.getContext('2d');
painter.drawImage(video, 0, 0, 64, 36);
const pixels = painter.getImageData(0, 0, 64, 36).data;
let darkest = 255, brightest = 0;
for (let i = 0; i < pixels.length; i += 4) {
    const luma = (pixels[i] + pixels[i + 1] + pixels[i + 2]) / 3;
    darkest = Math.min(darkest, luma); brightest = Math.max(brightest, luma);
}
return {
    time: video.currentTime, width: video.videoWidth, height: video.videoHeight, muted: video.muted,
    frames: video.getVideoPlaybackQuality().totalVideoFrames, audioBytes: video.webkitAudioDecodedByteCount,
    contrast: brightest - darkest, paused: video.paused, controls: video.controls,
};
"""


class Browser:
    def __init__(self, driver: webdriver.Chrome):
        self.driver = driver

    def open(self, url: str) -> None:
        self.driver.get(url)

    @property
    def text(self) -> str:
        """The text that a person sees on the page."""
        return self.driver.find_element("tag name", "body").text

    @property
    def state(self) -> str:
        """What the player is at: `playing`, `offline` and so on."""
        return self._stage("state")

    @property
    def transport(self) -> str:
        """The way in which the player has the stream, or had it last."""
        return self._stage("transport")

    def _stage(self, name: str) -> str:
        return self.driver.execute_script("return document.querySelector('#stage')?.dataset[arguments[0]] ?? ''", name)

    def press(self, key: str) -> None:
        ActionChains(self.driver).send_keys(key).perform()

    def move(self) -> None:
        """Moves the pointer over the picture, by a little."""
        self._step = not getattr(self, "_step", False)
        ActionChains(self.driver, duration=0).move_to_element_with_offset(self.find("#stage"), 10 * self._step, 0).perform()

    def find(self, selector: str):
        """The first element of a selector; pages that are written by scripts have it a little later."""
        return eventually(
            f"the page has {selector}", lambda: self.driver.find_elements("css selector", selector))[0]

    def before_every_page(self, script: str) -> Callable[[], None]:
        """Runs a script in each page before the page's own; gives what ends that."""
        made = self.driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
        return lambda: self.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", made)

    @property
    def video(self) -> dict | None:
        return self.driver.execute_script(_PICTURE)

    def wait_until_playing(self, within: float = 20.0) -> dict:
        """Waits for a picture that is not black, and for two more seconds of it."""

        def shown() -> dict | None:
            video = self.video
            # A page that waits shows the last picture of before.
            is_moving = video and not video["paused"] and self.state == "playing"
            return video if is_moving and video["contrast"] > 50 and video["frames"] > 0 else None

        first = eventually("the browser shows a picture", shown, within)

        def later() -> dict | None:
            video = self.video
            return video if video["time"] > first["time"] + 2 and video["frames"] > first["frames"] + 25 else None

        try:
            return eventually("the browser goes on playing", later, within=20)
        except AssertionError as stopped:
            raise AssertionError(f"{stopped}: {self.state} by {self.transport}, first {first}, then {self.video}") from None

    def leave(self) -> None:
        """Leaves the page, and forgets what it complained about: it may still have asked a server that is gone."""
        self.open("about:blank")
        self.messages()

    def messages(self) -> list[str]:
        """What the page complained about on the console."""
        return [entry["message"] for entry in self.driver.get_log("browser") if entry["level"] == "SEVERE"]


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in _FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
