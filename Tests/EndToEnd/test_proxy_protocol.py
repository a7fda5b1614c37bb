"""Proxies that tell whose connections they pass on, to every port; and those who only pretend to be one."""

import http.client
import ipaddress
import json
import socket
import ssl
import struct
import time

import pytest

from harness import amf0, rtmp
from harness.server import BRIEF_SEGMENTS, Server
from harness.waiting import eventually

SIGNATURE = b"\r\n\r\n\x00\r\nQUIT\n"
CLIENT = "203.0.113.9"


def version_1(client: str = CLIENT) -> bytes:
    family = "TCP6" if ":" in client else "TCP4"
    return f"PROXY {family} {client} {'::1' if ':' in client else '127.0.0.1'} 5000 1935\r\n".encode()


def version_2(client: str = CLIENT, more: bytes = b"", command: int = 1) -> bytes:
    address = ipaddress.ip_address(client)
    server = ipaddress.ip_address("::1" if address.version == 6 else "127.0.0.1")
    content = address.packed + server.packed + struct.pack(">HH", 5000, 1935) + more
    return SIGNATURE + bytes([0x20 | command, 0x21 if address.version == 6 else 0x11]) + struct.pack(">H", len(content)) + content


HEADERS = {
    "version-1": version_1(),
    "version-2": version_2(),
    # A type-length-value of 2,000 bytes, as a cloud's balancer may add.
    "version-2-with-more": version_2(more=b"\xea" + struct.pack(">H", 2000) + bytes(2000)),
    "version-2-over-ipv6": version_2("2001:db8::9"),
    "version-1-over-ipv6": version_1("2001:db8::9"),
}


def _configuration(authority, trusted: str) -> str:
    more = f"proxy-protocol: {{ trusted: [{trusted}] }}\nrtmp: {{ connections-per-address: 2 }}\n"
    certificates = f"tls:\n  handshake-timeout: 2s\n  certificates: [{authority.issue('proxied').configuration}]\n"
    return BRIEF_SEGMENTS + more + certificates


ARGUMENTS = ("--rtmps", "127.0.0.1:0", "--https", "127.0.0.1:0")


@pytest.fixture(scope="module")
def proxied_server(module_processes, authority):
    server = Server(module_processes, _configuration(authority, "127.0.0.0/8"), ARGUMENTS)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def distrusting_server(module_processes, authority):
    server = Server(module_processes, _configuration(authority, "198.51.100.0/24"), ARGUMENTS)
    yield server
    server.stop()


def _connect(server, port: str, header: bytes, authority) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", getattr(server, f"{port}_port")), timeout=10)
    connection.sendall(header)
    if port in {"rtmps", "https"}:
        context = ssl.create_default_context(cafile=authority.certificate)
        return context.wrap_socket(connection, server_hostname="localhost")
    return connection


def _greeting(port: str) -> bytes:
    return b"\x03" + bytes(1536) if port.startswith("rtmp") else b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"


def _log_lines(server, *words: str) -> list[str]:
    return [line for line in server.log.splitlines() if all(word in line for word in words)]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("port", ["rtmp", "rtmps", "http", "https"])
def test_every_port_takes_both_versions(proxied_server, authority, port, header):
    with _connect(proxied_server, port, HEADERS[header], authority) as connection:
        connection.sendall(_greeting(port))
        answer = connection.recv(12)
    assert answer[:1] == b"\x03" if port.startswith("rtmp") else answer == b"HTTP/1.1 200"


def test_the_log_and_the_limit_go_by_the_clients_address(proxied_server, authority):
    client = "203.0.113.77"
    connections = [_connect(proxied_server, "rtmp", version_1(client), authority) for _ in range(3)]
    for connection in connections:
        connection.sendall(_greeting("rtmp"))
    eventually("the third is refused", lambda: _log_lines(proxied_server, f"{client}:5000", "too many connections"))
    other = _connect(proxied_server, "rtmp", version_1("203.0.113.78"), authority)
    other.sendall(_greeting("rtmp"))
    assert other.recv(1) == b"\x03"
    for connection in [*connections, other]:
        connection.close()
    eventually("their ends are logged", lambda: _log_lines(proxied_server, f"{client}:5000", "session closed"))


@pytest.mark.parametrize("port", ["rtmp", "rtmps"])
def test_nobody_behind_a_proxy_is_on_this_machine(proxied_server, authority, port):
    def publish(client: str) -> str:
        return _publish(_connect(proxied_server, port, version_2(client), authority))

    # Everybody needs a key who comes through a proxy, be it from the proxy's own machine.
    assert "Start" not in publish("127.0.0.1")
    assert "Start" not in publish("203.0.113.50")
    assert "Start" not in _publish(_connect(proxied_server, port, b"PROXY UNKNOWN\r\n", authority))


