"""What bad input gets that comes inside TLS, through HTTP or with RTMP's own encryption: a clear refusal, and no memory.

A stream with a viewer inside TLS and one through HTTPS runs all the while; at the end they must have lost nothing.
"""

import concurrent.futures
import contextlib
import hashlib
import hmac
import http.client
import os
import secrets
import socket
import ssl

import pytest

from harness import packets, players, publishers
from harness.players import Viewing
from harness.server import Server
from harness.waiting import eventually
from test_tunnels import SECURE_PORTS, configuration

BYSTANDER = "live/bystander"
LITTLE_HISTORY = "apps: { live: { hls: { segment: 1s, window: 3s } } }\n"
# How much the server may grow over all of these tests together.
MEMORY_LIMIT = 48 << 20
MOST_BODY_BYTES = 1 << 20
SECURE = [("http", False), ("https", True)]


@pytest.fixture(scope="module")
def besieged(media, module_processes, authority):
    limits = f"rtmpt: {{ body: {MOST_BODY_BYTES >> 20}MiB, tunnels: 50 }}\n"
    settings = configuration(authority, LITTLE_HISTORY) + "  handshake-timeout: 2s\n" + limits
    server = Server(module_processes, settings, SECURE_PORTS)
    file = media.file("light", 120)
    publisher = module_processes.start(publishers.ffmpeg_5(file, server.rtmps(BYSTANDER)), "publish-bystander")
    server.wait_until_live(BYSTANDER)
    watching = [players.through(players.FFMPEG_5_RTMP, variant) for variant in ("rtmps", "rtmpts")]
    viewings = [Viewing(player, server, BYSTANDER, module_processes) for player in watching]
    for viewing in viewings:
        eventually("the bystander is watched", lambda: viewing.file.exists() and viewing.file.stat().st_size > 2000)
    memory = server.resident_bytes
    yield server
    assert publisher.is_running and all(viewing.process.is_running for viewing in viewings), "a bystander was thrown out"
    assert server.resident_bytes - memory < MEMORY_LIMIT
    publisher.stop()
    for viewing in viewings:
        viewing.process.wait(within=10)
        packets.Comparison(packets.of_file(file), viewing.received()).assert_in_step()
    server.stop()


# -- Tunnels


