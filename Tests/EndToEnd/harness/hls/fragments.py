"""Fragmented MP4 as far as a validator needs it: times, lengths and sync samples."""

import dataclasses
import struct

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf"}


class Malformed(Exception):
    """Bytes that are no fragment."""


def boxes(data: bytes, start: int = 0, end: int | None = None):
    """Every box with its type, its content and its place, those inside others after them."""
    end = len(data) if end is None else end
    while start < end:
        if end - start < 8:
            raise Malformed("half a box")
        size, kind = struct.unpack_from(">I4s", data, start)
        if size < 8 or start + size > end:
            raise Malformed(f"{kind} of {size} bytes")
        yield kind, data[start + 8 : start + size], start
        if kind in CONTAINERS:
            yield from boxes(data, start + 8, start + size)
        start += size


@dataclasses.dataclass
class Header:
    """An initialization section."""

    timescale: int
    track: int
    width: int
    height: int
    entry: str
    brands: list[str]
    default_sync: bool = True

    @property
    def is_video(self) -> bool:
        return self.width > 0


def header(data: bytes) -> Header:
    found = {kind: content for kind, content, _ in boxes(data)}
    tracks = [content for kind, content, _ in boxes(data) if kind == b"tkhd"]
    if len(tracks) != 1 or b"mvex" not in found or b"trex" not in found:
        raise Malformed("not one track, or no mvex")
    track_box = tracks[0]
    wide = track_box[0] == 1
    track = struct.unpack_from(">I", track_box, 20 if wide else 12)[0]
    entries = found[b"stsd"]
    is_video = struct.unpack(">II", track_box[-8:]) != (0, 0)
    width, height = struct.unpack_from(">HH", entries, 40) if is_video else (0, 0)
    media = found[b"mdhd"]
    timescale = struct.unpack_from(">I", media, 20 if media[0] == 1 else 12)[0]
    if any(struct.unpack_from(">I", found[name], 4)[0] for name in (b"stts", b"stsc", b"stco")):
        raise Malformed("an initialization section with samples")
    brands = found[b"ftyp"]
    names = [brands[:4], *(brands[at : at + 4] for at in range(8, len(brands), 4))]
    entry = found[b"stsd"][12:16].decode()
    return Header(timescale, track, width, height, entry, [name.decode() for name in names])


@dataclasses.dataclass
class Fragment:
    """The samples of one moof box."""

    sequence: int
    time: int
    durations: list[int]
    syncs: list[bool]
    composition_offsets: list[int]
    size: int

    @property
    def end(self) -> int:
        return self.time + sum(self.durations)


def fragments(data: bytes, of: Header) -> list[Fragment]:
    """Every fragment; each moof must be followed by its mdat, which its samples must fill."""
    found: list[Fragment] = []
    current, moof_at = None, 0
    for kind, content, place in boxes(data):
        match kind:
            case b"styp" if found or current: raise Malformed("styp within a segment")
            case b"moof":
                if current:
                    raise Malformed("moof without mdat")
                current, moof_at = {"durations": [], "syncs": [], "offsets": [], "sizes": []}, place
            case b"mfhd": current["sequence"] = struct.unpack_from(">I", content, 4)[0]
            case b"tfhd": _header(content, current, of)
            case b"tfdt": current["time"] = struct.unpack_from(">Q" if content[0] else ">I", content, 4)[0]
            case b"trun": _run(content, current)
            case b"mdat":
                if not current:
                    raise Malformed("mdat without moof")
                if moof_at + current["data"] != place + 8 or sum(current["sizes"]) != len(content):
                    raise Malformed("samples outside mdat")
                size = place + 8 + len(content) - moof_at
                values = (current[name] for name in ("sequence", "time", "durations", "syncs", "offsets"))
                found.append(Fragment(*values, size))
                current = None
    if current or not found:
        raise Malformed("no fragment, or half of one")
    return found


def _header(content: bytes, current: dict, of: Header) -> None:
    flags = int.from_bytes(content[1:4])
    if not flags & 0x020000 or flags & 1:
        raise Malformed("tfhd without default-base-is-moof")
    if struct.unpack_from(">I", content, 4)[0] != of.track:
        raise Malformed("a track that the initialization section does not have")
    place = 8
    for bit, name in ((2, None), (8, "duration"), (16, "size"), (32, "flags")):
        if flags & bit:
            if name:
                current[name] = struct.unpack_from(">I", content, place)[0]
            place += 4


def _run(content: bytes, current: dict) -> None:
    flags, count = int.from_bytes(content[1:4]), struct.unpack_from(">I", content, 4)[0]
    place, first = 8, None
    if flags & 1:
        current["data"] = struct.unpack_from(">i", content, place)[0]
        place += 4
    if flags & 4:
        first = struct.unpack_from(">I", content, place)[0]
        place += 4
    for index in range(count):
        values = {"duration": current.get("duration"), "size": current.get("size"), "flags": current.get("flags", 0), "offset": 0}
        for bit, name in ((0x100, "duration"), (0x200, "size"), (0x400, "flags"), (0x800, "offset")):
            if flags & bit:
                values[name] = struct.unpack_from(">i" if name == "offset" else ">I", content, place)[0]
                place += 4
        if index == 0 and first is not None:
            values["flags"] = first
        current["durations"].append(values["duration"])
        current["sizes"].append(values["size"])
        current["syncs"].append(not values["flags"] & 0x10000)
        current["offsets"].append(values["offset"])