def _command(name: str, *values, stream: int = 0) -> bytes:
    body = b"".join(amf0.encode(value) for value in (name, *values))
    whole = rtmp.chunk(3, rtmp.COMMAND, body[:128], length=len(body), stream=stream)
    for start in range(128, len(body), 128):
        whole += rtmp.basic_header(3, 3) + body[start : start + 128]
    return whole


def _wish_to_publish(name: str) -> bytes:
    return b"".join([
        _command("connect", 1, {"app": "live", "tcUrl": "rtmp://localhost/live"}),
        _command("createStream", 2, None),
        _command("publish", 3, None, name, "live", stream=1),
    ])  # fmt: skip


def _begin_publishing(connection: socket.socket, name: str) -> None:
    connection.settimeout(5)
    connection.sendall(_greeting("rtmp"))
    received = b""
    while len(received) < 3073:
        received += connection.recv(4096)
    connection.sendall(received[1:1537] + _wish_to_publish(name))


def _publish(connection: socket.socket) -> str:
    _begin_publishing(connection, f"by-{time.monotonic_ns()}")
    answer = b""
    try:
        while b"NetStream.Publish" not in answer:
            more = connection.recv(4096)
            if not more:
                break
            answer += more
    except TimeoutError:
        pass
    connection.close()
    return answer.decode(errors="replace")


@pytest.mark.parametrize("header", [version_1(), version_2(), SIGNATURE])
@pytest.mark.parametrize("port", ["rtmp", "rtmps", "http", "https"])
def test_a_header_from_a_stranger_is_refused(distrusting_server, port, header):
    with socket.create_connection(("127.0.0.1", getattr(distrusting_server, f"{port}_port")), timeout=5) as connection:
        connection.sendall(header)
        assert connection.recv(10) == b""
    distrusting_server.process.says("a PROXY header from an address that is no trusted proxy")


@pytest.mark.parametrize("port", ["rtmp", "rtmps", "http", "https"])
def test_strangers_come_in_without_one(distrusting_server, authority, port):
    with _connect(distrusting_server, port, b"", authority) as connection:
        connection.sendall(_greeting(port))
        assert connection.recv(1) == (b"\x03" if port.startswith("rtmp") else b"H")


@pytest.mark.parametrize("said, reason", [
    (b"\x03" + bytes(100), "began without PROXY header"),
    (b"GET / HTTP/1.1\r\n\r\n", "began without PROXY header"),
    (b"PROXY TCP4 " + b"9" * 200, "lineTooLong"),
    (b"PROXY TCP9 1 2 3 4\r\n", "illegalLine"),
    (SIGNATURE + b"\x21\x11\xff\xff" + bytes(5000), "tooLong"),
    (SIGNATURE + b"\x21\x11\x00\x04abcd", "addressesTooShort"),
    (SIGNATURE + b"\x31", "unsupportedVersion"),
    (SIGNATURE + b"\x21\x12\x00\x0c" + bytes(12), "unsupportedTransport"),
])  # fmt: skip
def test_a_trusted_proxy_that_breaks_the_protocol_is_refused(proxied_server, said, reason):
    with socket.create_connection(("127.0.0.1", proxied_server.rtmp_port), timeout=5) as connection:
        connection.sendall(said)
        try:
            assert connection.recv(10) == b""
        except ConnectionResetError:
            pass
    proxied_server.process.says(reason)


@pytest.mark.parametrize("begun", [b"", b"PROXY TCP4 203", SIGNATURE + b"\x21\x11\x00\x0c"])
def test_a_header_that_does_not_come_ends_with_the_time_limit(proxied_server, begun):
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", proxied_server.rtmp_port), timeout=20) as connection:
        connection.sendall(begun)
        assert connection.recv(10) == b""
    assert 1.5 < time.monotonic() - started < 15
    proxied_server.process.says("took too long for its PROXY header")


def test_a_proxy_may_speak_for_itself(proxied_server, authority):
    for header in [b"PROXY UNKNOWN\r\n", version_2(command=0), SIGNATURE + b"\x20\x00\x00\x00"]:
        with _connect(proxied_server, "http", header, authority) as connection:
            connection.sendall(_greeting("http"))
            assert connection.recv(12) == b"HTTP/1.1 200"


# -- What the API shows of clients behind a proxy


