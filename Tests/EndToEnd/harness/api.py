"""The API of the server under test."""

import json
import urllib.parse

from .http_client import Answer, request
from .server import Server
from .waiting import eventually

PREFIX = "api/v1"


def call(server: Server, path: str, method: str = "GET", headers: dict | None = None, body: bytes | None = None) -> Answer:
    return request(server, f"{PREFIX}{path}", method, headers, body)


def get(server: Server, path: str) -> dict:
    """What a GET answers, which must be JSON and well."""
    answer = call(server, path)
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] is None
    return json.loads(answer.body)


def problem(answer: Answer, status: int) -> dict:
    """The problem that an answer tells of, which must be of this status."""
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = json.loads(answer.body)
    assert told["status"] == status and told["title"] and told["detail"]
    return told


def stream(server: Server, path: str) -> dict:
    return get(server, f"/streams/{urllib.parse.quote(path)}")


def sessions(server: Server, **query) -> list[dict]:
    return get(server, f"/sessions?{urllib.parse.urlencode(query)}")["sessions"]


def measured(server: Server, path: str) -> dict:
    """A stream once every track of it was measured for a while."""

    def is_measured():
        answer = call(server, f"/streams/{path}")
        shown = json.loads(answer.body) if answer.status == 200 else {"tracks": []}
        tracks = shown["tracks"]
        return shown if tracks and all("bitsPerSecond" in track for track in tracks) else None

    return eventually(f"{path} is measured", is_measured, within=15)
