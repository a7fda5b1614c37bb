#!/usr/bin/env python3
"""Holds the sources to the floors of the house (Documentation/architecture.md).

SwiftPM's own import check passes what a dependency happens to bring along, so this reads the imports itself:
a file imports only what its target names in Package.swift, a target names only floors below (sideways where listed
here), and below the hub there is no socket, clock, chance, thread, lock, log or file.

    Scripts/check-floors.py [--root FOLDER] [--manifest DUMP.json]

Prints one line per breach and exits with 1 if there is any.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
from typing import Iterator

from swift_source import code_only, swift_files

# A target's floor is that of the first folder that its path begins with.
FLOORS = [
    ("Sources/Ground/", 0),
    ("Sources/Media/", 1),
    ("Sources/Formats/", 2),
    ("Sources/Packaging/", 3),
    (re.compile(r"Sources/Protocols/\w+/Session$"), 3),
    ("Sources/Hub/", 4),
    ("Sources/Protocols/", 5),
    (re.compile(r"Sources/Recording$"), 5),
    ("Sources/Services/", 6),
    ("Sources/App/", 7),
]
HUB_FLOOR = 4

# The only imports between neighbours on one floor.
SIDEWAYS = {
    ("CodecParsing", "MediaModel"),
    ("StreamHealth", "MediaModel"),
    ("FLV", "AMF"),
    ("RecordingPlan", "SegmentPackaging"),
    ("RTMPEndpoint", "EndpointCore"),
    ("HTTPDelivery", "EndpointCore"),
    ("OBSEndpoint", "EndpointCore"),
    ("Recording", "EndpointCore"),
    ("Authorization", "Catalogue"),
    ("Authorization", "ConfigurationReading"),
    ("ControlAPI", "Authorization"),
    ("ControlAPI", "Catalogue"),
    ("ControlAPI", "ConfigurationReading"),
    ("ControlAPI", "Webhooks"),
    ("Webhooks", "Catalogue"),
    ("Webhooks", "ConfigurationReading"),
    ("TransportSecurity", "EndpointCore"),
    ("swiftwater", "ServerAssembly"),
}

# What comes with the toolchain and is therefore not in Package.swift; allowed from the hub upwards.
TOOLCHAIN = {
    "Foundation", "FoundationEssentials", "FoundationNetworking", "Dispatch", "Glibc", "Musl", "Darwin", "Testing",
    "Synchronization",
}

# Programs that are never a server's start, and so may bring all of Foundation, with ICU, into memory.
WHOLE_FOUNDATION = {"swiftwater-bench"}

# The libraries a pure floor may use; of NIOCore only ByteBuffer, NIODeadline and TimeAmount.
PURE_LIBRARIES = {"NIOCore", "Crypto", "DequeModule"}

IMPURE = {
    "a clock": r"NIODeadline\s*\.\s*now|(?<![\w.])Date\s*\(|ContinuousClock|SuspendingClock|clock_gettime|gettimeofday",
    "chance": r"\.random\s*\(|\.randomElement\s*\(|\.shuffled?\s*\(\s*\)|SystemRandomNumberGenerator|arc4random|\bUUID\s*\(",
    "a task": r"(?<![\w.])Task\s*(?:\{|\(|\.)|\bawait\b|\basync\b|(?<![\w.])actor\s+\w|AsyncStream|\bDispatch\w*|\bThread\b",
    "a lock": r"NIOLock\w*|\bMutex\b|\bAtomic\s*<|ManagedAtomic|pthread_\w+|\bOSAllocatedUnfairLock\b",
    "a log": r"\bLogger\b|(?<![\w.])print\s*\(|\bdebugPrint\s*\(|\bdump\s*\(",
    "a file or the environment": r"\bFileManager\b|\bFileHandle\b|\bProcessInfo\b|\bgetenv\b|\bfopen\b|\bNIOFileSystem\b",
    "a channel or an event loop": r"\b(?:NIO)?EventLoop\w*|\bChannel(?!Layout\b|Mapping\b)\w*\b(?=\s*[.<(:{])|\bNIOAny\b|\bServerBootstrap\b|\bClientBootstrap\b|\bsocket\s*\(",
}

# Words that no floor may use: they end the process, or ThreadSanitizer is blind to them on Linux.
FORBIDDEN = {
    "ends the process": r"\bfatalError\b|\btry\s*!",
    "is invisible to ThreadSanitizer on Linux; use NIOLockedValueBox": r"\bMutex\s*[<(]",
}

# The hub serves every protocol and names none.
PROTOCOL_NAMES = r"\w*(?:RTMP|RTSP|SRT(?![A-Za-z])|WebRTC|HLS|DASH|FLV|MPEGTS|HTTP)\w*"

IMPORT = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?import[ \t]+"
    r"(?:(?:struct|class|enum|protocol|typealias|func|let|var)[ \t]+)?(\w+)",
    re.MULTILINE,
)


class Target:
    """A target of the manifest, with its floor."""

    def __init__(self, described: dict):
        self.name: str = described["name"]
        self.path: str = described.get("path") or f"Sources/{self.name}"
        self.is_test: bool = described["type"] == "test" or self.path.startswith("Tests/")
        self.dependencies = {_dependency_name(dependency) for dependency in described["dependencies"]}
        self.floor = None if self.is_test else floor_of(self.path)


def _dependency_name(dependency: dict) -> str:
    (arguments,) = dependency.values()
    # A product in preparation has the name of its module behind an underscore; a program may have a hyphen.
    return arguments[0].removeprefix("_").replace("-", "_")


def floor_of(path: str) -> int | None:
    for pattern, floor in FLOORS:
        if path.startswith(pattern) if isinstance(pattern, str) else pattern.match(path):
            return floor
    return None


def manifest_breaches(targets: dict[str, Target]) -> Iterator[str]:
    for target in targets.values():
        if target.is_test:
            continue
        if target.floor is None:
            yield f"Package.swift: {target.name} at {target.path} stands on no floor"
            continue
        for name in sorted(target.dependencies):
            other = targets.get(name)
            if other is None:
                if target.floor < HUB_FLOOR and name not in PURE_LIBRARIES:
                    yield f"Package.swift: {target.name} is pure and may not use {name}"
            elif other.is_test:
                yield f"Package.swift: {target.name} uses {name}, which belongs to the tests"
            elif other.floor is not None and other.floor > target.floor:
                yield f"Package.swift: {target.name} (floor {target.floor}) looks up to {name} (floor {other.floor})"
            elif other.floor == target.floor and (target.name, name) not in SIDEWAYS:
                yield f"Package.swift: {target.name} looks sideways to {name}, which check-floors.py does not list"


def file_breaches(target: Target, file: str, source: str) -> Iterator[str]:
    code = code_only(source)

    def at(match: re.Match) -> str:
        return f"{file}:{code.count(chr(10), 0, match.start()) + 1}"

    for match in IMPORT.finditer(code):
        module = match[1]
        if module in TOOLCHAIN:
            if target.floor is not None and target.floor < HUB_FLOOR:
                yield f"{at(match)}: {target.name} is pure and may not import {module}"
        elif module not in target.dependencies:
            yield f"{at(match)}: {target.name} does not name {module} in Package.swift"
    if target.is_test:
        return
    imports = {match[1]: match for match in IMPORT.finditer(code)}
    if "Foundation" in imports and "FoundationEssentials" not in imports and target.name not in WHOLE_FOUNDATION:
        yield f"{at(imports['Foundation'])}: imports all of Foundation where there is FoundationEssentials"
    for why, words in FORBIDDEN.items():
        for match in re.finditer(words, code):
            yield f"{at(match)}: {match[0].strip()} {why}"
    for match in re.finditer(rf"\b(?:struct|class|enum|actor|protocol|typealias)\s+{target.name}\b", code):
        yield f"{at(match)}: a type named like its module {target.name} hides the module"
    if target.floor is not None and target.floor < HUB_FLOOR:
        for what, words in IMPURE.items():
            for match in re.finditer(words, code):
                yield f"{at(match)}: {match[0].strip()} brings {what} below the hub"
    if target.floor == HUB_FLOOR:
        for match in re.finditer(rf"\b{PROTOCOL_NAMES}\b", code):
            yield f"{at(match)}: the hub names a protocol, {match[0]}"


def breaches(root: pathlib.Path, manifest: dict) -> Iterator[str]:
    targets = {described["name"]: Target(described) for described in manifest["targets"]}
    yield from manifest_breaches(targets)
    for target in targets.values():
        for path in swift_files(root / target.path):
            yield from file_breaches(target, str(path.relative_to(root)), path.read_text())


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    arguments.add_argument("--manifest", type=pathlib.Path, help="output of `swift package dump-package`")
    options = arguments.parse_args()
    if options.manifest:
        dump = options.manifest.read_text()
    else:
        command = ["swift", "package", "--package-path", str(options.root), "dump-package"]
        dump = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found = list(breaches(options.root, json.loads(dump)))
    for breach in found:
        print(breach)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
