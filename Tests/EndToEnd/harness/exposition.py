"""A strict reader of Prometheus' text format 0.0.4: what it does not like, it says."""

import re
from typing import NamedTuple

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"'
SAMPLE = re.compile(rf"^({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (NaN|[+-]Inf|[-+]?[0-9.]+(?:e[-+]?[0-9]+)?)$")


class Family(NamedTuple):
    kind: str
    help: str
    samples: dict[tuple, float]


def read(text: str) -> dict[str, Family]:
    """Every family of an exposition by name, its samples by their labels."""
    assert text.endswith("\n")
    families: dict[str, Family] = {}
    described: dict[str, str] = {}
    current = None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            _, _, name, words = line.split(" ", 3)
            assert name not in described, f"{name} is described twice"
            described[name] = words
        elif line.startswith("# TYPE "):
            _, _, current, kind = line.split(" ")
            assert kind in ("counter", "gauge", "histogram") and current not in families, line
            families[current] = Family(kind, described[current], {})
        else:
            match = SAMPLE.match(line)
            assert match, f"no sample: {line!r}"
            base = re.sub(r"_(bucket|sum|count)$", "", match[1]) if families[current].kind == "histogram" else match[1]
            assert base == current, f"{match[1]} among {current}"
            labels = re.findall(LABEL, match[2] or "")
            assert len({name for name, _ in labels}) == len(labels), f"a label twice: {line}"
            key = (match[1], *sorted(labels))
            assert key not in families[current].samples, f"a sample twice: {line}"
            families[current].samples[key] = float(match[7])
    return families
