"""HTTP inside TLS, HTTP/2, and several protocols at one port."""

import re
import socket
import ssl
import subprocess

import pytest
import websocket

from harness import packets, publishers
from harness import media as sources
from harness.players import FFMPEG_9_RTMP, FFMPEG_5_FLV, Viewing
from harness.server import BRIEF_SEGMENTS, Server, configured_with
from harness.waiting import eventually


def _configuration(authority, more: str = "") -> str:
    return f"{BRIEF_SEGMENTS}\ntls:\n  certificates: [{authority.issue('https').configuration}]\n{more}"


@pytest.fixture(scope="module")
def secure_server(module_processes, authority):
    server = Server(module_processes, _configuration(authority), ("--rtmps", "127.0.0.1:0", "--https", "127.0.0.1:0"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def live(secure_server, media, module_processes):
    """The path of a stream that goes on while the module's tests run."""
    path = "live/secure"
    module_processes.start(publishers.ffmpeg_endless(media.file("small"), secure_server.rtmp(path)), "publish")
    secure_server.wait_until_live(path)
    return path


def curl(authority, url: str, *options: str, within: float = 20) -> subprocess.CompletedProcess:
    command = ["curl", "--silent", "--show-error", "--max-time", "10", "--cacert", authority.certificate, *options, url]
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=within)


@pytest.mark.parametrize("version, spoken", [("--http1.1", "1.1"), ("--http2", "2")])
def test_pages_and_playlists_come_in_both_versions_of_http(secure_server, authority, live, version, spoken):
    options = [version, "--write-out", "\n%{http_version} %{http_code}"]
    page = curl(authority, secure_server.https(live), *options)
    assert page.stdout.decode().splitlines()[-1] == f"{spoken} 200" and b"<video" in page.stdout, page.stderr
    playlist = curl(authority, secure_server.https(f"{live}/index.m3u8"), *options).stdout.decode()
    assert "#EXTM3U" in playlist and playlist.splitlines()[-1] == f"{spoken} 200"
    media_playlist = re.search(r"^[^#\s].*m3u8.*$", playlist, re.MULTILINE)[0]
    segments = curl(authority, secure_server.https(f"{live}/{media_playlist}"), version).stdout.decode()
    segment = re.search(r"^[^#\s].*$", segments, re.MULTILINE)[0]
    folder = media_playlist.rpartition("/")[0]
    body = curl(authority, secure_server.https(f"{live}/{folder}/{segment}"), *options).stdout
    assert body.endswith(f"\n{spoken} 200".encode()) and len(body) > 1000


@pytest.mark.parametrize("version, spoken", [("--http1.1", b"HTTP/1.1 200"), ("--http2", b"HTTP/2 200")])
@pytest.mark.parametrize("form", ["flv", "mp4"])
def test_endless_answers_flow_in_both_versions_of_http(secure_server, authority, live, version, spoken, form):
    viewing = curl(authority, secure_server.https(f"{live}.{form}"), version, "--include", "--max-time", "3")
    head, _, body = viewing.stdout.partition(b"\r\n\r\n")
    assert head.startswith(spoken), viewing.stderr
    assert (body.startswith(b"FLV") if form == "flv" else body[4:8] == b"ftyp") and len(body) > 20_000
    assert (b"connection" in head.lower()) == (version == "--http1.1")


@pytest.mark.parametrize("version, spoken", [("--http1.1", "HTTP/1.1 200"), ("--http2", "HTTP/2 200")])
@pytest.mark.parametrize("form", ["flv", "ts", "mp4"])
def test_heads_of_endless_answers_end_in_both_versions_of_http(secure_server, authority, live, version, spoken, form):
    # Two on one connection, where there may be two.
    address = secure_server.https(f"{live}.{form}")
    answer = curl(authority, address, version, "--head", address)
    assert answer.returncode == 0 and answer.stdout.decode().count(spoken) == 2, answer
    assert b"content-type: video/" in answer.stdout.lower() and b"length" not in answer.stdout.lower()


def test_an_endless_answer_in_http_2_ends_with_its_stream(secure_server, authority, media, module_processes):
    path = "live/ending"
    publishing = module_processes.start(publishers.ffmpeg_5(media.file("small", 2), secure_server.rtmp(path)), "publish-ending")
    secure_server.wait_until_live(path)
    viewing = curl(authority, secure_server.https(f"{path}.flv"), "--http2")
    publishing.succeed(within=10)
    assert viewing.returncode == 0 and viewing.stdout.startswith(b"FLV"), viewing.stderr
    missing = curl(authority, secure_server.https(f"{path}x.flv"), "--http2", "--write-out", "%{http_code}")
    assert missing.stdout.endswith(b"404")


def test_requests_go_on_beside_an_endless_answer_on_one_http_2_connection(secure_server, authority, live):
    flv, page = secure_server.https(f"{live}.flv"), secure_server.https("healthz")
    options = ["--http2", "--parallel", "--parallel-immediate", "--max-time", "2", "--output", "/dev/null", flv]
    viewing = curl(authority, page, *options, "--write-out", "%{num_connects} %{http_version}\n", "--output", "-")
    assert b"ok" in viewing.stdout, viewing


def test_http_flv_inside_tls_arrives_as_sent(secure_server, media, processes):
    path = "live/flv-inside-tls"
    file = media.file("plain")
    publishing = processes.start(publishers.ffmpeg_5(file, secure_server.rtmps(path)), "publish")
    secure_server.wait_until_live(path)
    player = FFMPEG_5_FLV._replace(name="https-flv", address=lambda server, path: server.https(f"{path}.flv"))
    viewing = Viewing(player, secure_server, path, processes)
    publishing.succeed(within=sources.SECONDS + 10)
    eventually("the player ends", lambda: not viewing.process.is_running)
    comparison = packets.Comparison(packets.of_file(file), viewing.received())
    comparison.assert_in_step()
    comparison.assert_complete_to_end()


def test_websockets_flow_inside_tls(secure_server, authority, live):
    url = secure_server.https(f"{live}.flv").replace("https://", "wss://")
    viewer = websocket.create_connection(url, timeout=10, sslopt={"ca_certs": str(authority.certificate)})
    assert viewer.recv()[:3] == b"FLV" and viewer.recv()
    viewer.close()


def test_plain_http_on_the_port_for_tls_is_told_so(secure_server):
    with socket.create_connection(("127.0.0.1", secure_server.https_port), timeout=5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = connection.recv(1000)
    assert answer.startswith(b"HTTP/1.1 400 ") and b"https" in answer


def test_the_limit_of_connections_holds_inside_tls(processes, authority):
    server = Server(
        processes,
        _configuration(authority, "http: { connections-per-address: 1 }\n"),
        ("--rtmps", "off", "--https", "127.0.0.1:0"),
    )
    context = ssl.create_default_context(cafile=authority.certificate)
    with socket.create_connection(("127.0.0.1", server.https_port)) as first:
        secure = context.wrap_socket(first, server_hostname="localhost")
        with pytest.raises((ssl.SSLError, ConnectionError)):
            with socket.create_connection(("127.0.0.1", server.https_port), timeout=5) as second:
                context.wrap_socket(second, server_hostname="localhost")
        secure.close()
    server.process.says("too many connections")
    server.stop()


# -- One port


@pytest.mark.parametrize("scheme, port", [
    ("rtmp", "rtmp"), ("rtmps", "rtmp"), ("rtmp", "http"), ("rtmps", "http"), ("rtmps", "https"), ("rtmps", "rtmps"),
])  # fmt: skip
def test_one_port_takes_every_protocol(one_port_server, authority, media, module_processes, scheme, port):
    server = one_port_server
    number = getattr(server, f"{port}_port")
    path = f"live/{scheme}-at-{port}"
    file = media.file("small", 3)
    url = f"{scheme}://localhost:{number}/{path}"
    trust = ["--ca", authority.certificate] if scheme == "rtmps" else []
    publishing = module_processes.start([*publishers.swiftwater(file, url), *trust], f"publish-{scheme}-{port}")
    server.wait_until_live(path)
    player = FFMPEG_9_RTMP._replace(
        name=f"play-{scheme}-{port}",
        address=lambda *_: url,
        command=lambda url, file: _unverified(FFMPEG_9_RTMP.command(url, file)) if scheme == "rtmps" else FFMPEG_9_RTMP.command(url, file),
    )
    viewing = Viewing(player, server, path, module_processes)
    publishing.succeed(within=15)
    eventually("the player ends", lambda: not viewing.process.is_running, within=15)
    packets.Comparison(packets.of_file(file), viewing.received()).assert_complete_to_end()


def _unverified(command: list) -> list:
    place = command.index("-i")
    return [*command[:place], "-tls_verify", "0", *command[place:]]


@pytest.mark.parametrize("scheme, port", [("http", "http"), ("https", "http"), ("https", "https")])
def test_one_port_serves_pages_too(one_port_server, authority, scheme, port):
    url = f"{scheme}://localhost:{getattr(one_port_server, f'{port}_port')}/healthz"
    assert curl(authority, url).stdout == b"ok\n"


@pytest.fixture(scope="module")
def one_port_server(module_processes, authority):
    arguments = ("--rtmps", "127.0.0.1:0", "--https", "127.0.0.1:0")
    server = Server(module_processes, _configuration(authority, "one-port: on\n"), arguments)
    yield server
    server.stop()


@configured_with("http: { listen: '127.0.0.1:0' }\n")
def test_a_port_takes_only_its_own_protocol_otherwise(server):
    with socket.create_connection(("127.0.0.1", server.http_port), timeout=5) as connection:
        connection.sendall(b"\x03" + bytes(1536))
        assert not connection.recv(10).startswith(b"\x03")
