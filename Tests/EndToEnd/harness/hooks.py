"""A back end that webhooks are sent to, and that admission hooks ask: it remembers what came, and answers as it is told."""

import hashlib
import hmac
import http.server
import json
import threading
import time
import urllib.parse
from typing import Callable, NamedTuple

from .waiting import eventually


class Message(NamedTuple):
    path: str
    headers: dict
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def form(self) -> dict:
        """The fields as PHP, Express and Flask see them."""
        assert self.headers["content-type"] == "application/x-www-form-urlencoded"
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))


class Answer(NamedTuple):
    status: int = 200
    body: bytes = b""
    headers: dict = {}
    after: float = 0.0


class BackEnd:
    """Listens on a free port; `decide` gives the answer to a message."""

    def __init__(self, decide: Callable[[Message], Answer] = lambda message: Answer(), port: int = 0):
        self.decide = decide
        self.messages: list[Message] = []
        back_end = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                message = Message(self.path, headers, body)
                back_end.messages.append(message)
                answer = back_end.decide(message)
                if answer.after:
                    back_end._stopping.wait(answer.after)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

            def handle_error(self, *_):
                """Whoever hangs up has its reasons."""

        self._stopping = threading.Event()
        self._server = Listener(("127.0.0.1", port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def events(self) -> list[dict]:
        """What came in our own form, each once."""
        seen = {}
        for message in list(self.messages):
            seen.setdefault(message.json["id"], message.json)
        return list(seen.values())

    def wait_for(self, *events: str, within: float = 15.0) -> list[dict]:
        """Waits until all of these have come, and gives everything that has."""
        eventually(f"{events} have come", lambda: {*events} <= {event["event"] for event in self.events}, within)
        return self.events

    def stop(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()


# The example of Documentation/webhooks.md, which a test holds against this text.
def is_genuine(secret: str, header: str, body: bytes, now: float, tolerance: float = 300) -> bool:
    parts = dict(part.split("=", 1) for part in header.split(","))
    signed = parts["t"].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["v1"]) and abs(now - int(parts["t"])) <= tolerance


def genuine(secret: str, message: Message) -> bool:
    return is_genuine(secret, message.headers["swiftwater-signature"], message.body, time.time())
