"""The dashboard in a real browser: from the first visit to a live stream, signing in, and what strangers may write into it."""

import json
import pathlib
import re
import subprocess
import urllib.request

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from harness import api, publishers
from harness.browser import Browser, chromium
from harness.hooks import Answer, BackEnd
from harness.http_client import request
from harness.server import BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually

CROWD = (pathlib.Path(__file__).parent / "harness/crowd_of_streams.js").read_text()
EVIL = "<img src=x onerror=evil=1>"


@pytest.fixture(scope="module")
def chrome():
    with chromium() as running:
        yield running


@pytest.fixture
def browser(chrome):
    """A browser that nobody is signed in with."""
    chrome.open("about:blank")
    chrome.messages()
    chrome.driver.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": "*", "storageTypes": "all"})
    yield chrome
    chrome.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def send(server, method: str, path: str, body=None, token: str | None = None) -> dict:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    answer = api.call(server, path, method, headers, None if body is None else json.dumps(body).encode())
    assert answer.status < 300, answer.text
    return json.loads(answer.body) if answer.body else {}


def visit(browser: Browser, server, section: str = "") -> None:
    """Opens a section as if for the first time: another `#` alone is no new page."""
    browser.open("about:blank")
    browser.open(server.http(f"#/{section}"))


# In one look, since each question to the browser takes its time and a page may have a hundred buttons.
_BUTTON = """
const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
return [...place.querySelectorAll("button")].find((one) => one.checkVisibility({ visibilityProperty: true }) &&
  [one.innerText.trim(), one.getAttribute("aria-label")].includes(arguments[0])) ?? null;"""


def button(browser: Browser, words: str):
    """The button that shows or says these words, in the dialog if there is one."""
    return eventually(f"there is a button {words!r}", lambda: browser.driver.execute_script(_BUTTON, words))


def press_button(browser: Browser, words: str) -> None:
    """Presses the button that shows or says these words, in the dialog if there is one."""
    eventually(f"there is a button {words!r}", lambda: _press(browser, _BUTTON, words))


def press_first(browser: Browser, selector: str) -> None:
    """Presses the first element of a selector."""
    eventually(f"there is {selector}", lambda: _press(browser, "return document.querySelector(arguments[0])", selector))


def _press(browser: Browser, script: str, argument: str) -> bool:
    try:
        found = browser.driver.execute_script(script, argument)
        if found is not None:
            # Where a person would have it: at the edge of a small window something may lie before it.
            browser.driver.execute_script("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", found)
            found.click()
        return found is not None
    except WebDriverException:
        # It is being replaced between the look and the click, or something that fades away is still before it.
        return False


def text_of(browser: Browser, selector: str) -> str | None:
    """The text that is shown of the first element of a selector, in one look; none of one that is not shown."""
    return browser.driver.execute_script(
        "const found = document.querySelector(arguments[0]); return found?.checkVisibility() ? found.innerText.trim() : null", selector)


def shows(browser: Browser, text: str, within: float = 10) -> None:
    eventually(f"the page shows {text!r}", lambda: re.search(text, browser.text), within)


def heading(browser: Browser) -> str:
    return browser.driver.execute_script("return document.querySelector('h1')?.textContent")


def dialog_value(browser: Browser, label: str) -> str:
    return browser.driver.execute_script(
        "return [...document.querySelectorAll('dialog[open] label')].find((one) => one.textContent === arguments[0]).control.value", label)


def code_on_screen(browser: Browser, folder: pathlib.Path) -> str:
    """What a phone reads in the QR code that is shown."""
    picture = folder / "code.png"

    def read() -> str | None:
        picture.write_bytes(browser.find(".qr").screenshot_as_png)
        command = ["zbarimg", "--nodbus", "--quiet", "--raw", picture]
        found = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return found.stdout.strip() if found.returncode == 0 else None

    # The dialog fades in, and nobody can read the code before it has.
    return eventually("the code can be read", read)


