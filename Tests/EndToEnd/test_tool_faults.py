"""What `publish` and `inspect` say when something is wrong: one plain line that says what to do, and nothing of libraries."""

import socket
import subprocess
import threading

import pytest

from harness.ports import free_port
from harness.server import BINARY, BRIEF_SEGMENTS, Server, configured_with

# Words of Swift, SwiftNIO and BoringSSL, with which nobody can do anything.
INTERNALS = ("SingleConnectionFailure", "SocketAddressError", "ChannelError", "OPENSSL", "system call", "notFLV", "(error")


def said(*arguments, cwd=None) -> str:
    """What a command says when it fails: one line on standard error, and nothing on standard output."""
    command = [str(word) for word in (BINARY, *arguments)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, cwd=cwd)
    assert ended.returncode == 1 and ended.stdout == "", ended
    (line,) = ended.stderr.splitlines()
    assert not any(word in line for word in INTERNALS), line
    return line.removeprefix("Error: ")


@pytest.fixture
def film(tmp_path):
    """A folder with a file that is no FLV file."""
    for name in ("movie.mp4", "my movie.mp4", "movie.flv"):
        (tmp_path / name).write_bytes(b"\0\0\0\x20ftypisom" + bytes(100))
    return tmp_path


@pytest.fixture
def closed_port() -> int:
    return free_port()


@pytest.mark.parametrize("command", ["publish", "inspect"])
def test_a_file_of_another_format_comes_with_the_way_to_make_a_right_one(film, command):
    target = ["rtmp://127.0.0.1/live/show"] if command == "publish" else []
    advice = "is no FLV file; ffmpeg makes one: ffmpeg -i"
    assert said(command, "movie.mp4", *target, cwd=film) == f"movie.mp4 {advice} movie.mp4 -c copy movie.flv"
    assert said(command, "my movie.mp4", *target, cwd=film).endswith("-i 'my movie.mp4' -c copy 'my movie.flv'")
    assert said(command, "movie.flv", *target, cwd=film) == "movie.flv is no FLV file"
    assert said(command, "absent.flv", *target, cwd=film) == "absent.flv cannot be read: no such file"
    assert said(command, film, *target) == f"{film} cannot be read: it is a folder, or the disk fails"


def test_an_address_that_sends_something_else_is_told_of_flv(server):
    address = server.http("")
    assert said("inspect", address) == f"{address} does not answer with FLV; a stream's FLV address ends in .flv"


def test_addresses_that_are_none_are_told_of_those_that_are(media, tmp_path):
    file = media.file("plain")
    assert "rtmp://, rtmps://, rtmpt://" in said("publish", file, "http://localhost/live/show")
    assert said("publish", "rtmp://localhost/live/show", file).startswith("the file comes first")
    assert "http://" in said("inspect", "https://localhost/live/show.flv")
    assert "no host" in said("inspect", "rtmp://") and "no host" in said("inspect", "http:///live/show.flv")
    for scheme in ("rtmp", "http"):
        assert "65535" in said("inspect", f"{scheme}://localhost:99999/live/show")


def test_a_login_in_an_address_is_not_left_out_without_a_word(media, closed_port):
    for scheme in ("rtmp", "rtmps"):
        address = f"{scheme}://ann:swk_secret@127.0.0.1:{closed_port}/live/show"
        for told in [said("publish", media.file("plain"), address), said("inspect", address)]:
            assert told.startswith("a login in the address cannot be sent") and "swk_secret" not in told
    # Behind the host it is a part of a name.
    for path in ("live/show?mail=ann@example.com", "live/ann@home"):
        assert said("inspect", f"rtmp://127.0.0.1:{closed_port}/{path}").startswith("nobody listens")


