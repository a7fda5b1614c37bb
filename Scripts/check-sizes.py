#!/usr/bin/env python3
"""Prints the ten longest files and functions of the sources, and fails when a file has more than 700 lines.

    Scripts/check-sizes.py [--root FOLDER]
"""

import argparse
import pathlib
import statistics
import sys

from swift_source import functions, swift_files

FILE_LIMIT = 700
SHOWN = 10


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    root = arguments.parse_args().root

    files, bodies = [], []
    for path in swift_files(root / "Sources"):
        source, name = path.read_text(), path.relative_to(root)
        files.append((source.count("\n"), str(name)))
        bodies += [(function.lines, f"{name}:{function.first_line} {function.name}") for function in functions(source)]
    if not files:
        print("no Swift files below Sources")
        return 1

    print(f"{len(files)} files, median {statistics.median(lines for lines, _ in files):.0f} lines. The longest:")
    show(files)
    if bodies:
        print(f"{len(bodies)} functions, median {statistics.median(lines for lines, _ in bodies):.0f} lines. The longest:")
        show(bodies)
    too_long = [(lines, name) for lines, name in files if lines > FILE_LIMIT]
    for lines, name in too_long:
        print(f"{name}: {lines} lines are more than {FILE_LIMIT}; split the file by subject")
    return 1 if too_long else 0


def show(measured: list[tuple[int, str]]) -> None:
    for lines, name in sorted(measured, reverse=True)[:SHOWN]:
        print(f"  {lines:5} {name}")


if __name__ == "__main__":
    sys.exit(main())