@configured_with("auth: { publish: key }\n" + BRIEF_SEGMENTS)
def test_from_the_first_visit_to_a_picture(server, processes, media, browser):
    visit(browser, server)
    shows(browser, "Nothing is live")
    browser.press("n")
    eventually("the dialog has the focus", lambda: browser.driver.switch_to.active_element.tag_name == "input")
    browser.press("Harbour <b>camera</b>" + Keys.ENTER)
    shows(browser, "is ready")
    address, key = dialog_value(browser, "Server"), dialog_value(browser, "Stream key")
    assert address == server.rtmp("live") and key.startswith("swk_")
    assert dialog_value(browser, "Both in one") == f"{address}/{key}" == code_on_screen(browser, processes.folder)
    for _ in range(3):
        browser.press(Keys.ESCAPE)
    assert browser.driver.find_elements(By.CSS_SELECTOR, "dialog[open]"), "what is shown once goes away by its own button only"
    press_button(browser, "I have copied the key")

    shows(browser, "Not live")
    encoder = processes.start(publishers.ffmpeg_endless(media.file("plain"), f"{address}/{key}"), "encoder")
    shows(browser, r"Live \d+ s", within=20)
    shows(browser, r"320×180")
    browser.driver.switch_to.frame(browser.find(".stage iframe"))
    browser.wait_until_playing()
    browser.driver.switch_to.default_content()
    browser.press("1")
    shows(browser, r"\d kbit/s", within=15)
    eventually("the card has a picture", lambda: browser.driver.find_elements(By.CSS_SELECTOR, ".card .has-picture"), within=20)
    press_first(browser, ".card")

    press_button(browser, "Rotate")
    press_button(browser, "Make the key")
    shows(browser, "The new key")
    second = dialog_value(browser, "Stream key")
    assert second != key
    press_button(browser, "I have copied the key")
    shows(browser, "has ended")
    publisher = api.sessions(server, role="publisher")[0]["id"]
    press_button(browser, f"Cut off {publisher}")
    press_button(browser, "Cut off")
    shows(browser, "Not live", within=15)
    encoder.wait(15)
    old = processes.start(publishers.ffmpeg_9(media.file("plain"), f"{address}/{key}"), "old")
    assert old.wait(15) != 0
    processes.start(publishers.ffmpeg_endless(media.file("plain"), f"{address}/{second}"), "new")
    shows(browser, r"Live \d+ s", within=20)
    # A picture that is asked for while the stream ends is not there any more.
    assert [one for one in browser.messages() if "/pictures/" not in one and ".jpg" not in one] == []


def test_events_and_sessions_come_by_themselves(server, processes, media, browser):
    visit(browser, server, "events")
    shows(browser, "As it happens")
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
    shows(browser, r"live/show\s+Is live", within=15)
    shows(browser, "A publisher came by RTMP")
    # Who comes later sees what happened before.
    visit(browser, server, "events")
    shows(browser, "A publisher came by RTMP")
    browser.press("3")
    shows(browser, r"1 session")
    eventually("the row names the stream", lambda: text_of(browser, ".table-row .stream") == "live/show")
    press_first(browser, ".table-row")
    shows(browser, "Received")
    browser.press(Keys.ESCAPE)
    session = api.sessions(server)[0]
    press_button(browser, f"Cut off {session['id']}")
    shows(browser, f"{re.escape(session['peer'])}, .*session {session['id']}")
    press_button(browser, "Cut off")
    shows(browser, "0 sessions", within=15)


def test_what_a_dialog_cannot_do_is_said_where_it_is_seen(server, browser):
    stream = send(server, "POST", "/live-streams", {"name": "Show"})
    visit(browser, server, "stream/live/show")
    shows(browser, "Encoder")
    press_button(browser, "Delete")
    shows(browser, "Delete Show\\?")
    send(server, "DELETE", f"/live-streams/{stream['id']}")
    press_button(browser, "Delete")
    complaint = "return document.querySelector('dialog[open] .complaint:not([hidden])')?.textContent"
    eventually("the dialog says what went wrong", lambda: browser.driver.execute_script(complaint))
    browser.press(Keys.ESCAPE)
    browser.press("n")
    browser.press("Show" + Keys.ENTER)
    shows(browser, "is ready")
    press_button(browser, "Copy Server")
    shows(browser, "Server copied")
    # Among what is in the top layer the last one is above.
    assert browser.driver.execute_script("return document.querySelector('#toasts').matches(':popover-open')")


