"""The dashboard's modules by themselves: QR codes as a phone reads them, server-sent events, figures in words."""

import functools
import http.server
import random
import re
import subprocess
import threading

import pytest

from harness.browser import chromium
from harness.server import ROOT

MODULES = ROOT / "Sources/Protocols/HTTP/Pages/Resources/dashboard"


@pytest.fixture(scope="module")
def module():
    """Runs a function body with the names of a module as `this`: `module("qr", "return …", argument)`."""
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=MODULES))
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    with chromium() as browser:
        browser.open(f"http://127.0.0.1:{serving.server_port}/nothing")

        def run(name: str, body: str, *arguments):
            script = "const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);"
            script += f"import('/{name}.js').then((module) => (function () {{ {body} }}).call(module, ...given)).then(done, (error) => done(String(error)));"
            return browser.driver.execute_async_script(script, *arguments)

        yield run
    serving.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".js": "text/javascript"}

    def log_message(self, *_):
        pass


# The least and the most of each length of the header, and of some versions: with and without alignment, with version words.
@pytest.mark.parametrize("length", [1, 14, 15, 26, 27, 84, 122, 123, 180, 181, 213, 214, 331, 412, 560, 666])
def test_a_code_says_what_it_was_made_of(module, tmp_path, length):
    chance = random.Random(length)
    text = ("rtmp://media.example.com/live/swk_" + "".join(chance.choices("abcdefghijkmnpqrstuvwxyz23456789?&=%", k=700)))[:length]
    dark = module("qr", "return this.encodeQR(arguments[0])", text)
    assert _read(dark, tmp_path) == text


def test_whatever_a_stream_is_called_a_code_is_plain_ascii(module):
    """Readers guess the encoding of anything else, and each in its own way."""
    body = "return Object.values(this.FORMS).map(([, text]) => text('rtmp://h/live/swk_1', 'Königs & \"北京\"'))"
    for text in (texts := module("encoder-settings", body)):
        assert text.isascii() and '"' not in text
    assert texts == [
        "rtmp://h/live/swk_1",
        "larix://set/v1?conn[][url]=rtmp%3A%2F%2Fh%2Flive%2Fswk_1&conn[][name]=K%C3%B6nigs%20%26%20%22%E5%8C%97%E4%BA%AC%22",
        "moblin://?%7B%22streams%22%3A%5B%7B%22name%22%3A%22K%C3%B6nigs%20%26%20%5C%22%E5%8C%97%E4%BA%AC%5C%22%22%2C%22url%22%3A%22rtmp%3A%2F%2Fh%2Flive%2Fswk_1%22%7D%5D%7D",
    ]


def test_what_is_too_long_for_a_code_is_said_to_be(module):
    assert "too long" in module("qr", "return this.encodeQR(arguments[0])", "x" * 667)


