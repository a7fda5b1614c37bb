"""A page of its own origin that plays DASH: browsers have no player of it, and the watch page does without."""

import contextlib
import http.server
import pathlib
import threading
import urllib.parse
from typing import Iterator

from .server import Server

_PAGE = pathlib.Path(__file__).with_name("dash_page.html")


class _Host(http.server.BaseHTTPRequestHandler):
    """Any path is the page."""

    def do_GET(self):
        body = _PAGE.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def address_of_player(server: Server, path: str) -> Iterator[str]:
    """Where the page that plays a stream is to be had."""
    serving = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Host)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    manifest = urllib.parse.quote(server.http(f"{path}/manifest.mpd"))
    try:
        yield f"http://127.0.0.1:{serving.server_port}/?manifest={manifest}"
    finally:
        serving.shutdown()