def test_a_section_says_what_it_cannot_find_out_until_it_can(server, browser):
    """Each of the API's answers that a page needs is refused in turn, and given again."""
    send(server, "POST", "/live-streams", {"name": "Show"})
    forget = browser.before_every_page("""
        const fetched = window.fetch;
        window.fetch = (address, options) => window.refused && new URL(address, location.href).pathname.endsWith(window.refused)
          ? Promise.resolve(new Response('{"detail":"not now"}', { status: 503 })) : fetched(address, options);
        window.refused = location.search.slice(1);""")
    try:
        for section, refused in [("stream/live/show", each) for each in ("streams", "live-streams", "sessions", "recordings")] + [
                ("settings", "server"), ("settings", "webhooks")]:
            browser.open("about:blank")
            browser.open(server.http(f"?{refused if refused != 'server' else ''}#/{section}"))
            if refused == "server":
                # Nobody gets in without it.
                shows(browser, "Version")
                browser.driver.execute_script("window.refused = 'server'")
            shows(browser, "Not now")
            browser.driver.execute_script("window.refused = ''")
            eventually("all is well again", lambda: "Not now" not in browser.text, within=30)
            if refused == "live-streams":
                shows(browser, "Encoder")
    finally:
        forget()


@configured_with("apps: { live: { record: fmp4, hls: { segment: 1s } } }\n")
def test_recordings_are_seen_fetched_and_deleted(server, processes, media, browser):
    processes.start(publishers.ffmpeg_9(media.file("plain"), server.rtmp("live/show")), "publish")
    visit(browser, server, "stream/live/show")
    shows(browser, "being recorded", within=20)
    shows(browser, r"8 s · \d", within=25)
    eventually("it is finished", lambda: "being recorded" not in browser.text, within=15)
    (entry,) = api.get(server, "/recordings")["recordings"]
    target, label = browser.driver.execute_script("const link = document.querySelector('.recordings a'); return [link.href, link.ariaLabel]")
    assert target.endswith(entry["url"]) and label == f"Download {entry['file']}"
    press_button(browser, f"Delete {entry['file']}")
    press_button(browser, "Delete")
    eventually("it is gone", lambda: api.get(server, "/recordings")["recordings"] == [])
    eventually("the list is gone", lambda: browser.driver.execute_script("return document.querySelector('.recordings')?.checkVisibility() === false"))
    assert [one for one in browser.messages() if ".jpg" not in one] == []


def test_a_long_download_shows_how_far_it_is_and_is_not_begun_twice(server, browser):
    token = send(server, "POST", "/tokens", {"label": "me", "role": "admin"})["token"]
    forget = browser.before_every_page("""
        const fetched = window.fetch, entry = {
          id: "r1", stream: "live/show", file: "live/show.mp4", state: "finished", startedAt: new Date().toISOString(), durationSeconds: 8,
          bytes: 2000, lostFrames: 0, url: "/api/v1/recordings/r1/file" };
        Object.assign(window, { lists: 0, begun: 0, saved: [] });
        window.fetch = async (address, options) => {
          const { pathname } = new URL(address, location.href);
          if (pathname === "/api/v1/recordings") { window.lists += 1; return new Response(JSON.stringify({ recordings: [entry] })); }
          if (pathname !== entry.url) return fetched(address, options);
          window.begun += 1;
          return new Response(new ReadableStream({ start(file) {
            file.enqueue(new Uint8Array(1500));
            window.finish = () => { file.enqueue(new Uint8Array(500)); file.close(); };
          } }));
        };
        HTMLAnchorElement.prototype.click = function () { window.saved.push(this.download); };""")
    state = lambda name: browser.driver.execute_script("return window[arguments[0]]", name)
    try:
        visit(browser, server, "stream/live/show")
        browser.find("input[type=password]").send_keys(token + Keys.ENTER)
        press_button(browser, "Download live/show.mp4")
        shows(browser, r"1\.50 kB …")
        before = state("lists")
        eventually("the list is made anew", lambda: state("lists") >= before + 2, within=20)
        shows(browser, r"1\.50 kB …")
        press_button(browser, "Downloading live/show.mp4: 1.50 kB so far")
        browser.driver.execute_script("window.finish()")
        eventually("it is saved", lambda: state("saved") == ["live-show.mp4"])
        assert state("begun") == 1
        assert button(browser, "Download live/show.mp4").get_attribute("aria-disabled") == "false"
    finally:
        forget()