def _read(dark: list[list[bool]], folder) -> str:
    scale, quiet = 4, 4
    side = (len(dark) + 2 * quiet) * scale

    def is_dark(row: int, column: int) -> bool:
        row, column = row // scale - quiet, column // scale - quiet
        return 0 <= row < len(dark) and 0 <= column < len(dark) and dark[row][column]

    bitmap = folder / "code.pbm"
    lines = [" ".join(str(int(is_dark(row, column))) for column in range(side)) for row in range(side)]
    bitmap.write_text(f"P1\n{side} {side}\n" + "\n".join(lines) + "\n")
    # By itself zbar also looks for other kinds of codes, and finds them in a large one's noise.
    command = ["zbarimg", "--nodbus", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", bitmap]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode().removesuffix("\n")


EVENTS = 'retry: 1000\n\n: alive\n\nid: a-1\nevent: stream.started\ndata: {"a":1}\n\nid: a-2\r\ndata: one\r\ndata: two\r\n\r\nevent: empty\n\n'


def test_events_are_read_however_they_are_cut(module):
    wanted = [{"type": "stream.started", "id": "a-1", "data": '{"a":1}'}, {"type": "message", "id": "a-2", "data": "one\ntwo"}]
    body = """
        const text = arguments[0], found = [];
        for (let cut = 0; cut <= text.length; cut += 1) {
          const parser = new this.EventParser();
          found.push([...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))]);
        }
        const slow = new this.EventParser();
        found.push([...text].flatMap((character) => slow.push(character)));
        return found;"""
    for events in module("event-feed", body, EVENTS):
        assert events == wanted


def test_figures_are_read_at_a_glance(module):
    body = "return arguments[0].map((value) => [this.bits(value), this.span(value), this.seconds(value)])"
    assert module("words", body, [0, 0.2, 999, 2_481_232, 90_061]) == [
        ["0 bit/s", "0 s", "0 ms"], ["0 bit/s", "0 s", "200 ms"], ["999 bit/s", "16 min 39 s", "999.0 s"],
        ["2.48 Mbit/s", "28 d 17 h", "2481232.0 s"], ["90.1 kbit/s", "1 d 1 h", "90061.0 s"],
    ]


def test_bitrates_of_sessions_come_from_what_was_moved_between(module):
    body = """
        const look = (bytes) => [{ id: "a", role: "player", bytesSent: bytes, bytesReceived: 0 }];
        const first = look(1000), second = look(126000);
        const figures = this.measure(first, new Map(), 0);
        this.measure(second, figures, 1000);
        return [first[0].bitsPerSecond ?? null, second[0].bitsPerSecond];"""
    assert module("sessions", body) == [None, 1_000_000]


TABLE = """
    document.body.replaceChildren();
    const cut = [], table = new this.VirtualTable("Sessions", [{ name: "age", words: "Age", value: (row) => row.age, text: (row) => row.id, isNumber: true }], {
      sorting: { name: "age", isDescending: false }, onopen() {}, action: { words: () => "Cut off", run: (row) => cut.push(row.id) } });
    table.element.style.setProperty("--row", "2rem");
    document.body.append(table.element);
    const rows = (ages) => Object.entries(ages).map(([id, age]) => ({ id, age }));
    const lines = () => [...document.querySelectorAll(".table-row")].filter((line) => !line.hidden);
    const shown = () => lines().map((line) => line.querySelector(".link").textContent).join("");
    const aim = () => lines()[0].querySelector(".action button"), pause = (time) => new Promise((done) => setTimeout(done, time));
"""


def test_no_row_moves_away_from_under_a_hand(module):
    """Others wait at the end, one that is gone keeps its place, and all is put in order when the hand is gone."""
    seen = module("virtual-table", TABLE + """
        table.show(rows({ a: 1, b: 2 }));
        const seen = [shown()];
        aim().focus();
        table.update(rows({ c: 0, b: 2, a: 3 }));
        seen.push(shown());
        table.update(rows({ c: 0, a: 3 }));
        seen.push(shown(), String(lines()[1].querySelector(".action button").hidden));
        aim().blur();
        return pause(300).then(() => [...seen, shown()]);""")
    assert seen == ["ab", "abc", "abc", "true", "ca"]
    # What somebody asks for is shown at once.
    asked = module("virtual-table", TABLE + """
        table.show(rows({ a: 1, b: 2 }));
        aim().focus();
        table.show(rows({ b: 2 }));
        return shown();""")
    assert asked == "b"


def test_a_button_is_for_the_row_that_it_stood_in_when_it_was_pressed(module):
    cut = module("virtual-table", TABLE + """
        table.show(rows({ a: 1, b: 2 }));
        aim().dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
        table.show(rows({ a: 3, b: 2 }));
        aim().dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
        aim().dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 0 }));
        return cut;""")
    assert cut == ["a", "b"]


def test_words_stand_out_from_what_they_stand_on():
    """White on what is live, and what notices of failures say, in the dark and in the light: 4.5 to 1 at least (WCAG 2.2, 1.4.3)."""
    frame, shared = (MODULES / "frame.css").read_text(), (MODULES.parent / "shared/tokens.css").read_text()

    def colours(name: str, text: str) -> list[str]:
        return [colour if len(colour) == 7 else "#" + "".join(2 * digit for digit in colour[1:]) for colour in re.findall(rf"--{name}: (#\w+);", text)]

    (live,) = colours("live", shared)
    pairs = [("#ffffff", live), *zip(colours("on-error", frame), colours("error", frame), strict=True)]
    assert len(pairs) == 3
    for one, other in pairs:
        lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5, (one, other)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
