"""Client and server processes: each is started by a test, writes its output to a file, and is ended by its id."""

import os
import pathlib
import signal
import subprocess

from .waiting import eventually


class Process:
    """A running program and what it printed."""

    def __init__(self, command: list, folder: pathlib.Path, name: str, environment: dict | None = None, user: int | None = None):
        self.command = [str(word) for word in command]
        self.name = name
        self.output_file = folder / f"{name}.log"
        with open(self.output_file, "wb") as output:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**os.environ, **(environment or {})},
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )

    @property
    def id(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        return self.output_file.read_text(errors="replace")

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self, within: float) -> int:
        """The exit status; fails when the program does not end by itself."""
        try:
            return self._process.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {within:g} s; it printed:\n{self.output[-2000:]}") from None

    def succeed(self, within: float) -> None:
        """Waits for the end and fails unless the status is 0."""
        status = self.wait(within)
        assert status == 0, f"{' '.join(self.command)} ended with {status}:\n{self.output[-2000:]}"

    def says(self, text: str, within: float = 10.0) -> None:
        """Waits until the program has printed `text`."""

        def printed() -> bool:
            return text in self.output

        eventually(f"{self.name} prints {text!r}", lambda: printed() or not self.is_running, within)
        assert printed(), f"{self.name} ended without printing {text!r}:\n{self.output[-2000:]}"

    def stop(self, number: signal.Signals = signal.SIGTERM, within: float = 10.0) -> int:
        """Ends the program with a signal, kills it when it does not obey, and gives its exit status."""
        if self.is_running:
            self.send(number)
        try:
            return self._process.wait(within)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"{self.name} did not obey {number.name} within {within:g} s") from None


class Processes:
    """Starts programs in one folder and ends whatever still runs when the test is over."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self._started: list[Process] = []

    def start(self, command: list, name: str, **options) -> Process:
        process = Process(command, self.folder, f"{len(self._started):02}-{name}", **options)
        self._started.append(process)
        return process

    def end_all(self) -> None:
        for process in reversed(self._started):
            if process.is_running:
                process.stop(signal.SIGKILL)