def test_signing_in_and_out(server, browser):
    token = send(server, "POST", "/tokens", {"label": "me", "role": "admin"})["token"]
    visit(browser, server)
    shows(browser, "Sign in")
    browser.find("input[type=password]").send_keys("swt_wrong" + Keys.ENTER)
    shows(browser, "The token is unknown, or has ended")
    browser.find("input[type=password]").send_keys(token + Keys.ENTER)
    shows(browser, r"me \(admin\)")
    browser.driver.refresh()
    shows(browser, r"me \(admin\)")
    assert token not in browser.driver.current_url and token not in server.log
    assert not browser.driver.execute_script("return localStorage.length")
    press_button(browser, "Sign out")
    shows(browser, "Sign in")
    browser.driver.refresh()
    shows(browser, "Sign in")


def test_on_a_phone_one_signs_out_and_sees_that_the_server_is_gone(processes, browser):
    server = Server(processes, BRIEF_SEGMENTS)
    token = send(server, "POST", "/tokens", {"label": "me", "role": "admin"})["token"]
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True})
    visit(browser, server, "settings")
    browser.find("input[type=password]").send_keys(token + Keys.ENTER)
    shows(browser, "me, admin")
    press_button(browser, "Sign out")
    shows(browser, "first-token")
    browser.find("input[type=password]").send_keys(token + Keys.ENTER)
    shows(browser, "me, admin")
    server.stop()
    shows(browser, "Connecting…", within=20)
    assert browser.find("#connection").is_displayed()
    assert browser.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "nothing hangs over the edge"


@configured_with("metrics: { readers: token }\n")
def test_whoever_is_signed_in_sees_the_metrics(server, browser):
    token = send(server, "POST", "/tokens", {"label": "me", "role": "admin"})["token"]
    visit(browser, server, "settings")
    browser.find("input[type=password]").send_keys(token + Keys.ENTER)
    shows(browser, "me, admin")
    before = browser.driver.current_window_handle
    press_button(browser, "Metrics")
    try:
        eventually("there is another tab", lambda: len(browser.driver.window_handles) == 2)
        browser.driver.switch_to.window(next(one for one in browser.driver.window_handles if one != before))
        shows(browser, "# TYPE swiftwater_")
        browser.driver.close()
    finally:
        browser.driver.switch_to.window(before)


def test_who_only_looks_sees_nothing_to_break(server, processes, media, browser):
    admin = send(server, "POST", "/tokens", {"label": "me", "role": "admin"})["token"]
    stream = send(server, "POST", "/live-streams", {"name": "Show"}, token=admin)
    viewer = send(server, "POST", "/tokens", {"label": "eye", "role": "viewer"}, token=admin)["token"]
    processes.start(publishers.ffmpeg_endless(media.file("plain"), f"{stream['rtmpUrl']}/{stream['streamKey']}"), "publish")
    visit(browser, server)
    browser.find("input[type=password]").send_keys(viewer + Keys.ENTER)
    shows(browser, r"eye \(viewer\)")
    browser.press("n")
    forbidden = re.compile(r"New live stream|Cut off|Rotate|Add a key|Revoke|Delete|Change$|Make a token|Read the file", re.MULTILINE)
    for section, text in [("", "kbit/s"), ("live-streams", "live/show"), ("stream/live/show", "Publisher"), ("sessions", r"\d session"), ("events", "Is live"), ("settings", "eye, viewer")]:
        visit(browser, server, section)
        shows(browser, text, within=15)
        assert not forbidden.search(browser.text), f"{section}: {browser.text}"
    # The first visit is what asks for the token.
    assert [one for one in browser.messages() if "401 (Unauthorized)" not in one] == []


