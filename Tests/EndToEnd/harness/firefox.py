"""Headless Firefox, driven by WebDriver BiDi: a WebSocket of its own, so that no driver has to be installed."""

import contextlib
import json
from typing import Iterator

import websocket

from .ports import free_port
from .processes import Processes
from .waiting import eventually

_PREFERENCES = {
    # Pictures with sound play without a click.
    "media.autoplay.default": 0,
    # No question to anybody outside.
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
}


class Firefox:
    """One tab."""

    def __init__(self, connection: websocket.WebSocket):
        self._connection = connection
        self._count = 0
        # What the page complained about on the console.
        self.messages: list[str] = []
        self._command("session.new", capabilities={})
        self._command("session.subscribe", events=["log.entryAdded"])
        self._tab = self._command("browsingContext.getTree")["contexts"][0]["context"]

    def open(self, url: str) -> None:
        self._command("browsingContext.navigate", context=self._tab, url=url, wait="complete")

    def evaluate(self, expression: str):
        """The value of an expression on the page."""
        arguments = {"target": {"context": self._tab}, "awaitPromise": False}
        answer = self._command("script.evaluate", expression=f"JSON.stringify({expression})", **arguments)
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def _command(self, method: str, **parameters) -> dict:
        self._count += 1
        self._connection.send(json.dumps({"id": self._count, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._connection.recv())
            if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error":
                self.messages.append(message["params"]["text"])
            if message.get("id") == self._count:
                assert "error" not in message, message
                return message["result"]


@contextlib.contextmanager
def firefox(processes: Processes) -> Iterator[Firefox]:
    profile = processes.folder / "firefox"
    profile.mkdir()
    lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items())
    (profile / "user.js").write_text("".join(lines))
    port = free_port()
    command = ["firefox-esr", "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", port]
    process = processes.start(command, "firefox", environment={"HOME": str(profile), "MOZ_DISABLE_CONTENT_SANDBOX": "1"})

    def connect() -> websocket.WebSocket | None:
        assert process.is_running, f"Firefox ended:\n{process.output}"
        with contextlib.suppress(OSError, websocket.WebSocketException):
            return websocket.create_connection(f"ws://127.0.0.1:{port}/session", timeout=30, suppress_origin=True)

    connection = eventually("Firefox listens", connect, within=60)
    try:
        yield Firefox(connection)
    finally:
        connection.close()
        process.stop()