def test_a_configuration_in_the_place_of_a_command_comes_with_the_command(tmp_path):
    (tmp_path / "swiftwater.yaml").write_text("log: { level: info }\n")
    run = lambda *words: subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=30, cwd=tmp_path)
    ended = run("swiftwater.yaml")
    assert ended.returncode != 0 and "swiftwater serve --config swiftwater.yaml" in ended.stderr
    assert "There are serve" in run("absent.yaml").stderr
    checked = run("config", "check", "-c", "swiftwater.yaml")
    assert checked.returncode == 0, checked


def test_a_server_that_is_not_there_is_named(media, closed_port):
    place = f"127.0.0.1:{closed_port}"
    expected = f"nobody listens at {place}"
    assert said("publish", media.file("plain"), f"rtmp://{place}/live/show") == expected
    assert said("inspect", f"rtmp://{place}/live/show") == expected
    assert said("inspect", f"http://{place}/live/show.flv") == expected
    assert said("inspect", "rtmp://nobody.invalid/live/show").startswith("the host nobody.invalid is not found")


def test_a_certificate_that_is_not_trusted_comes_with_the_options(processes, authority, media):
    certificate = authority.issue("words")
    server = Server(
        processes, f"{BRIEF_SEGMENTS}\ntls: {{ certificates: [{certificate.configuration}] }}\n",
        ("--rtmps", "127.0.0.1:0", "--https", "off"),
    )
    for told in [said("inspect", server.rtmps("live/show")), said("publish", media.file("plain"), server.rtmps("live/show"))]:
        assert told.startswith(f"the certificate of localhost:{server.rtmps_port} is not trusted")
        assert told.endswith("name its authority with --ca FILE, or take --insecure for a trial")
    missing = said("inspect", "--ca", "/absent.pem", server.rtmps("live/show"))
    assert missing == "/absent.pem cannot be read: no such file"
    # A port for TLS is no place for RTMP without it.
    assert "without a word of RTMP" in said("inspect", f"rtmp://127.0.0.1:{server.rtmps_port}/live/show")
    server.stop()


def test_a_port_without_tls_is_named(server):
    for port in (server.rtmp_port, server.http_port):
        told = said("inspect", "--insecure", f"rtmps://127.0.0.1:{port}/live/show")
        assert told.startswith(f"there is no TLS at 127.0.0.1:{port}")


@configured_with(BRIEF_SEGMENTS + "auth: { play: token }\n")
def test_a_refusal_of_a_viewer_comes_with_its_reason(server):
    told = said("inspect", server.http("live/show.flv?token=wrong-wrong-wrong"))
    assert told.startswith(f"127.0.0.1:{server.http_port} answers with 403 Forbidden: ") and "token" in told
    assert "wrong-wrong-wrong" not in told


def test_the_reason_of_a_refusal_is_one_bounded_line_of_text():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def answer():
            for kind in ("text/plain", "text/html"):
                peer, _ = listener.accept()
                with peer:
                    peer.recv(4096)
                    body = b"no\x1b[31m" + b"w" * 5000 + b"\nsecond line"
                    head = f"HTTP/1.1 503 Service Unavailable\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
                    peer.sendall(head.encode() + body)

        thread = threading.Thread(target=answer)
        thread.start()
        place = f"127.0.0.1:{listener.getsockname()[1]}"
        told = said("inspect", f"http://{place}/live/show.flv")
        assert told.startswith(f"{place} answers with 503 Service Unavailable: no[31mwww") and len(told) < 300
        assert "second" not in told and "\x1b" not in told
        assert said("inspect", f"http://{place}/live/show.flv") == f"{place} answers with 503 Service Unavailable"
        thread.join()


# -- Nothing to see


@configured_with("apps: { live: { wait-for-publisher: 1s } }\n")
def test_a_stream_that_nobody_publishes_is_told_of(server):
    assert said("inspect", server.rtmp("live/none?token=secret")) == f"nobody publishes that stream at {server.rtmp('live')}/…"


def test_a_file_without_tracks_is_told_of(tmp_path):
    file = tmp_path / "empty.flv"
    file.write_bytes(b"FLV\x01\x05\0\0\0\x09\0\0\0\0")
    assert said("inspect", file) == f"{file} has no track"