def test_the_first_token_signs_its_maker_in(server, browser):
    visit(browser, server, "settings")
    press_button(browser, "Make a token")
    shows(browser, "no longer trusted by itself")
    browser.press("Ann" + Keys.ENTER)
    shows(browser, "The token for Ann")
    token = dialog_value(browser, "Token")
    assert token.startswith("swt_")
    press_button(browser, "I have copied the token")
    shows(browser, r"Ann \(admin\)")
    press_button(browser, "Revoke Ann")
    press_button(browser, "Revoke")
    shows(browser, "a program on this machine")


def test_a_first_token_is_shown_whatever_comes_of_signing_in(server, browser):
    visit(browser, server, "settings")
    press_button(browser, "Make a token")
    shows(browser, "no longer trusted by itself")
    browser.driver.execute_script("""
        const fetched = window.fetch;
        window.fetch = (address, options) => address.endsWith("/server")
          ? Promise.resolve(new Response('{"detail":"not now"}', { status: 503 })) : fetched(address, options);""")
    browser.press("Ann" + Keys.ENTER)
    shows(browser, "The token for Ann")
    token = dialog_value(browser, "Token")
    eventually("the server wants a token", lambda: api.call(server, "/streams").status == 401)
    assert api.call(server, "/streams", "GET", {"Authorization": f"Bearer {token}"}).status == 200
    browser.press(Keys.ESCAPE)
    assert dialog_value(browser, "Token") == token


def test_a_token_that_has_ended_keeps_nobody_out_of_a_trusted_machine(server, browser):
    made = send(server, "POST", "/tokens", {"label": "me", "role": "admin"})
    visit(browser, server)
    browser.find("input[type=password]").send_keys(made["token"] + Keys.ENTER)
    shows(browser, r"me \(admin\)")
    send(server, "DELETE", f"/tokens/{made['id']}", token=made["token"])
    # At once, and on the next visit with what the browser kept.
    eventually("nobody signs in", lambda: "me (admin)" not in browser.text and "Nothing is live" in browser.text)
    browser.driver.execute_script("sessionStorage.setItem('swiftwater.token', arguments[0])", made["token"])
    visit(browser, server)
    shows(browser, "Nothing is live")
    assert browser.driver.execute_script("return sessionStorage.length") == 0
    send(server, "POST", "/tokens", {"label": "other", "role": "admin"})
    browser.driver.execute_script("sessionStorage.setItem('swiftwater.token', arguments[0])", made["token"])
    visit(browser, server)
    shows(browser, "The token is unknown, or has ended")


def test_settings_are_changed_and_taken_back(server, browser):
    def setting(key: str) -> dict:
        return next((one for one in api.get(server, "/configuration")["settings"] if one["key"] == key), {})

    def change(key: str, application: str, value: str) -> None:
        press_button(browser, f"Change {key}")
        for label, text in [("Value", value), ("Application", application)]:
            browser.driver.execute_script(
                "[...document.querySelectorAll('dialog[open] label')].find((one) => one.textContent === arguments[0]).control.value = arguments[1]",
                label, text)
        press_button(browser, "Save")

    visit(browser, server, "settings")
    shows(browser, "log.level")
    browser.press("/")
    browser.press("hls.window")
    eventually("few are left", lambda: len(browser.driver.find_elements(By.CSS_SELECTOR, ".settings > li")) < 4)
    change("apps.*.hls.window", "live", "soon")
    eventually("the dialog says what is wrong", lambda: browser.driver.execute_script("return document.querySelector('dialog .complaint')?.textContent"))
    assert setting("apps.live.hls.window").get("value") != "soon"
    browser.press(Keys.ESCAPE)
    eventually("the dialog is closed", lambda: not browser.driver.find_elements(By.TAG_NAME, "dialog"))
    change("apps.*.hls.window", "live", "2m")
    eventually("it holds", lambda: setting("apps.live.hls.window").get("value") == "2m")
    shows(browser, "changed here")
    press_button(browser, "Change apps.live.hls.window")
    browser.find("dialog[open] .check input").click()
    press_button(browser, "Save")
    eventually("it is as before", lambda: setting("apps.live.hls.window").get("origin", {}).get("kind") != "api")
    browser.press("1")
    visit(browser, server, "events")
    shows(browser, r"Changed by local: apps\.live\.hls\.window")


