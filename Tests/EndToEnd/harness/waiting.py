"""Waiting for a condition with a bound; the tests never sleep and hope."""

import time
from typing import Callable, TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.05


def eventually(what: str, condition: Callable[[], T], within: float = 10.0) -> T:
    """The first true value of `condition`, asked every 50 ms; fails with `what` after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within:g} s: {what}")
        time.sleep(POLL_SECONDS)


def hold_for(seconds: float, what: str, condition: Callable[[], object]) -> None:
    """Fails when `condition` stops being true before `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert condition(), what
        time.sleep(POLL_SECONDS)
