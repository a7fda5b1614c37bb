"""The manners of the HTTP side: playlists and segments as players, browsers and caches want them."""

import gzip
import http.client
import re
import socket
import subprocess
import urllib.parse

import pytest

from harness import publishers
from harness.http_client import exchange, request

PATH = "live/show"
PLAYLISTS = [f"{PATH}/index.m3u8", f"{PATH}.m3u8", "hls/show.m3u8"]


@pytest.fixture(scope="module")
def live(shared_server, media, module_processes):
    """A server with `live/show` on air and enough segments for every playlist."""
    file = media.file("plain")
    module_processes.start(publishers.ffmpeg_endless(file, shared_server.rtmp(PATH)), "publish")
    shared_server.wait_until_live(PATH)
    for playlist in PLAYLISTS + [f"{PLAYLISTS[0]}?ts=1"]:
        shared_server.wait_for_playlist(playlist)
    return shared_server


def addresses(server, playlist: str) -> list[str]:
    """What a playlist names, as paths on the server."""
    text = request(server, playlist).text
    names = re.findall(r'URI="([^"]+)"', text) + [line for line in text.splitlines() if line and not line.startswith("#")]
    return [urllib.parse.urljoin(server.http(playlist), name).removeprefix(server.http("")) for name in names]


def newest_segment(server, playlist: str) -> str:
    """The path of a segment, which stays long enough for a few requests."""
    return addresses(server, playlist)[-1]


@pytest.fixture(params=["fmp4", "ts"])
def media_playlists(request, live) -> list[str]:
    return addresses(live, PLAYLISTS[0] + ("?ts=1" if request.param == "ts" else ""))


@pytest.mark.parametrize("path", PLAYLISTS)
def test_each_playlist_address_gives_the_multivariant_playlist(live, path):
    answer = request(live, path)
    assert answer.status == 200
    assert answer.headers["Content-Type"].split(";")[0] == "application/vnd.apple.mpegurl"
    assert answer.text.startswith("#EXTM3U\n")
    assert re.search(r'#EXT-X-STREAM-INF:.*BANDWIDTH=\d+', answer.text)
    assert re.search(r'CODECS="[^"]*avc1\.[0-9a-fA-F]{6}[^"]*"', answer.text)
    assert "mp4a.40.2" in answer.text and "RESOLUTION=320x180" in answer.text
    assert all(request(live, name).status == 200 for name in addresses(live, path))


def test_media_playlists_follow_their_rules(live, media_playlists):
    for playlist in media_playlists:
        text = request(live, playlist).text
        target = int(re.search(r"#EXT-X-TARGETDURATION:(\d+)", text)[1])
        durations = [float(seconds) for seconds in re.findall(r"#EXTINF:([\d.]+)", text)]
        assert durations and all(round(duration) <= target for duration in durations)
        assert "#EXT-X-MEDIA-SEQUENCE:" in text and "#EXT-X-ENDLIST" not in text


def test_segments_may_be_kept_for_ever_and_playlists_briefly(live, media_playlists):
    for playlist in media_playlists:
        caching = request(live, playlist).headers["Cache-Control"]
        assert "no-cache" in caching or int(re.search(r"max-age=(\d+)", caching)[1]) <= 2
        for segment in addresses(live, playlist)[:3]:
            headers = request(live, segment).headers
            assert "immutable" in headers["Cache-Control"], segment
            assert headers["Content-Type"].split(";")[0] in {"video/mp4", "audio/mp4", "video/mp2t"}


def test_head_gives_the_headers_of_get(live, media_playlists):
    segment = newest_segment(live, media_playlists[0])
    for path in [PLAYLISTS[0], segment]:
        get, head = request(live, path), request(live, path, "HEAD")
        assert head.status == 200 and head.body == b""
        for name in ["Content-Type", "Cache-Control", "Access-Control-Allow-Origin"]:
            assert head.headers[name] == get.headers[name], name
        assert int(head.headers["Content-Length"]) == len(get.body)