@pytest.fixture(scope="module")
def open_server(module_processes, authority):
    settings = _configuration(authority, "127.0.0.0/8") + "auth: { publish: open }\n"
    folder = module_processes.folder / "kept-behind-a-proxy"
    folder.mkdir()
    server = Server(module_processes, settings, (*ARGUMENTS, "--data", folder))
    token = folder / "first-token"
    server.token = eventually("there is a first token", lambda: token.exists() and token.read_text().strip())
    yield server
    server.stop()


def _request(
    connection: socket.socket, method: str, path: str, body: bytes = b"", connection_ends: bool = True, token: str | None = None
) -> tuple[int, bytes]:
    ending = "close" if connection_ends else "keep-alive"
    fields = f"Host: localhost\r\nConnection: {ending}\r\nContent-Length: {len(body)}\r\n"
    if token:
        fields += f"Authorization: Bearer {token}\r\n"
    connection.sendall(f"{method} {path} HTTP/1.1\r\n{fields}\r\n".encode() + body)
    answer = http.client.HTTPResponse(connection, method=method)
    answer.begin()
    return answer.status, answer.read()


def _sessions(server, authority, port: str = "http") -> dict[str, dict]:
    """The sessions that the API shows to a client with a token, by stream and role."""
    with _connect(server, port, version_1("127.0.0.1"), authority) as connection:
        status, body = _request(connection, "GET", "/api/v1/sessions", token=server.token)
    assert status == 200, body
    return {f"{session['role']} of {session['stream']}": session for session in json.loads(body)["sessions"]}


@pytest.mark.parametrize("port", ["http", "https"])
def test_the_api_trusts_nobody_behind_a_proxy_without_a_token(open_server, authority, port):
    assert isinstance(_sessions(open_server, authority, port), dict)
    for header in [version_1(CLIENT), version_2("2001:db8::9"), version_1("127.0.0.1"), version_2("::1"), b"PROXY UNKNOWN\r\n"]:
        with _connect(open_server, port, header, authority) as connection:
            assert _request(connection, "GET", "/api/v1/sessions")[0] == 401


@pytest.mark.parametrize("port", ["rtmp", "rtmps"])
@pytest.mark.parametrize("client, shown", [(CLIENT, f"{CLIENT}:5000"), ("2001:db8::9", "[2001:db8::9]:5000")])
def test_sessions_are_listed_with_the_clients_address(open_server, authority, port, client, shown):
    name = f"{port}-{'six' if ':' in client else 'four'}"
    with _connect(open_server, port, version_2(client), authority) as connection:
        _begin_publishing(connection, name)
        key = f"publisher of live/{name}"
        publisher = eventually("it is listed", lambda: _sessions(open_server, authority).get(key))
        assert publisher["peer"] == shown and publisher["transport"] == port


@pytest.mark.parametrize("port, transport", [("http", "rtmpt"), ("https", "rtmpts")])
def test_sessions_through_tunnels_are_listed_with_the_clients_address(open_server, authority, port, transport):
    with _connect(open_server, port, version_1("2001:db8::7"), authority) as connection:
        name = _request(connection, "POST", "/open/1", b"\0", connection_ends=False)[1].decode().strip()
        handshake = _request(connection, "POST", f"/send/{name}/0", _greeting("rtmp"), connection_ends=False)[1]
        said = handshake[2:1538] + _wish_to_publish(f"by-{transport}")
        assert _request(connection, "POST", f"/send/{name}/1", said, connection_ends=False)[0] == 200
        key = f"publisher of live/by-{transport}"
        publisher = eventually("it is listed", lambda: _sessions(open_server, authority).get(key))
        assert publisher["peer"] == "2001:db8::7" and publisher["transport"] == transport
        # Behind the same proxy, but another client, of this family of addresses or of the other: the tunnel is not theirs.
        for stranger in ["2001:db8::8", CLIENT]:
            with _connect(open_server, port, version_1(stranger), authority) as other:
                assert _request(other, "POST", f"/idle/{name}/2", b"\0")[0] == 404
        assert _request(connection, "POST", f"/idle/{name}/2", b"\0")[0] == 200


@pytest.mark.parametrize("port", ["http", "https"])
def test_viewers_are_listed_with_the_clients_address(open_server, authority, port):
    with _connect(open_server, "rtmp", version_1(), authority) as publisher:
        path = f"live/watched-{port}"
        _begin_publishing(publisher, path.partition("/")[2])
        eventually("it is listed", lambda: _sessions(open_server, authority).get(f"publisher of {path}"))
        with _connect(open_server, port, version_2("203.0.113.61"), authority) as viewer:
            viewer.sendall(f"GET /{path}.flv HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            shown = eventually("it is listed", lambda: _sessions(open_server, authority).get(f"player of {path}"))
            assert shown["peer"] == "203.0.113.61:5000"
