"""The watch page in an iframe of somebody else's page, which listens and commands by messages."""

import http.server
import threading

import pytest

from harness import publishers
from harness.browser import chromium
from harness.waiting import eventually

PATH = "live/show"

HOST_PAGE = """<!doctype html><title>host</title>
<iframe id="frame" width="640" height="360" allow="autoplay; fullscreen; picture-in-picture"></iframe>
<script>
const told = [], frame = document.getElementById("frame");
addEventListener("message", ({ source, data }) => { if (source === frame.contentWindow) told.push(data); });
const send = (command, value) => frame.contentWindow.postMessage({ to: "swiftwater", command, value }, "*");
</script>"""


class Host(http.server.BaseHTTPRequestHandler):
    """Any path is the page around the iframe."""

    def do_GET(self):
        body = HOST_PAGE.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def host():
    """The origin of a page on another origin than the server's."""
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def playing(server, media, processes):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    return server


def embed(browser, host: str, address: str) -> None:
    browser.open(host)
    browser.driver.execute_script("frame.src = arguments[0]", address)


def told(browser, kind: str) -> list[dict]:
    return browser.driver.execute_script("return told.filter((one) => one.from === 'swiftwater' && one.type === arguments[0])", kind)


def send(browser, command: str, value=None) -> None:
    browser.driver.execute_script("send(...arguments)", command, value)


def status(browser) -> dict:
    """What the player says of itself now."""
    browser.driver.execute_script("told.length = 0")

    def answered() -> list[dict]:
        send(browser, "listen")
        return told(browser, "status")

    return eventually("the player answers", answered)[-1]


def test_the_embed_form_is_a_bare_player(playing, browser):
    browser.open(playing.http(f"{PATH}?embed=1"))
    video = browser.wait_until_playing()
    assert video["muted"], "an iframe makes no noise by itself"
    assert not browser.find("header").is_displayed() and not browser.find("footer").is_displayed()
    assert browser.driver.execute_script("return stage.clientWidth === innerWidth && stage.clientHeight === innerHeight")


def test_the_page_around_listens_and_commands(playing, browser, host):
    embed(browser, host, playing.http(f"{PATH}?embed=1"))
    eventually("it plays", lambda: status(browser)["state"] == "playing", within=20)
    now = status(browser)
    assert now["muted"] and (now["width"], now["height"]) == (320, 180)

    send(browser, "pause")
    eventually("it pauses", lambda: [one for one in told(browser, "state") if one["state"] == "paused"])
    send(browser, "play")
    eventually("it plays again", lambda: status(browser)["state"] == "playing")
    send(browser, "volume", 0.25)
    eventually("it is quieter", lambda: [one for one in told(browser, "volume") if one["volume"] == 0.25])
    send(browser, "statistics")
    figures = eventually("it gives figures", lambda: told(browser, "statistics"))[-1]["figures"]
    assert figures["Codecs"].startswith("avc1")
    send(browser, "no such command", {"anything": 1})
    send(browser, "constructor")
    assert status(browser)["state"] == "playing"


def test_nothing_is_told_before_somebody_asks(playing, browser, host):
    embed(browser, host, playing.http(f"{PATH}?embed=1"))
    frame = browser.find("iframe")
    browser.driver.switch_to.frame(frame)
    browser.wait_until_playing()
    browser.driver.switch_to.default_content()
    assert browser.driver.execute_script("return told.length") == 0


def test_only_the_named_origin_is_heard(playing, browser, host):
    embed(browser, host, playing.http(f"{PATH}?embed=1&origin=https://else.example"))
    browser.driver.switch_to.frame(browser.find("iframe"))
    browser.wait_until_playing()
    browser.driver.switch_to.default_content()
    send(browser, "listen")
    send(browser, "pause")
    browser.driver.switch_to.frame(browser.find("iframe"))
    browser.wait_until_playing()
    browser.driver.switch_to.default_content()
    assert browser.driver.execute_script("return told.length") == 0
    embed(browser, host, playing.http(f"{PATH}?embed=1&origin={host}"))
    assert status(browser)["state"]
