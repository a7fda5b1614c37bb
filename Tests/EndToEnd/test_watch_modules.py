"""The watch page's modules by themselves, in the browser that runs them: playlists, boxes, clocks."""

import functools
import http.server
import json
import struct
import threading

import pytest

from harness.browser import chromium
from harness.server import ROOT

MODULES = ROOT / "Sources/Protocols/HTTP/Pages/Resources/watch"

LOW_LATENCY = """#EXTM3U
#EXT-X-VERSION:6
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.6,HOLD-BACK=6
#EXT-X-PART-INF:PART-TARGET=0.2
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-DISCONTINUITY-SEQUENCE:1
#EXT-X-MAP:URI="init-a.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.000Z
#EXTINF:2,
seven.mp4
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="init-b.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:17.500Z
#EXT-X-PART:DURATION=0.2,URI="eight-0.mp4",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.1,URI="eight-1.mp4"
#EXTINF:0.3,
eight.mp4
#EXT-X-PART:DURATION=0.2,URI="nine-0.mp4",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="nine-1.mp4"
#EXT-X-RENDITION-REPORT:URI="other.m3u8",LAST-MSN=9,LAST-PART=0
"""

MULTIVARIANT = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Deutsch, \xfcbersetzt",LANGUAGE="de",DEFAULT=YES,URI="de.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="x",URI="s.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=1000000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=50.000,AUDIO="a"
high.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=300000,CODECS="avc1.42c01e, mp4a.40.2",RESOLUTION=640x360,AUDIO="a"
low.m3u8
"""


@pytest.fixture(scope="module")
def module():
    """Runs a function body with the names of a module, on a page of its own: `module("playlist", "return …", argument)`."""
    handler = functools.partial(Quiet, directory=MODULES)
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    with chromium() as browser:
        browser.open(f"http://127.0.0.1:{serving.server_port}/nothing")

        def run(name: str, body: str, *arguments):
            script = f"const done = arguments[arguments.length - 1], given = [...arguments].slice(0, -1);"
            script += f"import('/{name}.js').then((module) => (function () {{ {body} }}).call(module, ...given)).then(done, (error) => done(String(error)));"
            return browser.driver.execute_async_script(script, *arguments)

        yield run
    serving.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {".js": "text/javascript"}

    def log_message(self, *_):
        pass


def test_a_playlist_with_parts_is_read(module):
    playlist = module("playlist", "return this.parseMedia(arguments[0], (uri) => 'at:' + uri)", LOW_LATENCY)
    assert (playlist["target"], playlist["partTarget"], playlist["partHoldBack"], playlist["canBlock"]) == (2, 0.2, 0.6, True)
    assert playlist["hint"] == "at:nine-1.mp4" and not playlist.get("isEnded")
    seven, eight, nine = playlist["segments"]
    assert (seven["msn"], seven["group"], seven["map"], seven["url"], seven["start"]) == (7, 1, "at:init-a.mp4", "at:seven.mp4", 0)
    assert (eight["msn"], eight["group"], eight["map"], eight["start"]) == (8, 2, "at:init-b.mp4", 2)
    assert [part["url"] for part in eight["parts"]] == ["at:eight-0.mp4", "at:eight-1.mp4"]
    assert eight["parts"][0]["isIndependent"] and not eight["parts"][1]["isIndependent"]
    assert nine["url"] is None and nine["duration"] == 0.2 and nine["start"] == 2.3
    assert nine["date"] - eight["date"] == 300
    assert playlist["end"] == 2.5


def test_a_newer_playlist_goes_on_where_the_older_one_was(module):
    body = """
        const older = this.parseMedia(arguments[0], String), newer = this.parseMedia(arguments[1], String);
        this.continueTimes(newer, older);
        return newer;"""
    newer = LOW_LATENCY.replace("#EXT-X-MEDIA-SEQUENCE:7", "#EXT-X-MEDIA-SEQUENCE:8").replace("#EXTINF:2,\nseven.mp4\n#EXT-X-DISCONTINUITY\n", "")
    playlist = module("playlist", body, LOW_LATENCY, newer)
    assert [(one["msn"], round(one["start"], 3)) for one in playlist["segments"]] == [(8, 2), (9, 2.3)]
    assert round(playlist["end"], 3) == 2.5
    later = newer.replace("#EXT-X-MEDIA-SEQUENCE:8", "#EXT-X-MEDIA-SEQUENCE:100")
    assert module("playlist", body, LOW_LATENCY, later)["segments"][0]["start"] == 2.5


def test_a_multivariant_playlist_is_read(module):
    found = module("playlist", "return this.parseMultivariant(arguments[0], String)", MULTIVARIANT)
    assert [(one["url"], one["height"], one["bandwidth"]) for one in found["variants"]] == [("high.m3u8", 720, 1000000), ("low.m3u8", 360, 300000)]
    assert found["variants"][1]["codecs"] == ["avc1.42c01e", "mp4a.40.2"] and found["variants"][0]["frameRate"] == 50
    (sound,) = found["sounds"]
    assert (sound["name"], sound["language"], sound["isDefault"]) == ("Deutsch, \xfcbersetzt", "de", True)


@pytest.mark.parametrize("text", ["", "#EXTM3U", "no playlist", "#EXTINF:x,\n", "#EXT-X-PART:\n", "\x00" * 50])
def test_what_is_no_playlist_does_no_harm(module, text):
    assert isinstance(module("playlist", "return this.parseMedia(arguments[0], String)", text), dict)
    assert isinstance(module("playlist", "return this.parseMultivariant(arguments[0], String)", text), dict)


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def initialization(track: int, scale: int, version: int) -> bytes:
    times = b"\0" * (16 if version else 8)
    header = box(b"tkhd", bytes([version, 0, 0, 0]), times, struct.pack(">I", track))
    media = box(b"mdia", box(b"mdhd", bytes([version, 0, 0, 0]), times, struct.pack(">I", scale)))
    return box(b"ftyp", b"iso6") + box(b"moov", box(b"mvhd"), box(b"trak", header, media))


def fragment(track: int, time: int, wallclock: float | None = None) -> bytes:
    reference = b""
    if wallclock is not None:
        ntp = int((wallclock + 2208988800) * 2**32)
        reference = box(b"prft", b"\1\0\0\0", struct.pack(">IQQ", track, ntp, time))
    run = box(b"traf", box(b"tfhd", b"\0\0\0\0", struct.pack(">I", track)), box(b"tfdt", b"\1\0\0\0", struct.pack(">Q", time)))
    return reference + box(b"moof", box(b"mfhd"), run) + box(b"mdat", b"\0" * 100)


TIMES = """
    const bytes = (list) => new Uint8Array(list).buffer, scales = this.timescalesOf(bytes(arguments[0]));
    const start = this.startOf(bytes(arguments[1]), scales);
    return { scales: [...scales], start: isFinite(start) ? start : null, reference: this.referenceIn(bytes(arguments[1]), scales) };"""


@pytest.mark.parametrize("version", [0, 1])
def test_the_times_in_boxes_are_read(module, version):
    found = module("boxes", TIMES, list(initialization(3, 90000, version)), list(fragment(3, 2**33, 1.8e9 + 0.25)))
    assert found["scales"] == [[3, 90000]]
    assert found["start"] == pytest.approx(2**33 / 90000)
    assert found["reference"]["wallclock"] == pytest.approx(1800000000250, abs=0.01)
    assert found["reference"]["time"] == found["start"]


def test_boxes_that_are_cut_or_lie_do_no_harm(module):
    whole = initialization(3, 90000, 1)
    for cut in range(0, len(whole), 7):
        found = module("boxes", TIMES, list(whole[:cut]), list(fragment(3, 5)[: max(0, len(whole) - cut)]))
        assert isinstance(found, dict), found
    assert module("boxes", TIMES, list(whole), list(fragment(9, 5, 1e9))) == {"scales": [[3, 90000]], "start": None, "reference": None}


def test_the_pace_follows_the_latest_arrivals(module):
    body = """
        const video = { currentTime: 0, paused: false, seeking: false, readyState: 4, playbackRate: 1 };
        const pace = new this.Pace(video, 0.1, 1.5), lane = {};
        // What was there before is not late.
        for (let i = 0; i < 50; i += 1) pace.arrived(lane, 100, i * 0.04, (i + 1) * 0.04);
        const before = pace.wanted ?? null;
        // A piece of 40 ms each 40 ms, one of them 300 ms late, with those behind it.
        for (let i = 50; i < 100; i += 1) pace.arrived(lane, 98.04 + i * 0.04 + (i === 70 ? 0.3 : 0), i * 0.04, (i + 1) * 0.04);
        return [before, pace.wanted];"""
    before, wanted = module("pace", body)
    assert before is None
    assert wanted == pytest.approx(98.04 + 0.3 + 0.1)


def test_the_pace_goes_to_its_place_once_and_then_hurries(module):
    body = """
        const buffered = { length: 1, start: () => 0, end: () => 1e6 }, now = performance.now() / 1000;
        const video = { currentTime: 1000, paused: false, seeking: false, readyState: 4, playbackRate: 1, buffered };
        const pace = new this.Pace(video, 0.15, 6), places = [];
        // Until something has been waited for, nothing is known.
        pace.note(now, Infinity);
        pace.steer();
        places.push(video.currentTime, video.playbackRate);
        // What began at 1001 has come just now, so the picture at 1000.85 is the one to show.
        pace.note(now, 1001);
        pace.steer();
        places.push(video.currentTime, video.playbackRate);
        video.currentTime -= 1;
        const late = video.currentTime;
        pace.steer();
        places.push(video.currentTime - late, video.playbackRate);
        return places;"""
    before, rate, placed, steady, moved, hurried = module("pace", body)
    assert (before, rate) == (1000, 1)
    assert placed == pytest.approx(1000.85, abs=0.1) and steady == 1
    assert (moved, hurried) == (0, 1.1)


SWITCH = """
    const [init, media] = [...arguments].map((list) => new Uint8Array(list).buffer), asked = [];
    let whole = 0;
    const playlist = (name) => {
      let text = "#EXTM3U\\n#EXT-X-TARGETDURATION:1\\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.5\\n"
        + `#EXT-X-PART-INF:PART-TARGET=0.5\\n#EXT-X-MEDIA-SEQUENCE:0\\n#EXT-X-MAP:URI="${name}-init"\\n`;
      for (let msn = 0; msn <= whole; msn += 1) {
        text += `#EXT-X-PART:DURATION=0.5,URI="${name}-${msn}-0",INDEPENDENT=YES\\n`;
        if (msn < whole) text += `#EXT-X-PART:DURATION=0.5,URI="${name}-${msn}-1"\\n#EXTINF:1,\\n${name}-${msn}\\n`;
      }
      whole += 1;
      return text;
    };
    const source = {
      isStopped: false, player: { video: { currentTime: 0 } }, pace: { note() {} },
      async fetch(url, form) {
        asked.push(new URL(url).pathname.slice(1));
        source.isStopped = asked.length > 30;
        return form === "text" ? playlist(asked.at(-1)[0]) : asked.at(-1).endsWith("init") ? init : media;
      },
    };
    const lane = { end: 0, type: "video/mp4", call() {}, append() {}, begin() {} };
    const rendition = new this.Rendition(source, lane, "http://server/a.m3u8");
    return rendition.reload().then(() => {
      rendition.place(0);
      source.fetch = ((fetch) => (url, form) => {
        if (asked.at(-1) === "a-0-0") rendition.switchTo("http://server/b.m3u8", "video/mp4");
        return fetch(url, form);
      })(source.fetch);
      return rendition.run();
    }).then(() => asked);"""


def test_another_rendition_is_taken_where_a_segment_ends_with_the_next_one_begun(module):
    asked = module("rendition", SWITCH, list(initialization(1, 1000, 0)), list(fragment(1, 0)))
    assert "b.m3u8" in asked, asked
    after = asked[asked.index("b.m3u8") + 1 :]
    assert after[0] == "b-init" or after[0].startswith("b-"), asked
    media = [name for name in after if name.count("-") == 2 or (name.count("-") == 1 and not name.endswith("init"))]
    assert all(name.startswith("b-") for name in media) and media[0] in {"b-1-0", "b-1"}, asked


HANDOVER = """
    const sockets = [], taken = [], bytes = (list) => new Uint8Array(list).buffer;
    window.WebSocket = class { constructor() { sockets.push(this); } close() { this.isClosed = true; } };
    const video = { currentTime: 0, buffered: { length: 0 } };
    const source = new this.WebSocketSource({ video, describe() {}, lost(_, reason) { taken.push(reason); } }, {});
    const lane = { begin: () => taken.push("init"), append: (data) => taken.push(data.byteLength) };
    source.feed = { isClosed: false, open: async () => {}, close() {}, trim() {}, lane: () => lane };
    const play = ([moment, socket, data]) => {
      if (moment === "select") return source.select("audio", 1, true);
      if (moment === "at") return (video.currentTime = socket);
      sockets[socket].onmessage?.({ data: typeof data === "string" ? data : bytes(data) });
    };
    return source.start().then(() => {
      clearTimeout(source.timer);
      arguments[0].forEach(play);
      return [taken, sockets[0].isClosed ?? false];
    });"""


def handed_over(module, *events: tuple) -> list:
    """What is appended, by its length, of two connections, and whether the first one is closed."""
    init = json.dumps({"type": "init", "mime": 'video/mp4; codecs="avc1.42c01e"', "tracks": [], "video": 0})
    beginning = lambda socket: [("hear", socket, init), ("hear", socket, list(initialization(1, 1000, 0)))]
    begun = [*beginning(0), ("hear", 0, list(fragment(1, 0, 1.8e9))), ("select",), *beginning(1)]
    return module("websocket-source", HANDOVER, [*begun, *events])


def test_another_track_goes_on_where_the_first_connection_has_come_to(module):
    sync, sound = list(fragment(1, 1000, 1.8e9)), list(fragment(1, 980)) + list(box(b"free", b"late"))
    other, later = sync + list(box(b"free", b"12345678")), list(fragment(1, 1040)) + list(box(b"free", b"1234567890"))
    waiting = [("hear", 1, other), ("hear", 1, later)]
    begun = ["init", len(fragment(1, 0, 1.8e9))]
    assert handed_over(module, *waiting) == [begun, False]
    assert handed_over(module, *waiting, ("hear", 0, sound)) == [[*begun, len(sound)], False]
    second = ["init", len(other), len(later)]
    assert handed_over(module, *waiting, ("hear", 0, sound), ("hear", 0, sync)) == [[*begun, len(sound), *second], True]
    # There is no time left to wait for the first one.
    assert handed_over(module, *waiting, ("at", 0.95), ("hear", 1, later)) == [[*begun, *second, len(later)], True]
    # It is over before it could be taken.
    assert handed_over(module, ("at", 1.5), *waiting) == [begun, False]


@pytest.mark.parametrize(
    ("status", "reason"), [(200, None), (401, "forbidden"), (403, "forbidden"), (404, "offline"), (406, "unsupported"), (429, "limited"), (503, "busy")]
)
def test_a_status_has_its_reason(module, status, reason):
    assert module("fault", "return this.faultOf(arguments[0]) ?? null", status) == reason


PAUSED = """
    const video = document.createElement("video"), player = new this.Player(video), states = [];
    const source = (player.source = { name: "forged", wasPlaying: true, isLive: true, behind: 0, wanted: {}, stop() {}, tick() {} });
    player.state = "playing";
    video.dispatchEvent(new Event("pause"));
    states.push(player.state);
    player.lost(source, arguments[0], new Error("forged"));
    return new Promise((done) => setTimeout(done, 500)).then(() => {
      const found = [...states, player.state, player.source === null];
      player.source?.stop();
      player.source = null;
      return found;
    });"""


@pytest.mark.parametrize("reason", ["broken", "changed", "unsupported", "refused"])
def test_a_pause_outlasts_the_connection(module, reason):
    assert module("player", PAUSED, reason) == ["paused", "paused", True]


@pytest.mark.parametrize("reason", ["ended", "offline"])
def test_a_pause_ends_with_the_stream(module, reason):
    assert module("player", PAUSED, reason) == ["paused", "offline", True]


FULL = """
    const asked = [], source = {
      isStopped: false, player: { video: { currentTime: 0 } },
      fetch: async (url) => (asked.push(url), arguments[0]),
    };
    const rendition = new this.Rendition(source, { end: 100 }, "http://server/a.m3u8");
    setTimeout(() => (source.isStopped = true), 3500);
    return rendition.reload().then(() => rendition.run()).then(() => asked.length);"""


def test_a_playlist_is_read_on_with_enough_in_hand(module):
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MAP:URI=\"i\"\n#EXTINF:1,\na\n#EXTINF:1,\nb\n"
    assert 3 <= module("rendition", FULL, playlist) <= 5


REFUSED = """
    const sockets = [], lost = [], said = [], [messages, types] = arguments, wanted = {};
    window.WebSocket = class { constructor(url) { sockets.push(url.search); } close() {} };
    MediaSource.isTypeSupported = (type) => !types.some((codec) => type.includes(codec));
    const video = { currentTime: 0, buffered: { length: 0 } };
    const player = { video, describe(_, tracks) { said.push(tracks.isDeaf); }, lost(_, reason) { lost.push(reason); } };
    const hear = async (message) => {
      const source = new this.WebSocketSource(player, wanted);
      source.feed = { isClosed: false, open: async () => {}, close() {} };
      await source.start();
      clearTimeout(source.timer);
      source.socket.onmessage({ data: JSON.stringify(message) });
    };
    return (async () => {
      for (const message of messages) await hear(message);
      return [lost, said, sockets.at(-1)];
    })();"""


def init(video: int | None, audio: int | None, *tracks: tuple) -> dict:
    """What the server tells of the chosen tracks and of all."""
    tracks = [{"id": id, "kind": kind, "codec": codec} for kind, id, codec in tracks]
    chosen = {kind: id for kind, id in (("video", video), ("audio", audio)) if id is not None}
    codecs = [one["codec"] for one in tracks if chosen.get(one["kind"]) == one["id"]]
    return {"type": "init", "mime": f'video/mp4; codecs="{",".join(codecs)}"', "tracks": tracks, **chosen}


def test_a_picture_is_not_refused_for_its_sound(module):
    tracks = [("video", 0, "avc1.42c01e"), ("audio", 0, "ec-3"), ("audio", 1, "mp4a.40.2")]
    # Another sound is taken, or none.
    assert module("websocket-source", REFUSED, [init(0, 0, *tracks), init(0, 1, *tracks)], ["ec-3"]) == [["changed"], [False], "?video=0&audio=1"]
    alone = tracks[:2]
    assert module("websocket-source", REFUSED, [init(0, 0, *alone), init(0, None, *alone)], ["ec-3"]) == [["changed"], [True], "?video=0&audio=none"]
    # A sound that comes later is heard.
    later = [init(0, 0, *alone), init(0, None, *alone), init(0, None, tracks[0], tracks[2]), init(0, 1, tracks[0], tracks[2])]
    assert module("websocket-source", REFUSED, later, ["ec-3"]) == [["changed", "changed"], [True, False], "?video=0&audio=1"]
    # A picture that nobody sees is missed, and the same is asked for once.
    assert module("websocket-source", REFUSED, [init(0, 1, *tracks)], ["avc1"])[0] == ["unsupported"]
    assert module("websocket-source", REFUSED, [init(0, 0, *tracks)] * 2, ["ec-3"])[0] == ["changed", "unsupported"]


REFUSAL = """
    const real = window.fetch, methods = [], player = new this.Player(document.createElement("video"));
    window.fetch = async (url, { method }) => {
      methods.push(method);
      return new Response(method === "GET" ? "the token has expired" : null, { status: arguments[0] });
    };
    const ask = () => player.probe();
    return ask().then((first) => ask().then((second) => {
      window.fetch = real;
      return [first, second, player.detail, methods];
    }));"""


def test_why_the_server_refuses_is_asked_once(module):
    assert module("player", REFUSAL, 403) == ["forbidden", "forbidden", "the token has expired", ["HEAD", "GET", "HEAD"]]
    assert module("player", REFUSAL, 429) == ["limited", "limited", "", ["HEAD", "HEAD"]]
    assert module("player", REFUSAL, 200) == ["live", "live", "", ["HEAD", "HEAD"]], "what plays has no end"

