"""Certificates for tests: an authority of the session's own, and what it issues, made by the openssl program."""

import pathlib
import subprocess
from typing import NamedTuple


class Pair(NamedTuple):
    certificate: pathlib.Path
    key: pathlib.Path

    @property
    def configuration(self) -> str:
        return f"{{ certificate: {self.certificate}, key: {self.key} }}"


class Authority:
    """Issues certificates into a folder."""

    def __init__(self, folder: pathlib.Path):
        self._folder = folder
        self.certificate = folder / "authority.pem"
        self._key = folder / "authority.key"
        self._openssl(
            *["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Authority of the tests", "-days", "30"],
            *["-keyout", self._key, "-out", self.certificate],
        )

    def issue(self, stem: str, names: str = "DNS:localhost,IP:127.0.0.1", key: str = "rsa:2048") -> Pair:
        """A certificate for `names`, in files that are replaced when there are some of this stem already."""
        request, new = self._folder / f"{stem}.csr", self._folder / f"{stem}.new.pem"
        pair = Pair(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")
        key_options = ["-newkey", key] if key.startswith("rsa") else ["-newkey", "ec", "-pkeyopt", f"ec_paramgen_curve:{key}"]
        self._openssl("req", "-new", *key_options, "-nodes", "-subj", f"/CN={stem}", "-keyout", pair.key, "-out", request)
        extensions = self._folder / f"{stem}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        self._openssl(
            *["x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial"],
            *["-days", "30", "-extfile", extensions, "-out", new],
        )
        new.rename(pair.certificate)
        return pair

    def _openssl(self, *arguments) -> None:
        command = ["openssl", *[str(argument) for argument in arguments]]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def fingerprint(certificate: pathlib.Path) -> str:
    """SHA-256 as openssl writes it."""
    command = ["openssl", "x509", "-in", certificate, "-noout", "-fingerprint", "-sha256"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip().split("=")[1]
