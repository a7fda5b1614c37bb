"""A bare RTMP peer that can also misbehave: it sends exactly the bytes a test asks for."""

import socket
import struct
import time
from typing import NamedTuple

from . import amf0
from .server import Server

SET_CHUNK_SIZE, ABORT, ACKNOWLEDGEMENT, USER_CONTROL, WINDOW_SIZE, PEER_BANDWIDTH = 1, 2, 3, 4, 5, 6
AUDIO, VIDEO, DATA, COMMAND, AGGREGATE = 8, 9, 18, 20, 22


class Message(NamedTuple):
    type: int
    stream: int
    timestamp: int
    body: bytes


class Closed(Exception):
    """The server closed the connection."""


def basic_header(chunk_type: int, chunk_stream: int) -> bytes:
    if chunk_stream < 64:
        return bytes([chunk_type << 6 | chunk_stream])
    if chunk_stream < 320:
        return bytes([chunk_type << 6, chunk_stream - 64])
    return bytes([chunk_type << 6 | 1]) + struct.pack("<H", chunk_stream - 64)


def chunk(chunk_stream: int, type: int, body: bytes, length: int | None = None, stream: int = 0, timestamp: int = 0) -> bytes:
    """The first chunk of a message, with its full header; `length` may claim more than `body` has."""
    length = len(body) if length is None else length
    header = timestamp.to_bytes(3, "big") + length.to_bytes(3, "big") + bytes([type]) + struct.pack("<I", stream)
    return basic_header(0, chunk_stream) + header + body


class Peer:
    """A connection to the RTMP port. Everything waits at most `patience` seconds."""

    def __init__(self, server: Server, patience: float = 10.0):
        self.socket = socket.create_connection(("127.0.0.1", server.rtmp_port), timeout=patience)
        self.chunk_size = 128
        self.sending_chunk_size = 128
        self._partial: dict[int, dict] = {}
        self._transaction = 0

    def __enter__(self) -> "Peer":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    # Bytes

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            raise Closed from None

    def receive(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            try:
                more = self.socket.recv(count - len(data))
            except ConnectionResetError:
                raise Closed from None
            if not more:
                raise Closed
            data += more
        return bytes(data)

    def seconds_until_closed(self, within: float) -> float:
        """Reads whatever comes until the server closes; fails when it does not."""
        start = time.monotonic()
        while (rest := start + within - time.monotonic()) > 0:
            self.socket.settimeout(rest)
            try:
                if not self.socket.recv(65536):
                    return time.monotonic() - start
            except ConnectionResetError:
                return time.monotonic() - start
            except TimeoutError:
                break
        raise AssertionError(f"the server did not close the connection within {within:g} s")

    # Messages

    def handshake(self) -> "Peer":
        self.send(b"\x03" + bytes(8) + bytes(range(256)) * 5 + bytes(248))
        answer = self.receive(1 + 1536 + 1536)
        assert answer[0] == 3
        self.send(answer[1:1537])
        return self

    def send_message(self, type: int, body: bytes, chunk_stream: int = 3, stream: int = 0, timestamp: int = 0) -> None:
        pieces = [body[start : start + self.sending_chunk_size] for start in range(0, len(body), self.sending_chunk_size)]
        pieces = pieces or [b""]
        data = chunk(chunk_stream, type, pieces[0], len(body), stream, timestamp)
        self.send(data + b"".join(basic_header(3, chunk_stream) + piece for piece in pieces[1:]))

    def set_chunk_size(self, size: int) -> None:
        self.send_message(SET_CHUNK_SIZE, struct.pack(">I", size), chunk_stream=2)
        self.sending_chunk_size = size

    def command(self, name: str, *values, stream: int = 0) -> int:
        """Sends a command and gives its transaction id."""
        self._transaction += 1
        self.send_message(COMMAND, amf0.encode(name, self._transaction, *values), stream=stream)
        return self._transaction

    def message(self) -> Message:
        """The next whole message; chunk sizes are followed."""
        while True:
            first = self.receive(1)[0]
            chunk_type, chunk_stream = first >> 6, first & 0x3F
            if chunk_stream == 0:
                chunk_stream = 64 + self.receive(1)[0]
            elif chunk_stream == 1:
                chunk_stream = 64 + struct.unpack("<H", self.receive(2))[0]
            state = self._partial.setdefault(chunk_stream, {"body": b"", "timestamp": 0, "extended": False})
            if chunk_type < 3:
                header = self.receive({0: 11, 1: 7, 2: 3}[chunk_type])
                time_field = int.from_bytes(header[:3], "big")
                if chunk_type < 2:
                    state["length"], state["type"] = int.from_bytes(header[3:6], "big"), header[6]
                if chunk_type == 0:
                    state["stream"] = struct.unpack("<I", header[7:11])[0]
                state["extended"] = time_field == 0xFFFFFF
                if state["extended"]:
                    time_field = struct.unpack(">I", self.receive(4))[0]
                state["timestamp"] = time_field if chunk_type == 0 else state["timestamp"] + time_field
            elif state["extended"]:
                self.receive(4)
            state["body"] += self.receive(min(self.chunk_size, state["length"] - len(state["body"])))
            if len(state["body"]) == state["length"]:
                found = Message(state["type"], state["stream"], state["timestamp"], state["body"])
                state["body"] = b""
                if found.type == SET_CHUNK_SIZE:
                    self.chunk_size = struct.unpack(">I", found.body)[0]
                return found

    def wait_for_command(self, *names: str) -> list:
        """The values of the next command with one of `names`; others are passed over."""
        while True:
            message = self.message()
            if message.type == COMMAND:
                values = amf0.decode(message.body)
                if values[0] in names:
                    return values

    def status(self) -> dict:
        """The information object of the next onStatus."""
        return self.wait_for_command("onStatus")[3]

    # The usual ways

    def connect(self, app: str = "live") -> "Peer":
        self.handshake()
        self.command("connect", {"app": app, "tcUrl": f"rtmp://127.0.0.1/{app}", "flashVer": "LNX 9,0,124,2"})
        assert self.wait_for_command("_result", "_error")[0] == "_result"
        return self

    def create_stream(self) -> int:
        self.command("createStream", None)
        return int(self.wait_for_command("_result")[3])

    def publish(self, name: str, kind: str = "live") -> dict:
        """Asks to publish and gives the status that answers."""
        self.stream = self.create_stream()
        self.command("publish", None, name, kind, stream=self.stream)
        return self.status()

    def play(self, name: str) -> dict:
        """Asks to play and gives the first status that is no mere Play.Reset."""
        self.stream = self.create_stream()
        self.command("play", None, name, -2000, stream=self.stream)
        while (status := self.status())["code"] == "NetStream.Play.Reset":
            pass
        return status