@pytest.mark.parametrize("form", ["flv", "ts", "mp4"])
def test_head_of_an_endless_stream_is_that_of_get_and_no_more(live, form):
    def answered(method: str, whole: bool) -> bytes:
        """What comes on a connection of its own: all of it, or its head."""
        with socket.create_connection(("127.0.0.1", live.http_port), timeout=10) as connection:
            connection.sendall(f"{method} /{PATH}.{form} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            said = b""
            while whole or b"\r\n\r\n" not in said:
                piece = connection.recv(65536)
                if not piece:
                    break
                said += piece
        return said

    def lines(head: bytes) -> list[bytes]:
        """What does not change from second to second; the time of day is there too."""
        date, *others = sorted(head.split(b"\r\n"), key=lambda line: not line.startswith(b"Date: "))
        assert date.endswith(b" GMT")
        return others

    head = answered("HEAD", whole=True)
    assert lines(head) == lines(answered("GET", whole=False).partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200") and b"length" not in head.lower() and b"chunked" not in head


@pytest.mark.parametrize("form", ["flv", "ts", "mp4"])
def test_curl_asks_for_the_head_of_an_endless_stream(live, form):
    # After another request on the same connection, too.
    answers = subprocess.run(
        ["curl", "--silent", "--show-error", "--max-time", "10", "--head", live.http(f"{PATH}/index.m3u8"), live.http(f"{PATH}.{form}")],
        capture_output=True, text=True, check=True, timeout=20,
    ).stdout
    assert answers.count("HTTP/1.1 200") == 2 and f"Content-Type: {'video/' + {'flv': 'x-flv', 'ts': 'mp2t', 'mp4': 'mp4'}[form]}" in answers


def test_heads_leave_no_session_behind(live):
    before = live.metrics()
    assert request(live, f"{PATH}.flv", "HEAD").status == 200
    sessions = [name for name in before if "http-flv" in name and "bytes" not in name]
    assert sessions and all(live.metrics()[name] == before[name] for name in sessions)


def test_ranges_of_a_segment(live, media_playlists):
    segment = newest_segment(live, media_playlists[0])
    whole = request(live, segment).body

    def part(ranges: str):
        return request(live, segment, headers={"Range": ranges})

    for ranges, expected in [("bytes=0-99", whole[:100]), ("bytes=100-", whole[100:]), ("bytes=-50", whole[-50:])]:
        answer = part(ranges)
        assert answer.status == 206 and answer.body == expected, ranges
        first = len(whole) - 50 if ranges == "bytes=-50" else int(ranges.split("=")[1].split("-")[0])
        assert answer.headers["Content-Range"] == f"bytes {first}-{first + len(expected) - 1}/{len(whole)}"
    beyond = part(f"bytes={len(whole)}-")
    assert beyond.status == 416 and beyond.headers["Content-Range"] == f"bytes */{len(whole)}"
    assert part("bytes=5-2").status in {200, 416} and part("lines=1-2").body == whole


def test_playlists_are_compressed_where_asked(live, media_playlists):
    for playlist in [PLAYLISTS[0], media_playlists[0]]:
        packed = request(live, playlist, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "accept-encoding" in packed.headers["Vary"].lower()
        assert gzip.decompress(packed.body).startswith(b"#EXTM3U")
        assert request(live, playlist).headers["Content-Encoding"] is None
    assert request(live, PLAYLISTS[0], headers={"Accept-Encoding": "gzip;q=0"}).headers["Content-Encoding"] is None


def test_any_origin_may_play(live, media_playlists):
    for path in [PLAYLISTS[0], media_playlists[0], newest_segment(live, media_playlists[0])]:
        assert request(live, path, headers={"Origin": "http://example.com"}).headers["Access-Control-Allow-Origin"] == "*"
    preflight = {"Origin": "http://example.com", "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "range"}
    answer = request(live, PLAYLISTS[0], "OPTIONS", headers=preflight)
    assert answer.status in {200, 204} and "range" in answer.headers["Access-Control-Allow-Headers"].lower()


def test_one_connection_serves_many_requests(live, media_playlists):
    connection = http.client.HTTPConnection("127.0.0.1", live.http_port, timeout=10)
    connection.connect()
    socket = connection.sock
    for path in [PLAYLISTS[0], media_playlists[0], newest_segment(live, media_playlists[0]), "nothing/here.m3u8", PLAYLISTS[0]]:
        exchange(connection, path)
        assert connection.sock is socket, "the server closed the connection between requests"
    connection.close()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("live/nobody.flv", 404),
        ("live/nobody/index.m3u8", 404),
        ("live/nobody.m3u8", 404),
        (f"{PATH}/hls/no-such-segment.m4s", 404),
        (f"{PATH}/../../etc/passwd", 404),
        ("live/..%2f..%2fetc%2fpasswd", 404),
        ("live/%00.flv", 404),
        (f"{PATH}/hls/../../../../etc/passwd", 404),
        (f"{PATH}/hls/%2e%2e/%2e%2e/etc/passwd", 404),
        (f"{PATH}/hls/..%5c..%5cwindows", 404),
        (f"{PATH}/hls/video.m3u8%00.m4s", 404),
        (f"{PATH}/hls//etc/passwd", 404),
        (f"{PATH}/hls/{'a' * 7000}.m4s", 404),
        (f"{PATH}/hls-ts/%c0%ae%c0%ae/x", 404),
        (f"{PATH}/manifest.mpd/../../../etc/passwd", 404),
        ("%ff%fe", 404),
    ],
)
def test_what_is_not_there_is_refused_with_a_reason(live, path, status):
    answer = request(live, path)
    assert answer.status in {status, 400}, answer
    assert answer.body.strip(), "no word about the reason"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_is_found_with_a_slash_behind_it(live, method):
    answer = request(live, f"{PATH}/?token=a%2Fb&embed=1", method)
    assert (answer.status, answer.headers["Location"]) == (308, f"/{PATH}?token=a%2Fb&embed=1")
    assert answer.headers["Cache-Control"] == "no-store"
    for elsewhere in ["//evil.example/show/", "/\\evil.example/show/", "/%5Cevil.example/show/", f"{PATH}//", "live/"]:
        answer = request(live, elsewhere, method)
        assert answer.status in {400, 404} and answer.headers["Location"] is None, elsewhere


def test_only_reading_is_allowed(live):
    for method in ["POST", "PUT", "DELETE"]:
        assert request(live, PLAYLISTS[0], method, body=b"x").status in {404, 405}


def test_programs_for_webrtc_are_told_that_there_is_none(live):
    for path in (f"{PATH}/whip", f"{PATH}/whep", f"{PATH}/whip/?token=x"):
        for method in ("POST", "PATCH", "DELETE", "OPTIONS"):
            answer = request(live, path, method, {"Content-Type": "application/sdp"}, body=b"v=0")
            assert answer.status == 501 and "no WebRTC" in answer.text, (method, path)
            assert answer.headers["Cache-Control"] == "no-store"
        # A stream may be called so.
        assert request(live, path).status < 500
    assert request(live, f"{PATH}/index.m3u8", "OPTIONS").status == 204
    assert request(live, f"{PATH}/whipped", "POST", body=b"v=0").status == 405


def test_curl_plays_http_flv(live):
    command = ["curl", "--silent", "--max-time", "2", "--dump-header", "-", live.http(f"{PATH}.flv")]
    output = subprocess.run(command, stdout=subprocess.PIPE).stdout
    head, _, body = output.partition(b"\r\n\r\n")
    assert b" 200 " in head.splitlines()[0] and b"video/x-flv" in head and body.startswith(b"FLV\x01\x05")


def test_health_and_metrics(live):
    assert request(live, "healthz").status == 200
    answer = request(live, "metrics")
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/plain")
    for line in answer.text.splitlines():
        assert re.fullmatch(r'(# .*|[a-zA-Z_:][\w:]*(\{[^}]*\})? [-+0-9.eEInfNa]+)', line), line
