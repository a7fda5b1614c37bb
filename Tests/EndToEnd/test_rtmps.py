"""RTMP inside TLS with real publishers and players, and with peers that mean no good or speak something else."""

import contextlib
import re
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import pytest

from harness import packets, publishers
from harness.players import FFMPEG_5_RTMP, FFMPEG_9_RTMP, GSTREAMER_RTMP, RTMPDUMP, Player, Viewing
from harness.server import BRIEF_SEGMENTS, Server
from harness.tls import fingerprint
from harness.waiting import eventually

# FFmpeg from version 8 on verifies certificates by itself, before only when it is told to.
def _verifying(command: list, authority, *, before: str) -> list:
    place = command.index(before)
    return [*command[:place], "-tls_verify", "1", "-ca_file", authority.certificate, *command[place:]]


# Long enough for four players to come.
SECONDS = 5

PUBLISHERS = {
    "ffmpeg-5": lambda file, url, _: publishers.ffmpeg_5(file, url),
    "ffmpeg-9": lambda file, url, authority: _verifying(publishers.ffmpeg_9(file, url), authority, before=url),
    "gstreamer": lambda file, url, _: [*publishers.gstreamer(file, url), "tls-validation-flags=0"],
    "librtmp": lambda file, url, _: publishers.librtmp(file, url),
    "swiftwater-publish": lambda file, url, authority: [*publishers.swiftwater(file, url), "--ca", authority.certificate],
}


def _rtmps(server, path):
    return server.rtmps(path)


def _players(authority) -> list[Player]:
    def ffmpeg_9(url, file):
        return _verifying(FFMPEG_9_RTMP.command(url, file), authority, before="-i")

    plain = [FFMPEG_5_RTMP, FFMPEG_9_RTMP._replace(command=ffmpeg_9), RTMPDUMP, GSTREAMER_RTMP]
    return [player._replace(name=f"{player.name}-secure", address=_rtmps) for player in plain]


def _configuration(*pairs, more: str = "") -> str:
    certificates = ", ".join(pair.configuration for pair in pairs)
    return f"{BRIEF_SEGMENTS}\ntls:\n  certificates: [{certificates}]\n{more}"


@pytest.fixture(scope="module")
def secure_server(module_processes, authority):
    server = Server(
        module_processes,
        _configuration(authority.issue("server"), more="  handshake-timeout: 2s\n"),
        ("--rtmps", "127.0.0.1:0", "--https", "off"),
    )
    yield server
    server.stop()


def _connect(server, context: ssl.SSLContext, host: str = "localhost") -> ssl.SSLSocket:
    return context.wrap_socket(socket.create_connection(("127.0.0.1", server.rtmps_port), timeout=10), server_hostname=host)


def _trusting(authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authority.certificate)


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_every_publisher_arrives_at_every_player_as_sent(secure_server, media, authority, module_processes, publisher):
    path = f"live/{publisher}"
    file = media.file("plain", SECONDS)
    command = PUBLISHERS[publisher](file, secure_server.rtmps(path), authority)
    publishing = module_processes.start(command, f"publish-{publisher}")
    secure_server.wait_until_live(path)
    viewings = [Viewing(player, secure_server, path, module_processes) for player in _players(authority)]
    publishing.succeed(within=SECONDS + 10)
    source = packets.of_file(file)
    for viewing in viewings:
        eventually(f"{viewing.player.name} ends", lambda: not viewing.process.is_running, within=15)
        comparison = packets.Comparison(source, viewing.received())
        comparison.assert_in_step(viewing.player.invented_times)
        comparison.assert_complete_to_end(viewing.player.lost_at_end)


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
def test_both_versions_of_tls_carry_rtmp(secure_server, authority, version):
    context = _trusting(authority)
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    with _connect(secure_server, context) as connection:
        connection.sendall(b"\x03" + bytes(1536))
        assert connection.recv(1) == b"\x03"


def test_older_versions_are_refused_with_a_line_in_the_log(secure_server, authority):
    context = _trusting(authority)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        _connect(secure_server, context)
    secure_server.process.says("UNSUPPORTED_PROTOCOL")


def test_the_program_believes_the_authority_that_it_is_told_to(secure_server, media, authority, module_processes):
    url = secure_server.rtmps("live/trusted")
    command = [*publishers.swiftwater(media.file("small", 2), url), "--ca", authority.certificate]
    module_processes.start(command, "publish-trusted").succeed(within=15)
    distrusting = module_processes.start(publishers.swiftwater(media.file("small", 2), url), "publish-distrusting")
    assert distrusting.wait(15) == 1 and "is not trusted" in distrusting.output
    wrong = secure_server.rtmps("live/x").replace("localhost", "127.0.0.2")
    other = module_processes.start(
        [*publishers.swiftwater(media.file("small", 2), wrong), "--ca", authority.certificate], "publish-elsewhere"
    )
    assert other.wait(15) == 1


