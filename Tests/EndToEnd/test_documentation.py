"""Every configuration that the documentation shows is one: who copies it gets a server that starts."""

import pathlib
import re
import subprocess
from typing import NamedTuple

import pytest

from harness.server import BINARY, ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "Documentation").glob("*.md"))]

# YAML that is no configuration of ours, by page and first line, each with the reason.
OTHERS = {
    ("api.md", "scrape_configs:"): "a configuration of Prometheus",
}


class Shown(NamedTuple):
    page: str
    line: int
    text: str

    @property
    def place(self) -> tuple[str, str]:
        return self.page, self.text.splitlines()[0]


def shown() -> list[Shown]:
    """Fenced YAML, and sections in a running text such as `rtmp: { listen: ":1935" }`."""
    found = []
    for page in PAGES:
        text = page.read_text()
        fenced = re.finditer(r"^```ya?ml[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        within = re.finditer(r"`([a-z-]+: \{[^`\n]*\})`", text)
        found += [Shown(page.name, text.count("\n", 0, match.start(1)) + 1, match[1]) for match in (*fenced, *within)]
    return found


SHOWN = shown()


@pytest.fixture(scope="module")
def places(tmp_path_factory, authority) -> dict[str, pathlib.Path]:
    """What stands for the files that configurations name."""
    folder = tmp_path_factory.mktemp("secrets")
    (folder / "webhook").write_text("a-secret-of-some-length-1f9c\n")
    pair = authority.issue("documentation")
    letsencrypt = "/etc/letsencrypt/live/live.example.com"
    return {
        "/run/secrets": folder,
        f"{letsencrypt}/fullchain.pem": pair.certificate,
        f"{letsencrypt}/privkey.pem": pair.key,
    }


@pytest.mark.parametrize(
    "configuration", [one for one in SHOWN if one.place not in OTHERS], ids=lambda one: f"{one.page}:{one.line}")
def test_a_shown_configuration_is_right(configuration, places, tmp_path):
    text = configuration.text
    for place, path in places.items():
        text = text.replace(place, str(path))
    file = tmp_path / "shown.yaml"
    file.write_text(text)
    checked = subprocess.run([BINARY, "config", "check", file], capture_output=True, text=True, timeout=30)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_all_of_it_is_found():
    fences = sum(len(re.findall(r"^\s*```ya?ml", page.read_text(), re.MULTILINE)) for page in PAGES)
    assert len([one for one in SHOWN if "\n" in one.text]) == fences > 10
    # An entry that stands for nothing would hide the next that looks like it.
    assert set(OTHERS) <= {one.place for one in SHOWN}
