"""DASH: manifests over time, segments as they grow, and players that take packet after packet."""

import http.client
import signal
import threading
import time
import urllib.parse

import pytest

from harness import boxes, packets, publishers
from harness.http_client import exchange, request
from harness.manifests import Manifest, moment
from harness.players import DASH_PLAYERS, Viewing
from harness.server import configured_with
from harness.waiting import eventually

PATH = "live/show"
MANIFEST = f"{PATH}/manifest.mpd"
LOW_LATENCY = """
apps:
  live:
    hls: { segment: 1s, part: 200ms, window: 12s }
    resume-within: 10s
"""


def manifest(server) -> Manifest:
    return Manifest(server.wait_for_playlist(MANIFEST))


def resolved(address: str) -> str:
    return urllib.parse.urljoin(MANIFEST, address)


@pytest.fixture
def live(server, media, processes):
    processes.start(publishers.ffmpeg_endless(media.file("b-frames"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    server.wait_for_playlist(MANIFEST)
    return server


@configured_with(LOW_LATENCY)
def test_manifest_over_time_and_over_a_restart_of_the_publisher(server, media, processes):
    publisher = processes.start(publishers.ffmpeg_endless(media.file("b-frames"), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    states = [manifest(server)]
    media_seen: dict[str, set[str]] = {}

    def look() -> None:
        now = moment(request(server, "time").text)
        state = manifest(server)
        state.check()
        state.check_after(states[-1])
        if state.text != states[-1].text:
            states.append(state)
        for representation in state.newest:
            seen = media_seen.setdefault(representation.id, set())
            for segment in representation.segments:
                assert segment.available <= now + 1.0, f"{segment.address} is listed too early"
                if segment.whole <= now and segment.address not in seen:
                    seen.add(segment.address)
                    check_segment(server, representation, segment)

    def watch(limit: float, until) -> None:
        eventually("the manifest goes on", lambda: look() or until(), within=limit)

    watch(20, lambda: len(media_seen.get("video", ())) >= 8)
    publisher.stop(signal.SIGKILL)
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish-again")
    watch(20, lambda: len(states[-1].periods) == 2)
    watch(30, lambda: len(media_seen["video"]) >= 20)
    assert len(media_seen["audio"]) >= 18
    # One of now: the last that was watched is as old as what was done with it since took.
    for representation in manifest(server).newest:
        late = time.time() - representation.segments[-1].available
        assert late < 2.5, f"the newest segment of {representation.id} is {late:.1f} s old"


def check_segment(server, representation, segment) -> None:
    """A segment is what the manifest says: where it begins, what it lasts, and that a decoder can begin with it."""
    answer = request(server, resolved(segment.address))
    assert answer.status == 200, segment.address
    assert answer.headers["Content-Type"] == representation.attribute("mimeType")
    assert "immutable" in answer.headers["Cache-Control"]
    fragments = boxes.fragments(answer.body)
    assert fragments[0].starts_with_sync
    # What was announced before it was there is kept when it is nearly true.
    tolerance = representation.timescale / 20
    assert abs(fragments[0].decode_time + fragments[0].first_offset - segment.time) <= tolerance, segment.address
    for one, two in zip(fragments, fragments[1:]):
        assert one.decode_time + one.duration == two.decode_time, "the parts do not join"
    # What the newest lasts may be a guess as long as it was not whole when the manifest was made.
    newer = manifest(server)
    for other in newer.newest:
        for known in other.segments[:-1]:
            if known.address == segment.address:
                length = sum(fragment.duration for fragment in fragments)
                assert abs(known.duration - length) <= 2 * tolerance, segment.address
    assert request(server, resolved(representation.initialization)).body[4:8] == b"ftyp"


@configured_with(LOW_LATENCY)
def test_a_segment_is_sent_while_it_is_made(live):
    """Every reader gets the parts when they are made, and the same bytes as who comes later."""
    names = {one.id: resolved(one.segments[-1].address) for one in manifest(live).newest}
    arrivals: dict[str, list[tuple[float, int]]] = {}
    bodies: dict[str, bytes] = {}

    def read(name: str, place: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", live.http_port, timeout=15)
        connection.request("GET", f"/{name}")
        answer = connection.getresponse()
        assert answer.status == 200 and answer.headers["Transfer-Encoding"] == "chunked"
        body = b""
        while piece := answer.read1(1 << 16):
            body += piece
            arrivals.setdefault(place, []).append((time.monotonic(), len(body)))
        bodies[place] = body
        connection.close()

    readers = [threading.Thread(target=read, args=(name, f"{id}-{n}")) for id, name in names.items() for n in range(5)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(15)
    for id, name in names.items():
        whole = request(live, name)
        assert whole.headers["Content-Length"] == str(len(whole.body))
        assert all(bodies[f"{id}-{number}"] == whole.body for number in range(5))
    first, last = arrivals["video-0"][0][0], arrivals["video-0"][-1][0]
    assert last - first > 0.3, "all parts came at once"
    assert len(boxes.fragments(bodies["video-0"])) >= 4


@configured_with(LOW_LATENCY)
def test_manners(live):
    answer = request(live, MANIFEST)
    assert answer.headers["Content-Type"] == "application/dash+xml"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Date" in answer.headers["Access-Control-Expose-Headers"] and answer.headers["Date"]
    assert "max-age=1" in answer.headers["Cache-Control"]
    packed = request(live, MANIFEST, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip" and len(packed.body) < len(answer.body)
    assert request(live, MANIFEST, "HEAD").headers["Content-Type"] == "application/dash+xml"

    state = manifest(live)
    timing = state.root.find("{urn:mpeg:dash:schema:mpd:2011}UTCTiming").get("value")
    clock = request(live, resolved(timing))
    assert abs(moment(clock.text) - time.time()) < 1 and clock.headers["Cache-Control"] == "no-store"
    video = state.newest[0]
    newest = video.segments[-1]
    far = request(live, resolved(video.address("media", newest.time + 5 * newest.duration)))
    assert far.status == 404 and far.headers["Cache-Control"] == "no-store"
    # The same files as in HLS, under the same names.
    playlist = request(live, f"{PATH}/hls/video.m3u8").text
    assert video.segments[0].address.removeprefix("hls/") in playlist
    for path in ["live/nobody/manifest.mpd", "live/manifest.mpd/x"]:
        assert request(live, path).status in {200, 404}
    assert request(live, "live/nobody/manifest.mpd").status == 404


@configured_with(LOW_LATENCY)
def test_the_next_segment_can_be_asked_for_a_little_early(live):
    """A client that trusts its clock asks before the first part is there, and is not turned away."""
    connection = http.client.HTTPConnection("127.0.0.1", live.http_port, timeout=15)
    for _ in range(3):
        video = manifest(live).newest[0]
        answer = exchange(connection, resolved(video.segments[-1].address))
        assert answer.status == 200 and boxes.fragments(answer.body)
        # Now the one after it is expected: it has begun, or will in a moment.
        following = eventually("the next is listed", lambda: _after(live, video.segments[-1].time), within=10)
        assert exchange(connection, resolved(following)).status == 200
    connection.close()


def _after(server, time: int) -> str | None:
    newest = manifest(server).newest[0].segments[-1]
    return newest.address if newest.time > time else None


@configured_with(LOW_LATENCY)
def test_the_end_is_said(server, media, processes):
    publisher = processes.start(publishers.ffmpeg_5(media.file("plain", 3), server.rtmp(PATH)), "publish")
    server.wait_until_live(PATH)
    before = manifest(server)
    publisher.succeed(within=10)
    over = eventually("the manifest ends", lambda: next((m for m in [manifest(server)] if m.is_over), None), within=15)
    over.check()
    assert over.availability_start == before.availability_start
    for representation in over.newest:
        assert request(server, resolved(representation.segments[-1].address)).status == 200


@configured_with("apps: { live: { hls: { segment: 1s }, dash: { enabled: off } } }")
def test_there_is_none_where_it_is_turned_off(server, media, processes):
    processes.start(publishers.ffmpeg_endless(media.file("plain"), server.rtmp(PATH)), "publish")
    server.wait_for_playlist(f"{PATH}/index.m3u8")
    assert request(server, MANIFEST).status == 404


@configured_with(LOW_LATENCY)
def test_viewers_are_counted_while_they_play(live):
    """Two who say who they are, and two who share an address and a program."""

    def viewers(protocol: str) -> float:
        return live.metric("swiftwater_playlist_viewers", f'protocol="{protocol}"')

    eventually("nobody is left of those who waited for the stream", lambda: viewers("dash") == 0)
    for viewer in ["a", "b"]:
        request(live, f"{MANIFEST}?viewer={viewer}")
        request(live, f"{PATH}/hls/video.m3u8?viewer={viewer}")
        request(live, f"{PATH}/hls/audio.m3u8?viewer={viewer}")
    for _ in range(2):
        request(live, MANIFEST, headers={"User-Agent": "player"})
    assert viewers("dash") == 3 and viewers("hls") == 2
    # Nobody asked, so the server gives an id to each who comes: two multivariant playlists are two viewers.
    ids = {line for _ in range(2) for line in request(live, f"{PATH}/index.m3u8").text.splitlines() if "?viewer=" in line}
    assert len([line for line in ids if not line.startswith("#")]) == 2
    given = next(line for line in ids if not line.startswith("#"))
    request(live, f"{PATH}/{given}")
    assert viewers("hls") == 3
    eventually("they are gone", lambda: viewers("dash") == 0 and viewers("hls") == 0, within=10)


@pytest.fixture(scope="module")
def broadcast(shared_server, media, module_processes):
    """A source published once from beginning to end, with every DASH player watching."""
    file = media.file("b-frames", 12)
    path = "live/dash"
    publishing = module_processes.start(publishers.ffmpeg_5(file, shared_server.rtmp(path)), "publish-dash")
    shared_server.wait_until_live(path)
    shared_server.wait_for_playlist(f"{path}/manifest.mpd")
    viewings = {player.name: Viewing(player, shared_server, path, module_processes) for player in DASH_PLAYERS}
    publishing.succeed(within=25)
    for viewing in viewings.values():
        _wait_until_idle(viewing)
        # FFmpeg goes on asking for segments and does not listen; its packets are in the file as they came.
        viewing.process.stop(signal.SIGKILL if viewing.player.records == "checksums" else signal.SIGINT)
    return file, viewings


def _wait_until_idle(viewing) -> None:
    """Not every player notices the end of a presentation: one that has looked and written nothing has what it gets."""
    # On a machine with much to do the player itself may pause for seconds.
    seconds = viewing.player.looks_every + 6

    def idle() -> bool:
        age = time.time() - viewing.file.stat().st_mtime if viewing.file.exists() else 0
        return not viewing.process.is_running or age > seconds

    eventually(f"{viewing.player.name} has what it gets", idle, within=30)


def _until_the_end(source: list, received: list) -> list:
    """What came until the last packet of each track came for the first time."""
    kept = []
    for kind in {packet.kind for packet in source}:
        last = [packet for packet in source if packet.kind == kind][-1].checksum
        track = [packet for packet in received if packet.kind == kind]
        end = next((place for place, packet in enumerate(track) if packet.checksum == last), len(track))
        kept += track[: end + 1]
    return kept


@pytest.mark.parametrize("player", DASH_PLAYERS, ids=lambda player: player.name)
def test_players_get_what_was_sent(broadcast, player):
    file, viewings = broadcast
    source = packets.of_file(file, player.form)
    received = viewings[player.name].received()
    if player.repeats_last_segment:
        received = _until_the_end(source, received)
    comparison = packets.Comparison(source, received)
    comparison.assert_in_step(player.invented_times)
    comparison.assert_complete_to_end(player.lost_at_end)
    assert sum(packet.kind == "video" for packet in received) > 25 * 4