def test_inspect_looks_at_a_stream_inside_tls(secure_server, media, module_processes):
    path = "live/inspected"
    module_processes.start(publishers.ffmpeg_endless(media.file("small"), secure_server.rtmps(path)), "publish-inspected")
    secure_server.wait_until_live(path)
    command = [publishers.BINARY, "inspect", "--insecure", "--seconds", "2", secure_server.rtmps(path)]
    inspection = module_processes.start(command, "inspect")
    inspection.succeed(within=20)
    assert "H.264" in inspection.output or "avc1" in inspection.output


# -- Certificates


def test_the_certificate_is_chosen_by_the_host_that_the_client_names(processes, authority):
    one, other = authority.issue("one", "DNS:one.example"), authority.issue("other", "DNS:*.other.example", "prime256v1")
    server = Server(processes, _configuration(one, other), ("--rtmps", "127.0.0.1:0", "--https", "off"))

    def shown(host: str) -> str:
        with _connect(server, _trusting(authority), host) as connection:
            return connection.getpeercert()["subjectAltName"][0][1]

    assert shown("one.example") == "one.example"
    assert shown("live.other.example") == "*.other.example"
    server.stop()


def test_renewed_files_are_taken_without_dropping_anyone(processes, authority):
    pair = authority.issue("renewed", "DNS:localhost,DNS:before.example")
    configuration = _configuration(pair, more="  check-interval: 100ms\n")
    server = Server(processes, configuration, ("--rtmps", "127.0.0.1:0", "--https", "off"))

    def names() -> list[str]:
        with _connect(server, _trusting(authority)) as connection:
            return [name for _, name in connection.getpeercert()["subjectAltName"]]

    assert "before.example" in names()
    with _connect(server, _trusting(authority)) as old:
        old.sendall(b"\x03")
        authority.issue("renewed", "DNS:localhost,DNS:after.example")
        eventually("the renewed certificate is in use", lambda: "after.example" in names())
        # What does not belong together is not taken, and said once.
        pair.key.write_text(authority.issue("stranger").key.read_text())
        server.process.says("certificates not changed")
        assert "after.example" in names()
        eventually("that is said once", lambda: server.log.count("certificates not changed") == 1)
        # A signal reads them at once.
        authority.issue("renewed", "DNS:localhost,DNS:signal.example")
        server.process.send(signal.SIGHUP)
        eventually("the certificate of now is in use", lambda: "signal.example" in names())
        old.sendall(bytes(1536))
        assert old.recv(1) == b"\x03", "the connection of before was dropped"
    server.stop()


def test_without_certificates_a_port_that_is_named_has_a_self_signed_one(processes, tmp_path):
    arguments = ("--rtmps", "127.0.0.1:0", "--data", str(tmp_path / "data"))
    server = Server(processes, BRIEF_SEGMENTS, arguments)
    certificate = tmp_path / "data/tls/self-signed.pem"
    server.process.says("a self-signed one is in use")
    server.process.says(fingerprint(certificate))
    assert (tmp_path / "data/tls/self-signed.key").stat().st_mode & 0o777 == 0o600
    context = ssl.create_default_context(cafile=certificate)
    with _connect(server, context) as connection:
        connection.sendall(b"\x03" + bytes(1536))
        assert connection.recv(1) == b"\x03"
    first = fingerprint(certificate)
    server.stop()
    again = Server(processes, BRIEF_SEGMENTS, arguments)
    assert again.rtmps_port and fingerprint(certificate) == first
    again.stop()


def test_a_server_without_certificates_opens_no_port_for_tls(shared_server):
    assert "rtmps://" not in shared_server.log


