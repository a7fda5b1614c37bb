"""AMF0 as far as a test peer needs it."""

import struct
from typing import Any, Iterator


class ECMAArray(dict):
    """A dictionary that is written as an ECMA array, which metadata must be."""


def encode(*values: Any) -> bytes:
    return b"".join(_encoded(value) for value in values)


def _encoded(value: Any) -> bytes:
    if value is None:
        return b"\x05"
    if isinstance(value, bool):
        return b"\x01" + bytes([value])
    if isinstance(value, (int, float)):
        return b"\x00" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\x02" + _text(value)
    if isinstance(value, ECMAArray):
        return b"\x08" + struct.pack(">I", len(value)) + _properties(value)
    if isinstance(value, dict):
        return b"\x03" + _properties(value)
    raise TypeError(value)


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack(">H", len(encoded)) + encoded


def _properties(value: dict) -> bytes:
    return b"".join(_text(key) + _encoded(item) for key, item in value.items()) + b"\x00\x00\x09"


def decode(data: bytes) -> list:
    return list(_Reading(data).values())


class _Reading:
    def __init__(self, data: bytes):
        self.data, self.position = data, 0

    def values(self) -> Iterator[Any]:
        while self.position < len(self.data):
            yield self.value()

    def take(self, count: int) -> bytes:
        assert self.position + count <= len(self.data), "AMF0 ends too early"
        self.position += count
        return self.data[self.position - count : self.position]

    def text(self) -> str:
        return self.take(struct.unpack(">H", self.take(2))[0]).decode()

    def value(self) -> Any:
        marker = self.take(1)[0]
        if marker == 0:
            return struct.unpack(">d", self.take(8))[0]
        if marker == 1:
            return self.take(1) != b"\x00"
        if marker == 2:
            return self.text()
        if marker in (5, 6):
            return None
        if marker in (3, 8):
            if marker == 8:
                self.take(4)
            found = {}
            while (key := self.text()) or self.data[self.position] != 9:
                found[key] = self.value()
            self.take(1)
            return found
        raise AssertionError(f"AMF0 marker {marker}")