def test_webhooks_show_how_they_do_and_are_tried(processes, media, browser):
    """One that works and one that does not, each with a test of its own; and who may not see them does not."""
    back_end = BackEnd()
    back_end.decide = lambda message: Answer(500 if message.path.startswith("/broken") else 200)
    try:
        hooks = f'{{ name: back, url: "{back_end.url("/in?key=hush")}", secret: 0123456789abcdef }}'
        broken = f'{{ name: broken, url: "{back_end.url("/broken")}", events: [publish] }}'
        server = Server(processes, f"webhooks: [{hooks}, {broken}]\n{BRIEF_SEGMENTS}")
        visit(browser, server, "settings")
        shows(browser, "Webhooks")
        row = lambda name: browser.driver.execute_script(
            "return [...document.querySelectorAll('li')].map((one) => one.innerText.trim()).find((text) => text.startsWith(arguments[0] + '\\n')) ?? ''", name)
        shows(browser, "broken\n")
        assert f"{back_end.url('/in')}?…" in row("back") and "hush" not in browser.text
        assert "swiftwater · signed · 0 delivered" in row("back") and "not signed" in row("broken")
        press_button(browser, "Test back")
        shows(browser, "back answered after")
        assert [message.json["event"] for message in back_end.messages] == ["test"]
        press_button(browser, "Test broken")
        shows(browser, "broken: answered with status 500")
        processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
        eventually("what was delivered is counted", lambda: re.search(r"· [1-9]\d* delivered", row("back")), 20)
        eventually("what fails is shown", lambda: re.search(r"failed tr.*message.* wait.*\nanswered with status 500", row("broken"), re.DOTALL), 20)
        visit(browser, server, "events")
        shows(browser, "Hook broken: answered with status 500")
        admin = send(server, "POST", "/tokens", {"label": "me", "role": "admin"})["token"]
        for role, applications in [("viewer", None), ("operator", ["live"])]:
            scope = {"applications": applications} if applications else {}
            token = send(server, "POST", "/tokens", {"label": role, "role": role} | scope, token=admin)["token"]
            visit(browser, server, "settings")
            browser.find("input[type=password]").send_keys(token + Keys.ENTER)
            shows(browser, rf"{role} \({role}\)")
            shows(browser, "hls.window")
            headings = browser.driver.execute_script(
                "return [...document.querySelectorAll('h2')].filter((one) => one.checkVisibility()).map((one) => one.innerText)")
            assert headings and "Webhooks" not in headings and "Test broken" not in browser.text
            visit(browser, server, "events")
            shows(browser, "A publisher came by RTMP")
            assert "Hook broken" not in browser.text
            press_button(browser, "Sign out")
        server.stop()
    finally:
        back_end.stop()


def test_pictures_are_for_whoever_may_look(processes, media, browser):
    """Where players need a token and a hook is asked about them, who looks with the role of a viewer has pictures."""
    hook = BackEnd()
    try:
        server = Server(
            processes, f'auth: {{ publish: open, play: token }}\nadmission: {{ play: "{hook.url()}" }}\n{BRIEF_SEGMENTS}')
        processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
        eventually("it is live", lambda: api.get(server, "/streams")["total"] == 1)
        admin = send(server, "POST", "/tokens", {"label": "me", "role": "admin"})["token"]
        viewer = send(server, "POST", "/tokens", {"label": "eye", "role": "viewer"}, token=admin)["token"]
        other = send(server, "POST", "/tokens", {"label": "other", "role": "admin", "applications": ["other"]}, token=admin)["token"]
        visit(browser, server)
        browser.find("input[type=password]").send_keys(viewer + Keys.ENTER)
        shows(browser, "kbit/s", within=15)
        eventually("the card has a picture", lambda: browser.driver.find_elements(By.CSS_SELECTOR, ".card .has-picture"), within=20)
        asked = browser.driver.execute_script("return performance.getEntriesByType('resource').map((entry) => entry.name)")
        assert any("/api/v1/pictures/live/show" in address for address in asked) and not any(".jpg" in address for address in asked)
        assert hook.messages == [], "nobody plays"
        path = "/api/v1/pictures/live/show"

        def status(token: str | None, path: str = path, name: str = "Authorization") -> int:
            return request(server, path, headers={name: f"Bearer {token}"} if token else {}).status

        picture = request(server, path + "?width=320", headers={"Authorization": f"Bearer {viewer}"})
        assert picture.status == 200 and picture.body[:3] == b"\xff\xd8\xff" and picture.headers["Content-Type"] == "image/jpeg"
        assert picture.headers["Cache-Control"].startswith("private") and "Access-Control-Allow-Origin" not in picture.headers
        known = {"Authorization": f"Bearer {viewer}", "If-None-Match": picture.headers["ETag"]}
        assert eventually("it is known", lambda: request(server, path + "?width=320", headers=known).status in (200, 304))
        # The role opens the picture and nothing else, and no other way leads to it.
        assert status(None) == 401 and status("swt_wrong") == 401 and status(other) == 404
        assert status(None, f"{path}?token={viewer}") in (400, 401)
        assert status(viewer, "/live/show.jpg") == 403 and status(viewer, "/live/show.flv") == 403
        assert status(viewer, path + "?width=none") == 400 and status(viewer, "/api/v1/pictures/live/none") == 404
        assert hook.messages == []
        server.stop()
    finally:
        hook.stop()


