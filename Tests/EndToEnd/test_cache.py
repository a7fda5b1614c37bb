"""The server behind nginx with the documented configuration: what many ask for, one fetches."""

import http.client
import http.server
import re
import shutil
import threading
import time
import types

import pytest

from harness import publishers
from harness.cache import Cache
from harness.http_client import exchange, request
from harness.manifests import Manifest
from harness.server import configured_with
from harness.waiting import eventually

pytestmark = [
    pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed"),
    configured_with("apps: { live: { hls: { segment: 1s, part: 200ms } } }"),
]

PATH = "live/show"
PLAYLIST = f"{PATH}/hls/video.m3u8"


@pytest.fixture
def live(server, media, processes):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    return server


@pytest.fixture
def cache(live, processes) -> Cache:
    return Cache(processes, live)


def requests(server) -> float:
    """What the server has answered, but for the question itself."""
    return server.metric("swiftwater_http_requests_total")


def next_place(text: str) -> tuple[int, int]:
    """The part behind the last that a playlist lists."""
    first = int(re.search(r"#EXT-X-MEDIA-SEQUENCE:(\d+)", text)[1])
    whole = text.count("#EXTINF")
    return first + whole, len(re.findall(r"#EXT-X-PART:", text.rsplit("#EXTINF", 1)[-1]))


def all_at_once(count: int, work) -> list:
    """What `work` returns to each of many at the same time."""
    answers: list = [None] * count
    together = threading.Barrier(count)

    def one(place: int) -> None:
        together.wait(10)
        answers[place] = work(place)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert None not in answers
    return answers


