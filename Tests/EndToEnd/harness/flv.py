"""Reads FLV as a player receives it: tags in order, as far as bytes have come."""

from typing import Iterator, NamedTuple

AUDIO, VIDEO, SCRIPT = 8, 9, 18
AVC, AAC = 7, 10


class Tag(NamedTuple):
    kind: int
    timestamp: int
    body: bytes

    @property
    def is_sequence_header(self) -> bool:
        if self.kind == VIDEO:
            return self.body[0] & 0x0F == AVC and self.body[1] == 0
        return self.kind == AUDIO and self.body[0] >> 4 == AAC and self.body[1] == 0

    @property
    def is_key_frame(self) -> bool:
        return self.kind == VIDEO and self.body[0] >> 4 == 1 and not self.is_sequence_header


def tags(stream: bytes) -> Iterator[Tag]:
    assert stream[:3] == b"FLV", f"not FLV: {stream[:16]!r}"
    position = int.from_bytes(stream[5:9], "big") + 4
    while position + 11 <= len(stream):
        kind, size = stream[position] & 0x1F, int.from_bytes(stream[position + 1 : position + 4], "big")
        timestamp = int.from_bytes(stream[position + 4 : position + 7], "big") | stream[position + 7] << 24
        end = position + 11 + size
        if end + 4 > len(stream):
            return
        yield Tag(kind, timestamp, stream[position + 11 : end])
        assert int.from_bytes(stream[end : end + 4], "big") == 11 + size, "previousTagSize is wrong"
        position = end + 4