def test_clients_need_a_certificate_where_that_is_asked_for(processes, authority, media):
    configuration = _configuration(authority.issue("server")) + f"rtmps:\n  client-ca: {authority.certificate}\n"
    tunnels = "rtmpts:\n  listen: 127.0.0.1:0\n"
    server = Server(processes, configuration + tunnels, ("--rtmps", "127.0.0.1:0", "--https", "off"))
    nobody = _trusting(authority)
    with pytest.raises((ssl.SSLError, ConnectionError)):
        with _connect(server, nobody) as connection:
            connection.sendall(b"\x03" + bytes(1536))
            assert connection.recv(1) == b"\x03"
    server.process.says("PEER_DID_NOT_RETURN_A_CERTIFICATE")
    somebody = _trusting(authority)
    pair = authority.issue("client", "DNS:encoder.example")
    somebody.load_cert_chain(pair.certificate, pair.key)
    with _connect(server, somebody) as connection:
        connection.sendall(b"\x03" + bytes(1536))
        assert connection.recv(1) == b"\x03"
    *publish, url = publishers.ffmpeg_5(media.file("small", 2), server.rtmps("live/show"))
    processes.start([*publish, "-cert_file", pair.certificate, "-key_file", pair.key, url], "publish").succeed(within=15)
    assert "protocol=rtmps role=publisher stream.path=live/show" in server.log
    assert processes.start([*publish, url], "publish-without").wait(15) != 0
    # So does the port for tunnels inside TLS.
    port = re.search(r"rtmpts://127.0.0.1:(\d+)/", server.log)[1]
    url = f"https://localhost:{port}/open/1"
    with urllib.request.urlopen(url, data=b"\0", timeout=5, context=somebody) as answer:
        assert answer.status == 200
    with pytest.raises((urllib.error.URLError, ssl.SSLError, ConnectionError)):
        urllib.request.urlopen(url, data=b"\0", timeout=5, context=nobody)
    server.stop()


def test_a_certificate_that_cannot_be_used_keeps_the_server_from_starting(processes, authority, tmp_path):
    pair = authority.issue("one")._replace(key=authority.issue("another").key)
    file = tmp_path / "c.yaml"
    file.write_text(_configuration(pair))
    command = [publishers.BINARY, "serve", "--config", file, "--rtmp", "127.0.0.1:0", "--http", "127.0.0.1:0"]
    process = processes.start(command, "refused")
    assert process.wait(10) == 2 and "does not belong to the certificate" in process.output


# -- Peers that speak something else, or mean no good


def test_tls_on_the_plain_port_is_refused_with_an_alert_and_a_line(secure_server, authority):
    with pytest.raises(ssl.SSLError, match="alert"):
        _trusting(authority).wrap_socket(
            socket.create_connection(("127.0.0.1", secure_server.rtmp_port), timeout=5), server_hostname="localhost"
        )
    secure_server.process.says("tlsOnPlainPort")


@pytest.mark.parametrize("first, language", [(b"\x03", "RTMP"), (b"GET / HTTP/1.1\r\n\r\n", "HTTP"), (b"\xff\xfe", "unknown")])
def test_what_is_not_tls_is_refused_on_its_port(secure_server, first, language):
    with socket.create_connection(("127.0.0.1", secure_server.rtmps_port), timeout=5) as connection:
        connection.sendall(first)
        assert connection.recv(1) == b""
    secure_server.process.says("without TLS to a port for TLS")
    secure_server.process.says(language)


@pytest.mark.parametrize("begun", [b"", b"\x16", bytes.fromhex("1603010200010001fc0303") + bytes(20)])
def test_a_handshake_that_does_not_go_on_ends_with_its_time_limit(secure_server, begun):
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", secure_server.rtmps_port), timeout=20) as connection:
        connection.sendall(begun)
        assert connection.recv(100) == b""
    assert 1.5 < time.monotonic() - started < 15
    secure_server.process.says("the peer took too long for")


def test_broken_records_are_refused(secure_server):
    with socket.create_connection(("127.0.0.1", secure_server.rtmps_port), timeout=5) as connection:
        connection.sendall(bytes.fromhex("1603010005") + b"\x01\xff\xff\xff\xff" + bytes(3000))
        with contextlib.suppress(ConnectionResetError):
            while connection.recv(1000):
                pass
    secure_server.process.says("the TLS handshake failed")


def test_renegotiation_is_refused(secure_server):
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{secure_server.rtmps_port}", "-tls1_2", "-legacy_renegotiation"]
    client = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        client.stdin.write(b"R\n")
        client.stdin.flush()
        output = client.communicate(timeout=20)[0].decode(errors="replace")
    finally:
        client.kill()
    assert "RENEGOTIATING" in output and "eof while reading" in output, output[-1500:]
    secure_server.process.says("NO_RENEGOTIATION")


def test_a_connection_that_is_cut_off_inside_tls_harms_nobody(secure_server, authority):
    for count in range(20):
        connection = _connect(secure_server, _trusting(authority))
        connection.sendall(b"\x03" + bytes(count * 70))
        # Without a word of TLS.
        with socket.socket(fileno=connection.detach()):
            pass
    assert secure_server.process.is_running
    with _connect(secure_server, _trusting(authority)) as connection:
        connection.sendall(b"\x03" + bytes(1536))
        assert connection.recv(1) == b"\x03"
