"""How many descriptors a program may open."""

import contextlib
import resource
from typing import Iterator

from .processes import Process


@contextlib.contextmanager
def soft_limit(count: int) -> Iterator[None]:
    """Programs that are started meanwhile begin with this limit, and may raise it as far as this process may."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def raise_own() -> int:
    """Lets this process, and what it starts from now on, open as many as the system allows; says how many."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def of(process: Process) -> tuple[int, int]:
    """The soft and the hard limit of a running program."""
    return resource.prlimit(process.id, resource.RLIMIT_NOFILE)


def cut(process: Process, count: int) -> None:
    """Takes from a running program what is beyond `count`; what it has open it keeps."""
    resource.prlimit(process.id, resource.RLIMIT_NOFILE, (count, count))
