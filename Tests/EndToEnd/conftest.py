"""Fixtures of the end-to-end tests. Everything runs on the loopback address, on free ports, and is ended by its id."""

import pytest

from harness.media import Media
from harness.processes import Processes
from harness.server import BINARY, BRIEF_SEGMENTS, Server
from harness.tls import Authority


def pytest_sessionstart(session):
    if not BINARY.exists():
        pytest.exit(f"{BINARY} is not built: run `make test`, or `swift build` first", returncode=2)


# A browser keeps a core busy, so that no more than two are to run at a time: two groups, each about as long as the other.
FIRST_BROWSER = {"test_dashboard", "test_watch_recovery"}
# What takes longest, after those with a browser, in the order in which it is to begin: a long group that begins last would be
# waited for while the other workers have nothing left to do.
LONGEST = [
    *["test_tunnels", "test_recording", "test_low_latency", "test_hostile", "test_variants_hostile", "test_dash"],
    "test_authentication",
]


# First, since xdist reads the groups, and the order, in its own hook of this name.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """A file's tests share their servers, and those with a browser one of two screens: each group runs on one worker."""
    with_browser = {item.path for item in items if "browser" in item.fixturenames}

    def group(item) -> str:
        if item.path in with_browser:
            return "first-browser" if item.path.stem in FIRST_BROWSER else "second-browser"
        return str(item.path)

    def place(item) -> tuple:
        if item.path in with_browser:
            return 0, group(item)
        return (1, LONGEST.index(item.path.stem)) if item.path.stem in LONGEST else (2,)

    for item in items:
        item.add_marker(pytest.mark.xdist_group(group(item)))
    items.sort(key=place)


# First, since what xdist's own hook has told the others is done.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session):
    """Without groups every test of a file would start the file's servers, and its browser, again."""
    if not hasattr(session.config, "workerinput") or not session.config.getoption("loadgroup", False):
        return
    alone = [item.nodeid for item in session.items if item.get_closest_marker("xdist_group") and "@" not in item.nodeid]
    if alone:
        raise RuntimeError(f"this pytest ({pytest.__version__}) and this pytest-xdist put tests into no group: {alone[0]} has none")


@pytest.fixture(scope="session")
def media(tmp_path_factory) -> Media:
    return Media(tmp_path_factory.mktemp("media"))


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def processes(tmp_path):
    started = Processes(_open_to_all(tmp_path))
    yield started
    started.end_all()


@pytest.fixture(scope="module")
def module_processes(tmp_path_factory):
    started = Processes(_open_to_all(tmp_path_factory.mktemp("module")))
    yield started
    started.end_all()


@pytest.fixture
def configuration() -> str:
    """The server's configuration; `@configured_with(…)` gives a test another."""
    return BRIEF_SEGMENTS


@pytest.fixture
def server(processes, configuration):
    """A server of the test's own, which must end cleanly after it."""
    running = Server(processes, configuration)
    yield running
    if running.process.is_running:
        running.stop()


@pytest.fixture(scope="module")
def shared_server(module_processes):
    """One server for the tests of a module that only look, which must end cleanly after them."""
    running = Server(module_processes)
    yield running
    running.stop()


def _open_to_all(folder):
    """Lets players that run as another user reach their folder below pytest's private ones."""
    for parent in [folder, *folder.parents]:
        if parent.owner() != folder.owner() or parent.stat().st_mode & 0o001:
            break
        parent.chmod(0o711)
    return folder
