"""The watch page in a real browser: offline, on air, off air again, embedded."""

import re
import signal

import pytest

from harness import publishers
from harness.browser import chromium
from harness.http_client import request
from harness.waiting import eventually

PATH = "live/show"


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


def test_the_page_waits_plays_and_waits_again(server, media, processes, browser):
    browser.open(server.http(PATH))
    eventually("the page says offline", lambda: re.search("offline", browser.text, re.IGNORECASE), within=5)
    publisher = processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    video = browser.wait_until_playing()
    assert (video["width"], video["height"]) == (320, 180)
    assert video["muted"] and not video["paused"] and video["audioBytes"] > 1000
    assert not re.search("offline", browser.text, re.IGNORECASE)
    publisher.stop(signal.SIGINT)
    eventually("the page says offline again", lambda: re.search("offline", browser.text, re.IGNORECASE), within=30)
    processes.start(publishers.ffmpeg_endless(media.file("small"), server.rtmp(PATH)), "publish-again")
    assert browser.wait_until_playing()["width"] == 160


def test_the_embed_form_is_a_bare_player(server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    browser.open(server.http(f"{PATH}?embed=1"))
    browser.wait_until_playing()
    assert browser.text.strip() in {"", "Tap for sound"}
    covers = "const box = document.querySelector('video').getBoundingClientRect(); return box.width == innerWidth"
    assert browser.driver.execute_script(covers)


@pytest.mark.parametrize("kind", ["video-only", "audio-only"])
def test_one_track_plays(server, media, processes, browser, kind):
    processes.start(publishers.ffmpeg_endless(media.file(kind), server.rtmp(PATH)), "publish")
    browser.open(server.http(PATH))
    if kind == "video-only":
        browser.wait_until_playing()
    else:
        eventually("sound is decoded", lambda: browser.video and browser.video["audioBytes"] > 5000, within=20)


def test_a_name_that_breaks_html_stays_text(server, browser):
    answer = request(server, "live/a%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert b"<script>alert" not in answer.body
    assert request(server, PATH).headers["Content-Type"] == "text/html; charset=utf-8"
