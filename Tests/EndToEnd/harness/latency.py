"""How late a page shows a picture, and how soon the first one: measured by the time that each picture carries."""

import contextlib
import statistics
from typing import NamedTuple

from .browser import Browser
from .clock_picture import READER
from .dash_page import address_of_player
from .server import Server
from .waiting import eventually, hold_for

# The pages' names for their ways, by what the watch page's address asks for; DASH has a page of its own.
TRANSPORTS = {"websocket": "WebSocket", "hls": "HLS", "dash": "DASH"}


class Figures(NamedTuple):
    """All in milliseconds."""

    transport: str
    pictures: int
    join: float
    median: float
    late: float
    latest: float

    HEADINGS = "| way | pictures | first picture | p50 | p95 | latest |\n|---|--:|--:|--:|--:|--:|"

    def __str__(self) -> str:
        times = (self.join, self.median, self.late, self.latest)
        return f"| {self.transport} | {self.pictures} | " + " | ".join(f"{time:.0f} ms" for time in times) + " |"


def measure(browser: Browser, server: Server, path: str, transport: str, seconds: float, settling: float = 2.0) -> Figures:
    """Opens the page on a stream of clock pictures and watches it; what comes in the first `settling` seconds is not counted."""
    with contextlib.ExitStack() as stack:
        stack.callback(browser.before_every_page(READER))
        if transport == "dash":
            browser.open(stack.enter_context(address_of_player(server, path)))
        else:
            browser.open(server.http(f"{path}?transport={transport}"))
        first = eventually("a picture is shown and read", lambda: _seen(browser), within=25)[0]
        hold_for(settling + seconds, "the page stays", lambda: browser.state)
        assert browser.transport == TRANSPORTS[transport]
        shown = _seen(browser)
    latencies = [one["latency"] for one in shown if one["at"] > first["at"] + settling * 1000]
    assert len(latencies) > seconds * 5, f"{len(latencies)} pictures were read in {seconds} s"
    ordered = sorted(latencies)
    late = ordered[int(len(ordered) * 0.95)]
    return Figures(TRANSPORTS[transport], len(ordered), first["at"], statistics.median(ordered), late, ordered[-1])


def _seen(browser: Browser) -> list[dict]:
    return browser.driver.execute_script("return window.seen ?? []")
