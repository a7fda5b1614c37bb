"""The server under test: the built binary on free ports of the loopback address."""

import os
import pathlib
import re
import signal
import urllib.error
import urllib.request

import pytest

from .processes import Process, Processes
from .waiting import eventually

ROOT = pathlib.Path(__file__).resolve().parents[3]
# Another one than the built one can be tried: for runs that take so long that something else is built meanwhile.
BINARY = pathlib.Path(os.environ.get("BINARY_UNDER_TEST", ROOT / ".build/debug/swiftwater"))

# Segments of one second let HLS tests be brief.
BRIEF_SEGMENTS = """
apps:
  live:
    hls: { segment: 1s }
"""


def configured_with(configuration: str):
    """Marks a test whose server runs with this configuration."""
    return pytest.mark.parametrize("configuration", [configuration], ids=["configured"])


class Server:
    """A running `swiftwater serve`. Stop it with `stop()`, which also checks that it ends cleanly."""

    def __init__(self, processes: Processes, configuration: str = BRIEF_SEGMENTS, arguments: tuple = ()):
        self._processes = processes
        self.configuration_file = processes.folder / "swiftwater.yaml"
        self.configuration_file.write_text(configuration)
        self.process: Process = processes.start(
            [
                *[BINARY, "serve", "--config", self.configuration_file],
                *["--rtmp", "127.0.0.1:0", "--http", "127.0.0.1:0", *arguments],
            ],
            name="swiftwater",
        )
        self.rtmp_port = self._port("rtmp")
        self.http_port = self._port("http")

    def _port(self, scheme: str) -> int:
        address = re.compile(rf"{scheme}://[^/\s]*?:(\d+)/")

        def printed():
            assert self.process.is_running, f"the server ended:\n{self.process.output}"
            return address.search(self.process.output)

        return int(eventually(f"the server prints its {scheme} address", printed, within=20)[1])

    @property
    def rtmps_port(self) -> int:
        return self._port("rtmps")

    @property
    def https_port(self) -> int:
        return self._port("https")

    def rtmps(self, path: str, host: str = "localhost") -> str:
        return f"rtmps://{host}:{self.rtmps_port}/{path}"

    def https(self, path: str, host: str = "localhost") -> str:
        return f"https://{host}:{self.https_port}/{path.removeprefix('/')}"

    def rtmp(self, path: str) -> str:
        return f"rtmp://127.0.0.1:{self.rtmp_port}/{path}"

    def address(self, variant: str, path: str) -> str:
        """The address of a path in a variant of RTMP: those with a `t` go through the port for HTTP, those with an `s` are
        inside TLS."""
        if variant == "rtmps":
            return self.rtmps(path)
        if variant == "rtmpts":
            return f"rtmpts://localhost:{self.https_port}/{path}"
        port = self.http_port if variant.startswith("rtmpt") else self.rtmp_port
        return f"{variant}://127.0.0.1:{port}/{path}"

    def http(self, path: str) -> str:
        return f"http://127.0.0.1:{self.http_port}/{path.removeprefix('/')}"

    @property
    def log(self) -> str:
        return self.process.output

    def is_live(self, path: str) -> bool:
        """Whether a stream of this path is being published."""
        try:
            with urllib.request.urlopen(self.http(f"{path}.flv"), timeout=5) as answer:
                return answer.status == 200
        except urllib.error.HTTPError:
            return False

    def wait_until_live(self, path: str) -> None:
        eventually(f"{path} is live", lambda: self.is_live(path))

    def wait_until_offline(self, path: str, within: float = 10.0) -> None:
        eventually(f"{path} is offline", lambda: not self.is_live(path), within)

    def wait_for_playlist(self, path: str, within: float = 20.0) -> str:
        """The text of a playlist as soon as the server has it."""

        def answered() -> str | None:
            try:
                with urllib.request.urlopen(self.http(path), timeout=within) as answer:
                    return answer.read().decode()
            except urllib.error.HTTPError:
                return None

        return eventually(f"{path} is there", answered, within)

    def metrics(self) -> dict[str, float]:
        """Every sample of /metrics by its name with labels as printed."""
        with urllib.request.urlopen(self.http("metrics"), timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        samples = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, value in samples}

    def metric(self, name: str, *labels: str) -> float:
        """The sum of the samples of a metric that carry all `labels`, each given as `key="value"`."""
        return sum(
            value
            for sample, value in self.metrics().items()
            if sample.split("{")[0] == name and all(label in sample for label in labels)
        )

    @property
    def resident_bytes(self) -> int:
        return self._memory("VmRSS")

    @property
    def greatest_resident_bytes(self) -> int:
        """The most that it ever was."""
        return self._memory("VmHWM")

    def _memory(self, name: str) -> int:
        status = pathlib.Path(f"/proc/{self.process.id}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) * 1024

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        status = self.process.stop(number)
        assert status == 0, f"the server ended with {status} after {number.name}:\n{self.log[-3000:]}"
