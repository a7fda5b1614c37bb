"""Media playlists as values, read strictly: what RFC 8216bis does not allow is an error here."""

import dataclasses
import datetime
import re

ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s][^",]*)(?:,|$)')
ONCE = {
    "EXT-X-VERSION", "EXT-X-TARGETDURATION", "EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE", "EXT-X-PLAYLIST-TYPE",
    "EXT-X-INDEPENDENT-SEGMENTS", "EXT-X-SERVER-CONTROL", "EXT-X-PART-INF", "EXT-X-SKIP", "EXT-X-ENDLIST", "EXT-X-START",
}  # fmt: skip


class Malformed(Exception):
    """A text that is no playlist."""


def attributes(text: str) -> dict[str, str]:
    found, end = {}, 0
    for match in ATTRIBUTE.finditer(text):
        if match.start() != end or match[1] in found:
            raise Malformed(f"attribute list {text!r}")
        found[match[1]] = match[2].strip('"')
        end = match.end()
    if end != len(text):
        raise Malformed(f"attribute list {text!r}")
    return found


@dataclasses.dataclass(frozen=True)
class Part:
    uri: str
    duration: float
    is_independent: bool
    is_gap: bool


@dataclasses.dataclass
class Segment:
    number: int
    uri: str = ""
    duration: float = 0.0
    parts: tuple[Part, ...] = ()
    initialization: str | None = None
    date: float | None = None
    is_discontinuous: bool = False
    is_gap: bool = False

    def without_parts(self) -> "Segment":
        return dataclasses.replace(self, parts=())


@dataclasses.dataclass
class Playlist:
    text: str
    version: int = 1
    target: int = 0
    sequence: int = 0
    discontinuity_sequence: int = 0
    has_independent_segments: bool = False
    control: dict[str, str] = dataclasses.field(default_factory=dict)
    part_target: float | None = None
    skipped: int = 0
    segments: list[Segment] = dataclasses.field(default_factory=list)
    open: Segment | None = None
    hint: str | None = None
    reports: dict[str, dict[str, str]] = dataclasses.field(default_factory=dict)
    is_ended: bool = False

    @property
    def end(self) -> int:
        """The number of the segment that is not whole yet."""
        return self.sequence + self.skipped + len(self.segments)

    @property
    def open_parts(self) -> tuple[Part, ...]:
        return self.open.parts if self.open else ()

    def segment(self, number: int) -> Segment | None:
        if number == self.end:
            return self.open
        index = number - self.sequence - self.skipped
        return self.segments[index] if 0 <= index < len(self.segments) else None

    def number_of_discontinuity(self, number: int) -> int:
        """The Discontinuity Sequence Number of a listed segment of a whole playlist."""
        before = self.segments[: number - self.sequence + 1]
        return self.discontinuity_sequence + sum(segment.is_discontinuous for segment in before)

    def completed_by(self, earlier: "Playlist") -> "Playlist":
        """A delta update, with what it left out taken from an earlier state."""
        first, known = self.sequence, {segment.number: segment for segment in earlier.segments}
        skipped = [known[number] for number in range(first, first + self.skipped)]
        initialization = skipped[-1].initialization if skipped else None
        recent = []
        for segment in self.segments:
            initialization = segment.initialization or initialization
            recent.append(dataclasses.replace(segment, initialization=initialization))
        opened = self.open and dataclasses.replace(self.open, initialization=self.open.initialization or initialization)
        return dataclasses.replace(self, skipped=0, version=earlier.version, segments=[*skipped, *recent], open=opened)


def read(body: bytes) -> Playlist:
    text = body.decode("utf-8")
    if text.startswith("\ufeff") or any(ord(c) < 32 and c not in "\r\n" or ord(c) == 127 for c in text):
        raise Malformed("a byte order mark or control characters")
    lines = text.splitlines()
    if not lines or lines[0] != "#EXTM3U":
        raise Malformed("the first line is not #EXTM3U")
    playlist, seen, pending, has_length = Playlist(text), set(), Segment(0), False
    for line in filter(None, lines[1:]):
        if not line.startswith("#"):
            if not has_length:
                raise Malformed(f"an address without EXTINF: {line}")
            pending.uri, pending.number = line, playlist.end
            playlist.segments.append(pending)
            pending, has_length = Segment(0, initialization=pending.initialization), False
            continue
        tag, _, value = line[1:].partition(":")
        if tag in ONCE and tag in seen:
            raise Malformed(f"{tag} twice")
        seen.add(tag)
        match tag:
            case "EXT-X-VERSION": playlist.version = int(value)
            case "EXT-X-TARGETDURATION": playlist.target = int(value)
            case "EXT-X-MEDIA-SEQUENCE" | "EXT-X-DISCONTINUITY-SEQUENCE":
                if playlist.segments or pending.parts:
                    raise Malformed(f"{tag} behind a segment")
                if tag == "EXT-X-MEDIA-SEQUENCE":
                    playlist.sequence = int(value)
                else:
                    playlist.discontinuity_sequence = int(value)
            case "EXT-X-INDEPENDENT-SEGMENTS": playlist.has_independent_segments = True
            case "EXT-X-SERVER-CONTROL": playlist.control = attributes(value)
            case "EXT-X-PART-INF": playlist.part_target = float(attributes(value)["PART-TARGET"])
            case "EXT-X-SKIP": playlist.skipped = int(attributes(value)["SKIPPED-SEGMENTS"])
            case "EXT-X-ENDLIST": playlist.is_ended = True
            case "EXT-X-MAP" | "EXT-X-DISCONTINUITY" | "EXT-X-PROGRAM-DATE-TIME" if pending.parts:
                raise Malformed(f"{tag} behind a part of its segment")
            case "EXT-X-MAP": pending.initialization = attributes(value)["URI"]
            case "EXT-X-DISCONTINUITY": pending.is_discontinuous = True
            case "EXT-X-PROGRAM-DATE-TIME": pending.date = datetime.datetime.fromisoformat(value).timestamp()
            case "EXT-X-GAP": pending.is_gap = True
            case "EXTINF": pending.duration, has_length = float(value.split(",")[0]), True
            case "EXT-X-PART":
                found = attributes(value)
                flags = (found.get(name) == "YES" for name in ("INDEPENDENT", "GAP"))
                pending.parts += (Part(found["URI"], float(found["DURATION"]), *flags),)
            case "EXT-X-PRELOAD-HINT":
                found = attributes(value)
                if found["TYPE"] == "PART":
                    if playlist.hint:
                        raise Malformed("two hints of a part")
                    playlist.hint = found["URI"]
            case "EXT-X-RENDITION-REPORT":
                found = attributes(value)
                playlist.reports[found["URI"]] = found
            case _ if tag.startswith("EXT"): pass
    if "EXT-X-TARGETDURATION" not in seen or has_length:
        raise Malformed("EXT-X-TARGETDURATION or the address of a segment is missing")
    if pending.parts:
        pending.number = playlist.end
        playlist.open = pending
    return playlist
