"""The life of a stream: joining in the middle, publishers that vanish, return, compete and change, and the end."""

import re
import signal
import socket
import time
import urllib.parse
import urllib.request

import pytest

from harness import flv, packets, players, publishers, rtmp
from harness import media as sources
from harness.players import Viewing
from harness.server import BRIEF_SEGMENTS, configured_with
from harness.waiting import eventually, hold_for

IMPATIENT = "rtmp: { idle-timeout: 3s }\n" + BRIEF_SEGMENTS + "    resume-within: 1s\n"
TAKEOVER = BRIEF_SEGMENTS + "    on-duplicate: takeover\n"
PATH = "live/show"


def publish(processes, server, file, publisher=publishers.ffmpeg_endless, path=PATH):
    process = processes.start(publisher(file, server.rtmp(path)), "publish")
    server.wait_until_live(path)
    return process


def grows(figure) -> bool:
    """Whether a figure is another one a second later."""
    before, deadline = figure(), time.monotonic() + 1
    while time.monotonic() < deadline:
        if figure() != before:
            return True
        time.sleep(0.1)
    return False


def recorded_tags(viewing) -> list[flv.Tag]:
    return list(flv.tags(viewing.file.read_bytes())) if viewing.file.exists() and viewing.file.stat().st_size > 13 else []


def test_a_late_viewer_starts_with_metadata_configurations_and_a_key_frame(server, media, processes):
    publish(processes, server, media.file("plain"))
    with urllib.request.urlopen(server.http(f"{PATH}.flv"), timeout=10) as answer:
        received = answer.read(100_000)
    tags = list(flv.tags(received))
    assert tags[0].kind == flv.SCRIPT and b"onMetaData" in tags[0].body
    assert {tag.kind for tag in tags[1:3]} == {flv.VIDEO, flv.AUDIO}
    assert all(tag.is_sequence_header for tag in tags[1:3])
    assert next(tag for tag in tags[3:] if tag.kind == flv.VIDEO).is_key_frame


@pytest.mark.parametrize("player", [players.FFMPEG_5_RTMP, players.FFMPEG_5_FLV, players.RTMPDUMP], ids=lambda p: p.name)
def test_a_viewer_joins_at_a_key_frame_at_once(server, media, processes, player):
    """With the GOP cache a viewer does not wait for the next key frame: here there is one only every 24 seconds."""
    file = media.file("rare-key-frames", 24)
    publish(processes, server, file)
    viewing = Viewing(player, server, PATH, processes)
    eventually("the viewer has a picture", lambda: viewing.file.exists() and viewing.file.stat().st_size > 2000, within=15)
    viewing.process.stop(signal.SIGINT)


def test_a_returning_publisher_keeps_its_viewers(server, media, processes):
    first, second = media.file("plain"), media.file("small")
    publisher = publish(processes, server, first)
    viewings = [Viewing(player, server, PATH, processes) for player in [players.WEBSOCKET_FLV, players.RTMPDUMP]]
    for viewing in viewings:
        eventually("the viewer receives", lambda: len(recorded_tags(viewing)) > 50)
    publisher.stop(signal.SIGKILL)
    assert all(viewing.process.is_running for viewing in viewings), "the viewers were sent away"
    processes.start(publishers.ffmpeg_5(second, server.rtmp(PATH)), "publish-again").succeed(within=20)

    for viewing in viewings:
        viewing.process.wait(within=10)
        tags = recorded_tags(viewing)
        headers = [tag.body for tag in tags if tag.kind == flv.VIDEO and tag.is_sequence_header]
        assert len(set(headers)) == 2, "the second publisher's configuration did not arrive"
        times = [tag.timestamp for tag in tags if tag.kind == flv.VIDEO]
        assert times == sorted(times), "the times went back"
        change = max(place for place, tag in enumerate(tags) if tag.body == headers[-1])
        assert next(tag for tag in tags[change + 1 :] if tag.kind == flv.VIDEO).is_key_frame
        arrived = [packet.checksum for packet in packets.of_file(viewing.file) if packet.kind == "video"]
        sent = [packet.checksum for packet in packets.of_file(second) if packet.kind == "video"]
        assert arrived[-len(sent) :] == sent, "the second publisher's frames did not all arrive"


def test_a_second_publisher_is_rejected(server, media, processes):
    publish(processes, server, media.file("plain"))
    second = processes.start(publishers.ffmpeg_5(media.file("small"), server.rtmp(PATH)), "second")
    assert second.wait(within=15) != 0
    assert server.is_live(PATH)
    third = processes.start(["ffmpeg", "-v", "verbose", *publishers.ffmpeg_5(media.file("small"), server.rtmp(PATH))[3:]], "third")
    assert third.wait(within=15) != 0
    assert re.search("is being published by somebody else", third.output), third.output


@configured_with(TAKEOVER)
def test_a_second_publisher_takes_over_where_configured(server, media, processes):
    first = publish(processes, server, media.file("plain"))
    viewing = Viewing(players.WEBSOCKET_FLV, server, PATH, processes)
    eventually("the viewer receives", lambda: len(recorded_tags(viewing)) > 50)
    processes.start(publishers.ffmpeg_endless(media.file("small"), server.rtmp(PATH)), "second")
    assert first.wait(within=15) != 0, "the first publisher was not sent away"

    def headers() -> set[bytes]:
        return {tag.body for tag in recorded_tags(viewing) if tag.kind == flv.VIDEO and tag.is_sequence_header}

    eventually("the viewer sees the second publisher", lambda: len(headers()) == 2)
    assert viewing.process.is_running


