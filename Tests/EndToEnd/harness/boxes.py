"""ISO BMFF as a DASH player reads it: what a segment says about its samples' times."""

import struct
from typing import Iterator, NamedTuple


class Fragment(NamedTuple):
    decode_time: int
    first_offset: int
    duration: int
    starts_with_sync: bool
    samples: int


def children(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The boxes that `data` is made of, each by its name."""
    position = 0
    while position < len(data):
        (size,) = struct.unpack_from(">I", data, position)
        assert 8 <= size <= len(data) - position, f"a box of {size} bytes at {position} of {len(data)}"
        yield data[position + 4 : position + 8].decode("latin-1"), data[position + 8 : position + size]
        position += size


def find(data: bytes, *path: str) -> list[bytes]:
    """The contents of all boxes at this path."""
    found = [content for name, content in children(data) if name == path[0]]
    return found if len(path) == 1 else [inner for content in found for inner in find(content, *path[1:])]


def fragments(segment: bytes) -> list[Fragment]:
    """The movie fragments of a segment with one track."""
    names = [name for name, _ in children(segment)]
    assert names[0] == "styp" and names[1:] == ["moof", "mdat"] * (len(names) // 2), f"the segment is made of {names}"
    return [_fragment(traf) for traf in find(segment, "moof", "traf")]


def _fragment(traf: bytes) -> Fragment:
    (tfhd,) = find(traf, "tfhd")
    flags = int.from_bytes(tfhd[1:4], "big")
    fields = struct.unpack(f">{(len(tfhd) - 8) // 4}I", tfhd[8:])
    assert flags & 0x020000, "default-base-is-moof is not set"
    place = sum(2 if flag == 1 else 1 for flag in (1, 2) if flags & flag)
    default_duration = fields[place] if flags & 8 else None
    place += sum(1 for flag in (8, 0x10) if flags & flag)
    default_flags = fields[place] if flags & 0x20 else 0
    (tfdt,) = find(traf, "tfdt")
    assert tfdt[0] == 1, "tfdt has 32 bits"
    (decode_time,) = struct.unpack(">Q", tfdt[4:12])
    duration, first_offset, first_flags, samples = 0, None, None, 0
    for trun in find(traf, "trun"):
        flags = int.from_bytes(trun[1:4], "big")
        (count,) = struct.unpack_from(">I", trun, 4)
        position = 8 + (4 if flags & 1 else 0)
        run_first = None
        if flags & 4:
            (run_first,) = struct.unpack_from(">I", trun, position)
            position += 4
        for index in range(count):
            own_duration, own_flags, offset = default_duration, default_flags, 0
            for bit, name in ((0x100, "duration"), (0x200, "size"), (0x400, "flags"), (0x800, "offset")):
                if not flags & bit:
                    continue
                (value,) = struct.unpack_from(">i" if name == "offset" and trun[0] else ">I", trun, position)
                position += 4
                own_duration = value if name == "duration" else own_duration
                own_flags = value if name == "flags" else own_flags
                offset = value if name == "offset" else offset
            if index == 0 and run_first is not None:
                own_flags = run_first
            if first_offset is None:
                first_offset, first_flags = offset, own_flags
            duration += own_duration
            samples += 1
    return Fragment(decode_time, first_offset, duration, not first_flags & 0x10000, samples)
