"""Ports for programs that cannot be asked which one they took, or that are to come back to the one they had."""

import itertools
import os
import re
import socket

# Below the ports that the system gives to whoever asks for any (32768 and up): nobody is given one of these by chance between
# the moment it is found free and the moment it is used. Each of ten workers has its own, and a run without workers another.
FIRST, EACH, WORKERS = 20_000, 1_000, 10


def _candidates():
    found = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    start = FIRST + EACH * (int(found[1]) % WORKERS if found else WORKERS)
    # Another run on this machine, of another working copy, begins somewhere else.
    begin = os.getpid() % EACH
    return itertools.cycle(start + (begin + step) % EACH for step in range(EACH))


_NEXT = _candidates()


def free_port() -> int:
    """A port that nobody has on any address, and that this worker has not given to anybody lately."""
    for port in itertools.islice(_NEXT, EACH):
        with socket.socket() as probe:
            try:
                probe.bind(("", port))
                return port
            except OSError:
                continue
    raise AssertionError("no port is free")