@configured_with(TAKEOVER)
@pytest.mark.parametrize("query", ["", "?ts=1"], ids=["fmp4", "ts"])
def test_a_changed_picture_is_a_discontinuity(server, media, processes, query):
    publish(processes, server, media.file("plain"))
    server.wait_for_playlist(f"{PATH}/index.m3u8{query}")
    # The picture's playlist is the variant's own, after those of the renditions.
    media_playlist = media_playlists(server, f"{PATH}/index.m3u8{query}")[-1]
    processes.start(publishers.ffmpeg_endless(media.file("small"), server.rtmp(PATH)), "second")

    def after_the_change() -> str | None:
        head, found, tail = server.wait_for_playlist(media_playlist).partition("#EXT-X-DISCONTINUITY\n")
        return tail if found and "#EXTINF" in tail else None

    tail = eventually("the playlist shows the change", after_the_change, within=15)
    if not query:
        assert "#EXT-X-MAP" in tail.split("#EXTINF")[0], "no new initialization section after the change"


@pytest.mark.parametrize("query", ["", "?ts=1"], ids=["fmp4", "ts"])
def test_the_playlist_ends_with_the_stream(server, media, processes, query):
    publisher = publish(processes, server, media.file("plain"), publishers.ffmpeg_5)
    server.wait_for_playlist(f"{PATH}/index.m3u8{query}")
    playlists = media_playlists(server, f"{PATH}/index.m3u8{query}")
    for playlist in playlists:
        assert "#EXT-X-ENDLIST" not in server.wait_for_playlist(playlist)
    publisher.succeed(within=20)
    for playlist in playlists:
        eventually("the playlist ends", lambda: "#EXT-X-ENDLIST" in server.wait_for_playlist(playlist))
        durations = [float(seconds) for seconds in re.findall(r"#EXTINF:([\d.]+)", server.wait_for_playlist(playlist))]
        assert sum(durations) == pytest.approx(sources.SECONDS, abs=0.3)


def media_playlists(server, multivariant: str) -> list[str]:
    """The paths of the media playlists that a multivariant playlist names."""
    text = server.wait_for_playlist(multivariant)
    names = re.findall(r'URI="([^"]+)"', text) + [line for line in text.splitlines() if line and not line.startswith("#")]
    base = server.http(multivariant)
    return [urllib.parse.urljoin(base, name).removeprefix(server.http("")) for name in names]


@configured_with(IMPATIENT)
def test_a_publisher_that_froze_is_sent_away(server, media, processes):
    """Its connection stays open, so only the missing media tells."""
    publisher = publish(processes, server, media.file("plain"))
    publisher.send(signal.SIGSTOP)
    try:
        server.wait_until_offline(PATH, within=15)
    finally:
        publisher.send(signal.SIGCONT)


@configured_with(BRIEF_SEGMENTS + "    slow-viewer: { close-after: 8s }\n")
def test_a_viewer_that_does_not_read_goes_with_the_stream(server, media, processes):
    """A full socket must not keep a connection alive for which there is nothing left to send."""
    publisher = publish(processes, server, media.file("heavy"))

    def connections() -> float:
        return server.metric("swiftwater_connections", 'protocol="rtmp"')

    with rtmp.Peer(server) as peer:
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert peer.connect().play("show")["code"] == "NetStream.Play.Start"
        # Not all that is sent: the publisher gets its acknowledgements all the while.
        delivered = lambda: server.metric("swiftwater_delivered_bytes_total")  # noqa: E731
        eventually("its socket is full", lambda: not grows(delivered), within=20)
        assert connections() == 2
        publisher.stop()
        eventually("the server closed the connection", lambda: connections() == 0, within=40)


def test_a_reload_keeps_publisher_and_viewers(server, media, processes):
    publisher = publish(processes, server, media.file("plain"))
    viewing = Viewing(players.WEBSOCKET_FLV, server, PATH, processes)
    eventually("the viewer receives", lambda: len(recorded_tags(viewing)) > 50)
    server.process.send(signal.SIGHUP)
    count = len(recorded_tags(viewing))
    eventually("the viewer receives on", lambda: len(recorded_tags(viewing)) > count + 100)
    assert publisher.is_running and viewing.process.is_running and server.process.is_running


def test_the_server_ends_cleanly_with_streams_on(server, media, processes):
    publisher = publish(processes, server, media.file("plain"))
    viewing = Viewing(players.FFMPEG_5_RTMP, server, PATH, processes)
    hold_for(1, "the server runs", lambda: server.process.is_running)
    server.stop(signal.SIGINT)
    publisher.wait(within=15)
    viewing.process.wait(within=15)


def test_a_player_that_pauses_may_be_there_at_the_end(server, media, processes):
    publisher = publish(processes, server, media.file("plain"))
    with rtmp.Peer(server) as player:
        player.connect()
        assert player.play("show")["code"] == "NetStream.Play.Start"
        player.command("pause", None, True, 0, stream=player.stream)
        while player.status()["code"] != "NetStream.Pause.Notify":
            pass
        assert grows(lambda: server.metric("swiftwater_received_frames_total"))
        publisher.stop()
        server.wait_until_offline(PATH)
        # The figures of its session are read here, and once more when it is over.
        assert urllib.request.urlopen(server.http("api/v1/sessions"), timeout=5).status == 200
    eventually("its session is over", lambda: server.log.count("session closed") >= 2 or not server.process.is_running)
    assert server.process.is_running
