"""What arrived against what was sent: packets by checksum, in order, without a gap, with the same times."""

import pathlib
import re
import subprocess
from fractions import Fraction
from typing import NamedTuple

# Units that a muxer may add or take away without touching the picture: parameter sets, SEI, delimiters.
_WITHOUT_EXTRAS = "filter_units=remove_types=6-9"

# Times of MPEG-TS are 33 bits of a clock of 90 kHz (ISO 13818-1, 2.4.3.7).
TS_PERIOD = Fraction(1 << 33, 90_000)


class Packet(NamedTuple):
    kind: str
    decode_time: Fraction
    presentation_time: Fraction
    checksum: str


def checksum_options(form: str) -> list[str]:
    """FFmpeg's output options for a framemd5 of packets as they came.

    `form` is "length-prefixed" where the player's container keeps FLV's own payload, and "stream" where it is MPEG-TS:
    then H.264 is compared without start codes' surroundings and AAC without its ADTS header.
    """
    filters = {
        "length-prefixed": [],
        "stream": ["-bsf:v", _WITHOUT_EXTRAS, "-bsf:a", "aac_adtstoasc"],
        "stream of MP3": ["-bsf:v", _WITHOUT_EXTRAS],
        "source as stream": ["-bsf:v", f"h264_mp4toannexb,{_WITHOUT_EXTRAS}"],
    }[form]
    return ["-map", "0:v?", "-map", "0:a?", "-c", "copy", "-copyinkf", "-copyts", "-flush_packets", "1", "-max_interleave_delta", "1", *filters, "-f", "framemd5"]


def read(checksums: pathlib.Path | str) -> list[Packet]:
    """The packets that a framemd5 file lists."""
    text = checksums.read_text() if isinstance(checksums, pathlib.Path) else checksums
    time_bases = {int(stream): Fraction(base) for stream, base in re.findall(r"#tb (\d+): (\d+/\d+)", text)}
    kinds = {int(stream): kind for stream, kind in re.findall(r"#media_type (\d+): (\w+)", text)}
    packets = []
    for line in text.splitlines():
        if line and not line.startswith("#"):
            stream, decode, presentation, _, _, checksum = [word.strip() for word in line.split(",")[:6]]
            base = time_bases[int(stream)]
            packets.append(Packet(kinds[int(stream)], int(decode) * base, int(presentation) * base, checksum))
    return packets


def of_file(path: pathlib.Path, form: str = "length-prefixed") -> list[Packet]:
    """The packets of a media file."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), *checksum_options(form), "-"]
    return read(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def before_zero(packets: list[Packet]) -> list[Packet]:
    """The packets of a recording in MPEG-TS that begins about zero: what was before it has a time that wrapped.

    FFmpeg sees that only where the recording's very first packet is one of them.
    """

    def unwrapped(time: Fraction) -> Fraction:
        return time - TS_PERIOD if time > TS_PERIOD / 2 else time

    return [
        packet._replace(decode_time=unwrapped(packet.decode_time), presentation_time=unwrapped(packet.presentation_time))
        for packet in packets
    ]


class Comparison:
    """Holds what a player received against the source it was published from."""

    # How far sound and picture may drift apart between source and player, and any packet from its place.
    STEP_LIMIT = Fraction(40, 1000)

    def __init__(self, source: list[Packet], received: list[Packet]):
        self.received = received
        self.offsets: dict[str, list[Fraction]] = {}
        self.first: dict[str, int] = {}
        self.missing_at_end: dict[str, int] = {}
        for kind in sorted({packet.kind for packet in source}):
            self._align(kind, _of_kind(source, kind), _of_kind(received, kind))

    def _align(self, kind: str, source: list[Packet], received: list[Packet]) -> None:
        assert received, f"no {kind} arrived"
        places = {packet.checksum: place for place, packet in enumerate(source)}
        assert len(places) == len(source), f"the source repeats a {kind} packet; it cannot show a gap"
        first = places.get(received[0].checksum)
        assert first is not None, f"the first {kind} packet is not of the source"
        for count, packet in enumerate(received):
            place = places.get(packet.checksum)
            where = f"{kind} packet {count} of {len(received)} at {float(packet.decode_time):.3f} s"
            assert place is not None, f"{where} was changed on the way"
            assert place == first + count, f"{where} is the source's {place}, not {first + count}"
            self.offsets.setdefault(kind, []).append(packet.presentation_time - source[place].presentation_time)
        self.first[kind] = first
        self.missing_at_end[kind] = len(source) - first - len(received)

    def assert_in_step(self, invented_times: int = 0) -> None:
        """Every packet, sound or picture, is as late against the source as every other.

        The first `invented_times` packets of each track may have times of the player's own making.
        """
        offsets = [offset for track in self.offsets.values() for offset in track[invented_times:]]
        drift = max(offsets) - min(offsets)
        assert drift <= self.STEP_LIMIT, f"sound and picture are {float(drift) * 1000:.0f} ms apart"

    def assert_complete_to_end(self, tolerated: int = 0) -> None:
        assert all(missing <= tolerated for missing in self.missing_at_end.values()), (
            f"packets missing at the end: {self.missing_at_end}"
        )

    def assert_starts_within(self, packets: int) -> None:
        assert all(first <= packets for first in self.first.values()), f"joined too late: {self.first}"


def _of_kind(packets: list[Packet], kind: str) -> list[Packet]:
    return [packet for packet in packets if packet.kind == kind]