@configured_with("auth: { publish: open }\n")
def test_what_strangers_write_is_shown_as_text(server, processes, media, browser):
    stream = send(server, "POST", "/live-streams", {"name": f"{EVIL} show", "stream": "show", "label": EVIL})
    send(server, "POST", f"/live-streams/{stream['id']}/keys", {"label": f"{EVIL}2"})
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp("live/show")), "publish")
    server.wait_until_live("live/show")
    watcher = urllib.request.urlopen(urllib.request.Request(server.http("live/show.flv"), headers={"User-Agent": EVIL}), timeout=10)
    with watcher:
        for section, text in [("", "live"), ("live-streams", EVIL), ("stream/live/show", f"{EVIL}2"), ("stream/live/show", EVIL), ("sessions", EVIL), ("events", "Is live")]:
            visit(browser, server, section)
            shows(browser, re.escape(text))
            assert browser.driver.execute_script("return document.querySelectorAll('img, [onerror]').length + (window.evil ?? 0)") == 0
    for section in [f"stream/{EVIL}/{EVIL}", f"sessions?stream={EVIL}", "live-streams?search=" + EVIL, EVIL, "stream/%zz"]:
        visit(browser, server, section.replace(" ", "%20"))
        shows(browser, "Overview|Live streams|Sessions|Not live")
        assert browser.driver.execute_script("return document.querySelectorAll('img, [onerror]').length + (window.evil ?? 0)") == 0
    token = send(server, "POST", "/tokens", {"label": EVIL, "role": "admin"})["token"]
    visit(browser, server, "settings")
    browser.find("input[type=password]").send_keys(token + Keys.ENTER)
    shows(browser, re.escape(EVIL))
    assert browser.driver.execute_script("return document.querySelectorAll('img, [onerror]').length + (window.evil ?? 0)") == 0


def test_it_asks_nobody_else_and_allows_nothing_else(server, browser):
    answer = request(server, "/")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'") and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["Access-Control-Allow-Origin"] is None and answer.headers["X-Content-Type-Options"] == "nosniff"
    visit(browser, server)
    shows(browser, "Nothing is live")
    asked = browser.driver.execute_script("return performance.getEntriesByType('resource').map((entry) => [entry.name, entry.transferSize])")
    assert all(address.startswith((server.http(""), "data:")) for address, _ in asked), asked
    files = [(address, size) for address, size in asked if "/dashboard/" in address]
    assert len(files) == len(dict(files)) and sum(size for _, size in files) < 75_000, files
    # The second visit fetches the document alone.
    browser.driver.refresh()
    shows(browser, "Nothing is live")
    again = browser.driver.execute_script("return performance.getEntriesByType('resource').filter((entry) => entry.name.includes('/dashboard/') && entry.transferSize)")
    assert not again
    assert browser.messages() == []


