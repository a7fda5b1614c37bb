"""The load generator, `swiftwater-bench`, and what it found out."""

import json
import pathlib
import re

from . import server as servers
from .processes import Process, Processes


class Run:
    """A run of the load generator that was begun and will end by itself."""

    def __init__(self, process: Process):
        self.process = process

    def says(self, within: float) -> dict:
        """What it printed, once it has ended."""
        self.process.wait(within)
        lines = [line for line in self.process.output.splitlines() if line.startswith("{")]
        assert lines, f"{self.process.name} failed:\n{self.process.output[-2000:]}"
        return json.loads(lines[-1])

    def lost_nothing(self, within: float) -> dict:
        """What it found out, after holding it to every viewer having had every frame."""
        report = self.says(within)
        players, publishers = report["players"], report["publishers"]
        assert publishers["live"] == publishers["wanted"], publishers
        assert players["watching"] == players["wanted"] and not players["failures"], players
        assert players["lostSinceStart"] == players["damagedSinceStart"] == players["disordered"] == 0, players
        return report


class Bench:
    def __init__(self, processes: Processes, server: servers.Server):
        self._processes = processes
        self._server = server
        # Beside the server that is tested, and built like it.
        self._program = pathlib.Path(servers.BINARY).with_name("swiftwater-bench")

    def load(self, stream: str, **options) -> Run:
        """Publishers of `stream` and players who check every frame."""
        url = self._server.rtmp(f"live/{stream}")
        return self._begin("load", publish=url, play=url, **options)

    def connects(self, **options) -> Run:
        """Connections as they are made and given up, or held."""
        return self._begin("connects", url=self._server.rtmp("live/none"), **options)

    def _begin(self, verb: str, **options) -> Run:
        words = []
        for name, value in options.items():
            words += [f"--{name.replace('_', '-')}"] + ([] if value is True else [value])
        command = [self._program, verb, "--json", "--pid", self._server.process.id, *words]
        return Run(self._processes.start(command, f"bench-{verb}"))


LINE = re.compile(r"^\S+Z (trace|debug|info|notice|warning|error|critical) +(.*)$", re.MULTILINE)


def lines(log: str, *levels: str) -> list[str]:
    """The log's lines of these levels, of all when none is given."""
    return [match[2] for match in LINE.finditer(log) if not levels or match[1] in levels]
