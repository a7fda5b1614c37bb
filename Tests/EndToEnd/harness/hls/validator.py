"""Watches a live presentation: `python -m harness.hls.validator URL --seconds 120` prints what it found."""

import argparse
import collections
import gzip
import http.client
import json
import re
import sys
import threading
import time
import urllib.parse

from . import fragments, playlist, rules
from .pulse import Pulse

SLACK = 0.35
"""How much later than the rules say something may be on a machine with nothing else to do, in seconds, beside what the stream
itself was late."""


class Client:
    """Requests on one connection that stays open."""

    def __init__(self, base: str):
        parts = urllib.parse.urlsplit(base)
        self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)

    def get(self, url: str, headers: dict | None = None, method: str = "GET"):
        parts = urllib.parse.urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            self._connection.request(method, target, headers=headers or {})
            answer = self._connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()
            self._connection.request(method, target, headers=headers or {})
            answer = self._connection.getresponse()
            return answer.status, answer.headers, answer.read()


class Findings:
    """What broke a rule, each kind once with its count."""

    def __init__(self):
        self.counts: collections.Counter[str] = collections.Counter()
        self._lock = threading.Lock()

    def add(self, where: str, what: str) -> None:
        with self._lock:
            self.counts[f"{where}: {what}"] += 1