class Tunnel:
    """A tunnel by hand, on a connection of its own."""

    def __init__(self, server, is_secure: bool):
        self.server, self.is_secure = server, is_secure
        self.connection = self.connect()
        self.name = self.post("/open/1")[1].decode().strip()

    def connect(self) -> http.client.HTTPConnection:
        if self.is_secure:
            trust = ssl._create_unverified_context()
            return http.client.HTTPSConnection("127.0.0.1", self.server.https_port, timeout=10, context=trust)
        return http.client.HTTPConnection("127.0.0.1", self.server.http_port, timeout=10)

    def post(self, path: str, body=b"\0", connection=None, **headers) -> tuple[int, bytes]:
        connection = connection or self.connection
        connection.request("POST", path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def ask(self, purpose: str, number: int | str, body: bytes = b"\0") -> tuple[int, bytes]:
        return self.post(f"/{purpose}/{self.name}/{number}", body)


@pytest.mark.parametrize("scheme, is_secure", SECURE)
@pytest.mark.parametrize("number", [1, 2, 2**32 - 1])
def test_a_wrong_sequence_number_ends_the_tunnel_and_says_which_was_due(besieged, scheme, is_secure, number):
    tunnel = Tunnel(besieged, is_secure)
    status, text = tunnel.ask("idle", number)
    assert status == 400 and f"sequenceNumberOutOfOrder({number}, expected: 0)".encode() in text
    assert tunnel.ask("idle", 0)[0] == 404


@pytest.mark.parametrize("number", ["-1", "+1", str(2**32), "x", "", "0x1", "%D9%A3"])
def test_what_is_no_number_is_no_path_of_a_tunnel(besieged, number):
    tunnel = Tunnel(besieged, False)
    assert tunnel.ask("idle", number)[0] == 404
    assert tunnel.ask("idle", 0)[0] == 200


@pytest.mark.parametrize("scheme, is_secure", SECURE)
def test_of_requests_at_once_on_one_tunnel_one_is_answered_at_a_time(besieged, scheme, is_secure):
    tunnel = Tunnel(besieged, is_secure)
    others = [tunnel.connect() for _ in range(8)]
    with concurrent.futures.ThreadPoolExecutor(len(others)) as together:
        for number in range(20):
            path = f"/idle/{tunnel.name}/{number}"
            answers = list(together.map(lambda connection: tunnel.post(path, connection=connection), others))
            # The same number again is a repetition, and gets the same answer; one that comes meanwhile is refused.
            assert {status for status, _ in answers} <= {200, 409}
            assert len({body for status, body in answers if status == 200}) == 1
    for connection in others:
        connection.close()


def test_names_of_tunnels_cannot_be_guessed_and_do_not_cross_over(besieged):
    plain, secure = Tunnel(besieged, False), Tunnel(besieged, True)
    names = {Tunnel(besieged, False).name for _ in range(10)} | {plain.name, secure.name}
    assert len(names) == 12 and all(len(name) == 32 for name in names)
    for _ in range(200):
        assert plain.post(f"/send/{secrets.token_hex(16)}/0")[0] == 404
    # One that is known is of no use without the TLS that it was opened in, nor inside it.
    assert plain.post(f"/idle/{secure.name}/0")[0] == 404
    assert secure.post(f"/idle/{plain.name}/0")[0] == 404
    assert plain.ask("idle", 0)[0] == secure.ask("idle", 0)[0] == 200
    # Nor does it stand in the log.
    assert not any(name in besieged.log for name in names)


BODIES = {
    "said to be": ("Content-Length: 17179869184", bytes(1 << 16)),
    "in chunks": ("Transfer-Encoding: chunked", b"10000\r\n" + bytes(1 << 16) + b"\r\n"),
}


@pytest.mark.parametrize("scheme, is_secure", SECURE)
@pytest.mark.parametrize("body", BODIES)
def test_giant_bodies_are_refused_and_not_kept(besieged, scheme, is_secure, body):
    before = besieged.resident_bytes
    tunnel = Tunnel(besieged, is_secure)
    field, piece = BODIES[body]
    giant = tunnel.connect()
    giant.connect()
    giant.sock.sendall(f"POST /send/{tunnel.name}/0 HTTP/1.1\r\nHost: localhost\r\n{field}\r\n\r\n".encode())
    answer = _pour(giant.sock, piece, 256 << 20)
    assert answer.startswith(b"HTTP/1.1 413 ")
    giant.close()
    # The tunnel has not seen any of it.
    assert tunnel.ask("idle", 0)[0] == 200
    assert besieged.resident_bytes - before < 16 << 20


def _pour(connection: socket.socket, piece: bytes, most: int) -> bytes:
    """Sends `piece` again and again, until the server answers."""
    connection.settimeout(0.05)
    waiting, poured = piece, 0
    while poured < most:
        with contextlib.suppress(TimeoutError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            sent = connection.send(waiting)
            poured += sent
            waiting = waiting[sent:] or piece
        if poured > MOST_BODY_BYTES:
            with contextlib.suppress(TimeoutError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return connection.recv(4096)
    raise AssertionError(f"no answer to {poured} bytes")


# -- TLS


@pytest.mark.parametrize("port", ["rtmps", "https"])
def test_a_client_hello_may_be_cut_off_anywhere(besieged, port):
    hello = _client_hello()
    before = besieged.resident_bytes
    for length in [*range(1, 12), *range(12, len(hello), 17), len(hello)]:
        with socket.create_connection(("127.0.0.1", getattr(besieged, f"{port}_port")), timeout=5) as connection:
            connection.sendall(hello[:length])
            connection.shutdown(socket.SHUT_WR)
            with contextlib.suppress(ConnectionResetError):
                while connection.recv(4096):
                    pass
    assert besieged.resident_bytes - before < 8 << 20


def _client_hello() -> bytes:
    outgoing = ssl.MemoryBIO()
    client = ssl._create_unverified_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


RECORDS = {
    "longer than TLS has them": b"\x17\x03\x03\xff\xff" + bytes(65_535),
    "of no known type": b"\xff\x03\x03\x00\x10" + bytes(16),
    "forged": b"\x17\x03\x03\x00\x40" + bytes(64),
    "empty, a thousand times": b"\x17\x03\x03\x00\x00" * 1000,
    "in the clear": b"\x15\x03\x03\x00\x02\x02\x28",
}


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
@pytest.mark.parametrize("records", RECORDS)
def test_forged_records_end_a_connection_and_what_was_true_before_them_holds(besieged, records, version):
    context = ssl._create_unverified_context()
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    with socket.create_connection(("127.0.0.1", besieged.rtmps_port), timeout=5) as raw:
        secure = context.wrap_socket(raw, server_hostname="localhost")
        secure.sendall(b"\x03" + bytes(1536))
        assert secure.recv(1) == b"\x03"
        bare = socket.socket(fileno=secure.detach())
        bare.settimeout(5)
        with contextlib.suppress(ConnectionResetError, BrokenPipeError):
            bare.sendall(RECORDS[records])
            while bare.recv(4096):
                pass
        bare.close()
    assert besieged.process.is_running


def test_hundreds_of_handshakes_that_do_not_go_on_cost_little(besieged):
    before = besieged.resident_bytes
    hello = _client_hello()
    begun = [socket.create_connection(("127.0.0.1", besieged.rtmps_port), timeout=10) for _ in range(300)]
    for connection in begun:
        connection.sendall(hello[:-1])
    # 300 of them, each with the objects that a handshake takes.
    assert besieged.resident_bytes - before < 24 << 20
    for connection in begun:
        assert connection.recv(10) == b""
        connection.close()


# -- RTMP's own encryption

PRIME = int(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff",
    16,
)
CORNERS = {"0": 0, "1": 1, "p-1": PRIME - 1, "p": PRIME, "p+1": PRIME + 1, "2^1024-1": 2**1024 - 1}


def _encrypted_c1(public_key: int) -> bytes:
    """A C1 of Flash Player with a digest that holds, in the early layout, and this public key."""
    packet = bytearray(os.urandom(1536))
    packet[:8] = bytes.fromhex("0000000080000702")
    key_place = sum(packet[1532:1536]) % 632 + 772
    packet[key_place : key_place + 128] = public_key.to_bytes(128, "big")
    place = sum(packet[8:12]) % 728 + 12
    digest = hmac.digest(b"Genuine Adobe Flash Player 001", bytes(packet[:place] + packet[place + 32 :]), hashlib.sha256)
    packet[place : place + 32] = digest
    return bytes(packet)


def _say(server, is_tunnelled: bool, said: bytes) -> bytes:
    """What the server says to the first bytes of a connection."""
    if is_tunnelled:
        tunnel = Tunnel(server, False)
        return tunnel.ask("send", 0, said)[1][1:]
    with socket.create_connection(("127.0.0.1", server.rtmp_port), timeout=5) as connection:
        connection.sendall(said)
        with contextlib.suppress(ConnectionResetError):
            return connection.recv(4096)
        return b""


@pytest.mark.parametrize("is_tunnelled", [False, True], ids=["rtmpe", "rtmpte"])
@pytest.mark.parametrize("form", [6, 8])
@pytest.mark.parametrize("key", CORNERS)
def test_public_keys_that_everybody_could_guess_with_are_refused(besieged, key, form, is_tunnelled):
    start = len(besieged.log)
    assert _say(besieged, is_tunnelled, bytes([form]) + _encrypted_c1(CORNERS[key])) == b""
    eventually("the log says why", lambda: "publicKeyOutOfRange" in besieged.log[start:])


@pytest.mark.parametrize("is_tunnelled", [False, True], ids=["rtmpe", "rtmpte"])
@pytest.mark.parametrize("form", [6, 8])
def test_other_public_keys_are_taken(besieged, form, is_tunnelled):
    for key in [2, PRIME - 2, secrets.randbelow(PRIME - 4) + 2]:
        assert _say(besieged, is_tunnelled, bytes([form]) + _encrypted_c1(key))[:1] == bytes([form])