def test_everything_can_be_reached_by_keys_and_has_a_name(server, browser):
    send(server, "POST", "/live-streams", {"name": "Show"})
    visit(browser, server)
    shows(browser, "Not live")
    for key, section in [("2", "Live streams"), ("3", "Sessions"), ("4", "Events"), ("5", "Settings"), ("1", "Overview")]:
        browser.press(key)
        eventually(section, lambda: heading(browser) == section)
        nameless = browser.driver.execute_script("""
            return [...document.querySelectorAll("button, input, select, a, [role=img]")].filter((element) => element.checkVisibility() &&
              !(element.getAttribute("aria-label") || element.textContent.trim() || element.labels?.length)).map((element) => element.outerHTML);""")
        assert nameless == []
        eventually("the navigation says where one is", lambda: text_of(browser, "[aria-current=page]") == section)
    browser.press("/")
    assert browser.driver.switch_to.active_element.get_attribute("type") == "search"
    browser.press("n?2")
    assert heading(browser) == "Overview", "what is typed into a field is no command"
    browser.press(Keys.ESCAPE + Keys.ESCAPE)
    browser.press("?")
    shows(browser, "new live stream")
    browser.press(Keys.ESCAPE)
    eventually("the dialog is closed", lambda: not browser.driver.find_elements(By.TAG_NAME, "dialog"))
    # By Tab alone to the live stream.
    for _ in range(20):
        browser.press(Keys.TAB)
        focused = browser.driver.switch_to.active_element
        outline = browser.driver.execute_script("return getComputedStyle(arguments[0]).outlineStyle", focused)
        assert outline != "none", focused.get_attribute("outerHTML")
        if "live/show" in focused.text:
            break
    browser.press(Keys.ENTER)
    shows(browser, "Encoder")


@pytest.mark.parametrize("width, height", [(1440, 900), (390, 844)])
def test_a_thousand_live_streams_and_five_thousand_sessions(server, browser, width, height):
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500})
    forget = browser.before_every_page(f"window.crowd = {{ live: 200, objects: 1000, sessions: 5000 }};\n{CROWD}")
    nodes = lambda: browser.driver.execute_script("return document.querySelectorAll('*').length")
    scroll = lambda: browser.driver.execute_script("scrollTo(0, document.body.scrollHeight)")
    try:
        visit(browser, server)
        eventually("the live streams are counted", lambda: text_of(browser, ".figures dd") == "200")
        assert nodes() < 1500, "cards beyond the screen wait"

        def all_there() -> bool:
            scroll()
            return len(browser.driver.find_elements(By.CSS_SELECTOR, ".card")) == 200

        eventually("all cards come as one scrolls", all_there)
        assert nodes() < 6000
        browser.press("2")
        eventually("a page of live streams", lambda: len(browser.driver.find_elements(By.CSS_SELECTOR, ".rows a")) == 50)
        scroll()
        # Whoever presses twice turns one page.
        browser.driver.execute_script("const next = arguments[0]; next.click(); next.click();", button(browser, "Next"))
        shows(browser, "Show 50")
        press_button(browser, "Back")
        shows(browser, r"Show 0\b")
        press_button(browser, "Next")
        shows(browser, "Show 50")
        browser.press("/")
        browser.press("show-0777")
        eventually("one is found", lambda: len(browser.driver.find_elements(By.CSS_SELECTOR, ".rows a")) == 1)
        browser.press(Keys.ESCAPE + Keys.ESCAPE)
        browser.press("3")
        shows(browser, "5,000 sessions")
        assert nodes() < 1500
        scroll()
        eventually("the last row is there", lambda: browser.driver.find_elements(By.CSS_SELECTOR, ".table-row[aria-rowindex='5001']"))
        assert nodes() < 1500
        browser.find("[data-search]").send_keys("192.0.2.7:")
        shows(browser, "20 of 5,000 sessions")
        assert browser.driver.execute_script("return document.documentElement.scrollWidth <= innerWidth"), "nothing hangs over the edge"
        # Not a measurement, which a busy machine would spoil, but a bound against work that grows with the square.
        assert max(browser.driver.execute_script("return window.longTasks") or [0]) < 5000
    finally:
        forget()