class Watch:
    """One media playlist, from now until the deadline."""

    def __init__(self, url: str, findings: Findings, deadline: float, pulse: Pulse, slack: float = SLACK):
        self.url, self.findings, self.deadline, self.pulse, self.slack = url, findings, deadline, pulse, slack
        self.name = url.rsplit("/", 1)[-1].split("?")[0]
        self.client, self.hints = Client(url), Client(url)
        self.state: playlist.Playlist | None = None
        self.history: list[playlist.Playlist] = []
        self.headers: dict[str, fragments.Header] = {}
        self.bytes: dict[str, bytes] = {}
        self.checked: set[int] = set()
        self.last_end: int | None = None
        self.tally = collections.Counter()
        self.rates: list[tuple[float, float]] = []
        self.hinted: dict[str, bytes] = {}
        self.last_part_at: float | None = None
        self.last_segment_at = time.monotonic()
        self.lateness: list[float] = []

    def find(self, what: str) -> None:
        self.findings.add(self.name, what)

    def run(self) -> None:
        try:
            self._take(self._fetch(self.url), is_first=True)
            while time.monotonic() < self.deadline and not self.state.is_ended:
                if self.state.part_target is None:
                    time.sleep(self.state.target / 2)
                    self._take(self._fetch(self.url))
                else:
                    self._step()
            self._check_new_segments()
        except Exception as error:  # what a test must see, whatever it is
            self.find(f"{type(error).__name__}: {error}")
            raise

    # One step of a player: the next part, by hint and by playlist

    def _step(self) -> None:
        before, hint = self.state, self.state.hint
        getting = threading.Thread(target=self._get_hint, args=(hint,))
        getting.start()
        query = f"_HLS_msn={before.end}&_HLS_part={len(before.open_parts)}"
        skips = self.tally["reloads"] % 5 != 4
        asked = time.monotonic()
        new = self._fetch(with_query(self.url, f"{query}{'&_HLS_skip=YES' if skips else ''}"))
        answered = time.monotonic()
        if new is None:
            getting.join()
            return
        self.tally["reloads"] += 1
        if not new.is_ended and (new.end, len(new.open_parts)) <= (before.end, len(before.open_parts)):
            self.find("an answer came before what it was to wait for")
        self._note_time(before, new, asked, answered)
        if new.skipped:
            self.tally["deltas"] += 1
            new = new.completed_by(before)
        self._take(new)
        getting.join()
        self._check_hint(hint, before, new)
        self._check_new_segments()
        if self.tally["reloads"] % 20 == 0:
            self._probe()

    def _note_time(self, before, new, asked, answered) -> None:
        """Parts must come a part target apart, segments within one and a half targets, or when they are asked for later."""
        if new.end > before.end:
            late = answered - max(asked, self.last_segment_at + 1.5 * new.target)
            if late > self.slack + self.pulse.longest_gap(self.last_segment_at, answered) and not new.segments[-1].is_discontinuous:
                self.find(f"{answered - self.last_segment_at:.2f} s without a new segment")
            self.last_segment_at = answered
        is_broken = bool(new.open and new.open.is_discontinuous) or any(s.is_discontinuous for s in new.segments[-2:])
        if self.last_part_at and not is_broken:
            late = answered - max(asked, self.last_part_at + new.part_target)
            late -= self.pulse.longest_gap(self.last_part_at - new.part_target, answered)
            self.lateness.append(late)
            if late > self.slack:
                self.find(f"a part came {late:.2f} s later than a part target after the one before")
        self.last_part_at = answered

    def _get_hint(self, hint: str) -> None:
        status, headers, body = self.hints.get(urllib.parse.urljoin(self.url, hint))
        self.tally[f"hint {status}"] += 1
        if status == 200:
            self.hinted[hint] = body
            if "immutable" not in headers["Cache-Control"]:
                self.find("a part that caches may not keep")
        elif "no-store" not in (headers["Cache-Control"] or ""):
            self.find(f"a {status} that caches may keep")

    def _check_hint(self, hint: str, before, new) -> None:
        listed = [part.uri for segment in [*new.segments[-3:], *([new.open] if new.open else [])] for part in segment.parts]
        is_broken = new.is_ended or any(s.is_discontinuous for s in [*new.segments[-2:], *([new.open] if new.open else [])])
        if hint not in listed and not is_broken:
            self.find(f"the hint {hint} did not become a part")
        if hint in listed and hint not in self.hinted:
            self.find(f"the hinted part {hint} is listed and was refused")

    # States

    def _fetch(self, url: str) -> playlist.Playlist | None:
        headers = {"Accept-Encoding": "gzip"} if self.tally["reloads"] % 2 else {}
        status, answer, body = self.client.get(url, headers)
        if status == 503 and "_HLS_msn" in url:
            self.tally["held in vain"] += 1
            return None
        if status != 200:
            self.find(f"status {status} for {url.rsplit('/')[-1].split('?')[0]}")
            time.sleep(0.5)
            return None
        if answer["Content-Type"].split(";")[0] != "application/vnd.apple.mpegurl":
            self.find(f"content type {answer['Content-Type']}")
        if headers and answer["Content-Encoding"] != "gzip":
            self.find("gzip was asked for and not given")
        if answer["Access-Control-Allow-Origin"] != "*":
            self.find("no Access-Control-Allow-Origin")
        age = int(re.search(r"max-age=(\d+)", answer["Cache-Control"])[1])
        state = playlist.read(gzip.decompress(body) if headers else body)
        if not 0 < age <= (6 * state.target if "_HLS_msn" in url else max(1, state.target // 2)):
            self.find(f"max-age {age}")
        for what in rules.of_state(state, is_delta=state.skipped > 0):
            self.find(what)
        if state.skipped and "_HLS_skip" not in url:
            self.find("a delta update that nobody asked for")
        return state

    def _take(self, new: playlist.Playlist | None, is_first: bool = False) -> None:
        if new is None:
            return
        if self.state:
            for what in rules.of_change(self.state, new):
                self.find(what)
            for what in rules.of_state(new, is_delta=False):
                self.find(f"merged: {what}")
            for segment in self.state.segments:
                if segment.number < new.sequence and not segment.is_gap:
                    status, _, _ = self.client.get(urllib.parse.urljoin(self.url, segment.uri), method="HEAD")
                    self.tally["removed and still there"] += status == 200
                    if status != 200:
                        self.find("a segment that has just left the playlist cannot be had")
        self.state = new
        self.tally["states"] += 1
        if new.open:
            for part in new.open.parts:
                self._bytes(part.uri)

    def _bytes(self, uri: str) -> bytes:
        if uri not in self.bytes:
            if uri in self.hinted:
                self.bytes[uri] = self.hinted[uri]
            status, headers, body = self.client.get(urllib.parse.urljoin(self.url, uri))
            if status != 200 or "immutable" not in headers["Cache-Control"]:
                self.find(f"{uri}: status {status}, {headers['Cache-Control']}")
            if self.bytes.setdefault(uri, body) != body:
                self.find(f"{uri} has two contents")
        return self.bytes[uri]

    # Media

    def _check_new_segments(self) -> None:
        for segment in self.state.segments[-4:]:
            if segment.number not in self.checked and not segment.is_gap:
                self.checked.add(segment.number)
                self._check_segment(segment)

    def _check_segment(self, segment: playlist.Segment) -> None:
        if segment.initialization not in self.headers:
            self.headers[segment.initialization] = fragments.header(self._bytes(segment.initialization))
        header = self.headers[segment.initialization]
        body = self._bytes(segment.uri)
        found = fragments.fragments(body, header)
        self.tally["segments"] += 1
        self.tally["discontinuities"] += segment.is_discontinuous
        self.rates.append((len(body) * 8, segment.duration))
        if segment.parts:
            if b"".join(self._bytes(part.uri) for part in segment.parts) != body:
                self.find(f"segment {segment.number} is not its parts")
            if len(found) != len(segment.parts):
                self.find(f"segment {segment.number} has {len(found)} fragments and {len(segment.parts)} parts")
            for part, fragment in zip(segment.parts, found):
                self.tally["parts"] += 1
                if abs(sum(fragment.durations) / header.timescale - part.duration) > rules.MILLISECOND:
                    self.find(f"a part lasts {sum(fragment.durations) / header.timescale}, listed as {part.duration}")
                if part.is_independent != fragment.syncs[0]:
                    self.find("INDEPENDENT is not what the part begins with")
        length = (found[-1].end - found[0].time) / header.timescale
        if abs(length - segment.duration) > rules.MILLISECOND:
            self.find(f"segment {segment.number} lasts {length}, listed as {segment.duration}")
        if self.state.has_independent_segments and not found[0].syncs[0]:
            self.find("EXT-X-INDEPENDENT-SEGMENTS is not true")
        for one, two in zip(found, found[1:]):
            if one.end != two.time or two.sequence <= one.sequence:
                self.find(f"within segment {segment.number} a fragment does not continue the one before")
        previous = self.last_end
        if previous and previous[0] == segment.number - 1 and not segment.is_discontinuous and previous[1] != found[0].time:
            self.find(f"segment {segment.number} begins {found[0].time - previous[1]} ticks behind the one before")
        self.last_end = (segment.number, found[-1].end)

    # Requests that must be refused, or answered at once

    def _probe(self) -> None:
        state = self.state
        limit = 3 / state.part_target if state.part_target < 1 else 3
        cases = [
            ("_HLS_part=1", 400), ("_HLS_msn=x", 400), (f"_HLS_msn={state.end}&_HLS_part=-1", 400),
            (f"_HLS_msn={state.end + 3}", 400), (f"_HLS_msn={state.end + 500}", 400),
            # In the next segment, since the open one may be whole by now, and any part of it then there.
            (f"_HLS_msn={state.end + 1}&_HLS_part={int(limit) + 40}", 400),
            (f"_HLS_msn={state.sequence}", 200), (f"_HLS_msn={state.sequence}&_HLS_part=3", 200), ("_HLS_msn=0", 200),
            (f"_HLS_msn={state.end - 2}&_HLS_part=999", 200), ("_HLS_skip=YES", 200), ("_HLS_skip=NO", 200), ("other=1", 200),
        ]  # fmt: skip
        for query, expected in cases:
            asked = time.monotonic()
            status, headers, _ = self.client.get(with_query(self.url, query))
            self.tally["probes"] += 1
            took = time.monotonic() - asked
            if status != expected or took > self.slack + self.pulse.longest_gap(asked, asked + took):
                self.find(f"{re.sub('[0-9]+', 'N', query)}: {status} after {took:.1f} s, not {expected}")
            if status == 400 and "no-store" not in headers["Cache-Control"]:
                self.find("a refusal that caches may keep")
        for uri in ("none.m4s", "video-part-1.m4s", f"{self.name.removesuffix('.m3u8')}-99999999.m4s"):
            status, headers, _ = self.client.get(urllib.parse.urljoin(self.url, uri))
            if status != 404 or "no-store" not in headers["Cache-Control"]:
                self.find(f"{uri}: {status} {headers['Cache-Control']}")


def with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"


def media_playlists(multivariant: str, url: str) -> list[str]:
    uris = re.findall(r'URI="([^"]+)"', multivariant) + [line for line in multivariant.splitlines() if line and line[0] != "#"]
    return list(dict.fromkeys(urllib.parse.urljoin(url, uri) for uri in uris))


def check_presentation(url: str, watches: list[Watch], findings: Findings) -> None:
    """CODECS, RESOLUTION and BANDWIDTH against what was seen, and the renditions against each other."""
    text = Client(url).get(url)[2].decode()
    seen = {watch.url: watch for watch in watches}
    for one in watches:
        for other in watches:
            for what in rules.between(one.state, other.state, other.name):
                findings.add(one.name, what)
        reported = {urllib.parse.urljoin(one.url, uri): report for uri, report in one.state.reports.items()}
        if one.state.part_target and set(reported) != set(seen) - {one.url}:
            findings.add(one.name, f"rendition reports on {sorted(one.state.reports)}")
        for uri, report in reported.items():
            if uri in seen and int(report["LAST-MSN"]) < one.state.end - 1:
                findings.add(one.name, f"a rendition report on {report['LAST-MSN']} at {one.state.end}")
    groups = collections.defaultdict(list)
    for line in re.findall(r"#EXT-X-MEDIA:(.*)", text):
        found = playlist.attributes(line)
        if "URI" in found:
            groups[found["GROUP-ID"]].append(urllib.parse.urljoin(url, found["URI"]))
    for line, uri in re.findall(r"#EXT-X-STREAM-INF:(.*)\n(\S+)", text):
        found, main = playlist.attributes(line), seen.get(urllib.parse.urljoin(url, uri))
        with_it = [seen[place] for place in groups.get(found.get("AUDIO"), []) if place in seen]
        if main is None:
            continue
        entries = {header.entry for watch in [main, *with_it] for header in watch.headers.values()}
        if entries != {codec.split(".")[0] for codec in found["CODECS"].split(",")}:
            findings.add(uri, f"CODECS {found['CODECS']} with {sorted(entries)}")
        for header in main.headers.values():
            if header.is_video and found.get("RESOLUTION") != f"{header.width}x{header.height}":
                findings.add(uri, f"RESOLUTION {found.get('RESOLUTION')} with {header.width}x{header.height}")
        long = [bits / seconds for bits, seconds in main.rates if seconds > 0.5 * main.state.target]
        if long and max(long) > 1.25 * int(found["BANDWIDTH"]):
            findings.add(uri, f"BANDWIDTH {found['BANDWIDTH']} with a peak of {max(long):.0f}")


def validate(url: str, seconds: float, slack: float = SLACK) -> dict:
    """Watches every media playlist of a multivariant playlist for so long."""
    findings, deadline = Findings(), time.monotonic() + seconds
    status, _, body = Client(url).get(url)
    if status != 200:
        return {"findings": {f"status {status}": 1}, "playlists": {}}
    with Pulse(url.split("?")[0].replace("/index.m3u8", ".flv")) as pulse:
        watches = [Watch(place, findings, deadline, pulse, slack) for place in media_playlists(body.decode(), url)]
        threads = [threading.Thread(target=watch.run) for watch in watches]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if all(watch.state for watch in watches):
        check_presentation(url, watches, findings)
    report = {
        watch.name: {**watch.tally, "latest part after a part target": round(max(watch.lateness, default=0), 3)} for watch in watches
    }
    return {"findings": dict(findings.counts), "playlists": report}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--seconds", type=float, default=120)
    arguments = parser.parse_args()
    result = validate(arguments.url, arguments.seconds)
    print(json.dumps(result, indent=2))
    sys.exit(1 if result["findings"] else 0)
