"""Live DASH manifests as players read them, and the checks that a service of low latency must stand."""

import datetime
import re
import xml.etree.ElementTree as ElementTree
from typing import Iterator, NamedTuple

NAMESPACE = "{urn:mpeg:dash:schema:mpd:2011}"


def seconds(duration: str) -> float:
    """`xs:duration` of days and less."""
    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?", duration)
    assert match and duration[-1] not in "PT", f"{duration!r} is no duration"
    days, hours, minutes, rest = (float(part or 0) for part in match.groups())
    return days * 86400 + hours * 3600 + minutes * 60 + rest


def moment(text: str) -> float:
    """`xs:dateTime` in seconds since 1970."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Segment(NamedTuple):
    time: int
    duration: int
    address: str
    # When it can be fetched, and when it is whole, by the clock of the service.
    available: float
    whole: float


class Representation:
    """One representation through one period."""

    def __init__(self, period, adaptation_set, element, availability_start: float):
        self.period, self.set, self.element = period, adaptation_set, element
        template = element.find(f"{NAMESPACE}SegmentTemplate")
        self.template = adaptation_set.find(f"{NAMESPACE}SegmentTemplate") if template is None else template
        self.id = element.get("id")
        self.timescale = int(self.template.get("timescale"))
        self.offset = float(self.template.get("availabilityTimeOffset", "0"))
        self._start = availability_start + seconds(period.get("start"))

    def attribute(self, name: str) -> str | None:
        return self.element.get(name) or self.set.get(name)

    def address(self, template: str, time: int = 0) -> str:
        return self.template.get(template).replace("$RepresentationID$", self.id).replace("$Time$", str(time))

    @property
    def initialization(self) -> str:
        return self.address("initialization")

    @property
    def segments(self) -> list[Segment]:
        found, time = [], 0
        for run in self.template.iter(f"{NAMESPACE}S"):
            time, duration = int(run.get("t", time)), int(run.get("d"))
            for _ in range(1 + int(run.get("r", "0"))):
                end = self._start + (time + duration - int(self.template.get("presentationTimeOffset"))) / self.timescale
                found.append(Segment(time, duration, self.address("media", time), end - self.offset, end))
                time += duration
        return found


class Manifest:
    def __init__(self, text: str):
        self.text = text
        self.root = ElementTree.fromstring(text)
        assert self.root.tag == f"{NAMESPACE}MPD"
        self.availability_start = moment(self.root.get("availabilityStartTime"))

    @property
    def periods(self) -> list:
        return self.root.findall(f"{NAMESPACE}Period")

    @property
    def is_over(self) -> bool:
        return self.root.get("minimumUpdatePeriod") is None

    def representations(self, period) -> Iterator[Representation]:
        for adaptation_set in period.findall(f"{NAMESPACE}AdaptationSet"):
            for element in adaptation_set.findall(f"{NAMESPACE}Representation"):
                yield Representation(period, adaptation_set, element, self.availability_start)

    @property
    def newest(self) -> list[Representation]:
        """Those of the last period."""
        return list(self.representations(self.periods[-1]))

    def check(self) -> None:
        """What every state must say."""
        root = self.root
        assert root.get("type") == "dynamic"
        assert "urn:mpeg:dash:profile:isoff-live:2011" in root.get("profiles").split(",")
        assert moment(root.get("publishTime")) >= self.availability_start
        assert self.is_over == (root.get("mediaPresentationDuration") is not None)
        longest = seconds(root.get("maxSegmentDuration"))
        assert seconds(root.get("timeShiftBufferDepth")) >= 3 and seconds(root.get("minBufferTime")) > 0
        schemes = [timing.get("schemeIdUri") for timing in root.findall(f"{NAMESPACE}UTCTiming")]
        assert "urn:mpeg:dash:utc:http-iso:2014" in schemes
        latency = root.find(f"{NAMESPACE}ServiceDescription/{NAMESPACE}Latency")
        assert int(latency.get("min")) <= int(latency.get("target")) <= int(latency.get("max"))
        assert root.get("suggestedPresentationDelay") is None, "two wishes for one thing"
        ids = [period.get("id") for period in self.periods]
        assert len(set(ids)) == len(ids) and None not in ids
        starts = [seconds(period.get("start")) for period in self.periods]
        assert starts == sorted(set(starts)), "periods out of order"
        for period in self.periods:
            references = period.findall(f".//{NAMESPACE}ProducerReferenceTime")
            assert latency.get("referenceId") in {reference.get("id") for reference in references}
            for representation in self.representations(period):
                self._check(representation, longest)

    @staticmethod
    def _check(representation: Representation, longest: float) -> None:
        kind = representation.set.get("contentType")
        wanted = {"mimeType", "codecs", "bandwidth", "startWithSAP", "segmentAlignment"}
        wanted |= {"width", "height", "frameRate"} if kind == "video" else {"audioSamplingRate"}
        missing = {name for name in wanted if representation.attribute(name) is None}
        assert not missing, f"{representation.id} does not say {missing}"
        assert representation.attribute("mimeType") == f"{kind}/mp4"
        assert representation.set.get("segmentAlignment") == "true" and representation.set.get("startWithSAP") == "1"
        if kind == "audio":
            assert representation.set.find(f"{NAMESPACE}AudioChannelConfiguration") is not None
        template, segments = representation.template, representation.segments
        assert template.get("availabilityTimeComplete") == "false"
        lengths = [segment.duration / representation.timescale for segment in segments]
        assert max(lengths) <= longest
        assert 0 < representation.offset < max(lengths), "a segment is there before it begins"
        for one, two in zip(segments, segments[1:]):
            assert one.time + one.duration <= two.time, f"{two.address} overlaps"
        offset = int(template.get("presentationTimeOffset"))
        assert segments[0].time >= offset - representation.timescale // 20, "a segment before its period"

    def check_after(self, previous: "Manifest") -> None:
        """What may not change from one state to the next."""
        if self.text == previous.text:
            return
        assert self.availability_start == previous.availability_start
        assert moment(self.root.get("publishTime")) > moment(previous.root.get("publishTime"))
        assert not previous.is_over, "the last state was not the last"
        for period in previous.periods:
            same = [other for other in self.periods if other.get("id") == period.get("id")]
            if not same:
                continue
            assert same[0].get("start") == period.get("start")
            before = {one.id: one for one in previous.representations(period)}
            after = {one.id: one for one in self.representations(same[0])}
            assert set(before) == set(after), "the representations of a period changed"
            for name, old in before.items():
                _check_step(old, after[name])


def _check_step(old: Representation, new: Representation) -> None:
    assert new.initialization == old.initialization
    known = {segment.time: segment for segment in new.segments}
    # When the last one begins does not change; what it lasts is known when it is whole.
    assert old.segments[-1].time in known, "the newest segment was withdrawn"
    for segment in old.segments[:-1]:
        assert known.get(segment.time, segment).duration == segment.duration, f"{segment.address} was changed"
    assert known.keys() >= {one.time for one in old.segments if one.time >= new.segments[0].time}, "a segment is gone"