def test_many_who_wait_for_the_same_are_one_at_the_server(live, cache):
    """Forty viewers follow the playlist by blocking reloads, and the server answers each state once."""
    states = 8
    viewers = 40
    start = next_place(cache.get(PLAYLIST).text)
    before = requests(live)

    def follow(viewer: int) -> list[bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", cache.http_port, timeout=30)
        sequence, part = start
        bodies = []
        for _ in range(states):
            query = f"?viewer=v{viewer % 4}&_HLS_msn={sequence}&_HLS_part={part}"
            answer = exchange(connection, PLAYLIST + query)
            assert answer.status == 200
            assert next_place(answer.text) > (sequence, part)
            bodies.append(answer.body)
            sequence, part = next_place(answer.text)
        connection.close()
        return bodies

    followed = all_at_once(viewers, follow)
    assert all(len(set(state)) <= 2 for state in zip(*followed)), "viewers saw different playlists"
    # Beside each state: whether each of the four may watch, every other second.
    assert requests(live) - before <= 3 * states + 4 * 8, f"{requests(live) - before} requests for {states} states"


def test_what_comes_too_early_is_not_kept(live, cache):
    """A segment that is not there yet is not there for the cache either, and is a moment later."""

    def segments() -> list | None:
        found = re.findall(r"^(\S+-video-)(\d+)(\.m4s)$", cache.get(PLAYLIST).text, re.MULTILINE)
        return found if len(found) > 1 else None

    *_, before, newest = eventually("there are two segments", segments)
    # Segments are named by the time at which they begin, and are all of one length here.
    name = f"{PATH}/hls/{newest[0]}{int(newest[1]) + 3 * (int(newest[1]) - int(before[1]))}{newest[2]}"
    early = cache.get(name)
    assert early.status == 404 and early.headers["X-Cache"] != "HIT"
    answer = eventually("it is there", lambda: next((a for a in [cache.get(name)] if a.status == 200), None), within=8)
    again = eventually("it is kept", lambda: next((a for a in [cache.get(name)] if a.headers["X-Cache"] == "HIT"), None))
    assert again.body == answer.body


def test_keys_are_of_what_the_answer_depends_on(live, cache):
    """Viewers share, directives do not; a blocked answer is another than the present state."""
    text = cache.get(PLAYLIST).text
    sequence, _ = next_place(text)
    old = f"{PLAYLIST}?_HLS_msn={sequence - 2}"
    first = cache.get(old + "&viewer=one")
    second = cache.get(old + "&viewer=two&token=x")
    assert first.status == second.status == 200
    assert second.headers["X-Cache"] == "HIT" and second.body == first.body
    assert cache.get(old + "&_HLS_part=0").headers["X-Cache"] == "MISS"
    assert cache.get(f"{PLAYLIST}?_HLS_msn={sequence + 100}").status == 400
    assert cache.get(f"{PLAYLIST}?_HLS_msn={sequence + 100}").headers["X-Cache"] != "HIT"
    plain = cache.get(PLAYLIST, headers={"Accept-Encoding": "identity"})
    packed = cache.get(PLAYLIST, headers={"Accept-Encoding": "gzip"})
    assert plain.headers["Content-Encoding"] is None and packed.headers["Content-Encoding"] == "gzip"


def test_nobody_gets_the_id_of_another(live, cache):
    """Who asks first names itself, and the playlist that all get does not name it."""
    first = cache.get(f"{PLAYLIST}?viewer=first-of-all&_HLS_msn={next_place(cache.get(PLAYLIST).text)[0] - 2}")
    assert first.status == 200 and "#EXT-X-RENDITION-REPORT" in first.text
    assert "first-of-all" not in first.text
    # Nor does that of any other cache, which leaves the query as it is.
    for header in ({"Via": "1.1 edge"}, {"X-Forwarded-For": "192.0.2.1"}, {"Forwarded": "for=192.0.2.1"}):
        passed = request(live, f"{PLAYLIST}?viewer=somebody", headers=header)
        assert "somebody" not in passed.text and passed.headers["Cache-Control"].startswith("public")
    # Who comes by itself is named in the reports, whose addresses are those of its multivariant playlist.
    direct = request(live, f"{PLAYLIST}?viewer=somebody")
    assert 'URI="audio.m3u8?viewer=somebody"' in direct.text
    assert direct.headers["Cache-Control"].startswith("private")
    assert request(live, PLAYLIST).headers["Cache-Control"].startswith("public")


@pytest.mark.usefixtures("configuration")
def test_no_viewer_is_in_what_is_asked_for_all(processes):
    """What the cache wants for everybody it asks for without a viewer; everything else in the query goes on."""
    asked: list[str] = []

    class Origin(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            is_beacon = "X-Viewer-Beacon" in self.headers
            if not is_beacon:
                asked.append(self.path)
            self.send_response(204 if is_beacon else 200)
            self.send_header("Cache-Control", "no-store")
            if not is_beacon:
                self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Origin) as origin:
        serving = threading.Thread(target=origin.serve_forever)
        serving.start()
        try:
            cache = Cache(processes, types.SimpleNamespace(http_port=origin.server_address[1]))
            for query, expected in {
                "": "",
                "?viewer=a": "",
                "?viewer=a&_HLS_msn=3": "?_HLS_msn=3",
                "?_HLS_msn=4&viewer=b&_HLS_part=1": "?_HLS_msn=4&_HLS_part=1",
                "?_HLS_skip=YES&viewer=c": "?_HLS_skip=YES&",
                "?token=x&viewers=2": "?token=x&viewers=2",
            }.items():
                assert cache.get(PLAYLIST + query).status == 200
                assert asked.pop() == f"/{PLAYLIST}{expected}" and not asked
        finally:
            origin.shutdown()
            serving.join(10)


def test_everybody_who_watches_through_the_cache_is_counted(live, cache):
    """Ids come with the multivariant playlist; the cache tells the server of each once in a while."""

    def viewers() -> float:
        return live.metric("swiftwater_playlist_viewers", 'protocol="hls"')

    addresses = []
    for _ in range(7):
        answer = cache.get(f"{PATH}/index.m3u8")
        assert "no-store" in answer.headers["Cache-Control"]
        addresses.append(next(line for line in answer.text.splitlines() if line and not line.startswith("#")))
    assert len(set(addresses)) == 7 and all("?viewer=" in address for address in addresses)
    deadline = time.monotonic() + 8
    before = requests(live)

    def watch(place: int) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", cache.http_port, timeout=30)
        while time.monotonic() < deadline:
            text = exchange(connection, f"{PATH}/{addresses[place]}").text
            sequence, part = next_place(text)
            exchange(connection, f"{PATH}/{addresses[place]}&_HLS_msn={sequence}&_HLS_part={part}")
        connection.close()
        return True

    counts: list[float] = []
    watching = threading.Thread(target=all_at_once, args=(7, watch))
    watching.start()
    eventually("all are counted", lambda: viewers() == 7, within=5)
    while watching.is_alive():
        counts.append(viewers())
        watching.join(0.5)
    assert counts and set(counts) == {7}, f"the count wavered: {counts}"
    assert requests(live) - before < 7 * 8 * 5, "the viewers were not kept from the server"
    # What the cache was told holds for ten target durations.
    eventually("they are gone", lambda: viewers() == 0, within=20)


def test_dash_comes_through_the_cache(live, cache):
    text = cache.get(f"{PATH}/manifest.mpd?viewer=a").text
    state = Manifest(text)
    state.check()
    video = state.newest[0]
    for segment in video.segments:
        assert cache.get(f"{PATH}/{segment.address}").status == 200
    again = cache.get(f"{PATH}/{video.segments[0].address}")
    assert again.headers["X-Cache"] == "HIT"
    assert cache.get("time").status == 200
    assert live.metric("swiftwater_playlist_viewers", 'protocol="dash"') == 1
