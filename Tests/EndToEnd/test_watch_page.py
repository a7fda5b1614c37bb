"""The watch page in a real browser: offline, on air, its controls, and what it is made of."""

import json
import re
import signal

import pytest
from selenium.webdriver.common.keys import Keys

from harness import api, publishers
from harness.browser import chromium
from harness.http_client import request
from harness.publishers import FFMPEG_9
from harness.waiting import eventually
from playback_soak import assert_no_stall

PATH = "live/show"
MOST_BYTES = 60 * 1024


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


@pytest.mark.parametrize("transport", ["websocket", "hls"])
def test_it_plays_without_a_stall_and_without_a_complaint(transport, server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    browser.leave()
    # A few waits are what a machine that does too much at once may take.
    assert_no_stall(browser, server.http(f"{PATH}?transport={transport}"), seconds=8, allowed=6)
    assert browser.transport == {"websocket": "WebSocket", "hls": "HLS"}[transport]
    assert browser.messages() == []


def test_pictures_with_frames_in_another_order_play(server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("b-frames"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    for transport in ("websocket", "hls"):
        browser.open(server.http(f"{PATH}?transport={transport}"))
        browser.wait_until_playing()


@pytest.mark.parametrize("kind", ["video-only", "audio-only"])
@pytest.mark.parametrize("transport", ["websocket", "hls"])
def test_one_track_plays(transport, server, media, processes, browser, kind):
    processes.start(publishers.ffmpeg_endless(media.file(kind), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    browser.open(server.http(f"{PATH}?transport={transport}"))
    if kind == "video-only":
        browser.wait_until_playing()
        assert not browser.find("#sound").is_displayed(), "there is no sound to turn on"
    else:
        eventually("sound is decoded", lambda: browser.video and browser.video["audioBytes"] > 5000, within=20)
        assert browser.find("#stage.sound-only")


def test_keys_do_what_their_list_says(server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    browser.open(server.http(PATH))
    browser.wait_until_playing()

    browser.press("k")
    eventually("k pauses", lambda: browser.video["paused"] and browser.state == "paused")
    browser.press(" ")
    eventually("space plays", lambda: not browser.video["paused"] and browser.state == "playing")
    muted = browser.video["muted"]
    browser.press("m")
    eventually("m changes the sound", lambda: browser.video["muted"] != muted)
    browser.press(Keys.ARROW_DOWN)
    eventually("down is quieter", lambda: 0.9 < browser.driver.execute_script("return video.volume") < 1)
    browser.press("i")
    eventually("i shows figures", lambda: "WebSocket" in browser.find("#statistics").text)
    browser.press("i")
    eventually("i hides them", lambda: not browser.find("#statistics").is_displayed())
    browser.press("?")
    eventually("? shows the keys", lambda: "full screen" in browser.find("#keys").text)
    browser.press(Keys.ESCAPE)
    browser.press("c")
    eventually("c shows the code", lambda: browser.find("#code").is_displayed())
    code = browser.find("#code").get_attribute("value")
    assert f'src="{server.http(PATH)}?embed=1"' in code and 'allow="autoplay; fullscreen; picture-in-picture"' in code
    browser.press(Keys.ESCAPE)
    browser.press("f")
    eventually("f fills the screen", lambda: browser.driver.execute_script("return document.fullscreenElement === stage"))
    browser.press("f")
    eventually("f leaves it", lambda: not browser.driver.execute_script("return document.fullscreenElement"))


# Presses a key where the focus is in a dialog, and again at the moment at which the dialog has closed, when the focus is
# still there; tells whether the bar's figures were shown.
PRESS_IN_DIALOG = """
const [dialog] = arguments, shown = () => !statistics.hidden;
const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
document.activeElement.blur();
dialog.showModal();
press("i");
const within = shown(), field = document.activeElement;
dialog.close();
field.dispatchEvent(new KeyboardEvent("keydown", { key: "i", bubbles: true, cancelable: true }));
const after = shown();
press("i");
return [dialog.contains(field), within, after, shown()];
"""


@pytest.mark.parametrize("dialog", ["#keys", "#share"])
def test_no_key_is_lost_when_a_dialog_has_closed(server, browser, dialog):
    browser.open(server.http(PATH))
    eventually("the page is there", lambda: browser.state)
    assert browser.driver.execute_script(PRESS_IN_DIALOG, browser.find(dialog)) == [True, False, True, False]


def wait_for_past(browser, seconds: int) -> None:
    """Waits until the bar offers so much of the past; a hand that moves keeps it from hiding."""

    def offered() -> bool:
        browser.move()
        return float(browser.find("#seek").get_attribute("min")) <= -seconds

    eventually("there is a past", offered, within=40)


def test_the_past_can_be_seen_and_left(server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    browser.open(server.http(PATH))
    browser.wait_until_playing()
    wait_for_past(browser, 12)
    seek = browser.find("#seek")
    assert seek.is_displayed()
    browser.press(Keys.ARROW_LEFT)
    eventually("it plays the past", lambda: browser.transport == "HLS" and browser.state == "playing")
    behind = eventually("it tells how far", lambda: browser.find("#time").text)
    assert re.fullmatch(r"−0:(09|1\d)", behind)
    assert seek.get_attribute("aria-valuetext").endswith("behind live")
    first = browser.video["time"]
    eventually("it goes on", lambda: browser.video["time"] > first + 1)
    browser.find("#live").click()
    eventually("it is live again", lambda: browser.transport == "WebSocket" and browser.state == "playing")
    eventually("and says so", lambda: browser.find("#time").text == "")


def test_a_pause_is_continued_where_it_began(server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    browser.open(server.http(PATH))
    browser.wait_until_playing()
    wait_for_past(browser, 10)
    browser.press("k")
    eventually("five seconds pass", lambda: re.fullmatch("−0:0[5-9]", browser.find("#time").text), within=15)
    browser.press("k")
    eventually("it plays from there", lambda: browser.transport == "HLS" and browser.state == "playing")
    assert re.fullmatch(r"−0:(0[4-9]|1\d)", eventually("it tells how far", lambda: browser.find("#time").text))


def several_tracks(folder) -> list:
    """What FFmpeg is to publish: two pictures, and two sounds with languages."""
    picture = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25"]
    sounds = ["-f", "lavfi", "-i", "sine=frequency=300:sample_rate=48000", "-f", "lavfi", "-i", "sine=frequency=600:sample_rate=48000"]
    command = [FFMPEG_9, "-v", "error", "-re", *picture, *sounds, "-filter_complex", "[0:v]split[a][b];[b]scale=320:180[small]"]
    command += ["-map", "[a]", "-map", "[small]", "-map", "1:a", "-map", "2:a", "-c:v", "libx264", "-preset", "ultrafast"]
    return [*command, "-g", "25", "-sc_threshold", "0", "-bf", "0", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2", "-f", "flv"]


# Counts what a viewer would see as an interruption, and takes note how far the picture is behind the page's clock.
COUNT_INTERRUPTIONS = """
window.interruptions = [];
window.lead = performance.now() / 1000 - video.currentTime;
for (const name of ["emptied", "pause", "seeking"]) video.addEventListener(name, () => interruptions.push(name));
"""


# That the picture moves on can be asked for only where nobody else takes the machine's time.
@pytest.mark.alone
@pytest.mark.parametrize("transport", ["websocket", "hls"])
def test_quality_and_sound_can_be_chosen(transport, server, processes, browser):
    processes.start([*several_tracks(processes.folder), server.rtmp(PATH)], "publish")
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    browser.open(server.http(f"{PATH}?transport={transport}"))
    browser.wait_until_playing()

    # In one script each: the menu is made anew whenever the player tells of its tracks.
    def choices() -> list[dict]:
        if not browser.find("#menu").is_displayed():
            browser.press("q")
        return browser.driver.execute_script(
            "return [...menu.querySelectorAll('[role=menuitemradio]')].map((one) => ({ text: one.textContent, isChecked: one.ariaChecked === 'true' }))"
        )

    def checked(places: slice) -> list[str]:
        return [one["text"] for one in choices()[places] if one["isChecked"]]

    def choose(words: str) -> None:
        choices()
        browser.driver.execute_script("[...menu.querySelectorAll('button')].find((one) => one.textContent === arguments[0]).click()", words)

    browser.driver.execute_script(COUNT_INTERRUPTIONS)
    names = [one["text"] for one in choices()]
    assert {"360p", "180p"} <= set(names) and names[0].startswith("Auto") and len(names) == 5, names
    choose("180p")
    eventually("the small picture comes", lambda: browser.video["width"] == 320, within=20)
    assert checked(slice(0, 3)) == ["180p"]
    choose("360p")
    eventually("the large picture comes", lambda: browser.video["width"] == 640, within=20)
    other = next(one["text"] for one in choices()[3:] if not one["isChecked"])
    heard = browser.video["audioBytes"]
    choose(other)
    eventually("the other sound is the chosen one", lambda: checked(slice(3, None)) == [other], within=20)
    eventually("it is decoded", lambda: browser.video["audioBytes"] > 5000 or browser.video["audioBytes"] > heard + 5000)
    browser.wait_until_playing()
    if transport == "websocket":
        assert browser.driver.execute_script("return interruptions") == [], "another track takes over while the picture moves"
        assert browser.driver.execute_script("return performance.now() / 1000 - video.currentTime - lead") < 1


def test_a_way_that_cannot_rewind_stays_live(server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    browser.open(server.http(f"{PATH}?transport=websocket"))
    browser.wait_until_playing()
    for key in (Keys.ARROW_LEFT, Keys.HOME):
        browser.driver.execute_script("word.textContent = ''")
        browser.press(key)
        eventually("it says that it is live", lambda: browser.driver.execute_script("return word.textContent") == "Live")
        assert browser.state in ("playing", "buffering") and browser.transport == "WebSocket"
    browser.wait_until_playing()


def test_it_says_copied_only_of_what_was_copied(server, browser):
    browser.open(server.http(PATH))
    eventually("the page is there", lambda: browser.state)
    said = []
    for is_copied in ("true", "false"):
        browser.driver.execute_script(f"document.execCommand = () => {is_copied}; link.nextElementSibling.click()")
        said.append(browser.driver.execute_script("return word.textContent"))
    assert said[0] == "Copied" and said[1].startswith("Not copied")


def frames(server) -> int:
    return sum(track["frames"] for track in api.stream(server, PATH)["tracks"])


def test_a_page_is_a_viewer_when_it_plays_and_one_alone(server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    browser.leave()
    eventually("nobody watches", lambda: not api.sessions(server, role="player"), within=20)

    def most_viewers() -> int:
        """The most that were there at once, in some eight seconds of media."""
        end, most = frames(server) + 8 * (25 + 44), 0

        def is_over() -> bool:
            nonlocal most
            most = max(most, len(api.sessions(server, role="player")))
            return frames(server) > end

        eventually("eight seconds pass", is_over, within=30)
        return most

    browser.open(server.http(f"{PATH}?autoplay=0"))
    eventually("it waits", lambda: browser.state == "idle")
    browser.move()
    assert most_viewers() == 0
    for transport in ("websocket", "hls"):
        browser.open(server.http(f"{PATH}?transport={transport}"))
        browser.wait_until_playing()
        eventually("the page before has left", lambda: len(api.sessions(server, role="player")) == 1, within=20)
        assert most_viewers() == 1


def test_a_name_that_breaks_html_stays_text(server, browser):
    answer = request(server, "live/a%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert b"<script>alert" not in answer.body
    assert request(server, PATH).headers["Content-Type"] == "text/html; charset=utf-8"


def test_names_of_tracks_stay_text(server, media, processes, browser):
    """What a publisher calls its tracks is shown as it is written."""
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    message = {"type": "init", "tracks": [{"id": id, "kind": "audio", "codec": "mp4a.40.2", "name": f"<img id=evil{id}>"} for id in (0, 1)]}
    forged = f"""
    const Real = WebSocket, forged = {json.dumps(message)};
    window.WebSocket = class extends Real {{
      set onmessage(handler) {{
        super.onmessage = handler && (({{ data }}) => handler({{
          data: typeof data === "string" && data.includes("init") ? JSON.stringify({{ ...JSON.parse(data), tracks: forged.tracks }}) : data,
        }}));
      }}
    }};"""
    forget = browser.before_every_page(forged)
    browser.open(server.http(PATH))
    browser.wait_until_playing()
    browser.press("q")
    eventually("the menu has the name", lambda: "<img id=evil1>" in browser.find("#menu").text)
    assert not browser.driver.find_elements("css selector", "[id^=evil]")
    forget()


def test_the_page_is_light_and_asks_nobody_else(server, media, processes, browser):
    answer = request(server, PATH)
    assert len(answer.body) < MOST_BYTES, f"{len(answer.body)} bytes"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy and "http" not in policy and "*" not in policy
    packed = request(server, PATH, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.body) < MOST_BYTES * 0.35

    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    browser.open(server.http(PATH))
    browser.wait_until_playing()
    asked = browser.driver.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
    assert all(address.startswith((server.http(""), "data:", "blob:")) for address in asked), asked
    assert not [address for address in asked if address.endswith((".js", ".css"))]


def test_every_control_has_a_name(server, media, processes, browser):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    browser.open(server.http(PATH))
    browser.wait_until_playing()
    nameless = browser.driver.execute_script("""
        return [...document.querySelectorAll("button, input, textarea, video, [role=menu]")].filter((element) =>
          !(element.getAttribute("aria-label") || element.textContent.trim() || element.labels?.length)
        ).map((element) => element.outerHTML);""")
    assert nameless == []
    assert browser.find("#notice").get_attribute("role") == "status"
