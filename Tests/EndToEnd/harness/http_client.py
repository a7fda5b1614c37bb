"""Requests to the server under test, without a client's own redirects, decoding or retries."""

import http.client
from typing import NamedTuple

from .server import Server


class Answer(NamedTuple):
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


def request(server: Server, path: str, method: str = "GET", headers: dict | None = None, body: bytes | None = None) -> Answer:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=15)
    try:
        return exchange(connection, path, method, headers, body)
    finally:
        connection.close()


def exchange(connection, path: str, method: str = "GET", headers: dict | None = None, body: bytes | None = None) -> Answer:
    """One request on a given connection, whose whole answer is read."""
    connection.request(method, f"/{path.removeprefix('/')}", body=body, headers=headers or {})
    answer = connection.getresponse()
    return Answer(answer.status, answer.headers, answer.read())
