"""The checks of `make lint` must be able to fail: each is shown a small tree that breaks what it watches."""

import json
import pathlib
import subprocess
import sys

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "Scripts"
sys.path.insert(0, str(SCRIPTS))

from swift_source import code_only, functions  # noqa: E402


@pytest.fixture
def tree(tmp_path):
    """A sound package of a pure target, the hub and an endpoint, as files and as the dump of its manifest."""
    return Tree(tmp_path)


class Tree:
    def __init__(self, root: pathlib.Path):
        self.root = root
        self.targets: list[dict] = []
        self.target("ByteCoding", "Sources/Ground/ByteCoding", products=["NIOCore"])
        self.target("FLV", "Sources/Formats/FLV", ["ByteCoding"], products=["NIOCore"])
        self.target("StreamHub", "Sources/Hub/StreamHub", ["ByteCoding"], products=["NIOCore", "Logging"])
        self.target("EndpointCore", "Sources/Protocols/Core", ["StreamHub"], products=["NIOPosix"])
        self.write("Sources/Ground/ByteCoding/A.swift", "public import NIOCore\npublic struct A {}\n")
        self.write("Sources/Hub/StreamHub/Hub.swift", "import ByteCoding\nimport Logging\nstruct Hub {}\n")

    def target(self, name, path, targets=(), products=()):
        dependencies = [{"byName": [name, None]} for name in targets]
        dependencies += [{"product": [name, "package", None, None]} for name in products]
        self.targets.append({"name": name, "path": path, "type": "regular", "dependencies": dependencies})

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def check(self, script):
        command = [sys.executable, str(SCRIPTS / script), "--root", str(self.root)]
        if script == "check-floors.py":
            manifest = self.root / "manifest.json"
            manifest.write_text(json.dumps({"targets": self.targets}))
            command += ["--manifest", str(manifest)]
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_a_sound_tree_passes(tree):
    for script in ["check-floors.py", "check-sizes.py"]:
        result = tree.check(script)
        assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("Sources/Formats/FLV/F.swift", "import AMF\n", "FLV does not name AMF"),
        ("Sources/Formats/FLV/F.swift", "internal import struct AMF.Value\n", "FLV does not name AMF"),
        ("Sources/Formats/FLV/F.swift", "@testable import AMF\n", "FLV does not name AMF"),
        ("Sources/Formats/FLV/F.swift", "import Foundation\n", "may not import Foundation"),
        ("Sources/Formats/FLV/F.swift", "let now = NIODeadline.now()\n", "brings a clock"),
        ("Sources/Formats/FLV/F.swift", 'let a = "\\(UInt8.random(in: 0...9))"\n', "brings chance"),
        ("Sources/Formats/FLV/F.swift", "func f() async {}\n", "brings a task"),
        ("Sources/Formats/FLV/F.swift", "let box = NIOLockedValueBox(1)\n", "brings a lock"),
        ("Sources/Formats/FLV/F.swift", 'func f() { print("x") }\n', "brings a log"),
        ("Sources/Formats/FLV/F.swift", "let loop: any EventLoop\n", "brings a channel or an event loop"),
        ("Sources/Formats/FLV/F.swift", "struct FLV {}\n", "hides the module"),
        ("Sources/Protocols/Core/E.swift", "public import Foundation\n", "all of Foundation"),
        ("Sources/Protocols/Core/E.swift", "func f() { fatalError() }\n", "ends the process"),
        ("Sources/Protocols/Core/E.swift", "let m = Mutex(1)\n", "invisible to ThreadSanitizer"),
        ("Sources/Hub/StreamHub/S.swift", "struct RTMPViewer {}\n", "the hub names a protocol"),
    ],
)
def test_a_breach_in_a_file_is_found(tree, file, text, says):
    tree.write(file, text)
    result = tree.check("check-floors.py")
    assert result.returncode == 1
    assert f"{file}:1: " in result.stdout and says in result.stdout, result.stdout


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (("AMF", "Sources/Formats/AMF", ["StreamHub"], []), "looks up to StreamHub"),
        (("AMF", "Sources/Formats/AMF", ["FLV"], []), "looks sideways to FLV"),
        (("AMF", "Sources/Formats/AMF", [], ["NIOPosix"]), "is pure and may not use NIOPosix"),
        (("Utilities", "Sources/Utilities", [], []), "stands on no floor"),
    ],
)
def test_a_breach_in_the_manifest_is_found(tree, target, says):
    tree.target(*target)
    result = tree.check("check-floors.py")
    assert result.returncode == 1
    assert says in result.stdout, result.stdout


def test_words_in_comments_and_strings_are_no_breach(tree):
    tree.write("Sources/Formats/FLV/F.swift", '/* Task { } */ let text = "await print(" // NIODeadline.now()\n')
    assert tree.check("check-floors.py").returncode == 0


def test_a_target_with_a_dash_is_imported_with_an_underscore(tree):
    tree.target("load-generator", "Sources/App/load-generator")
    tree.target("Tool", "Sources/App/Tool", products=["load-generator"])
    tree.write("Sources/App/Tool/T.swift", "import load_generator\n")
    assert tree.check("check-floors.py").returncode == 0


def test_a_long_file_fails_the_size_check(tree):
    tree.write("Sources/Formats/FLV/Long.swift", "let a = 1\n" * 701)
    result = tree.check("check-sizes.py")
    assert result.returncode == 1
    assert "Long.swift: 701 lines" in result.stdout


def test_an_unformatted_file_fails_the_format_check(tmp_path):
    configuration = SCRIPTS.parent / ".swift-format"
    (tmp_path / ".swift-format").write_text(configuration.read_text())
    (tmp_path / "Sources").mkdir()
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    file = tmp_path / "Sources/A.swift"
    check = [str(SCRIPTS / "check-format.sh"), str(tmp_path)]
    file.write_text("struct A {\n    let a = 1\n}\n")
    assert subprocess.run(check, capture_output=True).returncode == 0
    file.write_text("struct A {\n  let a=1\n}\n")
    assert subprocess.run(check, capture_output=True).returncode != 0


def test_code_only_keeps_places_and_interpolated_code():
    source = 'let a = #"x \\#(f("y")) z"# /* b /* c */ d */ + 1 // e\nlet g = """\n  h "i" \\(j)\n  """\n'
    code = code_only(source)
    assert len(code) == len(source) and code.count("\n") == source.count("\n")
    assert 'f(" ")' in code and "\\(j)" in code and "+ 1" in code
    assert not set("xyzbcdehi") & set(code.replace("let", "").replace("f(", ""))


def test_functions_are_measured_from_declaration_to_brace():
    source = "protocol P { func a(); func b() -> Int }\nfunc c(\n    x: Int = { 1 }()\n) -> Int {\n    x\n}\ninit() { self.init() }\n"
    assert [(found.name, found.first_line, found.lines) for found in functions(source)] == [("c", 2, 5), ("init", 7, 1)]
