"""nginx as a cache in front of the server, with the configuration that the documentation shows."""

import contextlib
import http.client
import socket

from .http_client import Answer, exchange
from .ports import free_port
from .processes import Processes
from .server import ROOT, Server
from .waiting import eventually

CONFIGURATION = ROOT / "Documentation/caches/nginx.conf"


class Cache:
    """A running nginx. It has the parts of a `Server` that players need: where it can be reached."""

    def __init__(self, processes: Processes, server: Server):
        self.folder = processes.folder / "nginx"
        self.folder.mkdir(exist_ok=True)
        # nginx cannot tell which one it took.
        self.http_port = free_port()
        self._write(server)
        command = ["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", self.folder / "error.log"]
        self.process = processes.start(command, "nginx")
        eventually("nginx listens", self._listens)

    def _write(self, server: Server) -> None:
        site = CONFIGURATION.read_text()
        replacements = {
            "/var/cache/nginx/swiftwater": str(self.folder / "cache"),
            "server 127.0.0.1:8080;": f"server 127.0.0.1:{server.http_port};",
            "listen 80;": f"listen 127.0.0.1:{self.http_port};",
            "listen [::]:80;": "",
        }
        for documented, tested in replacements.items():
            assert site.count(documented) == 1, f"the documented configuration has no single {documented!r}"
            site = site.replace(documented, tested)
        folders = "".join(
            f"{kind}_temp_path {self.folder / kind};\n" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        )
        (self.folder / "nginx.conf").write_text(
            "daemon off; master_process off; worker_rlimit_nofile 8192;\n"
            f"pid {self.folder / 'nginx.pid'};\n"
            f"error_log {self.folder / 'error.log'} warn;\n"
            "events { worker_connections 4096; }\n"
            f"http {{\naccess_log off;\n{folders}{site}}}\n"
        )

    def _listens(self) -> bool:
        assert self.process.is_running, f"nginx ended:\n{self.process.output}\n{self.errors}"
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.http_port), timeout=1).close()
            return True
        return False

    @property
    def errors(self) -> str:
        file = self.folder / "error.log"
        return file.read_text() if file.exists() else ""

    def http(self, path: str) -> str:
        return f"http://127.0.0.1:{self.http_port}/{path.removeprefix('/')}"

    def get(self, path: str, headers: dict | None = None, timeout: float = 30) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=timeout)
        try:
            return exchange(connection, path, headers=headers)
        finally:
            connection.close()
